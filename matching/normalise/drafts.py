"""The people of one record while it is put together: whose number, whose birth date, whose sex (DOMAIN 1.4, 3).

Where a record names several people, its cells often hold several values. They are paired in the order written, and
checked against what is known of each person; what isn't certain is paired all the same, and flagged.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from matching.records import BirthDate, IdentityNumber, Kind, NamedSubject, NumberKind, Role, Sex

_PERSONAL = NumberKind.PERSONAL
_Value = TypeVar("_Value")


@dataclass(slots=True)
class Draft:
    """A subject in the making: what the name cell says of it, and what other cells add."""

    named: NamedSubject
    role: Role | None = None
    numbers: tuple[IdentityNumber, ...] = ()
    birth_date: BirthDate | None = None
    sex: Sex = Sex.UNKNOWN  # from the sex cell
    sex_shared: bool = False  # that cell has one value for several people, so it may be of another one
    card_sex: Sex = Sex.UNKNOWN
    address: str | None = None  # of the card, where the record has none
    flags: list[str] = field(default_factory=list)


def unnamed(*flags: str) -> Draft:
    """A person of whom the record gives no name."""
    return Draft(NamedSubject(Kind.PERSON, ""), flags=list(flags))


def pair_numbers(people: list[Draft], numbers: Sequence[IdentityNumber], dates: Sequence[BirthDate] = ()) -> None:
    """Gives each number to a person; adds a person without a name for a number that can't be of the ones named.

    One person takes all numbers that may be theirs: an old card's and the current one. Two current numbers that differ
    in sex or year of birth are two people. As many current numbers, or as many numbers, as people are paired in order,
    unless another order fits the sexes better, or else the birth dates, which certificates print beside the names; an
    old number goes to the person of the current number beside it. One number for several people is the first one's
    whose sex and birth date it doesn't contradict.
    """
    current = [number for number in numbers if number.kind is _PERSONAL]
    if len(dates) == len(people) > 1:
        for draft, read in zip(people, dates, strict=True):
            draft.birth_date = read
    if len(people) == 1:
        _numbers_of_one(people, numbers, current)
    elif len(numbers) == 1:
        _one_number_of_several(people, numbers[0])
    elif len(current) == len(people):
        _bundles(people, numbers)
    elif len(numbers) == len(people):
        order, sure, only = _fitting_order(people, list(numbers), _CHECKS)
        alike = len({number.kind for number in numbers if number.value}) == 1
        _give(people, [(number,) for number in order], sure=sure and (alike or only))
    else:
        shares: list[tuple[IdentityNumber, ...]] = [() for _ in people]
        for at, number in enumerate(numbers):
            shares[min(at, len(people) - 1)] += (number,)
        _give(people, shares, sure=False)


def pair_dates(people: list[Draft], dates: Sequence[BirthDate]) -> None:
    """Gives each birth date to a person: in order, unless the years that their numbers state show another order."""
    if len(people) == 1:
        year = stated_year(people[0])
        fitting = [read for read in dates if year and read.date.year == year]
        people[0].birth_date = (fitting or list(dates))[0]
        people[0].flags.append("extra_dates")
    elif len(dates) == 1:
        _one_date_of_several(people, dates[0])
    else:
        order = list(dates)
        sure = len(dates) == len(people)
        if sure:
            order, sure, _ = _fitting_order(people, order, (_year_contradicts,))
        for draft, read in zip(people, order, strict=False):
            draft.birth_date = read
            if not sure:
                draft.flags.append("pairing_doubtful")


def pair_sexes(people: list[Draft], sexes: Sequence[Sex], flags: list[str]) -> None:
    """The sex cell speaks of the first person, or of all in order where it holds as many values as there are people."""
    if len(sexes) == 1:
        people[0].sex, people[0].sex_shared = sexes[0], len(people) > 1
    elif sexes and len(sexes) == len(people):
        for draft, sex in zip(people, sexes, strict=True):
            draft.sex = sex
    else:
        flags.append("sex_unreadable")


def _numbers_of_one(people: list[Draft], numbers: Sequence[IdentityNumber], current: list[IdentityNumber]) -> None:
    only = people[0]
    if len({(number.sex, number.birth_year) for number in current}) < 2:
        only.numbers = tuple(numbers)
        if len(current) > 1:
            only.flags.append("several_current_numbers")
        return
    first = current[0]
    others = [number for number in current if (number.sex, number.birth_year) != (first.sex, first.birth_year)]
    people.extend(unnamed("unnamed_owner") for _ in others)
    kept = [number for number in numbers if number not in others]
    order, sure, _ = _fitting_order(people[:1], [first, *others], (_sex_contradicts,))
    for draft, number in zip(people, order, strict=True):
        draft.numbers = (number,)
    only.numbers = tuple(order[0] if number is first else number for number in kept)
    if not sure or _likely_sex(only) is Sex.UNKNOWN:
        for draft in people:
            draft.flags.append("pairing_doubtful")


def _one_number_of_several(people: list[Draft], number: IdentityNumber) -> None:
    narrowed = people
    for fits in _SIGNS:
        narrowed = [draft for draft in narrowed if fits(draft, number)] or narrowed
    narrowed[0].numbers = (number,)
    if len(narrowed) > 1 or _sex_contradicts(narrowed[0], number):
        narrowed[0].flags.append("pairing_doubtful")


def _one_date_of_several(people: list[Draft], read: BirthDate) -> None:
    """The date is whose number states its year; else the only one's whose number states no other; else the first's."""
    fitting = [draft for draft in people if not _year_contradicts(draft, read)]
    born_then = [draft for draft in fitting if stated_year(draft)]
    owner = (born_then or fitting or people)[0]
    owner.birth_date = read
    if len(born_then or fitting) != 1:
        owner.flags.append("pairing_doubtful")


def _bundles(people: list[Draft], numbers: Sequence[IdentityNumber]) -> None:
    """As many current numbers as people: each with the old numbers written beside it."""
    current_first = numbers[-1].kind is not _PERSONAL
    bundles: list[list[IdentityNumber]] = []
    early: list[IdentityNumber] = []  # old numbers before the first current one
    for number in numbers if current_first else reversed(numbers):
        if number.kind is _PERSONAL:
            bundles.append([number])
        else:
            (bundles[-1] if bundles else early).append(number)
    bundles[0] = early + bundles[0]
    if not current_first:
        bundles = [list(reversed(bundle)) for bundle in reversed(bundles)]
    regular = len({len(bundle) for bundle in bundles}) == 1
    whole = [tuple(bundle) for bundle in bundles]
    order, sure, _ = _fitting_order(people, whole, _BUNDLE_CHECKS)
    _give(people, order, sure=sure and regular)


def _give(people: list[Draft], shares: Sequence[tuple[IdentityNumber, ...]], *, sure: bool) -> None:
    for draft, share in zip(people, shares, strict=True):
        draft.numbers = share
        if not sure:
            draft.flags.append("pairing_doubtful")


def _fitting_order(
    people: Sequence[Draft], values: list[_Value], checks: Sequence[Callable[[Draft, _Value], bool]]
) -> tuple[list[_Value], bool, bool]:
    """The values as written or, of two, exchanged; whether that contradicts nobody; whether the other order does.

    The first check decides where it tells the orders apart, then the second. Three values and more stay as written.
    """
    agrees = not _clashes(people, values, checks[0])
    if len(values) != 2:
        return values, agrees, False
    exchanged = values[::-1]
    for check in checks:
        written, other = _clashes(people, values, check), _clashes(people, exchanged, check)
        if written < other:
            return values, agrees, not written
        if other < written:
            if other:
                break
            for draft in people:
                draft.flags.append("pairing_swapped")
            return exchanged, True, True
    return values, agrees, False


def _clashes(people: Sequence[Draft], order: list[_Value], check: Callable[[Draft, _Value], bool]) -> int:
    """How many people the order contradicts."""
    clashes = 0
    for at in range(min(len(people), len(order))):
        clashes += check(people[at], order[at])
    return clashes


def _sex_contradicts(draft: Draft, number: IdentityNumber) -> bool:
    likely = _likely_sex(draft)
    return likely is not Sex.UNKNOWN and number.sex is not Sex.UNKNOWN and likely is not number.sex


def _born_in(draft: Draft) -> int:
    return draft.birth_date.date.year if draft.birth_date is not None else 0


def _born_otherwise(draft: Draft, number: IdentityNumber) -> bool:
    year = _born_in(draft)
    return bool(year and number.birth_year) and year != number.birth_year


def _shared_sex_contradicts(draft: Draft, number: IdentityNumber) -> bool:
    return draft.sex_shared and draft.sex is not number.sex and Sex.UNKNOWN not in (draft.sex, number.sex)


_SIGNS: tuple[Callable[[Draft, IdentityNumber], bool], ...] = (
    lambda draft, number: not _sex_contradicts(draft, number),
    lambda draft, number: _born_in(draft) == number.birth_year != 0,
    lambda draft, number: _likely_sex(draft) is number.sex is not Sex.UNKNOWN,
    lambda draft, number: not _shared_sex_contradicts(draft, number),
)
_CHECKS = (_sex_contradicts, _born_otherwise, _shared_sex_contradicts)


def _any_of_bundle(check: Callable[[Draft, IdentityNumber], bool]) -> Callable[[Draft, Sequence[IdentityNumber]], bool]:
    return lambda draft, bundle: any(check(draft, number) for number in bundle)


_BUNDLE_CHECKS = tuple(map(_any_of_bundle, _CHECKS))


def _year_contradicts(draft: Draft, read: BirthDate) -> bool:
    year = stated_year(draft)
    return bool(year and read.date.year) and year != read.date.year


def stated_year(draft: Draft) -> int:
    """The year of birth that the person's number states, zero if none does."""
    return next((number.birth_year for number in draft.numbers if number.birth_year), 0)


