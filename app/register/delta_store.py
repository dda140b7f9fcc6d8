"""How versions of the register come out of each other: their parents, what changed, and what lies below."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from app.tables import register_deltas


class DeltaCounts(NamedTuple):
    """People of a file of changes, by what became of them."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    unknown: int = 0  # to be removed, and not in the register

    @property
    def effect(self) -> int:
        """How many people are not as they were."""
        return self.added + self.changed + self.removed


_NOTHING: Final = DeltaCounts()


@dataclass(frozen=True, slots=True)
class Delta:
    """How a version came out of another one."""

    version_id: int
    parent_id: int
    parent_name: str  # as in stamps
    base_id: int | None  # the version whose people lie below; None: all people are in the version itself
    counts: DeltaCounts = _NOTHING
    fields: Mapping[str, int] = field(default_factory=dict)  # how many people changed in each field


def add(session: Session, delta: Delta, version_id: int) -> None:
    """Note how a new version comes about."""
    session.execute(
        insert(register_deltas).values(
            version_id=version_id,
            parent_id=delta.parent_id,
            parent_name=delta.parent_name,
            base_id=delta.base_id,
        )
    )


def record(session: Session, version_id: int, counts: DeltaCounts, fields: Mapping[str, int]) -> None:
    """Note what has changed."""
    values = counts._asdict() | {"fields": json.dumps(dict(fields))}
    session.execute(update(register_deltas).where(register_deltas.c.version_id == version_id).values(values))


def remove(session: Session, version_id: int) -> None:
    """Forget how a version came about."""
    session.execute(delete(register_deltas).where(register_deltas.c.version_id == version_id))


def found(session: Session, version_id: int) -> Delta | None:
    """How a version came out of another one; None for one that was made of a whole file."""
    return deltas(session).get(version_id)


def deltas(session: Session) -> dict[int, Delta]:
    """How each version came about that came out of another one, by version."""
    table = register_deltas
    return {
        row.version_id: Delta(
            row.version_id,
            row.parent_id,
            row.parent_name,
            row.base_id,
            DeltaCounts(row.added, row.changed, row.unchanged, row.removed, row.unknown),
            json.loads(row.fields),
        )
        for row in session.execute(select(table))
    }


def over(session: Session, base_id: int) -> list[int]:
    """The versions that lie over this one."""
    table = register_deltas
    query = select(table.c.version_id).where(table.c.base_id == base_id).order_by(table.c.version_id)
    return list(session.scalars(query))
