"""khop log: verify, export and anchor the access log."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TextIO

import typer

from app.cli.recorded import recording
from app.cli.terminal import now, say, told

if TYPE_CHECKING:
    from app.access_log.keys import Keys

log = typer.Typer(
    name="log",
    help="Nhật ký truy cập: kiểm tra, xuất, ký / the access log: verify, export, sign.",
    no_args_is_help=True,
)
_MOMENT = "YYYY-MM-DD hoặc/or YYYY-MM-DDThh:mm:ss+07:00"


@log.command()
def verify(
    heads: Annotated[
        Path | None,
        typer.Option(
            help="Tệp do `khop log heads` ghi trước đây / heads that were exported before; "
            "phát hiện cả việc khôi phục nhật ký cũ / finds a log that was put back to an older state."
        ),
    ] = None,
) -> None:
    """Kiểm tra toàn bộ nhật ký: sửa, xóa, đổi thứ tự, cắt đuôi, thay chuỗi / check the whole log.

    Trạng thái thoát 1 nếu có dấu vết can thiệp; dòng dở dang do mất điện không
    phải là can thiệp. / Exit status 1 on any sign of tampering; a line torn by
    a crash is none. The log may be in use meanwhile.
    """
    from app.access_log.export import heads_of
    from app.access_log.verify import NOTES, PROBLEMS
    from app.access_log.verify import verify as check

    with told():
        folder, keys = _log()
        exported = None if heads is None else heads_of(heads.read_text(encoding="utf-8"))
        report = check(folder, keys, exported=exported)
    for note in report.notes:
        typer.echo(f"· {note.code}  {note.chain}  {note.entry}  {NOTES[note.code]}")
    for problem in report.problems:
        typer.echo(f"✗ {problem.code}  {problem.chain}  {problem.entry}  {PROBLEMS[problem.code]}")
    counts = f"{report.chains:,} chuỗi/chains, {report.entries:,} mục/entries, {report.anchors:,} chữ ký/anchors"
    if not report.intact:
        typer.echo(f"✗ {counts}: {len(report.problems)} dấu vết can thiệp / signs of tampering")
        raise typer.Exit(1)
    typer.echo(f"✓ {counts}: nguyên vẹn / intact")


@log.command()
def heads(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Ghi vào tệp này / to this file.")] = None,
) -> None:
    """Ký và in đầu của mọi chuỗi; cất ở nơi khác / sign and print the head of every chain; keep them elsewhere.

    Ví dụ / example: khop log heads -o /mnt/kiem-toan/2026-11-22.json
    """
    from app.access_log.export import heads as signed
    from app.access_log.export import heads_text

    with told(), _written(output) as file:
        folder, keys = _log()
        file.write(heads_text(signed(folder, keys, clock=now)))


@log.command()
def export(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Ghi vào tệp này / to this file.")] = None,
    since: Annotated[str | None, typer.Option(help=f"Từ lúc / from this moment on: {_MOMENT}.")] = None,
    until: Annotated[str | None, typer.Option(help=f"Đến trước lúc / before this moment: {_MOMENT}.")] = None,
    who: Annotated[str | None, typer.Option(help="Chỉ của bên gọi này / only of this client.")] = None,
    person: Annotated[
        bool,
        typer.Option(
            "--person",
            help="Đọc một số định danh từ đầu vào chuẩn; chỉ xuất các mục về người đó / "
            "read a personal number from standard input; only entries about that person.",
        ),
    ] = False,
    form: Annotated[Literal["ndjson", "csv"], typer.Option("--format", help="Dạng / the form.")] = "ndjson",
) -> None:
    """Xuất nhật ký theo thời gian, cho kiểm toán hoặc trả lời người dân / entries by time, for an auditor.

    Ví dụ / example: khop log export --since 2026-11-01 --format csv -o nhat-ky.csv
    """
    from app.access_log.export import Wanted, entries, write_csv, write_ndjson

    with told(), _written(output) as file:
        folder, keys = _log()
        with recording() as record:
            record("access_log.read", of_person=person)
        wanted = Wanted(
            since=_moment(since),
            until=_moment(until),
            who=who,
            person=keys.pseudonym(sys.stdin.readline().strip()) if person else None,
        )
        write = write_csv if form == "csv" else write_ndjson
        count = write(entries(folder, wanted), file)
    say(f"✓ {count:,} mục / entries")


def _log() -> tuple[Path, Keys]:
    from app.access_log.keys import keys_of
    from app.access_log.log import FOLDER
    from app.settings import Settings

    data_dir = Settings().data_dir
    return data_dir / FOLDER, keys_of(data_dir)


@contextlib.contextmanager
def _written(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
    else:
        with output.open("w", encoding="utf-8", newline="") as file:
            yield file


def _moment(text: str | None) -> datetime | None:
    """A moment; without a time zone it is Vietnam's."""
    from zoneinfo import ZoneInfo

    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(_MOMENT) from None
    return found.replace(tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")) if found.tzinfo is None else found
