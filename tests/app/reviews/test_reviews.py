"""Reviews: items are taken once, judged by who saw the last word, taken back exactly; what the sample says."""

from __future__ import annotations

import string
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pyarrow.parquet as pq
import pytest
from sqlalchemy.exc import SQLAlchemyError

from app.engines.land_users import land_users
from app.errors import ServiceError
from app.judgements import approval_store
from app.judgements import store as judgements
from app.judgements.approval_store import Approval
from app.judgements.errors import StaleJudgement
from app.judgements.store import NOBODY, Chair, Word
from app.reviews import store
from app.reviews.approvals import Approvals, Group
from app.reviews.errors import (
    ApprovalInForce,
    ApprovalWithdrawn,
    CategoryNotBulk,
    ItemMissing,
    NobodyChosen,
    NotBlind,
    NothingLeft,
    NothingToApprove,
    OtherPersonJudged,
    SampleTooSmall,
)
from app.reviews.rates import Finding, Outcome, rates
from app.reviews.selection import SAMPLE, Picked, Wishes, select
from app.reviews.service import NewReview, Reviews, Said, finding_of
from app.reviews.store import Item, Review
from tests.app.reviews.conftest import NOON, Province, results


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reviews(province: Province, clock: Clock) -> Reviews:
    numbers = iter(string.ascii_lowercase)
    return Reviews(province.database, folder=province.folder, clock=clock, new_id=lambda: next(numbers))


@pytest.fixture
def approvals(province: Province, clock: Clock) -> Approvals:
    return Approvals(province.database, folder=province.folder, clock=clock)


def opened(reviews: Reviews, *, sample: int = 40, doubtful: int = 5, second_share: int = 25) -> Review:
    wishes = Wishes("seed", sample, doubtful, second_share)
    return reviews.open(NewReview("job", "list", wishes, simulated=True, created_by="A"))


def said(
    word: Word,
    *,
    reviewer: str = "A",
    chair: Chair = Chair.FIRST,
    person: int | None = None,
    replaces: int | None = None,
) -> Said:
    return Said(chair, word, person, "why", reviewer, replaces)


def everything(province: Province, review: Review) -> list[Item]:
    with province.database.reading() as session:
        return store.items(session, review.id)


def by_truth(province: Province, item: Item) -> Said:
    """What a reviewer who knows everything says."""
    person = int(province.truth.get((item.record_id, item.subject_no), "") or NOBODY)
    if item.personal_id == NOBODY:
        return said(Word.SAME, person=person) if person else said(Word.NOT_SAME)
    return said(Word.SAME if person == item.personal_id else Word.NOT_SAME)


def test_the_land_user_behind_a_result_row_is_the_one_that_was_compared(province: Province) -> None:
    rows = results(province)
    places = range(0, len(rows), 7)
    for user in land_users(province.run, places):
        (subject,) = [s for s in user.record.subjects if s.subject_no == user.subject_no]
        row = rows[user.place]
        assert (user.raw.record_id, user.subject_no) == (row["record_id"], row["subject_no"])
        assert subject.full_name == row["full_name"]


def test_what_was_judged_is_not_given_again_and_what_was_taken_waits(reviews: Reviews, clock: Clock) -> None:
    review = opened(reviews, sample=3, doubtful=0, second_share=0)
    mine, chair = reviews.next(review.id, reviewer="A")
    assert (chair, reviews.next(review.id, reviewer="A")[0].number) == (Chair.FIRST, mine.number)
    others = reviews.next(review.id, reviewer="B")[0]
    assert others.number != mine.number
    reviews.judge(review.id, mine.number, said(Word.CANT_TELL))
    assert reviews.next(review.id, reviewer="A")[0].number not in (mine.number, others.number)
    with pytest.raises(NothingLeft) as left:
        reviews.next(review.id, reviewer="C")
    assert left.value.facts["taken"] == 2
    clock.now += timedelta(hours=1)
    assert reviews.next(review.id, reviewer="C")[0].number in (1, 2, 3)


