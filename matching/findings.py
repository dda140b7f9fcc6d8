"""Findings: what differs or is missing, in words a clerk can act on, with a stable code.

Texts are data: one sentence and one recommended action each, in Vietnamese and English, without personal data.
"""

from __future__ import annotations

from typing import NamedTuple


class FindingText(NamedTuple):
    """A finding's field, severity (info, fix: can be repaired, check: look into it), sentence and action."""

    field: str
    severity: str
    vi: str
    en: str
    action_vi: str
    action_en: str


class Finding(NamedTuple):
    """A finding of one subject; `people` goes with findings that count people."""

    code: str
    people: int = 0

    def message(self, language: str) -> str:
        """The sentence in Vietnamese ("vi") or English ("en")."""
        text = FINDINGS[self.code]
        return (text.vi if language == "vi" else text.en).format(people=self.people)

    def action(self, language: str) -> str:
        """The recommended action in Vietnamese ("vi") or English ("en")."""
        text = FINDINGS[self.code]
        return text.action_vi if language == "vi" else text.action_en


def _t(field: str, severity: str, vi: str, en: str, action_vi: str, action_en: str) -> FindingText:
    return FindingText(field, severity, vi, en, action_vi, action_en)


_FIX_FROM_REGISTER = (
    "Cập nhật theo cơ sở dữ liệu dân cư sau khi phê duyệt.",
    "Update from the register once approved.",
)
_LOOK_AT_FILE = ("Đối chiếu với hồ sơ gốc và giấy tờ tùy thân.", "Compare with the original file and identity papers.")
_ASK_OWNER = ("Đề nghị chủ sử dụng đất xuất trình giấy tờ tùy thân.", "Ask the land user to show identity papers.")
_ASK_POLICE = (
    "Đề nghị Công an cấp xã xác minh trong cơ sở dữ liệu dân cư.",
    "Ask the commune police to verify in the population register.",
)
_NOTHING = ("Không cần làm gì.", "Nothing to do.")

