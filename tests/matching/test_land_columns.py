"""Land users have the same columns one by one and together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from matching.columns import LandColumns
from matching.land_columns import land_columns
from matching.marks import Mark
from matching.records import AddressReading, CleanSubject, IdentityNumber, NumberKind, Role, Sex, Status, Trust
from tests.factories import number, subject

NUMBERS = (
    number("068085001234"),
    number("068085001235", trust=Trust.REPAIRED),
    IdentityNumber(NumberKind.CMND9, "250123456"),
    IdentityNumber(NumberKind.CMND9, "250123457", Trust.GUESSED),
    IdentityNumber(NumberKind.PASSPORT, "B1234567"),
    IdentityNumber(NumberKind.OTHER, "QĐ123"),
    IdentityNumber(NumberKind.UNREADABLE, "999999999999", Trust.NONE),
    IdentityNumber(NumberKind.UNREADABLE, "", Trust.NONE),
)
land_users = st.builds(
    lambda name, numbers, birth, communes, changes: replace(
        subject(name, (), birth, communes=communes), numbers=numbers, **changes
    ),
    st.sampled_from(("Trần Văn Ba", "Lê Thị Hồng", "H'Lan Êban", "")),
    st.lists(st.sampled_from(NUMBERS), max_size=6).map(tuple),
    st.sampled_from(("", "1985", "1985-07", "1985-07-11", "2001-02-28")),
    st.sampled_from(((), ("25084",), ("25084", "25018"))),
    st.fixed_dictionaries(
        {
            "abbreviated": st.booleans(),
            "as_written": st.booleans(),
            "sex": st.sampled_from(Sex),
            "sex_is_evidence": st.booleans(),
            "role": st.sampled_from((None, Role.HOLDER, Role.CURRENT_USER)),
            "status_claimed": st.sampled_from((None, Status.DECEASED)),
            "flags": st.sampled_from(((), ("sex_derived",))),
        }
    ),
)


def columns_of(land: LandColumns) -> dict[str, NDArray[Any]]:
    """All that rows hold, numbers as wide as they may be, communes as their codes."""
    names, places = land.names, land.places
    wide = ((0, 0), (0, 4 - land.numbers.shape[1]))
    simple = ("abbreviated", "number_year", "year", "month", "day", "alternative", "maybe_year_only", "sex", "marks")
    return {
        **{name: getattr(land, name) for name in simple},
        **{f"hash {at}": hashes for at, hashes in enumerate(names.hashes)},
        "length": names.length,
        "syllables": np.array([[*names.syllables, ""][code] for code in names.codes.ravel().tolist()]),
        "numbers": np.pad(land.numbers, wide),
        "trust": np.pad(land.trust, wide),
        "single": places.single,
        "communes": np.array([str(sorted(places.sets[at])) for at in places.index.tolist()]),
    }


@given(st.lists(land_users, min_size=9, max_size=14))
def test_land_users_have_the_same_columns_one_by_one_and_together(subjects: list[CleanSubject]) -> None:
    together = columns_of(land_columns(subjects))
    alone = [columns_of(land_columns([each])) for each in subjects]
    for name, column in together.items():
        assert np.array_equal(np.concatenate([one[name] for one in alone]), column), name
        assert all(one[name].dtype.kind == column.dtype.kind for one in alone), name


def test_nobody_has_columns_without_rows() -> None:
    land = land_columns([])
    assert len(land) == 0
    assert land.numbers.shape == (0, 1)
    assert land.names.codes.shape[0] == 0


def test_the_most_trusted_number_comes_first_and_an_unreadable_one_last() -> None:
    numbers = (NUMBERS[6], NUMBERS[3], NUMBERS[0])
    land = land_columns([replace(subject("Trần Văn Ba", ()), numbers=numbers)])
    assert land.numbers.tolist() == [[68085001234, 10**13 + 250123457, 999999999999]]
    assert land.trust.tolist() == [[Trust.AS_WRITTEN, Trust.GUESSED, Trust.NONE]]
    assert land.number_year.tolist() == [1985]


def test_marks_say_what_the_record_says() -> None:
    plain = replace(subject("Trần Văn Ba", ()), role=Role.CURRENT_USER, status_claimed=Status.DECEASED)
    split = replace(plain, address=AddressReading(("25084",), flags=("split_commune",)), numbers=(NUMBERS[4],))
    expected = Mark.CURRENT_USER | Mark.SAID_TO_BE_DEAD
    marks = land_columns([plain, split]).marks.tolist()
    assert marks == [expected | Mark.NO_NUMBER, expected | Mark.PASSPORT | Mark.COMMUNE_SPLIT]
