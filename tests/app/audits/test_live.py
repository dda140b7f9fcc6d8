"""A register that changed: only who shares a key with somebody changed is matched again, and it equals a full rerun."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from app.audits.live import Rematched, SameStatistics, rematch
from app.audits.service import AuditRoom
from app.audits.store import Audit
from app.db import Database
from app.engines.folder import RunFolder
from app.engines.local import Watcher, run_here
from app.register import store as register
from app.register.candidates import candidates_of
from app.register.files import register_file
from app.register.importing import ImportRequest, import_register
from matching.columns import StoredPerson
from matching.link import Question
from tests.app.audits.conftest import Province
from tests.app.reviews.conftest import NOON, Files, results

Row = dict[str, str]


class PersonChange(NamedTuple):
    before: StoredPerson | None
    after: StoredPerson | None


def people(database: Database, version: int) -> dict[int, StoredPerson]:
    store = register.version_store(database, version)
    table = store.tables.people
    with closing(store), store.engine.connect() as connection:
        query = select(*(table.c[name] for name in StoredPerson._fields))
        return {row[0]: StoredPerson._make(row) for row in connection.execute(query)}


def between(database: Database, one: int, other: int) -> Iterator[PersonChange]:
    before, after = people(database, one), people(database, other)
    for number in sorted(before.keys() | after.keys()):
        if before.get(number) != after.get(number):
            yield PersonChange(before.get(number), after.get(number))


def changed_register(source: Path, target: Path, named: list[str]) -> None:
    """Some of the people who are named go, die, are renamed or get another birth date; two come."""
    with source.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = set(named)
    some = [row for row in rows if row["personal_id"] in wanted]
    for number, row in enumerate(some[:12]):
        if number % 4 == 0:
            rows.remove(row)
        elif number % 4 == 1:
            row["status"] = "deceased"
        elif number % 4 == 2:
            row["full_name"] = "Hoàng Thị Khác"
        else:
            row["birth_date"] = "1950-01-02"
    for number, row in enumerate(some[12:14]):
        rows.append({**row, "personal_id": f"06809900000{number}", "old_ids": ""})
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def other_version(province: Province, files: Files, tmp_path: Path) -> int:
    named = [str(row["personal_id"]) for row in results(province) if row["personal_id"]]
    changed_register(files[0], tmp_path / "changed.csv", list(dict.fromkeys(named)))
    request = ImportRequest(scope="Lâm Đồng (thử)")
    file = register_file(tmp_path / "changed.csv")
    import_register(province.database, file, request, clock=lambda: NOON, report=lambda _: None)
    with province.database.reading() as session:
        active = register.active(session)
    assert active is not None
    return active.id


def rematched(province: Province, room: AuditRoom, audit: Audit, version: int) -> Rematched:
    database = province.database
    with closing(candidates_of(database, 1)) as before, closing(candidates_of(database, version)) as after:
        return rematch(room.folder(audit.id), between(database, 1, version), after, before.statistics)


def test_what_is_matched_again_equals_a_full_rerun(
    province: Province, room: AuditRoom, audit: Audit, other_version: int, tmp_path: Path
) -> None:
    found = rematched(province, room, audit, other_version)
    kept, again = room.folder(audit.id).run(0), RunFolder(tmp_path / "again")
    plan = kept.read_plan()
    again.write_plan(plan)
    again.input(plan).parent.mkdir()
    again.input(plan).symlink_to(kept.input(plan))
    database = province.database
    with closing(candidates_of(database, 1)) as before, closing(candidates_of(database, other_version)) as after:
        question = Question(SameStatistics(after, before.statistics), plan.linkage_model, plan.as_of)
        run_here(again.path, plan, question, watcher=Watcher())
    columns = ["verdict", "category", "findings", "personal_id"]
    one, other = (pq.read_table(run.results, columns=columns).to_pylist() for run in (kept, again))
    differing = {place for place, (row, new) in enumerate(zip(one, other, strict=True)) if row != new}
    assert {change.place for change in found.changes} == differing
    for change in found.changes:
        assert other[change.place]["verdict"] == change.verdict_after
        assert (other[change.place]["findings"] or "") == change.findings_after
        assert one[change.place]["category"] == change.category_before
    assert len(differing) >= 10
    assert found.people_changed == 14
    assert found.matched_again < found.land_users / 4


def test_a_second_look_uses_the_keys_that_were_kept(
    province: Province, room: AuditRoom, audit: Audit, other_version: int
) -> None:
    first = rematched(province, room, audit, other_version)
    assert rematched(province, room, audit, other_version) == first


def test_nobody_is_matched_again_where_nobody_changed(province: Province, room: AuditRoom, audit: Audit) -> None:
    found = rematched(province, room, audit, 1)
    assert (found.people_changed, found.matched_again, found.changes) == (0, 0, [])
