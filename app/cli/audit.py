"""khop audit: cross-check audits on the machine itself; the same rooms as /v1/audits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.terminal import opened_database, say, told

if TYPE_CHECKING:
    from app.audits.acting import Acting
    from app.audits.store import Audit
    from app.audits.waiting import HowFar

audit = typer.Typer(
    name="audit",
    help="Kiểm tra đối chiếu: số liệu có người ký, danh sách việc từng xã / audits: figures that somebody signs for.",
    no_args_is_help=True,
)
Found = Annotated[str, typer.Argument(metavar="KIỂM-TRA", help="Mã cuộc kiểm tra / the audit.")]
Name = Annotated[str, typer.Option("--as", metavar="TÊN", help="Tên người lập, người ký / who makes or signs.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Tệp hoặc thư mục ghi ra / where to write.")]
_PAUSE = 0.5  # seconds between two looks
Other = Annotated[
    str | None, typer.Option("--compare", help="Mã lần trước; bỏ trống: lần liền trước / an earlier audit.")
]


@contextmanager
def acting(name: str = "-", *, purpose: str = "khop audit") -> Iterator[Acting]:
    """Who acts at this terminal; every act is an entry of the access log."""
    import getpass

    from app.access_log.log import AccessLog
    from app.audits.acting import Acting, person_name
    from app.audits.service import AuditRoom
    from app.clients.authenticating import utc_now
    from app.main import today_of
    from app.reviews.acting import review_room
    from app.settings import Settings
    from app.worker import jobs_of

    with told():
        settings = Settings()
        person = person_name(name)
        with opened_database(settings) as database:
            log = AccessLog(settings.data_dir, clock=utc_now)
            jobs = jobs_of(settings, database, today=today_of(settings))
            room = AuditRoom(jobs, review_room(jobs).reviews)
            user = f"os:{getpass.getuser()}"
            try:
                yield Acting(user, "", None, purpose, True, settings.language, room, log, None, lambda: person)
            finally:
                log.close()


def found_audit(who: Acting, audit_id: str) -> Audit:
    """The audit that a command names."""
    from app.audits import service
    from app.audits.waiting import ready

    return ready(who.room, service.one(who.room, audit_id, owner=None))


@audit.command()
def run(
    name: Name,
    area: Annotated[str, typer.Option(help="Mã tỉnh hoặc xã hiện nay / a present-day province or commune.")],
    title: Annotated[str, typer.Option(help="Tên cuộc kiểm tra / what it is called.")],
    purpose: Annotated[str, typer.Option(help="Mục đích / why.")],
    jobs: Annotated[
        list[str] | None, typer.Argument(metavar="[VIỆC…]", help="Các công việc, xong hoặc đang chạy / jobs.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Thay cho công việc: tệp để đối chiếu / a file to match."),
    ] = None,
    list_name: Annotated[
        str | None, typer.Option("--list", help="Danh sách mà tệp thuộc về / the list that the file is a state of.")
    ] = None,
    register: Annotated[
        str | None, typer.Option(help="Phiên bản CSDL dân cư phải đang dùng / the version that must be active.")
    ] = None,
    keep_columns: Annotated[
        bool, typer.Option("--keep-columns", help="Giữ các cột của tệp: nhóm N1, N2, N3 / carry the file's columns.")
    ] = False,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Ngày; bỏ trống: hôm nay / the day.")
    ] = None,
    definitions: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Tệp .toml / what its figures count.")
    ] = None,
    follow: Annotated[bool, typer.Option("--watch", help="Theo dõi đến khi có số liệu / watch until ready.")] = False,
) -> None:
    """Lập cuộc kiểm tra từ các công việc, hoặc từ một tệp: đóng băng căn cứ, đếm số liệu / make an audit.

    Với một tệp (--file), hoặc công việc chưa xong, cuộc kiểm tra chờ; `khop
    serve` hoặc `khop worker` phải đang chạy. / With a file, or jobs that aren't
    done, the audit waits; `khop serve` or `khop worker` has to run.

    Ví dụ / example: khop audit run abcdefghijklmnopqrst --area 68 --title "Quý IV" --purpose "đối chiếu" --as "Lê A"
    """
    from app.audits.creating import NewAudit, create
    from app.audits.definitions import default_definitions, definitions_file
    from app.audits.errors import FileOrJobs
    from app.audits.starting import Starting, started
    from app.audits.states import Kept
    from app.engines.plan import ReadOptions

    with acting(name, purpose=purpose) as who:
        counted_by = default_definitions() if definitions is None else definitions_file(definitions)
        on, person = None if day is None else day.date(), who.person
        if bool(jobs) == (file is not None):
            raise FileOrJobs()
        if file is not None:
            options = ReadOptions(keep_columns=keep_columns, list_name=list_name)
            jobs = [started(who, Starting(file, options, "", register), area=area)]
        wanted = NewAudit(tuple(jobs or ()), area, title[:200], purpose[:300], person, counted_by, on)
        made = create(who.room, wanted, owner=None)
        hashed = {"frozen_hash": made.frozen_digest} if made.state is Kept.READY else {}
        who.record("audit.created", person=True, audit_id=made.id, jobs=len(made.job_ids), **hashed)
        typer.echo(made.id)
        if follow:
            _watch(who, made.id)
        elif made.state is not Kept.READY:
            say(f"Chờ công việc/waits for {', '.join(made.job_ids)}. Xem/see: khop audit show {made.id} --watch")
        else:
            say(f"{made.land_users:,} lượt người/land users. Tiếp/next: khop audit report {made.id} -o DIR")


audit.command("create", hidden=True)(run)  # the word of the HTTP interface


@audit.command()
def show(
    audit_id: Found,
    follow: Annotated[bool, typer.Option("--watch", help="Theo dõi đến khi có số liệu / watch until ready.")] = False,
) -> None:
    """Một cuộc kiểm tra: trạng thái, tiến độ, ai ký / one audit: state, progress, who signed it.

    Với --watch: trạng thái thoát 1 nếu không có số liệu. / With --watch: exit
    status 1 if there will be no figures.
    """
    from app.audits import service
    from app.audits.waiting import how_far

    with acting() as who:
        if follow:
            _watch(who, audit_id)
            return
        found = service.one(who.room, audit_id, owner=None)
        _told(found, how_far(who.room, found))


def _told(found: Audit, far: HowFar) -> None:
    from app.audits.states import TOLD, Standing

    typer.echo(f"{found.id}  {found.day}  {found.area_name}  {found.name}")
    state = TOLD[far.standing]
    signed = f", {found.signed_by}: {found.signed_at:%Y-%m-%d}" if found.is_signed else ""
    typer.echo(f"  {far.standing}: {state.vi} / {state.en}{signed}")
    if far.standing is Standing.READY:
        typer.echo(f"  {found.land_users:,} lượt người/land users, dân cư/register {found.register_version}")
    for each in far.jobs:
        total = "?" if each.rows_total is None else f"{each.rows_total:,}"
        typer.echo(f"  {each.job.id}: {each.state}, {each.rows_done:,}/{total} dòng/rows")
    if far.reason is not None:
        typer.echo(f"  ! {far.reason.explained('vi')}\n    {far.reason.explained('en')}")


def _watch(who: Acting, audit_id: str) -> None:
    """Show the progress until there are figures; the exit status is 1 if there will be none."""
    import time

    from app.audits import service
    from app.audits.states import UNDER_WAY, Standing
    from app.audits.waiting import how_far
    from app.cli.terminal import progress

    with progress({"match": "Đối chiếu / matching"}) as show_progress:
        while True:
            found = service.one(who.room, audit_id, owner=None)
            far = how_far(who.room, found)
            rows, total = sum(each.rows_done for each in far.jobs), sum(each.rows_total or 0 for each in far.jobs)
            if total:
                show_progress("match", rows, total, far.standing)
            if far.standing not in UNDER_WAY:
                break
            time.sleep(_PAUSE)
    _told(found, far)
    if far.standing is not Standing.READY:
        raise typer.Exit(1)


@audit.command("list")
def list_() -> None:
    """Danh sách các cuộc kiểm tra, mới nhất trước / audits, the newest first."""
    from app.audits import service
    from app.audits.states import Standing
    from app.audits.waiting import how_far

    with acting() as who:
        for one in service.listed(who.room, owner=None):
            standing = how_far(who.room, one).standing
            state = "đã ký/signed" if one.is_signed else "mở/open" if standing is Standing.READY else standing
            typer.echo(f"{one.id}  {one.day}  {one.area_code:5}  {one.land_users:>10,}  {state:13}  {one.name}")


@audit.command()
def report(
    audit_id: Found,
    out: Out,
    compare: Other = None,
    forms: Annotated[
        list[str] | None, typer.Option("--form", help="json, xlsx, pdf; lặp lại được / repeatable.")
    ] = None,
) -> None:
    """Ghi báo cáo vào một thư mục: JSON, XLSX, PDF / write the report into a folder."""
    from app.audits.making import rendered, report_document
    from app.files.write import whole_file

    wanted = forms or ["json", "xlsx", "pdf"]
    if unknown := set(wanted) - {"json", "xlsx", "pdf"}:
        raise typer.BadParameter(f"json, xlsx, pdf: {sorted(unknown)[0]}", param_hint="--form")
    with acting() as who:
        one = found_audit(who, audit_id)
        found = report_document(who, one, compare)
        out.mkdir(parents=True, exist_ok=True)
        for form in wanted:
            content = rendered(found, f".{form}")
            with whole_file(out / f"khop-audit-{one.id}.{form}") as target:
                target.write_bytes(content)
            who.record("audit.reported", audit_id=one.id, form=form)
            say(f"✓ {out / f'khop-audit-{one.id}.{form}'}")


@audit.command()
def worklists(
    audit_id: Found,
    out: Out,
    commune: Annotated[
        str | None, typer.Option(help="Mã xã, hoặc unknown; bỏ trống: mọi xã, tệp .zip / one commune, or all as ZIP.")
    ] = None,
) -> None:
    """Danh sách việc: theo người làm và theo chủ sử dụng / work lists: by who acts, and by owner."""
    from app.audits.making import work_list, work_lists_zip
    from app.files.write import whole_file

    with acting() as who:
        one = found_audit(who, audit_id)
        with whole_file(out) as target:
            if commune is None:
                count = work_lists_zip(who, one, target)
                who.record("audit.worklists", audit_id=one.id, communes=count, disclosed=True)
            else:
                content, count = work_list(who, one, commune.removeprefix("unknown"))
                target.write_bytes(content)
                who.record("audit.worklist", audit_id=one.id, land_users=count, disclosed=True)
    say(f"✓ {count:,} {'xã/communes' if commune is None else 'lượt/land users'}: {out}")


@audit.command()
def compare(
    audit_id: Found,
    other: Annotated[
        str, typer.Argument(metavar="LẦN-TRƯỚC", help="Mã, hoặc previous / an earlier audit.")
    ] = "previous",
) -> None:
    """So với lần trước: ai tiến lên, ai lùi lại / progress: what moved up, what fell back."""
    from app.audits.making import compared

    with acting() as who:
        found = compared(who, found_audit(who, audit_id), other) or {}
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    say(f"{found['improved']:,} tiến lên/improved, {found['fell_back']:,} lùi lại/fell back")


@audit.command()
def verify(
    audit_id: Found,
    rerun: Annotated[bool, typer.Option(help="Đối chiếu lại từ tệp nguồn / match the input again.")] = False,
) -> None:
    """Kiểm tra lại mọi căn cứ và số liệu; nói rõ điều gì đã đổi / check every ground, and count again.

    Trạng thái thoát 1 nếu có điều khác. / Exit status 1 if anything differs.
    """
    from app.audits import service
    from app.audits.frozen import GROUNDS, changed
    from app.audits.rerun import rerun_checks

    with acting() as who:
        one = found_audit(who, audit_id)
        checks = service.verify(who.room, one)
        if rerun and not changed(checks):
            checks += rerun_checks(who.room, one)
    for check in checks:
        run = f" {check.run}" if check.run is not None else ""
        name = GROUNDS[check.ground]
        typer.echo(f"{'✓' if check.same else '✗'} {name.vi} / {name.en}{run}{'' if check.same else '  ' + check.note}")
    if different := changed(checks):
        say(f"✗ Đã đổi / changed: {', '.join(different)}")
        raise typer.Exit(1)
    say("✓ Như lúc lập / as it was made")


@audit.command()
def live(audit_id: Found, out: Annotated[Path | None, typer.Option("--out", "-o", help="Tệp .csv.")] = None) -> None:
    """CSDL dân cư đã đổi: ai có kết quả khác, chỉ đối chiếu lại những ai có thể đổi / what a changed register means."""
    import csv

    from app.audits import service
    from app.audits.live import Change
    from app.files.write import whole_file

    with acting() as who:
        one = found_audit(who, audit_id)
        found, version = service.changes(who.room, one)
        if out is not None:
            with whole_file(out) as target, target.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([Change._fields, *found.changes])
        who.record("audit.rematched", audit_id=one.id, land_users=found.matched_again, changed=len(found.changes))
    say(f"{one.register_version} → {version}: {found.people_changed:,} người đổi/people changed")
    say(f"{found.matched_again:,} / {found.land_users:,} lượt đối chiếu lại/land users matched again")
    typer.echo(f"{len(found.changes):,} khác/changed")


@audit.command()
def sign(audit_id: Found, name: Name) -> None:
    """Ký báo cáo: từ đó không đổi nữa / sign the report: it doesn't change any more."""
    from app.audits import service
    from app.audits.making import compared

    with acting(name) as who:
        one = found_audit(who, audit_id)
        signed = service.sign(who.room, one, by=who.person, progress=compared(who, one, None))
        who.record("audit.signed", person=True, audit_id=signed.id, report_hash=signed.report_digest)
    say(f"✓ SHA-256 {signed.report_digest}")


@audit.command()
def delete(
    audit_id: Found,
    signed: Annotated[bool, typer.Option("--signed", help="Cả khi đã ký / even if it is signed.")] = False,
) -> None:
    """Xóa cuộc kiểm tra với mọi tệp của nó / delete an audit with its files."""
    from app.audits import service
    from app.audits.retention import deleted

    with acting() as who:
        one = service.one(who.room, audit_id, owner=None)
        if not signed:
            service.deletable(one)
        who.record("audit.deleted", person=False, **deleted(who.room, one))
    say(f"✓ {one.id}")
