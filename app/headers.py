"""One header of a request, found without a mapping of all of them."""

from __future__ import annotations

from starlette.types import Scope


def header(scope: Scope, name: bytes) -> str:
    """The first value of a header, whose name is given in lower case; "" where the request has none."""
    for found, value in scope["headers"]:
        if found == name:
            return str(value, "latin-1")
    return ""
