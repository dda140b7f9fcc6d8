"""Identity numbers as integers. `make compiled` compiles this module (decision 0015)."""

from __future__ import annotations

from typing import Final

from matching.name_keys import hash64
from matching.records import NumberKind

MAX_NUMBERS: Final = 4  # identity numbers of one land user that are compared
FIRST_CMND9: Final = 10**13
FIRST_PASSPORT: Final = 2 * 10**13
_FIRST_OTHER: Final = 3 * 10**13
_PERSONAL_DIGITS: Final = 12
_BEHIND_PERSONAL: Final = 10**12

# Members by names of their own: to look one up in its enumeration costs more than what is done with it.
_PERSONAL: Final = NumberKind.PERSONAL
_CARD: Final = NumberKind.CMND9
_PASSPORT: Final = NumberKind.PASSPORT
_OTHER: Final = NumberKind.OTHER


def number_code(kind: NumberKind, value: str) -> int:
    """An identity number as an integer below 2**53: 12 digits as they are, every other kind in a range of its own."""
    if kind is _PERSONAL:
        return int(value)
    if kind is _CARD:
        return FIRST_CMND9 + int(value)
    if kind is _PASSPORT:
        return FIRST_PASSPORT + (ord(value[0]) & 0x1F) * 10**8 + int(value[1:])
    if kind is _OTHER:
        return _FIRST_OTHER + hash64(value) % 10**13
    # Twelve digits that break a rule of structure can't be anybody's number, but may be one digit off.
    return int(value) if len(value) == _PERSONAL_DIGITS and value.isdecimal() else 0


def is_personal_code(code: int) -> bool:
    """Whether a number code is a 12-digit personal number."""
    return 0 < code < _BEHIND_PERSONAL
