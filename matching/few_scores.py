"""Weights and probabilities of a few candidate pairs, land user by land user in whole numbers of Python.

The terms, their frequencies and what counts as a double are those of matching/score; a property test holds both ways to
the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from matching.columns import Mark
from matching.compare import ADDRESS, BIRTH_DATE, COMPARISONS, IDENTITY, Pair
from matching.model import Frequency, Model
from matching.plain_rows import LandRow, PersonRow, PlainPairs
from matching.score import (
    ANYWHERE,
    CERTAIN,
    IMPOSSIBLE,
    IMPOSSIBLY_LIGHT,
    IN_COMPANY,
    NUMBER_LEAVES_OPEN,
    OF_DOUBLES,
    PARTS,
    SAME_PLACE,
    YEAR_AGREES,
    bits_of_count,
)
from matching.statistics import Statistics

FEW = 32  # land users and pairs together: from about so many on arrays are faster

_IN_COMPANY = Mark.IN_COMPANY.value
_YEAR, _NUMBER, _NONE = Frequency.YEAR, Frequency.NUMBER, Frequency.NONE
_NUMBERS, _DATES, _PLACES = (COMPARISONS.index(comparison) for comparison in (IDENTITY, BIRTH_DATE, ADDRESS))


class Candidate(NamedTuple):
    """One candidate of a land user."""

    weight: int  # 1/1024 bit, prior included
    levels: tuple[int, ...]  # by comparison
    double: int  # the weight of a stranger of that name and birth year
    row: int  # of the people
    person: PersonRow


class Ranked(NamedTuple):
    """A land user and its candidates, the best first: by falling weight, then by personal number."""

    land: LandRow
    candidates: list[Candidate]
    probability: list[int]  # 1/10,000, rounded down
    anybody: int  # the probability that one of them is the person


def ranked(few: PlainPairs, *, model: Model, statistics: Statistics) -> Iterator[Ranked]:
    """The land users with their candidates compared and weighed, in their order."""
    communes = {person.personal_id: person.places[0] for person in few.people}
    weighing = _Weighing(model, statistics)
    candidates: list[list[Candidate]] = [[] for _ in few.land]
    for i, j in few.pairs:
        candidates[i].append(weighing.weighed(Pair(few.land[i], few.people[j], communes), j))
    for land, found in zip(few.land, candidates, strict=True):
        found.sort(key=_rank)
        yield Ranked(land, found, *shared(found))


def _rank(candidate: Candidate) -> tuple[int, int]:
    return -candidate.weight, candidate.person.personal_id


class _Weighing:
    """Weighs pairs by a model and the frequencies of a register."""

    def __init__(self, model: Model, statistics: Statistics) -> None:
        self._terms, self._statistics = model.plain_table, statistics
        self._prior = model.prior_bits(statistics.size)
        self._double = self._prior + model.double_bits + ANYWHERE

    def weighed(self, pair: Pair, row: int) -> Candidate:
        """A pair compared and weighed."""
        person = pair.right
        levels = tuple([comparison.level(pair) for comparison in COMPARISONS])
        terms = []
        for of_field, level in zip(self._terms, levels, strict=True):
            bits, kind = of_field[level]
            terms.append(bits if kind is _NONE else bits + self._frequency(kind, person))
        double = IMPOSSIBLE
        if NUMBER_LEAVES_OPEN.item(levels[_NUMBERS]) and YEAR_AGREES.item(levels[_DATES]):
            double = self._double + self._frequency(_YEAR, person) + sum([terms[at] for at in OF_DOUBLES])
            if SAME_PLACE.item(levels[_PLACES]):
                double -= ANYWHERE
            if pair.left.marks & _IN_COMPANY:
                double -= IN_COMPANY
        return Candidate(self._prior + sum(terms), levels, double, row, person)

    def _frequency(self, kind: Frequency, person: PersonRow) -> int:
        statistics = self._statistics
        count = 0 if kind is _NUMBER else _COUNTED[kind](statistics, person)
        return bits_of_count(count, statistics.size)


def _date(person: PersonRow) -> int:
    return person.year * 10_000 + person.month * 100 + person.day


_COUNTED: Mapping[Frequency, Callable[[Statistics, PersonRow], int]] = {
    Frequency.NAME: lambda known, person: known.names.of_one(person.key),
    Frequency.FOLDED: lambda known, person: known.folded.of_one(person.folded),
    Frequency.GIVEN: lambda known, person: known.given.of_one(person.given),
    Frequency.DATE: lambda known, person: known.dates.of_one(_date(person)),
    Frequency.YEAR: lambda known, person: known.years.of_one(person.year),
    Frequency.COMMUNE: lambda known, person: known.communes.of_one(person.places[0]),
}


def shared(candidates: Sequence[Candidate]) -> tuple[list[int], int]:
    """The probability of each candidate, and of any of them: as `posterior` shares it for one owner."""
    if not candidates:
        return [], 0
    doubles = [candidate.double for candidate in candidates if candidate.double > IMPOSSIBLE]
    likeliest = max(0, candidates[0].weight, *doubles)  # "nobody" weighs zero
    parts = [_part(likeliest - candidate.weight) for candidate in candidates]
    somebody = sum(parts)
    total = somebody + _part(likeliest) + sum([_part(likeliest - double) for double in doubles])
    probability = [min(part * 10_000 // total, CERTAIN) for part in parts]
    return probability, min(somebody // max(total // 10_000, 1), CERTAIN)


def _part(lighter: int) -> int:
    return PARTS.item(min(lighter, IMPOSSIBLY_LIGHT))
