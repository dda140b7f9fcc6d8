"""Counts of what went in and came out, of a chunk and of a whole run; sums of chunks are the counts of the run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow.compute as pc

from app.engines.source_chunks import REASON, SourceChunk
from matching.answer_columns import DECISIONS, AnswerColumns


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows in and out, and result rows by what they say; only people in scope are counted by verdict and category."""

    rows_in: int = 0
    rows_out: int = 0
    in_scope: int = 0
    out_of_scope: int = 0
    unread: int = 0  # rows that were skipped or could not be read
    by_verdict: dict[str, int] = field(default_factory=dict)
    by_category: dict[str, int] = field(default_factory=dict)
    by_identity: dict[str, int] = field(default_factory=dict)
    by_action: dict[str, int] = field(default_factory=dict)
    by_finding: dict[str, int] = field(default_factory=dict)
    by_error: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> str:
        """The counts as a JSON document, the same text for the same counts."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Counts:
        """The counts behind a JSON document."""
        return cls(**json.loads(text))


def total(parts: Iterable[Counts]) -> Counts:
    """The sum of several counts."""
    sums: dict[str, Any] = asdict(Counts())
    for part in parts:
        for name, value in asdict(part).items():
            sums[name] = Counter(sums[name]) + Counter(value) if isinstance(value, dict) else sums[name] + value
    found: dict[str, Any] = {n: dict(sorted(v.items())) if isinstance(v, dict) else v for n, v in sums.items()}
    return Counts(**found)


def counted(source: SourceChunk, answers: AnswerColumns) -> Counts:
    """The counts of the result rows of a chunk."""
    errors = _table(source.table[REASON])
    unread = sum(errors.values())
    people = int(np.count_nonzero(answers.in_scope))
    decided = np.bincount(answers.decision[answers.in_scope], minlength=len(DECISIONS)).tolist()
    rules = [(rule, rows) for rule, rows in zip(DECISIONS, decided, strict=True) if rows]
    sets = np.bincount(answers.finding_set, minlength=len(answers.finding_sets)).tolist()
    found = ((finding.code, rows) for each, rows in zip(answers.finding_sets, sets, strict=True) for finding in each)
    return Counts(
        rows_in=source.rows,
        rows_out=len(answers) + unread,
        in_scope=people,
        out_of_scope=len(answers) - people,
        unread=unread,
        by_verdict=_sums((str(rule.verdict), rows) for rule, rows in rules),
        by_category=_sums((rule.category, rows) for rule, rows in rules),
        by_identity=_sums((str(rule.identity), rows) for rule, rows in rules),
        by_action=_sums((str(rule.action), rows) for rule, rows in rules),
        by_finding=_sums(found),
        by_error=errors,
    )


def _sums(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """How often each code occurs, in the order of codes."""
    found: dict[str, int] = {}
    for code, rows in parts:
        found[code] = found.get(code, 0) + rows
    return dict(sorted(found.items()))


def _table(column: Any) -> dict[str, int]:
    """How often each text occurs."""
    found = ((each["values"], each["counts"]) for each in pc.value_counts(column).to_pylist())
    return dict(sorted((value, count) for value, count in found if value is not None))
