"""Birth dates: the golden cases of DOMAIN 8.3 and many more, and what holds for any text and any day."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalise.birth_date_forms import _STEPS, _has_any
from matching.normalise.birth_dates import read_birth_dates, read_card_date
from matching.normalise.flags import BIRTH_DATE, SHARED
from matching.records import BirthDate, CellType, PartialDate

LATEST: Final = 2026
CASES: Final[list[dict[str, Any]]] = yaml.load(  # dates stay text: 1985-05 and 1985-05-01 are different answers
    (Path(__file__).parents[2] / "cases" / "birth_dates.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
DAYS: Final = st.dates(date(1900, 1, 1), date(LATEST, 12, 31))


def _partial(text: str) -> PartialDate:
    return PartialDate(*(int(part) for part in text.split("-") if part))


def _expected(stated: dict[str, Any]) -> BirthDate:
    other = _partial(stated["or"]) if "or" in stated else None
    return BirthDate(_partial(stated["is"]), other, tuple(stated.get("flags", ())))


def _read(cell: str, cell_type: CellType = CellType.TEXT) -> list[PartialDate]:
    return [read.date for read in read_birth_dates(cell, cell_type=cell_type, latest=LATEST)]


@pytest.mark.parametrize("case", CASES, ids=[f"{place}-{case['cell'][:40]}" for place, case in enumerate(CASES)])
def test_a_golden_cell_says_the_dates_it_should(case: dict[str, Any]) -> None:
    read = read_birth_dates(case["cell"], cell_type=CellType(case.get("cell_type", "text")), latest=LATEST)
    assert list(read) == [_expected(stated) for stated in case["dates"]]


def test_there_are_enough_golden_cases_and_none_twice() -> None:
    cells = [(case["cell"], case.get("cell_type")) for case in CASES]
    assert len(cells) == len(set(cells))
    assert len(cells) >= 17 * 4


@given(DAYS)
def test_every_way_to_write_a_day_says_the_same_day(day: date) -> None:
    expected = [PartialDate(day.year, day.month, day.day)]
    d, m, y = day.day, day.month, day.year
    for cell in (
        f"{d}/{m}/{y}",
        f"{d:02}-{m:02}-{y}",
        f"{d}.{m}.{y}",
        f"{d:02}{m:02}{y}",
        f"{y}-{m:02}-{d:02}",
        f"{y}{m:02}{d:02}" if d > 20 or m > 12 else f"{d} / {m} / {y}",
        f"ngày {d} tháng {m} năm {y}",
        f"Sinh ngày: {d}/{m}/{y}",
        f"{y}-{m:02}-{d:02} 00:00:00",
        day.strftime("%d %b %Y"),
    ):
        assert _read(cell) == expected, cell


@given(DAYS)
def test_a_serial_in_a_date_cell_is_the_day_that_the_spreadsheet_shows(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days - (day < date(1900, 3, 1))
    if not 1900 <= serial <= LATEST:
        assert _read(str(serial), CellType.DATE) == [PartialDate(day.year, day.month, day.day)]


@given(st.text(max_size=60), st.sampled_from(CellType))
def test_any_text_is_read_and_every_flag_is_declared(cell: str, cell_type: CellType) -> None:
    for read in read_birth_dates(cell, cell_type=cell_type, latest=LATEST):
        assert set(read.flags) <= set(BIRTH_DATE) | set(SHARED)
        assert read.date.year == 0 or 1900 <= read.date.year <= LATEST
        assert not read.date.day or date(read.date.year, read.date.month, read.date.day)
        assert read.date.year or read.flags


@given(st.text(alphabet="0123456789/.-, ?x_OlISngàythámgsicp:;()'", max_size=40))
@settings(max_examples=300)
def test_a_date_read_again_is_the_same(cell: str) -> None:
    for read in _read(cell):
        assert _read(str(read)) == ([read] if read.year else [])


@pytest.mark.parametrize("piece", ["0", "1 ", "1/", "a", "thang ", "20/07/1985 ", "́̂", "?", "jan"])
def test_a_text_that_is_too_long_for_a_date_takes_no_time(piece: str) -> None:
    start = time.process_time()
    assert [str(read) for read in _read(piece * 100_000)] == [""]
    _read(piece * (200 // len(piece)))
    assert time.process_time() - start < 1


def test_the_latest_year_decides_what_is_the_future() -> None:
    assert [str(read.date) for read in read_birth_dates("1990", latest=1989)] == [""]
    assert [str(read.date) for read in read_birth_dates("1/7/90", latest=1989)] == [""]
    assert [str(read.date) for read in read_birth_dates("1/7/10", latest=2030)] == ["2010-07-01"]


def test_the_date_of_a_card_may_be_partial_or_wrong() -> None:
    assert read_card_date("20071985", LATEST) == BirthDate(PartialDate(1985, 7, 20))
    assert read_card_date("20/07/1985", LATEST) == BirthDate(PartialDate(1985, 7, 20))
    assert read_card_date("00001956", LATEST) == BirthDate(PartialDate(1956))
    assert read_card_date("31021985", LATEST) == BirthDate(PartialDate(1985), flags=("impossible_day",))
    assert read_card_date("1985", LATEST) is None


@pytest.mark.parametrize("sign", [" và ", " - ", "; ", ", ", "\n"])
@pytest.mark.parametrize("one", ["20/07/1985", "2.3.1985", "1985", "sinh 1985", "ngày 02 tháng 03 năm 1985", "2/3/85"])
@pytest.mark.parametrize(
    "two", ["31/02/1990", "12-12-1990", "Sinh năm 1990", "1990-02-03 00:00:00", "1990-02-30", "03-02-90", "1890"]
)
def test_each_of_two_dates_is_read_as_if_it_stood_alone(one: str, two: str, sign: str) -> None:
    alone = [read for cell in (one, two) for read in read_birth_dates(cell, latest=LATEST)]
    together = read_birth_dates(f"{one}{sign}{two}", latest=LATEST)

    assert [(read.date, read.alternative) for read in together] == [(read.date, read.alternative) for read in alone]
    assert [read.flags for read in together] == [(*read.flags, "multi") for read in alone]


PIECES: Final = """
    1985 07/09/1985 7-9-85 09 sinh nam thang thg khoang truoc ~ ? xx .. jan march 5 vii 1985.0 o7/o9 ( am lich a.l chet
    cap 12:30 t00:00 tam mat tu tran ns dob -- / il | mung qua doi
"""


@given(st.lists(st.sampled_from(PIECES.split()), max_size=6), st.sampled_from((" ", "", "/", ". ", "-")))
@settings(max_examples=1_000)
def test_a_step_that_is_passed_over_would_find_nothing(words: list[str], between: str) -> None:
    text = between.join(words)
    for signs, pattern, replacement, _ in _STEPS:
        if not _has_any(text, signs):
            assert re.sub(pattern, replacement, text) == text
