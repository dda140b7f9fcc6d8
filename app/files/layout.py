"""Settles which columns make which land users of a row, and what is missing or doubtful about that."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.files.errors import HeaderAmbiguous, MappingUnknown
from app.files.header_table import EXPECTED, MUST_BE_CLEAR, PERSON_FIELDS, STRONG
from app.files.headers import Column, Header, field_of_label, header_key, labels
from app.files.hints import Hint
from matching.records import Role

_LETTERS: Final = re.compile(r"[A-Za-z]{1,2}")
_NAMES: Final = frozenset(("full_name", "given_name", "organisation_name"))
_ROLES: Final = {"user": Role.CURRENT_USER, "wife": Role.WIFE, "husband": Role.HUSBAND}
_SHARING: Final = frozenset(("wife", "husband", *"123456789"))  # parts that live where the holder lives


@dataclass(frozen=True, slots=True)
class Part:
    """One land user of a row: the columns of the fields, and the role that the part itself implies."""

    name: str  # "" for the first
    fields: Mapping[str, int]
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is read: where data begins, the parts of a row, the columns they share and those carried along."""

    header_row: int
    first_data_row: int
    columns: tuple[Column, ...]
    parts: tuple[Part, ...]
    shared: Mapping[str, int]
    carried: tuple[int, ...]
    hints: tuple[Hint, ...]

    @property
    def width(self) -> int:
        """How many columns the header has."""
        return len(self.columns)

    @property
    def read(self) -> tuple[int, ...]:
        """The columns that records are made of."""
        shared = (at for field, at in self.shared.items() if field in _OURS | _PARCEL_PARTS)
        return tuple(sorted({*shared, *(at for part in self.parts for at in part.fields.values())}))

    @property
    def needed(self) -> int:
        """How many cells a row must have at least, not to lack a name, number or birth date of its first part."""
        names = ("full_name", "id_number", "birth_date", "given_name")
        return max(
            (part.fields[name] + 1 for part in self.parts[:1] for name in names if name in part.fields), default=1
        )

    @property
    def representatives(self) -> bool:
        """Whether the person beside an organisation is its representative, whatever the role column says (PL3-01)."""
        return any(part.name == "user" for part in self.parts) and "organisation_name" in self.shared


def lay_out(header: Header, mapping: Mapping[str, str] | None) -> Layout:
    """The layout of a table with this header; what the caller maps wins over what the headers say.

    Raises HeaderAmbiguous where two columns claim one field that must be clear, MappingUnknown for a wrong mapping.
    """
    wanted = _mapped(header.columns, mapping or {})
    chosen, hints = _chosen(header.columns, wanted)
    chosen = _settled(chosen)
    parts = _parts(chosen)
    shared = {field: column.at for (part, field), column in chosen.items() if not part and field not in PERSON_FIELDS}
    used = {index for part in parts for index in part.fields.values()} | set(shared.values())
    fields = {field for part in parts for field in part.fields} | set(shared)
    hints += [Hint("column_missing", {"field": field}) for field in EXPECTED if field not in _implied(fields)]
    hints += _holder_name_missing(chosen)
    if header.encoding:
        hints.append(Hint("header_old_encoding", {"encoding": header.encoding}))
    return Layout(
        header_row=header.row,
        first_data_row=header.first_data_row,
        columns=tuple(_settle_column(column, chosen) for column in header.columns),
        parts=parts,
        shared=shared,
        carried=tuple(
            column.at
            for column in header.columns
            if column.header and (column.at not in used or column.field not in _OURS)
        ),
        hints=tuple(hints),
    )


def _holder_name_missing(chosen: Mapping[tuple[str, str], Column]) -> list[Hint]:
    """A hint where others are named and the holder is not; couples and lists (Ten1, Ten2) are holders themselves."""
    names: dict[str, Column] = {part: column for (part, field), column in chosen.items() if field in _NAMES}
    holders = "" in names or {"husband", "wife"} <= names.keys() or any(map(str.isdigit, names))
    return [] if holders or not names else [Hint("holder_name_missing", {"columns": _letters([*names.values()])})]


# What a land record itself keeps; every other column is carried along.
_OURS: Final = PERSON_FIELDS | {
    *("record_id", "organisation_name", "parcel_id", "parcel_commune_code", "certificate_no", "encoding"),
}

# What a parcel id is made of where the file has none.
_PARCEL_PARTS: Final = frozenset(("map_sheet_no", "parcel_no", "certificate_map_sheet_no", "certificate_parcel_no"))


def _settle_column(column: Column, chosen: Mapping[tuple[str, str], Column]) -> Column:
    """The column with the field that it was chosen for, or none."""
    for (part, field), winner in chosen.items():
        if winner.at == column.at:
            return column._replace(field=field, part=part)
    return column._replace(field=None, part="")


