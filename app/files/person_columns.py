"""One name, one number cell and one birth date of a person whose file keeps them in several columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from app.files.blocks import Cell
from matching.records import CellType

Texts = Sequence[str | None]

_DAY_AND_MONTH: Final = re.compile(r"\d{1,2}[/.\-]\d{1,2}")


def full_names(columns: Mapping[str, Texts]) -> Texts | None:
    """The names; "họ đệm" and "tên" put together where they are apart (MPLIS)."""
    if "full_name" in columns or not columns.keys() & {"surname_middle", "given_name"}:
        return columns.get("full_name")
    return _joined(" ", columns.get("surname_middle"), columns.get("given_name"))


def id_numbers(columns: Mapping[str, Texts]) -> Texts | None:
    """The number cells; a column of old numbers joins with " / ", as offices write two numbers in one cell."""
    if "old_id_number" not in columns:
        return columns.get("id_number")
    return _joined(" / ", columns.get("id_number"), columns["old_id_number"])


def birth_dates(columns: Mapping[str, Texts]) -> Texts | None:
    """The birth dates; day, month and year put together where they are apart."""
    if columns.keys() & {"birth_day", "birth_month"} and "birth_date" not in columns:
        return _joined(
            "/", *(columns.get(f"birth_{part}") for part in ("day", "month", "year")), absent={"0", "00", "0000"}
        )
    if "birth_date" in columns and "birth_year" in columns:
        return [
            day or year if day is None or year is None or not _DAY_AND_MONTH.fullmatch(day) else f"{day}/{year}"
            for day, year in zip(columns["birth_date"], columns["birth_year"], strict=True)
        ]
    return columns.get("birth_date", columns.get("birth_year"))


def birth_date_cells(cells: Sequence[Cell], texts: Texts) -> list[CellType]:
    """How the file held each birth date; a date cell counts only where its own text is the birth date."""
    return [
        CellType.DATE
        if isinstance(cell, date) and text is not None and text == cell.isoformat()[:10]
        else CellType.NUMBER
        if isinstance(cell, int | float) and not isinstance(cell, bool)
        else CellType.TEXT
        for cell, text in zip(cells, texts, strict=True)
    ]


def _joined(mark: str, *columns: Texts | None, absent: frozenset[str] | set[str] = frozenset()) -> Texts:
    """The texts of each row with a mark between them; None where all are absent."""
    given = [column for column in columns if column is not None]
    return [
        mark.join(text for text in texts if text and text not in absent) or None for texts in zip(*given, strict=True)
    ]
