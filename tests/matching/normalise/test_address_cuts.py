"""Addresses without commas: where they may be cut, and that a cut changes no reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalise.address_cuts import at_dashes, before_titles, is_bridged, joined_again
from matching.normalise.address_whole import in_one
from matching.normalise.addresses import read_address
from matching.normalise.text import repair

PIECES = (
    "Số 12 Lê Lợi",
    "SN 3 đường Quốc lộ 28",
    "thôn 5",
    "1.1",
    "Huế",
    "xã Tân Hà",
    "X. Trà Tân",
    "P. 1",
    "phường 1 Bảo Lộc",
    "huyện Đức Linh",
    "H.Đơn Dương",
    "TP. Hà Giang",
    "huyện Sơn Tịnh",
    "tỉnh Lâm Đồng",
    "Bình Thuận",
    "T. Bà Rịa - Vũng Tàu",
)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5), st.sampled_from((" - ", "- ", " ", " -")))
@settings(max_examples=400, deadline=None)
def test_an_address_cut_at_dashes_or_titles_is_read_as_one_text_is(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    assert read_address(text) == in_one(repair(text).lower())[0]


def test_a_dash_within_a_name_sets_nothing_apart() -> None:
    parts = at_dashes("Phường 1 - Bà Rịa - Vũng Tàu")
    assert joined_again(parts, parts) == ["Phường 1", " Bà Rịa - Vũng Tàu"]


def test_a_row_is_cut_at_the_last_commune_and_before_its_parents() -> None:
    head, parts = before_titles("số 5 thôn 1 xã tà đùng huyện đắk glong tỉnh đắk nông")
    assert head == "số 5 thôn 1 "
    assert parts == ["xã tà đùng", "huyện đắk glong", "tỉnh đắk nông"]
    assert before_titles("trà tân, đức linh") == ("trà tân, đức linh", [])


@pytest.mark.parametrize(
    ("left", "right", "bridged"),
    [
        ("xã hà sơn", "tịnh thanh hóa", True),  # Sơn Tịnh
        ("huyện đơn dương", "tỉnh lâm đồng", True),  # "đường tỉnh" is a title
        ("thôn 1", "5 lê lợi", True),  # digits beside digits
        ("xã bảo lâm", "2", True),
        ("xã trà tân", "huyện đức linh", False),
        ("thôn 12", "xã trà tân", False),
    ],
)
def test_parts_are_apart_unless_a_name_may_reach_across(left: str, right: str, bridged: bool) -> None:
    assert is_bridged(left, right) == bridged
