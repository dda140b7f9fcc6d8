"""Builds the gazetteer file from the data of vietnamadminunits 1.0.4 and the overrides kept by hand (DOMAIN 2.3).

Run by hand when units change: `python tools/build_gazetteer.py`. The same input gives the same bytes. Only data files
of the package are read; none of its code runs, and nothing goes over the network.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sqlite3
import tomllib
from collections import defaultdict
from contextlib import closing
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from unidecode import unidecode

PACKAGE = "vietnamadminunits"
PACKAGE_VERSION = "1.0.4"
REORGANISED = "2025-07-01"  # Nghị quyết 202/2025/QH15; 63 provinces and 696 districts until the day before
OVERRIDES = Path(__file__).with_name("gazetteer_overrides.toml")
OUTPUT = Path(__file__).parent.parent / "matching" / "normalise" / "gazetteer.json.gz"

# The package lists an alias in several short forms; the one with its kind in full is taken, without leading zeros.
KINDS = ("thanhpho", "thitran", "thixa", "phuong", "huyen", "quan", "xa")
EARLIER_NAME = re.compile(f"({'|'.join(KINDS)})(?!0)([a-z0-9]+)")

Row = dict[str, Any]
Overrides = dict[str, list[Row]]


class Source:
    """The rows of the package's data files, and which old commune became which new ones."""

    def __init__(self, folder: Path) -> None:
        self.files = [folder / "dataset.db", folder / "converter_2025.json", folder / "parser_legacy.json"]
        with closing(sqlite3.connect(f"file:{self.files[0]}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            self.old = [dict(row) for row in database.execute("select * from admin_units_legacy")]
            self.new = [dict(row) for row in database.execute("select * from admin_units")]
        self.successors = self._successors(json.loads(self.files[1].read_text(encoding="utf-8")))
        self.divided = json.loads(self.files[2].read_text(encoding="utf-8"))["DICT_PROVINCE_DISTRICT_DIVIDED"]

    def _successors(self, converter: dict[str, Any]) -> dict[str, list[str]]:
        """The codes of the new communes by the key of the old one; which is the default is not taken over."""
        code = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in self.new}
        successors: dict[str, set[str]] = defaultdict(set)
        for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
            for new_key, old_keys in communes.items():
                for old_key in old_keys:
                    successors[old_key].add(code[province, new_key])
        for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
            for old_key, parts in divided.items():
                successors[old_key].update(code[province, part["newWardKey"]] for part in parts)
        return {old_key: sorted(codes) for old_key, codes in successors.items()}

    def gave_land(self, district: Row) -> list[str]:
        """The districts whose communes went to this one before June 2025 ("thanhpho hue" to Quận Thuận Hóa)."""
        given = []
        for entry in self.divided.get(district["provinceKey"], {}).values():
            found = EARLIER_NAME.fullmatch(entry["dividedDistrictKeywords"][0])
            if found and district["districtKey"] in entry["districts"] and found[0] != district["districtKey"]:
                given.append(f"{found[1]} {found[2]}")
        return given

    def of(self, old: Row) -> list[str]:
        """The successors of an old commune, or of an island district that had none."""
        return self.successors[self._key(old)]

    def correct(self, entries: list[Row]) -> None:
        """Takes away the successors that the map wrongly gives to communes."""
        rows = {row["wardCode"]: row for row in self.old}
        for entry in entries:
            for wrong in entry["communes"]:
                self.successors[self._key(rows[wrong["code"]])] = left = [
                    code for code in self.of(rows[wrong["code"]]) if code not in wrong["not"]
                ]
                assert left, wrong

    @staticmethod
    def _key(old: Row) -> str:
        return f"{old['provinceKey']}_{old['districtKey']}_{old['wardKey'] or ''}"


def cased(name: str) -> str:
    """The name with the small letter that some rows of the source lack ("Thị Trấn Prao", "Thành Phố Bắc Kạn")."""
    for kind in ("Thị trấn", "Thị xã", "Thành phố", "Đặc khu"):
        if name.startswith(f"{kind.title()} "):
            return kind + name[len(kind) :]
    return name


def earlier_names(row: Row, unit: str) -> list[str]:
    """Units that a unit took in, or its own earlier kinds, before June 2025: kind and key, "xa trieuhai"."""
    names = set()
    aliases = {unidecode(alias).lower() for alias in json.loads(row[f"{unit}Alias"] or "[]")}
    for alias in aliases:
        found = EARLIER_NAME.fullmatch(alias)
        bare = any(kind + alias in aliases for kind in KINDS)
        if found and not bare and alias != unidecode(row[f"{unit}Key"]).lower():
            names.add(f"{found[1]} {found[2]}")
    return sorted(names)


def build(source: Source, overrides: Overrides) -> Row:
    """The whole gazetteer as plain lists; every list is in the order of its codes."""
    source.correct(overrides["wrong_successors"])
    province_of = {row["wardCode"]: row["provinceCode"] for row in source.new}
    formed: dict[str, set[str]] = defaultdict(set)
    islands: dict[str, list[str]] = {}
    for row in source.old:
        for successor in source.of(row):
            formed[province_of[successor]].add(row["provinceCode"])
        if row["wardCode"] is None:
            islands[row["districtCode"]] = source.of(row)
    districts = {
        row["districtCode"]: [
            row["districtCode"],
            cased(row["district"]),
            row["provinceCode"],
            sorted({*earlier_names(row, "district"), *source.gave_land(row)}),
            islands.get(row["districtCode"], []),
        ]
        for row in source.old
    }
    provinces = {row["provinceCode"]: row["province"] for row in source.new}
    return {
        "provinces": [[code, name, sorted(formed[code])] for code, name in sorted(provinces.items())],
        "communes": sorted([row["wardCode"], cased(row["ward"]), row["provinceCode"]] for row in source.new),
        "old_provinces": sorted({(row["provinceCode"], row["province"]) for row in source.old}),
        "districts": [districts[code] for code in sorted(districts)],
        "old_communes": sorted(
            [row["wardCode"], cased(row["ward"]), row["districtCode"], source.of(row), earlier_names(row, "ward")]
            for row in source.old
            if row["wardCode"] is not None
        ),
        **changes(source, overrides),
    }


def changes(source: Source, overrides: Overrides) -> Row:
    """What is known beyond the package's data, checked against it: an unknown code or name stops the build."""
    provinces = {row["provinceCode"]: row["province"] for row in source.new}
    communes = {row["wardCode"]: row["ward"] for row in source.new}
    old_provinces = {row["provinceCode"] for row in source.old}
    district = {f"{cased(row['district'])}, {row['province']}": row["districtCode"] for row in source.old}
    renamed = [
        [entry["code"], provinces[entry["code"]], entry["name"], str(entry["effective"]), entry["legal"]]
        for entry in overrides["renamed_province"]
    ]
    for entry in overrides["renamed_communes"]:
        for code, name in entry["names"].items():
            renamed.append([code, communes[code], name, str(entry["effective"]), entry["legal"]])
    for entry in overrides["other_code"]:
        assert communes[entry["code"]] == entry["name"], entry
        assert entry["also"] not in communes, entry
    former_provinces = []
    for entry in overrides["former_province"]:
        assert old_provinces.issuperset(entry["now"]), entry
        former_provinces.append([entry["name"], entry["now"], str(entry["until"]), entry["legal"]])
    former_districts = []
    for entry in overrides["former_district"]:
        codes = sorted(district[name] for name in entry["now"])
        former_districts.append([entry["name"], codes, str(entry["until"]), entry["legal"]])
    corrected = [
        [wrong["code"], sorted(wrong["not"]), entry["legal"]]
        for entry in overrides["wrong_successors"]
        for wrong in entry["communes"]
    ]
    return {
        "renamed": sorted(renamed),
        "wrong_successors": sorted(corrected),
        "other_codes": sorted([entry["also"], entry["code"], entry["legal"]] for entry in overrides["other_code"]),
        "former_provinces": sorted(former_provinces),
        "former_districts": sorted(former_districts),
    }


def provenance(source: Source, overrides: Path, gazetteer: Row) -> Row:
    """Where every fact comes from, and as of when."""
    return {
        "as_of": max(date for *_, date, _ in gazetteer["renamed"]),
        "reorganised": REORGANISED,
        "built_by": "tools/build_gazetteer.py",
        "package": f"{PACKAGE} {PACKAGE_VERSION}",
        "licence": "MIT, Copyright (c) 2025 Tran Ngoc Minh Hieu",
        "sha256": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in [*source.files, overrides]},
        "counts": {name: len(rows) for name, rows in gazetteer.items()},
    }


