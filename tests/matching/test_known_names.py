"""Names met before have the columns that they had the first time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.columns import NameColumns
from matching.known_names import KnownNames
from matching.name_keys import name_keys

PARTS = ("Nguyễn", "Trần", "Văn", "Thị", "Ba", "Bá", "H'", "KBrèm", "Y-Bhiăk", "Ông", "Bà", "Ng.", "A.B", "ﬁ\u0301")
some_names = st.lists(st.lists(st.sampled_from(PARTS), max_size=10).map(" ".join), max_size=12)


def assert_keys(names: Sequence[str], found: NameColumns) -> None:
    for row, name in enumerate(names):
        keys = name_keys(name)
        codes = found.codes[row].tolist()
        assert tuple(found.syllables[code] for code in codes if code >= 0) == keys.syllables
        assert found.length[row] == len(keys.syllables)
        assert codes[len(keys.syllables) :] == [-1] * (len(codes) - len(keys.syllables))
        assert tuple(hashes.item(row) for hashes in found.hashes) == keys[1:]
    assert len(found.codes) == len(names)
    assert len(set(found.syllables)) == len(found.syllables)


@given(st.lists(some_names, max_size=5))
def test_names_have_their_keys_whatever_was_asked_before(batches: list[list[str]]) -> None:
    known = KnownNames()
    for names in batches:
        assert_keys(names, known.columns(names))


@given(st.lists(some_names, max_size=6))
def test_names_that_were_forgotten_are_keyed_anew(batches: list[list[str]]) -> None:
    known = KnownNames(most_kept=3)
    for names in batches:
        assert_keys(names, known.columns(names))


def test_what_was_found_does_not_change_when_more_is_asked() -> None:
    known = KnownNames()
    first = known.columns(["Trần Văn Ba"])
    before = first.codes.copy(), first.key.copy(), list(first.syllables)
    known.columns([f"Trần Văn {letter}{other}" for letter in "BCDG" for other in "aeiou"])
    assert np.array_equal(first.codes, before[0])
    assert np.array_equal(first.key, before[1])
    assert first.syllables == before[2]


def test_threads_that_share_the_table_find_the_same() -> None:
    known = KnownNames(most_kept=50)
    batches = [[f"Trần {PARTS[at % 7]} {PARTS[(at * k) % 9]}{k}" for at in range(30)] for k in range(40)]
    with ThreadPoolExecutor(4) as pool:
        for names, found in zip(batches, pool.map(known.columns, batches), strict=True):
            assert_keys(names, found)
