"""Translates the modules that read cells to C and compiles them into `matching/compiled` (decision 0015).

    .tools/compile/bin/python tools/compile.py        (that is `make compiled`)

Needs mypy, setuptools, a C compiler and Python's headers. Without the last two nothing is made and that is said: the
sources do the same, slower. What was made before for other sources is removed.
"""

from __future__ import annotations

import ast
import os
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from matching.compiled import FOLDER, MADE_FROM, SHARED, SOURCES, fingerprint  # noqa: E402

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
# Enumerations whose members are looked up where a module begins: compiled, each look takes as long as ten comparisons.
ENUMERATIONS = {"Act", "Kind", "LegalForm", "NumberKind", "Role", "Sex", "Status", "Trust"}
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
    if shutil.which(compiler) is None or not Path(sysconfig.get_path("include"), "Python.h").exists():
        print("compiled: no C compiler or no headers of Python here (apt-get install gcc libc6-dev python3-dev);")
        print("          Khớp works without, but reads cells more slowly")
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
    wanted = [path for pattern in SOURCES for path in sorted(Path("matching").glob(pattern)) if path.stem not in PLAIN]
    for path in wanted:
        path.write_text(native(path.read_text(encoding="utf-8")), encoding="utf-8")
    modules = mypycify(
        [*CHECKS, *map(str, wanted)],
        opt_level="2",
        debug_level="0",
        multi_file=True,
        group_name=SHARED.removesuffix("__mypyc"),
    )
    command = Distribution({"name": "khop", "packages": [], "ext_modules": modules}).get_command_obj("build_ext")
    command.inplace = True
    command.parallel = os.cpu_count()
    command.ensure_finalized()
    command.run()
    return [path.relative_to(scratch) for path in (*scratch.glob(f"{SHARED}.*"), *scratch.glob("matching/**/*.so"))]


def native(source: str) -> str:
    """A module with its slotted dataclasses as classes that are made by a constructor of their own.

    The constructor of a dataclass runs as Python and sets each field through a call, compiled or not. Written
    out, it becomes a handful of instructions, and nothing has to be made by `making`. That nobody changes a record is
    checked by mypy; compiled, no longer when the program runs.
    """
    module = ast.parse(source)
    made: dict[str, ast.expr] = {}
    for part in module.body:
        if isinstance(part, ast.ClassDef) and any("slots=True" in ast.unparse(mark) for mark in part.decorator_list):
            _write_out(part)
        elif (
            isinstance(part, ast.AnnAssign) and isinstance(part.value, ast.Call) and _is_named(part.value.func, "maker")
        ):
            made[ast.unparse(part.target)] = part.value.args[0]
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            call.func = made.get(call.func.id, call.func)
    _look_members_up_once(module)
    return ast.unparse(ast.fix_missing_locations(module))


def _look_members_up_once(module: ast.Module) -> None:
    """Give each member of an imported enumeration that a function names a constant of the module."""
    imports = [part for part in module.body if isinstance(part, ast.ImportFrom) and part.module != "__future__"]
    imported = {name.name for part in imports for name in part.names} & ENUMERATIONS
    members: set[tuple[str, str]] = set()

    class Members(ast.NodeTransformer):
        def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
            if isinstance(node.value, ast.Name) and node.value.id in imported and node.attr.isupper():
                members.add((node.value.id, node.attr))
                return ast.Name(f"_{node.value.id}_{node.attr}", node.ctx)
            return self.generic_visit(node)

        def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
            return node  # a name in its place would stand for anything

    for function in [part for part in ast.walk(module) if isinstance(part, ast.FunctionDef)]:
        function.body = [Members().visit(part) for part in function.body]
    constants = "".join(f"_{of}_{member}: Final = {of}.{member}\n" for of, member in sorted(members))
    if constants:
        at = module.body.index(imports[-1]) + 1
        module.body[at:at] = ast.parse(f"from typing import Final\n{constants}").body


def _is_named(part: ast.expr, name: str) -> bool:
    return isinstance(part, ast.Name) and part.id == name


def _write_out(record: ast.ClassDef) -> None:
    """Give a dataclass the constructor that its decorator would make, and a way through pickle."""
    written = ast.unparse(record.decorator_list[0])
    kept = [option for option in ("order=True", "frozen=True") if option in written]
    options = ", ".join(["init=False", *kept]).replace("frozen=True", "unsafe_hash=True")
    record.decorator_list = [ast.parse(f"dataclass({options})", mode="eval").body]
    parameters, sets, values = [], [], []
    for field in record.body:
        if not isinstance(field, ast.AnnAssign):
            continue
        name, kind = ast.unparse(field.target), ast.unparse(field.annotation)
        values.append(f"self.{name}")
        if isinstance(field.value, ast.Call) and _is_named(field.value.func, "field"):
            (factory,) = field.value.keywords  # default_factory
            parameters.append(f"{name}: {kind} | None = None")
            sets.append(f"  self.{name} = {ast.unparse(factory.value)}() if {name} is None else {name}")
        else:
            default = "" if field.value is None else f" = {ast.unparse(field.value)}"
            parameters.append(f"{name}: {kind}{default}")
            sets.append(f"  self.{name} = {name}")
    methods = f"class _:\n def __init__(self, {', '.join(parameters)}) -> None:\n" + "\n".join(sets)
    methods += f"\n def __reduce__(self) -> tuple[object, ...]:\n  return {record.name}, ({', '.join(values)},)\n"
    (holder,) = ast.parse(methods).body
    assert isinstance(holder, ast.ClassDef)
    record.body += holder.body


def lay_down(made: list[Path], scratch: Path) -> None:
    """Put what was compiled where the library looks for it, in place of what was there."""
    for old in FOLDER.rglob("*.so"):
        old.unlink()
    for path in made:
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(scratch / path, FOLDER / path)


if __name__ == "__main__":
    sys.exit(main())
