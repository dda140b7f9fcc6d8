"""The whole way with real processes: people and land rows are made, imported, matched by file and over HTTP."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.acceptance.processes import headers_of, khop, serving

PEOPLE, LAND = 20_000, 5_000
Rows = list[dict[str, str]]


def rows_of(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Province:
    """A folder with a register, land rows, their truth and the results of `khop match`."""

    folder: Path
    land: Rows
    truth: Rows
    results: Rows


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    folder = tmp_path_factory.mktemp("province")
    khop(folder, "synth", "population", "--size", str(PEOPLE), "--seed", "11", "-o", "people.csv")
    land = ("--population", "people.csv", "--size", str(LAND), "--seed", "12", "-o", "land.csv")
    khop(folder, "synth", "land", *land)
    khop(folder, "register", "import", "people.csv", "--scope", "Lâm Đồng")
    khop(folder, "match", "land.csv", "-o", "results.csv")
    files = [rows_of(folder / name) for name in ("land.csv", "land.truth.csv", "results.csv")]
    return Province(folder, *files)


@pytest.fixture(scope="module")
def client(province: Province) -> Iterator[httpx2.Client]:
    """A client of a server process over the same database."""
    headers = headers_of(province.folder, "match", "match:disclose")
    with serving(province.folder) as client:
        client.headers.update(headers)
        yield client


def test_every_input_row_is_accounted_for_in_input_order(province: Province) -> None:
    numbers = [int(row["source_row"]) for row in province.results]
    assert sorted(set(numbers)) == list(range(2, LAND + 2))
    assert numbers == sorted(numbers)
    assert all(row["verdict"] or row["error"] for row in province.results)


def test_no_wrong_person_is_in_a_full_verdict(province: Province) -> None:
    truth = {(row["record_id"], row["subject_no"]): row["personal_id"] for row in province.truth}
    full = [row for row in province.results if row["verdict"] == "full"]
    assert len(full) > LAND / 4
    wrong = [row for row in full if truth.get((row["record_id"], row["subject_no"])) != row["personal_id"]]
    assert not wrong


def test_of_those_in_the_register_95_percent_are_found(province: Province) -> None:
    found = {(row["record_id"], row["subject_no"]): row["personal_id"] for row in province.results}
    present = [row for row in province.truth if row["in_register"] == "true" and row["personal_id"]]
    hits = sum(found.get((row["record_id"], row["subject_no"])) == row["personal_id"] for row in present)
    assert len(present) > LAND / 2
    assert hits >= 0.95 * len(present), f"{hits} of {len(present)}"


def test_partial_verdicts_are_rarely_wrong(province: Province) -> None:
    truth = {(row["record_id"], row["subject_no"]): row["personal_id"] for row in province.truth}
    partial = [row for row in province.results if row["verdict"] == "partial"]
    wrong = sum(truth.get((row["record_id"], row["subject_no"])) != row["personal_id"] for row in partial)
    assert wrong <= 0.02 * len(partial), f"{wrong} of {len(partial)}"


def test_http_gives_the_same_verdicts_as_the_file_row_for_row(province: Province, client: httpx2.Client) -> None:
    by_file: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in province.results:
        if not row["error"]:
            by_file[row["record_id"]].append(row)
    asked = [row for row in province.land if row["record_id"] in by_file]
    assert len(asked) == LAND
    answered = 0
    for start in range(0, len(asked), 1_000):
        records = asked[start : start + 1_000]
        answer = client.post("/v1/match/batch", json={"records": records})
        assert answer.status_code == 200, answer.text[:500]
        for record, item in zip(records, answer.json()["results"], strict=True):
            assert_same(by_file[record["record_id"]], item["answer"])
            answered += 1
    for record in asked[::250]:
        assert_same(by_file[record["record_id"]], client.post("/v1/match", json={"record": record}).json())
    assert answered == LAND


def assert_same(rows: list[dict[str, str]], answer: dict[str, Any]) -> None:
    assert len(rows) == len(answer["subjects"])
    for row, subject in zip(rows, answer["subjects"], strict=True):
        person = subject["person"]
        assert row["verdict"] == subject["verdict"]
        assert row["category"] == subject["category"]
        assert row["identity"] == subject["identity"]
        assert row["next_action"] == subject["next_action"]
        assert float(row["match_probability"]) == subject["match_probability"]
        assert row["personal_id"] == (person["personal_id"] if person else "")
        assert row["findings"] == ";".join(finding["code"] for finding in subject["findings"])


@pytest.mark.parametrize("order", ["standard", "swapped"])
def test_a_workbook_of_the_campaign_gives_the_right_people(province: Province, order: str) -> None:
    wanted = ("--population", "people.csv", "--rows", "500", "--seed", "5", "--order", order, "--header-row", "6")
    khop(province.folder, "synth", "workbook", *wanted, "-o", f"{order}.xlsx")
    khop(province.folder, "match", f"{order}.xlsx", "-o", f"{order}-results.csv")
    results = rows_of(province.folder / f"{order}-results.csv")
    numbers = sorted({int(row["source_row"]) for row in results})
    assert numbers == list(range(numbers[0], numbers[-1] + 1)), "a row of the sheet is missing in the output"
    true_people = {row["personal_id"] for row in rows_of(province.folder / f"{order}.truth.csv")} - {""}
    named = [row for row in results if row["verdict"] in ("full", "partial")]
    assert len(named) > 300
    assert not [row for row in named if row["verdict"] == "full" and row["personal_id"] not in true_people]
    found = {row["personal_id"] for row in named}
    assert len(found & true_people) >= 0.9 * len(true_people), f"{len(found & true_people)} of {len(true_people)}"


def test_the_server_log_holds_no_personal_data(province: Province, client: httpx2.Client) -> None:
    record = province.land[0] | {"unknown": 1}
    client.post("/v1/match", json={"record": record})
    log = (province.folder / "server.log").read_text(encoding="utf-8")
    for row in province.land[:200]:
        if row["full_name"]:
            assert row["full_name"] not in log
        if len(row["id_number"]) > 8:
            assert row["id_number"] not in log


def test_the_results_are_those_of_any_other_run(province: Province) -> None:
    khop(province.folder, "match", "land.csv", "-o", "again.csv")
    assert (province.folder / "again.csv").read_bytes() == (province.folder / "results.csv").read_bytes()


def test_normalise_writes_a_line_for_every_row(province: Province) -> None:
    khop(province.folder, "normalise", "land.csv", "-o", "clean.ndjson")
    lines = (province.folder / "clean.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(lines) == LAND
    assert all("subjects" in json.loads(line) for line in lines)
