"""docs/settings.md is the settings class."""

from __future__ import annotations

from pathlib import Path

from app.cli.settings_table import markdown, rows

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_is_made_from_the_class() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "run: khop settings --markdown > docs/settings.md"


def test_every_setting_says_what_it_sets() -> None:
    assert [name for name, _, text in rows() if not text] == []
