"""khop db: the tables of the service."""

from __future__ import annotations

import typer

from app.cli.terminal import say, told

db = typer.Typer(
    name="db",
    help="Cơ sở dữ liệu của dịch vụ: tạo và nâng cấp bảng / the service's database: create and upgrade its tables.",
    no_args_is_help=True,
)


@db.callback()
def _group() -> None:
    """Keep `upgrade` a command of its own name."""


@db.command()
def upgrade() -> None:
    """Tạo bảng, hoặc nâng cấp lên phiên bản của chương trình / create the tables, or bring them up to date.

    Chạy một lần sau khi cài đặt và sau mỗi lần cập nhật; chạy lại không hại gì.
    Địa chỉ cơ sở dữ liệu: biến môi trường KHOP_DATABASE_URL.

    Run once after installation and after each update; again does no harm.
    The database is the one that KHOP_DATABASE_URL names.
    """
    from app import migrations
    from app.db import database
    from app.settings import Settings

    with told():
        opened = database(Settings())
        try:
            before = migrations.current(opened)
            migrations.upgrade(opened)
            say(f"✓ {before or '-'} → {migrations.head()}")
        finally:
            opened.close()
