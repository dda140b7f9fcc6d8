"""What is asked of the matcher, and the key of references to people: one for all processes of a service."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from app.db import database
from app.matches.service import Matcher, reference_secret
from app.migrations import make_current
from app.register.errors import NoActiveVersion
from app.register.files import register_file
from app.register.importing import ImportRequest, import_register
from tests.app.matches.conftest import import_small, settings_for


def test_a_question_is_the_same_until_the_day_the_register_or_the_model_is_another(
    database_url: str, tmp_path: Path
) -> None:
    db, day = database(settings_for(database_url, tmp_path)), date(2026, 11, 22)
    make_current(db)
    matcher = Matcher(db, today=lambda: day)
    with pytest.raises(NoActiveVersion):
        matcher.question()
    import_small(db, tmp_path)

    first = matcher.question()
    assert matcher.question() is first
    assert matcher.question(explain=True).explain
    assert not matcher.question().explain

    day += timedelta(days=1)
    assert matcher.question().as_of == day

    import_register(
        db,
        register_file(tmp_path / "people.csv"),
        ImportRequest(scope="Lâm Đồng (thử lại)"),
        clock=lambda: datetime(2026, 11, 23, tzinfo=UTC),
        report=lambda _: None,
    )
    second = matcher.question()
    assert second.source is not first.source
    assert second.stamp.register != first.stamp.register

    matcher.close()
    assert matcher.question().source is not second.source
    matcher.close()
    db.close()


def test_those_who_start_at_the_same_moment_have_the_same_key_for_references(tmp_path: Path) -> None:
    for round_ in range(20):
        folder, start, got = tmp_path / str(round_), Barrier(6), list[bytes]()

        def begin(folder: Path = folder, start: Barrier = start, got: list[bytes] = got) -> None:
            start.wait()
            got.append(reference_secret(folder))

        threads = [Thread(target=begin) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == [reference_secret(folder)] * 6
        assert [path.name for path in folder.iterdir()] == ["person-reference.key"]
        assert (folder / "person-reference.key").stat().st_mode & 0o777 == 0o600
