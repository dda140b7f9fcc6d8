"""Reads a row of the population register: clean already by contract, so what isn't is refused, never guessed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from matching.errors import InvalidRow
from matching.normalise.addresses import read_address
from matching.normalise.gazetteer import REORGANISED, gazetteer
from matching.normalise.number_digits import LATEST_YEAR, read_digits, read_personal
from matching.normalise.text import display, fold
from matching.records import IdentityNumber, NumberKind, PartialDate, Person, Sex, Status

Row = Mapping[str, str | None]

_SEXES: Final = {"": Sex.UNKNOWN, "male": Sex.MALE, "female": Sex.FEMALE, "nam": Sex.MALE, "nu": Sex.FEMALE}
_STATUSES: Final = {"": Status.ALIVE, **{str(status): status for status in Status}}
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_TWELVE: Final = re.compile(r"[0-9]{12}")
_PASSPORT: Final = re.compile(r"[A-Z][0-9]{7}")
_CODE: Final = re.compile(r"[0-9]{5}")


def read_person(row: Row, *, units_as_of: date | None = None) -> Person:
    """The person of a register row (DESIGN, the contract); raises InvalidRow with the field and a stable reason.

    `units_as_of` is the date of the list that commune codes are from, today's without it: codes were given anew in
    July 2025. A code that isn't in the list leaves the communes to the address.
    """
    get = row.get
    personal_id = read_personal_id((get("personal_id") or "").strip())
    name = display(get("full_name") or "")
    if not name:
        raise InvalidRow("full_name", "missing")
    old_numbers, cancelled = _old_ids(get("old_ids") or "") if get("old_ids") else ((), ())
    address = (get("permanent_address") or "").strip()
    return Person(
        personal_id,
        name,
        _birth_date((get("birth_date") or "").strip()),
        _sex(get("sex") or ""),
        _other_names(get("other_names") or ""),
        old_numbers,
        cancelled,
        address,
        _communes((get("commune_code") or "").strip(), units_as_of or REORGANISED) or _communes_of(address),
        _status(get("status") or ""),
    )


def read_personal_id(text: str) -> str:
    if not text:
        raise InvalidRow("personal_id", "missing")
    if _TWELVE.fullmatch(text) is None:
        raise InvalidRow("personal_id", "not_12_digits")
    number = read_personal(text, LATEST_YEAR)
    if number.kind is not NumberKind.PERSONAL:
        raise InvalidRow("personal_id", number.flags[0])
    return text


@lru_cache(maxsize=65_536)
def _birth_date(text: str) -> PartialDate:
    if not text:
        return PartialDate()
    parts = _DATE.fullmatch(text)
    if parts is None:
        raise InvalidRow("birth_date", "not_a_date")
    year, month, day = (int(part or 0) for part in parts.groups())
    if not 1800 <= year <= LATEST_YEAR:
        raise InvalidRow("birth_date", "impossible_year")
    if (parts[2] and not 1 <= month <= 12) or (parts[3] and not 1 <= day <= monthrange(year, month)[1]):
        raise InvalidRow("birth_date", "impossible_date")
    return PartialDate(year, month, day)


@lru_cache(maxsize=64)
def _sex(text: str) -> Sex:
    sex = _SEXES.get(fold(text))
    if sex is None:
        raise InvalidRow("sex", "unknown_sex")
    return sex


@lru_cache(maxsize=64)
def _status(text: str) -> Status:
    status = _STATUSES.get(fold(text))
    if status is None:
        raise InvalidRow("status", "unknown_status")
    return status


def _other_names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(display, text.split(";")))) if text else ()


def _old_ids(text: str) -> tuple[tuple[IdentityNumber, ...], tuple[str, ...]]:
    """The old numbers and the cancelled 12-digit ones of a cell like `cmnd9:250123456;cancelled:068085001235`."""
    numbers: list[IdentityNumber] = []
    cancelled: list[str] = []
    for part in filter(None, map(str.strip, text.split(";"))):
        prefix, _, value = part.rpartition(":")
        prefix, value = prefix.strip().lower(), value.strip()
        kind = _KINDS.get(prefix) if prefix else _kind_of(value)
        if kind is None or _FORMS[kind].fullmatch(value) is None:
            raise InvalidRow("old_ids", "unknown_number")
        if kind is NumberKind.PERSONAL:
            cancelled.append(value)
        elif kind is NumberKind.CMND9:
            numbers.append(IdentityNumber(kind, value, flags=read_digits(value).flags))
        else:
            numbers.append(IdentityNumber(kind, value))
    return tuple(numbers), tuple(cancelled)


_KINDS: Final = {
    "cmnd9": NumberKind.CMND9,
    "cancelled": NumberKind.PERSONAL,
    "passport": NumberKind.PASSPORT,
    "other": NumberKind.OTHER,
}
_FORMS: Final = {
    NumberKind.CMND9: re.compile(r"[0-9]{9}"),
    NumberKind.PERSONAL: _TWELVE,
    NumberKind.PASSPORT: re.compile(r"[A-Z0-9]{5,9}"),
    NumberKind.OTHER: re.compile(r"[A-Z0-9-]{3,20}"),
}


def _kind_of(value: str) -> NumberKind | None:
    """What a number without a prefix is, by its form."""
    if _PASSPORT.fullmatch(value) is not None:
        return NumberKind.PASSPORT
    return {9: NumberKind.CMND9, 12: NumberKind.PERSONAL}.get(len(value))


@lru_cache(maxsize=16_384)
def _communes(code: str, units_as_of: date) -> tuple[str, ...]:
    if not code:
        return ()
    if _CODE.fullmatch(code) is None:
        raise InvalidRow("commune_code", "not_5_digits")
    return gazetteer().meanings(code, on=units_as_of)


def _communes_of(address: str) -> tuple[str, ...]:
    return read_address(address).communes if address else ()
