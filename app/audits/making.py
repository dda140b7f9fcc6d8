"""What a caller takes away from an audit: reports, work lists, a comparison."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from app.audits import service, store
from app.audits.acting import Acting
from app.audits.areas import area_of, places_of
from app.audits.compare import compare
from app.audits.counting import answers_of, disagreements, rows_of
from app.audits.error_rates import told_shortly
from app.audits.errors import CommuneUnknown, NothingBefore
from app.audits.exchange import Columns, answers_in, exported, write_exchange
from app.audits.report_pdf import report_pdf
from app.audits.report_xlsx import report_xlsx
from app.audits.states import Kept
from app.audits.store import Audit
from app.audits.waiting import ready
from app.audits.worklist_xlsx import worklist_xlsx, worklists_zip
from app.audits.worklists import WorkLists
from app.files.exports import MEDIA_TYPES
from matching.normalise.gazetteer import gazetteer

REPORTS: Final[Mapping[str, str]] = {".xlsx": MEDIA_TYPES[".xlsx"], ".pdf": "application/pdf"}
PREVIOUS: Final = "previous"
Json = dict[str, Any]


def made_report(who: Acting, audit: Audit, suffix: str, compared_with: str | None) -> bytes:
    """The report as a workbook or PDF."""
    return rendered(report_document(who, audit, compared_with), suffix)


def report_document(who: Acting, audit: Audit, compared_with: str | None) -> Json:
    """The report as JSON, with progress since the audit named, or since the last before."""
    return service.report_of(who.room, audit, progress=compared(who, audit, compared_with))


def rendered(report: Json, suffix: str) -> bytes:
    """A report as a file of this kind."""
    if suffix == ".json":
        return json.dumps(report, ensure_ascii=False, indent=1).encode()
    return report_xlsx(report) if suffix == ".xlsx" else report_pdf(report)


def compared(who: Acting, audit: Audit, other: str | None) -> Json | None:
    """The comparison with an earlier audit: the one named, or the last before; None where there is none to show.

    Raises NothingBefore where one is asked for. A signed report has what it was signed with.
    """
    if audit.is_signed and other is None:
        return None
    if other in (None, PREVIOUS):
        earlier = _before(who, audit)
    else:
        earlier = ready(who.room, service.one(who.room, str(other), owner=who.owner))
    if earlier is None:
        if other is None:
            return None
        raise NothingBefore()
    return compare((earlier, who.room.folder(earlier.id)), (audit, who.room.folder(audit.id)))


def _before(who: Acting, audit: Audit) -> Audit | None:
    """The last audit of the same area before this one."""
    with who.room.jobs.database.reading() as session:
        found = store.listed(session, who.owner, area=audit.area_code)
    ended = [each for each in found if each.state is Kept.READY]
    before = [each for each in ended if (each.day, each.created_at) < (audit.day, audit.created_at)]
    return max(before, key=lambda each: (each.day, each.created_at), default=None)


def work_lists(who: Acting, audit: Audit) -> WorkLists:
    """The work lists of an audit for this reader."""
    folder, definitions = who.room.folder(audit.id), service.definitions_of(who.room, audit)
    rows, units = rows_of(folder, definitions), gazetteer()
    places = places_of(rows.communes, area_of(audit.area_code, units), units)
    return WorkLists(folder, rows, places, definitions, audit.day, who.disclosing)


def work_list(who: Acting, audit: Audit, commune: str) -> tuple[bytes, int]:
    """The work list of one commune ("": unknown), and how many land users stand in it."""
    lists = work_lists(who, audit)
    unit = next((unit for unit in lists.places.units if unit.code == commune), None)
    if unit is None:
        raise CommuneUnknown()
    ((_, items),) = lists.lists([unit])
    return worklist_xlsx(unit, items, title=_title(audit), notes=_notes(who, audit)), len(items)


def work_lists_zip(who: Acting, audit: Audit, target: Path) -> int:
    """The work lists of all communes as one ZIP; says how many communes."""
    return worklists_zip(target, work_lists(who, audit), title=_title(audit), notes=_notes(who, audit))


def exchange_file(who: Acting, audit: Audit, target: Path, *, suffix: str, verdicts: Sequence[str]) -> int:
    """The land users in scope for the authority, as .csv or .xlsx; says how many."""
    folder = who.room.folder(audit.id)
    rows = rows_of(folder, service.definitions_of(who.room, audit))
    lines = exported(audit, folder, rows, Columns(), verdicts=verdicts)
    return write_exchange(target, lines, suffix=suffix)


def answers_taken(who: Acting, audit: Audit, lines: Iterable[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Take the authority's answers; how many they are, and how all of its answers stand against Khớp."""
    definitions = service.definitions_of(who.room, audit)
    rows = rows_of(who.room.folder(audit.id), definitions)
    taken = answers_in(lines, audit, rows, definitions, Columns())
    known = service.take_answers(who.room, audit, taken)
    return len(taken), disagreements(rows, definitions, answers_of(rows, definitions, known))


def _title(audit: Audit) -> str:
    return f"{audit.name} — {audit.area_name}, {audit.day:%d/%m/%Y}"


def _notes(who: Acting, audit: Audit) -> list[str]:
    """What a reader of a work list has to know: that it is preliminary, and how often it is wrong."""
    report = service.report_of(who.room, audit)
    return [report["preliminary"]["vi"], *told_shortly(report["error_rates"])]
