"""The HTTP service: one line per router and handler."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app import problems
from app.access_log.log import AccessLog
from app.answer_threads import AnswerThreads
from app.audits import routes as audits
from app.audits.service import AuditRoom
from app.body_limit import BodyLimit
from app.body_time import BodyTime
from app.clients import routes as clients
from app.clients.authenticating import Authenticator, utc_now
from app.clients.described import describe
from app.clients.gate import Gate, keeper
from app.clients.tokens import tokens_of
from app.db import Database, database
from app.jobs import routes as jobs
from app.matches import routes as matches
from app.matches.attempts import Attempts
from app.matches.direct import METHOD, PATH, Direct
from app.matches.even_answers import EvenAnswers
from app.matches.service import Matcher, reference_secret
from app.metrics import Metrics
from app.observed import Observed
from app.operations import routes as operations
from app.operations.gauges import watch
from app.operations.health import Health
from app.register import routes as register
from app.reviews import judgement_routes as judgements
from app.reviews import routes as reviews
from app.reviews.acting import review_room
from app.security_headers import SecurityHeaders
from app.settings import Settings
from app.traces import tracer_of
from app.worker import jobs_of
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
        telemetry={"tracing": False, "metrics": False, "logs": False},  # instead: app.traces, app.metrics
    )
    app.state.settings = settings
    app.state.today = clock
    app.state.database = db
    app.state.metrics = metrics = Metrics()
    app.state.matcher = matcher = Matcher(db, today=clock, compared=metrics.compared)
    app.state.access_log = log = AccessLog(settings.data_dir, clock=utc_now, flush=settings.access_log_flush)
    app.state.tracer = tracer = tracer_of(settings.otlp_endpoint)
    app.state.health = health = Health(db, matcher, log, settings, utc_now)
    watch(metrics, health)
    app.state.jobs = jobs_of(settings, db, today=clock)
    app.state.reviews = review_room(app.state.jobs)
    app.state.audits = AuditRoom(app.state.jobs, app.state.reviews.reviews)
    uploads = {"/v1/jobs": (settings.upload_limit_mb << 20) + MAX_BODY, "/v1/register/deltas": register.MAX_DELTA}
    app.state.attempts = Attempts(clock=time.time)
    app.state.threads = threads = AnswerThreads()
    app.add_middleware(Direct, threads=threads)
    app.add_middleware(EvenAnswers, seconds=settings.even_answers_ms / 1_000)
    app.add_middleware(BodyLimit, most=MAX_BODY, refuse=problems.too_large, larger=uploads)
    app.add_middleware(BodyTime, seconds=settings.body_seconds)
    door = keeper(Authenticator(db, tokens_of(settings), clock=utc_now), settings)
    app.add_middleware(Gate, keeper=door, late=frozenset({(METHOD, PATH)}))
    problems.install(app)
    app.add_middleware(SecurityHeaders, hsts_seconds=settings.hsts_seconds)
    app.add_middleware(Observed, metrics=metrics, tracer=tracer)
    app.include_router(matches.router)
    app.include_router(jobs.router)
    app.include_router(reviews.router)
    app.include_router(judgements.router)
    app.include_router(audits.router)
    app.include_router(register.router)
    app.include_router(clients.router)
    app.include_router(operations.router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _lifespan(db: Database) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.reference_secret = reference_secret(app.state.settings.data_dir)
        # The gazetteer and the word tables load at first use: better now than in somebody's request.
        normalise(RawRecord(full_name="Nguyễn Văn A", address="Lâm Đồng"), as_of=app.state.today())
        yield
        app.state.threads.close()
        app.state.matcher.close()
        app.state.access_log.close()
        app.state.tracer.close()
        db.close()

    return lifespan


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
