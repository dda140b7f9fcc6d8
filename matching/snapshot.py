"""A register version as columns on disk: sorted blocking keys and clean columns, memory-mapped by every process.

A snapshot is written once and never changes. Persons are handles 0, 1, 2, … in the order of their personal numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.block import register_keys
from matching.candidates import Found, RegisterStamp
from matching.columns import (
    KEYS_VERSION,
    Codes,
    Hashes,
    Ints,
    NameColumns,
    PeopleColumns,
    PlaceColumns,
    Ragged,
    StoredPerson,
    people_columns,
    runs,
)
from matching.crowd import Crowd, survey
from matching.errors import KhopError
from matching.judged import Vocabulary
from matching.sorted_values import SortedValues
from matching.statistics import Statistics

_FORM = 2  # of the files; another form can't be read
_SURVEYED = 50_000  # people at a time
MANIFEST = "snapshot.json"  # written last: a folder without it is no snapshot
T = TypeVar("T")
_PER_PERSON = ("personal_id", "codes", "length", "birth", "sex", "status", "place")
_HASHES = ("written", "key", "folded", "sorted", "surname", "given")


class SnapshotUnusable(KhopError):
    """A folder that holds no snapshot, or one made by other rules."""


class SnapshotRow(NamedTuple):
    """A person as a snapshot is made of it: what the kernel compares, and the name as the register writes it."""

    person: StoredPerson
    full_name: str


def write_snapshot(
    folder: Path, batches: Iterable[Sequence[SnapshotRow]], *, statistics: Statistics, stamp: RegisterStamp
) -> None:
    """Write the people of a register version, which come in the order of their personal numbers, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = SnapshotWriter()
    for batch in batches:
        writer.add(batch)
    columns, lists = writer.arrays(), writer.lists()
    columns |= _surveyed(SnapshotCandidates(Content(columns, lists, statistics, stamp)))
    for name, array in columns.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "statistics.bin").write_bytes(statistics.to_bytes())
    manifest = {"keys_version": KEYS_VERSION, "form": _FORM, "stamp": stamp._asdict(), **lists._asdict()}
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def _surveyed(source: SnapshotCandidates) -> dict[str, NDArray[Any]]:
    """How crowded it is around each person, as columns."""
    columns = source.content.columns
    parts = [
        survey(source, np.arange(first, min(first + _SURVEYED, len(source))), columns)
        for first in range(0, len(source), _SURVEYED)
    ]
    return {
        f"crowd_{name}": np.concatenate(column)
        for name, column in zip(Crowd._fields, zip(*parts, strict=True), strict=True)
    }


class SnapshotWriter:
    """Gathers the columns of a snapshot batch by batch; codes count over the whole snapshot.

    Lists that are given are continued: codes of what they hold mean the same as in the snapshot they are from.
    """

    def __init__(self, known: Lists | None = None) -> None:
        self._people = 0
        self._columns: dict[str, list[NDArray[np.generic]]] = {}
        syllables, places = known or Lists([], [])
        self._syllables = {syllable: code for code, syllable in enumerate(syllables)}
        self._sets = {frozenset(members): code for code, members in enumerate(places)}

    def add(self, batch: Sequence[SnapshotRow]) -> None:
        """Take a batch of people."""
        people = people_columns([row.person for row in batch])
        names, places = people.names, people.places
        syllables = _numbered(self._syllables, names.syllables)
        codes = np.where(names.codes >= 0, syllables[names.codes], -1)
        keys, owners = register_keys(people)
        written = [row.full_name.encode("utf-8", "surrogatepass") for row in batch]
        self._take(
            keys=keys,
            owners=(owners + self._people).astype(np.uint32),
            personal_id=people.personal_id,
            codes=codes.astype(np.int32),
            length=names.length.astype(np.uint8),
            birth=(people.year * 10_000 + people.month * 100 + people.day).astype(np.int32),
            sex=people.sex.astype(np.uint8),
            status=people.status.astype(np.uint8),
            place=_numbered(self._sets, places.sets)[places.index].astype(np.int32),
            number_counts=np.diff(people.numbers.offsets).astype(np.uint8),
            number_values=people.numbers.values,
            other_counts=np.diff(people.others.offsets).astype(np.uint8),
            other_values=people.others.values,
            text_counts=np.array([len(text) for text in written], dtype=np.int32),
            text_values=np.frombuffer(b"".join(written), dtype=np.uint8),
            **{name: getattr(names, name) for name in _HASHES},
        )
        self._people += len(batch)

    def _take(self, **columns: NDArray[np.generic]) -> None:
        for name, column in columns.items():
            self._columns.setdefault(name, []).append(column)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All columns, the blocking keys sorted."""
        if not self._people:
            raise SnapshotUnusable("a register without people has no snapshot")
        # The pieces of a column go as soon as it is whole: four million people are a gigabyte once, not twice.
        whole = {name: np.concatenate(self._columns.pop(name)) for name in tuple(self._columns)}
        order = np.lexsort((whole["owners"], whole["keys"]))
        keys, whole["owners"] = whole["keys"][order], whole["owners"][order]
        del order
        first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        # Each key once, and where its owners begin: one search finds both ends of a block.
        whole["keys"], whole["key_offsets"] = keys[first], np.append(first, len(keys)).astype(np.uint32)
        for name in ("number", "other", "text"):
            counts = whole.pop(f"{name}_counts")
            whole[f"{name}_offsets"] = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
        return whole

    def lists(self) -> Lists:
        """The lists that codes count in."""
        return Lists(list(self._syllables), [sorted(members) for members in self._sets])


def _numbered(positions: dict[T, int], values: Sequence[T]) -> NDArray[np.int64]:
    return np.array([positions.setdefault(value, len(positions)) for value in values], dtype=np.int64)


class Lists(NamedTuple):
    """What codes count in: syllables of names, and sets of communes."""

    syllables: list[str]
    places: list[list[int]]


class Content(NamedTuple):
    """All that a snapshot holds."""

    columns: Mapping[str, NDArray[Any]]
    lists: Lists
    statistics: Statistics
    stamp: RegisterStamp


def _mapped(folder: Path) -> Content:
    """What the files of a snapshot hold, memory-mapped."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SnapshotUnusable("the folder holds no complete snapshot") from error
    if (manifest["keys_version"], manifest.get("form")) != (KEYS_VERSION, _FORM):
        raise SnapshotUnusable("the snapshot was made by other rules; make it anew")
    # A view as a plain array: each access to a memory-map's own class costs microseconds.
    columns = {path.stem: np.load(path, mmap_mode="r").view(np.ndarray) for path in folder.glob("*.npy")}
    statistics = Statistics.from_bytes((folder / "statistics.bin").read_bytes())
    lists = Lists(manifest["syllables"], manifest["places"])
    return Content(columns, lists, statistics, RegisterStamp(**manifest["stamp"]))


