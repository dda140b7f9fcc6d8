"""What every question looks at first, read in one statement."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from app.db import Database
from app.tables import client_changes, linkage_model_pointer, register_pointer

_STANDING = str(
    select(
        select(client_changes.c.number).scalar_subquery(),
        select(register_pointer.c.version_id).scalar_subquery(),
        select(linkage_model_pointer.c.model_id).scalar_subquery(),
    )
)


class Standing(NamedTuple):
    """What stands at a moment: the number of changes of clients, the register version and the model that answer."""

    changes: int
    version: int | None  # None: there is no register
    model: int | None  # None: the one that ships with the program


def standing(database: Database) -> Standing:
    """What stands now."""
    changes, version, model = database.row(_STANDING) or (None, None, None)
    return Standing(changes or 0, version, model)
