"""An audit's runs counted: figures by present-day commune, with what the authority answered where it did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.audits.areas import Places, area_of, old_places_of, places_of
from app.audits.definitions import Definitions
from app.audits.figures import Figures, figures
from app.audits.folder import AuditFolder
from app.audits.rows import Rows, Small, read_rows
from app.audits.statuses import statuses_of
from app.audits.store import Answer
from matching.confidence import lower_bound, upper_bound
from matching.normalise.gazetteer import gazetteer
from matching.survey import TWO_SIDED

Json = dict[str, Any]


class Counted(NamedTuple):
    """The rows of an audit and what they come to."""

    rows: Rows
    places: Places
    figures: Figures


def counted(
    folder: AuditFolder, area: str, definitions: Definitions, *, answers: Sequence[Answer] = (), old: bool = False
) -> Counted:
    """Read and count all rows of an audit, by present-day commune or by commune of before 1 July 2025."""
    rows = rows_of(folder, definitions)
    units = gazetteer()
    places = old_places_of(rows.communes, units) if old else places_of(rows.communes, area_of(area, units), units)
    told = answers_of(rows, definitions, answers) if answers else None
    return Counted(rows, places, figures(rows, places, definitions, answers=told))


def rows_of(folder: AuditFolder, definitions: Definitions) -> Rows:
    """All result rows of an audit."""
    results = [run.results for run in folder.runs()]
    return read_rows(results, group_headers=definitions.group_headers, groups=definitions.groups)


def answers_of(rows: Rows, definitions: Definitions, answers: Sequence[Answer]) -> Small:
    """The status that the authority gave each row; -1 where it has not answered."""
    found = np.full(len(rows), -1, dtype=np.int8)
    first = np.searchsorted(rows.run, np.arange(int(rows.run[-1]) + 1 if len(rows) else 0))
    codes = {status.code: number for number, status in enumerate(definitions.statuses)}
    for answer in answers:
        found[first[answer.run] + answer.place] = codes[answer.status]
    return found


def figures_json(found: Counted) -> Json:
    """Figures as JSON: of the whole, of each unit, and what is counted in several units."""
    return {
        "listing": str(found.places.listing),
        "whole": found.figures.whole,
        "units": [
            {**unit._asdict(), "kind": str(unit.kind), "figures": figures}
            for unit, figures in zip(found.places.units, found.figures.units, strict=True)
        ],
        "repeated": found.figures.repeated,
    }


def figures_text(found: Counted) -> str:
    """Figures as the text that is kept: the same for the same rows and definitions."""
    return json.dumps(figures_json(found), ensure_ascii=False, indent=1, sort_keys=True)


def disagreements(rows: Rows, definitions: Definitions, told: Small) -> dict[str, int]:
    """The authority's answers against the machine's statuses: answered, agreed, and each pair that differs."""
    machine = statuses_of(rows, definitions)
    answered = told >= 0
    found = {"answered": int(answered.sum()), "agreed": int((answered & (told == machine)).sum())}
    for one, status in enumerate(definitions.statuses):
        for other, answer in enumerate(definitions.statuses):
            if one != other:
                found[f"{status.code}->{answer.code}"] = int((answered & (machine == one) & (told == other)).sum())
    return found


def disagreement_rates(rows: Rows, definitions: Definitions, told: Small) -> list[Json]:
    """How often the authority's answers differ from each of the machine's statuses, and from all ("").

    With exact two-sided bounds (Clopper and Pearson): they hold for all land users of the status where those who were
    answered are a random sample of them; `of` says how many there are.
    """
    machine, answered = statuses_of(rows, definitions), told >= 0
    found = []
    for number, code in enumerate(["", *(status.code for status in definitions.statuses)]):
        within = rows.in_scope if not code else rows.in_scope & (machine == number - 1)
        seen = within & answered
        differ, count = int((seen & (told != machine)).sum()), int(seen.sum())
        found.append(
            {"status": code, "of": int(within.sum()), "answered": count, "differ": differ, **_rate(differ, count)}
        )
    return found


def _rate(cases: int, of: int) -> Json:
    side = 1 - (1 - TWO_SIDED) / 2
    bounds = (lower_bound(cases, of, confidence=side), upper_bound(cases, of, confidence=side))
    return {"rate": cases / of if of else None, "low": bounds[0], "high": bounds[1]}


def same_figures(found: Counted, kept: str) -> bool:
    """Whether rows and definitions give the figures that were kept; those that are counted only since aren't asked."""
    before, now = json.loads(kept), figures_json(found)
    names = before["whole"].keys()

    def of_then(figures: Json) -> Json:
        return {name: count for name, count in figures.items() if name in names}

    for document in (before, now):
        document["whole"], document["repeated"] = of_then(document["whole"]), of_then(document["repeated"])
        document["units"] = [unit | {"figures": of_then(unit["figures"])} for unit in document["units"]]
    return bool(before == now)
