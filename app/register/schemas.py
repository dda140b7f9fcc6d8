"""Versions of the register and files of changes as the HTTP contract names them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from app.register.candidates import name_in_stamps
from app.register.delta_store import Delta
from app.register.deltas import DeltaOutcome
from app.register.refused import explanation
from app.register.store import Version


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class ChangesTold(_Frozen):
    """People of a file of changes, by what became of them."""

    added: int
    changed: int
    unchanged: int
    removed: int
    unknown: int = Field(description="To be removed, and not in the register.")
    fields: dict[str, int] = Field(description="How many people changed in each field.")


class DerivedTold(ChangesTold):
    """How a version came out of another one; all counts are zero where all people were only written anew."""

    parent_id: int
    base_id: int | None = Field(description="The version over which it lies; none: it holds all its people itself.")


class VersionTold(_Frozen):
    """A version of the register."""

    id: int
    version: str = Field(description="As answers are stamped with it.", examples=["8:0123456789ab@7:ba9876543210"])
    name: str
    state: str = Field(description="staged, ready, active, retired or failed.")
    scope: str = Field(description="What it covers, shown with every 'not found'.")
    people: int
    refused: int = Field(description="Rows of its file.")
    created_at: datetime
    activated_at: datetime | None
    statistics: str | None = Field(description="The frequencies by which it weighs; of the last full import.")
    delta: DerivedTold | None


class RegisterTold(_Frozen):
    """The versions of the register, the newest first."""

    active: int | None
    versions: list[VersionTold]


class RefusedRow(_Frozen):
    """A row that was refused, without anything that it says."""

    line: int
    field: str
    reason: str
    explanation: str


class DeltaTold(_Frozen):
    """What a file of changes led to, or would lead to."""

    version: int | None = Field(description="The new active version; none: nothing changed, or it was a dry run.")
    parent_id: int
    people: int | None = Field(description="In the new version.")
    read: int
    refused: int
    changes: ChangesTold
    repeated: bool = Field(description="The active version came out of this very file; nothing was done.")
    rows: list[RefusedRow] = Field(description="The first refused rows, and removals of nobody.")


def version_told(version: Version, delta: Delta | None) -> VersionTold:
    """A version as it is told."""
    derived = None
    if delta is not None:
        derived = DerivedTold(
            **delta.counts._asdict(), fields=dict(delta.fields), parent_id=delta.parent_id, base_id=delta.base_id
        )
    return VersionTold(
        id=version.id,
        version=name_in_stamps(version, delta),
        name=version.name,
        state=version.state,
        scope=version.scope,
        people=version.rows_kept,
        refused=version.rows_rejected,
        created_at=version.created_at,
        activated_at=version.activated_at,
        statistics=version.statistics,
        delta=derived,
    )


def delta_told(outcome: DeltaOutcome, language: str) -> DeltaTold:
    """The outcome of a file of changes as it is told."""
    return DeltaTold(
        version=None if outcome.version is None else outcome.version.id,
        parent_id=outcome.parent.id,
        people=None if outcome.version is None else outcome.version.rows_kept,
        read=outcome.read,
        refused=outcome.rejected,
        changes=ChangesTold(**outcome.counts._asdict(), fields=outcome.fields),
        repeated=outcome.repeated,
        rows=[
            RefusedRow(line=line, field=field, reason=reason, explanation=getattr(explanation(reason), language))
            for line, field, reason in outcome.refused
        ],
    )
