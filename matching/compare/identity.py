"""Identity numbers: the current number, older ones, repaired ones, and how far a wrong one is off."""

from __future__ import annotations

from enum import IntFlag
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.columns import Ints, LandColumns, is_old_card, is_personal
from matching.compare.levels import Comparison, Level, Mask, Packed, Pair, Pairs, Step, packed
from matching.number_codes import FIRST_CMND9, FIRST_PASSPORT, is_personal_code
from matching.records import Trust

Table = NDArray[np.uint8]

_DIGITS = 12
_NO_TRUST, _REPAIRED = int(Trust.NONE), int(Trust.REPAIRED)
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


class Numbers(NamedTuple):
    """What holds for any number of a land user (each a rule of what a number is and how far it is trusted)."""

    any: Mask
    readable: Mask
    personal: Mask
    readable_personal: Mask
    current: Mask
    zero_restored: Mask
    repaired: Mask
    old: Mask
    cancelled: Mask
    listed: Mask
    one_off: Mask
    card: Mask  # a readable number is one of an old card
    # What holds for the person.
    none_listed: Mask
    late: Mask  # born too late for an old card


_FACTS = Numbers._fields


def _holds(what: _Is, trust: Trust) -> int:
    """What holds for one number, bit by bit in the order of Numbers."""
    if _Is.WRITTEN not in what:
        return 0
    personal, readable = _Is.PERSONAL in what, trust > Trust.NONE
    current, listed = _Is.CURRENT in what, _Is.LISTED in what
    holds = {
        "any": True,
        "readable": readable,
        "personal": personal,
        "readable_personal": personal and readable,
        "current": current and trust is Trust.AS_WRITTEN,
        "zero_restored": current and trust is Trust.ZERO_RESTORED,
        "repaired": current and trust is Trust.REPAIRED,
        "old": listed and not personal and trust > Trust.GUESSED,
        "cancelled": listed and personal,
        "listed": listed,
        "one_off": personal and _Is.ONE_OFF in what,
    }
    return sum(1 << _FACTS.index(name) for name, true in holds.items() if true)


_WHATS = 2 * max(_Is)
_HOLDS: Packed = np.array([_holds(_Is(what), trust) for trust in Trust for what in range(_WHATS)], dtype=np.uint16)
_HOLDS_OF_ONE: list[int] = _HOLDS.tolist()
_CARD, _NONE_LISTED, _LATE = (np.uint16(1 << _FACTS.index(name)) for name in ("card", "none_listed", "late"))
_CARD_OF_ONE, _NONE_LISTED_OF_ONE, _LATE_OF_ONE = map(int, (_CARD, _NONE_LISTED, _LATE))
_CURRENT, _LISTED, _ONE_OFF = (np.uint8(what) for what in (_Is.CURRENT, _Is.LISTED, _Is.ONE_OFF))
assert list(Trust) == list(range(len(Trust)))
assert len(_HOLDS) <= 1 << 8


def _facts(p: Pairs) -> Packed:
    land, people, i, j = p.left, p.right, p.i, p.j
    offsets, readable = people.numbers.offsets, land.trust > Trust.NONE
    kinds = _kinds(land)
    held = np.any(is_old_card(land.numbers) & readable, axis=1)[i] * _CARD
    held |= (offsets[j + 1] == offsets[j]) * _NONE_LISTED
    held |= (people.year[j] >= _FIRST_YEAR_WITHOUT_OLD) * _LATE
    for codes, kind in zip(land.numbers.T, kinds.T, strict=True):
        rows = codes[i].nonzero()[0]  # a second number is rare
        if len(rows) == len(i):
            held |= _HOLDS[_to_person(p, codes, kind)]
        elif len(rows):
            held[rows] |= _HOLDS[_to_person(p.at(rows), codes, kind)]
    return held


def _kinds(land: LandColumns) -> Table:
    """What each number of each land user is, whoever it stands beside: a first part of the place in _HOLDS."""
    kinds = land.trust * _WHATS + is_personal(land.numbers) * int(_Is.PERSONAL) + int(_Is.WRITTEN)
    return kinds.astype(np.uint8)


def _to_person(p: Pairs, codes: Ints, kinds: Table) -> Table:
    """What one number of each land user is to the person, as a place in _HOLDS."""
    numbers, own = codes[p.i], p.right.personal_id[p.j]
    what = kinds[p.i] + (numbers == own) * _CURRENT
    what += p.right.numbers.holds(numbers, p.j) * _LISTED
    what += one_digit_off(numbers, own) * _ONE_OFF
    return what


def _facts_of_one(p: Pair) -> int:
    own, listed = p.right.personal_id, p.right.numbers
    held = (not listed) * _NONE_LISTED_OF_ONE | (p.right.year >= _FIRST_YEAR_WITHOUT_OLD) * _LATE_OF_ONE
    for code, trust in zip(p.left.numbers, p.left.trust, strict=True):
        if code:
            personal = is_personal_code(code)
            one_off = personal and _is_one_digit_off(code, own)
            # In the order of _Is.
            what = 1 | personal << 1 | (code == own) << 2 | (code in listed) << 3 | one_off << 4
            held |= _HOLDS_OF_ONE[trust * _WHATS + what]
            if trust > _NO_TRUST and FIRST_CMND9 <= code < FIRST_PASSPORT:
                held |= _CARD_OF_ONE
    return held


