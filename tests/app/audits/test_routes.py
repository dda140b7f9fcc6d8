"""Audits over HTTP: made of finished jobs, reported in every form, verified, signed; every act in the access log."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pypdfium2
import pytest
from fastapi.testclient import TestClient

from app.audits.folder import AuditFolder
from app.main import create_app
from app.register import store as register
from app.register.snapshots import snapshot_folder
from app.settings import Settings
from tests.app.audits.conftest import Province
from tests.app.callers import headers_of
from tests.app.reviews.conftest import AS_OF

BODY = {"jobs": ["job"], "area": "68", "name": "Đối chiếu thử, K'Brŏm ư̆ñ"}


@pytest.fixture
def client(province: Province) -> Iterator[TestClient]:
    """A client who may do everything with audits; the job is its own."""
    url = province.database.engine.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, data_dir=province.data_dir, as_of=AS_OF)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        scopes = ("audits", "jobs", "reviews", "admin", "match:disclose", "access-log")
        client.headers.update(headers_of(province.database, *scopes))
        client.headers.update({"X-Reviewer": quote("Người lập A"), "Accept-Language": "en"})
        yield client


def made(client: TestClient, **changed: Any) -> str:
    answer = client.post("/v1/audits", json=BODY | changed)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def report(client: TestClient, audit: str) -> dict[str, Any]:
    answer = client.get(f"/v1/audits/{audit}/report")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def folder_of(province: Province, audit: str) -> AuditFolder:
    return AuditFolder(province.data_dir / "audits" / audit)


def test_a_report_says_what_was_compared_with_what_and_that_it_is_preliminary(client: TestClient) -> None:
    found = report(client, made(client))
    assert found["audit"]["purpose"] == "tests of the service"
    assert found["audit"]["created_by"] == "Người lập A"
    assert found["frozen"]["register"]["scope"] is not None
    assert "sơ bộ" in found["preliminary"]["vi"]
    assert {text["code"] for text in found["definitions"]["texts"]} >= {"rows", "persons", "dung", "song"}
    assert found["figures"]["whole"]["land_users.in_scope"] > 1_000
    assert found["error_rates"][0]["note"]["en"].startswith("No sample was judged")


def judged(client: TestClient, review: str, judgement: str) -> None:
    item = client.post(f"/v1/reviews/{review}/next").json()
    given = {"judgement": judgement, **({"candidate_no": 1} if judgement == "same" else {})}
    answer = client.post(f"/v1/reviews/{review}/items/{item['number']}/judgements", json=given)
    assert answer.status_code == 201, answer.text


def test_error_rates_of_the_judged_sample_stand_in_every_report(client: TestClient) -> None:
    audit = made(client)
    review = client.post("/v1/reviews", json={"job_id": "job", "sample": 5, "simulated": True}).json()["id"]
    judged(client, review, "cant_tell")
    rates, note = report(client, audit)["error_rates"]  # what nobody could tell is no judged sample
    assert (rates["review_id"], rates["simulated"]) == (review, True)
    assert rates["by_verdict"]
    assert note["note"]["en"].startswith("No sample was judged")
    assert "chưa biết kết quả sai bao nhiêu" in " ".join(pdf_text(client, audit).split())
    judged(client, review, "not_same")
    (rates,) = report(client, audit)["error_rates"]
    (told,) = [rate for rate in rates["by_verdict"] if rate["judged"]]
    assert told["judged"] == 1
    assert told["low"] < told["high"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/v1/audits/{audit}/report.xlsx").content))
    rows = list(book["Tỷ lệ sai"].iter_rows(values_only=True))
    assert any(review in str(row[0]) for row in rows)
    bounds = pytest.approx((told["low"], told["high"]))  # a workbook keeps sixteen digits
    assert any(row[2] == 1 and row[6:8] == bounds for row in rows)
    text = pdf_text(client, audit)
    assert "MÔ PHỎNG" in text.upper()
    assert f"{100 * told['low']:.2f}".replace(".", ",") in text
    place = client.get(f"/v1/audits/{audit}/worklists").json()[0]["href"]
    cover = openpyxl.load_workbook(io.BytesIO(client.get(place).content)).worksheets[0]
    assert any("1 lượt đã xét" in str(cell.value) for row in cover.iter_rows() for cell in row)


def test_the_cover_of_a_work_list_says_that_no_sample_was_judged(client: TestClient) -> None:
    audit = made(client)
    place = client.get(f"/v1/audits/{audit}/worklists").json()[0]["href"]
    cover = openpyxl.load_workbook(io.BytesIO(client.get(place).content)).worksheets[0]
    assert any("Chưa có mẫu nào được xét" in str(cell.value) for row in cover.iter_rows() for cell in row)


def test_error_rates_that_a_report_has_told_outlive_the_job_and_its_reviews(client: TestClient) -> None:
    audit = made(client)
    review = client.post("/v1/reviews", json={"job_id": "job", "sample": 5}).json()["id"]
    judged(client, review, "not_same")
    before = report(client, audit)["error_rates"]
    assert client.delete("/v1/jobs/job").status_code == 204
    assert report(client, audit)["error_rates"] == before
    assert before[0]["review_id"] == review


def pdf_text(client: TestClient, audit: str) -> str:
    answer = client.get(f"/v1/audits/{audit}/report.pdf")
    assert answer.status_code == 200, answer.text
    document = pypdfium2.PdfDocument(answer.content)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_the_pdf_has_vietnamese_and_highland_letters_and_numbers_its_pages(client: TestClient) -> None:
    text = pdf_text(client, made(client))
    assert "Tỉnh Lâm Đồng" in text
    assert "K'Brŏm" in text.replace("’", "'")
    assert "Trang 1 / " in text
    assert "chưa xác định xã" in text.lower()


def test_no_text_of_a_workbook_is_a_formula_and_headers_stay(client: TestClient) -> None:
    audit = made(client, name="=1+1")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/v1/audits/{audit}/report.xlsx").content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert all(sheet.freeze_panes for sheet in book)
    communes = book["Theo xã"]
    columns = list(communes.iter_cols(values_only=True))
    whole = {column[0]: column[-1] for column in columns[3:]}
    assert whole == {column[0]: sum(column[1:-1]) for column in columns[3:]}


def test_work_lists_hold_everybody_who_needs_something_by_who_acts(client: TestClient) -> None:
    audit = made(client)
    listed = client.get(f"/v1/audits/{audit}/worklists").json()
    packed = zipfile.ZipFile(io.BytesIO(client.get(f"/v1/audits/{audit}/worklists.zip").content))
    assert len(packed.namelist()) == len(listed)
    rows = 0
    for name in packed.namelist():
        book = openpyxl.load_workbook(io.BytesIO(packed.read(name)), read_only=True)
        rows += sum(sheet.max_row - 1 for sheet in list(book)[1:])
    assert rows == sum(each["land_users"] for each in listed)
    first = client.get(listed[0]["href"])
    assert first.status_code == 200
    assert client.get(f"/v1/audits/{audit}/worklists/00000.xlsx").status_code == 404


def test_who_may_not_see_the_register_gets_its_values_only_where_the_file_has_them(
    client: TestClient, province: Province
) -> None:
    audit = made(client)
    blind = headers_of(province.database, "audits", "admin", name="blind")
    place = client.get(f"/v1/audits/{audit}/worklists").json()[0]["href"]
    sheets = openpyxl.load_workbook(io.BytesIO(client.get(place, headers=blind).content)).worksheets[1:]
    for sheet in sheets:
        heads = [cell.value for cell in sheet[1]]
        written = heads.index("Số giấy tờ trong CSDL đất đai")
        for row in sheet.iter_rows(min_row=2, values_only=True):
            values = dict(zip(heads, row, strict=True))
            assert not values["Họ tên theo CSDL dân cư"]
            assert not values["Ngày sinh theo CSDL dân cư"]
            digits = "".join(filter(str.isdigit, row[written] or ""))
            assert (values["Số định danh theo CSDL dân cư"] or "")[-9:] in digits


def test_a_signed_report_does_not_change_and_its_hash_is_in_the_access_log(client: TestClient) -> None:
    audit = made(client)
    signed = client.post(f"/v1/audits/{audit}/sign", headers={"X-Reviewer": quote("Người ký B")})
    assert signed.status_code == 200, signed.text
    signature = signed.json()["signed"]
    assert signature["by"] == "Người ký B"
    before = report(client, audit)
    client.post("/v1/reviews", json={"job_id": "job", "sample": 5})  # would add error rates
    assert report(client, audit) == before
    assert before["signed"]["report_sha256"] == signature["report_sha256"]
    entries = client.get("/v1/access-log").text
    assert signature["report_sha256"] in entries
    assert "Người ký B" not in entries
    assert client.post(f"/v1/audits/{audit}/sign").status_code == 409
    assert client.delete(f"/v1/audits/{audit}").status_code == 409
    assert client.get(f"/v1/audits/{audit}/verify").json()["intact"]


def spoiled(path: Path) -> None:
    """Change one byte in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()  # a file of its own: the job has another name for the same bytes
    path.write_bytes(content)


