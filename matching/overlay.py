"""A register that has changed since its snapshot was made: the changes lie over the snapshot, which stays as it is.

The same look-up lies over any two sources: a base, in which some people are hidden, and the people who came or changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.candidates import Found, RegisterStamp
from matching.columns import KEYS_VERSION, Hashes, Ints, NameColumns, PeopleColumns, PlaceColumns, Ragged
from matching.crowd import CROWDED, Crowd, met_by, survey
from matching.snapshot import (
    MANIFEST,
    Content,
    Lists,
    SnapshotCandidates,
    SnapshotRow,
    SnapshotUnusable,
    SnapshotWriter,
    ragged_rows,
)
from matching.statistics import Statistics

_FORM: Final = "overlay 1"  # of the files; another form can't be read
_HANDLE_BITS: Final = 40  # handles are below 2**40, because personal numbers are
_SURVEYED: Final = 50_000  # people at a time
_HASHES = ("written", "key", "folded", "sorted", "surname", "given")
Bools = NDArray[np.bool_]


class Keyed(Protocol):
    """Whatever people can be looked up in by blocking keys."""

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people who share each blocking key, at most `cap` for each, the smallest handles first."""


class Layer(NamedTuple):
    """People who lie over or under others."""

    source: Keyed
    shown: Callable[[Ints], Bools]  # which of its persons are still there
    handle: Callable[[Ints], Ints]  # their handles in both layers together, in the same order


def lookup_both(base: Layer, own: Layer, keys: Hashes, *, cap: int) -> Found:
    """The people of two layers who share each blocking key, at most `cap` for each, the smallest handles first."""
    # One more than the cap of each layer is enough to know the first `cap` of both, and whether there are more.
    below, above = (_behind(layer, keys, cap + 1) for layer in (base, own))
    both = np.insert(below, np.searchsorted(below, above), above) if len(above) else below
    rows = both >> _HANDLE_BITS
    count = np.bincount(rows, minlength=len(keys))
    first = np.cumsum(count) - count
    taken = both[np.arange(len(both)) - first[rows] < cap]
    offsets = np.zeros(len(keys) + 1, dtype=np.int64)
    np.cumsum(np.minimum(count, cap), out=offsets[1:])
    return Found(offsets, taken & ((1 << _HANDLE_BITS) - 1), count > cap)


def _behind(layer: Layer, keys: Hashes, most: int) -> Ints:
    """Key's position and handle, packed and ascending, of at least `most` people of each key where it has so many."""
    parts, left, asked = [], np.arange(len(keys)), most
    while len(left):
        found = layer.source.lookup(keys[left], cap=asked)
        owners = np.repeat(np.arange(len(left)), np.diff(found.offsets))
        shown = layer.shown(found.persons)
        # Where hidden people filled the block, more of it is asked for.
        again = found.truncated & (np.bincount(owners[shown], minlength=len(left)) < most)
        kept = shown & ~again[owners]
        parts.append(left[owners[kept]] << _HANDLE_BITS | layer.handle(found.persons[kept]))
        left, asked = left[again], asked * 4
    if len(parts) == 1:
        return parts[0]
    return np.sort(np.concatenate([np.empty(0, dtype=np.int64), *parts]))


