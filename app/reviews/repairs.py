"""One repair, so many parcels: which repairs make most parcels whole."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

COLUMNS: Final = (
    "in_scope",
    "verdict",
    "category",
    "next_action",
    "personal_id",
    "full_name",
    "id_number",
    "parcel_id",
)


class Repair(NamedTuple):
    """A land user who has to be repaired, wherever they stand: the row to look at first, rows, and parcels freed."""

    place: int  # of the first row in the results
    category: str
    next_action: str
    rows: int
    parcels: int  # on which the land user stands
    frees: int  # of them those where everybody else is full


def repairs(results: Any, *, most: int) -> list[Repair]:
    """The repairs that free most parcels, in that order: each is one land user in one category.

    A land user is the person named, or where nobody is named, the same name and number as written. A parcel is freed
    by a repair where all its land users in scope who aren't full belong to that repair.
    """
    table = results.select(COLUMNS)
    within = table["in_scope"].fill_null(False).to_numpy()
    places = np.flatnonzero(within)
    table = table.take(places)
    parcel, repair = _numbered(table["parcel_id"]), _same_repair(table)
    at = np.flatnonzero(pc.not_equal(table["verdict"], "full").to_numpy())
    if not len(at):
        return []
    freed = _freed(parcel[at], repair[at])
    rows = np.bincount(repair[at])
    stands = _distinct_per(repair[at], parcel[at])
    first = np.full(len(rows), -1, dtype=np.int64)
    first[repair[at][::-1]] = at[::-1]
    frees = np.bincount(freed, minlength=len(rows))
    numbers = np.flatnonzero(rows)
    order = numbers[np.lexsort((first[numbers], -rows[numbers], -frees[numbers]))][:most]
    shown = table.take(first[order]).to_pydict()
    return [
        Repair(
            int(places[first[number]]),
            shown["category"][n],
            shown["next_action"][n],
            int(rows[number]),
            int(stands[number]),
            int(frees[number]),
        )
        for n, number in enumerate(order.tolist())
    ]


def _same_repair(table: Any) -> NDArray[np.int64]:
    """A number for each row's repair: category and person, or where nobody is named category, name and number."""
    category, person, name, number = (
        _numbered(table[column]) for column in ("category", "personal_id", "full_name", "id_number")
    )
    nobody = person < 0
    keys = np.stack((category, person, np.where(nobody, name, -1), np.where(nobody, number, -1)), axis=1)
    found: NDArray[np.int64] = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
    return found


def _numbered(column: Any) -> NDArray[np.int64]:
    """Each text of a column as a number; an absent one is -1."""
    coded = column.combine_chunks().dictionary_encode()
    found: NDArray[np.int64] = coded.indices.fill_null(-1).to_numpy().astype(np.int64)
    return found


def _freed(parcel: NDArray[np.int64], repair: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each parcel with one repair only, that repair."""
    pairs = np.unique(np.stack((parcel, repair), axis=1)[parcel >= 0], axis=0)
    if not len(pairs):
        return np.empty(0, dtype=np.int64)
    _, start, count = np.unique(pairs[:, 0], return_index=True, return_counts=True)
    alone: NDArray[np.int64] = pairs[start[count == 1], 1]
    return alone


def _distinct_per(group: NDArray[np.int64], value: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many distinct values each group has."""
    pairs = np.unique(np.stack((group, value), axis=1)[value >= 0], axis=0)
    found: NDArray[np.int64] = np.bincount(pairs[:, 0], minlength=int(group.max()) + 1)
    return found
