"""`POST /v1/match`, `/v1/match/batch`, `/v1/normalise`: the contract, on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.models import service as models
from matching.model import default_model


def asked(service: TestClient, explain: bool = False, **record: Any) -> dict[str, Any]:
    answer = service.post("/v1/match", json={"record": record, "explain": explain})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_number_name_and_date_make_a_full_match(service: TestClient) -> None:
    answer = asked(
        service, record_id="LD-1", full_name="Trần Văn Ba", id_number="068085001234", birth_date="20/07/1985"
    )
    (subject,) = answer["subjects"]
    assert (answer["record_id"], answer["verdict"], subject["category"]) == ("LD-1", "full", "M1")
    assert subject["person"]["personal_id"] == "068085001234"
    assert subject["identity"] == "confirmed"
    assert subject["next_action"] == "none"
    assert subject["match_probability"] <= 0.9999
    assert answer["stamp"]["register_scope"] == "Lâm Đồng (thử)"
    assert answer["stamp"]["as_of"] == "2026-11-22"


def test_a_couple_in_one_cell_are_two_subjects_and_the_weakest_decides(service: TestClient) -> None:
    answer = asked(
        service,
        full_name="Hộ ông Trần Văn Ba và vợ là bà Lê Thị Mỹ",
        id_number="068085001234 - 068188004321",
        birth_date="20/07/1985",
    )
    husband, wife = answer["subjects"]
    assert (husband["role"], husband["verdict"], wife["role"], wife["verdict"]) == (
        "husband",
        "full",
        "wife",
        "partial",
    )
    assert wife["person"]["personal_id"] == "068188004321"
    assert answer["verdict"] == "partial"
    assert "S6" in {finding["code"] for finding in husband["findings"]}


def test_an_old_number_and_a_birth_year_are_partial_with_the_repair(service: TestClient) -> None:
    answer = asked(service, full_name="Trần Văn Ba", id_number="CMND 250123456", birth_date="1985", sex="Nam")
    (subject,) = answer["subjects"]
    assert (subject["verdict"], subject["category"], subject["next_action"]) == ("partial", "P5a", "bulk")
    assert subject["proposed"]["personal_id"] == "068085001234"
    assert subject["proposed"]["birth_date"] == "1985-07-20"
    assert {"id.old", "birth_date.year_only"} <= {finding["code"] for finding in subject["findings"]}


def test_numbers_are_accepted_as_json_numbers(service: TestClient) -> None:
    answer = asked(service, full_name="Trần Văn Ba", id_number=68085001234, birth_date=1985)
    (subject,) = answer["subjects"]
    assert subject["normalised"]["personal_id"] == "068085001234"
    assert "zero_restored" in subject["normalised"]["flags"]


def test_two_namesakes_of_one_year_are_ambiguous_and_nobody_is_named(service: TestClient) -> None:
    answer = asked(service, full_name="Nguyễn Văn Hùng", birth_date="1960")
    (subject,) = answer["subjects"]
    assert (subject["verdict"], subject["category"], subject["person"]) == ("none", "A1", None)
    assert any("2" in finding["message"] for finding in subject["findings"])


def test_somebody_elses_number_names_nobody(service: TestClient) -> None:
    answer = asked(service, full_name="Đỗ Quốc Khánh", id_number="068085001234", birth_date="01/02/1950")
    (subject,) = answer["subjects"]
    assert (subject["verdict"], subject["category"], subject["person"]) == ("none", "U4", None)


def test_a_deceased_owner_is_found_and_marked(service: TestClient) -> None:
    answer = asked(service, full_name="Bà Phạm Thị Lan (đã chết)", id_number="250000009", birth_date="1940")
    (subject,) = answer["subjects"]
    assert subject["verdict"] == "partial"
    assert "S1a" in {finding["code"] for finding in subject["findings"]}


def test_an_organisation_is_out_of_scope(service: TestClient) -> None:
    answer = asked(service, full_name="UBND xã Đinh Lạc (quản lý)")
    assert (answer["verdict"], answer["in_scope"], answer["subjects"][0]["category"]) == ("none", False, "S4")


def test_an_explanation_adds_up_to_the_match_weight(service: TestClient) -> None:
    answer = asked(service, explain=True, full_name="Trần Văn Ba", id_number="068085001234", birth_date="20/07/1985")
    (subject,) = answer["subjects"]
    explained = subject["explanation"]
    total = explained["prior_weight"] + sum(comparison["weight"] for comparison in explained["comparisons"])
    assert total == pytest.approx(subject["match_weight"], abs=0.1)
    assert "personal_id" in explained["blocking_rules"]
    assert all(comparison["sentence"] for comparison in explained["comparisons"])


def test_a_none_is_explained_by_its_nearest_candidates_without_naming_them(service: TestClient) -> None:
    answer = asked(service, explain=True, full_name="Nguyễn Văn Hùng", birth_date="1960")
    explained = answer["subjects"][0]["explanation"]
    assert len(explained["nearest"]) == 2
    assert "06806000000" not in str(answer)


def test_an_explanation_tells_what_evidence_would_change_the_verdict_in_the_language_asked_for(
    service: TestClient,
) -> None:
    record = {"full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "1985"}
    for language, words in (("vi", "khớp hoàn toàn (M1)"), ("en", "a full match (M1)")):
        sent = {"record": record, "explain": True}
        answer = service.post("/v1/match", json=sent, headers={"Accept-Language": language}).json()
        explained = answer["subjects"][0]["explanation"]
        (needed,) = explained["evidence_needed"]
        assert (needed["fields"], needed["verdict"], needed["category"]) == (["birth_date"], "full", "M1")
        assert words in needed["sentence"]
        assert (explained["narrowed"], explained["truncated"]) == ([], [])


def test_what_would_name_a_near_candidate_is_told_without_its_values(service: TestClient) -> None:
    answer = asked(service, explain=True, full_name="Nguyễn Văn Hùng", birth_date="1960")
    for near in answer["subjects"][0]["explanation"]["nearest"]:
        assert ["id_number"] in [needed["fields"] for needed in near["evidence_needed"]]
        assert all(set(needed) == {"fields", "verdict", "category", "sentence"} for needed in near["evidence_needed"])


def test_texts_are_vietnamese_unless_english_is_asked_for(service: TestClient) -> None:
    record = {"record": {"full_name": "UBND xã Đinh Lạc"}}
    vietnamese = service.post("/v1/match", json=record).json()
    english = service.post("/v1/match", json=record, headers={"Accept-Language": "en-GB, vi;q=0.5"}).json()
    assert "Chủ sử dụng" in vietnamese["subjects"][0]["findings"][0]["message"]
    assert "land user" in english["subjects"][0]["findings"][0]["message"]


def test_a_batch_answers_each_record_and_a_bad_one_gets_its_own_error(service: TestClient) -> None:
    good = {"record_id": "1", "full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "1985-07-20"}
    answer = service.post(
        "/v1/match/batch", json={"records": [good, {"full_nam": "x"}, {}, 5, good | {"sex": True}, good]}
    )
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [item["status"] for item in results] == [200, 422, 422, 422, 422, 200]
    assert results[0]["answer"]["verdict"] == results[5]["answer"]["verdict"] == "full"
    assert results[1]["error"]["errors"][0]["code"] == "extra_forbidden"


def test_a_batch_gives_the_verdicts_that_single_records_get(service: TestClient) -> None:
    records = [
        {"full_name": "Trần Văn Ba", "id_number": "250123456", "birth_date": "1985"},
        {"full_name": "Nguyễn Văn Hùng", "birth_date": "1960"},
        {"full_name": "K’ Brèm", "id_number": "068090000777", "birth_date": "1990"},
    ]
    batch = service.post("/v1/match/batch", json={"records": records}).json()["results"]
    for record, item in zip(records, batch, strict=True):
        alone = asked(service, **record)
        alone.pop("stamp")
        assert item["answer"] == alone


def test_normalise_shows_each_change_with_its_rule(service: TestClient) -> None:
    answer = service.post(
        "/v1/normalise",
        json={"record": {"full_name": "Ông: K’ Brèm", "id_number": 68090000777, "birth_date": "01/01/1990"}},
    ).json()
    (subject,) = answer["subjects"]
    assert subject["full_name"] == "K'Brèm"
    assert subject["sex"] == "male"
    assert subject["personal_id"] == "068090000777"
    assert {"zero_restored", "maybe_year_only"} <= set(subject["flags"])
    assert {change["code"] for change in subject["changes"]} == set(subject["flags"])


def test_health_and_readiness(service: TestClient) -> None:
    assert service.get("/healthz").json() == {"status": "ok"}
    assert service.get("/readyz").json()["status"] == "ready"


def test_an_activated_model_decides_from_the_next_request_on(service: TestClient) -> None:
    record = {"full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "20/07/1985"}
    before = asked(service, **record)
    db = service.app.state.database  # type: ignore[attr-defined]
    other = json.loads(default_model().to_json()) | {
        "name": "stricter",
        "thresholds": {"full": 0.9995, "partial": 0.9985},
    }
    now = {"clock": lambda: datetime(2026, 11, 22, tzinfo=UTC)}
    added = models.add(db, json.dumps(other), note="", **now)
    models.activate(db, added.version, **now)
    assert asked(service, **record)["stamp"]["model"] == added.version != before["stamp"]["model"]
    models.rollback(db, **now)
    assert asked(service, **record)["stamp"]["model"] == before["stamp"]["model"]


@pytest.mark.parametrize(
    ("name", "category"), [("Lê Thị Mỹ", "M1"), ("LÊ THỊ MỸ", "M2"), ("Lê Thị Mĩ", "M2"), ("Bà Lê Thị Mỹ", "M1")]
)
def test_another_way_of_writing_is_still_a_full_match(service: TestClient, name: str, category: str) -> None:
    answer = asked(service, full_name=name, id_number="068188004321", birth_date="02/03/1988")
    assert (answer["verdict"], answer["subjects"][0]["category"]) == ("full", category)
