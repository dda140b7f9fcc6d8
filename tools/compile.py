"""Translates the modules that read cells to C and compiles them into `matching/compiled` (decision 0015).

    .tools/compile/bin/python tools/compile.py        (that is `make compiled`)

Needs mypy, setuptools, a C compiler and Python's headers. Without a compiler nothing is made and that is said: the
sources do the same, slower. What was made before for other sources is removed.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from matching.compiled import FOLDER, MADE_FROM, PACKAGE, SHARED, fingerprint  # noqa: E402

# Modules that remain as they are: the package itself, classes made from text, and tables, which only compile slowly.
PLAIN = {
    "__init__",
    "making",
    "gazetteer",
    "flags",
    "keystrokes",
    "legacy_codecs",
    "legacy_encodings",
    "legacy_tables",
    "name_words",
    "number_tables",
    "organisation_words",
    "surnames",
}
CHECKS = [
    "--strict",
    "--ignore-missing-imports",
    "--no-warn-return-any",
    f"--python-version={sys.version_info.major}.{sys.version_info.minor}",
]


def main() -> int:
    """Compile, unless there is nothing to do or nothing to do it with."""
    library = ROOT / "matching"
    made_from = fingerprint(library)
    if MADE_FROM.exists() and MADE_FROM.read_text(encoding="ascii") == made_from and any(FOLDER.glob(f"{SHARED}.*")):
        print("compiled: nothing to do")
        return 0
    MADE_FROM.unlink(missing_ok=True)
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None and shutil.which("cc") is None:
        print("compiled: no C compiler here (apt-get install gcc); Khớp works without, but reads cells more slowly")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        made = compile_in(Path(scratch), library)
        lay_down(made, Path(scratch))
    MADE_FROM.write_text(made_from, encoding="ascii")
    print(f"compiled: {len(made) - 1} modules")
    return 0


def compile_in(scratch: Path, library: Path) -> list[Path]:
    """Compile a copy of the library below a folder; gives the shared library and the modules, relative to it."""
    from mypyc.build import mypycify
    from setuptools import Distribution

    shutil.copytree(library, scratch / "matching", ignore=shutil.ignore_patterns("__pycache__", "compiled", "*.json"))
    os.chdir(scratch)
    sources = sorted(f"matching/{PACKAGE}/{path.name}" for path in (library / PACKAGE).glob("*.py"))
    wanted = [source for source in sources if Path(source).stem not in PLAIN]
    modules = mypycify(
        [*CHECKS, *wanted], opt_level="2", debug_level="0", multi_file=True, group_name=SHARED.removesuffix("__mypyc")
    )
    command = Distribution({"name": "khop", "packages": [], "ext_modules": modules}).get_command_obj("build_ext")
    command.inplace = True
    command.parallel = os.cpu_count()
    command.ensure_finalized()
    command.run()
    return [path.relative_to(scratch) for path in (*scratch.glob(f"{SHARED}.*"), *scratch.glob("matching/*/*.so"))]


def lay_down(made: list[Path], scratch: Path) -> None:
    """Put what was compiled where the library looks for it, in place of what was there."""
    for old in (*FOLDER.glob("*.so"), *FOLDER.glob(f"{PACKAGE}/*.so")):
        old.unlink()
    for path in made:
        place = FOLDER / (path.relative_to("matching") if path.parts[0] == "matching" else path)
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(scratch / path, place)


if __name__ == "__main__":
    sys.exit(main())
