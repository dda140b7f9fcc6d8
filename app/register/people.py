"""People of a register version as they are shown to who may see them: the values that the register was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from app.db import Database
from app.register.layers import layers_of

_SEX: Final = (None, "male", "female")
_STATUS: Final = ("alive", "deceased", "missing")
_MOST: Final = 500  # people of one statement


class ShownPerson(NamedTuple):
    """A person of the register; an absent value is empty."""

    personal_id: int
    full_name: str
    other_names: str  # joined by ";"
    birth_date: str  # as far as the register knows it
    sex: str | None
    old_ids: str  # joined by ";"
    address: str
    commune_codes: tuple[str, ...]  # present-day
    status: str


def shown_people(database: Database, version_id: int, personal_ids: Sequence[int]) -> dict[int, ShownPerson]:
    """The people of a version with these numbers; who isn't in it is left out."""
    names = ("personal_id", "full_name", "other_names", "birth", "sex", "old_ids", "address", "communes", "status")
    with layers_of(database, version_id) as people:
        rows = people.some(names, list(personal_ids)[:_MOST])
    return {number: _shown(*row) for number, row in rows.items()}


def _shown(
    personal_id: int,
    full_name: str,
    other_names: str,
    birth: int,
    sex: int,
    old_ids: str,
    address: str,
    communes: str,
    status: int,
) -> ShownPerson:
    codes = tuple(communes.split(";")) if communes else ()
    date = _date(birth)
    return ShownPerson(personal_id, full_name, other_names, date, _SEX[sex], old_ids, address, codes, _STATUS[status])


def _date(packed: int) -> str:
    year, month, day = packed // 10_000, packed // 100 % 100, packed % 100
    parts = [f"{year:04d}"] if year else []
    parts += [f"{month:02d}"] if month else []
    parts += [f"{day:02d}"] if day else []
    return "-".join(parts)
