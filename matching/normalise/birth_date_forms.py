"""The forms that a date is written in, and how a text is made plain before they are looked for (DOMAIN 1.4, 8.3)."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from matching.normalise.text import fold, repair
from matching.records import BirthDate, PartialDate

EARLIEST_YEAR: Final = 1900
"""Nobody born earlier has a personal number (DOMAIN 1.1); such a year is a slip."""

ADULT: Final = 18
"""Land users are mostly adults: a two-digit year is read as of this century only for somebody of this age or more."""

NOTHING: Final = PartialDate()
Flags = tuple[str, ...]


def dates_in(text: str, latest: int) -> list[BirthDate]:
    """The dates that stand in a plain text, in their order."""
    return [_FORMS[found.lastgroup or "year"][1](found[0], latest) for found in _DATE.finditer(text)]


def has_more(text: str) -> bool:
    """Some digit of a plain text is part of no date."""
    return _DIGIT.search(_DATE.sub(" ", text)) is not None


def day_month_year(day: int, month: int, year: int, latest: int, flags: Flags = (), *, sure: bool = False) -> BirthDate:
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
    return day_month_year(day, month, of_this if of_this <= latest - ADULT else of_last, latest, doubt)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in _NUMBER.findall(text)]


def _ymd(text: str, latest: int) -> BirthDate:
    year, month, day = _numbers(text)
    return day_month_year(day, month, year, latest, sure=True)


def _dmy(text: str, latest: int) -> BirthDate:
    day, month, year = _numbers(text)
    return day_month_year(day, month, year, latest)


def _dmy_short(text: str, latest: int) -> BirthDate:
    first, month, last = _numbers(text)
    day, year = (last, first) if first > 31 else (first, last)
    return _two_digit_year(day, month, year, latest)


def _month_year(text: str, latest: int) -> BirthDate:
    first, last = _numbers(text)
    month, year = (last, first) if first > 99 else (first, last)
    return day_month_year(0, month, year, latest)


def _compact(text: str, latest: int) -> BirthDate:
    """Eight digits are yyyymmdd or else ddmmyyyy; none are both, as the other's month would be 19 or 20."""
    if EARLIEST_YEAR <= int(text[:4]) <= latest and text[4:6] <= "12":
        return day_month_year(int(text[6:]), int(text[4:6]), int(text[:4]), latest, sure=True)
    return day_month_year(int(text[:2]), int(text[2:4]), int(text[4:]), latest)


def _compact_without_zero(text: str, latest: int) -> BirthDate:
    read = _compact(f"0{text}", latest)
    return BirthDate(read.date, read.alternative, ("date_zero_restored", *read.flags))


def _compact_short(text: str, latest: int) -> BirthDate:
    """Six digits are mmyyyy, or else ddmmyy: the third and fourth are 19 or 20, which is no month, or a month."""
    if text[2:4] in ("18", "19", "20"):
        return day_month_year(0, int(text[:2]), int(text[2:]), latest)
    return _two_digit_year(int(text[:2]), int(text[2:4]), int(text[4:]), latest)


def _year(text: str, latest: int) -> BirthDate:
    return day_month_year(0, 0, int(text), latest)


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
_NUMBER: Final = re.compile(r"[0-9]+")
_DIGIT: Final = re.compile(r"[0-9]")

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


