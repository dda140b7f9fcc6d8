"""Health, metrics, request ids, and what the access log holds of requests."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from fastapi.testclient import TestClient

from app.access_log.log import AccessLog
from app.access_log.verify import verify
from app.logs import configure_logs
from app.main import create_app
from tests.app.callers import PURPOSE
from tests.app.operations.small import PERSON, prepared


def match(service: TestClient, **headers: str) -> dict[str, Any]:
    answer = service.post("/v1/match", json={"record": PERSON}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def logged(service: TestClient, **params: str | int) -> list[dict[str, Any]]:
    answer = service.get("/v1/access-log", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["entries"]
    return found


def number_of(service: TestClient, metric: str) -> float:
    lines = service.get("/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(metric))


# Health


def test_a_service_that_can_answer_names_the_state_of_each_part(service: TestClient) -> None:
    assert service.get("/healthz").json() == {"status": "ok"}
    ready = service.get("/readyz")
    assert ready.status_code == 200
    checks = ready.json()["checks"]
    assert checks.pop("register") == ready.json()["register_version"]
    assert checks == {"database": "ok", "worker": "none", "disk": "ok", "access_log": "ok"}


def test_health_is_open_and_metrics_are_not(service: TestClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert service.get(path, headers={"Authorization": ""}).status_code == 200
    assert service.get("/metrics", headers={"Authorization": ""}).status_code == 401


def test_what_is_missing_is_named(sqlite_url: str, tmp_path: Path) -> None:
    settings, _ = prepared(sqlite_url, tmp_path, min_free_mb=2**40)
    with TestClient(create_app(settings)) as client:
        answer = client.get("/readyz", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "urn:khop:problem:not_ready"
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/checks/disk", "disk.low")]


def test_a_data_folder_that_is_gone_is_named(sqlite_url: str, tmp_path: Path) -> None:
    settings, _ = prepared(sqlite_url, tmp_path)
    app = create_app(settings.model_copy(update={"data_dir": tmp_path / "gone"}))
    with TestClient(app) as client:
        (tmp_path / "gone").rename(tmp_path / "moved")
        answer = client.get("/readyz")
    assert [error["code"] for error in answer.json()["errors"]] == ["disk.unusable"]


# Metrics


def test_requests_and_verdicts_are_counted_by_route(service: TestClient) -> None:
    match(service)
    service.post("/v1/match", json={"record": {}})
    service.get("/068085001234")
    assert number_of(service, 'khop_requests_total{method="POST",route="/v1/match",status="200"}') == 1
    assert number_of(service, 'khop_requests_total{method="POST",route="/v1/match",status="422"}') == 1
    assert number_of(service, 'khop_requests_total{method="GET",route="none",status="404"}') == 1
    assert number_of(service, 'khop_verdicts_total{category="M1",verdict="full"}') == 1
    assert number_of(service, "khop_access_log_seconds_count") == 1
    assert number_of(service, "khop_register_info") == 1


def test_how_many_people_each_land_user_was_compared_with_is_counted(service: TestClient) -> None:
    assert number_of(service, "khop_candidates_count") == 0
    match(service)
    assert number_of(service, "khop_candidates_count") == 1
    compared = number_of(service, "khop_candidates_sum")
    assert compared >= 1
    batch = {"records": [{"full_name": "Đỗ Thị Xa", "birth_date": "1991"}, {"full_name": "UBND xã Bảo Lâm 2"}]}
    assert service.post("/v1/match/batch", json=batch).status_code == 200
    assert number_of(service, "khop_candidates_count") == 2  # nobody is compared with an office
    assert number_of(service, 'khop_candidates_bucket{le="0.0"}') == 1  # nobody in the register is like the stranger
    assert number_of(service, "khop_candidates_sum") == compared


def test_metrics_repeat_nothing_of_a_request(service: TestClient) -> None:
    match(service)
    service.get("/068085001234", params={"name": "Ba"})
    service.request("TRANVANBA", "/v1/match")
    text = service.get("/metrics").text
    assert "068085001234" not in text
    assert "TRANVANBA" not in text
    assert 'method="OTHER"' in text


# Request ids


def test_an_answer_names_its_request(service: TestClient) -> None:
    mine = str(uuid4())
    assert service.get("/healthz", headers={"X-Request-ID": mine}).headers["x-request-id"] == mine
    assert UUID(service.get("/healthz").headers["x-request-id"])
    assert UUID(service.get("/nowhere").headers["x-request-id"])


@pytest.mark.parametrize("theirs", ["068085001234", "Tran Van Ba", "x" * 5_000, "1-2", "'; DROP TABLE"])
def test_a_request_id_that_is_no_uuid_is_replaced(service: TestClient, theirs: str) -> None:
    answer = service.get("/healthz", headers={"X-Request-ID": theirs})
    assert UUID(answer.headers["x-request-id"])


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(style="json", stream=stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_a_request_leaves_a_log_line_with_its_id_route_and_client(service: TestClient, lines: io.StringIO) -> None:
    mine = str(uuid4())
    match(service, **{"X-Request-ID": mine})
    found = [json.loads(line) for line in lines.getvalue().splitlines()]
    (answered,) = [line for line in found if line["event"] == "request.answered"]
    assert (answered["request_id"], answered["route"], answered["status"]) == (mine, "/v1/match", 200)
    assert answered["client"] == 1
    assert answered["ms"] > 0


# The access log of requests


def test_an_answer_is_in_the_access_log_with_pseudonyms_only(service: TestClient) -> None:
    mine = str(uuid4())
    match(service, **{"X-Request-ID": mine})
    (found,) = [entry for entry in logged(service) if entry.get("request") == mine]
    log: AccessLog = service.app.state.access_log  # type: ignore[attr-defined]
    pseudonym = log.pseudonym("068085001234")
    assert (found["action"], found["who"], found["purpose"]) == ("match.answered", "1", PURPOSE)
    assert found["subjects"] == [
        {"asked": [pseudonym], "person": pseudonym, "verdict": "full", "category": "M1", "disclosed": True}
    ]


def test_every_way_to_ask_about_people_leaves_an_entry(service: TestClient) -> None:
    service.post("/v1/match/batch", json={"records": [PERSON, {}, {"full_name": "Lê Thị Mỹ", "birth_date": "1988"}]})
    service.post("/v1/normalise", json={"record": PERSON})
    actions = {entry["action"]: entry for entry in logged(service)}
    batch = actions["match.batch_answered"]
    assert batch["facts"]["records"] == 2
    assert [subject["verdict"] for subject in batch["subjects"]] == ["full", "none"]
    assert len(batch["subjects"][1]["asked"]) == 1
    assert actions["normalise.answered"]["facts"]["records"] == 1


def test_the_log_of_requests_is_intact_and_readable_page_by_page(service: TestClient) -> None:
    for _ in range(5):
        match(service)
    log: AccessLog = service.app.state.access_log  # type: ignore[attr-defined]
    assert verify(log.folder, log.keys).intact
    seen, after = [], None
    for _ in range(10):
        page = service.get("/v1/access-log", params={"limit": 3} | ({} if after is None else {"after": after})).json()
        seen += [(entry["chain"], entry["n"]) for entry in page["entries"]]
        after = page["next"]
        if after is None:
            break
    assert seen == sorted(set(seen))
    assert len(seen) >= 6
    assert service.get("/v1/access-log", params={"after": "nowhere"}).status_code == 422


def test_heads_are_signed_and_handed_out(service: TestClient) -> None:
    match(service)
    heads = service.get("/v1/access-log/heads").json()
    assert len(heads["public_key"]) == 64
    assert len(heads["anchors"]) == 2  # the chain's beginning, and where it stands


def test_only_auditors_read_the_log(sqlite_url: str, tmp_path: Path) -> None:
    settings, headers = prepared(sqlite_url, tmp_path)
    with TestClient(create_app(settings)) as client:
        assert client.get("/v1/access-log").status_code == 401
        assert client.get("/v1/access-log", headers=headers).status_code == 200


def test_nothing_is_answered_without_its_entry(service: TestClient) -> None:
    log: AccessLog = service.app.state.access_log  # type: ignore[attr-defined]
    log.folder.parent.joinpath("access-log.key").write_bytes(b"no key")
    for path, body in (
        ("/v1/match", {"record": PERSON}),
        ("/v1/match/batch", {"records": [PERSON]}),
        ("/v1/normalise", {"record": PERSON}),
    ):
        answer = service.post(path, json=body)
        assert answer.status_code == 503, path
        assert "068085001234" not in answer.text
    assert service.get("/readyz").status_code == 503
    assert service.get("/healthz").status_code == 200
