"""`verify` finds any change, removal, reordering, cut tail or replacement, and takes a crash for a crash."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.access_log.chain import HEAD_FILE, Head, head_bytes
from app.access_log.export import heads, heads_of, heads_text
from app.access_log.keys import KEY_FILE, Keys
from app.access_log.lines import START, line_of, seal_of, written
from app.access_log.log import AccessLog
from tests.app.access_log.chains import Log, entry, ticking

Lines = list[bytes]


def segments(log: Log, chain: int) -> list[Path]:
    return sorted(log.chains[chain].glob("*.log"))


def edited(path: Path, change: Callable[[Lines], Lines]) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def resealed(lines: Lines, before: str = START) -> Lines:
    """The lines with seals that fit: what somebody would write who knows the form but not the key."""
    done = []
    for text in lines:
        line = line_of(text.rstrip(b"\n"))
        assert line is not None
        before = seal_of(before, line.content)
        done.append(written(before, line.content))
    return done


def test_an_untouched_log_is_intact(log: Log) -> None:
    report = log.verified()
    # Each chain: opened, 30 entries, closed; the second one a `rotated` for each new segment.
    assert (report.chains, report.problems, report.notes) == (2, [], [])
    assert report.entries == 32 + 32 + len(segments(log, 1)) - 1
    assert len(segments(log, 1)) > 3


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_single_byte_that_is_changed_is_found(log: Log, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*segments(log, 0), *segments(log, 1), log.folder / "anchors.log"]))
    before = path.read_bytes()
    place = data.draw(st.integers(0, len(before) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != before[place]))
    path.write_bytes(before[:place] + bytes([other]) + before[place + 1 :])
    try:
        assert not log.verified().intact, (path.name, place, other)
    finally:
        path.write_bytes(before)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_line_that_is_taken_out_is_found(log: Log, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([*segments(log, 0), *segments(log, 1), log.folder / "anchors.log"]))
    before = path.read_bytes()
    lines = before.splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    path.write_bytes(b"".join(lines[:place] + lines[place + 1 :]))
    try:
        assert not log.verified().intact, (path.name, place)
    finally:
        path.write_bytes(before)


CHANGES: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "two lines swapped": (lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]], "entry.moved"),
    "a line twice": (lambda lines: [*lines[:5], lines[4], *lines[5:]], "entry.moved"),
    "a line taken out": (lambda lines: lines[:4] + lines[5:], "entry.missing"),
    "a line taken out, resealed": (lambda lines: resealed(lines[:4] + lines[5:]), "entry.missing"),
    "an entry rewritten": (lambda lines: [line.replace(b'"full"', b'"none"') for line in lines], "entry.changed"),
    "all rewritten and resealed": (
        lambda lines: resealed([line.replace(b'"full"', b'"none"') for line in lines]),
        "head.differs",
    ),
    "a line that is none": (lambda lines: [*lines[:4], b"nothing\n", *lines[5:]], "entry.changed"),
    "the tail cut at a line": (lambda lines: lines[:-3], "tail.cut"),
    "the tail cut inside a line": (lambda lines: [*lines[:-1], lines[-1][:40]], "tail.cut"),
    "everything cut": (lambda _: [], "tail.cut"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_chain_is_found(log: Log, change: str) -> None:
    edit, code = CHANGES[change]
    edited(segments(log, 0)[0], edit)
    assert code in log.codes()


@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_dropped_segment_is_found(log: Log, which: int) -> None:
    segments(log, 1)[which].unlink()
    assert log.codes() & {"segment.missing", "entry.missing", "tail.cut"}


def test_a_segment_that_is_dropped_and_the_next_one_renamed_is_found(log: Log) -> None:
    second, third = segments(log, 1)[1:3]
    third.replace(second)
    assert "entry.missing" in log.codes()


def test_entries_that_are_put_in_behind_the_end_of_a_closed_chain_are_found(log: Log) -> None:
    path = segments(log, 0)[-1]
    last = line_of(path.read_bytes().splitlines()[-1])
    assert last is not None
    content = json.dumps((last.fields() or {}) | {"n": (last.fields() or {})["n"] + 1}).encode()
    with path.open("ab") as file:
        file.write(written(seal_of(last.seal, content), content))
    assert log.codes() == {"entry.added"}


def test_a_file_that_is_no_segment_is_told_and_stops_nothing(log: Log) -> None:
    (segments(log, 0)[-1].parent / "other.log").write_bytes(b"")
    assert log.codes() == {"segment.unknown"}


def test_a_dropped_chain_is_found(log: Log) -> None:
    shutil.rmtree(log.chains[0])
    assert "chain.missing" in log.codes()


def test_a_dropped_chain_is_found_even_when_its_anchors_are_dropped_too(log: Log) -> None:
    name = log.chains[0].name.encode()
    shutil.rmtree(log.chains[0])
    edited(log.folder / "anchors.log", lambda lines: [line for line in lines if name not in line])
    assert "anchor.forged" in log.codes()


def test_cut_anchors_are_found_by_the_chains_that_saw_them(log: Log) -> None:
    edited(log.folder / "anchors.log", lambda lines: lines[:1])
    assert "anchor.missing" in log.codes()


def test_a_replaced_head_is_found(log: Log) -> None:
    (log.chains[0] / HEAD_FILE).write_bytes(head_bytes(Head(log.chains[0].name, 1, START), Keys(bytes(32))))
    assert "head.missing" in log.codes()


def test_a_head_of_another_chain_is_found(log: Log) -> None:
    shutil.copy(log.chains[1] / HEAD_FILE, log.chains[0] / HEAD_FILE)
    assert "head.missing" in log.codes()


def test_a_chain_of_another_log_is_found(log: Log, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    shutil.copy(log.data_dir / KEY_FILE, other / KEY_FILE)
    writer = AccessLog(other, clock=ticking())
    writer.record(entry())
    writer.close()
    (stranger,) = Log(other).chains
    shutil.copytree(stranger, log.folder / stranger.name)
    assert "chain.unknown" in log.codes()


def test_a_tail_that_is_cut_with_an_older_head_put_back_is_found_by_its_anchor(log: Log) -> None:
    (path,) = segments(log, 0)
    lines = path.read_bytes().splitlines(keepends=True)
    line = line_of(lines[9].rstrip(b"\n"))
    assert line is not None
    path.write_bytes(b"".join(lines[:10]))
    (log.chains[0] / HEAD_FILE).write_bytes(head_bytes(Head(log.chains[0].name, 10, line.seal), log.keys))
    assert "tail.cut" in log.codes()


def test_a_whole_log_that_is_put_back_to_an_older_state_is_found_by_exported_heads(log: Log) -> None:
    older = log.data_dir / "older"
    shutil.copytree(log.folder, older)
    writer = AccessLog(log.data_dir, clock=ticking(datetime(2026, 11, 23, tzinfo=UTC)))
    writer.record(entry())
    exported = heads_of(heads_text(heads(log.folder, log.keys, clock=ticking())))
    writer.close()
    assert log.verified(exported=exported).intact
    shutil.rmtree(log.folder)
    older.rename(log.folder)
    assert log.codes() == set()
    assert log.codes(exported=exported) == {"export.missing"}


def test_a_log_that_was_written_anew_with_another_key_is_found_by_exported_heads(log: Log) -> None:
    exported = heads(log.folder, log.keys, clock=ticking())
    shutil.rmtree(log.folder)
    (log.data_dir / KEY_FILE).unlink()
    writer = AccessLog(log.data_dir, clock=ticking())
    writer.record(entry())
    writer.close()
    assert log.codes() == set()
    assert {"key.differs", "export.missing"} <= log.codes(exported=exported)


def test_a_torn_last_line_is_a_crash_and_no_tampering(tmp_path: Path) -> None:
    writer = AccessLog(tmp_path, clock=ticking())
    writer.record(entry())
    log = Log(tmp_path)
    (path,) = segments(log, 0)
    with path.open("ab") as file:
        file.write(b"0123456789abcdef")
    report = log.verified()
    assert report.intact
    assert {note.code for note in report.notes} == {"torn", "open"}
    writer.close()


def test_a_running_log_is_intact(tmp_path: Path) -> None:
    writer = AccessLog(tmp_path, clock=ticking())
    for number in range(10):
        writer.record(entry(number))
        report = Log(tmp_path).verified()
        assert report.intact
        assert report.entries == number + 2
    writer.close()


def test_a_clock_that_goes_back_is_noted(tmp_path: Path) -> None:
    moments = iter([*(datetime(2026, 11, 22, hour, tzinfo=UTC) for hour in (9, 9, 9, 8, 9))])
    writer = AccessLog(tmp_path, clock=lambda: next(moments))
    writer.record(entry(1))
    writer.record(entry(2))
    writer.close()
    report = Log(tmp_path).verified()
    assert report.intact
    assert [note.code for note in report.notes] == ["clock"]
