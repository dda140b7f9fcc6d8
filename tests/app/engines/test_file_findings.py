"""What only the whole file shows: one number on different people, one person under several ids, repeated rows."""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engines.clean_values import NAME, NUMBER, OLD_NUMBER
from app.engines.file_findings import Gathered, file_findings
from app.engines.result_chunks import OWN, ROW


class Line(NamedTuple):
    """A result row with every field defaulted; zero is nothing."""

    number: int = 0
    person: int = 0
    name: int = 7
    own: int = 0
    row: int = 0
    old: int = 0
    read: bool = True
    source_row: int = 0


def found(*lines: Line, parcels: bool = False, chunk: int = 100) -> list[str | None]:
    """The file findings of these result rows, gathered chunk by chunk."""
    gathered = Gathered(rows_are_parcels=parcels)
    rows = [
        line._replace(row=line.row or 1_000 + at, source_row=line.source_row or at) for at, line in enumerate(lines)
    ]
    for start in range(0, len(rows), chunk):
        gathered.add(_table(rows[start : start + chunk]))
    texts: list[str | None] = file_findings(gathered).texts.to_pylist()
    return texts


def _table(lines: list[Line]) -> pa.Table:
    def column(name: str) -> pa.Array:
        return pa.array([getattr(line, name) if line.read else None for line in lines], pa.int64())

    people = [f"{line.person:012d}" if line.person and line.read else None for line in lines]
    return pa.table(
        {
            NUMBER: column("number"),
            OLD_NUMBER: column("old"),
            NAME: column("name"),
            OWN: column("own"),
            ROW: pa.array([line.row for line in lines], pa.int64()),
            "personal_id": pa.array(people, pa.string()),
            "source_row": pa.array([line.source_row for line in lines], pa.int64()),
        }
    )


def test_a_number_beside_different_people_is_found_on_all_its_rows() -> None:
    assert found(Line(1, person=5), Line(1, name=8), Line(2, person=5)) == ["S2a", "S2a", None]
    assert found(Line(1, person=5), Line(1, person=6)) == ["S2a", "S2a"]
    assert found(Line(old=3, name=8), Line(old=3, name=9)) == ["S2a", "S2a"]


def test_a_number_beside_one_person_accuses_nobody() -> None:
    # Matched to one person however the name is spelt; unmatched with the name of the matched one; or without a name.
    assert found(Line(1, person=5, name=7), Line(1, person=5, name=8), Line(1, name=8)) == [None] * 3
    assert found(Line(1, name=7), Line(1, name=0), Line(1, name=7)) == [None] * 3


def test_a_person_with_several_ids_is_found_where_ids_name_land_users() -> None:
    assert found(Line(person=5, own=1), Line(person=5, own=2), Line(person=6, own=3)) == ["S2b", "S2b", None]


def test_one_person_on_ten_parcels_is_normal() -> None:
    rows = [Line(person=5, own=1 + at) for at in range(10)]
    assert found(*rows, parcels=True) == [None] * 10
    # But where others keep one id over their parcels, ids name land users.
    same = [Line(person=6 + at // 2, own=100 + at // 2) for at in range(6)]
    assert found(Line(person=5, own=1), Line(person=5, own=2), *same, parcels=True) == ["S2b", "S2b", *[None] * 6]


def test_the_first_of_repeated_rows_is_not_the_repeated_one() -> None:
    assert found(Line(row=9), Line(row=8), Line(row=9), Line(row=9)) == [None, None, "S2c", "S2c"]


def test_several_land_users_of_one_row_do_not_repeat_each_other() -> None:
    couple = [Line(row=9, source_row=4), Line(row=9, source_row=4)]
    assert found(*couple) == [None, None]
    assert found(*couple, Line(row=9, source_row=5), Line(row=9, source_row=5)) == [None, None, "S2c", "S2c"]


def test_rows_that_hold_nobody_have_no_findings() -> None:
    assert found(Line(1, person=5), Line(1, read=False), Line(row=3, read=False), Line(row=3, read=False)) == [None] * 4


_lines = st.lists(
    st.builds(
        Line,
        number=st.integers(0, 3),
        person=st.integers(0, 3),
        name=st.integers(0, 3),
        own=st.integers(0, 3),
        row=st.integers(1, 4),
        old=st.integers(0, 2),
        read=st.booleans(),
    ),
    max_size=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a crowded machine proves nothing
@given(lines=_lines, chunk=st.integers(1, 12))
def test_the_columns_find_what_a_look_at_each_pair_finds(lines: list[Line], chunk: int) -> None:
    numbered = [line._replace(source_row=at) for at, line in enumerate(lines)]
    expected = [_naive(numbered, at) for at in range(len(numbered))]
    assert found(*numbered, chunk=chunk) == expected


def _naive(lines: list[Line], at: int) -> str | None:
    me = lines[at]
    if not me.read:
        return None
    read = [line for line in lines if line.read]
    codes = []
    if any(_shared(read, me, which) for which in ("number", "old")):
        codes.append("S2a")
    if me.person and me.own and len({o.own for o in read if o.person == me.person and o.own}) > 1:
        codes.append("S2b")
    if any(other.read and other.row == me.row for other in lines[:at]):
        codes.append("S2c")
    return ";".join(codes) or None


def _shared(read: list[Line], me: Line, which: str) -> bool:
    number = getattr(me, which)
    if not number or not (me.person or me.name):
        return False
    group = sorted(o for o in read if getattr(o, which) == number and (o.person or o.name))
    matched = {o.person for o in group if o.person}
    by_name = {
        name: {o.person for o in same if o.person}
        for name, same in groupby(sorted(group, key=lambda o: o.name), key=lambda o: o.name)
        for same in [list(same)]
    }
    strangers = {name for name, people in by_name.items() if not people}
    return len(matched) + len(strangers) > 1
