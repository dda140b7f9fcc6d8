"""The story of a land record: raw text in, clean subjects out, everything that was changed or doubted flagged.

Each cell has its own reader; this module decides whose each value is. What the record doesn't state stays unknown:
the sex and year that a number states are no second witness for that number.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain, islice
from typing import Final

from matching.normalise.addresses import read_address
from matching.normalise.addresses import read_cell as read_place
from matching.normalise.birth_dates import read_birth_dates
from matching.normalise.bodies import (
    BODIES,
    LegalForm,
    add_body,
    assign_roles,
    read_legal_form,
    read_role,
)
from matching.normalise.card import use_card
from matching.normalise.drafts import Draft, confirm_year, pair_dates, pair_numbers, pair_sexes, stated_year, unnamed
from matching.normalise.names import read_cell
from matching.normalise.numbers import read_numbers
from matching.normalise.text import text_flags, tones_move
from matching.normalise.usual_records import (
    FOUR_DIGITS,
    NO_SEX,
    Dates,
    Names,
    Numbers,
    Place,
    clean_record,
    clean_subject,
    sex_of,
    sexes_of,
    usual_record,
)
from matching.records import (
    AddressReading,
    BirthDate,
    CellType,
    CleanRecord,
    CleanSubject,
    IdentityNumber,
    Kind,
    NameReading,
    NumberKind,
    RawRecord,
    Trust,
)

CHUNK: Final = 5_000  # records that are read at once, column by column

_NOBODY: Final = NameReading(())
_NO_PLACE: Final = (AddressReading(), False)
_PERSON: Final = Kind.PERSON
_NOBODY_KNOWN: Final = Kind.UNKNOWN


def normalise(raw: RawRecord, *, as_of: date) -> CleanRecord:
    """The clean record of a raw one: its subjects in the order named. Nobody is born after the year of `as_of`.

    Several people in a cell are several subjects; a body comes before whoever represents it. A record with a number or
    a birth date but no name has a subject without a name; an empty record has none.
    """
    latest = as_of.year
    (record,) = _records((raw,), latest)
    return record


def _columns(
    raws: tuple[RawRecord, ...], latest: int
) -> tuple[list[Names | None], list[Numbers], list[Dates], list[Place]]:
    """What the cells of the records say, column by column: a reader is faster while it has its tables at hand."""
    return (
        [read_cell(raw.full_name) if raw.full_name and raw.encoding is None else None for raw in raws],
        [read_numbers(raw.id_number, latest=latest) if raw.id_number else () for raw in raws],
        [
            read_birth_dates(raw.birth_date, cell_type=raw.birth_date_cell, latest=latest) if raw.birth_date else ()
            for raw in raws
        ],
        [read_place(raw.address) if raw.address and raw.encoding is None else _NO_PLACE for raw in raws],
    )


def _records(raws: tuple[RawRecord, ...], latest: int) -> list[CleanRecord]:
    """The clean records of raw ones, in their order."""
    names, numbers, dates, places = _columns(raws, latest)
    clean: list[CleanRecord] = []
    for at, raw in enumerate(raws):
        record = usual_record(raw, names[at], numbers[at], dates[at], places[at])
        if record is None:
            record = _any(raw, latest, (names[at], numbers[at], dates[at], places[at]))
        clean.append(record)
    return clean


Cells = tuple[Names | None, Numbers, Dates, Place]


def _any(raw: RawRecord, latest: int, cells: Cells) -> CleanRecord:
    """The clean record of any raw one; name and address are not read yet where they have an encoding."""
    read, numbers, dates, (address, _) = cells
    flags: list[str] = []
    name_cell = raw.full_name and _decoded(raw.full_name, raw.encoding, flags)
    address_cell = raw.address and _decoded(raw.address, raw.encoding, flags)
    name, like = read or (read_cell(name_cell) if name_cell else (_NOBODY, None))
    if like is None:
        flags += text_flags(f"{name_cell or ''} {address_cell or ''}")
        tones = name_cell and not name_cell.isascii() and tones_move(name_cell)
    else:
        flags += text_flags(address_cell or "")
        tones = like.tones
    if tones:
        flags.append("tone_placed")
    drafts = [Draft(named, role=named.role) for named in name.subjects]
    if name_cell and like is None and FOUR_DIGITS.search(name_cell) is not None:
        numbers, dates = _with_name_cell(name_cell, numbers, dates, latest, flags)
    if not drafts:
        if numbers or dates or raw.card_qr:
            drafts.append(unnamed("no_name"))
    elif drafts[0].named.kind is _NOBODY_KNOWN:
        drafts = _known_by_number(drafts, numbers)
    form = read_legal_form(raw.legal_form) if raw.legal_form else None
    if raw.organisation_name or form in BODIES:
        add_body(drafts, raw.organisation_name, form)
    people = [draft for draft in drafts if draft.named.kind is _PERSON]
    if people:
        named = len(people)
        _pair(people, numbers, dates, raw, latest)
        drafts.extend(people[named:])
        if raw.role or raw.legal_form:
            _roles(people, raw, form, flags)
    elif drafts:
        drafts[0].numbers = numbers
    if raw.card_qr:
        use_card(people, raw.card_qr, latest=latest, flags=flags, fill_address=not raw.address)
    if raw.encoding is not None and address_cell:
        address = read_address(address_cell)
    return clean_record(
        raw.record_id,
        tuple([_subject(no, draft, raw, address) for no, draft in enumerate(drafts, 1)]),
        name.household or form is LegalForm.HOUSEHOLD,
        tuple(dict.fromkeys((*name.flags, *flags))) if flags else name.flags,
    )


def normalise_all(raws: Iterable[RawRecord], *, as_of: date) -> list[CleanRecord]:
    """The clean records of many raw ones, in their order, each as `normalise` gives it.

    Meanwhile the cyclic collector rests: records hold no cycles, and their number would wake it again and again.
    """
    resting = gc.isenabled()
    gc.disable()
    latest = as_of.year
    rest = iter(raws)
    clean: list[CleanRecord] = []
    try:
        while chunk := tuple(islice(rest, CHUNK)):
            clean += _records(chunk, latest)
        return clean
    finally:
        if resting:
            gc.enable()


def _decoded(cell: str, encoding: str | None, flags: list[str]) -> str:
    """The cell in Unicode; an encoding that nobody knows is flagged and the cell left as it is."""
    if encoding is None:
        return cell
    from matching.normalise.legacy_encodings import decode_cell  # few files need its tables

    try:
        decoded = decode_cell(cell, encoding)
    except LookupError:
        decoded, encoding = cell, "unknown_encoding"
    if (decoded != cell or encoding == "unknown_encoding") and encoding not in flags:
        flags.append(encoding)
    return decoded


def _with_name_cell(
    name_cell: str,
    numbers: tuple[IdentityNumber, ...],
    dates: tuple[BirthDate, ...],
    latest: int,
    flags: list[str],
) -> tuple[tuple[IdentityNumber, ...], tuple[BirthDate, ...]]:
    """The numbers and dates of a record, taken from its name cell where their own cells are empty."""
    flags.append("digits_in_name")
    if not numbers:
        numbers = tuple(n for n in read_numbers(name_cell, latest=latest) if n.trust is Trust.AS_WRITTEN)
        flags.extend(["number_from_name"] if numbers else [])
    found = _BORN.search(name_cell)
    if not dates and found is not None:
        dates = tuple(read for read in read_birth_dates(found[1], latest=latest) if read.date.year)
        flags.extend(["date_from_name"] if dates else [])
    return numbers, dates


_BORN: Final = re.compile(r"(?i:\b(?:sinh|ns|sn)\b[^0-9]{0,20})([0-9]{1,4}(?:[/.-][0-9]{1,4}){0,2})")


def _pair(
    people: list[Draft],
    numbers: tuple[IdentityNumber, ...],
    dates: tuple[BirthDate, ...],
    raw: RawRecord,
    latest: int,
) -> None:
    """Gives the sexes, numbers and dates of the record to its people; one of each to one person needs no thought."""
    if raw.sex and (sexes := sexes_of(raw.sex)) is not NO_SEX:
        pair_sexes(people, sexes, people[0].flags)
    if len(people) == 1 and len(numbers) <= 1:
        people[0].numbers = numbers
    elif numbers:
        pair_numbers(people, numbers, dates)
    if len(people) == 1 and len(dates) <= 1:
        people[0].birth_date = dates[0] if dates else None
    elif dates:
        for draft in people:
            draft.birth_date = None
        pair_dates(people, dates)
    for draft in people:
        if draft.birth_date is not None and draft.birth_date.flags:
            confirm_year(draft)
            _confirm_serial(draft, raw, latest)


def _confirm_serial(draft: Draft, raw: RawRecord, latest: int) -> None:
    """A five-digit birth date is a spreadsheet's serial where that falls in the year which the number states."""
    if draft.birth_date is None or "maybe_excel_serial" not in draft.birth_date.flags or raw.birth_date is None:
        return
    (read,) = read_birth_dates(raw.birth_date, cell_type=CellType.DATE, latest=latest)
    if read.date.year and read.date.year == stated_year(draft):
        draft.birth_date = read