class SnapshotCandidates:
    """The people of a snapshot as a source of candidates; safe to share between threads."""

    def __init__(self, folder: Path | Content) -> None:
        """Map a snapshot's files; SnapshotUnusable if there is none or other rules made it."""
        self.content = _mapped(folder) if isinstance(folder, Path) else folder
        self._columns = self.content.columns
        self._keys = SortedValues(self._columns["keys"])
        self._syllables = Vocabulary(self.content.lists.syllables)
        self._sets = [frozenset(members) for members in self.content.lists.places]
        self._single = np.array([next(iter(s)) if len(s) == 1 else 0 for s in self._sets], dtype=np.int32)

    def __len__(self) -> int:
        return len(self._columns["personal_id"])

    @property
    def statistics(self) -> Statistics:
        """The frozen statistics of the register version."""
        return self.content.statistics

    @property
    def stamp(self) -> RegisterStamp:
        """Which register version this is."""
        return self.content.stamp

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people who share each blocking key, at most `cap` for each."""
        begins = self._columns["key_offsets"]
        place, found = self._keys.find(keys)
        start = begins.take(place).astype(np.int64)
        count = (begins.take(place + 1) - start) * found
        taken = np.minimum(count, cap)
        offsets = np.zeros(len(keys) + 1, dtype=np.int64)
        np.cumsum(taken, out=offsets[1:])
        return Found(offsets, self._columns["owners"].take(runs(start, taken)).astype(np.int64), count > cap)

    def crowd(self, persons: Ints) -> Crowd:
        """How crowded it is around each of these people."""
        return Crowd(*(self._columns[f"crowd_{name}"].take(persons) for name in Crowd._fields))

    def fetch(self, persons: Ints) -> PeopleColumns:
        """The clean columns of these people, in the order given."""
        column = {name: self._columns[name].take(persons, axis=0) for name in (*_PER_PERSON, *_HASHES)}
        year, month, day = _parts(column["birth"])
        place = column["place"]
        names = NameColumns(
            self._syllables,
            column["codes"],
            column["length"].astype(np.int32),
            *(column[name] for name in _HASHES),
        )
        return PeopleColumns(
            column["personal_id"],
            names,
            self._ragged("other", persons),
            year,
            month,
            day,
            column["sex"].astype(np.int32),
            self._ragged("number", persons),
            PlaceColumns(self._sets, place, self._single[place]),
            column["status"].astype(np.int32),
        )

    def display_names(self, persons: Ints) -> Sequence[str]:
        """The names of these people as the register writes them."""
        offsets, text = self._columns["text_offsets"], self._columns["text_values"]
        return [
            text[offsets[person] : offsets[person + 1]].tobytes().decode("utf-8", "surrogatepass")
            for person in persons.tolist()
        ]

    def _ragged(self, name: str, persons: Ints) -> Ragged:
        return ragged_rows(self._columns[f"{name}_offsets"], self._columns[f"{name}_values"], persons)


def _parts(packed: Codes) -> tuple[Codes, Codes, Codes]:
    """Year, month and day of yyyymmdd."""
    months = packed // 100
    year = months // 100
    return year, months - year * 100, packed - months * 100


def ragged_rows(offsets: Ints, values: Ints, rows: Ints) -> Ragged:
    """Some rows of a list of integers for each row, in the order given."""
    start = offsets.take(rows)
    count = offsets.take(rows + 1) - start
    ends = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(count, out=ends[1:])
    return Ragged(ends, values[runs(start, count)] if ends[-1] else values[:0])
