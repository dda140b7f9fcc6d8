"""Tells a plain name, most of the cells of a file, without the full reading: no word of it can be anything else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from matching.normalise.name_bodies import BODIES, BODY_MARKS, ONE_WORD, placeholder_patterns
from matching.normalise.name_phrases import INDEX
from matching.normalise.name_repairs import is_half, mending_of
from matching.normalise.name_tokens import Pattern, Token, Word, word
from matching.normalise.name_words import When
from matching.normalise.text import display, fold, repair

_LONGEST: Final = 60
_MOST_WORDS: Final = 4

_Patterns = list[tuple[Pattern, bool]]  # and whether it is read without accents too


# What counts only before something else can't be the last word of a cell: "Trần Văn Ba" has no "bà" in it.
_NEEDS_MORE: Final = frozenset({When.BEFORE_NAME, When.BEFORE_ANY, When.BEFORE_NUMBER, When.DOUBTFUL, When.NEVER})


def phrase_patterns() -> list[Pattern]:
    """All phrases that the reading of a name cell looks for."""
    return [found for found, _ in _PATTERNS[0]] + [found for found, _ in _PATTERNS[1]]


def opens_phrase(token: Token) -> bool:
    """The word alone may be a phrase or a body where a name might begin."""
    return _calls(word(token.text), _START)


def interrupts_name(token: Token) -> bool:
    """The word alone may be a phrase after words of a name."""
    return _calls(word(token.text), _INSIDE)


def _patterns() -> tuple[_Patterns, _Patterns, _Patterns]:
    """What may begin a cell, what may come after words of a name, and what may end a cell so."""
    phrases = [phrase for seconds in INDEX.values() for found in seconds.values() for phrase in found]
    inside = [(p.pattern, p.group.bare is not When.NEVER) for p in phrases if p.group.inside]
    marks = [(Pattern(keys, tuple(map(fold, keys))), True) for keys in BODY_MARKS]
    inside += marks
    last = [
        (p.pattern, p.group.bare not in _NEEDS_MORE)
        for p in phrases
        if p.group.inside and not {p.group.exact, p.group.bare} <= _NEEDS_MORE | {When.BETWEEN}
    ]
    last += marks
    start = [(phrase.pattern, phrase.group.bare is not When.NEVER) for phrase in phrases]
    start += [(found, True) for bodies in BODIES.values() for found, _ in bodies]
    start += [(found, False) for found in ONE_WORD] + [(found, True) for found in placeholder_patterns()]
    return start, inside, last


class _Triggers(NamedTuple):
    """Single words with and without accents, and pairs of words, that call for the full reading."""

    keys: frozenset[str]
    bare: frozenset[str]
    pairs: frozenset[tuple[str, str]]


def _triggers(patterns: _Patterns) -> _Triggers:
    single = [(found, bare) for found, bare in patterns if len(found.keys) == 1]
    return _Triggers(
        frozenset(found.keys[0] for found, _ in single),
        frozenset(found.bare[0] for found, bare in single if bare),
        frozenset((found.bare[0], found.bare[1]) for found, _ in patterns if len(found.keys) > 1),
    )


_PATTERNS: Final = _patterns()
_START, _INSIDE, _LAST = map(_triggers, _PATTERNS)


_TELLS_SEX: Final = "ka"


@dataclass(frozen=True, slots=True)
class _PlainWord:
    """A word as shown, without accents, and whether it can only be part of a name: as the first, a later, the last."""

    shown: str
    bare: str
    opens: bool
    goes_on: bool
    ends: bool


@lru_cache(maxsize=65_536)
def _plain_word(text: str) -> _PlainWord:
    known = word(text)
    if (
        known.initial
        or repair(text) != text
        or not known.bare.isalpha()
        or mending_of(text) is not None
        or is_half(text)
    ):
        return _PlainWord("", "", False, False, False)
    goes_on = not _calls(known, _INSIDE)
    opens = goes_on and not _calls(known, _START) and known.bare != _TELLS_SEX
    return _PlainWord(display(text), known.bare, opens, goes_on, not _calls(known, _LAST))


def _calls(known: Word, triggers: _Triggers) -> bool:
    return known.key in triggers.keys or (known.plain and known.bare in triggers.bare)


def plain_name(cell: str) -> str | None:
    """The name as shown, of two to four words, if the cell holds nothing else; None where the full reading must say."""
    if len(cell) > _LONGEST:
        return None
    words = cell.split(" ")
    if not 2 <= len(words) <= _MOST_WORDS:
        return None
    first = _plain_word(words[0])
    if not first.opens:
        return None
    shown, before = first.shown, first.bare
    pairs = _START.pairs
    last = len(words) - 1
    for place in range(1, last + 1):
        more = _plain_word(words[place])
        if not (more.ends if place == last else more.goes_on) or (before, more.bare) in pairs:
            return None
        shown = f"{shown} {more.shown}"
        before, pairs = more.bare, _INSIDE.pairs
    return shown
