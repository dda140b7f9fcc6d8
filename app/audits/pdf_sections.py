"""What the PDF report says: its sections in order, as tables, bars and texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.audits import captions
from app.audits.error_rates import KINDS, VERDICTS
from app.audits.pdf_shapes import day, lines_of, number, part, percent, section, table_of, under

Json = dict[str, Any]
_KEY: Final = (("full", "khớp hoàn toàn"), ("partial", "khớp một phần"), ("none", "không khớp"))
_PARCEL_KEY: Final = (
    ("full", "khớp hoàn toàn (thửa, giấy: mọi người)"),
    ("partial", "một phần"),
    ("none", "không khớp (chưa ai)"),
    ("other", "không có cá nhân thuộc phạm vi"),
)
_VERDICTS: Final = {code: text.vi for code, text in VERDICTS.items()}
_MOST_FINDINGS: Final = 20
_NO_GROUPS: Final = "Tệp nguồn không có cột phân loại thửa N1, N2, N3."


def sections(report: Json) -> list[Json]:
    """All sections of a report."""
    return [
        *_overview(report),
        *_status(report),
        *_criteria(report),
        _communes(report),
        _categories(report),
        _findings(report),
        *_progress(report),
        _rates(report),
        *_authority(report),
        _guidance(report),
        _definitions(report),
        _grounds(report),
    ]


def _overview(report: Json) -> list[Json]:
    whole = report["figures"]["whole"]
    users = ("full", "partial", "none")
    people = [(kind, part(whole, f"land_users.{kind}", "land_users.in_scope")) for kind in users]
    names = (("full", "all_full"), ("partial", "some_full"), ("none", "none_full"), ("other", "nobody_in_scope"))
    shares = {
        unit: [(colour, part(whole, f"{unit}.{name}", f"{unit}.total")) for colour, name in names]
        for unit in captions.ENTITIES
    }
    checked = report["shares"]["cross_checked"]
    note = "Bốn đơn vị đếm (dòng, người, giấy chứng nhận, thửa đất) không cộng với nhau; xem phần Định nghĩa."
    note += "" if checked is None else f" Tỷ lệ đã đối chiếu: {percent(checked)}."
    bars = [
        [{"bold": "Lượt người thuộc phạm vi"}, {"bar": people}],
        [{"bold": "Thửa đất"}, {"bar": shares["parcels"]}],
        [{"bold": "Giấy chứng nhận"}, {"bar": shares["certificates"]}],
    ]
    picture = {"heads": ["Đơn vị đếm", "Tỷ lệ"], "widths": [3, 8], "align": ["left", "left"], "rows": bars}
    return [
        section("1. Kết quả chung", note=note, key=_PARCEL_KEY, **picture),
        section("Dòng của tệp nguồn", **lines_of(captions.ROWS, whole)),
        section("Lượt người sử dụng đất", **lines_of((*captions.LAND_USERS, *captions.IDENTITY), whole)),
        *_decided(whole),
        section("Người (phân biệt)", **lines_of(captions.PERSONS, whole)),
        section(
            "Giấy chứng nhận và thửa đất",
            **lines_of([line for lines in captions.ENTITIES.values() for line in lines], whole),
        ),
    ]


def _decided(whole: Json) -> list[Json]:
    """What people decided; a report that was signed before such figures were counted has no such part."""
    count = whole.get("land_users.decided")
    if count is None:
        return []
    if not count:
        note = "Chưa có lượt nào được người rà soát quyết định: mọi kết quả là của máy."
        return [section("Sau rà soát", note=note)]
    note = (
        f"Người rà soát đã quyết định {number(count)} lượt. Mỗi lượt thuộc phạm vi ở đúng một dòng: ý kiến của người "
        "trước, kết quả của máy sau. Ý kiến không thay kết quả của máy ở các bảng khác."
    )
    return [
        section("Sau rà soát", note=note, **lines_of(captions.OUTCOMES, whole)),
        section("Có người quyết định", **lines_of(captions.DECIDED, whole, bold=False)),
    ]


def _status(report: Json) -> list[Json]:
    whole = report["figures"]["whole"]
    actors = captions.action_lines(whole)
    return [
        section(
            "2. Theo cách gọi của cơ quan đối chiếu",
            note="Ánh xạ từ kết quả của Khớp, cấu hình được; trả lời của cơ quan quản lý dữ liệu dân cư được ưu tiên.",
            **lines_of(captions.status_lines(report), whole),
        ),
        section(
            "Ai làm tiếp",
            bars=[
                {
                    "label": line.caption.vi,
                    "share": part(whole, line.figure, line.of),
                    "value": f"{number(whole[line.figure])} lượt",
                }
                for line in actors
            ],
        ),
    ]


def _criteria(report: Json) -> list[Json]:
    whole = report["figures"]["whole"]
    rows = [
        (
            name.split(" / ")[0],
            number(whole[people.figure]),
            percent(part(whole, people.figure, people.of)),
            number(whole[parcels.figure]),
            percent(part(whole, parcels.figure, parcels.of)),
        )
        for name, people, parcels in captions.criteria_lines(report)
    ]
    heads = ("Tiêu chí (phần người)", "Lượt người đạt", "%", "Thửa mọi người đều đạt", "%")
    blocked = captions.blocker_lines(report)
    groups = [
        ("khác, trống" if name == "other" else name, number(whole[figure]), number(whole[good]))
        for name, figure, good in captions.group_lines(report)
    ]
    return [
        section("3. Đúng, đủ, sạch, sống", **table_of(heads, (5, 3, 2, 4, 2), rows)),
        section(
            f"Thửa đạt về người: {number(whole['parcels.people_ok'])}; còn vướng: {number(whole['parcels.blocked'])}",
            note="Một thửa có thể vướng nhiều lý do. Kết quả đối chiếu người không tự xếp thửa vào N1.",
            **lines_of(blocked, whole),
        ),
        section(
            "Nhóm thửa như đã nhập",
            note="" if groups else _NO_GROUPS,
            **(table_of(("Nhóm", "Thửa", "Đạt về người"), (4, 3, 3), groups) if groups else {}),
        ),
    ]


def _communes(report: Json) -> Json:
    found = report["figures"]
    columns = captions.known_lines(captions.COMMUNE_COLUMNS, found["whole"])
    rows = []
    for unit in found["units"]:
        figures = unit["figures"]
        users = [(kind, part(figures, f"land_users.{kind}", "land_users.in_scope")) for kind in _VERDICTS]
        counts = [number(figures.get(line.figure, 0)) for line in columns]
        rows.append([f"{unit['name']} {unit['code']}".strip(), *counts, {"bar": users}])
    less = [number(-found["repeated"].get(line.figure, 0)) for line in columns]
    rows.append([captions.REPEATED.vi, *less, ""])
    whole = [{"bold": number(found["whole"].get(line.figure, 0))} for line in columns]
    rows.append([{"bold": captions.WHOLE.vi}, *whole, ""])
    heads = ("Xã", *(line.caption.vi for line in columns), "Lượt người")
    table = table_of(heads, (30, *([11] * len(columns)), 17), rows)
    return section("4. Theo xã hiện nay của thửa đất", key=_KEY, wide=True, **(table | {"size": 7}))


def _categories(report: Json) -> Json:
    whole = report["figures"]["whole"]
    told = {entry["code"]: entry for entry in report["guidance"] if entry["kind"] == "category"}
    rows = [
        (code, told[code]["case_vi"], number(count), percent(count / max(whole["land_users.total"], 1)))
        for code, count in under("category.", whole).items()
        if code in told
    ]
    heads = ("Nhóm", "Ý nghĩa", "Lượt", "%")
    return section("5. Theo nhóm kết quả", **table_of(heads, (2, 12, 3, 2), rows, texts=2))


def _findings(report: Json) -> Json:
    whole = report["figures"]["whole"]
    told = {entry["code"]: entry for entry in report["guidance"] if entry["kind"] == "finding"}
    found = sorted(under("finding.", whole).items(), key=lambda pair: (-pair[1], pair[0]))
    most = max((count for _, count in found), default=1) or 1
    bars = [
        {"label": told[code]["case_vi"], "share": count / most, "value": number(count)}
        for code, count in found[:_MOST_FINDINGS]
        if code in told
    ]
    more = len(found) - len(bars)
    note = f"Còn {more} loại phát hiện ít hơn: xem bảng tính kèm theo." if more > 0 else ""
    # As a table, not as bars alone: the texts are long.
    rows = [(bar["label"], {"bar": [("other", bar["share"])]}, bar["value"]) for bar in bars]
    table = {"heads": ["Phát hiện", "", "Lượt"], "widths": [11, 5, 2], "align": ["left", "left", "right"], "rows": rows}
    return section("6. Phát hiện thường gặp", note=note, **table)


def _progress(report: Json) -> list[Json]:
    progress = report["progress"]
    if progress is None:
        return []
    names = {**_VERDICTS, "absent": "không có trong danh sách"}
    rows = [
        (names[one], *(number(progress["land_users"].get(f"{one}->{other}", 0)) for other in names)) for one in names
    ]
    heads = ("Lần trước ↓ / lần này →", *names.values())
    note = (
        f"So với cuộc kiểm tra ngày {day(progress['previous']['day'])}: {number(progress['improved'])} lượt tiến lên, "
        f"{number(progress['fell_back'])} lượt lùi lại."
    )
    whole = section("Tiến độ so với lần trước", note=note, **table_of(heads, (5, 3, 3, 3, 4), rows))
    communes: list[Sequence[Any]] = [
        (f"{each['name']} {each['code']}".strip(), *(number(moved(each)) for _, moved in captions.PROGRESS))
        for each in progress.get("communes", ())
    ]
    if not communes:
        return [whole]
    total = [{"bold": number(moved(progress))} for _, moved in captions.PROGRESS]
    communes.append(({"bold": captions.WHOLE.vi}, *total))
    heads = ("Xã", *(caption.vi for caption, _ in captions.PROGRESS))
    table = table_of(heads, (9, 4, 4, 4, 3, 3, 3, 3, 3), communes)
    return [whole, section("Tiến độ theo xã (lượt người)", **(table | {"size": 8}))]


def _rates(report: Json) -> Json:
    rows, notes = [], []
    for review in report["error_rates"]:
        if "by_verdict" not in review:
            notes.append(review["note"]["vi"])
            continue
        notes.insert(0, review["note"])
        for rate in review["by_verdict"]:
            between = f"{percent(rate['low'])} – {percent(rate['high'])}"
            counts = (number(rate["judged"]), number(rate["errors"]), number(rate["unclear"]))
            share = percent(rate["rate"] if rate["judged"] else None)  # nothing judged says nothing
            rows.append((_VERDICTS[rate["verdict"]], KINDS[rate["error"]].vi, *counts, share, between))
    heads = ("Kết quả", "Loại sai", "Đã xét", "Sai", "Chưa rõ", "Tỷ lệ", "Khoảng 95 %")
    table = table_of(heads, (4, 3, 2, 2, 2, 2, 5), rows, texts=2) if rows else {}
    return section("7. Tỷ lệ sai theo mẫu đã xét", note=" ".join(dict.fromkeys(notes)), **table)


def _authority(report: Json) -> list[Json]:
    found = report["authority"]
    if found is None:
        note = "Chưa nhập kết quả trả lời của cơ quan quản lý dữ liệu dân cư."
        return [section("8. Trả lời của cơ quan quản lý dữ liệu dân cư", note=note)]
    rows = [(caption.vi, number(count)) for caption, count in captions.answer_lines(report)]
    counts = section("8. Trả lời của cơ quan quản lý dữ liệu dân cư", **table_of(("Trả lời", "Lượt"), (12, 3), rows))
    rates = [
        (
            caption.vi,
            number(rate["of"]),
            number(rate["answered"]),
            number(rate["differ"]),
            percent(rate["rate"]),
            f"{percent(rate['low'])} – {percent(rate['high'])}",
        )
        for caption, rate in captions.answer_rates(report)
    ]
    if not rates:
        return [counts]
    heads = ("Khớp nói", "Lượt", "Đã trả lời", "Khác", "Tỷ lệ", "Khoảng 95 %")
    table = table_of(heads, (6, 3, 3, 2, 2, 5), rates)
    return [counts, section(captions.ANSWERS.vi, note=captions.ANSWERS_NOTE.vi, **table)]


def _guidance(report: Json) -> Json:
    cases = [entry for entry in report["guidance"] if entry["kind"] == "case"]
    rows = [
        (entry["case_vi"], entry["action_vi"], entry["paper_vi"], entry["source"].split(" / ")[0]) for entry in cases
    ]
    heads = ("Trường hợp", "Việc nên làm", "Giấy tờ", "Nguồn")
    table = table_of(heads, (4, 8, 4, 3), rows, texts=4)
    return section("9. Hướng dẫn các trường hợp phức tạp", **(table | {"size": 8.5}))


def _definitions(report: Json) -> Json:
    texts = [entry["vi"].partition(":") for entry in report["definitions"]["texts"]]
    pairs = [(head + colon, rest) if rest else ("", head) for head, colon, rest in texts]
    return section(f"10. Định nghĩa ({report['definitions']['label']})", texts=pairs)


def _grounds(report: Json) -> Json:
    grounds = report["frozen"]
    pairs = [
        ("Căn cứ, SHA-256", grounds["digest"]),
        ("Bản chụp CSDL dân cư, SHA-256", grounds["register"]["snapshot_sha256"]),
        ("Danh mục đơn vị hành chính", grounds["gazetteer"]),
        ("Chương trình", grounds["program"]),
    ]
    for place, job in enumerate(grounds["jobs"], start=1):
        pairs.append((f"Tệp {place}, SHA-256", job["input_sha256"]))
        pairs.append((f"Kết quả {place}, SHA-256", f"{job['results_sha256']} ({number(job['rows'])} dòng kết quả)"))
    table = {"heads": ["Căn cứ", "Giá trị"], "widths": [4, 10], "align": ["left", "left"], "rows": pairs, "size": 8}
    return section("11. Căn cứ đã đóng băng", note="Kiểm tra lại: khop audit verify", **table)
