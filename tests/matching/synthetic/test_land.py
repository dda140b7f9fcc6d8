"""The land register drawn from the population: every row has its truth, with its errors and its traps."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
import pytest

from matching.normalise.legacy_encodings import decode
from matching.synthetic.corruptions import ERRORS
from matching.synthetic.land import LAND_FIELDS, in_encoding, land
from matching.synthetic.population import population
from matching.synthetic.spelling import unaccented
from matching.synthetic.truth import TRAPS, TRUTH_FIELDS

Row = dict[str, str]
SIZE = 12_000


@pytest.fixture(scope="module")
def register() -> pa.Table:
    return pa.Table.from_batches(list(population(24_000, 1)))


@pytest.fixture(scope="module")
def drawn(register: pa.Table) -> tuple[list[Row], list[Row]]:
    return both(register, SIZE, 2)


@pytest.fixture(scope="module")
def people(register: pa.Table) -> dict[str, Row]:
    return {row["personal_id"]: row for row in register.to_pylist()}


def both(register: pa.Table, size: int, seed: int, **rates: float) -> tuple[list[Row], list[Row]]:
    batches = list(land(register, size, seed, rates={code.replace("__", "."): rate for code, rate in rates.items()}))
    rows = pa.Table.from_batches([rows for rows, _ in batches]).to_pylist()
    return rows, pa.Table.from_batches([truth for _, truth in batches]).to_pylist()


def persons(truth: list[Row]) -> list[Row]:
    return [row for row in truth if row["in_scope"] == "true"]


def codes(row: Row) -> set[str]:
    return set(filter(None, row["errors"].split(";")))


def traps(row: Row) -> set[str]:
    return set(filter(None, row["trap"].split(";")))


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(register: pa.Table) -> None:
    small = register.slice(0, 3_000)
    assert both(small, 500, 9) == both(small, 500, 9)
    assert both(small, 500, 9) != both(small, 500, 10)


def test_the_rows_have_the_fields_of_the_contract_and_exactly_the_size(drawn: tuple[list[Row], list[Row]]) -> None:
    rows, truth = drawn
    assert tuple(rows[0]) == LAND_FIELDS
    assert tuple(truth[0]) == TRUTH_FIELDS
    assert len(rows) == len({row["record_id"] for row in rows}) == SIZE


def test_a_land_register_of_one_row_or_more_rows_than_people_can_be_drawn(register: pa.Table) -> None:
    few = register.slice(0, 40)
    assert len(both(few, 1, 1)[0]) == 1
    assert len(both(few, 300, 1)[0]) == 300


def test_every_row_has_a_truth_for_each_subject_in_order(drawn: tuple[list[Row], list[Row]]) -> None:
    rows, truth = drawn
    subjects = defaultdict(list)
    for each in truth:
        subjects[each["record_id"]].append(each["subject_no"])
    assert set(subjects) == {row["record_id"] for row in rows}
    assert all(numbers == [str(i) for i in range(1, len(numbers) + 1)] for numbers in subjects.values())


def test_the_truth_uses_the_codes_of_the_tables(drawn: tuple[list[Row], list[Row]]) -> None:
    known = {error.code for error in ERRORS}
    for each in drawn[1]:
        assert codes(each) <= known
        assert traps(each) <= set(TRAPS)
        assert each["kind"] in ("person", "organisation", "community", "unknown")


def test_a_subject_has_a_personal_number_exactly_if_the_register_knows_the_person(
    drawn: tuple[list[Row], list[Row]], people: dict[str, Row]
) -> None:
    for each in drawn[1]:
        assert (each["in_register"] == "true") == (each["personal_id"] in people)
        assert each["in_register"] == "true" or each["personal_id"] == ""


def test_five_to_eight_per_cent_of_the_persons_are_not_in_the_register_and_some_are_namesakes(
    drawn: tuple[list[Row], list[Row]],
) -> None:
    inside = persons(drawn[1])
    unknown = [each for each in inside if each["in_register"] == "false"]
    assert 0.05 < len(unknown) / len(inside) < 0.08
    kinds = Counter(trap for each in unknown for trap in traps(each))
    assert kinds["stranger"] > kinds["stranger_namesake"] > 20
    assert kinds["ancestor"] > 20


def test_no_number_of_a_stranger_is_in_the_register_unless_a_clerk_erred(
    drawn: tuple[list[Row], list[Row]], people: dict[str, Row]
) -> None:
    rows, truth = drawn
    by_record = {row["record_id"]: row for row in rows}
    for each in persons(truth):
        if each["in_register"] == "false" and not codes(each) & {"number.of_another", "number.of_spouse"}:
            number = by_record[each["record_id"]]["id_number"]
            assert number not in people or "number_of_another" in traps(each)


def test_a_stranger_who_is_a_namesake_has_name_and_year_of_somebody_in_the_register(register: pa.Table) -> None:
    rows, truth = both(register, 3_000, 4, **{error.code.replace(".", "__"): 0.0 for error in ERRORS})
    known = {(row["full_name"], row["birth_date"][:4]) for row in register.to_pylist()}
    by_record = {row["record_id"]: row for row in rows}
    found = [by_record[each["record_id"]] for each in truth if "stranger_namesake" in traps(each)]
    assert len(found) > 10
    assert all((row["full_name"], row["birth_date"][-4:]) in known for row in found)


def test_without_errors_the_cells_are_those_of_the_register(register: pa.Table, people: dict[str, Row]) -> None:
    rows, truth = both(register, 2_000, 4, **{error.code.replace(".", "__"): 0.0 for error in ERRORS})
    subjects = defaultdict(list)
    for each in truth:
        subjects[each["record_id"]].append(each)
    alone = 0
    for row in rows:
        (first, *others) = subjects[row["record_id"]]
        if others or first["in_register"] != "true":
            continue
        person = people[first["personal_id"]]
        alone += 1
        assert row["full_name"] == person["full_name"]
        assert row["id_number"] == person["personal_id"]
        assert "-".join(reversed(row["birth_date"].split("/"))) == person["birth_date"]
        assert row["sex"] == ("Nữ" if person["sex"] == "female" else "Nam")
        assert first["errors"] == ""
    assert alone > 1_000


def test_errors_occur_at_the_rates_of_the_table_where_they_always_can(drawn: tuple[list[Row], list[Row]]) -> None:
    alone = [each for each in persons(drawn[1]) if each["role"] in ("holder", "head")]
    counts = Counter(code for each in alone for code in codes(each))
    rates = {error.code: error.rate for error in ERRORS}
    for code in ("name.all_capitals", "name.honorific", "number.missing", "birth_date.missing", "sex.missing",
                 "address.old_units", "address.missing", "name.accents_lost"):  # fmt: skip
        assert counts[code] / len(alone) == pytest.approx(rates[code], rel=0.25), code


def test_all_errors_may_meet_in_one_row(register: pa.Table) -> None:
    groups = Counter(error.group for error in ERRORS)
    rates = {error.code.replace(".", "__"): 0.9 / groups[error.group] for error in ERRORS}
    rows, truth = both(register, 3_000, 6, **rates)
    assert len(rows) == 3_000
    assert np.mean([len(codes(each)) for each in persons(truth)]) > 8
    assert {code for each in truth for code in codes(each)} == {error.code for error in ERRORS}


def test_about_half_of_the_people_in_the_register_are_written_completely(drawn: tuple[list[Row], list[Row]]) -> None:
    harmless = {"name.tone_placement", "name.i_or_y", "name.apostrophe", "name.all_capitals", "name.lower_case",
                "name.honorific", "name.said_dead", "name.other_note", "name.decomposed", "name.d_look_alike",
                "name.invisible", "name.spaces", "number.separators", "number.label", "number.label_and_issue",
                "number.old_and_new", "number.edge_junk", "birth_date.in_words", "birth_date.dots", "birth_date.dashes",
                "birth_date.no_zeros", "birth_date.iso", "birth_date.month_first", "birth_date.float_tail",
                "birth_date.ocr_letters", "sex.missing", "sex.from_number", "sex.one_zero", "sex.letters",
                "sex.spelling"}  # fmt: skip
    inside = [each for each in persons(drawn[1]) if each["in_register"] == "true"]
    complete = sum(all(code in harmless or code.startswith("address.") for code in codes(each)) for each in inside)
    assert 0.43 < complete / len(inside) < 0.57  # 18.7 of 37.35 million (DOMAIN 0)


def test_a_bad_row_seldom_comes_alone(register: pa.Table) -> None:
    rows, truth = both(register, 12_000, 5)
    commune = {row["record_id"]: row["parcel_commune_code"] for row in rows}
    spoilt = defaultdict(list)
    for each in persons(truth):
        spoilt[commune[each["record_id"]]].append(len(codes(each)))
    means = np.array([np.mean(counts) for counts in spoilt.values() if len(counts) >= 60])
    expected = np.array([np.std(counts) / len(counts) ** 0.5 for counts in spoilt.values() if len(counts) >= 60])
    assert means.std() > 2 * expected.mean()


def test_one_owner_has_one_row_for_each_parcel_and_couples_share_theirs(drawn: tuple[list[Row], list[Row]]) -> None:
    rows, truth = drawn
    owners = Counter(each["personal_id"] for each in truth if each["personal_id"])
    assert max(owners.values()) > 5
    assert 1.4 < np.mean(list(owners.values())) < 2.6
    together = [row for row in rows if row["legal_form"] == "Vợ chồng" and not row["role"].startswith(("Vợ", "Chồng"))]
    apart = [row for row in rows if row["role"] in ("Vợ", "Chồng")]
    assert len(together) > 500
    assert len(apart) > 1000
    on_parcel = defaultdict(set)
    for row in apart:
        on_parcel[row["parcel_id"], row["certificate_no"]].add(row["role"])
    assert sum(len(roles) == 2 for roles in on_parcel.values()) > 0.9 * len(on_parcel)


def test_two_in_a_line_are_two_subjects_named_in_order(
    drawn: tuple[list[Row], list[Row]], people: dict[str, Row]
) -> None:
    rows, truth = drawn
    subjects = defaultdict(list)
    for each in truth:
        subjects[each["record_id"]].append(each)
    spelled = 0
    for row in rows:
        pair = subjects[row["record_id"]]
        if [each["role"] for each in pair] != ["husband", "wife"]:
            continue
        if any(code.startswith("name.") for each in pair for code in codes(each)):
            continue
        spelled += 1
        places = [row["full_name"].find(people[each["personal_id"]]["full_name"]) for each in pair]
        assert 0 <= places[0] < places[1]
    assert spelled > 200


def test_the_hard_traps_are_there(drawn: tuple[list[Row], list[Row]]) -> None:
    found = Counter(trap for each in drawn[1] for trap in traps(each))
    for trap in ("namesake_elsewhere", "father_son", "twin", "shared_old_number", "spouse_number", "number_of_another",
                 "stranger", "stranger_namesake", "ancestor", "deceased"):  # fmt: skip
        assert found[trap] > 0, trap


def test_bodies_and_rows_that_stand_for_nobody_are_out_of_scope(drawn: tuple[list[Row], list[Row]]) -> None:
    rows, truth = drawn
    outside = [each for each in truth if each["in_scope"] == "false"]
    assert {each["kind"] for each in outside} == {"organisation", "community", "unknown", "person"}
    assert 0.02 < len(outside) / len(rows) < 0.12
    assert all(not each["personal_id"] for each in outside)


def test_at_least_half_of_the_addresses_are_distinct(drawn: tuple[list[Row], list[Row]]) -> None:
    assert len({row["address"] for row in drawn[0]}) >= SIZE / 2


def test_a_file_can_be_written_in_an_old_coding(register: pa.Table) -> None:
    batch = next(iter(land(register.slice(0, 3_000), 300, 1)))[0]
    rows = in_encoding(batch, "vni").to_pylist()
    before = batch.to_pylist()
    assert any(row["full_name"] != old["full_name"] for row, old in zip(rows, before, strict=True))
    read = sum(
        unaccented(decode(row["address"], "vni")) == unaccented(old["address"])
        for row, old in zip(rows, before, strict=True)
    )
    assert read > 0.9 * len(rows)
    assert [row["id_number"] for row in rows] == [old["id_number"] for old in before]
    with pytest.raises(LookupError):
        in_encoding(batch, "morse")
