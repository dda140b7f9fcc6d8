"""A run after judgements: what people decided stands beside the verdicts, and the verdicts are as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv as pyarrow_csv

from app.engines.decisions import Beside, decisions_of, read_decisions
from app.engines.errors import DecisionsChanged
from app.files.results import DECISION_COLUMNS
from app.judgements.store import NOBODY, Chair, Word
from app.reviews import store
from app.reviews.approvals import Approvals
from app.reviews.selection import Wishes
from app.reviews.service import NewReview, Reviews, Said
from app.reviews.store import Item
from matching.synthetic.land import LAND_SCHEMA
from matching.synthetic.population import REGISTER_SCHEMA
from tests.app.reviews.conftest import NOON, Files, Province, run_of
from tests.app.reviews.test_reviews import everything, judge_all, largest_group

TEXTS = dict.fromkeys(LAND_SCHEMA.names, pa.string())
PEOPLE_TEXTS = dict.fromkeys(REGISTER_SCHEMA.names, pa.string())


@pytest.fixture
def reviews(province: Province) -> Reviews:
    return Reviews(province.database, folder=province.folder, clock=lambda: NOON, new_id=lambda: "review")


def rows_of(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def unaided(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in DECISION_COLUMNS} for row in rows]


def beside(row: dict[str, Any]) -> Beside:
    return Beside(*(row[name] for name in DECISION_COLUMNS))


def one(items: list[Item], *, named: bool) -> Item:
    return next(item for item in items if (item.personal_id != NOBODY) == named)


def test_judged_pairs_are_honoured_and_verdicts_stay_as_the_machine_gave_them(
    province: Province, reviews: Reviews, files: Files
) -> None:
    review = reviews.open(NewReview("job", "list", Wishes("s", 60), simulated=True, created_by="A"))
    items = everything(province, review)
    wrong, missed = one(items, named=True), one(items, named=False)
    reviews.judge(review.id, wrong.number, Said(Chair.FIRST, Word.NOT_SAME, None, "", "A", None))
    reviews.judge(review.id, missed.number, Said(Chair.FIRST, Word.SAME, 68085001234, "", "A", None))
    again = run_of(province.database, province.data_dir, files[1], job="again")
    before, after = rows_of(province.run.results), rows_of(again.results)
    assert unaided(after) == unaided(before)
    assert read_decisions(again, again.read_plan()).judgements == 2
    told = beside(after[wrong.place])
    assert told.decision == "not_same"
    assert told.personal_id != f"{wrong.personal_id:012d}"
    assert told.verdict in ("none", "partial")
    assert beside(after[missed.place]) == Beside("same", "068085001234")
    others = {place for place, row in enumerate(after) if beside(row) != Beside()}
    assert others == {wrong.place, missed.place}


def test_an_undone_judgement_leaves_no_trace_in_the_next_run(
    province: Province, reviews: Reviews, files: Files
) -> None:
    review = reviews.open(NewReview("job", "list", Wishes("s", 20), simulated=True, created_by="A"))
    item = one(everything(province, review), named=True)
    made = reviews.judge(review.id, item.number, Said(Chair.FIRST, Word.NOT_SAME, None, "", "A", None))
    reviews.undo(review.id, item.number, chair=Chair.FIRST, reviewer="A", judgement=made.id)
    again = run_of(province.database, province.data_dir, files[1], job="again")
    assert rows_of(again.results) == rows_of(province.run.results)
    assert again.read_plan() == province.run.read_plan()


def test_a_record_that_took_an_approved_value_says_where_it_is_from(
    province: Province, reviews: Reviews, files: Files, tmp_path: Path
) -> None:
    review = reviews.open(NewReview("job", "list", Wishes("s", 1), simulated=True, created_by="A"))
    approvals = Approvals(province.database, folder=province.folder, clock=lambda: NOON)
    commune, _ = largest_group(province)
    approvals.sample(review.id, commune, "P2a")
    judge_all(reviews, province, review)
    approvals.approve(review.id, commune, "P2a", signer="Chief")
    with province.database.reading() as session:
        values = {(each.record_id, each.subject_no): each for each in decisions_of(session, "list").enriched}
    result = next(
        row for row in rows_of(province.run.results) if row["subject_no"] == 1 and (row["record_id"], 1) in values
    )
    enriched = values[result["record_id"], 1]
    table = pyarrow_csv.read_csv(files[1], convert_options=pyarrow_csv.ConvertOptions(column_types=TEXTS))
    land = table.to_pylist()
    for row in land:
        if row["record_id"] == result["record_id"]:
            row["birth_date"] = enriched.value
    filled = tmp_path / "land.csv"
    pyarrow_csv.write_csv(table.from_pylist(land, schema=table.schema), filled)
    again = rows_of(run_of(province.database, province.data_dir, filled, job="again").results)
    (told,) = [beside(row) for row in again if row["enriched_from"]]
    assert told.enriched_from == enriched.enriched_from
    assert told.enriched_from.endswith("2026-11-22; Chief")


def test_a_run_whose_decisions_were_changed_does_not_go_on(province: Province, reviews: Reviews, files: Files) -> None:
    review = reviews.open(NewReview("job", "list", Wishes("s", 20), simulated=True, created_by="A"))
    item = one(everything(province, review), named=True)
    reviews.judge(review.id, item.number, Said(Chair.FIRST, Word.NOT_SAME, None, "", "A", None))
    again = run_of(province.database, province.data_dir, files[1], job="again")
    text = again.decisions.read_text(encoding="utf-8")
    for damaged in (text.replace('"same": 0', '"same": 1'), "{}"):
        again.decisions.write_text(damaged, encoding="utf-8")
        with pytest.raises(DecisionsChanged):
            read_decisions(again, again.read_plan())


def test_undoing_a_bulk_approval_of_1000_rows_leaves_everything_as_it_was(
    province: Province, files: Files, tmp_path: Path
) -> None:
    people = pyarrow_csv.read_csv(files[0], convert_options=pyarrow_csv.ConvertOptions(column_types=PEOPLE_TEXTS))
    known = [row for row in people.to_pylist() if len(row["birth_date"]) == 10 and row["status"] == "alive"][:1_100]
    land = pa.Table.from_pylist(
        [
            {
                "record_id": f"LD-{number}",
                "full_name": row["full_name"],
                "id_number": row["personal_id"],
                "birth_date": row["birth_date"][:4],
                "sex": "Nam" if row["sex"] == "male" else "Nữ",
                "parcel_commune_code": "25084",
            }
            for number, row in enumerate(known)
        ]
    )
    pyarrow_csv.write_csv(land, tmp_path / "years.csv")
    run = run_of(province.database, province.data_dir, tmp_path / "years.csv", job="years")
    reviews = Reviews(province.database, folder=lambda _: run.path, clock=lambda: NOON, new_id=lambda: "review")
    approvals = Approvals(province.database, folder=lambda _: run.path, clock=lambda: NOON)
    review = reviews.open(NewReview("job", "list", Wishes("s", 0), simulated=True, created_by="A"))
    approvals.sample(review.id, "25084", "P2a")
    judge_all(reviews, province, review)

    def state() -> tuple[object, ...]:
        with province.database.reading() as session:
            return decisions_of(session, "list"), store.items(session, review.id)

    before = state()
    approval = approvals.approve(review.id, "25084", "P2a", signer="Chief")
    with province.database.reading() as session:
        assert len(decisions_of(session, "list").enriched) == approval.rows >= 1_000
    approvals.withdraw(review.id, approval.id, by="Chief")
    assert state() == before
