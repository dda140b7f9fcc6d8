"""Blocking keys: stable across machines and releases, and each rule finds whom it promises to find."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.block import RULES, keys_by_column, keys_by_row, land_keys, register_keys
from matching.block_keys import in_communes, key_of
from matching.candidates import MemoryCandidates, find_candidates
from matching.columns import KEYS_VERSION, people_columns, stored
from matching.land_columns import land_columns
from matching.records import CleanSubject, Person, Trust
from tests.factories import number, person, subject


def rules_that_find(land: CleanSubject, other: Person) -> set[str]:
    columns = land_columns([land])
    found = find_candidates(columns, MemoryCandidates([other]), cap=10)
    bits = int(found.rules[0]) if len(found.rules) else 0
    return {rule.code for position, rule in enumerate(RULES) if bits >> position & 1}


def test_the_keys_of_a_person_change_only_with_the_keys_version() -> None:
    keys, _ = register_keys(people_columns([stored(person(other_names=("Ba Đen",), cancelled_ids=("068085000001",)))]))
    digest = int(np.bitwise_xor.reduce(keys))
    assert (KEYS_VERSION, len(keys), digest) == (5, 15, EXPECTED), "keys changed: raise KEYS_VERSION, then this line"


EXPECTED = 5932313195280253264


@pytest.mark.parametrize(
    ("land", "rule"),
    [
        (subject("Ai Đó", ("068085001234",), ""), "personal_id"),
        (subject("Ai Đó", ("250123456",), ""), "old_number"),
        (subject("TRAN VAN BA", (), "1985"), "name_year"),
        (subject("Văn Ba Trần", (), "1985"), "name_year"),
        (subject("Trần Văn Ba", (number("068085009999"),), ""), "name_year"),
        (subject("Lê Ba", (), "1985-07-20"), "given_day"),
        (subject("Trần Văn Ba", (), "", communes=("25084",)), "name_commune"),
        (subject("Trần Hữu Ba", (), "1985", communes=("25084", "25018")), "loose_name_year_commune"),
        (subject("Lê Ba", ("060085001234",), ""), "serial_given"),
        (subject("Ai Đó", (), "1985-07-20", communes=("25084",)), "day_commune"),
        (subject("Ba Đen", (), "1985"), "other_name_year"),
        (subject("Lê Ba", ("068085001239",), ""), "head_given"),
        (subject("Lê Ba", ("068085007234",), ""), "head_given"),
    ],
)
def test_each_rule_finds_whom_it_promises(land: CleanSubject, rule: str) -> None:
    assert rule in rules_that_find(land, person(other_names=("Ba Đen",)))


def test_day_and_month_the_wrong_way_round_are_found() -> None:
    other = person(birth_date="1985-07-11")
    assert "given_day" in rules_that_find(subject("Lê Ba", (), "1985-11-07"), other)


def test_a_repaired_number_is_looked_up_too() -> None:
    land = subject("Ai Đó", (number("068085001234", trust=Trust.REPAIRED),), "")
    assert rules_that_find(land, person()) == {"personal_id"}


def test_a_land_user_of_whom_nothing_is_known_has_no_key() -> None:
    keys, _, _ = land_keys(land_columns([subject(None, (), "")]))
    assert not len(keys)


def test_a_block_above_the_cap_is_cut_and_says_so() -> None:
    namesakes = [person(f"06808500{i:04d}", old_ids=()) for i in range(20)]
    found = find_candidates(land_columns([subject(numbers=())]), MemoryCandidates(namesakes), cap=5)
    assert found.truncated.tolist() == [True]
    assert len(found.persons) <= 5 * len(RULES)


def test_candidates_of_a_batch_are_those_of_each_alone() -> None:
    source = MemoryCandidates(
        [person(f"06808500{i:04d}", f"Trần Văn {given}") for i, given in enumerate(["Ba", "Tư", "Năm"])]
    )
    subjects = [subject(), subject("Trần Văn Tư", ()), subject(None, (), ""), subject("Trần Văn Năm", ("250123456",))]
    together = find_candidates(land_columns(subjects), source, cap=9)
    for row, each in enumerate(subjects):
        alone = find_candidates(land_columns([each]), source, cap=9)
        mine = together.rows == row
        assert together.persons[mine].tolist() == alone.persons.tolist()
        assert together.rules[mine].tolist() == alone.rules.tolist()


@given(
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(0, 2**64 - 1)), min_size=5),
)
def test_a_key_is_the_same_in_a_batch_and_alone(salt: int, rows: list[tuple[int, int]]) -> None:
    signed, hashes = zip(*rows, strict=True)
    first, second = np.array(signed, dtype=np.int64), np.array(hashes, dtype=np.uint64)
    alone = [int(key_of(salt, first[at : at + 1], second[at : at + 1])[0]) for at in range(len(rows))]
    assert alone == key_of(salt, first, second).tolist()


_COMMUNES = ("25084", "25018", "24781", "24760", "25000", "24754", "24757", "24766", "24769", "24772")
land_users = st.builds(
    subject,
    st.sampled_from((None, "Ba", "Lê Ba", "Trần Văn Ba", "Ka Đủi", "Nguyễn Thị Ngọc Ánh")),
    st.lists(
        st.one_of(
            st.sampled_from(("068085001234", "250123456", "000000000001")),
            st.builds(number, st.from_regex(r"[0-9]{12}", fullmatch=True), trust=st.sampled_from(Trust)),
        ),
        max_size=5,
    ).map(tuple),
    st.sampled_from(("", "1985", "1985-07", "1985-07-20", "1985-07-07", "1985-12-11", "1968-02-29")),
    communes=st.sets(st.sampled_from(_COMMUNES)).map(lambda chosen: tuple(sorted(chosen))),
)


@given(st.lists(land_users, min_size=1, max_size=9))
def test_a_few_land_users_have_row_by_row_the_keys_that_they_have_by_column(subjects: list[CleanSubject]) -> None:
    land = land_columns(subjects)
    by_row, by_column = (
        sorted(zip(*(column.tolist() for column in keys), strict=True))
        for keys in (keys_by_row(land), keys_by_column(land))
    )
    assert by_row == by_column


def test_an_address_that_may_mean_several_communes_asks_for_each_of_them_unless_they_are_too_many() -> None:
    many = tuple(f"{code:05d}" for code in range(1, 10))
    addresses = [("25084",), ("25084", "25018"), (), many, ("25018", "25084"), many[:8]]
    places = land_columns([subject(communes=communes) for communes in addresses] * 2).places
    rows, communes = in_communes(places, np.array([0, 1, 2, 3, 4, 5]))
    found = [sorted(communes[rows == row].tolist()) for row in range(6)]
    assert found == [[25084], [25018, 25084], [], [], [25018, 25084], list(range(1, 9))]
