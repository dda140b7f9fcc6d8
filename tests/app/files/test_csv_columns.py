"""Pieces of CSV that are read as columns at once say what the csv module says of them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.files.csv_columns import csv_columns

LINES = st.lists(st.text('ab",; \t\x00\x1eờ\ufeff', max_size=14), min_size=1, max_size=8)


def by_row(text: str, width: int, delimiter: str = ",") -> list[tuple[str, ...]] | None:
    """The rows of a piece as columns give them."""
    columns = csv_columns(text.encode(), delimiter, width)
    return None if columns is None else list(zip(*(column.to_pylist() for column in columns), strict=True))


@given(LINES, st.integers(1, 4))
@example(['a"b",c'], 2)
@example(['"a""b",""'], 2)
@example(['"a"b,"c" '], 2)
@example(["", ",", '"'], 2)
def test_what_is_read_at_once_is_what_the_csv_module_reads(lines: list[str], width: int) -> None:
    text = "\n".join(lines) + "\n"
    rows = by_row(text, width)
    expected = list(csv.reader(io.StringIO(text, newline="\n")))
    if rows is not None:
        assert [list(row) for row in rows] == [row or [""] * width for row in expected]


def test_a_cell_of_several_lines_is_one_cell() -> None:
    assert by_row('LD-1,"Ông Ba\nvà vợ"\nLD-2,\n', 2) == [("LD-1", "Ông Ba\nvà vợ"), ("LD-2", "")]


@pytest.mark.parametrize(
    "text",
    [
        'a,"b\n',  # a quote is left open
        "a\n",  # too few cells
        "a,b,\n",  # too many
        "\ufeffa,b\n",  # a mark is text here
        f"a,{'x' * 40_000}\n",  # longer than a cell may be
        "a,b\n" + '"1\n2",b\n' * 200,  # many lines that quotes join: they may not belong together
    ],
)
def test_what_needs_a_closer_look_is_left_to_the_slow_way(text: str) -> None:
    assert by_row(text, 2) is None


def test_broken_utf8_is_left_to_the_slow_way() -> None:
    assert csv_columns(b"a,\xff\n", ",", 2) is None


@pytest.mark.parametrize("delimiter", ['"', "\n", "::", "–"])
def test_a_delimiter_that_arrow_does_not_know_is_left_to_the_slow_way(delimiter: str) -> None:
    assert csv_columns(b"a\n", delimiter, 1) is None


def test_a_piece_without_lines_has_no_rows() -> None:
    assert by_row("", 2) == []
