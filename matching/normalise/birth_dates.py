"""Reads the birth dates of a cell as far as they are known, each doubt flagged (DOMAIN 1.4, 8.3).

Dates repeat by the thousand, so readings are cached. A text is folded, its words are turned into plain signs, and one
table of forms finds the dates in it.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from matching.normalise.making import maker
from matching.normalise.number_tables import NOTHING_KNOWN
from matching.normalise.text import fold, repair
from matching.records import BirthDate, CellType, PartialDate

EARLIEST_YEAR: Final = 1900
"""Nobody born earlier has a personal number (DOMAIN 1.1); such a year is a slip."""

MAX_CELL: Final = 200
"""Characters of a cell that are read; a longer text is no date."""

ADULT: Final = 18
"""Land users are mostly adults: a two-digit year is read as of this century only for somebody of this age or more."""

NOTHING: Final = PartialDate()
_DAY_ZERO: Final = date(1899, 12, 30)
_ISO_DAY: Final = re.compile(r"\s*(1905-[0-9]{2}-[0-9]{2})(?![0-9])")
Flags = tuple[str, ...]
_NO_DATE: Final = (BirthDate(NOTHING, flags=("unreadable_date",)),)
_MOST_READINGS: Final = 131_072  # then all are forgotten
_MOST_LATEST: Final = 4
_READINGS: Final[dict[int, _Readings]] = {}  # by the latest year
_birth_date: Final = maker(BirthDate)
_partial: Final = maker(PartialDate)


def read_birth_dates(cell: str, *, cell_type: CellType = CellType.TEXT, latest: int) -> tuple[BirthDate, ...]:
    """The birth dates of a cell in the order written; `latest` is the last year in which somebody may be born.

    A blank cell, or one which says that nothing is known, gives none; a text that is no date gives one empty date
    with the flag `unreadable_date`.
    """
    if cell_type is not CellType.DATE:
        readings = _READINGS.get(latest)
        if readings is None:
            if len(_READINGS) >= _MOST_LATEST:
                _READINGS.clear()
            readings = _READINGS[latest] = _Readings(latest)
        return readings[cell]
    return _read(cell, cell_type, latest) if len(cell) <= MAX_CELL else _NO_DATE


class _Readings(dict[str, tuple[BirthDate, ...]]):
    """The readings of cells that state one date; of two dates each for itself, as most pairs occur once."""

    def __init__(self, latest: int) -> None:
        super().__init__()
        self.latest = latest

    def __missing__(self, cell: str) -> tuple[BirthDate, ...]:
        if len(cell) > _LONGEST_DAY:
            if len(cell) > MAX_CELL:
                return _NO_DATE
            couple = _TWO_DATES.fullmatch(cell)
            if couple is not None:
                one, two = self[couple["one"]], self[couple["two"]]
                if len(one) == len(two) == 1:
                    return _one_of_two(one[0]), _one_of_two(two[0])
        if len(self) >= _MOST_READINGS:
            self.clear()
        reading = self[cell] = _plain_day(cell, self.latest) or _read(cell, CellType.TEXT, self.latest)
        return reading


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
    plain = digits.replace("/", "")
    if len(plain) != 8 or not (plain.isascii() and plain.isdecimal()):
        return None
    read = _day_month_year(int(plain[:2]), int(plain[2:4]), int(plain[4:]), latest)
    kept = tuple(flag for flag in read.flags if flag != "dm_ambiguous")
    return BirthDate(read.date, flags=kept)


def date_of_serial(serial: int, latest: int) -> BirthDate:
    """The day that a spreadsheet counts as `serial`, in its 1900 system with the 29 February 1900 that never was."""
    if not 0 < serial <= 100_000 or serial == 60:
        return BirthDate(NOTHING, flags=("unreadable_date",))
    day = _DAY_ZERO + timedelta(days=serial + (serial < 60))
    read = _day_month_year(day.day, day.month, day.year, latest)
    kept = tuple(flag for flag in read.flags if flag != "dm_ambiguous")
    return BirthDate(read.date, flags=("excel_serial", *kept))


@lru_cache(maxsize=16_384)
def _read(cell: str, cell_type: CellType, latest: int) -> tuple[BirthDate, ...]:
    if cell_type is CellType.DATE and (year := _year_typed_as_day(cell, latest)):
        return (BirthDate(PartialDate(year), flags=("excel_serial", "year_in_date_cell")),)
    worded = _WORDED_DAY.fullmatch(cell)
    if worded is not None:
        day, month, year = map(int, worded.groups())
        return (_day_month_year(day, month, year, latest, sure=True),)
    timed = _TIMED_DAY.fullmatch(cell)
    text, notes = (cell, ()) if _PLAIN_FORM.fullmatch(cell) is not None else (timed[1], ()) if timed else _plain(cell)
    serial = _SERIAL.fullmatch(text)
    if serial is not None and (cell_type is CellType.DATE or len(serial[1]) == 5):
        return (_read_serial(int(serial[1]), cell_type, latest),)
    dates = [_read_form(found, latest) for found in _DATE.finditer(text)] if text.strip("0/.- ") else []
    if not dates:
        words = " ".join(text.translate(_PUNCTUATION).split())
        nothing = not notes and (not words.strip("0 ") or words in NOTHING_KNOWN)
        return () if nothing else (BirthDate(NOTHING, flags=("unreadable_date", *notes)),)
    if _DIGIT.search(_DATE.sub(" ", text)) is not None:
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


def _day_month_year(
    day: int, month: int, year: int, latest: int, flags: Flags = (), *, sure: bool = False
) -> BirthDate:
    """The date of three numbers, zero for unknown; what is impossible in them is left out and flagged (DOMAIN 8.3)."""
    if not EARLIEST_YEAR <= year <= latest:
        return BirthDate(NOTHING, flags=("future" if year > latest else "before_1900", *flags))
    if month > 12 and 0 < day <= 12 and month <= monthrange(year, day)[1]:
        return BirthDate(PartialDate(year, day, month), flags=("mdy", *flags))
    if month > 12:
        return BirthDate(PartialDate(year), flags=("invalid_day_month", *flags))
    if not month:
        return BirthDate(PartialDate(year), flags=("day_without_month", *flags) if day else flags)
    if day > monthrange(year, month)[1]:
        return BirthDate(PartialDate(year), flags=("impossible_day", *flags))
    if day == month == 1:
        flags = ("maybe_year_only", *flags)
    if sure or day == month or not 0 < day <= 12:
        return BirthDate(PartialDate(year, month, day), flags=flags)
    return BirthDate(PartialDate(year, month, day), PartialDate(year, day, month), ("dm_ambiguous", *flags))


def _two_digit_year(day: int, month: int, year: int, latest: int) -> BirthDate:
    """A date with a year of two digits: of this century for an adult, else of the last one (flag `yy`)."""
    of_this, of_last = 2000 + year, 1900 + year
    doubt = ("century_ambiguous", "yy") if of_this <= latest else ("yy",)
    return _day_month_year(day, month, of_this if of_this <= latest - ADULT else of_last, latest, doubt)


def _read_form(found: re.Match[str], latest: int) -> BirthDate:
    return _FORMS[found.lastgroup or "year"][1](found[0], latest)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in _NUMBER.findall(text)]


def _ymd(text: str, latest: int) -> BirthDate:
    year, month, day = _numbers(text)
    return _day_month_year(day, month, year, latest, sure=True)


def _dmy(text: str, latest: int) -> BirthDate:
    day, month, year = _numbers(text)
    return _day_month_year(day, month, year, latest)


def _dmy_short(text: str, latest: int) -> BirthDate:
    first, month, last = _numbers(text)
    day, year = (last, first) if first > 31 else (first, last)
    return _two_digit_year(day, month, year, latest)


def _month_year(text: str, latest: int) -> BirthDate:
    first, last = _numbers(text)
    month, year = (last, first) if first > 99 else (first, last)
    return _day_month_year(0, month, year, latest)


def _compact(text: str, latest: int) -> BirthDate:
    """Eight digits are yyyymmdd or else ddmmyyyy; none are both, as the other's month would be 19 or 20."""
    if EARLIEST_YEAR <= int(text[:4]) <= latest and text[4:6] <= "12":
        return _day_month_year(int(text[6:]), int(text[4:6]), int(text[:4]), latest, sure=True)
    return _day_month_year(int(text[:2]), int(text[2:4]), int(text[4:]), latest)


