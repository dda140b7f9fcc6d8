"""Finds the phrases of the tables in a line of tokens: titles, roles, relations, and the names of bodies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from matching.normalise import organisation_words as bodies
from matching.normalise.name_tokens import Token, begins_name, is_clan, is_middle_name, tokens
from matching.normalise.name_words import (
    PHRASES,
    PLACEHOLDER_BEGINNINGS,
    PLACEHOLDERS,
    Act,
    Group,
    When,
)
from matching.records import Kind


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the tables as keys K2 and K3, and what it means."""

    keys: tuple[str, ...]
    bare: tuple[str, ...]
    group: Group


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase found in a line: how many tokens it takes, and whether it counts or only may (a title or a surname)."""

    phrase: Phrase
    doubtful: bool = False

    @property
    def length(self) -> int:
        """The number of its tokens."""
        return len(self.phrase.keys)

    @property
    def act(self) -> Act:
        """What it tells the reader."""
        return self.phrase.group.act


def listed(text: str) -> list[str]:
    """The phrases of a table."""
    return [phrase for line in text.split("\n") for phrase in (part.strip() for part in line.split(";")) if phrase]


def _keys(phrase: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = tokens(phrase)
    return tuple(token.key for token in found), tuple(token.bare for token in found)


def _index(groups: Iterable[Group]) -> dict[str, list[Phrase]]:
    """Phrases by their first bare word, the longest first."""
    index: dict[str, list[Phrase]] = {}
    for group in groups:
        for text in listed(group.phrases):
            keys, bare = _keys(text)
            index.setdefault(bare[0], []).append(Phrase(keys, bare, group))
    for phrases in index.values():
        phrases.sort(key=lambda phrase: -len(phrase.keys))
    return index


_INDEX: Final = _index(PHRASES)


def _matches(keys: tuple[str, ...], bare: tuple[str, ...], line: list[Token], at: int) -> str:
    """ "exact", "bare" or "" as the words of a phrase stand here with their accents, without, or not at all."""
    if at + len(keys) > len(line):
        return ""
    how = "exact"
    for offset, key in enumerate(keys):
        token = line[at + offset]
        if token.key != key:
            if not token.plain or token.bare != bare[offset]:
                return ""
            how = "bare"
    return how


def phrase_at(line: list[Token], at: int, *, words_before: int = 0, deep: bool = True) -> Found | None:
    """The longest phrase that counts here; else a title that may be a surname, marked doubtful; else None."""
    candidates = _INDEX.get(line[at].bare)
    if candidates is None or is_clan(line, at):
        return None
    doubtful: Found | None = None
    for phrase in candidates:
        group = phrase.group
        if words_before and not group.inside:
            continue
        how = _matches(phrase.keys, phrase.bare, line, at)
        if not how:
            continue
        when = group.exact if how == "exact" else group.bare
        if group.act is Act.TITLE and 0 < words_before < (3 if how == "bare" else 2):
            continue  # "Trần Văn Ba Lê …": the given name Ba, no title
        if _counts(when, line, at + len(phrase.keys), words_before=words_before, deep=deep):
            return Found(phrase)
        addressed = when is When.BEFORE_NAME and group.act in (Act.TITLE, Act.HOUSEHOLD)
        if doubtful is None and addressed and not words_before:
            doubtful = Found(phrase, doubtful=True)
    return doubtful


def _counts(when: When, line: list[Token], after: int, *, words_before: int, deep: bool) -> bool:
    """What must follow a phrase does."""
    if when in (When.ALWAYS, When.NEVER):
        return when is When.ALWAYS
    if when is When.ALONE:
        return after >= len(line) or not line[after].is_word
    if after >= len(line):
        return False
    if line[after].text == ":" and when is not When.BEFORE_NUMBER:
        return any(token.is_word for token in line[after + 1 : after + 2])
    if when is When.BEFORE_NUMBER:
        while after < len(line) and line[after].text in ".:-" and not line[after].is_number:
            after += 1
        return after < len(line) and line[after].is_number
    if begins_name(line, after):
        return True
    if when is When.BEFORE_NAME:
        return line[after].text == "." and begins_name(line, after + 1)
    if when is When.BETWEEN and words_before >= 2 and line[after].is_word:
        return True
    return deep and line[after].is_word and _phrase_or_body(line, after)


def _phrase_or_body(line: list[Token], at: int) -> bool:
    return phrase_at(line, at, deep=False) is not None or body_at(line, at, first=False) is not None


def _body_index(*texts: tuple[str, Kind]) -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...], Kind]]]:
    index: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], Kind]]] = {}
    for text, kind in texts:
        for phrase in listed(text):
            keys, bare = _keys(phrase)
            index.setdefault(bare[0], []).append((keys, bare, kind))
    for phrases in index.values():
        phrases.sort(key=lambda phrase: -len(phrase[0]))
    return index


_BODIES: Final = _body_index((bodies.ORGANISATIONS, Kind.ORGANISATION), (bodies.COMMUNITIES, Kind.COMMUNITY))
_ONE_WORD: Final = {
    _keys(word)[0][0]: kind
    for text, kind in (
        (bodies.ORGANISATIONS_BY_ONE_WORD, Kind.ORGANISATION),
        (bodies.COMMUNITIES_BY_ONE_WORD, Kind.COMMUNITY),
    )
    for word in listed(text)
}
BODY_MARKS: Final = frozenset(_keys(mark)[0] for mark in listed(bodies.BODY_MARKS))


def body_at(line: list[Token], at: int, *, first: bool) -> tuple[Kind, bool] | None:
    """The kind of body whose name begins here, and whether a single word says so; None where none does."""
    token = line[at]
    for keys, bare, kind in _BODIES.get(token.bare, ()):
        how = _matches(keys, bare, line, at)
        after = at + len(keys)
        followed = after < len(line) and line[after].is_word
        if not how or (len(keys) == 1 and followed and is_middle_name(line[after])):
            continue
        if how == "exact" or followed:
            return kind, False
    if not first or is_clan(line, at) or at + 1 >= len(line):
        return None
    follower = line[at + 1]
    if follower.is_word and is_middle_name(follower):
        return None
    if token.key == "họ" and begins_surname(follower):
        return Kind.COMMUNITY, True
    if not follower.is_word and not follower.is_number:
        return None
    kind_of_word = _ONE_WORD.get(token.key)
    return None if kind_of_word is None else (kind_of_word, True)


def begins_surname(token: Token) -> bool:
    """The word may open a family's name."""
    return token.is_word and begins_name([token, token], 0)


