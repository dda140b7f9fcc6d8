"""What the README promises: its request, run against the demo, gets the answer that it shows."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.acceptance.processes import KHOP, environment, serving

README = Path(__file__).parents[2].joinpath("README.md").read_text(encoding="utf-8")


def contains(whole: Any, part: Any) -> bool:
    """Whether a JSON value has all that another one names."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and contains(whole[name], part[name]) for name in part)
    if isinstance(part, list):
        return len(whole) == len(part) and all(contains(mine, theirs) for mine, theirs in zip(whole, part, strict=True))
    return bool(whole == part)


def test_the_requests_and_commands_of_the_readme_do_what_it_says(tmp_path: Path) -> None:
    settings = environment(tmp_path)
    demo = [KHOP, "demo", "--only-build"]
    subprocess.run(demo, env=settings, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    (request,) = re.findall(r"^curl .*? -d '\n.*?'$", README, re.DOTALL | re.MULTILINE)
    (record,) = re.findall(r" -d '\n(.*?)'", request, re.DOTALL)
    (purpose,) = re.findall(r"'X-Purpose: (.*?)'", request)
    assert '"Authorization: Bearer $(cat var/demo.key)"' in request
    key = (tmp_path / "demo.key").read_text().strip()
    headers = {"Authorization": f"Bearer {key}", "X-Purpose": purpose.encode(), "Content-Type": "application/json"}
    (shown,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    with serving(tmp_path) as client:
        answer = client.post("/v1/match", content=record.encode(), headers=headers)
    assert contains(answer.json(), json.loads(shown)), json.dumps(answer.json(), ensure_ascii=False, indent=1)
    (line,) = re.findall(r"^\.venv/bin/khop (match .*)$", README, re.MULTILINE)
    words = [word.replace("var/", f"{tmp_path}/") for word in line.split()]
    subprocess.run([KHOP, *words], env=settings, cwd=tmp_path, check=True, capture_output=True, timeout=300)
    assert (tmp_path / "ket-qua.xlsx").stat().st_size > 50_000
