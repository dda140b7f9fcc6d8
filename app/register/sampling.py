"""People drawn from a register version, for training."""

from __future__ import annotations

import numpy as np
from sqlalchemy import select

from app.register.candidates import SqlCandidates
from matching.columns import Ints

_STRIDE = 1_000_003  # a prime: personal numbers of one commune and day follow each other


def drawn_people(source: SqlCandidates, most: int, *, seed: int) -> Ints:
    """About `most` personal numbers drawn from the whole register, ascending; the same seed draws the same people."""
    size = max(source.statistics.size, 1)
    kept = min(_STRIDE, -(-most * _STRIDE // size))
    found = []
    for people, hidden in source.layers:
        personal_id = people.tables.people.c.personal_id
        # A multiple of the number modulo a prime is as good as a draw; one pass over the table draws without a sort.
        residue = (personal_id % _STRIDE * 7_919 + seed % _STRIDE) % _STRIDE
        with people.answering(), people.engine.connect() as connection:
            drawn = connection.execute(select(personal_id).where(residue < kept)).scalars()
            found.append(np.setdiff1d(np.fromiter(drawn, dtype=np.int64), hidden))
    return np.sort(np.concatenate(found))
