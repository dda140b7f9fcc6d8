"""Reading the log: by time, across chains, for one person or client; the command line and its exit status."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.access_log.export import Wanted, entries, place_of, write_csv
from app.access_log.log import AccessLog
from app.cli import cli
from tests.app.access_log.chains import START, Log, entry, ticking


def khop(log: Log, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["log", *words], env={"KHOP_DATA_DIR": str(log.data_dir)}, input=typed)


def lines(text: str) -> Sequence[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_entries_of_all_chains_come_in_the_order_of_time(log: Log) -> None:
    writers = [AccessLog(log.data_dir, clock=ticking(START + timedelta(minutes=minutes))) for minutes in (1, 2)]
    for number in range(20):
        writers[number % 2].record(entry(number))
    for writer in writers:
        writer.close()
    found = list(entries(log.folder, Wanted()))
    assert [each["at"] for each in found] == sorted(str(each["at"]) for each in found)
    assert len(found) == log.verified().entries


def test_a_page_goes_on_where_the_one_before_ended(log: Log) -> None:
    found = list(entries(log.folder, Wanted()))
    rest = list(entries(log.folder, Wanted(after=place_of(found[9]))))
    assert rest == found[10:]


def test_a_range_of_time_is_closed_below_and_open_above(log: Log) -> None:
    found = list(entries(log.folder, Wanted()))
    middle = list(entries(log.folder, Wanted(since=START + timedelta(seconds=10), until=START + timedelta(seconds=12))))
    assert [each["at"][17:19] for each in middle] == ["10", "11"]
    assert len(found) > len(middle)


def test_thousands_of_chains_need_no_thousands_of_open_files(tmp_path: Path) -> None:
    log = Log(tmp_path)
    for number in range(1_100):
        folder = log.folder / f"20261122T08{number // 60:02}{number % 60:02}Z-0000000{number % 10}"
        folder.mkdir(parents=True)
        at = f"2026-11-22T08:{number // 60:02}:{number % 60:02}.500000+00:00"
        (folder / "000001.log").write_text(f'{"0" * 64} {{"n":1,"at":"{at}"}}\n')
    assert len(list(entries(log.folder, Wanted()))) == 1_100


def test_csv_has_a_row_for_each_subject_and_no_formulas(log: Log) -> None:
    writer = AccessLog(log.data_dir, clock=ticking(START + timedelta(days=1)))
    writer.record(entry(purpose="=1+1", subjects=entry().subjects * 3))
    writer.close()
    file = io.StringIO()
    count = write_csv(entries(log.folder, Wanted(since=START + timedelta(days=1))), file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert count == 3  # opened, the entry, closed
    answered = [row for row in rows if row["action"] == "match.answered"]
    assert [row["subject_no"] for row in answered] == ["1", "2", "3"]
    assert {row["purpose"] for row in answered} == {"'=1+1"}


def test_the_command_verifies_and_its_status_tells(log: Log) -> None:
    told = khop(log, "verify")
    assert (told.exit_code, "nguyên vẹn / intact" in told.output) == (0, True)
    segment = next(log.chains[0].glob("*.log"))
    segment.write_bytes(segment.read_bytes().replace(b'"full"', b'"none"', 1))
    told = khop(log, "verify")
    assert told.exit_code == 1
    assert "entry.changed" in told.output


def test_heads_are_exported_and_checked_against(log: Log, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    assert khop(log, "heads", "-o", str(kept)).exit_code == 0
    assert khop(log, "verify", "--heads", str(kept)).exit_code == 0
    kept.write_text(kept.read_text().replace('"public_key": "', '"public_key": "00'))
    told = khop(log, "verify", "--heads", str(kept))
    assert (told.exit_code, "key.differs" in told.output) == (1, True)
    kept.write_text("[]")
    assert khop(log, "verify", "--heads", str(kept)).exit_code == 1


def test_whoever_asked_about_a_person_is_found_without_the_number_in_the_log(log: Log) -> None:
    number = "068085001234"
    pseudonym = log.keys.pseudonym(number)
    writer = AccessLog(log.data_dir, clock=ticking(START + timedelta(days=1)))
    (subject,) = entry().subjects
    writer.record(entry(7, subjects=(subject, type(subject)(asked=(pseudonym,), verdict="none"))))
    writer.close()
    told = khop(log, "export", "--person", typed=f"{number}\n")
    (found,) = lines(told.output)
    assert found["request"] == "request-7"
    assert number not in told.output


@pytest.mark.parametrize("words", [("--since", "hôm qua"), ("--format", "xml")])
def test_wrong_options_are_told(log: Log, words: tuple[str, ...]) -> None:
    assert khop(log, "export", *words).exit_code == 2


def test_a_moment_without_a_zone_is_vietnams(log: Log) -> None:
    # The second chain began at 09:00 UTC; the export itself is an entry of today.
    told = khop(log, "export", "--since", "2026-11-22T16:00:00", "--until", "2026-11-22T17:00:00")
    assert {str(found["chain"]) for found in lines(told.output)} == {log.chains[1].name}
