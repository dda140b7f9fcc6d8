"""The people of a province as a population register holds them: families in houses, their names, numbers and dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from matching.normalise.gazetteer import gazetteer
from matching.synthetic import name_tables as tables
from matching.synthetic.dice import Dice, Flags, Integers, choose
from matching.synthetic.families import YEAR, Families, families, first_day, living, order_of, years_of
from matching.synthetic.naming import names
from matching.synthetic.numbers import CMND9_PREFIXES, OldNumbers, PersonalNumbers
from matching.synthetic.peoples import PEOPLES
from matching.synthetic.places import Dwelling, Place, dwelling, places, shares, written

REGISTER_FIELDS: Final = (
    "personal_id", "full_name", "other_names", "birth_date", "sex", "old_ids", "permanent_address",
    "commune_code", "status",
)  # fmt: skip
REGISTER_SCHEMA: Final = pa.schema([(name, pa.string()) for name in REGISTER_FIELDS])

# Share of first couples who came from elsewhere, by former province; settlers fill the Central Highlands [G].
_SETTLERS: Final = {
    "62": 0.45,
    "64": 0.6,
    "66": 0.75,
    "67": 0.9,
    "68": 0.8,
    "60": 0.3,
    "70": 0.7,
    "75": 0.6,
    "79": 0.55,
}
_SETTLERS_ELSEWHERE: Final = 0.12
# Where settlers of the highlands came from, by province of birth registration, with weights [G].
_ORIGINS: Final = (
    ("051", 12), ("052", 12), ("049", 9), ("046", 7), ("054", 3), ("056", 3), ("042", 6), ("040", 7), ("038", 6),
    ("044", 2), ("036", 7), ("034", 5), ("035", 3), ("037", 3), ("030", 3), ("033", 2), ("001", 5), ("026", 1),
    ("025", 2), ("027", 1), ("060", 3), ("079", 4), ("075", 3), ("082", 2), ("086", 1), ("083", 1), ("139", 1),
)  # fmt: skip
_NORTHERN_ORIGINS: Final = (("004", 5), ("020", 4), ("002", 2), ("006", 2), ("008", 1))
_FROM_THE_NORTH: Final = ("tay_nung", "mong")
_FROM_ELSEWHERE: Final = ("kinh", "hoa")

# Share of people with a year only, by people of the highlands or not, and year of birth; an assumption.
_YEAR_ONLY: Final = ((1945, 0.25, 0.50), (1960, 0.08, 0.30), (1975, 0.02, 0.12), (9999, 0.001, 0.02))
_MONTH_ONLY: Final = 0.003
_FIRST_OF_JANUARY: Final = ((1960, 0.08, 0.18), (1980, 0.03, 0.12), (9999, 0.004, 0.02))
_OLD_NUMBERS: Final = {"none": 0.16, "second": 0.12, "passport": 0.015, "cancelled": 0.003, "twice_issued": 0.001}
_OTHER_NAMES: Final = 0.012
_WRITTEN_ANEW: Final = 0.5  # of members' addresses: entered by another office, or another clerk
_MISSING: Final = 0.0003
_PAST_110: Final = 0.004  # of men born before 1940, alive by the record


@dataclass(frozen=True, slots=True)
class _Office:
    """What all communes share while numbers are handed out."""

    personal: PersonalNumbers
    old: OldNumbers
    today: int


def population(
    size: int, seed: int, *, provinces: tuple[str, ...] = ("68",), as_of: date = date(2026, 11, 22), every: int = 1
) -> Iterator[pa.RecordBatch]:
    """Register rows of `size` people, one batch a commune; the same arguments give the same rows.

    With `every` above 1 only each n-th commune of the provinces is inhabited.
    """
    today = first_day(as_of.year) + as_of.timetuple().tm_yday - 1
    office = _Office(PersonalNumbers(seed), OldNumbers(seed), today)
    found = places(gazetteer(), provinces, seed=seed)[::every]
    for place, count in zip(found, shares(found, size), strict=True):
        if count:
            yield _commune(place, count, np.random.default_rng([seed, 2, int(place.code)]), office)


def _commune(place: Place, count: int, rng: np.random.Generator, office: _Office) -> pa.RecordBatch:
    """The rows of one commune."""
    codes = ["kinh", *(code for code, _ in place.peoples)]
    weights = [1.0 - sum(share for _, share in place.peoples), *(share for _, share in place.peoples)]
    index = np.array([next(i for i, people in enumerate(PEOPLES) if people.code == code) for code in codes])
    family_count = 8 + count // 4
    people_of_family = index[choose(rng, weights, family_count)]
    crowd = families(rng, people_of_family != 0, today=office.today)
    listed, dead = living(rng, crowd, today=office.today)
    origin, region = _origins(rng, place, crowd, people_of_family)
    full = names(rng, crowd, people_code=people_of_family[crowd.family], region=region).full
    order = order_of(crowd)
    order = order[listed[order]][:count]
    return _rows(rng, place, office, _Listed(crowd, order, full, origin, dead, people_of_family))


@dataclass(frozen=True, slots=True)
class _Listed:
    """The people of a commune who stand in the register (`order`), and what is known of each."""

    crowd: Families
    order: Integers
    full: list[str]
    origin: Integers
    dead: Flags
    people_of_family: Integers


def _rows(rng: np.random.Generator, place: Place, office: _Office, who: _Listed) -> pa.RecordBatch:
    """The columns of the register for the people of one commune."""
    order = who.order
    female, born = who.crowd.female[order], who.crowd.born[order].copy()
    people = who.people_of_family[who.crowd.family[order]]
    years = years_of(born)
    aged = ~female & (years < 1940) & ~who.dead[order] & (rng.random(len(order)) < _PAST_110)
    born[aged] -= np.round((years[aged] - 1903 - rng.integers(0, 12, int(aged.sum()))).clip(0) * YEAR).astype(np.int64)
    years = years_of(born)
    dates, years = _birth_dates(rng, born, people != 0)
    dice = Dice(rng)
    missing = rng.random(len(order)) < _MISSING
    status = np.where(who.dead[order], "deceased", np.where(missing, "missing", "alive")).tolist()
    columns: dict[str, list[str]] = {
        "personal_id": office.personal.issue(who.origin[order], years, female.astype(np.int64)),
        "full_name": [who.full[i] for i in order.tolist()],
        "other_names": _other_names(dice, [who.full[i] for i in order.tolist()], years),
        "birth_date": dates,
        "sex": np.where(female, "female", "male").tolist(),
        "old_ids": _old_ids(dice, office, place, years, who.origin[order]),
        "permanent_address": _addresses(dice, place, who.crowd.household[order], people, len(order)),
        "commune_code": [place.code] * len(order),
        "status": status,
    }
    return pa.RecordBatch.from_pydict(columns, schema=REGISTER_SCHEMA)


def _origins(
    rng: np.random.Generator, place: Place, crowd: Families, people_of_family: Integers
) -> tuple[Integers, Integers]:
    """Each person's province of birth registration (a number) and the region whose names the family bears."""
    count = len(people_of_family)
    local = int(place.former_province)
    codes = np.array([PEOPLES[i].code for i in people_of_family.tolist()])
    came = rng.random(count) < _SETTLERS.get(place.former_province, _SETTLERS_ELSEWHERE)
    came = (came & np.isin(codes, _FROM_ELSEWHERE)) | np.isin(codes, _FROM_THE_NORTH)
    home = np.where(came, np.where(np.isin(codes, _FROM_THE_NORTH), _drawn(rng, _NORTHERN_ORIGINS, count),
                                   _drawn(rng, _ORIGINS, count)), local)  # fmt: skip
    arrived = np.array([first_day(int(y)) for y in rng.integers(1960, 2012, count)])
    own_home = home[crowd.family]
    elsewhere = crowd.married_in & (rng.random(len(crowd)) < 0.5)
    own_home = np.where(elsewhere & came[crowd.family], _drawn(rng, _ORIGINS, len(crowd)), own_home)
    registered = np.where(crowd.born < arrived[crowd.family], own_home, local)
    return registered, _region(own_home)


