"""What an operator or an administrator does with clients: make, list, rotate keys, revoke."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.clients import store
from app.clients.errors import (
    ClientExists,
    ClientHasTokens,
    ClientMissing,
    ClientNameInvalid,
    ClientRevoked,
    GrantTooWide,
    PurposeInvalid,
    UnknownScope,
)
from app.clients.keys import new_key
from app.clients.purposes import checked
from app.clients.scopes import SCOPES
from app.clients.store import LONGEST_NAME, NO_LIMITS, Client, Limits, Listed
from app.db import Database


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client to be made; with a `subject` it comes with tokens of the OIDC issuer and gets no key."""

    name: str
    scopes: frozenset[str]
    subject: str | None = None
    limits: Limits = NO_LIMITS
    valid_for: timedelta | None = None  # the key


def create(database: Database, new: NewClient, *, now: datetime) -> tuple[Client, str | None]:
    """Make a client; its key is in the answer and nowhere else."""
    name = _name(new.name)
    scopes = known_scopes(new.scopes)
    try:
        with database.writing() as session:
            number = store.add(session, name=name, subject=new.subject, scopes=scopes, limits=new.limits, now=now)
            key = None if new.subject is not None else _give_key(session, number, new.valid_for, now)
            return existing(session, number), key
    except IntegrityError:
        raise ClientExists() from None


def rotate(
    database: Database, client_id: int, *, overlap: timedelta, valid_for: timedelta | None, now: datetime
) -> tuple[Client, str]:
    """Give a client a new key; its present ones go on for the time of the overlap."""
    with database.writing() as session:
        client = existing(session, client_id)
        if client.revoked_at is not None:
            raise ClientRevoked()
        if client.subject is not None:
            raise ClientHasTokens()
        store.end_keys(session, client_id, at=now + overlap)
        return client, _give_key(session, client_id, valid_for, now)


def revoke(database: Database, client_id: int, *, prefix: str | None = None, now: datetime) -> Client:
    """Close a client at once, or one of its keys; ClientMissing where there is neither."""
    with database.writing() as session:
        client = existing(session, client_id)
        if prefix is None:
            store.revoke(session, client_id, now=now)
        else:
            found = [key for key in store.keys_of(session, client_id) if key.prefix == prefix]
            if not found:
                raise ClientMissing()
            store.revoke_key(session, found[0].id, now=now)
        return client


def listed(database: Database) -> list[Listed]:
    """All clients with their keys."""
    with database.reading() as session:
        return [Listed(client, tuple(store.keys_of(session, client.id))) for client in store.everybody(session)]


def one(database: Database, client_id: int) -> Listed:
    """One client with its keys; ClientMissing."""
    with database.reading() as session:
        return Listed(existing(session, client_id), tuple(store.keys_of(session, client_id)))


def named(database: Database, name: str) -> Client:
    """The client of a name; ClientMissing."""
    with database.reading() as session:
        found = store.by_name(session, name)
    if found is None:
        raise ClientMissing()
    return found


def existing(session: Session, client_id: int) -> Client:
    """The client of a number; ClientMissing."""
    found = store.by_id(session, client_id)
    if found is None:
        raise ClientMissing()
    return found


def within(granted: Iterable[str], own: frozenset[str]) -> None:
    """An administrator hands out only what it has; GrantTooWide otherwise."""
    if missing := sorted(set(granted) - own):
        raise GrantTooWide(scopes=", ".join(missing))


def known_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """The scopes; UnknownScope if one doesn't exist."""
    asked = frozenset(scopes)
    if not asked or not asked <= set(SCOPES):
        raise UnknownScope(scopes=", ".join(SCOPES))
    return asked


def _name(name: str) -> str:
    try:
        told = checked(name, shortest=1)
    except PurposeInvalid:
        raise ClientNameInvalid(longest=LONGEST_NAME) from None
    if len(told) > LONGEST_NAME:
        raise ClientNameInvalid(longest=LONGEST_NAME)
    return told


def _give_key(session: Session, client_id: int, valid_for: timedelta | None, now: datetime) -> str:
    fresh = new_key(secrets.token_bytes)
    expires = None if valid_for is None else now + valid_for
    store.add_key(session, client_id, prefix=fresh.prefix, digest=fresh.digest, expires_at=expires, now=now)
    return fresh.key
