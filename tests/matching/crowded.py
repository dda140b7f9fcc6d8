"""Land users and people drawn from few values, close to each other: twins, namesakes, numbers a digit apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matching.columns import people_columns, stored
from matching.compare import Pairs, PairTables
from matching.land_columns import land_columns
from matching.plain_rows import PlainPairs, each_land_user, each_person
from matching.records import CleanSubject, NumberKind, Person, Role, Sex, Status, Trust
from tests.factories import number, person, subject

NAMES = (
    "Trần Văn Ba",
    "TRẦN VĂN BA",
    "Trần Văn Bá",
    "Tran Van Ba",
    "Trần Văn Bb",
    "Tr. V. Ba",
    "Trần Văn B",
    "Trần Ba",
    "Trần Ba Văn",
    "Ba",
    "B",
    "Lê Thị Hồng",
    "Lê Thị Hường",
    "Huỳnh Văn An",
    "Hoàng Văn An",
    "Hoàng Đình Văn An Ba Tư Năm Sáu Bảy Tám",
    "K'Brèm",
)
_BIRTHS = (
    "1985-07-20",
    "1985-07-02",
    "1985-02-07",
    "1985-07",
    "1985",
    "1986-07-20",
    "1984",
    "1915",
    "1916",
    "2009",
    "",
)
_NUMBERS = tuple(f"0680850{serial:05d}" for serial in (1234, 1235, 1243, 2234, 91234, 12340, 7777))
_CARDS = ("250123456", "250123457")
_PLACES = ((), ("25084",), ("24988",), ("25084", "24988"))
_TRUST = st.sampled_from(Trust)

Crowd = tuple[list[CleanSubject], list[Person]]

people = st.lists(
    st.builds(
        person,
        st.sampled_from(_NUMBERS),
        st.sampled_from(NAMES),
        st.sampled_from(_BIRTHS),
        sex=st.sampled_from(Sex),
        old_ids=st.lists(st.sampled_from(_CARDS), max_size=2, unique=True).map(tuple),
        cancelled_ids=st.lists(st.sampled_from(_NUMBERS), max_size=1).map(tuple),
        communes=st.sampled_from(_PLACES),
        other_names=st.lists(st.sampled_from(NAMES), max_size=1).map(tuple),
        status=st.sampled_from(Status),
    ),
    min_size=2,
    max_size=6,
    unique_by=lambda each: each.personal_id,
)
_numbers = st.lists(
    st.one_of(
        st.builds(number, st.sampled_from((*_NUMBERS, *_CARDS)), trust=st.sampled_from(Trust)),
        st.sampled_from(
            (
                number("B1234567", kind=NumberKind.PASSPORT),
                number("000000000001", trust=Trust.NONE, kind=NumberKind.UNREADABLE),
            )
        ),
    ),
    max_size=3,
).map(tuple)
# What a land record has otherwise than the person whom it was drawn from.
_texts = st.fixed_dictionaries(
    {},
    optional={
        "full_name": st.sampled_from((None, *NAMES)),
        "numbers": _numbers,
        "birth_date": st.sampled_from(_BIRTHS),
        "sex": st.sampled_from(Sex),
        "communes": st.sampled_from(_PLACES),
        "alternative": st.just("1985-02-07"),
        "flags": st.just(("maybe_year_only",)),
    },
)
_readings = st.fixed_dictionaries(
    {},
    optional={
        "abbreviated": st.just(True),
        "as_written": st.just(False),
        "role": st.just(Role.CURRENT_USER),
        "status_claimed": st.just(Status.DECEASED),
        "flags": st.just(("sex_derived",)),
    },
)


@st.composite
def crowds(draw: st.DrawFn) -> Crowd:
    """Land users, and the people of a register, among them those whom the records were drawn from."""
    everybody = draw(people)
    return [draw(_land_users(everybody)) for _ in range(draw(st.integers(1, 3)))], everybody


@st.composite
def _land_users(draw: st.DrawFn, everybody: Sequence[Person]) -> CleanSubject:
    drawn = draw(st.sampled_from(everybody))
    known: dict[str, Any] = {
        "full_name": drawn.full_name,
        "numbers": (drawn.personal_id,),
        "birth_date": str(drawn.birth_date),
        "sex": drawn.sex,
        "communes": drawn.communes,
    }
    return replace(subject(**known | draw(_texts)), **draw(_readings))


def side_by_side(land: Sequence[CleanSubject], everybody: Sequence[Person]) -> Pairs:
    """Each land user beside each of the people."""
    left, right = land_columns(land), people_columns([stored(each) for each in everybody])
    i = np.arange(len(land)).repeat(len(everybody))
    return Pairs(left, right, i, np.tile(np.arange(len(everybody)), len(land)), PairTables(left, right))


def as_plain(pairs: Pairs) -> PlainPairs:
    """The same pairs in plain values."""
    each = zip(pairs.i.tolist(), pairs.j.tolist(), strict=True)
    return PlainPairs(list(each_land_user(pairs.left)), list(each_person(pairs.right)), each)
