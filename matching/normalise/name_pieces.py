"""Cuts a line of tokens into pieces: what stands before a name (its lead), the words of the name, how it was opened.

A piece ends at a mark, at a phrase that speaks of somebody else, and at a number. What the pieces amount to is decided
in `names`, with the whole cell in view.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from matching.normalise.name_bodies import body_at, is_body_mark
from matching.normalise.name_phrases import Found, note_in, phrase_at
from matching.normalise.name_tokens import Token, begins_name, is_middle_name, may_begin
from matching.normalise.name_words import Act
from matching.records import Kind, Role

_OPEN: Final = frozenset("([{<")
_CLOSE: Final = frozenset(")]}>")
_DASHES: Final = frozenset("-–—−")
_STRONG: Final = frozenset("\n;+&|•*")
_WEAK: Final = frozenset(",/\\")
_ORDINAL_MARKS: Final = frozenset(".)/:-")
_SERIAL: Final = 5  # digits
_SWALLOWS: Final = frozenset({Act.EXTRA, Act.TRANSFER, Act.KIN, Act.ALIAS})


@dataclass(slots=True)
class Piece:
    """A stretch of a cell that may name one subject."""

    opener: str  # the mark that opened it; "number", "phrase" or "" where none did
    inside: bool = False  # within parentheses
    lead: list[Found] = field(default_factory=list)
    words: list[Token] = field(default_factory=list)
    doubt: list[Token] = field(default_factory=list)  # the words of a title that may be a surname
    doubtful: Found | None = None
    number: bool = False
    body: Kind | None = None
    body_guessed: bool = False
    span: tuple[int, int] = (0, 0)  # of a body's name in the text

    def has(self, *acts: Act) -> bool:
        """One of these acts stands before the words."""
        return any(found.act in acts for found in self.lead)

    @property
    def swallows(self) -> bool:
        """The words are no name of a further owner."""
        return bool(self.lead) and self.has(*_SWALLOWS)

    @property
    def titled(self) -> bool:
        """A title stands before the words, sure or not."""
        return self.doubtful is not None or self.has(Act.TITLE, Act.HOUSEHOLD, Act.LATE)

    @property
    def empty(self) -> bool:
        """Nothing at all was found in it."""
        return not (self.lead or self.words or self.doubt or self.number or self.body)


class _Cutter:
    """Walks over the line once."""

    def __init__(self, line: list[Token]) -> None:
        self.line = line
        self.pieces: list[Piece] = []
        self.piece = Piece("")
        self.depth = 0

    def run(self) -> list[Piece]:
        at = 0
        while at < len(self.line):
            token = self.line[at]
            if token.is_word:
                at = self._word(at)
            elif token.is_number:
                at = self._number(at)
            else:
                at = self._mark(at)
        self._next("")
        return self.pieces

    def _next(self, opener: str) -> None:
        if self.piece.empty:
            # Of marks in a row the first strong one tells most: ";\n-".
            opener = self.piece.opener if self.piece.opener in _STRONG and opener not in _OPEN else opener
        else:
            self.pieces.append(self.piece)
        self.piece = Piece(opener, inside=self.depth > 0)

    def _mark(self, at: int) -> int:
        mark, line = self.line[at].text, self.line
        if mark in _OPEN:
            if (skip := self._ordinal_in_parentheses(at)) is not None:
                return skip
            if (after := self._note(at)) is not None:
                return after
            self.depth += 1
            self._next("(")
        elif mark in _CLOSE:
            if self.depth == 0 and self._letter_counts():
                self._next(";")
                return at + 1
            self.depth = max(0, self.depth - 1)
            self._next(")")
        elif mark in _STRONG or mark in _WEAK:
            self._next(mark)
        elif mark in _DASHES:
            spaced = (
                at == 0 or at + 1 == len(line) or line[at - 1].end < line[at].start or line[at].end < line[at + 1].start
            )
            if spaced or (self._full() and begins_name(line, at + 1)) or not self.piece.words:
                self._next("-")
        elif mark == ":" and self._full() and begins_name(line, at + 1):
            self._next(",")
        elif mark == "." and self._full() and not self.piece.words[-1].initial and begins_name(line, at + 1):
            self._next(".")
        return at + 1

    def _note(self, at: int) -> int | None:
        """Takes parentheses that hold a note, whoever is named in it: "(bà Hoa ở nhờ)", "(thừa kế của ông Ba)"."""
        line, end = self.line, at + 1
        while end < len(line) and line[end].text not in _CLOSE and line[end].text not in _OPEN:
            end += 1
        found = note_in(line, at + 1, end)
        if found is None or (end < len(line) and line[end].text in _OPEN):
            return None
        self._next("(")
        self.piece.lead.append(found)
        for place in range(at + 1, end):
            title = phrase_at(line, place) if line[place].is_word else None
            if title is not None and title.act is Act.TITLE and not title.doubtful:  # a cell with titles, then
                self.piece.lead.append(title)
                self.piece.words = line[place + title.length : end]
                break
        self._next(")")
        return end + 1

    def _letter_counts(self) -> bool:
        """The last word is a letter that counts the owners, "a) … b) …": it is dropped."""
        words = self.piece.words
        if not words or len(words[-1].text) != 1:
            return False
        words.pop()
        return True

    def _full(self) -> bool:
        """The words so far may be a whole name."""
        return len(self.piece.words) >= 2 and may_begin(self.piece.words[0])

    def _ordinal_in_parentheses(self, at: int) -> int | None:
        line = self.line
        if at + 3 >= len(line) or not line[at + 1].is_number or len(line[at + 1].text) > 2:
            return None
        if line[at + 2].text not in _CLOSE or not line[at + 3].is_word:
            return None
        self._next(";")
        return at + 3

    def _number(self, at: int) -> int:
        line = self.line
        if self._is_ordinal(at):
            self._next(";")
            return at + 2
        found = phrase_at(line, at, words_before=len(self.piece.words))
        if found is not None and found.act is Act.TITLE and not found.doubtful:
            return self._phrase(at, found)
        words = self.piece.words
        if len(words) > 2 and words[-1].initial and len(line[at].text) >= _SERIAL:
            words.pop()  # "… BK 123456": the number of a certificate
        self.piece.number = True
        while at < len(line) and (line[at].is_number or (line[at].text in "./-:" and self._number_after(at))):
            at += 1
        self._next("number")
        return at

    def _is_ordinal(self, at: int) -> bool:
        """The number counts the owners: "1. … 2. …"."""
        line = self.line
        if len(line[at].text) > 2 or at + 2 >= len(line) or self.piece.has(Act.EXTRA):
            return False
        return line[at + 1].text in _ORDINAL_MARKS and line[at + 2].is_word

    def _number_after(self, at: int) -> bool:
        return at + 1 < len(self.line) and self.line[at + 1].is_number

    def _word(self, at: int) -> int:
        piece, line = self.piece, self.line
        first = not self.pieces
        if not piece.words and not piece.doubt and not piece.swallows and (piece.opener != "number"):
            body = None if self._place(at) else body_at(line, at, first=first and not piece.lead)
            if body is not None and not piece.has(Act.TITLE, Act.HOUSEHOLD) and not self._addressed(at):
                return self._body(at, at, body)
        before = len(piece.words) + len(piece.doubt) + (1 if piece.words and piece.lead else 0)
        found = phrase_at(line, at, words_before=before)
        skipped = found is not None and found.doubtful and (piece.words or piece.doubt or piece.swallows)
        if found is not None and not (skipped or self._surname_like_place(at, found)):
            return self._phrase(at, found)
        if not piece.swallows and is_body_mark(line, at):
            return self._body(at, at - len(piece.words) - len(piece.doubt), (Kind.ORGANISATION, False))
        piece.words.append(line[at])
        return at + 1

    def _place(self, at: int) -> bool:
        """Beside a person it is where he lives, or a remark: "… - Thị trấn Di Linh", "(chua cap GCN)"."""
        if not self.pieces or self.pieces[-1].body is not None or self.piece.lead:
            return False
        found = phrase_at(self.line, at)
        return found is not None and found.act is Act.EXTRA

    def _surname_like_place(self, at: int, found: Found) -> bool:
        """ "Ông: Phừơng Tế Hùng": a name mistyped after a title, no ward."""
        titled = self.piece.lead and self.piece.lead[-1].act in (Act.TITLE, Act.HOUSEHOLD) and not self.piece.words
        follower = self.line[at + 1] if at + 1 < len(self.line) else None
        return (
            bool(titled) and found.act is Act.EXTRA and found.length == 1 and follower is not None and follower.is_word
        )

    def _addressed(self, at: int) -> bool:
        """What looks like a body is a title before a person: "hộ kinh doanh Nguyễn Văn …"."""
        found, line = phrase_at(self.line, at), self.line
        if found is None or found.doubtful or found.act not in (Act.TITLE, Act.HOUSEHOLD):
            return False
        second = at + found.length + 1
        return second < len(line) and line[second].is_word and is_middle_name(line[second])

    def _phrase(self, at: int, found: Found) -> int:
        after = at + found.length
        if self.piece.words or self.piece.doubt:
            self._next("phrase")
        if found.doubtful:
            self.piece.doubt = [token for token in self.line[at:after] if token.is_word]
            self.piece.doubtful = found
        else:
            self.piece.lead.append(found)
        while after < len(self.line) and self.line[after].text in (":", ".") and not found.doubtful:
            after += 1
        return after

    def _body(self, at: int, start: int, body: tuple[Kind, bool]) -> int:
        """Takes the name of a body: up to its representative, to a strong mark, or to a titled person after a mark."""
        piece, line = self.piece, self.line
        piece.body, piece.body_guessed = body
        depth, after = 0, at + 1
        while after < len(line):
            token = line[after]
            if token.text in _STRONG and not self._tight(after):
                break
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
            if depth < 0 or self._somebody_after(after):
                break
            after += 1
        end = after
        while end > start and not (line[end - 1].is_word or line[end - 1].is_number or line[end - 1].text in _CLOSE):
            end -= 1
        piece.span = (line[start].start, line[max(end, start + 1) - 1].end)
        piece.words, piece.doubt, piece.doubtful = [], [], None
        self._next("phrase")
        return after

    def _tight(self, at: int) -> bool:
        """A mark without spaces belongs to the name: "NHNo&PTNT"."""
        line = self.line
        return (
            line[at].text in "&+"
            and 0 < at < len(line) - 1
            and line[at - 1].end == line[at].start
            and line[at].end == line[at + 1].start
        )

    def _somebody_after(self, at: int) -> bool:
        """A person named beside the body begins here: a representative, or after a mark somebody with a title."""
        line = self.line
        marked = not (line[at - 1].is_word or line[at - 1].is_number)
        if not line[at].is_word:
            return False
        found = phrase_at(line, at, words_before=0 if marked else 2)
        if found is None or found.doubtful:
            return marked and begins_name(line, at) and at + 1 < len(line) and line[at + 1].bare in ("van", "thi")
        if found.act in (Act.ROLE, Act.FOR):
            role = found.group.role
            sure = marked or found.length > 2 or found.phrase.pattern.bare[0] in ("do", "nguoi", "ndd", "ddpl", "nddpl")
            return role in (Role.REPRESENTATIVE, Role.HEAD, Role.CURRENT_USER) and sure
        if found.act is Act.JOIN:
            return self._joined(at + found.length)
        return marked and found.act in (Act.TITLE, Act.OFFICE, Act.HOUSEHOLD, Act.LATE)

    def _joined(self, at: int) -> bool:
        if at >= len(self.line) or not self.line[at].is_word:
            return False
        found = phrase_at(self.line, at)
        titled = found is not None and not found.doubtful and found.act in (Act.TITLE, Act.HOUSEHOLD)
        return titled or body_at(self.line, at, first=False) is not None


def cut(line: list[Token]) -> list[Piece]:
    """The pieces of a line, in order."""
    return _Cutter(line).run()
