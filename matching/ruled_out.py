"""A register without some people: those of whom somebody decided that they aren't the land user in question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.candidates import CandidateSource, Found, RegisterStamp
from matching.columns import Hashes, Ints, PeopleColumns
from matching.statistics import Statistics


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A source of candidates that never finds the people with these personal numbers; all else is as it was."""

    source: CandidateSource
    personal_ids: frozenset[int]

    @property
    def statistics(self) -> Statistics:
        """The frozen statistics of the register version: those ruled out are still people of it."""
        return self.source.statistics

    @property
    def stamp(self) -> RegisterStamp:
        """Which register this is."""
        return self.source.stamp

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people who share each blocking key without those ruled out, at most `cap` for each."""
        found = self.source.lookup(keys, cap=cap)
        kept = ~np.isin(self.source.fetch(found.persons).personal_id, list(self.personal_ids))
        ends = np.concatenate(([0], np.cumsum(kept, dtype=np.int64)))
        return Found(ends[found.offsets], found.persons[kept], found.truncated)

    def fetch(self, persons: Ints) -> PeopleColumns:
        """The clean columns of these people, in the order given."""
        return self.source.fetch(persons)

    def display_names(self, persons: Ints) -> Sequence[str]:
        """The names of these people as the register writes them, in the order given."""
        return self.source.display_names(persons)
