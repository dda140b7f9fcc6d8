"""How long one request may work: a batch stops where its time is up, and says which records weren't begun."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from app.db import database
from app.main import create_app
from app.matches.asking import slices
from app.migrations import make_current
from matching.records import RawRecord
from tests.app.callers import headers_of
from tests.app.matches.conftest import import_small, settings_for

RECORD = {"full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "20/07/1985"}


def test_records_that_are_not_begun_in_time_are_503_and_the_others_answered(database_url: str, tmp_path: Path) -> None:
    settings = settings_for(database_url, tmp_path).model_copy(update={"request_seconds": 1e-9})
    db = database(settings)
    make_current(db)
    import_small(db, tmp_path)
    headers = headers_of(db, "match")
    db.close()
    with TestClient(create_app(settings), headers=headers) as service:
        items = service.post("/v1/match/batch", json={"records": [RECORD] * 300}).json()["results"]
    assert [item["status"] for item in items] == [200] * 200 + [503] * 100
    assert items[0]["answer"]["verdict"] == "full"
    assert items[-1]["error"]["type"] == "urn:khop:problem:request.out_of_time"
    assert items[-1]["answer"] is None


def test_the_clock_is_looked_at_after_200_records_or_sixty_thousand_characters() -> None:
    short, long = RawRecord(full_name="Trần Văn Ba"), RawRecord(full_name="x" * 4_000, address="y" * 4_000)
    assert [len(part) for part in slices([short] * 450)] == [200, 200, 50]
    assert [len(part) for part in slices([long] * 20)] == [8, 8, 4]
    assert list(slices([])) == []
    mixed = [short, long] * 100
    assert [record for part in slices(mixed) for record in part] == mixed
