"""Makes the clean records of most land records, in which nothing has to be weighed, without putting drafts together.

One person or body, or two people whose numbers and dates contradict nobody in the order written. The answers are those
of the full way (`record`, `drafts`), which takes every other record.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from matching.normalise.bodies import ROLE_SEX
from matching.normalise.drafts import sex_of_name
from matching.normalise.making import maker
from matching.normalise.name_kinds import Known
from matching.normalise.number_tables import NOTHING_KNOWN
from matching.normalise.sex import read_sex
from matching.normalise.text import fold, is_plain, text_flags, tones_move
from matching.records import (
    AddressReading,
    BirthDate,
    CleanRecord,
    CleanSubject,
    IdentityNumber,
    Kind,
    NamedSubject,
    NameReading,
    NumberKind,
    RawRecord,
    Role,
    Sex,
)

Numbers = tuple[IdentityNumber, ...]
Dates = tuple[BirthDate, ...]
Names = tuple[NameReading, Known | None]
Place = tuple[AddressReading, bool]
"""What the address cell says, and whether no letter of it is known to be changed by `repair`."""

NO_SEX: Final = (Sex.UNKNOWN,) * 3  # a blank cell
FOUR_DIGITS: Final = re.compile(r"[0-9](?:[ .]?[0-9]){3}")
_PERSON: Final = Kind.PERSON
_NOBODY_KNOWN: Final = Kind.UNKNOWN
_UNKNOWN: Final = Sex.UNKNOWN
_CURRENT: Final = NumberKind.PERSONAL
_OLD: Final = NumberKind.CMND9
_BETWEEN_SEXES: Final = re.compile(r"[/,;+&\n-]+|\s(?:và|va)\s|\s+")
clean_subject: Final = maker(CleanSubject)
clean_record: Final = maker(CleanRecord)


def usual_record(
    raw: RawRecord, read: Names | None, numbers: Numbers, dates: Dates, place: Place
) -> CleanRecord | None:
    """The clean record of most raw ones, by what its cells say; None where its values have to be weighed."""
    cell = raw.full_name
    if read is None or not cell or raw.role or raw.legal_form or raw.organisation_name or raw.card_qr:
        return None
    name, like = read
    address, plain = place
    if like is None and FOUR_DIGITS.search(cell) is not None:
        return None
    subjects = name.subjects
    if len(subjects) == 1:
        named = subjects[0]
        if named.kind is _PERSON:
            found = _alone(raw, named, numbers, dates, address)
        elif named.kind is not _NOBODY_KNOWN and named.full_name:
            found = (_subject(raw, 1, named, _UNKNOWN, numbers, None, address),)
        else:
            return None
    elif len(subjects) == 2:
        found = _couple(raw, subjects, numbers, dates, address)
    else:
        return None
    if found is None:
        return None
    written = raw.address
    if like is not None and not like.tones and (plain or not written or is_plain(written)):
        flags = name.flags
    else:
        flags = _flags(name, like, cell, written or "")
    return clean_record(raw.record_id, found, name.household, flags)


def _flags(name: NameReading, like: Known | None, cell: str, written: str) -> tuple[str, ...]:
    """The flags of a record: what its name cell leaves in doubt, and what was repaired."""
    if like is None:
        repaired = text_flags(cell)
        if written and not is_plain(written):  # flags of several kinds have an order that only both together have
            repaired = text_flags(f"{cell} {written}")
        tones = not cell.isascii() and tones_move(cell)
    else:
        repaired, tones = text_flags(written), like.tones
    if not repaired and not tones:
        return name.flags
    return each_of((*name.flags, *repaired, "tone_placed") if tones else (*name.flags, *repaired))


def _alone(
    raw: RawRecord, named: NamedSubject, numbers: Numbers, dates: Dates, address: AddressReading
) -> tuple[CleanSubject, ...] | None:
    """The only person of a record, with one current number at the most."""
    if len(dates) > 1 or not named.full_name:
        return None
    if len(numbers) > 1 and sum([number.kind is _CURRENT for number in numbers]) > 1:
        return None
    birth_date = dates[0] if dates else None
    if birth_date is not None and _needs_number(birth_date):
        return None
    given = _UNKNOWN
    if raw.sex and (sexes := sexes_of(raw.sex)) is not NO_SEX:
        if len(sexes) != 1:
            return None
        given = sexes[0]
    return (_subject(raw, 1, named, given, numbers, birth_date, address),)


def _couple(
    raw: RawRecord,
    subjects: tuple[NamedSubject, ...],
    numbers: Numbers,
    dates: Dates,
    address: AddressReading,
) -> tuple[CleanSubject, ...] | None:
    """Two people with a number and a date each, or none, that contradict neither of them."""
    one, two = subjects
    if one.kind is not _PERSON or two.kind is not _PERSON or not one.full_name or not two.full_name:
        return None
    given, other, shared = _UNKNOWN, _UNKNOWN, False
    if raw.sex and (sexes := sexes_of(raw.sex)) is not NO_SEX:
        if len(sexes) == 1:
            given, shared = sexes[0], True
        elif len(sexes) == 2:
            given, other = sexes
        else:
            return None
    born: tuple[BirthDate | None, ...] = dates or (None, None)
    if len(born) != 2:
        return None
    for read in born:
        if read is not None and _needs_number(read):
            return None
    if numbers:
        if len(numbers) != 2 or numbers[0].kind is not numbers[1].kind or numbers[0].kind not in (_CURRENT, _OLD):
            return None
        sex = numbers[0].sex
        if shared and given is not sex and given is not _UNKNOWN and sex is not _UNKNOWN:
            return None
        if _contradicted(one, _UNKNOWN if shared else given, numbers[0], born[0]):
            return None
        if _contradicted(two, other, numbers[1], born[1]):
            return None
    return (
        _subject(raw, 1, one, given, numbers[:1], born[0], address),
        _subject(raw, 2, two, other, numbers[1:], born[1], address),
    )


def _needs_number(read: BirthDate) -> bool:
    """The number may say more of the birth date."""
    flags = read.flags
    return bool(flags) and ("yy" in flags or "maybe_excel_serial" in flags)


def _contradicted(named: NamedSubject, given: Sex, number: IdentityNumber, born: BirthDate | None) -> bool:
    """The number states another sex or year of birth than what else is known of the person."""
    year = number.birth_year
    if year and born is not None and born.date.year and born.date.year != year:
        return True
    if number.sex is _UNKNOWN:
        return False
    likely = named.sex if named.sex is not _UNKNOWN else given
    likely = likely if likely is not _UNKNOWN else sex_of_name(named.full_name)
    return likely is not _UNKNOWN and likely is not number.sex


def _subject(
    raw: RawRecord,
    no: int,
    named: NamedSubject,
    given: Sex,
    numbers: Numbers,
    birth_date: BirthDate | None,
    address: AddressReading,
) -> CleanSubject:
    """The clean subject of a name and its values, with every flag of them."""
    flags = named.flags
    sources = 1 if flags else 0
    sex, evidence = named.sex, True
    if given is not _UNKNOWN or sex is _UNKNOWN:
        sex, evidence, more = sex_of(sex, given, _UNKNOWN, named.role, raw.sex_derived)
        if more:
            flags, sources = flags + more, sources + 1
    for number in numbers:
        if number.flags:
            flags, sources = flags + number.flags, sources + 1
    if birth_date is not None and birth_date.flags:
        flags, sources = flags + birth_date.flags, sources + 1
    if address.flags:
        flags, sources = flags + address.flags if flags else address.flags, sources + 1
    full_name, cell = named.full_name, raw.full_name or ""
    return clean_subject(
        no,
        named.kind,
        named.role,
        full_name,
        named.abbreviated,
        numbers,
        birth_date,
        sex,
        evidence,
        address,
        named.status_claimed,
        False,
        each_of(flags) if sources > 1 else flags,
        full_name is cell or full_name in cell,
    )


@lru_cache(maxsize=16_384)
def each_of(flags: tuple[str, ...]) -> tuple[str, ...]:
    """Each flag once, in the order in which they came."""
    return tuple(dict.fromkeys(flags))


def sexes_of(cell: str) -> tuple[Sex, ...]:
    """The sexes that a cell states, one for each person; empty where any of them can't be read."""
    sexes = _sexes.get(cell)
    if sexes is None:
        if len(_sexes) >= _MOST_SEXES:
            _sexes.clear()
        sexes = _sexes[cell] = _read_sexes(cell)
    return sexes


