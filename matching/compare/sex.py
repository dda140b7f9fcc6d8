"""Sex: where it was derived from the number it is no evidence, and counts as missing."""

from __future__ import annotations

from typing import NamedTuple

from matching.compare.levels import Comparison, Level, Mask, Packed, Pair, Pairs, Step, packed


class Sexes(NamedTuple):
    """What two sexes have to do with each other."""

    known: Mask
    same: Mask


def _facts(p: Pairs) -> Packed:
    left, right = p.left.sex[p.i], p.right.sex[p.j]
    return packed((left > 0) & (right > 0), left == right)


def _facts_of_one(p: Pair) -> int:
    left, right = p.left.sex, p.right.sex
    return (left > 0 and right > 0) | (left == right) << 1


_LEVELS: tuple[Level[Sexes], ...] = (
    Level("missing", "thiếu giới tính ở một bên", "the sex is missing on one side", lambda sexes: ~sexes.known),
    Level("agrees", "giới tính khớp", "the sex agrees", lambda sexes: sexes.same),
    Level("contradicts", "giới tính trái nhau", "the sex contradicts"),
)

SEX = Comparison("sex", (Step(Sexes, _facts, _facts_of_one, _LEVELS),))