@pytest.mark.parametrize("what", ["input", "results", "snapshot", "model", "working_files", "report"])
def test_verify_says_which_byte_was_changed(client: TestClient, province: Province, what: str) -> None:
    audit = made(client)
    assert client.post(f"/v1/audits/{audit}/sign").status_code == 200
    run = folder_of(province, audit).run(0)
    plan = run.read_plan()
    snapshot = snapshot_folder(province.data_dir, plan.register)
    if what == "model":
        document = json.loads(run.plan.read_text())
        text = document["model_document"].replace("0.9", "0.8", 1)
        run.plan.unlink()
        run.plan.write_text(json.dumps(document | {"model_document": text}))
    else:
        places = {
            "input": run.input(plan),
            "results": run.results,
            "snapshot": snapshot / "birth.npy",
            "working_files": run.chunk(0),
            "report": folder_of(province, audit).report,
        }
        spoiled(places[what])
    found = client.get(f"/v1/audits/{audit}/verify").json()
    assert not found["intact"]
    assert found["changed"] == ([what, "figures"] if what == "results" else [what])


def test_nobody_signs_for_what_has_changed(client: TestClient, province: Province) -> None:
    audit = made(client)
    spoiled(folder_of(province, audit).run(0).results)
    refused = client.post(f"/v1/audits/{audit}/sign")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:khop:problem:audit.changed")


