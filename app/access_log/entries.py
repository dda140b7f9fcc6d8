"""An entry of the access log: who did what to whose data, why, and what came out; pseudonyms only."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from pydantic_core import to_json

Fact = str | int | float | bool | None
_NOTHING: Final[Mapping[str, Fact]] = MappingProxyType({})
_LONG_NUMBER = re.compile(r"\d{7,}")  # as in app.logs: identity numbers have 8 digits (passports: 7) and more
_JSON = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_LONGEST = 200  # characters of a text that a caller chose


@dataclass(frozen=True, slots=True)
class Subject:
    """One person who was asked about: pseudonyms of the numbers that were sent and of the person who was named."""

    asked: tuple[str, ...] = ()
    person: str | None = None
    verdict: str | None = None
    category: str | None = None
    disclosed: bool = False  # whether values of the register went out with the answer

    def fields(self) -> dict[str, Any]:
        """The subject as JSON, without what is absent."""
        found: dict[str, Any] = {"asked": self.asked} if self.asked else {}
        if self.person:
            found["person"] = self.person
        if self.verdict:
            found["verdict"] = self.verdict
        if self.category:
            found["category"] = self.category
        if self.disclosed:
            found["disclosed"] = True
        return found


@dataclass(frozen=True, slots=True)
class Entry:
    """One access. `facts` are counts and ids of jobs or versions; they and the purpose are masked, never trusted."""

    action: str  # a noun and what happened to it: match.answered, job.created, register.activated
    who: str  # the client's id; os:NAME for a command of an operator
    purpose: str | None = None
    request_id: str | None = None
    subjects: tuple[Subject, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=lambda: _NOTHING)

    def content(self, number: int, at: datetime) -> bytes:
        """The entry as the JSON of a line, with its number in the chain and the moment."""
        fields: dict[str, Any] = {
            "n": number,
            "at": at.isoformat(timespec="microseconds"),
            "action": self.action,
            "who": self.who,
        }
        if self.purpose is not None:
            fields["purpose"] = masked(self.purpose)
        if self.request_id is not None:
            fields["request"] = self.request_id
        if self.subjects:
            fields["subjects"] = [subject.fields() for subject in self.subjects]
        if self.facts:
            fields["facts"] = {name: _safe(name, value) for name, value in self.facts.items()}
        try:
            return to_json(fields, ensure_ascii=True)
        except ValueError:  # half a character, as a name that the system holds may have
            return _JSON(fields).encode()


def masked(text: str) -> str:
    """A caller's text, cut, and without anything that could be an identity number."""
    return _LONG_NUMBER.sub("[number]", text[:_LONGEST])


def _safe(name: str, value: Fact) -> Fact:
    """A fact without long numbers; digests and ids of our own making keep their digits."""
    ours = name.endswith(("_id", "_hash", "_seal"))
    return masked(value) if isinstance(value, str) and not ours else value