_sexes: Final[dict[str, tuple[Sex, ...]]] = {}
_MOST_SEXES: Final = 4_096


def _read_sexes(cell: str) -> tuple[Sex, ...]:
    if not cell.strip():
        return NO_SEX
    whole = read_sex(cell)
    if whole is not _UNKNOWN or fold(cell).strip(" .-?") in NOTHING_KNOWN or not fold(cell).strip(" .-?"):
        return (whole,)
    parts = tuple(read_sex(part) for part in _BETWEEN_SEXES.split(cell[:200]) if part.strip())
    return () if _UNKNOWN in parts else parts


def sex_of(title: Sex, given: Sex, card: Sex, role: Role | None, derived: bool) -> tuple[Sex, bool, tuple[str, ...]]:
    """A subject's sex, whether that is evidence, and flags: a title or an own statement is, a derived column isn't."""
    if given is not _UNKNOWN:
        if title is _UNKNOWN:
            return given, not derived, ("sex_derived",) if derived else ()
        if title is given:
            return given, True, ()
        return (title, True, ("sex_derived", "sex_differs")) if derived else (given, False, ("sex_differs",))
    if title is not _UNKNOWN:
        return title, True, ()
    if card is not _UNKNOWN:
        return card, True, ()
    if role in ROLE_SEX:
        return ROLE_SEX[role], True, ("sex_from_role",)
    return _UNKNOWN, False, ()
