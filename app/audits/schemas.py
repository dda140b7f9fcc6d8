"""Audits on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.audits.states import Standing
from app.jobs.schemas import ReadingOptions, Reason
from app.jobs.states import State


class FileAsked(ReadingOptions):
    """A file of the inbox for which a job is started; a file that is sent is handed to `POST /v1/jobs` first."""

    inbox_file: str = Field(min_length=1, max_length=255, description="The bare name of a file in the inbox folder.")


class NewAuditAsked(BaseModel):
    """What an audit is made with."""

    model_config = ConfigDict(extra="forbid")

    jobs: list[str] = Field(
        default=[],
        max_length=100,
        description="Jobs on the same register and model; the audit waits for those that aren't done.",
    )
    file: FileAsked | None = Field(default=None, description="In place of jobs: a file to match (scope `jobs` too).")
    register_version: str | None = Field(
        default=None, max_length=80, description="Refuse a file unless this is the active version of the register."
    )
    area: str = Field(pattern=r"^\d{2}(\d{3})?$", description="The code of a present-day province or commune.")
    name: str = Field(min_length=1, max_length=200, description="What the audit is called in its reports.")
    day: date | None = Field(default=None, description="The day that it is of; left out: today.")
    definitions: str | None = Field(
        default=None, max_length=65_536, description="What its figures count: TOML, as the default definitions."
    )


class Signature(BaseModel):
    """Who signed an audit."""

    by: str
    at: datetime
    report_sha256: str


class JobOfAudit(BaseModel):
    """How far a job is for which an audit waits."""

    id: str
    state: State
    rows_total: int | None
    rows_done: int
    rows_per_second: float | None
    seconds_left: int | None
    reason: Reason | None
    href: str


class AuditTold(BaseModel):
    """An audit; there are figures once its state is `ready`."""

    id: str
    state: Standing = Field(
        description="queued, running, waiting: as its jobs are; counting: they are done; ready; failed, cancelled, "
        "stopped: a job ended so, and `reason` says what to do."
    )
    reason: Reason | None
    progress: list[JobOfAudit] = Field(description="The jobs that it waits for, in their order; empty once ready.")
    name: str
    purpose: str
    area_code: str
    area_name: str
    day: date
    jobs: list[str]
    register_version: str
    model: str
    definitions: str
    land_users: int | None = Field(description="None before it is ready.")
    frozen_sha256: str | None = Field(description="The digest of all that the figures follow from; none before.")
    created_by: str
    created_at: datetime
    signed: Signature | None
    links: dict[str, str]


class AuditList(BaseModel):
    """Audits, the newest first."""

    audits: list[AuditTold]


class CommuneWork(BaseModel):
    """How much there is to do in a commune."""

    code: str = Field(description='"" where the commune isn\'t known: its list is `unknown`.')
    name: str
    land_users: int
    href: str


class CheckTold(BaseModel):
    """Whether one ground of an audit is as it was."""

    ground: str
    same: bool
    run: int | None = Field(description="Which job, counted from 1, where it is a job's.")
    note: str


class Verified(BaseModel):
    """Whether an audit would come out the same."""

    intact: bool
    changed: list[str]
    checks: list[CheckTold]


class Compared(BaseModel):
    """How land users and parcels moved since an earlier audit of the area: "none->full" and so on."""

    previous: dict[str, Any]
    key: str = Field(description="By what a land user is recognised again: record_id, or parcel_certificate_name.")
    land_users: dict[str, int]
    parcels: dict[str, int]
    improved: int
    fell_back: int
    communes: list[dict[str, Any]] = Field(
        description="The same for each present-day commune in which anybody stands; they add up to the whole."
    )


class AnswerGiven(BaseModel):
    """What the authority answered on one land user."""

    model_config = ConfigDict(extra="forbid")

    row: str = Field(max_length=40, description="The key under which the land user went out.")
    result: str = Field(min_length=1, max_length=200, description="A status of the definitions: its code or its words.")
    wrong_field: str | None = Field(default=None, max_length=60)
    right_value: str | None = Field(default=None, max_length=500)
    officer: str | None = Field(default=None, max_length=120)
    date: str | None = Field(default=None, max_length=30, description="Day/month/year, or YYYY-MM-DD.")


class AnswersGiven(BaseModel):
    """Answers of the authority; all are taken, or none."""

    model_config = ConfigDict(extra="forbid")

    answers: list[AnswerGiven] = Field(min_length=1, max_length=5_000)


class AnswersTaken(BaseModel):
    """How the authority's answers stand against Khớp."""

    taken: int
    answered: int = Field(description="All that the authority has answered so far.")
    agreed: int
    disagreements: dict[str, int] = Field(description='"matched->not_matched": what Khớp says, and what the answer is.')


class ChangeTold(BaseModel):
    """A land user whose verdict changed with the register."""

    job: int = Field(description="Which job of the audit, counted from 1.")
    row: int = Field(description="The row of its results, counted from 1.")
    record_id: str
    subject_no: int
    verdict_before: str
    verdict_after: str
    category_before: str
    category_after: str
    findings_before: list[str]
    findings_after: list[str]
    other_person: bool = Field(description="Another person is named than before, or nobody any more.")


class Changes(BaseModel):
    """What a change of the register means for the land users of an audit."""

    register_before: str
    register_after: str
    people_changed: int
    land_users: int = Field(description="Of the whole audit.")
    matched_again: int = Field(description="Those who share a blocking key with somebody who changed.")
    changed: int = Field(description="Those with another answer; `changes` lists the first of them.")
    changes: list[ChangeTold]
