"""Puts a batch of land users beside their candidates, ready to be compared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from matching.candidates import CandidatePairs, CandidateSource, find_candidates
from matching.columns import Ints, LandColumns
from matching.compare import Pairs, PairTables
from matching.distinct import distinct_of
from matching.plain_rows import PlainPairs, each_land_user, each_person, stored_person


class Candidacy(NamedTuple):
    """The candidate pairs of a batch, how they were found, and the handle of each person in `pairs.right`."""

    pairs: Pairs
    found: CandidatePairs
    handles: Ints


class RowSource(ABC):
    """A register that holds people row by row (a class, for to ask whether a protocol is met takes 9 µs)."""

    @abstractmethod
    def rows(self, persons: Ints) -> Sequence[tuple[Any, ...]]:
        """The fields of StoredPerson of these people, in the order given."""


def candidate_pairs(land: LandColumns, source: CandidateSource, *, cap: int) -> Candidacy:
    """The candidate pairs of a batch; people are fetched once each. No blocking key yields more than `cap` of them."""
    return beside(land, source, find_candidates(land, source, cap=cap))


def beside(land: LandColumns, source: CandidateSource, found: CandidatePairs) -> Candidacy:
    """A batch beside the people who were found for it."""
    handles, places = _distinct(land, found)
    people = source.fetch(handles)
    return Candidacy(Pairs(land, people, found.rows, places, PairTables(land, people)), found, handles)


def few_beside(land: LandColumns, source: CandidateSource, found: CandidatePairs) -> tuple[PlainPairs, Ints]:
    """A few land users beside the people who were found for them, and the handles of these."""
    handles, places = _distinct(land, found)
    people = (
        map(stored_person, source.rows(handles))
        if isinstance(source, RowSource)
        else each_person(source.fetch(handles))
    )
    pairs = zip(found.rows.tolist(), places.tolist(), strict=True)
    return PlainPairs(list(each_land_user(land)), list(people), pairs), handles


def _distinct(land: LandColumns, found: CandidatePairs) -> tuple[Ints, Ints]:
    """The handles of those found, each once, and which of them belongs to each pair."""
    if len(land) == 1:  # its candidates are distinct, and in order
        return found.persons, np.arange(len(found.persons))
    return distinct_of(found.persons)
