"""Slips of a finger are counted as others count them, as far as one may be forgiven."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from jellyfish import damerau_levenshtein_distance

from matching.normalise.address_typos import _slips

KEYS = st.text(st.sampled_from("ab1"), max_size=7)


@given(KEYS, KEYS)
@settings(max_examples=1_000)
def test_no_slip_and_one_are_told_apart_from_more(typed: str, known: str) -> None:
    assert _slips(typed, known) == min(damerau_levenshtein_distance(typed, known), 2)
