"""Which findings a subject gets: all that they follow from as one integer, so that equal ones are told once.

Of a million land users fewer than ten thousand differ in what is to be said of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.answer_columns import DECISIONS
from matching.columns import Ints
from matching.compare import COMPARISONS, IDENTITY
from matching.distinct import distinct_of
from matching.findings import Finding
from matching.policy import LEVEL_FINDINGS

NOT_FOUND: Final = frozenset({"U1", "U2", "U5"})
STATUS_FINDINGS: Final = ("", "S1a", "S1b", "S1c")  # the register has a death; the file claims one; presumed dead
_MOST_PEOPLE = (1 << 16) - 1
_FILE_FINDINGS: Final[Mapping[str, str]] = {
    "truncated": "candidates.truncated",
    "sex_derived": "sex.derived",
    "commune_split": "address.commune_split",
    "current_user": "S3",
}
_RECORD_FINDINGS: Final[Mapping[str, str]] = {
    "spouse": "id.belongs_to_spouse",
    "shared": "S6",
    "household": "household.members_unknown",
}
# What findings follow from, and how many bits it takes.
_BITS: Final[Mapping[str, int]] = {
    "named": 1,
    **{comparison.field: (len(comparison.levels) - 1).bit_length() for comparison in COMPARISONS},
    "no_number": 1,
    "status": 2,
    "decision": len(DECISIONS).bit_length(),
    "near": 1,  # nobody was named, but the best candidate is as likely as not
    "people": _MOST_PEOPLE.bit_length(),
    **dict.fromkeys((*_FILE_FINDINGS, *_RECORD_FINDINGS), 1),
}
_SHIFT: Final[Mapping[str, int]] = {field: sum(list(_BITS.values())[:at]) for at, field in enumerate(_BITS)}
assert sum(_BITS.values()) < 63


def signature(**columns: NDArray[np.integer] | NDArray[np.bool_]) -> Ints:
    """What the findings of subjects follow from, packed; fields that are left out are zero."""
    if "people" in columns:
        columns["people"] = np.minimum(columns["people"], _MOST_PEOPLE)
    shifts = np.array([_SHIFT[field] for field in columns])[:, None]
    total: Ints = np.bitwise_or.reduce(np.array(list(columns.values()), dtype=np.int64) << shifts, axis=0)
    return total


def signature_of_one(**values: int) -> int:
    """The same for one subject."""
    total = min(values.pop("people", 0), _MOST_PEOPLE) << _SHIFT["people"]
    for field, value in values.items():
        total |= value << _SHIFT[field]
    return total


def finding_sets(signatures: Ints) -> tuple[list[tuple[Finding, ...]], NDArray[np.int32]]:
    """The distinct sets of findings behind signatures, and which of them each has."""
    distinct, index = distinct_of(signatures)
    return [_findings(value) for value in distinct.tolist()], index.astype(np.int32)


@lru_cache(maxsize=1 << 16)
def _findings(packed: int) -> tuple[Finding, ...]:
    field = {name: packed >> _SHIFT[name] & (1 << bits) - 1 for name, bits in _BITS.items()}
    said = dict.fromkeys((*(_of_person(field) if field["named"] else ()), *_of_file(field)))
    return (*said, *(Finding(code) for name, code in _RECORD_FINDINGS.items() if field[name]))


def _of_person(field: Mapping[str, int]) -> Iterator[Finding]:
    """What the comparison with the named person has to say."""
    for comparison in COMPARISONS:
        level = comparison.levels[field[comparison.field]].code
        if comparison is IDENTITY and level == "missing" and field["no_number"]:
            yield Finding("id.missing")
        code = LEVEL_FINDINGS[comparison.field].get(level)
        if code is not None:
            yield Finding(code)
    if field["status"]:
        yield Finding(STATUS_FINDINGS[field["status"]])


def _of_file(field: Mapping[str, int]) -> Iterator[Finding]:
    """What the rule and the record itself have to say, whoever was found."""
    for code in DECISIONS[field["decision"]].findings:
        if code == "record.not_found" and field["near"]:
            yield Finding("candidates.unsure")
        else:
            yield Finding(code, field["people"] if code == "candidates.several" else 0)
    for name, code in _FILE_FINDINGS.items():
        if field[name]:
            yield Finding(code)
