"""Recording: durable before it comes back, shared by those who wait, refused where it can't be kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.access_log.errors import AccessLogKeyUnusable, AccessLogUnavailable
from app.access_log.export import Wanted, entries
from app.access_log.keys import KEY_FILE
from app.access_log.log import AccessLog
from tests.app.access_log.chains import Log, entry, ticking


def requests_of(log: Log) -> list[str]:
    return [found["request"] for found in entries(log.folder, Wanted()) if "request" in found]


@pytest.mark.parametrize("flush", ["disk", "process"])
def test_entries_of_many_threads_are_all_there_in_one_chain(tmp_path: Path, flush: str) -> None:
    writer = AccessLog(tmp_path, clock=lambda: datetime.now(UTC), flush=flush)  # type: ignore[arg-type]

    def ask(thread: int) -> None:
        for number in range(20):
            writer.record(entry(thread * 100 + number))

    threads = [threading.Thread(target=ask, args=(thread,)) for thread in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log = Log(tmp_path)
    assert log.verified().intact
    writer.close()
    assert len(log.chains) == 1
    assert sorted(requests_of(log)) == sorted(f"request-{t * 100 + n}" for t in range(16) for n in range(20))
    assert log.verified().notes == []


WRITER = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from app.access_log.entries import Entry
from app.access_log.log import AccessLog
from app.logs import configure_logs

configure_logs(level="error")
log = AccessLog(Path(sys.argv[1]), clock=lambda: datetime.now(UTC), flush=sys.argv[2])
printing = threading.Lock()

def ask(thread):
    for number in range(100_000):
        log.record(Entry("match.answered", "client", request_id=f"{thread}-{number}"))
        with printing:
            print(f"{thread}-{number}", flush=True)

for thread in range(4):
    threading.Thread(target=ask, args=(thread,)).start()
"""


@pytest.mark.parametrize("flush", ["disk", "process"])
def test_after_kill_9_everything_that_was_acknowledged_is_there(tmp_path: Path, flush: str) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path), flush]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().strip() for _ in range(200)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [line.strip() for line in process.stdout if line.endswith("\n")]
    log = Log(tmp_path)
    report = log.verified()
    assert report.intact
    assert "open" in {note.code for note in report.notes}
    assert set(acknowledged) <= set(requests_of(log))


FULL = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from app.access_log.entries import Entry
from app.access_log.errors import AccessLogUnavailable
from app.access_log.log import AccessLog
from app.logs import configure_logs

configure_logs(level="error")
log = AccessLog(Path(sys.argv[1]), clock=lambda: datetime.now(UTC))
log.record(Entry("match.answered", "client", request_id="before"))
kept = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (700, kept[1]))
try:
    log.record(Entry("match.answered", "client", request_id="refused", facts={"text": "x" * 190}))
    log.record(Entry("match.answered", "client", request_id="refused", facts={"text": "x" * 190}))
except AccessLogUnavailable as error:
    print("refused", error.status, log.failing)
resource.setrlimit(resource.RLIMIT_FSIZE, kept)
log.probe()
print("again", log.failing)
log.record(Entry("match.answered", "client", request_id="after"))
log.close()
"""


def test_a_disk_that_is_full_refuses_and_one_that_has_room_again_goes_on_in_the_same_chain(tmp_path: Path) -> None:
    # A limit on the size of files makes the system refuse a write half way, as a full disk does.
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3], timeout=60)
    assert told.stdout.splitlines() == ["refused 503 OSError", "again None"], told.stderr
    log = Log(tmp_path)
    assert log.verified().problems == log.verified().notes == []
    assert len(log.chains) == 1
    assert requests_of(log)[0] == "before"
    assert requests_of(log)[-1] == "after"


def test_a_file_that_fails_ends_the_chain_and_the_next_entry_begins_another(tmp_path: Path) -> None:
    writer = AccessLog(tmp_path, clock=ticking())
    writer.record(entry(1))
    chain = writer._chain
    assert chain is not None
    broken, working = os.pipe()
    os.dup2(working, chain._file)  # a pipe can be written but not synced
    with pytest.raises(AccessLogUnavailable) as refused:
        writer.record(entry(2))
    os.close(broken)
    os.close(working)
    assert refused.value.status == 503
    writer.record(entry(3))
    writer.close()
    log = Log(tmp_path)
    assert log.verified().intact
    assert requests_of(log) == ["request-1", "request-3"]
    assert len(log.chains) == 2


def test_an_unusable_key_refuses_everybody(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"short")
    writer = AccessLog(tmp_path, clock=ticking())
    for _ in range(2):
        with pytest.raises(AccessLogKeyUnusable):
            writer.record(entry())


def test_the_key_is_for_its_owner_only_and_stays(tmp_path: Path) -> None:
    before = AccessLog(tmp_path, clock=ticking()).pseudonym("a")
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert AccessLog(tmp_path, clock=ticking()).pseudonym("a") == before != "a"
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_purposes_and_facts_hold_no_long_numbers(tmp_path: Path) -> None:
    writer = AccessLog(tmp_path, clock=ticking())
    writer.record(entry(1, purpose="hồ sơ 068085001234", facts={"note": "250123456", "job_id": "0123456789abcdef"}))
    writer.close()
    text = "".join(path.read_text() for path in Log(tmp_path).folder.rglob("*.log"))
    assert "068085001234" not in text
    assert "250123456" not in text
    assert "0123456789abcdef" in text


def test_waiting_requests_share_a_sync(tmp_path: Path) -> None:
    writer = AccessLog(tmp_path, clock=lambda: datetime.now(UTC))
    writer.record(entry(0))
    chain = writer._chain
    assert chain is not None
    commits, append = [], chain.append

    def counted(batch):  # type: ignore[no-untyped-def]
        commits.append(len(batch))
        time.sleep(0.01)
        append(batch)

    chain.append = counted  # type: ignore[method-assign]
    threads = [threading.Thread(target=writer.record, args=(entry(number),)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(commits) == 32
    assert len(commits) < 16
    writer.close()


def test_two_processes_have_a_chain_each(tmp_path: Path) -> None:
    writers = [AccessLog(tmp_path, clock=ticking()) for _ in range(2)]
    for number in range(10):
        writers[number % 2].record(entry(number))
    for writer in writers:
        writer.close()
    log = Log(tmp_path)
    assert len(log.chains) == 2
    assert log.verified().problems == log.verified().notes == []
    assert len(requests_of(log)) == 10
