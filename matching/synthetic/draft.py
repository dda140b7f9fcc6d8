"""A land user's cells on their way from the truth to the file: the person behind them, and what is typed so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from matching.normalise.gazetteer import Gazetteer, OldCommune
from matching.synthetic.dice import Dice


@dataclass(frozen=True, slots=True)
class Owner:
    """A person who holds land: as the register states it, or invented if the register doesn't know the person."""

    personal_id: str
    full_name: str
    birth_date: str  # YYYY, YYYY-MM or YYYY-MM-DD
    female: bool
    old_numbers: tuple[str, ...]  # 9 digits
    cancelled: tuple[str, ...]  # 12 digits
    other_names: tuple[str, ...]
    address: str  # of today, two levels
    commune: str  # code
    deceased: bool
    registered: bool = True
    traps: tuple[str, ...] = ()

    @property
    def year(self) -> int:
        """The year of birth."""
        return int(self.birth_date[:4])


@dataclass(frozen=True, slots=True)
class Ground:
    """The administrative units, and for each present-day commune the old communes that it was formed from."""

    units: Gazetteer
    old_of: dict[str, tuple[OldCommune, ...]]
    communes: tuple[str, ...]  # all of the present day
    of_province: dict[str, tuple[str, ...]]


@dataclass(slots=True)
class Draft:
    """The cells of one person; errors change them one after the other and leave their codes."""

    owner: Owner
    dice: Dice
    ground: Ground
    spouse: Owner | None
    row_above: Owner  # whose cells a hurried clerk copies
    name: str
    number: str
    birth: str
    sex: str
    detail: str  # house, street and village of the address
    levels: list[str]  # commune, district of before July 2025, province
    title: str = ""
    note: str = ""
    address: str = ""  # written at the end of the first address errors
    codes: list[str] = field(default_factory=list)


def ground(units: Gazetteer) -> Ground:
    """The ground that a gazetteer describes."""
    old_of: dict[str, list[OldCommune]] = {}
    for old in units.old_communes.values():
        for code in old.successors:
            old_of.setdefault(code, []).append(old)
    of_province: dict[str, list[str]] = {}
    for code in sorted(units.communes):
        of_province.setdefault(units.communes[code].province, []).append(code)
    return Ground(
        units,
        {code: tuple(found) for code, found in old_of.items()},
        tuple(sorted(units.communes)),
        {province: tuple(codes) for province, codes in of_province.items()},
    )


def draft(owner: Owner, dice: Dice, land: Ground, *, spouse: Owner | None, row_above: Owner) -> Draft:
    """The cells as a careful clerk of today would type them."""
    below, _, _ = owner.address.rpartition(", ")
    detail, _, _ = below.rpartition(", ")
    commune = land.units.communes.get(owner.commune)
    levels = owner.address.split(", ")[-2:]
    if commune is not None:
        levels = [commune.name, land.units.provinces[commune.province].name]
    return Draft(
        owner=owner,
        dice=dice,
        ground=land,
        spouse=spouse,
        row_above=row_above,
        name=owner.full_name,
        number=owner.personal_id,
        birth="/".join(reversed(owner.birth_date.split("-"))),
        sex="Nữ" if owner.female else "Nam",
        detail=detail,
        levels=levels,
    )
