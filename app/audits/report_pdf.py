"""The report as a PDF for a People's Committee: tables and bars set by typst, from its own fonts, without a network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst

from app.audits import captions
from app.audits.captions import Line
from app.audits.error_rates import KINDS, VERDICTS

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
_LONG_WORD: Final = 30  # letters
_NO_GROUPS: Final = "Tệp nguồn không có cột phân loại thửa N1, N2, N3."


def report_pdf(report: Json) -> bytes:
    """The PDF of a report; the same report gives the same bytes."""
    made = typst.compile(
        files("app.audits").joinpath("report.typ").read_bytes(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_document(report), ensure_ascii=False)},
        timestamp=datetime(2000, 1, 1, tzinfo=UTC),
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    """The fonts that come with typst; a machine's own would make another document."""
    return typst.Fonts(include_system_fonts=False)


def _document(report: Json) -> Json:
    audit, signed = report["audit"], report["signed"]
    state = "Bản dự thảo, chưa ký" if signed is None else f"Đã ký; SHA-256 {signed['report_sha256'][:16]}…"
    return {
        "kind": "BÁO CÁO KIỂM TRA ĐỐI CHIẾU NGƯỜI SỬ DỤNG ĐẤT VỚI CƠ SỞ DỮ LIỆU DÂN CƯ",
        "title": _breakable(audit["name"]),
        "subtitle": f"{audit['area']['name']} · ngày {_day(audit['day'])}",
        "author": audit["created_by"],
        "footer": f"{audit['area']['name']} · {_day(audit['day'])} · {state} · mã {audit['id']}",
        "preliminary": report["preliminary"],
        "about": _about(report),
        "made_by": _breakable(audit["created_by"]),
        "signed_by": "(chưa ký)" if signed is None else _breakable(f"{signed['by']}, {_day(signed['at'][:10])}"),
        "sections": [
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
        ],
    }


def _section(title: str, **given: Any) -> Json:
    defaults: Json = {"note": "", "key": [], "bars": [], "texts": [], "wide": False, "size": 9}
    table: Json = {"heads": [], "widths": [], "align": [], "rows": []}
    return {"title": title, **defaults, **table, **given}


def _table(heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Any]], *, texts: int = 1) -> Json:
    """A table whose first columns are texts and the others counts; a width of zero fits its content."""
    align = ["left"] * texts + ["right"] * (len(heads) - texts)
    return {"heads": [*heads], "widths": [*widths], "align": align, "rows": [[*row] for row in rows]}


def _about(report: Json) -> list[tuple[str, str]]:
    audit, grounds = report["audit"], report["frozen"]
    return [
        ("Địa bàn", f"{audit['area']['name']} (mã {audit['area']['code']})"),
        ("Mục đích", _breakable(audit["purpose"])),
        ("CSDL dân cư", _breakable(f"{grounds['register']['version']}; phạm vi: {grounds['register']['scope']}")),
        (
            "Mô hình",
            f"{grounds['model']}, ngưỡng {grounds['thresholds']['full']} và {grounds['thresholds']['partial']}",
        ),
        ("Định nghĩa", grounds["definitions"]),
    ]


def _overview(report: Json) -> list[Json]:
    whole = report["figures"]["whole"]
    users = ("full", "partial", "none")
    people = [(kind, _part(whole, f"land_users.{kind}", "land_users.in_scope")) for kind in users]
    names = (("full", "all_full"), ("partial", "some_full"), ("none", "none_full"), ("other", "nobody_in_scope"))
    shares = {
        unit: [(colour, _part(whole, f"{unit}.{name}", f"{unit}.total")) for colour, name in names]
        for unit in captions.ENTITIES
    }
    checked = report["shares"]["cross_checked"]
    note = "Bốn đơn vị đếm (dòng, người, giấy chứng nhận, thửa đất) không cộng với nhau; xem phần Định nghĩa."
    note += "" if checked is None else f" Tỷ lệ đã đối chiếu: {_percent(checked)}."
    bars = [
        [{"bold": "Lượt người thuộc phạm vi"}, {"bar": people}],
        [{"bold": "Thửa đất"}, {"bar": shares["parcels"]}],
        [{"bold": "Giấy chứng nhận"}, {"bar": shares["certificates"]}],
    ]
    picture = {"heads": ["Đơn vị đếm", "Tỷ lệ"], "widths": [3, 8], "align": ["left", "left"], "rows": bars}
    return [
        _section("1. Kết quả chung", note=note, key=_PARCEL_KEY, **picture),
        _section("Dòng của tệp nguồn", **_lines(captions.ROWS, whole)),
        _section("Lượt người sử dụng đất", **_lines((*captions.LAND_USERS, *captions.IDENTITY), whole)),
        *_decided(whole),
        _section("Người (phân biệt)", **_lines(captions.PERSONS, whole)),
        _section(
            "Giấy chứng nhận và thửa đất",
            **_lines([line for lines in captions.ENTITIES.values() for line in lines], whole),
        ),
    ]


