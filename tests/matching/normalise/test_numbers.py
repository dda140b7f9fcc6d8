"""Identity numbers: the golden cases of DOMAIN 8.2 and many more, the card's QR line, and what holds for any text."""

from __future__ import annotations

import string
import time
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalise.flags import NUMBER, SHARED
from matching.normalise.number_tables import COUNTRIES, PROVINCES
from matching.normalise.numbers import CardReading, read_card, read_numbers
from matching.records import IdentityNumber, NumberKind, PartialDate, Sex, Trust

LATEST: Final = 2026
CASES: Final[list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "numbers.yaml").read_text(encoding="utf-8")
)


def _expected(stated: dict[str, Any]) -> IdentityNumber:
    """The number that a golden case states; what 12 digits say is worked out by the rule of DOMAIN 1.1."""
    name, _, value = stated["is"].partition(" ")
    value, kind = value.strip('"'), NumberKind(name)
    flags = tuple(stated.get("flags", ()))
    if kind is NumberKind.UNREADABLE:
        return IdentityNumber(kind, value, Trust.NONE, flags=flags)
    trust = Trust[stated.get("trust", "as_written").upper()]
    if kind is not NumberKind.PERSONAL:
        return IdentityNumber(kind, value, trust, flags=flags)
    sex = Sex.FEMALE if int(value[3]) % 2 else Sex.MALE
    year = 1900 + int(value[3]) // 2 * 100 + int(value[4:6])
    assert stated.get("sex", sex.name.lower()) == sex.name.lower()
    assert stated.get("year", year) == year
    assert stated.get("region", value[:3]) == value[:3]
    return IdentityNumber(kind, value, trust, sex, year, value[:3], flags)


def _value(cell: str) -> list[tuple[NumberKind, str]]:
    return [(number.kind, number.value) for number in read_numbers(cell, latest=LATEST)]


@pytest.mark.parametrize("case", CASES, ids=[f"{place}-{case['cell'][:40]}" for place, case in enumerate(CASES)])
def test_a_golden_cell_holds_the_numbers_it_should(case: dict[str, Any]) -> None:
    assert list(read_numbers(case["cell"], latest=LATEST)) == [_expected(stated) for stated in case["numbers"]]


def test_there_are_enough_golden_cases_and_none_twice() -> None:
    cells = [case["cell"] for case in CASES]
    assert len(cells) == len(set(cells))
    assert len(cells) >= 18 * 4


def test_there_are_63_provinces_and_195_countries() -> None:
    assert len(PROVINCES) == 63
    assert list(COUNTRIES) == [str(code) for code in range(101, 296)]


def test_no_number_of_a_province_or_country_that_does_not_exist_is_read() -> None:
    for region in range(1000):
        (number,) = read_numbers(f"{region:03}085001234", latest=LATEST)
        known = f"{region:03}" in PROVINCES or f"{region:03}" in COUNTRIES
        assert (number.kind is NumberKind.PERSONAL) == known


@pytest.mark.parametrize("latest", [1985, 2000, 2026])
def test_nobody_is_born_after_the_year_given(latest: int) -> None:
    (number,) = read_numbers("068185001234", latest=latest)
    (later,) = read_numbers(f"0682{(latest + 1) % 100:02}001234", latest=latest)
    assert number.birth_year == 1985
    assert later.kind is NumberKind.UNREADABLE


def test_a_long_cell_is_read_up_to_a_bound_and_says_so() -> None:
    numbers = read_numbers("068085001234; " * 1000, latest=LATEST)
    assert [number.flags for number in numbers] == [("repeated", "cell_cut")]
    assert len(read_numbers("".join(f"068085{n:06}; " for n in range(1, 99)), latest=LATEST)) == 98


