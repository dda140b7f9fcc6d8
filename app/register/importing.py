"""The import of a register file, from its first row to the flip of the pointer; every step may be broken off.

Rows are read in batches. A batch is committed as one with the progress that it makes, so the same command run again
goes on where the last one stopped. The service keeps answering from the active version until the pointer flips.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version as release
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.db import Database
from app.register import store
from app.register.errors import NothingKept, NothingToImport, RejectsUnwritable, TooManyRejects
from app.register.files import RegisterFile, SourceRow
from app.register.refused import write_refused
from app.register.seen import SeenNumbers
from app.register.version_store import COMPLETE, READING, SORTING, Batch, Display, Progress, Reject, VersionStore
from matching.block import register_keys
from matching.columns import KEYS_VERSION, people_columns, stored
from matching.errors import InvalidRow
from matching.normalise.person import read_person
from matching.records import Person
from matching.statistics import StatisticsBuilder

BATCH_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What an operator says about a file."""

    scope: str
    name: str | None = None
    units_as_of: date | None = None
    refused_to: Path | None = None
    most_rejects: float = 5.0  # percent
    accept_rejects: bool = False
    again: bool = False  # import anew what was imported before
    activate: bool = True


class Step(NamedTuple):
    """How far an import has come, for whoever watches it."""

    phase: str  # resuming (people read by an earlier run are counted again), reading, sorting
    done: int  # rows, rows, keys
    total: int  # zero: not known
    rejected: int = 0


class Outcome(NamedTuple):
    """What an import led to."""

    version: store.Version
    resumed_at: int = 0  # rows that an earlier run had read
    unchanged: bool = False  # the same file was imported before: nothing had to be read
    refused_to: Path | None = None


Report = Callable[[Step], None]


def rules() -> str:
    """The release and the rules of the kernel by which rows are read and keys are made."""
    return f"{release('khop')}/{KEYS_VERSION}"


def import_register(
    database: Database,
    file: RegisterFile,
    request: ImportRequest,
    *,
    clock: Callable[[], datetime],
    report: Report = lambda step: None,
) -> Outcome:
    """Import a file as a new version of the register and make it the active one."""
    check_target(file, request.refused_to)
    content = file.content()
    source = store.Source(file.path.name, content.digest, request.scope, request.units_as_of, rules())
    finished = _finished(database, source, request, clock)
    if finished is not None:
        return Outcome(finished, unchanged=True)
    version = _staged(database, source, request, clock)
    with closing(store.version_store(database, version.id)) as people, rare_collections():
        people.create()
        earlier = people.progress()
        gathered = _gathered_again(people, earlier, report)
        progress = _read(people, file, request, gathered, lambda done: report(_reading(done, content.rows)))
        refused_to = _refused(people, file, request, progress)
        _check(database, version.id, people, progress, request)
        if progress.phase != COMPLETE:
            progress = people.complete(progress, lambda done: report(Step(SORTING, done.keys, 0)))
    frozen = gathered.statistics.build()
    with database.writing() as session:
        store.record_counts(session, version.id, progress)
        store.freeze(session, version.id, digest=frozen.digest, content=frozen.to_bytes())
        if request.activate:
            store.activate(session, version.id, now=clock())
        version = store.existing(session, version.id)
    return Outcome(version, resumed_at=earlier.read, refused_to=refused_to)


def check_target(file: RegisterFile, refused_to: Path | None) -> None:
    """Refuse to write the refused rows over the people themselves, by whatever name, before anything is read."""
    if refused_to is not None and refused_to.exists() and (refused_to.is_dir() or refused_to.samefile(file.path)):
        raise RejectsUnwritable(path=str(refused_to))


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the cyclic collector look seldom: rows hold no cycles, and looking costs 40 % of the import's time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _finished(
    database: Database, source: store.Source, request: ImportRequest, clock: Callable[[], datetime]
) -> store.Version | None:
    """The version that an earlier import of the same file completed, made active where that was not done."""
    if request.again:
        return None
    with database.writing() as session:
        found = store.latest_of(session, source, (store.READY, store.ACTIVE))
        if found is not None and found.state == store.READY and request.activate:
            store.activate(session, found.id, now=clock())
            found = store.existing(session, found.id)
        return found


