"""Finds the signatures below a table: who drew it up, who signs for the office, and the names typed below them.

They stand in the columns of names and are nobody who uses land. A row belongs to them only if it holds a few words and
no number, date or parcel; it is handed on as no record, with its row, so that nothing disappears unseen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from app.files.blocks import Block, cell_text
from app.files.headers import header_key
from app.files.text_columns import TextColumn, rows_at

_MOST_CELLS: Final = 4  # signatures side by side
_NAMES_BELOW: Final = 3  # rows below the last phrase that may hold typed names

# Whole cells, folded and without punctuation.
_PHRASES: Final = frozenset(
    (
        *("nguoi lap", "nguoi lap bieu", "nguoi lap bang", "nguoi lap danh sach", "nguoi lap phieu", "can bo lap"),
        *("nguoi tong hop", "nguoi kiem tra", "nguoi ra soat", "nguoi thuc hien", "nguoi nhap lieu", "nguoi ghi"),
        *("can bo dia chinh", "cong chuc dia chinh", "can bo tong hop", "can bo kiem tra", "don vi thi cong"),
        *("thu truong", "thu truong don vi", "thu truong co quan", "dai dien don vi", "xac nhan cua ubnd xa"),
        *("chu tich", "pho chu tich", "giam doc", "pho giam doc", "truong phong", "pho truong phong"),
        *("truong thon", "to truong", "truong ban", "ke toan", "ke toan truong", "nguoi phu trach", "nguoi duyet"),
        *("ky ten", "da ky", "noi nhan", "ky ten dong dau"),
    )
)
# What a cell begins with: offices sign for others (KT., TM., TL., TUQ.) and say how to sign.
_BEGINNINGS: Final = (
    *("ky ghi ro", "ky va ghi ro", "ky ten ghi ro", "ky ten va ghi ro", "ky ten dong dau", "ky dong dau"),
    *("chu ky ghi ro", "ghi ro ho ten", "ky ro ho ten", "nguoi lap bieu", "thu truong don vi", "xac nhan cua uy ban"),
    *("kt chu tich", "kt giam doc", "kt truong", "tm uy ban", "tm ubnd", "tl chu tich", "tl giam doc", "tl truong"),
    *("tuq chu tich", "tuq giam doc", "xac nhan cua thu truong", "xac nhan cua don vi"),
)
_PLACE_AND_DATE: Final = re.compile(r"(?:.{0,60} )?ngay\b[ \d]{0,12}\bthang\b[ \d]{0,12}\bnam\b[ \d]{0,8}")
_DIGIT: Final = re.compile(r"\d")


class Signatures:
    """Remembers, block after block, whether the rows stand below a signature."""

    def __init__(self) -> None:
        self._names_left = 0  # rows that may still hold typed names
        self._cells = 0  # of the widest row of this block of signatures
        self._next_row = 0  # the row after the last one that was looked at

    def rows(self, block: Block, known: Sequence[TextColumn]) -> set[int]:
        """The places of the rows that are signatures; `known` are the columns of people and parcels, as texts."""
        found: set[int] = set()
        sparse = _sparse(known, block.rows)
        for place, cells in zip(sparse, rows_at(block.columns, sparse), strict=True):
            row = block.first_row + place
            if row != self._next_row:
                self._names_left = 0  # a full row stood between: another table begins
            self._next_row = row + 1
            if place in block.errors:
                self._names_left = 0
            elif self._signs([text for cell in cells if (text := cell_text(cell))]):
                found.add(place)
        return found

    def _signs(self, cells: Sequence[str]) -> bool:
        """Whether a row with these cells is part of a block of signatures."""
        if not cells:
            return False  # blank lines leave room for the signature
        if len(cells) <= _MOST_CELLS and _is_phrase_among(cells):
            self._cells = max(2, len(cells), self._cells if self._names_left else 0)
            self._names_left = _NAMES_BELOW
            return True
        if not self._names_left or len(cells) > self._cells or any(map(_DIGIT.search, cells)):
            self._names_left = 0
            return False
        self._names_left -= 1
        return True


def _sparse(known: Sequence[TextColumn], rows: int) -> list[int]:
    """The places of rows of which only a few cells are known to hold anything."""
    if len(known) <= _MOST_CELLS:
        return list(range(rows))
    given = np.zeros(rows, dtype=np.int64)
    for column in known:
        given += column.given
    found: list[int] = np.flatnonzero(given <= _MOST_CELLS).tolist()
    return found


def _is_phrase_among(cells: Sequence[str]) -> bool:
    """Whether one cell is a phrase of signatures, and no other cell has a digit."""
    phrases = [_is_phrase(cell[:120]) for cell in cells]
    return any(phrases) and not any(
        _DIGIT.search(cell) for cell, phrase in zip(cells, phrases, strict=True) if not phrase
    )


@lru_cache(maxsize=65_536)
def _is_phrase(text: str) -> bool:
    key = header_key(text)
    return key in _PHRASES or key.startswith(_BEGINNINGS) or _PLACE_AND_DATE.fullmatch(key) is not None
