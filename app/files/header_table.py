"""The headers that land offices write, as a table: field, then its headers, the surest first.

Headers are compared folded and without punctuation and spaces ("Họ và tên", "HO_VA_TEN" and "hoVaTen" are one), so
each is listed once. Sources: DOMAIN 4.1 (VBDLIS, MPLIS, ELIS) and 4.4 (PL3-01), and the contract's own names.
"""

from __future__ import annotations

from typing import Final, NamedTuple

# The fields of a land record that a column may hold. Those of RawRecord have its names.
STRONG: Final[dict[str, tuple[str, ...]]] = {
    "row_no": ("Số TT", "STT", "TT", "Số thứ tự", "No", "row_no"),
    "record_id": (
        *("record_id", "Mã bản ghi", "Mã đối tượng", "Mã chủ sử dụng", "Mã chủ", "caNhanId", "land_user_id"),
        *("Mã hồ sơ", "ID"),
    ),
    "full_name": (
        *("full_name", "Họ và tên chủ sử dụng", "Họ và tên chủ sử dụng đất", "Họ tên chủ sử dụng"),
        *("Họ tên chủ sử dụng đất", "Họ tên chủ SDĐ", "Họ và tên chủ SDĐ", "Tên chủ sử dụng", "Tên chủ sử dụng đất"),
        *("Tên chủ SDĐ", "Chủ sử dụng đất", "Chủ sử dụng", "Chủ SDĐ", "Tên người sử dụng đất", "Người sử dụng đất"),
        *("Họ và tên người sử dụng đất", "Họ tên người sử dụng đất", "Họ tên người SDĐ", "Tên người sử dụng"),
        *("Tên người sử dụng hiện tại", "Họ và tên người sử dụng hiện tại", "Người sử dụng", "Người SDĐ"),
        *("Họ và tên", "Họ tên", "Họ, chữ đệm và tên", "Họ, chữ đệm, tên khai sinh", "Họ chữ đệm tên"),
        *("Họ tên chủ hộ", "Họ và tên chủ hộ", "Tên chủ hộ", "Chủ hộ", "Tên chủ", "Tên chủ sở hữu", "Tên cá nhân"),
        *("Họ tên người đại diện tổ chức", "Người đại diện", "Họ tên người đại diện", "Full name", "Owner", "Name"),
    ),
    "surname_middle": ("Họ đệm", "Họ và đệm", "Họ và tên đệm", "Họ và chữ đệm", "Họ lót", "Họ", "surname_middle"),
    "given_name": ("Tên", "given_name", "first_name"),
    "id_number": (
        *("id_number", "Số định danh cá nhân", "Số định danh cá nhân/CCCD", "CCCD", "Số CCCD", "Số CMND/CCCD"),
        *("CMND/CCCD", "CCCD/CMND", "Số CCCD/CMND", "Số định danh", "Mã định danh cá nhân", "Mã định danh", "Số ĐDCN"),
        *("ĐDCN", "maSoDinhDanh", "Số căn cước công dân", "Căn cước công dân", "Số căn cước", "Căn cước", "Số CC"),
        *("Số thẻ căn cước", "personal_id", "CMND/CCCD/Hộ chiếu", "Số CMND/CCCD/Hộ chiếu", "Số giấy tờ tùy thân"),
        *("Số giấy tờ", "Số GTTT", "Giấy tờ tùy thân", "CCCD/Định danh", "Số CMT/CCCD", "ID number"),
    ),
    "old_id_number": (
        *("Số CMND cũ", "CMND cũ", "Số CMT cũ", "Số CMND 9 số", "CMND 9 số", "Số CMND", "CMND", "Số CMT", "CMT"),
        *("Chứng minh nhân dân", "Số chứng minh nhân dân", "Chứng minh thư", "GCMND", "old_ids", "old_id_number"),
    ),
    "birth_date": (
        *("birth_date", "Ngày, tháng, năm sinh", "Ngày tháng năm sinh", "Ngày/tháng/năm sinh", "Ngày sinh"),
        *("Ngày sinh/Năm sinh", "Sinh ngày", "NTNS", "date_of_birth", "DOB", "birthday"),
    ),
    "birth_day": ("birth_day",),
    "birth_month": ("Tháng sinh", "birth_month"),
    "birth_year": ("Năm sinh", "birth_year", "year_of_birth"),
    "sex": ("sex", "Giới tính", "gender", "Phái", "Nam/Nữ", "GT"),
    "address": (
        *("address", "Địa chỉ thường trú", "Địa chỉ thường trú (2 cấp)", "Nơi thường trú", "Thường trú", "ĐCTT"),
        *("Nơi đăng ký thường trú", "Hộ khẩu thường trú", "HKTT", "Nơi ĐKTT", "Nơi ĐKHKTT", "permanent_address"),
        *("Địa chỉ chủ sử dụng", "Địa chỉ chủ sử dụng đất", "Địa chỉ người sử dụng đất", "Địa chỉ chủ", "Địa chỉ"),
        *("Nơi cư trú", "Địa chỉ cư trú", "Nơi ở hiện tại", "Nơi ở hiện nay", "Chỗ ở hiện nay", "Địa chỉ liên hệ"),
    ),
    "role": ("role", "Vai trò pháp nhân trên GCN", "Vai trò", "Vai trò pháp nhân", "Quan hệ với chủ hộ"),
    "legal_form": (
        *("legal_form", "Pháp nhân trên GCN", "Pháp nhân", "Loại đối tượng sử dụng đất", "Đối tượng sử dụng đất"),
        *("Loại đối tượng", "Đối tượng sử dụng", "Loại chủ sử dụng", "LOAIDOITUONGID"),
    ),
    "organisation_name": ("organisation_name", "Tên tổ chức", "Tổ chức", "Tên đơn vị", "organization_name"),
    "parcel_id": ("parcel_id", "Mã định danh thửa đất", "Mã định danh thửa", "Mã thửa đất", "Mã thửa"),
    "map_sheet_no": ("Số hiệu tờ trên bản đồ địa chính", "Số hiệu tờ bản đồ", "Số tờ", "Tờ bản đồ", "Số tờ bản đồ"),
    "parcel_no": (
        *("Số thứ tự thửa trên bản đồ địa chính", "Số thửa", "Số thửa đất", "Thửa đất số", "Thửa đất", "Thửa"),
        *("Số thứ tự thửa", "Số thứ tự thửa đất", "Số hiệu thửa"),
    ),
    "certificate_map_sheet_no": ("Số tờ bản đồ ghi trên GCN", "Số tờ trên GCN"),
    "certificate_parcel_no": ("Số thứ tự thửa đất ghi trên GCN", "Số thửa ghi trên GCN", "Số thửa trên GCN"),
    "parcel_commune_code": (
        *("parcel_commune_code", "Mã ĐVHC cấp xã", "Mã xã", "Mã ĐVHC", "Mã đơn vị hành chính", "Mã phường xã"),
        *("Mã đơn vị hành chính cấp xã",),
    ),
    "certificate_no": (
        *("certificate_no", "Số phát hành GCN", "Số phát hành", "Số phát hành giấy chứng nhận", "Số seri GCN"),
        *("Số seri", "Số serial", "Seri GCN", "Serial", "Số GCN", "Số giấy chứng nhận", "Số GCNQSDĐ", "Số hiệu GCN"),
    ),
    "card_qr": ("card_qr", "Mã QR", "QR CCCD", "Chuỗi QR", "QR"),
    "encoding": ("encoding", "Bảng mã"),
    # Known, and carried along: they are nobody's name, number or date.
    "certificate_date": ("Ngày cấp GCN", "Ngày cấp giấy chứng nhận"),
    "certificate_book_no": ("Số vào sổ GCN", "Số vào sổ", "Số vào sổ cấp GCN"),
    "organisation_id": ("Số định danh tổ chức", "Mã số doanh nghiệp", "Mã số thuế", "MST", "maSoThue"),
    "change_reason": ("Lý do thay đổi", "Lý do thay đổi (thừa kế, tặng cho, chuyển nhượng...)", "change_reason"),
    "id_issued": ("Ngày cấp", "Nơi cấp", "Ngày cấp CCCD", "Nơi cấp CCCD", "Ngày cấp CMND", "Nơi cấp CMND"),
    "id_kind": ("Loại giấy tờ", "Loại giấy tờ 1", "Loại giấy tờ 2", "loaiGiayToTuyThan"),
    "id_status": ("Trạng thái xác thực số giấy tờ 1", "Trạng thái xác thực số giấy tờ 2", "trangThaiXacThuc"),
    "phone": ("Số điện thoại", "Điện thoại", "SĐT", "Di động", "phone"),
    "email": ("Email",),
    "parcel_address": ("Địa chỉ thửa đất", "Địa chỉ thửa"),
    "parcel_area": ("Diện tích thửa đất", "Diện tích", "Diện tích (m2)"),
    "land_type": ("Loại đất", "Mục đích sử dụng", "Mục đích sử dụng đất", "MĐSD"),
    "land_origin": ("Nguồn gốc sử dụng", "Nguồn gốc sử dụng đất"),
    "land_form": ("Hình thức sử dụng",),
    "land_term": ("Thời hạn sử dụng", "Thời hạn sử dụng đất"),
    "house": (
        *("Loại tài sản gắn liền với đất", "Khu nhà chung cư, nhà hỗn hợp", "Nhà chung cư", "Số căn hộ"),
        *("Diện tích xây dựng", "Diện tích sàn", "Hình thức sở hữu", "Thời hạn sở hữu", "Cấp hạng"),
    ),
    "scan_file": ("Tên file quét GCN/CCCD", "Tên file quét", "Có file hồ sơ quét", "File quét"),
    "parcel_class": ("Phân loại thửa đất", "Phân loại"),
    "certificate_kind": ("Loại giấy chứng nhận", "Loại GCN"),
    "position": ("Thông tin tọa độ (hệ quy chiếu WGS84)", "Tọa độ"),
    "guid": ("Guid", "Guid (Lưu ý: Không được thay đổi)"),
    "note": ("Ghi chú", "Note", "notes"),
    "ethnicity": ("Dân tộc", "danTocId"),
    "nationality": ("Quốc tịch", "quocTichId"),
}


