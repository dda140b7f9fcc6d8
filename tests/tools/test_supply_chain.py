"""What the service is made of is listed: every locked package, with its hashes and its licence."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("supply_chain", ROOT / "tools" / "supply_chain.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_locked_package_is_on_the_page_of_licences(tool: ModuleType) -> None:
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| ([A-Za-z0-9._-]+)", page, re.MULTILINE)) - {"package"}
    locked = {package.name for package in tool.packages(tool.LOCK.read_text(encoding="utf-8"))}
    assert listed == locked, "run: make licences"


def test_the_list_of_parts_has_every_package_with_its_hashes(tool: ModuleType) -> None:
    found = sorted(tool.packages(tool.LOCK.read_text(encoding="utf-8")))
    document = tool.sbom(found)
    assert document == tool.sbom(found)
    assert len(document["components"]) == len(found) > 30
    assert all(component["properties"] for component in document["components"])
    assert {"fastapi", "numpy", "sqlalchemy"} <= {component["name"] for component in document["components"]}


def test_a_lock_file_is_read_whole(tool: ModuleType) -> None:
    digest = "0" * 64
    first = f"a==1.0 \\\n    --hash=sha256:{digest}\n    # via khop\n"
    lock = f"{first}b[x]==2 ; sys_platform == 'win32' \\\n    --hash=sha256:{digest}\n"
    assert [(package.name, package.version, package.where, len(package.hashes)) for package in tool.packages(lock)] == [
        ("a", "1.0", "", 1),
        ("b", "2", "sys_platform == 'win32'", 1),
    ]