def test_a_second_opinion_is_another_persons(province: Province, reviews: Reviews) -> None:
    review = opened(reviews, sample=2, doubtful=0, second_share=100)
    for item in everything(province, review):
        reviews.judge(review.id, item.number, said(Word.CANT_TELL))
    with pytest.raises(NothingLeft):
        reviews.next(review.id, reviewer="A")
    item, chair = reviews.next(review.id, reviewer="B")
    assert chair is Chair.SECOND
    with pytest.raises(NotBlind):
        reviews.judge(review.id, item.number, said(Word.SAME, chair=Chair.SECOND, reviewer="A"))
    reviews.judge(review.id, item.number, said(Word.CANT_TELL, chair=Chair.SECOND, reviewer="B"))


def test_nobody_sits_in_both_chairs_whoever_takes_words_back(province: Province, reviews: Reviews) -> None:
    review = opened(reviews, sample=1, doubtful=0, second_share=100)
    first = reviews.judge(review.id, 1, said(Word.NOT_SAME, reviewer="A"))
    other = reviews.judge(review.id, 1, said(Word.CANT_TELL, reviewer="B", replaces=first.id))
    back = reviews.undo(review.id, 1, chair=Chair.FIRST, reviewer="C", judgement=other.id)
    assert everything(province, review)[0].first_by == "A"  # whose word it is, not who brought it back
    with pytest.raises(NothingLeft):
        reviews.next(review.id, reviewer="A")
    reviews.judge(review.id, 1, said(Word.NOT_SAME, chair=Chair.SECOND, reviewer="B"))
    reviews.undo(review.id, 1, chair=Chair.FIRST, reviewer="C", judgement=back.id)
    with pytest.raises(NothingLeft):
        reviews.next(review.id, reviewer="B")
    with pytest.raises(NotBlind):
        reviews.judge(review.id, 1, said(Word.NOT_SAME, reviewer="B"))
    assert reviews.next(review.id, reviewer="A")[1] is Chair.FIRST


def test_a_stale_judgement_and_an_item_that_is_not_there_are_refused(reviews: Reviews) -> None:
    review = opened(reviews)
    first = reviews.judge(review.id, 1, said(Word.CANT_TELL))
    with pytest.raises(StaleJudgement):
        reviews.judge(review.id, 1, said(Word.NOT_SAME))
    reviews.judge(review.id, 1, said(Word.NOT_SAME, replaces=first.id))
    with pytest.raises(ItemMissing):
        reviews.judge(review.id, 1_000, said(Word.CANT_TELL))


def test_undoing_brings_the_item_back_to_what_it_was(province: Province, reviews: Reviews) -> None:
    review = opened(reviews)
    before = everything(province, review)
    item = next(one for one in before if one.personal_id != NOBODY)
    first = reviews.judge(review.id, item.number, said(Word.CANT_TELL))
    middle = everything(province, review)
    second = reviews.judge(review.id, item.number, said(Word.SAME, replaces=first.id))
    back = reviews.undo(review.id, item.number, chair=Chair.FIRST, reviewer="A", judgement=second.id)
    assert back.word is Word.CANT_TELL
    with province.database.reading() as session:
        words = store.words(session, review.id)
    assert words[back.id].word is Word.CANT_TELL
    assert [one.number for one in middle] == [one.number for one in everything(province, review)]
    reviews.undo(review.id, item.number, chair=Chair.FIRST, reviewer="A", judgement=back.id)
    assert everything(province, review) == before


def test_a_word_is_taken_back_only_on_the_item_on_which_it_was_said(province: Province, reviews: Reviews) -> None:
    review, other = opened(reviews), opened(reviews)
    word = reviews.judge(review.id, 1, said(Word.CANT_TELL))
    before = everything(province, review)
    for elsewhere, number, chair in ((other, 1, Chair.FIRST), (review, 2, Chair.FIRST), (review, 1, Chair.SECOND)):
        with pytest.raises(StaleJudgement):
            reviews.undo(elsewhere.id, number, chair=chair, reviewer="A", judgement=word.id)
    assert everything(province, review) == before
    with province.database.reading() as session:
        assert [one.id for one in judgements.in_force(session, list_name="list")] == [word.id]