class Phrase(NamedTuple):
    """A header that holds one of `phrases` (whole words, folded) and none of `without` means `field`."""

    field: str
    phrases: tuple[str, ...]
    without: tuple[str, ...] = ()


_OTHER_PEOPLE: Final = ("cha", "me", "con", "bo", "can bo", "nguoi lap", "nguoi nhap", "nguoi khai")
_NOT_THE_NUMBER: Final = ("ngay cap", "noi cap", "loai", "trang thai", "file", "anh", "scan", "qr", "to chuc", "thua")

# Asked only where no header of STRONG is equal; the first that holds wins.
WEAK: Final[tuple[Phrase, ...]] = (
    Phrase("id_number", ("cccd", "dinh danh ca nhan", "can cuoc"), (*_NOT_THE_NUMBER, *_OTHER_PEOPLE)),
    Phrase("old_id_number", ("cmnd", "cmt", "chung minh"), (*_NOT_THE_NUMBER, *_OTHER_PEOPLE)),
    Phrase("birth_date", ("ngay thang nam sinh", "ngay sinh"), ("noi", *_OTHER_PEOPLE)),
    Phrase("birth_year", ("nam sinh",), ("noi", *_OTHER_PEOPLE)),
    Phrase("sex", ("gioi tinh",)),
    Phrase("certificate_no", ("so phat hanh", "so seri", "so serial")),
    Phrase("full_name", ("ho va ten", "ho ten", "ten chu su dung", "ten nguoi su dung"), _OTHER_PEOPLE),
    Phrase("address", ("thuong tru",), ("to chuc", *_OTHER_PEOPLE)),
    Phrase("address", ("dia chi",), ("thua", "dat", "nha", "tai san", "to chuc", "email", *_OTHER_PEOPLE)),
    Phrase("parcel_commune_code", ("ma dvhc", "ma xa", "ma don vi hanh chinh")),
    Phrase("map_sheet_no", ("to ban do", "so to"), ("gcn",)),
    Phrase("parcel_no", ("so thua",), ("gcn",)),
)

