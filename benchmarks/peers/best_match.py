"""What every engine hands back: the best candidate of each land user, and what the link step cost."""

from __future__ import annotations

import gc
import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class BestMatches(NamedTuple):
    """For each land user that has a candidate, the best one."""

    row: Ints
    person: Ints  # personal number
    weight: Floats  # match weight in bits, prior included
    odds: Floats  # log2 odds of the best candidate against all others and nobody

    def save(self, path: Path) -> None:
        """Write them to a file."""
        np.savez(path, **self._asdict())

    @classmethod
    def load(cls, path: Path) -> BestMatches:
        """Those of a file."""
        with np.load(path) as arrays:
            return cls(*(arrays[name] for name in cls._fields))


def best_matches(rows: Ints, persons: Ints, weights: Floats) -> BestMatches:
    """The heaviest candidate of each row (of equals the smallest number), and its odds against the rest."""
    order = np.lexsort((persons, -weights, rows))
    rows, persons, weights = rows[order], persons[order], weights[order]
    first = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]]) if len(rows) else np.empty(0, dtype=np.int64)
    top = weights[first]
    sizes = np.diff(np.r_[first, len(rows)])
    parts = np.exp2(weights - np.repeat(top, sizes))
    parts[first] = 0  # the best against the others
    rest = np.add.reduceat(parts, first) if len(first) else parts
    return BestMatches(rows[first], persons[first], top, -np.log2(rest + np.exp2(-np.clip(top, -500, 500))))


@dataclass
class Figures:
    """What the steps of an engine cost: processor seconds, wall-clock seconds, highest resident memory in MiB."""

    cpu: dict[str, float] = field(default_factory=dict)
    wall: dict[str, float] = field(default_factory=dict)
    peak: dict[str, float] = field(default_factory=dict)
    pairs: int = 0
    blocked: int = 0  # land users whose true person is among the candidates

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measures one step."""
        gc.collect()
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")  # forget the highest resident memory so far
        cpu, wall = _cpu(), time.perf_counter()
        yield
        self.cpu[name] = self.cpu.get(name, 0.0) + _cpu() - cpu
        self.wall[name] = self.wall.get(name, 0.0) + time.perf_counter() - wall
        self.peak[name] = max(self.peak.get(name, 0.0), _peak())

    def save(self, path: Path) -> None:
        """Write them to a file."""
        path.write_text(json.dumps(asdict(self), indent=1))

    @classmethod
    def load(cls, path: Path) -> Figures:
        """Those of a file."""
        return cls(**json.loads(path.read_text()))


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
