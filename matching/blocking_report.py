"""What blocking finds, what it costs and what it leaves out: measured over land users, with their truth if it is known.

Blocks are told by rule and size only: whoever reads a report learns no name and no number from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching.block import RULES, land_keys
from matching.candidates import CandidatePairs, CandidateSource, find_candidates
from matching.columns import Ints, LandColumns
from matching.confidence import Rate
from matching.land_columns import land_columns
from matching.records import CleanSubject

_LARGEST = 3  # blocks told for each rule


class RuleReport(NamedTuple):
    """What one rule does."""

    code: str
    asked: int  # land users who have a key by it
    pairs: int  # that it finds, alone or beside others
    pairs_alone: int  # that no other rule finds
    found: Rate  # land users in the register whose person it finds
    found_alone: int  # those whom no other rule finds: what would be lost without it
    narrowed: int  # land users for whom it asked a narrower key
    cut: int  # land users to whom it may have more people to offer than were compared
    largest: tuple[int, ...]  # people in the largest blocks that were asked for, the largest first


@dataclass(frozen=True, slots=True)
class BlockingReport:
    """What blocking does for the land users of a file."""

    land_users: int
    cap: int
    found: Rate  # land users in the register whose person is among their candidates
    pairs: int
    median: float  # pairs for each land user
    p95: float
    most: int
    alone: int  # land users without any candidate
    narrowed: int  # land users for whom some rule asked a narrower key
    cut: int  # land users for whom somebody who shares a key may be missing
    rules: tuple[RuleReport, ...]


class Blocking:
    """Counts over batches of land users what blocking does for them."""

    def __init__(self, source: CandidateSource, *, cap: int) -> None:
        """Ask a register, with so many people for each key at most."""
        self._source, self._cap = source, cap
        self._counts: list[Ints] = []
        self._in_register = self._found = self._narrowed = self._cut = 0
        self._rules = np.zeros((len(RULES), 7), dtype=np.int64)  # as in RuleReport, from asked to cut
        self._largest: list[dict[int, int]] = [{} for _ in RULES]  # by rule: key, people

    def add(self, subjects: Sequence[CleanSubject], labels: Ints | None = None) -> None:
        """Count some land users; a label is the personal number of the true person, not above zero where unknown."""
        land = land_columns(subjects)
        pairs = find_candidates(land, self._source, cap=self._cap)
        self._counts.append(np.bincount(pairs.rows, minlength=len(land)))
        self._narrowed += int((pairs.narrowed != 0).sum())
        self._cut += int(pairs.truncated.sum())
        true = np.zeros(len(pairs.rows), dtype=np.bool_)
        if labels is not None:
            handles, places = np.unique(pairs.persons, return_inverse=True)
            true = self._source.fetch(handles).personal_id[places] == labels[pairs.rows]
            self._in_register += int((labels > 0).sum())
            self._found += int(true.sum())
        self._add_rules(pairs, true)
        self._add_blocks(land)

    def _add_rules(self, pairs: CandidatePairs, true: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> None:
        for position in range(len(RULES)):
            bit = np.int64(1) << position
            finds, alone = pairs.rules & bit != 0, pairs.rules == bit
            self._rules[position, 1:] += [
                np.count_nonzero(each)
                for each in (finds, alone, finds & true, alone & true, pairs.narrowed & bit, pairs.cut & bit)
            ]

    def _add_blocks(self, land: LandColumns) -> None:
        keys, owners, rules = land_keys(land)
        asked, places = np.unique(keys, return_inverse=True)
        found = self._source.lookup(asked, cap=self._cap)
        # Above the cap the register's statistics know how many there are, if it is a large block at all.
        listed = np.maximum(self._source.statistics.large_blocks.of(asked), self._cap + 1)
        sizes = np.where(found.truncated, listed, np.diff(found.offsets))
        for position, largest in enumerate(self._largest):
            mine = rules == position
            self._rules[position, 0] += len(np.unique(owners[mine]))
            distinct = np.unique(places[mine])
            for place in distinct[np.argsort(-sizes[distinct], kind="stable")[:_LARGEST]].tolist():
                largest[int(asked[place])] = int(sizes[place])
            for key in sorted(largest, key=lambda key: (-largest[key], key))[_LARGEST:]:
                del largest[key]

    def report(self) -> BlockingReport:
        """What was counted."""
        counts = np.concatenate(self._counts) if self._counts else np.zeros(0, dtype=np.int64)
        median, p95 = (float(np.percentile(counts, share)) if len(counts) else 0.0 for share in (50, 95))
        rules = []
        for rule, figures, largest in zip(RULES, self._rules.tolist(), self._largest, strict=True):
            asked, pairs, alone, found, found_alone, narrowed, cut = figures
            rate = Rate(found, self._in_register)
            sizes = tuple(sorted(filter(None, largest.values()), reverse=True))
            rules.append(RuleReport(rule.code, asked, pairs, alone, rate, found_alone, narrowed, cut, sizes))
        return BlockingReport(
            len(counts),
            self._cap,
            Rate(self._found, self._in_register),
            int(counts.sum()),
            median,
            p95,
            int(counts.max(initial=0)),
            int((counts == 0).sum()),
            self._narrowed,
            self._cut,
            tuple(rules),
        )
