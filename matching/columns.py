"""The clean columns: one schema for land users and for people of the register, shared by all stores and engines.

A single record is a batch of one. Names are rows of syllable codes into the batch's own list of syllables, numbers are
64-bit codes, addresses are positions in the batch's own list of commune sets. Comparisons read integers only.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntFlag
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.records import (
    BirthDate,
    CleanSubject,
    IdentityNumber,
    NumberKind,
    PartialDate,
    Person,
    Role,
    Status,
    Trust,
)
from matching.variants import MAX_SYLLABLES, hash64, name_keys

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Hashes = NDArray[np.uint64]
CommuneSet = frozenset[int]
V = TypeVar("V", bound=Hashable)

# The rules by which a register's rows and blocking keys are made. A register that was imported under other rules can't
# be asked: raise this number with every change of name keys, number codes or blocking keys (a test holds them).
KEYS_VERSION = 5

MAX_NUMBERS = 4  # identity numbers of one land user that are compared
_CMND9, _PASSPORT, _OTHER = 10**13, 2 * 10**13, 3 * 10**13
_STATUS = (Status.ALIVE, Status.DECEASED, Status.MISSING)


def number_code(kind: NumberKind, value: str) -> int:
    """An identity number as an integer below 2**53: 12 digits as they are, every other kind in a range of its own."""
    if kind is NumberKind.PERSONAL:
        return int(value)
    if kind is NumberKind.CMND9:
        return _CMND9 + int(value)
    if kind is NumberKind.PASSPORT:
        return _PASSPORT + (ord(value[0]) & 0x1F) * 10**8 + int(value[1:])
    if kind is NumberKind.OTHER:
        return _OTHER + hash64(value) % 10**13
    # Twelve digits that break a rule of structure can't be anybody's number, but may be one digit off.
    return int(value) if len(value) == 12 and value.isdecimal() else 0


def is_personal(codes: Ints) -> NDArray[np.bool_]:
    """Which number codes are 12-digit personal numbers."""
    return (codes > 0) & (codes < 10**12)


def is_old_card(codes: Ints) -> NDArray[np.bool_]:
    """Which number codes are numbers of old cards, of 9 digits."""
    return (codes >= _CMND9) & (codes < _PASSPORT)


def pack_date(date: PartialDate) -> int:
    """A partial date as yyyymmdd, zeros for what is unknown."""
    return date.year * 10_000 + date.month * 100 + date.day


def unpack_date(packed: int) -> PartialDate:
    """The partial date behind yyyymmdd."""
    return PartialDate(packed // 10_000, packed // 100 % 100, packed % 100)


class StoredPerson(NamedTuple):
    """What a store keeps of a person for the kernel; all that is displayed is kept beside it.

    Hashes are signed 64-bit integers, because that is what databases hold.
    """

    personal_id: int
    syllables: str  # K2 form, joined by spaces
    written: int
    key: int
    folded: int
    sorted: int
    surname: int
    given: int
    others: str  # keys of other names (hashes of K2, and of K3 for a file without accents), signed, joined by ";"
    birth: int  # yyyymmdd
    sex: int
    numbers: str  # codes of old and cancelled numbers, joined by ";"
    communes: str  # present-day codes, joined by ";"
    status: int  # position in (alive, deceased, missing)


def stored(person: Person) -> StoredPerson:
    """The kernel's row of a person."""
    keys = name_keys(person.full_name)
    numbers = [number_code(number.kind, number.value) for number in person.old_numbers]
    numbers += [int(value) for value in person.cancelled_ids]
    return StoredPerson(
        int(person.personal_id),
        " ".join(keys.syllables),
        _signed(keys.written),
        _signed(keys.key),
        _signed(keys.folded),
        _signed(keys.sorted),
        _signed(keys.surname),
        _signed(keys.given),
        ";".join(map(str, _other_names(person))),
        pack_date(person.birth_date),
        int(person.sex),
        ";".join(str(code) for code in numbers if code),
        ";".join(person.communes),
        _STATUS.index(person.status),
    )