def test_an_audit_outlives_its_job_and_holds_its_register_version(client: TestClient, province: Province) -> None:
    audit = made(client)
    before = client.get(f"/v1/audits/{audit}/report.pdf").content
    assert client.delete("/v1/jobs/job").status_code == 204
    assert not province.folder("job").exists()
    assert client.get(f"/v1/audits/{audit}/verify").json()["intact"]
    assert client.get(f"/v1/audits/{audit}/report.pdf").content == before
    with province.database.reading() as session:
        assert register.holders(session, 1) == [f"audit:{audit}"]
    assert client.delete(f"/v1/audits/{audit}").status_code == 204
    with province.database.reading() as session:
        assert register.holders(session, 1) == []
    assert not folder_of(province, audit).path.exists()


def test_progress_since_an_audit_of_the_same_area(client: TestClient) -> None:
    first = made(client, day="2026-11-01")
    second = made(client)
    found = client.get(f"/v1/audits/{second}/compare").json()
    assert found["previous"]["id"] == first
    assert (found["improved"], found["fell_back"], found["key"]) == (0, 0, "record_id")
    told = report(client, second)["figures"]["whole"]
    assert sum(found["land_users"].values()) == told["land_users.in_scope"]
    assert report(client, first)["progress"] is None
    assert report(client, second)["progress"]["previous"]["id"] == first
    assert "Tiến độ so với lần trước" in pdf_text(client, second)
    assert "Tiến độ theo xã" in pdf_text(client, second)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/v1/audits/{second}/report.xlsx").content))
    assert "Tiến độ" in book.sheetnames
    assert client.post(f"/v1/audits/{second}/sign").status_code == 200
    assert report(client, second)["progress"]["previous"]["id"] == first
    commune = made(client, area="25084")
    assert client.get(f"/v1/audits/{commune}/compare").status_code == 404
    assert client.get(f"/v1/audits/{commune}/compare", params={"other": first}).status_code == 422


