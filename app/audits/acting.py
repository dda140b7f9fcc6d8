"""Who acts on audits: the client, the person at it, and the entry in the access log that every act leaves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final
from urllib.parse import unquote

from fastapi import Depends, Request

from app.access_log.entries import Entry, Fact
from app.access_log.log import AccessLog
from app.audits.errors import SignerMissing
from app.audits.service import AuditRoom
from app.clients import Caller, requires
from app.errors import Language
from app.problems import language_of

MOST_NAME: Final = 120  # characters of a person's name


@dataclass(frozen=True, slots=True)
class Acting:
    """A client, or an operator of the machine, and the person who acts."""

    who: str  # as the access log names it
    client: str  # whose audits are made; "": an operator's
    owner: str | None  # whose audits and jobs are seen; None: all
    purpose: str
    disclosing: bool  # whether the register's values may be seen
    language: Language
    room: AuditRoom
    log: AccessLog
    request_id: str | None
    named: Callable[[], str]

    @property
    def person(self) -> str:
        """The name of the person; SignerMissing without one."""
        return self.named()

    def record(self, action: str, *, person: bool = False, **facts: Fact) -> None:
        """Leave an entry before the answer leaves; who acted stands in it as a pseudonym."""
        kept = {**({"person_id": self.log.pseudonym(self.person)} if person else {}), **facts}
        self.log.record(Entry(action, self.who, self.purpose, self.request_id, facts=kept))


def acting(request: Request, caller: Annotated[Caller, Depends(requires("audits"))]) -> Acting:
    """Who acts over HTTP."""
    state = request.app.state
    return Acting(
        who=str(caller.client_id),
        client=caller.name,
        owner=None if caller.may("admin") else caller.name,
        purpose=caller.purpose or "",
        disclosing=caller.may("match:disclose"),
        language=language_of(request),
        room=state.audits,
        log=state.access_log,
        request_id=request.state.request_id,
        named=partial(_named, request),
    )


def _named(request: Request) -> str:
    header = request.headers.get("x-reviewer", "")
    with suppress(UnicodeError):  # headers come as Latin-1; most clients send UTF-8
        header = header.encode("latin-1").decode("utf-8")
    return person_name(unquote(header))


def person_name(text: str) -> str:
    """A person's name; SignerMissing where it is none."""
    found = text.strip()
    if not 0 < len(found) <= MOST_NAME or not found.isprintable():
        raise SignerMissing(most=MOST_NAME)
    return found


Auditor = Annotated[Acting, Depends(acting)]
