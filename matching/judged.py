"""Judges each pair of distinct values once, however many pairs of rows hold them: a table that fills as it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.normalise.text import fold
from matching.variants import SyllableRelation, heard_syllable, relate_syllables, variant_of

T = TypeVar("T")
Table = NDArray[np.uint8]

_UNKNOWN: Final = 255
_MOST_KEPT: Final = 1 << 15  # syllables of land users; the misspelt ones never end
_FEW: Final = 64  # so few pairs are judged at once rather than looked over first


class Judged(Generic[T]):
    """Pairs of values of two lists, each judged once."""

    def __init__(self, left: Sequence[T], right: Sequence[T], judge: Callable[[T, T], int]) -> None:
        self._left, self._right, self._judge = left, right, judge
        self._table: Table = np.full((len(left), len(right)), _UNKNOWN, dtype=np.uint8)
        self._rows: NDArray[np.int64] = np.arange(len(left))

    def __call__(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> Table:
        """The judgement of each pair (left[i], right[i]) of list positions."""
        rows = self._rows[left]
        known = self._table[rows, right]
        missing = (known == _UNKNOWN).nonzero()[0]
        if len(missing):
            self._learn(left[missing], right[missing])
            known = self._table[rows, right]
        return known

    def _learn(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> None:
        """Judge these pairs; the same may stand there several times."""
        if len(left) <= _FEW:
            self._settle(set(zip(left.tolist(), right.tolist(), strict=True)))
        else:
            width = len(self._right)
            pairs = np.unique(left.astype(np.int64) * width + right)
            self._settle_many(pairs // width, pairs % width)

    def _settle(self, pairs: Iterable[tuple[int, int]]) -> None:
        for i, j in pairs:
            self._table[self._rows[i], j] = self._judge(self._left[i], self._right[j])

    def _settle_many(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> None:
        self._settle(zip(left.tolist(), right.tolist(), strict=True))


class _Traits(NamedTuple):
    """What shows of most pairs of syllables that they have nothing to do with each other, by position in a list."""

    bare: NDArray[np.int64]  # equal for syllables of the same letters, as below for variants and sounds
    variant: NDArray[np.int64]
    heard: NDArray[np.int64]
    letters: NDArray[np.uint32]  # a bit for each letter
    first: NDArray[np.int64]
    length: NDArray[np.int64]

    @classmethod
    def of(cls, syllables: Sequence[str]) -> _Traits:
        """The traits of syllables in K2 form."""
        bare = list(map(fold, syllables))
        return cls(
            np.array(list(map(hash, bare)), dtype=np.int64),
            np.array([hash(variant_of(syllable)) for syllable in syllables], dtype=np.int64),
            np.array([hash(heard_syllable(syllable)) for syllable in syllables], dtype=np.int64),
            np.array([_letters(letters) for letters in bare], dtype=np.uint32),
            np.array([hash(letters[:1]) for letters in bare], dtype=np.int64),
            np.array(list(map(len, bare)), dtype=np.int64),
        )

    def at(self, rows: NDArray[np.int64]) -> _Traits:
        """Those of some syllables."""
        return _Traits(
            self.bare[rows],
            self.variant[rows],
            self.heard[rows],
            self.letters[rows],
            self.first[rows],
            self.length[rows],
        )


def _letters(bare: str) -> int:
    letters = 0
    for letter in bare:
        letters |= 1 << (ord(letter) & 31)
    return letters


def _related(left: _Traits, right: _Traits) -> NDArray[np.bool_]:
    """Which pairs may be anything but DIFFERENT: alike in letters, variant or sound, one short, or one edit apart."""
    same = (left.bare == right.bare) | (left.variant == right.variant) | (left.heard == right.heard)
    abbreviated = (np.minimum(left.length, right.length) <= 3) & (left.first == right.first)
    edited = (np.abs(left.length - right.length) <= 1) & (np.bitwise_count(left.letters ^ right.letters) <= 2)
    related: NDArray[np.bool_] = same | abbreviated | edited
    return related


class Vocabulary(tuple[str, ...]):
    """The syllables of a register that is asked again and again: what was judged of them is kept for later batches.

    Batches of several threads may share it: rows are given out one batch at a time, and a row never becomes another's.
    """

    def __init__(self, syllables: Sequence[str] = ()) -> None:
        self.traits: Final = _Traits.of(syllables)
        self._places: dict[str, int] = {}
        self._table: Table = np.empty((0, len(self)), dtype=np.uint8)
        self._lock: Final = Lock()

    def rows(self, asked: Sequence[str]) -> tuple[Table, NDArray[np.int64]]:
        """A table of what is known of each syllable asked and each of the register, and which row is whose."""
        with self._lock:
            if len(self._places) > _MOST_KEPT:
                self._places, self._table = {}, np.empty((0, len(self)), dtype=np.uint8)
            places = self._places
            rows = np.array([places.setdefault(syllable, len(places)) for syllable in asked], dtype=np.int64)
            if len(places) > len(self._table):
                grown = np.full((max(2 * len(self._table), len(places)), len(self)), _UNKNOWN, dtype=np.uint8)
                grown[: len(self._table)] = self._table
                self._table = grown
            return self._table, rows


class JudgedSyllables(Judged[str]):
    """How syllables of land users relate to those of people; of most pairs a glance shows that they don't."""

    def __init__(self, left: Sequence[str], right: Sequence[str]) -> None:
        self._left, self._right, self._judge = left, right, relate_syllables
        if isinstance(right, Vocabulary):
            self._table, self._rows = right.rows(left)
        else:
            super().__init__(left, right, relate_syllables)

    def _settle_many(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> None:
        if isinstance(self._right, Vocabulary):
            asked, places = np.unique(left, return_inverse=True)
            traits = _Traits.of([self._left[i] for i in asked.tolist()])
            related = _related(traits.at(places), self._right.traits.at(right))
            self._table[self._rows[left[~related]], right[~related]] = SyllableRelation.DIFFERENT
            left, right = left[related], right[related]
        super()._settle_many(left, right)
