"""docs/access-log.md explains every problem that `verify` can find, in its words."""

from __future__ import annotations

import re
from pathlib import Path

from app.access_log.verify import PROBLEMS

PAGE = (Path(__file__).parents[3] / "docs" / "access-log.md").read_text(encoding="utf-8")


def test_every_problem_is_explained() -> None:
    assert dict(re.findall(r"^\| `([a-z]+\.[a-z]+)` \| (.+) \|$", PAGE, re.MULTILINE)) == PROBLEMS
