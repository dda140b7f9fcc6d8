"""Names for families: surnames and clans handed down, middle names shared by siblings, given names by fashion."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from matching.synthetic import name_tables as tables
from matching.synthetic.dice import Flags, Integers, choose, ranks_within, zipf_weights
from matching.synthetic.families import Families, years_of
from matching.synthetic.peoples import FEMALE_CLAN, KINH, PEOPLES, People
from matching.synthetic.spelling import other_tone_placement

_FATHERS_MIDDLE: Final = 0.40  # of sons' middle names are the father's own
_SONS_ALIKE: Final = 0.62
_DAUGHTERS_ALIKE: Final = 0.55
_SAME_AS_FATHER: Final = 0.004  # sons with their father's full name
_FOUR_WORDS: Final = ((0.04, 0.07, 0.17), (0.07, 0.19, 0.29))  # by sex and generation; together about 16 %
_TWO_WORDS: Final = 0.011
_NEW_TONE_STYLE: Final = 0.12  # of names whose tone can stand in two places


@dataclass(frozen=True, slots=True)
class _Words:
    """All words of one position of a name, and for each people, sex and generation which may be drawn how often."""

    texts: tuple[str, ...]
    drawn: dict[tuple[int, int, int], tuple[Integers, list[float]]]

    def draw(self, rng: np.random.Generator, group: Integers) -> Integers:
        """A word for each person; the group is people * 6 + sex * 3 + generation."""
        result = np.zeros(len(group), dtype=np.int64)
        for code in np.unique(group).tolist():
            words, weights = self.drawn[(code // 6, code // 3 % 2, code % 3)]
            where = np.flatnonzero(group == code)
            result[where] = words[choose(rng, weights, len(where))]
        return result


@dataclass(slots=True)
class Names:
    """The parts of the names of people as codes, and the full names."""

    clan: Integers
    middle: Integers
    second: Integers
    given: Integers
    full: list[str]


def names(rng: np.random.Generator, people: Families, *, people_code: Integers, region: Integers) -> Names:
    """Names for all people; `people_code` and `region` are those of each person's own family of birth."""
    size = len(people)
    era = np.searchsorted(tables.GENERATION_STARTS, years_of(people.born), side="right").astype(np.int64)
    group = people_code * 6 + people.female * 3 + era
    parts = Names(
        _clans(rng, people_code, region), _middles().draw(rng, group), _seconds(rng, people_code, people.female, era),
        _givens().draw(rng, group), [],
    )  # fmt: skip
    family_pattern = rng.random(int(people.family.max()) + 1 if size else 0)
    shared = rng.random((4, size))
    for generation in (1, 2, 3):
        children = np.flatnonzero((people.generation == generation) & (people.father >= 0))
        if len(children):
            _inherit(rng, people, parts, children, people_code, shared, group)
    parts.full = _composed(rng, parts, people_code, people.female, family_pattern[people.family])
    return parts


def _inherit(
    rng: np.random.Generator,
    people: Families,
    parts: Names,
    children: Integers,
    people_code: Integers,
    shared: np.ndarray,
    group: Integers,
) -> None:
    """Hand down clan and middle name to children whose parents are named; no two siblings get one name."""
    father, mother, female = people.father[children], people.mother[children], people.female[children]
    mothers_clan = _matrilineal()[people_code[children]]
    parts.clan[children] = np.where(mothers_clan, parts.clan[mother], parts.clan[father])
    kinh = people_code[children] == _index(KINH)
    # what siblings share is what the first of them, by sex, drew
    _, first = np.unique(father * 2 + female, return_index=True)
    keys = (father * 2 + female)[first]
    eldest = children[first][np.searchsorted(keys, father * 2 + female)]
    sons_alike = ~female & (shared[0, children] < _SONS_ALIKE)
    daughters_alike = female & (shared[0, children] < _DAUGHTERS_ALIKE)
    own = parts.middle[children].copy()
    own = np.where(sons_alike | daughters_alike, parts.middle[eldest], own)
    as_father = ~female & kinh & (shared[1, eldest] < _FATHERS_MIDDLE) & (shared[0, children] < _SONS_ALIKE)
    parts.middle[children] = np.where(as_father, parts.middle[father], own)
    twins = people.twin[children]
    parts.middle[children[twins]] = parts.middle[children[twins] - 1]
    parts.second[children[twins]] = parts.second[children[twins] - 1]
    for _ in range(3):
        sibling = father * 1_000_000 + parts.given[children]
        again = children[ranks_within(sibling) > 0]
        if not len(again):
            break
        parts.given[again] = _givens().draw(rng, group[again])
    junior = children[~female & kinh & (shared[2, children] < _SAME_AS_FATHER)]
    for part in (parts.middle, parts.second, parts.given):
        part[junior] = part[people.father[junior]]


def _composed(
    rng: np.random.Generator, parts: Names, people_code: Integers, female: Flags, pattern_draw: np.ndarray
) -> list[str]:
    """The full names, a few in the newer tone placement."""
    clans, middles, givens = _clan_words()[0], _middles().texts, _givens().texts
    seconds = ("", *(f" {word}" for word in _second_words()))
    newer = _newer_givens()
    no_middle = rng.random(len(people_code)) < _TWO_WORDS
    new_style = rng.random(len(people_code)) < _NEW_TONE_STYLE
    kinh = _index(KINH)
    full = []
    rows = zip(
        people_code.tolist(), parts.clan.tolist(), parts.middle.tolist(), parts.second.tolist(), parts.given.tolist(),
        female.tolist(), pattern_draw.tolist(), no_middle.tolist(), new_style.tolist(), strict=True,
    )  # fmt: skip
    for code, clan, middle, second, given, is_female, draw, short, new in rows:
        last = newer[given] if new else givens[given]
        if code == kinh:
            extra = seconds[second] if seconds[second][1:] not in (middles[middle], last) else ""
            name = f"{clans[clan]} {last}" if short else f"{clans[clan]} {middles[middle]}{extra} {last}"
        else:
            name = _of_people(PEOPLES[code], clans[clan], middles[middle], last, is_female, draw)
        full.append(name)
    return full


