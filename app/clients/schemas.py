"""Clients and keys as the HTTP contract names them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.clients.store import LONGEST_NAME, Client, Key, Listed

_MOST_DAYS = 3_650
_Days = Annotated[int, Field(ge=1, le=_MOST_DAYS)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class LimitsIn(_Strict):
    """Limits of its own; absent: the service's, 0: none."""

    rate: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] | None = Field(
        default=None, description="Requests a second."
    )
    concurrent: Annotated[int, Field(ge=0, le=10_000)] | None = Field(default=None, description="Requests at once.")
    attempts: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="Different questions a day about one name or number, without match:disclose."
    )


class ClientIn(_Strict):
    """A client to be made."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    scopes: Annotated[list[str], Field(min_length=1, max_length=20)]
    subject: Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[!-~]+$")] | None = Field(
        default=None, description="Who it is in the issuer's tokens; such a client gets no key."
    )
    expires_days: _Days | None = None
    limits: LimitsIn = LimitsIn()


class RotateIn(_Strict):
    """How long the present keys go on, and when the new one ends."""

    overlap_hours: Annotated[float, Field(ge=0, le=24 * 90, allow_inf_nan=False)] = 24.0
    expires_days: _Days | None = None


class RevokeIn(_Strict):
    """One key by its prefix; without it, the client with all its keys."""

    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{12}$")] | None = None


class KeyOut(BaseModel):
    """A key, without what opens anything."""

    prefix: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class ClientOut(BaseModel):
    """A client and its keys."""

    id: int
    name: str
    subject: str | None
    scopes: list[str]
    limits: LimitsIn
    created_at: datetime
    revoked_at: datetime | None
    keys: list[KeyOut] = []


class ClientMade(ClientOut):
    """A client with its new key, shown this once."""

    key: str | None = Field(description="The key: keep it now, it is stored nowhere.")


class ClientsOut(BaseModel):
    """All clients."""

    clients: list[ClientOut]


def told(listed: Listed) -> ClientOut:
    """A client as it is listed."""
    return ClientOut(**_fields(listed.client), keys=[_key(key) for key in listed.keys])


def made(client: Client, key: str | None) -> ClientMade:
    """A client as it was made, or got a new key."""
    return ClientMade(**_fields(client), key=key)


def _fields(client: Client) -> dict[str, Any]:
    limits = client.limits
    return {
        "id": client.id,
        "name": client.name,
        "subject": client.subject,
        "scopes": sorted(client.scopes),
        "limits": LimitsIn(rate=limits.rate, concurrent=limits.concurrent, attempts=limits.attempts),
        "created_at": client.created_at,
        "revoked_at": client.revoked_at,
    }


def _key(key: Key) -> KeyOut:
    return KeyOut(prefix=key.prefix, created_at=key.created_at, expires_at=key.expires_at, revoked_at=key.revoked_at)
