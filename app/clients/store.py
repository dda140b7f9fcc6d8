"""Clients and their keys as rows, and the number that moves whenever one of them changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, or_, select, update
from sqlalchemy.orm import Session

from app.db import Database
from app.tables import client_changes, client_keys, clients

LONGEST_NAME = 100
_CHANGES = str(select(client_changes.c.number))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a client may ask; None is the service's setting, 0 no limit."""

    rate: float | None = None  # requests a second
    concurrent: int | None = None  # requests at once
    attempts: int | None = None  # different questions a day about one name or number, without match:disclose


NO_LIMITS = Limits()  # of its own


@dataclass(frozen=True, slots=True)
class Client:
    """A client: a system or an office, never a person."""

    id: int
    name: str
    subject: str | None  # who it is in the tokens of the OIDC issuer
    scopes: frozenset[str]
    limits: Limits
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key: the part to look it up by and the digest of the whole."""

    id: int
    client_id: int
    prefix: str
    digest: bytes
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def valid(self, now: datetime) -> bool:
        """Whether the key opens anything at a moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class Listed:
    """A client and its keys."""

    client: Client
    keys: tuple[Key, ...]


def changes(database: Database) -> int:
    """A number that moves with every change of clients and keys: what was read before it moved is outdated."""
    return database.number(_CHANGES) or 0


def _changed(session: Session) -> None:
    session.execute(update(client_changes).values(number=client_changes.c.number + 1))


def everybody(session: Session) -> list[Client]:
    """All clients, in the order in which they were made."""
    return [_client(row) for row in session.execute(select(clients).order_by(clients.c.id))]


def by_id(session: Session, client_id: int) -> Client | None:
    """One client."""
    return _found(session, clients.c.id == client_id)


def by_name(session: Session, name: str) -> Client | None:
    """One client."""
    return _found(session, clients.c.name == name)


def by_subject(session: Session, subject: str) -> Client | None:
    """The client that a token's subject names."""
    return _found(session, clients.c.subject == subject)


def _found(session: Session, condition: ColumnElement[bool]) -> Client | None:
    row = session.execute(select(clients).where(condition)).one_or_none()
    return None if row is None else _client(row)


def _client(row: Row[Any]) -> Client:
    limits = Limits(row.rate, row.concurrent, row.attempts)
    scopes = frozenset(row.scopes.split())
    return Client(row.id, row.name, row.subject, scopes, limits, row.created_at, row.revoked_at)


def add(
    session: Session, *, name: str, subject: str | None, scopes: frozenset[str], limits: Limits, now: datetime
) -> int:
    """Make a client and say its number."""
    values = {
        "name": name,
        "subject": subject,
        "scopes": " ".join(sorted(scopes)),
        "rate": limits.rate,
        "concurrent": limits.concurrent,
        "attempts": limits.attempts,
        "created_at": now,
    }
    _changed(session)
    number: int = session.execute(insert(clients).values(values).returning(clients.c.id)).scalar_one()
    return number


def revoke(session: Session, client_id: int, *, now: datetime) -> None:
    """Close a client with all its keys and tokens."""
    session.execute(
        update(clients).where(clients.c.id == client_id, clients.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    session.execute(
        update(client_keys)
        .where(client_keys.c.client_id == client_id, client_keys.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    _changed(session)


def keys_of(session: Session, client_id: int) -> list[Key]:
    """The keys of a client, the oldest first."""
    found = session.execute(select(client_keys).where(client_keys.c.client_id == client_id).order_by(client_keys.c.id))
    return [Key(**row._mapping) for row in found]


def key_of(session: Session, prefix: str) -> tuple[Key, Client] | None:
    """The key behind a prefix, and whose it is."""
    row = session.execute(select(client_keys).where(client_keys.c.prefix == prefix)).one_or_none()
    if row is None:
        return None
    key = Key(**row._mapping)
    client = by_id(session, key.client_id)
    return None if client is None else (key, client)


def add_key(
    session: Session, client_id: int, *, prefix: str, digest: bytes, expires_at: datetime | None, now: datetime
) -> None:
    """Give a client a key."""
    values = {"client_id": client_id, "prefix": prefix, "digest": digest, "expires_at": expires_at, "created_at": now}
    session.execute(insert(client_keys).values(values))
    _changed(session)


def end_keys(session: Session, client_id: int, *, at: datetime) -> None:
    """Let the keys of a client end at a moment, unless they end before."""
    session.execute(
        update(client_keys)
        .where(
            client_keys.c.client_id == client_id,
            client_keys.c.revoked_at.is_(None),
            or_(client_keys.c.expires_at.is_(None), client_keys.c.expires_at > at),
        )
        .values(expires_at=at)
    )
    _changed(session)


def revoke_key(session: Session, key_id: int, *, now: datetime) -> None:
    """Close one key; one that is closed stays closed since when it was."""
    still_open = client_keys.c.revoked_at.is_(None)
    session.execute(update(client_keys).where(client_keys.c.id == key_id, still_open).values(revoked_at=now))
    _changed(session)