def _of_people(people: People, clan: str, middle: str, given: str, female: bool, draw: float) -> str:
    """A name by the pattern that the family follows."""
    bound = 0.0
    pattern = people.patterns[0][0]
    for text, share in people.patterns:
        bound += share
        pattern = text
        if draw < bound:
            break
    if female and people.code in FEMALE_CLAN:
        clan = FEMALE_CLAN[people.code]
    return pattern.format(clan=clan, middle=middle, given=given).strip()


def _clans(rng: np.random.Generator, people_code: Integers, region: Integers) -> Integers:
    """A surname or clan for each person, by people and, for the Kinh, by region."""
    _, by_people = _clan_words()
    result = np.zeros(len(people_code), dtype=np.int64)
    kinh = _index(KINH)
    for place in tables.Region:
        where = np.flatnonzero((people_code == kinh) & (region == place))
        result[where] = choose(rng, [row[1:][place] for row in tables.SURNAMES], len(where))
    for code in np.unique(people_code).tolist():
        if code != kinh:
            where = np.flatnonzero(people_code == code)
            first, count = by_people[code]
            result[where] = first + choose(rng, zipf_weights(count, flat=3.0, steep=0.8), len(where))
    return result


def _seconds(rng: np.random.Generator, people_code: Integers, female: Flags, era: Integers) -> Integers:
    """The second word of the middle name, from 1; 0 for most people, who have none."""
    chance = np.array(_FOUR_WORDS)[female.astype(np.int64), era]
    has = (people_code == _index(KINH)) & (rng.random(len(era)) < chance)
    males, females = len(tables.SECOND_MALE.split()), len(tables.SECOND_FEMALE.split())
    draw = rng.random(len(era))
    word = np.where(female, males + draw * females, draw * males).astype(np.int64)
    return np.where(has, word + 1, 0)


def _second_words() -> tuple[str, ...]:
    """All second words: those of men, then those of women."""
    return (*tables.SECOND_MALE.split(), *tables.SECOND_FEMALE.split())


@lru_cache(maxsize=1)
def _newer_givens() -> tuple[str, ...]:
    """The given names in the newer tone placement, where they have one."""
    return tuple(other_tone_placement(word) or word for word in _givens().texts)


@lru_cache(maxsize=1)
def _matrilineal() -> Flags:
    """For each people, whether children belong to the mother's clan."""
    return np.array([people.matrilineal for people in PEOPLES])


@lru_cache(maxsize=32)
def _index(code: str) -> int:
    """The place of a people in the table."""
    return next(i for i, people in enumerate(PEOPLES) if people.code == code)


@lru_cache(maxsize=1)
def _clan_words() -> tuple[tuple[str, ...], dict[int, tuple[int, int]]]:
    """All surnames, then all clans, and for each people but the Kinh where its clans begin and how many they are."""
    words = [row[0] for row in tables.SURNAMES]
    places = {}
    for code, people in enumerate(PEOPLES):
        if people.clans:
            places[code] = (len(words), len(people.clans))
            words.extend(people.clans)
    return tuple(words), places


@lru_cache(maxsize=1)
def _middles() -> _Words:
    """The middle names."""
    choices: dict[tuple[int, int, int], list[tuple[str, float]]] = {}
    for sex, table in enumerate((tables.MALE_MIDDLES, tables.FEMALE_MIDDLES)):
        for era, text in enumerate(table):
            pairs = (entry.split(":") for entry in text.split())
            choices[(_index(KINH), sex, era)] = [(word, float(weight)) for word, weight in pairs]
    for code, people in enumerate(PEOPLES):
        for sex, words in enumerate((people.male_middles, people.female_middles)):
            for era in range(3):
                choices.setdefault((code, sex, era), [(word, 1.0) for word in words or ("",)])
    return _words(choices)


@lru_cache(maxsize=1)
def _givens() -> _Words:
    """The given names, with the marks that stand before them (Y, H', K', Ka)."""
    choices: dict[tuple[int, int, int], list[tuple[str, float]]] = {}
    for sex, table in enumerate((tables.MALE_GIVEN, tables.FEMALE_GIVEN)):
        for era, text in enumerate(table):
            words = tuple(dict.fromkeys(text.split()))
            weights = zipf_weights(len(words), flat=9.0, steep=1.0)
            choices[(_index(KINH), sex, era)] = list(zip(words, weights, strict=True))
    for code, people in enumerate(PEOPLES):
        for sex, (marks, words) in enumerate(
            ((people.male_marks, people.male_given), (people.female_marks, people.female_given))
        ):
            weights = zipf_weights(len(words), flat=40.0, steep=0.7)
            marked = [(mark + word, weight) for word, weight in zip(words, weights, strict=True) for mark in marks]
            for era in range(3):
                choices.setdefault((code, sex, era), marked)
    return _words(choices)


def _words(choices: dict[tuple[int, int, int], list[tuple[str, float]]]) -> _Words:
    """One list of all words, and the choices as places in it."""
    places: dict[str, int] = {}
    drawn = {}
    for key, entries in choices.items():
        codes = [places.setdefault(word, len(places)) for word, _ in entries]
        drawn[key] = (np.array(codes, dtype=np.int64), [weight for _, weight in entries])
    return _Words(tuple(places), drawn)
