"""Compiled forms of modules, used only where they were made from the very sources that stand beside them.

`make compiled` translates the modules that read cells to C and lays them here (decision 0015). The sources remain what
is read, changed and tested: without a compiler, after a change, or with KHOP_COMPILED=0, Python runs them as they are.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from zlib import crc32

FOLDER = Path(__file__).parent
MADE_FROM = FOLDER / "made-from.txt"  # the fingerprint of the sources
SOURCES = (
    "records.py",
    "normalise/*.py",
    "name_keys.py",
    "number_codes.py",
    "land_rows.py",
)  # below `matching`: what may be compiled, and what it is made of
SHARED = "khop__mypyc"  # the library that all compiled modules share


def fingerprint(library: Path) -> str:
    """What tells the sources below a `matching` folder from any others."""
    found = 0
    for source in (path for pattern in SOURCES for path in sorted(library.glob(pattern))):
        found = crc32(source.read_bytes(), crc32(source.name.encode(), found))
    return f"{found:08x}"


def search_path(package: str) -> list[str]:
    """The folder of a package's compiled modules, to be searched before its sources; none where they don't fit."""
    return [str(FOLDER.joinpath(*package.split(".")))] if _fits() else []


@cache
def _fits() -> bool:
    """Whether there are compiled modules that were made from these sources; then what they share is at hand."""
    if os.environ.get("KHOP_COMPILED") == "0":
        return False
    shared = FOLDER / f"{SHARED}{EXTENSION_SUFFIXES[0]}"
    try:
        made_from = MADE_FROM.read_text(encoding="ascii")
    except OSError:
        return False
    if made_from != fingerprint(FOLDER.parent) or not shared.exists():
        return False
    loader = ExtensionFileLoader(SHARED, str(shared))
    sys.modules[SHARED] = module_from_spec(ModuleSpec(SHARED, loader, origin=str(shared)))
    loader.exec_module(sys.modules[SHARED])
    return True
