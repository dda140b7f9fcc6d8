"""Records: golden records and the subjects that they become, and what holds for any record."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalise import normalise, normalise_all
from matching.normalise.flags import FLAGS
from matching.records import CellType, CleanRecord, CleanSubject, Kind, RawRecord, Role, Sex

TODAY: Final = date(2026, 11, 22)
CASES: Final[list[dict[str, Any]]] = yaml.load(
    (Path(__file__).parents[2] / "cases" / "records.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
CARD: Final = "068085001234|250123456|Trần Văn Ba|20071985|Nam|xã Lộc An, Bảo Lâm, Lâm Đồng|10052021"


def _raw(cells: dict[str, str]) -> RawRecord:
    derived = cells.get("sex_derived") == "true"
    return RawRecord(**{name: cell for name, cell in cells.items() if name != "sex_derived"}, sex_derived=derived)


def _clean(**cells: Any) -> CleanRecord:
    return normalise(RawRecord(**cells), as_of=TODAY)


def _seen(subject: CleanSubject) -> dict[str, Any]:
    """A subject as a golden case states it, without what is at its default."""
    sex = subject.sex.name.lower() + ("" if subject.sex_is_evidence else " (no evidence)")
    birth = subject.birth_date
    seen = {
        "kind": str(subject.kind) if subject.kind is not Kind.PERSON else None,
        "name": subject.full_name,
        "role": subject.role,
        "numbers": [number.value for number in subject.numbers] or None,
        "date": str(birth.date) if birth is not None else None,
        "or": str(birth.alternative) if birth is not None and birth.alternative is not None else None,
        "sex": sex if subject.sex is not Sex.UNKNOWN else None,
        "status": subject.status_claimed,
        "placeholder": "true" if subject.placeholder else None,
        "flags": [flag for flag in subject.flags if flag not in subject.address.flags] or None,
    }
    return {field: value for field, value in seen.items() if value is not None}


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{str(case['record'])[:60]}" for n, case in enumerate(CASES)])
def test_a_golden_record_becomes_the_subjects_it_should(case: dict[str, Any]) -> None:
    clean = normalise(_raw(case["record"]), as_of=TODAY)
    assert [_seen(subject) for subject in clean.subjects] == case["subjects"]
    assert list(clean.flags) == case.get("flags", [])
    assert clean.household == (case.get("household") == "true")
    assert [subject.subject_no for subject in clean.subjects] == list(range(1, len(clean.subjects) + 1))


def test_each_subject_has_the_address_of_the_record() -> None:
    record = _clean(full_name="Trần Văn Ba, Lê Thị Mỹ", address="xã Lộc An, huyện Bảo Lâm, tỉnh Lâm Đồng")
    assert [subject.address.communes for subject in record.subjects] == [("25084",), ("25084",)]


def test_a_card_gives_its_address_only_where_the_record_has_none() -> None:
    (subject,) = _clean(full_name="Trần Văn Ba", card_qr=CARD).subjects
    assert subject.address.communes == ("25084",)
    (subject,) = _clean(full_name="Trần Văn Ba", card_qr=CARD, address="phường 10, Đà Lạt, Lâm Đồng").subjects
    assert subject.address.communes == ("24781",)


def test_the_flags_of_a_subject_are_all_flags_of_its_cells() -> None:
    (subject,) = _clean(full_name="Trần Văn Ba", id_number="68085001234", birth_date="1/2/1985").subjects
    assert subject.flags == ("zero_restored", "dm_ambiguous")


def test_a_date_cell_is_read_as_a_serial() -> None:
    (subject,) = _clean(full_name="Trần Văn Ba", birth_date="31248", birth_date_cell=CellType.DATE).subjects
    assert subject.birth_date is not None
    assert str(subject.birth_date.date) == "1985-07-20"


def test_today_decides_what_is_the_future() -> None:
    raw = RawRecord(full_name="Trần Văn Ba", id_number="068226001234", birth_date="2026")
    (then,) = normalise(raw, as_of=date(2025, 12, 31)).subjects
    (now,) = normalise(raw, as_of=TODAY).subjects
    assert then.flags == ("future_year", "future")
    assert now.flags == ()


def test_people_who_represent_a_body_keep_that_role_whatever_the_role_cell_says() -> None:
    body, person = _clean(full_name="Lê Văn Bảy", organisation_name="Công ty A", role="Cá nhân").subjects
    assert (body.kind, person.role) == (Kind.ORGANISATION, Role.REPRESENTATIVE)


NAME_CELLS: Final[list[str]] = [
    case["cell"]
    for case in yaml.safe_load((Path(__file__).parents[2] / "cases" / "names.yaml").read_text(encoding="utf-8"))
    if "encoding" not in case
]


@pytest.mark.parametrize("cell", NAME_CELLS, ids=[f"{place}-{cell[:40]}" for place, cell in enumerate(NAME_CELLS)])
def test_a_name_whose_letters_are_not_in_its_cell_has_a_flag_that_says_why(cell: str) -> None:
    record = _clean(full_name=cell)
    for subject in record.subjects:
        assert _letters(subject.full_name or "") in _letters(cell) or record.flags or subject.flags


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def test_many_records_are_read_as_each_alone() -> None:
    raws = [RawRecord(full_name=cell, id_number="068085001234") for cell in NAME_CELLS]
    assert normalise_all(raws, as_of=TODAY) == [normalise(raw, as_of=TODAY) for raw in raws]


PIECES: Final = (
    *("Trần Văn Ba", "Lê Thị Mỹ", "bà", "và vợ", "hộ ông", "(đã chết)", "Công ty", "Nam", "Nữ", "xã Lộc An"),
    *("068085001234", "068188004321", "250123456", "000000000", "1985", "20/7/85", "31248", ";", " - ", "\n"),
)
CELLS: Final = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.text(alphabet="0123456789/-;,. \n", max_size=40),
    st.lists(
        st.sampled_from(PIECES),
        max_size=6,
    ).map(" ".join),
)


@given(
    st.fixed_dictionaries(
        dict.fromkeys(("full_name", "id_number", "birth_date", "sex", "address", "organisation_name"), CELLS)
        | {"role": st.sampled_from([None, "Chồng", "Chủ hộ", "gì đó"]), "card_qr": st.sampled_from([None, CARD, "x"])}
        | {"legal_form": st.sampled_from([None, "Vợ chồng", "Tổ chức", "Đồng sử dụng", "Hộ gia đình"])}
        | {"encoding": st.sampled_from([None, "tcvn3", "vni", "?"]), "sex_derived": st.booleans()}
    )
)
@settings(max_examples=300, deadline=None)
def test_any_record_is_read_and_every_flag_is_declared(cells: dict[str, Any]) -> None:
    record = _clean(**cells)
    assert set(record.flags) <= set(FLAGS)
    numbers = [number for subject in record.subjects for number in subject.numbers]
    assert len({id(number) for number in numbers}) == len(numbers)
    for subject in record.subjects:
        assert set(subject.flags) <= set(FLAGS)
        assert len(subject.flags) == len(set(subject.flags))
        assert not (subject.sex is Sex.UNKNOWN and subject.sex_is_evidence)
