"""Records behave alike as Python and compiled: equal by value, hashable, sorted by time, copied and pickled whole."""

from __future__ import annotations

import pickle
from copy import deepcopy
from dataclasses import asdict, fields, replace

import pytest

from matching.records import BirthDate, CleanSubject, IdentityNumber, Kind, NumberKind, PartialDate, RawRecord, Sex

SUBJECT = CleanSubject(
    1,
    Kind.PERSON,
    full_name="Trần Văn Ba",
    numbers=(IdentityNumber(NumberKind.CMND9, "250123456"),),
    birth_date=BirthDate(PartialDate(1985, 7), flags=("day_without_month",)),
    sex=Sex.MALE,
)


def test_records_are_equal_by_value_and_may_stand_in_sets() -> None:
    same = replace(SUBJECT)
    assert same is not SUBJECT
    assert same == SUBJECT
    assert {same, SUBJECT} == {SUBJECT}
    assert replace(SUBJECT, sex=Sex.FEMALE) != SUBJECT


def test_records_come_whole_out_of_a_pickle_and_a_copy() -> None:
    assert pickle.loads(pickle.dumps(SUBJECT)) == SUBJECT
    assert deepcopy(SUBJECT) == SUBJECT


def test_partial_dates_are_sorted_by_time() -> None:
    dates = [PartialDate(1985, 7, 20), PartialDate(1985), PartialDate(1984, 12, 31), PartialDate(1985, 7)]
    assert sorted(dates) == [
        PartialDate(1984, 12, 31),
        PartialDate(1985),
        PartialDate(1985, 7),
        PartialDate(1985, 7, 20),
    ]


def test_records_show_their_fields_and_take_no_others() -> None:
    assert [field.name for field in fields(BirthDate)] == ["date", "alternative", "flags"]
    assert asdict(PartialDate(1985)) == {"year": 1985, "month": 0, "day": 0}
    assert repr(PartialDate(1985)) == "PartialDate(year=1985, month=0, day=0)"
    with pytest.raises(TypeError):
        RawRecord(nothing="x")  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        SUBJECT.nothing  # type: ignore[attr-defined]  # noqa: B018
