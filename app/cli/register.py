"""khop register: import the population register, change it, look at its versions, bring one back, drop one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.recorded import recording
from app.cli.terminal import now, opened_database, progress, say, told

if TYPE_CHECKING:
    from app.register.deltas import DeltaOutcome
    from app.register.importing import Outcome, Step

register = typer.Typer(
    name="register",
    help="Dữ liệu dân cư: nhập, cập nhật, xem, khôi phục, xóa / the register: import, change, list, roll back, drop.",
    no_args_is_help=True,
)

_PHASES = {
    "resuming": "Đếm lại phần đã nhập / counting what an earlier run kept",
    "reading": "Đọc và chuẩn hóa / reading",
    "sorting": "Sắp xếp khóa tìm kiếm / sorting keys",
}

_UnitsAsOf = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help="Mã xã theo đơn vị hành chính tại ngày này; bỏ trống: hiện hành, khi cập nhật thì như bản đang dùng / "
        "commune codes follow the units of this date; default: the present ones, for changes those of the version.",
    ),
]
_Rejects = Annotated[
    Path | None,
    typer.Option(help="Ghi các dòng bị từ chối vào tệp này; mặc định TỆP.rejected.csv / file of refused rows."),
]
_Name = Annotated[str | None, typer.Option(help="Tên của bản này / a name for this version.")]
_MaxRejects = Annotated[
    float, typer.Option(min=0, max=100, help="Tỷ lệ % dòng bị từ chối tối đa / the largest share of refused rows.")
]
_AcceptRejects = Annotated[
    bool, typer.Option("--accept-rejects", help="Vẫn dùng dù quá tỷ lệ đó / go on above that share.")
]


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
    units_as_of: _UnitsAsOf = None,
    rejects: _Rejects = None,
    name: _Name = None,
    max_rejects: _MaxRejects = 5.0,
    accept_rejects: _AcceptRejects = False,
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
    from app.register.importing import ImportRequest, import_register

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

        outcome = import_register(database, source, request, clock=now, report=_shown(show))
        version = outcome.version
        record("register.imported", version_id=version.id, state=version.state, people=version.rows_kept)
    _tell(outcome)


def _shown(show: Callable[[str, int, int, str], None]) -> Callable[[Step], None]:
    """Tells how far a file is read, and how many rows were refused."""

    def report(step: Step) -> None:
        show(step.phase, step.done, step.total, f"{step.rejected:,} bị từ chối / refused" if step.rejected else "")

    return report


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
def delta(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp .csv, .parquet hoặc .ndjson / the file of changes.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ đếm, không ghi gì / count only, write nothing to the register.")
    ] = False,
    scope: Annotated[
        str | None, typer.Option(help="Phạm vi mới, ví dụ có ngày mới; bỏ trống: như cũ / the scope, if it changes.")
    ] = None,
    units_as_of: _UnitsAsOf = None,
    rejects: _Rejects = None,
    name: _Name = None,
    max_rejects: _MaxRejects = 5.0,
    accept_rejects: _AcceptRejects = False,
) -> None:
    """Cập nhật dân cư bằng tệp thay đổi hằng ngày / change the register by a daily file of changes.

    Cột operation (thao_tac): upsert (thêm, sửa; mặc định) hoặc remove (xóa);
    các cột khác như tệp dân cư. Dòng xóa chỉ cần personal_id. Bản mới được dùng
    ngay; quay lại: khop register rollback. Công việc đang chạy giữ bản cũ.

    The column operation says upsert (the default) or remove; the other columns
    are those of the register file. The result is a new version, active at once.

    Ví dụ / example: khop register delta thay-doi.csv --dry-run
    """
    from app.register.deltas import DeltaRequest, apply_delta
    from app.register.files import delta_file

    with told(), opened_database() as database, recording() as record, progress(_PHASES) as show:
        source = delta_file(file)
        if not dry_run:
            record("register.delta_started", file_bytes=file.stat().st_size)
        if source.ignored:
            say(f"Bỏ qua các cột / columns ignored: {', '.join(source.ignored)}")
        request = DeltaRequest(
            scope=scope,
            name=name,
            units_as_of=units_as_of.date() if units_as_of else None,
            refused_to=rejects or file.with_name(f"{file.name}.rejected.csv"),
            most_rejects=max_rejects,
            accept_rejects=accept_rejects,
            dry_run=dry_run,
        )

        outcome = apply_delta(database, source, request, clock=now, report=_shown(show))
        version = outcome.version
        record(
            "register.delta_tried" if dry_run else "register.changed",
            version_id=None if version is None else version.id,
            parent_id=outcome.parent.id,
            **outcome.counts._asdict(),
        )
    _tell_changes(outcome, dry_run=dry_run)


def _tell_changes(outcome: DeltaOutcome, *, dry_run: bool) -> None:
    counts, parent = outcome.counts, outcome.parent
    if outcome.repeated:
        say(
            f"✓ Tệp này vừa được áp dụng: bản {parent.id} đang dùng; không có gì thay đổi.\n"
            f"  Version {parent.id}, the active one, came out of this very file; nothing was changed."
        )
        return
    say(
        f"  Mới {counts.added:,} · sửa {counts.changed:,} · không đổi {counts.unchanged:,} · xóa {counts.removed:,} · "
        f"xóa người không có {counts.unknown:,} · từ chối {outcome.rejected:,}\n"
        f"  New {counts.added:,}, changed {counts.changed:,}, unchanged {counts.unchanged:,}, removed "
        f"{counts.removed:,}, unknown removals {counts.unknown:,}, refused {outcome.rejected:,}"
    )
    if outcome.fields:
        fields = ", ".join(f"{name} {count:,}" for name, count in sorted(outcome.fields.items()))
        say(f"  Trường thay đổi / fields changed: {fields}")
    if outcome.refused_to is not None:
        say(f"  Các dòng bị từ chối / refused rows: {outcome.refused_to}")
    if outcome.version is not None:
        version = outcome.version
        say(
            f"✓ Đang dùng bản {version.id}: {version.rows_kept:,} người, từ bản {parent.id}\n"
            f"  Version {version.id} is active: {version.rows_kept:,} people, from version {parent.id}"
        )
        if outcome.compacted:
            say("  Nhiều thay đổi: bản này chứa đủ mọi người / so many changes: all people were written anew")
    elif dry_run:
        say(f"✓ Chạy thử: bản {parent.id} giữ nguyên / dry run: version {parent.id} stays")
    else:
        say(f"✓ Không có gì thay đổi: bản {parent.id} giữ nguyên / nothing changes: version {parent.id} stays")


@register.command()
def compact() -> None:
    """Gộp các thay đổi: ghi lại đủ mọi người thành một bản mới / write all people anew, changes included.

    Kết quả đối chiếu không đổi. Sau đó có thể xóa các bản cũ bên dưới.
    No answer changes by it; afterwards the versions below can be dropped.
    """
    from app.register.compacting import compact as compact_active

    with told(), opened_database() as database, recording() as record, progress(_PHASES) as show:
        version = compact_active(database, clock=now, report=lambda step: show(step.phase, step.done, step.total, ""))
        record("register.compacted", version_id=version.id, people=version.rows_kept)
    say(f"✓ Đang dùng bản {version.id} / version {version.id} is active: {version.rows_kept:,}")


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
