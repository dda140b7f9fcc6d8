"""Settles what the pieces of a name cell amount to: subjects with roles, and what is said of them (DOMAIN 3.4, 7)."""

from __future__ import annotations

from typing import Final

from matching.normalise.name_drafts import COUNTERPARTS, MIDDLE_NAMES, SPOUSES, Draft, give_roles
from matching.normalise.name_phrases import Found
from matching.normalise.name_pieces import Piece
from matching.normalise.name_tokens import Token, begins_name, is_middle_name, is_surname, may_begin
from matching.normalise.name_words import ORDER_OF_BIRTH, Act
from matching.records import Kind, Role, Sex, Status

_LISTS: Final = frozenset({",", "/", "\\", ";", "+", "&", "|", "•", "*"})
_WEAK: Final = frozenset({",", "/", "\\", "-", "\n"})
_WRAPS: Final = frozenset({"\n", "-", ".", ")", "number"})
_AND: Final = frozenset({"và", "cùng", "với"})
_FLAG_OF_ACT: Final = {
    Act.EXTRA: "extra_in_name",
    Act.TRANSFER: "transferred",
    Act.KIN: "relation_not_owner",
    Act.ALIAS: "alias",
}
_COUPLE: Final = "chồng"  # "vợ chồng …"


class _Settler:
    """Goes over the pieces once, with the drafts so far in hand."""

    def __init__(self, pieces: list[Piece], text: str) -> None:
        self.pieces = pieces
        self.text = text
        self.drafts: list[Draft] = []
        self.household = False
        self.couple = False
        self.flags: list[str] = []
        self.waiting = Draft(Kind.UNKNOWN)  # what was said before anybody was named
        self.kin_goes_on = False
        self.extra_goes_on = False
        self.follower: Piece | None = None
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
        self.flags += give_roles(self.drafts, household=self.household, couple=self.couple)
        self.flags += self.waiting.flags

    @property
    def last(self) -> Draft | None:
        """The person named last, if no body was named since."""
        return self.drafts[-1] if self.drafts and self.drafts[-1].kind is Kind.PERSON else None

    def _say(self, flag: str, *, sex: Sex = Sex.UNKNOWN, status: Status | None = None) -> None:
        """Something is said of the person named last, or of the next where nobody was named yet."""
        draft = self.last or self.waiting
        draft.flags.append(flag)
        draft.learn(sex=sex, status=status)

    def _body(self, piece: Piece) -> None:
        start, end = piece.span
        draft = Draft(piece.body or Kind.ORGANISATION, text=self.text[start:end])
        if piece.body_guessed:
            draft.flags.append("body_guessed")
        if self.last is not None and piece.has(Act.ROLE, Act.FOR, Act.OFFICE):
            self.last.role = Role.REPRESENTATIVE
        self.drafts.append(draft)

    def _person(self, piece: Piece) -> None:
        self._resolve_doubt(piece)
        leaves = [found for found in piece.lead if found.act in _FLAG_OF_ACT]
        # "con ông … và bà …": both are parents.
        goes_on = self.kin_goes_on and piece.opener == "phrase" and piece.has(Act.JOIN) and not piece.has(Act.ROLE)
        self.kin_goes_on = goes_on or any(found.act is Act.KIN for found in leaves)
        if leaves or goes_on:
            for found in leaves:
                self._say(_FLAG_OF_ACT[found.act], sex=found.group.sex)
            self.extra_goes_on = any(found.act in (Act.EXTRA, Act.TRANSFER) for found in leaves)
        elif piece.words:
            self._named(piece)
        else:
            for found in piece.lead:
                self._attribute(piece, found)

    def _resolve_doubt(self, piece: Piece) -> None:
        """A title that may be a surname is a title where others in the cell have titles, or a role came before it."""
        doubtful = piece.doubtful
        if doubtful is None:
            return
        if self._is_title(piece, doubtful) if piece.words else self._title_alone(piece, doubtful):
            piece.lead.append(doubtful)
            piece.doubtful = None
        else:
            piece.words[:0] = piece.doubt
        piece.doubt = []

    def _title_alone(self, piece: Piece, doubtful: Found) -> bool:
        """ "(bà) Lê Thị …", "Hộ (ông) Trần Văn …", "và vợ là bà", "và bà" name nobody; "…, Chú" does."""
        if doubtful.bare or len(self.pieces) == 1:
            return False
        follows = self.follower is not None and self.follower.opener == "("
        nobody_yet = self.last is None and not all(token.plain for token in piece.doubt)
        and_she = piece.has(Act.JOIN) and doubtful.group.inside > 0
        return nobody_yet or and_she or follows or piece.opener == "(" or piece.has(Act.ROLE)

    def _is_title(self, piece: Piece, doubtful: Found) -> bool:
        if self.titles < 2 and not piece.lead and not self.household:
            return False
        if any(found.keys == doubtful.keys for found in piece.lead):
            return False  # "bà Bà Thị …"
        sex = doubtful.group.sex
        stated = next((found.group.sex for found in piece.lead if found.group.sex), Sex.UNKNOWN)
        if stated is not Sex.UNKNOWN and sex is not Sex.UNKNOWN:
            return stated is sex  # "vợ là Ông Thị …": a surname
        contrary = {MIDDLE_NAMES[other] for other in MIDDLE_NAMES if sex is not Sex.UNKNOWN and other is not sex}
        return piece.words[0].bare not in contrary

    def _attribute(self, piece: Piece, found: Found) -> None:
        """A phrase without a name speaks of the person before it, or of the next."""
        last, group = self.last, found.group
        subject = last or self.waiting
        match found.act:
            case Act.STATUS | Act.LATE:
                subject.learn(status=group.status)
            case Act.OTHERS:
                self.flags.append("others_unnamed")
            case Act.JOIN if piece.lead[-1] is found:
                self.flags.append("others_unnamed")
            case Act.HOUSEHOLD:
                self.household = True
                if group.role is not None and last is not None and last.role is None:
                    last.role = group.role
                else:
                    self.waiting.learn(sex=group.sex)
            case Act.ROLE | Act.FOR if group.role is not None:
                joined = piece.has(Act.JOIN) or piece.opener in ("&", "+") or found.keys[0] in _AND
                self._role_alone(piece, group.role, joined=joined)
            case Act.OFFICE if last is not None and not self.has_body:
                last.flags.append("extra_in_name")
            case Act.OFFICE if last is not None and last.role is None:
                last.role = Role.REPRESENTATIVE
            case Act.TITLE:
                self.couple = self.couple or _COUPLE in found.keys
                # "(Ông) Lê …" speaks of the next, "Lê … (ông)" of the last.
                ahead = self.follower is not None and self.follower.opener == ")" and not self.follower.lead
                if last is None or ahead:
                    self.waiting.learn(sex=group.sex)
                elif piece.opener == "(":
                    last.learn(sex=group.sex)
                elif _COUPLE not in found.keys:
                    self.flags.append("others_unnamed")  # "Trần Văn … và bà"
            case _:
                pass

    def _role_alone(self, piece: Piece, role: Role, *, joined: bool) -> None:
        """A part without a name: of the person before, of the next, or of somebody who is not named."""
        last = self.last
        if last is None:
            self.waiting.role, self.waiting.sex = role, SPOUSES.get(role, Sex.UNKNOWN)
        elif joined or role in (Role.MEMBER, Role.CO_OWNER):
            # "và vợ" with no name: she owns the land too, and nobody says who she is.
            self.flags.append("others_unnamed")
            last.marry(role)
        elif self._said_of_another(last, piece, role):
            self.flags.append("others_unnamed")
        elif last.role in (None, Role.CO_OWNER, Role.HOLDER):
            last.role = role
            last.owner = not self.has_body
            last.learn(sex=SPOUSES.get(role, Sex.UNKNOWN))
            if len(self.drafts) > 1 and self.drafts[-2].kind is Kind.PERSON:
                self.drafts[-2].marry(role)

    def _said_of_another(self, last: Draft, piece: Piece, role: Role) -> bool:
        """ "Trần Văn … (vợ)", "Trần …, vợ": somebody else is meant, who is not named."""
        sex = SPOUSES.get(role)
        if sex is None or any(draft.role is COUNTERPARTS[role] for draft in self.drafts):
            return False
        other = SPOUSES[COUNTERPARTS[role]]
        alone = len(self.drafts) == 1 and piece.opener == "," and self.follower is None
        return alone or last.sex is other or any(token.bare == MIDDLE_NAMES[other] for token in last.words[1:2])

    def _named(self, piece: Piece) -> None:
        """A piece with words: a new subject, or more of the one before, or no name at all."""
        if piece.has(Act.STATUS) and not begins_name(piece.words, 0):
            for found in piece.lead:
                self._attribute(piece, found)
            self._say("extra_in_name")
            return
        last = self.last
        if last is not None and not piece.lead:
            if (flag := self._aside(piece, last)) is not None:
                self._say(flag)
                return
            if self._goes_on(piece, last):
                last.words += piece.words
                last.flags.append("unsplit")
                return
        self.extra_goes_on = False
        self._new(piece)

    def _aside(self, piece: Piece, last: Draft) -> str | None:
        """The flag of words that name nobody else: an alias in parentheses, a place after a dash; else None."""
        words, sure = piece.words, begins_name(piece.words, 0)
        if not sure and (self.extra_goes_on or (piece.opener == "number" and len(words) > 1)):
            return "extra_in_name"
        if piece.opener == "(":
            same = [token.key for token in words] == [token.key for token in last.words]
            return "unsplit" if sure and len(words) > 2 and not same else "alias"
        if piece.opener == "-" and len(words) == 2 and words[0].key in ORDER_OF_BIRTH and len(last.words) > 2:
            return "alias"
        if piece.opener == "-" and len(words) > 1 and not (may_begin(words[0]) or _looks_like_name(words)):
            return "extra_in_name"
        return None

    def _goes_on(self, piece: Piece, last: Draft) -> bool:
        """The words are the rest of the name before: a wrapped line, a word alone, a name written backwards."""
        words, opener = piece.words, piece.opener
        fragment = len(last.words) == 1 and not last.titled and not begins_name(last.words, 0)
        if opener == ")" and (is_middle_name(words[0]) or fragment):
            return True  # "Hoàng (Huỳnh) Thị Hoa"
        if len(words) == 1 and not begins_name(words, 0):
            shares = bool(last.surname) or is_surname(last.words[0])
            if opener in _WRAPS or (opener in _WEAK and not shares):
                return True
        return opener in _WEAK and fragment and len(self.drafts) == 1

    def _new(self, piece: Piece) -> None:
        draft, before, waiting = Draft(Kind.PERSON, list(piece.words)), self.last, self.waiting
        draft.role, draft.sex, draft.status = waiting.role, waiting.sex, waiting.status
        draft.flags += waiting.flags
        if piece.doubtful is not None and len(piece.words) > 1:
            draft.flags.append("title_or_surname")
        self.waiting = Draft(Kind.UNKNOWN)
        if before is not None:
            self._share_surname(piece, draft, before)
        for found in piece.lead:
            self._lead(found, draft, before)
        if before is not None:
            before.marry(draft.role)
            if draft.role is None and before.role in (Role.MEMBER, Role.HEIR) and not draft.titled:
                draft.role = before.role
        if draft.role is None and self._represents(piece):
            draft.role = Role.REPRESENTATIVE
        self.drafts.append(draft)

    @staticmethod
    def _share_surname(piece: Piece, draft: Draft, before: Draft) -> None:
        """ "Nguyễn Thị Hoa, Hồng": the surname is not repeated."""
        if len(draft.words) > 1 or begins_name(draft.words, 0):
            return
        only_and = piece.opener == "phrase" and [found.act for found in piece.lead] == [Act.JOIN]
        if not only_and and piece.opener not in _LISTS:
            return
        if len(before.words) > 1 and is_surname(before.words[0]):
            draft.surname = before.words[0].text
        draft.surname = draft.surname or before.surname
        if draft.surname:
            draft.flags.append("surname_supplied")

    def _lead(self, found: Found, draft: Draft, before: Draft | None) -> None:
        """Takes what a phrase before the name says."""
        act, group = found.act, found.group
        if act is Act.STATUS:
            (before or draft).learn(status=group.status)
            return
        if act is Act.OTHERS:
            self.flags.append("others_unnamed")
        elif act is Act.SAINT:
            draft.flags.append("alias")
        elif act is Act.HOUSEHOLD:
            self.household = draft.head = True
        self.couple = self.couple or (act is Act.TITLE and _COUPLE in found.keys)
        draft.titled = draft.titled or act in (Act.TITLE, Act.HOUSEHOLD)
        if act is Act.FOR and before is not None:
            before.role, draft.role = group.role, Role.HOLDER
        else:
            draft.role = group.role or draft.role
        if act is Act.OFFICE and self.has_body:
            draft.role = Role.REPRESENTATIVE
        if group.sex is not Sex.UNKNOWN and (act is not Act.TITLE or draft.sex is Sex.UNKNOWN):
            draft.sex = group.sex
        draft.learn(status=group.status)

    def _represents(self, piece: Piece) -> bool:
        """Somebody named beside a body after a dash, a comma or in parentheses acts for it."""
        beside_body = bool(self.drafts) and self.drafts[-1].kind is not Kind.PERSON
        return beside_body and not piece.has(Act.JOIN) and piece.opener in ("phrase", "(", ",", "-")


def _looks_like_name(words: list[Token]) -> bool:
    """Words that no place has: "Nuyễn Thị Thảo", "Hoa Xích Thị", "Thị Ong", "Ng. Quốc Tuấn"."""
    if any(map(is_middle_name, words[1:])) or begins_name(words, 0) or any(word.bare == "ka" for word in words[:-1]):
        return True
    return words[0].key == "thị" and len(words) == 2


def settle(pieces: list[Piece], text: str) -> tuple[list[Draft], bool, list[str]]:
    """The subjects of a cell, whether a household is claimed, and the flags that belong to no single subject."""
    settler = _Settler(pieces, text)
    settler.run()
    return settler.drafts, settler.household, settler.flags
