"""Reviews, rates and approvals as the JSON of the contract."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal

from app.errors import Language, Text
from app.judgements.approval_store import Approval
from app.judgements.store import Judgement
from app.reviews.approvals import Group
from app.reviews.rates import ErrorRate, Rates
from app.reviews.schemas import (
    AgreementTold,
    ApprovalTold,
    GroupTold,
    ItemLine,
    JudgementMade,
    RatesTold,
    RateTold,
    ReviewStatus,
)
from app.reviews.selection import Layer
from app.reviews.service import Status, is_disputed
from app.reviews.store import Item, Review
from app.reviews.views import word_json

State = Literal["open", "judged", "disputed"]
_SIMULATED = Text(
    "Số liệu mô phỏng: người và bản ghi là giả lập. Ước lượng từ mẫu đã xét, khoảng tin cậy 95 %.",
    "Simulated: people and land users are synthetic. Estimated from the judged sample, 95 % confidence intervals.",
)
_SAMPLED = Text(
    "Ước lượng từ mẫu đã xét, khoảng tin cậy 95 % (Clopper-Pearson).",
    "Estimated from the judged sample, 95 % confidence intervals (Clopper-Pearson).",
)


def review_told(review: Review, status: Status) -> ReviewStatus:
    """A review, and how far it is."""
    values = {name: value for name, value in asdict(review).items() if name != "list_name"}
    return ReviewStatus(list=review.list_name, **values, **status._asdict())


def item_line(item: Item, words: dict[int, Judgement]) -> ItemLine:
    """An item of a list."""
    state: State = "disputed" if is_disputed(item, words) else "open" if item.first_id is None else "judged"
    return ItemLine(number=item.number, origin=item.origin, state=state, wants_second=item.wants_second)


def judgement_told(judgement: Judgement) -> JudgementMade:
    """A judgement that was kept."""
    return JudgementMade.model_validate(word_json(judgement))


def rates_told(found: Rates, strata: list[Layer], language: Language) -> RatesTold:
    """What the judged sample says."""
    return RatesTold(
        simulated=found.simulated,
        note=(_SIMULATED if found.simulated else _SAMPLED).told(language),
        by_verdict=[_rate(rate, strata) for rate in found.by_verdict],
        by_category=[_rate(rate, strata) for rate in found.by_category],
        agreement=AgreementTold(**found.agreement._asdict()),
        disputed=found.disputed,
    )


def _rate(rate: ErrorRate, strata: list[Layer]) -> RateTold:
    interval = rate.interval
    of = (layer.size for layer in strata if layer.verdict == rate.verdict and rate.category in (None, layer.category))
    return RateTold(
        error="missed_match" if rate.error == "missed_match" else "wrong_match",
        verdict=rate.verdict,
        category=rate.category,
        land_users=sum(of),
        judged=interval.judged,
        errors=interval.errors,
        unclear=rate.unclear,
        rate=interval.rate,
        low=interval.low,
        high=interval.high,
        high_if_unclear_are_errors=rate.unclear_high,
        unseen=interval.unseen,
        aim=rate.aim,
        more_needed=rate.more_needed,
    )


def group_told(group: Group) -> GroupTold:
    """The rows of a commune and category, and how far their sample is."""
    return GroupTold(**group._asdict(), ready=group.ready)


def approval_told(approval: Approval) -> ApprovalTold:
    """A bulk approval."""
    return ApprovalTold(
        id=approval.id,
        review_id=approval.review_id,
        list=approval.list_name,
        commune_code=approval.commune_code,
        category=approval.category,
        rows=approval.rows,
        enriched_from={
            "register": approval.register_version,
            "date": approval.signed_at.isoformat(),
            "approver": approval.signer,
        },
        withdrawn_by=approval.withdrawn_by,
        withdrawn_at=approval.withdrawn_at,
    )
