"""The invented population follows from its seed and the rules, and is as crowded with namesakes as a real one."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from matching.normalise.gazetteer import gazetteer
from matching.normalise.number_tables import COUNTRIES, PROVINCES
from matching.normalise.person import read_person
from matching.synthetic.places import dwelling_key
from matching.synthetic.population import REGISTER_FIELDS, population

Row = dict[str, str]
SIZE = 20_000


def rows_of(size: int, seed: int, provinces: tuple[str, ...] = ("68",)) -> list[Row]:
    """Register rows."""
    return pa.Table.from_batches(list(population(size, seed, provinces=provinces))).to_pylist()


@pytest.fixture(scope="module")
def people() -> list[Row]:
    return rows_of(SIZE, 1)


@pytest.fixture(scope="module")
def many() -> list[Row]:
    return rows_of(40_000, 3)


def houses(people: list[Row]) -> list[list[Row]]:
    """Neighbouring rows of one house."""
    found: list[list[Row]] = [[people[0]]]
    for before, row in pairwise(people):
        same = before["commune_code"] == row["commune_code"] and dwelling_key(
            before["permanent_address"]
        ) == dwelling_key(row["permanent_address"])
        found[-1].append(row) if same else found.append([row])
    return found


def year(row: Row) -> int:
    return int(row["birth_date"][:4])


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert rows_of(700, 5) == rows_of(700, 5)
    assert rows_of(700, 5) != rows_of(700, 6)


def test_as_many_people_as_asked_for_are_made_even_if_they_are_fewer_than_the_communes() -> None:
    assert len(rows_of(1, 1)) == 1
    assert len(rows_of(50, 1)) == 50
    assert len(rows_of(777, 1)) == 777


def test_the_rows_have_the_fields_of_the_contract(people: list[Row]) -> None:
    assert tuple(people[0]) == REGISTER_FIELDS
    assert len(people) == SIZE


def test_every_personal_number_follows_the_rules_and_is_given_once(people: list[Row]) -> None:
    for row in people:
        number = row["personal_id"]
        assert len(number) == 12
        assert number.isdigit()
        assert number[:3] in PROVINCES or number[:3] in COUNTRIES
        assert 1900 + 100 * (int(number[3]) // 2) + int(number[4:6]) == year(row)
        assert int(number[3]) % 2 == (row["sex"] == "female")
    assert len({row["personal_id"] for row in people}) == SIZE


def test_most_numbers_are_of_the_three_former_provinces_and_many_are_from_elsewhere(people: list[Row]) -> None:
    local = sum(row["personal_id"][:3] in ("068", "067", "060") for row in people) / SIZE
    assert 0.65 < local < 0.92


def test_all_communes_of_the_province_are_inhabited_unevenly(people: list[Row]) -> None:
    counts = Counter(row["commune_code"] for row in people)
    assert set(counts) == {code for code, commune in gazetteer().communes.items() if commune.province == "68"}
    assert max(counts.values()) > 4 * min(counts.values())


def test_at_least_half_of_the_addresses_are_distinct_and_each_names_its_commune(people: list[Row]) -> None:
    assert len({row["permanent_address"] for row in people}) >= SIZE / 2
    assert all(gazetteer().communes[row["commune_code"]].name in row["permanent_address"] for row in people)


def test_a_fifth_of_8757_people_share_their_full_name_with_somebody(people: list[Row]) -> None:
    chosen = np.random.default_rng(0).permutation(SIZE)[:8757]
    counts = Counter(people[i]["full_name"] for i in chosen)
    shared = sum(count for count in counts.values() if count > 1) / len(chosen)
    assert 0.15 < shared < 0.26  # 20.5 % of real people (DOMAIN 3.6)


def test_surnames_and_lengths_of_names_are_as_frequent_as_measured(people: list[Row]) -> None:
    surnames = Counter(row["full_name"].split()[0] for row in people)
    assert 0.22 < surnames["Nguyễn"] / SIZE < 0.34
    assert surnames["Nguyễn"] > surnames["Trần"] > surnames["Lê"] > surnames["Phạm"]
    words = Counter(len(row["full_name"].split()) for row in people)
    assert 0.70 < words[3] / SIZE < 0.88
    assert 0.11 < words[4] / SIZE < 0.22


def test_thi_and_van_are_names_of_the_old(people: list[Row]) -> None:
    def share(word: str, sex: str, first: int, last: int) -> float:
        group = [row for row in people if row["sex"] == sex and first <= year(row) <= last]
        return sum(word in row["full_name"].split()[1:-1] for row in group) / len(group)

    assert share("Thị", "female", 1900, 1964) > 0.5 > share("Thị", "female", 1995, 2026)
    assert share("Văn", "male", 1900, 1964) > 0.28 > share("Văn", "male", 2005, 2026)


def test_peoples_of_the_highlands_live_in_the_province(people: list[Row]) -> None:
    starts = Counter(row["full_name"].split()[0] for row in people)
    assert starts["Ka"] > 50
    assert starts["Y"] > 20
    assert sum(row["full_name"].startswith(("K'", "H'")) for row in people) > 100


def test_ages_are_those_of_a_living_country(people: list[Row]) -> None:
    age = np.array([2026 - year(row) for row in people])
    assert 0.18 < (age < 15).mean() < 0.30
    assert 0.08 < (age >= 60).mean() < 0.18
    sexes = Counter(row["sex"] for row in people)
    assert 0.9 < sexes["male"] / sexes["female"] < 1.15
    assert max(row["birth_date"] for row in people) <= date(2026, 11, 22).isoformat()


def test_some_old_people_are_dead_a_few_are_missing(people: list[Row]) -> None:
    status = Counter(row["status"] for row in people)
    assert 0.01 < status["deceased"] / SIZE < 0.06
    assert 0 < status["missing"] < 30
    dead_ages = [2026 - year(row) for row in people if row["status"] == "deceased"]
    assert np.median(dead_ages) > 60


def test_birth_dates_are_mostly_full_and_coarse_for_old_people(people: list[Row]) -> None:
    by_length = Counter(len(row["birth_date"]) for row in people)
    assert by_length[10] / SIZE > 0.95
    assert by_length[4] > 100
    assert by_length[7] > 10
    coarse = [year(row) for row in people if len(row["birth_date"]) == 4]
    assert np.median(coarse) < 1965


def test_old_numbers_belong_to_people_who_were_14_before_the_new_card(people: list[Row]) -> None:
    had_cards = Counter()
    for row in people:
        for text in filter(None, row["old_ids"].split(";")):
            if text.isdigit():
                assert len(text) == 9
                assert year(row) <= 2006
                had_cards[len([t for t in row["old_ids"].split(";") if t.isdigit()])] += 1
            else:
                kind, _, number = text.partition(":")
                assert (kind, len(number)) in (("passport", 8), ("cancelled", 12))
    assert set(had_cards) == {1, 2}


def test_a_few_old_numbers_were_issued_twice_in_the_range_that_is_known_for_it(many: list[Row]) -> None:
    holders = defaultdict(set)
    for row in many:
        for text in row["old_ids"].split(";"):
            if text.isdigit():
                holders[text].add(row["personal_id"])
    shared = [number for number, persons in holders.items() if len(persons) > 1]
    assert 3 < len(shared) < 60
    assert all(271_450_001 <= int(number) <= 271_500_000 for number in shared)


def test_couples_are_of_an_age_and_parents_older_than_their_children(people: list[Row]) -> None:
    pairs = [house for house in houses(people) if len(house) >= 3]
    gaps, children = [], []
    for house in pairs:
        man, woman, *others = house
        if (man["sex"], woman["sex"]) == ("male", "female") and abs(year(man) - year(woman)) < 16:
            gaps.append(year(woman) - year(man))
            children += [year(other) - year(woman) for other in others if year(other) > year(woman) + 15]
    assert len(gaps) > 1000
    assert 1 < np.mean(gaps) < 5
    assert 22 < np.median(children) < 34


def test_children_bear_the_surname_of_their_father_and_siblings_share_middle_names(people: list[Row]) -> None:
    same_surname = same_middle = siblings = children = 0
    for house in houses(people):
        if len(house) < 4 or (house[0]["sex"], house[1]["sex"]) != ("male", "female"):
            continue
        father, mother, *rest = house
        rest = [row for row in rest if year(row) > year(mother) + 17 and len(row["full_name"].split()) >= 3]
        if "'" in father["full_name"] or len(father["full_name"].split()) < 3 or len(rest) < 2:
            continue
        children += len(rest)
        same_surname += sum(row["full_name"].split()[0] == father["full_name"].split()[0] for row in rest)
        brothers = [row["full_name"].split()[1] for row in rest if row["sex"] == "male"]
        siblings += len(brothers) - 1 if brothers else 0
        same_middle += sum(a == b for a, b in pairwise(brothers))
    assert same_surname / children > 0.75
    assert same_middle / siblings > 0.35


def test_twins_fathers_with_the_name_of_their_sons_and_namesakes_exist(many: list[Row]) -> None:
    twins = fathers = 0
    for house in houses(many):
        full = [row["birth_date"] for row in house if len(row["birth_date"]) == 10]
        twins += len(full) - len(set(full))
        men = [row for row in house if row["sex"] == "male"]
        fathers += any(a["full_name"] == b["full_name"] and abs(year(a) - year(b)) > 15 for a, b in pairwise(men))
    assert twins > 40
    assert fathers > 2
    of_a_year = Counter((row["full_name"], year(row)) for row in many)
    namesakes = sum(count for count in of_a_year.values() if count > 1) / len(many)
    assert 0.005 < namesakes < 0.06


def test_men_of_three_generations_bear_one_surname_and_middle_name(many: list[Row]) -> None:
    found = 0
    for house in houses(many):
        men = [row for row in house if row["sex"] == "male" and len(row["full_name"].split()) == 3]
        lines = defaultdict(list)
        for row in men:
            lines[tuple(row["full_name"].split()[:2])].append(year(row))
        found += any(max(years) - min(years) > 38 and len(years) >= 3 for years in lines.values())
    assert found > 10


def test_every_row_can_be_read_as_a_person_of_the_register(people: list[Row]) -> None:
    for row in people[::37]:
        person = read_person(row)
        assert person.personal_id == row["personal_id"]
        assert str(person.birth_date) == row["birth_date"]


def test_other_provinces_are_populated_by_their_own_peoples() -> None:
    rows = rows_of(3_000, 2, provinces=("84", "86", "66"))
    assert {gazetteer().communes[row["commune_code"]].province for row in rows} <= {"86", "66"}
    assert any(row["full_name"].split()[-1] in ("Niê", "Mlô", "Êban") for row in rows)
