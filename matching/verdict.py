"""The words of the verdict policy: verdict, identity, who acts next, how certain, and what a rule may demand.

The rules themselves stand in `policy`, the look-up that decides a batch by them in `rule_table`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """The answer to "is this land user a known person of the register"."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


class Identity(StrEnum):
    """How sure the person behind the record is."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    NOT_ESTABLISHED = "not_established"


class Action(StrEnum):
    """Who acts next."""

    NONE = "none"
    BULK = "bulk"
    OFFICE = "office"
    FIELD = "field"
    POLICE = "police"


class Certainty(IntEnum):
    """Where the posterior leaves the best candidate."""

    NOBODY = 0  # nobody, or nobody sure enough
    SEVERAL = 1  # somebody, but which one can't be told
    SURE = 2  # over the partial threshold
    CERTAIN = 3  # over the full threshold


class NumberState(IntEnum):
    """What the numbers of the land user are worth."""

    NONE = 0  # none, or older ones only
    INVALID = 1  # written, malformed, beyond repair
    UNKNOWN = 2  # a personal number that no candidate holds
    HELD = 3  # a personal number that a candidate holds


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the policy: what it demands (None: anything) and what it decides."""

    category: str
    verdict: Verdict
    identity: Identity
    action: Action
    name: frozenset[str] | None = None
    id_number: frozenset[str] | None = None
    birth_date: frozenset[str] | None = None
    sex: frozenset[str] | None = None
    certainty: frozenset[Certainty] = frozenset({Certainty.SURE, Certainty.CERTAIN})
    number: frozenset[NumberState] | None = None
    complete: bool | None = None  # name and birth year are both known
    rival: bool | None = None  # another candidate has the very name, and a birth date that agrees or nearly does
    young: bool | None = None  # the best candidate is under 21
    findings: tuple[str, ...] = field(default=())
