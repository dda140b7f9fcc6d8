"""The exchange: land users go out with a key, answers come back by it, prevail, and are counted against Khớp."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest

from app.audits import service
from app.audits.counting import answers_of, disagreements, rows_of
from app.audits.definitions import default_definitions
from app.audits.errors import AuditSigned, ExchangeInvalid
from app.audits.exchange import Columns, differing, exported, key_of, read_answers, write_exchange
from app.audits.rows import VERDICTS, Rows
from app.audits.service import AuditRoom
from app.audits.store import Audit

DEFINITIONS = default_definitions()
HEADS = ["Dòng", "Kết quả", "Trường sai", "Giá trị đúng", "Cán bộ", "Ngày trả lời"]


def rows(room: AuditRoom, audit: Audit) -> Rows:
    return rows_of(room.folder(audit.id), DEFINITIONS)


def answered(folder: Path, *lines: list[str], heads: list[str] = HEADS) -> Path:
    path = folder / f"{uuid4().hex}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heads, *lines])
    return path


def first_of(found: Rows, verdict: str) -> int:
    return next(n for n in range(len(found)) if found.in_scope[n] and VERDICTS[found.verdict[n]] == verdict)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_everybody_in_scope_goes_out_once_with_text_that_is_no_formula(
    room: AuditRoom, audit: Audit, tmp_path: Path, suffix: str
) -> None:
    path, found = tmp_path / f"out{suffix}", rows(room, audit)
    lines = exported(audit, room.folder(audit.id), found, Columns())
    assert write_exchange(path, lines, suffix=suffix) == found.in_scope.sum()
    if suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        written = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            written = list(csv.reader(file))
    assert written[0] == [
        "Dòng",
        "Guid",
        "Họ và tên",
        "Ngày sinh",
        "Giới tính",
        "Số định danh, CMND",
        "Địa chỉ",
        "Mã xã của thửa",
    ]
    assert len({row[0] for row in written}) == len(written)
    assert all(len(row) == len(written[0]) for row in written)


def test_answers_prevail_and_what_differs_is_listed_and_counted(room: AuditRoom, audit: Audit, tmp_path: Path) -> None:
    found = rows(room, audit)
    full, none = first_of(found, "full"), first_of(found, "none")
    path = answered(
        tmp_path,
        [key_of(audit, 0, full), "CHƯA KHỚP", "Ngày sinh", "01/02/1960", "Cán bộ C", "21/11/2026"],
        [key_of(audit, 0, none), "khớp", "", "", "", "2026-11-21"],
        [key_of(audit, 0, none + 1), "", "", "", "", ""],
    )
    before = service.report_of(room, audit)["figures"]["whole"]
    taken = read_answers(path, audit, found, DEFINITIONS, Columns())
    assert [answer.status for answer in taken] == ["not_matched", "matched"]
    assert taken[0].answered_on == taken[1].answered_on == date(2026, 11, 21)
    known = service.take_answers(room, audit, taken)
    report = service.report_of(room, audit)
    after = report["figures"]["whole"]
    assert after["land_users.answered"] == 2
    assert after["land_users.full"] == before["land_users.full"]  # the verdict is the machine's
    assert after["land_users.status.matched"] == before["land_users.status.matched"]
    assert report["authority"] | {"answered": 2, "agreed": 0, "matched->not_matched": 1} == report["authority"]
    counts = disagreements(found, DEFINITIONS, answers_of(found, DEFINITIONS, known))
    assert counts == report["authority"]
    listed = list(differing(audit, found, DEFINITIONS, known))
    assert [line[0] for line in listed[1:]] == [key_of(audit, 0, full), key_of(audit, 0, none)]
    assert listed[1][4:] == ["Ngày sinh", "01/02/1960", "Cán bộ C", "2026-11-21"]


def test_a_later_answer_takes_the_place_of_an_earlier_one(room: AuditRoom, audit: Audit, tmp_path: Path) -> None:
    found = rows(room, audit)
    key = key_of(audit, 0, first_of(found, "none"))
    for word in ("khớp", "chưa khớp"):
        taken = read_answers(answered(tmp_path, [key, word]), audit, found, DEFINITIONS, Columns())
        known = service.take_answers(room, audit, taken)
    assert [answer.status for answer in known] == ["not_matched"]


def test_columns_and_words_are_configuration(room: AuditRoom, audit: Audit, tmp_path: Path) -> None:
    found = rows(room, audit)
    columns = Columns.of({"row": "KEY", "full_name": "NAME"}, {"row": "KEY", "result": "CODE"}, {"2": "undetermined"})
    lines = list(exported(audit, room.folder(audit.id), found, columns, verdicts=["none"]))
    assert lines[0] == ["KEY", "NAME"]
    path = answered(tmp_path, [lines[1][0], "2"], heads=["KEY", "CODE"])
    assert [answer.status for answer in read_answers(path, audit, found, DEFINITIONS, columns)] == ["undetermined"]


@pytest.mark.parametrize(
    ("key", "word", "day", "column"),
    [
        ("zzzzzzzz-1-1", "khớp", "", "Dòng"),
        ("nothing", "khớp", "", "Dòng"),
        ("{}-1-999999", "khớp", "", "Dòng"),
        ("{}-9-1", "khớp", "", "Dòng"),
        ("{}-1-1", "có lẽ", "", "Kết quả"),
        ("{}-1-1", "khớp", "31/02/2026", "Ngày trả lời"),
    ],
)
def test_a_wrong_answer_refuses_the_whole_file_and_says_where(
    room: AuditRoom, audit: Audit, tmp_path: Path, key: str, word: str, day: str, column: str
) -> None:
    path = answered(tmp_path, [key.format(audit.id[:8]), word, "", "", "", day])
    with pytest.raises(ExchangeInvalid) as refused:
        read_answers(path, audit, rows(room, audit), DEFINITIONS, Columns())
    assert (refused.value.facts["row"], refused.value.facts["column"]) == (2, column)


def test_a_row_answered_twice_and_a_missing_column_are_refused(room: AuditRoom, audit: Audit, tmp_path: Path) -> None:
    found = rows(room, audit)
    key = key_of(audit, 0, first_of(found, "full"))
    for path in (answered(tmp_path, [key, "khớp"], [key, "khớp"]), answered(tmp_path, [key], heads=["Dòng"])):
        with pytest.raises(ExchangeInvalid):
            read_answers(path, audit, found, DEFINITIONS, Columns())


def test_a_signed_audit_takes_no_more_answers(room: AuditRoom, audit: Audit) -> None:
    signed = service.sign(room, audit, by="B")
    with pytest.raises(AuditSigned):
        service.take_answers(room, signed, [])
