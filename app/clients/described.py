"""What the OpenAPI document says of keys, scopes, purposes and limits: read from what each route demands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, Final

from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

from app.clients.access import Requires
from app.clients.gate import OPEN
from app.clients.purposes import HEADER, LONGEST, SHORTEST
from app.clients.scopes import SCOPES
from app.problems import problem_responses

Json = dict[str, Any]
_BEARER: Final = "bearer"
_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
_PURPOSE: Final[Json] = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": "Why these people are asked about; it goes into the access log. No names, no numbers of papers.",
    "schema": {"type": "string", "minLength": SHORTEST, "maxLength": LONGEST},
    "example": "Doi chieu ho so dia chinh",
}


def describe(document: Json, routes: Sequence[BaseRoute]) -> None:
    """Add to an OpenAPI document what each operation demands of its caller, and how it refuses."""
    schemes = document.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes[_BEARER] = {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, or a token of the configured OIDC issuer. Scopes: "
        + " ".join(f"`{name}`: {text.en}" for name, text in SCOPES.items()),
    }
    demanded = {
        (route.path_format, method.lower()): demands_of(route)
        for route in iter_route_contexts(routes)
        for method in route.methods or ()
    }
    for path, operations in document.get("paths", {}).items():
        if path not in OPEN:
            for method in _METHODS & set(operations):
                _guarded(operations[method], demanded.get((path, method), []))


def demands_of(route: RouteContext) -> list[Requires]:
    """What a route demands of its callers."""
    dependant: Dependant | None = getattr(route, "dependant", None)
    return [] if dependant is None else list(_demands(dependant))


def _guarded(operation: Json, demands: list[Requires]) -> None:
    operation["security"] = [{_BEARER: sorted({scope for demand in demands for scope in demand.scopes})}]
    purpose = any(demand.purpose for demand in demands)
    if purpose:
        operation.setdefault("parameters", []).append(deepcopy(_PURPOSE))
    refused = problem_responses(*((400,) if purpose else ()), 401, 403, 429, 503)
    responses = operation["responses"]
    for status, response in refused.items():
        responses.setdefault(str(status), response)
    operation["responses"] = dict(sorted(responses.items()))


def _demands(dependant: Dependant) -> Iterator[Requires]:
    for part in dependant.dependencies:
        if isinstance(part.call, Requires):
            yield part.call
        yield from _demands(part)
