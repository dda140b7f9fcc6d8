"""Counts of what went in and came out, of a chunk and of a whole run; sums of chunks are the counts of the run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow.compute as pc


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


def counted(rows_in: int, table: Any) -> Counts:
    """The counts of a table of result rows."""
    people = table.select(["verdict", "category", "identity", "next_action"]).filter(table["in_scope"])
    errors = _table(table["error"])
    findings: Counter[str] = Counter()
    for codes, rows in _table(table["findings"]).items():
        for code in codes.split(";"):
            findings[code] += rows
    return Counts(
        rows_in=rows_in,
        rows_out=table.num_rows,
        in_scope=people.num_rows,
        out_of_scope=table.num_rows - people.num_rows - sum(errors.values()),
        unread=sum(errors.values()),
        by_verdict=_table(people["verdict"]),
        by_category=_table(people["category"]),
        by_identity=_table(people["identity"]),
        by_action=_table(people["next_action"]),
        by_finding=dict(sorted(findings.items())),
        by_error=errors,
    )


def _table(column: Any) -> dict[str, int]:
    """How often each text occurs."""
    found = ((each["values"], each["counts"]) for each in pc.value_counts(column).to_pylist())
    return dict(sorted((value, count) for value, count in found if value is not None))
