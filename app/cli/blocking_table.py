"""The blocking report as a table for people and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from matching.block import RULES
from matching.blocking_report import BlockingReport, RuleReport
from matching.confidence import Rate

_WIDTH = 140  # columns, where the output is no terminal
_SENTENCES = {rule.code: (rule.vi, rule.en) for rule in RULES}


def blocking_table(report: BlockingReport, *, measured: bool) -> None:
    """The whole, then one line for each rule, then what each rule promises."""
    console = Console()
    console = console if console.is_terminal else Console(width=_WIDTH)
    console.print(_whole(report, measured=measured))
    console.print()
    console.print(_by_rule(report, measured=measured))
    console.print()
    for code, (vi, en) in _SENTENCES.items():
        console.print(f"{code}: {vi} / {en}", highlight=False)


def _whole(report: BlockingReport, *, measured: bool) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    users = report.land_users
    mean = report.pairs / users if users else 0.0
    if measured:
        bound = f"ít nhất/at least {report.found.at_least:.4%} (95 %)"
        table.add_row("Tìm thấy trong số ứng viên / recall of blocking", f"{report.found.share:.4%}", bound)
        table.add_row("", f"{report.found.cases:,}", f"/ {report.found.of:,}")
    table.add_row("Người sử dụng đất / land users", f"{users:,}", "")
    table.add_row("Không có ứng viên nào / without any candidate", *_share(report.alone, users))
    spread = f"trung vị/median {report.median:g}, p95 {report.p95:g}, max {report.most:,}"
    table.add_row("Cặp cho mỗi người / pairs for each", f"{mean:.2f}", spread)
    table.add_row("Khóa được thu hẹp / a key was narrowed", *_share(report.narrowed, users))
    cap = f"; tối đa {report.cap:,} người một khóa / cap {report.cap:,}"
    number, share = _share(report.cut, users)
    table.add_row("Còn bị cắt bớt / still cut short", number, share + cap)
    return table


def _share(cases: int, of: int) -> tuple[str, str]:
    return f"{cases:,}", f"{Rate(cases, of).share:.4%}"


def _by_rule(report: BlockingReport, *, measured: bool) -> Table:
    heads = ["QUY TẮC/RULE", "HỎI/ASKED", "CẶP/PAIRS", "RIÊNG/ALONE"]
    heads += ["THẤY/FOUND", "MẤT NẾU BỎ/LAST"] if measured else []
    heads += ["THU HẸP/NARROWED", "CẮT/CUT", "LỚN NHẤT/LARGEST"]
    table = Table(box=None, pad_edge=False)
    for position, head in enumerate(heads):
        table.add_column(head, justify="right" if position else "left", no_wrap=position == 0)
    for rule in report.rules:
        cells = [rule.code, *(f"{each:,}" for each in (rule.asked, rule.pairs, rule.pairs_alone))]
        cells += [f"{rule.found.share:.3%}", f"{rule.found_alone:,}"] if measured else []
        sizes = ", ".join(f"{size:,}" for size in rule.largest)
        table.add_row(*cells, f"{rule.narrowed:,}", f"{rule.cut:,}", sizes)
    return table


def blocking_json(report: BlockingReport, *, measured: bool, unread: int) -> str:
    """The same figures; what needs the truth is left out where there was none."""
    users = report.land_users
    document = {
        "land_users": users,
        "cap": report.cap,
        **({"recall": _rate(report.found), "unread": unread} if measured else {}),
        "pairs": {
            "total": report.pairs,
            "mean": round(report.pairs / users, 4) if users else 0.0,
            "median": report.median,
            "p95": report.p95,
            "max": report.most,
        },
        "without_candidate": report.alone,
        "narrowed": {"land_users": report.narrowed, "share": Rate(report.narrowed, users).share},
        "truncated": {"land_users": report.cut, "share": Rate(report.cut, users).share},
        "rules": _rules(report.rules, measured=measured),
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _rules(rules: Sequence[RuleReport], *, measured: bool) -> list[dict[str, object]]:
    return [
        {
            "rule": rule.code,
            "land_users": rule.asked,
            "pairs": rule.pairs,
            "pairs_alone": rule.pairs_alone,
            **({"recall": _rate(rule.found), "lost_without": rule.found_alone} if measured else {}),
            "narrowed": rule.narrowed,
            "truncated": rule.cut,
            "largest_blocks": list(rule.largest),
        }
        for rule in rules
    ]


def _rate(rate: Rate) -> dict[str, float]:
    return {"found": rate.cases, "of": rate.of, "share": rate.share, "at_least": rate.at_least}
