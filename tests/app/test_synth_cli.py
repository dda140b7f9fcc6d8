"""khop synth writes the same bytes for the same seed, in each format, with the truth beside the land rows."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from matching.synthetic.land import LAND_FIELDS
from matching.synthetic.population import REGISTER_FIELDS
from matching.synthetic.truth import TRUTH_FIELDS

SMALL = ("--size", "300", "--seed", "4")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["synth", *map(str, arguments)])


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        assert run("population", *SMALL, "-o", tmp_path / name).exit_code == 0
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    rows = read(tmp_path / "one.csv")
    assert len(rows) == 300
    assert tuple(rows[0]) == REGISTER_FIELDS


def test_a_land_register_is_drawn_from_a_file_or_from_the_same_seed_alike(tmp_path: Path) -> None:
    people, one, two = (tmp_path / name for name in ("people.csv", "one.csv", "two.csv"))
    assert run("population", "--size", "1200", "--seed", "4", "-o", people).exit_code == 0
    assert run("land", *SMALL, "--population", people, "-o", one).exit_code == 0
    assert run("land", *SMALL, "-o", two).exit_code == 0
    assert one.read_bytes() == two.read_bytes()
    assert tuple(read(one)[0]) == LAND_FIELDS
    truth = read(tmp_path / "one.truth.csv")
    assert tuple(truth[0]) == TRUTH_FIELDS
    assert {row["record_id"] for row in truth} == {row["record_id"] for row in read(one)}


@pytest.mark.parametrize("suffix", [".parquet", ".ndjson"])
def test_parquet_and_ndjson_hold_the_rows_of_the_csv_and_can_be_drawn_from(tmp_path: Path, suffix: str) -> None:
    assert run("population", *SMALL, "-o", tmp_path / "people.csv").exit_code == 0
    assert run("population", *SMALL, "-o", tmp_path / f"people{suffix}").exit_code == 0
    path = tmp_path / f"people{suffix}"
    if suffix == ".parquet":
        rows = pq.read_table(path).to_pylist()
    else:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert rows == read(tmp_path / "people.csv")
    for source in (".csv", suffix):
        land = tmp_path / f"land{source}.csv"
        assert run("land", "--size", "50", "--population", tmp_path / f"people{source}", "-o", land).exit_code == 0
    assert (tmp_path / "land.csv.csv").read_bytes() == (tmp_path / f"land{suffix}.csv").read_bytes()


def test_other_rates_come_from_a_json_file_and_the_truth_goes_where_one_says(tmp_path: Path) -> None:
    rates, truth = tmp_path / "rates.json", tmp_path / "elsewhere.csv"
    rates.write_text(json.dumps({"number.missing": 0.9, "number.old_only": 0.0}), "utf-8")
    done = run("land", *SMALL, "--rates", rates, "--truth", truth, "-o", tmp_path / "land.csv")
    assert done.exit_code == 0
    persons = [row for row in read(truth) if row["in_scope"] == "true"]
    assert sum("number.missing" in row["errors"] for row in persons) > 0.6 * len(persons)


def test_an_old_coding_is_written_for_names_and_addresses(tmp_path: Path) -> None:
    assert run("land", *SMALL, "--encoding", "tcvn3", "-o", tmp_path / "land.csv").exit_code == 0
    assert any("NguyÔn" in row["full_name"] for row in read(tmp_path / "land.csv"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("population", "--size", "10", "--province", "99", "-o", "x.csv"),
        ("population", "--size", "0", "-o", "x.csv"),
        ("population", "--size", "10", "-o", "x.docx"),
        ("land", "--size", "10", "--rates", "missing.json", "-o", "x.csv"),
        ("land", "--size", "10", "--encoding", "morse", "-o", "x.csv"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*arguments).exit_code != 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("people.csv", b"a,b\n1,2\n"),
        ("people.csv", b"\xff\xfe\x00junk"),
        ("people.csv", b""),
        ("people.csv", b"personal_id,birth_date\n068085001234,20/07/1985\n"),
        ("people.parquet", b"a,b\n1,2\n"),
        ("people.ndjson", b"a,b\n1,2\n"),
        ("people.ndjson", b"[1]\n"),
        ("people.docx", b"x"),
    ],
)
def test_a_population_that_is_none_is_refused_in_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    done = run("land", "--size", "10", "--population", tmp_path / name, "-o", tmp_path / "land.csv")
    assert (done.exit_code, type(done.exception)) == (1, SystemExit), repr(done.exception)
    assert "✗" in done.stderr
    assert "068085001234" not in done.output
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "names",
    [("people.csv", "truth.csv"), ("land.csv", "people.csv"), ("land.csv", "land.csv")],
)
def test_no_file_is_written_over_another_one_of_the_same_command(tmp_path: Path, names: tuple[str, str]) -> None:
    people = tmp_path / "people.csv"
    assert run("population", *SMALL, "-o", people).exit_code == 0
    before = people.read_bytes()
    output, truth = (tmp_path / name for name in names)
    assert run("land", "--size", "10", "--population", people, "-o", output, "--truth", truth).exit_code == 1
    assert people.read_bytes() == before
