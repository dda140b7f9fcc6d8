"""Settles what the pieces of a name cell amount to: subjects with roles, and what is said of them (DOMAIN 3.4, 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from matching.normalise.name_pieces import Piece
from matching.normalise.name_tokens import Token, begins_name, is_middle_name, is_surname, may_begin
from matching.normalise.name_words import Act
from matching.normalise.text import display
from matching.records import Kind, NamedSubject, Role, Sex, Status

_LISTS: Final = frozenset({",", "/", "\\", ";", "+", "&", "|", "•"})
_GLUE: Final = frozenset({",", "/", "\\", "-", "\n", ".", ")", "number"})
_WRAPS: Final = frozenset({"\n", "-", ".", ")", "number"})
_NO_OWNERS: Final = frozenset({Role.REPRESENTATIVE, Role.GUARDIAN, Role.CURRENT_USER})
_LEAVES: Final = frozenset({Act.EXTRA, Act.TRANSFER, Act.KIN, Act.ALIAS})
_FLAG_OF_ACT: Final = {
    Act.EXTRA: "extra_in_name",
    Act.TRANSFER: "transferred",
    Act.KIN: "relation_not_owner",
    Act.ALIAS: "alias",
}


@dataclass(slots=True)
class _Draft:
    """A subject on its way."""

    kind: Kind
    words: list[Token] = field(default_factory=list)
    text: str = ""
    role: Role | None = None
    sex: Sex = Sex.UNKNOWN
    status: Status | None = None
    titled: bool = False
    head: bool = False  # of a household claimed for this person
    owner: bool = False  # an owner though a representative: of the other owners
    flags: list[str] = field(default_factory=list)
    surname: str = ""  # supplied from the first of a list

    def learn(self, *, sex: Sex = Sex.UNKNOWN, status: Status | None = None) -> None:
        """Takes what is still unknown."""
        if self.sex is Sex.UNKNOWN:
            self.sex = sex
        if self.status is None:
            self.status = status


class _Settler:
    """Goes over the pieces once, with the drafts so far in hand."""

    def __init__(self, pieces: list[Piece], text: str) -> None:
        self.pieces = pieces
        self.text = text
        self.drafts: list[_Draft] = []
        self.household = False
        self.flags: list[str] = []
        self.waiting = _Draft(Kind.UNKNOWN)  # what was said before anybody was named
        self.kin_goes_on = False
        self.extra_goes_on = False
        self.follower: Piece | None = None
        self.couple = False  # "vợ chồng …"
        self.titles = sum(1 for piece in pieces if piece.titled and (piece.words or piece.doubt))
        self.has_body = any(piece.body is not None for piece in pieces)

    def run(self) -> None:
        for place, piece in enumerate(self.pieces):
            self.follower = self.pieces[place + 1] if place + 1 < len(self.pieces) else None
            if piece.body is not None:
                self._body(piece)
            else:
                self._person(piece)
            if piece.number:
                self._say("extra_in_name")
        self._roles()

    # What is said of the person just named, or of the next where nobody was named yet.

    @property
    def last(self) -> _Draft | None:
        """The person named last."""
        return self.drafts[-1] if self.drafts and self.drafts[-1].kind is Kind.PERSON else None

    def _say(self, flag: str, *, sex: Sex = Sex.UNKNOWN, status: Status | None = None) -> None:
        draft = self.last or self.waiting
        draft.flags.append(flag)
        draft.learn(sex=sex, status=status)

    def _body(self, piece: Piece) -> None:
        start, end = piece.span
        draft = _Draft(piece.body or Kind.ORGANISATION, text=self.text[start:end])
        if piece.body_guessed:
            draft.flags.append("body_guessed")
        for found in piece.lead:
            if found.act in (Act.ROLE, Act.OFFICE) and self.last is not None:
                self.last.role = Role.REPRESENTATIVE
        self.drafts.append(draft)

    def _person(self, piece: Piece) -> None:
        self._resolve_doubt(piece)
        leaves = [found for found in piece.lead if found.act in _LEAVES]
        goes_on = self.kin_goes_on and piece.opener == "phrase" and piece.has(Act.JOIN) and not piece.has(Act.ROLE)
        self.kin_goes_on = False
        if leaves or goes_on:
            for found in leaves:
                self._say(_FLAG_OF_ACT[found.act], sex=found.group.sex)
            self.kin_goes_on = goes_on or any(found.act is Act.KIN for found in leaves)
            self.extra_goes_on = any(found.act in (Act.EXTRA, Act.TRANSFER) for found in leaves)
            return
        if not piece.words:
            self._attributes(piece)
            return
        self._named(piece)

    def _resolve_doubt(self, piece: Piece) -> None:
        """A title that may be a surname is a title where others in the cell have titles, or a role came before it."""
        doubtful = piece.doubtful
        if doubtful is None:
            return
        group = doubtful.group
        if not piece.words and len(self.pieces) > 1:
            piece.lead.append(doubtful)  # "(bà) Lê Thị …", "Hộ (ông) Trần Văn …"
            piece.doubt, piece.doubtful = [], None
            return
        strip = bool(piece.words) and (self.titles > 1 or bool(piece.lead) or self.household)
        stated = next((found.group.sex for found in piece.lead if found.group.sex), Sex.UNKNOWN)
        if strip and stated is not Sex.UNKNOWN and group.sex is not Sex.UNKNOWN:
            strip = stated is group.sex  # "vợ là Ông Thị …": a surname
        elif strip and is_middle_name(piece.words[0]):
            strip = (group.sex, piece.words[0].bare) not in ((Sex.MALE, "thi"), (Sex.FEMALE, "van"))
        if strip:
            piece.lead.append(doubtful)
        else:
            piece.words[:0] = piece.doubt
            if len(piece.words) > len(piece.doubt):
                self.waiting.flags.append("title_or_surname")
        piece.doubt, piece.doubtful = [], None

    def _attributes(self, piece: Piece) -> None:
        """A piece without a name speaks of the person before it, or of the next."""
        for found in piece.lead:
            group = found.group
            if found.act in (Act.STATUS, Act.LATE):
                (self.last or self.waiting).learn(status=group.status)
            elif found.act is Act.OTHERS:
                self.flags.append("others_unnamed")
            elif found.act is Act.HOUSEHOLD:
                self.household = True
                if group.role is not None and self.last is not None and self.last.role is None:
                    self.last.role = group.role
                else:
                    self.waiting.learn(sex=group.sex)
            elif found.act is Act.JOIN:
                if piece.lead[-1] is found:
                    self.flags.append("others_unnamed")
            elif found.act is Act.ROLE:
                joined = piece.has(Act.JOIN) or found.keys[0] in ("và", "cùng", "với")
                self._role_alone(piece, joined, group.role, group.sex)
            elif found.act is Act.OFFICE and self.has_body and self.last is not None and self.last.role is None:
                self.last.role = Role.REPRESENTATIVE
            elif found.act is Act.OFFICE and self.last is not None and not self.has_body:
                self.last.flags.append("extra_in_name")
            elif found.act is Act.TITLE:
                self.couple = self.couple or "chồng" in found.keys
                # "(Ông) Lê …" speaks of the next, "Lê … (ông)" of the last.
                follower = self.follower
                ahead = self.last is None or (follower is not None and follower.opener == ")" and not follower.lead)
                (self.waiting if ahead else self.last or self.waiting).learn(sex=group.sex)

    def _role_alone(self, piece: Piece, joined: bool, role: Role | None, sex: Sex) -> None:
        last = self.last
        if last is None:
            self.waiting.role, self.waiting.sex = role, sex
        elif joined or role in (Role.MEMBER, Role.CO_OWNER) or piece.opener in ("&", "+"):
            # "và vợ" with no name: she owns the land too, and nobody says who she is.
            self.flags.append("others_unnamed")
            if role in (Role.WIFE, Role.HUSBAND):
                self._spouse_of(role, last)
        elif self._not_said_of(last, piece, role):
            self.flags.append("others_unnamed")
        elif last.role is None or last.role in (Role.CO_OWNER, Role.HOLDER):
            last.role = role
            last.owner = not self.has_body
            last.learn(sex=sex)
            if role in (Role.WIFE, Role.HUSBAND) and len(self.drafts) > 1:
                before = self.drafts[-2]
                if before.kind is Kind.PERSON and before.role is None:
                    self._spouse_of(role, before)

    def _not_said_of(self, last: _Draft, piece: Piece, role: Role | None) -> bool:
        """ "Trần Văn … (vợ)", "Trần …, vợ": somebody else is meant, who is not named."""
        if role not in (Role.WIFE, Role.HUSBAND):
            return False
        counterpart = Role.HUSBAND if role is Role.WIFE else Role.WIFE
        if any(draft.role is counterpart for draft in self.drafts):
            return False
        other = "van" if role is Role.WIFE else "thi"
        contrary = Sex.MALE if role is Role.WIFE else Sex.FEMALE
        alone = len(self.drafts) == 1 and piece.opener == "," and self.follower is None
        return alone or last.sex is contrary or any(token.bare == other for token in last.words[1:2])

    @staticmethod
    def _spouse_of(role: Role, other: _Draft) -> None:
        if other.role is None or other.role is Role.HEAD:
            other.role = Role.HUSBAND if role is Role.WIFE else Role.WIFE
            other.learn(sex=Sex.MALE if role is Role.WIFE else Sex.FEMALE)

    def _named(self, piece: Piece) -> None:
        """A piece with words: a new subject, or more of the one before, or no name at all."""
        last, words = self.last, piece.words
        bare = not piece.lead
        sure = begins_name(words, 0)
        if piece.has(Act.STATUS) and not sure:
            self._attributes(piece)
            self._say("extra_in_name")
            return
        after_extra = self.extra_goes_on or (piece.opener == "number" and len(words) > 1)
        if last is not None and bare and not sure and after_extra:
            self._say("extra_in_name")
            return
        if last is not None and piece.opener == "(" and bare:
            second = sure and len(words) >= 3 and [w.key for w in words] != [w.key for w in last.words]
            self._say("unsplit" if second else "alias")
            return
        if last is not None and bare and piece.opener == "-" and len(words) > 1 and not may_begin(words[0]):
            self._say("extra_in_name")
            return
        surname_alone = last is not None and len(last.words) == 1 and not last.titled
        if last is not None and bare and piece.opener == ")" and (is_middle_name(words[0]) or surname_alone):
            last.words += words  # "Hoàng (Huỳnh) Thị Hoa"
            last.flags.append("unsplit")
            return
        lone = len(words) == 1 and bare and not sure
        if lone and last is not None and self._lone(piece, last):
            return
        if last is not None and bare and piece.opener in (",", "/", "\\", "-", "\n") and self._reversed(last):
            last.words += words
            last.flags.append("unsplit")
            return
        self.extra_goes_on = False
        self._new(piece)

    def _lone(self, piece: Piece, last: _Draft) -> bool:
        """A single word after a name: a brother whose surname was not repeated, or a part of the name cut off."""
        if piece.opener in _WRAPS or (piece.opener in _GLUE and not last.surname and not is_surname(last.words[0])):
            last.words += piece.words
            last.flags.append("unsplit")
            return True
        return False

    def _reversed(self, last: _Draft) -> bool:
        return len(self.drafts) == 1 and len(last.words) == 1 and not last.titled and not begins_name(last.words, 0)

    def _new(self, piece: Piece) -> None:
        draft = _Draft(Kind.PERSON, list(piece.words), titled=piece.titled)
        before = self.last
        self._take_waiting(draft)
        if before is not None and len(draft.words) == 1 and not begins_name(draft.words, 0):
            joined = piece.opener in _LISTS or (piece.opener == "phrase" and [f.act for f in piece.lead] == [Act.JOIN])
            if joined and before.surname:
                draft.surname = before.surname
            elif joined and len(before.words) >= 2 and is_surname(before.words[0]):
                draft.surname = before.words[0].text
            if draft.surname:
                draft.flags.append("surname_supplied")
        self._lead(piece, draft, before)
        if draft.role is None and before is not None and before.role in (Role.MEMBER, Role.HEIR) and not draft.titled:
            draft.role = before.role
        if draft.role is None and self._represents(piece):
            draft.role = Role.REPRESENTATIVE
        self.drafts.append(draft)

    def _take_waiting(self, draft: _Draft) -> None:
        waiting = self.waiting
        draft.role = waiting.role
        draft.learn(sex=waiting.sex, status=waiting.status)
        draft.flags += waiting.flags
        self.waiting = _Draft(Kind.UNKNOWN)

    def _lead(self, piece: Piece, draft: _Draft, before: _Draft | None) -> None:
        """Takes what the phrases before the name say."""
        for found in piece.lead:
            group = found.group
            if found.act is Act.STATUS:
                (before or draft).learn(status=group.status)
                continue
            if found.act is Act.OTHERS:
                self.flags.append("others_unnamed")
            self.household = self.household or found.act is Act.HOUSEHOLD
            draft.head = draft.head or found.act is Act.HOUSEHOLD
            self.couple = self.couple or (found.act is Act.TITLE and "chồng" in found.keys)
            if found.act is Act.SAINT:
                draft.flags.append("alias")
            draft.titled = draft.titled or found.act in (Act.TITLE, Act.HOUSEHOLD)
            if found.act is Act.OFFICE and self.has_body:
                draft.role = Role.REPRESENTATIVE
            elif group.role is not None:
                draft.role = group.role
            if group.sex is not Sex.UNKNOWN and not (found.act is Act.TITLE and draft.sex is not Sex.UNKNOWN):
                draft.sex = group.sex
            draft.learn(status=group.status)
        if draft.role in (Role.WIFE, Role.HUSBAND) and before is not None:
            self._spouse_of(draft.role, before)

    def _represents(self, piece: Piece) -> bool:
        """Somebody named beside a body after a dash, a comma or in parentheses acts for it."""
        last = self.drafts[-1] if self.drafts else None
        return (
            last is not None
            and last.kind is not Kind.PERSON
            and not piece.has(Act.JOIN)
            and piece.opener != ";"
            and (piece.opener in ("phrase", "(", ",", "-"))
        )

    def _roles(self) -> None:
        """Gives the parts that nobody stated."""
        people = [draft for draft in self.drafts if draft.kind is Kind.PERSON]
        owners = [draft for draft in self.drafts if draft.owner or draft.role not in _NO_OWNERS]
        if len(owners) > 1:
            self.flags.append("several_owners")
        if self.couple:
            self._couple(people)
        heads = any(draft.head for draft in people)
        for place, draft in enumerate(people):
            if draft.role is None and self.household and (draft.head or (place == 0 and not heads)):
                draft.role = Role.HEAD
            elif draft.role is None and (len(owners) > 1 or len(people) > 1):
                draft.role = Role.HOLDER if self.drafts[0] is draft else Role.CO_OWNER
        only_heads = all(draft.role is Role.HEAD for draft in owners) or len(owners) == 1
        if self.household and only_heads and all(draft.kind is Kind.PERSON for draft in owners):
            self.flags.append("household_members_unknown")

    def _couple(self, people: list[_Draft]) -> None:
        """ "Vợ chồng" is said of the cell: whoever's sex is known has a part."""
        for draft in people:
            if draft.role is None and draft.sex is not Sex.UNKNOWN:
                draft.role = Role.HUSBAND if draft.sex is Sex.MALE else Role.WIFE
        if len(people) == 1:
            self.flags.append("others_unnamed")


