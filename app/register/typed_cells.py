"""Typed cells, of Parquet and NDJSON, as the text that a CSV file would hold."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

# An integer has no leading zeros, so that of a number with a fixed count of digits none is guessed by filling up.
_DIGITS: Final = {"personal_id": 12, "old_ids": 9, "commune_code": 5}
_EXACT: Final = 2**53  # beyond, a float no longer holds each integer


class NotText(Exception):
    """The value is of a type that no cell of CSV could hold."""


def cell_text(column: str, value: object) -> str | None:
    """A value as text; None where it is absent. Raises NotText."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")  # by U+FFFD the row is refused
    if isinstance(value, datetime):
        # A time of day (an instant, perhaps, of another day here) is kept, and by it the date is refused.
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise NotText
    return _number(column, value)


def _number(column: str, value: float | Decimal) -> str | None:
    if not isinstance(value, int):
        if math.isnan(value):
            return None
        if not math.isfinite(value) or value != int(value) or (isinstance(value, float) and abs(value) >= _EXACT):
            return str(value)
    return str(int(value)).zfill(_DIGITS.get(column, 0))


def column_values(column: Any) -> Iterable[object]:
    """The values of an Arrow column; those that Python can't hold stand as an object of no known type."""
    try:
        values: list[object] = column.to_pylist()
    except (ValueError, OverflowError):
        return [_value(scalar) for scalar in column]
    return values


def _value(scalar: Any) -> object:
    try:
        value: object = scalar.as_py()
    except UnicodeDecodeError:
        return bytes(scalar.as_buffer())
    except (ValueError, OverflowError):
        return scalar
    return value
