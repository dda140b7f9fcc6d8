"""What the figures of an audit count: criteria, statuses, terms and deadlines as data, checked when they are read."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeVar

from app.audits.errors import DefinitionsInvalid
from app.errors import Text
from app.files.exports import CATEGORIES, FINDING_CODES, VERDICTS
from matching.verdict import Action, Identity

REQUIRABLE: Final = ("full_name", "id_number", "birth_date", "sex", "commune_code")
ACTORS: Final = tuple(str(action) for action in Action if action is not Action.NONE)
_LONGEST: Final = 64 << 10  # bytes of a file of definitions
_MOST_CRITERIA: Final = 7  # they are kept as bits of a byte, beside one for the placeholder
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the report and what it counts."""

    code: str
    vi: str
    en: str

    @property
    def text(self) -> Text:
        """The definition in both languages."""
        return Text(self.vi, self.en)


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a land user has to meet; every condition that is named must hold."""

    code: str
    name_vi: str
    name_en: str
    vi: str
    en: str
    verdicts: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    required: tuple[str, ...] = ()  # result columns that must not be empty
    full_birth_date: bool = False
    one_commune: bool = False
    forbidden_categories: tuple[str, ...] = ()
    forbidden_findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """A word of the authority's, and which land users have it: any condition suffices; none at all: the rest."""

    code: str
    vi: str
    en: str
    verdicts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def is_rest(self) -> bool:
        """Whether everything that is left has this status."""
        return not (self.verdicts or self.categories)


@dataclass(frozen=True, slots=True)
class Definitions:
    """All that an audit counts by."""

    version: str
    preliminary: Text
    terms: tuple[Term, ...]
    criteria: tuple[Criterion, ...]
    statuses: tuple[Status, ...]
    group_headers: tuple[str, ...]
    groups: tuple[str, ...]
    deadlines: Mapping[str, int]

    def to_json(self) -> str:
        """The definitions as JSON, the same text for the same definitions."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Definitions:
        """The definitions behind JSON that to_json made."""
        document = json.loads(text)
        document["preliminary"] = Text(*document["preliminary"])
        kinds: dict[str, type[Term] | type[Criterion] | type[Status]] = {
            "terms": Term,
            "criteria": Criterion,
            "statuses": Status,
        }
        for name, kind in kinds.items():
            document[name] = tuple(kind(**_tuples(each)) for each in document[name])
        return cls(**_tuples(document))

    @property
    def digest(self) -> str:
        """Sixteen digits that name these definitions."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    @property
    def label(self) -> str:
        """Version and digest."""
        return f"{self.version}+{self.digest[:8]}"


@cache
def default_definitions() -> Definitions:
    """The definitions that ship with the program."""
    return read_definitions(files("app.audits").joinpath("default_definitions.toml").read_text(encoding="utf-8"))


def definitions_file(path: Path) -> Definitions:
    """The definitions in a file; DefinitionsInvalid where it holds none."""
    if path.stat().st_size > _LONGEST:
        raise DefinitionsInvalid(where="file", reason=f"> {_LONGEST} bytes")
    try:
        return read_definitions(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise DefinitionsInvalid(where="file", reason="UTF-8") from error


def read_definitions(text: str) -> Definitions:
    """The definitions in a TOML text; DefinitionsInvalid says where it is wrong."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DefinitionsInvalid(where="TOML", reason=str(error)[:120]) from error
    try:
        groups, deadlines = document.pop("parcel_groups"), document.pop("deadlines")
        made = Definitions(
            version=str(document.pop("version"))[:40],
            preliminary=Text(**document.pop("preliminary")),
            terms=_each(Term, document.pop("terms")),
            criteria=_each(Criterion, document.pop("criteria")),
            statuses=_each(Status, document.pop("statuses")),
            group_headers=tuple(groups["headers"]),
            groups=tuple(groups["groups"]),
            deadlines={actor: deadlines[actor] for actor in ACTORS},
        )
    except KeyError as error:
        raise DefinitionsInvalid(where=str(error.args[0])[:60], reason="missing") from error
    except (TypeError, AttributeError) as error:
        raise DefinitionsInvalid(where="structure", reason=str(error)[:120]) from error
    if document:
        raise DefinitionsInvalid(where=sorted(document)[0][:60], reason="unknown")
    _check(made)
    return made


def _each(kind: type[D], entries: Sequence[Mapping[str, Any]]) -> tuple[D, ...]:
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    for entry in entries:
        if unknown := sorted(entry.keys() - known):
            raise DefinitionsInvalid(where=f"{kind.__name__}.{unknown[0]}"[:60], reason="unknown")
    return tuple(kind(**_tuples(entry)) for entry in entries)


def _tuples(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}


def _check(made: Definitions) -> None:
    """Refuse words that no result can hold: a condition on them would count nothing, in silence."""
    for criterion in made.criteria:
        _known(criterion.code, "verdicts", criterion.verdicts, VERDICTS)
        _known(criterion.code, "identity", criterion.identity, frozenset(map(str, Identity)))
        _known(criterion.code, "required", criterion.required, frozenset(REQUIRABLE))
        _known(criterion.code, "forbidden_categories", criterion.forbidden_categories, CATEGORIES)
        _known(criterion.code, "forbidden_findings", criterion.forbidden_findings, FINDING_CODES)
    for status in made.statuses:
        _known(status.code, "verdicts", status.verdicts, VERDICTS)
        _known(status.code, "categories", status.categories, CATEGORIES)
    for name, entries in (("terms", made.terms), ("criteria", made.criteria), ("statuses", made.statuses)):
        codes = [each.code for each in entries]
        if len(set(codes)) < len(codes):
            raise DefinitionsInvalid(where=name, reason="code twice")
    if not 0 < len(made.criteria) <= _MOST_CRITERIA:
        raise DefinitionsInvalid(where="criteria", reason=f"1..{_MOST_CRITERIA}")
    if [status.is_rest for status in made.statuses] != [False] * (len(made.statuses) - 1) + [True]:
        raise DefinitionsInvalid(where="statuses", reason="the last one, and no other, has no conditions")
    for actor, days in made.deadlines.items():
        if not isinstance(days, int) or not 0 <= days <= 3_650:
            raise DefinitionsInvalid(where=f"deadlines.{actor}", reason="days 0..3650")


def _known(code: str, field: str, values: Sequence[str], known: frozenset[str]) -> None:
    for value in values:
        if value not in known:
            raise DefinitionsInvalid(where=f"{code}.{field}"[:60], reason=f"unknown: {value}"[:80])