def _drawn(rng: np.random.Generator, table: tuple[tuple[str, int], ...], size: int) -> Integers:
    """Province numbers drawn by a table of weights."""
    return np.array([int(code) for code, _ in table])[choose(rng, [weight for _, weight in table], size)]


def _region(province: Integers) -> Integers:
    """North, centre or south of a province (number of birth registration)."""
    region = np.where(
        province <= 37, tables.Region.NORTH, np.where(province <= 68, tables.Region.CENTRE, tables.Region.SOUTH)
    )
    return region.astype(np.int64)


def _by_year(table: tuple[tuple[int, float, float], ...], years: Integers, minority: Flags) -> np.ndarray:
    """The rate that a table gives for each year of birth, for the Kinh or the others."""
    return np.where(
        minority,
        np.select([years < year for year, _, _ in table], [other for _, _, other in table]),
        np.select([years < year for year, _, _ in table], [kinh for _, kinh, _ in table]),
    )


def _birth_dates(rng: np.random.Generator, born: Integers, minority: Flags) -> tuple[list[str], Integers]:
    """Birth dates as the register knows them (day, month or year), and their years."""
    years = years_of(born)
    texts = np.datetime_as_string(born.astype("datetime64[D]")).tolist()
    draw, january = rng.random((2, len(born)))
    year_only = draw < _by_year(_YEAR_ONLY, years, minority)
    month_only = ~year_only & (draw > 1.0 - _MONTH_ONLY)
    first = january < _by_year(_FIRST_OF_JANUARY, years, minority)
    dates = [
        text[:4] if y else text[:7] if m else f"{text[:4]}-01-01" if f else text
        for text, y, m, f in zip(texts, year_only.tolist(), month_only.tolist(), first.tolist(), strict=True)
    ]
    return dates, years


