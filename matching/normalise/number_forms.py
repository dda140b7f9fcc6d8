"""Reads the forms that most cells of numbers have, and that need no search for labels and gaps (DOMAIN 1.4).

What a form leaves open is read in full (`numbers`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from matching.normalise.making import maker
from matching.normalise.number_digits import read_digits, read_personal, unreadable
from matching.normalise.number_runs import read_alone
from matching.records import IdentityNumber, NumberKind, Trust

_made: Final = maker(IdentityNumber)
_UNREADABLE: Final = NumberKind.UNREADABLE  # members of an enum are slow to look up


def read_usual(cell: str, latest: int) -> tuple[IdentityNumber, ...]:
    """The numbers of a cell of a usual form; none where it has another, or where the form leaves something open."""
    usual = _USUAL.fullmatch(cell)
    return () if usual is None else _FORMS[usual.lastgroup or ""](usual, latest)


def flagged(number: IdentityNumber, flag: str) -> IdentityNumber:
    """The number with one flag more."""
    if flag in number.flags:
        return number
    return _made(
        number.kind,
        number.value,
        number.trust,
        number.sex,
        number.birth_year,
        number.region,
        (*number.flags, flag),
    )


def scientific(mantissa: str, exponent: int, latest: int) -> IdentityNumber:
    """A number that a spreadsheet wrote as 6.8085001234E+10, if no digit of it was lost (DOMAIN 1.4).

    Programs leave zeros at the end of a mantissa out, spreadsheets round it to six figures or fewer; so up to three
    zeros are put back behind eight figures or more, and counted as a repair.
    """
    before, _, after = mantissa.replace(",", ".").partition(".")
    digits, length = before + after, len(before) + exponent
    missing = length - len(digits)
    if digits[0] == "0" or missing < 0 or length > 12 or missing > (3 if len(digits) >= 8 else 0):
        return unreadable("sci_lossy")
    number = read_digits(digits + "0" * missing, latest)
    flags = ("sci_exact", "sci_padded") if missing else ("sci_exact",)
    trust = min(number.trust, Trust.REPAIRED) if missing else number.trust
    return replace(number, trust=trust, flags=(*flags, *number.flags))


def _two(found: re.Match[str], latest: int) -> tuple[IdentityNumber, ...]:
    """Two numbers, or one written twice; together they have too many digits to be one."""
    one, two = found["one"], found["two"]
    if one == two:
        number = read_alone(one, latest)
        return () if number.kind is _UNREADABLE else (flagged(number, "repeated"),)
    both = (_one_of_two(one, latest), _one_of_two(two, latest))
    if both[0].value == both[1].value or both[0].kind is _UNREADABLE or both[1].kind is _UNREADABLE:
        return ()
    return both


def _one_of_two(digits: str, latest: int) -> IdentityNumber:
    """One of two numbers of a cell."""
    number = read_personal(digits, latest, "multi") if len(digits) == 12 else read_alone(digits, latest)
    return flagged(number, "multi")


def _grouped(found: re.Match[str], latest: int) -> tuple[IdentityNumber, ...]:
    """Nine or twelve digits in groups of three, if they are a number as they stand."""
    number = read_alone("".join(filter(str.isdigit, found[0])), latest)
    return (number,) if number.trust is Trust.AS_WRITTEN else ()


def _float(found: re.Match[str], latest: int) -> tuple[IdentityNumber, ...]:
    number = read_alone(found["float"], latest)
    return () if number.kind is NumberKind.UNREADABLE else (flagged(number, "float_tail"),)


def _before_letter(found: re.Match[str], latest: int) -> tuple[IdentityNumber, ...]:
    """A number with one letter behind it, which is none of its digits."""
    number = read_personal(found["letter"], latest, "edge_junk")
    return (number,) if "edge_junk" in number.flags else ()


# Forms that most cells have, and which need no search for labels and gaps; what each leaves open is read in full.
_DIGITS: Final = "[0-9]{7,13}"
_USUAL: Final = re.compile(
    rf"(?P<one>{_DIGITS}) ?(?:[-/;]|, |\n) ?(?P<two>{_DIGITS})"
    r"|(?:CCCD|CMND|Căn cước|Số (?:CCCD|CMND|ĐDCN|định danh))(?: số)?:? (?P<labelled>[0-9]{9}|[0-9]{12})"
    rf"|(?P<float>{_DIGITS})\.0"
    r"|[0-9]{3}(?P<gap>[ \u00a0.-])[0-9]{3}(?P=gap)[0-9]{3}(?:(?P=gap)[0-9]{3})?"
    r"|(?P<sci>[0-9]\.[0-9]{1,20})[Ee]\+(?P<exponent>[0-9]{1,3})"
    r"|(?P<letter>[0-9]{12})[A-Za-z]"
    r"|(?P<passport>[A-Z][0-9]{7})"
)
_FORMS: Final[dict[str, Callable[[re.Match[str], int], tuple[IdentityNumber, ...]]]] = {
    "two": _two,
    "labelled": lambda found, latest: (read_alone(found["labelled"], latest),),
    "float": _float,
    "gap": _grouped,
    "exponent": lambda found, latest: (scientific(found["sci"], int(found["exponent"]), latest),),
    "letter": _before_letter,
    "passport": lambda found, latest: (IdentityNumber(NumberKind.PASSPORT, found[0]),),
}
