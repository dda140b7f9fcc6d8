"""What the tests of the access log write and read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.access_log.entries import Entry, Subject
from app.access_log.keys import Keys, keys_of
from app.access_log.log import FOLDER
from app.access_log.verify import Report, verify

START = datetime(2026, 11, 22, 8, tzinfo=UTC)


def ticking(start: datetime = START) -> Callable[[], datetime]:
    """A clock that goes on by a second each time it is asked."""
    moments = iter(start + timedelta(seconds=seconds) for seconds in range(1_000_000))
    return lambda: next(moments)


def entry(number: int = 1, **changed: object) -> Entry:
    """An answered match."""
    fields: dict[str, object] = {
        "action": "match.answered",
        "who": "client-7",
        "purpose": "cấp đổi giấy chứng nhận",
        "request_id": f"request-{number}",
        "subjects": (Subject(asked=(f"{number:032x}",), person=f"{number:032x}", verdict="full", category="M1"),),
        "facts": {"records": 1},
    }
    return Entry(**(fields | changed))  # type: ignore[arg-type]


class Log:
    """A data folder with an access log."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir, self.folder = data_dir, data_dir / FOLDER

    @property
    def keys(self) -> Keys:
        return keys_of(self.data_dir)

    @property
    def chains(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.is_dir())

    def verified(self, **options: object) -> Report:
        return verify(self.folder, self.keys, **options)  # type: ignore[arg-type]

    def codes(self, **options: object) -> set[str]:
        return {problem.code for problem in self.verified(**options).problems}
