"""Who acts in a review: the client, the person at it, and the entry in the access log that every act leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, Request

from app.access_log.entries import Entry, Fact, Subject
from app.access_log.log import AccessLog
from app.clients import Caller, requires
from app.errors import Language
from app.jobs.service import Jobs
from app.problems import language_of
from app.reviews.approvals import Approvals
from app.reviews.errors import ReviewerMissing
from app.reviews.service import Reviews
from app.reviews.views import Desk

MOST_NAME = 120  # characters of a reviewer's name


@dataclass(frozen=True, slots=True)
class ReviewRoom:
    """Reviews, approvals and the desk at which items are looked at."""

    reviews: Reviews
    approvals: Approvals
    desk: Desk
    jobs: Jobs


def review_room(jobs: Jobs) -> ReviewRoom:
    """The room over the jobs of a service."""
    where: dict[str, Any] = {"folder": jobs.folder, "clock": jobs.clock}
    return ReviewRoom(
        Reviews(jobs.database, **where, new_id=jobs.new_id),
        Approvals(jobs.database, **where),
        Desk(jobs.database, jobs.data_dir),
        jobs,
    )


@dataclass(frozen=True, slots=True)
class Acting:
    """A client, or an operator of the machine, and the person who acts."""

    who: str  # as the access log names it
    owner: str | None  # whose jobs are seen; None: all
    purpose: str | None
    language: Language
    room: ReviewRoom
    log: AccessLog
    request_id: str | None
    named: Callable[[], str]

    @property
    def reviewer(self) -> str:
        """The name of the person; ReviewerMissing without one."""
        return self.named()

    def record(self, action: str, *, subjects: tuple[Subject, ...] = (), **facts: Fact) -> None:
        """Leave an entry before the answer leaves; who the reviewer is stands in it as a pseudonym."""
        kept = {"reviewer_id": self.log.pseudonym(self.reviewer), **facts}
        self.log.record(Entry(action, self.who, self.purpose, self.request_id, subjects, kept))

    def subject(self, personal_id: int | str, *, asked: tuple[str, ...] = ()) -> Subject:
        """A person whose values are shown or judged, as a pseudonym."""
        number = personal_id if isinstance(personal_id, str) else f"{personal_id:012d}"
        pseudonyms = tuple(self.log.pseudonym(value) for value in asked)
        return Subject(pseudonyms, self.log.pseudonym(number), disclosed=True)


def acting_as_reviewer(request: Request, caller: Annotated[Caller, Depends(requires("reviews"))]) -> Acting:
    """Who reviews."""
    return _acting(request, caller)


def acting_as_approver(request: Request, caller: Annotated[Caller, Depends(requires("reviews:approve"))]) -> Acting:
    """Who approves."""
    return _acting(request, caller)


def _acting(request: Request, caller: Caller) -> Acting:
    """Who acts; ReviewMissing where the address names a review of a job that this client doesn't see."""
    state = request.app.state
    acting = Acting(
        who=str(caller.client_id),
        owner=None if caller.may("admin") else caller.name,
        purpose=caller.purpose,
        language=language_of(request),
        room=state.reviews,
        log=state.access_log,
        request_id=request.state.request_id,
        named=partial(_named, request),
    )
    if (review := request.path_params.get("review_id")) is not None:
        acting.room.reviews.seen_by(review, acting.owner)
    return acting


def _named(request: Request) -> str:
    return reviewer_name(unquote(_text(request.headers.get("x-reviewer", ""))))


def reviewer_name(text: str) -> str:
    """A reviewer's name; ReviewerMissing where it is none."""
    found = text.strip()
    if not 0 < len(found) <= MOST_NAME or not found.isprintable():
        raise ReviewerMissing(most=MOST_NAME)
    return found


def _text(header: str) -> str:
    """Headers come as Latin-1; most clients send UTF-8."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


Reviewer = Annotated[Acting, Depends(acting_as_reviewer)]
Approver = Annotated[Acting, Depends(acting_as_approver)]
