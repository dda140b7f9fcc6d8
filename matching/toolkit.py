"""For analysts in a notebook: our comparisons as recordlinkage features, our vectors as frames, its ECM beside ours.

Nothing of the service imports this module: recordlinkage takes seconds to load.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from recordlinkage.base import BaseCompareFeature
from recordlinkage.classifiers import ECMClassifier

from matching.candidates import CandidateSource
from matching.columns import Ints, people_columns, stored
from matching.compare import ADDRESS, BIRTH_DATE, COMPARISONS, IDENTITY, NAME, SEX, Comparison, Pairs, PairTables
from matching.land_columns import land_columns
from matching.model import BIT, Model
from matching.normalise import normalise
from matching.normalise.person import read_person
from matching.pairing import candidate_pairs
from matching.records import CleanSubject, Kind, RawRecord
from matching.score import compare, weight_terms

# Levels that speak against one person; "missing" speaks for nothing, every other level for it.
DIFFERS: Final[Mapping[str, frozenset[str]]] = {
    "name": frozenset({"middle_differs", "given_only", "surname_only", "different"}),
    "id_number": frozenset({"too_young", "old_differs", "held_nearby", "different"}),
    "birth_date": frozenset({"same_year", "near_year", "different"}),
    "sex": frozenset({"contradicts"}),
    "address": frozenset({"differs"}),
}
_MAY: Final = "_may_agree"
# Whoever is compared by one field still needs a name and the like to be read at all; the comparison doesn't see them.
_ANYBODY: Final = {"personal_id": "068085001234", "full_name": "Trần Văn Ba", "birth_date": "1985"}


class LevelFeature(BaseCompareFeature):  # type: ignore[misc]
    """One of our comparisons as a recordlinkage compare feature: for each pair the code of its level.

    The labels are columns of the land frame and of the register frame, named as in the contract or, with `left` and
    `right`, otherwise: {"full_name": "Họ và tên"}.
    """

    comparison: Comparison
    left: tuple[str, ...]
    right: tuple[str, ...]

    def __init__(
        self,
        as_of: date,
        *,
        left: Mapping[str, str] | None = None,
        right: Mapping[str, str] | None = None,
        label: Hashable | None = None,
    ) -> None:
        labels_left = [(left or {}).get(name, name) for name in self.left]
        labels_right = [(right or {}).get(name, name) for name in self.right]
        super().__init__(labels_left, labels_right, label=self.comparison.field if label is None else label)
        self._as_of = as_of

    def _compute_vectorized(self, *columns: pd.Series[Any]) -> pd.Series[Any]:
        ours, theirs = columns[: len(self.left)], columns[len(self.left) :]
        land_rows, i = _distinct(ours, self.left)
        people_rows, j = _distinct(theirs, self.right)
        land = land_columns([self._land_user(row) for row in land_rows])
        people = people_columns([stored(read_person(_ANYBODY | row)) for row in people_rows])
        judged = self.comparison.judge(Pairs(land, people, i, j, PairTables(land, people)))
        return pd.Series(_codes(self.comparison, judged), index=columns[0].index)

    def _land_user(self, row: dict[str, str]) -> CleanSubject:
        raw = RawRecord(**({"full_name": _ANYBODY["full_name"]} | row))  # type: ignore[arg-type]
        subjects = normalise(raw, as_of=self._as_of).subjects
        return subjects[0] if subjects else CleanSubject(1, Kind.UNKNOWN)


class NameFeature(LevelFeature):
    """How the names agree."""

    comparison, left, right = NAME, ("full_name",), ("full_name", "other_names")


class IdentityFeature(LevelFeature):
    """How the identity numbers agree."""

    comparison, left, right = IDENTITY, ("id_number",), ("personal_id", "old_ids")


class BirthDateFeature(LevelFeature):
    """How the birth dates agree."""

    comparison, left, right = BIRTH_DATE, ("birth_date",), ("birth_date",)


class SexFeature(LevelFeature):
    """Whether the sex agrees."""

    comparison, left, right = SEX, ("sex",), ("sex",)


class AddressFeature(LevelFeature):
    """Whether the present-day communes agree."""

    comparison, left, right = ADDRESS, ("address",), ("permanent_address", "commune_code")


FEATURES: Final = (NameFeature, IdentityFeature, BirthDateFeature, SexFeature, AddressFeature)


def _codes(comparison: Comparison, judged: NDArray[np.uint8]) -> pd.Categorical:
    return pd.Categorical.from_codes(judged.tolist(), pd.Index([level.code for level in comparison.levels]))


def _distinct(columns: Sequence[pd.Series[Any]], names: Sequence[str]) -> tuple[list[dict[str, str]], Ints]:
    """The distinct rows of columns as texts by field, and for each row the position of its like."""
    frame = pd.DataFrame({name: column.to_numpy() for name, column in zip(names, columns, strict=True)})
    frame = frame.fillna("").astype(str)
    groups = frame.groupby(list(names), sort=False)
    distinct: list[Any] = frame.drop_duplicates().to_dict("records")
    return distinct, np.asarray(groups.ngroup(), dtype=np.int64)


def comparison_vectors(
    subjects: Mapping[Hashable, CleanSubject], source: CandidateSource, model: Model
) -> pd.DataFrame:
    """The comparison vectors of all candidate pairs: for each field a level code, and beside it its weight in bits.

    Rows are indexed by the land user's key and the personal number, as recordlinkage indexes record pairs.
    """
    pairs = candidate_pairs(land_columns(list(subjects.values())), source, cap=model.max_block).pairs
    keys = list(subjects)
    numbers = [f"{number:012d}" for number in pairs.right.personal_id[pairs.j].tolist()]
    index = pd.MultiIndex.from_arrays([[keys[row] for row in pairs.i.tolist()], numbers])
    levels = compare(pairs)
    frame = pd.DataFrame(index=index)
    terms = weight_terms(pairs, levels, model=model, statistics=source.statistics)
    for comparison, weights in zip(COMPARISONS, terms, strict=True):
        frame[comparison.field] = _codes(comparison, levels[comparison.field])
        frame[f"{comparison.field}_weight"] = weights / BIT
    return frame


def binarised(vectors: pd.DataFrame) -> pd.DataFrame:
    """Vectors as recordlinkage's classifiers want them: for each field whether it agrees, and whether it may agree.

    Two columns a field keep "missing" apart from a difference: it doesn't agree, but may.
    """
    columns = {}
    for comparison in COMPARISONS:
        judged, differs = vectors[comparison.field], vectors[comparison.field].isin(DIFFERS[comparison.field])
        columns[f"{comparison.field}_agrees"] = ((judged != "missing") & ~differs).astype(int)
        columns[f"{comparison.field}{_MAY}"] = (~differs).astype(int)
    return pd.DataFrame(columns, index=vectors.index)


def ecm_beside_ours(vectors: pd.DataFrame) -> pd.DataFrame:
    """The weights that recordlinkage's ECM finds on our vectors, in bits, beside our mean weight at the same pairs.

    ECM sees candidate pairs only, and neither frequencies nor degrees of agreement: directions can be compared, sizes
    can't. A column that never varies has no weight.
    """
    binary = binarised(vectors)
    varying = [str(column) for column in binary if binary[column].nunique() > 1]
    classifier = ECMClassifier()
    with np.errstate(divide="ignore"):  # what it never saw among matches weighs minus infinity
        classifier.fit(binary[varying])
        log_weights = classifier.log_weights
    rows = {}
    for column in varying:
        field, told = (column.removesuffix("_agrees"), 1) if column.endswith("_agrees") else (column[: -len(_MAY)], 0)
        ours = vectors.loc[binary[column] == told, f"{field}_weight"]
        said = f"{field} {'agrees' if told else 'differs'}"
        rows[said] = (log_weights[column][told] / math.log(2), float(ours.mean()), len(ours))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["ecm_weight", "our_weight", "pairs"])
