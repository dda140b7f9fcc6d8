"""What arrives and can't be taken: refused with a reason, bounded, and nothing is left behind."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from app.tables import register_pointer
from tests.app.jobs.conftest import KNOWN, Desk, MakeDesk, land_csv

BOUNDARY = "b" * 20
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def refusal(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("urn:khop:problem:")


def nothing_is_left(desk: Desk) -> None:
    folder = desk.settings.data_dir / "jobs"
    assert not folder.exists() or not list(folder.iterdir())
    assert desk.client.get("/v1/jobs").json()["jobs"] == []


def part(name: str, content: bytes, filename: str | None = None) -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
FILE = part("file", land_csv([KNOWN]), "a.csv")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (FILE, (400, "job.form_broken")),
        (FILE[:-40], (400, "job.form_broken")),
        (b"", (400, "job.form_broken")),
        (b"nothing of a form", (400, "job.form_broken")),
        (END, (422, "job.file_expected")),
        (part("sheet", b"x") + END, (422, "job.file_expected")),
        (FILE + FILE + END, (422, "job.file_expected")),
        (part("other", b"x", "a.csv") + END, (422, "job.file_expected")),
        (FILE + part("sheet", b"x") + part("sheet", b"y") + END, (422, "job.option_invalid")),
        (FILE + part("mapping", b"{") + END, (422, "job.option_invalid")),
        (FILE + part("mapping", b"[1]") + END, (422, "invalid")),
        (FILE + part("mapping", b"x" * 70_000) + END, (422, "job.option_invalid")),
        (FILE + part("unknown", b"1") + END, (422, "invalid")),
        (FILE + part("preview", b"perhaps") + END, (422, "job.option_invalid")),
        (FILE + part("delimiter", b"#") + END, (422, "invalid")),
    ],
)
def test_a_form_that_is_none_is_refused(desk: Desk, body: bytes, expected: tuple[int, str]) -> None:
    assert refusal(desk.client.post("/v1/jobs", content=body, headers=FORM)) == expected
    nothing_is_left(desk)


@pytest.mark.parametrize("kind", ["text/csv", "", "multipart/form-data", "multipart/form-data; boundary="])
def test_a_body_of_another_kind_is_refused(desk: Desk, kind: str) -> None:
    answer = desk.client.post("/v1/jobs", content=FILE + END, headers={"Content-Type": kind})
    assert refusal(answer) == (415, "job.request_unreadable")
    nothing_is_left(desk)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b"\n \n", "file.empty"),
        (b"%PDF-1.7 ...", "file.format_unknown"),
        (gzip.compress(b"full_name\nx\n", mtime=0), "file.format_unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "file.format_unknown"),
    ],
)
def test_what_is_no_land_file_is_refused_before_it_is_queued(desk: Desk, content: bytes, code: str) -> None:
    assert refusal(desk.send(content)) == (422, code)
    nothing_is_left(desk)


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PK\x03\x04" + b"x" * 500, "cut.xlsx"),
        (bomb(), "bomb.xlsx"),
        (b"PAR1" + b"x" * 500, "cut.parquet"),
        (("," * 1_000_000).encode() + b"\n", "wide.csv"),
        (b"full_name,id_number\n" + b'"' + b"x" * (5 << 20), "open quote.csv"),
    ],
)
def test_a_file_that_breaks_in_the_middle_ends_with_a_reason(desk: Desk, content: bytes, name: str) -> None:
    answer = desk.send(content, name)
    if answer.status_code == 202:
        desk.work()
        detail = desk.detail(answer.json()["id"])
        done_or_refused = detail["state"] == "done" or detail["reason"]["code"].startswith("file.")
        assert done_or_refused, detail
    else:
        assert refusal(answer)[1].startswith("file.")


def test_a_file_above_the_limit_is_refused_where_it_exceeds_it(make_desk: MakeDesk) -> None:
    desk = make_desk(upload_limit_mb=1)
    content = b"full_name\n" + b"x\n" * (3 << 19)
    assert refusal(desk.send(content)) == (413, "job.upload_too_large")
    nothing_is_left(desk)
    assert refusal(desk.send(content * 3))[0] == 413  # announced as too large: not read at all
    nothing_is_left(desk)


def test_without_a_register_no_file_is_taken(desk: Desk) -> None:
    with desk.database.writing() as session:
        session.execute(delete(register_pointer))
    assert refusal(desk.send(land_csv([KNOWN]))) == (503, "register.no_active_version")
    nothing_is_left(desk)


def test_the_inbox_is_closed_unless_it_is_configured(desk: Desk) -> None:
    answer = desk.client.post("/v1/jobs", json={"inbox_file": "a.csv"})
    assert refusal(answer) == (404, "job.inbox_closed")


def test_a_file_of_the_inbox_is_named_and_nothing_outside_of_it(make_desk: MakeDesk, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "đất đai.csv").write_bytes(land_csv([KNOWN]))
    (tmp_path / "secret.csv").write_bytes(land_csv([KNOWN]))
    (inbox / "link.csv").symlink_to(tmp_path / "secret.csv")
    (inbox / "folder.csv").mkdir()
    desk = make_desk(inbox_dir=inbox)
    for name in (
        "../secret.csv",
        str(tmp_path / "secret.csv"),
        "link.csv",
        "folder.csv",
        "none.csv",
        "..",
        ".",
        "a\\b",
    ):
        answer = desk.client.post("/v1/jobs", json={"inbox_file": name})
        assert refusal(answer) == (404, "job.inbox_file_missing"), name
    answer = desk.client.post("/v1/jobs", json={"inbox_file": "đất đai.csv", "keep_columns": True})
    assert answer.status_code == 202
    desk.work()
    detail = desk.detail(answer.json()["id"])
    assert (detail["state"], detail["file"]["name"]) == ("done", "đất đai.csv")
    assert (inbox / "đất đai.csv").exists()
    assert refusal(desk.client.post("/v1/jobs", json={"inbox_file": ""})) == (422, "invalid")
    assert refusal(desk.client.post("/v1/jobs", json={"inbox_file": "x", "other": 1})) == (422, "invalid")
    shown = desk.client.post("/v1/jobs", json={"inbox_file": "đất đai.csv", "preview": True})
    assert (shown.status_code, shown.json()["looked_at"]) == (200, 1)
