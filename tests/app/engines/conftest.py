"""Runs over a small invented province: its register in SQLite, a land file with every kind of row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.db import Database, database
from app.engines.finish import Totals
from app.engines.folder import RunFolder
from app.engines.local import Watcher, run_here
from app.engines.plan import ReadOptions, RunPlan
from app.engines.questions import plan_of, question_of
from app.migrations import make_current
from app.register.files import register_file
from app.register.importing import ImportRequest, import_register
from app.settings import Settings
from matching.link import Question
from matching.synthetic.land import land
from matching.synthetic.population import population

AS_OF = date(2026, 11, 22)
PEOPLE = 1_500
ODD_ROWS = (
    {},
    {"full_name": "Tổng cộng: 25 thửa"},
    {"full_name": "UBND xã Bảo Lâm 2", "parcel_id": "1"},
    {"full_name": "Chưa có chủ", "parcel_id": "2"},
    {"full_name": "=HYPERLINK(1)", "id_number": "068085001234"},
    {"full_name": "Trần Văn Ba\nvà vợ Lê Thị Mỹ", "id_number": "068085001234, 068188004321"},
    {"full_name": "Hộ ông Trần Văn Ba", "birth_date": "1985"},
    {"full_name": "John Smith", "id_number": "B1234567"},
    {"id_number": "68085001234"},
    {"parcel_id": "3"},
    {"full_name": "x" * 5_000},
)


@dataclass(frozen=True)
class Province:
    """A register, a land file, and the folder of the service's data."""

    database: Database
    settings: Settings
    land: Path

    @property
    def data_dir(self) -> Path:
        """Where snapshots and runs are."""
        return self.settings.data_dir

    def plan(self, file: Path | None = None, *, rows_per_chunk: int = 100, **options: object) -> RunPlan:
        """A plan for a file; for the land file if none is named."""
        read = ReadOptions(**options)  # type: ignore[arg-type]
        return plan_of(self.database, file or self.land, as_of=AS_OF, options=read, rows_per_chunk=rows_per_chunk)

    def question(self, plan: RunPlan) -> Question:
        """What the plan asks."""
        return question_of(plan, self.database, self.data_dir)

    def begun(self, folder: Path, plan: RunPlan, file: Path | None = None) -> RunFolder:
        """The folder of a run that has read nothing yet."""
        run = RunFolder(folder)
        run.write_plan(plan)
        run.input(plan).parent.mkdir()
        run.input(plan).symlink_to(file or self.land)
        return run

    def run(self, folder: Path, plan: RunPlan, file: Path | None = None) -> tuple[RunFolder, Totals]:
        """A whole run in this process."""
        run = self.begun(folder, plan, file)
        return run, run_here(folder, plan, self.question(plan), watcher=Watcher())


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """The invented province, made once."""
    folder = tmp_path_factory.mktemp("province")
    people = pa.Table.from_batches(population(PEOPLE, 1, provinces=("68",), as_of=AS_OF))
    pq.write_table(people, folder / "people.parquet")
    settings = Settings(database_url=f"sqlite:///{folder / 'khop.db'}", data_dir=folder / "data", as_of=AS_OF)
    opened = database(settings)
    make_current(opened)
    import_register(
        opened,
        register_file(folder / "people.parquet"),
        ImportRequest(scope="Lâm Đồng (thử)"),
        clock=lambda: datetime(2026, 11, 22, tzinfo=UTC),
    )
    path = folder / "land.csv"
    rows = [row for batch, _ in land(people, 400, 1, as_of=AS_OF) for row in batch.to_pylist()]
    write_land(path, [*rows, *ODD_ROWS, *rows[:3]])
    yield Province(opened, settings, path)
    opened.close()


def write_land(path: Path, rows: list[dict[str, str | None]]) -> Path:
    """A land file as CSV."""
    names = list(rows[0])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
