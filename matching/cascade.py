"""The short way: land users whose numbers, name and birth date point to one person are decided without the others.

It is taken only where the model proves that nobody else in the register could change verdict, category, findings or
published probability. Whoever else may be a candidate shares a blocking key with the land user, therefore with the
person (matching/crowd.py counts them), and weighs at most what the best levels that are left to it weigh.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matching.block_keys import land_numbers
from matching.candidates import CandidateSource
from matching.columns import Ints, LandColumns, is_personal
from matching.compare import ADDRESS, BIRTH_DATE, IDENTITY, NAME, SEX, Comparison, Pairs, PairTables, among
from matching.crowd import ANOTHER_NAME, CAP, CROWDED, Crowd
from matching.decision import Decided, Decider
from matching.model import BIT, Frequency, Model
from matching.score import (
    ANYWHERE,
    CERTAIN,
    Levels,
    compare,
    double_weights,
    frequency_bits,
    match_weights,
    shared,
    weight_terms,
)
from matching.statistics import Statistics

Mask = NDArray[np.bool_]

LEAST_ROWS: Final = 64  # a smaller batch gains nothing
_ANY_WEIGHT = 1 << 30  # more than levels weigh
_MARGIN = 64  # 1/1024 bit; the sums of rounded parts err by a millionth of that

# What a record must agree in, by level; everything else takes the full way.
_PLAIN: Final[Mapping[str, Mask]] = {
    "name": among(NAME, ("exact", "spelling")),
    "id_number": among(IDENTITY, ("current", "zero_restored", "repaired", "old")),
    "birth_date": among(BIRTH_DATE, ("same_day", "register_coarse", "year_only", "month_only")),
    "address": among(ADDRESS, ("missing", "same")),
}
# Levels that nobody reaches but by a number of the record: whoever has one of these is found by it.
_BY_NUMBER: Final = frozenset(
    {"current", "zero_restored", "repaired", "old", "cancelled", "old_conflict", "old_guessed"}
)
# Levels that imply the record's very name, its letters, or its given name: how frequent these are is known.
_SAME_NAME = frozenset({"exact", "spelling"})
_SAME_LETTERS = _SAME_NAME | {"accents_lost", "accents"}
_SAME_GIVEN = _SAME_LETTERS | {"abbreviated", "middle_dropped", "middle_differs", "given_only"}
_FULL_DATE = frozenset({"same_day", "swapped", "one_part"})  # levels that only two full dates reach
_SAME_YEAR = frozenset({"same_day", "register_coarse", "year_only", "month_only", "year_in_disguise", "same_year"})


@runtime_checkable
class SurveyedSource(CandidateSource, Protocol):
    """A register of which is known how crowded it is around each person; one that has changed since is none."""

    def crowd(self, persons: Ints) -> Crowd:
        """How crowded it is around each of these people."""


class Settled(NamedTuple):
    """Land users that were decided the short way: their rows, and what was decided."""

    rows: Ints
    decided: Decided


def faults(model: Model) -> Iterator[str]:
    """Why the bounds prove nothing under a model: checked before it is activated."""
    if round(max(model.partial_probability, model.full_probability) * 10_000) > CERTAIN:
        yield f"thresholds must be reached by the highest probability that is published, {CERTAIN / 10_000}"


def settle(land: LandColumns, source: SurveyedSource, model: Model, as_of: date) -> Settled | None:
    """Decide those land users whom nobody but one person can be, as the full way would; None if there are none."""
    # A model that compares fewer people than were counted around each may cut blocks where the survey saw none.
    if model.max_block < CAP or any(faults(model)):
        return None
    rows, persons = _one_person(land, source, cap=model.max_block)
    crowd = source.crowd(persons)
    quiet = crowd.others != CROWDED
    rows, persons = rows[quiet], persons[quiet]
    if not len(rows):
        return None
    people, each = source.fetch(persons), np.arange(len(rows))
    pairs = Pairs(land, people, rows, each, PairTables(land, people))
    levels, statistics = compare(pairs), source.statistics
    case = _Case(pairs, Crowd(*(count[quiet] for count in crowd)), levels, model, statistics)
    terms = weight_terms(pairs, levels, model=model, statistics=statistics)
    weight = match_weights(terms, model=model, statistics=statistics)
    doubles = double_weights(pairs, levels, terms, model=model, statistics=statistics)
    proved = np.flatnonzero(case.asks_what_the_person_would() & (weight >= case.enough(doubles)))
    few = Pairs(land.take(rows[proved]), people, np.arange(len(proved)), proved, pairs.tables)
    scored = shared(few, {field: judged[proved] for field, judged in levels.items()}, weight[proved], doubles[proved])
    cut = np.zeros(len(proved), dtype=np.bool_)
    decider = Decider(scored, cut, model, as_of, lambda places: source.display_names(persons[places]))
    decided = decider.decided()
    sure = np.flatnonzero(decided.named & (decided.probability == CERTAIN) & decider.unmoved())
    return Settled(rows[proved[sure]], decided if len(sure) == len(proved) else decided.take(sure))


def _one_person(land: LandColumns, source: CandidateSource, *, cap: int) -> tuple[Ints, Ints]:
    """The land users whose numbers find one person and nobody else, and that person."""
    parts = [part for personal in (True, False) for part in land_numbers(land, personal)]
    if not parts:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    rows, keys = (np.concatenate(column) for column in zip(*parts, strict=True))
    asked, places = np.unique(keys, return_inverse=True)
    found = source.lookup(asked, cap=cap)
    count = np.diff(found.offsets)
    alone = count[places] == 1
    person = np.full(len(land), -1, dtype=np.int64)
    owners, persons = rows[alone], found.persons[found.offsets[:-1][places[alone]]]
    person[owners] = persons
    several = np.zeros(len(land), dtype=np.bool_)
    several[rows[count[places] > 1]] = True
    several[owners[person[owners] != persons]] = True
    one = np.flatnonzero((person >= 0) & ~several)
    return one, person[one]


@dataclass(frozen=True, slots=True)
class _Case:
    """Land users, each beside the one person whom its numbers point to."""

    pairs: Pairs
    crowd: Crowd
    levels: Levels
    model: Model
    statistics: Statistics

    def asks_what_the_person_would(self) -> Mask:
        """Whether the record agrees so far that each of its blocking keys is one of the person's own."""
        land, people, i, j = self.pairs.left, self.pairs.right, self.pairs.i, self.pairs.j
        plain: Mask = np.ones(len(i), dtype=np.bool_)
        for field, wanted in _PLAIN.items():
            plain &= wanted[self.levels[field]]
        codes, own = land.numbers[i], people.personal_id[j]
        plain &= (~is_personal(codes) | (codes == own[:, None])).all(axis=1)
        year = people.year[j]
        plain &= (land.year[i] == year) & ((land.number_year[i] == 0) | (land.number_year[i] == year))
        same_date = (land.month[i] == people.month[j]) & (land.day[i] == people.day[j])
        crossed = year * 10_000 + land.day[i] * 100 + land.month[i]
        plain &= same_date | (land.day[i] == 0)
        plain &= (land.alternative[i] == 0) | (land.alternative[i] == crossed)
        return plain

    def enough(self, doubles: Ints) -> Ints:
        """The weight from which the person's probability is published as certain, whoever else there may be."""
        known = self._known()
        year = np.where(self._dated, self._floor(), known["year"])
        place, sex = self._address(), self._sex()
        prior = self.model.prior_bits(self.statistics.size)
        any_name, other_name = self._name(known), self._name(known, without=_SAME_LETTERS | {"reordered"})
        number, near_number = self._number(), self._number(near=True)
        dated, undated = self._date(known, without={"same_day"}), self._date(known, without=_FULL_DATE)
        rest = np.where(self._dated, dated, undated)
        day = np.where(self._dated, self._date(known, only={"same_day"}), undated)
        stranger = prior + self.model.double_bits + ANYWHERE + year + any_name + sex + place
        others = (
            (self.crowd.same_day, prior + other_name + number + day + sex + place),
            (self.crowd.near, prior + self._name(known, only=ANOTHER_NAME) + near_number + rest + sex + place),
            (self.crowd.others, prior + any_name + number + rest + sex + place),
        )
        odds = 1 + np.exp2(doubles / BIT)
        for count, weight in others:
            odds += count * (np.exp2(weight / BIT) + np.exp2(stranger / BIT))
        needed: Ints = np.ceil(BIT * (np.log2(odds) + math.log2(CERTAIN))).astype(np.int64) + _MARGIN
        return needed

    @property
    def _dated(self) -> Mask:
        """Whether the record knows the day."""
        return self.pairs.left.day[self.pairs.i] > 0

    def _floor(self) -> int:
        """What agreement in a value that nobody else has would add."""
        return int(frequency_bits(np.zeros(1, dtype=np.int64), self.statistics)[0])

    def _known(self) -> dict[str, Ints]:
        """How much agreement in the record's own values adds, by value; none is rarer than the person's name."""
        land, people, i, j = self.pairs.left, self.pairs.right, self.pairs.i, self.pairs.j
        year, month, day = land.year[i], land.month[i], land.day[i]
        years = [frequency_bits(self.statistics.years.of(year + step), self.statistics) for step in (-1, 0, 1)]
        dates = [year * 10_000 + month * 100 + day, year * 10_000 + day * 100 + month]
        same, crossed = (frequency_bits(self.statistics.dates.of(packed), self.statistics) for packed in dates)
        commune = self.statistics.communes.of(people.places.single[j])
        return {
            "name": frequency_bits(self.statistics.names.of(people.names.key[j]), self.statistics),
            "year": years[1],
            "near_year": np.maximum(years[0], years[2]),
            "date": same,
            "crossed": np.where(day > 12, -_ANY_WEIGHT, crossed),  # no such month: nobody was born then
            "commune": frequency_bits(commune, self.statistics),
        }

    def _most(
        self,
        comparison: Comparison,
        known: Callable[[str, Frequency], Ints | None],
        *,
        only: Collection[str] | None = None,
        without: Collection[str] = (),
    ) -> Ints:
        """The most that a comparison can add by levels that aren't ruled out, for each land user."""
        most = np.full(len(self.pairs), -_ANY_WEIGHT, dtype=np.int64)
        for position, level in enumerate(comparison.levels):
            if level.code in without or (only is not None and level.code not in only):
                continue
            weight = np.int64(self.model.bits[comparison.field][position])
            frequency = Frequency.NONE
            if level.code != "missing":
                frequency = self.model.levels[comparison.field][level.code].frequency
            if frequency is not Frequency.NONE:
                added = known(level.code, frequency)
                np.maximum(most, weight + (self._floor() if added is None else added), out=most)
            else:
                np.maximum(most, weight, out=most)
        return most

    def _name(
        self, known: Mapping[str, Ints], *, only: Collection[str] | None = None, without: Collection[str] = ()
    ) -> Ints:
        implied = {Frequency.NAME: _SAME_NAME, Frequency.FOLDED: _SAME_LETTERS, Frequency.GIVEN: _SAME_GIVEN}

        def rarest(code: str, frequency: Frequency) -> Ints | None:
            # Whoever has the very name has its letters and its given name too: these are no rarer.
            return known["name"] if code in implied.get(frequency, ()) else None

        return self._most(NAME, rarest, only=only, without=without)

    def _date(
        self, known: Mapping[str, Ints], *, only: Collection[str] | None = None, without: Collection[str] = ()
    ) -> Ints:
        def rarest(code: str, frequency: Frequency) -> Ints | None:
            if frequency is Frequency.YEAR and code in _SAME_YEAR:
                return known["year"]
            if frequency is Frequency.YEAR and code == "near_year":
                return known["near_year"]
            if frequency is Frequency.DATE and code == "swapped":
                return known["crossed"]
            return known["date"] if frequency is Frequency.DATE and code == "same_day" else None

        return self._most(BIRTH_DATE, rarest, only=only, without=without)

    def _number(self, *, near: bool = False) -> Ints:
        """The most that a number can add which isn't the other's own."""
        land, i = self.pairs.left, self.pairs.i
        personal = is_personal(land.numbers[i]).any(axis=1)
        ruled_out = _BY_NUMBER if near else _BY_NUMBER | {"one_off"}
        held = self._most(IDENTITY, lambda code, frequency: None, without=ruled_out | {"missing"})
        older = self._most(IDENTITY, lambda code, frequency: None, without=_BY_NUMBER | {"one_off"})
        return np.where(personal, held, older)

    def _sex(self) -> Ints:
        most = self._most(SEX, lambda code, frequency: None)
        return np.where(self.pairs.left.sex[self.pairs.i] > 0, most, 0)

    def _address(self) -> Ints:
        commune = self.statistics.communes.of(self.pairs.right.places.single[self.pairs.j])
        shared_commune = frequency_bits(commune, self.statistics)
        most = self._most(ADDRESS, lambda code, frequency: shared_commune if code == "same" else None)
        missing = self.levels["address"] == ADDRESS.position("missing")
        return np.where(missing, 0, most)
