"""Shapes: a cell read by the shape of another one is read as it would be by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalise import names
from matching.normalise.names import read_names

CELLS: Final[list[str]] = [
    case["cell"]
    for case in yaml.safe_load((Path(__file__).parents[2] / "cases" / "names.yaml").read_text(encoding="utf-8"))
]
WORDS: Final = (
    "Nguyễn Trần Ông Bà ông bà Hộ hộ và vợ chồng là Văn Thị Vân Minh Hà Mai Thành Công Hồ Vo Ho Ba ba Anh Lý Đình Gia "
    "Con con Cha Ma Ka K'Brèm H'Hen Y Niê Rơ Dinh Vợ; (vợ) (chồng) (đã chết) - , ; Hùng, Lan; \n con: đại diện: tức"
)


def _read_alone(monkeypatch: pytest.MonkeyPatch, cell: str) -> object:
    with monkeypatch.context() as patch:
        patch.setattr(names, "shape_of", lambda _: None)
        return read_names(cell)


@pytest.mark.parametrize("cell", CELLS, ids=[f"{place}-{cell[:40]}" for place, cell in enumerate(CELLS)])
def test_a_golden_cell_is_read_the_same_the_second_time(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_names(cell) == read_names(cell) == _read_alone(monkeypatch, cell)


@given(st.lists(st.sampled_from(WORDS.split(" ")), min_size=1, max_size=9).map(" ".join))
@settings(max_examples=1500, deadline=None)
def test_any_cell_is_read_as_it_would_be_without_shapes(cell: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        assert read_names(cell) == read_names(cell) == _read_alone(patch, cell)
