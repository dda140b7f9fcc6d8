"""What commands that measure ask: clean records of a land file, the register with a model, and the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.terminal import progress

if TYPE_CHECKING:
    from datetime import date

    from app.db import Database
    from matching.evaluate import Key, Truth
    from matching.link import Question
    from matching.model import Model
    from matching.records import CleanRecord


def truths_in(path: Path) -> dict[Key, Truth]:
    """The land users of a truth file, or of a file of judgements (NDJSON of `khop review export`)."""
    import csv

    from matching.evaluate import truths_of

    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return truths_of(csv.DictReader(file))
    if tells_some_only(path):
        from app.judgements.files import labels

        with path.open(encoding="utf-8") as file:
            return truths_of(labels(file))
    from app.cli.synth_files import read_table
    from matching.synthetic.truth import TRUTH_SCHEMA

    return truths_of(read_table(path, TRUTH_SCHEMA).to_pylist())


def tells_some_only(path: Path) -> bool:
    """Whether the file holds judgements: they tell of those who were judged, a truth file tells of everybody."""
    if path.suffix.lower() != ".ndjson":
        return False
    with path.open(encoding="utf-8") as file:
        return '"judgement"' in file.readline()


def question_of(database: Database, chosen: Model) -> Question:
    """The active register, a model, and today."""
    from app.main import today_of
    from app.register.candidates import active_candidates
    from app.settings import Settings
    from matching.link import Question

    return Question(active_candidates(database), chosen, today_of(Settings())())


def clean_records(land: Path, as_of: date, rows: int | None) -> list[CleanRecord]:
    """The clean records of a land file, the first rows of it."""
    from itertools import islice

    from app.files import read_land_file
    from matching.normalise import normalise

    source = read_land_file(land)
    total = source.rows if rows is None else min(rows, source.rows)
    records = []
    with progress({"clean": "Chuẩn hóa / cleaning"}) as show:
        for count, row in enumerate(islice(source, total), start=1):
            records += [normalise(raw, as_of=as_of) for raw in row.raw]
            if count % 1_000 == 0 or count == total:
                show("clean", count, total, "")
    return records
