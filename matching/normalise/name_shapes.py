"""Reads cells of one shape once: "Hộ ông A B C và vợ là bà D E F" is read alike whoever the people are.

The shape of a cell keeps every word that any table knows and every mark; of the other words only what their place in a
name depends on. So the full reading is made for the first cell of a shape, and the next ones only fill in their words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matching.normalise.name_drafts import Draft
from matching.normalise.name_plain import interrupts_name, opens_phrase, phrase_patterns
from matching.normalise.name_repairs import are_halves, is_half, may_be_halved, mending_of
from matching.normalise.name_tokens import (
    CLAN_PAIRS,
    MIDDLE_BARE,
    Pattern,
    Token,
    begins_name,
    is_beginning,
    is_middle_name,
    is_surname,
    may_begin,
    mend,
    tokens,
)
from matching.normalise.name_words import ORDER_OF_BIRTH
from matching.normalise.text import display
from matching.records import Kind, NamedSubject, NameReading

_MOST_CHUNKS: Final = 40
_ASKS_FOR_ACCENTS: Final = frozenset({"dinh"})  # what it is depends on whether the next word has accents
_MOST_SHAPES: Final = 32_768
PAIRS: Final = CLAN_PAIRS.union(
    *(zip(found.bare, found.bare[1:], strict=False) for found in phrase_patterns())
)  # what is more than one word by itself: phrases, and clans of several words


_BY_PAIR: Final[dict[tuple[str, ...], list[Pattern]]] = {}
for _found in phrase_patterns():
    if len(_found.keys) > 1:
        _BY_PAIR.setdefault(_found.bare[:2], []).append(_found)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What stands between two spaces: its tokens as shape, as keys and without accents, and its words as shown."""

    shape: tuple[str, ...]
    keys: tuple[str, ...]
    bare: tuple[str, ...]
    names: tuple[str, ...]
    half: str  # its letters, where it may be half of a syllable
    line: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The reading of a shape: for each subject its words by number, and the subject but for its name."""

    subjects: tuple[tuple[tuple[int, ...], NamedSubject], ...]
    household: bool
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a cell, and its words as shown."""

    key: tuple[str, ...]
    names: list[str]

    @property
    def recipe(self) -> Recipe | None:
        """The reading, if a cell of this shape was read before."""
        return _RECIPES.get(self.key)

    @property
    def refused(self) -> bool:
        """A cell of this shape was read before, and more than its shape mattered."""
        return self.key in _RECIPES and _RECIPES[self.key] is None

    def refuse(self) -> None:
        """Notes that more than the shape matters, until `learn` says otherwise."""
        if len(_RECIPES) >= _MOST_SHAPES:
            _RECIPES.clear()
        _RECIPES[self.key] = None

    def learn(self, line: list[Token], drafts: list[Draft], reading: NameReading) -> None:
        """Keeps the reading for cells of this shape, where it names nobody but people by their own words."""
        place_of = {token.start: place for place, token in enumerate(token for token in line if token.is_word)}
        if any(draft.kind is not Kind.PERSON or draft.surname for draft in drafts) or len(place_of) != len(self.names):
            return
        places = [tuple(place_of[token.start] for token in draft.words) for draft in drafts]
        _RECIPES[self.key] = Recipe(tuple(zip(places, reading.subjects, strict=True)), reading.household, reading.flags)


_RECIPES: Final[dict[tuple[str, ...], Recipe | None]] = {}


def shape_of(text: str) -> Shape | None:
    """The shape of a repaired cell; None where more than the shape matters, or nothing would be gained."""
    chunks = text.split(" ")
    if not 1 < len(chunks) <= _MOST_CHUNKS:
        return None
    line: list[Token] = []
    shape: list[str] = []
    keys: list[str] = []
    bare: list[str] = []
    names: list[str] = []
    half = ""
    for text_of_chunk in chunks:
        chunk = chunk_of(text_of_chunk)
        if chunk is None or (half and chunk.half and are_halves(half, chunk.half)):
            return None
        half = chunk.half
        line += chunk.line
        shape += chunk.shape
        keys += chunk.keys
        bare += chunk.bare
        names += chunk.names
    for at in range(len(bare) - 1):
        for length in _phrases_at(line, at):
            shape[at : at + length] = keys[at : at + length]
    _forget_inner_words(shape, bare)
    if "(" in bare and _plain_in_parentheses(shape, bare):
        return None
    return Shape(tuple(shape), names)


