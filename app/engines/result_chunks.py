"""Result chunks: the answers on the land users of one source chunk as columns, every input row accounted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from app.engines.counts import Counts, counted
from app.engines.decisions import Beside, LandUserAt
from app.engines.errors import StageNotDone
from app.engines.folder import appearing
from app.engines.source_chunks import OWN_ID, PACKED, REASON, ROW_HASH, SOURCE_ROW, SourceChunk, read_packed
from app.files.results import DECISION_COLUMNS, result_schema
from matching.answer_columns import DECISIONS, AnswerColumns
from matching.columns import pack_date, unpack_date
from matching.link import Asked
from matching.name_keys import name_keys
from matching.records import IdentityNumber, NumberKind, Sex

_SCHEMA: Final = result_schema()
# What the second pass over the whole file compares, beside the results; it stays out of the final file.
NUMBER, OLD_NUMBER, NAME, ROW, OWN = "~number", "~old_number", "~name", "~row", "~own_id"
HIDDEN: Final = (NUMBER, OLD_NUMBER, NAME, ROW, OWN)
_FROM_FILE: Final = ("record_id", "parcel_id", "certificate_no", "parcel_commune_code")
_SEX: Final = {Sex.UNKNOWN: None, Sex.MALE: "male", Sex.FEMALE: "female"}
_COUNTS: Final = b"khop.counts"
_PLAN: Final = b"khop.plan"


class Matched(NamedTuple):
    """What was asked of a chunk's land users, what was answered, and what people had decided."""

    asked: Asked
    answers: AnswerColumns
    decided: Mapping[LandUserAt, Beside]


def write_result_chunk(path: Path, source: SourceChunk, matched: Matched, *, plan: str) -> Counts:
    """Write the results of a chunk; the counts stand in the file too, so that a finished chunk need not be read."""
    table = _result_table(source, matched)
    counts = counted(source.rows, table)
    made = table.replace_schema_metadata({_COUNTS: counts.to_json().encode(), _PLAN: plan.encode()})
    with appearing(path) as unfinished:
        pq.write_table(made, unfinished, **PACKED)
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
        return read_packed(path, columns)
    except (OSError, pa.ArrowException) as error:
        raise StageNotDone(name=path.name) from error


def _result_table(source: SourceChunk, matched: Matched) -> Any:
    """The result rows of a chunk in the order of its input, by column."""
    answers = matched.answers
    table = source.table.combine_chunks()
    unread = table[REASON].combine_chunks().is_valid().to_numpy(zero_copy_only=False)
    per_row = np.ones(len(unread), dtype=np.int64)
    per_row[~unread] = np.bincount(answers.record, minlength=len(answers.records))
    at = np.repeat(np.arange(len(per_row)), per_row)  # the row of the source table behind each result row
    nobody = unread[at]
    columns: dict[str, Any] = {
        **_of_subjects(matched.asked),
        **_of_answers(answers),
        **_of_people(answers, matched.decided),
    }
    if nobody.any():
        people = np.zeros(len(at), dtype=np.int64)
        people[~nobody] = np.arange(len(answers))
        spread = pa.array(people, mask=nobody)
        columns = {name: column.take(spread) for name, column in columns.items()}
    rows = pa.array(at) if len(at) != len(per_row) else None
    wanted = [name for name in (*_FROM_FILE, SOURCE_ROW, REASON, ROW_HASH, OWN_ID) if name in table.column_names]
    behind = {name: table[name].combine_chunks() for name in (*wanted, *source.cells())}
    behind = {name: column if rows is None else column.take(rows) for name, column in behind.items()}
    absent = pa.nulls(len(at), pa.string())
    columns |= {name: behind.get(name, absent) for name in _FROM_FILE}
    columns["source_sheet"] = pa.repeat(pa.scalar(source.sheet or None, pa.string()), len(at))
    columns["source_row"] = behind[SOURCE_ROW]
    columns["error"] = behind[REASON]
    columns["file_findings"] = absent  # known when the whole file is
    columns[ROW] = behind[ROW_HASH]
    columns[OWN] = behind.get(OWN_ID, pa.nulls(len(at), pa.int64()))
    names = [*_SCHEMA.names, *HIDDEN, *source.cells()]
    return pa.table({name: columns[name] if name in columns else behind[name] for name in names})


def _of_answers(answers: AnswerColumns) -> dict[str, Any]:
    """The columns that were decided."""
    decision = pa.array(answers.decision)
    weight = answers.match_weight
    proposed = answers.proposed
    names = [proposed.full_name.get(at) for at in range(len(answers))] if proposed.full_name else [None] * len(answers)
    sets = [";".join([finding.code for finding in found]) or None for found in answers.finding_sets]
    return {
        "in_scope": pa.array(answers.in_scope),
        **{name: values.take(decision) for name, values in _of_decision().items()},
        "match_probability": pa.array(answers.match_probability),
        "match_weight": pa.array(weight, mask=np.isnan(weight)),
        "personal_id": _digits(answers.personal_id, 12),
        "findings": pa.array(sets, pa.string()).take(pa.array(answers.finding_set)),
        "proposed_full_name": pa.array(names, pa.string()),
        "proposed_personal_id": _digits(proposed.personal_id, 12),
        "proposed_birth_date": _dates(proposed.birth_date),
        "proposed_commune_code": _digits(proposed.commune, 5),
    }


