"""People and land users with every field defaulted; a test names only what it is about."""

from __future__ import annotations

from matching.records import (
    AddressReading,
    BirthDate,
    CleanSubject,
    IdentityNumber,
    Kind,
    NumberKind,
    PartialDate,
    Person,
    Sex,
    Status,
    Trust,
)


def date_of(text: str) -> PartialDate:
    """A partial date from YYYY, YYYY-MM or YYYY-MM-DD; "" is unknown."""
    return PartialDate(*(int(part) for part in text.split("-") if part))


def number(value: str, *, trust: Trust = Trust.AS_WRITTEN, kind: NumberKind | None = None) -> IdentityNumber:
    """An identity number; its kind follows from its length unless given."""
    kind = kind or (NumberKind.PERSONAL if len(value) == 12 else NumberKind.CMND9)
    year = 1900 + 100 * (int(value[3]) // 2) + int(value[4:6]) if kind is NumberKind.PERSONAL else 0
    return IdentityNumber(kind, value, trust, birth_year=year)


def person(
    personal_id: str = "068085001234",
    full_name: str = "Trần Văn Ba",
    birth_date: str = "1985-07-20",
    *,
    sex: Sex = Sex.MALE,
    old_ids: tuple[str, ...] = ("250123456",),
    cancelled_ids: tuple[str, ...] = (),
    other_names: tuple[str, ...] = (),
    communes: tuple[str, ...] = ("25084",),
    status: Status = Status.ALIVE,
) -> Person:
    """A person of the register."""
    return Person(
        personal_id,
        full_name,
        date_of(birth_date),
        sex,
        other_names,
        tuple(number(value) for value in old_ids),
        cancelled_ids,
        "",
        communes,
        status,
    )


def subject(
    full_name: str | None = "Trần Văn Ba",
    numbers: tuple[IdentityNumber | str, ...] = ("068085001234",),
    birth_date: str = "1985-07-20",
    *,
    sex: Sex = Sex.UNKNOWN,
    communes: tuple[str, ...] = (),
    alternative: str = "",
    flags: tuple[str, ...] = (),
) -> CleanSubject:
    """A land user as normalisation leaves it."""
    birth = BirthDate(date_of(birth_date), date_of(alternative) if alternative else None, flags)
    return CleanSubject(
        1,
        Kind.PERSON,
        None,
        full_name,
        numbers=tuple(number(n) if isinstance(n, str) else n for n in numbers),
        birth_date=birth if birth_date else None,
        sex=sex,
        sex_is_evidence=sex is not Sex.UNKNOWN,
        address=AddressReading(communes),
    )
