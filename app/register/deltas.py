"""A file of changes moves the register: who came, changed or went is kept in a version over the one before.

Nothing is written to the version before, so who reads it goes on, and a rollback flips the pointer back. The new
version holds all that has changed since the last one with tables of all people: no look-up goes through more than two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from app.db import Database
from app.register import delta_store, store
from app.register.candidates import name_in_stamps
from app.register.compacting import Made, discard, filled, kept_batch, published, written_anew
from app.register.delta_store import Delta, DeltaCounts
from app.register.errors import ImportUnderWay, NoActiveVersion, NothingToImport, TooManyRejects, VersionOutdated
from app.register.files import OPERATION, RegisterFile, SourceRow
from app.register.importing import BATCH_ROWS, Report, Step, check_target, displayed, rare_collections, rules
from app.register.layers import WHOLE, Layers, layers_of
from app.register.refused import write_refused
from app.register.seen import SeenNumbers
from app.register.version_store import READING, SORTING, Batch, Progress, Reject, StoredRow, VersionStore
from matching.columns import KEYS_VERSION, Ints, stored
from matching.errors import InvalidRow
from matching.normalise.person import read_person, read_personal_id
from matching.normalise.text import fold

UPSERT, REMOVE = "upsert", "remove"
_OPERATIONS: Final = {
    **dict.fromkeys(("", UPSERT, "insert", "update", "them", "sua", "cap nhat", "bo sung", "them moi"), UPSERT),
    **dict.fromkeys((REMOVE, "delete", "xoa", "xoa bo", "go bo"), REMOVE),
}
# What an operator calls a change, by the column that shows it.
_FIELDS: Final = {
    "full_name": "full_name",
    "other_names": "other_names",
    "birth": "birth_date",
    "sex": "sex",
    "old_ids": "old_ids",
    "address": "permanent_address",
    "communes": "commune_code",
    "status": "status",
}
LARGE_SHARE: Final = 0.1  # of the people below: more changes than these are made a version with all people
_MOST_TOLD: Final = 100  # refused rows in an answer
FEW: Final = 50_000  # changes are always left as they are


@dataclass(frozen=True, slots=True)
class DeltaRequest:
    """What an operator says about a file of changes."""

    scope: str | None = None  # None: as before
    name: str | None = None
    units_as_of: date | None = None  # None: as before
    refused_to: Path | None = None
    most_rejects: float = 5.0  # percent
    accept_rejects: bool = False
    dry_run: bool = False
    few: int = FEW


class DeltaOutcome(NamedTuple):
    """What a file of changes led to, or would lead to."""

    version: store.Version | None  # None: nothing was written, as nothing changes or as it was a dry run
    parent: store.Version
    counts: DeltaCounts
    fields: dict[str, int]  # how many people changed in each field
    read: int
    rejected: int
    refused_to: Path | None = None
    repeated: bool = False  # the active version came out of this very file
    refused: tuple[Reject, ...] = ()  # the first of them, and removals of nobody
    compacted: bool = False  # there were so many changes that all people were written anew


def apply_delta(
    database: Database,
    file: RegisterFile,
    request: DeltaRequest,
    *,
    clock: Callable[[], datetime],
    report: Report = lambda step: None,
) -> DeltaOutcome:
    """Make a version out of the active one and a file of changes, and make it the active one.

    ImportUnderWay where the same file is applied once more meanwhile: the later one takes over. RegisterMoved where
    anything else became active.
    """
    check_target(file, request.refused_to)
    content = file.content()
    parent, delta = _parent(database)
    if delta is not None and parent.source_hash == content.digest and not request.dry_run:
        return DeltaOutcome(None, parent, delta.counts, {}, parent.rows_read, parent.rows_rejected, repeated=True)
    units_as_of = request.units_as_of or parent.units_as_of
    scope = request.scope or parent.scope
    with layers_of(database, parent.id) as layers, rare_collections():
        reading = _Reading(layers, units_as_of)
        if request.dry_run:
            for _batch in reading.batches(file, content.rows, report):
                pass
            if not reading.read:
                raise NothingToImport(read=0)
            return reading.outcome(None, parent, _refused(file, request, reading))
        source = store.Source(file.path.name, content.digest, scope, units_as_of, rules())
        version = _staged(database, source, _Descent(parent, delta), request.name or source.name, clock())
        try:
            with closing(store.version_store(database, version.id)) as people:
                keys = _write(people, reading, reading.batches(file, content.rows, report), report)
            refused_to = _refused(file, request, reading)
            _check(reading, request)
        except BaseException as error:
            taken = isinstance(error, Exception) and not _is_there(database, version.id)
            discard(database, version.id)
            if taken:
                raise ImportUnderWay(version=version.id) from None
            raise
        counts = reading.counts()
        if not counts.effect and scope == parent.scope:
            discard(database, version.id)
            return reading.outcome(None, parent, refused_to)
        kept = parent.rows_kept + counts.added - counts.removed
        made = Made(version, parent, reading.read, kept, reading.rejected, keys)
        return _published(database, reading, made, request, clock(), report)._replace(refused_to=refused_to)


class _Descent(NamedTuple):
    """The active version, and how it came out of another one."""

    parent: store.Version
    delta: Delta | None

    @property
    def base_id(self) -> int:
        """The version whose people lie below whatever comes out of this one."""
        return self.parent.id if self.delta is None or self.delta.base_id is None else self.delta.base_id


def _parent(database: Database) -> _Descent:
    """The active version, checked to be made by the rules of this program."""
    with database.reading() as session:
        parent = store.active(session)
        if parent is None:
            raise NoActiveVersion()
        if parent.keys_version != KEYS_VERSION:
            raise VersionOutdated(version=parent.id, found=parent.keys_version, needed=KEYS_VERSION)
        return _Descent(parent, delta_store.found(session, parent.id))


def _staged(database: Database, source: store.Source, descent: _Descent, name: str, now: datetime) -> store.Version:
    """A new version over the one below; what a broken run of the same file left is taken away."""
    with database.reading() as session:
        deltas = delta_store.deltas(session)
        left = [
            version.id
            for version in store.versions(session)
            if version.id in deltas and version.state == store.STAGED and version.source_hash == source.digest
        ]
    for number in left:
        discard(database, number)
    parent = descent.parent
    with database.writing() as session:
        version = store.add(session, source, name=name, now=now)
        below = name_in_stamps(parent, None)
        delta_store.add(session, Delta(version.id, parent.id, below, descent.base_id), version.id)
    return version


def _is_there(database: Database, version_id: int) -> bool:
    """Whether a version that is being made is still there: who applies the same file again takes it for left over."""
    with database.reading() as session:
        return delta_store.found(session, version_id) is not None


@dataclass
class _Reading:
    """What the rows of a file of changes mean to the people of the version before."""

    layers: Layers
    units_as_of: date | None
    read: int = 0
    rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)
    fields: Counter[str] = field(default_factory=Counter)
    masked: list[int] = field(default_factory=list)  # people of the version below who went or changed
    _counts: Counter[str] = field(default_factory=Counter)
    _seen: SeenNumbers = field(default_factory=SeenNumbers)
    _touched: SeenNumbers = field(default_factory=SeenNumbers)

    def counts(self) -> DeltaCounts:
        """People, by what became of them."""
        return DeltaCounts(**self._counts)

    def outcome(
        self, version: store.Version | None, parent: store.Version, refused_to: Path | None = None
    ) -> DeltaOutcome:
        """What was read, in figures."""
        told = tuple(self.rejects[:_MOST_TOLD])
        figures = (self.counts(), dict(self.fields), self.read, self.rejected)
        return DeltaOutcome(version, parent, *figures, refused_to, refused=told)

    def touched(self, numbers: Ints) -> Ints:
        """Those of the numbers whose people the file adds, changes or removes."""
        return self._touched.among(numbers)

    def batches(self, file: RegisterFile, rows: int, report: Report) -> Iterator[Batch]:
        """The people who came or changed."""
        source = file.rows()
        while chunk := list(islice(source, BATCH_ROWS)):
            wanted, refused = self._wanted(chunk)
            self.rejected += len(refused)
            yield self._batch(wanted, refused)
            self.read += len(chunk)
            report(Step(READING, self.read, max(rows, self.read), self.rejected))

    def _wanted(self, chunk: Sequence[SourceRow]) -> tuple[dict[int, tuple[int, StoredRow | None]], list[Reject]]:
        """For each personal number its line, and the row to be kept or None for a removal; and what is refused."""
        wanted: dict[int, tuple[int, StoredRow | None]] = {}
        refused: list[Reject] = []
        for row in chunk:
            try:
                number, kept = self._one(row)
                if number in wanted:
                    raise InvalidRow("personal_id", "duplicate")
                wanted[number] = row.line, kept
            except InvalidRow as error:
                refused.append(Reject(row.line, error.field, error.reason))
        numbers = np.fromiter(wanted, dtype=np.int64, count=len(wanted))
        for number in self._seen.among(numbers).tolist():
            refused.append(Reject(wanted.pop(number)[0], "personal_id", "duplicate"))
        self._seen.add(np.fromiter(wanted, dtype=np.int64, count=len(wanted)))
        return wanted, refused

    def _one(self, row: SourceRow) -> tuple[int, StoredRow | None]:
        if row.reason is not None:
            raise InvalidRow(row.field, row.reason)
        operation = _OPERATIONS.get(fold((row.cells.get(OPERATION) or "").strip()))
        if operation is None:
            raise InvalidRow(OPERATION, "unknown_operation")
        if operation == REMOVE:
            return int(read_personal_id((row.cells.get("personal_id") or "").strip())), None
        person = read_person(row.cells, units_as_of=self.units_as_of)
        return int(person.personal_id), (*stored(person), *displayed(person))

    def _batch(self, wanted: dict[int, tuple[int, StoredRow | None]], refused: list[Reject]) -> Batch:
        """What is to be kept of these people, once it is known who they were."""
        before = self.layers.some(WHOLE, list(wanted))
        kept: list[StoredRow] = []
        moved: list[int] = []
        for number, (line, row) in wanted.items():
            was = before.get(number)
            if row is None and was is None:
                self._counts["unknown"] += 1
                refused.append(Reject(line, "personal_id", "unknown_removal"))
            elif row is None or was is None:
                self._counts["removed" if row is None else "added"] += 1
            elif row == was:
                self._counts["unchanged"] += 1
            else:
                self._counts["changed"] += 1
                self.fields.update(_changed_fields(was, row))
            if row != was:
                moved.append(number)
            if row is not None and row != was:
                kept.append(row)
        self._touched.add(np.array(moved, dtype=np.int64))
        below = self.layers.below or self.layers.own
        self.masked += below.some(("personal_id",), moved)
        refused.sort()
        self.rejects += refused
        return kept_batch(kept, refused)


def _changed_fields(before: StoredRow, after: StoredRow) -> Iterator[str]:
    for name, was, has in zip(WHOLE, before, after, strict=True):
        if was != has and name in _FIELDS:
            yield _FIELDS[name]


def _earlier(reading: _Reading) -> Iterator[Batch]:
    """Earlier changes over the same version below that the file leaves alone."""
    if reading.layers.below is not None:
        for rows in reading.layers.own.ordered(WHOLE, BATCH_ROWS):
            touched = set(reading.touched(np.array([row[0] for row in rows], dtype=np.int64)).tolist())
            yield kept_batch([row for row in rows if row[0] not in touched])


def _write(people: VersionStore, reading: _Reading, fresh: Iterator[Batch], report: Report) -> int:
    """Keep all changes since the version below; how many keys they have."""
    progress = filled(people, chain(fresh, _earlier(reading)), lambda done: None)
    masked = np.array(reading.masked, dtype=np.int64)
    earlier = masked[:0] if reading.layers.below is None else reading.layers.own.masked()
    people.mask(np.union1d(masked, earlier))
    return people.complete(progress, lambda done: report(Step(SORTING, done.keys, 0))).keys


def _published(
    database: Database, reading: _Reading, made: Made, request: DeltaRequest, now: datetime, report: Report
) -> DeltaOutcome:
    """The new version, active: over the one below, or with all people where very much has changed."""
    with database.writing() as session:
        delta_store.record(session, made.version.id, reading.counts(), reading.fields)
        delta = delta_store.found(session, made.version.id)
        store.record_counts(
            session, made.version.id, Progress(read=made.read, kept=made.kept, rejected=made.rejected, keys=made.keys)
        )
    if delta is None:
        discard(database, made.version.id)
        raise ImportUnderWay(version=made.version.id)
    assert delta.base_id is not None
    with layers_of(database, made.version.id) as layers, database.reading() as session:
        changes, below = len(layers.touched()), store.existing(session, delta.base_id).rows_kept
    large = changes > max(request.few, LARGE_SHARE * below)
    if large:
        with database.reading() as session:
            whole = store.existing(session, made.version.id)
        anew = written_anew(database, whole, replace(delta, base_id=None), now, report)
        discard(database, made.version.id)
        made = anew._replace(parent=made.parent)
    version = published(database, made, now)
    return reading.outcome(version, made.parent)._replace(compacted=large)


def _refused(file: RegisterFile, request: DeltaRequest, reading: _Reading) -> Path | None:
    """Write the refused rows, and removals of nobody, where the operator wants them."""
    if not reading.rejects or request.refused_to is None:
        return None
    write_refused(request.refused_to, file, iter(reading.rejects))
    return request.refused_to


def _check(reading: _Reading, request: DeltaRequest) -> None:
    """Refuse to go on with a file that is in doubt."""
    if not reading.read:
        raise NothingToImport(read=0)
    if reading.rejected * 100 > request.most_rejects * reading.read and not request.accept_rejects:
        refused_to = "–" if request.refused_to is None else str(request.refused_to)
        counts = {"read": reading.read, "rejected": reading.rejected}
        raise TooManyRejects(**counts, limit=request.most_rejects, refused_to=refused_to)
