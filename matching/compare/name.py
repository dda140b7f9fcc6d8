"""Names: syllable by syllable, with spelling, lost accents and regional variants kept apart from real differences."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.compare.levels import Comparison, Level, Mask, Packed, Pair, Pairs, Step, packed
from matching.variants import SyllableRelation, relate_syllables

_BARE, _VARIANT, _INITIAL, _TYPO = (
    int(relation)
    for relation in (SyllableRelation.BARE, SyllableRelation.VARIANT, SyllableRelation.INITIAL, SyllableRelation.TYPO)
)


class Spellings(NamedTuple):
    """What two names have in common as they are written."""

    known: Mask
    written: Mask  # letter by letter
    spelled: Mask  # but for spelling
    listed: Mask  # the register lists the land user's name as another name of the person


def _spellings(p: Pairs) -> Packed:
    left, right, i, j = p.left.names, p.right.names, p.i, p.j
    key = left.key[i]
    return packed(
        (left.length[i] > 0) & (right.length[j] > 0),
        left.written[i] == right.written[j],
        key == right.key[j],
        p.right.others.holds(key.view(np.int64), j),
    )


def _spellings_of_one(p: Pair) -> int:
    left, right = p.left, p.right
    return (
        bool(left.syllables and right.syllables)
        | (left.written == right.written) << 1
        | (left.key == right.key) << 2
        | (left.key in right.others) << 3
    )


class Syllables(NamedTuple):
    """How the syllables of two names relate, place by place. A name of another length is alike in no way."""

    bare: Mask  # all are the same up to lost accents
    variants: Mask  # or regional variants
    initials: Mask  # or abbreviated
    typos: Mask  # or another syllable of the same letters, or mistyped
    one_typo: Mask  # one is mistyped, and all others are the same up to lost accents
    but_given: Mask  # all but the last are variants at most, and there are more than two
    given: Mask  # the last syllables are variants at most, wherever they stand
    given_initial: Mask  # one of them abbreviates the other
    surname: Mask  # the first syllables are variants at most
    same_length: Mask
    several: Mask  # both names have more than one syllable
    letters: Mask  # the names are the same without accents
    same_syllables: Mask  # likewise, in whatever order


def _syllables(p: Pairs) -> Packed:
    left, right, i, j = p.left.names, p.right.names, p.i, p.j
    length, other = left.length[i], right.length[j]
    relations, same_length = _relations(p), length == other
    worst = relations.max(axis=0)
    worst[~same_length] = _OF_NO_NAME
    given = p.tables.syllables(left.codes[i, length - 1], right.codes[j, other - 1])
    variants = relations <= _VARIANT
    last = np.arange(len(relations))[:, None] >= length - 1
    return packed(
        worst <= _BARE,
        worst <= _VARIANT,
        worst <= _INITIAL,
        worst <= _TYPO,
        (worst == _TYPO) & ((relations > _BARE).sum(axis=0, dtype=np.uint8) == 1),
        same_length & (length > 2) & (variants | last).all(axis=0),
        given <= _VARIANT,
        given == _INITIAL,
        variants[0],
        same_length,
        (length > 1) & (other > 1),
        left.folded[i] == right.folded[j],
        left.sorted[i] == right.sorted[j],
    )


def _syllables_of_one(p: Pair) -> int:
    left, right = p.left.syllables, p.right.syllables
    length, other = len(left), len(right)
    relations = [relate_syllables(*both) for both in zip(left, right, strict=False)]
    worst, given = _OF_NO_NAME, relate_syllables(left[-1], right[-1])
    same_length = length == other
    if same_length:
        worst = max(relations)
    return (
        (worst <= _BARE)
        | (worst <= _VARIANT) << 1
        | (worst <= _INITIAL) << 2
        | (worst <= _TYPO) << 3
        | (worst == _TYPO and sum(relation > _BARE for relation in relations) == 1) << 4
        | (same_length and length > 2 and max(relations[:-1]) <= _VARIANT) << 5
        | (given <= _VARIANT) << 6
        | (given == _INITIAL) << 7
        | (relations[0] <= _VARIANT) << 8
        | same_length << 9
        | (length > 1 and other > 1) << 10
        | (p.left.folded == p.right.folded) << 11
        | (p.left.sorted == p.right.sorted) << 12
    )


_OF_NO_NAME = max(SyllableRelation) + 1


def _relations(p: Pairs) -> NDArray[np.uint8]:
    """How the syllables relate place by place [places, n]; past the shorter name: as if they were the same."""
    longest = min(p.left.names.length.max(), p.right.names.length.max())
    here = p.left.names.codes.T[:longest].take(p.i, axis=1)
    there = p.right.names.codes.T[:longest].take(p.j, axis=1)
    both = (here | there) >= 0  # -1 where a name has no further syllable
    relations = np.zeros(here.shape, dtype=np.uint8)
    relations[both] = p.tables.syllables(here[both], there[both])
    return relations


def _ends_agree(s: Syllables) -> Mask:
    return s.surname & s.given & s.several


_AS_SPELLED: tuple[Level[Spellings], ...] = (
    Level("missing", "thiếu họ tên ở một bên", "the name is missing on one side", lambda n: ~n.known),
    Level("exact", "họ tên viết giống hệt", "the names are written alike", lambda n: n.written),
    Level(
        "spelling",
        "họ tên chỉ khác cách viết (vị trí dấu, i/y, hoa thường, mã chữ)",
        "the names differ only in spelling (tone placement, i/y, capitals, encoding)",
        lambda n: n.spelled,
    ),
    Level(
        "other_name",
        "họ tên trùng tên gọi khác ghi trong cơ sở dữ liệu dân cư",
        "the name is another name that the register lists for the person",
        lambda n: n.listed,
    ),
)
_BY_SYLLABLE: tuple[Level[Syllables], ...] = (
    Level(
        "accents_lost",
        "họ tên giống nhau nhưng một bên mất dấu",
        "one side lost its accents",
        lambda s: s.bare,
    ),
    Level(
        "variant",
        "họ tên khác biến thể vùng miền (Huỳnh/Hoàng, Võ/Vũ)",
        "the names are regional variants (Huỳnh/Hoàng, Võ/Vũ)",
        lambda s: s.variants,
    ),
    Level(
        "abbreviated",
        "họ hoặc tên đệm viết tắt",
        "surname or middle name is abbreviated",
        # The given name stays whole: "Ng. V. Hùng". An initial for the given name would fit anybody.
        lambda s: s.initials & s.given,
    ),
    Level(
        "one_typo",
        "sai một chữ cái trong một tiếng",
        "one syllable has one wrong letter",
        lambda s: s.one_typo,
    ),
    Level(
        "accents",
        "cùng chữ cái nhưng khác dấu",
        "the letters agree, the accents differ",
        lambda s: s.letters,
    ),
    Level(
        "middle_dropped",
        "họ và tên giống nhau, một bên thiếu tên đệm",
        "surname and given name agree, a middle name is missing on one side",
        lambda s: _ends_agree(s) & ~s.same_length,
    ),
    Level(
        "reordered",
        "cùng các tiếng, khác thứ tự",
        "the same syllables in another order",
        lambda s: s.same_syllables,
    ),
    Level(
        "middle_differs",
        "họ và tên giống nhau, tên đệm khác",
        "surname and given name agree, the middle name differs",
        _ends_agree,
    ),
    Level(
        "garbled",
        "nhiều tiếng sai chút ít",
        "several syllables are slightly wrong",
        # An initial in the place of the given name would fit anybody.
        lambda s: s.typos & ~s.given_initial,
    ),
    Level(
        "given_differs",
        "họ và tên đệm giống nhau, tên khác",
        "surname and middle name agree, the given name differs",
        lambda s: s.but_given,
    ),
    Level("given_only", "chỉ tên giống nhau", "only the given name agrees", lambda s: s.given),
    Level("surname_only", "chỉ họ giống nhau", "only the surname agrees", lambda s: s.surname),
    Level("different", "họ tên khác nhau", "the names differ"),
)

NAME = Comparison(
    "name",
    (
        Step(Spellings, _spellings, _spellings_of_one, _AS_SPELLED),
        Step(Syllables, _syllables, _syllables_of_one, _BY_SYLLABLE),
    ),
)
