"""Result chunks: the answers on the land users of one source chunk as columns, every input row accounted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from app.engines.clean_values import NAME, NUMBER, OLD_NUMBER, clean_values
from app.engines.counts import Counts, counted
from app.engines.decisions import Beside, LandUserAt
from app.engines.digits import dates, digits
from app.engines.errors import StageNotDone
from app.engines.folder import appearing
from app.engines.source_chunks import OWN_ID, PACKED, REASON, ROW_HASH, SOURCE_ROW, SourceChunk, read_packed
from app.files.results import DECISION_COLUMNS, result_schema
from matching.answer_columns import DECISIONS, AnswerColumns
from matching.link import Asked

_SCHEMA: Final = result_schema()
_NAMES: Final = frozenset(_SCHEMA.names)
# What the second pass over the whole file compares, beside the results; it stays out of the final file.
ROW, OWN = "~row", "~own_id"
HIDDEN: Final = (NUMBER, OLD_NUMBER, NAME, ROW, OWN)
_FROM_FILE: Final = ("record_id", "parcel_id", "certificate_no", "parcel_commune_code")
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
    counts = counted(source, matched.answers)
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
        table = read_packed(path, columns)
    except (OSError, pa.ArrowException) as error:
        raise StageNotDone(name=path.name) from error
    there = set(table.column_names)
    wanted = columns or [*_SCHEMA.names, *(name for name in table.column_names if name not in _NAMES)]
    made = [table[name] if name in there else _nothing(name, table.num_rows) for name in wanted]
    return pa.table(made, list(wanted), metadata=table.schema.metadata)


def _nothing(name: str, rows: int) -> Any:
    """A column that no row of the chunk has a value in: it isn't written."""
    return pa.nulls(rows, _SCHEMA.field(name).type)


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
        **clean_values(matched.asked),
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
    given = [name for name in _SCHEMA.names if columns[name].null_count < len(at)]
    return pa.table({name: columns.get(name, behind.get(name)) for name in (*given, *HIDDEN, *source.cells())})


def _of_answers(answers: AnswerColumns) -> dict[str, Any]:
    """The columns that were decided."""
    decision = pa.array(answers.decision)
    weight = answers.match_weight
    proposed = answers.proposed
    names: list[str | None] = [None] * len(answers)
    for at, name in proposed.full_name.items():
        names[at] = name
    sets = [";".join([finding.code for finding in found]) or None for found in answers.finding_sets]
    return {
        "in_scope": pa.array(answers.in_scope),
        **{name: values.take(decision) for name, values in _of_decision().items()},
        "match_probability": pa.array(answers.match_probability),
        "match_weight": pa.array(weight, mask=np.isnan(weight)),
        "personal_id": digits(answers.personal_id, 12),
        "findings": pa.array(sets, pa.string()).take(pa.array(answers.finding_set)),
        "proposed_full_name": pa.array(names, pa.string()),
        "proposed_personal_id": digits(proposed.personal_id, 12),
        "proposed_birth_date": dates(proposed.birth_date),
        "proposed_commune_code": digits(proposed.commune, 5),
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
