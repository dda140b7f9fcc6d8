"""Puts a batch of land users beside their candidates, ready to be compared."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.candidates import CandidatePairs, CandidateSource, find_candidates
from matching.columns import Ints, LandColumns
from matching.compare import Pairs, PairTables


class Candidacy(NamedTuple):
    """The candidate pairs of a batch, how they were found, and the handle of each person in `pairs.right`."""

    pairs: Pairs
    found: CandidatePairs
    handles: Ints


def candidate_pairs(land: LandColumns, source: CandidateSource, *, cap: int) -> Candidacy:
    """The candidate pairs of a batch; people are fetched once each. No blocking key yields more than `cap` of them."""
    found = find_candidates(land, source, cap=cap)
    if len(land) == 1:  # its candidates are distinct, and in order
        handles, rows = found.persons, np.arange(len(found.persons))
    else:
        handles, rows = np.unique(found.persons, return_inverse=True)
    people = source.fetch(handles)
    return Candidacy(Pairs(land, people, found.rows, rows.astype(np.int64), PairTables(land, people)), found, handles)
