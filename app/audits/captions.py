"""How figures are called in reports: Vietnamese first, English beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from app.errors import Text

Json = dict[str, Any]


class Line(NamedTuple):
    """A line of a table: the figure, what it is called, and of which figure its percentage is."""

    figure: str
    caption: Text
    of: str = ""  # "": no percentage


_ENTITY: Final = {
    "certificates": Text("Giấy chứng nhận", "Certificates"),
    "parcels": Text("Thửa đất", "Parcels"),
}
_SHARE: Final = {
    "all_full": Text("mọi người khớp hoàn toàn", "everybody full"),
    "all_full_independent": Text("— khớp độc lập", "— independently"),
    "all_full_enriched": Text("— khớp sau làm giàu", "— after enrichment"),
    "some_full": Text("một phần số người khớp hoàn toàn", "some full, some not"),
    "none_full": Text("chưa ai khớp hoàn toàn", "nobody full"),
    "nobody_in_scope": Text("không có cá nhân thuộc phạm vi", "nobody in scope"),
}

ROWS: Final = (
    Line("rows.total", Text("Dòng của tệp nguồn", "Rows of the input")),
    Line("rows.with_people", Text("có người sử dụng đất", "with land users"), "rows.total"),
    Line("rows.skipped", Text("bỏ qua (tổng, tiêu đề, trống)", "skipped (totals, headers, blanks)"), "rows.total"),
    Line("rows.unread", Text("không đọc được", "unreadable"), "rows.total"),
)
LAND_USERS: Final = (
    Line("land_users.total", Text("Lượt người sử dụng đất", "Land users")),
    Line("land_users.in_scope", Text("thuộc phạm vi đối chiếu", "in scope"), "land_users.total"),
    Line("land_users.out_of_scope", Text("ngoài phạm vi", "out of scope"), "land_users.total"),
    Line("land_users.full", Text("khớp hoàn toàn", "full"), "land_users.in_scope"),
    Line("land_users.full_independent", Text("— khớp độc lập", "— independent"), "land_users.in_scope"),
    Line("land_users.full_enriched", Text("— khớp sau làm giàu", "— after enrichment"), "land_users.in_scope"),
    Line("land_users.partial", Text("khớp một phần", "partial"), "land_users.in_scope"),
    Line("land_users.none", Text("không khớp", "none"), "land_users.in_scope"),
)
IDENTITY: Final = (
    Line("land_users.identity.confirmed", Text("đã xác định được người", "identity confirmed"), "land_users.in_scope"),
    Line(
        "land_users.identity.probable",
        Text("có khả năng cao, cần xác nhận", "probable, to be confirmed"),
        "land_users.in_scope",
    ),
    Line("land_users.identity.not_established", Text("chưa xác định được", "not established"), "land_users.in_scope"),
)
OUTCOMES: Final = (
    Line("land_users.in_scope", Text("Lượt người thuộc phạm vi", "Land users in scope")),
    Line(
        "land_users.outcome.full_independent",
        Text("khớp độc lập, không cần người xét", "full independently, nobody decided"),
        "land_users.in_scope",
    ),
    Line(
        "land_users.outcome.full_enriched",
        Text("khớp sau làm giàu, không cần người xét", "full after enrichment, nobody decided"),
        "land_users.in_scope",
    ),
    Line(
        "land_users.outcome.decided_same",
        Text("người rà soát: đúng là người này", "decided by a person: it is this person"),
        "land_users.in_scope",
    ),
    Line(
        "land_users.outcome.decided_not_same",
        Text("người rà soát: không phải người này", "decided by a person: it is not"),
        "land_users.in_scope",
    ),
    *(
        Line(
            f"land_users.decided_not_same.then_{verdict}",
            Text(f"— loại người đó thì {vi}", f"— without that person: {verdict}"),
            "land_users.in_scope",
        )
        for verdict, vi in (("full", "khớp hoàn toàn"), ("partial", "khớp một phần"), ("none", "không khớp"))
    ),
    Line(
        "land_users.outcome.decided_contradictory",
        Text("ý kiến rà soát trái nhau, chưa kết luận", "people contradict each other: open"),
        "land_users.in_scope",
    ),
    Line(
        "land_users.outcome.partial",
        Text("khớp một phần, chưa ai xét", "partial, nobody decided"),
        "land_users.in_scope",
    ),
    Line("land_users.outcome.none", Text("không khớp, chưa ai xét", "none, nobody decided"), "land_users.in_scope"),
)
DECIDED: Final = (
    Line("rows.decided", Text("dòng có người quyết định", "rows on which a person decided"), "rows.total"),
    Line("land_users.decided", Text("lượt người", "land users"), "land_users.in_scope"),
    Line("persons.decided", Text("người (phân biệt)", "distinct persons"), "persons.total"),
    Line("certificates.decided", Text("giấy chứng nhận", "certificates"), "certificates.total"),
    Line("parcels.decided", Text("thửa đất", "parcels"), "parcels.total"),
)
PERSONS: Final = (
    Line("persons.total", Text("Người (phân biệt)", "Distinct persons")),
    Line("persons.in_scope", Text("thuộc phạm vi", "in scope"), "persons.total"),
    Line("persons.full", Text("khớp hoàn toàn ở mọi lượt", "full wherever they stand"), "persons.in_scope"),
    Line("persons.full_independent", Text("— khớp độc lập", "— independently"), "persons.in_scope"),
    Line("persons.full_enriched", Text("— khớp sau làm giàu", "— after enrichment"), "persons.in_scope"),
    Line("persons.partial", Text("yếu nhất là khớp một phần", "partial at the weakest"), "persons.in_scope"),
    Line("persons.none", Text("có lượt không khớp", "none at the weakest"), "persons.in_scope"),
)
ENTITIES: Final = {
    unit: (
        Line(f"{unit}.total", caption),
        *(Line(f"{unit}.{share}", text, f"{unit}.total") for share, text in _SHARE.items()),
    )
    for unit, caption in _ENTITY.items()
}
ACTORS: Final = {
    "none": Text("Không cần làm gì", "Nothing to do"),
    "bulk": Text("Sửa hàng loạt sau phê duyệt", "Bulk repair once approved"),
    "office": Text("Xem hồ sơ tại văn phòng", "Look into the file"),
    "field": Text("Gặp chủ sử dụng đất", "Visit the land user"),
    "police": Text("Công an cấp xã xác minh", "Commune police verify"),
}
BLOCKERS: Final = {"placeholder": Text("có bản ghi tạm", "a placeholder")}
UNIT_KINDS: Final = {
    "commune": Text("xã", "commune"),
    "outside": Text("ngoài địa bàn", "outside the area"),
    "old": Text("xã cũ", "former commune"),
    "unknown": Text("chưa xác định xã", "commune unknown"),
}
# The columns of the table of communes.
COMMUNE_COLUMNS: Final = (
    Line("rows.total", Text("Dòng", "Rows")),
    Line("rows.unread", Text("Không đọc được", "Unreadable")),
    Line("land_users.total", Text("Lượt người", "Land users")),
    Line("land_users.in_scope", Text("Thuộc phạm vi", "In scope")),
    Line("land_users.full_independent", Text("Khớp độc lập", "Full, independent")),
    Line("land_users.full_enriched", Text("Khớp sau làm giàu", "Full, enriched")),
    Line("land_users.partial", Text("Khớp một phần", "Partial")),
    Line("land_users.none", Text("Không khớp", "None")),
    Line("land_users.identity.confirmed", Text("Đã xác định người", "Identity confirmed")),
    Line("land_users.decided", Text("Có người quyết định", "Decided by people")),
    Line("persons.total", Text("Người", "Persons")),
    Line("certificates.total", Text("Giấy CN", "Certificates")),
    Line("parcels.total", Text("Thửa", "Parcels")),
    Line("parcels.all_full", Text("Thửa khớp đủ", "All full")),
    Line("parcels.some_full", Text("Thửa một phần", "Some full")),
    Line("parcels.none_full", Text("Thửa không", "None full")),
    Line("parcels.people_ok", Text("Thửa đạt về người", "People ok")),
)
ANSWERS: Final = Text("Cơ quan quản lý dữ liệu dân cư trả lời khác Khớp", "The authority's answers differ from Khớp")
ANSWERS_NOTE: Final = Text(
    "Khoảng 95 % chính xác (nhị thức, Clopper-Pearson). Khoảng này nói về mọi lượt cùng nhóm chỉ khi các lượt được trả "
    "lời là mẫu ngẫu nhiên của nhóm; nếu chỉ gửi những lượt nghi ngờ thì không.",
    "Exact 95 % intervals (binomial, Clopper-Pearson). They speak for all land users of the status only where those "
    "answered are a random sample of it; not where only doubtful ones were sent.",
)
_Moved = Callable[[Json], int]


def _moved(*pairs: str) -> _Moved:
    return lambda each: sum(each["land_users"].get(pair, 0) for pair in pairs)


# Columns of progress since the audit before: how many land users moved so, in the whole or in one commune.
PROGRESS: Final[tuple[tuple[Text, _Moved], ...]] = (
    (Text("Không → một phần", "None → partial"), _moved("none->partial")),
    (Text("Không → hoàn toàn", "None → full"), _moved("none->full")),
    (Text("Một phần → hoàn toàn", "Partial → full"), _moved("partial->full")),
    (Text("Tiến lên", "Improved"), lambda each: int(each["improved"])),
    (Text("Lùi lại", "Fell back"), lambda each: int(each["fell_back"])),
    (Text("Giữ nguyên", "Stayed"), _moved("full->full", "partial->partial", "none->none")),
    (Text("Mới có", "New"), _moved("absent->full", "absent->partial", "absent->none")),
    (Text("Không còn", "Gone"), _moved("full->absent", "partial->absent", "none->absent")),
)
REPEATED: Final = Text("Trừ phần đếm lặp", "Less counted in several")
WHOLE: Final = Text("Toàn địa bàn", "The whole area")


def known_lines(lines: Iterable[Line], figures: Mapping[str, int]) -> list[Line]:
    """The lines whose figure was counted: a report that was signed long ago may lack newer ones."""
    return [line for line in lines if line.figure in figures]


def criteria_lines(report: Json) -> list[tuple[str, Line, Line]]:
    """For each criterion its name, land users who meet it, and parcels on which all do."""
    return [
        (
            f"{criterion['vi']} / {criterion['en']}",
            Line(f"land_users.criterion.{criterion['code']}", Text(*_pair(criterion)), "land_users.in_scope"),
            Line(f"parcels.criterion.{criterion['code']}", Text(*_pair(criterion)), "parcels.total"),
        )
        for criterion in report["definitions"]["criteria"]
    ]


def blocker_lines(report: Json) -> list[Line]:
    """What keeps parcels from being ok on the people's side; a parcel may be blocked by several."""
    names = {
        each["code"]: Text(f"chưa {each['vi']}", f"not {each['en']}") for each in report["definitions"]["criteria"]
    }
    names |= BLOCKERS
    return [Line(f"parcels.blocked_by.{code}", text, "parcels.total") for code, text in names.items()]