# Fields that speak of a person: one set of them per part of a row.
PERSON_FIELDS: Final = frozenset(
    (
        *("full_name", "surname_middle", "given_name", "id_number", "old_id_number", "birth_date", "birth_day"),
        *("birth_month", "birth_year", "sex", "address", "role", "legal_form", "card_qr"),
    )
)
# A file needs one of these to be a list of land users.
IDENTIFYING: Final = frozenset(
    ("full_name", "given_name", "organisation_name", "id_number", "old_id_number", "card_qr")
)
# Where two columns may be meant, reading the wrong one would put one person's data on another: ask.
MUST_BE_CLEAR: Final = frozenset(("full_name", "id_number", "birth_date", "record_id"))
# Missing ones are named when the file is announced.
EXPECTED: Final = ("full_name", "id_number", "birth_date", "sex", "address")

# Groups whose columns are about things or papers, whatever their labels say.
GROUPS_NOT_OF_PEOPLE: Final = (
    *("thong tin bo sung", "thong tin nha o", "thong tin thua dat", "thong tin tai san", "loai dat", "ho so quet"),
    *("thong tin hsq", "nguoi ke khai", "can bo"),
)
GROUPS_OF_CURRENT_USERS: Final = ("nguoi su dung dat hien tai", "nguoi su dung hien tai", "nguoi dang su dung")

# Sheets that explain a template and hold examples, not records.
SHEETS_OF_INSTRUCTIONS: Final = frozenset(
    *(("cachnhap", "huongdan", "huongdannhap", "danhmuc", "trangthaixacthucsogiayto", "readme", "chuthich", "mau"),)
)

# What stands for an empty cell, beside an empty cell.
ABSENT: Final = frozenset(
    (
        *("", "NULL", "null", "(null)", "\\N", "nan", "NaN"),
        *("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!"),
    )
)
