"""From what a request shows to who it is: keys and tokens, looked up once, forgotten when anything changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from math import inf
from typing import Final

from app.clients import store
from app.clients.access import Caller
from app.clients.errors import KeyInvalid, KeyMissing
from app.clients.keys import digest_of, prefix_of, same
from app.clients.store import Client, Limits
from app.clients.tokens import Tokens
from app.db import Database

_MOST_KEPT: Final = 10_000
_TOKEN_SECONDS: Final = 60.0  # a key that the issuer withdrew opens nothing after this time


@dataclass(frozen=True, slots=True)
class Known:
    """A client that was recognised, its limits, and until when (seconds since 1970)."""

    caller: Caller
    limits: Limits
    until: float


class Authenticator:
    """Recognises callers.

    Who was found is kept with the number of changes at which it was looked up. The number is read for every request
    (11 microseconds on SQLite): a key that any process revoked opens nothing from the next request on.
    """

    def __init__(self, database: Database, tokens: Tokens | None, *, clock: Callable[[], datetime]) -> None:
        self._database, self._tokens, self._clock = database, tokens, clock
        self._kept: dict[bytes, tuple[int, Known]] = {}

    def known(self, authorization: str, *, number: int | None = None) -> Known:
        """The client behind an Authorization header; KeyMissing, or KeyInvalid.

        `number` is that of the changes, where it was read already for this request.
        """
        shown = _shown(authorization)
        place = _place(shown)
        if place not in self._kept and not self._has_form(shown):  # no word of the database is needed to say no
            raise KeyInvalid()
        number = store.changes(self._database) if number is None else number
        kept = self._kept.get(place)
        if kept is None or kept[0] != number or not self._lasts(kept[1]):
            self._kept.pop(place, None)  # who isn't found now isn't remembered either
            kept = (number, self._found(shown, self._clock()))
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[place] = kept
        return kept[1]

    def _lasts(self, known: Known) -> bool:
        return known.until == inf or known.until > self._clock().timestamp()

    def remembered(self, authorization: str) -> Known | None:
        """Who this header was last found to be, if that is kept; it opens nothing until `known` says the same."""
        kept = self._kept.get(_place(_shown(authorization)))
        return None if kept is None else kept[1]

    def _found(self, shown: str, now: datetime) -> Known:
        prefix = prefix_of(shown)
        if prefix is not None:
            return self._by_key(shown, prefix, now)
        if self._tokens is None:
            raise KeyInvalid()
        return self._by_token(shown, self._tokens, now)

    def _has_form(self, shown: str) -> bool:
        return prefix_of(shown) is not None or (self._tokens is not None and shown.count(".") == 2)

    def _by_key(self, shown: str, prefix: str, now: datetime) -> Known:
        with self._database.reading() as session:
            found = store.key_of(session, prefix)
        if found is None:
            raise KeyInvalid()
        key, client = found
        if not same(key.digest, digest_of(shown)) or not key.valid(now) or client.revoked_at is not None:
            raise KeyInvalid()
        until = inf if key.expires_at is None else key.expires_at.timestamp()
        return Known(_caller(client, client.scopes, prefix), client.limits, until)

    def _by_token(self, shown: str, tokens: Tokens, now: datetime) -> Known:
        token = tokens.read(shown, now=now)
        with self._database.reading() as session:
            client = store.by_subject(session, token.subject)
        if client is None or client.revoked_at is not None:
            raise KeyInvalid()
        until = min(token.expires, now.timestamp() + _TOKEN_SECONDS)
        return Known(_caller(client, client.scopes & token.scopes, "token"), client.limits, until)


def _shown(authorization: str) -> str:
    """The key or token in a header; KeyMissing."""
    scheme, _, shown = authorization.partition(" ")
    shown = shown.strip()
    if scheme.lower() != "bearer" or not shown:
        raise KeyMissing()
    return shown


def _place(shown: str) -> bytes:
    """Under what a caller is kept: not the key, for what is kept in memory should open nothing."""
    return sha256(shown.encode()).digest()


def _caller(client: Client, scopes: frozenset[str], credential: str) -> Caller:
    return Caller(client.id, client.name, scopes, credential)


def utc_now() -> datetime:
    """The clock of the service."""
    return datetime.now(UTC)