def _missing(n: Numbers) -> Mask:
    # A number that nobody can have speaks against nobody; but it may be one digit off.
    nothing_to_say = ~n.any | ~(n.readable | n.one_off)
    # An old number says nothing about a person for whom the register lists none, but that some are too young for one.
    return nothing_to_say | (~n.personal & n.none_listed & ~_too_young(n))


def _too_young(n: Numbers) -> Mask:
    return n.card & ~n.personal & n.none_listed & n.late


class Neighbours(NamedTuple):
    """What holds for others who live in the person's commune."""

    hold_number: Mask  # a personal number of the land user is one of theirs


def _nearby(p: Pairs) -> Packed:
    # Whoever holds a number of the land user is among the people of the batch, because numbers are blocking keys.
    numbers, commune = p.right.personal_id, p.right.places.single
    order = numbers.argsort()
    found = np.zeros(len(p), dtype=np.bool_)
    for codes, trust in zip(p.left.numbers.T, p.left.trust.T, strict=True):
        able = is_personal(codes) & (trust > Trust.REPAIRED)
        rows = (able[p.i] & (commune[p.j] > 0)).nonzero()[0]
        if len(rows):
            asked, j = codes[p.i[rows]], p.j[rows]
            place = numbers.searchsorted(asked, sorter=order)
            holder = order[np.minimum(place, len(order) - 1)]
            found[rows] |= (numbers[holder] == asked) & (commune[holder] == commune[j]) & (holder != j)
    return packed(found)


def _nearby_of_one(p: Pair) -> int:
    own, commune = p.right.personal_id, p.right.places[0]
    return commune > 0 and any(
        trust > _REPAIRED and code != own and is_personal_code(code) and p.communes.get(code) == commune
        for code, trust in zip(p.left.numbers, p.left.trust, strict=True)
    )


def one_digit_off(left: Ints, right: Ints) -> Mask:
    """Whether one digit differs, or two neighbouring digits are swapped, between numbers of twelve digits."""
    distance = np.abs(left - right)
    place = _DISTANCES.searchsorted(distance)
    result = _DISTANCES[np.minimum(place, len(_DISTANCES) - 1)] == distance
    near = result.nonzero()[0]
    if len(near):
        # 199 and 200 are as far apart as 199 and 198: what is near enough is looked at digit by digit.
        result[near] = _one_digit_off(left[near], right[near])
    return result


# How far apart numbers are that differ in one digit, or in the order of two neighbours.
_DISTANCES = np.unique([part * factor * 10**place for part in range(1, 10) for factor in (1, 9) for place in range(12)])
_EACH_DISTANCE = frozenset(_DISTANCES.tolist())


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


def _is_one_digit_off(left: int, right: int) -> bool:
    if abs(left - right) not in _EACH_DISTANCE:
        return False
    digits = list(zip(f"{left:012d}", f"{right:012d}", strict=True))
    unequal = [place for place, (a, b) in enumerate(digits) if a != b]
    if len(unequal) == 2:
        first, second = unequal
        return second == first + 1 and digits[first] == digits[second][::-1]
    return len(unequal) == 1


_OF_THE_PERSON: tuple[Level[Numbers], ...] = (
    Level("missing", "không có số để so sánh", "there is no number to compare", _missing),
    Level("current", "trùng số định danh cá nhân", "the personal number agrees", lambda n: n.current),
    Level(
        "zero_restored",
        "trùng số định danh sau khi thêm lại số 0 bị mất ở đầu",
        "the personal number agrees once its lost leading zeros are restored",
        lambda n: n.zero_restored,
    ),
    Level(
        "repaired",
        "trùng số định danh sau khi sửa ký tự đọc nhầm",
        "the personal number agrees once misread characters are repaired",
        lambda n: n.repaired,
    ),
    Level(
        "old",
        "trùng số giấy tờ cũ mà cơ sở dữ liệu dân cư ghi cho người này",
        "an older number agrees with one that the register lists for the person",
        lambda n: n.old & ~n.readable_personal,
    ),
    Level(
        "cancelled",
        "trùng số định danh đã hủy và xác lập lại",
        "the number is a personal number of this person that was cancelled and replaced",
        lambda n: n.cancelled,
    ),
    Level(
        "old_conflict",
        "số giấy tờ cũ đúng của người này, nhưng số định danh ghi cạnh đó là số khác",
        "an older number is this person's, but the personal number beside it is another one",
        lambda n: n.old,
    ),
    Level(
        "old_guessed",
        "trùng số CMND cũ sau khi thêm lại số 0 (chưa chắc chắn)",
        "an older number agrees if lost zeros are put back (uncertain)",
        lambda n: n.listed,
    ),
    Level(
        "one_off",
        "số khác một chữ số, hoặc hai chữ số cạnh nhau bị đảo",
        "the number is off by one digit, or two neighbouring digits are swapped",
        lambda n: n.one_off,
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
        lambda n: ~n.personal,
    ),
)
_OF_OTHERS: tuple[Level[Neighbours], ...] = (
    Level(
        "held_nearby",
        "số định danh là của người khác trong cùng xã (vợ, chồng, người nhà, hoặc ghi nhầm dòng)",
        "the number is that of somebody else in the same commune (husband, wife, family, or a line mixed up)",
        lambda others: others.hold_number,
    ),
    Level("different", "số khác nhau", "the numbers differ"),
)

IDENTITY = Comparison(
    "id_number",
    (
        Step(Numbers, _facts, _facts_of_one, _OF_THE_PERSON),
        Step(Neighbours, _nearby, _nearby_of_one, _OF_OTHERS),
    ),
)
