"""khop blocking: what the blocking rules find in a land file, what they cost and what a cap leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.questions import clean_records, question_of, truths_in
from app.cli.terminal import opened_database, progress, say, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.db import Database
    from matching.blocking_report import BlockingReport
    from matching.evaluate import Key, Truth

_STEP = 5_000  # land users


def blocking(
    land: Annotated[
        Path, typer.Argument(metavar="TỆP", exists=True, dir_okay=False, help="Tệp đất đai / the land file.")
    ],
    truth: Annotated[
        Path | None,
        typer.Option(
            metavar="SỰ_THẬT",
            exists=True,
            dir_okay=False,
            help="Tệp sự thật: đo thêm tỷ lệ tìm thấy / the truth file: measure recall as well.",
        ),
    ] = None,
    cap: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Số người tối đa cho một khóa; mặc định theo mô hình đang dùng / people for one key at most; "
            "default: the active model's.",
        ),
    ] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Chỉ các dòng đầu / the first rows only.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Dạng JSON, cho máy đọc / as JSON.")] = False,
) -> None:
    """Báo cáo việc chọn ứng viên: mỗi quy tắc tìm được gì, tốn bao nhiêu / what blocking finds and what it costs.

    Không so sánh được mọi người dùng đất với mọi người dân, nên mỗi quy tắc chỉ
    lấy những người có chung một điều (số, họ tên và năm sinh, ...). Báo cáo cho
    biết: số cặp cho mỗi người; mỗi quy tắc tìm được bao nhiêu, riêng nó tìm được
    bao nhiêu; nhóm lớn nhất; bao nhiêu dòng phải thu hẹp (thêm ngày sinh, tỉnh)
    hoặc bị cắt vì quá đông. Có tệp sự thật: tỷ lệ người đúng nằm trong số ứng
    viên; người không nằm trong đó thì không mô hình nào tìm ra được.

    Not every land user can be compared with everybody, so each rule takes those
    who share one thing. The report: pairs for each land user; what each rule
    finds, and finds alone; its largest blocks (sizes only, never whose); for how
    many land users a key was narrowed or cut as too many people share it. With a
    truth file: how often the right person is among the candidates at all. FOUND
    is a rule's recall by itself, LAST what would be lost without it.

    Ví dụ / example: khop blocking dat-dai.csv --truth dat-dai.truth.csv
    """
    from app.cli.blocking_table import blocking_json, blocking_table

    with told(), opened_database() as database:
        truths = None if truth is None else truths_in(truth)
        report, unread = _report(database, land, truths, cap=cap, rows=rows)
    if unread:
        say(
            f"! {unread:,} người trong tệp sự thật không đọc được từ tệp đất đai, không tính ở đây\n"
            f"  {unread:,} people of the truth file were not read from the land file; they don't count here"
        )
    if as_json:
        typer.echo(blocking_json(report, measured=truth is not None, unread=unread))
    else:
        blocking_table(report, measured=truth is not None)


def _report(
    database: Database, land: Path, truths: Mapping[Key, Truth] | None, *, cap: int | None, rows: int | None
) -> tuple[BlockingReport, int]:
    """The report, and how many people of the truth were not read from the land file."""
    from app.models.service import active_model
    from matching.blocking_report import Blocking
    from matching.evaluate import labels_of
    from matching.train import learners

    question = question_of(database, active_model(database))
    records = clean_records(land, question.as_of, rows)
    users = learners(records)
    keys = [(record_id, subject.subject_no) for record_id, subject in users]
    counted = Blocking(question.source, cap=cap or question.model.max_block)
    with progress({"block": "Chọn ứng viên / blocking"}) as show:
        for first in range(0, len(users), _STEP):
            part = slice(first, first + _STEP)
            labels = None if truths is None else labels_of(keys[part], truths)
            counted.add([subject for _, subject in users[part]], labels)
            show("block", min(first + _STEP, len(users)), len(users), "")
    known, read = set(keys), {record.record_id for record in records}
    here = [(key, each) for key, each in (truths or {}).items() if key[0] in read and each.in_scope]
    return counted.report(), sum(bool(each.personal_id) and key not in known for key, each in here)