@pytest.mark.parametrize(
    ("changed", "status", "kind"),
    [
        ({"area": "99"}, 422, "audit.area_unknown"),
        ({"jobs": ["job", "job"]}, 422, "audit.jobs_invalid"),
        ({"jobs": ["nothing"]}, 404, "job.not_found"),
        ({"definitions": "version = 1"}, 422, "audit.definitions_invalid"),
        ({"definitions": "["}, 422, "audit.definitions_invalid"),
        ({"area": "Lâm Đồng"}, 422, "invalid"),
    ],
)
def test_what_cannot_be_audited_is_refused(
    client: TestClient, province: Province, changed: dict[str, Any], status: int, kind: str
) -> None:
    answer = client.post("/v1/audits", json=BODY | changed)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, kind)
    assert list((province.data_dir / "audits").glob("*")) == []


def test_audits_need_their_scope_a_purpose_and_a_name(client: TestClient, province: Province) -> None:
    audit = made(client)
    other = headers_of(province.database, "jobs", name="other")
    assert client.get(f"/v1/audits/{audit}", headers=other).status_code == 403
    stranger = headers_of(province.database, "audits", name="stranger")
    assert client.get(f"/v1/audits/{audit}", headers=stranger).status_code == 404
    assert client.post(f"/v1/audits/{audit}/sign", headers={"X-Reviewer": ""}).status_code == 400
    aimless = headers_of(province.database, "audits", name="aimless", purpose=None)
    del client.headers["X-Purpose"]
    assert client.get("/v1/audits", headers=aimless).status_code == 400


def test_a_register_that_is_the_same_changes_nothing(client: TestClient) -> None:
    found = client.get(f"/v1/audits/{made(client)}/changes").json()
    assert (found["people_changed"], found["matched_again"], found["changes"]) == (0, 0, [])
    assert found["register_before"] == found["register_after"]


def test_land_users_go_out_by_http_and_answers_come_back(client: TestClient) -> None:
    audit = made(client)
    out = client.get(f"/v1/audits/{audit}/exchange.csv", params={"verdict": "full"})
    lines = list(csv.DictReader(io.StringIO(out.content.decode("utf-8-sig"))))
    assert len(lines) == report(client, audit)["figures"]["whole"]["land_users.full"]
    given = [
        {"row": lines[0]["Dòng"], "result": "chưa khớp", "date": "22/11/2026"},
        {"row": lines[1]["Dòng"], "result": "matched"},
    ]
    taken = client.post(f"/v1/audits/{audit}/answers", json={"answers": given}).json()
    assert taken == {"taken": 2, "answered": 2, "agreed": 1, "disagreements": {"matched->not_matched": 1}}
    told = report(client, audit)
    assert told["authority"]["answered"] == 2
    everybody, matched = told["authority_rates"][:2]
    assert (matched["status"], matched["answered"], matched["differ"], matched["rate"]) == ("matched", 2, 1, 0.5)
    assert (round(matched["low"], 4), round(matched["high"], 4)) == (0.0126, 0.9874)  # Clopper-Pearson, 1 of 2
    assert everybody["of"] == told["figures"]["whole"]["land_users.in_scope"]
    assert "98,74" in pdf_text(client, audit)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/v1/audits/{audit}/report.xlsx").content))
    assert any(
        row[3] == 1 and row[7] == pytest.approx(matched["high"])
        for row in book["Tỷ lệ sai"].iter_rows(values_only=True)
    )
    refused = client.post(f"/v1/audits/{audit}/answers", json={"answers": [{"row": "x", "result": "khớp"}]})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:khop:problem:exchange.invalid")
