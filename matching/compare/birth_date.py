"""Birth dates: partial dates are data, and two dates are compared as far as the coarser one goes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.compare.levels import Comparison, Level, Mask, Pairs


def _years(p: Pairs) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return p.left.year[p.i], p.right.year[p.j]


def _months(p: Pairs) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return p.left.month[p.i], p.right.month[p.j]


def _days(p: Pairs) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return p.left.day[p.i], p.right.day[p.j]


def _missing(p: Pairs) -> Mask:
    left, right = _years(p)
    return (left == 0) | (right == 0)


def _same_year(p: Pairs) -> Mask:
    left, right = _years(p)
    return left == right


def _same_month(p: Pairs) -> Mask:
    left, right = _months(p)
    return left == right


def _same_day(p: Pairs) -> Mask:
    left, right = _days(p)
    return (left == right) & (left > 0) & _same_month(p) & _same_year(p)


def _register_knows_no_more(p: Pairs) -> Mask:
    """The register has a year only, or a month only, and as far as it goes the land side agrees."""
    right_month, right_day = p.right.month[p.j], p.right.day[p.j]
    month_only = (right_month > 0) & (right_day == 0) & _same_month(p)
    return _same_year(p) & ((right_month == 0) | month_only)


def _year_only(p: Pairs) -> Mask:
    return _same_year(p) & (p.left.month[p.i] == 0)


def _month_only(p: Pairs) -> Mask:
    return _same_year(p) & (p.left.day[p.i] == 0) & _same_month(p)


def _year_in_disguise(p: Pairs) -> Mask:
    return _same_year(p) & p.left.maybe_year_only[p.i]


def _swapped(p: Pairs) -> Mask:
    left_month, right_month = _months(p)
    left_day, right_day = _days(p)
    packed = p.right.year[p.j] * 10_000 + right_month * 100 + right_day
    crossed = _same_year(p) & (left_month == right_day) & (left_day == right_month)
    return (right_day > 0) & (crossed | (p.left.alternative[p.i] == packed))


def _one_part(p: Pairs) -> Mask:
    left_month, right_month = _months(p)
    left_day, right_day = _days(p)
    full = (left_day > 0) & (right_day > 0)
    year_off = ~_same_year(p)
    return full & ((year_off.astype(np.int8) + (left_month != right_month) + (left_day != right_day)) == 1)


def _near_year(p: Pairs) -> Mask:
    left, right = _years(p)
    coarse = (p.left.day[p.i] == 0) | (p.right.day[p.j] == 0) | p.left.maybe_year_only[p.i]
    return coarse & (np.abs(left - right) <= 1)


BIRTH_DATE = Comparison(
    "birth_date",
    (
        Level("missing", "thiếu ngày sinh ở một bên", "a birth date is missing on one side", _missing),
        Level("same_day", "cùng ngày, tháng, năm sinh", "the birth dates are the same day", _same_day),
        Level(
            "register_coarse",
            "khớp đến mức cơ sở dữ liệu dân cư có (chỉ có năm hoặc tháng)",
            "the dates agree as far as the register knows (a year or month only)",
            _register_knows_no_more,
        ),
        Level(
            "year_only", "cùng năm sinh, hồ sơ chỉ ghi năm", "the years agree; the file has the year only", _year_only
        ),
        Level(
            "month_only",
            "cùng tháng và năm sinh, hồ sơ không ghi ngày",
            "month and year agree; the file has no day",
            _month_only,
        ),
        Level(
            "year_in_disguise",
            "cùng năm sinh; ngày 01/01 trong hồ sơ có thể chỉ là năm",
            "the years agree; 1 January in the file is probably a year in disguise",
            _year_in_disguise,
        ),
        Level("swapped", "ngày và tháng bị đảo", "day and month are keyed the wrong way round", _swapped),
        Level("one_part", "khác một thành phần (ngày, tháng hoặc năm)", "one of day, month, year differs", _one_part),
        Level("same_year", "chỉ cùng năm sinh", "only the years agree", _same_year),
        Level("near_year", "năm sinh lệch một năm", "the years differ by one; one side knows no day", _near_year),
        Level("different", "ngày sinh khác nhau", "the birth dates differ"),
    ),
)
