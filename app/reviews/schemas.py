"""What goes over HTTP about reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.judgements.store import Chair

Json = dict[str, Any]


def _kept(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a NUL character")  # not every database keeps it
    return text


Plain = AfterValidator(_kept)
Name = Annotated[str, Field(min_length=1, max_length=200), Plain]
PersonalId = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
Cell = Annotated[str, Field(max_length=4_000), Plain]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenReview(_Asked):
    """A review of a finished job."""

    job_id: Annotated[str, Field(max_length=20), Plain]
    list: Name | None = Field(
        default=None,
        description="The list of land users that judgements belong to; default: the job's own list.",
    )
    sample: Annotated[int, Field(ge=0, le=400_000)] = Field(
        default=300, description="Land users drawn at random from all verdicts; only they tell error rates."
    )
    doubtful: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=100, description="Land users asked about because the machine may be wrong there."
    )
    second_share: Annotated[int, Field(ge=0, le=100)] = Field(
        default=10, description="Percent of the sample that a second reviewer judges too, blind to the first."
    )
    seed: Annotated[str, Field(min_length=1, max_length=100), Plain] = Field(
        default="1", description="The same seed draws the same sample; a larger one contains it."
    )
    simulated: bool = Field(default=False, description="People and land users are synthetic: figures say so.")


class ReviewStatus(BaseModel):
    """A review, and how far it is."""

    id: str
    job_id: str
    list: str
    seed: str
    sampled: int
    doubtful: int
    second_share: int
    simulated: bool
    created_by: str
    created_at: datetime
    items: int
    judged: int
    second_wanted: int
    second_judged: int
    disputed: int


class JudgeItem(_Asked):
    """What a reviewer says of an item."""

    judgement: Literal["same", "not_same", "cant_tell"]
    candidate_no: Annotated[int, Field(ge=1, le=20)] | None = Field(
        default=None, description="Who of those shown is meant; without it the person that the machine named."
    )
    personal_id: PersonalId | None = Field(default=None, description="Who is meant, found by a search.")
    reason: Annotated[str, Field(max_length=1_000), Plain] = ""
    chair: Chair = Chair.FIRST
    replaces: int | None = Field(
        default=None, description="The judgement of this chair that the reviewer saw; null where there was none."
    )


class UndoJudgement(_Asked):
    """Which judgement is taken back: the last word of a chair."""

    judgement: int
    chair: Chair = Chair.FIRST


class SearchPeople(_Asked):
    """Whom a reviewer looks for; the words stand in the body and in no address or log."""

    full_name: Cell | None = None
    id_number: Cell | None = None
    birth_date: Cell | None = None
    sex: Cell | None = None
    address: Cell | None = None


class GroupAsked(_Asked):
    """All rows of a commune (of the parcel; empty: unknown) and category."""

    commune_code: Annotated[str, Field(max_length=10), Plain]
    category: Annotated[str, Field(max_length=10), Plain]


class JudgementMade(BaseModel):
    """A judgement that was kept; `id` is what a later one replaces."""

    id: int
    chair: Chair
    judgement: str
    personal_id: str | None
    reason: str
    reviewer: str
    judged_at: datetime


class ItemView(BaseModel):
    """A land user to be judged: as written and understood, the machine's answer, the people it may be."""

    review_id: str
    number: int
    origin: str
    chair: Chair
    machine: Json
    land_user: Json
    candidates: list[Json]
    judgements: list[JudgementMade]
    taken_until: datetime | None


class ItemLine(BaseModel):
    """An item of a list."""

    number: int
    origin: str
    state: Literal["open", "judged", "disputed"]
    wants_second: bool


class ItemPage(BaseModel):
    """Items by their number; `next` is the number to go on after."""

    items: list[ItemLine]
    next: int | None


class Found(BaseModel):
    """People who are nearest to what was asked."""

    people: list[Json]


class RateTold(BaseModel):
    """An error rate with its exact 95 % interval; the upper bound is above zero even where no error was seen."""

    error: Literal["wrong_match", "missed_match"]
    verdict: str
    category: str | None
    land_users: int = Field(description="Of the job: what the rate speaks of.")
    judged: int
    errors: int
    unclear: int
    rate: float
    low: float
    high: float
    high_if_unclear_are_errors: float
    unseen: int = Field(description="Land users in strata of which nobody was judged: the interval doesn't hold there.")
    aim: float | None
    more_needed: int | None = Field(
        description="Judgements until the one-sided 95 % bound (below `high`, which is of two sides) meets the aim, "
        "errors going on as seen; -1: the rate is above it."
    )


class AgreementTold(BaseModel):
    """How often two reviewers said the same, and Cohen's kappa."""

    pairs: int
    agreed: int
    kappa: float | None


class RatesTold(BaseModel):
    """What the judged sample says."""

    simulated: bool
    note: str
    by_verdict: list[RateTold]
    by_category: list[RateTold]
    agreement: AgreementTold
    disputed: int


class GroupTold(BaseModel):
    """The rows of a commune and category, and how far the sample for their approval is."""

    commune_code: str
    category: str
    rows: int
    needed: int
    right: int
    wrong: int
    unclear: int
    open: int
    ready: bool


class ApprovalTold(BaseModel):
    """A bulk approval."""

    id: int
    review_id: str
    list: str
    commune_code: str
    category: str
    rows: int
    enriched_from: dict[str, str] = Field(description="Register version, date and approver of the values.")
    withdrawn_by: str | None
    withdrawn_at: datetime | None


class RepairTold(BaseModel):
    """One land user to be repaired, and what that frees."""

    row: int = Field(description="The place of the first row in the results, from 0.")
    record_id: str
    category: str
    next_action: str
    rows: int
    parcels: int
    frees: int = Field(description="Parcels where everybody else is matched fully.")


class Repairs(BaseModel):
    """One repair, so many parcels."""

    repairs: list[RepairTold]


class JudgementsTaken(BaseModel):
    """How many judgements of a file were new."""

    taken: int
