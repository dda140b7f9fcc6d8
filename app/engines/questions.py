"""What the chunks of a run are asked: the register version, model and day of its plan, and nothing newer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from app.db import Database
from app.engines.decisions import NOTHING_DECIDED, Decisions
from app.engines.errors import RegisterChanged
from app.engines.plan import ROWS_PER_CHUNK, ReadOptions, RunPlan, content_hash
from app.engines.stages import check_code
from app.models.service import active_model
from app.register.candidates import active_candidates, candidates_of
from app.register.snapshots import Done, existing_snapshot, snapshot_folder, snapshot_of, unwatched
from matching.link import Question


def plan_of(
    database: Database,
    file: Path,
    *,
    as_of: date,
    options: ReadOptions | None = None,
    rows_per_chunk: int = ROWS_PER_CHUNK,
    decisions: Decisions = NOTHING_DECIDED,
) -> RunPlan:
    """A plan for a file, with the register version and the model that are active now, and what people decided."""
    candidates, model = active_candidates(database), active_model(database)
    candidates.close()
    return RunPlan(
        input_name=file.name,
        input_sha256=content_hash(file),
        register_id=candidates.people.version,
        register=candidates.stamp.version,
        model=model.version,
        model_document=model.to_json(),
        as_of=as_of,
        options=options or ReadOptions(),
        rows_per_chunk=rows_per_chunk,
        decisions=decisions.digest,
    )


_SMALL: Final = 2 << 20  # bytes of an input that is matched before other processes would have started


def is_small(file: Path) -> bool:
    """Whether a file is matched sooner than other processes would have started, or a snapshot would be built."""
    return file.stat().st_size <= _SMALL


def question_of_small(plan: RunPlan, database: Database, data_dir: Path) -> Question:
    """What the plan asks, for a small file: without a snapshot, where none is built yet, the database answers."""
    check_code(plan)
    source = existing_snapshot(snapshot_folder(data_dir, plan.register)) or candidates_of(database, plan.register_id)
    if source.stamp.version != plan.register:
        raise RegisterChanged(planned=plan.register, found=source.stamp.version)
    return Question(source, plan.linkage_model, plan.as_of)


def question_of(plan: RunPlan, database: Database, data_dir: Path, *, done: Done = unwatched) -> Question:
    """What the plan asks; the snapshot of its register version is built first where there is none.

    Raises CodeChanged, RegisterChanged, or the register's errors where the version is gone.
    """
    check_code(plan)
    source = snapshot_of(database, plan.register_id, data_dir, done=done)
    if source.stamp.version != plan.register:
        raise RegisterChanged(planned=plan.register, found=source.stamp.version)
    return Question(source, plan.linkage_model, plan.as_of)
