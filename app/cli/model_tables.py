"""Models, training and evaluation as tables for people and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from rich.console import Console
from rich.table import Table

from app.models.store import StoredModel
from matching.confidence import Rate
from matching.evaluate import Change, Evaluation, Slice
from matching.evidence import EvidenceCount
from matching.model import BIT, Model, default_model
from matching.thresholds import Threshold
from matching.train import Training
from matching.verdict import Verdict

Measured = Sequence[tuple[str, Evaluation]]
_WIDTH = 140  # columns, where the output is no terminal


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH)


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for position, head in enumerate(heads):
        table.add_column(head, justify="right" if position else "left", no_wrap=position == 0)
    return table


def models_table(found: Sequence[StoredModel], active: str) -> None:
    """One line for each model, the newest first, the built-in one last."""
    table = _table("", "MÔ HÌNH/MODEL", "THÊM/ADDED", "DÙNG TỪ/ACTIVATED", "GHI CHÚ/NOTE")
    for each in found:
        table.add_row(_marked(each.version, active), _day(each.created_at), _day(each.activated_at), each.note)
    if default_model().version not in [each.version for each in found]:
        table.add_row(_marked(default_model().version, active), "", "", "kèm theo chương trình / built in")
    _console().print(table)


def models_json(found: Sequence[StoredModel], active: str) -> str:
    """The models with all that is known of them, but their documents."""
    listed = [
        {key: value for key, value in asdict(each).items() if key not in ("content", "id", "previous_id")}
        for each in found
    ]
    return json.dumps({"active": active, "models": listed}, ensure_ascii=False, indent=2, default=_plain)


def training_table(before: Model, after: Model, training: Training) -> None:
    """Old and new weights side by side, with what the new ones rest on."""
    table = _table(
        f"{training.land_users:,} người/land users, {training.pairs:,} cặp/pairs, {training.rounds} vòng/rounds; "
        f"có trong dân cư/in the register {before.share_in_register:.3f} → {after.share_in_register:.3f}",
        *("MỨC/LEVEL", "CŨ/OLD", "MỚI/NEW", "m", "u", "×", "KHỚP/MATCHES", "KHÁC/OTHERS"),
    )
    for field, levels in after.levels.items():
        for code, level in levels.items():
            evidence = training.evidence[field][code]
            table.add_row(
                f"{field}.{code}",
                f"{before.levels[field][code].bits / BIT:.2f}",
                f"{level.bits / BIT:.2f}",
                f"{level.m:.4g}",
                f"{level.u:.4g}",
                str(level.frequency),
                f"{evidence.matches:,.0f}",
                f"{evidence.others:,.0f}",
            )
    _console().print(table)


def thresholds_table(thresholds: Mapping[Verdict, Threshold]) -> None:
    """The chosen thresholds with their evidence."""
    table = _table(
        "Ngưỡng / thresholds",
        *("KẾT QUẢ/VERDICT", "XÁC SUẤT/FROM", "SAI/WRONG", "CẬN TRÊN 95 %/AT MOST", "MỤC TIÊU/TARGET", "ĐẠT/MET"),
    )
    for verdict, each in thresholds.items():
        met = "chứng minh/proved" if each.proved else "quan sát/observed" if each.met else "KHÔNG/NO"
        table.add_row(
            str(verdict),
            f"{each.probability:.4f}",
            f"{each.wrong.cases:,} / {each.wrong.of:,}",
            f"{each.wrong.at_most:.6f}",
            f"{each.target:.6f}",
            met,
        )
    _console().print(table)


def evaluation_table(measured: Measured) -> None:
    """One column for each model: the figures, then recall and wrong persons by category, error and trap."""
    versions = [version for version, _ in measured]
    table = _table("", "", *versions)
    for label, figure in _FIGURES.items():
        table.add_row(label, *(figure(each) for _, each in measured))
    _console().print(table)
    _console().print(_categories(measured))
    for title, part in (("LỖI/ERROR", "by_error"), ("BẪY/TRAP", "by_trap")):
        slices = [getattr(each, part) for _, each in measured]
        if any(slices):
            _console().print(_slices(title, versions, slices))


def _per(rate: Rate, many: int) -> str:
    return f"{many * rate.share:.2f} (≤ {many * rate.at_most:.2f}; {rate.cases:,} / {rate.of:,})"


_FIGURES: dict[str, Callable[[Evaluation], str]] = {
    "người sử dụng đất / land users": lambda e: f"{e.subjects:,}",
    "khớp hoàn toàn / full": lambda e: f"{e.verdicts[Verdict.FULL]:,}",
    "khớp một phần / partial": lambda e: f"{e.verdicts[Verdict.PARTIAL]:,}",
    "không khớp / none": lambda e: f"{e.verdicts[Verdict.NONE]:,}",
    "sai trên 100.000 full / wrong per 100,000 full": lambda e: _per(e.wrong_full, 100_000),
    "sai trên 1.000 partial / wrong per 1,000 partial": lambda e: _per(e.wrong_partial, 1_000),
    "đúng người / precision": lambda e: f"{e.precision:.5f}",
    "tìm thấy / recall": lambda e: f"{e.found.share:.4f} ({e.found.cases:,} / {e.found.of:,})",
    "tìm thấy, dòng có lỗi / recall, rows with errors": lambda e: f"{e.found_with_errors.share:.4f}",
    "sai lệch hiệu chuẩn / calibration error": lambda e: f"{e.calibration_error:.4f}",
    "thiếu trả lời / unanswered": lambda e: f"{e.unanswered:,}",
    "người ngoài sự thật / unknown to the truth": lambda e: f"{e.unforeseen:,}",
}


def _categories(measured: Measured) -> Table:
    table = _table("", "NHÓM/CATEGORY", *(f"sai/wrong: {version}" for version, _ in measured))
    for code in sorted({code for _, each in measured for code in each.categories}):
        rates = [each.categories.get(code, Rate(0, 0)) for _, each in measured]
        table.add_row(code, *(f"{rate.cases:,} / {rate.of:,}" for rate in rates))
    return table


def _slices(title: str, versions: Sequence[str], slices: Sequence[Mapping[str, Slice]]) -> Table:
    table = _table("", title, *(f"tìm thấy/found, sai/wrong: {version}" for version in versions))
    empty = Slice(Rate(0, 0), Rate(0, 0))
    for code in sorted({code for each in slices for code in each}):
        cells = [each.get(code, empty) for each in slices]
        table.add_row(
            code, *(f"{c.found.share:.3f} / {c.found.of:,}   {c.wrong.cases:,} / {c.wrong.of:,}" for c in cells)
        )
    return table


def changes_table(before: str, after: str, changes: Sequence[Change]) -> None:
    """What would change, the commonest change first."""
    total = sum(change.subjects for change in changes)
    table = _table(f"{before} → {after}: {total:,} thay đổi/changes", "TỪ/FROM", "SANG/TO", "SỐ/HOW MANY", "VÍ DỤ/E.G.")
    for change in changes:
        other = " (người khác/other person)" if change.other_person else ""
        named = ", ".join(f"{record}#{number}" for record, number in change.examples)
        table.add_row(" ".join(change.before), " ".join(change.after) + other, f"{change.subjects:,}", named)
    _console().print(table)


def evidence_table(version: str, needed: Sequence[EvidenceCount]) -> None:
    """What evidence would change verdicts, the most frequent first."""
    heads = ("TỪ/FROM", "NẾU KHỚP/IF THESE AGREED", "SANG/TO", "SỐ/HOW MANY")
    table = _table(f"{version}: bằng chứng còn thiếu / evidence that would change verdicts", *heads)
    for each in needed:
        becomes = " ".join(each.becomes)
        table.add_row(f"{each.verdict} {each.category}", " + ".join(each.fields), becomes, f"{each.subjects:,}")
    _console().print(table)


def evaluation_json(
    measured: Measured, changes: Sequence[Sequence[Change]], needed: Sequence[EvidenceCount] | None = None
) -> str:
    """All figures, with shares and bounds worked out."""
    document: dict[str, object] = {
        "models": {version: _with_bounds(each) for version, each in measured},
        "changes": {
            version: [change._asdict() for change in changed]
            for (version, _), changed in zip(measured[1:], changes, strict=True)
        },
    }
    if needed is not None:
        document["evidence_needed"] = [each._asdict() for each in needed]
    return json.dumps(document, ensure_ascii=False, indent=2, default=_plain)


def _with_bounds(evaluation: Evaluation) -> dict[str, object]:
    document: dict[str, object] = {"precision": evaluation.precision}
    for field in evaluation.__slots__:
        document[field] = _spelled_out(getattr(evaluation, field))
    return document


def _spelled_out(value: object) -> object:
    if isinstance(value, Rate):
        return value._asdict() | {"share": value.share, "at_least": value.at_least, "at_most": value.at_most}
    if isinstance(value, Slice):
        return {"found": _spelled_out(value.found), "wrong": _spelled_out(value.wrong)}
    if isinstance(value, Mapping):
        return {str(key): _spelled_out(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [each._asdict() for each in value]
    return value


def _marked(version: str, active: str) -> str:
    return f"{'*' if version == active else ' '} {version}"


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else ""


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
