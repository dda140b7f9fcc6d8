"""The key of the demo: kept in a file for its owner's eyes, so that examples can be tried again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.terminal import now

if TYPE_CHECKING:
    from app.db import Database

NAME = "demo"
FILE = "demo.key"
_NONE, _MONTH = timedelta(), timedelta(days=30)


def demo_key(database: Database, folder: Path) -> tuple[str, Path]:
    """The demo's key, made anew where there is none or it opens nothing any more, and the file that holds it."""
    from app.clients import service
    from app.clients.errors import ClientMissing
    from app.clients.scopes import SCOPES
    from app.clients.service import NewClient

    path = folder / FILE
    kept = path.read_text(encoding="ascii").strip() if path.exists() else ""
    if kept and _opens(database, kept):
        return kept, path
    try:
        client = service.named(database, NAME)
        _, key = service.rotate(database, client.id, overlap=_NONE, valid_for=_MONTH, now=now())
    except ClientMissing:
        new = NewClient(NAME, frozenset(SCOPES), valid_for=_MONTH)
        _, made = service.create(database, new, now=now())
        key = made or ""
    path.touch(mode=0o600)
    path.write_text(f"{key}\n", encoding="ascii")
    return key, path


def _opens(database: Database, key: str) -> bool:
    from app.clients.authenticating import Authenticator
    from app.errors import ServiceError

    try:
        Authenticator(database, None, clock=now).known(f"Bearer {key}")
    except ServiceError:
        return False
    return True
