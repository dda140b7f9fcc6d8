"""What comes in (raw) and what may be compared (clean): two kinds of records that never mix.

A raw record holds text as it was found. A clean record holds people ("subjects") with typed, checked values, each
change marked by a flag. Only clean values reach a comparison.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

MAX_CELL = 4_000  # characters of a cell that is read, by whatever door: a longer one holds no name or address


class CellType(StrEnum):
    """How the file held a cell; only a date cell may be read as an Excel serial number."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


class Kind(StrEnum):
    """What a subject is; only a person is in the scope of matching."""

    PERSON = "person"
    ORGANISATION = "organisation"
    COMMUNITY = "community"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """The part that a subject plays on the certificate, or in relation to its holder."""

    HOLDER = "holder"
    HEAD = "head"
    HUSBAND = "husband"
    WIFE = "wife"
    MEMBER = "member"
    CO_OWNER = "co_owner"
    REPRESENTATIVE = "representative"
    CURRENT_USER = "current_user"
    GUARDIAN = "guardian"
    HEIR = "heir"


class Sex(IntEnum):
    """Sex as the register states it; zero is unknown."""

    UNKNOWN = 0
    MALE = 1
    FEMALE = 2


class Status(StrEnum):
    """Whether a person lives, as the register states it or the land file claims it."""

    ALIVE = "alive"
    DECEASED = "deceased"
    MISSING = "missing"


class NumberKind(StrEnum):
    """The kinds of identity numbers of DOMAIN 1."""

    PERSONAL = "personal"  # 12 digits: định danh cá nhân, CCCD, CMND of 12 digits
    CMND9 = "cmnd9"  # 9 digits: the old identity card
    PASSPORT = "passport"  # a letter and 7 digits
    OTHER = "other"  # army, police: opaque
    UNREADABLE = "unreadable"  # something was written that is no identity number


class Trust(IntEnum):
    """How a number was obtained from the cell; the lower, the less it proves."""

    NONE = 0
    GUESSED = 1  # an old number whose lost zeros were put back: never matched by itself
    REPAIRED = 2  # a letter read as a digit and the like: counts only with name and birth date
    ZERO_RESTORED = 3  # the leading zeros that a spreadsheet dropped were put back
    AS_WRITTEN = 4


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A land user's record as found; an absent or empty cell is None."""

    record_id: str | None = None
    full_name: str | None = None
    id_number: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    address: str | None = None
    role: str | None = None
    legal_form: str | None = None
    organisation_name: str | None = None
    parcel_id: str | None = None
    parcel_commune_code: str | None = None
    certificate_no: str | None = None
    card_qr: str | None = None
    encoding: str | None = None  # of name and address: tcvn3, vni, vps, viscii, viqr; None is Unicode
    birth_date_cell: CellType = CellType.TEXT
    sex_derived: bool = False  # the file's sex column always equals the digit of the number: no evidence


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as far as it is known: zero for an unknown year, month or day; a day implies its month."""

    year: int = 0
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        if not self.year:
            return ""
        if not self.month:
            return f"{self.year:04d}"
        if not self.day:
            return f"{self.year:04d}-{self.month:02d}"
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date as read from a cell, its other reading where day and month may be swapped, and flags."""

    date: PartialDate
    alternative: PartialDate | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """One number of a cell: what it is, how it was obtained, and what its digits say."""

    kind: NumberKind
    value: str  # digits as they should be; the letter first for a passport; "" if unreadable
    trust: Trust = Trust.AS_WRITTEN
    sex: Sex = Sex.UNKNOWN  # PERSONAL only, as all below
    birth_year: int = 0
    region: str = ""  # three digits: province or country of birth registration
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedSubject:
    """One person or body that a name cell names."""

    kind: Kind
    full_name: str  # a person's name in title case; anybody else's as written
    role: Role | None = None
    sex: Sex = Sex.UNKNOWN  # from a title or a relation ("bà", "vợ là")
    status_claimed: Status | None = None
    abbreviated: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameReading:
    """All that a name cell names, in the order named; `household` where a household is claimed."""

    subjects: tuple[NamedSubject, ...]
    household: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressReading:
    """The set of present-day communes that an address may mean (GSO codes, ascending; empty: unknown)."""

    communes: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()  # present-day province codes, known even where the communes aren't
    level: str = ""  # the finest level recognised: commune, district, province or ""
    confidence: float = 0.0  # 0 to 1, two decimals
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanSubject:
    """One land user, clean: what the kernel compares and what the answer shows as normalised."""

    subject_no: int
    kind: Kind
    role: Role | None = None
    full_name: str | None = None
    abbreviated: bool = False
    numbers: tuple[IdentityNumber, ...] = ()
    birth_date: BirthDate | None = None
    sex: Sex = Sex.UNKNOWN
    sex_is_evidence: bool = False  # false where it was derived from the number, or is unknown
    address: AddressReading = AddressReading()
    status_claimed: Status | None = None
    placeholder: bool = False  # a temporary or invented record (S7)
    flags: tuple[str, ...] = ()
    as_written: bool = True  # the name stands in the cell letter by letter, capitals and tone marks included


@dataclass(frozen=True, slots=True)
class CleanRecord:
    """A land record, clean: its subjects in the order named, and the flags that belong to no single one."""

    record_id: str | None
    subjects: tuple[CleanSubject, ...]
    household: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the population register, clean."""

    personal_id: str
    full_name: str
    birth_date: PartialDate
    sex: Sex = Sex.UNKNOWN
    other_names: tuple[str, ...] = ()
    old_numbers: tuple[IdentityNumber, ...] = ()
    cancelled_ids: tuple[str, ...] = ()  # 12-digit numbers that were cancelled and replaced
    address: str = ""
    communes: tuple[str, ...] = ()  # present-day GSO codes
    status: Status = Status.ALIVE
