"""Identity numbers: the current number, older ones, repaired ones, and how far a wrong one is off."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matching.columns import Ints, is_personal
from matching.compare.levels import Comparison, Level, Mask, Pairs
from matching.records import Trust

_DIGITS = 12


def _any_number(p: Pairs, holds: Callable[[Ints, NDArray[np.int32]], Mask]) -> Mask:
    """Whether a rule holds for any number of the land user; the rule gets codes and trust of one column."""
    found = np.zeros(len(p), dtype=np.bool_)
    codes, trust = p.left.numbers, p.left.trust
    for column in range(codes.shape[1]):
        values = codes[p.i, column]
        if not values.any():
            break  # numbers stand from the left
        found |= (values > 0) & holds(values, trust[p.i, column])
    return found


def _missing(p: Pairs) -> Mask:
    readable = np.any((p.left.numbers > 0) & (p.left.trust > Trust.NONE), axis=1)[p.i]
    nothing_to_say = ~readable.copy()
    if nothing_to_say.any():
        # A number that nobody can have speaks against nobody; but it may be one digit off.
        nothing_to_say[nothing_to_say] = ~_one_off(p.where(nothing_to_say))
    has_personal = np.any(is_personal(p.left.numbers), axis=1)[p.i]
    has_any = np.any(p.left.numbers > 0, axis=1)[p.i]
    listed_count = p.right.numbers.offsets[p.j + 1] - p.right.numbers.offsets[p.j]
    # An old number says nothing about a person for whom the register lists none.
    return nothing_to_say | ~has_any | (~has_personal & (listed_count == 0))


def _current(trust: Trust) -> Callable[[Pairs], Mask]:
    def holds(p: Pairs) -> Mask:
        current = p.right.personal_id[p.j]
        return _any_number(p, lambda values, trusts: (values == current) & (trusts == trust))

    return holds


def _old(p: Pairs) -> Mask:
    return _old_beside_another(p) & ~_has_readable_personal(p)


def _has_readable_personal(p: Pairs) -> Mask:
    return np.any(is_personal(p.left.numbers) & (p.left.trust > Trust.NONE), axis=1)[p.i]


def _old_beside_another(p: Pairs) -> Mask:
    return _any_number(
        p,
        lambda values, trust: ~is_personal(values) & (trust > Trust.GUESSED) & p.right.numbers.holds(values, p.j),
    )


def _cancelled(p: Pairs) -> Mask:
    return _any_number(p, lambda values, trust: is_personal(values) & p.right.numbers.holds(values, p.j))


def _guessed_old(p: Pairs) -> Mask:
    return _any_number(p, lambda values, trust: p.right.numbers.holds(values, p.j))


def _one_off(p: Pairs) -> Mask:
    current = p.right.personal_id[p.j]
    return _any_number(p, lambda values, trust: is_personal(values) & one_digit_off(values, current))


def _old_differs(p: Pairs) -> Mask:
    return ~np.any(is_personal(p.left.numbers), axis=1)[p.i]


def one_digit_off(left: Ints, right: Ints) -> Mask:
    """Whether one digit differs, or two neighbouring digits are swapped, between numbers of twelve digits."""
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
        Level("current", "trùng số định danh cá nhân", "the personal number agrees", _current(Trust.AS_WRITTEN)),
        Level(
            "zero_restored",
            "trùng số định danh sau khi thêm lại số 0 bị mất ở đầu",
            "the personal number agrees once its lost leading zeros are restored",
            _current(Trust.ZERO_RESTORED),
        ),
        Level(
            "repaired",
            "trùng số định danh sau khi sửa ký tự đọc nhầm",
            "the personal number agrees once misread characters are repaired",
            _current(Trust.REPAIRED),
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
            _cancelled,
        ),
        Level(
            "old_conflict",
            "số giấy tờ cũ đúng của người này, nhưng số định danh ghi cạnh đó là số khác",
            "an older number is this person's, but the personal number beside it is another one",
            _old_beside_another,
        ),
        Level(
            "old_guessed",
            "trùng số CMND cũ sau khi thêm lại số 0 (chưa chắc chắn)",
            "an older number agrees if lost zeros are put back (uncertain)",
            _guessed_old,
        ),
        Level(
            "one_off",
            "số khác một chữ số, hoặc hai chữ số cạnh nhau bị đảo",
            "the number is off by one digit, or two neighbouring digits are swapped",
            _one_off,
        ),
        Level(
            "old_differs",
            "số giấy tờ cũ khác các số cơ sở dữ liệu dân cư ghi cho người này",
            "the older number differs from those that the register lists for the person",
            _old_differs,
        ),
        Level("different", "số khác nhau", "the numbers differ"),
    ),
)