def settle(pieces: list[Piece], text: str) -> tuple[tuple[NamedSubject, ...], bool, list[str]]:
    """The subjects of a cell, whether a household is claimed, and the flags that belong to no single subject."""
    settler = _Settler(pieces, text)
    settler.run()
    subjects = tuple(_subject(draft) for draft in settler.drafts)
    flags = settler.flags
    if not subjects:
        flags = [*flags, *settler.waiting.flags]
    return subjects, settler.household, flags


def _subject(draft: _Draft) -> NamedSubject:
    if draft.kind is not Kind.PERSON:
        return NamedSubject(draft.kind, draft.text, draft.role, flags=tuple(dict.fromkeys(draft.flags)))
    words = draft.words
    spoken = [draft.surname, *(token.text for token in words)] if draft.surname else [token.text for token in words]
    abbreviated = bool(draft.surname) or _abbreviated(words)
    flags = [*draft.flags, *(name for name, holds in _CHECKS if not draft.surname and holds(words))]
    if abbreviated and not draft.surname:
        flags.append("abbreviated")
    sex = draft.sex if draft.sex is not Sex.UNKNOWN else _sex_of_prefix(words)
    name = display(" ".join(spoken))
    return NamedSubject(Kind.PERSON, name, draft.role, sex, draft.status, abbreviated, tuple(dict.fromkeys(flags)))


