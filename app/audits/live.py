"""A register that changed, and a past audit: which land users may get another verdict, and which do.

A land user's answer follows from the people who share a blocking key with it, and from the statistics, which stay
those of the audit. So only records that share a key with somebody who came, went or changed, as they were or as they
are, are matched again; all others would come out the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import pyarrow as pa

from app.audits.folder import AuditFolder
from app.engines.folder import RunFolder, appearing
from app.engines.plan import RunPlan
from app.engines.result_chunks import read_result_chunk
from app.engines.source_chunks import SourceChunk, read_source_chunk
from matching.answer_columns import DECISIONS, AnswerColumns
from matching.block import land_keys, register_keys
from matching.candidates import CandidateSource, Found, RegisterStamp
from matching.columns import KEYS_VERSION, Hashes, Ints, PeopleColumns, StoredPerson, people_columns
from matching.land_columns import land_columns
from matching.link import Question, link_columns
from matching.normalise import normalise_all
from matching.records import CleanRecord
from matching.statistics import Statistics

_PEOPLE_AT_ONCE: Final = 20_000
_RESULTS: Final = ("record_id", "subject_no", "verdict", "category", "findings", "personal_id")


class PersonChanged(Protocol):
    """Somebody who isn't the same in two versions of the register; None where they aren't in one."""

    @property
    def before(self) -> StoredPerson | None:
        """As they were."""

    @property
    def after(self) -> StoredPerson | None:
        """As they are."""


class Change(NamedTuple):
    """A land user whose answer changed; `run` and `place` as in the audit's results."""

    run: int
    place: int
    record_id: str
    subject_no: int
    verdict_before: str
    verdict_after: str
    category_before: str
    category_after: str
    findings_before: str  # codes joined by ";"
    findings_after: str
    other_person: bool


class Rematched(NamedTuple):
    """What a change of the register meant for an audit."""

    people_changed: int
    land_users: int
    matched_again: int  # land users
    changes: list[Change]


class SameStatistics:
    """The people of a version with the statistics of another one: a few changes don't move frequencies."""

    def __init__(self, people: CandidateSource, statistics: Statistics) -> None:
        self._people, self._statistics = people, statistics

    @property
    def statistics(self) -> Statistics:
        """The statistics of the audit."""
        return self._statistics

    @property
    def stamp(self) -> RegisterStamp:
        """The version of the people, the digest of these statistics."""
        return self._people.stamp._replace(statistics=self._statistics.digest)

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people who share each blocking key."""
        return self._people.lookup(keys, cap=cap)

    def fetch(self, persons: Ints) -> PeopleColumns:
        """The clean columns of these people."""
        return self._people.fetch(persons)

    def display_names(self, persons: Ints) -> Sequence[str]:
        """The names of these people."""
        return self._people.display_names(persons)


def rematch(
    folder: AuditFolder, changed: Iterable[PersonChanged], people: CandidateSource, statistics: Statistics
) -> Rematched:
    """Match again the land users of an audit whom changes may concern, and list those whose answer is another."""
    count, keys = _keys_of(changed)
    source = SameStatistics(people, statistics)
    changes: list[Change] = []
    land_users = again = 0
    for number, run in enumerate(folder.runs()):
        plan = run.read_plan()
        question = Question(source, plan.linkage_model, plan.as_of)
        first = 0
        for chunk in run.result_chunks():
            results = read_result_chunk(run.chunk(chunk), list(_RESULTS))
            land_users += results.num_rows - results["subject_no"].null_count
            touched = _touched(folder, run, plan, chunk, keys)
            if len(touched):
                source_chunk = read_source_chunk(run.source(chunk))
                answers, places = _answers(source_chunk, results, touched, question)
                again += len(places)
                changes += _differences(answers, results, places, (number, first))
            first += results.num_rows
    return Rematched(count, land_users, again, changes)


def _keys_of(changed: Iterable[PersonChanged]) -> tuple[int, Hashes]:
    """How many people changed, and all blocking keys that they had or have, ascending."""
    count, found = 0, [np.empty(0, dtype=np.uint64)]
    rest = iter(changed)
    while some := list(islice(rest, _PEOPLE_AT_ONCE)):
        count += len(some)
        rows = [person for each in some for person in (each.before, each.after) if person is not None]
        found.append(np.unique(register_keys(people_columns(rows))[0]))
    return count, np.unique(np.concatenate(found))


def _touched(folder: AuditFolder, run: RunFolder, plan: RunPlan, chunk: int, keys: Hashes) -> Ints:
    """The records of a chunk that share a key, counted among those that hold land users."""
    if not len(keys):
        return np.empty(0, dtype=np.int64)
    known, owners = _land_keys(_kept(folder, run, chunk), run, plan, chunk)
    places = np.minimum(np.searchsorted(keys, known), len(keys) - 1)
    found: Ints = np.unique(owners[keys[places] == known]).astype(np.int64)
    return found


def _kept(folder: AuditFolder, run: RunFolder, chunk: int) -> Path:
    return folder.path / "keys" / f"{run.path.name}-{chunk:05d}-v{KEYS_VERSION}.npz"


def _land_keys(kept: Path, run: RunFolder, plan: RunPlan, chunk: int) -> tuple[Hashes, Ints]:
    """The blocking keys of a chunk's land users and their records; computed once, for cleaning takes longest."""
    if kept.exists():
        with np.load(kept) as known:
            return known["keys"], known["owners"]
    records = normalise_all(read_source_chunk(run.source(chunk)).raws(), as_of=plan.as_of)
    subjects = [(at, subject) for at, record in enumerate(records) for subject in record.subjects]
    keys, rows, _ = land_keys(land_columns([subject for _, subject in subjects]))
    owners = np.array([at for at, _ in subjects], dtype=np.int64)[rows]
    with appearing(kept) as unfinished, unfinished.open("wb") as file:
        np.savez(file, keys=keys, owners=owners)
    return keys, owners


def _answers(source: SourceChunk, results: Any, touched: Ints, question: Question) -> tuple[AnswerColumns, list[int]]:
    """The answers of these records under the question, and the place in the chunk's results of each of their rows."""
    people = np.flatnonzero(source.table["reason"].combine_chunks().is_null().to_numpy(zero_copy_only=False))
    wanted = people[touched]
    some = SourceChunk(source.sheet, source.rows, source.table.take(pa.array(wanted)))
    records: list[CleanRecord] = normalise_all(some.raws(), as_of=question.as_of)
    numbers = results["subject_no"].combine_chunks().fill_null(0).to_numpy()
    owners = np.cumsum(numbers <= 1) - 1  # the row of the source table behind each result row
    return link_columns(records, question), np.flatnonzero(np.isin(owners, wanted)).tolist()


def _differences(answers: AnswerColumns, results: Any, places: Sequence[int], at: tuple[int, int]) -> Iterator[Change]:
    before = results.take(pa.array(places)).to_pylist()
    assert len(before) == len(answers)
    sets = [";".join(finding.code for finding in found) for found in answers.finding_sets]
    after = zip(answers.decision.tolist(), answers.personal_id.tolist(), answers.finding_set.tolist(), strict=True)
    for place, row, (decision, person, findings) in zip(places, before, after, strict=True):
        rule, other = DECISIONS[decision], int(row["personal_id"] or 0) != person
        known = (row["verdict"], row["category"], row["findings"] or "")
        found = (str(rule.verdict), rule.category, sets[findings])
        if known != found or other:
            verdicts, categories, codes = zip(known, found, strict=True)
            name = row["record_id"] or ""
            yield Change(at[0], at[1] + place, name, row["subject_no"], *verdicts, *categories, *codes, other)
