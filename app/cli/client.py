"""khop client: who may call the service, and their keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.terminal import now, opened_database, say, told

if TYPE_CHECKING:
    from app.clients.recorded import Changes
    from app.clients.store import Key
    from app.db import Database

client = typer.Typer(
    name="client",
    help="Khách hàng của dịch vụ và khóa của họ / the clients of the service and their keys.",
    no_args_is_help=True,
)
_NAME = typer.Argument(metavar="TÊN", help="Tên hệ thống hoặc cơ quan / the name of a system or an office.")
_DAYS = typer.Option(min=1, max=3650, help="Khóa hết hạn sau số ngày này / the key expires after so many days.")


@contextmanager
def _logs_beside() -> Iterator[None]:
    """Log lines stay out of the output, which is a key: warnings go to standard error, the rest nowhere."""
    import logging

    import structlog

    from app.logs import configure_logs

    root = logging.getLogger()
    configured, before = structlog.is_configured(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    configure_logs(level="warning")
    try:
        yield
    finally:
        if configured:
            structlog.configure(**before)
        else:
            structlog.reset_defaults()  # else what was never configured would count as configured
        root.handlers[:] = handlers
        root.setLevel(level)


@contextmanager
def _keeping() -> Iterator[tuple[Database, Changes]]:
    """The clients, and the access log that keeps every change of them."""
    import getpass

    from app.access_log.log import AccessLog
    from app.clients.recorded import Changes
    from app.settings import Settings

    with told(), _logs_beside():
        settings = Settings()
        with opened_database(settings) as database:
            log = AccessLog(settings.data_dir, clock=now)
            try:
                yield database, Changes(log, f"os:{getpass.getuser()}")
            finally:
                log.close()


@client.command()
def create(
    name: Annotated[str, _NAME],
    scope: Annotated[list[str], typer.Option(help="Quyền, lặp lại được / a scope; may be repeated.")],
    expires_days: Annotated[int | None, _DAYS] = None,
    subject: Annotated[
        str | None,
        typer.Option(help="Dùng token OIDC của subject này thay cho khóa / takes this subject's tokens; no key."),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0, help="Số yêu cầu mỗi giây, 0: không giới hạn / requests a second, 0: any.")
    ] = None,
    concurrent: Annotated[
        int | None, typer.Option(min=0, help="Số yêu cầu cùng lúc, 0: không giới hạn / requests at once, 0: any.")
    ] = None,
    attempts: Annotated[
        int | None,
        typer.Option(min=0, help="Số lần thử mỗi ngày về một người, 0: không giới hạn / attempts a day, 0: any."),
    ] = None,
) -> None:
    """Tạo khách hàng và in khóa, một lần duy nhất / make a client and print its key, this once.

    Quyền / scopes: match, match:disclose, jobs, audits, reviews, reviews:approve,
    register:write, admin, access-log, metrics.

    Ví dụ / example: khop client create "Phần mềm địa chính" --scope match --expires-days 365
    """
    from app.clients import service
    from app.clients.store import Limits

    with _keeping() as (database, changes):
        new = service.NewClient(
            name, frozenset(scope), subject, Limits(rate, concurrent, attempts), _time(expires_days)
        )
        made, key = service.create(database, new, now=now())
        changes.kept("client.created", made)
    say(f"✓ {made.name} (số/number {made.id}): {' '.join(sorted(made.scopes))}")
    _show(key)


@client.command()
def rotate(
    name: Annotated[str, _NAME],
    overlap_hours: Annotated[
        float, typer.Option(min=0, max=24 * 90, help="Khóa cũ còn dùng được / how long the old keys go on.")
    ] = 24.0,
    expires_days: Annotated[int | None, _DAYS] = None,
) -> None:
    """Cấp khóa mới; khóa cũ còn dùng trong thời gian chồng lấn / a new key; the old ones go on for the overlap.

    Ví dụ / example: khop client rotate "Phần mềm địa chính" --overlap-hours 48
    """
    from app.clients import service

    with _keeping() as (database, changes):
        found = service.named(database, name)
        _, key = service.rotate(
            database, found.id, overlap=timedelta(hours=overlap_hours), valid_for=_time(expires_days), now=now()
        )
        changes.kept("client.rotated", found)
    say(f"✓ Khóa mới; khóa cũ còn {overlap_hours:g} giờ / a new key; the old ones go on for {overlap_hours:g} hours")
    _show(key)


@client.command()
def revoke(
    name: Annotated[str, _NAME],
    key: Annotated[
        str | None, typer.Option(help="Chỉ thu hồi khóa có phần đầu này / only the key with this prefix.")
    ] = None,
) -> None:
    """Thu hồi khách hàng, hoặc một khóa, có hiệu lực ngay / close a client, or one key, at once.

    Ví dụ / example: khop client revoke "Phần mềm địa chính"
    """
    from app.clients import service

    with _keeping() as (database, changes):
        found = service.revoke(database, service.named(database, name).id, prefix=key, now=now())
        changes.kept("client.revoked", found, prefix=key)
    say("✓ Đã thu hồi / revoked")


@client.command("list")
def list_() -> None:
    """Liệt kê khách hàng, quyền và khóa (phần đầu) / list clients, scopes and keys (their prefixes)."""
    from rich.console import Console
    from rich.table import Table

    from app.clients import service

    with told(), opened_database() as database:
        found = service.listed(database)
    table = Table("số / no.", "tên / name", "quyền / scopes", "khóa / keys", "trạng thái / state")
    for entry in found:
        state = "đã thu hồi / revoked" if entry.client.revoked_at is not None else "✓"
        keys = "\n".join(_key_line(key) for key in entry.keys) or entry.client.subject or "-"
        table.add_row(str(entry.client.id), entry.client.name, " ".join(sorted(entry.client.scopes)), keys, state)
    Console().print(table)


def _key_line(key: Key) -> str:
    if key.revoked_at is not None:
        return f"{key.prefix} ✗ {key.revoked_at:%Y-%m-%d}"
    return key.prefix if key.expires_at is None else f"{key.prefix} → {key.expires_at:%Y-%m-%d %H:%M}Z"


def _time(days: int | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)


def _show(key: str | None) -> None:
    """The key alone on standard output, so that a script can keep it; what to do with it beside."""
    if key is None:
        say("  Dùng token của nhà phát hành OIDC / comes with tokens of the OIDC issuer")
        return
    say("  Khóa chỉ hiện một lần; gửi trong tiêu đề Authorization: Bearer KHÓA cùng X-Purpose.")
    say("  The key is shown this once; send it as Authorization: Bearer KEY, with X-Purpose.")
    typer.echo(key)
