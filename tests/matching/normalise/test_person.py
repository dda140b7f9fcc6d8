"""Register rows: what is read, what is refused and why, and commune codes before and after July 2025."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import InvalidRow
from matching.normalise.person import read_person
from matching.records import IdentityNumber, NumberKind, PartialDate, Person, Sex, Status

ROW: dict[str, str | None] = {
    "personal_id": "068085001234",
    "full_name": "TRẦN VĂN BA",
    "other_names": "",
    "birth_date": "1985-07-20",
    "sex": "male",
    "old_ids": "",
    "permanent_address": "Thôn 3, xã Bảo Lâm 2, Lâm Đồng",
    "commune_code": "25084",
    "status": "alive",
}
BEFORE_JULY_2025 = date(2025, 6, 1)


def _person(*, units_as_of: date | None = None, **cells: str | None) -> Person:
    return read_person(ROW | cells, units_as_of=units_as_of)


def test_a_row_is_a_person() -> None:
    assert _person() == Person(
        personal_id="068085001234",
        full_name="Trần Văn Ba",
        birth_date=PartialDate(1985, 7, 20),
        sex=Sex.MALE,
        address="Thôn 3, xã Bảo Lâm 2, Lâm Đồng",
        communes=("25084",),
        status=Status.ALIVE,
    )


def test_cells_that_may_be_empty_or_absent_are_unknown() -> None:
    person = read_person({"personal_id": " 068085001234 ", "full_name": "Y Bhăm Êban", "birth_date": None})
    assert person == Person("068085001234", "Y Bhăm Êban", PartialDate())


def test_other_names_and_old_numbers_are_lists() -> None:
    person = _person(
        other_names="Trần Ba; TRẦN VĂN TƯ;",
        old_ids="250123456; cmnd9:271460000;cancelled:068085009999;passport:B1234567; C7654321;068085008888",
    )
    assert person.other_names == ("Trần Ba", "Trần Văn Tư")
    assert person.old_numbers == (
        IdentityNumber(NumberKind.CMND9, "250123456"),
        IdentityNumber(NumberKind.CMND9, "271460000", flags=("cmnd_issued_twice",)),
        IdentityNumber(NumberKind.PASSPORT, "B1234567"),
        IdentityNumber(NumberKind.PASSPORT, "C7654321"),
    )
    assert person.cancelled_ids == ("068085009999", "068085008888")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1985", PartialDate(1985)), ("1985-07", PartialDate(1985, 7)), ("1984-02-29", PartialDate(1984, 2, 29))],
)
def test_a_birth_date_is_as_exact_as_the_register_knows_it(text: str, expected: PartialDate) -> None:
    assert _person(birth_date=text).birth_date == expected


@pytest.mark.parametrize(("text", "expected"), [("female", Sex.FEMALE), ("Nữ", Sex.FEMALE), ("NAM", Sex.MALE)])
def test_sex_is_read_in_both_languages(text: str, expected: Sex) -> None:
    assert _person(sex=text).sex is expected


@pytest.mark.parametrize("status", list(Status))
def test_every_status_is_read(status: Status) -> None:
    assert _person(status=str(status)).status is status


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("personal_id", "", "missing"),
        ("personal_id", "68085001234", "not_12_digits"),
        ("personal_id", "06808500123O", "not_12_digits"),
        ("personal_id", "０６８０８５００１２３４", "not_12_digits"),
        ("personal_id", "003085001234", "invalid_region"),
        ("personal_id", "068485001234", "invalid_century"),
        ("personal_id", "068385001234", "future_year"),
        ("personal_id", "111111111111", "placeholder"),
        ("full_name", " ", "missing"),
        ("birth_date", "20/07/1985", "not_a_date"),
        ("birth_date", "1985-02-29", "impossible_date"),
        ("birth_date", "1985-13", "impossible_date"),
        ("birth_date", "1985-00-01", "impossible_date"),
        ("birth_date", "1985-07-00", "impossible_date"),
        ("birth_date", "2985", "impossible_year"),
        ("sex", "khác", "unknown_sex"),
        ("status", "gone", "unknown_status"),
        ("commune_code", "2508", "not_5_digits"),
        ("commune_code", "25O84", "not_5_digits"),
        ("old_ids", "12345", "unknown_number"),
        ("old_ids", "cmnd9:12345678", "unknown_number"),
        ("old_ids", "visa:123456789", "unknown_number"),
    ],
)
def test_a_row_that_is_not_right_is_refused_with_field_and_reason(field: str, text: str, reason: str) -> None:
    with pytest.raises(InvalidRow) as refused:
        _person(**{field: text})
    assert (refused.value.field, refused.value.reason) == (field, reason)
    assert not text.strip() or text not in str(refused.value)


def test_a_commune_code_means_what_its_list_meant() -> None:
    assert _person(commune_code="25018").communes == ("25018",)
    assert _person(commune_code="22978").communes == ("22978",)
    assert _person(commune_code="22978", units_as_of=BEFORE_JULY_2025).communes == ("22972", "22978")
    assert _person(commune_code="25078", units_as_of=BEFORE_JULY_2025).communes != ()


def test_an_unknown_commune_code_leaves_the_communes_to_the_address() -> None:
    assert _person(commune_code="99999").communes == ("25084",)
    assert _person(commune_code="").communes == ("25084",)
    assert _person(commune_code="99999", permanent_address="").communes == ()


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.one_of(st.none(), st.text(max_size=30))))
def test_any_row_is_a_person_or_refused(cells: dict[str, Any]) -> None:
    try:
        person = read_person(ROW | cells)
    except InvalidRow:
        return
    assert len(person.personal_id) == 12
    assert person.full_name
