"""The people of a register version as candidates: keys in, persons and clean columns out, straight from SQL.

A person's handle is the personal number. No object is made of a row on the way, and the cap is part of the query, so a
blocking key that half a province shares costs no more than any other.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Engine,
    Select,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.pool import PoolProxiedConnection

from app.db import Database, IdleConnections
from app.register import delta_store, store
from app.register.errors import NoActiveVersion, VersionIncomplete, VersionNotReady, VersionOutdated
from app.register.version_store import StoredRow, VersionStore
from matching.candidates import Found, RegisterStamp
from matching.columns import KEYS_VERSION, Hashes, Ints, PeopleColumns, StoredPerson, people_columns
from matching.overlay import Layer, lookup_both
from matching.pairing import RowSource
from matching.statistics import Statistics

_CHUNK = 5_000  # keys or persons in one statement
_KEYS_AT_ONCE = 32  # in a statement with a part for each


@dataclass(frozen=True)
class SqlCandidates(RowSource):
    """A register version in a database, as a source of candidates; safe to share between threads."""

    people: VersionStore
    stamp: RegisterStamp
    statistics: Statistics

    @abstractmethod
    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people who share each blocking key, at most `cap` for each, the smallest personal numbers first."""

    @abstractmethod
    def found(self, persons: Ints, names: tuple[str, ...]) -> dict[int, StoredRow]:
        """Columns of those of these people who are in the tables, the personal number first, by number."""

    @property
    @abstractmethod
    def layers(self) -> tuple[tuple[VersionStore, Ints], ...]:
        """Where the people are, and whose rows there don't count."""

    def fetch(self, persons: Ints) -> PeopleColumns:
        """The clean columns of these people, in the order given."""
        return people_columns(self._rows(persons, StoredPerson._fields))

    def rows(self, persons: Ints) -> list[StoredRow]:
        """The fields of StoredPerson of these people, in the order given."""
        return self._rows(persons, StoredPerson._fields)

    def display_names(self, persons: Ints) -> Sequence[str]:
        """The names of these people as the register writes them, in the order given."""
        return [row[1] for row in self._rows(persons, ("personal_id", "full_name"))]

    def close(self) -> None:
        """Close the connections that are the version's own."""
        for people, _hidden in self.layers:
            people.close()

    def _rows(self, persons: Ints, names: tuple[str, ...]) -> list[StoredRow]:
        """Columns of these people, in the order given."""
        asked: list[int] = persons.tolist()
        found = self.found(persons, names)
        try:
            return [found[person] for person in asked]
        except KeyError:
            missing = len(set(asked) - found.keys())
            raise VersionIncomplete(version=self.people.version, missing=missing) from None


