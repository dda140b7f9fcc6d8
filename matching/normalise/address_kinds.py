"""Numbers the kinds of address parts: those of one kind do the same to a reading, whatever houses they name.

An address is then known by the kinds of its last parts, back to its commune, and only if these leave something open, by
the kinds of the others, whose numbers never matter. Numbers are never given twice, so that an answer can't depend on
what was forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from functools import partial
from itertools import count
from typing import Final

from matching.normalise.address_index import NUMBER
from matching.normalise.address_parts import as_written, part_of, with_any_numbers

MOST_WRITTEN: Final = 65_536  # parts that are remembered; then all are forgotten

CODE: Final = re.compile("[0-9]{5}")  # that of a commune has five digits
ODD: Final = 0  # a part that commas alone don't set apart
INERT: Final = 1  # one that names no unit
QUIET: Final = 0  # behind the kinds of parts: they resemble no name
NUMBERED: Final = 1  # before the last parts: one whose number may be part of a name
SIGNED: Final = 2  # the first number of the others; of those that announce a commune it is negative

_next_number: Final = count(SIGNED)


class _Kinds(dict[str, int]):
    """The kinds of parts as written, each known by what `signs` says of it."""

    def __init__(self, signs: Callable[[str], Hashable]) -> None:
        super().__init__()
        self.signs = signs
        self.numbers: dict[Hashable, int] = {}

    def __missing__(self, written: str) -> int:
        if len(self) >= MOST_WRITTEN:
            self.clear()
            self.numbers.clear()
        signs = self.signs(written)
        kind = self[written] = signs if isinstance(signs, int) else self.numbers.setdefault(signs, next(_next_number))
        return kind


class _EndKinds(_Kinds):
    """The kinds of the last parts of addresses; of those that announce the commune the number is negative."""

    def __missing__(self, written: str) -> int:
        kind = super().__missing__(written)
        if part_of(written).titled:
            kind = self[written] = -kind
        return kind


def _of_end(written: str) -> Hashable:
    """What tells a part among the last from others."""
    part = part_of(written)
    if not part.sign:
        return ODD
    if part.inert:
        return INERT
    return part.sign, part.titled, part.announces, part.single, part.alone is None


class _HeadKinds(dict[str, int]):
    """The kinds of the parts before, as written, by those of the same parts with other numbers."""

    def __init__(self, *, announced: bool) -> None:
        super().__init__()
        self.still = _Kinds(lambda still: NUMBERED if part_of(still).numbered else _of_head(still, announced=announced))
        self.numbered = _Kinds(partial(_of_head, announced=announced))

    def __missing__(self, written: str) -> int:
        if len(self) >= MOST_WRITTEN:
            self.clear()
        kind = self.still[NUMBER.sub("0", written)]
        if kind == NUMBERED:
            kind = self.numbered[with_any_numbers(written)]
        self[written] = kind
        return kind


def _of_head(written: str, *, announced: bool) -> Hashable:
    """What tells a part before those from others; a title elsewhere may announce a commune or not."""
    part = as_written(written)
    still = part.inert or (announced and part.idle)
    meaning = part.meaning(announced=announced) if part.steady and not still else ""
    return still, part.idle, part.steady, meaning


end_kind: Final = _EndKinds(_of_end).__getitem__
kind_alone: Final = _HeadKinds(announced=False).__getitem__
kind_announced: Final = _HeadKinds(announced=True).__getitem__
