"""Numbers the kinds of address parts: those of one kind do the same to a reading, whatever houses they name.

An address is then known by the kinds of its parts, a handful of small numbers; nearly all addresses of a file are of
kinds that came before. Numbers are never given twice, so that an answer can't depend on what was forgotten.
"""

from __future__ import annotations

import re
from itertools import count
from typing import Final

from matching.normalise.address_index import NUMBER
from matching.normalise.address_parts import MOST_HITS, is_quiet, part_of

MOST_WRITTEN: Final = 131_072  # parts as written that are remembered; then all are forgotten
MOST_KINDS: Final = 65_536

CODE: Final = re.compile("[0-9]{5}")  # that of a commune has five digits
_MOST_NUMBERS: Final = 3  # in a part that is judged without them: each may at most be one more name of a unit
_Kind = tuple[object, ...]

_numbers: Final[dict[_Kind, int]] = {}
_next_number: Final = count(1)


class _Kinds(dict[str, int]):
    """The kinds of parts as written."""

    def __missing__(self, written: str) -> int:
        if len(self) >= MOST_WRITTEN:
            self.clear()
        if len(_numbers) >= MOST_KINDS:
            self.clear()
            _numbers.clear()
        kind = self[written] = _numbers.setdefault(_kind(written), next(_next_number))
        return kind


def _kind(written: str) -> _Kind:
    """All of a part that a reading may depend on: mostly only that it names no unit, whatever its numbers are."""
    zeroed, numbers = NUMBER.subn("0", written)
    part = part_of(zeroed)
    quiet = part.steady and is_quiet(zeroed)
    code = numbers > 0 and CODE.search(written) is not None
    if part.inert and part.hits + 2 * numbers <= MOST_HITS and numbers <= _MOST_NUMBERS:
        return quiet, code
    whole = part_of(written) if numbers else part
    return (
        *(whole.sign, whole.inert, whole.titled, whole.announces, whole.single, whole.named is None),
        *(part.sign, part.inert, part.steady, part.idle, quiet, code),
    )


_kinds: Final = _Kinds()
kind_of: Final = _kinds.__getitem__
