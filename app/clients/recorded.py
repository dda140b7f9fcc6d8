"""Who was let in, by whom, and for what: every change of clients is an entry of the access log."""

from __future__ import annotations

from dataclasses import dataclass

from app.access_log.entries import Entry, Fact
from app.access_log.log import AccessLog
from app.clients.store import Client


@dataclass(frozen=True, slots=True)
class Changes:
    """Keeps what somebody changed; a key isn't shown before."""

    log: AccessLog
    who: str  # the administrator's client id, or os:NAME
    request_id: str | None = None

    def kept(self, action: str, client: Client, *, prefix: str | None = None) -> None:
        """A change of a client, with the scopes that it has; AccessLogUnavailable."""
        facts: dict[str, Fact] = {"client_id": client.id, "scopes": " ".join(sorted(client.scopes)), "key_id": prefix}
        self.log.record(Entry(action, self.who, request_id=self.request_id, facts=facts))
