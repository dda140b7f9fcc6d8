"""Rows in plain values: the same from a store as from columns."""

from __future__ import annotations

from hypothesis import given

from matching.columns import people_columns, stored
from matching.plain_rows import each_person, stored_person
from tests.matching.crowded import Crowd, crowds


@given(crowds())
def test_a_person_as_stored_is_the_person_of_the_columns(crowd: Crowd) -> None:
    rows = [stored(each) for each in crowd[1]]
    assert list(map(stored_person, rows)) == list(each_person(people_columns(rows)))
