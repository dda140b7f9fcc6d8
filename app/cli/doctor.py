"""khop doctor: what is wrong with an installation, and what to do about it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.cli.terminal import now, told

_MARKS = {"ok": "✓", "warning": "!", "bad": "✗"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Dạng JSON, cho máy đọc / as JSON.")] = False,
) -> None:
    """Khám hệ thống: cái gì sai và phải làm gì / say what is wrong with this installation, and what to do.

    Mã thoát 0: dùng được (có thể có cảnh báo); 1: có lỗi phải sửa.
    Exit status 0: it works, perhaps with warnings; 1: something has to be mended.
    """
    from app.cli.checks import Level, Patient, findings
    from app.db import database
    from app.settings import Settings

    with told():
        settings = Settings()
        opened = database(settings)
    try:
        found = list(findings(Patient(settings, opened, now())))
    finally:
        opened.close()
    if as_json:
        typer.echo(
            json.dumps(
                [{"check": each.name, "level": each.level, "vi": each.told.vi, "en": each.told.en} for each in found],
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        for each in found:
            both = each.told.vi if each.told.vi == each.told.en else f"{each.told.vi} / {each.told.en}"
            typer.echo(f"{_MARKS[each.level]} {each.name:<12} {both}")
    if any(each.level is Level.BAD for each in found):
        raise typer.Exit(1)
