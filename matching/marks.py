"""What a land record says that is not compared, bit by bit."""

from __future__ import annotations

from enum import IntFlag


class Mark(IntFlag):
    """What a land record says that is not compared but has a part in the answer."""

    NO_NUMBER = 1  # nothing was written where the number belongs
    UNREADABLE = 2  # something was, that is no number
    PASSPORT = 4
    CARD = 8  # a number of a Vietnamese identity card, old or new
    SEX_DERIVED = 16  # the sex was read off the number
    COMMUNE_SPLIT = 32  # the address names a commune that was divided
    CURRENT_USER = 64  # the parcel is used by another than its holder
    SAID_TO_BE_DEAD = 128
    IN_COMPANY = 256  # another land user of the same record is certain: known only once that one is decided
