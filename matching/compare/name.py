"""Names: syllable by syllable, with spelling, lost accents and regional variants kept apart from real differences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.compare.levels import Comparison, Judgements, Level, Mask, Pairs
from matching.variants import SyllableRelation


def _missing(p: Pairs) -> Mask:
    return (p.left.names.length[p.i] == 0) | (p.right.names.length[p.j] == 0)


def _exact(p: Pairs) -> Mask:
    return p.left.names.written[p.i] == p.right.names.written[p.j]


def _spelling(p: Pairs) -> Mask:
    return p.left.names.key[p.i] == p.right.names.key[p.j]


def _other_name(p: Pairs) -> Mask:
    return p.right.others.holds(p.left.names.key.view(np.int64)[p.i], p.j)


def syllables(p: Pairs) -> Judgements:
    """How the syllables relate position by position [MAX_SYLLABLES, n]; past the shorter name: 0."""
    left, right = p.left.names.codes, p.right.names.codes
    relations = np.zeros((left.shape[1], len(p)), dtype=np.uint8)
    longest = min(p.left.names.length.max(initial=0), p.right.names.length.max(initial=0))
    for place in range(longest):
        here, there = left[:, place][p.i], right[:, place][p.j]
        both = np.flatnonzero((here >= 0) & (there >= 0))
        if len(both):
            relations[place, both] = p.tables.syllables(here[both], there[both])
    return relations


def _worst(p: Pairs) -> Judgements:
    """The worst relation of two syllables in the same place; one of no name's where the lengths differ."""
    worst: Judgements = p.once(syllables).max(axis=0)
    worst[~_same_length(p)] = _OF_NO_NAME
    return worst


_OF_NO_NAME = max(SyllableRelation) + 1


def _same_length(p: Pairs) -> Mask:
    return p.left.names.length[p.i] == p.right.names.length[p.j]


def _all_within(p: Pairs, relation: SyllableRelation) -> Mask:
    return p.once(_worst) <= relation


def _accents_lost(p: Pairs) -> Mask:
    return _all_within(p, SyllableRelation.BARE)


def _variant(p: Pairs) -> Mask:
    return _all_within(p, SyllableRelation.VARIANT)


def _abbreviated(p: Pairs) -> Mask:
    # The given name stays whole: "Ng. V. Hùng". An initial for the given name would fit anybody.
    return _all_within(p, SyllableRelation.INITIAL) & (p.once(_given) <= SyllableRelation.VARIANT)


def _one_typo(p: Pairs) -> Mask:
    # One place is a typo, and all others are the same or bare.
    mistyped = p.once(_worst) == SyllableRelation.TYPO
    if mistyped.any():
        mistyped &= (p.once(syllables) > SyllableRelation.BARE).sum(axis=0, dtype=np.uint8) == 1
    return mistyped


def _accents(p: Pairs) -> Mask:
    return p.left.names.folded[p.i] == p.right.names.folded[p.j]


def _given(p: Pairs) -> Judgements:
    left, right = p.left.names, p.right.names
    last_left = left.codes[p.i, left.length[p.i] - 1]
    last_right = right.codes[p.j, right.length[p.j] - 1]
    return p.tables.syllables(last_left, last_right)


def _ends_agree(p: Pairs) -> Mask:
    surname = p.once(syllables)[0] <= SyllableRelation.VARIANT
    return surname & (p.once(_given) <= SyllableRelation.VARIANT) & (_shorter(p) > 1)


def _shorter(p: Pairs) -> NDArray[np.int32]:
    return np.minimum(p.left.names.length[p.i], p.right.names.length[p.j])


def _middle_dropped(p: Pairs) -> Mask:
    return _ends_agree(p) & ~_same_length(p)


def _reordered(p: Pairs) -> Mask:
    return p.left.names.sorted[p.i] == p.right.names.sorted[p.j]


def _middle_differs(p: Pairs) -> Mask:
    return _ends_agree(p)


def _garbled(p: Pairs) -> Mask:
    # An initial in the place of the given name would fit anybody.
    return _all_within(p, SyllableRelation.TYPO) & (p.once(_given) != SyllableRelation.INITIAL)


def _given_differs(p: Pairs) -> Mask:
    """Surname and all middle names agree, the given name doesn't."""
    length = p.left.names.length[p.i]
    relations = p.once(syllables)
    agree = _same_length(p) & (length > 2)
    for place in range(len(relations)):
        agree &= (relations[place] <= SyllableRelation.VARIANT) | (place >= length - 1)
    return agree


def _given_only(p: Pairs) -> Mask:
    return p.once(_given) <= SyllableRelation.VARIANT


def _surname_only(p: Pairs) -> Mask:
    return p.once(syllables)[0] <= SyllableRelation.VARIANT


NAME = Comparison(
    "name",
    (
        Level("missing", "thiếu họ tên ở một bên", "the name is missing on one side", _missing),
        Level("exact", "họ tên viết giống hệt", "the names are written alike", _exact),
        Level(
            "spelling",
            "họ tên chỉ khác cách viết (vị trí dấu, i/y, hoa thường, mã chữ)",
            "the names differ only in spelling (tone placement, i/y, capitals, encoding)",
            _spelling,
        ),
        Level(
            "other_name",
            "họ tên trùng tên gọi khác ghi trong cơ sở dữ liệu dân cư",
            "the name is another name that the register lists for the person",
            _other_name,
        ),
        Level("accents_lost", "họ tên giống nhau nhưng một bên mất dấu", "one side lost its accents", _accents_lost),
        Level(
            "variant",
            "họ tên khác biến thể vùng miền (Huỳnh/Hoàng, Võ/Vũ)",
            "the names are regional variants (Huỳnh/Hoàng, Võ/Vũ)",
            _variant,
        ),
        Level("abbreviated", "họ hoặc tên đệm viết tắt", "surname or middle name is abbreviated", _abbreviated),
        Level("one_typo", "sai một chữ cái trong một tiếng", "one syllable has one wrong letter", _one_typo),
        Level("accents", "cùng chữ cái nhưng khác dấu", "the letters agree, the accents differ", _accents),
        Level(
            "middle_dropped",
            "họ và tên giống nhau, một bên thiếu tên đệm",
            "surname and given name agree, a middle name is missing on one side",
            _middle_dropped,
        ),
        Level("reordered", "cùng các tiếng, khác thứ tự", "the same syllables in another order", _reordered),
        Level(
            "middle_differs",
            "họ và tên giống nhau, tên đệm khác",
            "surname and given name agree, the middle name differs",
            _middle_differs,
        ),
        Level("garbled", "nhiều tiếng sai chút ít", "several syllables are slightly wrong", _garbled),
        Level(
            "given_differs",
            "họ và tên đệm giống nhau, tên khác",
            "surname and middle name agree, the given name differs",
            _given_differs,
        ),
        Level("given_only", "chỉ tên giống nhau", "only the given name agrees", _given_only),
        Level("surname_only", "chỉ họ giống nhau", "only the surname agrees", _surname_only),
        Level("different", "họ tên khác nhau", "the names differ"),
    ),
)
