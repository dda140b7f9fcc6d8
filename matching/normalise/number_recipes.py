"""Reads cells of numbers that are written like one before: "CMND: …, CCCD: …" is read alike whatever the numbers are.

What stands around whole numbers, and what each of them is by itself, decides how a cell is read; so the full reading is
made for the first cell of its kind, and the next ones fill in their digits. A day of issue is read alike whichever it
is; cells with any other digit are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from matching.normalise.making import maker
from matching.normalise.number_runs import read_alone
from matching.records import IdentityNumber, NumberKind, Sex, Trust

LONGEST: Final = 120  # characters
MOST_RECIPES: Final = 16_384

# Two of these are too long to be one number, so none ever joins another.
# What stands before it is looked at behind its first digit: an expression that begins with a set is searched faster.
_WHOLE: Final = re.compile(r"([0-9](?<!\w[0-9])[0-9]{8,12})(?!\w)")
# A number in groups of three, which may join others only if these have fewer than twelve digits.
_GROUPED: Final = re.compile(
    r"(?<![\w.-])[0-9]{3}(?P<gap>[ \u00a0.-])[0-9]{3}(?P=gap)[0-9]{3}(?:(?P=gap)[0-9]{3})?(?![\w.-])"
)
_gap_between_digits: Final = re.compile(r"[0-9][ \u00a0.-][0-9]").search  # a tenth of the time of looking for those
_made: Final = maker(IdentityNumber)
_Numbers = tuple[IdentityNumber, ...]


@dataclass(frozen=True, slots=True)
class _Number:
    """One number of the answer: which of the cell's it is, and what the cell makes of it."""

    place: int
    kind: NumberKind
    trust: Trust
    whole: bool  # its structure is that of its digits
    flags: tuple[str, ...]


_recipes: Final[dict[tuple[object, ...], tuple[_Number, ...]]] = {}


def read_alike(cell: str, latest: int, read: Callable[[str, int], _Numbers]) -> _Numbers:
    """The numbers of a cell by those of an earlier one like it; as `read` gives them, where its digits matter."""
    joined = cell
    if len(cell) <= LONGEST and _gap_between_digits(cell) is not None and _is_plain(cell):
        joined = _GROUPED.sub(_without_gaps, cell)
    pieces = _WHOLE.split(joined)
    around = pieces[::2]
    if len(around) > 1 and cell.isprintable():
        around = [_DAY.sub(_no_day, text) if len(text) > _SHORTEST_DAY else text for text in around]
    if not 1 < len(around) < 6 or len(cell) > LONGEST or any(map(_has_number, around)):
        return read(cell, latest)
    alone = [read_alone(digits, latest) for digits in pieces[1::2]]
    if len({number.value for number in alone} - {""}) < len(alone):
        return read(cell, latest)
    if joined != cell and not _stand_apart(around, alone):
        return read(cell, latest)
    key = (*around, *[(len(number.value), number.kind, number.trust, number.flags) for number in alone])
    recipe = _recipes.get(key)
    if recipe is None:
        numbers = read(cell, latest)
        if len(_recipes) >= MOST_RECIPES:
            _recipes.clear()
        _recipes[key] = _learned(numbers, alone)
        return numbers
    return _filled(recipe, alone) if recipe else read(cell, latest)


def _is_plain(cell: str) -> bool:
    """The cell has no control characters but line ends."""
    return cell.isprintable() or cell.replace("\n", " ").replace("\u00a0", " ").isprintable()


_GAPS: Final = {" ": "\3", ".": "\4", "-": "\5", "\u00a0": "\6"}


def _without_gaps(found: re.Match[str]) -> str:
    """The digits of a number in groups, behind a sign for what stood between them."""
    gap = found["gap"]
    return f"{_GAPS[gap]}{found[0].replace(gap, '')}"


def _stand_apart(around: list[str], alone: list[IdentityNumber]) -> bool:
    """The numbers in groups are possible as they are, and no group of theirs is worth more with another number."""
    grouped = [number for before, number in zip(around, alone, strict=False) if before[-1:] in _GAPS_SIGNS]
    return all(number.trust is Trust.AS_WRITTEN for number in grouped) and all(
        len(between.rstrip("\3\4\5\6")) > 1 for between in around[1:-1]
    )


_GAPS_SIGNS: Final = frozenset(_GAPS.values())


# What the full reading takes for a date, whatever its digits are; a sign beside it might say something else.
_DAY: Final = re.compile(
    r"(?<![\w/.-])(?:[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{1,2}(?P<mark>[.-])[0-9]{1,2}(?P=mark)(?:19|20)[0-9]{2})"
    r"(?![\w/.-])"
)
_SHORTEST_DAY: Final = 7
_SIGNS: Final = {"/": "\0", ".": "\1", "-": "\2"}


def _no_day(found: re.Match[str]) -> str:
    """A sign that stands for any day written like this one; no printable cell holds it."""
    return _SIGNS[found["mark"] or "/"]


_OTHER_NUMBER: Final = re.compile(r"\d|\|")


def _has_number(text: str) -> bool:
    """Something in the text may count as a digit."""
    return _OTHER_NUMBER.search(text) is not None or (not text.isascii() and any(map(str.isnumeric, text)))


def _learned(numbers: _Numbers, alone: list[IdentityNumber]) -> tuple[_Number, ...]:
    """How the answer comes from the numbers read alone; nothing where it has others."""
    places = {number.value: place for place, number in enumerate(alone)}
    if any(number.value not in places for number in numbers):
        return ()
    recipe = []
    for number in numbers:
        place = places[number.value]
        recipe.append(_Number(place, number.kind, number.trust, number.kind is alone[place].kind, number.flags))
    return tuple(recipe) if _filled(tuple(recipe), alone) == numbers else ()


def _filled(recipe: tuple[_Number, ...], alone: list[IdentityNumber]) -> _Numbers:
    numbers = []
    for of in recipe:
        like = alone[of.place]
        if of.whole:
            numbers.append(_made(of.kind, like.value, of.trust, like.sex, like.birth_year, like.region, of.flags))
        else:
            numbers.append(_made(of.kind, like.value, of.trust, Sex.UNKNOWN, 0, "", of.flags))
    return tuple(numbers)
