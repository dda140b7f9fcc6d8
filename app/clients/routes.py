"""`/v1/clients`: what an administrator does with clients and keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from app.clients import service
from app.clients.access import Caller, requires
from app.clients.authenticating import utc_now
from app.clients.recorded import Changes
from app.clients.schemas import ClientIn, ClientMade, ClientOut, ClientsOut, RevokeIn, RotateIn, made, told
from app.clients.store import Limits
from app.db import Database
from app.problems import problem_responses

router = APIRouter(
    prefix="/v1/clients", tags=["clients"], responses=problem_responses(400, 401, 403, 408, 413, 422, 500)
)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


Admin = Annotated[Caller, Depends(requires("admin"))]
Data = Annotated[Database, Depends(_database)]


async def _changes(request: Request, admin: Admin) -> Changes:
    return Changes(request.app.state.access_log, str(admin.client_id), request.state.request_id)


Log = Annotated[Changes, Depends(_changes)]
ClientId = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("", summary="Danh sách khách hàng / the clients")
def list_clients(_admin: Admin, database: Data) -> ClientsOut:
    """All clients with their scopes, limits and the prefixes of their keys; no key is ever shown again."""
    return ClientsOut(clients=[told(entry) for entry in service.listed(database)])


@router.post("", status_code=201, responses=problem_responses(409), summary="Tạo khách hàng / make a client")
def create_client(asked: ClientIn, admin: Admin, database: Data, log: Log) -> ClientMade:
    """Make a client; its key is shown in this answer and never again.

    An administrator hands out only scopes that its own key has, and sets the number of attempts only if it needs none
    itself (`match:disclose`); all else is granted by the operator's command line.
    """
    more = () if asked.limits.attempts is None else ("match:disclose",)
    service.within((*service.known_scopes(asked.scopes), *more), admin.scopes)
    limits = Limits(asked.limits.rate, asked.limits.concurrent, asked.limits.attempts)
    new = service.NewClient(asked.name, frozenset(asked.scopes), asked.subject, limits, _days(asked.expires_days))
    client, key = service.create(database, new, now=utc_now())
    log.kept("client.created", client)
    return made(client, key)


@router.get("/{client_id}", responses=problem_responses(404), summary="Một khách hàng / one client")
def show_client(client_id: ClientId, _admin: Admin, database: Data) -> ClientOut:
    """A client with its scopes, limits and the prefixes of its keys."""
    return told(service.one(database, client_id))


@router.post("/{client_id}/rotate", responses=problem_responses(404, 409), summary="Cấp khóa mới / give a new key")
def rotate_key(client_id: ClientId, asked: RotateIn, admin: Admin, database: Data, log: Log) -> ClientMade:
    """A new key, shown this once; the present ones go on for the overlap.

    Whoever holds a key may do what its client may: so the administrator needs all scopes of that client.
    """
    service.within(service.one(database, client_id).client.scopes, admin.scopes)
    overlap, valid_for = timedelta(hours=asked.overlap_hours), _days(asked.expires_days)
    client, key = service.rotate(database, client_id, overlap=overlap, valid_for=valid_for, now=utc_now())
    log.kept("client.rotated", client)
    return made(client, key)


@router.post("/{client_id}/revoke", responses=problem_responses(404), summary="Thu hồi / revoke a client or one key")
def revoke_client(client_id: ClientId, asked: RevokeIn, _admin: Admin, database: Data, log: Log) -> ClientOut:
    """Close a client, or one of its keys: from the next request on it opens nothing, in all processes."""
    client = service.revoke(database, client_id, prefix=asked.prefix, now=utc_now())
    log.kept("client.revoked", client, prefix=asked.prefix)
    return told(service.one(database, client_id))


def _days(days: int | None) -> timedelta | None:
    return None if days is None else timedelta(days=days)