def _other_names(person: Person) -> Iterable[int]:
    keys = [name_keys(name) for name in person.other_names]
    return dict.fromkeys(_signed(key) for each in keys for key in (each.key, each.folded))


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


@dataclass(frozen=True, slots=True)
class NameColumns:
    """The names of n people; `codes` are positions in `syllables`, -1 where a name has no further syllable."""

    syllables: Sequence[str]
    codes: Codes  # [n, MAX_SYLLABLES]
    length: Codes  # [n]; zero: no name
    written: Hashes
    key: Hashes
    folded: Hashes
    sorted: Hashes
    surname: Hashes
    given: Hashes


@dataclass(frozen=True, slots=True)
class Ragged:
    """A list of integers for each of n rows: row i is values[offsets[i]:offsets[i+1]]."""

    offsets: Ints  # [n + 1]
    values: Ints

    @property
    def owners(self) -> Ints:
        """The row of each value."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def holds(self, values: Ints, rows: Ints) -> NDArray[np.bool_]:
        """Whether values[i] stands in the list of row rows[i]."""
        found = np.zeros(len(rows), dtype=np.bool_)
        if not len(self.values):
            return found
        counts = self.offsets[rows + 1] - self.offsets[rows]
        for step in range(int(counts.max(initial=0))):
            has = counts > step
            found[has] |= self.values[self.offsets[rows[has]] + step] == values[has]
        return found


@dataclass(frozen=True, slots=True)
class PlaceColumns:
    """Where n people live: position in a list of commune sets; `single` is the code where the set has one member."""

    sets: Sequence[CommuneSet]
    index: Codes
    single: Codes  # zero: none or several


@dataclass(frozen=True, slots=True)
class PeopleColumns:
    """n people of the register."""

    personal_id: Ints
    names: NameColumns
    others: Ragged  # keys of other names, as signed integers
    year: Codes
    month: Codes
    day: Codes
    sex: Codes
    numbers: Ragged
    places: PlaceColumns
    status: Codes

    def __len__(self) -> int:
        return len(self.personal_id)


class Mark(IntFlag):
    """What a land record says that is not compared but has a part in the answer."""

    NO_NUMBER = 1  # nothing was written where the number belongs
    UNREADABLE = 2  # something was, that is no number
    PASSPORT = 4
    CARD = 8  # a number of a Vietnamese identity card, old or new
    SEX_DERIVED = 16  # the sex was read off the number
    COMMUNE_SPLIT = 32  # the address names a commune that was divided
    CURRENT_USER = 64  # the parcel is used by another than its holder
    SAID_TO_BE_DEAD = 128
    IN_COMPANY = 256  # another land user of the same record is certain: known only once that one is decided


_MARK_OF_NUMBER = {
    NumberKind.PERSONAL: Mark.CARD.value,
    NumberKind.CMND9: Mark.CARD.value,
    NumberKind.PASSPORT: Mark.PASSPORT.value,
    NumberKind.OTHER: 0,
    NumberKind.UNREADABLE: Mark.UNREADABLE.value,
}


@dataclass(frozen=True, slots=True)
class LandColumns:
    """n land users (subjects in scope)."""

    names: NameColumns
    abbreviated: NDArray[np.bool_]
    numbers: Ints  # [n, as many as the batch needs, at most MAX_NUMBERS] codes, zero: none
    trust: Codes  # likewise: Trust
    number_year: Codes  # birth year in the first personal number, zero: unknown
    year: Codes
    month: Codes
    day: Codes
    alternative: Codes  # the other reading of an ambiguous date as yyyymmdd, zero: none
    maybe_year_only: NDArray[np.bool_]
    sex: Codes  # zero also where it is no evidence
    places: PlaceColumns
    marks: Codes  # Mark, bit by bit

    def __len__(self) -> int:
        return len(self.year)

    def take(self, rows: Ints) -> LandColumns:
        """Some of the land users."""
        names, places = self.names, self.places
        return LandColumns(
            NameColumns(
                names.syllables,
                names.codes[rows],
                names.length[rows],
                names.written[rows],
                names.key[rows],
                names.folded[rows],
                names.sorted[rows],
                names.surname[rows],
                names.given[rows],
            ),
            self.abbreviated[rows],
            self.numbers[rows],
            self.trust[rows],
            self.number_year[rows],
            self.year[rows],
            self.month[rows],
            self.day[rows],
            self.alternative[rows],
            self.maybe_year_only[rows],
            self.sex[rows],
            PlaceColumns(places.sets, places.index[rows], places.single[rows]),
            self.marks[rows],
        )


def people_columns(rows: Sequence[StoredPerson | tuple[int | str, ...]]) -> PeopleColumns:
    """The clean columns of people as a store keeps them, in the order given."""
    if not rows:
        columns: list[tuple[int | str, ...]] = [()] * len(StoredPerson._fields)
    else:
        columns = list(zip(*rows, strict=True))
    (
        personal,
        syllables,
        written,
        key,
        folded,
        in_order,
        surname,
        given,
        others,
        birth,
        sex,
        numbers,
        communes,
        status,
    ) = columns
    hashes = [
        np.array(column, dtype=np.int64).view(np.uint64) for column in (written, key, folded, in_order, surname, given)
    ]
    packed = np.array(birth, dtype=np.int32)
    return PeopleColumns(
        np.array(personal, dtype=np.int64),
        _name_columns([str(text).split(" ") if text else [] for text in syllables], hashes),
        _ragged(others),
        packed // 10_000,
        packed // 100 % 100,
        packed % 100,
        np.array(sex, dtype=np.int32),
        _ragged(numbers),
        _places([str(text) for text in communes]),
        np.array(status, dtype=np.int32),
    )


def land_columns(subjects: Sequence[CleanSubject]) -> LandColumns:
    """The clean columns of land users, in the order given; each distinct value is coded once."""
    names, name = _distinct([subject.full_name or "" for subject in subjects])
    addresses, address = _distinct([subject.address.communes for subject in subjects])
    dates, date = _land_dates([subject.birth_date for subject in subjects])
    keys = [name_keys(full_name) for full_name in names]
    known = _name_columns(
        [k.syllables for k in keys], [np.array([k[at] for k in keys], np.uint64) for at in range(1, 7)]
    )
    written = known.written[name]
    # A name that had to be respelled (capitals, tone marks, an old font) is written like nobody's.
    written[[not subject.as_written for subject in subjects]] = 0
    numbers, trust, number_year = _land_numbers(subjects)
    places = _places([";".join(communes) for communes in addresses])
    return LandColumns(
        NameColumns(
            known.syllables,
            known.codes[name],
            known.length[name],
            written,
            known.key[name],
            known.folded[name],
            known.sorted[name],
            known.surname[name],
            known.given[name],
        ),
        np.array([subject.abbreviated for subject in subjects], dtype=np.bool_),
        numbers,
        trust,
        number_year,
        dates[0][date],
        dates[1][date],
        dates[2][date],
        dates[3][date],
        dates[4][date] != 0,
        np.array([subject.sex if subject.sex_is_evidence else 0 for subject in subjects], dtype=np.int32),
        PlaceColumns(places.sets, address, places.single[address]),
        np.array(list(map(_marks, subjects)), dtype=np.int32),
    )


def _distinct(values: list[V]) -> tuple[list[V], Codes]:
    """The distinct values in the order in which they come, and the position of each value among them."""
    distinct = list(dict.fromkeys(values))
    if len(distinct) == len(values):
        return distinct, np.arange(len(values), dtype=np.int32)
    positions = dict(zip(distinct, range(len(distinct)), strict=True))
    return distinct, np.array([positions[value] for value in values], dtype=np.int32)


def _land_dates(births: Sequence[BirthDate | None]) -> tuple[Codes, Codes]:
    """Year, month, day, other reading and "may be a year only" of distinct dates, and which of them each one is."""
    # Equal dates are mostly one object, and it costs less to ask which object it is than what it holds.
    behind = {id(birth): birth for birth in births}
    _, index = _distinct(list(map(id, births)))
    parts = np.zeros((len(behind), 5), dtype=np.int32)
    for at, birth in enumerate(behind.values()):
        if birth is not None:
            (year, month, day), other = (birth.date.year, birth.date.month, birth.date.day), birth.alternative
            parts[at] = year, month, day, 0 if other is None else pack_date(other), "maybe_year_only" in birth.flags
    return np.ascontiguousarray(parts.T), index


def _land_numbers(subjects: Sequence[CleanSubject]) -> tuple[Ints, Codes, Codes]:
    """Codes and trust of the numbers that are compared, and the birth year that the first of them knows."""
    rows: list[int] = []
    places: list[int] = []
    codes: list[int] = []
    trusts: list[int] = []
    years = [0] * len(subjects)
    for row, subject in enumerate(subjects):
        for place, number in enumerate(usable_numbers(subject)):
            rows.append(row)
            places.append(place)
            codes.append(number_code(number.kind, number.value))
            trusts.append(number.trust)
            if not years[row]:
                years[row] = number.birth_year
    shape = (len(subjects), max(places, default=0) + 1)
    numbers, trust = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int32)
    numbers[rows, places], trust[rows, places] = codes, trusts
    return numbers, trust, np.array(years, dtype=np.int32)


def _marks(subject: CleanSubject) -> int:
    """The marks of a land user."""
    marks = 0
    if not subject.numbers:
        marks = Mark.NO_NUMBER
    else:
        for number in subject.numbers:
            marks |= _MARK_OF_NUMBER[number.kind]
    if subject.role is Role.CURRENT_USER:
        marks |= Mark.CURRENT_USER
    if subject.status_claimed is Status.DECEASED:
        marks |= Mark.SAID_TO_BE_DEAD
    if subject.flags and "sex_derived" in subject.flags:
        marks |= Mark.SEX_DERIVED
    if subject.address.flags and "split_commune" in subject.address.flags:
        marks |= Mark.COMMUNE_SPLIT
    return int(marks)


def usable_numbers(subject: CleanSubject) -> Sequence[IdentityNumber]:
    """The numbers of a land user that are compared: readable ones, the most trusted first, at most MAX_NUMBERS."""
    numbers = subject.numbers
    if len(numbers) == 1 and numbers[0].trust == Trust.AS_WRITTEN and numbers[0].value:
        return numbers
    readable = [n for n in numbers if n.value and (n.trust > Trust.NONE or n.kind is NumberKind.UNREADABLE)]
    if len(readable) > 1:
        readable.sort(key=lambda n: (n.kind is NumberKind.UNREADABLE, -n.trust))
    return readable[:MAX_NUMBERS]


def _name_columns(rows: Sequence[Sequence[str]], hashes: Sequence[Hashes]) -> NameColumns:
    positions: dict[str, int] = {}
    codes = np.full((len(rows), MAX_SYLLABLES), -1, dtype=np.int32)
    for i, row in enumerate(rows):
        for j, syllable in enumerate(row):
            codes[i, j] = positions.setdefault(syllable, len(positions))
    length = np.array([len(row) for row in rows], dtype=np.int32)
    return NameColumns(list(positions), codes, length, *hashes)


def _ragged(texts: Sequence[int | str]) -> Ragged:
    lists = [str(text).split(";") if text else [] for text in texts]
    offsets = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(items) for items in lists], out=offsets[1:])
    return Ragged(offsets, np.array([int(item) for items in lists for item in items], dtype=np.int64))


def _places(texts: Sequence[str]) -> PlaceColumns:
    positions: dict[str, int] = {}
    index = np.array([positions.setdefault(text, len(positions)) for text in texts], dtype=np.int32)
    sets = [frozenset(int(code) for code in text.split(";") if code) for text in positions]
    single = np.array([next(iter(members)) if len(members) == 1 else 0 for members in sets], dtype=np.int32)
    return PlaceColumns(sets, index, single[index] if len(texts) else index)