def _decided(whole: Json) -> list[Json]:
    """What people decided; a report that was signed before such figures were counted has no such part."""
    outcomes = captions.known_lines(captions.OUTCOMES, whole)
    if not outcomes:
        return []
    count = whole["land_users.decided"]
    if not count:
        note = "Chưa có lượt nào được người rà soát quyết định: mọi kết quả là của máy."
        return [_section("Sau rà soát", note=note)]
    note = (
        f"Người rà soát đã quyết định {_count(count)} lượt. Mỗi lượt thuộc phạm vi ở đúng một dòng: ý kiến của người "
        "trước, kết quả của máy sau. Ý kiến không thay kết quả của máy ở các bảng khác."
    )
    return [
        _section("Sau rà soát", note=note, **_lines(outcomes, whole)),
        _section("Có người quyết định", **_lines(captions.DECIDED, whole, bold=False)),
    ]


def _status(report: Json) -> list[Json]:
    whole = report["figures"]["whole"]
    actors = captions.action_lines(whole)
    return [
        _section(
            "2. Theo cách gọi của cơ quan đối chiếu",
            note="Ánh xạ từ kết quả của Khớp, cấu hình được; trả lời của cơ quan quản lý dữ liệu dân cư được ưu tiên.",
            **_lines(captions.status_lines(report), whole),
        ),
        _section(
            "Ai làm tiếp",
            bars=[
                {
                    "label": line.caption.vi,
                    "share": _part(whole, line.figure, line.of),
                    "value": f"{_count(whole[line.figure])} lượt",
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
            _count(whole[people.figure]),
            _percent(_part(whole, people.figure, people.of)),
            _count(whole[parcels.figure]),
            _percent(_part(whole, parcels.figure, parcels.of)),
        )
        for name, people, parcels in captions.criteria_lines(report)
    ]
    heads = ("Tiêu chí (phần người)", "Lượt người đạt", "%", "Thửa mọi người đều đạt", "%")
    blocked = captions.blocker_lines(report)
    groups = [
        ("khác, trống" if name == "other" else name, _count(whole[figure]), _count(whole[good]))
        for name, figure, good in captions.group_lines(report)
    ]
    return [
        _section("3. Đúng, đủ, sạch, sống", **_table(heads, (5, 3, 2, 4, 2), rows)),
        _section(
            f"Thửa đạt về người: {_count(whole['parcels.people_ok'])}; còn vướng: {_count(whole['parcels.blocked'])}",
            note="Một thửa có thể vướng nhiều lý do. Kết quả đối chiếu người không tự xếp thửa vào N1.",
            **_lines(blocked, whole),
        ),
        _section(
            "Nhóm thửa như đã nhập",
            note="" if groups else _NO_GROUPS,
            **(_table(("Nhóm", "Thửa", "Đạt về người"), (4, 3, 3), groups) if groups else {}),
        ),
    ]


def _communes(report: Json) -> Json:
    found = report["figures"]
    columns = captions.known_lines(captions.COMMUNE_COLUMNS, found["whole"])
    rows = []
    for unit in found["units"]:
        figures = unit["figures"]
        users = [(kind, _part(figures, f"land_users.{kind}", "land_users.in_scope")) for kind in _VERDICTS]
        counts = [_count(figures.get(line.figure, 0)) for line in columns]
        rows.append([f"{unit['name']} {unit['code']}".strip(), *counts, {"bar": users}])
    less = [_count(-found["repeated"].get(line.figure, 0)) for line in columns]
    rows.append([captions.REPEATED.vi, *less, ""])
    whole = [{"bold": _count(found["whole"].get(line.figure, 0))} for line in columns]
    rows.append([{"bold": captions.WHOLE.vi}, *whole, ""])
    heads = ("Xã", *(line.caption.vi for line in columns), "Lượt người")
    table = _table(heads, (30, *([11] * len(columns)), 17), rows)
    return _section("4. Theo xã hiện nay của thửa đất", key=_KEY, wide=True, **(table | {"size": 7}))


def _categories(report: Json) -> Json:
    whole = report["figures"]["whole"]
    told = {entry["code"]: entry for entry in report["guidance"] if entry["kind"] == "category"}
    rows = [
        (code, told[code]["case_vi"], _count(count), _percent(count / max(whole["land_users.total"], 1)))
        for code, count in _under("category.", whole).items()
        if code in told
    ]
    heads = ("Nhóm", "Ý nghĩa", "Lượt", "%")
    return _section("5. Theo nhóm kết quả", **_table(heads, (2, 12, 3, 2), rows, texts=2))


def _findings(report: Json) -> Json:
    whole = report["figures"]["whole"]
    told = {entry["code"]: entry for entry in report["guidance"] if entry["kind"] == "finding"}
    found = sorted(_under("finding.", whole).items(), key=lambda pair: (-pair[1], pair[0]))
    most = max((count for _, count in found), default=1) or 1
    bars = [
        {"label": told[code]["case_vi"], "share": count / most, "value": _count(count)}
        for code, count in found[:_MOST_FINDINGS]
        if code in told
    ]
    more = len(found) - len(bars)
    note = f"Còn {more} loại phát hiện ít hơn: xem bảng tính kèm theo." if more > 0 else ""
    # As a table, not as bars alone: the texts are long.
    rows = [(bar["label"], {"bar": [("other", bar["share"])]}, bar["value"]) for bar in bars]
    table = {"heads": ["Phát hiện", "", "Lượt"], "widths": [11, 5, 2], "align": ["left", "left", "right"], "rows": rows}
    return _section("6. Phát hiện thường gặp", note=note, **table)


def _progress(report: Json) -> list[Json]:
    progress = report["progress"]
    if progress is None:
        return []
    names = {**_VERDICTS, "absent": "không có trong danh sách"}
    rows = [
        (names[one], *(_count(progress["land_users"].get(f"{one}->{other}", 0)) for other in names)) for one in names
    ]
    heads = ("Lần trước ↓ / lần này →", *names.values())
    note = (
        f"So với cuộc kiểm tra ngày {_day(progress['previous']['day'])}: {_count(progress['improved'])} lượt tiến lên, "
        f"{_count(progress['fell_back'])} lượt lùi lại."
    )
    whole = _section("Tiến độ so với lần trước", note=note, **_table(heads, (5, 3, 3, 3, 4), rows))
    communes: list[Sequence[Any]] = [
        (f"{each['name']} {each['code']}".strip(), *(_count(moved(each)) for _, moved in captions.PROGRESS))
        for each in progress.get("communes", ())
    ]
    if not communes:
        return [whole]
    total = [{"bold": _count(moved(progress))} for _, moved in captions.PROGRESS]
    communes.append(({"bold": captions.WHOLE.vi}, *total))
    heads = ("Xã", *(caption.vi for caption, _ in captions.PROGRESS))
    table = _table(heads, (9, 4, 4, 4, 3, 3, 3, 3, 3), communes)
    return [whole, _section("Tiến độ theo xã (lượt người)", **(table | {"size": 8}))]


def _rates(report: Json) -> Json:
    rows, notes = [], []
    for review in report["error_rates"]:
        if "by_verdict" not in review:
            notes.append(review["note"]["vi"])
            continue
        notes.insert(0, review["note"])
        for rate in review["by_verdict"]:
            between = f"{_percent(rate['low'])} – {_percent(rate['high'])}"
            counts = (_count(rate["judged"]), _count(rate["errors"]), _count(rate["unclear"]))
            share = _percent(rate["rate"] if rate["judged"] else None)  # nothing judged says nothing
            rows.append((_VERDICTS[rate["verdict"]], KINDS[rate["error"]].vi, *counts, share, between))
    heads = ("Kết quả", "Loại sai", "Đã xét", "Sai", "Chưa rõ", "Tỷ lệ", "Khoảng 95 %")
    table = _table(heads, (4, 3, 2, 2, 2, 2, 5), rows, texts=2) if rows else {}
    return _section("7. Tỷ lệ sai theo mẫu đã xét", note=" ".join(dict.fromkeys(notes)), **table)


def _authority(report: Json) -> list[Json]:
    found = report["authority"]
    if found is None:
        note = "Chưa nhập kết quả trả lời của cơ quan quản lý dữ liệu dân cư."
        return [_section("8. Trả lời của cơ quan quản lý dữ liệu dân cư", note=note)]
    rows = [(caption.vi, _count(count)) for caption, count in captions.answer_lines(report)]
    counts = _section("8. Trả lời của cơ quan quản lý dữ liệu dân cư", **_table(("Trả lời", "Lượt"), (12, 3), rows))
    rates = [
        (
            caption.vi,
            _count(rate["of"]),
            _count(rate["answered"]),
            _count(rate["differ"]),
            _percent(rate["rate"]),
            f"{_percent(rate['low'])} – {_percent(rate['high'])}",
        )
        for caption, rate in captions.answer_rates(report)
    ]
    if not rates:
        return [counts]
    heads = ("Khớp nói", "Lượt", "Đã trả lời", "Khác", "Tỷ lệ", "Khoảng 95 %")
    table = _table(heads, (6, 3, 3, 2, 2, 5), rates)
    return [counts, _section(captions.ANSWERS.vi, note=captions.ANSWERS_NOTE.vi, **table)]


def _guidance(report: Json) -> Json:
    cases = [entry for entry in report["guidance"] if entry["kind"] == "case"]
    rows = [
        (entry["case_vi"], entry["action_vi"], entry["paper_vi"], entry["source"].split(" / ")[0]) for entry in cases
    ]
    heads = ("Trường hợp", "Việc nên làm", "Giấy tờ", "Nguồn")
    table = _table(heads, (4, 8, 4, 3), rows, texts=4)
    return _section("9. Hướng dẫn các trường hợp phức tạp", **(table | {"size": 8.5}))


def _definitions(report: Json) -> Json:
    texts = [entry["vi"].partition(":") for entry in report["definitions"]["texts"]]
    pairs = [(head + colon, rest) if rest else ("", head) for head, colon, rest in texts]
    return _section(f"10. Định nghĩa ({report['definitions']['label']})", texts=pairs)


def _grounds(report: Json) -> Json:
    grounds = report["frozen"]
    pairs = [
        ("Căn cứ, SHA-256", grounds["digest"]),
        ("Bản chụp CSDL dân cư, SHA-256", grounds["register"]["snapshot_sha256"]),
        ("Danh mục đơn vị hành chính", grounds["gazetteer"]),
        ("Chương trình", grounds["program"]),
    ]
    for number, job in enumerate(grounds["jobs"], start=1):
        pairs.append((f"Tệp {number}, SHA-256", job["input_sha256"]))
        pairs.append((f"Kết quả {number}, SHA-256", f"{job['results_sha256']} ({_count(job['rows'])} dòng kết quả)"))
    table = {"heads": ["Căn cứ", "Giá trị"], "widths": [4, 10], "align": ["left", "left"], "rows": pairs, "size": 8}
    return _section("11. Căn cứ đã đóng băng", note="Kiểm tra lại: khop audit verify", **table)


def _lines(lines: Sequence[Line], figures: Json, *, bold: bool = True) -> Json:
    rows = []
    for line in captions.known_lines(lines, figures):
        count = _count(figures.get(line.figure, 0))
        share = _percent(_part(figures, line.figure, line.of)) if line.of else ""
        rows.append(({"bold": line.caption.vi} if bold and not line.of else line.caption.vi, count, share))
    return _table(("Chỉ tiêu", "Số", "%"), (10, 3, 2), rows)


def _part(figures: Json, name: str, of: str) -> float:
    whole = figures.get(of, 0)
    return float(figures.get(name, 0) / whole) if whole else 0.0


def _under(prefix: str, figures: Json) -> dict[str, int]:
    return {name.removeprefix(prefix): count for name, count in figures.items() if name.startswith(prefix)}


def _breakable(text: str) -> str:
    """A text in which even a word of many letters fits the page: it may break anywhere."""
    return " ".join("\u200b".join(word) if len(word) > _LONG_WORD else word for word in text.split())


def _count(number: int) -> str:
    """A count as Vietnamese texts write it: 4.229.650."""
    return f"{number:,}".replace(",", ".")


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.2f}\u00a0%".replace(".", ",")  # never broken before the sign


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"
