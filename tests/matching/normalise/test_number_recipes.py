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
    "Căn cước: {1}, cấp ngày 04/04/2018",
    "{0} cấp 1.2.1998, {1} ngày cấp: 03-05-2021 nơi cấp: CA",
    "261 990 382, {1}",
    "060.073.781.290; {1}",
    "{0} - 060-085-554-789",
    "261\u00a0632\u00a0322, Số ĐDCN: {1}",
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


@pytest.mark.parametrize("days", [("04/04/2018", "31/12/1999"), ("1/2/2003", "99/99/0000"), ("1.2.1998", "28.12.2021")])
def test_which_day_a_card_was_issued_on_does_not_count(days: tuple[str, str]) -> None:
    first, second = (read_numbers(f"CMND 250123456, cấp ngày {day}; CCCD 068085001234", latest=2026) for day in days)

    number_recipes._recipes.clear()
    assert first == second == read_numbers(f"CMND 250123456, cấp ngày {days[1]}; CCCD 068085001234", latest=2026)


@pytest.mark.parametrize("gap", [" ", ".", "-", "\u00a0"])
@pytest.mark.parametrize("other", ["068085001234", "250123456", "68085001234", "024 085 001 234", "123"])
@pytest.mark.parametrize("between", [", ", " - ", " ", "; CCCD: "])
def test_a_number_in_groups_is_read_alike_after_another_like_it(gap: str, other: str, between: str) -> None:
    grouped = (
        gap.join(parts) for parts in (("060", "073", "781", "290"), ("261", "990", "382"), ("999", "999", "999"))
    )
    cells = [f"{one}{between}{other}" for one in grouped]
    number_recipes._recipes.clear()
    after_others = [read_numbers(cell, latest=2026) for cell in (*cells, *cells)][len(cells) :]
    for cell, read in zip(cells, after_others, strict=True):
        number_recipes._recipes.clear()
        assert read_numbers(cell, latest=2026) == read
