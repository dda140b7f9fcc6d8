"""Reads a cell of names: whom it names, in what part, and what else it says (DOMAIN 3.1, 3.4, 3.5, 8.1).

The story: mend the text; a plain name needs nothing more; else cut the line into pieces, settle what each piece is,
and give the subjects in the order named. Nothing is dropped in silence: what is cut off leaves a flag.

Roles: None for somebody named alone. In a list without relations the first is HOLDER, the others CO_OWNER. In a
household the first is HEAD. "Vợ" makes the person before her HUSBAND, "chồng" makes the person before him WIFE.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from matching.normalise.name_phrases import first_words, is_placeholder
from matching.normalise.name_pieces import cut
from matching.normalise.name_subjects import settle
from matching.normalise.name_tokens import mend, tokens, word
from matching.normalise.text import display, repair
from matching.records import Kind, NamedSubject, NameReading

LONGEST_CELL: Final = 2_000  # characters; what follows is flagged, not read

_LONGEST_PLAIN: Final = 60
_PLAIN: Final = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,4}")
_START_KEYS, _START_BARE, _INSIDE_KEYS, _INSIDE_BARE = first_words()


def read_names(cell: str) -> NameReading:
    """Whom a name cell names, in the order named; no subject at all only for a blank cell."""
    if len(cell) <= _LONGEST_PLAIN and _PLAIN.fullmatch(cell):
        shown = _plain(cell)
        if shown is not None:
            return NameReading((NamedSubject(Kind.PERSON, shown),))
    return _read(cell)


def _plain(cell: str) -> str | None:
    """The name as shown, if none of its words can be anything else than a name; else None."""
    first, *rest = cell.split(" ")
    shown, opens, _ = _plain_word(first)
    if not opens:
        return None
    for text in rest:
        more, _, goes_on = _plain_word(text)
        if not goes_on:
            return None
        shown += " " + more
    return shown


@lru_cache(maxsize=65_536)
def _plain_word(text: str) -> tuple[str, bool, bool]:
    """A word as shown, and whether it can only be part of a name: as the first word, as a later one."""
    known = word(text)
    if known.initial or repair(text) != text or known.bare == "ka" or not known.bare.isalpha():
        return "", False, False
    later = known.key not in _INSIDE_KEYS and not (known.plain and known.bare in _INSIDE_BARE)
    first = later and known.key not in _START_KEYS and not (known.plain and known.bare in _START_BARE)
    return display(text), first, later


def _read(cell: str) -> NameReading:
    """The full reading."""
    flags: list[str] = []
    if len(cell) > LONGEST_CELL:
        cell = cell[:LONGEST_CELL].rsplit(" ", 1)[0]
        flags.append("too_long")
    text, zeros = mend(repair(cell))
    if zeros:
        flags.append("zero_in_name")
    line = tokens(text)
    if not line:
        return NameReading((), flags=tuple(flags)) if not text else _nobody(text, "placeholder", flags)
    if is_placeholder(line):
        return _nobody(text, "placeholder", flags)
    subjects, household, found = settle(cut(line), text)
    flags.extend(found)
    if not subjects:
        return _nobody(text, "no_name", flags)
    return NameReading(subjects, household, tuple(dict.fromkeys(flags)))


def _nobody(text: str, flag: str, flags: list[str]) -> NameReading:
    return NameReading((NamedSubject(Kind.UNKNOWN, text, flags=(flag,)),), flags=tuple(dict.fromkeys(flags)))