def status_lines(report: Json) -> list[Line]:
    """The authority's words."""
    return [
        Line(f"land_users.status.{status['code']}", Text(*_pair(status)), "land_users.in_scope")
        for status in report["definitions"]["statuses"]
    ]


def answer_lines(report: Json) -> list[tuple[Text, int]]:
    """What the authority answered, and each way in which it differs from Khớp that occurs."""
    found = report["authority"]
    names = {status["code"]: Text(*_pair(status)) for status in report["definitions"]["statuses"]}
    lines = [(Text("Đã trả lời", "Answered"), found["answered"]), (Text("Trùng với Khớp", "Agreed"), found["agreed"])]
    for pair, count in found.items():
        one, arrow, other = pair.partition("->")
        if arrow and count:
            ours, theirs = names[one], names[other]
            vi, en = f"Khớp: {ours.vi}; trả lời: {theirs.vi}", f"Khớp: {ours.en}; answered: {theirs.en}"
            lines.append((Text(vi, en), count))
    return lines


def answer_rates(report: Json) -> list[tuple[Text, Json]]:
    """How often the authority differs, by what Khớp says; the first line is of all."""
    names = {status["code"]: Text(*_pair(status)) for status in report["definitions"]["statuses"]}
    names[""] = Text("mọi lượt", "all land users")
    return [(names[rate["status"]], rate) for rate in report.get("authority_rates") or ()]


def action_lines(figures: Mapping[str, int]) -> list[Line]:
    """Who acts next, on how many land users."""
    return [
        Line(f"land_users.action.{actor}", text, "land_users.total")
        for actor, text in ACTORS.items()
        if f"land_users.action.{actor}" in figures
    ]


def group_lines(report: Json) -> list[tuple[str, str, str]]:
    """The groups of parcels as imported: name, figure, and the figure of those ok on the people's side."""
    groups = [*report["definitions"]["groups"], "other"]
    found = report["figures"]["whole"]
    return [
        (group, f"parcels.group.{group}", f"parcels.group.{group}.people_ok")
        for group in groups
        if f"parcels.group.{group}" in found
    ]


def _pair(entry: Json) -> tuple[str, str]:
    return entry["vi"], entry["en"]
