"""A cell of numbers is read as if no other one like it had been read before."""

from __future__ import annotations

import pytest

from matching.normalise import number_recipes
from matching.normalise.numbers import read_numbers

FORMS = (
    "CMND: {0}, CCCD: {1}",
    "{1} ({0})",
    "CCCD số {1}.",
    "HC: {1}; CMND {0}",
    "sđt {0} / {1}",
    "số {0}, cấp tại CA Lâm Đồng; {1}",
)
PAIRS = (
    ("250123456", "068085001234"),
    ("250123457", "068185001235"),
    ("901234567", "68085001234"),
    ("068085001234", "68085001234"),
    ("123456789", "999999999999"),
    ("0912345678", "068099001234"),
)


@pytest.mark.parametrize("form", FORMS)
def test_what_was_read_before_does_not_change_a_reading(form: str) -> None:
    cells = [form.format(*pair) for pair in PAIRS]
    fresh = []
    for cell in cells:
        number_recipes._recipes.clear()
        fresh.append(read_numbers(cell, latest=2026))

    number_recipes._recipes.clear()
    for order in (cells, cells[::-1]):
        assert [read_numbers(cell, latest=2026) for cell in order] == (fresh if order is cells else fresh[::-1])
