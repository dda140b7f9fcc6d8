"""The files of an audit: its own names for the runs it stands on, what it is fixed to, its figures, its signed report.

A run is linked, not copied, where the file system can: a job may be deleted, and the audit keeps what it counted.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from app.engines.folder import RunFolder

_LEFT_OUT = frozenset(("results-withheld.parquet",))  # made from the results for callers who may see less


@dataclass(frozen=True, slots=True)
class AuditFolder:
    """Where what belongs to an audit is."""

    path: Path

    @property
    def frozen(self) -> Path:
        """What the audit is fixed to."""
        return self.path / "frozen.json"

    @property
    def definitions(self) -> Path:
        """What its figures count."""
        return self.path / "definitions.json"

    @property
    def figures(self) -> Path:
        """Its figures, as they were counted when it was made."""
        return self.path / "figures.json"

    @property
    def rates(self) -> Path:
        """The error rates as they were last seen: reviews go with their job."""
        return self.path / "rates.json"

    @property
    def report(self) -> Path:
        """The report that was signed."""
        return self.path / "report.json"

    def run(self, number: int) -> RunFolder:
        """One of the runs, counted from 0."""
        return RunFolder(self.path / "runs" / f"{number:03d}")

    def runs(self) -> list[RunFolder]:
        """All runs in order."""
        return [RunFolder(path) for path in sorted((self.path / "runs").iterdir())]

    def forget_runs(self) -> None:
        """Let go of the runs that an attempt at making the audit left."""
        shutil.rmtree(self.path / "runs", ignore_errors=True)

    def keep(self, number: int, run: Path) -> RunFolder:
        """Give the files of a run names of the audit's own."""
        kept = self.run(number)
        for path in sorted(run.rglob("*")):
            if path.is_file() and path.name not in _LEFT_OUT and not path.name.startswith("."):
                _link(path, kept.path / path.relative_to(run))
        return kept


def audits_folder(data_dir: Path) -> Path:
    """Where the audits of a service are."""
    return data_dir / "audits"


def _link(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path.resolve(), target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(path, target)
