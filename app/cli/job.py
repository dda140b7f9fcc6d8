"""khop job: bulk jobs on the machine of the service, directly on its database; no key is needed, no server runs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.cli.recorded import recording
from app.cli.terminal import opened_database, progress, say, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from app.jobs.progress import JobProgress
    from app.jobs.schemas import JobDetail
    from app.jobs.service import Jobs
    from app.settings import Settings

job = typer.Typer(
    name="job",
    help="Công việc hàng loạt: gửi tệp, theo dõi, lấy kết quả / bulk jobs: submit a file, watch it, fetch results.",
    no_args_is_help=True,
)
JobId = Annotated[str, typer.Argument(metavar="MÃ", help="Mã công việc / the job's id.")]
AsJson = Annotated[bool, typer.Option("--json", help="Dạng JSON, cho máy đọc / as JSON.")]
_PAUSE = 0.5  # seconds between two looks


@job.command()
def submit(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="TỆP", exists=True, dir_okay=False, help="Tệp đất đai: .csv, .xlsx (mẫu PL3-01), .parquet, .ndjson."
        ),
    ],
    sheet: Annotated[str | None, typer.Option(help="Chỉ đọc trang tính này / read this sheet only.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="Cột của một trường, ví dụ full_name=H / the column of a field; may be repeated."),
    ] = None,
    delimiter: Annotated[str | None, typer.Option(help="Dấu phân cách của CSV / of a CSV file.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Bảng mã của tệp văn bản / of a text file.")] = None,
    keep_columns: Annotated[
        bool, typer.Option("--keep-columns", help="Giữ các cột của tệp trong kết quả / carry the file's own columns.")
    ] = False,
    key: Annotated[str | None, typer.Option(help="Khóa: cùng khóa, cùng công việc / same key, same job.")] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Chỉ xem cách đọc tệp / only show how it is read.")
    ] = False,
    follow: Annotated[bool, typer.Option("--watch", help="Theo dõi đến khi xong / watch it to its end.")] = False,
) -> None:
    """Tạo công việc từ một tệp; in mã của nó / create a job from a file and print its id.

    Công việc giữ bản dân cư, mô hình và ngày lúc tạo. Cần có `khop serve` hoặc
    `khop worker` đang chạy để xử lý.

    The job keeps the register version, the model and the day of its creation.
    `khop serve` or `khop worker` has to run for it to be worked on.

    Ví dụ / example: khop job submit dat-dai.xlsx --watch
    """
    from app.jobs import service
    from app.jobs.incoming import read_options
    from app.jobs.previews import previewed
    from app.jobs.received import pieces_of, receive
    from app.jobs.schemas import ReadingOptions
    from app.jobs.service import JobRequest

    with told(), _room() as (room, settings), recording() as record:
        mapping = dict(_pair(each) for each in column or [])
        given = {"sheet": sheet, "mapping": mapping, "delimiter": delimiter, "encoding": encoding}
        options = read_options(ReadingOptions.model_validate(given | {"keep_columns": keep_columns}))
        room.ready()
        received = receive(room.folder(room.new_id()), file.name, pieces_of(file), limit=file.stat().st_size)
        if preview:
            found = previewed(room, received, options, settings.language)
            typer.echo(found.model_dump_json(indent=1))
            return
        made, new = service.create(room, received, JobRequest(key=key, options=options))
        record("job.created" if new else "job.repeated", job_id=made.id, bytes=made.file_bytes)
        if not new:
            say("Khóa này đã tạo công việc / this key has created the job before")
        typer.echo(made.id)
        if follow:
            _watch(room, made.id)


@job.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Số công việc / how many.")] = 20, as_json: AsJson = False
) -> None:
    """Liệt kê công việc, mới nhất trước / list jobs, the newest first."""
    from app.jobs import service

    with told(), _room() as (room, settings):
        found = service.listed(room, client=None, limit=limit)
        if as_json:
            typer.echo(json.dumps([_json(each, settings) for each in found], ensure_ascii=False, indent=1))
            return
        for each in found:
            typer.echo(_line(each))


@job.command()
def show(job_id: JobId, as_json: AsJson = False) -> None:
    """Một công việc: trạng thái, số dòng, kết quả theo nhóm / one job: state, rows, counts."""
    from app.jobs import service

    with told(), _room() as (room, settings):
        found = service.progress(room, job_id, client=None)
        if as_json:
            typer.echo(json.dumps(_json(found, settings), ensure_ascii=False, indent=1))
        else:
            _told(found)


@job.command()
def watch(job_id: JobId) -> None:
    """Theo dõi đến khi công việc kết thúc; Ctrl+C chỉ ngừng theo dõi / watch to the end; Ctrl+C only stops watching."""
    with told(), _room() as (room, _):
        _watch(room, job_id)


@job.command()
def cancel(job_id: JobId) -> None:
    """Hủy; phần đã làm được giữ lại / end a job; what was computed is kept."""
    from app.jobs import service

    with told(), _room() as (room, _), recording() as record:
        service.cancel(room, job_id, client=None)
        record("job.cancelled", job_id=job_id)
        say(f"✓ Đã hủy; chạy tiếp bằng / cancelled; go on with: khop job resume {job_id}")


@job.command()
def resume(job_id: JobId) -> None:
    """Chạy tiếp từ chỗ dừng / go on where it was."""
    from app.jobs import service

    with told(), _room() as (room, _), recording() as record:
        service.resume(room, job_id, client=None)
        record("job.resumed", job_id=job_id)
        say("✓ Chạy tiếp / goes on")


@job.command()
def delete(
    job_id: JobId, yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại / don't ask.")] = False
) -> None:
    """Xóa công việc cùng tệp và kết quả / delete a job with its file and results."""
    from app.jobs import service

    with told(), _room() as (room, _), recording() as record:
        service.progress(room, job_id, client=None)
        if not yes:
            typer.confirm("Xóa cả tệp và kết quả? / Delete file and results?", abort=True, err=True)
        service.delete(room, job_id, client=None)
        record("job.deleted", job_id=job_id, files_gone=not room.folder(job_id).exists())
        say("✓ Đã xóa / deleted")


@job.command()
def results(
    job_id: JobId,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Tệp kết quả: .csv, .xlsx, .parquet, .ndjson, .zip / the results.")
    ],
    verdict: Annotated[list[str] | None, typer.Option(help="full, partial, none; lặp lại được / repeatable.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="Nhóm, ví dụ P2a / categories.")] = None,
    finding: Annotated[list[str] | None, typer.Option(help="Phát hiện, ví dụ id.old / findings.")] = None,
    original: Annotated[
        bool, typer.Option("--original", help="Sổ .xlsx đã gửi, thêm cột / the workbook that was sent, our columns.")
    ] = False,
    proposals: Annotated[
        Literal["approved", "all", "none"],
        typer.Option(help="Với --original: giá trị đề xuất đã duyệt, tất cả, không / proposed values in colour."),
    ] = "approved",
) -> None:
    """Ghi kết quả ra tệp; nhiều hơn một trang tính thì .xlsx thành .zip / write results to a file.

    Ví dụ / example: khop job results MÃ -o ket-qua.xlsx --verdict partial
    """
    from app.files.exports import EXPORT_SUFFIXES, ResultFilter, export_results, fits_a_sheet
    from app.files.write import check_output
    from app.jobs.results import result_file, write_original_of

    with told(), _room() as (room, _), recording() as record:
        path = result_file(room, job_id, client=None, disclosing=True)
        wanted = ResultFilter(frozenset(verdict or ()), frozenset(category or ()), frozenset(finding or ()))
        if original and not wanted.is_all:
            raise typer.BadParameter("--verdict, --category, --finding", param_hint="--original")
        check_output(out, path, suffixes=(".xlsx",) if original else EXPORT_SUFFIXES)
        if out.suffix.lower() == ".xlsx" and not original and not fits_a_sheet(path, wanted):
            out = out.with_suffix(".zip")
        form = "original" if original else out.suffix[1:].lower()
        record("job.results_fetched", job_id=job_id, form=form, disclosed=True)
        written = write_original_of(room, job_id, out, proposals) if original else export_results(path, out, wanted)
        say(f"→ {out}: {written:,} dòng/rows")


def _room() -> AbstractContextManager[tuple[Jobs, Settings]]:
    """The room of jobs of this machine."""
    from contextlib import contextmanager

    @contextmanager
    def opened() -> Iterator[tuple[Jobs, Settings]]:
        from app.main import today_of
        from app.settings import Settings
        from app.worker import jobs_of

        settings = Settings()
        with opened_database(settings) as database:
            yield jobs_of(settings, database, today=today_of(settings)), settings

    return opened()


def _pair(text: str) -> tuple[str, str]:
    field, separator, place = text.partition("=")
    if not field or not separator or not place:
        raise typer.BadParameter("full_name=H", param_hint="--column")
    return field, place


def _detail(found: JobProgress, settings: Settings) -> JobDetail:
    from app.jobs.rendering import job_detail

    return job_detail(found, settings.language)


def _json(found: JobProgress, settings: Settings) -> Any:
    return _detail(found, settings).model_dump(mode="json")


def _line(found: JobProgress) -> str:
    created = found.job.created_at.astimezone().strftime("%Y-%m-%d %H:%M")
    rows = f"{found.rows_done:,}/{found.rows_total:,}" if found.rows_total is not None else "-"
    return f"{found.job.id}  {created}  {found.state:<9}  {rows:>21}  {found.job.file_name}"


def _told(found: JobProgress) -> None:
    from app.jobs.states import TOLD

    typer.echo(_line(found))
    typer.echo(f"  {TOLD[found.state].vi} / {TOLD[found.state].en}")
    if found.reason is not None:
        typer.echo(f"  ! {found.reason.explained('vi')}\n    {found.reason.explained('en')}")
    fixed = found.job
    typer.echo(f"  dân cư/register {fixed.register_version} ({fixed.register_scope}), {fixed.model}, {fixed.as_of}")
    for title, counts in (
        ("kết quả/verdict", found.counts.by_verdict),
        ("nhóm/category", found.counts.by_category),
        ("không đọc được/unread", found.counts.by_error),
    ):
        if counts:
            typer.echo(f"  {title}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items()))


def _watch(room: Jobs, job_id: str) -> None:
    """Show the progress until the job ends; the exit status is 1 if it did not get done."""
    from app.jobs import service
    from app.jobs.states import ENDED, State

    labels = {"read": "Đọc tệp / reading", "match": "Đối chiếu / matching"}
    told_reason = None
    with progress(labels) as show:
        while True:
            found = service.progress(room, job_id, client=None)
            total = found.rows_total or 0
            left = "" if found.seconds_left is None else f"~{found.seconds_left} s"
            if total:
                show("read", found.rows_read, total, "")
                show("match", found.rows_done, total, f"{found.rows_per_second or 0:,.0f}/s {left}")
            if found.reason is not None and found.reason.code != told_reason:
                told_reason = found.reason.code
                say(f"! {found.reason.explained('vi')}\n  {found.reason.explained('en')}")
            if found.state in ENDED:
                break
            time.sleep(_PAUSE)
    _told(found)
    if found.state is not State.DONE:
        raise typer.Exit(1)
