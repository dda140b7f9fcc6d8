"""Fills the words of a name cell into the reading of an earlier cell whose words are of the same kinds, one by one.

Two words are of one kind if no shape tells them apart, so a cell is known by a handful of small numbers: nearly all
cells of a file are plain names, or couples written like other couples. Kinds are never given the same number twice, so
that a reading can't depend on what was forgotten.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Final

from matching.normalise.making import maker
from matching.normalise.name_repairs import are_halves
from matching.normalise.name_shapes import PAIRS, Chunk, Recipe, chunk_of
from matching.normalise.name_tokens import MIDDLE_BARE
from matching.normalise.text import fold, is_sound, tones_move
from matching.records import Kind, NamedSubject, NameReading, Role, Sex, Status

LONGEST_KNOWN: Final = 400  # characters: whatever its kinds are, such a cell is read as a whole
MOST_CHUNKS: Final = 65_536  # texts between spaces that are remembered; then all are forgotten
MOST_KNOWN: Final = 65_536  # readings by kinds
_FOLLOWERS: Final[dict[str, set[str]]] = {}  # what makes a phrase behind a word
for _pair in PAIRS:
    _FOLLOWERS.setdefault(_pair[0], set()).add(_pair[1])
_CLOSERS: Final = frozenset(pair[1] for pair in PAIRS)
# How a chunk goes with the name around it: it ends it; it is one more word of it; one more, though in front it is none;
# it is "Văn" or "Thị", before which words keep their kind; it begins with one of these, and more follows.
_FIXED, _ORDINARY, _IN_FRONT, _MIDDLE, _MIDDLE_FIRST = range(5)
_INNER: Final = -1  # stands for the kind of a word that only goes on a name
_TONES: Final = -2  # stands behind the kinds where a tone mark is not where the traditional style has it
_PERSON: Final = Kind.PERSON
_named: Final = maker(NamedSubject)
_reading: Final = maker(NameReading)


@dataclass(frozen=True, slots=True)
class _Filled:
    """A subject but for its name, which words `start` to `end` of the cell spell, or else those at `places`."""

    start: int
    end: int
    places: tuple[int, ...]
    role: Role | None
    sex: Sex
    status: Status | None
    abbreviated: bool
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """How cells of the same kinds are read: nobody in it where they have to be read in full."""

    subjects: tuple[_Filled, ...]
    household: bool
    flags: tuple[str, ...]
    tones: bool  # a tone mark stands where the traditional style has none
    by_chunk: bool  # between any two spaces stands one word
    plain: bool  # a name and nothing else


IN_FULL: Final = Known((), False, (), False, False, False)

Kinds = tuple[Hashable, ...]
"""The numbers of the kinds of a cell's chunks. Compiled code makes an int anew each time, an object it hands on."""

