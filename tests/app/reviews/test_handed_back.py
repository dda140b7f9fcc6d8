"""A PL3-01 workbook goes back with the values that people approved, and no others, in coloured cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from app.engines.handed_back import Wish, hand_back, proposals_of
from app.files.original import PROPOSED
from app.files.pl3_01 import Order
from app.files.results import RESULT_COLUMNS
from app.files.workbook_generator import WorkbookStyle, synth_workbook
from app.judgements.store import Word
from app.reviews.approvals import Approvals
from app.reviews.selection import Wishes
from app.reviews.service import NewReview, Reviews
from tests.app.reviews.conftest import NOON, Files, Province, run_of
from tests.app.reviews.test_reviews import everything, judge_all, largest_group, said

CAPTIONS = {column.caption: column.name for column in RESULT_COLUMNS if column.name in PROPOSED}
Values = set[tuple[int, str, str]]  # row of the sheet, column, value


class Book(NamedTuple):
    """A workbook whose run is finished, and the rooms that review it."""

    province: Province
    reviews: Reviews
    approvals: Approvals


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is approved is read by the room of judgements, which has its own tests on both databases."""
    return sqlite_url


@pytest.fixture
def book(province: Province, files: Files, tmp_path: Path) -> Book:
    """The province's land rows as a workbook, and the run over it."""
    rows = pyarrow.csv.read_csv(
        files[1], convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True, column_types=_texts(files[1]))
    ).to_pylist()
    synth_workbook(rows[:700], tmp_path / "pl3.xlsx", style=WorkbookStyle(Order.SWAPPED), seed=1)
    run = run_of(province.database, province.data_dir, tmp_path / "pl3.xlsx", job="book")
    reviewed = Province(province.database, run, {}, province.data_dir)
    return Book(
        reviewed,
        Reviews(province.database, folder=reviewed.folder, clock=lambda: NOON, new_id=lambda: "review"),
        Approvals(province.database, folder=reviewed.folder, clock=lambda: NOON),
    )


def _texts(path: Path) -> dict[str, pyarrow.DataType]:
    names = path.read_text(encoding="utf-8").split("\n", 1)[0].replace('"', "").split(",")
    return dict.fromkeys(names, pyarrow.string())


def handed_back(book: Book, wish: Wish) -> tuple[Values, set[str]]:
    """The proposed values in the workbook that goes back, and the columns that it has for them."""
    run, out = book.province.run, book.province.data_dir / "out.xlsx"
    with book.province.database.reading() as session:
        proposals = proposals_of(run, session, wish, list_name="list")
    hand_back(run, run.results, out, proposals)
    before = openpyxl.load_workbook(run.input(run.read_plan())).worksheets[0]
    sheet = openpyxl.load_workbook(out).worksheets[0]
    for row in before.iter_rows():
        for cell in row:
            assert sheet[cell.coordinate].value == cell.value
    added = [cell for row in sheet.iter_rows(min_col=before.max_column + 1) for cell in row if cell.value]
    columns = {cell.column: CAPTIONS[cell.value] for cell in added if cell.value in CAPTIONS}
    values = [cell for cell in added if cell.column in columns and cell.value not in CAPTIONS]
    assert {cell.fill.fgColor.rgb for cell in values} <= {"FFFFF2CC"}
    found = {
        (cell.row, columns[cell.column], value) for cell in values for value in str(cell.value).split(" | ") if value
    }
    return found, set(columns.values())


def results(book: Book) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(book.province.run.results).to_pylist()
    return rows


def test_without_any_approval_the_workbook_goes_back_with_no_value_of_the_register(book: Book) -> None:
    assert handed_back(book, "approved") == (set(), set())
    assert handed_back(book, "none") == (set(), set())
    values, columns = handed_back(book, "all")
    assert len(values) > 100
    assert columns == set(PROPOSED)


def test_values_approved_in_bulk_are_written_until_the_approval_is_undone(book: Book) -> None:
    commune, count = largest_group(book.province)
    review = book.reviews.open(NewReview("job", "list", Wishes("s", 0), simulated=True, created_by="A"))
    book.approvals.sample(review.id, commune, "P2a")
    judge_all(book.reviews, book.province, review)
    by_row = handed_back(book, "approved")[0]  # the sample: somebody decided on each of these rows
    approval = book.approvals.approve(review.id, commune, "P2a", signer="Chief")
    assert approval.rows == count
    approved = {
        (row["source_row"], "proposed_birth_date", row["proposed_birth_date"])
        for row in results(book)
        if row["category"] == "P2a" and (row["parcel_commune_code"] or "") == commune and row["proposed_birth_date"]
    }
    assert approved
    values, columns = handed_back(book, "approved")
    assert values == approved | by_row
    assert "proposed_birth_date" in columns
    book.approvals.withdraw(review.id, approval.id, by="Chief")
    assert handed_back(book, "approved")[0] == by_row


def test_a_row_that_somebody_decided_gets_its_values_and_one_decided_against_gets_none(book: Book) -> None:
    review = book.reviews.open(NewReview("job", "list", Wishes("s", 400), simulated=True, created_by="A"))
    rows = results(book)
    repaired = [
        item
        for item in everything(book.province, review)
        if item.personal_id and any(rows[item.place][column] for column in PROPOSED)
    ]
    right, wrong = repaired[:2]
    made = book.reviews.judge(review.id, right.number, said(Word.SAME))
    book.reviews.judge(review.id, wrong.number, said(Word.NOT_SAME))
    row = rows[right.place]
    own = {(row["source_row"], column, row[column]) for column in PROPOSED if row[column]}
    assert handed_back(book, "approved") == (own, {column for _, column, _ in own})
    book.reviews.judge(review.id, right.number, said(Word.NOT_SAME, replaces=made.id))
    assert handed_back(book, "approved") == (set(), set())


def test_a_decision_against_the_person_outweighs_a_bulk_approval(book: Book) -> None:
    commune, _ = largest_group(book.province)
    review = book.reviews.open(NewReview("job", "list", Wishes("s", 0), simulated=True, created_by="A"))
    book.approvals.sample(review.id, commune, "P2a")
    judge_all(book.reviews, book.province, review)
    book.approvals.approve(review.id, commune, "P2a", signer="Chief")
    before = handed_back(book, "approved")[0]
    item = next(item for item in everything(book.province, review) if item.personal_id)
    assert item.first_id is not None
    book.reviews.judge(review.id, item.number, said(Word.NOT_SAME, replaces=item.first_id))
    row = results(book)[item.place]["source_row"]
    after = handed_back(book, "approved")[0]
    assert {each for each in before if each[0] != row} == after
    assert before - after
