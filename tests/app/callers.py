"""Clients for tests: the headers with which somebody calls who may do this and that."""

from __future__ import annotations

from datetime import UTC, datetime

from app.clients import service
from app.clients.service import NewClient
from app.clients.store import NO_LIMITS, Limits
from app.db import Database

PURPOSE = "tests of the service"


def headers_of(
    database: Database, *scopes: str, name: str = "test", limits: Limits = NO_LIMITS, purpose: str | None = PURPOSE
) -> dict[str, str]:
    """A new client with these scopes: its key and a purpose, as headers."""
    _, key = service.create(database, NewClient(name, frozenset(scopes), limits=limits), now=datetime.now(UTC))
    headers = {"Authorization": f"Bearer {key}"}
    return headers if purpose is None else headers | {"X-Purpose": purpose}
