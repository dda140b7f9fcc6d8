"""Numbers the kinds of address parts: those of one kind do the same to a reading, whatever houses they name.

An address is then known by the kinds of its last parts, back to its commune, and only if these leave something open, by
the kinds of the others, whose numbers never matter. Numbers are never given twice, so that an answer can't depend on
what was forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import count
from typing import Final

from matching.normalise.address_index import numberless
from matching.normalise.address_parts import as_written, part_of, with_any_numbers

MOST_WRITTEN: Final = 65_536  # parts that are remembered; then all are forgotten

CODE: Final = re.compile("[0-9]{5}")  # that of a commune has five digits
QUIET: Final = 0  # behind the kinds of parts: they resemble no name
_next_number: Final = count(QUIET + 1)


@dataclass(frozen=True, slots=True)
class EndKind:
    """What one of the last parts of an address does to its reading."""

    number: Hashable  # of kinds alike in all that is known of their parts; an object is handed on, an int made anew
    odd: bool = False  # commas alone don't set it apart
    inert: bool = False  # it names no unit
    titled: bool = False  # it announces the commune: what precedes it is no part of the end


_ODD: Final = EndKind(next(_next_number), odd=True)
_INERT: Final = EndKind(next(_next_number), inert=True)
_end_kinds: Final[dict[str, EndKind]] = {}
_end_numbers: Final[dict[Hashable, Hashable]] = {}


def end_kind(written: str) -> EndKind:
    """The kind of one of the last parts, as written."""
    kind = _end_kinds.get(written)
    if kind is None:
        if len(_end_kinds) >= MOST_WRITTEN:
            _end_kinds.clear()
            _end_numbers.clear()
        kind = _end_kinds[written] = _of_end(written)
    return kind


def _of_end(written: str) -> EndKind:
    part = part_of(written)
    if not part.sign:
        return _ODD
    if part.inert:
        return _INERT
    signs = part.sign, part.titled, part.announces, part.single, part.alone is None
    return EndKind(_end_numbers.setdefault(signs, next(_next_number)), titled=part.titled)


class _HeadKinds:
    """The kinds of the parts before, as written, by those of the same parts with other numbers."""

    def __init__(self, *, announced: bool) -> None:
        self.announced = announced
        self.kinds: dict[str, Hashable] = {}
        self.still: dict[str, Hashable] = {}
        self.numbers: dict[Hashable, Hashable] = {}

    def of(self, written: str) -> Hashable:
        """The number of the kind of a part."""
        kind = self.kinds.get(written)
        if kind is None:
            kind = self._first(written)
        return kind

    def _first(self, written: str) -> Hashable:
        """That of a part with these numbers, kept for the next time."""
        if len(self.kinds) >= MOST_WRITTEN:
            self.kinds.clear()
        still = numberless(written)
        kind = self.still.get(still)
        if kind is None:
            if len(self.still) >= MOST_WRITTEN:
                self.still.clear()
            kind = self.still[still] = _NUMBERED if part_of(still).numbered else self._number(still)
        if kind is _NUMBERED:
            kind = self._number(with_any_numbers(written))
        self.kinds[written] = kind
        return kind

    def _number(self, written: str) -> Hashable:
        """What tells a part before the units from others; a title elsewhere may announce a commune or not."""
        if len(self.numbers) >= MOST_WRITTEN:
            self.numbers.clear()
        part = as_written(written)
        still = part.inert or (self.announced and part.idle)
        meaning = part.meaning(announced=self.announced) if part.steady and not still else ""
        return self.numbers.setdefault((still, part.idle, part.steady, meaning), next(_next_number))


_NUMBERED: Final = "numbered"  # of a part one of whose numbers may be part of a name
ALONE: Final = _HeadKinds(announced=False)
ANNOUNCED: Final = _HeadKinds(announced=True)
