"""Names: the golden cases of DOMAIN 8.1 and many more, and what must hold for any text."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.normalise.flags import NAME, SHARED
from matching.normalise.legacy_encodings import decode
from matching.normalise.names import LONGEST_CELL, read_names
from matching.normalise.text import fold, spelling_key
from matching.records import Kind, NamedSubject, NameReading, Role, Sex, Status

CASES: Final[list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "names.yaml").read_text(encoding="utf-8")
)


def _expected(case: dict[str, Any]) -> NameReading:
    """The reading that a golden case states; what it leaves out is the default."""
    subjects = tuple(
        NamedSubject(
            kind=Kind(subject.get("kind", "person")),
            full_name=subject["name"],
            role=Role(subject["role"]) if "role" in subject else None,
            sex=Sex[subject.get("sex", "unknown").upper()],
            status_claimed=Status(subject["status"]) if "status" in subject else None,
            abbreviated=subject.get("abbreviated", False),
            flags=tuple(subject.get("flags", ())),
        )
        for subject in case["subjects"]
    )
    return NameReading(subjects, case.get("household", False), tuple(case.get("flags", ())))


@pytest.mark.parametrize("case", CASES, ids=[f"{place}-{case['cell'][:40]}" for place, case in enumerate(CASES)])
def test_a_golden_cell_names_whom_it_should(case: dict[str, Any]) -> None:
    cell = decode(case["cell"], case["encoding"]) if "encoding" in case else case["cell"]
    assert read_names(cell) == _expected(case)


def test_there_are_enough_golden_cases_and_none_twice() -> None:
    cells = [(case["cell"], case.get("encoding")) for case in CASES]
    assert len(cells) == len(set(cells))
    assert len(cells) >= 137


@pytest.mark.parametrize("case", CASES, ids=[f"{place}-{case['cell'][:40]}" for place, case in enumerate(CASES)])
def test_decomposed_text_and_other_case_change_nothing(case: dict[str, Any]) -> None:
    if "encoding" in case:
        return
    cell = case["cell"]
    expected = _without_case(read_names(cell))
    assert _without_case(read_names(unicodedata.normalize("NFD", cell))) == expected
    assert _without_case(read_names(cell.upper())) == expected
    assert _without_case(read_names(cell.lower())) == expected


def _without_case(reading: NameReading) -> list[tuple[object, ...]]:
    subjects = [(s.kind, spelling_key(s.full_name), s.role, s.sex, s.status_claimed, s.flags) for s in reading.subjects]
    return [*subjects, (reading.household, reading.flags)]


@pytest.mark.parametrize("case", CASES, ids=[f"{place}-{case['cell'][:40]}" for place, case in enumerate(CASES)])
def test_a_name_read_again_stays_the_same(case: dict[str, Any]) -> None:
    cell = decode(case["cell"], case["encoding"]) if "encoding" in case else case["cell"]
    for subject in read_names(cell).subjects:
        if subject.kind is Kind.PERSON:
            assert [s.full_name for s in read_names(subject.full_name).subjects] == [subject.full_name]


def test_every_flag_that_is_raised_is_declared() -> None:
    for case in CASES:
        reading = read_names(case["cell"])
        for flag in (*reading.flags, *(flag for subject in reading.subjects for flag in subject.flags)):
            assert flag in NAME.keys() | SHARED.keys(), flag


SURNAMES: Final = ["Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Hồ", "Đoàn", "Trương", "Công", "Chu", "Cù", "Văn", "Ngân"]
MIDDLES: Final = ["Văn", "Thị", "Đức", "Công", "Ngọc", "Trường", "Hội", "Bá", "Anh", "Quốc", "Minh"]
GIVEN: Final = ["Ba", "Bà", "Anh", "Hộ", "Phong", "Chùa", "Tư", "Mất", "Sinh", "Tại", "Con", "Trường", "Đoàn", "Hùng"]
# "Con", "Em", "Bà", "Hộ", "Mất", "Nam" alone in a list say something of whoever was named before.
AMONG_OTHERS: Final = ["Ba", "Anh", "Phong", "Chùa", "Tư", "Sinh", "Tại", "Trường", "Đoàn", "Hùng", "Năm", "Chú"]
WORDS: Final = [
    *[
        "ông",
        "Bà",
        "hộ",
        "vợ",
        "chồng",
        "và",
        "con ông",
        "vợ là",
        "Công ty",
        "UBND",
        "đại diện",
        "(",
        ")",
        ",",
        ";",
        "-",
        "/",
    ],
    *[
        "\n",
        "1.",
        "2.",
        "1956",
        "CMND",
        "tức",
        "đã chết",
        "cố",
        "Thôn",
        "K'",
        "H'Hen",
        "Ka",
        "Y",
        "Nguyễn",
        "Trần Văn",
        "Lê",
    ],
    *[
        "Thị",
        "Hoa",
        "A",
        "B.",
        "và vợ",
        "#N/A",
        "+",
        "&",
        "do ông",
        "người đại diện",
        "chủ hộ",
        "thành viên",
        ":",
        "là",
        "Hùng",
    ],
]
plain_names = st.builds("{} {} {}".format, st.sampled_from(SURNAMES), st.sampled_from(MIDDLES), st.sampled_from(GIVEN))
messy_cells = st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)


@given(st.text(max_size=80))
@example("'")
@example("K' ")
@example("ß ŉ İ 𝐍𝐠𝐮𝐲𝐞̂̃𝐧")
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_only_blank_text_names_nobody(cell: str) -> None:
    reading = read_names(cell)
    assert reading.subjects or not cell.strip() or not any(letter.isprintable() and letter.strip() for letter in cell)


@given(messy_cells)
@settings(max_examples=500, deadline=None)
def test_any_mixture_of_phrases_is_read_into_subjects_with_names(cell: str) -> None:
    reading = read_names(cell)
    assert bool(reading.subjects) is bool(cell.strip())
    assert all(subject.full_name.strip() for subject in reading.subjects)
    assert ("several_owners" in reading.flags) <= (len(reading.subjects) > 1)


@given(plain_names)
@settings(max_examples=300, deadline=None)
def test_a_plain_name_keeps_every_letter_however_it_is_typed(name: str) -> None:
    for cell in (name, name.upper(), name.lower(), unicodedata.normalize("NFD", name), f"  {name}. ", fold(name)):
        (subject,) = read_names(cell).subjects
        assert subject.kind is Kind.PERSON
        assert fold(subject.full_name) == fold(name)
        assert subject.role is None


@given(
    st.lists(st.sampled_from([*SURNAMES, *MIDDLES, *GIVEN, "Ka", "Y", "gia", "đình", "thôn"]), min_size=1, max_size=6)
)
@settings(max_examples=500, deadline=None)
def test_the_short_way_for_plain_names_gives_what_the_full_reading_gives(words: list[str]) -> None:
    for name in (" ".join(words), " ".join(words).upper(), fold(" ".join(words))):
        assert read_names(name) == read_names(f" {name} ")


@given(plain_names.filter(lambda name: " Thị " not in name), plain_names.filter(lambda name: " Văn " not in name))
@settings(max_examples=200, deadline=None)
def test_a_couple_is_two_people_however_it_is_joined(husband: str, wife: str) -> None:
    for cell in (
        f"Hộ ông {husband} và vợ là bà {wife}",
        f"Ông: {husband}, vợ: {wife}",
        f"{husband} (chồng); {wife} (vợ)",
        f"chồng là {husband}\nvợ là {wife}",
    ):
        subjects = read_names(cell).subjects
        assert [(fold(s.full_name), s.role, s.sex) for s in subjects] == [
            (fold(husband), Role.HUSBAND, Sex.MALE),
            (fold(wife), Role.WIFE, Sex.FEMALE),
        ]


@given(
    st.lists(
        st.builds("{} {} Hùng".format, st.sampled_from(SURNAMES[:4]), st.sampled_from(MIDDLES[:3])),
        min_size=2,
        max_size=5,
    )
)
@settings(max_examples=100, deadline=None)
def test_a_list_is_as_many_people_as_it_names(names: list[str]) -> None:
    numbered = " ".join(f"{place}. {name}" for place, name in enumerate(names, 1))
    for cell in (", ".join(names), "; ".join(names), "\n".join(names), " và ".join(names), " - ".join(names), numbered):
        assert [subject.full_name for subject in read_names(cell).subjects] == names


@given(
    plain_names,
    st.lists(st.sampled_from(AMONG_OTHERS), min_size=1, max_size=4),
    st.sampled_from([", ", " và ", "; ", " + ", "\n", " - "]),
)
@settings(max_examples=300, deadline=None)
def test_no_given_name_of_a_list_is_lost(name: str, others: list[str], mark: str) -> None:
    subjects = read_names(mark.join([name, *others])).subjects
    kept = " ".join(subject.full_name for subject in subjects).split()
    assert {*name.split(), *others} <= set(kept)


def test_the_longest_cell_is_read_in_bounded_time() -> None:
    for part in ("Nguyễn Văn Hùng, ", "và ", "(", "ông bà ", "1. ", "K' ", "a", "Công ty ", "́", "vợ là ", "...", "\n"):
        cell = part * (1_000_000 // len(part))
        begun = time.process_time()
        reading = read_names(cell)
        assert time.process_time() - begun < 1
        assert "too_long" in reading.flags or not reading.subjects
        assert len(reading.subjects) <= LONGEST_CELL