def test_who_rules_out_somebody_else_says_nothing_of_the_person_or_the_nobody_that_the_machine_named(
    province: Province, reviews: Reviews
) -> None:
    review = opened(reviews)
    named, nobody = (
        next(one for one in everything(province, review) if (one.personal_id == NOBODY) == missing)
        for missing in (False, True)
    )
    for item in (named, nobody):
        reviews.judge(review.id, item.number, said(Word.NOT_SAME, person=68060000001))
    found, words = reviews.items(review.id)
    told = {item.number: finding_of(item, words) for item in found}
    assert (told[named.number], told[nobody.number]) == (Finding.UNCLEAR, Finding.UNCLEAR)


def test_another_person_is_judged_only_after_the_first_word_was_taken_back(
    province: Province, reviews: Reviews
) -> None:
    review = opened(reviews)
    item = next(one for one in everything(province, review) if one.personal_id == NOBODY)
    with pytest.raises(NobodyChosen):
        reviews.judge(review.id, item.number, said(Word.SAME))
    one = reviews.judge(review.id, item.number, said(Word.SAME, person=68085001234))
    with pytest.raises(OtherPersonJudged):
        reviews.judge(review.id, item.number, said(Word.SAME, person=68085001235, replaces=one.id))
    reviews.undo(review.id, item.number, chair=Chair.FIRST, reviewer="A", judgement=one.id)
    reviews.judge(review.id, item.number, said(Word.SAME, person=68085001235))


def test_reviewers_who_disagree_are_listed_until_somebody_settles_it(province: Province, reviews: Reviews) -> None:
    review = opened(reviews, second_share=100)
    item = next(one for one in everything(province, review) if one.personal_id and one.origin == SAMPLE)
    reviews.judge(review.id, item.number, said(Word.SAME))
    reviews.judge(review.id, item.number, said(Word.NOT_SAME, chair=Chair.SECOND, reviewer="B"))
    assert reviews.status(review.id)[1].disputed == 1
    found, _ = reviews.rates(review.id)
    assert (found.disputed, found.agreement.pairs, found.agreement.agreed) == (1, 1, 0)
    reviews.judge(review.id, item.number, said(Word.NOT_SAME, chair=Chair.DECISION, reviewer="C"))
    assert reviews.status(review.id)[1].disputed == 0
    assert sum(rate.interval.errors for rate in reviews.rates(review.id)[0].by_verdict) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_all_judged_by_who_knows_the_truth_gives_the_true_rates(province: Province, reviews: Reviews) -> None:
    review = opened(reviews, sample=10_000, doubtful=0, second_share=0)
    for item in everything(province, review):
        reviews.judge(review.id, item.number, by_truth(province, item))
    missed = wrong = nobody = named = 0
    for row in results(province):
        if row["in_scope"]:
            true = province.truth.get((row["record_id"], row["subject_no"]), "")  # type: ignore[arg-type]
            nobody += row["personal_id"] is None
            named += row["personal_id"] is not None
            missed += row["personal_id"] is None and bool(true)
            wrong += row["personal_id"] is not None and row["personal_id"] != true
    found = {rate.verdict: rate for rate in reviews.rates(review.id)[0].by_verdict}
    assert (found["none"].interval.errors, found["none"].interval.judged) == (missed, nobody)
    others = [found["full"].interval, found["partial"].interval]
    assert (sum(one.errors for one in others), sum(one.judged for one in others)) == (wrong, named)
    assert found["full"].interval.high > 0
    assert found["full"].more_needed is not None
    assert found["full"].more_needed > 200_000
    assert reviews.rates(review.id)[0].simulated


