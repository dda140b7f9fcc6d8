"""Identity numbers: the current number, older ones, repaired ones, and how far a wrong one is off."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntFlag

import numpy as np

from matching.columns import Ints, is_old_card, is_personal
from matching.compare.levels import Comparison, Judgements, Level, Mask, Pairs
from matching.records import Trust

_DIGITS = 12
# Cards of 12 digits came in 2016 and the last of 9 digits in 2021, at the age of 14 at least (DOMAIN 1.3).
_FIRST_YEAR_WITHOUT_OLD = 2002


class _Is(IntFlag):
    """What one number of a land user is, also to the person of a pair."""

    NOTHING = 0
    WRITTEN = 1  # there is such a number
    PERSONAL = 2  # it has twelve digits
    CURRENT = 4  # it is the person's own
    LISTED = 8  # the register lists it for the person
    ONE_OFF = 16  # it is the person's own but for one digit or two neighbours


class _Has(IntFlag):
    """What holds for any number of a land user: each is a rule of what a number is and how far it is trusted."""

    ANY = 1
    READABLE = 2
    PERSONAL = 4
    READABLE_PERSONAL = 8
    CURRENT = 16
    ZERO_RESTORED = 32
    REPAIRED = 64
    OLD = 128
    CANCELLED = 256
    LISTED = 512
    ONE_OFF = 1024


def _has(what: _Is, trust: Trust) -> _Has:
    """What holds for one number."""
    written, personal = _Is.WRITTEN in what, _Is.PERSONAL in what
    current, listed = _Is.CURRENT in what, _Is.LISTED in what
    holds = {
        _Has.ANY: written,
        _Has.READABLE: trust > Trust.NONE,
        _Has.PERSONAL: personal,
        _Has.READABLE_PERSONAL: personal and trust > Trust.NONE,
        _Has.CURRENT: current and trust is Trust.AS_WRITTEN,
        _Has.ZERO_RESTORED: current and trust is Trust.ZERO_RESTORED,
        _Has.REPAIRED: current and trust is Trust.REPAIRED,
        _Has.OLD: listed and not personal and trust > Trust.GUESSED,
        _Has.CANCELLED: listed and personal,
        _Has.LISTED: listed,
        _Has.ONE_OFF: personal and _Is.ONE_OFF in what,
    }
    return _Has(sum(has for has, true in holds.items() if true and written))


_TRUSTS, _WHATS = len(Trust), 2 * max(_Is)
_HAS = np.array([_has(_Is(what), Trust(trust)) for trust in range(_TRUSTS) for what in range(_WHATS)], dtype=np.uint16)


def _numbers(p: Pairs) -> Judgements:
    """What holds for any number of the land user, bit by bit (_Has)."""
    held = np.zeros(len(p), dtype=np.uint16)
    for codes, trust in zip(p.left.numbers.T, p.left.trust.T, strict=True):
        rows = np.flatnonzero(codes[p.i])  # a second number is rare
        i, j = p.i[rows], p.j[rows]
        values, own = codes[i], p.right.personal_id[j]
        personal = is_personal(values)
        what = personal * np.int32(_Is.PERSONAL) + np.int32(_Is.WRITTEN)
        what += (values == own) * np.int32(_Is.CURRENT)
        what += p.right.numbers.holds(values, j) * np.int32(_Is.LISTED)
        what += (personal & one_digit_off(values, own)) * np.int32(_Is.ONE_OFF)
        held[rows] |= _HAS[trust[i] * _WHATS + what]
    return held


def _any(*wanted: _Has) -> Callable[[Pairs], Mask]:
    """Whether one of these holds for any number of the land user."""
    bits = np.uint16(sum(wanted))
    return lambda p: (p.once(_numbers) & bits) != 0


def _missing(p: Pairs) -> Mask:
    # A number that nobody can have speaks against nobody; but it may be one digit off.
    nothing_to_say = ~_any(_Has.READABLE, _Has.ONE_OFF)(p) | ~_any(_Has.ANY)(p)
    # An old number says nothing about a person for whom the register lists none, but that some are too young for one.
    return nothing_to_say | (~_any(_Has.PERSONAL)(p) & _none_listed(p) & ~_too_young(p))


def _none_listed(p: Pairs) -> Mask:
    return p.right.numbers.offsets[p.j + 1] == p.right.numbers.offsets[p.j]


def _too_young(p: Pairs) -> Mask:
    young = (p.right.year[p.j] >= _FIRST_YEAR_WITHOUT_OLD) & _none_listed(p)
    card = np.any(is_old_card(p.left.numbers) & (p.left.trust > Trust.NONE), axis=1)[p.i]
    return young & card & ~_any(_Has.PERSONAL)(p)


def _held_nearby(p: Pairs) -> Mask:
    """A personal number of the land user is that of somebody else who lives in this person's commune.

    Whoever holds it is among the people of the batch, because numbers are blocking keys.
    """
    order = np.argsort(p.right.personal_id)
    commune = p.right.places.single
    found = np.zeros(len(p), dtype=np.bool_)
    for codes, trust in zip(p.left.numbers.T, p.left.trust.T, strict=True):
        rows = np.flatnonzero(is_personal(codes[p.i]) & (trust[p.i] > Trust.REPAIRED) & (commune[p.j] > 0))
        values, j = codes[p.i[rows]], p.j[rows]
        place = np.searchsorted(p.right.personal_id, values, sorter=order)
        holder = order[np.minimum(place, len(order) - 1)]
        found[rows] |= (p.right.personal_id[holder] == values) & (commune[holder] == commune[j]) & (holder != j)
    return found


def _old(p: Pairs) -> Mask:
    return _any(_Has.OLD)(p) & ~_any(_Has.READABLE_PERSONAL)(p)


def _old_differs(p: Pairs) -> Mask:
    return ~_any(_Has.PERSONAL)(p)


def one_digit_off(left: Ints, right: Ints) -> Mask:
    """Whether one digit differs, or two neighbouring digits are swapped, between numbers of twelve digits."""
    distance = np.abs(left - right)
    place = np.searchsorted(_DISTANCES, distance)
    result = _DISTANCES[np.minimum(place, len(_DISTANCES) - 1)] == distance
    near = np.flatnonzero(result)
    # 199 and 200 are as far apart as 199 and 198: what is near enough is looked at digit by digit.
    result[near] = _one_digit_off(left[near], right[near])
    return result


# How far apart numbers are that differ in one digit, or in the order of two neighbours.
_DISTANCES = np.unique([part * factor * 10**place for part in range(1, 10) for factor in (1, 9) for place in range(12)])


def _one_digit_off(left: Ints, right: Ints) -> Mask:
    differing = np.zeros(len(left), dtype=np.int64)
    swapped = np.zeros(len(left), dtype=np.bool_)
    last_left = last_right = np.full(len(left), -1, dtype=np.int64)
    for _ in range(_DIGITS):
        left, digit_left = np.divmod(left, 10)
        right, digit_right = np.divmod(right, 10)
        unequal = digit_left != digit_right
        differing += unequal
        swapped |= unequal & (digit_left == last_right) & (digit_right == last_left)
        last_left, last_right = digit_left, digit_right
    return (differing == 1) | ((differing == 2) & swapped)


IDENTITY = Comparison(
    "id_number",
    (
        Level("missing", "không có số để so sánh", "there is no number to compare", _missing),
        Level("current", "trùng số định danh cá nhân", "the personal number agrees", _any(_Has.CURRENT)),
        Level(
            "zero_restored",
            "trùng số định danh sau khi thêm lại số 0 bị mất ở đầu",
            "the personal number agrees once its lost leading zeros are restored",
            _any(_Has.ZERO_RESTORED),
        ),
        Level(
            "repaired",
            "trùng số định danh sau khi sửa ký tự đọc nhầm",
            "the personal number agrees once misread characters are repaired",
            _any(_Has.REPAIRED),
        ),
        Level(
            "old",
            "trùng số giấy tờ cũ mà cơ sở dữ liệu dân cư ghi cho người này",
            "an older number agrees with one that the register lists for the person",
            _old,
        ),
        Level(
            "cancelled",
            "trùng số định danh đã hủy và xác lập lại",
            "the number is a personal number of this person that was cancelled and replaced",
            _any(_Has.CANCELLED),
        ),
        Level(
            "old_conflict",
            "số giấy tờ cũ đúng của người này, nhưng số định danh ghi cạnh đó là số khác",
            "an older number is this person's, but the personal number beside it is another one",
            _any(_Has.OLD),
        ),
        Level(
            "old_guessed",
            "trùng số CMND cũ sau khi thêm lại số 0 (chưa chắc chắn)",
            "an older number agrees if lost zeros are put back (uncertain)",
            _any(_Has.LISTED),
        ),
        Level(
            "one_off",
            "số khác một chữ số, hoặc hai chữ số cạnh nhau bị đảo",
            "the number is off by one digit, or two neighbouring digits are swapped",
            _any(_Has.ONE_OFF),
        ),
        Level(
            "too_young",
            "số CMND 9 số ghi cho người quá trẻ để từng được cấp loại giấy này",
            "an old card of 9 digits stands beside somebody too young to have had one",
            _too_young,
        ),
        Level(
            "old_differs",
            "số giấy tờ cũ khác các số cơ sở dữ liệu dân cư ghi cho người này",
            "the older number differs from those that the register lists for the person",
            _old_differs,
        ),
        Level(
            "held_nearby",
            "số định danh là của người khác trong cùng xã (vợ, chồng, người nhà, hoặc ghi nhầm dòng)",
            "the number is that of somebody else in the same commune (husband, wife, family, or a line mixed up)",
            _held_nearby,
        ),
        Level("different", "số khác nhau", "the numbers differ"),
    ),
)
