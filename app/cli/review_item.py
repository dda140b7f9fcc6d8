"""An item of a review on the terminal: the land user beside the people it may be, what differs marked."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_FIELDS = (
    ("Họ tên / name", "full_name", "full_name", "name"),
    ("Số / number", "id_number", "personal_id", "id_number"),
    ("Ngày sinh / born", "birth_date", "birth_date", "birth_date"),
    ("Giới tính / sex", "sex", "sex", "sex"),
    ("Địa chỉ / address", "address", "address", "address"),
)


def print_item(item: dict[str, Any]) -> None:
    """Print an item as the contract tells it."""
    console = Console()
    machine, land = item["machine"], item["land_user"]
    console.print(
        f"[b]#{item['number']}[/b] ({item['chair']})  {machine['verdict']} {machine['category']}"
        f"  p = {machine['match_probability']:.4f}"
    )
    table = Table(show_lines=True)
    table.add_column("")
    table.add_column("Hồ sơ đất đai / land record")
    for candidate in item["candidates"]:
        named = " ←" if candidate["named"] else ""
        table.add_column(f"{candidate['candidate_no']}: p = {candidate['match_probability']:.4f}{named}")
    for label, written, held, compared in _FIELDS:
        table.add_row(label, escape(str(land["as_written"].get(written) or "")), *_held(item, held, compared))
    console.print(table)
    for finding in machine["findings"]:
        console.print(f"• {escape(finding['message'])} {escape(finding['action'] or '')}")
    for word in item["judgements"]:
        console.print(f"  {word['chair']}: {word['judgement']} ({escape(word['reviewer'])}, {word['id']})")


def _held(item: dict[str, Any], held: str, compared: str) -> list[str]:
    """A field of each candidate with its level; red where it speaks against the person."""
    cells = []
    for candidate in item["candidates"]:
        level = next((one for one in candidate["comparisons"] if one["field"] == compared), None)
        value = escape(str(candidate["person"][held] or ""))
        if level is None:
            cells.append(value)
        else:
            colour = "red" if level["differs"] else "green" if level["weight"] > 0 else "dim"
            cells.append(f"{value}\n[{colour}]{escape(level['sentence'])}[/{colour}]")
    return cells
