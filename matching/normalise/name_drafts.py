"""Subjects on their way: what a name cell says of each, the parts that it leaves open, and the finished subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from matching.normalise.name_tokens import Token, begins_name, in_clan, is_middle_name, may_begin
from matching.normalise.text import display
from matching.records import Kind, NamedSubject, Role, Sex, Status

COUNTERPARTS: Final = {Role.WIFE: Role.HUSBAND, Role.HUSBAND: Role.WIFE}
SPOUSES: Final = {Role.WIFE: Sex.FEMALE, Role.HUSBAND: Sex.MALE}
MIDDLE_NAMES: Final = {Sex.MALE: "van", Sex.FEMALE: "thi"}

_NO_OWNERS: Final = frozenset({Role.REPRESENTATIVE, Role.GUARDIAN, Role.CURRENT_USER})
_LIKE_A_FULL_LIST: Final = 5  # words: two names without a mark between have at least as many


@dataclass(slots=True)
class Draft:
    """A subject on its way."""

    kind: Kind
    words: list[Token] = field(default_factory=list)
    text: str = ""  # of a body, as written
    role: Role | None = None
    sex: Sex = Sex.UNKNOWN
    status: Status | None = None
    titled: bool = False
    head: bool = False  # of a household claimed for this person
    owner: bool = False  # an owner though a representative: of the other owners
    surname: str = ""  # supplied from the first of a list
    flags: list[str] = field(default_factory=list)

    def learn(self, *, sex: Sex = Sex.UNKNOWN, status: Status | None = None) -> None:
        """Takes what is still unknown."""
        if self.sex is Sex.UNKNOWN:
            self.sex = sex
        if self.status is None:
            self.status = status

    def marry(self, role: Role | None) -> None:
        """Whoever is named beside a wife is the husband, and the other way round; a stated part stays."""
        if role in COUNTERPARTS and self.role in (None, Role.HEAD):
            self.role = COUNTERPARTS[role]
            self.learn(sex=SPOUSES[self.role])


def give_roles(drafts: list[Draft], *, household: bool, couple: bool) -> list[str]:
    """Gives the parts that the cell leaves open, and says what it tells of the owners as flags."""
    people = [draft for draft in drafts if draft.kind is Kind.PERSON]
    owners = [draft for draft in drafts if draft.owner or draft.role not in _NO_OWNERS]
    flags = ["several_owners"] if len(owners) > 1 else []
    if couple:
        for draft in people:
            if draft.role is None and draft.sex is not Sex.UNKNOWN:
                draft.role = Role.HUSBAND if draft.sex is Sex.MALE else Role.WIFE
        if len(people) == 1:
            flags.append("others_unnamed")
    heads = any(draft.head for draft in people)
    for place, draft in enumerate(people):
        if draft.role is None and household and (draft.head or (place == 0 and not heads)):
            draft.role = Role.HEAD
        elif draft.role is None and max(len(people), len(owners)) > 1:
            draft.role = Role.HOLDER if drafts[0] is draft else Role.CO_OWNER
    only_heads = len(owners) == 1 or all(draft.role is Role.HEAD for draft in owners)
    if household and only_heads and all(draft.kind is Kind.PERSON for draft in owners):
        flags.append("household_members_unknown")
    return flags


def finished(draft: Draft) -> NamedSubject:
    """The subject that a draft became."""
    if draft.kind is not Kind.PERSON:
        return NamedSubject(draft.kind, draft.text, draft.role, flags=tuple(dict.fromkeys(draft.flags)))
    words = draft.words
    flags = list(draft.flags)
    if not draft.surname:
        flags += [flag for flag, holds in _CHECKS if holds(words)]
    spoken = [draft.surname] * bool(draft.surname) + [token.text for token in words]
    return NamedSubject(
        kind=Kind.PERSON,
        full_name=display(" ".join(spoken)),
        role=draft.role,
        sex=draft.sex if draft.sex is not Sex.UNKNOWN else _sex_of_particle(words),
        status_claimed=draft.status,
        abbreviated=bool(draft.surname) or _abbreviated(words),
        flags=tuple(dict.fromkeys(flags)),
    )


def _abbreviated(words: list[Token]) -> bool:
    """Some word is an initial; "K" and "H" before a name of the Central Highlands are none."""
    particle = words[0].bare in ("k", "h") and len(words) > 1 and not is_middle_name(words[1])
    if particle and not any(token.initial for token in words[1:]):
        return False
    return any(token.initial for token in words)


def _sex_of_particle(words: list[Token]) -> Sex:
    """The particle of the K'Ho, Mạ and Ê Đê: Ka and H' are women, K' men (DOMAIN 3.5)."""
    if any(token.bare.startswith("h'") for token in words) or (
        words[0].bare == "ka" and len(words) > 1 and not in_clan(words, 0)
    ):
        return Sex.FEMALE
    return Sex.MALE if words[0].bare.startswith("k'") else Sex.UNKNOWN


def _one_word(words: list[Token]) -> bool:
    return len(words) == 1 and not begins_name(words, 0)


def _two_names(words: list[Token]) -> bool:
    """Two names may stand here without any mark between: "Nguyễn Văn An Lê Thị Bình"."""
    middles = [at for at in range(1, len(words)) if is_middle_name(words[at]) and may_begin(words[at - 1])]
    return len(words) >= _LIKE_A_FULL_LIST and len(middles) > 1


_CHECKS: Final[tuple[tuple[str, Callable[[list[Token]], bool]], ...]] = (
    ("one_word", _one_word),
    ("unsplit", _two_names),
    ("abbreviated", _abbreviated),
)