def _of_people(answers: AnswerColumns, decided: Mapping[LandUserAt, Beside]) -> dict[str, Any]:
    """The columns of what people decided, which stand beside the verdict."""
    if not decided:
        return {name: pa.nulls(len(answers), pa.string()) for name in DECISION_COLUMNS}
    nothing = Beside()
    numbers = (subject.subject_no for subject in answers.subjects)
    rows = [decided.get(at, nothing) for at in zip(answers.record.tolist(), numbers, strict=True)]
    return {name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(DECISION_COLUMNS)}


@cache
def _of_decision() -> Mapping[str, Any]:
    """The texts of each decision; made at first use, for Arrow loads pandas when it reads a list."""
    return {
        "verdict": pa.array([str(rule.verdict) for rule in DECISIONS]),
        "category": pa.array([rule.category for rule in DECISIONS]),
        "identity": pa.array([str(rule.identity) for rule in DECISIONS]),
        "next_action": pa.array([str(rule.action) for rule in DECISIONS]),
    }


def _digits(numbers: NDArray[np.integer[Any]], width: int) -> Any:
    """Numbers as text with their leading zeros; null for zero."""
    texts = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, padding="0")
    return pc.if_else(pa.array(numbers != 0), texts, pa.scalar(None, pa.string()))


def _dates(packed: NDArray[np.int32]) -> Any:
    """Dates yyyymmdd as text, as far as they are known; null for zero."""
    return pa.array(list(map(_date_text, packed.tolist())), pa.string())


@lru_cache(maxsize=1 << 16)
def _date_text(packed: int) -> str | None:
    return str(unpack_date(packed)) or None


def _of_subjects(asked: Asked) -> dict[str, Any]:
    """The columns of clean values."""
    some = [(s.subject_no, s.kind, s.role, s.full_name, s.numbers, s.sex, s.address) for s in asked.subjects]
    subject_no, kinds, roles, full_names, numbers, sexes, addresses = zip(*some, strict=True) if some else _NONE
    texts, current, old = zip(*map(_of_numbers, numbers), strict=True) if some else _NONE[:3]
    names, births = _names_and_births(asked)
    return {
        "subject_no": pa.array(subject_no, pa.int64()),
        "kind": pa.array(kinds, pa.string()),
        "role": pa.array(roles, pa.string()),
        "full_name": pa.array(full_names, pa.string()),
        "id_number": pa.array(texts, pa.string()),
        "birth_date": _dates(births),
        "sex": pa.array(list(map(_SEX.__getitem__, sexes)), pa.string()),
        "commune_code": pa.array([_joined(address.communes) for address in addresses], pa.string()),
        NUMBER: pa.array(current, pa.int64()),
        OLD_NUMBER: pa.array(old, pa.int64()),
        NAME: pa.array(names),
    }


def _names_and_births(asked: Asked) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Names without accents, their syllables in order, as numbers, zero for none; and birth dates yyyymmdd.

    They stand in the columns that were compared; of those who weren't asked about they are worked out here.
    """
    names = np.zeros(len(asked.subjects), dtype=np.int64)
    births = np.zeros(len(asked.subjects), dtype=np.int32)
    land = asked.land
    names[asked.rows] = land.names.sorted.view(np.int64)
    births[asked.rows] = land.year * 10_000 + land.month * 100 + land.day
    others = np.ones(len(names), dtype=np.bool_)
    others[asked.rows] = False
    for at in np.flatnonzero(others).tolist():
        subject = asked.subjects[at]
        names[at] = np.uint64(name_keys(subject.full_name).sorted if subject.full_name else 0).view(np.int64)
        births[at] = 0 if subject.birth_date is None else pack_date(subject.birth_date.date)
    names[[not subject.full_name for subject in asked.subjects]] = 0
    return names, births


_NONE: Final[tuple[tuple[Any, ...], ...]] = ((),) * 7  # the columns of no subjects


def _joined(codes: tuple[str, ...]) -> str | None:
    return codes[0] if len(codes) == 1 else ";".join(codes) or None


_PERSONAL, _CMND9, _UNREADABLE = NumberKind.PERSONAL, NumberKind.CMND9, NumberKind.UNREADABLE


def _of_numbers(numbers: Sequence[IdentityNumber]) -> tuple[str | None, int, int]:
    """Numbers as text, and the first current and the first old one as integers; zero where there is none."""
    if not numbers:
        return None, 0, 0
    if len(numbers) == 1:
        kind, value = numbers[0].kind, numbers[0].value
        if kind is _PERSONAL:
            return value or None, int(value), 0
        if kind is _CMND9:
            return value or None, 0, int(value)
    texts = [number.value for number in numbers if number.kind is not _UNREADABLE]
    current = next((int(number.value) for number in numbers if number.kind is _PERSONAL), 0)
    old = next((int(number.value) for number in numbers if number.kind is _CMND9), 0)
    return ";".join(texts) or None, current, old
