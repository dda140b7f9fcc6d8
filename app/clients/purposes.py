"""Why people are asked about: the header X-Purpose, which the access log keeps, so it may hold nobody's data."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fastapi import Request

from app.clients.errors import PurposeInvalid, PurposeMissing

HEADER: Final = "X-Purpose"
SHORTEST, LONGEST = 3, 120  # characters
_MARKS = frozenset(" .,:;/()_-+&'")
_SEPARATORS = re.compile(r"[ .-]")
# A personal number has 12 digits, an old card 9, a passport a letter and 7; a date in digits has 8, with separators.
_NUMBER = re.compile(r"\d{7,}")
_SPACED_NUMBER = re.compile(r"\d{9,}")


def purpose_of(request: Request) -> str:
    """The purpose that a request states; PurposeMissing or PurposeInvalid."""
    for name, value in request.scope["headers"]:
        if name == b"x-purpose":
            return checked(_decoded(value))
    raise PurposeMissing(header=HEADER)


@lru_cache(maxsize=256)
def checked(purpose: str, *, shortest: int = SHORTEST) -> str:
    """The purpose, its spaces made single; PurposeInvalid where it may hold more than a purpose."""
    told = " ".join(purpose.split())
    bounded = shortest <= len(told) <= LONGEST
    if not bounded or not all(c.isalpha() or c.isdecimal() or c in _MARKS for c in told):
        raise PurposeInvalid(shortest=SHORTEST, longest=LONGEST)
    if _NUMBER.search(told) or _SPACED_NUMBER.search(_SEPARATORS.sub("", told)):
        raise PurposeInvalid(shortest=SHORTEST, longest=LONGEST)
    return told


def _decoded(value: bytes) -> str:
    """Headers are bytes: UTF-8 as most clients send it, else Latin-1 as the standard has it."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
