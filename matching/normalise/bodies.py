"""Legal forms and roles as certificates state them, and bodies: who is the land user, and who only stands for it."""

from __future__ import annotations

from enum import Enum, auto
from functools import lru_cache
from typing import Final

from matching.normalise.drafts import Draft
from matching.normalise.number_tables import NOTHING_KNOWN
from matching.normalise.text import fold, repair
from matching.records import Kind, NamedSubject, Role, Sex


class LegalForm(Enum):
    """The column Pháp nhân of the campaign's template (DOMAIN 4.4)."""

    PERSON = auto()
    COUPLE = auto()
    HOUSEHOLD = auto()
    CO_OWNERS = auto()
    ORGANISATION = auto()
    COMMUNITY = auto()


BODIES: Final = (LegalForm.ORGANISATION, LegalForm.COMMUNITY)

_FORMS: Final[dict[LegalForm, str]] = {
    LegalForm.PERSON: "ca nhan, ca nhan trong nuoc, cnn, 1",
    LegalForm.COUPLE: "vo chong, hai vo chong, vo va chong, 3",
    LegalForm.HOUSEHOLD: "ho gia dinh, ho, ho gd, hgd, gdc, ho gia dinh ca nhan, 2",
    LegalForm.CO_OWNERS: "dong su dung, dong so huu, nhom nguoi su dung dat, nhieu nguoi",
    LegalForm.ORGANISATION: "to chuc, to chuc trong nuoc, to chuc kinh te, co quan, doanh nghiep, cong ty, tcn, tkt, 4",
    LegalForm.COMMUNITY: "cong dong, cong dong dan cu, co so ton giao, to chuc ton giao, cds, tng, 5",
}
_FORM_OF: Final = {word: form for form, words in _FORMS.items() for word in words.split(", ")}

_ROLES: Final[dict[Role, str]] = {
    Role.HOLDER: "ca nhan, chu su dung, chu su dung dat, chu so huu, nguoi su dung dat",
    Role.HEAD: "chu ho, chu ho gia dinh",
    Role.HUSBAND: "chong, nguoi chong",
    Role.WIFE: "vo, nguoi vo",
    Role.MEMBER: "thanh vien, thanh vien ho, thanh vien ho gia dinh, thanh vien trong ho",
    Role.CO_OWNER: "dong su dung, dong so huu, nguoi dong su dung",
    Role.REPRESENTATIVE: "nguoi dai dien, dai dien, nguoi dai dien theo phap luat, dai dien phap luat, dai dien ho",
    Role.CURRENT_USER: "nguoi su dung hien tai, nguoi dang su dung, nguoi su dung dat hien tai",
    Role.GUARDIAN: "nguoi giam ho, giam ho",
    Role.HEIR: "nguoi thua ke, thua ke",
}
_ROLE_OF: Final = {word: role for role, words in _ROLES.items() for word in words.split(", ")} | {
    str(role): role for role in Role
}
ROLE_SEX: Final = {Role.HUSBAND: Sex.MALE, Role.WIFE: Sex.FEMALE}
_SPOUSE_OF: Final = {Sex.MALE: Role.HUSBAND, Sex.FEMALE: Role.WIFE}
_OTHER_SPOUSE: Final = {Role.HUSBAND: Role.WIFE, Role.WIFE: Role.HUSBAND}

_WEAK: Final = (None, Role.HOLDER, Role.CO_OWNER)  # what a plain list of names makes of its people


@lru_cache(maxsize=1024)
def read_legal_form(cell: str) -> LegalForm | None:
    """The legal form that a cell states, if it is one of the known ones."""
    return _FORM_OF.get(fold(cell).strip(" .:"))


@lru_cache(maxsize=1024)
def read_role(cell: str) -> Role | None:
    """The role that a cell states, if it is one of the known ones."""
    return _ROLE_OF.get(fold(cell).strip(" .:"))


def add_body(drafts: list[Draft], organisation_name: str | None, form: LegalForm | None) -> None:
    """Puts the body that holds the land first; whoever is named beside it represents it (DOMAIN 4.4)."""
    name = repair(organisation_name or "").strip()
    if fold(name).strip(" .-") in NOTHING_KNOWN or not fold(name).strip(" .-_0"):
        name = ""
    if not name and form not in BODIES:
        return
    kind = Kind.COMMUNITY if form is LegalForm.COMMUNITY else Kind.ORGANISATION
    for draft in drafts:
        if draft.named.kind is Kind.PERSON:
            draft.role = Role.REPRESENTATIVE
    bodies = [draft for draft in drafts if draft.named.kind in (Kind.ORGANISATION, Kind.COMMUNITY)]
    if not bodies or (name and all(fold(draft.named.full_name) != fold(name) for draft in bodies)):
        drafts.insert(0, Draft(NamedSubject(kind, name)))


def assign_roles(people: list[Draft], role: Role | None, form: LegalForm | None) -> None:
    """The role cell speaks of the first person; the legal form tells the roles that neither it nor a name tells."""
    if role is not None and people[0].role in _WEAK:
        people[0].role = role
    if form is LegalForm.COUPLE and len(people) == 2:
        for draft, other in (people, people[::-1]):
            if draft.role in _WEAK:
                spouse = _OTHER_SPOUSE.get(other.role) if other.role is not None else None
                draft.role = spouse or _SPOUSE_OF.get(draft.named.sex or draft.sex, draft.role)
    elif form is LegalForm.CO_OWNERS:
        for draft in people:
            draft.role = draft.role or Role.CO_OWNER
