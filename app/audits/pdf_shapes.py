"""The shapes of the PDF report: sections, tables of figures, and numbers as Vietnamese texts write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.audits import captions
from app.audits.captions import Line

Json = dict[str, Any]
_LONG_WORD: Final = 30  # letters


def section(title: str, **given: Any) -> Json:
    """A section with this title; what isn't given is empty."""
    defaults: Json = {"note": "", "key": [], "bars": [], "texts": [], "wide": False, "size": 9}
    table: Json = {"heads": [], "widths": [], "align": [], "rows": []}
    return {"title": title, **defaults, **table, **given}


def table_of(heads: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[Any]], *, texts: int = 1) -> Json:
    """A table whose first columns are texts and the others counts; a width of zero fits its content."""
    align = ["left"] * texts + ["right"] * (len(heads) - texts)
    return {"heads": [*heads], "widths": [*widths], "align": align, "rows": [[*row] for row in rows]}


def lines_of(lines: Sequence[Line], figures: Json, *, bold: bool = True) -> Json:
    """A table of figures with their captions and shares; what was not counted isn\'t told."""
    rows = []
    for line in captions.known_lines(lines, figures):
        count = number(figures.get(line.figure, 0))
        share = percent(part(figures, line.figure, line.of)) if line.of else ""
        rows.append(({"bold": line.caption.vi} if bold and not line.of else line.caption.vi, count, share))
    return table_of(("Chỉ tiêu", "Số", "%"), (10, 3, 2), rows)


def part(figures: Json, name: str, of: str) -> float:
    """The share of a figure in another one; 0 of nothing."""
    whole = figures.get(of, 0)
    return float(figures.get(name, 0) / whole) if whole else 0.0


def under(prefix: str, figures: Json) -> dict[str, int]:
    """The figures whose names begin so, by the rest of their names."""
    return {name.removeprefix(prefix): count for name, count in figures.items() if name.startswith(prefix)}


def breakable(text: str) -> str:
    """A text in which even a word of many letters fits the page: it may break anywhere."""
    return " ".join("\u200b".join(word) if len(word) > _LONG_WORD else word for word in text.split())


def number(count: int) -> str:
    """A count as Vietnamese texts write it: 4.229.650."""
    return f"{count:,}".replace(",", ".")


def percent(share: float | None) -> str:
    """A share as a percentage; a dash where there is none."""
    return "—" if share is None else f"{100 * share:.2f}\u00a0%".replace(".", ",")  # never broken before the sign


def day(iso: str) -> str:
    """A day as Vietnamese texts write it."""
    return "/".join(reversed(iso.split("-")))
