"""The contract of a candidate source, the same for every store: SQLite, PostgreSQL, memory, snapshot, and deltas."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.db import Database, make_engine
from app.migrations import upgrade
from app.register.candidates import SqlCandidates, active_candidates, candidates_of
from app.register.errors import NoActiveVersion, VersionNotReady
from app.register.files import COLUMNS
from app.register.importing import Step
from app.register.version_store import Display
from app.tables import DISPLAY_COLUMNS, version_tables
from matching.block import register_keys
from matching.candidates import CandidateSource, Found, MemoryCandidates, find_candidates
from matching.columns import Hashes, PeopleColumns, StoredPerson, stored
from matching.land_columns import land_columns
from matching.normalise.person import read_person
from matching.overlay import OverlaidSnapshot, write_overlay
from matching.snapshot import SnapshotCandidates, SnapshotRow, write_snapshot
from tests.app.register.rows import Row, WriteCsv, a_row, run_import, some_rows
from tests.factories import subject

# Forty namesakes born on one day share blocking keys, thirty of another name a year and a few communes; two more people
# have numbers and names of every kind.
ROWS: list[Row] = [
    *(a_row(serial, full_name="Trần Văn Ba", birth_date="1985-07-20") for serial in range(1, 41)),
    *(
        a_row(
            serial,
            full_name="Lê Văn Tám",
            birth_date="1970" if serial % 10 == 0 else f"1970-{serial % 12 + 1:02d}-{serial % 3 + 1:02d}",
            commune_code=("25084", "25018", "00004")[serial % 3],
        )
        for serial in range(50, 80)
    ),
    a_row(90, full_name="K'Brếu Y Ngông Niê Kdăm", birth_date="1985", sex="", old_ids="", status="deceased"),
    a_row(
        91,
        full_name="Lê Thị Hồng",
        other_names="Lê Thị Hường;Lê Hồng",
        old_ids="cmnd9:250123456;passport:B1234567;cancelled:068185000077",
        personal_id="068185000091",
        sex="female",
    ),
]


def _sql(url: str, tmp_path: Path, write_csv: WriteCsv) -> Iterator[SqlCandidates]:
    database = Database(make_engine(url))
    upgrade(database)
    run_import(database, write_csv(ROWS[::-1]))
    source = active_candidates(database)
    yield source
    source.close()
    database.close()


def _snapshot(folder: Path) -> SnapshotCandidates:
    people = sorted((read_person(row) for row in ROWS), key=lambda person: person.personal_id)
    rows = [SnapshotRow(stored(person), person.full_name) for person in people]
    memory = MemoryCandidates(people, scope="Lâm Đồng, 01/11/2026")
    write_snapshot(folder, [rows[:7], rows[7:]], statistics=memory.statistics, stamp=memory.stamp)
    return SnapshotCandidates(folder)


def _overlay(folder: Path) -> OverlaidSnapshot:
    """The same people, of whom some were others before, some came since, and one who was there is gone."""
    after = sorted((read_person(row) for row in ROWS), key=lambda person: person.personal_id)
    gone = read_person(a_row(45, full_name="Trần Văn Ba", birth_date="1985-07-20"))
    changed = [read_person(row | {"full_name": "Lê Văn Tám", "birth_date": "1970"}) for row in ROWS[3:30:4]]
    renewed = {person.personal_id for person in changed}
    fresh = {person.personal_id for person in after[1::9]} - renewed
    before = [person for person in after if person.personal_id not in renewed | fresh]
    memory = MemoryCandidates(after, scope="Lâm Đồng, 01/11/2026")
    first, second = folder / "1", folder / "2"
    people = sorted([*before, *changed, gone], key=lambda person: person.personal_id)
    rows = [SnapshotRow(stored(person), person.full_name) for person in people]
    write_snapshot(first, [rows], statistics=memory.statistics, stamp=memory.stamp)
    own = [SnapshotRow(stored(person), person.full_name) for person in after if person.personal_id in renewed | fresh]
    hidden = np.array([int(number) for number in (*renewed, gone.personal_id)])
    write_overlay(second, first, [own[:3], own[3:]], hidden=hidden, stamp=memory.stamp)
    return OverlaidSnapshot(second)


@pytest.fixture(params=["memory", "snapshot", "overlay", "sqlite", "postgresql"])
def source(request: pytest.FixtureRequest, tmp_path: Path, write_csv: WriteCsv) -> Iterator[CandidateSource]:
    """The same people in every store."""
    if request.param == "memory":
        yield MemoryCandidates([read_person(row) for row in ROWS], scope="Lâm Đồng, 01/11/2026")
    elif request.param == "snapshot":
        yield _snapshot(tmp_path / "snapshot")
    elif request.param == "overlay":
        yield _overlay(tmp_path)
    else:
        yield from _sql(request.getfixturevalue(f"{request.param}_url"), tmp_path, write_csv)


@pytest.fixture(scope="module")
def memory() -> MemoryCandidates:
    """What every store has to agree with."""
    return MemoryCandidates([read_person(row) for row in ROWS], scope="Lâm Đồng, 01/11/2026")


def _everybody(source: CandidateSource, memory: MemoryCandidates) -> PeopleColumns:
    """All people, found by all their keys."""
    found = source.lookup(_all_keys(memory), cap=100)
    return source.fetch(np.unique(found.persons))


def _all_keys(memory: MemoryCandidates) -> Hashes:
    return np.unique(register_keys(memory.fetch(np.arange(len(ROWS))))[0])


def _numbers(source: CandidateSource, found: Found) -> list[list[int]]:
    numbers = source.fetch(found.persons).personal_id.tolist()
    return [numbers[start:end] for start, end in zip(found.offsets, found.offsets[1:], strict=False)]


def _syllables(people: PeopleColumns) -> list[list[str]]:
    return [[people.names.syllables[code] for code in codes if code >= 0] for codes in people.names.codes.tolist()]


def _same(one: PeopleColumns, other: PeopleColumns) -> None:
    assert _syllables(one) == _syllables(other)
    for name in ("personal_id", "year", "month", "day", "sex", "status"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for name in ("length", "written", "key", "folded", "sorted", "surname", "given"):
        np.testing.assert_array_equal(getattr(one.names, name), getattr(other.names, name), err_msg=name)
    for name in ("others", "numbers"):
        np.testing.assert_array_equal(getattr(one, name).values, getattr(other, name).values, err_msg=name)
        np.testing.assert_array_equal(getattr(one, name).offsets, getattr(other, name).offsets, err_msg=name)


def test_everybody_is_found_with_the_same_clean_columns(source: CandidateSource, memory: MemoryCandidates) -> None:
    everybody = _everybody(source, memory)
    assert len(everybody) == len(ROWS)
    _same(everybody, memory.fetch(np.arange(len(ROWS))))


def test_each_key_finds_the_same_people_in_the_order_of_their_numbers(
    source: CandidateSource, memory: MemoryCandidates
) -> None:
    keys = _all_keys(memory)
    found = source.lookup(keys, cap=100)
    assert _numbers(source, found) == _numbers(memory, memory.lookup(keys, cap=100))
    assert all(numbers == sorted(numbers) for numbers in _numbers(source, found))
    assert not found.truncated.any()


@pytest.mark.parametrize("cap", [1, 39, 40, 41])
def test_a_key_shared_by_more_people_than_the_cap_is_cut_and_says_so(
    source: CandidateSource, memory: MemoryCandidates, cap: int
) -> None:
    keys = _all_keys(memory)
    found, expected = source.lookup(keys, cap=cap), memory.lookup(keys, cap=cap)
    assert _numbers(source, found) == _numbers(memory, expected)
    assert found.truncated.tolist() == expected.truncated.tolist()
    assert found.truncated.any() == (cap < 40)
    assert np.diff(found.offsets).max() <= cap


@pytest.mark.parametrize("cap", [2, 5, 12, 100])
def test_keys_that_many_share_are_narrowed_alike_by_every_store(
    source: CandidateSource, memory: MemoryCandidates, cap: int
) -> None:
    births = ("1970", "1970-03-01", "1970-02-05", "1985-07-20", "")
    places = ((), ("25084",), ("25018", "25084"), ("00004",))
    land = land_columns(
        [
            subject(name, (number,) if number else (), birth, communes=communes)
            for name in ("Lê Văn Tám", "Trần Văn Ba")
            for number in ("", "068085000059")
            for birth in births
            for communes in places
        ]
    )
    found, expected = (find_candidates(land, each, cap=cap) for each in (source, memory))
    numbers, wanted = (
        each.fetch(pairs.persons).personal_id.tolist() for each, pairs in ((source, found), (memory, expected))
    )
    assert list(zip(found.rows.tolist(), numbers, found.rules.tolist(), strict=True)) == list(
        zip(expected.rows.tolist(), wanted, expected.rules.tolist(), strict=True)
    )
    assert (found.narrowed.tolist(), found.cut.tolist()) == (expected.narrowed.tolist(), expected.cut.tolist())
    assert found.narrowed.any() == (cap < 40)


def test_keys_may_be_unknown_repeated_and_in_any_order(source: CandidateSource, memory: MemoryCandidates) -> None:
    known = _all_keys(memory)
    unknown = np.array([0, 1, 2**63, 2**64 - 1], dtype=np.uint64)
    keys = np.concatenate([unknown[:2], known[::-1], known[:3], unknown[2:]])
    found = source.lookup(keys, cap=100)
    assert len(found.offsets) == len(keys) + 1
    assert _numbers(source, found) == _numbers(memory, memory.lookup(keys, cap=100))


def test_no_keys_find_nobody(source: CandidateSource) -> None:
    found = source.lookup(np.empty(0, dtype=np.uint64), cap=10)
    assert (found.offsets.tolist(), len(found.persons), len(found.truncated)) == ([0], 0, 0)
    assert len(source.fetch(found.persons)) == 0
    assert list(source.display_names(found.persons)) == []


def test_people_come_in_the_order_asked_for_and_as_often(source: CandidateSource, memory: MemoryCandidates) -> None:
    persons = np.unique(source.lookup(_all_keys(memory), cap=100).persons)
    asked = np.concatenate([persons[::-1], persons[:2], persons[:2]])
    everybody = source.fetch(persons).personal_id
    expected = np.concatenate([everybody[::-1], everybody[:2], everybody[:2]])
    assert source.fetch(asked).personal_id.tolist() == expected.tolist()
    assert source.display_names(asked)[0] == "Lê Thị Hồng"


def test_the_types_are_those_of_the_protocol(source: CandidateSource, memory: MemoryCandidates) -> None:
    found = source.lookup(_all_keys(memory), cap=3)
    assert (found.offsets.dtype, found.persons.dtype, found.truncated.dtype) == (np.int64, np.int64, np.bool_)


def test_the_stamp_names_the_scope_and_the_statistics(source: CandidateSource, memory: MemoryCandidates) -> None:
    assert source.stamp.scope == "Lâm Đồng, 01/11/2026"
    assert source.stamp.statistics == source.statistics.digest == memory.statistics.digest
    assert source.stamp.version


def test_a_batch_of_many_keys_is_like_many_batches(source: CandidateSource, memory: MemoryCandidates) -> None:
    keys = np.resize(_all_keys(memory), 12_000)
    found = source.lookup(keys, cap=2)
    assert found.offsets[-1] == np.minimum(np.diff(memory.lookup(keys, cap=2).offsets), 2).sum()
    assert len(source.fetch(found.persons)) == len(found.persons)


def test_many_ask_one_source_at_once_and_each_gets_its_own_answer(
    source: CandidateSource, memory: MemoryCandidates
) -> None:
    keys = _all_keys(memory)
    alone = [source.lookup(keys[start : start + 40], cap=5) for start in range(20)]
    found: list[Found | None] = [None] * len(alone)

    def asks(start: int) -> None:
        found[start] = source.lookup(keys[start : start + 40], cap=5)

    threads = [threading.Thread(target=asks, args=(start,)) for start in range(len(alone))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(alone, found, strict=True):
        assert other is not None
        for before, now in zip(one, other, strict=True):
            np.testing.assert_array_equal(before, now)


def test_a_source_that_was_closed_answers_whoever_still_asks(source: CandidateSource, memory: MemoryCandidates) -> None:
    if isinstance(source, SqlCandidates):
        keys = _all_keys(memory)
        before = source.lookup(keys, cap=5)
        source.close()
        for _ in range(2):
            np.testing.assert_array_equal(source.lookup(keys, cap=5).persons, before.persons)


def test_without_a_register_there_are_no_candidates(database: Database) -> None:
    with pytest.raises(NoActiveVersion) as refused:
        active_candidates(database)
    assert "khop register import" in refused.value.explained("en")


def test_an_unfinished_version_offers_no_candidates(database: Database, write_csv: WriteCsv) -> None:
    seen: list[str] = []

    def ask(_step: Step) -> None:
        with pytest.raises(VersionNotReady) as refused:
            candidates_of(database, 1)
        seen.append(refused.value.code)

    run_import(database, write_csv(some_rows(3)), report=ask)
    assert set(seen) == {"register.version_not_ready"}


def test_the_active_version_answers_while_another_is_imported(
    database: Database, write_csv: WriteCsv, memory: MemoryCandidates
) -> None:
    """Given readers in threads of their own, none waits for the import and none sees a half-made version."""
    run_import(database, write_csv(ROWS, "first.csv"))
    source = active_candidates(database)
    keys = _all_keys(memory)
    expected = _numbers(source, source.lookup(keys, cap=100))
    stop, answers, failures = threading.Event(), [0, 0], list[BaseException]()

    def ask(number: int) -> None:
        try:
            while not stop.is_set() or not answers[number]:
                assert _numbers(source, source.lookup(keys, cap=100)) == expected
                answers[number] += 1
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    second = run_import(database, write_csv(some_rows(3_000), "second.csv"))
    stop.set()
    for thread in threads:
        thread.join()
    source.close()
    assert failures == []
    assert min(answers) > 0
    fresh = active_candidates(database)
    assert fresh.stamp.version.startswith(f"{second.version.id}:")
    fresh.close()


def test_the_columns_of_a_file_are_those_that_a_row_reads() -> None:
    assert set(a_row()) == set(COLUMNS)


def test_the_table_of_people_begins_with_the_columns_of_the_kernel() -> None:
    names = version_tables(1).people.columns.keys()
    assert tuple(names[: len(StoredPerson._fields)]) == StoredPerson._fields
    assert tuple(names[len(StoredPerson._fields) :]) == DISPLAY_COLUMNS == Display._fields
