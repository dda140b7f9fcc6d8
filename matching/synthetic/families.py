"""Families over four generations: who is married to whom, whose child, born when, alive, and living in which house.

All people of a commune are made at once, as arrays. Rates and ages are round figures near the census (assumptions);
what matters for matching is that spouses, siblings, twins, and fathers and sons stand side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from matching.synthetic.dice import Flags, Integers, ranks_within

YEAR: Final = 365.2425
FIRST_COUPLES: Final = (1922, 2001)  # years of birth of the first husbands
_CHILDREN_BY_MOTHER: Final = ((1945, 4.6), (1960, 3.7), (1975, 2.7), (1990, 2.2), (9999, 1.9))
_MORE_IN_THE_HIGHLANDS: Final = 1.0
_TWIN_BIRTHS: Final = 0.011
_LEAVES: Final = {"wife": 0.55, "husband": 0.22, "single": 0.10}  # grown children who live elsewhere
_STAYS_WITH_PARENTS: Final = {"husband": 0.30, "wife": 0.08}
_DEAD_STILL_LISTED: Final = 0.42  # who died since the register was built; the others never entered it


@dataclass(slots=True)
class Families:
    """People in order of making, parents first; indices of -1 where there is nobody. Days count from 1970-01-01."""

    family: Integers
    generation: Integers
    born: Integers
    female: Flags
    father: Integers
    mother: Integers
    couple: Integers  # the own couple of the married, else the parents' couple
    household: Integers
    twin: Flags  # the second of two twins
    married_in: Flags  # came by marriage from another family
    gone: Flags  # lives elsewhere

    def __len__(self) -> int:
        return len(self.born)


def years_of(days: Integers) -> Integers:
    """The calendar years of days."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def first_day(year: int) -> int:
    """The number of the first day of a year."""
    return int(np.datetime64(f"{year}-01-01", "D").astype(np.int64))


def families(rng: np.random.Generator, many_children: Flags, *, today: int) -> Families:
    """As many families as there are flags, of up to four generations; a flag says that children are many."""
    count = len(many_children)
    years = _first_years(rng, count)
    born = np.array([first_day(y) for y in range(FIRST_COUPLES[0], FIRST_COUPLES[1] + 1)])[years - FIRST_COUPLES[0]]
    born = born + rng.integers(0, 365, count)
    own = np.arange(count, dtype=np.int64)
    nobody = np.full(count, -1, dtype=np.int64)
    no = np.zeros(count, dtype=bool)
    husbands = Families(own, nobody + 1, born, no, nobody, nobody, own, own, no, no, no.copy())
    wives = _spouses(rng, husbands, today)
    wives.married_in[:] = True
    people = _joined(husbands, wives)
    pairs = np.stack([own, own + count])
    for generation in (1, 2, 3):
        children = _children(rng, people, pairs, many_children, generation, today)
        if not len(children):
            break
        people, pairs = _grown_up(rng, people, children, today)
    return people


def living(rng: np.random.Generator, people: Families, *, today: int) -> tuple[Flags, Flags]:
    """Who stands in the register of this place, and which of them are dead."""
    age = (today - people.born) / YEAR
    dead = rng.random(len(people)) < 1.0 - np.exp(-np.exp((age - 84.0) / 9.5))
    listed = ~people.gone & (~dead | (rng.random(len(people)) < _DEAD_STILL_LISTED))
    return listed, dead


def order_of(people: Families) -> Integers:
    """The order of a residence book: family by family, house by house, the couple before its children."""
    own_couple = np.where(people.married_in | _is_spouse(people), 0, 1)
    role = np.where(own_couple == 1, 2, people.female.astype(np.int64))
    return np.lexsort((people.born, role, people.couple, people.household, people.family))


def _is_spouse(people: Families) -> Flags:
    """True for those who belong to a couple of their own."""
    members = np.bincount(people.couple[people.married_in], minlength=int(people.couple.max()) + 1)
    parents_couple = np.where(people.father >= 0, people.couple[np.maximum(people.father, 0)], -1)
    own: Flags = (members[people.couple] > 0) & (people.couple != parents_couple)
    return own


def _first_years(rng: np.random.Generator, count: int) -> Integers:
    """Years of birth of the first husbands: most families began with one born after the war."""
    first, last = FIRST_COUPLES
    return (first + (last - first + 1) * rng.beta(1.6, 1.15, count)).astype(np.int64)


