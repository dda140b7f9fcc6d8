"""Columns of text that Arrow holds say the same as lists of cells."""

from __future__ import annotations

import sys

import numpy as np
import pyarrow as pa

from app.files.blocks import cell_text
from app.files.header_table import ABSENT
from app.files.text_columns import TextColumn, cell_texts, cells_as_found, longest, rows_at, text_column


def test_every_blank_that_python_strips_is_stripped_and_no_other_character() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    cells = [f"{each}x{each}" for each in characters]
    assert cell_texts(text_column(cells)).texts == list(map(cell_text, cells))


def test_cells_that_say_nothing_are_absent_in_both_forms() -> None:
    cells = [*sorted(ABSENT), "  ", " NULL ", "null?", None, "Trần Văn Ba"]
    assert cell_texts(text_column(cells)) == cell_texts(cells) == list(map(cell_text, cells))
    assert cells_as_found(text_column(cells)) == cells


def test_a_column_reads_as_a_sequence() -> None:
    column = text_column(["a", None, "c", "d"])
    assert (len(column), column[0], column[1], column[-1], column[::2]) == (4, "a", None, "d", ["a", "c"])
    assert (list(column), column.given.tolist()) == (["a", None, "c", "d"], [True, False, True, True])
    assert column.take(np.array([3, 1])) == ["d", None]
    assert text_column(column) is column


def test_half_of_a_surrogate_pair_becomes_a_question_mark() -> None:
    assert text_column(["a\ud800", None]) == ["a?", None]


def test_rows_are_picked_from_columns_of_any_kind() -> None:
    assert rows_at([text_column(["a", "b", "c"]), [1, 2, 3]], [2, 0]) == [("c", 3), ("a", 1)]
    assert rows_at([text_column(["a"])], []) == []


def test_the_longest_text_is_told_in_bytes() -> None:
    assert [longest(pa.array(texts, pa.string())) for texts in (["ờ", "ab", None], [None], [])] == [3, 0, 0]


def test_a_part_of_a_column_is_read_as_that_part() -> None:
    assert TextColumn(pa.array(["a", "b", "c", "d"]).slice(1, 2)) == ["b", "c"]
