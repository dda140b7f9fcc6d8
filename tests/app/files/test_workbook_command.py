"""`khop synth workbook` makes a workbook whose people are found again where it says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.files import read_land_file


@pytest.mark.parametrize("option", ["--first-data-row", "--header-row"])
def test_the_command_writes_a_workbook_its_rows_and_its_truth(tmp_path: Path, option: str) -> None:
    output = tmp_path / "pl3.xlsx"
    done = CliRunner().invoke(
        cli, ["synth", "workbook", "-o", str(output), "--rows", "60", "--order", "swapped", option, "6"]
    )
    assert done.exit_code == 0, done.output
    with (tmp_path / "pl3.rows.csv").open(encoding="utf-8") as file:
        places = {(int(row["source_row"]), row["part"]): row["record_id"] for row in csv.DictReader(file)}
    with (tmp_path / "pl3.truth.csv").open(encoding="utf-8") as file:
        assert {row["record_id"] for row in csv.DictReader(file)} == set(places.values())
    found = {
        (row.source_row, (raw.record_id or "").partition(":")[2]) for row in read_land_file(output) for raw in row.raw
    }
    assert found == places.keys()
    assert min(row for row, _ in found) == 6
