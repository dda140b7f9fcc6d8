"""Compiled forms of modules, used only where they were made from the very sources that stand beside them.

`make compiled` translates the modules that read cells to C and lays them here (decision 0015). The sources remain what
is read, changed and tested: without a compiler, after a change, or with KHOP_COMPILED=0, Python runs them as they are.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from zlib import crc32

FOLDER = Path(__file__).parent
MADE_FROM = FOLDER / "made-from.txt"  # the fingerprint of the sources
PACKAGE = "normalise"  # whose modules are compiled
SHARED = "khop__mypyc"  # the library that all compiled modules share


def fingerprint(library: Path) -> str:
    """What tells the sources below a `matching` folder from any others: of the package, and of the records it makes."""
    found = 0
    for source in (*sorted((library / PACKAGE).glob("*.py")), library / "records.py"):
        found = crc32(source.read_bytes(), crc32(source.name.encode(), found))
    return f"{found:08x}"


def search_path() -> list[str]:
    """The folder of compiled modules, to be searched before the sources; empty where there are none that fit."""
    if os.environ.get("KHOP_COMPILED") == "0":
        return []
    shared = FOLDER / f"{SHARED}{EXTENSION_SUFFIXES[0]}"
    try:
        made_from = MADE_FROM.read_text(encoding="ascii")
    except OSError:
        return []
    if made_from != fingerprint(FOLDER.parent) or not shared.exists():
        return []
    if SHARED not in sys.modules:
        loader = ExtensionFileLoader(SHARED, str(shared))
        module = module_from_spec(ModuleSpec(SHARED, loader, origin=str(shared)))
        loader.exec_module(module)
        sys.modules[SHARED] = module
    return [str(FOLDER / PACKAGE)]
