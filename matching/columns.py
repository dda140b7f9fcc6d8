"""The clean columns: one schema for land users and for people of the register, shared by all stores and engines.

A single record is a batch of one. Names are rows of syllable codes into the batch's own list of syllables, numbers are
64-bit codes, addresses are positions in the batch's own list of commune sets. Comparisons read integers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.records import CleanSubject, IdentityNumber, NumberKind, PartialDate, Person, Status, Trust
from matching.variants import MAX_SYLLABLES, hash64, name_keys

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Hashes = NDArray[np.uint64]
CommuneSet = frozenset[int]

# The rules by which a register's rows and blocking keys are made. A register that was imported under other rules can't
# be asked: raise this number with every change of name keys, number codes or blocking keys (a test holds them).
KEYS_VERSION = 3

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
    others: str  # keys (K2 hashes, signed) of other names, joined by ";"
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
        ";".join(str(_signed(name_keys(name).key)) for name in person.other_names),
        pack_date(person.birth_date),
        int(person.sex),
        ";".join(str(code) for code in numbers if code),
        ";".join(person.communes),
        _STATUS.index(person.status),
    )


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

    def __len__(self) -> int:
        return len(self.year)


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
    """The clean columns of land users, in the order given."""
    keys = [name_keys(subject.full_name or "") for subject in subjects]
    hashes = [np.array([k[field] for k in keys], dtype=np.uint64) for field in range(1, 7)]
    # A name that had to be respelled (capitals, tone marks, an old font) is written like nobody's.
    hashes[0][[not subject.as_written for subject in subjects]] = 0
    count = len(subjects)
    usable = [usable_numbers(subject) for subject in subjects]
    width = max(1, max(map(len, usable), default=1))
    numbers = np.zeros((count, width), dtype=np.int64)
    trust = np.zeros((count, width), dtype=np.int32)
    number_year = np.zeros(count, dtype=np.int32)
    dates = np.zeros((count, 4), dtype=np.int32)
    maybe_year_only = np.zeros(count, dtype=np.bool_)
    for i, subject in enumerate(subjects):
        for j, number in enumerate(usable[i]):
            numbers[i, j] = number_code(number.kind, number.value)
            trust[i, j] = number.trust
            if number.birth_year and not number_year[i]:
                number_year[i] = number.birth_year
        if subject.birth_date is not None:
            date, other = subject.birth_date.date, subject.birth_date.alternative
            dates[i] = (date.year, date.month, date.day, pack_date(other) if other is not None else 0)
            maybe_year_only[i] = "maybe_year_only" in subject.birth_date.flags
    return LandColumns(
        _name_columns([k.syllables for k in keys], hashes),
        np.array([subject.abbreviated for subject in subjects], dtype=np.bool_),
        numbers,
        trust,
        number_year,
        dates[:, 0],
        dates[:, 1],
        dates[:, 2],
        dates[:, 3],
        maybe_year_only,
        np.array([int(s.sex) if s.sex_is_evidence else 0 for s in subjects], dtype=np.int32),
        _places([";".join(subject.address.communes) for subject in subjects]),
    )


def usable_numbers(subject: CleanSubject) -> Sequence[IdentityNumber]:
    """The numbers of a land user that are compared: readable ones, the most trusted first, at most MAX_NUMBERS."""
    readable = [n for n in subject.numbers if n.value and (n.trust > Trust.NONE or n.kind is NumberKind.UNREADABLE)]
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