def _phrases_at(line: list[Token], at: int) -> Iterator[int]:
    """The numbers of words of the phrases and clans that begin here: of all their words the shape keeps all."""
    pair = line[at].bare, line[at + 1].bare
    for found in _BY_PAIR.get(pair, ()):
        if found.typed(line, at):
            yield len(found.keys)
    if pair in CLAN_PAIRS:
        yield 2


def _forget_inner_words(shape: list[str], bare: list[str]) -> None:
    """Only the first word of a name, and one before "Văn" or "Thị", is asked whether names begin with it.

    Nor is an inner word asked whether it is a title: "Nam" and "Anh" are, in front.
    """
    inner = False
    for at, kind in enumerate(shape):
        mark = kind[0]
        if (mark == "*" or (mark == "~" and inner)) and kind[-1] != ">":
            if inner and bare[at + 1 : at + 2] not in _MIDDLES:
                shape[at] = _INNER
            inner = True
        else:
            inner = inner and bare[at] in MIDDLE_BARE and kind[0] != "<" and kind[-1] != ">"


def _plain_in_parentheses(shape: list[str], bare: list[str]) -> bool:
    """Words of a name stand in parentheses: they may repeat the name before, which no shape tells."""
    depth = 0
    for kind, text in zip(shape, bare, strict=True):
        depth += (text == "(") - (text == ")")
        if depth > 0 and kind in _CLASSES:
            return True
    return False


@lru_cache(maxsize=65_536)
def chunk_of(text: str) -> Chunk | None:
    """What a chunk amounts to; None where it holds digits, or something that is mended by what stands beside it."""
    if not text or (not text.isalpha() and (text.endswith("'") or "_" in text or mend(text)[0] != text)):
        return None
    line = tokens(text)
    if any(token.key in _ASKS_FOR_ACCENTS for token in line):
        return None
    if any(token.is_number or (token.is_word and mending_of(token.text) is not None) for token in line):
        return None
    shape = [_class(token) for token in line]
    keys = [token.key for token in line]
    if len(line) != 1 or not line[0].is_word:
        for atoms in (shape, keys):
            atoms[0], atoms[-1] = f"<{atoms[0]}", f"{atoms[-1]}>"
            if len(atoms) == 1:
                atoms[0] = f"<{line[0].text}>"
    names = tuple(display(token.text) for token in line if token.is_word)
    half = text if may_be_halved(text) or is_half(text) else ""
    return Chunk(tuple(shape), tuple(keys), tuple(token.bare for token in line), names, half, tuple(line))


def _class(token: Token) -> str:
    """What the place of a word in a name depends on; the key of a word that says more, "~" if only in front."""
    bare = token.bare
    if not token.is_word or bare in _PARTICLES or interrupts_name(token) or is_middle_name(token) or _may_fill(bare):
        return token.key
    alone = begins_name([token], 0)  # "K'Brèm" is a whole name
    odd = alone or token.initial or len(token.text) == 1 or not bare.isalpha()
    if opens_phrase(token) or token.key in ORDER_OF_BIRTH:
        return token.key if odd else f"~{token.key}"
    of = _CLASS_OF[is_surname(token), is_beginning(token), may_begin(token)]
    if not odd:
        return of
    particle = bare[:2] if bare[1:2] == "'" else ""  # K' is a man, H' a woman
    return f"^{alone:d}{token.initial:d}{len(bare) > 1:d}{len(token.text) > 1:d}{of}{particle}"


def _may_fill(bare: str) -> bool:
    """The letters of a word that stands for nothing (`is_placeholder`): "aaa", "x"."""
    return not bare.strip("x") or (len(bare) > 1 and len(set(bare)) == 1)


_PARTICLES: Final = frozenset({"ka", "k", "h"})
_INNER: Final = "*"
_MIDDLES: Final = [[bare] for bare in MIDDLE_BARE]
_CLASS_OF: Final = {
    (surname, begins, may): f"*{surname:d}{begins:d}{may:d}"
    for surname in (False, True)
    for begins in (False, True)
    for may in (False, True)
}
_CLASSES: Final = frozenset(
    wrapped for name in (*_CLASS_OF.values(), _INNER) for wrapped in (name, f"<{name}", f"{name}>", f"<{name}>")
)