def packed(gazetteer: Row) -> bytes:
    """The file's bytes: one JSON list a line, so that two versions can be compared, without a time stamp."""
    blocks = []
    for name, content in gazetteer.items():
        if isinstance(content, dict):
            blocks.append(f"{json.dumps(name)}: {json.dumps(content, ensure_ascii=False)}")
        else:
            rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in content)
            blocks.append(f"{json.dumps(name)}: [\n{rows}\n]")
    text = "{\n" + ",\n".join(blocks) + "\n}\n"
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def main() -> None:
    """Reads the installed package and writes the file."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", type=Path, default=OUTPUT)
    output: Path = arguments.parse_args().output
    package = distribution(PACKAGE)
    if package.version != PACKAGE_VERSION:
        raise SystemExit(f"{PACKAGE} {PACKAGE_VERSION} is needed, {package.version} is installed")
    source = Source(Path(str(package.locate_file(f"{PACKAGE}/data"))))
    gazetteer = build(source, tomllib.loads(OVERRIDES.read_text(encoding="utf-8")))
    facts = provenance(source, OVERRIDES, gazetteer)
    output.write_bytes(packed({"provenance": facts, **gazetteer}))
    print(f"{output.name}: {output.stat().st_size:,} bytes, {facts['counts']}")


if __name__ == "__main__":
    main()
