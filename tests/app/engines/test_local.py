"""khop match on all cores: the same bytes as one process, killed and taken up again, nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import openpyxl
import pytest

from app.engines.folder import RunFolder
from app.engines.local import Watcher, run_folder, run_on_all_cores
from app.engines.stages import Progress
from app.register.snapshots import snapshot_folder
from tests.app.engines.conftest import Province

_MATCH = """
import sys
from pathlib import Path
from app.engines.folder import RunFolder
from app.engines.local import Watcher, run_on_all_cores
if __name__ == "__main__":
    folder = Path(sys.argv[1])
    run_on_all_cores(folder, RunFolder(folder).read_plan(), Path(sys.argv[2]), workers=2, watcher=Watcher())
"""


def test_two_processes_make_the_same_bytes_as_one(province: Province, tmp_path: Path) -> None:
    plan = province.plan(rows_per_chunk=50)
    alone, totals = province.run(tmp_path / "alone", plan)
    province.question(plan)
    run = province.begun(tmp_path / "both", plan)
    told: list[Progress] = []
    snapshot = snapshot_folder(province.data_dir, plan.register)
    both = run_on_all_cores(run.path, plan, snapshot, workers=2, watcher=Watcher(done=told.append))
    assert both == totals
    assert run.results.read_bytes() == alone.results.read_bytes()
    assert {at.stage for at in told} == {"survey", "read", "match", "finish"}
    assert [at.done for at in told if at.stage == "match"][-1] == totals.counts.rows_in


def test_a_run_that_was_killed_goes_on_and_its_processes_end(province: Province, tmp_path: Path) -> None:
    plan = province.plan(rows_per_chunk=10)
    alone, _ = province.run(tmp_path / "alone", plan)
    run = province.begun(tmp_path / "killed", plan)
    snapshot = snapshot_folder(province.data_dir, plan.register)
    script = tmp_path / "match.py"
    script.write_text(_MATCH, encoding="utf-8")
    command = [sys.executable, str(script), str(run.path), str(snapshot)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    first = subprocess.Popen(command, env=environment, start_new_session=True)
    _wait_for(lambda: len(run.result_chunks()) >= 2)
    first.kill()
    first.wait()
    _wait_for(lambda: not _alive_in_session(first.pid))
    kept = {number: run.chunk(number).stat().st_mtime_ns for number in run.result_chunks()[:-2]}
    assert not run.totals.exists()
    subprocess.run(command, env=environment, check=True)
    assert run.results.read_bytes() == alone.results.read_bytes()
    assert all(run.chunk(number).stat().st_mtime_ns == at for number, at in kept.items())


def _wait_for(condition: object, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


def _alive_in_session(session: int) -> bool:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            return True
    return False


def test_the_folder_of_a_run_goes_when_all_went_well_and_stays_when_not(province: Province) -> None:
    plan = province.plan(rows_per_chunk=11)
    with pytest.raises(KeyError), run_folder(province.data_dir, plan, province.land) as folder:
        raise KeyError
    assert RunFolder(folder).read_plan() == plan
    with run_folder(province.data_dir, plan, province.land) as again:
        assert again == folder
    assert not folder.exists()


def test_the_same_command_twice_at_a_time_says_that_it_waits(province: Province) -> None:
    plan = province.plan(rows_per_chunk=13)
    first = ExitStack()
    first.enter_context(run_folder(province.data_dir, plan, province.land))
    said: list[str] = []

    def waiting() -> None:
        said.append("waits")
        first.close()

    with run_folder(province.data_dir, plan, province.land, waiting=waiting) as folder:
        assert folder.exists()
    assert said == ["waits"]


def _khop(province: Province, *words: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "KHOP_DATABASE_URL": province.settings.database_url,
        "KHOP_DATA_DIR": str(province.data_dir),
        "KHOP_AS_OF": "2026-11-22",
    }
    command = [sys.executable, "-c", "from app.cli import main; main()", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_workbook_goes_back_as_it_was_with_our_columns(province: Province, tmp_path: Path) -> None:
    book, out, rejects = tmp_path / "pl3.xlsx", tmp_path / "out.xlsx", tmp_path / "rejects.csv"
    made = _khop(province, "synth", "workbook", "-o", str(book), "--rows", "60", "--seed", "1", "--order", "swapped")
    assert made.returncode == 0, made.stderr
    words = ("--original", "--proposals", "all", "--rejects", str(rejects))
    done = _khop(province, "match", str(book), "-o", str(out), *words)
    assert done.returncode == 0, done.stderr
    before, after = openpyxl.load_workbook(book), openpyxl.load_workbook(out)
    assert before.sheetnames == after.sheetnames
    for sheet in before:
        same = after[sheet.title]
        assert same.merged_cells.ranges == sheet.merged_cells.ranges
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert same[cell.coordinate].value == cell.value
            assert same[cell.coordinate].number_format == cell.number_format
    sheet = after.worksheets[0]
    width = before.worksheets[0].max_column
    added = [[cell.value for cell in row] for row in sheet.iter_rows(min_col=width + 1)]
    headers = [row for row in added if row[0] == "Kết quả khớp"]
    assert len(headers) == 1
    assert sum(row[0] is not None and row is not headers[0] for row in added) > 40
    coloured = [c for row in sheet.iter_rows(min_col=width + 10) for c in row if c.value]
    assert coloured
    assert {cell.fill.fgColor.rgb for cell in coloured} == {"FFFFF2CC"}
    assert rejects.read_text(encoding="utf-8-sig").startswith("source_sheet,source_row,error,")


def test_only_a_workbook_goes_back_as_it_was(province: Province, tmp_path: Path) -> None:
    done = _khop(province, "match", str(province.land), "-o", str(tmp_path / "out.xlsx"), "--original")
    assert done.returncode == 1
    assert "--keep-columns" in done.stderr
