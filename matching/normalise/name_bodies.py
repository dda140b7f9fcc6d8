"""Knows where the name of a body begins, and which cells name nobody at all (DOMAIN 3.4, 7: S4 and S7)."""

from __future__ import annotations

from typing import Final

from matching.normalise import organisation_words as words
from matching.normalise.name_tokens import (
    Pattern,
    Token,
    begins_name,
    in_clan,
    is_middle_name,
    is_surname,
    listed,
    pattern,
)
from matching.normalise.name_words import PLACEHOLDER_BEGINNINGS, PLACEHOLDERS
from matching.records import Kind

_FAMILY: Final = "họ"  # "Họ Nguyễn": a family's common land
_SHORTEST_NUMBER: Final = 4  # digits; what is shorter stands for nothing: "0", "1", "000"


def _index(*tables: tuple[str, Kind]) -> dict[str, list[tuple[Pattern, Kind]]]:
    """Patterns by their first bare word, the longest first."""
    index: dict[str, list[tuple[Pattern, Kind]]] = {}
    for text, kind in tables:
        for found in map(pattern, listed(text)):
            index.setdefault(found.bare[0], []).append((found, kind))
    for patterns in index.values():
        patterns.sort(key=lambda entry: -len(entry[0].keys))
    return index


BODIES: Final = _index((words.ORGANISATIONS, Kind.ORGANISATION), (words.COMMUNITIES, Kind.COMMUNITY))
_ALSO_NAMES: Final = frozenset(map(pattern, listed(words.ALSO_NAMES)))
ONE_WORD: Final = {
    pattern(word): kind
    for text, kind in (
        (words.ORGANISATIONS_BY_ONE_WORD, Kind.ORGANISATION),
        (f"{words.COMMUNITIES_BY_ONE_WORD}; {_FAMILY}", Kind.COMMUNITY),
    )
    for word in listed(text)
}
_KIND_OF_WORD: Final = {found.keys[0]: kind for found, kind in ONE_WORD.items()}
BODY_MARKS: Final = frozenset(pattern(mark).keys for mark in listed(words.BODY_MARKS))
_MARK_WORDS: Final = frozenset(keys[0] for keys in BODY_MARKS)


def body_at(line: list[Token], at: int, *, first: bool) -> tuple[Kind, bool] | None:
    """The kind of body whose name begins here, and whether a single word says so; None where none does."""
    token = line[at]
    for found, kind in BODIES.get(token.bare, ()):
        how = found.typed(line, at)
        after = at + len(found.keys)
        followed = after < len(line) and line[after].is_word
        if not how or (len(found.keys) == 1 and not _may_open(line, at, first=first)):
            continue
        if found in _ALSO_NAMES and _one_word_follows(line, after):
            continue
        if how == "exact" or followed:
            return kind, False
    return _by_one_word(line, at) if first else None


def _may_open(line: list[Token], at: int, *, first: bool) -> bool:
    """A single word opens a body's name: not in "Chùa Thị …", nor alone in a list of given names: "…, Chùa"."""
    if at + 1 < len(line) and line[at + 1].is_word:
        return not is_middle_name(line[at + 1])
    return first or line[at].plain


def _one_word_follows(line: list[Token], after: int) -> bool:
    if after >= len(line) or not line[after].is_word:
        return False
    return after + 1 >= len(line) or not (line[after + 1].is_word or line[after + 1].is_number)


def _by_one_word(line: list[Token], at: int) -> tuple[Kind, bool] | None:
    """As `body_at`, by a single word that is no surname."""
    kind = _KIND_OF_WORD.get(line[at].key)
    if kind is None or in_clan(line, at) or at + 1 >= len(line):
        return None
    follower = line[at + 1]
    if line[at].plain and follower.plain and is_surname(line[at]):
        return None  # "Dinh Minh Tam" is Đinh without accents
    if line[at].key == _FAMILY:
        return (kind, True) if begins_name([follower, follower], 0) else None
    named = follower.is_number or (follower.is_word and not is_middle_name(follower))
    return (kind, True) if named else None


def is_body_mark(line: list[Token], at: int) -> bool:
    """A word stands here that only bodies have in their names: "TNHH"."""
    if line[at].key not in _MARK_WORDS:
        return False
    return any(tuple(token.key for token in line[at : at + len(keys)]) == keys for keys in BODY_MARKS)


_PLACEHOLDERS: Final = frozenset(map(pattern, listed(PLACEHOLDERS)))
_WHOLE_KEYS: Final = frozenset(found.keys for found in _PLACEHOLDERS)
_WHOLE_BARE: Final = frozenset(found.bare for found in _PLACEHOLDERS if len(found.bare) > 1)
_BEGINNINGS: Final = tuple(map(pattern, listed(PLACEHOLDER_BEGINNINGS)))
_BEGINNINGS_BY_WORD: Final = {
    word: [found for found in _BEGINNINGS if found.bare[0] == word] for word in {found.bare[0] for found in _BEGINNINGS}
}


def is_placeholder(line: list[Token]) -> bool:
    """The cell says that nobody is known, or stands for an empty one (DOMAIN 7, S7)."""
    spoken = [token for token in line if token.is_word]
    if not spoken:
        return all(len(token.text.strip("0")) < _SHORTEST_NUMBER for token in line if token.is_number)
    if line[0].text == "#" and len(spoken) <= 2:
        return True  # an error of a spreadsheet: "#N/A", "#REF!"
    letters = "".join(token.bare for token in spoken)
    if letters.strip("x") == "" or (len(spoken) == 1 and len(letters) > 1 and len(set(letters)) == 1):
        return True  # "xxx", "aaa"
    keys = tuple(token.key for token in spoken)
    if keys in _WHOLE_KEYS:
        return True
    if all(token.plain for token in spoken) and tuple(token.bare for token in spoken) in _WHOLE_BARE:
        return True
    return any(found.typed(spoken, 0) for found in _BEGINNINGS_BY_WORD.get(spoken[0].bare, ()))


def placeholder_patterns() -> tuple[Pattern, ...]:
    """All that a cell which names nobody may begin with."""
    return (*_PLACEHOLDERS, *_BEGINNINGS)
