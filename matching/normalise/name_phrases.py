"""Finds the phrases of the tables in a line of tokens, where they count: titles, roles, relations (DOMAIN 3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from matching.normalise.name_bodies import body_at
from matching.normalise.name_tokens import Pattern, Token, begins_name, in_clan, is_middle_name, listed, pattern
from matching.normalise.name_words import NOTES, NOTES_FIRST, PHRASES, Act, Group, When

_ADDRESSES: Final = frozenset({Act.TITLE, Act.HOUSEHOLD})
_BEFORE_A_NAME: Final = frozenset({Act.TITLE, Act.LATE, Act.SAINT})
_COMMON_TITLES: Final = frozenset({"ong", "ba"})
_SURE_NAME: Final = 3  # words after a title that make it one: of its few bearers, the surname Ông has two more at most
_LEAST_BARE: Final = 3  # words of a name before a bare title: "TRAN VAN BA LE …" has the given name Ba, no title


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the tables, and what it means."""

    pattern: Pattern
    group: Group


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found in a line, and whether it only may count (a title or a surname)."""

    phrase: Phrase
    doubtful: bool = False
    bare: bool = False  # typed without its accents

    @property
    def length(self) -> int:
        """The number of its tokens."""
        return len(self.phrase.pattern.keys)

    @property
    def keys(self) -> tuple[str, ...]:
        """Its words."""
        return self.phrase.pattern.keys

    @property
    def group(self) -> Group:
        """What its table says of it."""
        return self.phrase.group

    @property
    def act(self) -> Act:
        """What it tells the reader."""
        return self.phrase.group.act


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase was found: its first token, the one after it, and the words of a name before it."""

    line: list[Token]
    at: int
    after: int
    words_before: int
    bare: bool  # typed without its accents
    deep: bool  # may look for a phrase behind this one

    @property
    def next(self) -> Token | None:
        """The token after the phrase."""
        return self.line[self.after] if self.after < len(self.line) else None


def _index(groups: Iterable[Group]) -> dict[str, dict[str, list[Phrase]]]:
    """Phrases by their first and second bare word ("" where there is no second), the longest first."""
    index: dict[str, dict[str, list[Phrase]]] = {}
    for group in groups:
        for found in map(pattern, listed(group.phrases)):
            second = found.bare[1] if len(found.bare) > 1 else ""
            index.setdefault(found.bare[0], {}).setdefault(second, []).append(Phrase(found, group))
    for seconds in index.values():
        for phrases in seconds.values():
            phrases.sort(key=lambda phrase: -len(phrase.pattern.keys))
    return index


INDEX: Final = _index(PHRASES)
_NOTES_FIRST: Final = _index([NOTES_FIRST])
_NOTES: Final = _index([NOTES])


def note_in(line: list[Token], start: int, end: int) -> Found | None:
    """The phrase that makes a note of the tokens from `start` to `end`, which name no owner then."""
    for at in range(start, end):
        for index in (_NOTES_FIRST, _NOTES) if at == start else (_NOTES,):
            seconds = index.get(line[at].bare, {})
            for phrase in seconds.get(line[at + 1].bare, ()) if at + 1 < end else ():
                if phrase.pattern.typed(line[:end], at):
                    return Found(phrase)
    return None


def phrase_at(line: list[Token], at: int, *, words_before: int = 0, deep: bool = True) -> Found | None:
    """The longest phrase that counts here; else a title that may be a surname, marked doubtful; else None."""
    seconds = INDEX.get(line[at].bare)
    if seconds is None or in_clan(line, at):
        return None
    longer = seconds.get(line[at + 1].bare, ()) if at + 1 < len(line) else ()
    doubtful: Found | None = None
    for phrase in (*longer, *seconds.get("", ())):
        how = phrase.pattern.typed(line, at)
        place = Place(line, at, at + len(phrase.pattern.keys), words_before, how == "bare", deep)
        if not how or not _fits(phrase, how, place):
            continue
        when = phrase.group.exact if how == "exact" else phrase.group.bare
        if _GUARDS[when](place):
            return Found(phrase)
        if doubtful is None and not words_before and phrase.group.act in _ADDRESSES and _may_count(when, place):
            doubtful = Found(phrase, doubtful=True, bare=place.bare)
    return doubtful


