"""Numbers the kinds of address parts: those of one kind do the same to a reading, whatever houses they name.

An address is then known by the kinds of its last parts, back to its commune, and only if these leave something open, by
the kinds of the others, whose numbers never matter. Numbers are never given twice, so that an answer can't depend on
what was forgotten.
"""

from __future__ import annotations

import re
from itertools import count
from typing import Final

from matching.normalise.address_parts import is_quiet, part_of

MOST_WRITTEN: Final = 65_536  # parts that are remembered; then all are forgotten

CODE: Final = re.compile("[0-9]{5}")  # that of a commune has five digits
ODD: Final = 0  # a part that commas alone don't set apart
INERT: Final = 1  # one that names no unit
SIGNED: Final = 2  # the first number of the others; of those that announce a commune it is negative

_next_number: Final = count(SIGNED)


class _Kinds(dict[str, int]):
    """The kinds of parts as written."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[tuple[object, ...], int] = {}

    def __missing__(self, written: str) -> int:
        if len(self) >= MOST_WRITTEN:
            self.clear()
            self.numbers.clear()
        kind = self[written] = self.kind(written)
        return kind

    def kind(self, written: str) -> int:
        """The number of a part's kind."""
        raise NotImplementedError

    def number(self, *known: object) -> int:
        """The number of what is known of a part."""
        return self.numbers.setdefault(known, next(_next_number))


class _EndKinds(_Kinds):
    """The kinds of the last parts of addresses."""

    def kind(self, written: str) -> int:
        part = part_of(written)
        if not part.sign:
            return ODD
        if part.inert:
            return INERT
        number = self.number(part.sign, part.titled, part.announces, part.single, part.named is None)
        return -number if part.titled else number


class _HeadKinds(_Kinds):
    """The kinds of the parts before, every number in them being zero; there, a title may announce a commune or not."""

    def __init__(self, *, announced: bool) -> None:
        super().__init__()
        self.announced = announced

    def kind(self, written: str) -> int:
        part = part_of(written)
        still = part.inert or (self.announced and part.idle)
        sign = part.sign if part.steady and not still else ""
        return self.number(still, part.idle, part.steady, sign, part.steady and is_quiet(written))


end_kind: Final = _EndKinds().__getitem__
kind_alone: Final = _HeadKinds(announced=False).__getitem__
kind_announced: Final = _HeadKinds(announced=True).__getitem__
