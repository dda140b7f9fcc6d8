"""khop match, khop normalise: a file in, a file out, without a server."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from app.cli.recorded import recording
from app.cli.terminal import opened_database, progress, say, told

if TYPE_CHECKING:
    from app.db import Database
    from app.engines.finish import Totals
    from app.engines.folder import RunFolder
    from app.engines.handed_back import Wish
    from app.engines.manifest import SourceManifest
    from app.engines.plan import RunPlan
    from app.engines.stages import Progress
    from app.files import LandFile
    from app.settings import Settings

_VERDICTS = (("full", "khớp hoàn toàn"), ("partial", "khớp một phần"), ("none", "không khớp"))


def match(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="TỆP", exists=True, dir_okay=False, help="Tệp đất đai: .csv, .xlsx (mẫu PL3-01), .parquet, .ndjson."
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Tệp kết quả: .csv, .xlsx, .parquet, .ndjson, .zip / the results.")
    ],
    sheet: Annotated[str | None, typer.Option(help="Chỉ đọc trang tính này / read this sheet only.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="Cột của một trường, ví dụ full_name=H / the column of a field; may be repeated."),
    ] = None,
    keep_columns: Annotated[
        bool, typer.Option("--keep-columns", help="Giữ mọi cột của tệp vào / carry the input's own columns through.")
    ] = False,
    original: Annotated[
        bool,
        typer.Option(
            "--original",
            help="Ghi vào bản sao của sổ .xlsx đã đọc, thêm cột ở bên phải / the workbook itself and our columns.",
        ),
    ] = False,
    proposals: Annotated[
        Literal["approved", "all", "none"],
        typer.Option(
            "--proposals",
            help="Với --original: giá trị đề xuất trong ô tô màu: đã duyệt, tất cả, không / "
            "proposed values in colour: those that people approved, all, none.",
        ),
    ] = "approved",
    list_name: Annotated[
        str | None,
        typer.Option(
            "--list", help="Danh sách của tệp, để dùng ý kiến rà soát; mặc định tên tệp / its list; default its name."
        ),
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(metavar="TỆP", help="Tệp .csv các dòng không đọc được / the rows that hold nobody.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=0, help="Số tiến trình; 0: mọi nhân / processes; 0: as many as there are cores.")
    ] = 0,
    engine: Annotated[str, typer.Option(help="Máy tính toán / the engine: local.")] = "local",
) -> None:
    """Đối chiếu một tệp đất đai với dữ liệu dân cư đang dùng / match a land file with the active register.

    Mỗi người sử dụng đất là một dòng kết quả, theo thứ tự của tệp; dòng nào
    không đọc được vẫn có mặt với lý do. Kết quả là đối chiếu sơ bộ, không
    thay trả lời của cơ quan quản lý dữ liệu dân cư. Bị ngắt giữa chừng thì chạy
    lại cùng lệnh để làm tiếp.

    One result row for each land user, in the file's order; a row that can't be
    read is there with its reason. A verdict is a preliminary match. Broken off,
    the same command goes on where it was.

    Ví dụ / example: khop match dat-dai.xlsx -o ket-qua.xlsx
    """
    from app.engines.decisions import decisions_of, write_decisions
    from app.engines.folder import RunFolder
    from app.engines.local import run_folder
    from app.engines.plan import ReadOptions
    from app.engines.questions import plan_of
    from app.files.errors import NoWorkbook
    from app.files.exports import EXPORT_SUFFIXES
    from app.files.formats import Format, file_format
    from app.files.write import check_output
    from app.main import today_of
    from app.settings import Settings

    if engine != "local":
        raise typer.BadParameter("local", param_hint="--engine")
    options = ReadOptions(sheet, _mapping(column or []) or {}, keep_columns, list_name=list_name)
    with told():
        check_output(out, file, suffixes=(".xlsx",) if original else EXPORT_SUFFIXES)
        if original and file_format(file) is not Format.XLSX:
            raise NoWorkbook
        if rejects is not None:
            check_output(rejects, file, suffixes=(".csv",))
        settings = Settings()
    with told(), opened_database(settings) as database, recording() as record:
        with database.reading() as session:
            decisions = decisions_of(session, list_name or file.name)
        plan = plan_of(database, file, as_of=today_of(settings)(), options=options, decisions=decisions)
        with run_folder(settings.data_dir, plan, file, waiting=_say_waiting) as folder:
            write_decisions(RunFolder(folder), decisions)
            totals, scope = _run(folder, plan, database, settings, workers)
            record("file.matched", file_bytes=file.stat().st_size, register_id=plan.register, model_id=plan.model)
            wanted = _Wanted(out, rejects, proposals if original else None, list_name or file.name)
            written = _write(RunFolder(folder), database, wanted)
    _tell(totals)
    for path in written:
        say(f"→ {path}  ({plan.model}, dân cư/register {plan.register}: {scope})")


def _say_waiting() -> None:
    say(
        "! Cùng lệnh này đang chạy ở một tiến trình khác; đợi nó xong, hoặc dừng nó\n"
        "  The same command runs in another process; waiting for its end: stop it if it hangs"
    )


def _run(folder: Path, plan: RunPlan, database: Database, settings: Settings, workers: int) -> tuple[Totals, str]:
    """All stages, watched; the counts, and the scope of the register."""
    from app.engines.folder import RunFolder
    from app.engines.local import Watcher, run_here, run_on_all_cores
    from app.engines.questions import is_small, question_of, question_of_small
    from app.register.snapshots import snapshot_folder

    labels = {
        "snapshot": "Bản chụp dân cư / register snapshot",
        "survey": "Xem tệp / surveying",
        "read": "Đọc / reading",
        "match": "Đối chiếu / matching",
        "finish": "Ghép kết quả / joining",
    }
    with progress(labels) as show:
        rate = _Rate()

        def done(at: Progress) -> None:
            show(at.stage, at.done, at.total, rate.of(at.done) if at.stage == "match" else "")

        watcher = Watcher(_announce_reading, done)
        if is_small(RunFolder(folder).input(plan)):
            small = question_of_small(plan, database, settings.data_dir)
            return run_here(folder, plan, small, watcher=watcher), small.stamp.register_scope
        question = question_of(
            plan, database, settings.data_dir, done=lambda behind, total: show("snapshot", behind, total, "")
        )
        database.close()  # the workers need only the snapshot
        snapshot = snapshot_folder(settings.data_dir, plan.register)
        totals = run_on_all_cores(folder, plan, snapshot, workers=workers, watcher=watcher)
        return totals, question.stamp.register_scope


class _Rate:
    """Rows per second since the first rows were behind."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def of(self, rows: int) -> str:
        """The rate, once there is something to compare with."""
        moment = time.monotonic()
        if self._first is None:
            self._first = moment, rows
        passed, more = moment - self._first[0], rows - self._first[1]
        return f"{more / passed:,.0f} dòng/s" if more and passed else ""


