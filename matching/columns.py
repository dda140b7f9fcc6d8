"""The clean columns: one schema for land users and for people of the register, shared by all stores and engines.

A single record is a batch of one. Names are rows of syllable codes into the batch's own list of syllables, numbers are
64-bit codes, addresses are positions in the batch's own list of commune sets. Comparisons read integers only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.marks import Mark as Mark
from matching.name_keys import CODE_BYTES, HASH_BYTES, MAX_SYLLABLES, KeyedNames, name_keys
from matching.number_codes import FIRST_CMND9, FIRST_PASSPORT, number_code
from matching.records import PartialDate, Person, Status

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Hashes = NDArray[np.uint64]
CommuneSet = frozenset[int]

# The rules by which a register's rows and blocking keys are made. A register that was imported under other rules can't
# be asked: raise this number with every change of name keys, number codes or blocking keys (a test holds them).
KEYS_VERSION = 5

_STATUS = (Status.ALIVE, Status.DECEASED, Status.MISSING)


def is_personal(codes: Ints) -> NDArray[np.bool_]:
    """Which number codes are 12-digit personal numbers."""
    return (codes > 0) & (codes < 10**12)


def is_old_card(codes: Ints) -> NDArray[np.bool_]:
    """Which number codes are numbers of old cards, of 9 digits."""
    return (codes >= FIRST_CMND9) & (codes < FIRST_PASSPORT)


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

    @property
    def hashes(self) -> tuple[Hashes, ...]:
        """The keys of the names, in their order here."""
        return self.written, self.key, self.folded, self.sorted, self.surname, self.given

    def take(self, rows: NDArray[np.signedinteger]) -> NameColumns:
        """The names in these rows."""
        return NameColumns(
            self.syllables,
            self.codes[rows],
            self.length[rows],
            self.written[rows],
            self.key[rows],
            self.folded[rows],
            self.sorted[rows],
            self.surname[rows],
            self.given[rows],
        )


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
        place, end = self.offsets[rows], self.offsets[rows + 1]
        last = len(self.values) - 1
        for _ in range(int((end - place).max(initial=0))):
            found |= (self.values[np.minimum(place, last)] == values) & (place < end)
            place = place + 1
        return found


def runs(starts: Ints, counts: Ints) -> Ints:
    """The positions starts[i], starts[i] + 1, … of each i, counts[i] of them, one run after the other."""
    ends = counts.cumsum()
    positions: Ints = (starts - ends + counts).repeat(counts)
    positions += np.arange(len(positions))
    return positions


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
    marks: Codes  # Mark, bit by bit

    def __len__(self) -> int:
        return len(self.year)

    def take(self, rows: Ints) -> LandColumns:
        """Some of the land users."""
        places = self.places
        return LandColumns(
            self.names.take(rows),
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
    hashes = np.array((written, key, folded, in_order, surname, given), dtype=np.int64).view(np.uint64)
    packed, sexes, states = np.array((birth, sex, status), dtype=np.int32)
    return PeopleColumns(
        np.array(personal, dtype=np.int64),
        name_columns([str(text).split(" ") if text else [] for text in syllables], list(hashes)),
        _ragged(others),
        packed // 10_000,
        packed // 100 % 100,
        packed % 100,
        sexes,
        _ragged(numbers),
        place_columns([str(text) for text in communes]),
        states,
    )


def name_columns(rows: Sequence[Sequence[str]], hashes: Sequence[Hashes]) -> NameColumns:
    """Names as codes of their syllables, with the hashes of NameColumns in their order."""
    positions: dict[str, int] = {}
    place = positions.setdefault
    places = [place(syllable, len(positions)) for row in rows for syllable in row]
    length = np.array(list(map(len, rows)), dtype=np.int32)
    codes = np.full((len(rows), MAX_SYLLABLES), -1, dtype=np.int32)
    codes[length[:, None] > _PLACES] = places
    return NameColumns(list(positions), codes, length, *hashes)


def keyed_name_columns(names: KeyedNames, syllables: Sequence[str]) -> NameColumns:
    """The columns of names that were keyed as codes of these syllables."""
    hashes, codes = parts_of_names(np.frombuffer(names.rows, dtype="<u8").reshape(-1, NAME_WORDS))
    return NameColumns(syllables, codes, np.array(names.lengths, dtype=np.int32), *hashes)


def parts_of_names(rows: Hashes) -> tuple[Hashes, Codes]:
    """Hashes [6, n] and codes [n, MAX_SYLLABLES] of rows [n, NAME_WORDS] of names."""
    return np.array(rows[:, :_HASHES].T, order="C"), rows[:, _HASHES:].view(np.int32)


_HASHES = 6  # of a name
NAME_WORDS = _HASHES + MAX_SYLLABLES * CODE_BYTES // HASH_BYTES  # of 64 bits in a row
_PLACES = np.arange(MAX_SYLLABLES)


def _ragged(texts: Sequence[int | str]) -> Ragged:
    lists = [str(text).split(";") if text else [] for text in texts]
    offsets = np.array([*accumulate(map(len, lists), initial=0)], dtype=np.int64)
    return Ragged(offsets, np.array([int(item) for items in lists for item in items], dtype=np.int64))


def place_columns(texts: Sequence[str]) -> PlaceColumns:
    """Sets of communes, each written as codes joined by ";"."""
    positions: dict[str, int] = {}
    index = np.array([positions.setdefault(text, len(positions)) for text in texts], dtype=np.int32)
    sets = [frozenset(int(code) for code in text.split(";") if code) for text in positions]
    single = np.array([next(iter(members)) if len(members) == 1 else 0 for members in sets], dtype=np.int32)
    return PlaceColumns(sets, index, single[index] if len(texts) else index)
