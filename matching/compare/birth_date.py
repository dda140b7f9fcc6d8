"""Birth dates: partial dates are data, and two dates are compared as far as the coarser one goes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.compare.levels import Comparison, Level, Mask, Packed, Pair, Pairs, Step, packed


class Dates(NamedTuple):
    """What two birth dates have to do with each other. Nobody knows a day without its month."""

    known: Mask  # a year on both sides
    year: Mask  # the years are equal, or both unknown; so are the months, and the days
    month: Mask
    day: Mask
    left_month: Mask  # the land side knows a month; a day; the register likewise
    left_day: Mask
    right_month: Mask
    right_day: Mask
    disguised: Mask  # the land side's 1 January is probably a year
    crossed: Mask  # the register's date is the land side's with day and month the other way round
    alternative: Mask  # or its other reading
    near: Mask  # the years are at most one apart


def _facts(p: Pairs) -> Packed:
    left, right, i, j = p.left, p.right, p.i, p.j
    year, month, day = left.year[i], left.month[i], left.day[i]
    known_year, known_month, known_day = right.year[j], right.month[j], right.day[j]
    return packed(
        (year > 0) & (known_year > 0),
        year == known_year,
        month == known_month,
        day == known_day,
        month > 0,
        day > 0,
        known_month > 0,
        known_day > 0,
        left.maybe_year_only[i],
        (month == known_day) & (day == known_month),
        left.alternative[i] == known_year * 10_000 + known_month * 100 + known_day,
        np.abs(year - known_year) <= 1,
    )


def _facts_of_one(p: Pair) -> int:
    left, right = p.left, p.right
    year, month, day = left.year, left.month, left.day
    known_year, known_month, known_day = right.year, right.month, right.day
    return (
        (year > 0 and known_year > 0)
        | (year == known_year) << 1
        | (month == known_month) << 2
        | (day == known_day) << 3
        | (month > 0) << 4
        | (day > 0) << 5
        | (known_month > 0) << 6
        | (known_day > 0) << 7
        | left.maybe_year_only << 8
        | (month == known_day and day == known_month) << 9
        | (left.alternative == known_year * 10_000 + known_month * 100 + known_day) << 10
        | (-1 <= year - known_year <= 1) << 11
    )


def _same_day(d: Dates) -> Mask:
    return d.day & d.left_day & d.month & d.year


def _register_knows_no_more(d: Dates) -> Mask:
    """The register has a year only, or a month only, and as far as it goes the land side agrees."""
    return d.year & (~d.right_month | (~d.right_day & d.month))


def _swapped(d: Dates) -> Mask:
    return d.right_day & ((d.year & d.crossed) | d.alternative)


def _one_part(d: Dates) -> Mask:
    one = (~d.year & d.month & d.day) | (d.year & ~d.month & d.day) | (d.year & d.month & ~d.day)
    return d.left_day & d.right_day & one


def _near_year(d: Dates) -> Mask:
    return (~d.left_day | ~d.right_day | d.disguised) & d.near


_LEVELS: tuple[Level[Dates], ...] = (
    Level("missing", "thiếu ngày sinh ở một bên", "a birth date is missing on one side", lambda d: ~d.known),
    Level("same_day", "cùng ngày, tháng, năm sinh", "the birth dates are the same day", _same_day),
    Level(
        "register_coarse",
        "khớp đến mức cơ sở dữ liệu dân cư có (chỉ có năm hoặc tháng)",
        "the dates agree as far as the register knows (a year or month only)",
        _register_knows_no_more,
    ),
    Level(
        "year_only",
        "cùng năm sinh, hồ sơ chỉ ghi năm",
        "the years agree; the file has the year only",
        lambda d: d.year & ~d.left_month,
    ),
    Level(
        "month_only",
        "cùng tháng và năm sinh, hồ sơ không ghi ngày",
        "month and year agree; the file has no day",
        lambda d: d.year & ~d.left_day & d.month,
    ),
    Level(
        "year_in_disguise",
        "cùng năm sinh; ngày 01/01 trong hồ sơ có thể chỉ là năm",
        "the years agree; 1 January in the file is probably a year in disguise",
        lambda d: d.year & d.disguised,
    ),
    Level("swapped", "ngày và tháng bị đảo", "day and month are keyed the wrong way round", _swapped),
    Level(
        "one_part",
        "khác một thành phần (ngày, tháng hoặc năm)",
        "one of day, month, year differs",
        _one_part,
    ),
    Level("same_year", "chỉ cùng năm sinh", "only the years agree", lambda d: d.year),
    Level("near_year", "năm sinh lệch một năm", "the years differ by one; one side knows no day", _near_year),
    Level("different", "ngày sinh khác nhau", "the birth dates differ"),
)

BIRTH_DATE = Comparison("birth_date", (Step(Dates, _facts, _facts_of_one, _LEVELS),))
