"""Which proposed values of a finished run a person has approved: row by row in review, or in bulk (docs/reviews.md).

What counts is what is in force now, not when the run was created: a file is handed back after its review.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy.orm import Session

from app.engines.decisions import Decided, decisions_of
from app.engines.folder import RunFolder
from app.engines.land_users import land_users
from app.files.original import PROPOSED, Cell
from app.judgements import approval_store
from matching.fingerprint import fingerprint

_KEY: Final = ("record_id", "subject_no")
_PREFIX: Final = "proposed_"
LandUser = tuple[str, int]  # record, number of the land user
Row = Mapping[str, Any]


def approved_values(run: RunFolder, session: Session, list_name: str) -> frozenset[Cell]:
    """The proposed values that were approved, by place in the results and column.

    Who decided that a land user is the person named has approved what the register says of that person. A bulk
    approval covers a value as long as the row still names that person and proposes that value. What a person decided
    against the one named outweighs a bulk approval.
    """
    bulk = {
        (one.record_id, one.subject_no, f"{one.personal_id:012d}", f"{_PREFIX}{one.field}", one.value)
        for _, one in approval_store.in_force(session, list_name)
    }
    said: dict[LandUser, list[Decided]] = defaultdict(list)
    for one in decisions_of(session, list_name).decided:
        said[one.record_id, one.subject_no].append(one)
    rows = _rows_with_values(run, sorted({one[0] for one in bulk} | {record_id for record_id, _ in said}))
    cells = {
        (place, column)
        for place, row in rows.items()
        for column in PROPOSED
        if (*(row[name] for name in _KEY), row["personal_id"], column, row[column]) in bulk
    }
    for place, decided in _decided(run, rows, said).items():
        person = int(rows[place]["personal_id"])
        named = {(place, column) for column in PROPOSED}
        if decided.same == person:
            cells |= {cell for cell in named if rows[place][cell[1]] is not None}
        elif decided.same or decided.contradictory or person in decided.not_same:
            cells -= named
    return frozenset(cells)


def _rows_with_values(run: RunFolder, record_ids: Sequence[str]) -> dict[int, Row]:
    """The result rows of these records that name a person and propose a value, by their place."""
    found: dict[int, Row] = {}
    wanted, first = pa.array(record_ids, pa.string()), 0
    with pq.ParquetFile(run.results) as file:
        for batch in file.iter_batches(1 << 16, columns=[*_KEY, "personal_id", *PROPOSED], use_threads=False):
            table = pa.table(batch)
            kept = pc.and_(pc.is_in(table["record_id"], value_set=wanted), pc.is_valid(table["personal_id"]))
            places = pc.indices_nonzero(kept)
            found |= {
                first + place: row
                for place, row in zip(places.to_pylist(), table.take(places).to_pylist(), strict=True)
            }
            first += batch.num_rows
    return {place: row for place, row in found.items() if any(row[column] is not None for column in PROPOSED)}


def _decided(run: RunFolder, rows: Mapping[int, Row], said: Mapping[LandUser, list[Decided]]) -> dict[int, Decided]:
    """What was decided about the land users of these rows, by place: about the record as the run read it."""
    places = [place for place, row in rows.items() if (row["record_id"], row["subject_no"]) in said]
    found: dict[int, Decided] = {}
    for user in land_users(run, places):
        subject = next(each for each in user.record.subjects if each.subject_no == user.subject_no)
        mark = fingerprint(subject)
        for one in said[rows[user.place]["record_id"], user.subject_no]:
            if one.fingerprint == mark:
                found[user.place] = one
    return found
