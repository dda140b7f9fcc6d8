"""Compiled modules read what their sources read, and are used only for the sources they were made from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from matching.compiled import FOLDER, MADE_FROM, SHARED, fingerprint

ROOT = Path(__file__).parents[2]
WHERE = "import matching.normalise.record as record; print(record.__file__)"
READ_EVERYTHING = """
import hashlib, sys
from datetime import date
from pathlib import Path
import yaml
import matching.normalise.record as record
from matching.normalise import normalise, normalise_all
from matching.records import RawRecord

def texts(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif value is not None:
        yield str(value)

raws = []
for path in sorted(Path("tests/cases").glob("*.yaml")):
    for text in texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
        raws.append(RawRecord(str(len(raws)), text, text, text, text, text))
        raws.append(RawRecord(str(len(raws)), text[::-1], text.upper(), text.lower(), None, f"{text}, {text}"))
as_of = date(2026, 11, 22)
read = hashlib.sha256(repr(normalise_all(raws, as_of=as_of)).encode()).hexdigest()
alone = hashlib.sha256(repr([normalise(raw, as_of=as_of) for raw in reversed(raws)]).encode()).hexdigest()
print(Path(record.__file__).suffix, len(raws), read, alone)
"""

KEY_EVERYTHING = """
import hashlib
from datetime import date
from pathlib import Path
import matching.land_rows as land_rows
from matching.land_columns import land_columns
from matching.normalise import normalise_all
from matching.records import RawRecord
from matching.name_keys import name_keys

names = ["Trần Văn Ba", "TRAN VAN BA", "KBrèm", "Y-Bhiăk Êban", "Ng. V. Hùng", "Ông Bà Thị Nở", "", "H'Lan", "Bà Năm"]
numbers = ["068085001234", "250123456", "B1234567", "25012345", "99999999999", "068085001234; 250123456", "?", None]
births = ["20/07/1985", "07/11/1985", "1985", "01/01/1960", "7/1985", None]
sexes, address = ["Nam", "Nữ", None], "xã Ka Đô, huyện Đơn Dương, tỉnh Lâm Đồng"
raws = [
    RawRecord(str(at), names[at % 9], numbers[at % 8], births[at % 6], sexes[at % 3], address) for at in range(432)
]
subjects = [s for record in normalise_all(raws, as_of=date(2026, 11, 22)) for s in record.subjects]
read = hashlib.sha256()
for some in (subjects, *([each] for each in subjects[:100])):
    land = land_columns(some)
    columns = [*land.names.hashes, land.names.length, land.numbers, land.trust, land.number_year, land.year, land.month]
    columns += [land.day, land.alternative, land.maybe_year_only, land.abbreviated, land.sex, land.marks]
    columns.append(land.places.single)
    for column in columns:
        read.update(column.tobytes())
read.update(repr([name_keys(name) for name in names]).encode())
print(Path(land_rows.__file__).suffix, len(subjects), read.hexdigest())
"""


def python(code: str, cwd: Path = ROOT, **settings: str) -> str:
    """What a fresh interpreter prints; below another folder it finds that folder's library."""
    environment = {**os.environ, "PYTHONPATH": str(cwd), **settings}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, cwd=cwd
    )
    return run.stdout.strip()


def is_compiled() -> bool:
    """Whether this checkout has compiled modules; `make test` compiles wherever there is a compiler."""
    return MADE_FROM.exists() and MADE_FROM.read_text(encoding="ascii") == fingerprint(FOLDER.parent)


def test_where_there_is_a_compiler_the_modules_are_compiled() -> None:
    headers = Path(sysconfig.get_path("include"), "Python.h")
    assert is_compiled() or shutil.which("cc") is None or not headers.exists()


def test_compiled_modules_read_every_cell_as_their_sources_do() -> None:
    compiled = python(READ_EVERYTHING).split()
    plain = python(READ_EVERYTHING, KHOP_COMPILED="0").split()
    assert plain[0] == ".py"
    assert compiled[0] == (".so" if is_compiled() else ".py")
    assert int(plain[1]) > 3_000
    assert compiled[1:] == plain[1:]


def test_compiled_modules_key_land_users_as_their_sources_do() -> None:
    compiled = python(KEY_EVERYTHING).split()
    plain = python(KEY_EVERYTHING, KHOP_COMPILED="0").split()
    assert plain[0] == ".py"
    assert compiled[0] == (".so" if is_compiled() else ".py")
    assert int(plain[1]) > 400
    assert compiled[1:] == plain[1:]


def copied(tmp_path: Path) -> Path:
    """A copy of the library with something in the place of what was compiled for it."""
    shutil.copytree(ROOT / "matching", tmp_path / "matching", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "matching"


def test_what_was_compiled_from_other_sources_is_not_used(tmp_path: Path) -> None:
    library = copied(tmp_path)
    before = python(WHERE, tmp_path)
    source = library / "normalise" / "sex.py"
    source.write_text(source.read_text(encoding="utf-8") + "\nCHANGED = True\n", encoding="utf-8")
    after = python(WHERE, tmp_path)
    assert before == (str(_compiled_record(library)) if is_compiled() else str(library / "normalise" / "record.py"))
    assert after == str(library / "normalise" / "record.py")


def test_without_the_shared_library_the_sources_are_used(tmp_path: Path) -> None:
    library = copied(tmp_path)
    for shared in (library / "compiled").glob(f"{SHARED}.*"):
        shared.unlink()
    assert python(WHERE, tmp_path) == str(library / "normalise" / "record.py")


def test_a_setting_leaves_what_was_compiled_aside() -> None:
    assert python(WHERE, KHOP_COMPILED="0") == str(ROOT / "matching" / "normalise" / "record.py")


def _compiled_record(library: Path) -> Path:
    return library / "compiled" / "matching" / "normalise" / f"record{EXTENSION_SUFFIXES[0]}"
