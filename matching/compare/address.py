"""Addresses: sets of present-day communes. They break ties and become a finding; they never veto."""

from __future__ import annotations

import numpy as np

from matching.compare.levels import Comparison, Level, Mask, Pairs


def _missing(p: Pairs) -> Mask:
    left_empty = np.array([not members for members in p.left.places.sets], dtype=np.bool_)
    right_empty = np.array([not members for members in p.right.places.sets], dtype=np.bool_)
    return left_empty[p.left.places.index[p.i]] | right_empty[p.right.places.index[p.j]]


def _same(p: Pairs) -> Mask:
    left, right = p.left.places.single[p.i], p.right.places.single[p.j]
    return (left > 0) & (left == right)


def _overlaps(p: Pairs) -> Mask:
    # Two different single communes can't share one: only the others are looked up.
    several = (p.left.places.single[p.i] == 0) | (p.right.places.single[p.j] == 0)
    result = np.zeros(len(p), dtype=np.bool_)
    if several.any():
        left, right = p.left.places.index[p.i[several]], p.right.places.index[p.j[several]]
        result[several] = p.tables.places(left, right) == 1
    return result


ADDRESS = Comparison(
    "address",
    (
        Level("missing", "thiếu địa chỉ ở một bên", "an address is missing or unreadable on one side", _missing),
        Level("same", "cùng xã (theo đơn vị hiện nay)", "the same present-day commune", _same),
        Level("overlaps", "có thể cùng xã", "possibly the same present-day commune", _overlaps),
        Level("differs", "khác xã", "another commune"),
    ),
)