def _staged(
    database: Database, source: store.Source, request: ImportRequest, clock: Callable[[], datetime]
) -> store.Version:
    """The version that an import of the same file left unfinished, or a new one."""
    with database.writing() as session:
        found = store.latest_of(session, source, (store.STAGED,))
        return found or store.add(session, source, name=request.name or source.name, now=clock())


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What an import remembers of all people kept so far: their figures and their numbers."""

    statistics: StatisticsBuilder
    numbers: SeenNumbers


def _gathered_again(people: VersionStore, progress: Progress, report: Report) -> _Gathered:
    """The figures and numbers of the people that an earlier run has kept; empty on a first run."""
    gathered, done = _Gathered(StatisticsBuilder(), SeenNumbers()), 0
    if progress.kept:
        for rows in people.kept(BATCH_ROWS):
            columns = people_columns(rows)
            gathered.statistics.add(columns, register_keys(columns)[0])
            gathered.numbers.add(columns.personal_id)
            done += len(rows)
            report(Step("resuming", done, progress.kept))
    return gathered


def _read(
    people: VersionStore,
    file: RegisterFile,
    request: ImportRequest,
    gathered: _Gathered,
    report: Callable[[Progress], None],
) -> Progress:
    """Read the rows that are left, batch by batch."""
    progress = people.progress()
    if progress.phase != READING:
        return progress
    rows = islice(file.rows(), progress.read, None)
    while chunk := list(islice(rows, BATCH_ROWS)):
        batch = _batch(chunk, request.units_as_of, gathered)
        after = progress._replace(
            read=progress.read + len(chunk),
            kept=progress.kept + len(batch.people),
            rejected=progress.rejected + len(batch.rejects),
            batches=progress.batches + 1,
        )
        people.add(batch, before=progress, after=after)
        progress = after
        report(progress)
    return progress


def _batch(rows: Sequence[SourceRow], units_as_of: date | None, gathered: _Gathered) -> Batch:
    """What some rows say: people, the keys under which they are found, and the rows that are refused."""
    kept: dict[int, tuple[int, Person]] = {}
    rejects: list[Reject] = []
    for row in rows:
        try:
            if row.reason is not None:
                raise InvalidRow(row.field, row.reason)
            person = read_person(row.cells, units_as_of=units_as_of)
            if int(person.personal_id) in kept:
                raise InvalidRow("personal_id", "duplicate")
        except InvalidRow as error:
            rejects.append(Reject(row.line, error.field, error.reason))
        else:
            kept[int(person.personal_id)] = row.line, person
    for number in gathered.numbers.among(np.fromiter(kept, dtype=np.int64, count=len(kept))).tolist():
        rejects.append(Reject(kept.pop(number)[0], "personal_id", "duplicate"))
    persons = [person for _line, person in kept.values()]
    rows_kept = [stored(person) for person in persons]
    columns = people_columns(rows_kept)
    keys, owners = register_keys(columns)
    gathered.statistics.add(columns, keys)
    gathered.numbers.add(columns.personal_id)
    return Batch(
        rows_kept,
        [displayed(person) for person in persons],
        keys.view(np.int64),
        columns.personal_id[owners],
        sorted(rejects),
    )


def displayed(person: Person) -> Display:
    """What is shown of a person beside what is compared."""
    old = [f"{number.kind}:{number.value}" for number in person.old_numbers]
    old += [f"cancelled:{number}" for number in person.cancelled_ids]
    return Display(person.full_name, ";".join(person.other_names), ";".join(old), person.address)


def _refused(people: VersionStore, file: RegisterFile, request: ImportRequest, progress: Progress) -> Path | None:
    """Write the refused rows where the operator wants them."""
    if not progress.rejected or request.refused_to is None:
        return None
    write_refused(request.refused_to, file, people.rejects())
    return request.refused_to


def _check(database: Database, version: int, people: VersionStore, progress: Progress, request: ImportRequest) -> None:
    """Refuse to go on with a file that gave nobody, or that is in doubt."""
    refused_to = "–" if request.refused_to is None else str(request.refused_to)
    with database.writing() as session:
        store.record_counts(session, version, progress)
        if not progress.kept:
            store.condemn(session, version)
    if not progress.kept:
        people.drop()
        if not progress.read:
            raise NothingToImport(read=0)
        raise NothingKept(read=progress.read, refused_to=refused_to)
    if progress.rejected * 100 > request.most_rejects * progress.read and not request.accept_rejects:
        counts = {"read": progress.read, "rejected": progress.rejected}
        raise TooManyRejects(**counts, limit=request.most_rejects, refused_to=refused_to)


def _reading(progress: Progress, total: int) -> Step:
    return Step(READING, progress.read, max(total, progress.read), progress.rejected)
