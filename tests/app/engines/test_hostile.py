"""Files that mean harm: refused, or their rows counted as errors, in memory that doesn't grow with them."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

_MOST_MB = 450  # of a process that reads: the libraries alone take about 200
_READ = """
import sys
from datetime import date
from pathlib import Path
from app.engines.folder import RunFolder
from app.engines.plan import RunPlan, content_hash
from app.engines.stages import read_stage
from app.files import FileRefused

folder, file = Path(sys.argv[1]), Path(sys.argv[2])
plan = RunPlan(file.name, content_hash(file), 1, "1:0", "model", "{}", date(2026, 11, 22))
run = RunFolder(folder)
run.write_plan(plan)
run.input(plan).parent.mkdir()
run.input(plan).symlink_to(file)
try:
    manifest = read_stage(folder, plan)
    print("read", manifest.rows, manifest.records)
except FileRefused as refused:
    print("refused", refused.code)
    print("left", *sorted(path.name for path in run.path.glob("source/*")))
# Of this program alone: what getrusage tells may be the peak of the process that started it.
(peak,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
print("peak", int(peak.split()[1]) // 1024)
"""
HEADER = "full_name,id_number,note\n"


def _huge_cell(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "Trần Văn Ba,068085001234,")
        for _ in range(300):
            file.write("x" * (1 << 20))
        file.write("\nLê Thị Mỹ,068188004321,\n")


def _open_quote(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + 'Trần Văn Ba,068085001234,"')
        for _ in range(1_000):
            file.write("dòng không đóng ngoặc\n" * 1_000)


def _many_columns(path: Path) -> None:
    path.write_text("full_name,id_number," + ",".join(f"c{n}" for n in range(100_000)) + "\n", encoding="utf-8")


def _a_million_columns(path: Path) -> None:
    path.write_text("full_name,id_number," + ",".join(f"c{n}" for n in range(1_000_000)) + "\n", encoding="utf-8")


def _cut_off_parquet(path: Path) -> None:
    pq.write_table(pa.table({"full_name": ["Trần Văn Ba"] * 1_000, "id_number": ["068085001234"] * 1_000}), path)
    path.write_bytes(path.read_bytes()[:-200])


def _cut_off_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 100)
    path.write_bytes(path.read_bytes()[:-30])


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(200):
                sheet.write(b" " * (1 << 20))


def _numbers_for_names(path: Path) -> None:
    pq.write_table(pa.table({"full_name": [1.5, None, 3.0], "id_number": [68085001234, 2, None]}), path)


@pytest.mark.parametrize(
    ("make", "suffix", "expected"),
    [
        (_huge_cell, ".csv", "read 2 1"),
        (_many_columns, ".csv", "refused file.too_large"),
        (_a_million_columns, ".csv", "refused file.header_missing"),  # no line is that long
        (_cut_off_parquet, ".parquet", "refused file.broken"),
        (_cut_off_workbook, ".xlsx", "refused file.broken"),
        (_bomb, ".xlsx", "refused file.too_large"),
        (_numbers_for_names, ".parquet", "read 3 3"),
        (_open_quote, ".csv", "read "),
    ],
)
def test_a_hostile_file_is_refused_or_read_in_bounded_memory(
    tmp_path: Path, make: Callable[[Path], None], suffix: str, expected: str
) -> None:
    file = tmp_path / f"hostile{suffix}"
    make(file)
    command = [sys.executable, "-c", _READ, str(tmp_path / "run"), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    first, *others = done.stdout.splitlines()
    assert first.startswith(expected)
    assert int(others[-1].split()[1]) < _MOST_MB
    if first.startswith("refused"):
        assert others[0] == "left"