class TableCandidates(SqlCandidates):
    """Candidates from the tables of one version."""

    @property
    def layers(self) -> tuple[tuple[VersionStore, Ints], ...]:
        """All rows count."""
        return ((self.people, np.empty(0, dtype=np.int64)),)

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people who share each blocking key, at most `cap` for each, the smallest personal numbers first."""
        asked: list[int] = keys.view(np.int64).tolist()
        found: list[list[int]] = []
        with self._cursor() as cursor:
            for start in range(0, len(asked), _CHUNK):
                found += self._behind(cursor, asked[start : start + _CHUNK], cap + 1)
        kept = [persons[:cap] for persons in found]
        offsets = np.array([0, *accumulate(map(len, kept))], dtype=np.int64)
        truncated = np.array([len(persons) > cap for persons in found], dtype=np.bool_)
        return Found(offsets, np.array(list(chain.from_iterable(kept)), dtype=np.int64), truncated)

    def found(self, persons: Ints, names: tuple[str, ...]) -> dict[int, StoredRow]:
        """Columns of those of these people who are in the table, by number."""
        asked: list[int] = persons.tolist()
        found: dict[int, StoredRow] = {}
        statement = self._statement(names)
        with self._cursor() as cursor:
            for start in range(0, len(asked), _CHUNK):
                cursor.execute(statement, self._parameters(asked[start : start + _CHUNK]))
                found.update((row[0], row) for row in cursor.fetchall())
        return found

    @abstractmethod
    def _cursor(self) -> AbstractContextManager[DBAPICursor]:
        """A cursor of the driver, outside any transaction: what it reads never changes while the version lives."""

    @abstractmethod
    def _behind(self, cursor: DBAPICursor, keys: list[int], most: int) -> list[list[int]]:
        """The persons behind each key, ascending, at most so many."""

    @abstractmethod
    def _asked_for(self) -> Any:
        """The condition that a person is one of those asked for."""

    @abstractmethod
    def _parameters(self, persons: list[int]) -> Any:
        """The persons asked for as the parameters of a statement."""

    @cached_property
    def _statements(self) -> dict[tuple[str, ...], str]:
        return {}

    def _statement(self, names: tuple[str, ...]) -> str:
        """The statement that asks for columns of people, made once."""
        if names not in self._statements:
            table = self.people.tables.people
            self._statements[names] = self._compiled(
                select(*(table.c[name] for name in names)).where(self._asked_for())
            )
        return self._statements[names]

    def _compiled(self, query: Select[Any] | CompoundSelect[Any]) -> str:
        return str(query.compile(dialect=self.people.engine.dialect))


class _FileCursor(AbstractContextManager[DBAPICursor]):
    """A cursor past SQLAlchemy's connection, which would cost more than the look-up of a key (130 µs against 12 µs).

    And past its pool, where a connection is at hand (30 µs). Two generators would take the time of a further look-up.
    """

    __slots__ = ("_connection", "_idle", "_people")

    def __init__(self, people: VersionStore, idle: IdleConnections) -> None:
        self._people, self._idle = people, idle
        self._connection: PoolProxiedConnection | None = None

    def __enter__(self) -> DBAPICursor:
        self._connection = self._idle.taken()
        if self._connection is None:
            with self._people.answering():
                self._connection = self._people.engine.raw_connection()
        return self._connection.cursor()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self._connection is None:
            return
        if error is None:
            self._idle.give(self._connection)
            return
        self._connection.close()
        self._idle.clear()  # what is put back is read through new connections
        with self._people.answering():
            raise error


class SqliteCandidates(TableCandidates):
    """Candidates from a file: one statement for the few keys of a land user takes half the time of one for each."""

    @cached_property
    def _idle(self) -> IdleConnections:
        return IdleConnections()

    def _cursor(self) -> AbstractContextManager[DBAPICursor]:
        return _FileCursor(self.people, self._idle)

    def close(self) -> None:
        """Close the connections that are the version's own."""
        self._idle.close()
        super().close()

    @cached_property
    def _behind_sqls(self) -> dict[int, str]:
        return {}

    def _behind_sql(self, size: int) -> str:
        """The statement for so many keys: the place of each, and a person behind it."""
        if size not in self._behind_sqls:
            self._behind_sqls[size] = self._compiled(union_all(*(self._behind_one(place) for place in range(size))))
        return self._behind_sqls[size]

    def _behind_one(self, place: int) -> Select[Any]:
        keys = self.people.tables.keys
        query = select(keys.c.person).where(keys.c.key == bindparam(f"key_{place}")).order_by(keys.c.person)
        found = query.limit(bindparam(f"most_{place}")).subquery(f"found_{place}")
        return select(literal_column(str(place)), found.c.person)

    def _behind(self, cursor: DBAPICursor, keys: list[int], most: int) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in keys]
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            some = keys[start : start + _KEYS_AT_ONCE]
            # The dialect always writes an offset.
            cursor.execute(self._behind_sql(len(some)), [value for key in some for value in (key, most, 0)])
            for place, person in cursor.fetchall():
                found[start + place].append(person)
        for persons in found:
            persons.sort()  # each key's were asked for in order; that they come so is SQLite's habit, not its word
        return found

    def _asked_for(self) -> Any:
        asked = func.json_each(bindparam("persons")).table_valued("value")
        return self.people.tables.people.c.personal_id.in_(select(asked.c.value))

    def _parameters(self, persons: list[int]) -> Any:
        return (str(persons),)  # a list of integers is its own JSON