def _roles(people: list[Draft], raw: RawRecord, form: LegalForm | None, flags: list[str]) -> None:
    role = read_role(raw.role) if raw.role else None
    if raw.role and role is None:
        flags.append("role_unknown")
    if raw.legal_form and form is None:
        flags.append("legal_form_unknown")
    if role is not None or form is not None:
        assign_roles(people, role, form)


def _known_by_number(drafts: list[Draft], numbers: tuple[IdentityNumber, ...]) -> list[Draft]:
    """A cell that names nobody doesn't hide the person whose number stands beside it."""
    if len(drafts) == 1 and any(number.kind is NumberKind.PERSONAL for number in numbers):
        return [unnamed("no_name", *drafts[0].named.flags)]
    return drafts


def _is_placeholder(draft: Draft) -> bool:
    """Whether a subject stands for nobody: a temporary name, or no name and an invented number (S7)."""
    if draft.named.kind is Kind.UNKNOWN:
        return "placeholder" in draft.named.flags
    if draft.named.full_name or not draft.numbers:
        return False
    return all("placeholder" in number.flags for number in draft.numbers)


def _subject(no: int, draft: Draft, raw: RawRecord, address: AddressReading) -> CleanSubject:
    """The clean subject of a draft, with every flag of its name, number, date and address, each once."""
    named, numbers, birth_date = draft.named, draft.numbers, draft.birth_date
    sex, evidence, sex_flags = sex_of(named.sex, draft.sex, draft.card_sex, draft.role, raw.sex_derived)
    if draft.address is not None:
        address = read_address(draft.address)
    sources = [named.flags, draft.flags, sex_flags]
    for number in numbers:
        sources.append(number.flags)
    if birth_date is not None:
        sources.append(birth_date.flags)
    sources.append(address.flags)
    return clean_subject(
        no,
        named.kind,
        draft.role,
        named.full_name or None,
        named.abbreviated,
        numbers,
        birth_date,
        sex,
        evidence,
        address,
        named.status_claimed,
        not (named.full_name and named.kind is _PERSON) and _is_placeholder(draft),
        _each_once(sources),
        raw.full_name is None or named.full_name in raw.full_name,
    )


def _each_once(sources: list[Sequence[str]]) -> tuple[str, ...]:
    """All flags, each once; mostly those of one source, which has none twice."""
    given = [flags for flags in sources if flags]
    if not given:
        return ()
    if len(given) == 1 and isinstance(given[0], tuple):
        return given[0]
    return tuple(dict.fromkeys(chain.from_iterable(given)))
