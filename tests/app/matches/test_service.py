"""The key of references to people: one for all processes of a service."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

from app.matches.service import reference_secret


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
