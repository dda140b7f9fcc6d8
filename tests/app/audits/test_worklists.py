"""Work lists: what reviewers decided stands in them, and dates of the register read as a clerk writes them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.audits.areas import area_of, places_of
from app.audits.counting import rows_of
from app.audits.definitions import default_definitions
from app.audits.service import AuditRoom
from app.audits.store import Audit
from app.audits.worklists import WorkItem, WorkLists
from matching.normalise.gazetteer import gazetteer

DEFINITIONS = default_definitions()


def items(room: AuditRoom, audit: Audit, *, disclosing: bool = True) -> dict[str, WorkItem]:
    folder = room.folder(audit.id)
    rows = rows_of(folder, DEFINITIONS)
    places = places_of(rows.communes, area_of(audit.area_code, gazetteer()), gazetteer())
    lists = WorkLists(folder, rows, places, DEFINITIONS, audit.day, disclosing)
    units = [unit for unit, count in lists.units() if count]
    return {item.record: item for _, found in lists.lists(units) for item in found}


def rewritten(results: Path, record: str, **values: str) -> None:
    """Change the row of a land user."""
    rows, schema = pq.read_table(results).to_pylist(), pq.read_schema(results)
    for row in rows:
        if f"{row['record_id']}/{row['subject_no']}" == record:
            row |= values
    results.unlink()  # a file of its own: the job has another name for the same bytes
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), results)


@pytest.mark.parametrize(
    ("decision", "told", "number"),
    [
        ("same", "Đúng người này", "068085001234"),
        ("not_same", "Không phải người này", ""),
        ("contradictory", "Ý kiến trái nhau", ""),
    ],
)
def test_what_people_decided_stands_in_the_work_list(
    room: AuditRoom, audit: Audit, decision: str, told: str, number: str
) -> None:
    record, item = next((record, item) for record, item in items(room, audit).items() if not item.register_number)
    assert item.decision == ""
    results = room.folder(audit.id).run(0).results
    rewritten(results, record, decision=decision, decision_personal_id="068085001234")
    found = items(room, audit)[record]
    assert (found.decision, found.register_number) == (told, number)
    assert items(room, audit, disclosing=False)[record].register_number == ""


def test_dates_are_written_day_first_and_deadlines_count_from_the_day_of_the_audit(
    room: AuditRoom, audit: Audit
) -> None:
    found = items(room, audit).values()
    dates = {item.register_birth_date for item in found if len(item.register_birth_date) == 10}
    assert dates
    assert all(day[2] == day[5] == "/" for day in dates)
    assert audit.day == date(2026, 11, 22)
    assert {item.deadline for item in found if item.actor == "bulk"} == {"29/11/2026"}