def write_overlay(
    folder: Path, below: Path, batches: Iterable[Sequence[SnapshotRow]], *, hidden: Ints, stamp: RegisterStamp
) -> None:
    """Write what has changed since the snapshot in the folder `below`, beside which this one stands.

    `batches` are the people who came or changed, in the order of their personal numbers; `hidden` are the personal
    numbers of people of the snapshot who went or changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base = SnapshotCandidates(below)
    writer, some = SnapshotWriter(base.content.lists), False
    for batch in batches:
        writer.add(batch)
        some = some or bool(batch)
    numbers = base.content.columns["personal_id"]
    columns: dict[str, NDArray[Any]] = writer.arrays() if some else {"personal_id": np.empty(0, dtype=np.int64)}
    lists = writer.lists() if some else base.content.lists
    changes = {
        "hidden": np.sort(np.searchsorted(numbers, hidden)),
        # How many people of the base stand before each.
        "places": np.searchsorted(numbers, columns["personal_id"]),
        "crowded": np.empty(0, dtype=np.int64),
    }
    if some:
        columns |= {f"crowd_{name}": np.full(len(columns["personal_id"]), CROWDED, np.uint8) for name in Crowd._fields}
        own = SnapshotCandidates(Content(columns, lists, base.statistics, stamp))
        over = OverlaidSnapshot(_Parts(base, own, changes, stamp))
        columns |= over.surveyed()
        changes["crowded"] = over.met()
    for name, array in (columns | changes).items():
        np.save(folder / f"{name}.npy", array)
    added = Lists(lists.syllables[len(base.content.lists.syllables) :], lists.places[len(base.content.lists.places) :])
    manifest = {"keys_version": KEYS_VERSION, "form": _FORM, "base": below.name, "stamp": stamp._asdict()}
    text = json.dumps(manifest | added._asdict(), ensure_ascii=False)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


class _Parts(NamedTuple):
    """A snapshot, and what lies over it."""

    base: SnapshotCandidates
    own: SnapshotCandidates | None  # None: nobody came or changed
    changes: dict[str, NDArray[Any]]
    stamp: RegisterStamp


def _opened(folder: Path) -> _Parts:
    """What the files of an overlay and of its base hold."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SnapshotUnusable("the folder holds no complete overlay") from error
    if (manifest["keys_version"], manifest.get("form")) != (KEYS_VERSION, _FORM):
        raise SnapshotUnusable("the overlay was made by other rules; make it anew")
    base = SnapshotCandidates(folder.with_name(manifest["base"]))
    columns = {path.stem: np.load(path, mmap_mode="r").view(np.ndarray) for path in folder.glob("*.npy")}
    changes = {name: columns.pop(name) for name in ("hidden", "places", "crowded")}
    stamp, known = RegisterStamp(**manifest["stamp"]), base.content.lists
    lists = Lists([*known.syllables, *manifest["syllables"]], [*known.places, *manifest["places"]])
    own = SnapshotCandidates(Content(columns, lists, base.statistics, stamp)) if len(changes["places"]) else None
    return _Parts(base, own, changes, stamp)


class OverlaidSnapshot:
    """A snapshot and the changes since as one source of candidates; safe to share between threads.

    Persons are handles in the order of their personal numbers, counted over the people of the snapshot, hidden ones
    included, and those who lie over it.
    """

    def __init__(self, folder: Path | _Parts) -> None:
        """Map the files; SnapshotUnusable if there are none or other rules made them."""
        self._base, self._own, changes, self._stamp = _opened(folder) if isinstance(folder, Path) else folder
        self._places = np.asarray(changes["places"], dtype=np.int64)
        self._handles = self._places + np.arange(len(self._places))
        self._hidden, self._crowded = (np.zeros(len(self._base), dtype=np.bool_) for _ in range(2))
        self._hidden[changes["hidden"]] = True
        self._crowded[changes["crowded"]] = True
        self._layers = (
            Layer(self._base, lambda persons: ~self._hidden[persons], self._handles_of_base),
            Layer(self._own or _NOBODY, lambda persons: np.ones(len(persons), np.bool_), self._handles.__getitem__),
        )

    def __len__(self) -> int:
        return len(self._base) - int(self._hidden.sum()) + len(self._places)

    @property
    def statistics(self) -> Statistics:
        """The frozen statistics of the last full import."""
        return self._base.statistics

    @property
    def stamp(self) -> RegisterStamp:
        """Which register version this is."""
        return self._stamp

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people who share each blocking key, at most `cap` for each, the smallest handles first."""
        return lookup_both(*self._layers, keys, cap=cap)

    def fetch(self, persons: Ints) -> PeopleColumns:
        """The clean columns of these people, in the order given."""
        own, place = self._split(persons)
        below = self._base.fetch(place[~own])
        if self._own is None:
            return below
        above = self._own.fetch(place[own])
        order = np.empty(len(persons), dtype=np.int64)
        order[~own], order[own] = np.arange(len(below)), len(below) + np.arange(len(above))
        return _joined(below, above, order)

    def display_names(self, persons: Ints) -> Sequence[str]:
        """The names of these people as the register writes them."""
        own, place = self._split(persons)
        below = iter(self._base.display_names(place[~own]))
        above = iter(self._own.display_names(place[own]) if self._own is not None else ())
        return [next(above) if over else next(below) for over in own.tolist()]

    def crowd(self, persons: Ints) -> Crowd:
        """How crowded it is around each of these people, those included who came since."""
        own, place = self._split(persons)
        below, above = place[~own], place[own]
        counts = []
        for at, count in enumerate(self._base.crowd(below)):
            whole = np.empty(len(persons), dtype=np.uint8)
            whole[~own] = np.where(self._crowded[below], CROWDED, count)
            if self._own is not None:
                whole[own] = self._own.crowd(above)[at]
            counts.append(whole)
        return Crowd(*counts)

    def surveyed(self) -> dict[str, NDArray[np.uint8]]:
        """How crowded it is around those who came or changed, as columns."""
        assert self._own is not None
        below, above = self._base.content.columns, self._own.content.columns
        columns = {
            name: np.insert(below[name], self._places, above[name]) for name in ("personal_id", "birth", "sorted")
        }
        parts = [
            survey(self, self._handles[first : first + _SURVEYED], columns)
            for first in range(0, len(self._handles), _SURVEYED)
        ]
        whole = (np.concatenate(column) for column in zip(*parts, strict=True))
        return {f"crowd_{name}": column for name, column in zip(Crowd._fields, whole, strict=True)}

    def met(self) -> Ints:
        """The people of the base around whom it may be more crowded than was counted."""
        assert self._own is not None
        fresh = self._own.content.columns["keys"]
        found = []
        for first in range(0, len(self._base), _SURVEYED):
            some = np.arange(first, min(first + _SURVEYED, len(self._base)))
            some = some[(self._base.crowd(some).others != CROWDED) & ~self._hidden[some]]
            found.append(some[met_by(self.fetch(self._handles_of_base(some)), fresh)])
        return np.concatenate(found)

    def _handles_of_base(self, persons: Ints) -> Ints:
        return persons + np.searchsorted(self._places, persons, side="right")

    def _split(self, handles: Ints) -> tuple[Bools, Ints]:
        """Which persons lie over the base, and each one's position among those or in the base."""
        before = np.searchsorted(self._handles, handles)
        if not len(self._handles):
            return np.zeros(len(handles), dtype=np.bool_), handles
        own = self._handles[np.minimum(before, len(self._handles) - 1)] == handles
        return own, np.where(own, before, handles - before)


