"""How crowded it is around each person of a register: how many others its own blocking keys would find.

A land user who agrees with a person in number, name and birth date asks no key that the person wouldn't ask about
itself. So what is counted once for a register bounds what anybody else could weigh (matching/cascade.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.block import land_keys
from matching.candidates import CandidateSource, find_candidates
from matching.columns import Hashes, Ints, LandColumns, PeopleColumns
from matching.compare import NAME, Pairs, PairTables
from matching.compare.identity import one_digit_off
from matching.name_keys import loose_syllable
from matching.normalise.text import fold
from matching.records import Trust

CAP: Final = 256  # people behind a key at which the counts hold; a model that compares fewer can't use them
CROWDED: Final = 255  # as a count: too many, or somebody of whom counts say too little
# Levels of names that agree in little: whoever is a digit off and compares so weighs little.
ANOTHER_NAME: Final = frozenset({"middle_differs", "given_differs", "given_only", "surname_only", "different"})


class Crowd(NamedTuple):
    """For each person how many others share a blocking key; CROWDED where that is no bound."""

    same_day: NDArray[np.uint8]  # born on the same day, known by another name
    near: NDArray[np.uint8]  # the personal number is one digit off, and the name another one
    others: NDArray[np.uint8]


def survey(source: CandidateSource, persons: Ints, columns: Mapping[str, NDArray[np.generic]]) -> Crowd:
    """The crowd around each of these people; `columns` hold personal_id, birth and sorted of all, by handle."""
    people = source.fetch(persons)
    land = as_land(people)
    found = find_candidates(land, source, cap=CAP)
    other = found.persons != persons[found.rows]
    rows, others = found.rows[other], found.persons[other]
    birth, own = columns["birth"][others], columns["birth"][persons][rows]
    same_day = (birth == own) & (own % 100 > 0)
    same_name = columns["sorted"][others] == columns["sorted"][persons][rows]
    near = one_digit_off(columns["personal_id"][others], columns["personal_id"][persons][rows])
    crowded = (found.cut | found.narrowed) != 0
    crowded |= (people.places.single == 0) | ~_plain_given(people)
    crowded[rows[same_day & (near | same_name)]] = True
    at = np.flatnonzero(near)
    crowded[rows[at[~_another_name(land, source.fetch(others[at]), rows[at])]]] = True
    counts = [np.bincount(rows[mask], minlength=len(persons)) for mask in (same_day, near, ~same_day & ~near)]
    return Crowd(*(np.where(crowded, CROWDED, np.minimum(count, CROWDED)).astype(np.uint8) for count in counts))


def met_by(people: PeopleColumns, fresh: Hashes) -> NDArray[np.bool_]:
    """Whether what was counted around each of these people may no longer hold once others came under `fresh` keys.

    `fresh` are sorted. Those who go only make a count too large; those who come are met by whoever asks their keys.
    """
    keys, owners, _rules = land_keys(as_land(people))
    place = np.minimum(np.searchsorted(fresh, keys), len(fresh) - 1)
    met: NDArray[np.bool_] = ~_plain_given(people)
    met[owners[fresh[place] == keys]] = True
    return met


def _another_name(land: LandColumns, people: PeopleColumns, rows: Ints) -> NDArray[np.bool_]:
    """Whether each of these people has another name than the one of these rows whom it stands beside."""
    judged = NAME.judge(Pairs(land, people, rows, np.arange(len(rows)), PairTables(land, people)))
    another = np.array([level.code in ANOTHER_NAME for level in NAME.levels])
    return another[judged]


def as_land(people: PeopleColumns) -> LandColumns:
    """People as if they were land users of whom all is known that the register knows."""
    none, nowhere = np.zeros(len(people), dtype=np.int32), np.zeros(len(people), dtype=np.bool_)
    return LandColumns(
        people.names,
        nowhere,
        people.personal_id[:, None],
        np.full((len(people), 1), Trust.AS_WRITTEN, dtype=np.int32),
        none,
        people.year,
        people.month,
        people.day,
        none,
        nowhere,
        people.sex,
        people.places,
        none,
    )


def _plain_given(people: PeopleColumns) -> NDArray[np.bool_]:
    """Whether all given names that pass for this one share its loose key."""
    names = people.names
    plain = np.array([*_plain(names.syllables), False], dtype=np.bool_)  # -1: no name
    return plain[names.codes[np.arange(len(people)), names.length - 1]] & (names.length > 0)


def _plain(syllables: Sequence[str]) -> list[bool]:
    """Whether each syllable is heard like all that differ from it in accents only, and like itself without any."""
    heard: dict[str, set[str]] = defaultdict(set)
    for syllable in syllables:
        bare = fold(syllable)
        heard[bare] |= {loose_syllable(syllable), loose_syllable(bare)}
    return [len(heard[fold(syllable)]) == 1 for syllable in syllables]