def _compact_without_zero(text: str, latest: int) -> BirthDate:
    read = _compact(f"0{text}", latest)
    return BirthDate(read.date, read.alternative, ("date_zero_restored", *read.flags))


def _compact_short(text: str, latest: int) -> BirthDate:
    """Six digits are mmyyyy, or else ddmmyy: the third and fourth are 19 or 20, which is no month, or a month."""
    if text[2:4] in ("18", "19", "20"):
        return _day_month_year(0, int(text[:2]), int(text[2:]), latest)
    return _two_digit_year(int(text[:2]), int(text[2:4]), int(text[4:]), latest)


def _year(text: str, latest: int) -> BirthDate:
    return _day_month_year(0, 0, int(text), latest)


def _year_short(text: str, latest: int) -> BirthDate:
    return _two_digit_year(0, 0, int(text.lstrip("'")), latest)


# The forms of a date, the first that fits wins; a text is plain by then: digits, signs, and words without meaning.
_FORMS: Final[dict[str, tuple[str, Callable[[str, int], BirthDate]]]] = {
    "ymd": (r"[0-9]{4}(?P<s1>[-/.])[0-9]{1,2}(?P=s1)[0-9]{1,2}(?![0-9])", _ymd),
    "dmy": (r"[0-9]{1,2}(?: ?[-/.,] ?[0-9]{1,2} ?[-/.,] ?| [0-9]{1,2} )[0-9]{4}(?![0-9])", _dmy),
    "dmy_short": (r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2}(?![0-9]|[-/.][0-9])", _dmy_short),
    "month_year": (r"[0-9]{1,2}[-/.][0-9]{4}(?![0-9])|[0-9]{4}[-/][0-9]{1,2}(?![0-9]|[-/.][0-9])", _month_year),
    "compact": (r"[0-9]{8}(?![0-9])", _compact),
    "compact_without_zero": (r"[0-9]{7}(?![0-9])", _compact_without_zero),
    "compact_short": (r"[0-9]{6}(?![0-9])", _compact_short),
    "year": (r"[0-9]{4}(?![0-9])", _year),
    "year_short": (r"(?:(?<=\A)|')[0-9]{2}(?=\Z)", _year_short),
}
_DATE: Final = re.compile(
    "(?<![0-9])(?:" + "|".join(f"(?P<{form}>{pattern})" for form, (pattern, _) in _FORMS.items()) + ")"
)
# Nothing in these is a word or a sign to be read otherwise; most cells of a file are so.
_PLAIN_FORM: Final = re.compile(r"[0-9]{4}|[0-9]{1,2}([/.-])[0-9]{1,2}\1[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMED_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T][0-9]{2}:[0-9]{2}:[0-9]{2}")
_LONGEST_DAY: Final = 10  # characters
_WORDED_DAY: Final = re.compile(r"ngày ([0-9]{2}) tháng ([0-9]{2}) năm ([0-9]{4})")
# What may stand on either side of the sign between two dates: each is then read as if it stood alone.
_ONE_DATE: Final = (
    r"[0-9]{1,2}(?P<s?>[/.-])[0-9]{1,2}(?P=s?)[0-9]{4}|(?:[Ss]inh |[Ss]inh năm |[Nn]ăm )?[0-9]{4}"
    r"|ngày [0-9]{2} tháng [0-9]{2} năm [0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}"
)
_TWO_DATES: Final = re.compile(
    f"(?P<one>{_ONE_DATE.replace('s?', 's1')})(?: (?:và|-) |[;,] |\n)(?P<two>{_ONE_DATE.replace('s?', 's2')})"
)
_DAY_AND_MONTH: Final = re.compile(r"(?P<day>[0-9]{1,2})(?P<sign>[/.-])(?P<month>[0-9]{1,2})(?P=sign)")
_DAYS_OF_MONTH: Final = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_NUMBER: Final = re.compile(r"[0-9]+")
_DIGIT: Final = re.compile(r"[0-9]")
_SERIAL: Final = re.compile(r"([0-9]{1,5})(?:[.,][0-9]{1,20})?")
_PUNCTUATION: Final = {code: " " for code in range(33, 127) if not chr(code).isalnum()}

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_ROMANS: Final = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "xi": 11,
    "xii": 12,
}
_LIKE_DIGITS: Final = str.maketrans("oqil|sb", "0011158")