_known: Final[dict[Kinds, Known]] = {}
_numbers: Final[dict[tuple[Hashable, ...], Hashable]] = {}
_next_number: Final = count(1)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a chunk is to the shape of its cell."""

    number: Hashable
    place: int
    opens: set[str] | None  # what makes a phrase of two words behind its last word
    closes: str | None  # its first word, if one may end with it
    fixed: Hashable  # its number as part of a phrase
    hides: bool  # its number hides what its last word is
    tones: bool
    shown: str  # its word as shown, if it is one word
    half: str  # its letters, where it may be half of a syllable
    as_written: bool  # it is shown as it is written


_NO_KIND: Final = _Kind(0, _FIXED, None, None, 0, False, False, "", "", False)  # only a reading in full understands it
_BLANK: Final = _Kind(0, _FIXED, None, None, 0, False, False, "", "", False)  # between two spaces in a row
_kinds: Final[dict[str, _Kind]] = {"": _BLANK}


def _first_of_kind(text: str) -> _Kind:
    """The kind of a chunk that was not met before, kept for the next time."""
    if len(_kinds) >= MOST_CHUNKS:
        _kinds.clear()
        _kinds[""] = _BLANK
        _numbers.clear()
        _known.clear()
    hides_signs = not text.isalpha() and fold(text).isalpha()  # "§Æng": letters of an encoding that nobody stated
    chunk = chunk_of(text) if is_sound(text) and not hides_signs else None
    kind = _kinds[text] = _NO_KIND if chunk is None else _kind(text, chunk)
    return kind


def _number(shape: tuple[str, ...], names: int, keys: tuple[str, ...]) -> Hashable:
    return _numbers.setdefault((shape, names, keys), next(_next_number))


def _kind(text: str, chunk: Chunk) -> _Kind:
    shape, keys, bare, names = chunk.shape, chunk.keys, chunk.bare, len(chunk.names)
    hidden = [atom != key and atom.lstrip("<")[0] == "*" for atom, key in zip(shape, keys, strict=True)]
    phrase_inside = not PAIRS.isdisjoint(pairwise(bare))
    number = _number(shape, names, keys if phrase_inside else ())
    single = len(shape) == 1 and names == 1
    if single and (hidden[0] or (shape != keys and shape[0][0] == "~")):
        place = _ORDINARY if hidden[0] else _IN_FRONT
    elif bare[0] in MIDDLE_BARE:
        place = _MIDDLE if single else _MIDDLE_FIRST
    else:
        place = _FIXED
    opens = _FOLLOWERS.get(bare[-1])
    closes = bare[0] if bare[0] in _CLOSERS else None
    shown = chunk.names[0] if names == 1 else ""
    fixed = _number(keys, names, ())
    return _Kind(
        number, place, opens, closes, fixed, hidden[-1], tones_move(text), shown, chunk.half, as_written=shown == text
    )


def known(chunks: list[str]) -> tuple[Kinds, list[str], Known | None, bool]:
    """The kinds of the chunks of a cell, their words as shown, and how such a cell is read, if one was read before.

    Like a shape, the kinds keep of the inner words of a name only that they stand there, but of a word that may make a
    phrase with its neighbour they keep all. Also, whether the words are shown as they are written in the cell.
    """
    numbers: list[Hashable] = []
    words: list[str] = []
    opens: set[str] | None = None
    inner = hidden = moved = False
    as_written = True
    own: Hashable = None
    before: Hashable = None
    halved = ""
    for text in chunks:
        kind = _kinds.get(text)
        if kind is None:
            kind = _first_of_kind(text)
        if kind is _NO_KIND:
            return (), words, None, False
        if kind is _BLANK:
            as_written = False
            continue
        number, place, closes, hides, half = kind.number, kind.place, kind.closes, kind.hides, kind.half
        if half and halved and are_halves(halved, half):
            return (), words, None, False
        if opens is not None and closes is not None and closes in opens:
            if hidden:
                numbers[-1], inner = before, False
            if place < _MIDDLE:
                number, place, hides = kind.fixed, _FIXED, False
        if place == _ORDINARY or (place == _IN_FRONT and inner):
            own = number
            numbers.append(_INNER if inner else number)
            inner = hides = True
        else:
            if place >= _MIDDLE and inner:
                if hidden:
                    numbers[-1] = own
                inner = place == _MIDDLE
            elif place != _MIDDLE:
                inner = False
            numbers.append(number)
        words.append(kind.shown)
        opens, hidden, before, halved = kind.opens, hides, kind.fixed, half
        if kind.tones:
            moved = True
        if not kind.as_written:
            as_written = False
    if moved:
        numbers.append(_TONES)
    kinds = tuple(numbers)
    return kinds, words, _known.get(kinds), as_written


def plain(name: str) -> NameReading:
    """The reading of a cell that names a person and says nothing else."""
    return _reading((_named(_PERSON, name),))


def filled(like: Known, chunks: list[str], words: list[str]) -> NameReading:
    """The reading of a cell by one of the same kinds."""
    if like.plain:
        return plain(" ".join(words))
    if not like.by_chunk:
        words = [word for text in chunks if (chunk := chunk_of(text)) is not None for word in chunk.names]
    subjects = [
        _named(
            _PERSON,
            " ".join(words[of.start : of.end] if of.end else [words[place] for place in of.places]),
            of.role,
            of.sex,
            of.status,
            of.abbreviated,
            of.flags,
        )
        for of in like.subjects
    ]
    return _reading(tuple(subjects), like.household, like.flags)


def by_recipe(recipe: Recipe, words: list[str]) -> NameReading:
    """The reading of a cell by another one of its shape, its words given as shown."""
    return filled(_like(recipe, by_chunk=True, tones=False), [], words)


def keep(kinds: Kinds, chunks: list[str], recipe: Recipe | None) -> None:
    """Keeps how a cell was read for all of its kinds; without a recipe they are read in full."""
    if not kinds:
        return
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[kinds] = (
        IN_FULL if recipe is None else _like(recipe, by_chunk=all(map(_is_one_word, chunks)), tones=kinds[-1] == _TONES)
    )


def keep_plain(kinds: Kinds) -> None:
    """Keeps that a cell of these kinds is a name and nothing else."""
    if kinds:
        _known[kinds] = Known((), False, (), kinds[-1] == _TONES, by_chunk=True, plain=True)


def _is_one_word(text: str) -> bool:
    chunk = chunk_of(text)
    return chunk is not None and len(chunk.names) == 1


def _like(recipe: Recipe, *, by_chunk: bool, tones: bool) -> Known:
    subjects = []
    for places, like in recipe.subjects:
        start, end = places[0], places[-1] + 1
        straight = places == tuple(range(start, end))
        rest = (like.role, like.sex, like.status_claimed, like.abbreviated, like.flags)
        subjects.append(_Filled(start, end if straight else 0, places, *rest))
    return Known(tuple(subjects), recipe.household, recipe.flags, tones, by_chunk=by_chunk, plain=False)