def test_eight_reviewers_at_once_lose_no_judgement_make_none_twice_and_stale_ones_are_refused(
    province: Province, reviews: Reviews
) -> None:
    # SQLite's transactions that write are alone anyway: fewer show it as well.
    count = 2_000 if province.database.engine.dialect.name == "postgresql" else 400
    review = opened(reviews, sample=0, doubtful=0)
    items = ((Picked(n, f"LD-{n}", 1, NOBODY, SAMPLE, 0, False), "f" * 32) for n in range(count))
    with province.database.writing() as session:
        store.add_items(session, review.id, items, first=1)
    stale: list[int] = []
    failures: list[BaseException] = []

    def work(reviewer: str) -> None:
        try:
            while True:
                item, chair = reviews.next(review.id, reviewer=reviewer)
                reviews.judge(review.id, item.number, said(Word.CANT_TELL, chair=chair, reviewer=reviewer))
                if item.number % 100 == 0:  # somebody else had this item open since before
                    try:
                        reviews.judge(review.id, item.number, said(Word.NOT_SAME, reviewer=f"{reviewer}'"))
                    except StaleJudgement:
                        stale.append(item.number)
        except NothingLeft:
            pass
        except BaseException as failure:
            failures.append(failure)

    threads = [Thread(target=work, args=(f"R{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, len(stale)) == ([], count // 100)
    with province.database.reading() as session:
        made = [one.case.record_id for one in judgements.history(session)]
    assert (len(made), len(set(made))) == (count, count)
    assert all(item.first_id is not None for item in everything(province, review))


def test_the_interval_covers_the_true_rates_of_the_province_in_93_of_100_samples(
    files: tuple[Path, Path, dict[tuple[str, int], str]], finished: Path
) -> None:
    truth, table = files[2], pq.read_table(finished)
    rows = table.select(["record_id", "subject_no", "personal_id", "in_scope", "verdict"]).to_pylist()
    wrong = [(row["personal_id"] or "") != truth.get((row["record_id"], row["subject_no"]), "") for row in rows]
    true = {}
    for verdict in ("full", "partial", "none"):
        places = [place for place, row in enumerate(rows) if row["in_scope"] and row["verdict"] == verdict]
        true[verdict] = sum(wrong[place] for place in places) / len(places)
    covered = dict.fromkeys(true, 0)
    for seed in range(100):
        selection = select(table, Wishes(str(seed), 250))
        outcomes = [
            Outcome(one.stratum, Finding.WRONG if wrong[one.place] else Finding.RIGHT) for one in selection.picked
        ]
        for rate in rates(selection.strata, outcomes, [], simulated=True, disputed=0).by_verdict:
            covered[rate.verdict] += rate.interval.low <= true[rate.verdict] <= rate.interval.high
    assert all(count >= 93 for count in covered.values())


def largest_group(province: Province) -> tuple[str, int]:
    rows = [row for row in results(province) if row["category"] == "P2a" and row["proposed_birth_date"]]
    communes = [str(row["parcel_commune_code"] or "") for row in rows]
    best = max(set(communes), key=lambda code: (communes.count(code), code))
    return best, communes.count(best)


def judge_all(reviews: Reviews, province: Province, review: Review) -> None:
    for item in everything(province, review):
        if item.first_id is None:
            reviews.judge(review.id, item.number, said(Word.SAME if item.personal_id else Word.NOT_SAME))


def values(province: Province) -> list[tuple[object, ...]]:
    with province.database.reading() as session:
        return [(a.id, *e) for a, e in approval_store.in_force(session, "list")]


def test_a_bulk_approval_needs_its_sample_and_its_undo_leaves_nothing(
    province: Province, reviews: Reviews, approvals: Approvals
) -> None:
    review = opened(reviews, sample=1, doubtful=0)
    commune, rows = largest_group(province)
    with pytest.raises(SampleTooSmall):
        approvals.approve(review.id, commune, "P2a", signer="Chief")
    group = approvals.sample(review.id, commune, "P2a")
    assert (group.rows, group.needed, group.ready) == (rows, min(30, rows), False)
    assert group == approvals.sample(review.id, commune, "P2a")
    judge_all(reviews, province, review)
    before = values(province)
    approval = approvals.approve(review.id, commune, "P2a", signer="Chief")
    approved = values(province)
    assert (approval.rows, len(approved), approval.signer) == (rows, rows, "Chief")
    assert all(len(str(value[-1])) == 10 for value in approved)
    assert approvals.withdraw(review.id, approval.id, by="Chief").withdrawn_at == NOON
    assert values(province) == before
    with pytest.raises(ApprovalWithdrawn):
        approvals.withdraw(review.id, approval.id, by="Chief")
    assert [one.id for one in approvals.listed(review.id)] == [approval.id]


def at_once(work: Callable[[], object]) -> list[object]:
    """What four threads get who do the same at the same moment."""
    start, got = Barrier(4), list[object]()

    def run() -> None:
        start.wait()
        try:
            got.append(work())
        except (ServiceError, SQLAlchemyError) as error:
            got.append(type(error))

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_of_several_who_approve_the_same_at_once_one_does_and_its_undo_leaves_nothing(
    province: Province, reviews: Reviews, approvals: Approvals
) -> None:
    review = opened(reviews, sample=1, doubtful=0)
    commune, _ = largest_group(province)
    groups = at_once(lambda: approvals.sample(review.id, commune, "P2a"))
    assert groups == [groups[0]] * 4
    assert isinstance(groups[0], Group)
    places = [item.place for item in everything(province, review)]
    assert len(places) == len(set(places))
    judge_all(reviews, province, review)
    before = values(province)
    made = at_once(lambda: approvals.approve(review.id, commune, "P2a", signer="Chief"))
    (approval,) = (one for one in made if one is not ApprovalInForce)
    assert isinstance(approval, Approval)
    approvals.withdraw(review.id, approval.id, by="Chief")
    assert values(province) == before
    assert approvals.approve(review.id, commune, "P2a", signer="Chief").id != approval.id


def test_one_wrong_person_in_the_sample_stops_the_approval(
    province: Province, reviews: Reviews, approvals: Approvals
) -> None:
    review = opened(reviews, sample=1, doubtful=0)
    commune, _ = largest_group(province)
    approvals.sample(review.id, commune, "P2a")
    item = next(one for one in everything(province, review) if one.origin == "approval")
    reviews.judge(review.id, item.number, said(Word.NOT_SAME))
    judge_all(reviews, province, review)
    with pytest.raises(SampleTooSmall) as refused:
        approvals.approve(review.id, commune, "P2a", signer="Chief")
    assert refused.value.facts["errors"] == 1


def test_only_what_the_register_repairs_can_be_approved(reviews: Reviews, approvals: Approvals) -> None:
    review = opened(reviews, sample=1)
    with pytest.raises(CategoryNotBulk):
        approvals.sample(review.id, "25084", "P1c")
    with pytest.raises(NothingToApprove):
        approvals.sample(review.id, "99999", "P2a")


def test_the_repairs_of_a_job_are_ranked_by_the_parcels_that_they_free(province: Province, reviews: Reviews) -> None:
    found = reviews.repairs("job", most=20)
    assert len(found) == 20
    assert [one.frees for one in found] == sorted((one.frees for one in found), reverse=True)
    verdicts = pq.read_table(province.run.results)["verdict"].to_pylist()
    assert all(verdicts[one.place] != "full" and one.rows >= 1 for one in found)


def test_an_item_nobody_judged_says_nothing(province: Province, reviews: Reviews) -> None:
    review = opened(reviews)
    assert {finding_of(item, {}) for item in everything(province, review)} == {Finding.OPEN}
    assert Group("c", "P2a", 5, 5, 5, 0, 0, 0).ready