def _spell_month(found: re.Match[str]) -> str:
    """A day with the month in words, in the order that leaves no doubt."""
    day = found.groupdict().get("day") or "0"
    return f"{found['year']}-{_MONTHS.index(found['month'][:3]) + 1}-{day}"


def _number_of_month(found: re.Match[str]) -> str:
    return f"/{_MONTHS.index(found['month'][:3]) + 1}/"


def _letters_as_digits(found: re.Match[str]) -> str:
    return found[0].translate(_LIKE_DIGITS)


# What is done to a folded text before dates are looked for: pattern, replacement, and the flag if it leaves a doubt.
_Replacement = str | Callable[[re.Match[str]], str]
_STEPS: Final[tuple[tuple[str, _Replacement, str], ...]] = tuple(
    (pattern, replacement, flag)
    for pattern, replacement, flag in (
        # times of day
        (
            r"(?<=[0-9])[t ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?(?:sa|ch|am|pm))?(?:z|[+-][0-9:]{4,5})?",
            " ",
            "",
        ),
        # what follows a date: when the card was issued, when its holder died
        (
            r"(?<=[0-9])[^a-z0-9]+(?:da )?(?:cap|chet|mat|tu tran|hy sinh|qua doi)(?![a-z]).*",
            " ",
            "date_note_cut",
        ),
        (r"(?<![a-z])(?:am lich|a\.?l)(?![a-z])", " ", "lunar_calendar"),
        (r"(?<![a-z])(?:khoang|chung|uoc|tam|truoc|sau|doan)(?![a-z])(?: nam)?|~", " ", "approximate"),
        (r"[()\[\]\"]", " ; ", ""),
        (
            r"(?<![a-z])(?:ngay thang nam sinh|(?:nam|ngay) sinh|sinh (?:nam|ngay)|ngay|ntns|ns|sn|sinh|dob|mung|mong)"
            r"(?![a-z])[ .:]*",
            " ",
            "",
        ),
        # unknown parts
        (r"(?<![0-9])\.{2,}(?![0-9])|(?<![a-z0-9])[?_*x]+(?![a-z0-9])|(?<![0-9-])-+(?= ?/)", "0", ""),
        # months in words, which leave no doubt about the day
        (
            r"(?<![a-z0-9])([0-9oil]{1,2}) ?(?:/ ?)?thang ?([0-9oil]{1,2}) ?[,/]? ?nam ?([0-9oil]{4})(?![0-9])",
            r"\3-\2-\1",
            "",
        ),
        (rf"(?<![a-z0-9]){_MONTH}[ .]*(?P<day>[0-9]{{1,2}})[ ,]+(?P<year>[0-9]{{4}})(?![0-9])", _spell_month, ""),
        (rf"(?<![0-9])(?P<day>[0-9]{{1,2}})[ /.-]*{_MONTH}[ ,./-]*(?P<year>[0-9]{{4}})(?![0-9])", _spell_month, ""),
        (rf"(?<![a-z0-9]){_MONTH}[ ,./-]*(?P<year>[0-9]{{4}})(?![0-9])", _spell_month, ""),
        (rf"(?<=[0-9])[ /.-]*{_MONTH}[ ,./-]*(?=[0-9])", _number_of_month, ""),
        (r"(?<=[0-9][/.-])(?:iv|ix|xii?|vi{0,3}|i{1,3})(?=[/.-][0-9])", lambda found: str(_ROMANS[found[0]]), ""),
        (r"[ ,/.-]*(?<![a-z])(?:thang|thg|nam)(?![a-z])[ ./-]*", "/", ""),
        # letters read as digits
        (r"(?<![a-z0-9])(?=[oqil|sb]*[0-9])[0-9oqil|sb]+(?![a-z0-9])", _letters_as_digits, "ocr_fix"),
        (r"(?<![a-z0-9])(?:o{1,2}|[il])(?=[/.-])", _letters_as_digits, "ocr_fix"),
        (r" ?/ ?", "/", ""),
        # 1985.0
        (r"(?<![0-9/.-])((?:19|20)[0-9]{2})[.,]0(?![0-9])", r"\1", ""),
        (r"\A[^a-z0-9]*([0-9]{4,8})[.,]0+\Z", r"\1", ""),
    )
)


_compiled: Final = lru_cache(maxsize=None)(re.compile)  # when first needed: it takes longer than all other imports


def _plain(cell: str) -> tuple[str, Flags]:
    """The folded text with its words turned into signs, and the flags of what was doubtful in that."""
    text = cell if cell.isascii() else unicodedata.normalize("NFKC", repair(cell))
    text = fold(text.replace("\n", " ; "))
    flags = []
    for pattern, replacement, flag in _STEPS:
        after = _compiled(pattern).sub(replacement, text)
        if after != text and flag and flag not in flags:
            flags.append(flag)
        text = after
    return " ".join(text.split()).strip(" '=.,;:/-"), tuple(flags)
