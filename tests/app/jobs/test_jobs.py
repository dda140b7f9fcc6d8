"""The life of a job over HTTP: handed in, worked off, looked at, fetched, cancelled, resumed, deleted."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

import openpyxl
import pyarrow.parquet as pq
import pytest

from app.engines.folder import RunFolder
from app.engines.land_users import land_users
from app.jobs.states import State
from app.judgements import store as judgements
from app.judgements.store import Case, Chair, Word
from app.tasks import perform, take
from matching.fingerprint import fingerprint
from tests.app.callers import headers_of
from tests.app.jobs.conftest import HEADER, KNOWN, OLD_CARD, STRANGER, Desk, MakeDesk, land_csv, many


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("﻿"))))


def test_a_file_becomes_a_job_and_every_row_comes_back_with_its_verdict(desk: Desk) -> None:
    answer = desk.send(land_csv([KNOWN, OLD_CARD, STRANGER]), "Đất đai Trần Văn Ba.csv")
    assert answer.status_code == 202
    job_id = answer.json()["id"]
    assert answer.headers["location"] == f"/v1/jobs/{job_id}"
    assert desk.work() == 3  # read, match, finish
    detail = desk.detail(job_id)
    assert (detail["state"], detail["rows_total"], detail["rows_done"]) == ("done", 3, 3)
    assert detail["file"]["name"] == "Đất đai Trần Văn Ba.csv"
    assert detail["counts"]["by_verdict"] == {"full": 1, "none": 1, "partial": 1}
    rows = rows_of(desk.client.get(f"/v1/jobs/{job_id}/results.csv").text)
    assert [(row["record_id"], row["verdict"]) for row in rows] == [
        ("LD-0000", "full"),
        ("LD-0001", "partial"),
        ("LD-0002", "none"),
    ]


def test_the_callers_name_of_a_file_is_the_name_of_none_of_ours(desk: Desk) -> None:
    desk.job(land_csv([KNOWN]), name="Trần Văn Ba 068085001234.csv")
    desk.work()
    names = [path.name for path in desk.settings.data_dir.rglob("*")]
    assert not [name for name in names if "Ba" in name or "068085001234" in name]


def test_what_a_job_is_fixed_to_is_said_and_does_not_change(desk: Desk) -> None:
    job_id = desk.job(land_csv([KNOWN]))
    before = desk.detail(job_id)["fixed"]
    desk.work()
    after = desk.detail(job_id)["fixed"]
    assert before == after
    assert before["register_scope"] == "Lâm Đồng (thử)"
    assert before["as_of"] == "2026-11-22"
    assert before["register_version"].startswith("1:")


def test_a_job_without_a_worker_of_its_version_says_that_it_waits_for_one(desk: Desk) -> None:
    detail = desk.detail(desk.job(land_csv([KNOWN])))
    assert detail["state"] == "waiting"
    assert detail["reason"]["code"] == "job.no_worker"
    assert detail["fixed"]["program"] in detail["reason"]["detail"]


def test_the_same_key_with_the_same_file_is_the_same_job(desk: Desk) -> None:
    content = land_csv([KNOWN])
    first, again = desk.send(content, key="a"), desk.send(content, key="a")
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert len(list((desk.settings.data_dir / "jobs").iterdir())) == 1
    other = desk.send(land_csv([STRANGER]), key="a")
    assert other.status_code == 422
    assert other.json()["type"] == "urn:khop:problem:job.idempotency_key_reused"
    differently = desk.send(content, key="a", keep_columns="true")
    assert differently.status_code == 422
    assert len(list((desk.settings.data_dir / "jobs").iterdir())) == 1


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_that_cannot_be_kept_is_refused(desk: Desk, key: str) -> None:
    assert desk.send(land_csv([KNOWN]), key=key).json()["type"] == "urn:khop:problem:job.idempotency_key_invalid"


def test_a_job_that_was_cancelled_goes_on_where_it_was(desk: Desk) -> None:
    job_id = desk.job(many(1_000))
    assert desk.work(most=4) == 4  # read and three chunks
    answer = desk.client.post(f"/v1/jobs/{job_id}/cancel")
    assert answer.json()["state"] == "cancelled"
    assert desk.work() == 0
    assert desk.detail(job_id)["rows_done"] == 300
    assert desk.client.post(f"/v1/jobs/{job_id}/resume").status_code == 200
    assert desk.work() == 8  # seven chunks and the end
    assert desk.detail(job_id)["rows_done"] == 1_000
    again = desk.client.post(f"/v1/jobs/{job_id}/cancel")
    assert (again.status_code, again.json()["type"]) == (409, "urn:khop:problem:job.wrong_state")


def test_a_part_that_is_not_wanted_any_more_changes_nothing(desk: Desk) -> None:
    job_id = desk.job(many(300))
    desk.work(most=1)
    task = take(desk.bench)
    assert task is not None
    assert desk.client.delete(f"/v1/jobs/{job_id}").status_code == 204
    perform(desk.bench, task)
    assert desk.client.get(f"/v1/jobs/{job_id}").status_code == 404
    assert not (desk.settings.data_dir / "jobs" / job_id).exists()


def test_deleting_a_job_removes_all_that_belongs_to_it(desk: Desk) -> None:
    job_id = desk.job(many(10))
    desk.work()
    assert desk.client.delete(f"/v1/jobs/{job_id}").status_code == 204
    assert list((desk.settings.data_dir / "jobs").iterdir()) == []
    for address in ("", "/results", "/results.csv", "/rejects.csv", "/events"):
        answer = desk.client.get(f"/v1/jobs/{job_id}{address}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_there_are_no_results_before_the_job_is_done(desk: Desk) -> None:
    job_id = desk.job(many(10))
    for address in ("results", "results.csv", "results.xlsx", "results.parquet", "results.ndjson", "rejects.csv"):
        answer = desk.client.get(f"/v1/jobs/{job_id}/{address}")
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:khop:problem:job.not_done")


def test_results_come_in_pages_and_by_verdict_category_and_finding(desk: Desk) -> None:
    job_id = desk.job(many(300))
    desk.work()
    seen, cursor = [], None
    while True:
        params = {"limit": "70"} | ({} if cursor is None else {"cursor": cursor})
        page = desk.client.get(f"/v1/jobs/{job_id}/results", params=params).json()
        assert page["total"] == 300
        seen += [row["record_id"] for row in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"LD-{number:04d}" for number in range(300)]
    full = desk.client.get(f"/v1/jobs/{job_id}/results", params={"verdict": "full", "limit": "1000"}).json()
    assert (full["total"], len(full["results"])) == (100, 100)
    old = desk.client.get(f"/v1/jobs/{job_id}/results", params={"finding": "id.old", "verdict": "partial"}).json()
    assert old["total"] == 100
    both = desk.client.get(f"/v1/jobs/{job_id}/results?verdict=full&verdict=partial").json()
    assert both["total"] == 200


def test_a_cursor_of_other_filters_is_refused(desk: Desk) -> None:
    job_id = desk.job(many(30))
    desk.work()
    page = desk.client.get(f"/v1/jobs/{job_id}/results", params={"limit": "5"}).json()
    for params in ({"cursor": page["next"], "verdict": "full"}, {"cursor": "x"}, {"cursor": "é"}):
        answer = desk.client.get(f"/v1/jobs/{job_id}/results", params=params)
        assert answer.json()["type"] == "urn:khop:problem:job.cursor_invalid"
    assert desk.client.get(f"/v1/jobs/{job_id}/results", params={"category": "Z9"}).status_code == 422


def test_every_format_holds_the_same_rows(desk: Desk) -> None:
    job_id = desk.job(many(250))
    desk.work()
    fetched = {s: desk.client.get(f"/v1/jobs/{job_id}/results.{s}") for s in ("csv", "ndjson", "parquet", "xlsx")}
    assert all(answer.status_code == 200 for answer in fetched.values())
    by_csv = [row["record_id"] for row in rows_of(fetched["csv"].text)]
    assert [json.loads(line)["record_id"] for line in fetched["ndjson"].text.splitlines()] == by_csv
    table = pq.read_table(io.BytesIO(fetched["parquet"].content))
    assert table["record_id"].to_pylist() == by_csv
    assert fetched["xlsx"].content[:2] == b"PK"
    assert f"khop-{job_id}.xlsx" in fetched["xlsx"].headers["content-disposition"]
    for suffix, answer in fetched.items():
        assert desk.client.get(f"/v1/jobs/{job_id}/results.{suffix}").content == answer.content


def test_rows_that_cannot_be_read_do_not_stop_a_job_and_are_listed(desk: Desk) -> None:
    content = land_csv([KNOWN]) + b"\r\n" + b"LD-9,only two\r\n" + land_csv([STRANGER]).split(b"\r\n", 1)[1]
    job_id = desk.job(content)
    desk.work()
    counts = desk.detail(job_id)["counts"]
    assert counts["by_error"] == {"row_too_short": 1, "skipped:blank": 1}
    rejects = rows_of(desk.client.get(f"/v1/jobs/{job_id}/rejects.csv").text)
    assert [(row["source_row"], row["error"]) for row in rejects] == [("4", "row_too_short")]
    rows = rows_of(desk.client.get(f"/v1/jobs/{job_id}/results.csv").text)
    assert [row["source_row"] for row in rows] == ["2", "3", "4", "5"]


def test_a_preview_queues_nothing_and_keeps_nothing(desk: Desk) -> None:
    content = "Họ và tên;Số CCCD;Năm sinh\nTrần Văn Ba;068085001234;1985\nx\n".encode()
    answer = desk.send(content, preview="true")
    assert answer.status_code == 200
    found = answer.json()
    fields = {column["field"]: column["letter"] for column in found["tables"][0]["mapping"]}
    assert fields == {"full_name": "A", "id_number": "B", "birth_year": "C"}
    assert found["delimiter"] == ";"
    assert found["rows"][0]["records"][0]["subjects"][0]["personal_id"] == "068085001234"
    assert [(row["code"], row["rows"]) for row in found["unread"]] == [("row_too_short", 1)]
    assert desk.client.get("/v1/jobs").json()["jobs"] == []
    assert list((desk.settings.data_dir / "jobs").iterdir()) == []


def test_the_mapping_can_be_corrected_in_the_request(desk: Desk) -> None:
    content = "a,b,c\nTrần Văn Ba,068085001234,20/07/1985\n".encode()
    failed = desk.job(content)
    desk.work()
    detail = desk.detail(failed)
    assert (detail["state"], detail["reason"]["code"]) == ("failed", "file.header_missing")
    mapping = json.dumps({"full_name": "A", "id_number": "B", "birth_date": "C"})
    mended = desk.job(content, mapping=mapping)
    desk.work()
    # Without headers the first row is data as well.
    assert desk.detail(mended)["counts"]["by_verdict"] == {"full": 1, "none": 1}


def test_delimiter_and_encoding_can_be_corrected_in_the_request(desk: Desk) -> None:
    name = "Trần Văn Ba".encode("cp1258", "ignore")
    content = b"full_name;id_number;birth_date\n" + name + b";068085001234;20/07/1985\n"
    as_sent = desk.send(content, preview="true").json()
    assert as_sent["delimiter"] == ";"
    wrongly = desk.send(content, preview="true", delimiter=";", encoding="cp1252").json()
    assert (wrongly["delimiter"], wrongly["encoding"]) == (";", "cp1252")
    assert desk.send(content, encoding="klingon").status_code == 422
    tabs = desk.send(content, preview="true", delimiter="\t")
    assert tabs.json()["type"] == "urn:khop:problem:file.header_missing"
    job_id = desk.job(content, delimiter=";", encoding="utf-8")
    desk.work()
    assert desk.detail(job_id)["options"] == {
        "delimiter": ";",
        "encoding": "utf-8",
        "keep_columns": False,
        "mapping": {},
        "sheet": None,
    }


def test_jobs_are_listed_newest_first_in_pages_and_by_state(desk: Desk) -> None:
    made = [desk.job(land_csv([KNOWN, *[STRANGER] * number])) for number in range(5)]
    desk.work()
    first = desk.client.get("/v1/jobs", params={"limit": 3}).json()
    assert [job["id"] for job in first["jobs"]] == made[:1:-1]
    second = desk.client.get("/v1/jobs", params={"limit": 3, "cursor": first["next"]}).json()
    assert ([job["id"] for job in second["jobs"]], second["next"]) == (made[1::-1], None)
    assert len(desk.client.get("/v1/jobs", params={"state": "done"}).json()["jobs"]) == 5
    assert desk.client.get("/v1/jobs", params={"state": State.FAILED}).json()["jobs"] == []


def test_a_client_sees_its_own_jobs_only(desk: Desk) -> None:
    job_id = desk.job(land_csv([KNOWN]))
    other = headers_of(desk.database, "jobs", name="other")
    assert desk.client.get(f"/v1/jobs/{job_id}", headers=other).status_code == 404
    assert desk.client.delete(f"/v1/jobs/{job_id}", headers=other).status_code == 404
    assert desk.client.get("/v1/jobs", headers=other).json()["jobs"] == []
    admin = headers_of(desk.database, "jobs", "admin", name="admin")
    assert desk.client.get(f"/v1/jobs/{job_id}", headers=admin).status_code == 200
    nobody = headers_of(desk.database, "match", name="nobody")
    assert desk.client.get("/v1/jobs", headers=nobody).status_code == 403


def test_without_the_disclosing_scope_nothing_of_the_register_is_in_the_results(make_desk: MakeDesk) -> None:
    desk = make_desk(scopes=("jobs",))
    job_id = desk.job(land_csv([KNOWN, OLD_CARD]))
    desk.work()
    for rows in (
        desk.client.get(f"/v1/jobs/{job_id}/results").json()["results"],
        rows_of(desk.client.get(f"/v1/jobs/{job_id}/results.csv").text),
    ):
        assert [row["verdict"] for row in rows] == ["full", "partial"]
        assert rows[0]["personal_id"] == "068085001234"  # the land record holds it
        assert not rows[1]["personal_id"]
        assert not any(row[name] for row in rows for name in row if name.startswith("proposed_"))


def test_events_tell_the_progress_and_the_end(desk: Desk) -> None:
    job_id = desk.job(many(300))
    desk.work()
    with desk.client.stream("GET", f"/v1/jobs/{job_id}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = list(answer.iter_lines())
    assert lines[:2] == ["id: 1", "event: end"]
    assert json.loads(lines[2].removeprefix("data: "))["rows_done"] == 300


def test_the_access_log_says_who_created_fetched_and_deleted_a_job(desk: Desk) -> None:
    job_id = desk.job(land_csv([KNOWN]), name="Trần Văn Ba.csv")
    desk.work()
    desk.client.get(f"/v1/jobs/{job_id}/results.csv")
    desk.client.get(f"/v1/jobs/{job_id}/results")
    desk.client.delete(f"/v1/jobs/{job_id}")
    written = "".join(path.read_text() for path in desk.settings.data_dir.glob("access-log/**/*") if path.is_file())
    lines = [line for line in written.splitlines() if job_id in line]
    entries = [json.loads(line[line.index("{") : line.rindex("}") + 1]) for line in lines]
    assert [(entry["action"], entry["facts"].get("form")) for entry in entries] == [
        ("job.created", None),
        ("job.results_fetched", "csv"),
        ("job.results_fetched", "page"),
        ("job.deleted", None),
    ]
    assert all(entry["facts"]["disclosed"] for entry in entries[1:3])
    assert "Ba.csv" not in written


def workbook(rows: Sequence[tuple[str, ...]]) -> bytes:
    """The same land file as a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(io.StringIO(land_csv(rows).decode())):
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def coloured(desk: Desk, path: str, headers: dict[str, str] | None = None) -> set[str]:
    """The values in coloured cells of the workbook that goes back."""
    answer = desk.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:6] == list(HEADER)
    return {
        str(cell.value) for row in sheet.iter_rows(min_row=2) for cell in row if cell.fill.fgColor.rgb == "FFFFF2CC"
    }


