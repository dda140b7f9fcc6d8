"""Which land users of a job people are asked about: a stratified random sample of all, and those in doubt.

The sample is drawn from all verdicts, within strata of verdict, category and commune, so that its judgements bound the
error rates of the whole job. Land users in doubt are chosen because the machine may be wrong there: they say nothing
about rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from matching.survey import allocate, rank

COLUMNS: Final = (  # of the results
    "record_id",
    "subject_no",
    "in_scope",
    "verdict",
    "category",
    "match_probability",
    "personal_id",
    "parcel_commune_code",
)
SAMPLE, DOUBT = "sample", "doubt"
_DOUBTFUL_FULL: Final = 0.9995  # a full verdict below this published probability is near its threshold
_DOUBTFUL_NONE: Final = 0.05  # a none whose nearest candidate is at least as probable as this
_AMBIGUOUS: Final = "A1"
_BATCH: Final = 100_000  # rows


@dataclass(frozen=True, slots=True)
class Wishes:
    """How many land users are to be judged, and by whom."""

    seed: str
    sample: int  # of all verdicts
    doubtful: int = 0
    second_share: int = 10  # percent of the sample that a second reviewer judges too
    least: int = 1  # of each stratum, as far as the sample suffices


class Layer(NamedTuple):
    """A stratum: land users of one verdict, category and commune ("": unknown), and how many of them are sampled."""

    verdict: str
    category: str
    commune_code: str
    size: int
    sampled: int


class Picked(NamedTuple):
    """A land user who was chosen: the place of the row in the results, and why."""

    place: int
    record_id: str
    subject_no: int
    personal_id: int  # whom the machine named; 0: nobody
    origin: str
    stratum: int
    wants_second: bool


class Selection(NamedTuple):
    """All strata of a job, and the land users chosen, in the order in which they are to be judged."""

    strata: list[Layer]
    picked: list[Picked]


def select(results: Any, wishes: Wishes) -> Selection:
    """Choose from the rows of a job's results (a pyarrow table with COLUMNS); rows out of scope are never asked about.

    Any beginning of the sample in its order is a sample in nearly the same proportions, so that a review that ends
    early still speaks for the whole job.
    """
    table = results.select(COLUMNS)
    places = np.flatnonzero(table["in_scope"].fill_null(False).to_numpy())
    table = table.take(places)
    keys, stratum = _strata(table)
    sizes = np.bincount(stratum, minlength=len(keys))
    ranks = _ranks(table, places, wishes.seed)
    taken = allocate(dict(enumerate(sizes.tolist())), wishes.sample, least=wishes.least)
    sampled = _sampled(stratum, ranks, taken)
    doubtful = _doubtful(table, ranks, sampled, wishes.doubtful)
    strata = [Layer(*key, size=int(sizes[at]), sampled=taken[at]) for at, key in enumerate(keys)]
    second = _second_share(sampled, ranks, wishes.second_share)
    chosen = np.concatenate((sampled, doubtful))
    rows = table.take(chosen).to_pydict()
    picked = [
        Picked(
            int(places[at]),
            rows["record_id"][number],
            rows["subject_no"][number],
            int(rows["personal_id"][number] or 0),
            SAMPLE if number < len(sampled) else DOUBT,
            int(stratum[at]),
            int(at) in second,
        )
        for number, at in enumerate(chosen.tolist())
    ]
    return Selection(strata, picked)


def _strata(table: Any) -> tuple[list[tuple[str, str, str]], NDArray[np.int64]]:
    """The distinct combinations, in their own order, and the number of each row's."""
    names, codes = zip(*(_coded(table[name]) for name in ("verdict", "category", "parcel_commune_code")), strict=True)
    rows = np.stack(codes, axis=1)
    distinct, number = np.unique(rows, axis=0, return_inverse=True)
    keys = [(names[0][a], names[1][b], names[2][c]) for a, b, c in distinct.tolist()]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    place = np.empty(len(keys), dtype=np.int64)
    place[order] = np.arange(len(keys))
    return [keys[at] for at in order], place[number.reshape(-1)]


def _coded(column: Any) -> tuple[list[str], NDArray[np.int64]]:
    """The distinct texts of a column, and the number of each row's; an absent text is empty."""
    coded = column.fill_null("").combine_chunks().dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.int64)


def _ranks(table: Any, places: NDArray[np.int64], seed: str) -> NDArray[np.uint64]:
    # The place is part of the name: one record may stand in a file twice.
    found = np.empty(len(places), dtype=np.uint64)
    for start in range(0, len(places), _BATCH):
        part = table.slice(start, _BATCH)
        rows = zip(part["record_id"].to_pylist(), part["subject_no"].to_pylist(), strict=True)
        for at, (record, subject) in enumerate(rows, start):
            found[at] = rank(seed, f"{record}\x1f{subject}\x1f{places[at]}")
    return found


def _sampled(stratum: NDArray[np.int64], ranks: NDArray[np.uint64], taken: dict[int, int]) -> NDArray[np.int64]:
    """The rows of the sample: the smallest ranks of each stratum, the strata mixed in proportion."""
    order = np.lexsort((ranks, stratum))
    starts = np.searchsorted(stratum[order], np.arange(len(taken)))
    within = np.arange(len(order)) - starts[stratum[order]] if len(order) else order
    wanted = np.array([taken[at] for at in range(len(taken))], dtype=np.int64)
    room = wanted[stratum[order]] if len(order) else order
    inside = within < room
    share = (within[inside] + 0.5) / room[inside]
    return order[inside][np.lexsort((ranks[order][inside], share))]


def _doubtful(table: Any, ranks: NDArray[np.uint64], sampled: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """The rows outside the sample that are most in doubt: by how near the published probability is to a half."""
    probability = table["match_probability"].fill_null(0.0).to_numpy()
    verdict, category = table["verdict"], table["category"]
    doubt = (
        _is(verdict, "partial")
        | _is(category, _AMBIGUOUS)
        | (_is(verdict, "full") & (probability < _DOUBTFUL_FULL))
        | (_is(verdict, "none") & (probability >= _DOUBTFUL_NONE))
    )
    doubt[sampled] = False
    rows = np.flatnonzero(doubt)
    if not len(rows):
        return rows
    ambiguous = _is(category, _AMBIGUOUS)[rows]
    distance = np.where(ambiguous, 0.0, np.abs(probability[rows] - 0.5))
    return rows[np.lexsort((ranks[rows], distance))][:most]


def _is(column: Any, text: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.equal(column, text).fill_null(False).to_numpy()
    return found


def _second_share(sampled: NDArray[np.int64], ranks: NDArray[np.uint64], percent: int) -> set[int]:
    """The sampled rows that a second reviewer judges too: spread evenly over the order of judging."""
    if not len(sampled) or percent <= 0:
        return set()
    count = max(1, round(len(sampled) * min(percent, 100) / 100))
    return set(sampled[np.linspace(0, len(sampled) - 1, count).astype(np.int64)].tolist())
