"""The page on the synthetic province shows the tables as they are."""

from __future__ import annotations

from pathlib import Path

from matching.synthetic.corruptions import ERRORS
from matching.synthetic.truth import TRAPS

PAGE = Path(__file__).parents[3] / "docs" / "synthetic.md"


def test_the_page_lists_every_error_with_its_rate() -> None:
    lines = [
        line
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith(tuple(f"| `{e.field}." for e in ERRORS))
    ]
    assert lines == [
        f"| `{e.code}` | {e.group} | {e.rate:.3f} | {e.on_old_papers:.2f} | {e.description} | {e.source} |"
        for e in ERRORS
    ]


def test_the_page_lists_every_trap() -> None:
    page = PAGE.read_text("utf-8")
    assert all(f"| `{code}` | {sentence} |" in page for code, sentence in TRAPS.items())
