"""The file of refused rows: written whatever the rows hold, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.db import Database
from app.register.importing import ImportRequest
from tests.app.register.rows import WriteCsv, a_row, run_import, some_rows


def _refused(database: Database, path: Path, tmp_path: Path) -> list[dict[str, str]]:
    target = tmp_path / "refused.csv"
    run_import(database, path, replace(ImportRequest("Lâm Đồng", most_rejects=90), refused_to=target))
    with target.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_refused_row_with_a_lone_surrogate_is_written_and_the_import_ends(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "people.ndjson"
    path.write_text("\n".join(json.dumps(row) for row in [*some_rows(3), a_row(4, full_name="\ud800")]))
    (row,) = _refused(database, path, tmp_path)
    assert (row["reason"], row["full_name"]) == ("not_utf8", "?")


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "＝1"])
def test_no_cell_of_a_refused_row_is_a_formula(
    database: Database, tmp_path: Path, write_csv: WriteCsv, cell: str
) -> None:
    path = write_csv([*some_rows(3), a_row(4, sex="?", permanent_address=cell, full_name=cell)])
    (row,) = _refused(database, path, tmp_path)
    assert row["permanent_address"] == row["full_name"] == f"'{cell}"