# What is done to a folded text before dates are looked for: one of the signs without which nothing is found, pattern,
# replacement, and the flag if it leaves a doubt. A sign is looked for in a hundredth of the time of an expression.
_Replacement = str | Callable[[re.Match[str]], str]
_STEPS: Final[tuple[tuple[tuple[str, ...], str, _Replacement, str], ...]] = (
    # times of day
    (
        (":",),
        r"(?<=[0-9])[t ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?(?:sa|ch|am|pm))?(?:z|[+-][0-9:]{4,5})?",
        " ",
        "",
    ),
    # what follows a date: when the card was issued, when its holder died
    (
        ("cap", "chet", "mat", "tu tran", "hy sinh", "qua doi"),
        r"(?<=[0-9])[^a-z0-9]+(?:da )?(?:cap|chet|mat|tu tran|hy sinh|qua doi)(?![a-z]).*",
        " ",
        "date_note_cut",
    ),
    (("am lich", "al", "a.l"), r"(?<![a-z])(?:am lich|a\.?l)(?![a-z])", " ", "lunar_calendar"),
    (
        ("~", "khoang", "chung", "uoc", "tam", "sau", "doan"),
        r"(?<![a-z])(?:khoang|chung|uoc|tam|truoc|sau|doan)(?![a-z])(?: nam)?|~",
        " ",
        "approximate",
    ),
    (("(", ")", "[", "]", '"'), r"[()\[\]\"]", " ; ", ""),
    (
        ("n", "dob"),
        r"(?<![a-z])(?:ngay thang nam sinh|(?:nam|ngay) sinh|sinh (?:nam|ngay)|ngay|ntns|ns|sn|sinh|dob|mung|mong)"
        r"(?![a-z])[ .:]*",
        " ",
        "",
    ),
    # unknown parts
    (
        ("..", "?", "_", "*", "x", "-"),
        r"(?<![0-9])\.{2,}(?![0-9])|(?<![a-z0-9])[?_*x]+(?![a-z0-9])|(?<![0-9-])-+(?= ?/)",
        "0",
        "",
    ),
    # months in words, which leave no doubt about the day
    (
        ("thang",),
        r"(?<![a-z0-9])([0-9oil]{1,2}) ?(?:/ ?)?thang ?([0-9oil]{1,2}) ?[,/]? ?nam ?([0-9oil]{4})(?![0-9])",
        r"\3-\2-\1",
        "",
    ),
    (
        _MONTHS,
        rf"(?<![a-z0-9]){_MONTH}[ .]*(?P<day>[0-9]{{1,2}})[ ,]+(?P<year>[0-9]{{4}})(?![0-9])",
        _spell_month,
        "",
    ),
    (
        _MONTHS,
        rf"(?<![0-9])(?P<day>[0-9]{{1,2}})[ /.-]*{_MONTH}[ ,./-]*(?P<year>[0-9]{{4}})(?![0-9])",
        _spell_month,
        "",
    ),
    (_MONTHS, rf"(?<![a-z0-9]){_MONTH}[ ,./-]*(?P<year>[0-9]{{4}})(?![0-9])", _spell_month, ""),
    (_MONTHS, rf"(?<=[0-9])[ /.-]*{_MONTH}[ ,./-]*(?=[0-9])", _number_of_month, ""),
    (
        ("i", "v", "x"),
        r"(?<=[0-9][/.-])(?:iv|ix|xii?|vi{0,3}|i{1,3})(?=[/.-][0-9])",
        lambda found: str(_ROMANS[found[0]]),
        "",
    ),
    (("thang", "thg", "nam"), r"[ ,/.-]*(?<![a-z])(?:thang|thg|nam)(?![a-z])[ ./-]*", "/", ""),
    # letters read as digits
    (
        ("o", "q", "i", "l", "|", "s", "b"),
        r"(?<![a-z0-9])(?=[oqil|sb]*[0-9])[0-9oqil|sb]+(?![a-z0-9])",
        _letters_as_digits,
        "ocr_fix",
    ),
    (("o", "i", "l"), r"(?<![a-z0-9])(?:o{1,2}|[il])(?=[/.-])", _letters_as_digits, "ocr_fix"),
    (("/",), r" ?/ ?", "/", ""),
    # 1985.0
    ((".0", ",0"), r"(?<![0-9/.-])((?:19|20)[0-9]{2})[.,]0(?![0-9])", r"\1", ""),
    ((".0", ",0"), r"\A[^a-z0-9]*([0-9]{4,8})[.,]0+\Z", r"\1", ""),
)


_compiled: Final = lru_cache(maxsize=None)(re.compile)  # when first needed: it takes longer than all other imports


def plain(cell: str) -> tuple[str, Flags]:
    """The folded text with its words turned into signs, and the flags of what was doubtful in that."""
    text = cell if cell.isascii() else unicodedata.normalize("NFKC", repair(cell))
    text = fold(text.replace("\n", " ; "))
    flags = []
    for signs, pattern, replacement, flag in _STEPS:
        if not _has_any(text, signs):
            continue
        after = _compiled(pattern).sub(replacement, text)
        if after != text and flag and flag not in flags:
            flags.append(flag)
        text = after
    return " ".join(text.split()).strip(" '=.,;:/-"), tuple(flags)


def _has_any(text: str, signs: tuple[str, ...]) -> bool:
    return any(sign in text for sign in signs)
