"""The authority's words for land users, by a mapping that is configuration (DOMAIN 7); its own answer prevails."""

from __future__ import annotations

import numpy as np

from app.audits.definitions import Definitions
from app.audits.rows import VERDICTS, Rows, Small


def statuses_of(rows: Rows, definitions: Definitions, answers: Small | None = None) -> Small:
    """The position in `definitions.statuses` of each row: the first that fits, or what the authority answered."""
    found = np.full(len(rows), len(definitions.statuses) - 1, dtype=np.int8)
    for number in reversed(range(len(definitions.statuses) - 1)):
        status = definitions.statuses[number]
        verdicts = [VERDICTS.index(verdict) for verdict in status.verdicts]
        categories = [place for place, code in enumerate(rows.categories) if code in status.categories]
        found[np.isin(rows.verdict, verdicts) | np.isin(rows.category, categories)] = number
    if answers is not None:
        np.copyto(found, answers, where=answers >= 0)
    return found
