"""Every error of the service has a stable code, an HTTP status and texts in both languages."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import app.register.errors
from app.errors import ServiceError
from app.problems import install
from app.settings import Settings


def _all(kind: type[ServiceError] = ServiceError) -> Iterator[type[ServiceError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _all(each)


ERRORS = [kind for kind in _all() if "detail" in vars(kind)]


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_an_error_says_the_same_facts_in_both_languages(kind: type[ServiceError]) -> None:
    facts = {language: set(re.findall(r"\{(\w+)\}", text)) for language, text in kind.detail._asdict().items()}
    assert facts["vi"] == facts["en"]
    error = kind(**dict.fromkeys(facts["vi"], "x"))
    assert error.explained("vi") != error.explained("en")
    assert 400 <= error.status < 600
    assert re.fullmatch(r"urn:khop:problem:[a-z0-9_.]+", error.problem_type)
    assert kind.title.vi != kind.title.en


def test_an_error_carries_its_facts() -> None:
    error = app.register.errors.TooManyRejects(read=10, rejected=2, limit=5.0, refused_to="rows.csv")
    assert error.facts == {"read": 10, "rejected": 2, "limit": 5.0, "refused_to": "rows.csv"}
    assert str(error) == error.explained("en")


def test_a_database_without_room_is_told_as_that_and_not_as_one_that_is_gone(tmp_path: Path) -> None:
    service = FastAPI()
    service.state.settings = Settings(data_dir=tmp_path)
    install(service)

    @service.get("/{pages}")
    def write(pages: int) -> None:
        with closing(sqlite3.connect(tmp_path / "small.db")) as database:
            database.execute("CREATE TABLE IF NOT EXISTS kept (content)")
            database.execute(f"PRAGMA max_page_count = {pages}")
            database.execute("INSERT INTO kept VALUES (zeroblob(100000))")
            database.commit()

    with TestClient(service) as client:
        answer = client.get("/3", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:khop:problem:database.full")
        assert client.get("/1000").status_code == 200
