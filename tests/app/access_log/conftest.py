"""A log with a few chains, written by the real thing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.access_log.log import AccessLog
from tests.app.access_log.chains import START, Log, entry, ticking


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Two chains of closed processes, the second with several segments."""
    for hours, segment_bytes in ((0, 1 << 20), (1, 2_000)):
        clock = ticking(START + timedelta(hours=hours))
        writer = AccessLog(tmp_path, clock=clock, segment_bytes=segment_bytes)
        for number in range(1, 31):
            writer.record(entry(number))
        writer.close()
    found = Log(tmp_path)
    assert found.verified().intact
    return found
