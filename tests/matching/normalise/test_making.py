"""Values made quickly are those that the constructor makes."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass, replace

import pytest

from matching.normalise.making import maker


@dataclass(frozen=True, slots=True)
class Reading:
    """A record like those of `matching.records`, which are made otherwise once they are compiled."""

    place: int
    value: str = ""
    flags: tuple[str, ...] = ()


def test_a_value_made_quickly_is_equal_to_one_made_by_its_constructor() -> None:
    made = maker(Reading)(1, flags=("abbreviated",))

    assert made == Reading(1, flags=("abbreviated",))
    assert type(made) is Reading
    assert hash(made) == hash(replace(made))
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_value_made_quickly_is_frozen() -> None:
    made = maker(Reading)(1, "250123456")

    with pytest.raises(FrozenInstanceError):
        made.value = "250123457"  # type: ignore[misc]


def test_defaults_are_those_of_the_class() -> None:
    assert maker(Reading)(2) == Reading(2)
