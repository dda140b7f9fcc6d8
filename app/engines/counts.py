"""Counts of what went in and came out, of a chunk and of a whole run; sums of chunks are the counts of the run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


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


def counted(rows_in: int, columns: dict[str, Sequence[Any]]) -> Counts:
    """The counts of result rows by column."""
    scope = columns["in_scope"]
    people = [place for place, within in enumerate(scope) if within]

    def table(name: str) -> dict[str, int]:
        values = columns[name]
        return dict(sorted(Counter(str(values[place]) for place in people).items()))

    findings = Counter(code for text in columns["findings"] if text for code in text.split(";"))
    errors = Counter(text for text in columns["error"] if text is not None)
    return Counts(
        rows_in=rows_in,
        rows_out=len(scope),
        in_scope=len(people),
        out_of_scope=sum(within is False for within in scope),
        unread=sum(errors.values()),
        by_verdict=table("verdict"),
        by_category=table("category"),
        by_identity=table("identity"),
        by_action=table("next_action"),
        by_finding=dict(sorted(findings.items())),
        by_error=dict(sorted(errors.items())),
    )
