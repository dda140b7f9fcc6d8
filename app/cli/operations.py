"""khop backup, khop restore, khop retention: keeping the service's data, and letting it go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from app.cli.recorded import recording
from app.cli.terminal import now, opened_database, say, told

WithDatabase = Annotated[
    bool,
    typer.Option(
        "--database/--no-database", help="Cả cơ sở dữ liệu / the database too; PostgreSQL: pg_dump, pg_restore."
    ),
]

retention = typer.Typer(
    name="retention",
    help="Xóa dữ liệu quá hạn / delete what is past its time.",
    no_args_is_help=True,
)


@retention.callback()
def _group() -> None:
    """Keep `run` a command of its own name."""


def backup(
    target: Annotated[Path, typer.Argument(metavar="THƯ-MỤC", help="Thư mục mới / a new folder.")],
    with_database: WithDatabase = True,
) -> None:
    """Sao lưu cơ sở dữ liệu và thư mục dữ liệu, khi dịch vụ đang chạy / back up everything; the service may run.

    Bản sao chứa dữ liệu cá nhân và khóa: mã hóa và cất riêng. / The backup
    holds personal data and keys: encrypt it and keep it apart.
    """
    from app.operations.backup import backup as made
    from app.settings import Settings

    with told(), recording() as record:
        record("backup.started", database=with_database)  # everybody's data leaves with it
        copied = made(Settings(), target, now=now(), with_database=with_database)
    say(f"✓ {copied.files:,} tệp/files, {copied.bytes:,} byte: {target}")


def restore(
    source: Annotated[Path, typer.Argument(metavar="THƯ-MỤC", help="Thư mục của bản sao lưu / a backup's folder.")],
    with_database: WithDatabase = True,
) -> None:
    """Khôi phục vào thư mục dữ liệu và cơ sở dữ liệu trống / restore into an empty data folder and database.

    Mọi tệp được kiểm tra trước khi chép. / Every file is checked first.
    """
    from app.operations.backup import restore as put_back
    from app.settings import Settings

    with told():
        copied = put_back(Settings(), source, with_database=with_database)
    say(f"✓ {copied.files:,} tệp/files, {copied.bytes:,} byte")


@retention.command()
def run(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ liệt kê, không xóa / only list what would be deleted.")
    ] = False,
) -> None:
    """Xóa công việc và kiểm tra quá hạn / delete jobs and audits past their time.

    Theo KHOP_JOB_DAYS, KHOP_AUDIT_DAYS và KHOP_SIGNED_AUDIT_DAYS (0: giữ; cuộc
    kiểm tra đã ký mặc định được giữ). Chạy mỗi ngày. Mỗi lần xóa có chứng nhận
    trong nhật ký truy cập.

    By KHOP_JOB_DAYS, KHOP_AUDIT_DAYS and KHOP_SIGNED_AUDIT_DAYS (0: kept;
    signed audits are by default). Run it daily. Each deletion leaves its
    certificate in the access log.
    """
    from app.access_log.log import AccessLog
    from app.audits import retention as audits
    from app.audits.service import AuditRoom
    from app.jobs.recorded import delete_expired
    from app.jobs.store import ended_before
    from app.main import today_of
    from app.reviews.acting import review_room
    from app.settings import Settings
    from app.worker import jobs_of

    with told():
        settings = Settings()
        with opened_database(settings) as database:
            room = jobs_of(settings, database, today=today_of(settings))
            of_audits = AuditRoom(room, review_room(room).reviews)
            terms = audits.Terms(settings.audit_days, settings.signed_audit_days)
            if dry_run:
                with database.reading() as session:
                    jobs = ended_before(session, room.clock() - timedelta(days=settings.job_days))
                for kind, ids in (("job", jobs), ("audit", [one.id for one in audits.expired(of_audits, terms)])):
                    for each in ids:
                        typer.echo(f"{kind}  {each}")
                return

            def log() -> AccessLog:
                return AccessLog(settings.data_dir, clock=now)

            audits.keep_rates(of_audits, settings.job_days)
            deleted = delete_expired(room, settings.job_days, log)
            gone = audits.delete_expired(of_audits, terms, log)
    say(f"✓ {len(deleted):,} công việc đã xóa / jobs deleted")
    say(f"✓ {len(gone):,} cuộc kiểm tra đã xóa / audits deleted")


def settings(
    markdown: Annotated[bool, typer.Option("--markdown", help="Dạng trang docs/settings.md / as that page.")] = False,
) -> None:
    """Liệt kê các biến môi trường KHOP_… và giá trị mặc định / list the environment variables and their defaults."""
    from app.cli.settings_table import markdown as page
    from app.cli.settings_table import rows

    if markdown:
        typer.echo(page(), nl=False)
        return
    for name, default, text in rows():
        typer.echo(f"{name}  {default}\n    {text}")
