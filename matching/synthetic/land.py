"""A land register drawn from a population register: holdings, parcels, rows as typed over thirty years, their truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from matching.normalise.gazetteer import gazetteer
from matching.normalise.legacy_encodings import encode
from matching.synthetic.corruptions import OLD_PAPERS, Chances, with_rates
from matching.synthetic.dice import Dice, Flags, Integers, choose, ranks_within
from matching.synthetic.draft import Ground, Owner, ground
from matching.synthetic.listed import Listed, listed
from matching.synthetic.rows import Case, LandRow, written_rows
from matching.synthetic.strangers import strangers
from matching.synthetic.truth import TRUTH_SCHEMA, Truth

LAND_FIELDS: Final = LandRow._fields
LAND_SCHEMA: Final = pa.schema([(name, pa.string()) for name in LAND_FIELDS])
_ENCODED: Final = ("full_name", "address")
CHUNK: Final = 20_000

# What a holding is, with its share of the holdings: the persons' legal forms, and what is out of scope.
HOLDINGS: Final = (("person", 0.585), ("couple", 0.34), ("co_owners", 0.012), ("body", 0.040), ("represented", 0.008),
                   ("nobody", 0.012), ("foreigner", 0.003))  # fmt: skip
_NOT_IN_REGISTER: Final = 0.065  # of persons in scope
_PERSONS: Final = 0.58  # of persons in scope hold alone or as co-owners, where strangers are put
_MORE_PARCELS: Final = 0.47  # chance of one more parcel, again and again
_MOST_PARCELS: Final = 14
_COUPLE_IN_ONE_CELL: Final = 0.45
_PARCEL_ELSEWHERE: Final = 0.12
_BY_AGE: Final = ((18, 0.002), (25, 0.1), (35, 0.55), (60, 1.0), (200, 1.15))
_CLERKS: Final = 6  # of a commune, over the years
_SPREAD: Final = {"commune": 0.35, "clerk": 0.45}  # of the logarithm of severity
_WORST: Final = 2.2


@dataclass(frozen=True, slots=True)
class _Holdings:
    """All rows before they are typed: whose, of which holding and parcel, where."""

    kind: Integers  # place in HOLDINGS
    first: Integers  # row of the register; below -1 a stranger; -1 nobody
    second: Integers  # the spouse or co-owner
    together: Flags  # both in one cell
    member: Integers  # 0: the first's row, 1: the second's
    holding: Integers
    parcel: Integers
    commune: Integers


def land(
    register: pa.Table,
    size: int,
    seed: int,
    *,
    rates: Mapping[str, float] | None = None,
    as_of: date = date(2026, 11, 22),
) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
    """Land rows and their truth, in batches; the same arguments give the same rows. `register`: REGISTER_SCHEMA."""
    chances = Chances(with_rates(rates or {}))
    people = listed(register)
    rng = np.random.default_rng([seed, 3])
    count = max(1, int(size * 0.75) + 10)
    others = strangers(people, int(count * _NOT_IN_REGISTER * 1.3) + 5, seed=seed, as_of=as_of)
    rows = _holdings(rng, people, size, strangers_at_hand=len(others), this_year=as_of.year)
    units = ground(gazetteer())
    severity, old_paper = _circumstances(rng, rows)
    for start in range(0, size, CHUNK):
        part = slice(start, min(start + CHUNK, size))
        drawn = (
            chances.draw(rng, severity[part], old_paper[part]),
            chances.draw(rng, severity[part], old_paper[part]),
        )
        cases = _cases(people, others, rows, part, old_paper, drawn)
        yield _batches(Dice(np.random.default_rng([seed, 4, start])), units, people, chances, cases, start)


def in_encoding(rows: pa.RecordBatch, encoding: str) -> pa.RecordBatch:
    """Land rows with names and addresses as they were typed before Unicode; raises LookupError for an unknown name."""
    columns = {
        name: [encode(text, encoding) for text in column.to_pylist()] if name in _ENCODED else column
        for name, column in zip(rows.schema.names, rows.columns, strict=True)
    }
    return pa.RecordBatch.from_pydict(columns, schema=rows.schema)


def _holdings(
    rng: np.random.Generator, people: Listed, size: int, *, strangers_at_hand: int, this_year: int
) -> _Holdings:
    """Exactly `size` rows: owners drawn by age, their parcels, and the rows that each parcel has."""
    count = size + 10
    kind = choose(rng, [share for _, share in HOLDINGS], count)
    names = [name for name, _ in HOLDINGS]
    owner = _owners(rng, people, count, this_year)
    spouse = people.spouse[owner]
    lone = (kind == names.index("couple")) & (spouse < 0)
    kind[lone] = names.index("person")
    is_person = np.isin(kind, [names.index("person"), names.index("co_owners")])
    stranger = is_person & (rng.random(count) < _NOT_IN_REGISTER / _PERSONS)
    stranger &= np.cumsum(stranger) <= strangers_at_hand
    owner[stranger] = -2 - np.arange(int(stranger.sum()))
    second = np.where(kind == names.index("couple"), spouse, -1)
    sharing = kind == names.index("co_owners")
    second[sharing] = rng.integers(0, len(people), int(sharing.sum()))
    first = np.where(np.isin(kind, [names.index("body"), names.index("nobody"), names.index("foreigner")]), -1, owner)
    together = (kind == names.index("couple")) & (rng.random(count) < _COUPLE_IN_ONE_CELL)
    together |= sharing & (rng.random(count) < 0.5)
    return _lines(rng, people, size, _Holders(kind, first, second, together, owner))


@dataclass(frozen=True, slots=True)
class _Holders:
    """Holdings before their parcels are drawn."""

    kind: Integers
    first: Integers
    second: Integers
    together: Flags
    owner: Integers  # whose home decides where the parcels lie


def _lines(rng: np.random.Generator, people: Listed, size: int, who: _Holders) -> _Holdings:
    """The rows of all holdings, commune by commune: one for each parcel, or two where each owner has a line."""
    count = len(who.kind)
    parcels = rng.geometric(1 - _MORE_PARCELS, count).clip(1, _MOST_PARCELS)
    parcels[who.kind == [name for name, _ in HOLDINGS].index("nobody")] = 1
    lines = np.where((who.second >= 0) & ~who.together, 2, 1)
    holding = np.repeat(np.arange(count), parcels * lines)[:size]
    line = ranks_within(holding)
    parcel = holding * 100 + line // lines[holding]
    anywhere = people.commune[rng.integers(0, len(people), count)]
    home = np.where(who.owner >= 0, people.commune[np.maximum(who.owner, 0)], anywhere)
    commune = _parcel_communes(rng, people, home, parcel)
    member = line % lines[holding]
    order = np.lexsort((member, parcel, commune))
    holding = holding[order]
    return _Holdings(
        who.kind[holding],
        who.first[holding],
        who.second[holding],
        who.together[holding],
        member[order],
        holding,
        parcel[order],
        commune[order],
    )


def _owners(rng: np.random.Generator, people: Listed, count: int, this_year: int) -> Integers:
    """Rows of the register, drawn without repeating as long as they last, by age; men hold land more often."""
    age = this_year - people.year
    weight = np.select([age < limit for limit, _ in _BY_AGE], [share for _, share in _BY_AGE], default=1.0)
    weight = weight * np.where(people.female, 0.75, 1.0)
    order = np.argsort(-(rng.random(len(people)) ** (1.0 / np.maximum(weight, 1e-4))), kind="stable")
    return np.resize(order, count).astype(np.int64)


def _parcel_communes(rng: np.random.Generator, people: Listed, home: Integers, parcel: Integers) -> Integers:
    """The commune of each row's parcel: mostly where its owner lives."""
    unique, first, inverse = np.unique(parcel, return_index=True, return_inverse=True)
    away = rng.random(len(unique)) < _PARCEL_ELSEWHERE
    place = np.where(away, people.commune[rng.integers(0, len(people), len(unique))], home[parcel[first] // 100])
    return np.asarray(place[inverse])


def _circumstances(rng: np.random.Generator, rows: _Holdings) -> tuple[np.ndarray, Flags]:
    """For each row how bad its clerk and commune were (on average, one), and whether the paper is old."""
    communes, place = np.unique(rows.commune, return_inverse=True)
    clerk = place * _CLERKS + rng.integers(0, _CLERKS, len(place))
    by_commune = rng.normal(0.0, _SPREAD["commune"], len(communes))
    by_clerk = rng.normal(0.0, _SPREAD["clerk"], len(communes) * _CLERKS)
    severity = np.exp(by_commune[place] + by_clerk[clerk]).clip(0.2, _WORST)
    severity /= severity.mean() if len(severity) else 1.0
    holdings, of_row = np.unique(rows.holding, return_inverse=True)
    old = (rng.random(len(holdings)) < OLD_PAPERS)[of_row]
    return severity, np.asarray(old)


def _cases(
    people: Listed,
    others: list[Owner],
    rows: _Holdings,
    part: slice,
    old_paper: Flags,
    drawn: tuple[Integers, Integers],
) -> list[Case]:
    """The rows of a chunk with the people in them."""
    first, second, member = rows.first[part], rows.second[part], rows.member[part]
    spouses = np.where(first >= 0, people.spouse[np.maximum(first, 0)], -1)
    found = people.owners(np.concatenate([first, second, spouses]))

    def owner(at: int) -> Owner | None:
        return found[at] if at >= 0 else others[-2 - at] if at <= -2 else None

    cases = []
    listing = zip(
        rows.kind[part].tolist(), first.tolist(), second.tolist(), spouses.tolist(), member.tolist(),
        rows.together[part].tolist(), rows.parcel[part].tolist(), rows.commune[part].tolist(), old_paper[part].tolist(),
        drawn[0].tolist(), drawn[1].tolist(), strict=True,
    )  # fmt: skip
    for kind, one, two, spouse, which, together, parcel, commune, old, errors, more_errors in listing:
        persons = [owner(one), owner(two)]
        if not together and which:
            persons = [persons[1], persons[0]]
        cases.append(
            Case(
                kind=HOLDINGS[kind][0],
                owner=persons[0],
                beside=persons[1],
                spouse=persons[1] if two >= 0 else owner(spouse),
                together=together,
                parcel=parcel,
                commune=f"{commune:05d}",
                old_paper=old,
                drawn=(errors, more_errors),
            )
        )
    return cases


def _batches(
    dice: Dice, units: Ground, people: Listed, chances: Chances, cases: list[Case], start: int
) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """The typed rows of a chunk and their truth."""
    land_rows: list[LandRow] = []
    truths: list[Truth] = []
    for row, truth in written_rows(dice, units, people, chances, cases, first_number=start + 1):
        land_rows.append(row)
        truths.extend(truth)
    return _batch(land_rows, LAND_SCHEMA), _batch(truths, TRUTH_SCHEMA)


def _batch(rows: list[LandRow] | list[Truth], schema: pa.Schema) -> pa.RecordBatch:
    """Rows of texts as a record batch."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.RecordBatch.from_arrays([pa.array(column, pa.string()) for column in columns], schema=schema)