def _abbreviated(words: list[Token]) -> bool:
    """Some word is an initial; "K" and "H" before a name of the Central Highlands are none."""
    particle = len(words) == 2 or (len(words) > 2 and not is_middle_name(words[1]))
    skip = 1 if words[0].bare in ("k", "h") and particle and not any(w.initial for w in words[1:]) else 0
    return any(token.initial for token in words[skip:])


def _sex_of_prefix(words: list[Token]) -> Sex:
    """The particle of the K'Ho, Mạ and Ê Đê: Ka and H' are women, K' men (DOMAIN 3.5)."""
    if any(token.bare.startswith("h'") for token in words) or (words[0].bare == "ka" and len(words) > 1):
        return Sex.FEMALE
    return Sex.MALE if words[0].bare.startswith("k'") else Sex.UNKNOWN


def _one_word(words: list[Token]) -> bool:
    return len(words) == 1 and not begins_name(words, 0)


def _two_names(words: list[Token]) -> bool:
    """Two names may stand here without any mark between: "Nguyễn Văn An Lê Thị Bình"."""
    middles = [at for at in range(1, len(words)) if is_middle_name(words[at]) and may_begin(words[at - 1])]
    return len(words) >= 5 and len(middles) > 1


_CHECKS: Final[tuple[tuple[str, Callable[[list[Token]], bool]], ...]] = (
    ("one_word", _one_word),
    ("unsplit", _two_names),
)