FINDINGS: dict[str, FindingText] = {
    "name.missing": _t("full_name", "check", "Thiếu họ tên.", "The name is missing.", *_LOOK_AT_FILE),
    "name.spelling": _t(
        "full_name",
        "info",
        "Họ tên chỉ khác cách viết (vị trí dấu, i/y, chữ hoa, mã chữ).",
        "The name differs only in spelling (tone placement, i/y, capitals, encoding).",
        *_NOTHING,
    ),
    "name.other_name": _t(
        "full_name",
        "check",
        "Họ tên trùng với tên gọi khác hoặc tên trước đây của người này.",
        "The name is another or a former name of this person.",
        "Ghi nhận tên gọi khác; đối chiếu quyết định thay đổi hộ tịch nếu có.",
        "Note the other name; look for a civil-status decision on the change.",
    ),
    "name.accents_lost": _t(
        "full_name", "fix", "Họ tên bị mất dấu.", "The name lost its accents.", *_FIX_FROM_REGISTER
    ),
    "name.variant": _t(
        "full_name",
        "check",
        "Họ tên khác biến thể vùng miền (Huỳnh/Hoàng, Võ/Vũ).",
        "The name is a regional variant (Huỳnh/Hoàng, Võ/Vũ).",
        *_LOOK_AT_FILE,
    ),
    "name.abbreviated": _t(
        "full_name", "check", "Họ hoặc tên đệm viết tắt.", "Surname or middle name is abbreviated.", *_LOOK_AT_FILE
    ),
    "name.one_typo": _t(
        "full_name",
        "check",
        "Họ tên sai chính tả (vài chữ cái).",
        "The name is misspelt by a letter or a few.",
        *_LOOK_AT_FILE,
    ),
    "name.accents": _t(
        "full_name",
        "check",
        "Họ tên cùng chữ cái nhưng khác dấu.",
        "The letters of the name agree, its accents differ.",
        *_LOOK_AT_FILE,
    ),
    "name.middle_dropped": _t(
        "full_name", "check", "Một bên thiếu tên đệm.", "A middle name is missing on one side.", *_LOOK_AT_FILE
    ),
    "name.reordered": _t(
        "full_name",
        "check",
        "Các tiếng trong họ tên khác thứ tự.",
        "The parts of the name stand in another order.",
        *_LOOK_AT_FILE,
    ),
    "name.middle_differs": _t("full_name", "check", "Tên đệm khác nhau.", "The middle name differs.", *_LOOK_AT_FILE),
    "name.differs": _t(
        "full_name",
        "check",
        "Họ tên khác với cơ sở dữ liệu dân cư.",
        "The name differs from the register's.",
        *_LOOK_AT_FILE,
    ),
    "id.missing": _t(
        "id_number",
        "fix",
        "Hồ sơ không có số định danh.",
        "The file has no personal number.",
        "Bổ sung số định danh sau khi chủ sử dụng đất xác nhận.",
        "Add the personal number once the land user has confirmed it.",
    ),
    "id.zero_restored": _t(
        "id_number",
        "fix",
        "Số định danh bị mất số 0 ở đầu.",
        "The personal number lost its leading zero.",
        *_FIX_FROM_REGISTER,
    ),
    "id.repaired": _t(
        "id_number",
        "check",
        "Số định danh có ký tự đọc nhầm, đã sửa để đối chiếu.",
        "The personal number had misread characters, repaired for the comparison.",
        *_LOOK_AT_FILE,
    ),
    "id.one_off": _t(
        "id_number",
        "check",
        "Số định danh sai một chữ số, hoặc hai chữ số cạnh nhau bị đảo.",
        "The personal number is off by one digit, or two neighbours are swapped.",
        *_LOOK_AT_FILE,
    ),
    "id.old": _t(
        "id_number",
        "fix",
        "Hồ sơ ghi số giấy tờ cũ (CMND 9 số, hộ chiếu) của người này.",
        "The file has an older number (9-digit card, passport) of this person.",
        "Bổ sung số định danh 12 số, giữ số cũ làm giấy tờ thứ hai.",
        "Add the 12-digit number; keep the older one as second paper.",
    ),
    "id.cancelled": _t(
        "id_number",
        "fix",
        "Số định danh đã hủy và được xác lập lại.",
        "The personal number was cancelled and replaced.",
        *_FIX_FROM_REGISTER,
    ),
    "id.old_conflict": _t(
        "id_number",
        "check",
        "Số giấy tờ cũ là của người này, nhưng số định danh ghi trong hồ sơ là số khác.",
        "The older number is this person's, but the personal number in the file is another one.",
        *_LOOK_AT_FILE,
    ),
    "id.old_guessed": _t(
        "id_number",
        "check",
        "Số CMND cũ thiếu chữ số; chỉ khớp khi thêm số 0.",
        "The older number lacks digits; it agrees only with zeros put back.",
        *_LOOK_AT_FILE,
    ),
    "id.old_too_young": _t(
        "id_number",
        "check",
        "Số CMND 9 số ghi cho người quá trẻ để từng được cấp CMND.",
        "A card number of 9 digits stands beside somebody too young to have had such a card.",
        *_LOOK_AT_FILE,
    ),
    "id.old_differs": _t(
        "id_number",
        "check",
        "Số giấy tờ cũ không có trong các số mà cơ sở dữ liệu dân cư ghi cho người này.",
        "The older number isn't among those the register lists for this person.",
        *_LOOK_AT_FILE,
    ),
    "id.differs": _t(
        "id_number",
        "check",
        "Số định danh khác với cơ sở dữ liệu dân cư.",
        "The personal number differs from the register's.",
        *_LOOK_AT_FILE,
    ),
    "id.held_by_other": _t(
        "id_number",
        "check",
        "Số ghi trong hồ sơ là của người khác.",
        "The number in the file belongs to another person.",
        "Kiểm tra hồ sơ: có thể ghi nhầm dòng (vợ, chồng, người cùng hộ).",
        "Look into the file: the number may stand on the wrong line (spouse, household).",
    ),
    "id.belongs_to_spouse": _t(
        "id_number",
        "check",
        "Số ghi trong hồ sơ là của vợ hoặc chồng cùng đứng tên.",
        "The number in the file belongs to the spouse named beside.",
        "Đề nghị đổi lại số giữa hai vợ chồng sau khi kiểm tra hồ sơ.",
        "Swap the numbers of the couple after a look into the file.",
    ),
    "id.unknown": _t(
        "id_number",
        "check",
        "Số định danh đúng cấu trúc nhưng không có trong phạm vi dữ liệu dân cư được cung cấp.",
        "The number is well formed but isn't in the scope of the register provided.",
        *_ASK_POLICE,
    ),
    "id.invalid": _t(
        "id_number",
        "check",
        "Số giấy tờ sai cấu trúc và không sửa được.",
        "The number is malformed and can't be repaired.",
        *_ASK_OWNER,
    ),
    "birth_date.missing": _t(
        "birth_date", "fix", "Hồ sơ thiếu ngày sinh.", "The birth date is missing.", *_FIX_FROM_REGISTER
    ),
    "birth_date.year_only": _t(
        "birth_date",
        "fix",
        "Hồ sơ chỉ ghi năm sinh.",
        "The file has the birth year only.",
        *_FIX_FROM_REGISTER,
    ),
    "birth_date.month_only": _t(
        "birth_date",
        "fix",
        "Hồ sơ chỉ ghi tháng và năm sinh.",
        "The file has month and year of birth only.",
        *_FIX_FROM_REGISTER,
    ),
    "birth_date.year_in_disguise": _t(
        "birth_date",
        "fix",
        "Ngày 01/01 trong hồ sơ có thể chỉ là năm sinh.",
        "1 January in the file is probably a birth year only.",
        *_FIX_FROM_REGISTER,
    ),
    "birth_date.swapped": _t(
        "birth_date",
        "fix",
        "Ngày và tháng sinh bị đảo.",
        "Day and month of birth are swapped.",
        *_FIX_FROM_REGISTER,
    ),
    "birth_date.differs": _t(
        "birth_date",
        "check",
        "Ngày sinh khác với cơ sở dữ liệu dân cư.",
        "The birth date differs from the register's.",
        *_LOOK_AT_FILE,
    ),
    "sex.contradicts": _t(
        "sex", "check", "Giới tính trái với cơ sở dữ liệu dân cư.", "The sex contradicts the register.", *_LOOK_AT_FILE
    ),
    "sex.derived": _t(
        "sex",
        "info",
        "Giới tính trong tệp được suy ra từ số định danh, không dùng làm căn cứ.",
        "The file's sex was derived from the number and is no evidence.",
        *_NOTHING,
    ),
    "address.differs": _t(
        "address",
        "info",
        "Địa chỉ khác xã với nơi thường trú trong cơ sở dữ liệu dân cư.",
        "The address lies in another commune than the register's.",
        "Cập nhật địa chỉ nếu chủ sử dụng đất xác nhận.",
        "Update the address if the land user confirms it.",
    ),
    "address.commune_split": _t(
        "address",
        "info",
        "Xã cũ được chia về nhiều xã hiện nay.",
        "The old commune was divided among several present-day communes.",
        *_NOTHING,
    ),
    "S1a": _t(
        "person",
        "check",
        "Người này đã chết hoặc mất tích theo cơ sở dữ liệu dân cư.",
        "The register has this person as deceased or missing.",
        "Hướng dẫn người thừa kế làm thủ tục; ghi nhận người đang quản lý đất.",
        "Guide the heirs through the procedure; note who manages the land now.",
    ),
    "S1b": _t(
        "person",
        "check",
        "Hồ sơ ghi người này đã chết, cơ sở dữ liệu dân cư chưa ghi nhận.",
        "The file says that this person died; the register doesn't.",
        "Đề nghị nộp giấy chứng tử và đăng ký khai tử.",
        "Ask for the death certificate and its registration.",
    ),
    "S1c": _t(
        "person",
        "check",
        "Người này trên 110 tuổi và chưa được khai tử.",
        "This person would be over 110 years old, with no record of death.",
        *_ASK_POLICE,
    ),
    "S2a": _t(
        "id_number",
        "check",
        "Trong tệp, số giấy tờ này được ghi cho nhiều người khác nhau.",
        "In this file the number stands beside different people.",
        *_LOOK_AT_FILE,
    ),
    "S2b": _t(
        "record",
        "check",
        "Trong tệp, người này có nhiều mã chủ sử dụng đất.",
        "In this file the person has several land-user ids.",
        "Gộp các mã về một chủ sử dụng sau khi kiểm tra hồ sơ.",
        "Join the ids into one land user after a look into the files.",
    ),
    "S2c": _t(
        "record",
        "check",
        "Dòng này lặp lại nội dung của một dòng ở trên trong tệp.",
        "This row repeats what an earlier row of the file says.",
        "Kiểm tra và bỏ dòng trùng.",
        "Check, and remove the repeated row.",
    ),
    "S3": _t(
        "record",
        "info",
        "Người sử dụng hiện tại không phải là người đứng tên trên giấy chứng nhận.",
        "The current user isn't the holder named on the certificate.",
        "Hướng dẫn làm thủ tục chuyển quyền, thừa kế hoặc tặng cho.",
        "Guide the parties through transfer, inheritance or gift.",
    ),
    "S6": _t(
        "record",
        "info",
        "Một ô ghi nhiều chủ sử dụng; đã tách thành từng người.",
        "One cell names several owners; they were separated.",
        *_NOTHING,
    ),
    "household.members_unknown": _t(
        "record",
        "info",
        "Hồ sơ ghi hộ gia đình nhưng chỉ nêu chủ hộ; các thành viên khác chưa biết.",
        "A household is named by its head only; its other members are unknown.",
        "Xác định thành viên hộ gia đình tại thời điểm được giao đất.",
        "Establish who belonged to the household when the land was allotted.",
    ),
    "candidates.several": _t(
        "record",
        "check",
        "Có {people} người cùng khớp, chưa xác định được ai.",
        "{people} people agree alike; which one it is can't be told.",
        *_ASK_OWNER,
    ),
    "candidates.unsure": _t(
        "record",
        "check",
        "Có người gần giống trong dữ liệu dân cư nhưng chưa đủ chắc chắn để xác định.",
        "Somebody in the register is near, but what is known doesn't suffice to say that it is the person.",
        *_ASK_OWNER,
    ),
    "candidates.truncated": _t(
        "record",
        "check",
        "Quá nhiều người có cùng thông tin; chưa so sánh hết.",
        "Too many people share what is known; not all were compared.",
        *_ASK_OWNER,
    ),
    "record.incomplete": _t(
        "record",
        "check",
        "Thiếu dữ liệu để kết luận.",
        "There is too little to decide.",
        *_ASK_OWNER,
    ),
    "record.not_established": _t(
        "record",
        "check",
        "Những gì đã gửi chưa đủ để xác định một người.",
        "What was sent doesn't establish a person.",
        "Đối chiếu với hồ sơ gốc; lý do hiện với khóa có quyền match:disclose.",
        "Compare with the original file; a key with match:disclose sees the reason.",
    ),
    "record.not_found": _t(
        "record",
        "check",
        "Không tìm thấy người này trong phạm vi dữ liệu dân cư được cung cấp.",
        "Nobody in the scope of the register provided is this person.",
        *_ASK_OWNER,
    ),
    "record.organisation": _t(
        "record",
        "info",
        "Chủ sử dụng là tổ chức, cộng đồng hoặc cơ sở tôn giáo; không đối chiếu với dân cư.",
        "The land user is an organisation, community or religious body, not a person of the register.",
        *_NOTHING,
    ),
    "record.foreign": _t(
        "record",
        "info",
        "Giấy tờ là hộ chiếu; chuyển xác minh với cơ quan quản lý xuất nhập cảnh nếu là người nước ngoài.",
        "The paper is a passport; if a foreigner, verify with the immigration authority.",
        "Chuyển xác minh với cơ quan quản lý xuất nhập cảnh.",
        "Refer to the immigration authority.",
    ),
    "record.placeholder": _t(
        "record",
        "check",
        "Bản ghi tạm, chưa có chủ sử dụng thật.",
        "A temporary record without a real land user.",
        "Xác định chủ sử dụng đất thực tế.",
        "Find out who really uses the land.",
    ),
}
