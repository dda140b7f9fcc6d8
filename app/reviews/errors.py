"""What the room of reviews refuses, with its facts and what to do about it."""

from __future__ import annotations

from app.errors import Conflict, Invalid, NotFound, Text


class ReviewMissing(NotFound):
    """There is no such review."""

    code = "review.not_found"
    title = Text("Không có đợt rà soát này", "No such review")
    # What was asked for isn't repeated: a path may hold anything.
    detail = Text("Không có đợt rà soát có mã này.", "There is no review with this id.")


class ItemMissing(NotFound):
    """The review has no such item."""

    code = "review.item_not_found"
    title = Text("Không có trường hợp này", "No such item")
    detail = Text("Đợt rà soát không có trường hợp mang số này.", "The review has no item of this number.")


class NothingLeft(NotFound):
    """Nothing waits for this reviewer."""

    code = "review.nothing_left"
    title = Text("Không còn trường hợp nào", "Nothing is left to judge")
    detail = Text(
        "Không còn trường hợp nào chờ người rà soát này; {taken} trường hợp đang mở ở người khác.",
        "Nothing waits for this reviewer; others have {taken} items before them.",
    )


class NotBlind(Conflict):
    """The second opinion must come from somebody else than the first."""

    code = "review.not_blind"
    title = Text("Cần người thứ hai", "Another reviewer is needed")
    detail = Text(
        "Ý kiến thứ hai phải do người khác, không xem ý kiến thứ nhất.",
        "The second opinion must come from somebody else, who doesn't see the first.",
    )


class CandidateUnknown(Invalid):
    """The judgement names a candidate that the item doesn't show."""

    code = "review.candidate_unknown"
    title = Text("Không có ứng viên này", "No such candidate")
    detail = Text(
        "Trường hợp này có {shown} ứng viên; hãy chọn candidate_no từ 1, hoặc bỏ trống.",
        "This item shows {shown} candidates; choose candidate_no from 1, or leave it out.",
    )


class NobodyChosen(Invalid):
    """To say "the same person" where nobody is named, a candidate has to be chosen."""

    code = "review.nobody_chosen"
    title = Text("Chưa chọn người", "Nobody was chosen")
    detail = Text(
        "Máy không nêu tên ai; hãy chọn candidate_no của người đúng.",
        "The machine named nobody; choose the candidate_no of the right person.",
    )


class OtherPersonJudged(Conflict):
    """The word in force is about another person: it has to be taken back first, so that it can come back exactly."""

    code = "review.other_person"
    title = Text("Ý kiến đang có nói về người khác", "The present judgement is about another person")
    detail = Text(
        "Hãy hoàn tác ý kiến số {judgement} rồi mới xét người khác.",
        "Take back judgement {judgement} first, then judge another person.",
    )


class ApprovalWithdrawn(Conflict):
    """The bulk approval was undone already."""

    code = "approval.withdrawn"
    title = Text("Phê duyệt đã được hoàn tác", "The approval was undone already")
    detail = Text("Phê duyệt {approval} đã được hoàn tác.", "Approval {approval} was undone already.")


class ApprovalInForce(Conflict):
    """The commune and category are approved already: a second approval would outlive the undoing of the first."""

    code = "approval.in_force"
    title = Text("Đã được phê duyệt", "Approved already")
    detail = Text(
        "Phê duyệt {approval} cho xã và nhóm này đang có hiệu lực; hoàn tác nó trước khi duyệt lại.",
        "Approval {approval} of this commune and category is in force; undo it before approving again.",
    )


class SampleTooSmall(Conflict):
    """A bulk approval needs a sample of its own rows that was judged without error."""

    code = "approval.sample_too_small"
    title = Text("Chưa đủ mẫu", "The sample is too small")
    detail = Text(
        "Cần {needed} trường hợp nhóm {category} của xã {commune} được xét là đúng người; mới có {judged}, trong đó"
        " {errors} sai và {unclear} chưa rõ. Lấy thêm mẫu, xét hết rồi duyệt.",
        "{needed} items of {category} in commune {commune} must have been judged the same person; there are {judged},"
        " of them {errors} wrong and {unclear} unclear. Draw a sample, judge all of it, then approve.",
    )


class NothingToApprove(Conflict):
    """No row of the commune and category can be repaired from the register."""

    code = "approval.nothing"
    title = Text("Không có gì để phê duyệt", "There is nothing to approve")
    detail = Text(
        "Xã {commune} không có dòng nào nhóm {category} để bổ sung từ dữ liệu dân cư.",
        "Commune {commune} has no row of category {category} to be filled in from the register.",
    )


class CategoryNotBulk(Invalid):
    """The category may not be approved all at once."""

    code = "approval.category"
    title = Text("Nhóm này không được duyệt hàng loạt", "This category can't be approved in bulk")
    detail = Text(
        "Chỉ các nhóm {allowed} được duyệt hàng loạt; nhóm {category} cần xem từng hồ sơ.",
        "Only {allowed} can be approved in bulk; {category} needs a look at each file.",
    )


class ReviewerMissing(Invalid):
    """Judgements are a named person's."""

    status = 400
    code = "review.reviewer_missing"
    title = Text("Thiếu tên người rà soát", "The reviewer's name is missing")
    detail = Text(
        "Gửi tên người rà soát trong X-Reviewer (1 đến {most} ký tự, UTF-8 hoặc mã hóa phần trăm).",
        "Send the reviewer's name in X-Reviewer (1 to {most} characters, UTF-8 or percent-encoded).",
    )
