"""Result chunks: the answers on the land users of one source chunk as columns, every input row accounted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from app.engines.counts import Counts, counted
from app.engines.errors import StageNotDone
from app.engines.folder import appearing
from app.engines.source_chunks import OWN_ID, REASON, ROW_HASH, SOURCE_ROW, SourceChunk
from app.files.results import result_schema
from matching.answer import RecordAnswer, SubjectAnswer
from matching.columns import number_code
from matching.records import NumberKind, RawRecord, Sex
from matching.variants import name_keys

_SCHEMA: Final = result_schema()
# What the second pass over the whole file compares, beside the results; it stays out of the final file.
NUMBER, OLD_NUMBER, NAME, ROW, OWN = "~number", "~old_number", "~name", "~row", "~own_id"
HIDDEN: Final = (NUMBER, OLD_NUMBER, NAME, ROW, OWN)
_SEX: Final = {Sex.UNKNOWN: None, Sex.MALE: "male", Sex.FEMALE: "female"}
_COUNTS: Final = b"khop.counts"
_PLAN: Final = b"khop.plan"


def write_result_chunk(path: Path, source: SourceChunk, answers: Sequence[RecordAnswer], *, plan: str) -> Counts:
    """Write the results of a chunk; the counts stand in the file too, so that a finished chunk need not be read."""
    raws = source.raws()
    people = [(raw, subject) for raw, answer in zip(raws, answers, strict=True) for subject in answer.subjects]
    per_row = _per_row(source, answers)
    at = np.repeat(np.arange(len(per_row)), per_row)
    columns = _columns(people)
    spread = _places(source, per_row, len(people))
    table = source.table
    arrays: dict[str, Any] = {}
    for column in _SCHEMA:
        arrays[column.name] = pa.array(columns.get(column.name, [None] * len(people)), column.type).take(spread)
    arrays["source_sheet"] = pa.array([source.sheet or None] * len(at), pa.string())
    arrays["source_row"] = table[SOURCE_ROW].combine_chunks().take(pa.array(at))
    arrays["error"] = table[REASON].combine_chunks().take(pa.array(at))
    for name in (NUMBER, OLD_NUMBER, NAME):
        arrays[name] = pa.array(columns[name], pa.int64()).take(spread)
    arrays[ROW] = table[ROW_HASH].combine_chunks().take(pa.array(at))
    own = table[OWN_ID].combine_chunks() if OWN_ID in table.column_names else pa.nulls(table.num_rows, pa.int64())
    arrays[OWN] = own.take(pa.array(at))
    arrays |= {name: cells.combine_chunks().take(pa.array(at)) for name, cells in source.cells().items()}
    shown = {name: arrays[name].to_pylist() for name in _COUNTED}
    counts = counted(source.rows, shown)
    meta = {_COUNTS: counts.to_json().encode(), _PLAN: plan.encode()}
    with appearing(path) as unfinished:
        made = pa.table(arrays).replace_schema_metadata(meta)
        pq.write_table(made, unfinished, compression="zstd", compression_level=1, write_page_checksum=True)
    return counts


def counts_of(path: Path, plan: str) -> Counts | None:
    """The counts of a finished chunk of this plan; None if it is missing, damaged or another plan's."""
    try:
        meta = pq.read_schema(path).metadata or {}
        return Counts.from_json(meta[_COUNTS]) if meta[_PLAN].decode() == plan else None
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return None


def read_result_chunk(path: Path, columns: Sequence[str] | None = None) -> Any:
    """The table of a finished chunk; StageNotDone if it is missing or damaged."""
    try:
        return pq.read_table(path, columns=columns, page_checksum_verification=True, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise StageNotDone(name=path.name) from error


_COUNTED: Final = ("in_scope", "verdict", "category", "identity", "next_action", "findings", "error")


def _per_row(source: SourceChunk, answers: Sequence[RecordAnswer]) -> Any:
    """How many result rows each row of the source table makes."""
    nobody = source.table[REASON].is_valid().to_numpy()
    per_row = np.ones(len(nobody), dtype=np.int64)
    per_row[~nobody] = [len(answer.subjects) for answer in answers]
    return per_row


def _places(source: SourceChunk, per_row: Any, people: int) -> Any:
    """For each result row the person it speaks of, null where it speaks of nobody."""
    unread = np.repeat(source.table[REASON].is_valid().to_numpy(), per_row)
    places = np.zeros(len(unread), dtype=np.int64)
    places[~unread] = np.arange(people)
    return pa.array(places, mask=unread)


def _columns(people: Sequence[tuple[RawRecord, SubjectAnswer]]) -> Mapping[str, list[Any]]:
    """The result columns that speak of a person."""
    raws = [raw for raw, _ in people]
    answers = [answer for _, answer in people]
    subjects = [answer.subject for answer in answers]
    readable = [[n for n in s.numbers if n.kind is not NumberKind.UNREADABLE] for s in subjects]
    births = [None if s.birth_date is None else str(s.birth_date.date) or None for s in subjects]
    proposed = [answer.proposed for answer in answers]
    return {
        "record_id": [raw.record_id for raw in raws],
        "subject_no": [s.subject_no for s in subjects],
        "kind": [str(s.kind) for s in subjects],
        "role": [None if s.role is None else str(s.role) for s in subjects],
        "in_scope": [a.in_scope for a in answers],
        "verdict": [str(a.verdict) for a in answers],
        "category": [a.category for a in answers],
        "identity": [str(a.identity) for a in answers],
        "next_action": [str(a.next_action) for a in answers],
        "match_probability": [a.match_probability for a in answers],
        "match_weight": [a.match_weight for a in answers],
        "personal_id": [a.personal_id or None for a in answers],
        "findings": [";".join([f.code for f in a.findings]) or None for a in answers],
        "full_name": [s.full_name for s in subjects],
        "id_number": [";".join([n.value for n in numbers]) or None for numbers in readable],
        "birth_date": births,
        "sex": [_SEX[s.sex] for s in subjects],
        "commune_code": [";".join(s.address.communes) or None for s in subjects],
        **{f"proposed_{name}": [each.get(name) for each in proposed] for name in _PROPOSED},
        "parcel_id": [raw.parcel_id for raw in raws],
        "certificate_no": [raw.certificate_no for raw in raws],
        "parcel_commune_code": [raw.parcel_commune_code for raw in raws],
        NUMBER: [_first(numbers, NumberKind.PERSONAL) for numbers in readable],
        OLD_NUMBER: [_first(numbers, NumberKind.CMND9) for numbers in readable],
        NAME: [_folded(s.full_name) for s in subjects],
    }


_PROPOSED: Final = ("full_name", "personal_id", "birth_date", "commune_code")


def _first(numbers: Sequence[Any], kind: NumberKind) -> int:
    """The code of the first number of a kind; zero if there is none."""
    return next((number_code(number.kind, number.value) for number in numbers if number.kind is kind), 0)


def _folded(name: str | None) -> int:
    """The name without accents, its syllables in order, as a number; zero for no name."""
    folded = name_keys(name).sorted if name else 0
    return folded - (1 << 64) if folded >= 1 << 63 else folded
