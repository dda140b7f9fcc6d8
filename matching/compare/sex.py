"""Sex: where it was derived from the number it is no evidence, and counts as missing."""

from __future__ import annotations

from matching.compare.levels import Comparison, Level, Mask, Pairs


def _missing(p: Pairs) -> Mask:
    return (p.left.sex[p.i] == 0) | (p.right.sex[p.j] == 0)


def _agrees(p: Pairs) -> Mask:
    return p.left.sex[p.i] == p.right.sex[p.j]


SEX = Comparison(
    "sex",
    (
        Level("missing", "thiếu giới tính ở một bên", "the sex is missing on one side", _missing),
        Level("agrees", "giới tính khớp", "the sex agrees", _agrees),
        Level("contradicts", "giới tính trái nhau", "the sex contradicts"),
    ),
)
