"""The short way leads to the answers of the full way, whoever else lives in the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.candidates import MemoryCandidates
from matching.cascade import LEAST_ROWS, SurveyedSource, faults, settle
from matching.columns import stored
from matching.land_columns import land_columns
from matching.link import Question, link_columns
from matching.model import default_model
from matching.records import CleanRecord, CleanSubject, Person, Sex, Trust
from matching.snapshot import SnapshotCandidates, SnapshotRow, write_snapshot
from tests.factories import number, person, subject

TODAY = date(2026, 11, 22)
# Few values, close to each other: twins, namesakes, fathers and sons, numbers a digit apart, one commune.
NAMES = (
    "Trần Văn Ba",
    "Trần Văn Bá",
    "Tran Van Ba",
    "Trần Ba",
    "Trần Ba Văn",
    "Lê Thị Hồng",
    "Lê Thị Hường",
    "Lê Thị Hông",
    "Huỳnh Văn An",
    "Hoàng Văn An",
)
BIRTHS = ("1985-07-20", "1985-07-02", "1985-02-07", "1985-07", "1985", "1986-07-20", "1984")
NUMBERS = tuple(f"0680850{serial:05d}" for serial in (1234, 1235, 1243, 2234, 91234, 1111, 7777, 55555))
OLD = ((), ("250123456",), ("250123457",), ("250123456", "250999999"))
PLACES = ((), ("25084",), ("24988",), ("25084", "24988"))

people = st.lists(
    st.builds(
        person,
        st.sampled_from(NUMBERS),
        st.sampled_from(NAMES),
        st.sampled_from(BIRTHS),
        sex=st.sampled_from(Sex),
        old_ids=st.sampled_from(OLD),
        communes=st.sampled_from(PLACES[1:3]),
        other_names=st.sampled_from(((), ("Trần Văn Ba",), ("Lê Hồng",))),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda each: each.personal_id,
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "full_name": st.sampled_from(NAMES),
        "birth_date": st.sampled_from(BIRTHS),
        "communes": st.sampled_from(PLACES),
        "numbers": st.lists(st.sampled_from([*NUMBERS, "250123456", "250123457"]), max_size=2).map(tuple),
        "sex": st.sampled_from(Sex),
        "alternative": st.sampled_from(("", "1985-02-07")),
    },
)


def _register(everybody: Sequence[Person], folder: Path, *, size: int) -> SnapshotCandidates:
    """The people as a snapshot whose statistics are those of a register of so many."""
    memory = MemoryCandidates(everybody)
    rows = [SnapshotRow(stored(each), each.full_name) for each in sorted(everybody, key=lambda p: p.personal_id)]
    statistics = replace(memory.statistics, size=size)
    write_snapshot(folder, [rows], statistics=statistics, stamp=memory.stamp)
    return SnapshotCandidates(folder)


def _as_recorded(each: Person, **changed: object) -> CleanSubject:
    """A land user who is this person, but for what has changed."""
    values: dict[str, object] = {
        "full_name": each.full_name,
        "numbers": (each.personal_id,),
        "birth_date": str(each.birth_date),
        "sex": each.sex,
        "communes": each.communes,
    }
    return subject(**(values | changed))  # type: ignore[arg-type]


def _answers(records: Sequence[CleanRecord], question: Question) -> list[object]:
    return [*link_columns(records, question).answers()]


@settings(max_examples=60)
@given(
    everybody=people, changed=st.lists(changes, min_size=1, max_size=12), size=st.sampled_from((8, 10_000, 4_000_000))
)
def test_the_short_way_and_the_full_way_lead_to_the_same_answers(
    everybody: list[Person], changed: list[dict[str, object]], size: int
) -> None:
    land = [_as_recorded(each, **some) for each in everybody for some in ({}, *changed)]
    records = [CleanRecord(None, (each,)) for each in (land * (LEAST_ROWS // len(land) + 1))]
    with TemporaryDirectory() as folder:
        question = Question(_register(everybody, Path(folder), size=size), default_model(), TODAY)
        assert _answers(records, question) == _answers(records, replace(question, cascade=False))


@pytest.fixture
def register(tmp_path: Path) -> SnapshotCandidates:
    """Strangers to each other, but for two whose numbers are a digit apart and who have one given name."""
    everybody = [
        person(NUMBERS[0], "Trần Văn Ba", "1985-07-20", old_ids=("250123456",)),
        person(NUMBERS[6], "Lê Thị Hồng", "1985-01-30", old_ids=()),
        person("068070000001", "Phạm Quốc Hùng", "1970-03-04", old_ids=()),
        person("068070000002", "Nguyễn Mạnh Hùng", "1970-05-06", old_ids=()),
    ]
    return _register(everybody, tmp_path / "snapshot", size=4_000_000)


def _settled(register: SnapshotCandidates, *land: CleanSubject) -> list[int]:
    found = settle(land_columns(land), register, default_model(), TODAY)
    return [] if found is None else found.rows.tolist()


def test_who_agrees_in_number_name_and_date_is_settled(register: SnapshotCandidates) -> None:
    full = subject("Trần Văn Ba", (NUMBERS[0],), "1985-07-20", communes=("25084",))
    old = subject("Trần Văn Ba", ("250123456",), "1985", communes=("25084",))
    restored = subject("Lê Thị Hồng", (number(NUMBERS[6], trust=Trust.ZERO_RESTORED),), "1985-01-30")
    assert _settled(register, full, old, restored) == [0, 1, 2]


@pytest.mark.parametrize(
    "doubtful",
    [
        subject("Trần Văn Ba", (), "1985-07-20"),
        subject("Trần Văn Bá", (NUMBERS[0],), "1985-07-20"),
        subject("Trần Văn Ba", (NUMBERS[0],), "1985-07-21"),
        subject("Trần Văn Ba", (NUMBERS[0], NUMBERS[6]), "1985-07-20"),
        subject("Trần Văn Ba", (NUMBERS[0],), "1985-07-20", communes=("24988",)),
    ],
    ids=["no number", "another accent", "another day", "two people's numbers", "another commune"],
)
def test_whatever_disagrees_takes_the_full_way(register: SnapshotCandidates, doubtful: CleanSubject) -> None:
    assert _settled(register, doubtful) == []


def test_people_of_one_given_name_whose_numbers_are_a_digit_apart_are_counted(register: SnapshotCandidates) -> None:
    crowd = register.crowd(np.arange(4))
    assert crowd.near.tolist() == [1, 1, 0, 0]


def test_thresholds_that_no_published_probability_reaches_are_a_fault() -> None:
    assert list(faults(default_model())) == []
    assert len(list(faults(replace(default_model(), full_probability=0.99999)))) == 1


def test_a_model_that_compares_fewer_people_than_were_counted_takes_the_full_way(register: SnapshotCandidates) -> None:
    plain = subject("Trần Văn Ba", (NUMBERS[0],), "1985-07-20", communes=("25084",))
    assert settle(land_columns([plain]), register, replace(default_model(), max_block=255), TODAY) is None


def test_only_a_register_that_was_surveyed_offers_the_short_way(register: SnapshotCandidates) -> None:
    assert isinstance(register, SurveyedSource)
    assert not isinstance(MemoryCandidates([person()]), SurveyedSource)
