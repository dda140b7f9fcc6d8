"""The table of errors: rates are met, bad clerks and old papers err more, and each error does what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.normalise.gazetteer import gazetteer
from matching.synthetic.corruptions import ERRORS, OLD_PAPERS, Chances, Error, UnknownErrors, with_rates
from matching.synthetic.dice import Dice
from matching.synthetic.draft import Draft, Ground, Owner, draft, ground

ROWS = 200_000
HUNG = Owner(
    personal_id="068085001234",
    full_name="Đặng Văn Hùng",
    birth_date="1985-07-20",
    female=False,
    old_numbers=("250123456",),
    cancelled=("068085999999",),
    other_names=("Ba Hùng",),
    address="Số 10 đường Hùng Vương, Thôn 3, Xã Bảo Lâm 2, Tỉnh Lâm Đồng",
    commune="25084",
    deceased=True,
)
LAN = replace(HUNG, personal_id="068186004321", full_name="Lê Thị Mỹ", female=True, birth_date="1986-02-01")
HEN = replace(HUNG, full_name="H'Hen Niê", female=True)
BREM = replace(HUNG, full_name="Čil K'Brèm")
HUYNH = replace(HUNG, full_name="Huỳnh Văn Hòa")
COASTAL = replace(HUNG, commune="22960", address="Số 1 đường Yersin, Khu phố 2, Phường Phan Thiết, Tỉnh Lâm Đồng")


@pytest.fixture(scope="module")
def land() -> Ground:
    return ground(gazetteer())


def cells(land: Ground, owner: Owner = HUNG, seed: int = 0) -> Draft:
    return draft(owner, Dice(np.random.default_rng(seed)), land, spouse=LAN, row_above=LAN)


def error(code: str) -> Error:
    return next(each for each in ERRORS if each.code == code)


def drawn_shares(severity: float = 1.0, old: bool | None = None) -> dict[str, float]:
    rng = np.random.default_rng(7)
    old_paper = rng.random(ROWS) < OLD_PAPERS if old is None else np.full(ROWS, old)
    chances = Chances()
    drawn = chances.draw(rng, np.full(ROWS, severity), old_paper)
    return {
        each.code: float((drawn[:, column] == place).mean())
        for column, group in enumerate(chances.groups)
        for place, each in enumerate(chances.errors[group])
    }


def test_codes_are_unique_and_every_error_names_its_source_and_a_possible_rate() -> None:
    assert len({each.code for each in ERRORS}) == len(ERRORS)
    for each in ERRORS:
        assert 0 < each.rate < 1
        assert 0 < each.on_old_papers < 1
        assert each.description
        assert each.source
        assert each.field in ("name", "number", "birth_date", "sex", "address")


def test_the_rates_of_one_group_leave_room_for_rows_without_an_error() -> None:
    for group, errors in Chances().errors.items():
        assert sum(each.rate for each in errors) < 0.97, group


def test_errors_are_drawn_at_the_rates_of_the_table() -> None:
    shares = drawn_shares()
    for each in ERRORS:
        assert shares[each.code] == pytest.approx(each.rate, rel=0.05, abs=0.0012), each.code


def test_a_clerk_who_is_twice_as_bad_errs_twice_as_often() -> None:
    shares = drawn_shares(severity=2.0)
    for code in ("number.one_digit_off", "name.typo", "birth_date.component_off", "address.missing"):
        assert shares[code] == pytest.approx(2 * error(code).rate, rel=0.08)


def test_old_papers_have_old_numbers_and_years_without_days() -> None:
    on_old, on_new = drawn_shares(old=True), drawn_shares(old=False)
    assert on_old["number.old_only"] > 10 * on_new["number.old_only"]
    assert on_old["birth_date.year_only"] > 5 * on_new["birth_date.year_only"]
    assert on_old["name.typo"] == pytest.approx(on_new["name.typo"], rel=0.15)


def test_rates_can_be_replaced_and_unknown_codes_are_refused() -> None:
    changed = {each.code: each.rate for each in with_rates({"number.missing": 0.5})}
    assert changed["number.missing"] == 0.5
    assert changed["name.typo"] == error("name.typo").rate
    with pytest.raises(UnknownErrors) as refused:
        with_rates({"number.nonsense": 0.1, "name.typo": 1.5})
    assert refused.value.codes == ("number.nonsense", "name.typo")


@pytest.mark.parametrize(
    ("code", "owner", "field", "expected"),
    [
        ("name.accents_lost", HUNG, "name", {"Dang Van Hung"}),
        ("name.middle_dropped", HUNG, "name", {"Đặng Hùng"}),
        ("name.abbreviated", HUNG, "name", {"Đặng V. Hùng", "Đ. V. Hùng", "Đ.V.Hùng", "Đ. Văn Hùng"}),
        ("name.regional", HUYNH, "name", {"Hoàng Văn Hòa"}),
        ("name.reordered", HEN, "name", {"Niê H'Hen"}),
        ("name.alias", HUNG, "name", {"Ba Hùng"}),
        ("name.tone_placement", HUYNH, "name", {"Huỳnh Văn Hoà"}),
        ("name.i_or_y", LAN, "name", {"Lê Thị Mĩ"}),
        ("name.highland_letters", BREM, "name", {"Cil K'Brèm"}),
        ("name.all_capitals", HUNG, "name", {"ĐẶNG VĂN HÙNG"}),
        ("name.d_look_alike", HUNG, "name", {"\u00d0ặng Văn Hùng"}),
        ("number.old_only", HUNG, "number", {"250123456"}),
        ("number.missing", HUNG, "number", {""}),
        ("number.of_spouse", HUNG, "number", {"068186004321"}),
        ("number.cancelled", HUNG, "number", {"068085999999"}),
        ("number.digits_lost", HUNG, "number", {"6.8085E+10"}),
        ("number.scientific", HUNG, "number", {"6.8085001234E+10"}),
        ("number.zeros_lost", HUNG, "number", {"68085001234"}),
        ("number.float_tail", HUNG, "number", {"68085001234.0"}),
        ("birth_date.year_only", HUNG, "birth", {"1985"}),
        ("birth_date.month", HUNG, "birth", {"07/1985"}),
        ("birth_date.first_of_january", HUNG, "birth", {"01/01/1985"}),
        ("birth_date.swapped", LAN, "birth", {"02/01/1986"}),
        ("birth_date.month_first", HUNG, "birth", {"07/20/1985"}),
        ("birth_date.two_digit_year", HUNG, "birth", {"20/07/85"}),
        ("birth_date.dots", HUNG, "birth", {"20.7.1985"}),
        ("birth_date.in_words", HUNG, "birth", {"ngày 20 tháng 07 năm 1985"}),
        ("birth_date.ocr_letters", HUNG, "birth", {"2O/O7/1985"}),
        ("sex.wrong", HUNG, "sex", {"Nữ"}),
        ("sex.one_zero", LAN, "sex", {"0"}),
        ("sex.letters", HUNG, "sex", {"M"}),
        ("sex.from_number", HUNG, "sex", {"Nam"}),
        ("address.no_house", HUNG, "detail", {"Thôn 3"}),
        ("address.no_village", HUNG, "detail", {""}),
    ],
)
def test_an_error_does_what_its_description_says(
    land: Ground, code: str, owner: Owner, field: str, expected: set[str]
) -> None:
    results = set()
    for seed in range(40):
        spoilt = cells(land, owner, seed)
        assert error(code).apply(spoilt)
        results.add(getattr(spoilt, field))
    assert results == expected


@pytest.mark.parametrize("code", [each.code for each in ERRORS])
def test_an_error_changes_the_cells_exactly_when_it_says_so(land: Ground, code: str) -> None:
    def seen(each: Draft) -> tuple[object, ...]:
        return (
            each.name,
            each.number,
            each.birth,
            each.sex,
            each.detail,
            each.levels,
            each.title,
            each.note,
            each.address,
        )

    happened = 0
    for owner in (HUNG, LAN, HEN, BREM, HUYNH, COASTAL, replace(HUNG, birth_date="1956")):
        for seed in range(4):
            each = cells(land, owner, seed)
            if code in (
                "address.former_province",
                "address.no_district",
                "address.wrong_district",
                "address.district_only",
            ):
                error("address.old_units").apply(each)
            before = seen(each)
            each.levels = list(each.levels)
            applied = error(code).apply(each)
            happened += applied
            if code not in ("sex.from_number",):  # where the number is one's own, the sex is right
                assert (seen(each) != before) == applied
    assert happened


def test_a_wrong_digit_is_wrong_by_exactly_one_digit(land: Ground) -> None:
    for seed in range(50):
        each = cells(land, seed=seed)
        error("number.one_digit_off").apply(each)
        assert sum(a != b for a, b in zip(each.number, HUNG.personal_id, strict=True)) == 1


def test_old_units_are_three_levels_that_became_the_present_commune(land: Ground) -> None:
    each = cells(land)
    error("address.old_units").apply(each)
    commune, district, province = each.levels
    assert (district, province) == ("Huyện Bảo Lâm", "Tỉnh Lâm Đồng")
    assert commune in {old.name for old in land.old_of["25084"]}


def test_no_error_breaks_on_empty_cells(land: Ground) -> None:
    nothing = Owner("", "X", "1900", True, (), (), (), "", "", False)
    for each in ERRORS:
        empty = cells(land, nothing)
        empty.birth = empty.sex = empty.detail = ""
        empty.levels = []
        each.apply(empty)
