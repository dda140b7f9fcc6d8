"""Headers as offices write them lead to the right columns, or to a question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from app.files.errors import HeaderAmbiguous, MappingUnknown
from app.files.headers import column_letter, find_header
from app.files.layout import Layout, lay_out
from app.files.pl3_01 import REVISIONS, Order, template_columns

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "headers.yaml").read_text(encoding="utf-8")
)


def layout_of(*rows: list[str], mapping: dict[str, str] | None = None) -> Layout:
    """The layout of a sheet that begins with these rows."""
    header = find_header(rows, None, names_columns=False)
    assert header is not None
    return lay_out(header, mapping)


def names_of(layout: Layout) -> list[str | None]:
    """The fields of the columns in order, with their part before a point."""
    return [f"{column.part}.{column.field}" if column.part else column.field for column in layout.columns]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_header_as_written_names_its_columns(case: dict[str, Any]) -> None:
    header = find_header(case["rows"], None, names_columns=False)
    if case["mapped"] is None:
        assert header is None
        return
    assert header is not None
    assert names_of(lay_out(header, None)) == case["mapped"]
    assert header.encoding == case.get("encoding")
    assert header.first_data_row == case.get("first_data_row", 2)


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("revision", REVISIONS)
def test_every_person_column_of_pl3_01_is_found_by_group_and_label(order: Order, revision: int) -> None:
    columns = template_columns(order, revision)
    depth = 3
    rows = [
        [column.groups[level] if level < len(column.groups) else "" for column in columns] for level in range(depth - 1)
    ]
    rows.append([column.label for column in columns])
    found = names_of(layout_of(*rows))
    for column, name in zip(columns, found, strict=True):
        if column.key.startswith("document_"):
            assert name in (None, "id_kind", "id_status")
        elif not column.key.startswith(("land_", "house_", "has_scan")):
            assert name == column.key


def test_a_mapping_by_letter_wins_over_the_header() -> None:
    layout = layout_of(["Họ tên", "Họ tên cũ", "CCCD"], mapping={"full_name": "b"})
    assert names_of(layout) == [None, "full_name", "id_number"]


def test_a_mapping_by_header_text_wins_over_a_surer_header() -> None:
    layout = layout_of(["Họ tên", "Tên thường gọi", "CCCD"], mapping={"full_name": "ten thuong goi"})
    assert names_of(layout) == [None, "full_name", "id_number"]


def test_a_mapping_can_name_the_current_user() -> None:
    layout = layout_of(["Họ tên", "Đang ở", "CCCD"], mapping={"current_user.full_name": "Đang ở"})
    assert names_of(layout) == ["full_name", "user.full_name", "id_number"]


@pytest.mark.parametrize("mapping", [{"full_name": "ZZ"}, {"no_field": "A"}, {"full_name": "Không có"}])
def test_a_mapping_to_nothing_is_refused(mapping: dict[str, str]) -> None:
    with pytest.raises(MappingUnknown):
        layout_of(["Họ tên", "CCCD"], mapping=mapping)


def test_two_columns_with_the_same_name_header_are_asked_about() -> None:
    with pytest.raises(HeaderAmbiguous) as refused:
        layout_of(["Họ tên", "CCCD", "Họ tên"])
    assert refused.value.facts == {"field": "full_name", "columns": "A, C", "example": "A"}


def test_two_columns_that_may_be_the_address_are_announced() -> None:
    layout = layout_of(["Họ tên", "CCCD", "Địa chỉ", "Địa chỉ thường trú", "Năm sinh", "Giới tính"])
    assert names_of(layout)[2:4] == [None, "address"]
    assert [(hint.code, hint.facts) for hint in layout.hints] == [
        ("column_doubtful", {"field": "address", "used": "D", "also": "C"})
    ]


def test_missing_columns_are_named() -> None:
    layout = layout_of(["Họ tên", "Năm sinh"])
    assert [hint.facts["field"] for hint in layout.hints] == ["id_number", "sex", "address"]
    assert all(hint.told("vi") and hint.told("en") for hint in layout.hints)


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (60, "BI"), (701, "ZZ"), (702, "AAA")])
def test_column_letters_are_those_of_a_spreadsheet(index: int, letters: str) -> None:
    assert column_letter(index) == letters


@pytest.mark.parametrize(
    ("labels", "columns"),
    [
        (["STT", "Số CCCD", "Họ tên vợ"], "C"),
        (["STT", "Số CCCD", "Tên người sử dụng hiện tại"], "C"),
        (["STT", "Họ tên chồng", "Họ tên vợ"], None),
        (["STT", "Ten1", "Ten2"], None),
        (["STT", "Họ tên", "Họ tên vợ"], None),
        (["STT", "Tên tổ chức", "Tên người sử dụng hiện tại"], None),
        (["STT", "Số CCCD"], None),
    ],
)
def test_a_table_that_names_others_and_not_the_holder_is_announced(labels: list[str], columns: str | None) -> None:
    found = [hint.facts["columns"] for hint in layout_of(labels).hints if hint.code == "holder_name_missing"]
    assert found == ([columns] if columns else [])
