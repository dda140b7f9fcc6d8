"""The stages of a run: the same rows by every door and in any portion, broken off and taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient

from app.engines.errors import CodeChanged, InputChanged, StageNotDone
from app.engines.plan import ReadOptions, RunPlan
from app.engines.preview import preview
from app.engines.stages import Progress, finish_stage, match_stage, read_stage
from app.files import read_land_file
from app.files.results import RESULT_COLUMNS
from app.main import create_app
from app.register.candidates import candidates_of
from app.register.snapshots import snapshot_of
from matching.link import Question, match
from matching.records import RawRecord
from tests.app.callers import headers_of
from tests.app.engines.conftest import AS_OF, Province, write_land


def results_of(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def test_the_results_are_the_same_bytes_for_chunks_of_any_size(province: Province, tmp_path: Path) -> None:
    runs = [province.run(tmp_path / str(size), province.plan(rows_per_chunk=size)) for size in (1, 7, 5_000)]
    (first, totals), *others = runs
    for run, its_totals in others:
        assert run.results.read_bytes() == first.results.read_bytes()
        assert its_totals == totals


def test_every_input_row_is_accounted_for_in_the_order_of_the_file(province: Province, tmp_path: Path) -> None:
    run, totals = province.run(tmp_path / "run", province.plan())
    rows = results_of(run.results)
    source = list(read_land_file(province.land))
    assert list(dict.fromkeys(row["source_row"] for row in rows)) == [row.source_row for row in source]
    assert [row["error"] for row in rows if row["error"]] == [
        f"skipped:{row.skipped}" if row.skipped else row.error for row in source if not row.raw
    ]
    counts = totals.counts
    assert (counts.rows_in, counts.rows_out) == (len(source), len(rows))
    assert counts.in_scope + counts.out_of_scope + counts.unread == len(rows)
    assert counts.unread == sum(row["error"] is not None for row in rows) > 2
    assert sum(counts.by_verdict.values()) == counts.in_scope
    assert {column.name for column in RESULT_COLUMNS} == set(rows[0])


def test_rows_have_the_verdicts_that_the_http_door_gives(province: Province, tmp_path: Path) -> None:
    plan = province.plan()
    run, _ = province.run(tmp_path / "run", plan)
    raws = [raw for row in read_land_file(province.land) for raw in row.raw]
    headers = headers_of(province.database, "match", "match:disclose", purpose="test")
    told: list[Any] = []
    with TestClient(create_app(province.settings), headers=headers) as client:
        for start in range(0, len(raws), 200):
            records = [_asked(raw) for raw in raws[start : start + 200]]
            answer = client.post("/v1/match/batch", json={"records": records})
            assert answer.status_code == 200, answer.text
            told += answer.json()["results"]
    # By HTTP a record that names nobody is the client's mistake; in a file it is a row like others.
    refused = [raw.record_id for raw, record in zip(raws, told, strict=True) if record["status"] != 200]
    assert [raw.record_id for raw in raws if not (raw.full_name or raw.id_number or raw.birth_date)] == refused
    subjects = [subject for record in told if record["status"] == 200 for subject in record["answer"]["subjects"]]
    read = [row for row in results_of(run.results) if row["error"] is None]
    assert {row["verdict"] for row in read if row["record_id"] in refused} == {"none"}
    rows = [row for row in read if row["record_id"] not in refused]
    assert len(rows) == len(subjects)
    for row, subject in zip(rows, subjects, strict=True):
        assert _of_row(row) == _of_subject(subject)


def _asked(raw: RawRecord) -> dict[str, str]:
    """What a client sends of a record of this file; nothing of it is known from the whole file."""
    assert not raw.sex_derived
    assert raw.encoding is None
    fields = (name for name in RawRecord.__dataclass_fields__ if name not in ("birth_date_cell", "sex_derived"))
    return {name: value for name in fields if (value := getattr(raw, name)) is not None}


def _of_row(row: dict[str, Any]) -> Sequence[Any]:
    proposed = {
        name: row[f"proposed_{name}"]
        for name in ("full_name", "personal_id", "birth_date", "commune_code")
        if row[f"proposed_{name}"] is not None
    }
    plain = ("subject_no", "kind", "role", "in_scope", "verdict", "category", "identity", "next_action")
    numbers = (row["match_probability"], row["match_weight"], row["personal_id"])
    return [*(row[name] for name in plain), *numbers, (row["findings"] or "").split(";"), proposed]


def _of_subject(subject: dict[str, Any]) -> Sequence[Any]:
    plain = ("subject_no", "kind", "role", "in_scope", "verdict", "category", "identity", "next_action")
    person = (subject.get("person") or {}).get("personal_id")
    numbers = (subject["match_probability"], subject["match_weight"], person)
    codes = ";".join(finding["code"] for finding in subject["findings"]).split(";")
    return [*(subject.get(name) for name in plain), *numbers, codes, subject.get("proposed") or {}]


def test_the_library_gives_the_same_answers_from_sql_and_from_the_snapshot(province: Province) -> None:
    plan = province.plan()
    raws = [raw for row in read_land_file(province.land) for raw in row.raw]
    snapshot = snapshot_of(province.database, plan.register_id, province.data_dir)
    sql = candidates_of(province.database, plan.register_id)
    by_both = [match(raws, Question(source, plan.linkage_model, AS_OF)) for source in (snapshot, sql)]
    assert by_both[0] == by_both[1]


def test_a_chunk_that_is_there_is_kept_and_one_that_is_missing_is_made_again(
    province: Province, tmp_path: Path
) -> None:
    plan = province.plan()
    run, totals = province.run(tmp_path / "run", plan)
    whole, kept = run.results.read_bytes(), run.chunk(0).stat().st_mtime_ns
    run.chunk(1).unlink()
    run.results.unlink()
    run.totals.unlink()
    (run.path / "chunks" / ".00001.parquet.abc.part").write_bytes(b"PAR1 half")
    with pytest.raises(StageNotDone):
        finish_stage(run.path)
    question = province.question(plan)
    for number in run.source_chunks():
        match_stage(run.path, number, question)
    assert finish_stage(run.path) == totals
    assert run.results.read_bytes() == whole
    assert run.chunk(0).stat().st_mtime_ns == kept
    assert not list((run.path / "chunks").glob(".*"))


def test_reading_that_was_broken_off_goes_on_and_reading_twice_changes_nothing(
    province: Province, tmp_path: Path
) -> None:
    plan = province.plan()
    run = province.begun(tmp_path / "run", plan)

    class Stopped(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.chunks == 2:
            raise Stopped

    with pytest.raises(Stopped):
        read_stage(run.path, plan, done=stop)
    assert run.source_chunks() == [0, 1]
    assert not run.manifest.exists()
    first = run.source(0).stat().st_mtime_ns
    manifest = read_stage(run.path, plan)
    assert len(manifest.chunks) == len(run.source_chunks()) == 5
    assert sum(manifest.chunks) == manifest.rows
    assert run.source(0).stat().st_mtime_ns == first
    assert read_stage(run.path, plan) == manifest


def test_a_damaged_chunk_is_said_to_be_damaged(province: Province, tmp_path: Path) -> None:
    plan = province.plan()
    run, _ = province.run(tmp_path / "run", plan)
    content = bytearray(run.chunk(2).read_bytes())
    content[len(content) // 3] ^= 0xFF
    run.chunk(2).write_bytes(bytes(content))
    run.results.unlink()
    run.totals.unlink()
    with pytest.raises(StageNotDone) as damaged:
        finish_stage(run.path)
    assert damaged.value.facts == {"name": "00002.parquet"}


def test_chunks_of_another_plan_are_not_taken_for_those_of_this_one(province: Province, tmp_path: Path) -> None:
    run, _ = province.run(tmp_path / "run", province.plan())
    other = province.plan(keep_columns=True)
    run.write_plan(other)
    for path in (run.manifest, run.results, run.totals):
        path.unlink()
    read_stage(run.path, other)
    question = province.question(other)
    for number in run.source_chunks():
        match_stage(run.path, number, question)
    finish_stage(run.path)
    assert "full_name (2)" in pq.read_schema(run.results).names


def test_another_input_or_another_program_is_refused(province: Province, tmp_path: Path) -> None:
    plan = province.plan()
    run = province.begun(tmp_path / "run", plan)
    run.input(plan).unlink()
    run.input(plan).write_text("full_name,id_number\n", encoding="utf-8")
    with pytest.raises(InputChanged):
        read_stage(run.path, plan)
    with pytest.raises(CodeChanged):
        read_stage(run.path, replace(plan, code="0.0.1/1"))


def test_a_plan_comes_back_from_json_as_it_was(province: Province) -> None:
    plan = province.plan(mapping={"full_name": "B"}, sheet="Sheet1", keep_columns=True)
    assert RunPlan.from_json(plan.to_json()) == plan
    assert RunPlan.from_json(plan.to_json()).digest == plan.digest
    assert plan.digest != province.plan().digest


def test_columns_of_the_file_are_carried_through_as_they_stand(province: Province, tmp_path: Path) -> None:
    land = write_land(
        tmp_path / "own.csv",
        [
            {"Họ và tên": "Trần Văn Ba", "Số CCCD": "068085001234", "verdict": "ours", "Mã hồ sơ": "000123"},
            {"Họ và tên": "", "Số CCCD": "", "verdict": "", "Mã hồ sơ": ""},
            {"Họ và tên": "Lê Thị Mỹ", "Số CCCD": "068188004321", "verdict": "", "Mã hồ sơ": "=1+1"},
        ],
    )
    plan = province.plan(land, keep_columns=True)
    run, _ = province.run(tmp_path / "run", plan, land)
    rows = results_of(run.results)
    assert list(rows[0])[-4:] == ["Họ và tên", "Số CCCD", "verdict (2)", "Mã hồ sơ"]
    assert [row["Mã hồ sơ"] or None for row in rows] == ["000123", None, "=1+1"]
    assert (rows[0]["Số CCCD"], rows[0]["verdict (2)"]) == ("068085001234", "ours")


def test_a_preview_shows_how_a_file_would_be_read_and_what_cannot_be(province: Province) -> None:
    seen = preview(province.land, ReadOptions(), as_of=AS_OF)
    assert (seen.format, seen.delimiter, seen.whole, seen.looked_at) == ("csv", ",", True, 414)
    assert seen.tables[0].mapping["full_name"] == ("B", "full_name")
    assert seen.unread["row_too_long"] == 1
    assert len(seen.rows) == 20
    assert seen.rows[0].records[0].subjects