class PostgresCandidates(TableCandidates):
    """Candidates from a server: one statement for all keys, for the way there costs more than the search."""

    @cached_property
    def _autocommit(self) -> Engine:
        return self.people.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _cursor(self) -> Iterator[DBAPICursor]:
        with (
            self.people.answering(),
            self._autocommit.connect() as connection,
            closing(connection.connection.cursor()) as cursor,
        ):
            yield cursor

    @cached_property
    def _behind_sql(self) -> str:
        keys = self.people.tables.keys
        listed = func.unnest(cast(bindparam("keys"), ARRAY(BigInteger)))
        asked = listed.table_valued("key", with_ordinality="position").render_derived("asked")
        found = select(keys.c.person).where(keys.c.key == asked.c.key).order_by(keys.c.person)
        capped = found.limit(bindparam("most")).lateral("found")
        query = select(asked.c.position, capped.c.person).select_from(asked.join(capped, true()))
        return self._compiled(query)

    def _behind(self, cursor: DBAPICursor, keys: list[int], most: int) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in keys]
        cursor.execute(self._behind_sql, {"keys": keys, "most": most})
        for position, person in cursor.fetchall():
            found[position - 1].append(person)
        return found

    def _asked_for(self) -> Any:
        return self.people.tables.people.c.personal_id == any_(cast(bindparam("persons"), ARRAY(BigInteger)))

    def _parameters(self, persons: list[int]) -> Any:
        return {"persons": persons}


@dataclass(frozen=True)
class LayeredCandidates(SqlCandidates):
    """Candidates from a version that holds only what has changed since the one below."""

    own: TableCandidates
    below: TableCandidates

    @cached_property
    def layers(self) -> tuple[tuple[VersionStore, Ints], ...]:
        """The people of the version below who went or changed are hidden there."""
        return ((self.below.people, self.people.masked()), (self.people, np.empty(0, dtype=np.int64)))

    def close(self) -> None:
        """Close the connections that are the two versions' own."""
        self.own.close()
        self.below.close()

    @cached_property
    def _numbers(self) -> Ints:
        return self.people.numbers()

    def lookup(self, keys: Hashes, *, cap: int) -> Found:
        """The people who share each blocking key, at most `cap` for each, the smallest personal numbers first."""
        hidden = self.layers[0][1]
        below = Layer(self.below, lambda persons: ~among(persons, hidden), _same)
        own = Layer(self.own, lambda persons: np.ones(len(persons), dtype=np.bool_), _same)
        return lookup_both(below, own, keys, cap=cap)

    def found(self, persons: Ints, names: tuple[str, ...]) -> dict[int, StoredRow]:
        """Columns of those of these people who are in the version, by number."""
        own = among(persons, self._numbers)
        if own.all():
            return self.own.found(persons, names)
        below = persons[~own & ~among(persons, self.layers[0][1])]
        found = self.below.found(below, names)
        return found | self.own.found(persons[own], names) if own.any() else found


def _same(persons: Ints) -> Ints:
    return persons


def among(numbers: Ints, known: Ints) -> NDArray[np.bool_]:
    """Which of the numbers are among those known, which are ascending."""
    if not len(known):
        return np.zeros(len(numbers), dtype=np.bool_)
    found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, numbers), len(known) - 1)] == numbers
    return found


def active_candidates(database: Database) -> SqlCandidates:
    """The candidates of the active version."""
    with database.reading() as session:
        version = store.active(session)
    if version is None:
        raise NoActiveVersion()
    return candidates_of(database, version.id)


def candidates_of(database: Database, version_id: int) -> SqlCandidates:
    """The candidates of one complete version."""
    with database.reading() as session:
        version = store.existing(session, version_id)
        content = store.statistics(session, version_id)
        delta = delta_store.found(session, version_id)
    if content is None or version.statistics is None:
        raise VersionNotReady(version=version_id, state=version.state)
    if version.keys_version != KEYS_VERSION:
        raise VersionOutdated(version=version_id, found=version.keys_version, needed=KEYS_VERSION)
    kind = SqliteCandidates if database.is_sqlite else PostgresCandidates
    stamp = RegisterStamp(name_in_stamps(version, delta), version.scope, version.statistics)
    people, statistics = store.version_store(database, version_id), Statistics.from_bytes(content)
    own = kind(people, stamp, statistics)
    if delta is None or delta.base_id is None:
        return own
    below = kind(store.version_store(database, delta.base_id), stamp, statistics)
    return LayeredCandidates(people, stamp, statistics, own, below)


def name_in_stamps(version: store.Version, delta: delta_store.Delta | None) -> str:
    """The name of a version in answers: its number and file, and of changes also what they were made to."""
    name = f"{version.id}:{version.source_hash[:12]}"
    return name if delta is None else f"{name}@{delta.parent_name}"
