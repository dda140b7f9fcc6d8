"""A linkage model: weights per comparison level, the prior, thresholds and caps, as a validated JSON document.

For each level m is the probability of the level if the pair is one person, u if it is two. Where a level names a
frequency, u is that factor times the relative frequency of the value in the register (a term-frequency adjustment).
Weights are log2(m / u), held as integers in 1/1024 bit, so that sums don't depend on order, batch or machine.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.compare import COMPARISONS
from matching.errors import InvalidModel

BIT = 1024  # weights are integers in 1/1024 bit


class Frequency(StrEnum):
    """The register's frequencies that may scale u."""

    NONE = ""
    NUMBER = "number"  # one in as many as there are people
    NAME = "name"  # of the full name, accented
    FOLDED = "folded"  # of the full name, unaccented
    GIVEN = "given"  # of the given name
    DATE = "date"  # of the full birth date
    YEAR = "year"  # of the birth year
    COMMUNE = "commune"  # of the commune


class WeightTable(NamedTuple):
    """What each level weighs, by field and position."""

    fields: tuple[str, ...]
    bits: tuple[NDArray[np.int64], ...]  # for each field, before any frequency, 1/1024 bit
    uses: tuple[tuple[int, Frequency, NDArray[np.bool_]], ...]  # field, a frequency, and which levels are scaled by it


@dataclass(frozen=True, slots=True)
class LevelWeight:
    """What a level proves: its m and u probability, and the frequency that scales u."""

    m: float
    u: float
    frequency: Frequency = Frequency.NONE

    @property
    def bits(self) -> int:
        """log2(m / u) in 1/1024 bit, before any frequency."""
        return round(BIT * math.log2(self.m / self.u))


