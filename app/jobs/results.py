"""The results of a job that is done: as a page, as files, as the workbook that came, without what may not be seen."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from app.engines.folder import RunFolder, appearing
from app.engines.handed_back import Wish, check_workbook, hand_back, proposals_of
from app.files.exports import ResultFilter, export_pieces, file_pieces, fits_a_sheet, reject_pieces, result_page
from app.files.original import Proposals
from app.jobs import service
from app.jobs.service import Jobs

WITHHELD: Final = (
    *(f"proposed_{name}" for name in ("full_name", "personal_id", "birth_date", "commune_code")),
    "decision_personal_id",
)
Json = dict[str, Any]


def result_file(room: Jobs, job_id: str, *, client: str | None, disclosing: bool) -> Path:
    """The results; JobNotDone before there are any.

    Without the disclosing scope a personal number appears only where the land record holds it, and nothing is proposed
    (DESIGN, "The contract"); that copy is made once.
    """
    _, folder = service.done_folder(room, job_id, client=client)
    results = RunFolder(folder).results
    return results if disclosing else _withheld(results)


def _withheld(results: Path) -> Path:
    target = results.with_name("results-withheld.parquet")
    if not target.exists():
        with (
            appearing(target) as unfinished,
            pq.ParquetFile(results) as file,
            pq.ParquetWriter(unfinished, file.schema_arrow, compression="zstd") as writer,
        ):
            for group in range(file.num_row_groups):
                writer.write_table(_without_register(file.read_row_group(group, use_threads=False)))
    return target


def _without_register(table: Any) -> Any:
    """The same rows with nothing of the register's that the land record does not hold."""
    sent = zip(table["personal_id"].to_pylist(), table["id_number"].to_pylist(), strict=True)
    kept = [number if number in (numbers or "").split(";") else None for number, numbers in sent]
    columns = {"personal_id": pa.array(kept, pa.string())}
    columns |= {name: pa.nulls(table.num_rows, table.schema.field(name).type) for name in WITHHELD}
    for name, values in columns.items():
        table = table.set_column(table.schema.get_field_index(name), table.schema.field(name), values)
    return table


def results_page(results: Path, wanted: ResultFilter, *, offset: int, limit: int) -> tuple[list[Json], int]:
    """Some of the wanted results, and how many are wanted in all."""
    return result_page(results, wanted, offset=offset, limit=limit)


def result_pieces(results: Path, suffix: str, wanted: ResultFilter) -> tuple[Iterator[bytes], str]:
    """The bytes of a file of results, piece by piece, and its ending: too many rows for a workbook become a ZIP."""
    if suffix == "rejects":
        return reject_pieces(results), ".csv"
    made = ".zip" if suffix == ".xlsx" and not fits_a_sheet(results, wanted) else suffix
    return export_pieces(results, made, wanted), made


def write_original_of(room: Jobs, job_id: str, target: Path, wish: Wish) -> int:
    """Write the workbook that a job was created with, with all that an operator may see; says how many rows got it."""
    run, proposals = _original(room, job_id, wish, client=None)
    return hand_back(run, run.results, target, proposals)


def original_pieces(room: Jobs, job_id: str, wish: Wish, *, client: str | None, disclosing: bool) -> Iterator[bytes]:
    """The bytes of the workbook that a job was created with, with our columns; NoWorkbook where it was none.

    Without the disclosing scope nothing is proposed.
    """
    run, proposals = _original(room, job_id, wish if disclosing else "none", client=client)
    return _original_pieces(run, run.results if disclosing else _withheld(run.results), proposals)


def _original(room: Jobs, job_id: str, wish: Wish, *, client: str | None) -> tuple[RunFolder, Proposals]:
    job, folder = service.done_folder(room, job_id, client=client)
    run = RunFolder(folder)
    check_workbook(run)
    with room.database.reading() as session:
        return run, proposals_of(run, session, wish, list_name=job.list_name)


def _original_pieces(run: RunFolder, results: Path, proposals: Proposals) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(dir=run.path) as folder:
        made = Path(folder) / "original.xlsx"
        hand_back(run, results, made, proposals)
        yield from file_pieces(made)
