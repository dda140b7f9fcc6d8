"""Equal rows have equal numbers, on every machine, and rows that differ in anything have others."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from app.engines.row_hashes import hashes

TEXTS = st.lists(st.tuples(*[st.none() | st.text("ab \x01\x08ờ", max_size=20)] * 2), min_size=1, max_size=12)


def of_rows(rows: list[tuple[str | None, ...]]) -> list[int]:
    """The numbers of rows."""
    return hashes(*(pa.array(column, pa.string()) for column in zip(*rows, strict=True))).tolist()


def test_the_numbers_are_the_same_on_every_machine() -> None:
    assert of_rows([("Trần Văn Ba", "068085001234"), ("", None)]) == [6898544334696328870, 3713821091417258572]


@given(TEXTS)
def test_rows_are_alike_exactly_where_their_texts_are(rows: list[tuple[str | None, ...]]) -> None:
    found = of_rows(rows)
    texts = [tuple(text or "" for text in row) for row in rows]
    for here, one in zip(found, texts, strict=True):
        assert [one == other for other in texts] == [here == there for there in found]


def test_a_row_has_the_same_number_wherever_it_stands() -> None:
    rows: list[tuple[str | None, ...]] = [
        (f"{number:07d}" * (number % 5), "x" * (number % 11)) for number in range(2_500)
    ]
    alone = [of_rows([row])[0] for row in rows[990:1_010]]
    assert of_rows(rows)[990:1_010] == alone
    assert hashes(pa.array(["a", "b", "c"]).slice(1)).tolist() == of_rows([("b",), ("c",)])


def test_many_rows_that_differ_little_all_have_numbers_of_their_own() -> None:
    rows: list[tuple[str | None, ...]] = [(f"0680850{number:05d}",) for number in range(100_000)]
    assert len(np.unique(of_rows(rows))) == len(rows)


def test_no_rows_have_no_numbers() -> None:
    assert hashes(pa.array([], pa.string())).tolist() == []
