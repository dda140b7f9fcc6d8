"""The HTTP service: one line per router and handler."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from app import problems
from app.body_limit import BodyLimit
from app.body_time import BodyTime
from app.clients import routes as clients
from app.clients.authenticating import Authenticator, utc_now
from app.clients.described import describe
from app.clients.gate import Gate, keeper
from app.clients.tokens import tokens_of
from app.db import Database, database
from app.matches import routes as matches
from app.matches.rendering import person_reference
from app.matches.service import Matcher, reference_secret
from app.security_headers import SecurityHeaders
from app.settings import Settings
from matching.link import SERVICE_VERSION
from matching.normalise import normalise
from matching.records import RawRecord

MAX_BODY = 4 * 1024 * 1024  # bytes: a thousand long records
_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

DESCRIPTION = """\
Khớp tells a land office which person in the national population register each of its land users is, and how sure \
that is: **full**, **partial** or **none**, with reasons a clerk can act on.

Texts are Vietnamese; send `Accept-Language: en` for English. Errors are problem details (RFC 9457) and never repeat \
personal data. A verdict is a preliminary match and doesn't replace the answer of the authority that keeps the register.
"""


class Health(BaseModel):
    """Whether the service is there, and what it lacks."""

    status: str
    register_version: str | None = None


def vietnam_today() -> date:
    """Today's date where the land is."""
    return datetime.now(_VIETNAM).date()


def today_of(settings: Settings) -> Callable[[], date]:
    """The clock that the settings name: the real one, or a fixed day."""
    fixed = settings.as_of
    return vietnam_today if fixed is None else lambda: fixed


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service under these settings (default: the environment's)."""
    settings = settings or Settings()
    db = database(settings)
    clock = today_of(settings)
    app = FastAPI(
        title="Khớp",
        version=SERVICE_VERSION,
        description=DESCRIPTION,
        lifespan=_lifespan(db),
        docs_url=None,  # the interactive page would load its scripts from outside
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.today = clock
    app.state.database = db
    app.state.matcher = Matcher(db, today=clock)
    app.add_middleware(BodyLimit, most=MAX_BODY, refuse=problems.too_large)
    app.add_middleware(BodyTime, seconds=settings.body_seconds)
    app.add_middleware(Gate, keeper=keeper(Authenticator(db, tokens_of(settings), clock=utc_now), settings))
    problems.install(app)
    app.add_middleware(SecurityHeaders, hsts_seconds=settings.hsts_seconds)
    app.include_router(matches.router)
    app.include_router(clients.router)
    _health_routes(app)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _lifespan(db: Database) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.reference = person_reference(reference_secret(app.state.settings.data_dir))
        # The gazetteer and the word tables load at first use: better now than in somebody's request.
        normalise(RawRecord(full_name="Nguyễn Văn A", address="Lâm Đồng"), as_of=app.state.today())
        yield
        app.state.matcher.close()
        db.close()

    return lifespan


def _health_routes(app: FastAPI) -> None:
    @app.head("/healthz", include_in_schema=False)
    @app.get("/healthz", tags=["health"], response_model_exclude_none=True)
    def healthz() -> Health:
        """The process is alive."""
        return Health(status="ok")

    @app.head("/readyz", include_in_schema=False)
    @app.get(
        "/readyz",
        tags=["health"],
        response_model_exclude_none=True,
        responses=problems.problem_responses(503),
    )
    def readyz(request: Request) -> Health:
        """The service can answer: its database is there, and the active register version has answered a question."""
        return Health(status="ready", register_version=request.app.state.matcher.ready())


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; every error is a problem detail."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= problem.pop("$defs", {})
        schemas["Problem"] = problem
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        describe(document, app.routes)
        app.openapi_schema = document
    return app.openapi_schema


def openapi_yaml() -> str:
    """The OpenAPI document as the repository holds it."""
    return yaml.safe_dump(_openapi(create_app()), sort_keys=False, allow_unicode=True, width=120)