def _fits(phrase: Phrase, how: str, place: Place) -> bool:
    """The phrase may stand after as many words of a name as it does, and before what follows."""
    group, before = phrase.group, place.words_before
    if before and not 0 < group.inside <= before:
        return False
    if group.act is Act.TITLE and how == "bare" and 0 < before < _LEAST_BARE:
        return False
    one_word = len(phrase.pattern.keys) == 1
    # "Tổ Văn …", "Bản Thị …": a surname mistyped, no address.
    return not (group.act is Act.EXTRA and one_word and place.next is not None and is_middle_name(place.next))


def _may_count(when: When, place: Place) -> bool:
    if place.bare and place.after - place.at > 1:
        return False  # "Ông Ba": the name Ba, not "ông bà"
    return when is When.BEFORE_NAME or (when is When.DOUBTFUL and begins_name(place.line, place.after))


def _before_name(place: Place) -> bool:
    line, follower = place.line, place.next
    if follower is None:
        return False
    if follower.text == ":":
        if place.bare and place.words_before:
            return False  # "ông Trần Văn Ba: …" has no second title
        return place.after + 1 < len(line) and line[place.after + 1].is_word
    if follower.text == ".":
        return begins_name(line, place.after + 1)
    if begins_name(line, place.after) or _must_be_title(place):
        return True
    found = (
        phrase_at(line, place.after, deep=False) if place.deep and not place.words_before and follower.is_word else None
    )
    return found is not None and not found.doubtful and found.act in _BEFORE_A_NAME


def _must_be_title(place: Place) -> bool:
    """What follows has a surname of its own, known or not: "Ông Qua Văn Hoài", "Ông Trượng Minh Hùng"."""
    words = []
    for token in place.line[place.after : place.after + _SURE_NAME]:
        if not token.is_word:
            break
        words.append(token)
    if len(words) < _SURE_NAME or is_middle_name(words[0]):
        return False
    if is_middle_name(words[1]):
        return True
    if place.line[place.at].bare not in _COMMON_TITLES or place.bare or place.words_before:
        return False
    return not place.deep or phrase_at(place.line, place.after, deep=False) is None


def _before_any(place: Place) -> bool:
    if _before_name(place) or _before_initials(place):
        return True
    if not place.deep or place.next is None or not place.next.is_word:
        return False
    found = phrase_at(place.line, place.after, deep=False)
    return found is not None or body_at(place.line, place.after, first=False) is not None


def _before_initials(place: Place) -> bool:
    """An abbreviated name follows: "va T.T.Nguyet"."""
    line, after = place.line, place.after
    if after + 2 >= len(line) or not (line[after].initial and line[after].is_word and len(line[after].text) == 1):
        return False
    return line[after + 1].text == "." and line[after + 2].is_word


def _between(place: Place) -> bool:
    follower = place.next
    if place.words_before and follower is not None and (follower.is_word or follower.is_number):
        return True
    return _before_any(place)


def _alone(place: Place) -> bool:
    return place.next is None or not place.next.is_word


def _marked(place: Place) -> bool:
    before = place.line[place.at - 1].text if place.at else ""
    if place.next is not None and place.next.text == ":":
        return True
    return before in ("(", "[") or (_alone(place) and before in ("-", "–", ")", "+", "&"))


def _before_number(place: Place) -> bool:
    line, after = place.line, place.after
    while after < len(line) and line[after].text in (".", ":", "-"):
        after += 1
    return after < len(line) and line[after].is_number


_GUARDS: Final[dict[When, Callable[[Place], bool]]] = {
    When.ALWAYS: lambda _: True,
    When.BEFORE_NAME: _before_name,
    When.BEFORE_ANY: _before_any,
    When.BETWEEN: _between,
    When.MARKED: _marked,
    When.ALONE: _alone,
    When.BEFORE_NUMBER: _before_number,
    When.DOUBTFUL: lambda _: False,
    When.NEVER: lambda _: False,
}
