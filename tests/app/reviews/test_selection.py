"""Which land users people are asked about."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa

from app.reviews.repairs import Repair, repairs
from app.reviews.selection import DOUBT, SAMPLE, Layer, Wishes, select

PERSON = 68085001234


def row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "record_id": f"LD-{number}",
        "subject_no": 1,
        "in_scope": True,
        "verdict": "full",
        "category": "M1",
        "match_probability": 0.9999,
        "personal_id": f"{PERSON + number:012d}",
        "parcel_commune_code": "25084",
        "next_action": "none",
        "full_name": f"Người {number}",
        "id_number": None,
        "parcel_id": f"P{number}",
    } | changes


def nobody(number: int, **changes: Any) -> dict[str, Any]:
    return row(number, verdict="none", category="U3", match_probability=0.0, personal_id=None) | changes


def mixed() -> list[dict[str, Any]]:
    partial = [row(n, verdict="partial", category="P2a", match_probability=0.995) for n in range(80, 95)]
    outside = [row(n, in_scope=False, verdict="none", category="S4") for n in range(200, 210)]
    unread = [dict.fromkeys(row(0), None)]
    return [*map(row, range(80)), *partial, *map(nobody, range(95, 100)), *outside, *unread]


def test_all_verdicts_are_sampled_in_proportion_and_rows_out_of_scope_never() -> None:
    found = select(pa.Table.from_pylist(mixed()), Wishes("seed", 20))
    assert found.strata == [
        Layer("full", "M1", "25084", 80, 16),
        Layer("none", "U3", "25084", 5, 1),
        Layer("partial", "P2a", "25084", 15, 3),
    ]
    assert Counter(one.stratum for one in found.picked) == {0: 16, 1: 1, 2: 3}
    assert all(one.place < 100 and one.origin == SAMPLE for one in found.picked)


def test_the_same_seed_draws_the_same_sample_and_another_seed_another() -> None:
    table = pa.Table.from_pylist(mixed())
    drawn = [{one.place for one in select(table, Wishes(seed, 20)).picked} for seed in ("a", "a", "b")]
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_larger_sample_contains_the_smaller_one() -> None:
    table = pa.Table.from_pylist(mixed())
    small, large = ({one.place for one in select(table, Wishes("seed", n)).picked} for n in (10, 40))
    assert small < large


def test_a_sample_as_large_as_the_job_is_everybody() -> None:
    assert len(select(pa.Table.from_pylist(mixed()), Wishes("seed", 1_000)).picked) == 100


def test_the_beginning_of_a_sample_has_nearly_its_proportions() -> None:
    picked = select(pa.Table.from_pylist(mixed()), Wishes("seed", 50)).picked[:25]
    assert 17 <= sum(one.stratum == 0 for one in picked) <= 23


def test_those_most_in_doubt_are_asked_about_first_and_never_twice() -> None:
    rows = mixed()
    rows += [row(300, verdict="full", match_probability=0.9991), nobody(301, category="A1"), nobody(302)]
    rows += [nobody(303, match_probability=0.6)]
    found = select(pa.Table.from_pylist(rows), Wishes("seed", 0, doubtful=5))
    assert [one.record_id for one in found.picked[:2]] == ["LD-301", "LD-303"]
    assert {one.origin for one in found.picked} == {DOUBT}
    both = select(pa.Table.from_pylist(rows), Wishes("seed", 103, doubtful=5))
    assert len({one.place for one in both.picked}) == len(both.picked)


def test_a_share_of_the_sample_is_for_a_second_reviewer() -> None:
    found = select(pa.Table.from_pylist(mixed()), Wishes("seed", 50, second_share=20))
    assert sum(one.wants_second for one in found.picked) == 10


def test_a_job_without_land_users_in_scope_has_nothing_to_judge() -> None:
    table = pa.Table.from_pylist([row(1, in_scope=False)])
    assert select(table, Wishes("seed", 10, doubtful=10)) == ([], [])
    assert repairs(table, most=5) == []


def test_one_repair_that_frees_many_parcels_comes_first() -> None:
    weak = {"verdict": "partial", "category": "P2a", "next_action": "bulk"}
    on_three = [row(1, parcel_id=f"A{n}", **weak) for n in range(3)]
    on_four = [row(2, parcel_id=f"B{n}", **weak) for n in range(4)]
    others = [nobody(3 + n, parcel_id=f"B{n}", next_action="field") for n in range(3)]
    found = repairs(pa.Table.from_pylist([*on_three, *on_four, *others, row(9)]), most=10)
    assert found[:2] == [Repair(0, "P2a", "bulk", 3, 3, 3), Repair(3, "P2a", "bulk", 4, 4, 1)]
    assert [(one.rows, one.frees) for one in found[2:]] == [(1, 0)] * 3


def test_a_land_user_whom_nobody_was_found_for_is_one_repair_wherever_the_same_name_and_number_stand() -> None:
    rows = [nobody(n, full_name="Lê A", id_number="250123456", parcel_id=f"C{n}") for n in range(3)]
    rows += [nobody(7, full_name="Lê A", parcel_id=None)]
    found = repairs(pa.Table.from_pylist(rows), most=10)
    assert [(one.rows, one.parcels, one.frees) for one in found] == [(3, 3, 3), (1, 0, 0)]
