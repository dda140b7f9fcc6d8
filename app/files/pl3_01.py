"""The campaign's template PL3-01 as a table: groups, labels and orders of its columns (DOMAIN 4.4).

Readers do not need it, they go by header texts; it is what the workbook generator writes.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple


class Order(Enum):
    """The two known orders of the holder's columns."""

    STANDARD = "standard"  # I number, J birth date, K sex
    SWAPPED = "swapped"  # I birth date, J sex, K number


class TemplateColumn(NamedTuple):
    """A column of the template: the key that rows are written by, the groups over the label, and the label."""

    key: str
    groups: tuple[str, ...]
    label: str


_CERTIFICATE: Final = ("Thông tin về giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất",)
_ORGANISATION: Final = ("Thông tin về tổ chức sử dụng đất",)
_HOLDER: Final = ("Thông tin về chủ sử dụng/người đại diện theo pháp luật của tổ chức",)
_USER: Final = ("Thông tin người sử dụng đất hiện tại (trường hợp không phải là chủ sử dụng pháp lý)",)
_PARCEL: Final = ("Thông tin thửa đất",)
_HOUSE: Final = ("Thông tin nhà ở",)
_MORE: Final = "Thông tin bổ sung"

_LAND_TYPE: Final = ("Loại đất", "Diện tích", "Nguồn gốc sử dụng", "Hình thức sử dụng ", "Thời hạn sử dụng")
_HOUSES: Final = (
    *("Loại tài sản gắn liền với đất", "Khu nhà chung cư, nhà hỗn hợp", "Nhà chung cư", "Số căn hộ"),
    *("Diện tích xây dựng", "Diện tích sàn", "Hình thức sở hữu", "Thời hạn sở hữu", "Cấp hạng"),
)

_BEFORE: Final = (
    TemplateColumn("row_no", (), "Số TT"),
    TemplateColumn("parcel_commune_code", (), "Mã ĐVHC cấp xã"),
    TemplateColumn("certificate_no", _CERTIFICATE, "Số phát hành GCN"),
    TemplateColumn("certificate_date", _CERTIFICATE, "Ngày cấp GCN"),
    TemplateColumn("certificate_book_no", _CERTIFICATE, "Số vào sổ GCN"),
    TemplateColumn("organisation_name", _ORGANISATION, "Tên tổ chức"),
    TemplateColumn("organisation_id", _ORGANISATION, "Số định danh tổ chức"),
    TemplateColumn("full_name", _HOLDER, "Họ và tên chủ sử dụng/\nHọ tên người đại diện tổ chức"),
)
_NUMBER: Final = TemplateColumn("id_number", _HOLDER, "Số định danh cá nhân/CCCD")
_BIRTH: Final = TemplateColumn("birth_date", _HOLDER, "Ngày, tháng, năm sinh")
_SEX: Final = TemplateColumn("sex", _HOLDER, "Giới tính")
_AFTER: Final = (
    TemplateColumn("address", _HOLDER, "Địa chỉ thường trú"),
    TemplateColumn("legal_form", _HOLDER, "Pháp nhân trên GCN"),
    TemplateColumn("role", _HOLDER, "Vai trò pháp nhân trên GCN"),
    TemplateColumn("user.full_name", _USER, "Tên người sử dụng hiện tại"),
    TemplateColumn("user.id_number", _USER, "Số định danh cá nhân (CCCD)"),
    TemplateColumn("user.address", _USER, "Địa chỉ thường trú (2 cấp)"),
    TemplateColumn("change_reason", _USER, "Lý do thay đổi (thừa kế, tặng cho, chuyển nhượng...)"),
    TemplateColumn("parcel_id", _PARCEL, "Mã định danh thửa đất"),
    TemplateColumn("certificate_map_sheet_no", _PARCEL, "Số tờ bản đồ ghi trên GCN"),
    TemplateColumn("certificate_parcel_no", _PARCEL, "Số thứ tự thửa đất ghi trên GCN"),
    TemplateColumn("map_sheet_no", _PARCEL, "Số hiệu tờ trên bản đồ địa chính"),
    TemplateColumn("parcel_no", _PARCEL, "Số thứ tự thửa trên bản đồ địa chính"),
    TemplateColumn("parcel_address", _PARCEL, "Địa chỉ thửa đất"),
    TemplateColumn("parcel_area", _PARCEL, "Diện tích thửa đất"),
    *(
        TemplateColumn(f"land_{number}_{place}", (*_PARCEL, f"Loại đất {number} (Mục đích sử dụng)"), label)
        for number in (1, 2, 3)
        for place, label in enumerate(_LAND_TYPE)
    ),
    *(TemplateColumn(f"house_{place}", _HOUSE, label) for place, label in enumerate(_HOUSES)),
    TemplateColumn("scan_file", ("Thông tin HSQ",), "Tên file quét GCN/CCCD"),
)
_SECOND_REVISION: Final = (
    TemplateColumn("parcel_class", (), "Phân loại thửa đất"),
    *(
        TemplateColumn(f"document_{number}_{key}", (_MORE, "Chủ sử dụng"), f"{label} {number}")
        for number in (1, 2)
        for key, label in (
            ("number", "Số giấy tờ"),
            ("kind", "Loại giấy tờ"),
            ("status", "Trạng thái xác thực số giấy tờ"),
        )
    ),
    TemplateColumn("has_scan", (_MORE, "Hồ sơ quét"), "Có file hồ sơ quét"),
    TemplateColumn("certificate_kind", (_MORE, "Giấy chứng nhận"), "Loại giấy chứng nhận"),
    TemplateColumn("position", ("Không gian",), "Thông tin tọa độ (hệ quy chiếu WGS84)"),
    TemplateColumn("guid", ("Thông tin hệ thống", "(Lưu ý: Không được thay đổi)"), "Guid"),
)
_NOT_IN_59: Final = frozenset(("has_scan", "position"))  # the shorter copy, whose Guid stands in BG

REVISIONS: Final = (49, 59, 61)


def template_columns(order: Order, revision: int) -> tuple[TemplateColumn, ...]:
    """The columns of a revision: 49 items (A to AX), 59 columns (Guid in BG) or 61 (A to BI)."""
    person = (_NUMBER, _BIRTH, _SEX) if order is Order.STANDARD else (_BIRTH, _SEX, _NUMBER)
    columns = (*_BEFORE, *person, *_AFTER)
    if revision == 49:
        return columns
    more = _SECOND_REVISION
    if revision == 59:
        more = tuple(column for column in more if column.key not in _NOT_IN_59)
    return (*columns, *more)
