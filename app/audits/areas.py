"""Where a parcel lies today: the commune codes of files as present-day communes, and what can't be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.audits.errors import AreaUnknown
from app.errors import Text
from matching.normalise.gazetteer import Gazetteer, OldCommune

UNKNOWN_COMMUNE = Text("Chưa xác định xã", "Commune unknown")


class UnitKind(StrEnum):
    """What a line of figures is of."""

    COMMUNE = "commune"  # of the audit's area
    OUTSIDE = "outside"  # a commune outside the area
    OLD = "old"  # a commune of before 1 July 2025
    UNKNOWN = "unknown"


class Listing(StrEnum):
    """Which list of units the codes of a file follow."""

    PRESENT = "present"
    OLD = "old"
    MIXED = "mixed"


class Unit(NamedTuple):
    """A unit with its own line of figures."""

    code: str  # "" where unknown
    name: str
    kind: UnitKind


@dataclass(frozen=True, slots=True)
class Area:
    """What an audit is of: a present-day province, or one commune."""

    code: str
    name: str
    communes: tuple[str, ...]  # present-day codes, ascending


@dataclass(frozen=True, slots=True)
class Places:
    """The units of an audit, and which of them each commune code as written belongs to."""

    units: tuple[Unit, ...]  # the last one: unknown
    unit_of: NDArray[np.int32]  # by the number of the code as written
    listing: Listing


def area_of(code: str, units: Gazetteer) -> Area:
    """The area with this code; AreaUnknown where there is none."""
    if code in units.provinces:
        communes = sorted(each.code for each in units.communes.values() if each.province == code)
        return Area(code, units.provinces[code].name, tuple(communes))
    if code in units.communes:
        commune = units.communes[code]
        return Area(code, f"{commune.name}, {units.provinces[commune.province].name}", (code,))
    raise AreaUnknown()


def places_of(written: Sequence[str], area: Area, units: Gazetteer) -> Places:
    """The present-day communes of codes as files write them.

    Codes were used again in 2025. Where all codes of the files are of today, or all are old, they are read so; else
    a code counts where both lists give it the same commune.
    """
    listing = _listing(written, units)
    found = [_present(code, listing, units) for code in written]
    outside = sorted({code for code in found if code} - set(area.communes))
    listed = [Unit(code, units.communes[code].name, UnitKind.COMMUNE) for code in area.communes]
    listed += [Unit(code, _with_province(code, units), UnitKind.OUTSIDE) for code in outside]
    return _placed(listed, found, listing)


def old_places_of(written: Sequence[str], units: Gazetteer) -> Places:
    """The communes of before 1 July 2025 that codes name; codes of today name none."""
    listing = _listing(written, units)
    found = [code if listing is not Listing.PRESENT and code in units.old_communes else "" for code in written]
    listed = [Unit(code, _old_name(units.old_communes[code]), UnitKind.OLD) for code in sorted({*found} - {""})]
    return _placed(listed, found, listing)


def _placed(listed: list[Unit], found: list[str], listing: Listing) -> Places:
    numbers = {unit.code: number for number, unit in enumerate(listed)}
    unit_of = np.array([numbers.get(code, len(listed)) for code in found], dtype=np.int32)
    return Places((*listed, Unit("", UNKNOWN_COMMUNE.vi, UnitKind.UNKNOWN)), unit_of, listing)


def _listing(written: Sequence[str], units: Gazetteer) -> Listing:
    codes = [code for code in written if code]
    if all(units.present_code(code) for code in codes):
        return Listing.PRESENT
    return Listing.OLD if all(code in units.old_communes for code in codes) else Listing.MIXED


def _present(code: str, listing: Listing, units: Gazetteer) -> str:
    """The one present-day commune behind a code, or ""."""
    if listing is Listing.PRESENT:
        return units.present_code(code) or ""
    old = units.old_communes.get(code)
    meant = units.meanings(code) if listing is Listing.MIXED else old.successors if old else ()
    return meant[0] if len(meant) == 1 else ""


def _with_province(code: str, units: Gazetteer) -> str:
    commune = units.communes[code]
    return f"{commune.name} ({units.provinces[commune.province].short})"


def _old_name(commune: OldCommune) -> str:
    return f"{commune.name}, {commune.district_name}, {commune.province_name} (cũ)"
