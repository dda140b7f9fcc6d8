"""Land users whom the register doesn't know: people of elsewhere, namesakes, and ancestors who died before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.synthetic.dice import Dice, choose
from matching.synthetic.draft import Owner
from matching.synthetic.listed import Listed, listed
from matching.synthetic.population import population

# What strangers are, with weights; namesakes are the hard ones.
STRANGERS: Final = (("stranger", 50), ("stranger_namesake", 25), ("ancestor", 18), ("stranger_father", 7))
_MANY: Final = (
    3_000  # fewer strangers come from a few communes: a commune takes its time even if hardly anybody lives there
)
_FROM: Final = ("79", "75", "66", "68", "01")  # where they live


def strangers(register: Listed, count: int, *, seed: int, as_of: date) -> list[Owner]:
    """People who aren't in the register; no number of theirs, old or new, is anybody's in it."""
    rng = np.random.default_rng([seed, 31])
    dice = Dice(rng)
    every = 25 if count < _MANY else 1
    found = population(4 * count + 400, seed + 7_919, provinces=_FROM, as_of=as_of, every=every)
    crowd = pa.Table.from_batches(list(found))
    taken = _taken_numbers(register)
    seen = listed(crowd)
    adults = np.flatnonzero(seen.year <= as_of.year - 20)
    chosen = rng.permutation(adults)[:count]
    kinds = choose(rng, [weight for _, weight in STRANGERS], len(chosen)).tolist()
    models = rng.integers(0, len(register), len(chosen))
    people, model_of = seen.owners(chosen), register.owners(models)
    return [
        _stranger(dice, STRANGERS[kind][0], _unknown(people[at], register, taken), model_of[model])
        for kind, at, model in zip(kinds, chosen.tolist(), models.tolist(), strict=True)
    ]


def _stranger(dice: Dice, kind: str, person: Owner, model: Owner) -> Owner:
    """A stranger of a kind, after somebody in the register where the kind asks for it."""
    person = replace(person, registered=False, traps=(kind,), other_names=())
    if kind == "stranger":
        return person
    here = replace(person, address=model.address, commune=model.commune)
    if kind == "stranger_namesake":
        female, year = model.female, model.year
        number = _number_for(person.personal_id, year, female)
        day = f"{year}-{dice.between(1, 12):02d}-{dice.between(1, 28):02d}"
        return replace(here, full_name=model.full_name, female=female, birth_date=day, personal_id=number)
    older = max(1890, model.year - dice.between(22, 42))
    surname = model.full_name.split(" ")[0]
    name = (
        model.full_name
        if kind == "stranger_father" and not model.female
        else f"{surname} Văn {person.full_name.split()[-1]}"
    )
    return replace(
        here, full_name=name, female=False, birth_date=str(older), personal_id="", deceased=True, cancelled=(),
        old_numbers=person.old_numbers[:1] if older > 1915 else (),
    )  # fmt: skip


def _number_for(number: str, year: int, female: bool) -> str:
    """The number with the digit and the year that belong to another sex and year of birth."""
    return f"{number[:3]}{(year - 1900) // 100 * 2 + female}{year % 100:02d}{number[6:]}" if number else ""


def _taken_numbers(register: Listed) -> frozenset[str]:
    """All old numbers of the register."""
    parts = pc.split_pattern(register.rows["old_ids"].combine_chunks(), ";")
    parts = parts.chunk(0) if isinstance(parts, pa.ChunkedArray) else parts
    return frozenset(parts.flatten().to_pylist())


def _unknown(person: Owner, register: Listed, taken: frozenset[str]) -> Owner:
    """The person with numbers that nobody in the register has."""
    number = person.personal_id
    while register.has(number):
        number = number[:6] + f"{(int(number[6:]) + 499_979) % 1_000_000:06d}"
    return replace(person, personal_id=number, old_numbers=tuple(old for old in person.old_numbers if old not in taken))
