"""Findings that only the whole file shows (DOMAIN 7, S2): over columns of integers, in memory of 48 bytes a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.engines.clean_values import NAME, NUMBER, OLD_NUMBER
from app.engines.result_chunks import OWN, ROW
from app.files.results import FILE_FINDINGS

CODES: Final = FILE_FINDINGS
ONE_NUMBER_MANY, MANY_IDS, REPEATED = CODES
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
# A code of three bits for each combination of findings, in the order of CODES.
_TEXTS: Final = tuple(";".join(code for bit, code in enumerate(CODES) if mask >> bit & 1) or None for mask in range(8))


class FileFindings(NamedTuple):
    """The column of file findings, and how many result rows have each."""

    texts: Any  # pyarrow.StringArray
    counts: Mapping[str, int]


class Gathered:
    """The columns that the whole file is compared by, result row by result row."""

    def __init__(self, *, rows_are_parcels: bool) -> None:
        self.rows_are_parcels = rows_are_parcels
        self._columns: dict[str, list[Ints]] = {}
        self._inputs = 0

    def add(self, table: Any) -> None:
        """Take the result rows of the next chunk."""
        for name in (NUMBER, OLD_NUMBER, NAME, ROW, OWN):
            column = table[name].combine_chunks().fill_null(0)
            self._columns.setdefault(name, []).append(column.to_numpy(zero_copy_only=False))
        person = pc.cast(table["personal_id"].combine_chunks(), pa.int64()).fill_null(0)
        self._columns.setdefault("person", []).append(person.to_numpy(zero_copy_only=False))
        read = table[NUMBER].combine_chunks().is_valid()
        self._columns.setdefault("read", []).append(read.to_numpy(zero_copy_only=False))
        rows = table["source_row"].combine_chunks().to_numpy(zero_copy_only=False)
        # Counted over all sheets; the land users of one input row follow each other.
        inputs = self._inputs + np.cumsum(np.concatenate(([1], rows[1:] != rows[:-1])), dtype=np.int64)
        self._inputs = int(inputs[-1])
        self._columns.setdefault("input", []).append(inputs)

    def take(self, name: str) -> Any:
        """One column as a whole; it is held no longer in pieces."""
        pieces = self._columns.pop(name, [])
        return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)


def file_findings(gathered: Gathered) -> FileFindings:
    """What the whole file shows of each result row."""
    person, name = gathered.take("person"), gathered.take(NAME)
    number, old = gathered.take(NUMBER), gathered.take(OLD_NUMBER)
    marks = {ONE_NUMBER_MANY: _shared(number, person, name) | _shared(old, person, name)}
    del number, old, name
    marks[MANY_IDS] = _many_ids(person, gathered.take(OWN), parcels=gathered.rows_are_parcels)
    del person
    marks[REPEATED] = _repeated(gathered.take(ROW), gathered.take("input"), gathered.take("read").astype(np.bool_))
    codes = sum(marks[code].astype(np.int8) << bit for bit, code in enumerate(CODES))
    texts = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), pa.array(_TEXTS, pa.string()))
    return FileFindings(texts.cast(pa.string()), {code: int(marks[code].sum()) for code in CODES})


def _shared(number: Ints, person: Ints, name: Ints) -> Marks:
    """Result rows whose number stands beside different people in this file (S2a).

    Two rows are of one person if they were matched to one, or if their names agree without accents; a row without a
    name accuses nobody.
    """
    marks = np.zeros(len(number), dtype=np.bool_)
    rows = _met_again(np.flatnonzero((number != 0) & ((person != 0) | (name != 0))), number)
    rows = _doubtful(rows, number, person, name)
    order = rows[np.lexsort((name[rows], number[rows]))]
    if not len(order):
        return marks
    numbers, people, names = number[order], person[order], name[order]
    first = _starts(numbers, names)
    # Rows of one number and one name are of one person: the one whom any of them was matched to.
    matched = np.maximum.reduceat(people, first)
    several = matched != np.minimum.reduceat(
        np.where(people == 0, matched.repeat(_sizes(first, len(people))), people), first
    )
    # Below zero stand those who are known by name alone: no hash of a name may pass for a person's number.
    who = np.where(matched != 0, matched, names[first] | np.iinfo(np.int64).min)
    groups = _starts(numbers[first])
    differ = (np.maximum.reduceat(who, groups) != np.minimum.reduceat(who, groups)) | np.logical_or.reduceat(
        several, groups
    )
    marks[order] = differ.repeat(_sizes(groups, len(first))).repeat(_sizes(first, len(order)))
    return marks


def _doubtful(rows: Ints, number: Ints, person: Ints, name: Ints) -> Ints:
    """The rows, ascending by number, whose number isn't plainly one person's: most are, and need no further sorting."""
    if not len(rows):
        return rows
    starts = _starts(number[rows])
    people, names = person[rows], name[rows]
    plain = _alike(people, starts) & ((people[starts] != 0) | _alike(names, starts))
    found: Ints = rows[~plain.repeat(_sizes(starts, len(rows)))]
    return found


def _alike(values: Ints, starts: Ints) -> Marks:
    """For each group whether all of its values are the same."""
    alike: Marks = np.minimum.reduceat(values, starts) == np.maximum.reduceat(values, starts)
    return alike


def _many_ids(person: Ints, own: Ints, *, parcels: bool) -> Marks:
    """Result rows of a person who has several land-user ids in this file (S2b).

    Where rows are parcels and most people with several rows have an id for each, ids number rows, not land users: one
    person on ten parcels is normal.
    """
    marks = np.zeros(len(person), dtype=np.bool_)
    rows = _met_again(np.flatnonzero((person != 0) & (own != 0)), person)
    if not len(rows):
        return marks
    groups = _starts(person[rows])
    sizes = _sizes(groups, len(rows))
    if parcels:
        twice = np.zeros(len(person), dtype=np.bool_)  # rows whose id an earlier one of the same person has
        again = _met_again(rows, own)
        order = again[np.lexsort((own[again], person[again]))]
        twice[order] = _changes(person[order], own[order]) == 0
        each_its_own = ~np.logical_or.reduceat(twice[rows], groups)
        if np.count_nonzero(each_its_own) > len(groups) / 2:
            return marks
    marks[rows] = ~_alike(own[rows], groups).repeat(sizes)
    return marks


def _repeated(row: Ints, inputs: Ints, read: Marks) -> Marks:
    """Result rows of input rows that say what an earlier one said (S2c)."""
    marks = np.zeros(len(row), dtype=np.bool_)
    order = _met_again(np.flatnonzero(read), row)
    if not len(order):
        return marks
    groups = _starts(row[order])
    earliest = np.minimum.reduceat(inputs[order], groups).repeat(_sizes(groups, len(order)))
    marks[order] = inputs[order] > earliest
    return marks


def _met_again(rows: Ints, keys: Ints) -> Ints:
    """The rows whose key another of them has too, ascending by key: the others need no sorting by a second key."""
    order = rows[np.argsort(keys[rows])]
    starts = _starts(keys[order])
    sizes = _sizes(starts, len(order))
    return order[(sizes > 1).repeat(sizes)]


def _changes(*keys: Ints) -> Ints:
    """One where in sorted keys a new one begins, else zero."""
    new = np.ones(len(keys[0]), dtype=np.int64)
    new[1:] = 0
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return new


def _starts(*keys: Ints) -> Ints:
    """Where in sorted keys a new one begins."""
    return np.flatnonzero(_changes(*keys))


def _sizes(starts: Ints, length: int) -> Ints:
    return np.diff(np.append(starts, length))
