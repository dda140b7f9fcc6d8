"""Numbers of an address are put to zero wherever they stand."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from matching.normalise.address_index import numberless


@given(st.text(st.sampled_from("019aă /-,\u0661²"), max_size=30))
def test_every_run_of_digits_becomes_one_zero_and_nothing_else_changes(text: str) -> None:
    assert numberless(text) == re.sub("[0-9]+", "0", text)