class _Nobody:
    """A source without people."""

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """Nobody, whatever is asked."""
        nothing = np.zeros(len(keys) + 1, dtype=np.int64)
        return Found(nothing, nothing[:0], np.zeros(len(keys), dtype=np.bool_))


_NOBODY: Final = _Nobody()


def _joined(below: PeopleColumns, above: PeopleColumns, order: Ints) -> PeopleColumns:
    """People of both layers in an order; the lists of those above continue the lists of those below."""

    def both(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
        joined: NDArray[Any] = np.concatenate([one, other])[order]
        return joined

    def ragged(one: Ragged, other: Ragged) -> Ragged:
        offsets = np.concatenate([one.offsets, one.offsets[-1] + other.offsets[1:]])
        return ragged_rows(offsets, np.concatenate([one.values, other.values]), order)

    names = NameColumns(
        above.names.syllables,
        both(below.names.codes, above.names.codes),
        both(below.names.length, above.names.length),
        *(both(getattr(below.names, name), getattr(above.names, name)) for name in _HASHES),
    )
    places = PlaceColumns(
        above.places.sets,
        both(below.places.index, above.places.index),
        both(below.places.single, above.places.single),
    )
    simple = ("personal_id", "year", "month", "day", "sex", "status")
    return replace(
        below,
        names=names,
        places=places,
        others=ragged(below.others, above.others),
        numbers=ragged(below.numbers, above.numbers),
        **{name: both(getattr(below, name), getattr(above, name)) for name in simple},
    )


def open_snapshot(folder: Path) -> SnapshotCandidates | OverlaidSnapshot:
    """The snapshot or the overlay in a folder; SnapshotUnusable if there is none or other rules made it."""
    try:
        form = json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("form")
    except (OSError, ValueError) as error:
        raise SnapshotUnusable("the folder holds no complete snapshot") from error
    return OverlaidSnapshot(folder) if form == _FORM else SnapshotCandidates(folder)


def folders_of(folder: Path) -> tuple[Path, ...]:
    """The folder of a snapshot, and that of the snapshot over which it lies; SnapshotUnusable if there is none."""
    try:
        base = json.loads((folder / MANIFEST).read_text(encoding="utf-8")).get("base")
    except (OSError, ValueError) as error:
        raise SnapshotUnusable("the folder holds no complete snapshot") from error
    return (folder,) if base is None else (folder, folder.with_name(base))