def test_a_workbook_goes_back_over_http_with_what_was_approved_only(desk: Desk) -> None:
    job_id = desk.job(workbook([KNOWN, OLD_CARD]), name="pl3.xlsx", list="đất")
    address = f"/v1/jobs/{job_id}/original.xlsx"
    assert desk.client.get(address).status_code == 409  # not done yet
    desk.work()
    values = {"068085001234", "1985-07-20", "25084"}
    assert coloured(desk, f"{address}?proposals=all") == values
    assert coloured(desk, address) == coloured(desk, f"{address}?proposals=none") == set()
    run = RunFolder(desk.room.folder(job_id))
    (user,) = land_users(run, [1])
    case = Case("đất", "LD-0001", 1, fingerprint(user.record.subjects[0]), 68085001234)
    with desk.database.writing() as session:
        said = {"reason": "", "reviewer": "A", "now": desk.room.clock()}
        judgements.add(session, case, chair=Chair.FIRST, word=Word.SAME, replaces=None, **said)
    assert coloured(desk, address) == values
    less = headers_of(desk.database, "jobs", "admin", name="less")
    assert coloured(desk, f"{address}?proposals=all", less) == set()
    assert desk.client.get(f"{address}?proposals=every").status_code == 422
    other = desk.job(land_csv([KNOWN]))
    desk.work()
    answer = desk.client.get(f"/v1/jobs/{other}/original.xlsx")
    assert answer.json()["type"] == "urn:khop:problem:file.no_workbook"
