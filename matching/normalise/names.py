"""Reads a cell of names: whom it names, in what part, and what else it says (DOMAIN 3.1, 3.4, 3.5, 8.1).

The story: a plain name needs nothing more; nor does a cell of a shape that was read before. Else mend the text, cut the
line into pieces, settle what each piece is, and give the subjects in the order named. Nothing is dropped in silence:
what is cut off leaves a flag.

Roles: None for somebody named alone. In a list without relations the first is HOLDER, the others CO_OWNER. In a
household the first is HEAD. "Vợ" makes the person before her HUSBAND, "chồng" makes the person before him WIFE.
"""

from __future__ import annotations

from typing import Final

from matching.normalise.name_bodies import is_placeholder
from matching.normalise.name_drafts import finished
from matching.normalise.name_kinds import (
    IN_FULL,
    LONGEST_KNOWN,
    Kinds,
    Known,
    by_recipe,
    filled,
    keep,
    keep_plain,
    known,
    plain,
)
from matching.normalise.name_pieces import cut
from matching.normalise.name_plain import plain_name
from matching.normalise.name_repairs import join_halves, mend_words
from matching.normalise.name_shapes import Shape, shape_of
from matching.normalise.name_subjects import settle
from matching.normalise.name_tokens import is_middle_name, mend, tokens
from matching.normalise.text import repair
from matching.records import Kind, NamedSubject, NameReading

MOST_WHOLES: Final = 16_384  # cells remembered as they are
LONGEST_CELL: Final = 2_000  # characters; what follows is flagged, not read


def read_names(cell: str) -> NameReading:
    """Whom a name cell names, in the order named; no subject at all only for a blank cell."""
    return read_cell(cell)[0]


def read_cell(cell: str, *, mended: bool = False) -> tuple[NameReading, Known | None]:
    """Whom a name cell names; and the cell of the same kinds by which it was read, if it needs no repair."""
    if len(cell) > LONGEST_KNOWN:
        return _read(cell), None
    chunks = cell.split(" ")
    kinds, words, like, as_written = known(chunks)
    if like is not None and like is not IN_FULL:
        return (plain(cell) if as_written and like.plain else filled(like, chunks, words)), like
    if kinds and "" in chunks:
        chunks = [chunk for chunk in chunks if chunk]
        cell = " ".join(chunks)  # as `repair` gives it: the chunks need none
    if like is None:
        return _first_of_its_kinds(cell, kinds, chunks, mended=mended), None
    return _read_short(cell), None


def _first_of_its_kinds(cell: str, kinds: Kinds, chunks: list[str], *, mended: bool) -> NameReading:
    """The reading of a cell unlike those before; if it has to be repaired, it may be like them then."""
    whole = _wholes.get(cell)
    if whole is not None:
        return whole
    if not mended:
        repaired = repair(cell)
        if repaired != cell:
            return read_cell(repaired, mended=True)[0]
    shown = plain_name(cell) if kinds or not mended else None
    if shown is not None:
        keep_plain(kinds)
        return NameReading((NamedSubject(Kind.PERSON, shown),))
    shape = shape_of(cell)
    if shape is None:
        return _read_short(cell)
    recipe = shape.recipe
    if recipe is None and not shape.refused:
        shape.refuse()
        reading = _learned(cell, shape, [])
        keep(kinds, chunks, shape.recipe)
        return reading
    keep(kinds, chunks, recipe)
    return _read_short(cell) if recipe is None else by_recipe(recipe, shape.names)


def _read(cell: str) -> NameReading:
    """The reading of a long cell."""
    flags: list[str] = []
    if len(cell) > LONGEST_CELL:
        cell = cell[:LONGEST_CELL].rsplit(" ", 1)[0]
        flags.append("too_long")
    return _learned(repair(cell), None, flags)


_wholes: Final[dict[str, NameReading]] = {}


def _read_short(text: str) -> NameReading:
    """The reading of a repaired cell that no other one helps to read: bodies and placeholders repeat."""
    reading = _wholes.get(text)
    if reading is None:
        if len(_wholes) >= MOST_WHOLES:
            _wholes.clear()
        reading = _wholes[text] = _learned(text, None, [])
    return reading


def _learned(repaired: str, shape: Shape | None, flags: list[str]) -> NameReading:
    """The full reading; the shape keeps it."""
    text = repaired if shape is not None else _mended(repaired, flags)  # a word to be mended has no shape
    line = tokens(text)
    if not line:
        return NameReading((), flags=tuple(flags)) if not text else _nobody(text, "placeholder", flags)
    if is_placeholder(line):
        if any(map(is_middle_name, line)):
            flags.append("unsplit")  # "chưa xác định (Nguyễn Văn …)"
        return _nobody(text, "placeholder", flags)
    drafts, household, found = settle(cut(line), text)
    flags.extend(found)
    if not drafts:
        return _nobody(text, "no_name", flags)
    reading = NameReading(tuple(map(finished, drafts)), household, tuple(dict.fromkeys(flags)))
    if shape is not None:
        shape.learn(line, drafts, reading)
    return reading


def _mended(repaired: str, flags: list[str]) -> str:
    text, zeros = mend(repaired)
    if zeros:
        flags.append("zero_in_name")
    text, joined = join_halves(text)
    text, mended = mend_words(text)
    flags.extend((*joined, *mended))
    return text


def _nobody(text: str, flag: str, flags: list[str]) -> NameReading:
    return NameReading((NamedSubject(Kind.UNKNOWN, text, flags=(flag,)),), flags=tuple(dict.fromkeys(flags)))
