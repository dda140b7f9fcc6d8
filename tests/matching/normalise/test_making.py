"""Values made quickly are those that the constructor makes."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from matching.normalise.making import maker
from matching.records import AddressReading, CleanSubject, IdentityNumber, Kind, NumberKind


def test_a_value_made_quickly_is_equal_to_one_made_by_its_constructor() -> None:
    made = maker(CleanSubject)(1, Kind.PERSON, full_name="Trần Văn Ba", flags=("abbreviated",))

    assert made == CleanSubject(1, Kind.PERSON, full_name="Trần Văn Ba", flags=("abbreviated",))
    assert type(made) is CleanSubject
    assert hash(made) == hash(replace(made))
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_value_made_quickly_is_frozen() -> None:
    made = maker(IdentityNumber)(NumberKind.CMND9, "250123456")

    with pytest.raises(FrozenInstanceError):
        made.value = "250123457"  # type: ignore[misc]


def test_defaults_are_those_of_the_class() -> None:
    assert maker(AddressReading)() == AddressReading()
