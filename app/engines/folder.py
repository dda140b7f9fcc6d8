"""The folder of a run: where each file is, and how one appears: whole, synced, under its name, or not at all."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.engines.errors import PlanUnreadable
from app.engines.plan import RunPlan

_CHUNK: Final = re.compile(r"(\d{5,})\.parquet")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The files of a run; everything in it follows from the input and the plan."""

    path: Path

    @property
    def plan(self) -> Path:
        """What the run is fixed to."""
        return self.path / "plan.json"

    @property
    def decisions(self) -> Path:
        """What people had decided about the list, where they had."""
        return self.path / "decisions.json"

    @property
    def manifest(self) -> Path:
        """What was read: written when all source chunks are there."""
        return self.path / "source" / "source.json"

    @property
    def results(self) -> Path:
        """All results, with the findings that only the whole file shows."""
        return self.path / "results.parquet"

    @property
    def totals(self) -> Path:
        """The counts of all results: written last."""
        return self.path / "totals.json"

    def input(self, plan: RunPlan) -> Path:
        """The file that the run was created with."""
        return self.path / "input" / plan.input_name

    def source(self, chunk_no: int) -> Path:
        """Input rows of one chunk."""
        return self.path / "source" / f"{chunk_no:05d}.parquet"

    def chunk(self, chunk_no: int) -> Path:
        """Result rows of one chunk."""
        return self.path / "chunks" / f"{chunk_no:05d}.parquet"

    def read_plan(self) -> RunPlan:
        """The plan of the run."""
        try:
            text = self.plan.read_text(encoding="utf-8")
        except OSError as error:
            raise PlanUnreadable(reason=type(error).__name__) from error
        return RunPlan.from_json(text)

    def write_plan(self, plan: RunPlan) -> None:
        """Fix the run to a plan."""
        self.path.mkdir(parents=True, exist_ok=True)
        write_text(self.plan, plan.to_json())

    def source_chunks(self) -> list[int]:
        """The numbers of the source chunks that are there, ascending; more may come until the manifest is written."""
        return _numbers(self.path / "source")

    def result_chunks(self) -> list[int]:
        """The numbers of the chunks that are matched, ascending."""
        return _numbers(self.path / "chunks")


def _numbers(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    return sorted(int(found[1]) for path in folder.iterdir() if (found := _CHUNK.fullmatch(path.name)))


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A name beside the file to write to; it appears under its own name, synced, when all went well.

    Several workers may write one file at a time: each has a name of its own, and what they write is the same.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_text(path: Path, text: str) -> None:
    """Write a small file as a whole."""
    with appearing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def remove_unfinished(folder: Path) -> None:
    """Remove what writers that were killed have left behind; called when nobody writes any more."""
    for left in (*folder.glob(".*.part"), *folder.glob("*/.*.part")):
        left.unlink(missing_ok=True)
