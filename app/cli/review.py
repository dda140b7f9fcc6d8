"""khop review: clerical review on the machine itself; the same rooms as /v1/reviews."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.terminal import opened_database, say, told

if TYPE_CHECKING:
    from app.judgements.store import Chair
    from app.reviews.acting import Acting

review = typer.Typer(
    name="review",
    help="Rà soát thủ công: người xét những gì máy không được quyết / clerical review, its error rates, bulk approval.",
    no_args_is_help=True,
)
Review = Annotated[str, typer.Argument(metavar="ĐỢT", help="Mã đợt rà soát / the review.")]
Item = Annotated[int, typer.Argument(metavar="SỐ", min=1, help="Số của trường hợp / the item.")]
Name = Annotated[str, typer.Option("--as", metavar="TÊN", help="Tên người rà soát, người ký / who reviews or signs.")]
ChairOption = Annotated[str, typer.Option(help="first, second, decision: ý kiến của ai / whose word it is.")]
Commune = Annotated[str, typer.Option(help="Mã xã của thửa đất / the commune of the parcels.")]
Category = Annotated[str, typer.Option(help="P2a, P5a.")]


@contextmanager
def _acting(name: str) -> Iterator[Acting]:
    """Who acts at this terminal; every act is an entry of the access log."""
    import getpass

    from app.access_log.log import AccessLog
    from app.clients.authenticating import utc_now
    from app.main import today_of
    from app.reviews.acting import Acting, review_room, reviewer_name
    from app.settings import Settings
    from app.worker import jobs_of

    with told():
        settings = Settings()
        reviewer = reviewer_name(name)
        with opened_database(settings) as database:
            log = AccessLog(settings.data_dir, clock=utc_now)
            room = review_room(jobs_of(settings, database, today=today_of(settings)))
            try:
                yield Acting(
                    f"os:{getpass.getuser()}", None, None, settings.language, room, log, None, lambda: reviewer
                )
            finally:
                log.close()


@review.command("open")
def open_(
    job: Annotated[str, typer.Argument(metavar="VIỆC", help="Mã công việc đã xong / a finished job.")],
    name: Name,
    sample: Annotated[int, typer.Option(min=0, help="Mẫu ngẫu nhiên / the random sample.")] = 300,
    doubtful: Annotated[int, typer.Option(min=0, help="Trường hợp nghi ngờ / items in doubt.")] = 100,
    second_share: Annotated[int, typer.Option(min=0, max=100, help="% có ý kiến thứ hai / judged by two.")] = 10,
    seed: Annotated[str, typer.Option(help="Hạt giống / the seed.")] = "1",
    list_name: Annotated[str | None, typer.Option("--list", help="Danh sách / the list of land users.")] = None,
    simulated: Annotated[bool, typer.Option(help="Dữ liệu giả lập / synthetic data.")] = False,
) -> None:
    """Mở đợt rà soát của một công việc / open a review of a finished job.

    Mẫu lấy ngẫu nhiên theo kết quả, nhóm và xã; chỉ mẫu này cho biết tỷ lệ sai.
    The sample is random within verdict, category and commune; only it tells
    error rates.

    Ví dụ / example: khop review open abcdefghijklmnopqrst --as "Lê A" --sample 300
    """
    from app.jobs import service as jobs
    from app.reviews.selection import Wishes
    from app.reviews.service import NewReview

    with _acting(name) as who:
        found, _ = jobs.done_folder(who.room.jobs, job, client=None)
        wishes = Wishes(seed, sample, doubtful, second_share)
        made = who.room.reviews.open(NewReview(found.id, list_name or found.list_name, wishes, simulated, who.reviewer))
        who.record("review.opened", review_id=made.id, job_id=job, items=made.sampled + made.doubtful)
    typer.echo(made.id)
    say(f"{made.sampled:,} mẫu/sampled + {made.doubtful:,} nghi ngờ/in doubt. Tiếp/next: khop review next {made.id}")


@review.command("next")
def next_(review_id: Review, name: Name) -> None:
    """Trường hợp tiếp theo, giữ cho người này 15 phút / the next item, kept for this person for 15 minutes."""
    with _acting(name) as who:
        item, chair = who.room.reviews.next(review_id, reviewer=who.reviewer)
        _show(who, review_id, item.number, chair)


@review.command()
def show(review_id: Review, item: Item, name: Name, chair: ChairOption = "first") -> None:
    """Một trường hợp: hai bên, chỗ khác nhau, các ứng viên / an item: both sides, what differs, the candidates."""
    with _acting(name) as who:
        _show(who, review_id, item, _chair(chair))


@review.command()
def judge(
    review_id: Review,
    item: Item,
    word: Annotated[str, typer.Argument(metavar="Ý-KIẾN", help="same, not_same, cant_tell.")],
    name: Name,
    candidate: Annotated[int | None, typer.Option(min=1, help="Số ứng viên / which of those shown.")] = None,
    reason: Annotated[str, typer.Option(help="Lý do / why.")] = "",
    chair: ChairOption = "first",
    replaces: Annotated[int | None, typer.Option(help="Ý kiến bị thay / the judgement that you saw.")] = None,
) -> None:
    """Cho ý kiến: đúng người, không phải, không rõ / say: the same person, not the same, can't tell.

    Ví dụ / example: khop review judge abcdefghijklmnopqrst 12 same --as "Lê A"
    """
    from app.engines.folder import RunFolder
    from app.judgements.store import Word
    from app.reviews.errors import CandidateUnknown
    from app.reviews.service import Said

    if word not in ("same", "not_same", "cant_tell"):
        raise typer.BadParameter("same, not_same, cant_tell", param_hint="Ý-KIẾN")
    with _acting(name) as who:
        person = None
        if candidate is not None:
            found, row, _ = who.room.reviews.item(review_id, item)
            seen = who.room.desk.look(RunFolder(who.room.jobs.folder(found.job_id)), row)
            person = seen.person(candidate)
            if person is None:
                raise CandidateUnknown(shown=len(seen.people))
        said = Said(_chair(chair), Word(word), person, reason, who.reviewer, replaces)
        made = who.room.reviews.judge(review_id, item, said)
        subjects = (who.subject(made.case.personal_id),) if made.case.personal_id else ()
        who.record("judgement.made", subjects=subjects, review_id=review_id, item=item, word=word, chair=made.chair)
    say(f"✓ {made.word} (số/number {made.id})")


@review.command()
def undo(
    review_id: Review,
    item: Item,
    judgement: Annotated[int, typer.Argument(metavar="Ý-KIẾN", help="Số ý kiến / the judgement's number.")],
    name: Name,
    chair: ChairOption = "first",
) -> None:
    """Hoàn tác ý kiến cuối: ý kiến trước đó có hiệu lực lại / take the last word back: the one before is in force."""
    with _acting(name) as who:
        made = who.room.reviews.undo(review_id, item, chair=_chair(chair), reviewer=who.reviewer, judgement=judgement)
        who.record("judgement.undone", review_id=review_id, item=item, chair=chair)
    say(f"✓ {made.word} (số/number {made.id})")


@review.command()
def status(review_id: Review) -> None:
    """Đã xét đến đâu và máy sai bao nhiêu / how far the review is, and the error rates so far."""
    from rich.console import Console
    from rich.table import Table

    with _acting("-") as who:
        found, far = who.room.reviews.status(review_id)
        rates, _ = who.room.reviews.rates(review_id)
    say(
        f"{far.judged:,} / {far.items:,} đã xét/judged; ý kiến hai/second {far.second_judged:,} / {far.second_wanted:,}"
        f"; bất đồng/disputed {far.disputed:,}"
    )
    table = Table(title="MÔ PHỎNG / SIMULATED" if found.simulated else None)
    for name in ("kết quả/verdict", "nhóm/category", "xét/judged", "sai/errors", "tỷ lệ/rate", "95 %", "cần thêm/more"):
        table.add_column(name, justify="left" if "/v" in name or "/c" in name else "right")
    for rate in (*rates.by_verdict, *rates.by_category):
        one = rate.interval
        between = f"{100 * one.low:.3f} - {100 * one.high:.3f} %"
        more = "" if rate.more_needed is None else "-" if rate.more_needed < 0 else f"{rate.more_needed:,}"
        cells = (rate.verdict, rate.category or "", f"{one.judged:,}", f"{one.errors:,}", f"{100 * one.rate:.3f} %")
        table.add_row(*cells, between, more)
    Console().print(table)
    if rates.agreement.kappa is not None:
        say(f"kappa {rates.agreement.kappa:.2f} ({rates.agreement.pairs:,} cặp/pairs)")


@review.command()
def repairs(review_id: Review, limit: Annotated[int, typer.Option(min=1, help="Số dòng / how many.")] = 20) -> None:
    """Một sửa đổi giải phóng bao nhiêu thửa / one repair, so many parcels: the best first."""
    with _acting("-") as who:
        found, _ = who.room.reviews.status(review_id)
        for one in who.room.reviews.repairs(found.job_id, most=limit):
            typer.echo(
                f"dòng/row {one.place + 1:>9,}  {one.category:4} {one.next_action:7}"
                f" giải phóng/frees {one.frees:>5,} / {one.parcels:,} thửa/parcels"
            )


@review.command()
def approve(review_id: Review, commune: Commune, category: Category, name: Name) -> None:
    """Duyệt hàng loạt một nhóm của một xã; thiếu mẫu thì lấy thêm / approve in bulk; draws the sample if it is short.

    Ví dụ / example: khop review approve abcdefghijklmnopqrst --commune 25084 --category P2a --as "Lê A"
    """
    with _acting(name) as who:
        group = who.room.approvals.sample(review_id, commune, category)
        if not group.ready:
            say(
                f"✗ {group.right} / {group.needed} đúng/right, {group.wrong} sai/wrong, {group.unclear} chưa rõ/unclear"
                f", {group.open} chưa xét/open. Xét tiếp/judge on: khop review next {review_id}"
            )
            raise typer.Exit(1)
        made = who.room.approvals.approve(review_id, commune, category, signer=who.reviewer)
        who.record("approval.signed", review_id=review_id, approval=made.id, rows=made.rows, category=category)
    say(f"✓ {made.rows:,} dòng/rows (phê duyệt/approval {made.id})")


@review.command("undo-approval")
def undo_approval(
    review_id: Review,
    approval: Annotated[int, typer.Argument(metavar="PHÊ-DUYỆT", min=1, help="Số phê duyệt / the approval.")],
    name: Name,
) -> None:
    """Hoàn tác một phê duyệt hàng loạt / undo a bulk approval: none of its values is in force any more."""
    with _acting(name) as who:
        made = who.room.approvals.withdraw(review_id, approval, by=who.reviewer)
        who.record("approval.undone", review_id=review_id, approval=made.id, rows=made.rows)
    say(f"✓ {made.rows:,} dòng/rows")


@review.command("export")
def export_(
    list_name: Annotated[str, typer.Argument(metavar="DANH-SÁCH", help="Tên danh sách / the list.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Tệp .ndjson.")],
) -> None:
    """Xuất các ý kiến có hiệu lực của một danh sách / the judgements in force on a list, one a line."""
    from app.files.write import whole_file
    from app.judgements import files, store

    with _acting("-") as who, who.room.jobs.database.reading() as session, whole_file(out) as target:
        found = [*files.lines(store.in_force(session, list_name=list_name))]
        target.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
        who.record("judgements.exported", judgements=len(found))
    say(f"✓ {len(found):,} → {out}")


@review.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="TỆP", exists=True, dir_okay=False, help="Tệp .ndjson.")],
) -> None:
    """Nhập các ý kiến; cả tệp hoặc không gì cả / take the judgements of a file: all of them or none."""
    from app.judgements import files

    with _acting("-") as who, file.open(encoding="utf-8") as lines:
        with who.room.jobs.database.writing() as session:
            taken = files.take(session, lines)
        who.record("judgements.imported", judgements=taken)
    say(f"✓ {taken:,} mới/new")


def _chair(text: str) -> Chair:
    from app.judgements.store import Chair

    try:
        return Chair(text)
    except ValueError:
        raise typer.BadParameter("first, second, decision", param_hint="--chair") from None


def _show(who: Acting, review_id: str, number: int, chair: Chair) -> None:
    """Print an item; who was shown is in the access log first."""
    from app.cli.review_item import print_item
    from app.engines.folder import RunFolder
    from app.reviews.views import item_json

    found, item, words = who.room.reviews.item(review_id, number)
    seen = who.room.desk.look(RunFolder(who.room.jobs.folder(found.job_id)), item)
    subjects = tuple(who.subject(person.personal_id) for person, _ in seen.people)
    who.record("review.item_shown", subjects=subjects, review_id=review_id, item=number)
    print_item(item_json(seen, chair, who.language, words))
