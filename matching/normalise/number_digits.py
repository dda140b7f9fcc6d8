"""Says what a string of digits is: its kind, how it was obtained, and what the digits state (DOMAIN 1.1 to 1.4).

Structure can reject a number and never confirm it: most slips of a finger give another possible number. A string is
repaired only where the result is possible, and always with a flag.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from matching.normalise.making import maker
from matching.normalise.number_tables import CMND_ISSUED_TWICE, COUNTRIES, PROVINCES
from matching.records import IdentityNumber, NumberKind, Sex, Trust

LATEST_YEAR: Final = 2030
"""The latest year of birth that a number may state where the caller gives no date: a number of 2085 is wrong."""

# The first four digits of every number that may exist today, and what they say.
_PREFIXES: Final[dict[str, tuple[str, Sex, int, tuple[str, ...]]]] = {
    f"{region}{digit}": (region, Sex(1 + digit % 2), 1900 + digit // 2 * 100, flags)
    for regions, flags in ((PROVINCES, ()), (COUNTRIES, ("overseas",)))
    for region in regions
    for digit in range(4)
}
_number: Final = maker(IdentityNumber)
_PERSONAL: Final = NumberKind.PERSONAL  # members of an enum are slow to look up, and every record comes by here
_CMND9: Final = NumberKind.CMND9
_AS_WRITTEN: Final = Trust.AS_WRITTEN
_NO_SEX: Final = Sex.UNKNOWN
_COUNTING: Final = ("01234567890" * 3, "09876543210" * 3, "1234567890" * 3, "123456789" * 3, "012345678910111213")
_PLACEHOLDERS: Final = frozenset(
    [digit * length for digit in "0123456789" for length in range(3, 16)]
    + [counted[start : start + length] for counted in _COUNTING for start in range(10) for length in range(6, 14)]
)


def read_digits(digits: str, latest: int = LATEST_YEAR) -> IdentityNumber:
    """What a string of digits is, after its lost zeros are put back; nobody is born after the year `latest`."""
    length = len(digits)
    if length == 12:
        return read_personal(digits, latest)
    if digits in _PLACEHOLDERS or not digits.strip("0"):
        return unreadable("placeholder")
    if length == 9:
        return _cmnd(digits, Trust.AS_WRITTEN)
    if length in (7, 8):
        return _cmnd(digits.zfill(9), Trust.GUESSED, "cmnd_zero_restored")
    if length == 11:
        return _eleven(digits, latest)
    if length == 10 and digits[0] != "0":
        return _ten(digits, latest)
    return unreadable("not_id" if length > 6 else "too_short")


def read_personal(digits: str, latest: int, *more: str) -> IdentityNumber:
    """Twelve digits with what they say, or the reason why no such number can exist (DOMAIN 1.1); `more` are flags."""
    stated = _STATED[digits[:6]]
    if stated is None or digits in _PLACEHOLDERS:
        return _impossible(digits)
    region, sex, year, flags = stated
    if year > latest:
        return unreadable("future_year", value=digits)
    if digits.endswith("000000"):
        return _without_serial(IdentityNumber(NumberKind.PERSONAL, digits, Trust.REPAIRED, sex, year, region, flags))
    return _number(_PERSONAL, digits, _AS_WRITTEN, sex, year, region, flags + more)


class _Stated(dict[str, tuple[str, Sex, int, tuple[str, ...]] | None]):
    """What the first six digits say: region, sex, year of birth, flags; None if no number begins so."""

    def __missing__(self, digits: str) -> tuple[str, Sex, int, tuple[str, ...]] | None:
        known = _PREFIXES.get(digits[:4])
        if known is None:
            return None
        region, sex, century, flags = known
        self[digits] = stated = (region, sex, century + int(digits[4:6]), flags)
        return stated


_STATED: Final = _Stated()


def unreadable(*flags: str, value: str = "") -> IdentityNumber:
    """Something that is no identity number, and why; twelve digits are kept, as one of them may be mistyped."""
    return IdentityNumber(NumberKind.UNREADABLE, value, Trust.NONE, flags=flags)


def _impossible(digits: str) -> IdentityNumber:
    if digits in _PLACEHOLDERS or digits.endswith("000000000"):
        return unreadable("placeholder")
    region_known = digits[:3] in PROVINCES or digits[:3] in COUNTRIES
    faults = (() if region_known else ("invalid_region",)) + (() if digits[3] in "0123" else ("invalid_century",))
    return unreadable(*faults, value=digits)


def _without_serial(number: IdentityNumber) -> IdentityNumber:
    """A number whose last six digits are zero: a spreadsheet that kept six figures of it leaves the same."""
    if number.value.endswith("000000000"):
        return unreadable("placeholder")
    return replace(number, flags=(*number.flags, "serial_zero"))


def _eleven(digits: str, latest: int) -> IdentityNumber:
    """Eleven digits: a number whose first zero was dropped, or nothing; a spreadsheet would drop all zeros in front."""
    restored = read_personal(f"0{digits}", latest)
    if restored.kind is not NumberKind.PERSONAL:
        return unreadable("not_id" if digits.startswith(("01", "84")) else "bad_length")
    trust = Trust.REPAIRED if digits[0] == "0" else min(restored.trust, Trust.ZERO_RESTORED)
    flags = ("zero_restored", *restored.flags)
    return _number(_PERSONAL, restored.value, trust, restored.sex, restored.birth_year, restored.region, flags)


def _ten(digits: str, latest: int) -> IdentityNumber:
    """Ten digits: a number of the provinces 001 to 008 without its zeros, else a tax code; 8… may be either."""
    restored = read_personal(f"00{digits}", latest)
    if restored.kind is not NumberKind.PERSONAL:
        return unreadable("not_id")
    doubts = ("maybe_tax_code",) if digits[0] == "8" else ()
    trust = min(restored.trust, Trust.REPAIRED if doubts else Trust.ZERO_RESTORED)
    return replace(restored, trust=trust, flags=("zero_restored2", *doubts, *restored.flags))


def _cmnd(digits: str, trust: Trust, *flags: str) -> IdentityNumber:
    """Nine digits of an old card; those that begin with 4 to 9 have no known prefix and may be a telephone number."""
    if CMND_ISSUED_TWICE[0] <= digits <= CMND_ISSUED_TWICE[1]:
        flags = (*flags, "cmnd_issued_twice")
    if digits[0] in "456789":
        flags, trust = (*flags, "maybe_phone"), Trust.GUESSED
    return _number(_CMND9, digits, trust, _NO_SEX, 0, "", flags)
