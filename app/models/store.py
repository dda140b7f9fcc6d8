"""The models as rows, and the pointer to the active one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from app.models.errors import ModelMissing
from app.tables import linkage_model_pointer, linkage_models

_models, _pointer = linkage_models, linkage_model_pointer


@dataclass(frozen=True, slots=True)
class StoredModel:
    """One version of the model; `content` is its JSON document."""

    id: int
    version: str
    content: str
    note: str
    created_at: datetime
    activated_at: datetime | None
    previous_id: int | None
    revoked_at: datetime | None


def models(session: Session) -> list[StoredModel]:
    """All versions, the newest first."""
    return [_model(row) for row in session.execute(select(_models).order_by(_models.c.id.desc()))]


def existing(session: Session, version: str) -> StoredModel:
    """One model by its version; ModelMissing where there is none."""
    found = session.execute(select(_models).where(_models.c.version == version)).one_or_none()
    if found is None:
        raise ModelMissing(version=version)
    return _model(found)


def active(session: Session) -> StoredModel | None:
    """The model that the pointer names; None: the one that ships with the program."""
    found = session.execute(select(_models).join(_pointer, _pointer.c.model_id == _models.c.id)).one_or_none()
    return None if found is None else _model(found)


def add(session: Session, *, version: str, content: str, note: str, now: datetime) -> StoredModel:
    """A model, kept once however often it is added."""
    found = session.execute(select(_models).where(_models.c.version == version)).one_or_none()
    if found is None:
        values = {"version": version, "content": content, "note": note, "created_at": now}
        found = session.execute(insert(_models).values(values).returning(*_models.c)).one()
    return _model(found)


def activate(session: Session, model: StoredModel, *, now: datetime) -> None:
    """Make a model the active one, and remember the one before for a rollback."""
    before = active(session)
    if before is None or before.id != model.id:
        session.execute(
            update(_models).where(_models.c.id == model.id).values(previous_id=None if before is None else before.id)
        )
        point_to(session, model.id, now=now)


def revoke(session: Session, model: StoredModel, *, now: datetime) -> None:
    """Mark a model as one that nobody may decide by any more; the moment of the first time stays."""
    changed = update(_models).where(_models.c.id == model.id, _models.c.revoked_at.is_(None))
    session.execute(changed.values(revoked_at=now))


def pardon(session: Session, model: StoredModel) -> None:
    """Take a revocation back."""
    session.execute(update(_models).where(_models.c.id == model.id).values(revoked_at=None))


def revoked(session: Session) -> frozenset[str]:
    """The versions that nobody may decide by any more."""
    return frozenset(session.scalars(select(_models.c.version).where(_models.c.revoked_at.is_not(None))))


def point_to(session: Session, model_id: int | None, *, now: datetime) -> None:
    """Flip the pointer; None brings back the model that ships with the program."""
    session.execute(delete(_pointer))
    if model_id is not None:
        session.execute(insert(_pointer).values(id=1, model_id=model_id, changed_at=now))
        session.execute(update(_models).where(_models.c.id == model_id).values(activated_at=now))


def _model(row: Row[Any]) -> StoredModel:
    return StoredModel(**row._mapping)
