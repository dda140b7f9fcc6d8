"""Numbers and dates laid out by column read as if each were written for itself."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.engines.digits import dates, digits
from matching.columns import pack_date, unpack_date
from matching.records import PartialDate

DATES = st.builds(PartialDate, st.integers(0, 9_999), st.integers(0, 12), st.integers(0, 31))


@given(st.lists(st.integers(0, 10**12 - 1)))
def test_numbers_keep_their_leading_zeros_and_zero_is_none(numbers: list[int]) -> None:
    texts = digits(np.array(numbers, dtype=np.int64), 12)
    texts.validate(full=True)
    assert texts.to_pylist() == [f"{number:012d}" if number else None for number in numbers]


@given(st.lists(st.tuples(st.integers(0, 10**9 - 1), st.sampled_from((9, 12)))))
def test_each_number_may_have_a_width_of_its_own(numbers: list[tuple[int, int]]) -> None:
    values = np.array([number for number, _ in numbers], dtype=np.int64)
    texts = digits(values, np.array([width for _, width in numbers], dtype=np.int32))
    texts.validate(full=True)
    assert texts.to_pylist() == [f"{number:0{width}d}" if number else None for number, width in numbers]


@given(st.lists(DATES))
def test_dates_are_written_as_far_as_they_are_known(known: list[PartialDate]) -> None:
    packed = [pack_date(date) for date in known]
    texts = dates(np.array(packed, dtype=np.int32))
    texts.validate(full=True)
    assert texts.to_pylist() == [str(unpack_date(each)) or None for each in packed]


def test_codes_of_five_digits_fill_whole_words() -> None:
    codes = np.arange(0, 100_000, 7, dtype=np.int32)
    assert digits(codes, 5).to_pylist() == [None, *(f"{code:05d}" for code in codes[1:].tolist())]
    assert all(len(one) == len(other) for one, other in pairwise(digits(codes, 5).to_pylist()[1:]))