def _spouses(rng: np.random.Generator, people: Families, today: int) -> Families:
    """A husband or wife for each of these people, from another family."""
    gap = rng.normal(2.6, 3.0, len(people)).clip(-6, 14) * YEAR
    born = people.born + np.where(people.female, -gap, gap).astype(np.int64)
    born = np.minimum(born, today - int(19 * YEAR) - rng.integers(0, 700, len(people)))
    nobody = np.full(len(people), -1, dtype=np.int64)
    no = np.zeros(len(people), dtype=bool)
    return Families(
        people.family, people.generation, born, ~people.female, nobody, nobody, people.couple, people.household,
        no, ~no, no.copy(),
    )  # fmt: skip


def _children(
    rng: np.random.Generator, people: Families, pairs: Integers, many: Flags, generation: int, today: int
) -> Families:
    """The children of couples (rows: husbands and wives), in order of couple and birth; some are twins."""
    fathers, mothers = pairs
    mean = np.select([years_of(people.born[mothers]) < year for year, _ in _CHILDREN_BY_MOTHER],
                     [number for _, number in _CHILDREN_BY_MOTHER])  # fmt: skip
    count = rng.poisson(mean + _MORE_IN_THE_HIGHLANDS * many[people.family[mothers]]).clip(0, 9)
    width = 9
    gaps = 420 + rng.exponential(800, (len(count), width))
    gaps[:, 0] = (19.5 + rng.gamma(2.2, 2.0, len(count))) * YEAR
    start = np.maximum(people.born[mothers], people.born[fathers] - int(2 * YEAR))
    born = (start[:, None] + np.cumsum(gaps, axis=1)).astype(np.int64)
    valid = (np.arange(width) < count[:, None]) & (born < today)
    valid &= (born - people.born[mothers][:, None] < 46 * YEAR) & (born - people.born[fathers][:, None] < 62 * YEAR)
    couple_row, place = np.nonzero(valid)
    born_flat = born[couple_row, place]
    repeat = np.where(rng.random(len(born_flat)) < _TWIN_BIRTHS, 2, 1)
    row = np.repeat(couple_row, repeat)
    second = np.r_[
        False, np.repeat(np.arange(len(repeat)), repeat)[1:] == np.repeat(np.arange(len(repeat)), repeat)[:-1]
    ]
    second = second[: len(row)]
    female = rng.random(len(row)) < 0.485
    alike = second & (rng.random(len(row)) < 0.67)
    female = np.where(alike, np.r_[False, female[:-1]][: len(row)], female)
    father, mother = fathers[row], mothers[row]
    no = np.zeros(len(row), dtype=bool)
    return Families(
        people.family[father], np.full(len(row), generation, dtype=np.int64), np.repeat(born_flat, repeat), female,
        father, mother, people.couple[father], people.household[father], second, no, no.copy(),
    )  # fmt: skip


def _grown_up(rng: np.random.Generator, people: Families, children: Families, today: int) -> tuple[Families, Integers]:
    """Everybody with the children and their spouses, and the new couples; grown children may have left."""
    age = (today - children.born) / YEAR
    married = (rng.random(len(children)) < 0.93 / (1 + np.exp((27.0 - age) / 2.5))) & (age >= 20)
    draw = rng.random(len(children))
    limit = np.where(
        married, np.where(children.female, _LEAVES["wife"], _LEAVES["husband"]), _LEAVES["single"] * (age >= 18)
    )
    children.gone = draw < limit
    couples = np.flatnonzero(married & ~children.gone)
    children.couple[couples] = people.couple.max() + 1 + np.arange(len(couples))
    stays = np.where(children.female[couples], _STAYS_WITH_PARENTS["wife"], _STAYS_WITH_PARENTS["husband"])
    moves = (rng.random(len(couples)) >= stays) | (ranks_within(children.household[couples]) > 0)
    children.household[couples[moves]] = people.household.max() + 1 + np.arange(int(moves.sum()))
    spouses = _spouses(rng, _taken(children, couples), today)
    own = len(people) + couples
    other = len(people) + len(children) + np.arange(len(couples))
    female = children.female[couples]
    pairs = np.stack([np.where(female, other, own), np.where(female, own, other)])
    return _joined(people, children, spouses), pairs


def _joined(*parts: Families) -> Families:
    """The people of all parts, one after the other."""
    return Families(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Families)))


def _taken(people: Families, index: Integers) -> Families:
    """Some of the people."""
    return Families(*(getattr(people, field.name)[index].copy() for field in fields(Families)))
