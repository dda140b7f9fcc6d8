"""Health and the access log as the HTTP contract names them."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, BaseModel, Field


class Alive(BaseModel):
    """The process is there."""

    status: str


class Ready(BaseModel):
    """The service can answer, and the state of each part."""

    status: str
    register_version: str
    checks: dict[str, str] = Field(description="database, register, worker (ok or none), disk, access_log.")


class Logged(BaseModel):
    """An entry of the access log; persons and numbers are pseudonyms."""

    chain: str
    n: int
    at: AwareDatetime
    action: str
    who: str
    purpose: str | None = None
    request: str | None = None
    subjects: list[dict[str, Any]] = []
    facts: dict[str, Any] = {}
    seal: str


class AccessLogPage(BaseModel):
    """Entries in the order of time."""

    entries: list[Logged]
    next: str | None = Field(None, description="Where the next page begins: the parameter `after`; absent at the end.")


class Heads(BaseModel):
    """The heads of all chains, signed: keep them elsewhere, and check the log against them (`khop log verify`)."""

    public_key: str = Field(description="Ed25519, hexadecimal.")
    anchors: list[str]
