"""A name cell is read as if no other one like it had been read before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalise import name_kinds, name_shapes, names
from matching.normalise.names import read_names
from matching.normalise.text import repair

CELLS = (
    "Nguyễn Văn An",
    "Trần Thị Hoà",
    "Hộ ông Trần Văn Ba và vợ là bà Lê Thị Yến",
    "Hộ ông Lê Anh Nam và vợ là bà Nguyễn Tô Yên",
    "Hộ ông Rơ Ông K'Brèm và bà Ka Sã",
    "Nguyễn Văn Hòa (đã mất), Nguyễn Văn Hoa",
    "Công ty Cổ phần Minh Long",
    "Cồng ty Cổ phần Minh Long",
    "Nguyễn ty Thanh Phương Minh Long",
    "Kă Rương",
    "Ka Rương",
    "KĂ RƯƠNG",
    "Lê Hồng Vợ",
    "T. Văn Phong; N. Thị An",
    "LÊ  ÐỨC DOANH",
    "Thanh Ba Hai",
    "Lê Văn Hòa (bà Thanh ở nhờ)",
    "Lê Văn Hòa (bà Thanh Phương Linh)",
    "Lê Văn Hòa - Tư Vinh",
    "Lê Văn Hòa - Minh Vinh",
    "Ngu yễn Văn An",
    "Nga yên Văn An",
    "Nguyen Thanh Mao va T.T.Nguyet",
    "Hộ gia đình à Nguyễn Thị Hux\u031bo\u031bng",
    "Hộ gia đình à Lê Thị Nga",
    "Hộ gia đình ông Lê Văn Hòa (đã chết)",
    "Hộ gia đinh ông Lê Văn Hòa (đá chết)",
    "Nguyễn Hồng Ân",
    "Nguyễn Hồ nh Ân",
    "Nguyễn Nh ân",
    " Lê  Văn Hòa ",
    "Ng Tr",
    "Xx Xx",
)
WORDS = (
    "Nguyễn Trần Ông Bà ông bà Hộ hộ gia đình đinh và va vợ Vo chồng là Là Văn Thị Vân Minh Hà Thành Thanh Công ty "
    "Đoàn Trung Tâm Quốc Thôn thôn Ba Anh Con con Cha Ma Léa Ka K'Brèm H'Hen Y Niê Rơ Vợ; (vợ) (chồng) (đã (đa chết) "
    "- , ; Hùng, Hà; \n Hoa\nBà con: đại diện: Ngu yễn Nh ân Ân T. N.V.An ."
)


def _forget() -> None:
    name_kinds._known.clear()
    name_shapes._RECIPES.clear()
    names._wholes.clear()


@pytest.mark.parametrize("turn", range(len(CELLS)))
def test_what_was_read_before_does_not_change_a_reading(turn: int) -> None:
    order = CELLS[turn:] + CELLS[:turn]
    fresh = []
    for cell in order:
        _forget()
        fresh.append(read_names(cell))

    _forget()
    for _ in range(2):
        assert [read_names(cell) for cell in order] == fresh


def test_a_mistyped_name_of_a_joint_stock_company_is_no_person() -> None:
    read_names("Nguyễn Văn Thanh Phương Minh Long")

    assert read_names("Côn ty Cổ phần An Khang").subjects[0].kind == "organisation"


@pytest.mark.parametrize("cell", ["Kă Rương", "KĂ RƯƠNG", "Ka\u0306 Rương"])
def test_a_particle_with_a_wrong_accent_tells_the_sex_however_it_is_composed(cell: str) -> None:
    assert read_names(cell).subjects[0].sex.name == "FEMALE"


@given(st.lists(st.sampled_from([*WORDS.split(" "), ""]), min_size=1, max_size=9).map(" ".join))
@settings(max_examples=3_000, deadline=None)
def test_any_cell_is_read_as_it_is_in_full_whatever_was_read_before(cell: str) -> None:
    assert read_names(cell) == names._learned(repair(cell), None, [])
