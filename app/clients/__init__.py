"""Who may call the service: keys and tokens, scopes, purposes, and how much each client may ask.

A route says what it demands: `caller: Annotated[Caller, Depends(requires("jobs"))]`.
"""

from app.clients.access import Caller, requires

__all__ = ["Caller", "requires"]
