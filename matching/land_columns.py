"""Turns clean land users into the columns that are compared; each distinct value is coded once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from matching.columns import Codes, Ints, LandColumns, NameColumns, PlaceColumns, keyed_name_columns
from matching.known_names import KnownNames
from matching.land_rows import FACTS, LandRows, land_rows
from matching.name_keys import keyed_names
from matching.records import CleanSubject

_FEW: Final = 8  # names that are keyed at once rather than looked for among those met before
_KNOWN_NAMES: Final = KnownNames()


def land_columns(subjects: Sequence[CleanSubject]) -> LandColumns:
    """The clean columns of land users, in the order given; each distinct value is coded once."""
    rows = land_rows(subjects)
    facts = np.ascontiguousarray(np.array(rows.facts, dtype=np.int32).reshape(-1, len(FACTS)).T)
    year, month, day, alternative, maybe_year, sex, abbreviated, as_written, marks, place, number_year, trust = facts
    numbers, trusts = _numbers(rows, trust)
    names = _names(rows.names)
    # A name that had to be respelled (capitals, tone marks, an old font) is written like nobody's.
    names.written[as_written == 0] = 0
    return LandColumns(
        names,
        abbreviated != 0,
        numbers,
        trusts,
        number_year,
        year,
        month,
        day,
        alternative,
        maybe_year != 0,
        sex,
        _places(rows, place),
        marks,
    )


def _names(names: list[str]) -> NameColumns:
    if len(names) > _FEW:
        return _KNOWN_NAMES.columns(names)
    codes: dict[str, bytes] = {}
    keyed = keyed_names(names, codes)
    return keyed_name_columns(keyed, list(codes))


def _numbers(rows: LandRows, trust: Codes) -> tuple[Ints, Codes]:
    """Codes and trust of the numbers that are compared, as many columns as the most of them in a row."""
    numbers, trusts = np.array(rows.numbers, dtype=np.int64)[:, None], trust[:, None]
    if not rows.further:
        return numbers, trusts
    row, place, code, trust_of = zip(*rows.further, strict=True)
    more = ((0, 0), (0, max(place)))
    numbers, trusts = np.pad(numbers, more), np.pad(trusts, more)
    numbers[row, place], trusts[row, place] = code, trust_of
    return numbers, trusts


def _places(rows: LandRows, place: Codes) -> PlaceColumns:
    sets = [frozenset(map(int, communes)) for communes in rows.communes]
    single = [next(iter(members)) if len(members) == 1 else 0 for members in sets]
    return PlaceColumns(sets, place, np.array(single, dtype=np.int32)[place])