def _other_names(dice: Dice, full: list[str], years: Integers) -> list[str]:
    """A few people's other names: an everyday name, or a former given name."""
    nicknames = tables.NICKNAMES.split()
    result = []
    for name, year in zip(full, years.tolist(), strict=True):
        other = ""
        if dice.chance(_OTHER_NAMES * (1.8 if year < 1965 else 0.7)):
            stem = name.rsplit(" ", 1)[0]
            other = (
                f"{stem} {dice.pick(nicknames)}" if dice.chance(0.6) else f"{dice.pick(nicknames)} {name.split()[-1]}"
            )
        result.append(other)
    return result


def _old_ids(dice: Dice, office: _Office, place: Place, years: Integers, origin: Integers) -> list[str]:
    """The old numbers of each person, separated by semicolons; the cards were issued from 14 on, until 2020."""
    result = []
    for year, home in zip(years.tolist(), origin.tolist(), strict=True):
        found = []
        had_a_card = 1.0 - _OLD_NUMBERS["none"] if year < 2000 else max(0.0, (2007 - year) / 9)
        if dice.chance(had_a_card):
            found = _cards(dice, office, place.former_province, f"{home:02d}", year)
        if dice.chance(_OLD_NUMBERS["passport"]):
            found.append(f"passport:{dice.pick('BC')}{dice.below(10_000_000):07d}")
        if dice.chance(_OLD_NUMBERS["cancelled"]):
            digit = (year - 1900) // 100 * 2 + dice.below(2)
            found.append(f"cancelled:0{place.former_province}{digit}{year % 100:02d}{dice.below(1_000_000):06d}")
        result.append(";".join(found))
    return result


def _cards(dice: Dice, office: _Office, here: str, home: str, year: int) -> list[str]:
    """One old card, or two of a person who moved; a few numbers are shared with somebody else."""
    if 1950 <= year <= 1993 and dice.chance(_OLD_NUMBERS["twice_issued"]):
        return [office.old.issue_twice()]
    elsewhere = home if home in CMND9_PREFIXES else here
    first = here if dice.chance(0.75) else elsewhere
    found = [office.old.issue(first, dice.draw())]
    if dice.chance(_OLD_NUMBERS["second"]):
        found.append(office.old.issue(elsewhere if first == here else here, dice.draw()))
    return found


def _addresses(dice: Dice, place: Place, households: Integers, people: Integers, count: int) -> list[str]:
    """The address of each person: one house for a household, written in more ways than one."""
    units = max(4, min(28, count // 350 + 5))
    homes: dict[int, tuple[Dwelling, str]] = {}
    result = []
    for household, code in zip(households.tolist(), people.tolist(), strict=True):
        if household not in homes:
            home = dwelling(dice, place, PEOPLES[code].code, units)
            homes[household] = home, written(dice, home, place)
        home, usual = homes[household]
        result.append(written(dice, home, place) if dice.chance(_WRITTEN_ANEW) else usual)
    return result
