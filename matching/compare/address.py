"""Addresses: sets of present-day communes. They break ties and become a finding; they never veto."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from matching.columns import CommuneSet
from matching.compare.levels import Comparison, Level, Mask, Packed, Pair, Pairs, Step, packed


class Places(NamedTuple):
    """What two sets of communes have in common."""

    known: Mask
    same: Mask  # each is a single commune, and they are the same
    overlap: Mask


def _facts(p: Pairs) -> Packed:
    left, right = p.left.places.single[p.i], p.right.places.single[p.j]
    known = (left > 0) & (right > 0)
    same, overlap = known & (left == right), np.zeros(len(p), dtype=np.bool_)
    # Two different single communes can't share one: only the others are looked up.
    several = (~known).nonzero()[0]
    if len(several):
        left, right = p.left.places.index[p.i[several]], p.right.places.index[p.j[several]]
        known[several] = _filled(p.left.places.sets)[left] & _filled(p.right.places.sets)[right]
        overlap[several] = p.tables.places(left, right) == 1
    return packed(known, same, overlap)


def _facts_of_one(p: Pair) -> int:
    (left, lefts), (right, rights) = p.left.places, p.right.places
    if left > 0 and right > 0:
        return 1 | (left == right) << 1
    return bool(lefts and rights) | (not lefts.isdisjoint(rights)) << 2


def _filled(sets: Sequence[CommuneSet]) -> Mask:
    return np.array(list(map(bool, sets)), dtype=np.bool_)


_LEVELS: tuple[Level[Places], ...] = (
    Level(
        "missing",
        "thiếu địa chỉ ở một bên",
        "an address is missing or unreadable on one side",
        lambda places: ~places.known,
    ),
    Level(
        "same",
        "cùng xã (theo đơn vị hiện nay)",
        "the same present-day commune",
        lambda places: places.same,
    ),
    Level("overlaps", "có thể cùng xã", "possibly the same present-day commune", lambda places: places.overlap),
    Level("differs", "khác xã", "another commune"),
)

ADDRESS = Comparison("address", (Step(Places, _facts, _facts_of_one, _LEVELS),))
