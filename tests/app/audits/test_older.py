"""Audits made before newer figures were counted: still the same to verify, still rendered in every form."""

from __future__ import annotations

import io
import json

import openpyxl

from app.audits import service
from app.audits.report_pdf import report_pdf
from app.audits.report_xlsx import report_xlsx
from app.audits.service import AuditRoom
from app.audits.store import Audit

NEWER = ("decided", "outcome", "independent", "enriched")


def older(figures: dict[str, int]) -> dict[str, int]:
    """Figures as they were counted before decisions were."""
    return {name: count for name, count in figures.items() if not any(word in name for word in NEWER)}


def test_figures_that_are_counted_only_since_are_no_difference_and_others_are(room: AuditRoom, audit: Audit) -> None:
    path = room.folder(audit.id).figures
    kept = json.loads(path.read_text())
    kept["whole"], kept["repeated"] = older(kept["whole"]), older(kept["repeated"])
    for unit in kept["units"]:
        unit["figures"] = older(unit["figures"])
    path.write_text(json.dumps(kept))
    assert all(check.same for check in service.verify(room, audit))
    kept["units"][0]["figures"]["land_users.full"] += 1
    path.write_text(json.dumps(kept))
    assert [check.ground for check in service.verify(room, audit) if not check.same] == ["figures"]


def test_a_report_that_was_signed_in_the_older_form_is_rendered_without_what_it_lacks(
    room: AuditRoom, audit: Audit
) -> None:
    report = service.report_of(room, audit)
    figures = report["figures"]
    figures["whole"] = older(figures["whole"])
    figures["units"] = [unit | {"figures": older(unit["figures"])} for unit in figures["units"]]
    del report["authority_rates"]
    moved = {f"{one}->{other}": 1 for one in ("full", "partial", "none") for other in ("full", "partial", "none")}
    previous = {"id": "a", "name": "Trước", "day": "2026-01-01"}
    report |= {"form": 1, "progress": {"previous": previous, "land_users": moved, "improved": 3, "fell_back": 3}}
    assert report_pdf(report).startswith(b"%PDF")
    book = openpyxl.load_workbook(io.BytesIO(report_xlsx(report)))
    heads = [cell.value for cell in book["Theo xã"][1]]
    assert not any("sau làm giàu" in str(head) for head in heads)
    assert "Tiến độ" in book.sheetnames
    assert not any("quyết định" in str(row[0]) for row in book["Tổng hợp"].iter_rows(values_only=True))
