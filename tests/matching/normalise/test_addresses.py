"""Addresses: the golden cases of DOMAIN 8.4 and many more, and what holds for any text."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalise.address_answer import CONFIDENCE, MOST_COMMUNES
from matching.normalise.address_index import LONGEST_KEY, index
from matching.normalise.address_whole import in_one
from matching.normalise.addresses import read_address, read_cell
from matching.normalise.flags import ADDRESS
from matching.normalise.gazetteer import gazetteer
from matching.normalise.text import fold, is_plain, repair
from matching.records import AddressReading

CASES: Final[list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "addresses.yaml").read_text(encoding="utf-8")
)
HEADS: Final = ("", "Thôn 3, ", "Số 12 đường Lê Lợi, ", "Tổ dân phố Hòa Bình, ", "25/4 Hùng Vương, ", "KP2, ")
OLD: Final = sorted(gazetteer().old_communes)
PRESENT: Final = sorted(gazetteer().communes)


def expected(case: dict[str, Any]) -> set[str]:
    """The codes of the units that a case names."""
    units = gazetteer()
    old = {f"{unit.name}, {unit.district_name}, {unit.province_name}": unit for unit in units.old_communes.values()}
    present = {f"{unit.name}, {units.provinces[unit.province].name}": code for code, unit in units.communes.items()}
    districts = {f"{unit.name}, {units.old_provinces[unit.province].name}": unit for unit in units.districts.values()}
    codes = set(case.get("codes", ()))
    for name in case.get("old", ()):
        codes.update(old[name].successors)
    for name in case.get("district", ()):
        codes.update(districts[name].successors)
    codes.update(present[name] for name in case.get("present", ()))
    if "every" in case:
        codes.update(code for unit in old.values() if unit.name == case["every"] for code in unit.successors)
        codes.update(code for name, code in present.items() if name.startswith(f"{case['every']},"))
    return codes


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_an_address_means_what_its_case_says(case: dict[str, Any]) -> None:
    reading = read_address(case["text"])
    assert set(reading.communes) == expected(case)
    assert reading.level == case.get("level", "commune")
    assert set(case.get("flags", ())) <= set(reading.flags)
    if "provinces" in case:
        assert list(reading.provinces) == case["provinces"]


def test_the_cases_cover_many_provinces() -> None:
    provinces = {province for case in CASES for province in read_address(case["text"]).provinces}
    assert len(CASES) >= 77
    assert len(provinces) >= 8


def test_a_sure_reading_has_a_high_confidence_and_a_doubtful_one_a_low_one() -> None:
    sure = read_address("xã Đinh Lạc, huyện Di Linh, tỉnh Lâm Đồng").confidence
    divided = read_address("xã Hòa Thắng, huyện Bắc Bình, Bình Thuận").confidence
    district = read_address("Đà Lạt, Lâm Đồng").confidence
    inconsistent = read_address("xã Đinh Lạc, huyện Đức Trọng").confidence
    assert sure > 0.95 > divided > 0.5 > district > inconsistent > 0


def test_every_flag_of_an_address_has_a_sentence() -> None:
    assert set(CONFIDENCE) <= set(ADDRESS)
    raised = {flag for case in CASES for flag in read_address(case["text"]).flags}
    assert raised <= set(ADDRESS)


def test_a_name_of_too_many_communes_names_none() -> None:
    reading = read_address("Phường 1, Phường 2, Phường 3, Phường 4, Phường 5")
    assert len(reading.communes) <= MOST_COMMUNES


def test_a_head_that_names_another_district_is_read_too() -> None:
    reading = read_address("TP Bảo Lộc, phường 1, Lâm Đồng")
    assert reading == read_address("phường 1, TP Bảo Lộc, Lâm Đồng")


def test_the_house_number_does_not_change_the_reading() -> None:
    tail = "xã Lộc An, huyện Bảo Lâm, tỉnh Lâm Đồng"
    assert read_address(f"Số 7 đường Hà Nội, thôn 12, {tail}") == read_address(tail)


@pytest.mark.parametrize("text", ["", " ", ",", ",,;;--", "\x00", "'", "1", "P", "P.", "xã", "T.T.T.T", "\u0301", "🙂"])
def test_a_cell_without_an_address_is_unknown(text: str) -> None:
    assert read_address(text) == AddressReading(flags=("unknown_address",))


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    reading = read_address(text)
    assert list(reading.communes) == sorted(set(reading.communes))
    assert len(reading.communes) <= MOST_COMMUNES
    assert 0 <= reading.confidence <= 1
    assert set(reading.flags) <= set(ADDRESS)
    assert gazetteer().communes.keys() >= set(reading.communes)
    assert set(gazetteer().provinces_of(reading.communes)) <= set(reading.provinces)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """An address of a real unit as clerks write it, now and then with a level left out."""
    units = gazetteer()
    head = draw(st.sampled_from(HEADS))
    separator = draw(st.sampled_from([", ", " - ", " ", "; "]))
    if draw(st.booleans()):
        old = units.old_communes[draw(st.sampled_from(OLD))]
        district, province = units.districts[old.district], units.old_provinces[old.province]
        parts = [
            draw(st.sampled_from([old.name, old.short])),
            draw(st.sampled_from([district.name, district.short, ""])),
            draw(st.sampled_from([province.name, province.short, ""])),
        ]
    else:
        commune = units.communes[draw(st.sampled_from(PRESENT))]
        province_name = units.provinces[commune.province].short
        parts = [draw(st.sampled_from([commune.name, commune.short])), draw(st.sampled_from([province_name, ""]))]
    return head + separator.join(filter(None, parts))


@given(addresses())
@settings(max_examples=300, deadline=None)
def test_composition_and_case_do_not_change_the_reading(text: str) -> None:
    reading = read_address(text)
    assert read_address(unicodedata.normalize("NFD", text)) == reading
    assert read_address(text.upper()) == reading
    assert read_address(text.lower()) == reading


@given(addresses())
@settings(max_examples=300, deadline=None)
def test_without_its_accents_an_address_means_at_least_the_same(text: str) -> None:
    plain = read_address(fold(text))
    assert "too_many_communes" in plain.flags or set(read_address(text).communes) <= set(plain.communes)


ODD_PARTS: Final = (
    "Thôn 7",
    "Th. 12",
    "Tân Thành",
    "Lộ 25",
    "12/3 Hà Nội",
    "Lâm Đồg",
    "tphoavang",
    "x.",
    "II",
    "P4 cũ",
    "",
)


@given(addresses(), st.lists(st.sampled_from([*HEADS, *ODD_PARTS, "xã Tân An", "H.Di Linh", "Lâm Đồng"]), max_size=4))
@settings(max_examples=500, deadline=None)
def test_an_address_read_by_its_parts_means_what_it_means_as_one_text(text: str, parts: list[str]) -> None:
    for whole in (", ".join([*parts, text]), ",".join([*parts[1:], text, *parts[:1]])):
        assert read_address(whole) == in_one(repair(whole).lower())[0]


def test_no_name_is_longer_than_what_is_looked_up() -> None:
    assert max(map(len, index())) <= LONGEST_KEY


def test_every_old_address_in_full_means_its_successors() -> None:
    for number, old in enumerate(gazetteer().old_communes.values()):
        text = f"{HEADS[number % len(HEADS)]}{old.name}, {old.district_name}, {old.province_name}"
        assert read_address(text).communes == old.successors, text


def test_every_old_address_without_accents_and_commas_means_its_successors_at_least() -> None:
    for old in gazetteer().old_communes.values():
        text = fold(f"{old.name} {old.district_name} {old.province_name}")
        assert set(read_address(text).communes) >= set(old.successors), text


def test_every_present_address_means_its_commune_and_what_an_old_one_of_its_name_became() -> None:
    units = gazetteer()
    exact = 0
    for code, commune in units.communes.items():
        reading = read_address(f"{commune.name}, {units.provinces[commune.province].name}")
        assert code in reading.communes, commune
        exact += reading.communes == (code,)
    assert exact > 3_000


@pytest.mark.parametrize("piece", ["xã Tân Thành, ", "a", "P10 ", "1/", "Hà Tĩnh tỉnh ", "'", ", ", "\u0301", "tt "])
def test_a_text_of_a_million_characters_is_read_at_once(piece: str) -> None:
    index()
    text = piece * (1_000_000 // len(piece))
    began = time.process_time()
    reading = read_address(text)
    assert time.process_time() - began < 2
    assert "address_too_long" in reading.flags


@given(
    st.lists(
        st.sampled_from(
            [
                "Số 5",
                "Lê Lợi",
                "xã Lộc An",
                "huyện Bảo Lâm",
                "tỉnh Lâm Đồng",
                "P.1",
                "Lâm Ðồng",
                "Bảo\u200bLâm",
                "&",
                "",
            ]
        ),
        min_size=1,
        max_size=6,
    ).map(", ".join)
)
@settings(max_examples=500, deadline=None)
def test_a_cell_is_said_to_need_no_repair_only_where_that_is_so(cell: str) -> None:
    reading, plain = read_cell(cell)

    assert reading == read_address(cell)
    assert is_plain(cell) or not plain