@dataclass(frozen=True)
class Model:
    """A linkage model; `levels` maps field and level code to its weight (levels named "missing" weigh nothing)."""

    name: str
    share_in_register: float  # of land users, before anything is known of them
    doubles: float  # of land users: those outside the register whose name and birth year somebody in it has
    full_probability: float
    partial_probability: float
    max_block: int  # people per blocking key that are compared
    levels: Mapping[str, Mapping[str, LevelWeight]]

    @cached_property
    def bits(self) -> dict[str, NDArray[np.int64]]:
        """For each field the weights of its levels by position, in 1/1024 bit."""
        return dict(zip(self.table.fields, self.table.bits, strict=True))

    @cached_property
    def table(self) -> WeightTable:
        """The weights of all levels, field by field."""
        weights = [
            [None if level.code == "missing" else self.levels[c.field][level.code] for level in c.levels]
            for c in COMPARISONS
        ]
        kinds = [[Frequency.NONE if w is None else w.frequency for w in levels] for levels in weights]
        return WeightTable(
            tuple(c.field for c in COMPARISONS),
            tuple(np.array([0 if w is None else w.bits for w in levels], dtype=np.int64) for levels in weights),
            tuple(
                (row, kind, np.array([each is kind for each in of_field]))
                for row, of_field in enumerate(kinds)
                for kind in sorted(set(of_field) - {Frequency.NONE})
            ),
        )

    @cached_property
    def plain_table(self) -> tuple[tuple[tuple[int, Frequency], ...], ...]:
        """The same for one pair at a time: for each field and level its weight, and the frequency that scales it."""
        kinds = [[Frequency.NONE] * len(bits) for bits in self.table.bits]
        for row, kind, named in self.table.uses:
            for level in named.nonzero()[0].tolist():
                kinds[row][level] = kind
        return tuple(
            tuple(zip(bits.tolist(), of_field, strict=True))
            for bits, of_field in zip(self.table.bits, kinds, strict=True)
        )

    def prior_bits(self, size: int) -> int:
        """The weight, before any comparison, of one person among `size` being the land user."""
        odds = self.share_in_register / (1 - self.share_in_register) / max(size, 1)
        return round(BIT * math.log2(odds))

    @property
    def double_bits(self) -> int:
        """The weight of being somebody's double outside the register against being that person, 1/1024 bit."""
        return round(BIT * math.log2(self.doubles / self.share_in_register))

    @cached_property
    def version(self) -> str:
        """The model's name with eight digits of its content."""
        return f"{self.name}-{blake2b(self.to_json().encode(), digest_size=4).hexdigest()}"

    def to_json(self) -> str:
        """The model as a JSON document, the same text for the same model."""
        document = {
            "name": self.name,
            "share_in_register": self.share_in_register,
            "doubles": self.doubles,
            "thresholds": {"full": self.full_probability, "partial": self.partial_probability},
            "max_block": self.max_block,
            "levels": {
                field: {
                    code: {"m": w.m, "u": w.u} | ({"frequency": str(w.frequency)} if w.frequency else {})
                    for code, w in levels.items()
                }
                for field, levels in self.levels.items()
            },
        }
        return json.dumps(document, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Model:
        """The model behind a JSON document; InvalidModel with every reason if it can't be used."""
        try:
            document = json.loads(text)
            model = cls(
                str(document["name"]),
                float(document["share_in_register"]),
                float(document["doubles"]),
                float(document["thresholds"]["full"]),
                float(document["thresholds"]["partial"]),
                int(document["max_block"]),
                {field: {c: _level(w) for c, w in levels.items()} for field, levels in document["levels"].items()},
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InvalidModel(f"not a model document ({type(error).__name__})") from error
        if reasons := tuple(_faults(model)):
            raise InvalidModel(*reasons)
        return model


def _level(document: Mapping[str, Any]) -> LevelWeight:
    return LevelWeight(float(document["m"]), float(document["u"]), Frequency(document.get("frequency", "")))


# Levels that must speak for one person, and levels that must speak against it, whatever was trained.
_FOR = {"name": ("exact",), "id_number": ("current",), "birth_date": ("same_day",), "sex": ("agrees",)}
_AGAINST = {"name": "different", "id_number": "different", "birth_date": "different", "sex": "contradicts"}


def _faults(model: Model) -> Iterator[str]:
    if not 0 < model.share_in_register < 1:
        yield "share_in_register must lie between 0 and 1"
    if not 0 < model.doubles < 1 - model.share_in_register:
        yield "doubles must lie between 0 and the share that isn't in the register"
    if not 0.5 < model.partial_probability <= model.full_probability < 1:
        yield "thresholds must obey 0.5 < partial <= full < 1"
    if model.max_block < 1:
        yield "max_block must be at least 1"
    for comparison in COMPARISONS:
        given = model.levels.get(comparison.field, {})
        expected = {level.code for level in comparison.levels} - {"missing"}
        if set(given) != expected:
            yield f"levels of {comparison.field} differ from the comparison's: {sorted(set(given) ^ expected)}"
            continue
        for code, weight in given.items():
            if not (0 < weight.m <= 1 and weight.u > 0 and math.isfinite(weight.u)):
                yield f"{comparison.field}.{code}: m must lie in (0, 1] and u above 0"
        yield from _contradictions(comparison.field, given)
    if unknown := set(model.levels) - {c.field for c in COMPARISONS}:
        yield f"unknown fields: {sorted(unknown)}"


def _contradictions(field: str, given: Mapping[str, LevelWeight]) -> Iterator[str]:
    for code in _FOR.get(field, ()):
        # A frequency is at most 1, so the weight before it is the least that the level can weigh.
        if given[code].frequency is Frequency.NONE and given[code].m <= given[code].u:
            yield f"{field}.{code} must weigh more than zero"
    against = _AGAINST.get(field)
    if against is not None and given[against].m >= given[against].u:
        yield f"{field}.{against} must weigh less than zero"


@lru_cache(maxsize=1)
def default_model() -> Model:
    """The model that ships with the library."""
    return Model.from_json(files("matching").joinpath("default_model.json").read_text(encoding="utf-8"))