def _likely_sex(draft: Draft) -> Sex:
    """The sex that title, relation or sex cell state, or else the middle name: only to tell whose number is whose."""
    if draft.named.sex is not Sex.UNKNOWN:
        return draft.named.sex
    if draft.sex is not Sex.UNKNOWN and not draft.sex_shared:
        return draft.sex
    return sex_of_name(draft.named.full_name)


def sex_of_name(name: str) -> Sex:
    """The sex that the middle name Thị or Văn makes likely."""
    middle = name.lower().split()[1:-1]
    if "thị" in middle or (name.isascii() and "thi" in middle):
        return Sex.FEMALE
    return Sex.MALE if "văn" in middle or (name.isascii() and middle[:1] == ["van"]) else Sex.UNKNOWN


def confirm_year(draft: Draft) -> None:
    """A year of two digits is of the century that the person's number states, if it states the same two digits."""
    read, year = draft.birth_date, stated_year(draft)
    if read is None or "yy" not in read.flags or not year or read.date.year % 100 != year % 100:
        return
    if read.date.month and read.date.day > monthrange(year, read.date.month)[1]:
        return
    kept = tuple(flag for flag in read.flags if flag != "century_ambiguous")
    other = replace(read.alternative, year=year) if read.alternative is not None else None
    draft.birth_date = BirthDate(replace(read.date, year=year), other, (*kept, "yy_confirmed"))
