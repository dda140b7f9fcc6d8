"""How often a client may try: different questions a day about one name, one number, one person.

Counted are pseudonyms of what was sent, in tables of fixed size (a count-min sketch and a Bloom filter) that nobody can
flush by asking about others; a repeated question is no attempt. In memory, for each process: the access log counts for
good (docs/security.md).
"""

from __future__ import annotations

import secrets
from array import array
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from threading import Lock
from typing import Final, NamedTuple

from app.clients.errors import AttemptsExceeded
from matching.normalise.text import fold
from matching.records import CleanSubject, NumberKind

_ROWS: Final = 4
_CELLS: Final = 1 << 19  # in a row: two bytes each; a million questions a day fill a cell eight times
_BITS: Final = 1 << 23  # of the filter: a million questions set 40 % of them
_MOST: Final = (1 << 16) - 1
_DAY: Final = 86_400
_VIETNAM: Final = 7 * 3_600  # seconds before UTC: a day begins at midnight in Vietnam
_NAME_SHARE: Final = 4  # namesakes are many: a name alone may be asked about so many times as often


class Place(NamedTuple):
    """What attempts are counted for, and how many times the client's limit it may have."""

    name: str
    times: int


class _Day:
    """What one client tried on one day."""

    __slots__ = ("counts", "number", "seen")

    def __init__(self, number: int) -> None:
        self.number = number
        self.counts = array("H", bytes(2 * _ROWS * _CELLS))
        self.seen = bytearray(_BITS // 8)


class Attempts:
    """The attempts of all clients of a process."""

    def __init__(self, *, clock: Callable[[], float], key: bytes | None = None) -> None:
        self._clock, self._key = clock, key or secrets.token_bytes(32)
        self._days: dict[int, _Day] = {}
        self._lock = Lock()

    def asked(self, client_id: int, subjects: Iterable[CleanSubject], *, limit: int) -> None:
        """Land users are about to be looked for; AttemptsExceeded if one was asked about too often already.

        It depends on what was sent alone: that it is too often says nothing about the register.
        """
        tried = [(places_of(subject), question_of(subject)) for subject in subjects]
        self._count(client_id, tried, limit)

    def found(self, client_id: int, people: Iterable[tuple[CleanSubject, str]], *, limit: int) -> None:
        """People are about to be named; AttemptsExceeded if one was found by too many different questions."""
        tried = [([Place(f"person {personal_id}", 1)], question_of(subject)) for subject, personal_id in people]
        self._count(client_id, tried, limit)

    def _count(self, client_id: int, tried: list[tuple[list[Place], str]], limit: int) -> None:
        now = self._clock()
        number, of_day = divmod(int(now) + _VIETNAM, _DAY)
        with self._lock:
            day = self._days.get(client_id)
            if day is None or day.number != number:
                day = self._days[client_id] = _Day(number)
            within = [self._one(day, place, question, limit) for places, question in tried for place in places]
        if not all(within):
            raise AttemptsExceeded(seconds=_DAY - of_day)

    def _one(self, day: _Day, place: Place, question: str, limit: int) -> bool:
        """Count one attempt, unless it is a repeated one; whether it is within the limit."""
        cells = list(self._cells(place.name))
        count = min(day.counts[cell] for cell in cells)
        bits = [cell % _BITS for cell in self._positions(f"{place.name}\x00{question}", _BITS)]
        if all(day.seen[bit >> 3] >> (bit & 7) & 1 for bit in bits):
            return count <= limit * place.times
        if count >= limit * place.times:
            return False
        for bit in bits:
            day.seen[bit >> 3] |= 1 << (bit & 7)
        for cell in cells:  # only the lowest ones grow: others are higher by what was counted for others
            if day.counts[cell] == count and count < _MOST:
                day.counts[cell] = count + 1
        return True

    def _cells(self, text: str) -> Iterator[int]:
        return (row * _CELLS + cell for row, cell in enumerate(self._positions(text, _CELLS)))

    def _positions(self, text: str, size: int) -> list[int]:
        digest = blake2b(text.encode("utf-8", "replace"), digest_size=4 * _ROWS, key=self._key).digest()
        return [int.from_bytes(digest[4 * row : 4 * row + 4], "little") % size for row in range(_ROWS)]


def places_of(subject: CleanSubject) -> list[Place]:
    """What the attempts on a land user are counted for: its name, its name and birth year, each of its numbers."""
    birth = subject.birth_date
    year = 0 if birth is None else birth.date.year
    places = [Place(f"number {number}", 1) for number in _numbers(subject)]
    if subject.full_name:
        name = " ".join(sorted(fold(subject.full_name).split()))  # another order or accent is the same name
        places += [Place(f"name {name}", _NAME_SHARE), Place(f"name {name} {year}", 1)]
    return places


def question_of(subject: CleanSubject) -> str:
    """What is asked about a land user: two questions are the same if all that could be a guess is the same."""
    birth = subject.birth_date
    dates = "" if birth is None else f"{birth.date} {birth.alternative or ''}"
    return f"{subject.full_name or ''}\x00{' '.join(_numbers(subject))}\x00{dates}\x00{subject.sex}"


def _numbers(subject: CleanSubject) -> list[str]:
    return sorted({number.value for number in subject.numbers if number.kind is not NumberKind.UNREADABLE})
