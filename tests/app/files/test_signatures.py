"""Signatures below a table are nobody's land; whoever stands above or below them keeps a row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.files import read_land_file

HEADER = ("STT", "Họ và tên", "CCCD", "Năm sinh", "Địa chỉ", "Số thửa")
PERSON = ("1", "Trần Văn Ba", "068085001234", "1985", "Thôn 3", "12")
OTHER = ("2", "Lê Thị Tư", "", "", "Thôn 4", "")
BLANK = ("",) * 6
Row = tuple[str, ...]


def at(column: int, text: str, other: str = "") -> Row:
    """A row with one text in a column, and perhaps another in the fifth."""
    row = list(BLANK)
    row[4] = other
    row[column] = text
    return tuple(row)


def outcome(folder: Path, *rows: Row, size: int = 2_000) -> list[str]:
    """What becomes of each row: the name of its land user, or why there is none."""
    path = folder / "land.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return [
        row.skipped or str(row.raw[0].full_name) for batch in read_land_file(path).batches(size) for row in batch.rows()
    ]


@pytest.mark.parametrize("column", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "phrase",
    [
        *("Người lập biểu", "NGƯỜI LẬP", "(Ký, ghi rõ họ tên)", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "THỦ TRƯỞNG ĐƠN VỊ"),
        *("TM. ỦY BAN NHÂN DÂN XÃ", "Ký tên, đóng dấu", "Bảo Lâm, ngày 12 tháng 11 năm 2025", "ngày … tháng … năm …"),
    ],
)
def test_a_phrase_of_signatures_is_no_land_user_in_any_column(tmp_path: Path, phrase: str, column: int) -> None:
    assert outcome(tmp_path, PERSON, at(column, phrase)) == ["Trần Văn Ba", "no_record"]


@pytest.mark.parametrize("size", [1, 3, 2_000])
def test_the_name_typed_below_a_signature_is_no_land_user(tmp_path: Path, size: int) -> None:
    block = [
        at(1, "NGƯỜI LẬP BIỂU", "KT. CHỦ TỊCH"),
        at(1, "(Ký, ghi rõ họ tên)", "PHÓ CHỦ TỊCH"),
        BLANK,
        BLANK,
        at(1, "Lê Văn Năm", "Phạm Thị Sáu"),
    ]
    expected = ["Trần Văn Ba", "no_record", "no_record", "blank", "blank", "no_record"]
    assert outcome(tmp_path, PERSON, *block, size=size) == expected


def test_three_signatures_side_by_side_and_their_names(tmp_path: Path) -> None:
    signs = ("", "Người lập", "Người kiểm tra", "", "Thủ trưởng đơn vị", "")
    names = ("", "Lê Văn Năm", "Phạm Thị Sáu", "", "Võ Văn Bảy", "")
    assert outcome(tmp_path, PERSON, signs, names) == ["Trần Văn Ba", "no_record", "no_record"]


def test_land_users_below_a_signature_are_kept(tmp_path: Path) -> None:
    rows = [at(1, "Người lập biểu"), PERSON, at(1, "Lê Thị Tư"), OTHER]
    assert outcome(tmp_path, *rows) == ["no_record", "Trần Văn Ba", "Lê Thị Tư", "Lê Thị Tư"]


def test_a_name_alone_without_a_signature_is_a_land_user(tmp_path: Path) -> None:
    assert outcome(tmp_path, PERSON, at(1, "Lê Thị Tư"), at(1, "UBND xã A")) == [
        "Trần Văn Ba",
        "Lê Thị Tư",
        "UBND xã A",
    ]


def test_only_a_few_names_below_a_signature_are_taken_for_typed_ones(tmp_path: Path) -> None:
    names = [at(1, f"Người {letter}") for letter in "ABCDE"]
    assert outcome(tmp_path, at(1, "Người lập"), *names)[4:] == ["Người D", "Người E"]
