"""khop register: import the population register, look at its versions, bring one back, drop one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.recorded import recording
from app.cli.terminal import now, opened_database, progress, say, told

if TYPE_CHECKING:
    from app.register.importing import Outcome

register = typer.Typer(
    name="register",
    help="Dữ liệu dân cư: nhập, xem, khôi phục, xóa / the population register: import, list, roll back, drop.",
    no_args_is_help=True,
)

_PHASES = {
    "resuming": "Đếm lại phần đã nhập / counting what an earlier run kept",
    "reading": "Đọc và chuẩn hóa / reading",
    "sorting": "Sắp xếp khóa tìm kiếm / sorting keys",
}


@register.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .csv, .parquet hoặc .ndjson / the register file.")],
    scope: Annotated[
        str,
        typer.Option(
            help="Phạm vi dữ liệu, hiện cùng mọi kết quả 'không tìm thấy', ví dụ 'Lâm Đồng, 01/11/2026' / "
            "what the file covers, shown with every 'not found'."
        ),
    ] = "chưa nêu phạm vi / scope not stated",
    units_as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Mã xã theo đơn vị hành chính tại ngày này; bỏ trống: hiện hành / "
            "commune codes follow the units of this date; default: the present ones.",
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(help="Ghi các dòng bị từ chối vào tệp này; mặc định TỆP.rejected.csv / file of refused rows."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Tên của bản này / a name for this version.")] = None,
    max_rejects: Annotated[
        float,
        typer.Option(min=0, max=100, help="Tỷ lệ % dòng bị từ chối tối đa / the largest share of refused rows."),
    ] = 5.0,
    accept_rejects: Annotated[
        bool, typer.Option("--accept-rejects", help="Vẫn dùng dù quá tỷ lệ đó / go on above that share.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Nhập lại tệp đã nhập / import a file that was imported before.")
    ] = False,
    activate: Annotated[
        bool, typer.Option(help="Dùng bản mới ngay khi nhập xong / make the new version the active one.")
    ] = True,
) -> None:
    """Nhập tệp dân cư thành một bản mới và chuyển sang dùng bản đó / import a file as the new register.

    Dòng đầu của tệp là tên cột. Bắt buộc: personal_id, full_name, birth_date;
    nên có: other_names, sex, old_ids, permanent_address, commune_code, status.
    CSV dùng dấu phẩy hoặc chấm phẩy, mã UTF-8. Trong khi nhập, dịch vụ vẫn
    trả lời từ bản đang dùng. Nếu bị ngắt, chạy lại đúng lệnh này: việc nhập
    tiếp tục từ chỗ dừng.

    The first line names the columns: the first three must be there. While the
    import runs, the service answers from the active version. After a break,
    run the same command again: it goes on where it stopped.

    Ví dụ / example: khop register import dan-cu.csv --scope "Lâm Đồng, 01/11/2026"
    """
    from app.register.files import register_file
    from app.register.importing import ImportRequest, Step, import_register

    with told(), opened_database() as database, recording() as record, progress(_PHASES) as show:
        source = register_file(file)
        record("register.import_started", file_bytes=file.stat().st_size)
        request = ImportRequest(
            scope=scope,
            name=name,
            units_as_of=units_as_of.date() if units_as_of else None,
            refused_to=rejects or file.with_name(f"{file.name}.rejected.csv"),
            most_rejects=max_rejects,
            accept_rejects=accept_rejects,
            again=again,
            activate=activate,
        )
        if source.ignored:
            say(f"Bỏ qua các cột / columns ignored: {', '.join(source.ignored)}")

        def report(step: Step) -> None:
            show(step.phase, step.done, step.total, f"{step.rejected:,} bị từ chối / refused" if step.rejected else "")

        outcome = import_register(database, source, request, clock=now, report=report)
        version = outcome.version
        record("register.imported", version_id=version.id, state=version.state, people=version.rows_kept)
    _tell(outcome)


def _tell(outcome: Outcome) -> None:
    version = outcome.version
    if outcome.unchanged:
        say(
            f"✓ Tệp này đã được nhập: bản {version.id} ({version.state}). Nhập lại: thêm --again.\n"
            f"  This file was imported before: version {version.id} ({version.state}). To import anew: --again."
        )
        return
    if outcome.resumed_at:
        say(f"  Tiếp tục từ dòng / resumed after row {outcome.resumed_at:,}")
    kept, refused = f"{version.rows_kept:,}", f"{version.rows_rejected:,}"
    say(
        f"✓ Bản {version.id} ({version.state}): {kept} người, {refused} dòng bị từ chối\n"
        f"  Version {version.id} ({version.state}): {kept} people, {refused} rows refused"
    )
    if outcome.refused_to is not None:
        say(f"  Các dòng bị từ chối / refused rows: {outcome.refused_to}")


@register.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Dạng JSON, cho máy đọc / as JSON.")] = False,
) -> None:
    """Liệt kê các bản dân cư và bản đang dùng / list the versions and which one is active."""
    from app.cli.register_table import as_json_text, as_table
    from app.register import service

    with told(), opened_database() as database:
        found = service.status(database)
    typer.echo(as_json_text(found) if as_json else as_table(found))


@register.command()
def activate(version: Annotated[int, typer.Argument(metavar="BẢN", help="Số của bản / its number.")]) -> None:
    """Chuyển sang dùng một bản đã nhập xong / make a complete version the active one."""
    from app.register import service

    with told(), opened_database() as database, recording() as record:
        found = service.activate(database, version, clock=now)
        record("register.activated", version_id=found.id)
    say(f"✓ Đang dùng bản {found.id} / version {found.id} is active")


@register.command()
def rollback() -> None:
    """Quay lại bản dùng trước bản hiện tại / bring back the version that was active before the present one."""
    from app.register import service

    with told(), opened_database() as database, recording() as record:
        found = service.rollback(database, clock=now)
        record("register.rolled_back", version_id=found.id)
    say(f"✓ Đang dùng bản {found.id} / version {found.id} is active")


@register.command()
def drop(version: Annotated[int, typer.Argument(metavar="BẢN", help="Số của bản / its number.")]) -> None:
    """Xóa hẳn một bản không dùng nữa / remove a version that is not active, for good."""
    from app.register import service
    from app.register.snapshots import drop_snapshots_of
    from app.settings import Settings

    with told(), opened_database() as database, recording() as record:
        service.drop(database, version)
        drop_snapshots_of(Settings().data_dir, version)
        record("register.dropped", version_id=version)
    say(f"✓ Đã xóa bản {version} / version {version} is gone")
