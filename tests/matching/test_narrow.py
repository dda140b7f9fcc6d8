"""Keys that too many people share: narrowed by what the record knows, and cut only where nothing narrows them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.block import RULES
from matching.candidates import CandidatePairs, MemoryCandidates, find_candidates
from matching.land_columns import land_columns
from matching.narrow import NARROWER
from matching.records import CleanSubject, Person
from tests.factories import person, subject

CAP = 5
HERE, NEARBY, ELSEWHERE = "25084", "25018", "00004"  # two communes of Lâm Đồng, one of Hà Nội


def namesakes(count: int, *, born: str = "1985-{month:02d}-{day:02d}", commune: str = ELSEWHERE) -> list[Person]:
    """People of one name and year; no two of the first 300 are born on one day."""
    return [
        person(
            f"001085{number:06d}",
            birth_date=born.format(month=number // 28 % 12 + 1, day=number % 28 + 1),
            old_ids=(),
            communes=(commune,),
        )
        for number in range(count)
    ]


def found(land: CleanSubject, people: Iterable[Person], *, cap: int = CAP) -> tuple[list[str], CandidatePairs]:
    """The numbers of the people found, and the pairs."""
    source = MemoryCandidates(people)
    pairs = find_candidates(land_columns([land]), source, cap=cap)
    return [f"{number:012d}" for number in source.fetch(pairs.persons).personal_id.tolist()], pairs


def codes(bits: int) -> set[str]:
    return {rule.code for position, rule in enumerate(RULES) if bits >> position & 1}


def test_a_name_and_year_that_many_share_is_narrowed_by_the_day() -> None:
    crowd = [*namesakes(50), him := person("068085001234", birth_date="1985-12-31", communes=())]
    numbers, pairs = found(subject(numbers=(), birth_date="1985-12-31"), crowd)
    assert numbers == [him.personal_id]
    assert codes(int(pairs.narrowed[0])) == {"name_year"}
    assert not pairs.truncated[0], "whoever is left out was born on another day"
    assert codes(int(pairs.rules[0])) == {"name_year", "given_day"}


@pytest.mark.parametrize("known", ["1985", "1985-12"])
def test_people_of_whom_the_register_knows_no_day_are_not_lost_by_that(known: str) -> None:
    crowd = [*namesakes(50), him := person("068085001234", birth_date=known, communes=())]
    numbers, pairs = found(subject(numbers=(), birth_date="1985-12-31"), crowd)
    assert numbers == [him.personal_id]
    assert not pairs.truncated[0]


def test_day_and_month_the_wrong_way_round_are_found_among_many() -> None:
    crowd = [*namesakes(50), him := person("068085001234", birth_date="1985-12-11", communes=())]
    numbers, _ = found(subject(numbers=(), birth_date="1985-11-12"), crowd)
    assert him.personal_id in numbers


def test_a_name_and_year_that_many_share_is_narrowed_by_the_province_which_settles_nothing() -> None:
    crowd = [*namesakes(50), him := person("068085001234", communes=(NEARBY,))]
    numbers, pairs = found(subject(numbers=(), birth_date="1985", communes=(HERE,)), crowd)
    assert numbers == [him.personal_id]
    assert codes(int(pairs.narrowed[0])) == codes(int(pairs.cut[0])) == {"name_year"}
    assert pairs.truncated[0], "people move"


def test_one_january_may_be_a_year_in_disguise_and_narrows_nothing() -> None:
    land = subject(numbers=(), birth_date="1985-01-01", flags=("maybe_year_only",))
    numbers, pairs = found(land, namesakes(50))
    assert len(numbers) >= CAP
    assert pairs.truncated[0]


def test_a_name_and_commune_that_many_share_is_narrowed_by_the_year() -> None:
    crowd = [
        person(f"0680{year % 100:02d}000001", birth_date=f"{year}-03-04", old_ids=(), communes=(HERE,))
        for year in range(1950, 1985)
    ]
    numbers, pairs = found(subject(numbers=(), birth_date="1960", communes=(HERE,)), crowd)
    assert numbers == ["068060000001"]
    assert codes(int(pairs.narrowed[0])) == {"name_commune"}
    assert not pairs.truncated[0]


def test_where_nothing_narrows_the_smallest_numbers_are_taken_and_the_cut_is_told() -> None:
    numbers, pairs = found(subject(numbers=(), birth_date="1985"), namesakes(50)[::-1])
    assert numbers == [f"001085{number:06d}" for number in range(CAP)]
    assert codes(int(pairs.cut[0])) == {"name_year"}
    assert not pairs.narrowed[0]


def test_a_narrower_key_that_is_too_wide_itself_is_not_taken_and_settles_nothing() -> None:
    crowd = [*namesakes(50), *namesakes_on("1985-12-31", 20)]
    numbers, pairs = found(subject(numbers=(), birth_date="1985-12-31"), crowd)
    assert "name_year" in codes(int(pairs.cut[0]))
    assert len(numbers) <= 3 * CAP


def namesakes_on(day: str, count: int) -> list[Person]:
    """People of one name and birth day."""
    return [person(f"079085{number:06d}", birth_date=day, old_ids=(), communes=(ELSEWHERE,)) for number in range(count)]


def test_the_people_of_a_number_with_a_slip_are_found_among_thousands_of_namesakes() -> None:
    crowd = [*namesakes(300), him := person("068085001234", communes=(NEARBY,))]
    for slip in ("068085001239", "068085007234", "068084001234"):
        numbers, _ = found(subject(numbers=(slip,), birth_date="1985"), crowd)
        assert him.personal_id in numbers, slip


def test_every_rule_that_is_narrowed_exists() -> None:
    assert set(NARROWER) <= {rule.code for rule in RULES}


births = st.sampled_from(["1985", "1985-03", "1985-03-04", "1985-04-03", "1985-01-01", "1986-03-04", ""])
places = st.sampled_from([(), (HERE,), (HERE, NEARBY), (ELSEWHERE,), (HERE, ELSEWHERE)])
names = st.sampled_from(["Trần Văn Ba", "Ba Văn Trần", "Trần Hữu Ba", "Lê Ba"])
lands = st.lists(st.builds(subject, names, st.just(()), births, communes=places), min_size=1, max_size=6)
crowds = st.lists(st.tuples(names, births.filter(bool), places), min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(lands, crowds, st.integers(1, 8))
def test_narrowing_never_invents_a_pair_and_what_is_not_cut_is_whole_but_for_other_days(
    land: list[CleanSubject], crowd: list[tuple[str, str, tuple[str, ...]]], cap: int
) -> None:
    """Given any register and any cap, pairs are those without a cap, less those that the answer owns up to."""
    source = MemoryCandidates(
        [person(f"0010{n % 2 + 8}5{n:06d}", *each[:2], old_ids=(), communes=each[2]) for n, each in enumerate(crowd)]
    )
    columns = land_columns(land)
    whole, some = (find_candidates(columns, source, cap=most) for most in (1_000, cap))
    every = {(row, handle): bits for row, handle, bits in _rows(whole)}
    assert not whole.truncated.any()
    assert not whole.narrowed.any()
    for row, handle, bits in _rows(some):
        assert bits & ~every[(row, handle)] == 0
    untouched = (some.narrowed == 0) & ~some.truncated
    assert [pair for pair in _rows(some) if untouched[pair[0]]] == [pair for pair in _rows(whole) if untouched[pair[0]]]


def _rows(pairs: CandidatePairs) -> list[tuple[int, int, int]]:
    return list(zip(pairs.rows.tolist(), pairs.persons.tolist(), pairs.rules.tolist(), strict=True))


@settings(max_examples=60, deadline=None)
@given(lands, crowds, st.integers(1, 8))
def test_narrowing_is_the_same_for_a_batch_and_for_each_alone(
    land: list[CleanSubject], crowd: list[tuple[str, str, tuple[str, ...]]], cap: int
) -> None:
    source = MemoryCandidates(
        [person(f"0010{n % 2 + 8}5{n:06d}", *each[:2], old_ids=(), communes=each[2]) for n, each in enumerate(crowd)]
    )
    together = find_candidates(land_columns(land), source, cap=cap)
    for row, each in enumerate(land):
        alone = find_candidates(land_columns([each]), source, cap=cap)
        assert [pair[1:] for pair in _rows(together) if pair[0] == row] == [pair[1:] for pair in _rows(alone)]
        assert (together.narrowed[row], together.cut[row]) == (alone.narrowed[0], alone.cut[0])
