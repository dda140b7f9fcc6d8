"""The report as a PDF for a People's Committee: tables and bars set by typst, from its own fonts, without a network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from app.audits.pdf_sections import sections
from app.audits.pdf_shapes import breakable, day

Json = dict[str, Any]


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
        "title": breakable(audit["name"]),
        "subtitle": f"{audit['area']['name']} · ngày {day(audit['day'])}",
        "author": audit["created_by"],
        "footer": f"{audit['area']['name']} · {day(audit['day'])} · {state} · mã {audit['id']}",
        "preliminary": report["preliminary"],
        "about": _about(report),
        "made_by": breakable(audit["created_by"]),
        "signed_by": "(chưa ký)" if signed is None else breakable(f"{signed['by']}, {day(signed['at'][:10])}"),
        "sections": sections(report),
    }


def _about(report: Json) -> list[tuple[str, str]]:
    audit, grounds = report["audit"], report["frozen"]
    return [
        ("Địa bàn", f"{audit['area']['name']} (mã {audit['area']['code']})"),
        ("Mục đích", breakable(audit["purpose"])),
        ("CSDL dân cư", breakable(f"{grounds['register']['version']}; phạm vi: {grounds['register']['scope']}")),
        (
            "Mô hình",
            f"{grounds['model']}, ngưỡng {grounds['thresholds']['full']} và {grounds['thresholds']['partial']}",
        ),
        ("Định nghĩa", grounds["definitions"]),
    ]
