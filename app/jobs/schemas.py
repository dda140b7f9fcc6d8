"""What goes over HTTP about jobs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.jobs.states import Stage, State

Json = dict[str, Any]


class ReadingOptions(BaseModel):
    """How the file is to be read, where its owner knows better than its headers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sheet: Annotated[str, Field(max_length=80)] | None = Field(default=None, description="Read this sheet only.")
    mapping: dict[Annotated[str, Field(max_length=60)], Annotated[str, Field(max_length=200)]] = Field(
        default={}, max_length=100, description='Columns by header or letter: {"full_name": "H"}.'
    )
    delimiter: Literal[",", ";", "\t", "|"] | None = Field(default=None, description="Of a CSV file.")
    encoding: Literal["utf-8", "utf-16", "cp1258", "cp1252"] | None = Field(
        default=None, description="Of a text file; letters of old fonts (TCVN3, VNI) are recognised column by column."
    )
    keep_columns: bool = Field(default=False, description="Carry the file's own columns through to the results.")
    list: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None,
        description="The list of land users that the file is a state of; judgements on it are honoured."
        " Default: the file's name.",
    )


class InboxRequest(ReadingOptions):
    """A job for a file that lies in the inbox folder."""

    inbox_file: Annotated[str, Field(min_length=1, max_length=255)]
    preview: bool = Field(default=False, description="Only show how the file would be read.")


class Reason(BaseModel):
    """Why a job waits, has stopped or failed, and what to do."""

    code: str
    title: str
    detail: str


class Activity(BaseModel):
    """What a worker does for this job at the moment."""

    stage: Stage
    part: int
    note: str | None = Field(default=None, description="Such as a snapshot of the register that is being built.")


class Fixed(BaseModel):
    """What the job was created with; nothing of it changes while it runs."""

    register_version: str
    register_scope: str
    model: str
    as_of: date
    program: str
    list: str = Field(description="The list of land users that the file is a state of.")
    judgements: int = Field(description="Judgements of people on that list, which stand beside the verdicts.")


class FileSent(BaseModel):
    """The file as it was handed in."""

    name: str
    bytes: int


class JobCounts(BaseModel):
    """Result rows so far, by what they say; only land users in scope are counted by verdict and category."""

    rows_out: int
    in_scope: int
    out_of_scope: int
    unread: int = Field(description="Rows that were skipped or could not be read; each is in the results.")
    by_verdict: dict[str, int]
    by_category: dict[str, int]
    by_finding: dict[str, int]
    by_error: dict[str, int]
    by_file_finding: dict[str, int] = Field(description="What only the whole file shows: known once the job is done.")


class JobDetail(BaseModel):
    """A job, and how far it is."""

    id: str
    state: State
    reason: Reason | None
    stage: Stage | None = Field(description="What is being done: read, match or finish.")
    file: FileSent
    options: Json
    fixed: Fixed
    rows_total: int | None = Field(description="Input rows, once they are known.")
    rows_read: int
    rows_done: int
    rows_per_second: float | None
    seconds_left: int | None
    counts: JobCounts
    activity: list[Activity]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    links: dict[str, str]


class JobPage(BaseModel):
    """Jobs, the newest first."""

    jobs: list[JobDetail]
    next: str | None = Field(description="The cursor of the next page; none: this is the last one.")


class ResultPage(BaseModel):
    """Results in the order of the file; the columns are those of the result files."""

    results: list[Json]
    total: int = Field(description="How many results there are under these filters.")
    next: str | None
