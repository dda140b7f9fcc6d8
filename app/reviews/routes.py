"""`/v1/reviews`: people judge what the machine may not decide, and a sample of what it did decide."""

from __future__ import annotations

from typing import Annotated

import pyarrow.parquet as pq
from fastapi import APIRouter, Path, Query, Response

from app.engines.folder import RunFolder
from app.jobs import service as jobs
from app.judgements.store import Chair, Word
from app.matches.rendering import Rendering
from app.problems import problem_responses
from app.reviews.acting import Acting, Approver, Reviewer
from app.reviews.errors import CandidateUnknown
from app.reviews.rendering import approval_told, group_told, item_line, judgement_told, rates_told, review_told
from app.reviews.schemas import (
    ApprovalTold,
    Found,
    GroupAsked,
    GroupTold,
    ItemPage,
    ItemView,
    JudgeItem,
    JudgementMade,
    OpenReview,
    RatesTold,
    Repairs,
    RepairTold,
    ReviewStatus,
    SearchPeople,
    UndoJudgement,
)
from app.reviews.selection import Wishes
from app.reviews.service import NewReview, Said
from app.reviews.store import Item, Review
from app.reviews.views import Seen, item_json, people_json
from matching.records import RawRecord

router = APIRouter(
    prefix="/v1/reviews",
    tags=["reviews"],
    responses=problem_responses(400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 503),
)
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
JobId = Annotated[str, Query(max_length=20)]


@router.post("", status_code=201, summary="Mở đợt rà soát / open a review")
def open_review(asked: OpenReview, who: Reviewer, response: Response) -> ReviewStatus:
    """Draw a sample of a finished job's land users from all verdicts, and find those in doubt.

    The sample is drawn at random within strata of verdict, category and commune; the same seed draws the same one.
    """
    job, _folder = jobs.done_folder(who.room.jobs, asked.job_id, client=who.owner)
    wishes = Wishes(asked.seed, asked.sample, asked.doubtful, asked.second_share)
    wanted = NewReview(job.id, asked.list or job.list_name, wishes, asked.simulated, who.reviewer)
    review = who.room.reviews.open(wanted)
    who.record("review.opened", review_id=review.id, job_id=job.id, items=review.sampled + review.doubtful)
    response.headers["Location"] = f"/v1/reviews/{review.id}"
    return review_told(*who.room.reviews.status(review.id))


@router.get("", summary="Các đợt rà soát / list reviews")
def list_reviews(who: Reviewer, job_id: JobId | None = None) -> list[ReviewStatus]:
    """All reviews of the client's jobs, the newest first; of one job if named."""
    found = who.room.reviews.listed(job=job_id, owner=who.owner)
    return [review_told(*who.room.reviews.status(review.id)) for review in found]


@router.get("/{review_id}", summary="Một đợt rà soát / one review")
def get_review(review_id: str, who: Reviewer) -> ReviewStatus:
    """How far a review is: items judged, second opinions, disagreements."""
    return review_told(*who.room.reviews.status(review_id))


@router.post("/{review_id}/next", summary="Trường hợp tiếp theo / the next item")
def next_item(review_id: str, who: Reviewer) -> ItemView:
    """The next item that waits for this reviewer (`X-Reviewer`), theirs for fifteen minutes.

    A second opinion comes from somebody else, who doesn't see the first.
    """
    item, chair = who.room.reviews.next(review_id, reviewer=who.reviewer)
    return _shown(who, review_id, item.number, chair)