_PLACEHOLDERS: Final = frozenset(_keys(text)[0] for text in listed(PLACEHOLDERS))
_PLACEHOLDERS_BARE: Final = frozenset(_keys(text)[1] for text in listed(PLACEHOLDERS) if len(text.split()) > 1)
_BEGINNINGS: Final = tuple(_keys(text) for text in listed(PLACEHOLDER_BEGINNINGS))


def is_placeholder(line: list[Token]) -> bool:
    """The cell says that nobody is known, or stands for an empty one (DOMAIN 7, S7)."""
    words = [token for token in line if token.is_word]
    if not words:
        return not any(token.is_number and len(token.text.strip("0")) > 3 for token in line)
    if line[0].text == "#" and len(words) <= 2:
        return True
    letters = "".join(token.bare for token in words)
    if len(set(letters)) == 1 and (len(letters) > 1 or letters in "x"):
        return len(words) == 1 or letters[0] == "x"
    keys = tuple(token.key for token in words)
    if keys in _PLACEHOLDERS:
        return True
    if len(keys) > 1 and all(token.plain for token in words) and tuple(t.bare for t in words) in _PLACEHOLDERS_BARE:
        return True
    return any(_matches(key, bare, words, 0) for key, bare in _BEGINNINGS)


def first_words() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    """Keys K2 and bare words that begin any phrase, then those that begin one inside a name: the rest are names."""
    start_keys, start_bare, inside_keys, inside_bare = set[str](), set[str](), set[str](), set[str]()
    for phrases in _INDEX.values():
        for phrase in phrases:
            start_keys.add(phrase.keys[0])
            start_bare.add(phrase.bare[0])
            if phrase.group.inside:
                inside_keys.add(phrase.keys[0])
                inside_bare.add(phrase.bare[0])
    others = [(keys[0], bare[0]) for found in _BODIES.values() for keys, bare, _ in found]
    others += [(keys[0], bare[0]) for keys, bare in _BEGINNINGS]
    others += [_first(text) for text in (*listed(PLACEHOLDERS), "họ", *listed(bodies.COMMUNITIES_BY_ONE_WORD))]
    others += [_first(text) for text in listed(bodies.ORGANISATIONS_BY_ONE_WORD)]
    start_keys.update(key for key, _ in others)
    start_bare.update(bare for _, bare in others)
    marks = {_first(text) for text in listed(bodies.BODY_MARKS)}
    inside_keys.update(key for key, _ in marks)
    inside_bare.update(bare for _, bare in marks)
    return frozenset(start_keys), frozenset(start_bare), frozenset(inside_keys), frozenset(inside_bare)


def _first(text: str) -> tuple[str, str]:
    keys, bare = _keys(text)
    return keys[0], bare[0]
