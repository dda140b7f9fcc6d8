"""recordlinkage 0.16 with its ECM classifier: python -m benchmarks.peers.recordlinkage_link FOLDER OUT

Its ECM takes binary features. Each level of a comparison is one of its own, and so is "both sides know it", which keeps
a missing value apart from one that disagrees. The weight of a pair is the sum of the trained log weights.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage
from numpy.typing import NDArray

from benchmarks.peers.best_match import Figures, best_matches

Mask = NDArray[np.bool_]

_BLOCKS = (
    (["number"], ["number"]),
    (["other_number"], ["number"]),
    (["number"], ["other_number"]),
    (["old_number"], ["old_number"]),
    (["old_number"], ["other_old_number"]),
    (["other_old_number"], ["old_number"]),
    (["words", "year"], ["words", "year"]),
    (["date", "given"], ["date", "given"]),
    (["words", "commune"], ["words", "commune"]),
    (["surname", "given", "year", "commune"], ["surname", "given", "year", "commune"]),
    (["commune", "year", "sex"], ["commune", "year", "sex"]),
    (["serial", "given"], ["serial", "given"]),
)


def main(folder: Path, out: Path) -> None:
    """Block, compare, train, link; write best matches and figures."""
    figures = Figures()
    land, register = _table(folder / "land.parquet"), _table(folder / "register.parquet")
    with figures.step("link"):
        index = recordlinkage.Index()
        for left, right in _BLOCKS:
            index.block(left, right)
        pairs = _without_missing(index, land, register)
        vectors = _compare().compute(pairs, land, register).astype(np.int8)
    with figures.step("prepare"):
        classifier = recordlinkage.ECMClassifier(init="jaro", max_iter=500, atol=1e-6)
        classifier.fit(vectors)
    with figures.step("link"):
        weights = _weights(classifier, vectors)
        rows = pairs.get_level_values(0).to_numpy(dtype=np.int64)
        persons = pairs.get_level_values(1).to_numpy(dtype=np.int64)
        best = best_matches(rows, persons, weights)
    best.save(out / "recordlinkage.npz")
    truth = np.load(out / "true_persons.npy")
    figures.pairs, figures.blocked = len(rows), int((truth[rows] == persons).sum())
    figures.save(out / "recordlinkage.json")
    pd.DataFrame({"m": classifier.m_probs, "u": classifier.u_probs}).to_json(out / "recordlinkage_model.json")


def _table(path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path).set_index("row")
    table["other_number"] = [values[1] if len(values) > 1 else None for values in table["numbers"]]
    table["other_old_number"] = [values[1] if len(values) > 1 else None for values in table["old_numbers"]]
    table["serial"] = table["number"].str[6:12]
    table["all_names"] = ["|" + "|".join(values) + "|" for values in table["names"]]
    table["all_communes"] = [frozenset(values) for values in table["communes"]]
    return table


def _without_missing(index: recordlinkage.Index, land: pd.DataFrame, register: pd.DataFrame) -> pd.MultiIndex:
    """The union of all blocks; rows that lack a value of a block are left out of it."""
    found = None
    for algorithm, (left, right) in zip(index.algorithms, _BLOCKS, strict=True):
        some = algorithm.index((land.dropna(subset=left), register.dropna(subset=right)))
        found = some if found is None else found.union(some, sort=False)
    assert found is not None
    return found


def _compare() -> recordlinkage.Compare:
    compare = recordlinkage.Compare()
    features: tuple[tuple[str, list[str], list[str], Callable[..., Mask]], ...] = (
        ("number_known", ["number"], ["number"], lambda a, b: a.notna() & b.notna()),
        ("number_same", ["number"], ["number"], _same),
        ("number_near", ["number"], ["number"], _one_digit),
        ("old_number_known", ["old_number"], ["old_number"], lambda a, b: a.notna() & b.notna()),
        ("old_number_same", ["old_number", "other_old_number"], ["old_number", "other_old_number"], _any_same),
        ("number_listed", ["number", "other_number"], ["number", "other_number"], _any_same),
        ("name_same", ["name"], ["name"], _same),
        ("name_listed", ["name"], ["all_names"], _listed),
        ("name_folded", ["name", "folded"], ["name", "folded"], lambda a, x, b, y: _same(x, y) & ~_same(a, b)),
        ("name_reordered", ["folded", "words"], ["folded", "words"], lambda a, x, b, y: _same(x, y) & ~_same(a, b)),
        ("given_same", ["given"], ["given"], _same),
        ("surname_same", ["surname"], ["surname"], _same),
        ("date_known", ["date"], ["date"], lambda a, b: a.notna() & b.notna()),
        ("date_same", ["date"], ["date"], _same),
        ("date_swapped", ["date", "other_date"], ["date"], _swapped),
        ("date_near", ["date"], ["date"], _one_digit),
        ("year_known", ["year"], ["year"], lambda a, b: a.notna() & b.notna()),
        ("year_same", ["year"], ["year"], _same),
        ("commune_known", ["commune"], ["commune"], lambda a, b: a.notna() & b.notna()),
        ("commune_same", ["all_communes"], ["all_communes"], _overlap),
        ("sex_known", ["sex"], ["sex"], lambda a, b: a.notna() & b.notna()),
        ("sex_same", ["sex"], ["sex"], _same),
    )
    for label, left, right, judge in features:
        compare.compare_vectorized(judge, left, right, label=label)
    compare.string("folded", "folded", method="jarowinkler", threshold=0.92, label="name_near")
    return compare


def _same(left: pd.Series, right: pd.Series) -> Mask:
    return (left.to_numpy() == right.to_numpy()) & left.notna().to_numpy()


def _any_same(first: pd.Series, second: pd.Series, one: pd.Series, other: pd.Series) -> Mask:
    return _same(first, one) | _same(first, other) | _same(second, one) | _same(second, other)


def _one_digit(left: pd.Series, right: pd.Series) -> Mask:
    both = (left.notna() & right.notna()).to_numpy()
    near = np.zeros(len(left), dtype=np.bool_)
    texts = [side[both].to_numpy().astype("U12").view("U1").reshape(-1, 12) for side in (left, right)]
    near[both] = (texts[0] != texts[1]).sum(axis=1) == 1
    return near


def _listed(name: pd.Series, others: pd.Series) -> Mask:
    return np.array([left is not None and f"|{left}|" in right for left, right in zip(name, others, strict=True)])


def _swapped(date: pd.Series, other: pd.Series, right: pd.Series) -> Mask:
    crossed = date.str[:5] + date.str[8:10] + "-" + date.str[5:7]
    return (_same(crossed, right) | _same(other, right)) & ~_same(date, right)


def _overlap(left: pd.Series, right: pd.Series) -> Mask:
    return np.array([not a.isdisjoint(b) for a, b in zip(left, right, strict=True)])


def _weights(classifier: recordlinkage.ECMClassifier, vectors: pd.DataFrame) -> NDArray[np.float64]:
    """The match weight of each pair in bits: the library's probabilities end at 1 where its weights go on."""
    total = np.full(len(vectors), classifier.log_p - np.log1p(-classifier.p))
    table: dict[str, dict[Any, float]] = classifier.log_weights
    for label, weights in table.items():
        values = vectors[label].to_numpy()
        for value, weight in weights.items():
            total[values == value] += np.clip(weight, -30.0, 30.0)
    return total / np.log(2)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