@given(st.text(max_size=80))
def test_any_text_is_read_and_every_flag_is_declared(cell: str) -> None:
    for number in read_numbers(cell, latest=LATEST):
        assert set(number.flags) <= set(NUMBER) | set(SHARED)
        assert (number.trust is Trust.NONE) == (number.kind is NumberKind.UNREADABLE)
        assert number.value or number.kind is NumberKind.UNREADABLE
        assert number.kind is not NumberKind.PERSONAL or len(number.value) == 12
        assert number.kind is not NumberKind.CMND9 or len(number.value) == 9


@given(st.text(alphabet=string.digits + " .,-/|;:\n'OoIlSBQEe+CMNDcapvàngày", max_size=60))
@settings(max_examples=300)
def test_a_value_read_again_is_the_same(cell: str) -> None:
    for number in read_numbers(cell, latest=LATEST):
        if number.value and number.kind is not NumberKind.OTHER and "passport_foreign" not in number.flags:
            assert (number.kind, number.value) in _value(number.value)


@given(st.integers(0, 10**12 - 1))
def test_marks_between_the_digits_change_nothing(number: int) -> None:
    plain = f"{number:012}"
    grouped = f"{plain[:3]} {plain[3:6]}.{plain[6:9]} {plain[9:]}"
    if _value(plain)[0][0] is NumberKind.PERSONAL and plain[0] == "0":
        assert _value(grouped) == _value(plain)
        assert _value(f"CCCD số: {plain}, cấp ngày 01/02/2021") == _value(plain)


@pytest.mark.parametrize("piece", ["0", "1 ", "12/", "a", "|", "cap ", "6.8E", "068 085 001 234 ", "́̂", "cmnd", ". "])
def test_reading_takes_time_linear_in_the_text(piece: str) -> None:
    start = time.process_time()
    read_numbers(piece * 100_000, latest=LATEST)
    assert time.process_time() - start < 2


CARD: Final = "068085001234|250123456|Trần Văn Ba|20071985|Nam|Thôn 1, Lộc An, Bảo Lâm, Lâm Đồng|10052021"


def test_a_card_says_both_numbers_name_day_sex_and_address() -> None:
    card = read_card(CARD, latest=LATEST)
    assert card.personal is not None
    assert card.personal.value == "068085001234"
    assert card.old is not None
    assert (card.old.kind, card.old.value) == (NumberKind.CMND9, "250123456")
    assert card.full_name == "Trần Văn Ba"
    assert card.birth_date is not None
    assert card.birth_date.date == PartialDate(1985, 7, 20)
    assert card.sex is Sex.MALE
    assert card.address == "Thôn 1, Lộc An, Bảo Lâm, Lâm Đồng"
    assert card.flags == ()


def test_a_card_leaves_no_doubt_about_day_and_month() -> None:
    card = read_card(CARD.replace("20071985", "05061985"), latest=LATEST)
    assert card.birth_date is not None
    assert card.birth_date.date == PartialDate(1985, 6, 5)
    assert card.birth_date.alternative is None
    assert card.birth_date.flags == ()


def test_a_card_without_an_old_number_or_with_more_fields_is_read() -> None:
    card = read_card("068085001234||Trần Văn Ba|20071985|Nam|Lộc An|10052021||Trần Văn Tư|Lê Thị Năm|", latest=LATEST)
    assert card.personal is not None
    assert card.old is None
    assert card.full_name == "Trần Văn Ba"


@pytest.mark.parametrize(
    "qr", ["", "abc", "068085001234", CARD.replace("068085001234", "003085001234"), "1|2|3|4|5|6|7"]
)
def test_what_is_no_card_is_flagged(qr: str) -> None:
    assert read_card(qr, latest=LATEST) == CardReading(flags=("card_unreadable",))


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_is_read_as_a_card_or_flagged(text: str, more: str) -> None:
    assert read_card(text, latest=LATEST).flags in ((), ("card_unreadable",))
    read_card(f"068085001234|{more}|{text}|{more}|{more}|{text}", latest=LATEST)
