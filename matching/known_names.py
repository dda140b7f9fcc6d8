"""Names of land users that come again and again: keyed once, and kept as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matching.columns import NAME_WORDS, Ints, NameColumns, parts_of_names
from matching.name_keys import keyed_names

_MOST_KEPT: Final = 1 << 18  # names, 250 bytes each; misspelt ones never end


class KnownNames:
    """The keys of names met before, for whoever asks chunk by chunk; threads may share it."""

    def __init__(self, most_kept: int = _MOST_KEPT) -> None:
        self._most_kept: Final = most_kept
        self._lock: Final = Lock()
        self._forget()

    def columns(self, names: Sequence[str]) -> NameColumns:
        """The names in the order given, as codes of a list of syllables of their own."""
        with self._lock:
            self._learn(names)
            return self._at(np.array(list(map(self._places.__getitem__, names)), dtype=np.int64))

    def _forget(self) -> None:
        self._places: dict[str, int] = {}
        self._codes: dict[str, bytes] = {}
        self._syllables: list[str] = []
        self._table: NDArray[np.uint64] = np.empty((0, NAME_WORDS), dtype=np.uint64)

    def _learn(self, names: Sequence[str]) -> None:
        """Key the names that are new."""
        distinct = dict.fromkeys(names)
        new = [name for name in distinct if name not in self._places]
        if len(self._places) + len(new) > self._most_kept:
            self._forget()
            new = list(distinct)
        begin = len(self._places)
        end = begin + len(new)
        if end > len(self._table):
            grown = np.empty((max(2 * len(self._table), end), NAME_WORDS), dtype=np.uint64)
            grown[:begin] = self._table[:begin]
            self._table = grown
        keyed = keyed_names(new, self._codes)
        self._table[begin:end] = np.frombuffer(keyed.rows, dtype="<u8").reshape(-1, NAME_WORDS)
        self._syllables = list(self._codes)
        self._places.update(zip(new, range(begin, end), strict=True))

    def _at(self, places: Ints) -> NameColumns:
        hashes, codes = parts_of_names(self._table.take(places, axis=0))
        # Code -1, no syllable, is the last place of this table and stays -1.
        own = np.zeros(len(self._syllables) + 1, dtype=np.int32)
        own[codes] = 1
        own[-1] = 0
        used = own.nonzero()[0]
        own[:] = -1
        own[used] = np.arange(len(used))
        codes = own[codes]
        length = (codes >= 0).sum(axis=1, dtype=np.int32)
        return NameColumns([self._syllables[at] for at in used.tolist()], codes, length, *hashes)