class _Wanted(NamedTuple):
    """The files asked for."""

    out: Path
    rejects: Path | None
    original: Wish | None  # the workbook that came in, with our columns and these proposed values
    list_name: str


def _write(run: RunFolder, database: Database, wanted: _Wanted) -> list[Path]:
    """Write the files asked for; a workbook for more rows than a sheet holds becomes a ZIP of numbered ones."""
    from app.engines.handed_back import hand_back, proposals_of
    from app.files.exports import export_results, fits_a_sheet, reject_pieces
    from app.files.write import whole_file

    out, rejects = wanted.out, wanted.rejects
    if wanted.original is not None:
        with database.reading() as session:
            proposals = proposals_of(run, session, wanted.original, list_name=wanted.list_name)
        hand_back(run, run.results, out, proposals)
        if proposals.cells is not None:
            say(f"giá trị đã duyệt / approved values: {len(proposals.cells):,}")
    else:
        if out.suffix.lower() == ".xlsx" and not fits_a_sheet(run.results):
            out = out.with_suffix(".zip")
        export_results(run.results, out)
    if rejects is None:
        return [out]
    with whole_file(rejects) as unfinished, unfinished.open("wb") as file:
        file.writelines(reject_pieces(run.results))
    return [out, rejects]


def normalise(
    file: Annotated[
        Path, typer.Argument(metavar="TỆP", exists=True, dir_okay=False, help="Tệp đất đai / the land file.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Tệp kết quả .ndjson / the clean records.")],
    sheet: Annotated[str | None, typer.Option(help="Chỉ đọc trang tính này / read this sheet only.")] = None,
) -> None:
    """Chuẩn hóa một tệp đất đai, không tra cứu ai / clean a land file; nobody is looked up.

    Mỗi dòng là một bản ghi JSON như trả lời của POST /v1/normalise, với mọi
    thay đổi và quy tắc của nó.

    Each line is a record as `POST /v1/normalise` answers it: every change with
    its rule.

    Ví dụ / example: khop normalise dat-dai.csv -o sach.ndjson
    """
    import json

    from app.files import read_land_file
    from app.files.write import CLEAN_SUFFIXES, check_output, whole_file
    from app.main import today_of
    from app.matches.rendering import Rendering
    from app.settings import Settings
    from matching.normalise import normalise as clean

    with told():
        check_output(out, file, suffixes=CLEAN_SUFFIXES)
        settings = Settings()
        today = today_of(settings)()
        rendering = Rendering(settings.language, lambda personal_id: personal_id)
        source = read_land_file(file, sheet=sheet)
        _announce(source)
        with (
            whole_file(out) as target,
            target.open("w", encoding="utf-8") as lines,
            progress({"normalise": "Chuẩn hóa / cleaning"}) as show,
        ):
            for count, row in enumerate(source, start=1):
                place = {"source_sheet": row.source_sheet or None, "source_row": row.source_row}
                answers = [rendering.clean(clean(raw, as_of=today)) for raw in row.raw]
                for answer in answers or [{"error": row.error or f"skipped:{row.skipped}"}]:
                    lines.write(json.dumps(place | answer, ensure_ascii=False) + "\n")
                if count % 1_000 == 0 or count == source.rows:
                    show("normalise", count, source.rows, "")
    say(f"→ {out}")


