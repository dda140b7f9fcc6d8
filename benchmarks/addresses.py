"""Measures how often addresses are read into the right set of communes, beside two public packages.

    python -m benchmarks.addresses [--errors KIND] [--without-peers] [--speed] [--column LAND_FILE]

The labelled addresses stand in benchmarks/data/addresses.csv: what an expert says that each text may mean today. A set
*contains* the truth, is *exact*, or is a *wrong singleton*: one commune, surely named, that is not among the true ones.
The packages get the help of an expert, who tells them the era; where they name an old commune or a district, all its
present-day communes count as their answer. Neither is ever asked in a way that uses the network.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from matching.normalise.addresses import read_address
from matching.normalise.gazetteer import gazetteer
from matching.normalise.text import fold, spelled

LABELLED = Path(__file__).with_name("data") / "addresses.csv"


class Labelled(NamedTuple):
    """One address with the communes that it may mean."""

    text: str
    expected: frozenset[str]
    mess: str
    province: str
    era: str


class Score(NamedTuple):
    """Counts of one reader over some addresses."""

    addresses: int
    answered: int
    containing: int
    exact: int
    wrong_singletons: int

    def __str__(self) -> str:
        share = 100 / max(self.addresses, 1)
        return (
            f"{self.addresses:6} {self.answered * share:8.1f} % {self.containing * share:8.1f} % "
            f"{self.exact * share:8.1f} % {self.wrong_singletons * share:8.2f} %"
        )


Reader = Callable[[Labelled], frozenset[str]]


def labelled() -> list[Labelled]:
    """The labelled addresses."""
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return [
            Labelled(
                row["text"],
                frozenset(filter(None, row["expected"].split(";"))),
                row["mess"],
                row["province"],
                row["era"],
            )
            for row in csv.DictReader(file)
        ]


def score(rows: list[Labelled], read: Reader) -> Score:
    """How a reader does; an address that means nothing is right when nothing is answered."""
    answered = containing = exact = wrong = 0
    for row in rows:
        found = read(row)
        answered += bool(found)
        containing += row.expected <= found if row.expected else not found
        exact += row.expected == found
        wrong += len(found) == 1 and not found <= row.expected
    return Score(len(rows), answered, containing, exact, wrong)


def ours(row: Labelled) -> frozenset[str]:
    """The product's answer; it isn't told the era."""
    return frozenset(read_address(row.text).communes)


def adminunits() -> Reader:
    """vietnamadminunits 1.0.4: parse_address in the mode of the era, its own map from old to new."""
    from vietnamadminunits import ParseMode, parse_address

    units = gazetteer()

    def read(row: Labelled) -> frozenset[str]:
        old = row.era == "old"
        try:
            mode = ParseMode.LEGACY if old else ParseMode.FROM_2025
            unit = parse_address(row.text, mode=mode, level=3 if old else 2)
        except Exception:
            return frozenset()
        if not old:
            return frozenset(filter(None, [unit.ward_code]))
        if unit.ward_code:
            return frozenset(units.old_communes[unit.ward_code].successors)
        return frozenset(units.districts[unit.district_code].successors if unit.district_code else ())

    return read


def converter() -> Reader:
    """vietnam-address-converter 1.0.5: all candidates that it names, by their names, as its codes are its own."""
    from vietnam_address_converter.converter import VietnamAdministrativeAddressConverter

    package = VietnamAdministrativeAddressConverter()
    units = gazetteer()
    codes = {
        (spelled(commune.short), fold(units.provinces[commune.province].short)): commune.code
        for commune in units.communes.values()
    }

    def spelled_code(entry: dict[str, Any]) -> str | None:
        ward, province = entry["new_ward"]["name"], entry["new_province"]["name"]
        return codes.get((spelled(ward.replace("-", " - ")), fold(province)))

    def read(row: Labelled) -> frozenset[str]:
        try:
            if row.era == "old":
                answer = package.convert_address_text(row.text)["conversion"] or {}
            else:
                answer = package.auto_convert_address(row.text)["conversion"] or {}
        except Exception:
            return frozenset()
        found = [entry for entry in [answer.get("result"), *(answer.get("candidates") or [])] if entry]
        return frozenset(filter(None, (spelled_code(entry) for entry in found if entry.get("new_ward"))))

    return read


def report(rows: list[Labelled], readers: dict[str, Reader]) -> None:
    """Prints the scores of each reader, and ours by kind of mess and by era."""
    print(f"{'':34}  rows   answered   contains      exact  wrong single")
    for name, read in readers.items():
        began = time.perf_counter()
        result = score(rows, read)
        print(f"{name:34} {result}   {1000 * (time.perf_counter() - began) / len(rows):.2f} ms each")
    for column in ("era", "mess"):
        groups: dict[str, list[Labelled]] = defaultdict(list)
        for row in rows:
            groups[getattr(row, column)].append(row)
        for value, group in sorted(groups.items()):
            print(f"  ours, {column} {value:21} {score(group, ours)}")


def errors(rows: list[Labelled], kind: str) -> None:
    """Prints the addresses that the product does not read exactly."""
    units = gazetteer()
    for row in rows:
        reading = read_address(row.text)
        found = frozenset(reading.communes)
        missed = not row.expected <= found
        wrong = len(found) == 1 and not found <= row.expected
        if {"exact": found != row.expected, "contains": missed, "wrong": wrong}[kind]:
            names = [
                ", ".join(units.communes[code].name for code in sorted(some)[:5]) for some in (row.expected, found)
            ]
            print(
                f"{row.mess} | {row.text}\n    expected {names[0]}\n    read {names[1]} {reading.level} {reading.flags}"
            )


def speed() -> None:
    """Prints the time for distinct addresses whose unit part repeats, and the memory of all."""
    rng = random.Random(7)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    read_address("Phường 10, Đà Lạt, Lâm Đồng")
    loaded = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    old = rng.sample(sorted(gazetteer().old_communes.values(), key=lambda unit: unit.code), 400)
    tails = [f"{unit.name}, {unit.district_name}, {unit.province_name}" for unit in old]
    texts = [f"Số {number} đường Lê Lợi, thôn {number % 40}, {rng.choice(tails)}" for number in range(100_000)]
    began = time.process_time()
    for text in tails:
        read_address(text)
    cold = time.process_time() - began
    began = time.process_time()
    for text in texts:
        read_address(text)
    warm = time.process_time() - began
    print(
        f"first address {loaded * 1000:.0f} ms and {memory / 1024:.0f} MB; "
        f"a new unit part {cold / len(tails) * 1e6:.0f} µs,"
    )
    print(f"a new address with a known one {warm / len(texts) * 1e6:.1f} µs (processor time)")


def column(path: Path) -> None:
    """Prints the processor time per row of a land file's addresses, in a new process and once more."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        texts = [row["address"] for row in csv.DictReader(file) if row["address"]]
    read_address("Phường 10, Đà Lạt, Lâm Đồng")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = []
    for _ in range(2):
        began = time.process_time()
        for text in texts:
            read_address(text)
        times.append((time.process_time() - began) / len(texts) * 1e6)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(
        f"{len(texts):,} addresses, {len(set(texts)):,} distinct: {times[0]:.1f} µs each in a new process, "
        f"{times[1]:.1f} µs once they are known; what is kept takes {memory / 1024:.0f} MB"
    )


def main() -> None:
    """Prints what was asked for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--errors", choices=("exact", "contains", "wrong"))
    arguments.add_argument("--without-peers", action="store_true")
    arguments.add_argument("--speed", action="store_true")
    arguments.add_argument("--column", type=Path)
    chosen = arguments.parse_args()
    if chosen.column:
        column(chosen.column)
        return
    if chosen.speed:
        speed()
        return
    rows = labelled()
    if chosen.errors:
        errors(rows, chosen.errors)
        return
    readers: dict[str, Reader] = {"Khớp": ours}
    if not chosen.without_peers:
        readers |= {"vietnamadminunits 1.0.4": adminunits(), "vietnam-address-converter 1.0.5": converter()}
    report(rows, readers)


if __name__ == "__main__":
    main()
