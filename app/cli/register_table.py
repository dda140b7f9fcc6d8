"""The versions of the register as a table for people and as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from app.register.delta_store import Delta, DeltaCounts
from app.register.service import VersionStatus

_HEAD = (
    "BẢN/VERSION",
    "TRẠNG THÁI/STATE",
    "NGƯỜI/PEOPLE",
    "TỪ CHỐI/REFUSED",
    "NHẬP/CREATED",
    "PHẠM VI/SCOPE",
    "TÊN/NAME",
    "TỪ BẢN/FROM",
)
_STATES = {
    "staged": "đang nhập/staged",
    "ready": "sẵn sàng/ready",
    "active": "đang dùng/active",
    "retired": "đã thay/retired",
    "failed": "không dùng được/failed",
}


def as_table(found: Sequence[VersionStatus]) -> str:
    """One line for each version, the newest first."""
    if not found:
        return (
            "Chưa có bản nào. Hãy chạy: khop register import TỆP\nThere is no version. Run: khop register import FILE"
        )
    rows = [_HEAD, *(_row(each) for each in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _row(each: VersionStatus) -> tuple[str, ...]:
    version, progress, delta = each
    kept = version.rows_kept if progress is None else progress.kept
    rejected = version.rows_rejected if progress is None else progress.rejected
    return (
        f"{'*' if version.state == 'active' else ' '} {version.id}",
        _STATES[version.state],
        f"{kept:,}",
        f"{rejected:,}",
        f"{version.created_at:%Y-%m-%d %H:%M}",
        version.scope,
        version.name,
        "" if delta is None else f"{delta.parent_id} {as_signs(delta.counts)}".rstrip(),
    )


def as_signs(counts: DeltaCounts) -> str:
    """How many people came, changed and went."""
    return f"+{counts.added:,} ~{counts.changed:,} −{counts.removed:,}" if counts.effect else ""


def as_json_text(found: Sequence[VersionStatus]) -> str:
    """The versions with all that is known of them."""
    listed = [
        asdict(each.version)
        | {"progress": None if each.progress is None else each.progress._asdict()}
        | {"delta": None if each.delta is None else _delta(each.delta)}
        for each in found
    ]
    return json.dumps(listed, ensure_ascii=False, indent=2, default=_plain)


def _delta(delta: Delta) -> dict[str, object]:
    return {
        "parent_id": delta.parent_id,
        "base_id": delta.base_id,
        **delta.counts._asdict(),
        "fields": dict(delta.fields),
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
