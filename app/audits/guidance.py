"""What is recommended in each case: findings as matching.findings has them, categories and complex cases beside.

Guidance is data. Where it follows from a source, the source is named; all else is marked as this project's proposal,
for an office to set its own in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from matching.findings import FINDINGS

PROPOSAL: Final = "đề xuất của Khớp / Khớp's proposal"
_OWN: Final = PROPOSAL


class Guidance(NamedTuple):
    """A case, what to do about it, which paper to ask for, and where that is from."""

    case_vi: str
    case_en: str
    action_vi: str
    action_en: str
    paper_vi: str  # the document to ask for; "" where none is needed
    paper_en: str
    source: str = PROPOSAL


_CARD = ("Căn cước (CCCD) hoặc ứng dụng VNeID", "identity card or VNeID")
_NO_PAPER = ("", "")

# By category (DOMAIN 7).
CATEGORIES: Final[Mapping[str, Guidance]] = {
    "M1": Guidance("Khớp hoàn toàn", "Full match", "Không cần làm gì.", "Nothing to do.", *_NO_PAPER),
    "M2": Guidance(
        "Khớp, chỉ khác cách viết", "Full, spelling differs", "Không cần làm gì.", "Nothing to do.", *_NO_PAPER
    ),
    "P1a": Guidance(
        "Đúng số; họ tên mất dấu",
        "Right number; the name lost its accents",
        "Cập nhật họ tên theo CSDL dân cư sau khi phê duyệt; giữ nguyên giá trị trên giấy chứng nhận.",
        "Update the name from the register once approved; what the certificate says stays as it is.",
        *_NO_PAPER,
    ),
    "P1b": Guidance(
        "Đúng số; họ tên là tên gọi khác hoặc tên trước đây",
        "Right number; another or a former name",
        "Đối chiếu quyết định thay đổi hộ tịch; ghi nhận cả hai tên, đính chính giấy chứng nhận khi chủ đề nghị.",
        "Look at the civil-status decision; note both names, correct the certificate when its holder asks.",
        "Quyết định hoặc trích lục thay đổi, cải chính hộ tịch",
        "the decision on, or extract of, the change of civil status",
    ),
    "P1c": Guidance(
        "Đúng số; họ tên khác",
        "Right number; another name",
        "Xem hồ sơ gốc: viết sai, đổi tên, hay ghi nhầm số của người khác.",
        "Look into the original file: misspelt, renamed, or the number of somebody else.",
        *_CARD,
    ),
    "P2a": Guidance(
        "Hồ sơ chỉ có năm sinh",
        "Birth year only",
        "Bổ sung ngày tháng sinh theo CSDL dân cư sau khi phê duyệt.",
        "Add day and month from the register once approved.",
        *_NO_PAPER,
        "Mẫu giấy chứng nhận cũ chỉ in năm sinh / older certificates print the birth year only",
    ),
    "P2b": Guidance(
        "Ngày và tháng sinh bị đảo",
        "Day and month swapped",
        "Cập nhật theo CSDL dân cư sau khi phê duyệt.",
        "Update from the register once approved.",
        *_NO_PAPER,
    ),
    "P2c": Guidance(
        "Ngày sinh khác",
        "Another birth date",
        "Đối chiếu hồ sơ gốc với giấy khai sinh; bên sai thì bên đó sửa.",
        "Compare the file with the birth certificate; whichever side is wrong is corrected.",
        "Giấy khai sinh hoặc căn cước",
        "birth certificate or identity card",
    ),
    "P2d": Guidance(
        "Hồ sơ thiếu ngày sinh",
        "Birth date missing",
        "Bổ sung theo CSDL dân cư sau khi phê duyệt.",
        "Add it from the register once approved.",
        *_NO_PAPER,
    ),
    "P3": Guidance(
        "Giới tính trái", "Sex contradicts", "Xem hồ sơ gốc và căn cước.", "Look at the file and the card.", *_CARD
    ),
    "P5a": Guidance(
        "Hồ sơ ghi CMND 9 số của người này",
        "The file has the person's 9-digit card",
        "Bổ sung số định danh 12 số; giữ CMND làm giấy tờ thứ hai.",
        "Add the 12-digit number; keep the old card as second paper.",
        *_NO_PAPER,
    ),
    "P5d": Guidance(
        "Số định danh đã hủy, xác lập lại",
        "A cancelled personal number",
        "Thay bằng số đang dùng sau khi phê duyệt.",
        "Put the current number in its place once approved.",
        *_NO_PAPER,
        "Thông tư 59/2021/TT-BCA, Điều 6",
    ),
    "P6": Guidance(
        "Không có số; họ tên và ngày sinh chỉ đúng một người",
        "No number; name and birth date fit one person only",
        "Chủ sử dụng xác nhận số định danh trước khi bổ sung.",
        "The land user confirms the number before it is added.",
        *_CARD,
    ),
    "P7": Guidance(
        "Số ghi sai một ký tự hoặc mất số 0",
        "A digit wrong, or a zero lost",
        "Mất số 0: sửa sau khi phê duyệt. Sai khác: xem bản chụp giấy tờ trong hồ sơ.",
        "A lost zero: repair once approved. Otherwise look at the copy of the paper in the file.",
        *_CARD,
    ),
    "P8": Guidance(
        "Số ghi là của người khác, tìm được người qua họ tên và ngày sinh",
        "Somebody else's number; the person was found by name and birth date",
        "Kiểm tra hai vợ chồng hoặc người cùng thửa có bị ghi nhầm dòng không; đổi lại sau khi xem hồ sơ.",
        "See whether spouses or co-owners stand on each other's line; swap after a look into the file.",
        "Căn cước của cả hai người; giấy chứng nhận kết hôn nếu là vợ chồng",
        "both people's cards; the marriage certificate of a couple",
    ),
    "P9": Guidance(
        "Một người, nhiều chỗ khác nhau",
        "One person, several differences",
        "Xem hồ sơ; còn nghi thì gặp chủ sử dụng.",
        "Look into the file; in doubt visit the land user.",
        *_CARD,
    ),
    "A1": Guidance(
        "Nhiều người cùng khớp như nhau",
        "Several people fit alike",
        "Gặp chủ sử dụng để lấy số định danh; không chọn thay.",
        "Ask the land user for the personal number; don't choose for them.",
        *_CARD,
    ),
    "U1": Guidance(
        "Số đúng cấu trúc, không có trong phạm vi CSDL được cung cấp",
        "Well-formed number, not in the scope of the register provided",
        "Chuyển Công an cấp xã xác minh: người ngoài tỉnh, đã mất, hoặc chưa có trong CSDL dân cư.",
        "Refer to the commune police: somebody of another province, deceased, or missing from the register.",
        *_CARD,
    ),
    "U2": Guidance(
        "Số sai cấu trúc, không sửa được", "Malformed number", "Gặp chủ sử dụng.", "Visit the land user.", *_CARD
    ),
    "U3": Guidance(
        "Thiếu dữ liệu để kết luận",
        "Too little to decide",
        "Bổ sung số định danh, ngày sinh từ hồ sơ; thiếu thì gặp chủ sử dụng.",
        "Add number and birth date from the file; where they are missing visit the land user.",
        *_CARD,
    ),
    "U4": Guidance(
        "Số là của người khác, không tìm được người",
        "Somebody else's number; nobody found",
        "Xem hồ sơ gốc: số của người cùng hộ, người nhận chuyển nhượng bằng giấy tay, hay gõ nhầm.",
        "Look at the file: the number of the household, of a buyer by handwritten paper, or a typing error.",
        *_CARD,
    ),
    "U5": Guidance(
        "Đủ họ tên, ngày sinh, không có số, không tìm được người",
        "Name and date without number; nobody found",
        "Gặp chủ sử dụng; nếu đã mất hoặc đi xa thì xem các trường hợp phức tạp.",
        "Visit the land user; deceased or away: see the complex cases.",
        *_CARD,
    ),
    "S4": Guidance(
        "Tổ chức, cộng đồng, cơ sở tôn giáo",
        "Organisation, community, religious body",
        "Không đối chiếu với dân cư; đối chiếu mã số doanh nghiệp/tổ chức; người đại diện tính riêng.",
        "Not compared with the register; check its own number; its representative counts apart.",
        "Quyết định thành lập hoặc giấy đăng ký",
        "founding decision or registration",
    ),
    "S5": Guidance(
        "Người nước ngoài, người Việt Nam ở nước ngoài",
        "Foreigner, or Vietnamese abroad",
        "Có số định danh thì đối chiếu số; không có thì chuyển cơ quan quản lý xuất nhập cảnh.",
        "With a personal number compare it; without one refer to the immigration authority.",
        "Hộ chiếu, giấy xác nhận nguồn gốc Việt Nam",
        "passport, certificate of Vietnamese origin",
    ),
    "S7": Guidance(
        "Bản ghi tạm",
        "Placeholder",
        "Xác định chủ sử dụng đất thực tế.",
        "Find out who really uses the land.",
        *_CARD,
    ),
}

# Cases that a finding shows, or that only an officer can see.
COMPLEX: Final[Mapping[str, Guidance]] = {
    "owner_deceased": Guidance(
        "Chủ sử dụng đã mất (S1a, S1b, S1c)",
        "The owner died (S1a, S1b, S1c)",
        "Có di chúc hoặc văn bản phân chia: lấy giấy tờ của người thừa kế và hướng dẫn thủ tục. Không có: giữ giấy tờ "
        "của người đã mất, ghi người đang quản lý đất.",
        "With a will or a deed of division: the heirs' papers, and guide them through the procedure. Without: keep the "
        "deceased's papers and note who manages the land.",
        "Giấy chứng tử; di chúc hoặc văn bản phân chia di sản; căn cước của người thừa kế",
        "death certificate; will or deed of division; the heirs' cards",
        "Hướng dẫn chiến dịch, theo báo chí (laodong 1588834) / the campaign's guidance, as reported",
    ),
    "paper_lost": Guidance(
        "Mất giấy chứng nhận, hoặc giấy đang thế chấp",
        "The certificate is lost, or pledged",
        "Ghi tình trạng giấy (giữ, mất, thế chấp, đang làm thủ tục). Mất: hướng dẫn cấp lại; thế chấp: lấy bản sao ở "
        "tổ chức tín dụng.",
        "Note the certificate's state (held, lost, pledged, in procedure). Lost: guide through its renewal; pledged: a "
        "copy from the bank.",
        "Đơn trình báo mất; bản sao giấy chứng nhận",
        "report of the loss; a copy of the certificate",
    ),
    "missing_in_register": Guidance(
        "Không có trong CSDL dân cư",
        "Missing from the register",
        "Công an cấp xã kiểm tra: ngoài phạm vi dữ liệu, chưa đăng ký, đã xóa; rồi mới kết luận.",
        "The commune police check: out of scope, not registered, deleted; only then conclude.",
        *_CARD,
    ),
    "missing_in_land_data": Guidance(
        "Có giấy chứng nhận nhưng không có trong CSDL đất đai",
        "A certificate without a land record",
        "Lập hồ sơ bổ sung từ bản lưu; không tạo bản ghi chỉ từ CSDL dân cư.",
        "Add the record from the archive; never make one from the register alone.",
        "Giấy chứng nhận, sổ địa chính",
        "certificate, cadastral book",
    ),
    "number_of_several": Guidance(
        "Một số giấy tờ ghi cho nhiều người (S2a)",
        "One number beside several people (S2a)",
        "Xác định số là của ai theo căn cước; người còn lại để trống số rồi bổ sung, không giữ số sai.",
        "Find out by the card whose number it is; the others stand without one until theirs is known.",
        "Căn cước của từng người",
        "each person's card",
    ),
    "name_changed": Guidance(
        "Đổi tên, cải chính họ tên",
        "The name was changed",
        "Ghi tên hiện nay và tên trên giấy chứng nhận cạnh nhau; đính chính giấy khi chủ đề nghị.",
        "Keep today's name beside the certificate's; correct the certificate when its holder asks.",
        "Trích lục thay đổi, cải chính hộ tịch",
        "extract of the change of civil status",
    ),
    "several_owners": Guidance(
        "Nhiều người cùng đứng tên (S6)",
        "Several owners (S6)",
        "Từng người là một lượt; thửa chỉ đạt khi mọi người đều đạt. Không suy ra người không có tên.",
        "Each is a land user; the parcel is ok when all are. Nobody who isn't named is inferred.",
        "Căn cước của từng người",
        "each person's card",
    ),
    "household": Guidance(
        "Hộ gia đình chỉ nêu chủ hộ",
        "A household named by its head only",
        "Xác định thành viên có chung quyền tại thời điểm giao đất; không lấy danh sách từ CSDL dân cư hiện nay.",
        "Establish who shared the right when the land was allotted; not from today's register.",
        "Sổ hộ khẩu cũ, quyết định giao đất",
        "former household book, decision on the allotment",
    ),
    "organisation": Guidance(
        "Tổ chức sử dụng đất",
        "Organisation",
        "Kiểm tra tên và mã số tổ chức; người đại diện đối chiếu riêng, không tính vào tỷ lệ cá nhân.",
        "Check name and number; its representative is matched apart and outside the rates of people.",
        "Giấy đăng ký, quyết định cử người đại diện",
        "registration, appointment of the representative",
    ),
    "abroad": Guidance(
        "Người đang ở nước ngoài",
        "The person is abroad",
        "Liên hệ người được ủy quyền hoặc qua VNeID; ghi chưa liên hệ được, không kết luận là không có người.",
        "Reach the authorised person, or by VNeID; note as not reached, never as nobody.",
        "Giấy ủy quyền, hộ chiếu",
        "power of attorney, passport",
    ),
    "commune_split": Guidance(
        "Xã cũ chia về nhiều xã",
        "The old commune was divided",
        "Xác định xã hiện nay theo thôn, tờ bản đồ; trước đó thửa nằm ở dòng 'chưa xác định xã'.",
        "Find the present-day commune by hamlet and map sheet; until then the parcel stands under 'commune unknown'.",
        *_NO_PAPER,
    ),
    "handwritten_transfer": Guidance(
        "Chuyển nhượng giấy tay; người sử dụng khác người đứng tên (S3)",
        "Handwritten transfer; the user isn't the holder (S3)",
        "Ghi cả người đứng tên và người đang sử dụng; hướng dẫn thủ tục chuyển quyền.",
        "Note both the holder and the user; guide them through the transfer.",
        "Giấy tờ chuyển nhượng, căn cước của hai bên",
        "the deed of transfer, both parties' cards",
    ),
}

# Which complex case a finding belongs to.
CASE_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("S1a", "S1b", "S1c"), "owner_deceased"),
    "S2a": "number_of_several",
    "S3": "handwritten_transfer",
    "S6": "several_owners",
    "household.members_unknown": "household",
    "record.organisation": "organisation",
    "record.foreign": "abroad",
    "id.unknown": "missing_in_register",
    "name.other_name": "name_changed",
    "address.commune_split": "commune_split",
}


def guidance_for(figures: Mapping[str, int]) -> list[dict[str, Any]]:
    """The guidance on what occurs in figures, and on the complex cases, with how many land users each concerns."""
    found = []
    for name, count in figures.items():
        kind, _, code = name.partition(".")
        if kind == "category" and count and code in CATEGORIES:
            found.append({"kind": "category", "code": code, "land_users": count, **CATEGORIES[code]._asdict()})
        elif kind == "finding" and count and code in FINDINGS:
            found.append({"kind": "finding", "code": code, "land_users": count, **_of_finding(code)})
    found += [{"kind": "case", "code": code, "land_users": None, **case._asdict()} for code, case in COMPLEX.items()]
    return found


def _of_finding(code: str) -> dict[str, str]:
    text = FINDINGS[code]
    case = COMPLEX.get(CASE_OF.get(code, ""))
    papers = {"paper_vi": case.paper_vi, "paper_en": case.paper_en} if case else {"paper_vi": "", "paper_en": ""}
    said = text.vi.replace("{people}", "nhiều"), text.en.replace("{people}", "Several")
    return {
        "case_vi": said[0],
        "case_en": said[1],
        "action_vi": text.action_vi,
        "action_en": text.action_en,
        **papers,
        "source": _OWN,
    }
