"""Reads a cell of names: whom it names, in what part, and what else it says (DOMAIN 3.1, 3.4, 3.5, 8.1).

The story: a plain name needs nothing more; nor does a cell of a shape that was read before. Else mend the text, cut the
line into pieces, settle what each piece is, and give the subjects in the order named. Nothing is dropped in silence:
what is cut off leaves a flag.

Roles: None for somebody named alone. In a list without relations the first is HOLDER, the others CO_OWNER. In a
household the first is HEAD. "Vợ" makes the person before her HUSBAND, "chồng" makes the person before him WIFE.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from matching.normalise.name_bodies import is_placeholder
from matching.normalise.name_drafts import finished
from matching.normalise.name_pieces import cut
from matching.normalise.name_plain import plain_name
from matching.normalise.name_repairs import mend_words
from matching.normalise.name_shapes import Shape, shape_of
from matching.normalise.name_subjects import settle
from matching.normalise.name_tokens import is_middle_name, mend, tokens
from matching.normalise.text import repair
from matching.records import Kind, NamedSubject, NameReading

LONGEST_CELL: Final = 2_000  # characters; what follows is flagged, not read


def read_names(cell: str) -> NameReading:
    """Whom a name cell names, in the order named; no subject at all only for a blank cell."""
    shown = plain_name(cell)
    if shown is not None:
        return NameReading((NamedSubject(Kind.PERSON, shown),))
    return _read(cell)


def _read(cell: str) -> NameReading:
    """The reading of a cell that is more than a plain name: by its shape, if one like it was read before."""
    flags: list[str] = []
    if len(cell) > LONGEST_CELL:
        cell = cell[:LONGEST_CELL].rsplit(" ", 1)[0]
        flags.append("too_long")
    repaired = repair(cell)
    shape = shape_of(repaired) if not flags else None
    known = shape.known() if shape is not None else None
    if known is not None:
        return known
    if shape is None or shape.refused:
        return _learned(repaired, None, flags) if flags else _read_short(repaired)
    shape.refuse()
    return _learned(repaired, shape, flags)


@lru_cache(maxsize=8_192)
def _read_short(text: str) -> NameReading:
    """The reading of a cell without a shape: bodies and placeholders repeat by the thousand."""
    return _learned(text, None, [])


def _learned(repaired: str, shape: Shape | None, flags: list[str]) -> NameReading:
    """The full reading; the shape keeps it."""
    text, zeros = mend(repaired)
    if zeros:
        flags.append("zero_in_name")
    text, mended = mend_words(text)
    flags.extend(mended)
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


def _nobody(text: str, flag: str, flags: list[str]) -> NameReading:
    return NameReading((NamedSubject(Kind.UNKNOWN, text, flags=(flag,)),), flags=tuple(dict.fromkeys(flags)))
