"""Reviews over HTTP: both sides shown, judged, taken back; approvals signed; every act in the access log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.app.callers import headers_of
from tests.app.reviews.conftest import AS_OF, Province, results
from tests.app.reviews.test_reviews import largest_group


@pytest.fixture
def client(province: Province) -> Iterator[TestClient]:
    """A client who reviews and approves; the job is its own."""
    url = province.database.engine.url.render_as_string(hide_password=False)
    settings = Settings(database_url=url, data_dir=province.data_dir, as_of=AS_OF)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        client.headers.update(headers_of(province.database, "reviews", "reviews:approve", "admin", "access-log"))
        client.headers.update({"X-Reviewer": quote("Người rà soát A"), "Accept-Language": "en"})
        yield client


def opened(client: TestClient, **wishes: Any) -> str:
    answer = client.post("/v1/reviews", json={"job_id": "job", "sample": 40, "doubtful": 10, **wishes})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/reviews/{answer.json()['id']}"
    return str(answer.json()["id"])


def item_where(client: TestClient, review: str, named: bool) -> dict[str, Any]:
    for number in range(1, 51):
        item: dict[str, Any] = client.get(f"/v1/reviews/{review}/items/{number}").json()
        if item["candidates"] and (item["machine"]["verdict"] != "none") == named:
            return item
    raise AssertionError("no such item")


def judge(client: TestClient, review: str, number: int, **said: Any) -> Any:
    return client.post(f"/v1/reviews/{review}/items/{number}/judgements", json={"judgement": "same", **said})


def test_an_item_shows_both_sides_and_what_differs(client: TestClient) -> None:
    review = opened(client)
    item = item_where(client, review, named=True)
    (first, *_) = item["candidates"]
    assert first["named"]
    assert len(first["person"]["personal_id"]) == 12
    assert {comparison["field"] for comparison in first["comparisons"]} >= {"name", "id_number", "birth_date"}
    assert all(comparison["differs"] == (comparison["weight"] < 0) for comparison in first["comparisons"])
    assert item["land_user"]["as_written"]["full_name"]
    assert item["land_user"]["understood"]["full_name"]
    assert item["machine"]["verdict"] in ("full", "partial")


def test_the_reviewer_of_a_none_sees_the_near_candidates_and_may_choose_one(client: TestClient) -> None:
    review = opened(client, doubtful=100)
    item = item_where(client, review, named=False)
    assert not any(candidate["named"] for candidate in item["candidates"])
    refused = judge(client, review, item["number"])
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:khop:problem:review.nobody_chosen")
    made = judge(client, review, item["number"], candidate_no=1)
    assert made.status_code == 201
    assert made.json()["personal_id"] == item["candidates"][0]["person"]["personal_id"]
    assert judge(client, review, item["number"] + 1, candidate_no=19).status_code == 422


def test_next_judge_undo_and_a_stale_edit(client: TestClient) -> None:
    review = opened(client)
    item = client.post(f"/v1/reviews/{review}/next").json()
    first = judge(client, review, item["number"], judgement="cant_tell", reason="no papers").json()
    assert first["reviewer"] == "Người rà soát A"
    assert judge(client, review, item["number"], judgement="not_same").status_code == 409
    second = judge(client, review, item["number"], judgement="not_same", replaces=first["id"]).json()
    undo = f"/v1/reviews/{review}/items/{item['number']}/undo"
    assert client.post(undo, json={"judgement": first["id"]}).status_code == 409
    assert client.post(undo, json={"judgement": second["id"]}).json()["judgement"] == "cant_tell"
    status = client.get(f"/v1/reviews/{review}").json()
    assert (status["items"], status["judged"]) == (50, 1)


def test_the_second_reviewer_does_not_see_the_first_ones_word(client: TestClient) -> None:
    review = opened(client, sample=1, doubtful=0, second_share=100)
    judge(client, review, 1, judgement="cant_tell")
    other = {"X-Reviewer": "B"}
    seen = client.post(f"/v1/reviews/{review}/next", headers=other).json()
    assert (seen["chair"], seen["judgements"]) == ("second", [])
    assert len(client.get(f"/v1/reviews/{review}/items/1").json()["judgements"]) == 1
    assert client.get(f"/v1/reviews/{review}/items", params={"state": "judged"}).json()["items"][0]["number"] == 1


def test_rates_say_what_is_known_so_far(client: TestClient) -> None:
    review = opened(client, simulated=True)
    told = client.get(f"/v1/reviews/{review}/rates").json()
    assert told["simulated"]
    assert "Simulated" in told["note"]
    assert {rate["verdict"] for rate in told["by_verdict"]} == {"full", "partial", "none"}
    assert all((rate["judged"], rate["low"], rate["high"]) == (0, 0.0, 1.0) for rate in told["by_verdict"])


def test_people_are_searched_by_a_body_and_every_search_is_in_the_log(client: TestClient, province: Province) -> None:
    review = opened(client)
    row = next(row for row in results(province) if row["verdict"] == "full")
    found = client.post(
        f"/v1/reviews/{review}/search", json={"full_name": row["full_name"], "birth_date": row["birth_date"]}
    )
    assert row["personal_id"] in {one["person"]["personal_id"] for one in found.json()["people"]}
    entries = client.get("/v1/access-log").json()["entries"]
    assert [entry["action"] for entry in entries][1:3] == ["review.opened", "register.searched"]
    assert str(row["full_name"]) not in str(entries)
    assert str(row["personal_id"]) not in str(entries)


def test_a_bulk_approval_is_signed_listed_and_undone(client: TestClient, province: Province) -> None:
    review = opened(client, sample=1, doubtful=0)
    commune, rows = largest_group(province)
    group = {"commune_code": commune, "category": "P2a"}
    assert client.post(f"/v1/reviews/{review}/approvals", json=group).status_code == 409
    drawn = client.post(f"/v1/reviews/{review}/approvals/sample", json=group).json()
    assert (drawn["rows"], drawn["ready"]) == (rows, False)
    for line in client.get(f"/v1/reviews/{review}/items").json()["items"]:
        if line["origin"] == "approval":
            assert judge(client, review, line["number"]).status_code == 201
    signed = client.post(f"/v1/reviews/{review}/approvals", json=group)
    assert signed.status_code == 201, signed.text
    assert signed.json()["enriched_from"]["approver"] == "Người rà soát A"
    undone = client.post(f"/v1/reviews/{review}/approvals/{signed.json()['id']}/undo")
    assert undone.json()["withdrawn_by"] == "Người rà soát A"
    assert client.post(f"/v1/reviews/{review}/approvals/999/undo").status_code == 404
    assert len(client.get(f"/v1/reviews/{review}/approvals").json()) == 1


def test_repairs_come_with_the_parcels_that_they_free(client: TestClient) -> None:
    review = opened(client)
    repairs = client.get(f"/v1/reviews/{review}/repairs", params={"limit": 5}).json()["repairs"]
    assert len(repairs) == 5
    assert repairs[0]["record_id"]


def test_who_does_not_say_who_reviews_or_lacks_the_scope_is_refused(client: TestClient, province: Province) -> None:
    review = opened(client)
    assert client.post(f"/v1/reviews/{review}/next", headers={"X-Reviewer": " "}).status_code == 400
    assert client.post(f"/v1/reviews/{review}/next", headers={"X-Reviewer": "a" * 121}).status_code == 400
    others = headers_of(province.database, "reviews", name="reviewer only")
    refused = client.post(
        f"/v1/reviews/{review}/approvals", json={"commune_code": "", "category": "P2a"}, headers=others
    )
    assert refused.status_code == 403
    assert client.get("/v1/reviews/nosuchreview").status_code == 404
    assert client.post("/v1/reviews", json={"job_id": "nosuchjob"}).status_code == 404
    foreign = client.post("/v1/reviews", json={"job_id": "job"}, headers=others)
    assert foreign.status_code == 404


def test_the_reviews_of_another_clients_jobs_are_not_there(client: TestClient, province: Province) -> None:
    review = opened(client)
    other = headers_of(province.database, "reviews", "reviews:approve", name="other") | {"X-Reviewer": "B"}
    here, group = f"/v1/reviews/{review}", {"commune_code": "", "category": "P2a"}
    assert client.get("/v1/reviews", headers=other).json() == []
    for path in (here, f"{here}/items", f"{here}/items/1", f"{here}/rates", f"{here}/approvals", f"{here}/repairs"):
        assert client.get(path, headers=other).json()["type"] == "urn:khop:problem:review.not_found"
    for path, body in (
        (f"{here}/next", {}),
        (f"{here}/items/1/judgements", {"judgement": "cant_tell"}),
        (f"{here}/items/1/undo", {"judgement": 1}),
        (f"{here}/search", {"full_name": "Nguyễn Văn An"}),
        (f"{here}/approvals/sample", group),
        (f"{here}/approvals", group),
        (f"{here}/approvals/1/undo", {}),
    ):
        assert client.post(path, headers=other, json=body).status_code == 404
    assert client.get(here).json()["judged"] == 0


def test_judgements_leave_and_come_back_as_a_file(client: TestClient) -> None:
    review = opened(client)
    judge(client, review, 1, judgement="cant_tell", reason="Giấy tờ mờ")
    exported = client.get("/v1/judgements", params={"list": "list"})
    assert (exported.status_code, len(exported.text.splitlines())) == (200, 1)
    assert client.post("/v1/judgements", content=exported.content).json() == {"taken": 0}
    moved = exported.text.replace('"list": "list"', '"list": "other"')
    assert client.post("/v1/judgements", content=moved.encode()).json() == {"taken": 1}
    refused = client.post("/v1/judgements", content=moved.encode() + b"{}")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:khop:problem:judgement.file_invalid")
    assert client.post("/v1/judgements", content=b"\xff").status_code == 422


@pytest.mark.parametrize("odd", ["a\x00b", "a\ud800b"])
def test_text_that_no_database_keeps_is_refused_wherever_it_stands(client: TestClient, odd: str) -> None:
    review = opened(client)
    for path, body in (
        ("/v1/reviews", {"job_id": "job", "list": odd}),
        ("/v1/reviews", {"job_id": "job", "seed": odd}),
        ("/v1/reviews", {"job_id": odd}),
        (f"/v1/reviews/{review}/items/1/judgements", {"judgement": "cant_tell", "reason": odd}),
        (f"/v1/reviews/{review}/search", {"full_name": odd}),
        (f"/v1/reviews/{review}/approvals/sample", {"commune_code": odd, "category": "P2a"}),
    ):
        assert client.post(path, content=json.dumps(body)).status_code == 422, path


def test_odd_addresses_are_refused(client: TestClient) -> None:
    review = opened(client)
    for path in ("/v1/reviews/a%00b", "/v1/reviews?job_id=a%00b"):
        assert client.get(path).status_code in (200, 404, 422), path  # SQLite looks for it and finds nothing
    undo = f"/v1/reviews/{review}/items/1/undo"
    assert client.post(undo, json={"judgement": 10**30}).status_code == 409


def test_a_file_of_judgements_with_what_cannot_be_kept_is_refused_with_its_line(client: TestClient) -> None:
    said = {"list": "list", "record_id": "r", "subject_no": 1, "fingerprint": "a" * 32, "personal_id": ""}
    said |= {"judgement": "not_same", "reviewer": "A", "judged_at": "2026-01-01T00:00:00+00:00"}
    odd = [{"reason": "a\x00"}, {"reviewer": "a\ud800"}, {"record_id": "\ud800"}]
    odd += [{"judged_at": "0001-01-01T00:00:00+14:00"}, {"judged_at": "9999-12-31T23:59:59-14:00"}]
    for text in (*(json.dumps(said | one) for one in odd), "[" * 200_000):
        refused = client.post("/v1/judgements", content=f"\n{text}")
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:khop:problem:judgement.file_invalid")
        assert "Line 2" in refused.json()["detail"]
