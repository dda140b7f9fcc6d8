"""The proof of an audit: its inputs matched again, from the first byte, give the same results."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app.audits.frozen import Check, read_frozen
from app.audits.service import AuditRoom
from app.audits.store import Audit
from app.engines.folder import RunFolder
from app.engines.local import Watcher, run_here
from app.engines.plan import content_hash
from app.engines.questions import question_of


def rerun_checks(room: AuditRoom, audit: Audit) -> list[Check]:
    """Run every job of an audit again, beside the data of the service, and compare the results byte by byte."""
    folder = room.folder(audit.id)
    checks = []
    with tempfile.TemporaryDirectory(prefix="khop-rerun-", dir=room.jobs.data_dir) as beside:
        for number, frozen in enumerate(read_frozen(folder).runs):
            kept, again = folder.run(number), RunFolder(Path(beside) / str(number))
            plan = kept.read_plan()
            again.write_plan(plan)
            again.input(plan).parent.mkdir(parents=True)
            again.input(plan).symlink_to(kept.input(plan).resolve())
            if kept.decisions.exists():
                again.decisions.symlink_to(kept.decisions.resolve())
            question = question_of(plan, room.jobs.database, room.jobs.data_dir)
            run_here(again.path, plan, question, watcher=Watcher())
            checks.append(Check("rerun", content_hash(again.results) == frozen.results_sha256, number + 1))
    return checks
