"""Who calls, and what a route demands of the caller: `Depends(requires("jobs"))`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from fastapi import Request

from app.clients.errors import KeyMissing, ScopeMissing
from app.clients.purposes import purpose_of
from app.clients.scopes import ABOUT_PEOPLE, SCOPES


@dataclass(frozen=True, slots=True)
class Caller:
    """The client behind a request; its name is that of a system or an office, never of a person."""

    client_id: int
    name: str
    scopes: frozenset[str]
    credential: str  # the look-up prefix of the key, or "token": never the secret
    purpose: str | None = None  # why people are asked about, where the route demands it

    def may(self, scope: str) -> bool:
        """Whether the client has a scope."""
        return scope in self.scopes


@dataclass(frozen=True, slots=True)
class Requires:
    """A dependency: the caller, if it has all scopes and, where people are asked about, says why."""

    scopes: tuple[str, ...]
    purpose: bool

    async def __call__(self, request: Request) -> Caller:
        """The caller; `request.state.caller` holds it as well."""
        caller: Caller | None = getattr(request.state, "caller", None)
        if caller is None:  # no gate in front: closed
            raise KeyMissing()
        return self.admitted(caller, request)

    def admitted(self, caller: Caller, request: Request) -> Caller:
        """The caller with the purpose stated, which `request.state.caller` holds as well; an error if not let in."""
        for scope in self.scopes:
            if scope not in caller.scopes:
                raise ScopeMissing(scope=scope)
        if self.purpose:
            caller = Caller(caller.client_id, caller.name, caller.scopes, caller.credential, purpose_of(request))
        request.state.caller = caller
        return caller


@cache
def requires(*scopes: str, purpose: bool | None = None) -> Requires:
    """A dependency that lets callers with all these scopes in; with people's scopes the purpose is required too."""
    if unknown := set(scopes) - set(SCOPES):
        raise ValueError(f"unknown scopes: {sorted(unknown)}")
    return Requires(scopes, _about_people(scopes) if purpose is None else purpose)


def _about_people(scopes: Iterable[str]) -> bool:
    return not ABOUT_PEOPLE.isdisjoint(scopes)
