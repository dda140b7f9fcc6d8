"""Reads the birth dates of a cell as far as they are known, each doubt flagged (DOMAIN 1.4, 8.3).

Dates repeat by the thousand, so readings are cached. A text is folded, its words are turned into plain signs, and one
table of forms finds the dates in it.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from matching.normalise.birth_date_forms import EARLIEST_YEAR, NOTHING, dates_in, day_month_year, has_more, plain
from matching.normalise.making import maker
from matching.normalise.number_tables import NOTHING_KNOWN
from matching.records import BirthDate, CellType, PartialDate

MAX_CELL: Final = 200
"""Characters of a cell that are read; a longer text is no date."""

_DAY_ZERO: Final = date(1899, 12, 30)
_ISO_DAY: Final = re.compile(r"\s*(1905-[0-9]{2}-[0-9]{2})(?![0-9])")
_NO_DATE: Final = (BirthDate(NOTHING, flags=("unreadable_date",)),)
_MOST_READINGS: Final = 131_072  # then all are forgotten
_MOST_HALVES: Final = 65_536
_birth_date: Final = maker(BirthDate)
_partial: Final = maker(PartialDate)


def read_birth_dates(cell: str, *, cell_type: CellType = CellType.TEXT, latest: int) -> tuple[BirthDate, ...]:
    """The birth dates of a cell in the order written; `latest` is the last year in which somebody may be born.

    A blank cell, or one which says that nothing is known, gives none; a text that is no date gives one empty date
    with the flag `unreadable_date`.
    """
    if cell_type is not CellType.DATE:
        readings = _last.readings  # of the year that was asked for last, as it nearly always is again
        if readings.latest != latest:
            readings = _last.readings = _readings_until(latest)
        return readings.of(cell)
    return _read(cell, cell_type, latest) if len(cell) <= MAX_CELL else _NO_DATE


class _Readings:
    """The readings of cells that state one date; of two dates each for itself, as most pairs occur once."""

    def __init__(self, latest: int) -> None:
        self.latest = latest
        self.alone: dict[str, tuple[BirthDate, ...]] = {}
        self.halves: dict[str, BirthDate | None] = {}  # None for what is not read as if it stood alone

    def of(self, cell: str) -> tuple[BirthDate, ...]:
        """The reading of a cell."""
        reading = self.alone.get(cell)
        return self._first(cell) if reading is None else reading

    def _first(self, cell: str) -> tuple[BirthDate, ...]:
        """That of a cell which was not met before, or states two dates."""
        if len(cell) > _LONGEST_DAY:
            if len(cell) > MAX_CELL:
                return _NO_DATE
            for sign in _BETWEEN:
                if sign in cell:
                    first, _, second = cell.partition(sign)
                    one, two = self._half(first), self._half(second)
                    if one is not None and two is not None:
                        return one, two
                    break
            else:
                day = _same_day(cell)
                if day is not None:
                    return self.of(day)
        if len(self.alone) >= _MOST_READINGS:
            self.alone.clear()
        reading = _plain_day(cell, self.latest) or _year_first(cell, self.latest)
        reading = self.alone[cell] = reading or _read(cell, CellType.TEXT, self.latest)
        return reading

    def _half(self, half: str) -> BirthDate | None:
        """What stands on one side of a pair of dates."""
        if half in self.halves:
            return self.halves[half]
        alone = self.of(half) if _ONE_DATE.fullmatch(half) is not None else ()
        if len(self.halves) >= _MOST_HALVES:
            self.halves.clear()
        read = self.halves[half] = _one_of_two(alone[0]) if len(alone) == 1 else None
        return read


class _Last:
    """The readings that were asked for last; whoever reads with them holds on to them, whatever others ask for."""

    def __init__(self, readings: _Readings) -> None:
        self.readings = readings


@lru_cache(maxsize=4)
def _readings_until(latest: int) -> _Readings:
    """The readings for a year that is the last one in which somebody may be born."""
    return _Readings(latest)


_last: Final = _Last(_Readings(0))


def _same_day(cell: str) -> str | None:
    """The day of a cell that states its time too, or that writes it in words, in the form that is read alike."""
    timed = _TIMED_DAY.fullmatch(cell)
    if timed is not None:
        return timed[1]
    worded = _WORDED_DAY.fullmatch(cell)
    if worded is None or worded[3] == "0000":  # of which nothing is known in figures
        return None
    return f"{worded[3]}-{worded[2]}-{worded[1]}"


def _plain_day(cell: str, latest: int) -> tuple[BirthDate, ...]:
    """The reading of a day as most are written, 07/09/1985; nothing for any other text, or an impossible day."""
    day, month = _day_and_month(cell[:-4])
    written = cell[-4:]
    if not day or not (written.isascii() and written.isdecimal()):
        return ()
    year = int(written)
    if not EARLIEST_YEAR <= year <= latest or day > (28 if month == 2 else _DAYS_OF_MONTH[month]):
        return ()
    read = _partial(year, month, day)
    if day > 12:
        return (_birth_date(read),)
    if day == month:
        return (_birth_date(read, None, ("maybe_year_only",) if day == 1 else ()),)
    return (_birth_date(read, _partial(year, day, month), ("dm_ambiguous",)),)


def _year_first(cell: str, latest: int) -> tuple[BirthDate, ...]:
    """The reading of a day written as 1985-09-07, whose order is sure; nothing for any other text."""
    found = _YEAR_FIRST.fullmatch(cell)
    if found is None:
        return ()
    year, month, day = map(int, found.groups())
    if not (EARLIEST_YEAR <= year <= latest and 1 <= month <= 12):
        return ()
    if not 1 <= day <= (28 if month == 2 else _DAYS_OF_MONTH[month]):
        return ()
    return (_birth_date(_partial(year, month, day), None, ("maybe_year_only",) if day == month == 1 else ()),)


@lru_cache(maxsize=8_192)
def _day_and_month(text: str) -> tuple[int, int]:
    """Day and month of "07/09/"; zeros where the text is no such thing."""
    found = _DAY_AND_MONTH.fullmatch(text)
    day, month = (int(found["day"]), int(found["month"])) if found is not None else (0, 0)
    return (day, month) if day <= 31 and 1 <= month <= 12 else (0, 0)


def _one_of_two(read: BirthDate) -> BirthDate:
    """One of two dates of a cell."""
    return _birth_date(read.date, read.alternative, (*read.flags, "multi"))


def read_card_date(digits: str, latest: int) -> BirthDate | None:
    """The day that a chip card writes as ddMMyyyy; day and month are sure of their places."""
    digits = digits.replace("/", "")
    if len(digits) != 8 or not (digits.isascii() and digits.isdecimal()):
        return None
    read = day_month_year(int(digits[:2]), int(digits[2:4]), int(digits[4:]), latest)
    kept = tuple(flag for flag in read.flags if flag != "dm_ambiguous")
    return BirthDate(read.date, flags=kept)


def date_of_serial(serial: int, latest: int) -> BirthDate:
    """The day that a spreadsheet counts as `serial`, in its 1900 system with the 29 February 1900 that never was."""
    if not 0 < serial <= 100_000 or serial == 60:
        return BirthDate(NOTHING, flags=("unreadable_date",))
    day = _DAY_ZERO + timedelta(days=serial + (serial < 60))
    read = day_month_year(day.day, day.month, day.year, latest)
    kept = tuple(flag for flag in read.flags if flag != "dm_ambiguous")
    return BirthDate(read.date, flags=("excel_serial", *kept))


@lru_cache(maxsize=16_384)
def _read(cell: str, cell_type: CellType, latest: int) -> tuple[BirthDate, ...]:
    if cell_type is CellType.DATE and (year := _year_typed_as_day(cell, latest)):
        return (BirthDate(PartialDate(year), flags=("excel_serial", "year_in_date_cell")),)
    worded = _WORDED_DAY.fullmatch(cell)
    if worded is not None:
        day, month, year = map(int, worded.groups())
        return (day_month_year(day, month, year, latest, sure=True),)
    timed = _TIMED_DAY.fullmatch(cell)
    text, notes = (cell, ()) if _PLAIN_FORM.fullmatch(cell) is not None else (timed[1], ()) if timed else plain(cell)
    serial = _SERIAL.fullmatch(text)
    if serial is not None and (cell_type is CellType.DATE or len(serial[1]) == 5):
        return (_read_serial(int(serial[1]), cell_type, latest),)
    dates = dates_in(text, latest) if text.strip("0/.- ") else []
    if not dates:
        words = " ".join(text.translate(_PUNCTUATION).split())
        nothing = not notes and (not words.strip("0 ") or words in NOTHING_KNOWN)
        return () if nothing else (BirthDate(NOTHING, flags=("unreadable_date", *notes)),)
    if has_more(text):
        notes = (*notes, "date_leftover")
    if len(dates) > 1:
        notes = (*notes, "multi")
    return tuple(BirthDate(read.date, read.alternative, (*read.flags, *notes)) for read in dates)


def _year_typed_as_day(cell: str, latest: int) -> int:
    """The year that was typed into a date cell, which shows the day of that serial: 1985 is 7 June 1905; else zero."""
    found = _ISO_DAY.match(cell)
    if found is None:
        return 0
    try:
        serial = (date.fromisoformat(found[1]) - _DAY_ZERO).days
    except ValueError:
        return 0
    return serial if EARLIEST_YEAR <= serial <= latest else 0


def _read_serial(serial: int, cell_type: CellType, latest: int) -> BirthDate:
    """A plain number in a date cell is a serial unless it looks like a year; elsewhere it proves nothing."""
    if cell_type is not CellType.DATE:
        return BirthDate(NOTHING, flags=("maybe_excel_serial",))
    if EARLIEST_YEAR <= serial <= latest:
        return BirthDate(PartialDate(serial), flags=("year_in_date_cell",))
    return date_of_serial(serial, latest)


# Nothing in these is a word or a sign to be read otherwise; most cells of a file are so.
_PLAIN_FORM: Final = re.compile(
    r"[0-9]{4}|[0-9]{1,2}([/.-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2}"
)
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIMED_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T][0-9]{2}:[0-9]{2}:[0-9]{2}")
_LONGEST_DAY: Final = 10  # characters
_WORDED_DAY: Final = re.compile(r"ngày ([0-9]{2}) tháng ([0-9]{2}) năm ([0-9]{4})")
# What may stand on either side of the sign between two dates: each is then read as if it stood alone.
_ONE_DATE: Final = re.compile(
    r"[0-9]{1,2}([/.-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})|(?:[Ss]inh |[Ss]inh năm |[Nn]ăm )?[0-9]{4}"
    r"|ngày [0-9]{2} tháng [0-9]{2} năm [0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}:[0-9]{2})?"
)
_BETWEEN: Final = (" - ", " và ", "; ", ", ", "\n")
_DAY_AND_MONTH: Final = re.compile(r"(?P<day>[0-9]{1,2})(?P<sign>[/.-])(?P<month>[0-9]{1,2})(?P=sign)")
_DAYS_OF_MONTH: Final = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SERIAL: Final = re.compile(r"([0-9]{1,5})(?:[.,][0-9]{1,20})?")
_PUNCTUATION: Final = {code: " " for code in range(33, 127) if not chr(code).isalnum()}
