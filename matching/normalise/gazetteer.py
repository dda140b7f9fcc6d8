"""The administrative units of Vietnam with their effective dates, and what became of those that are gone (DOMAIN 2).

63 provinces, 696 districts and 10,035 communes until 30 June 2025; 34 provinces and 3,321 communes since; the changes
of 30 April 2026. Codes were used again for other communes, so a code without its date has up to two meanings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

REORGANISED: Final = date(2025, 7, 1)
_KINDS: Final = {"Xã": "xã", "Phường": "phường", "Huyện": "huyện", "Quận": "quận", "Tỉnh": "tỉnh"}
_LONG_KINDS: Final = ("Thị trấn ", "Thị xã ", "Thành phố ", "Đặc khu ")


@dataclass(frozen=True, slots=True)
class Province:
    """A province since 1 July 2025, and the provinces of before that it was formed from (codes of that time)."""

    code: str
    name: str  # "Thành phố Đồng Nai"
    kind: str  # "tỉnh" or "thành phố"
    short: str  # "Đồng Nai"
    formed_from: tuple[str, ...]
    since: date = REORGANISED  # of the name
    former_name: str = ""  # its name until then, if it was renamed after 1 July 2025


class Commune(NamedTuple):  # a tuple, as there are thousands and they are made four times as fast
    """A commune of today: xã, phường or đặc khu."""

    code: str
    name: str  # "Xã Bảo Lâm 2"
    kind: str  # "xã", "phường" or "đặc khu"
    short: str  # "Bảo Lâm 2"
    province: str  # the code of today's province
    since: date = REORGANISED  # of the name
    former_name: str = ""  # its name until then, if it was renamed after 1 July 2025


@dataclass(frozen=True, slots=True)
class OldProvince:
    """A province of June 2025, and the code of the province that it went into."""

    code: str
    name: str
    kind: str
    short: str
    province: str


@dataclass(frozen=True, slots=True)
class District:
    """A district of June 2025 with the present-day communes that lie, wholly or in part, where it lay."""

    code: str
    name: str  # "Huyện Di Linh"
    kind: str  # "huyện", "quận", "thị xã" or "thành phố"
    short: str  # "Di Linh"
    province: str  # the code of the old province
    successors: tuple[str, ...]
    earlier: tuple[str, ...] = ()  # districts whose land it got before: kind and folded name, "huyen dateh"


class OldCommune(NamedTuple):
    """A commune of June 2025, and the present-day communes that got its land: more than one where it was divided."""

    code: str
    name: str  # "Xã Đinh Lạc"
    kind: str  # "xã", "phường" or "thị trấn"
    short: str  # "Đinh Lạc"
    district: str  # code
    district_name: str  # "Huyện Di Linh"
    province: str  # the code of the old province
    province_name: str  # "Tỉnh Lâm Đồng"
    successors: tuple[str, ...]  # present-day codes, ascending
    earlier: tuple[str, ...] = ()  # communes that it took in before: kind and folded name, "xa trieuhai"


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """A province or district dissolved long before 2025, and the units of June 2025 that lie where it lay."""

    name: str
    now: tuple[str, ...]  # codes of June 2025
    until: date
    legal: str


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All units by their codes; `version` names the data: the date it is of, and a digest of its content."""

    version: str
    provinces: Mapping[str, Province]
    communes: Mapping[str, Commune]
    old_provinces: Mapping[str, OldProvince]
    districts: Mapping[str, District]
    old_communes: Mapping[str, OldCommune]
    former_provinces: tuple[FormerUnit, ...]
    former_districts: tuple[FormerUnit, ...]
    other_codes: Mapping[str, str]  # a code that some lists give to a commune, and the code used here
    provenance: Mapping[str, Any]

    def present_code(self, code: str) -> str | None:
        """The code used here of the present-day commune that has this code today; None if there is none."""
        code = self.other_codes.get(code, code)
        return code if code in self.communes else None

    def meanings(self, code: str, *, on: date | None = None) -> tuple[str, ...]:
        """The present-day communes that a commune code may mean: as of a date, or by both lists without one."""
        meant: set[str] = set()
        if on is None or on >= REORGANISED:
            present = self.present_code(code)
            meant.update(() if present is None else (present,))
        if (on is None or on < REORGANISED) and code in self.old_communes:
            meant.update(self.old_communes[code].successors)
        return tuple(sorted(meant))

    def provinces_of(self, communes: Iterable[str]) -> tuple[str, ...]:
        """The provinces in which present-day communes lie, ascending."""
        return tuple(sorted({self.communes[code].province for code in communes}))


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The gazetteer that is part of this package, read once, when it is first asked for."""
    from importlib.resources import files

    return read(files("matching.normalise").joinpath("gazetteer.json.gz").read_bytes())


def read(packed: bytes) -> Gazetteer:
    """A gazetteer from the bytes that tools/build_gazetteer.py wrote."""
    import gzip  # with what it needs it takes as long to import as all of this
    import hashlib
    import json

    content = gzip.decompress(packed)
    data: dict[str, Any] = json.loads(content)
    renamed = {code: (old, new, date.fromisoformat(since)) for code, old, new, since, _ in data["renamed"]}
    provinces = {code: _province(code, name, parts, renamed) for code, name, parts in data["provinces"]}
    old_provinces = _old_provinces(data["old_provinces"], provinces)
    successors: dict[str, set[str]] = {code: set(islands) for code, *_, islands in data["districts"]}
    for _, _, district, codes, _ in data["old_communes"]:
        successors[district].update(codes)
    districts = {
        code: District(code, name, *_kind_and_short(name), province, tuple(sorted(successors[code])), tuple(earlier))
        for code, name, province, earlier, _ in data["districts"]
    }
    return Gazetteer(
        version=f"{data['provenance']['as_of']}+{hashlib.sha256(content).hexdigest()[:8]}",
        provinces=MappingProxyType(provinces),
        communes=MappingProxyType(
            {code: _commune(code, name, province, renamed) for code, name, province in data["communes"]}
        ),
        old_provinces=MappingProxyType(old_provinces),
        districts=MappingProxyType(districts),
        old_communes=MappingProxyType(_old_communes(data["old_communes"], districts, old_provinces)),
        former_provinces=_former(data["former_provinces"]),
        former_districts=_former(data["former_districts"]),
        other_codes=MappingProxyType({other: code for other, code, _ in data["other_codes"]}),
        provenance=MappingProxyType(data["provenance"]),
    )


_Renamed = Mapping[str, tuple[str, str, date]]


def _province(code: str, name: str, parts: list[str], renamed: _Renamed) -> Province:
    former, name, since = renamed.get(code, ("", name, REORGANISED))
    return Province(code, name, *_kind_and_short(name), tuple(parts), since, former)


def _commune(code: str, name: str, province: str, renamed: _Renamed) -> Commune:
    former, name, since = renamed.get(code, ("", name, REORGANISED))
    return Commune(code, name, *_kind_and_short(name), province, since, former)


def _old_provinces(rows: list[list[str]], provinces: Mapping[str, Province]) -> dict[str, OldProvince]:
    into = {old: province.code for province in provinces.values() for old in province.formed_from}
    return {code: OldProvince(code, name, *_kind_and_short(name), into[code]) for code, name in rows}


def _old_communes(
    rows: list[Any], districts: Mapping[str, District], provinces: Mapping[str, OldProvince]
) -> dict[str, OldCommune]:
    communes = {}
    for code, name, district_code, successors, earlier in rows:
        district = districts[district_code]
        communes[code] = OldCommune(
            code,
            name,
            *_kind_and_short(name),
            district.code,
            district.name,
            district.province,
            provinces[district.province].name,
            tuple(successors),
            tuple(earlier),
        )
    return communes


def _former(rows: list[Any]) -> tuple[FormerUnit, ...]:
    return tuple(FormerUnit(name, tuple(now), date.fromisoformat(until), legal) for name, now, until, legal in rows)


def _kind_and_short(name: str) -> tuple[str, str]:
    """The kind of a unit in lower case, and its name without it."""
    first, _, rest = name.partition(" ")
    kind = _KINDS.get(first)
    if kind is not None:
        return kind, rest
    for long_kind in _LONG_KINDS:
        if name.startswith(long_kind):
            return long_kind[:-1].lower(), name[len(long_kind) :]
    return "", name