@router.get("/{review_id}/items", summary="Các trường hợp / list items")
def list_items(
    review_id: str,
    who: Reviewer,
    state: Annotated[str | None, Query(pattern="^(open|judged|disputed)$")] = None,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> ItemPage:
    """The items of a review by their number: open, judged, or disputed between two reviewers."""
    items, words = who.room.reviews.items(review_id)
    lines = [item_line(item, words) for item in items if item.number > after]
    lines = [line for line in lines if state in (None, line.state)]
    return ItemPage(items=lines[:limit], next=lines[limit - 1].number if len(lines) > limit else None)


@router.get("/{review_id}/items/{number}", summary="Một trường hợp / one item")
def get_item(review_id: str, number: Number, who: Reviewer, chair: Chair = Chair.FIRST) -> ItemView:
    """An item: the land user as written and understood, the people it may be, what differs, what was judged."""
    return _shown(who, review_id, number, chair)


@router.post("/{review_id}/items/{number}/judgements", status_code=201, summary="Cho ý kiến / judge")
def judge_item(review_id: str, number: Number, asked: JudgeItem, who: Reviewer) -> JudgementMade:
    """Say that a person is the land user, is not, or that nobody can tell.

    `replaces` names the judgement that the reviewer saw: 409 where somebody else spoke since. `not_same` without a
    person means the one that the machine named, or where it named nobody, none of those shown.
    """
    review, item, _words = who.room.reviews.item(review_id, number)
    said = Said(
        asked.chair, Word(asked.judgement), _meant(who, review, item, asked), asked.reason, who.reviewer, asked.replaces
    )
    made = who.room.reviews.judge(review_id, number, said)
    subjects = (who.subject(made.case.personal_id),) if made.case.personal_id else ()
    who.record("judgement.made", subjects=subjects, review_id=review_id, item=number, word=made.word, chair=made.chair)
    return judgement_told(made)


@router.post("/{review_id}/items/{number}/undo", summary="Hoàn tác / take back")
def undo_judgement(review_id: str, number: Number, asked: UndoJudgement, who: Reviewer) -> JudgementMade:
    """Take back the last word of a chair: what was said before is in force again, exactly."""
    made = who.room.reviews.undo(review_id, number, chair=asked.chair, reviewer=who.reviewer, judgement=asked.judgement)
    who.record("judgement.undone", review_id=review_id, item=number, chair=asked.chair)
    return judgement_told(made)


@router.get("/{review_id}/rates", summary="Tỷ lệ sai / error rates")
def get_rates(review_id: str, who: Reviewer) -> RatesTold:
    """Wrong and missed persons by verdict and category, with exact intervals, and how many judgements a claim needs."""
    found, strata = who.room.reviews.rates(review_id)
    return rates_told(found, strata, who.language)


@router.post("/{review_id}/search", summary="Tra cứu người / search the register")
def search_people(review_id: str, asked: SearchPeople, who: Reviewer) -> Found:
    """The people of the job's register version nearest to what is asked; every search is in the access log."""
    raw = RawRecord(
        full_name=asked.full_name or None,
        id_number=asked.id_number or None,
        birth_date=asked.birth_date or None,
        sex=asked.sex or None,
        address=asked.address or None,
    )
    review, _status = who.room.reviews.status(review_id)
    found = who.room.desk.search(_run(who, review), raw)
    values = tuple(value for value in asked.model_dump().values() if value)
    subjects = tuple(who.subject(person.personal_id, asked=values) for person, _ in found)
    who.record("register.searched", subjects=subjects, review_id=review_id, found=len(found))
    return Found(people=people_json(found, Rendering(who.language, str, discloses=True)))


@router.post("/{review_id}/approvals/sample", summary="Lấy mẫu để duyệt / draw the sample of an approval")
def sample_for_approval(review_id: str, asked: GroupAsked, who: Reviewer) -> GroupTold:
    """Add what is missing from the sample that a bulk approval needs; says how far it is."""
    group = who.room.approvals.sample(review_id, asked.commune_code, asked.category)
    who.record("approval.sampled", review_id=review_id, category=group.category, needed=group.needed, open=group.open)
    return group_told(group)


@router.post("/{review_id}/approvals", status_code=201, summary="Phê duyệt hàng loạt / approve in bulk")
def approve(review_id: str, asked: GroupAsked, who: Approver) -> ApprovalTold:
    """Approve the register's values for all rows of a commune and category, after a sample without an error.

    `X-Reviewer` signs. The values are kept with where they are from: register version, date, approver.
    """
    made = who.room.approvals.approve(review_id, asked.commune_code, asked.category, signer=who.reviewer)
    who.record("approval.signed", review_id=review_id, approval=made.id, rows=made.rows, category=made.category)
    return approval_told(made)


@router.get("/{review_id}/approvals", summary="Các phê duyệt / list approvals")
def list_approvals(review_id: str, who: Reviewer) -> list[ApprovalTold]:
    """The bulk approvals of a review, undone ones too."""
    return [approval_told(approval) for approval in who.room.approvals.listed(review_id)]


@router.post("/{review_id}/approvals/{number}/undo", summary="Hoàn tác phê duyệt / undo an approval")
def undo_approval(review_id: str, number: Number, who: Approver) -> ApprovalTold:
    """Undo a bulk approval: none of its values is in force any more."""
    made = who.room.approvals.withdraw(review_id, number, by=who.reviewer)
    who.record("approval.undone", review_id=review_id, approval=made.id, rows=made.rows)
    return approval_told(made)


@router.get("/{review_id}/repairs", summary="Một sửa đổi, nhiều thửa / one repair, so many parcels")
def list_repairs(review_id: str, who: Reviewer, limit: Annotated[int, Query(ge=1, le=1_000)] = 50) -> Repairs:
    """The repairs that free most parcels: those where everybody else is matched fully."""
    review, _status = who.room.reviews.status(review_id)
    found = who.room.reviews.repairs(review.job_id, most=limit)
    names = pq.read_table(_run(who, review).results, columns=["record_id"])["record_id"]
    return Repairs(
        repairs=[
            RepairTold(
                row=one.place,
                record_id=names[one.place].as_py(),
                category=one.category,
                next_action=one.next_action,
                rows=one.rows,
                parcels=one.parcels,
                frees=one.frees,
            )
            for one in found
        ]
    )


def _shown(who: Acting, review_id: str, number: int, chair: Chair) -> ItemView:
    """An item as it is shown; who was shown is in the access log before it leaves."""
    review, item, words = who.room.reviews.item(review_id, number)
    seen = who.room.desk.look(_run(who, review), item)
    subjects = tuple(who.subject(person.personal_id) for person, _ in seen.people)
    who.record("review.item_shown", subjects=subjects, review_id=review_id, item=number)
    return ItemView.model_validate(item_json(seen, chair, who.language, words))


def _run(who: Acting, review: Review) -> RunFolder:
    return RunFolder(who.room.jobs.folder(review.job_id))


def _meant(who: Acting, review: Review, item: Item, asked: JudgeItem) -> int | None:
    """The person that a judgement means; CandidateUnknown for one who isn't shown or isn't in the register."""
    if asked.candidate_no is not None:
        seen: Seen = who.room.desk.look(_run(who, review), item)
        person = seen.person(asked.candidate_no)
        if person is None:
            raise CandidateUnknown(shown=len(seen.people))
        return person
    if asked.personal_id is None:
        return None
    if not who.room.desk.known(_run(who, review), int(asked.personal_id)):
        raise CandidateUnknown(shown=0)
    return int(asked.personal_id)
