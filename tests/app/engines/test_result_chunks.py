"""Result chunks say of each land user what its record says, also of those whom nobody is compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from app.engines.clean_values import NAME, NUMBER, OLD_NUMBER
from app.engines.result_chunks import read_result_chunk
from app.engines.source_chunks import read_source_chunk
from app.files.results import result_schema
from matching.name_keys import name_keys
from matching.normalise import normalise_all
from matching.records import NumberKind
from tests.app.engines.conftest import AS_OF, Province


def test_clean_values_stand_in_the_results_as_in_the_records(province: Province, tmp_path: Path) -> None:
    run, totals = province.run(tmp_path / "run", province.plan(rows_per_chunk=10_000))
    records = normalise_all(read_source_chunk(run.source(0)).raws(), as_of=AS_OF)
    subjects = [subject for record in records for subject in record.subjects]
    table = read_result_chunk(run.chunk(0))
    rows = [row for row in table.to_pylist() if row["error"] is None]
    assert totals.counts.out_of_scope > 0
    clean = [row for row in rows if row["full_name"] or row["id_number"] or row["birth_date"]]
    said = [each for each in subjects if each.full_name or any(n.value for n in each.numbers) or each.birth_date]
    for row, subject in zip(clean, said, strict=True):
        names = name_keys(subject.full_name).sorted if subject.full_name else 0
        assert row["full_name"] == subject.full_name
        assert row[NAME] == int(np.uint64(names).view(np.int64))
        assert row["birth_date"] == ((subject.birth_date and str(subject.birth_date.date)) or None)
        assert row["commune_code"] == (";".join(subject.address.communes) or None)
        for column, kind in ((NUMBER, NumberKind.PERSONAL), (OLD_NUMBER, NumberKind.CMND9)):
            assert row[column] == next((int(n.value) for n in subject.numbers if n.kind is kind), 0)


def test_columns_that_hold_nothing_are_not_written_and_read_all_the_same(province: Province, tmp_path: Path) -> None:
    run, _ = province.run(tmp_path / "run", province.plan(rows_per_chunk=10_000))
    written = pq.read_schema(run.chunk(0)).names
    table = read_result_chunk(run.chunk(0))
    assert {"file_findings", "decision", "source_sheet"}.isdisjoint(written)
    assert table.select(result_schema().names).schema.types == result_schema().types
    assert table["decision"].null_count == table.num_rows
    assert read_result_chunk(run.chunk(0), ["decision", "subject_no"]).column_names == ["decision", "subject_no"]
