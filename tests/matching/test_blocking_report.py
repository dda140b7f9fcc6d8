"""The blocking report: counted by hand on a handful of people."""

from __future__ import annotations

import numpy as np
import pytest

from matching.blocking_report import Blocking, BlockingReport, RuleReport
from matching.candidates import MemoryCandidates
from matching.confidence import Rate
from matching.records import CleanSubject, Person
from tests.factories import person, subject

BA = person("068085001234", "Trần Văn Ba", "1985-07-20", communes=("25084",))
TU = person("068085001235", "Trần Văn Tư", "1985-07-20", communes=("25084",))
NAMESAKE = person("001085000009", "Trần Văn Ba", "1985-01-02", old_ids=(), communes=("00004",))
LAND = [
    subject(numbers=("068085001234",), birth_date=""),  # by number and, through its year, by name
    subject(numbers=(), birth_date="1985-07-20"),
    subject("Hồ Thị Lạ", (), "1901"),
]


def report(
    land: list[CleanSubject], people: list[Person], labels: list[int] | None = None, *, cap: int = 256, step: int = 9
) -> BlockingReport:
    counted = Blocking(MemoryCandidates(people), cap=cap)
    for first in range(0, len(land), step):
        part = None if labels is None else np.array(labels[first : first + step], dtype=np.int64)
        counted.add(land[first : first + step], part)
    return counted.report()


def rule(found: BlockingReport, code: str) -> RuleReport:
    return next(each for each in found.rules if each.code == code)


def test_pairs_are_counted_for_each_land_user() -> None:
    found = report(LAND, [BA, TU, NAMESAKE])
    assert (found.land_users, found.pairs, found.most, found.alone) == (3, 4, 2, 1)
    assert found.median == 2
    assert (rule(found, "name_year").pairs, rule(found, "name_year").pairs_alone) == (4, 2)
    assert rule(found, "personal_id").pairs == rule(found, "given_day").pairs == 1


def test_recall_is_told_by_rule_and_by_what_would_be_lost_without_it() -> None:
    lost = subject("Lê Thị Khác", ("068085001235",), "")
    found = report(
        [*LAND, lost], [BA, TU, NAMESAKE], [int(BA.personal_id), int(BA.personal_id), 0, int(TU.personal_id)]
    )
    assert found.found == Rate(3, 3)
    assert rule(found, "personal_id").found == Rate(2, 3)
    assert rule(found, "personal_id").found_alone == 1, "the name of the last one is no help"
    assert (rule(found, "name_year").found, rule(found, "name_year").found_alone) == (Rate(2, 3), 0)


def test_land_users_who_are_not_in_the_register_are_outside_the_recall() -> None:
    assert report(LAND, [BA], [int(BA.personal_id), -1, 0]).found == Rate(1, 1)


def test_the_largest_blocks_are_told_by_their_size_alone() -> None:
    found = report(LAND, [BA, TU, NAMESAKE])
    assert rule(found, "name_year").largest == (2,)
    assert rule(found, "old_number").largest == ()


def test_a_block_above_the_cap_is_told_as_large_as_the_statistics_know_it() -> None:
    crowd = [person(f"001085{n:06d}", birth_date="1985", old_ids=(), communes=()) for n in range(300)]
    found = report([subject(numbers=(), birth_date="1985")], crowd, cap=5)
    assert rule(found, "name_year").largest == (300,)
    assert (found.cut, found.narrowed, rule(found, "name_year").cut) == (1, 0, 1)
    assert report([subject(numbers=(), birth_date="1985")], crowd[:9], cap=5).rules[2].largest == (6,), "more than five"


def test_a_narrowed_key_is_told_apart_from_a_cut_one() -> None:
    crowd = [person(f"001085{n:06d}", birth_date=f"1985-01-{n + 1:02d}", old_ids=(), communes=()) for n in range(20)]
    found = report([subject(numbers=(), birth_date="1985-01-05")], crowd, cap=5)
    assert (found.narrowed, found.cut, rule(found, "name_year").narrowed) == (1, 0, 1)


@pytest.mark.parametrize("step", [1, 2])
def test_batches_change_no_figure(step: int) -> None:
    labels = [int(BA.personal_id), int(BA.personal_id), 0]
    assert report(LAND, [BA, TU, NAMESAKE], labels, step=step) == report(LAND, [BA, TU, NAMESAKE], labels)


def test_a_report_on_nobody_is_empty() -> None:
    found = report([], [BA])
    assert (found.land_users, found.pairs, found.median, found.most) == (0, 0, 0.0, 0)
