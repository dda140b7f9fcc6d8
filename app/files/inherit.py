"""What a continuation row takes from the row above: certificate and parcel, never a name, number or birth date.

A blank STT continues the household or parcel above; an error value in STT stops that until the next valid STT
(DOMAIN 4.4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final

from app.files.blocks import Cell

Texts = Sequence[str | None]

# Cells of a group are inherited together, and only where all of them are blank: a certificate's date or a parcel's
# number never joins another certificate or parcel.
GROUPS: Final[tuple[tuple[str, ...], ...]] = (
    ("parcel_commune_code",),
    ("certificate_no", "certificate_date", "certificate_book_no"),
    ("parcel_id", "map_sheet_no", "parcel_no", "certificate_map_sheet_no", "certificate_parcel_no"),
)


class RowNo(Enum):
    """What the STT cell of a row says."""

    VALID = "valid"
    BLANK = "blank"
    ERROR = "error"


def read_row_no(cell: Cell) -> RowNo:
    """Whether the row begins something new, continues the row above, or has lost its number."""
    if cell is None or cell == "":
        return RowNo.BLANK
    if not isinstance(cell, str):
        return RowNo.VALID
    text = cell.strip()
    return RowNo.ERROR if text.startswith("#") else RowNo.VALID if text else RowNo.BLANK


class Inheritance:
    """Fills blank certificate and parcel cells of one table, row after row, across blocks."""

    def __init__(self) -> None:
        self._above: dict[str, str | None] | None = None  # None: nothing may be inherited

    def fill(
        self, row_numbers: Sequence[RowNo], shared: Mapping[str, Texts], skipped: Mapping[int, str]
    ) -> tuple[dict[str, Texts], frozenset[int]]:
        """The shared columns with inherited cells, and the places of the rows that inherited."""
        groups = [tuple(name for name in group if name in shared) for group in GROUPS]
        columns = {name: list(shared[name]) for group in groups for name in group}
        inherited: set[int] = set()
        for place, row_no in enumerate(row_numbers):
            if skipped.get(place, "parcel_only") != "parcel_only":
                if skipped[place] == "total":
                    self._above = None
                continue
            if row_no is RowNo.ERROR:
                self._above = None
            elif row_no is RowNo.VALID or self._above is not None:
                above = self._above if row_no is RowNo.BLANK else None
                if above is not None and self._inherit(place, above, groups, columns):
                    inherited.add(place)
                self._above = {name: cells[place] for name, cells in columns.items()}
        return {**shared, **columns}, frozenset(inherited)

    @staticmethod
    def _inherit(
        place: int,
        above: Mapping[str, str | None],
        groups: Sequence[tuple[str, ...]],
        columns: Mapping[str, list[str | None]],
    ) -> bool:
        """Fills the groups that are blank in this row; says whether anything was filled."""
        filled = False
        for group in groups:
            if all(columns[name][place] is None for name in group):
                for name in group:
                    columns[name][place] = above[name]
                    filled = filled or above[name] is not None
        return filled
