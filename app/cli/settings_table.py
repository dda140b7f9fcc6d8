"""docs/settings.md from the one settings class."""

from __future__ import annotations

from typing import Any

from app.settings import Settings

_HEAD = """\
# Settings

Every setting is an environment variable, read once where a process starts. This page is made from `app/settings.py` \
by `khop settings --markdown`; a test keeps the two alike.

| variable | default | what it sets |
|---|---|---|
"""


def markdown() -> str:
    """The page."""
    return _HEAD + "".join(f"| `{name}` | {default} | {text} |\n" for name, default, text in rows())


def rows() -> list[tuple[str, str, str]]:
    """Name, default and description of each setting, in the order of the class."""
    return [
        (f"KHOP_{name.upper()}", _told(field.default), (field.description or "").replace("|", "\\|"))
        for name, field in Settings.model_fields.items()
    ]


def _told(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, tuple):
        return "`" + ", ".join(map(str, value)) + "`"
    return f"`{value}`"