def _mapping(columns: list[str]) -> dict[str, str] | None:
    pairs = [column.partition("=") for column in columns]
    if any(not field or not separator or not place for field, separator, place in pairs):
        raise typer.BadParameter("full_name=H", param_hint="--column")
    return {field: place for field, _, place in pairs} or None


def _announce(source: LandFile) -> None:
    """How the file will be read, before anything is done."""
    for table in source.tables:
        named = ", ".join(
            f"{field} ← {column.letter} “{column.header.rsplit(' / ', 1)[-1]}”"
            for field, column in table.mapping.items()
        )
        sheet = f"{table.sheet}: " if table.sheet else ""
        say(f"{sheet}{table.rows:,} dòng/rows, tiêu đề ở dòng/header in row {table.header_row}\n  {named}")
    for hint in source.hints:
        say(f"! {hint.told('vi')}\n  {hint.told('en')}")


def _announce_reading(manifest: SourceManifest) -> None:
    """How the input will be read, before anything is done."""
    from app.files.hints import Hint

    for table in manifest.tables:
        named = ", ".join(
            f"{field} ← {letter} “{header.rsplit(' / ', 1)[-1]}”" for field, (letter, header) in table.mapping.items()
        )
        sheet = f"{table.sheet}: " if table.sheet else ""
        say(f"{sheet}{table.rows:,} dòng/rows, tiêu đề ở dòng/header in row {table.header_row}\n  {named}")
    for code, facts in manifest.hints:
        hint = Hint(code, facts)
        say(f"! {hint.told('vi')}\n  {hint.told('en')}")


def _tell(totals: Totals) -> None:
    """Say what came out."""
    counts = totals.counts
    say(
        f"{counts.rows_in:,} dòng vào/rows in → {counts.rows_out:,} dòng ra/rows out; "
        f"{counts.in_scope:,} người/people in scope"
    )
    for verdict, vietnamese in _VERDICTS:
        found = counts.by_verdict.get(verdict, 0)
        share = 100 * found / counts.in_scope if counts.in_scope else 0.0
        say(f"  {vietnamese} / {verdict}: {found:,} ({share:.1f} %)")
    say("  " + ", ".join(f"{code} {count:,}" for code, count in sorted(counts.by_category.items())))
    if totals.by_file_finding:
        found_in_file = ", ".join(f"{code} {count:,}" for code, count in totals.by_file_finding.items())
        say(f"  toàn tệp / in the whole file: {found_in_file}")
    say(
        f"  ngoài phạm vi / out of scope: {counts.out_of_scope:,}; không xử lý / not read or skipped: {counts.unread:,}"
    )