def _mapped(columns: Sequence[Column], mapping: Mapping[str, str]) -> dict[tuple[str, str], Column]:
    """The columns that the caller names, by header or by letter; "current_user.full_name" names a part's field."""
    known = dict(reversed(tuple(labels(columns))))
    by_letter = {column.letter: column for column in columns}
    wanted: dict[tuple[str, str], Column] = {}
    for name, place in mapping.items():
        part, _, field = name.rpartition(".")
        column = known.get(header_key(place).replace(" ", ""))
        if column is None and _LETTERS.fullmatch(place.strip()):
            column = by_letter.get(place.strip().upper())
        if column is None or field not in STRONG:
            raise MappingUnknown(field=name[:80], column=place[:80])
        wanted[("user" if part == "current_user" else part, field)] = column
    return wanted


def _chosen(
    columns: Sequence[Column], wanted: Mapping[tuple[str, str], Column]
) -> tuple[dict[tuple[str, str], Column], list[Hint]]:
    """The column of each field: the one the caller names, else the surest; equal ones are asked or announced."""
    taken = {column.at for column in wanted.values()}
    claims: dict[tuple[str, str], list[Column]] = {}
    for column in columns:
        if column.field and column.at not in taken and (column.part, column.field) not in wanted:
            claims.setdefault((column.part, column.field), []).append(column)
    chosen, hints = dict(wanted), []
    for (part, field), rivals in claims.items():
        best, *others = sorted(rivals, key=lambda column: (column.surety, column.at))
        if others and others[0].surety == best.surety and field in MUST_BE_CLEAR:
            letters = ", ".join(column.letter for column in rivals if column.surety == best.surety)
            raise HeaderAmbiguous(field=field, columns=letters, example=best.letter)
        chosen[part, field] = best
        if others and field in _OURS:
            hints.append(Hint("column_doubtful", {"field": field, "used": best.letter, "also": _letters(others)}))
    return chosen, hints


def _letters(columns: Sequence[Column]) -> str:
    return ", ".join(column.letter for column in columns)


def _settled(chosen: Mapping[tuple[str, str], Column]) -> dict[tuple[str, str], Column]:
    """Fields that mean another one where their partner is missing, part by part."""
    settled: dict[tuple[str, str], Column] = {}
    for part in dict.fromkeys(part for part, _ in chosen):
        fields = {field: column for (owner, field), column in chosen.items() if owner == part}
        for field, meant, unless, needs in _STANDS_FOR:
            if field in fields and meant not in fields and unless not in fields and (not needs or needs in fields):
                fields[meant] = fields.pop(field)
        settled |= {(part, field): column for field, column in fields.items()}
    return settled


# (field, what it means) where the third is not, and the fourth is, among the columns.
_STANDS_FOR: Final = (
    ("given_name", "full_name", "surname_middle", ""),  # "Tên" alone is the whole name
    ("old_id_number", "id_number", "id_number", ""),  # "CMND" alone is the number
    ("birth_date", "birth_day", "birth_day", "birth_month"),  # Ngày sinh, Tháng sinh, Năm sinh: three columns
)


def _parts(chosen: Mapping[tuple[str, str], Column]) -> tuple[Part, ...]:
    """The parts of a row that have a name column, the holder first; couples and lists share the holder's address."""
    by_part: dict[str, dict[str, int]] = {}
    for (part, field), column in chosen.items():
        if field in PERSON_FIELDS:
            by_part.setdefault(part, {})[field] = column.at
    holder = by_part.pop("", {})
    organisation = ("", "organisation_name") in chosen
    named = {part: fields for part, fields in by_part.items() if _NAMES & fields.keys()}
    common = {field: index for field, index in holder.items() if field == "address"}
    parts = [Part("", holder)] if holder.keys() - {"address"} or organisation or not named else []
    for part in sorted(named, key=lambda name: (name == "user", name)):
        shared = common if part in _SHARING else {}
        parts.append(Part(part, {**shared, **named[part]}, _ROLES.get(part)))
    return tuple(parts)


def _implied(fields: set[str]) -> set[str]:
    """The fields, and those that others make up."""
    return (
        fields
        | ({"full_name"} if fields & {"given_name", "surname_middle"} else set())
        | ({"birth_date"} if fields & {"birth_year", "birth_day"} else set())
        | ({"id_number"} if "old_id_number" in fields else set())
    )


def bare_header(columns: int) -> Header:
    """A header for a table that has none: every column is known by its letter alone."""
    return Header(0, 1, tuple(Column(index, "", None, "", 0) for index in range(columns)))


__all__ = ["Layout", "Part", "bare_header", "field_of_label", "lay_out"]
