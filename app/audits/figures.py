"""The figures of an audit: counts for the whole area and for each unit, in units that are never mixed.

A figure is named "unit.what": rows, land_users, persons, certificates, parcels (docs/audits.md). For each name the
counts of all units, less what is counted in several of them, give the count of the whole: a test adds them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from app.audits.areas import Places
from app.audits.definitions import REQUIRABLE, Criterion, Definitions
from app.audits.rows import (
    DECISIONS,
    FULL_DATE,
    IDENTITIES,
    ONE_COMMUNE,
    VERDICTS,
    Codes,
    Ints,
    Marks,
    Rows,
    Small,
)
from app.audits.statuses import statuses_of

Counts = dict[str, Ints]  # figure -> its count for each unit
FULL = VERDICTS.index("full")
_SHARES = ("all_full", "some_full", "none_full", "nobody_in_scope")
_WORST = len(VERDICTS)  # out of scope: weaker than none


class Figures(NamedTuple):
    """The figures of all units, of the whole, and by how much units count more than the whole."""

    whole: dict[str, int]
    units: list[dict[str, int]]
    repeated: dict[str, int]


class _Entities(NamedTuple):
    """Things that rows are about: which one each row is of (-1: none), and how many there are."""

    of_row: Ints
    size: int


def figures(rows: Rows, places: Places, definitions: Definitions, *, answers: Small | None = None) -> Figures:
    """All figures; `answers` say which status the authority gave a row (-1: it has not answered)."""
    unit = places.unit_of[rows.commune] if len(rows) else np.zeros(0, dtype=np.int32)
    tally = _Tally(unit, len(places.units))
    met = criteria_met(rows, definitions, answers)
    _count_rows(tally, rows)
    _count_land_users(tally, rows, definitions, met, answers)
    _count_decided(tally, rows)
    _count_persons(tally, rows)
    _count_certificates(tally, rows)
    _count_parcels(tally, rows, definitions, met)
    return tally.figures()


class _Tally:
    """Counts by unit, and of the whole."""

    def __init__(self, unit: Codes, units: int) -> None:
        self.unit, self.units = unit, units
        self._by_unit: Counts = {}
        self._whole: dict[str, int] = {}

    def rows(self, name: str, mask: Marks) -> None:
        """Count result rows."""
        found = np.bincount(self.unit[mask], minlength=self.units)
        self._by_unit[name], self._whole[name] = found, int(found.sum())

    def things(self, prefix: str, things: _Entities, classes: Mapping[str, Marks]) -> None:
        """Count distinct things by what they are, once in each unit where they occur and once in the whole."""
        rows = np.flatnonzero(things.of_row >= 0)
        pairs = np.unique(self.unit[rows].astype(np.int64) * max(things.size, 1) + things.of_row[rows])
        units, which = np.divmod(pairs, max(things.size, 1))
        for name, mask in {"total": np.ones(things.size, dtype=np.bool_), **classes}.items():
            self._by_unit[f"{prefix}.{name}"] = np.bincount(units[mask[which]], minlength=self.units)
            self._whole[f"{prefix}.{name}"] = int(mask.sum())

    def figures(self) -> Figures:
        """Everything that was counted."""
        names = list(self._by_unit)
        columns = [self._by_unit[name].tolist() for name in names]
        units = [dict(zip(names, counts, strict=True)) for counts in zip(*columns, strict=True)]
        more = {name: sum(column) - self._whole[name] for name, column in zip(names, columns, strict=True)}
        return Figures(self._whole, units, {name: count for name, count in more.items() if count})


def criteria_met(rows: Rows, definitions: Definitions, answers: Small | None = None) -> dict[str, Marks]:
    """Which rows meet each criterion; where the authority answered, its word stands for the verdict."""
    return {each.code: _meets(rows, each, _agrees(rows, each, definitions, answers)) for each in definitions.criteria}


def _agrees(rows: Rows, criterion: Criterion, definitions: Definitions, answers: Small | None) -> Marks:
    """Which rows have one of the verdicts demanded, or an answer that stands for one."""
    if not criterion.verdicts:
        return np.ones(len(rows), dtype=np.bool_)
    found = np.isin(rows.verdict, [VERDICTS.index(verdict) for verdict in criterion.verdicts])
    if answers is not None:
        stands = [not set(status.verdicts).isdisjoint(criterion.verdicts) for status in definitions.statuses]
        found = np.where(answers >= 0, np.array(stands)[answers], found)
    return found


def _meets(rows: Rows, criterion: Criterion, agrees: Marks) -> Marks:
    met = agrees.copy()
    if criterion.identity:
        met &= np.isin(rows.identity, [IDENTITIES.index(identity) for identity in criterion.identity])
    wanted = sum(1 << REQUIRABLE.index(name) for name in criterion.required)
    wanted |= criterion.full_birth_date << FULL_DATE | criterion.one_commune << ONE_COMMUNE
    met &= (rows.fields & wanted) == wanted
    forbidden = frozenset(criterion.forbidden_findings)
    found = np.array([not forbidden.isdisjoint(codes.split(";")) for codes in rows.finding_sets], dtype=np.bool_)
    refused = np.array([category in criterion.forbidden_categories for category in rows.categories], dtype=np.bool_)
    return met & ~found[rows.findings] & ~refused[rows.category] if len(rows) else met


def _count_rows(tally: _Tally, rows: Rows) -> None:
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = rows.input[1:] != rows.input[:-1]
    tally.rows("rows.total", first)
    for code, name in enumerate(("with_people", "skipped", "unread")):
        tally.rows(f"rows.{name}", first & (rows.reading == code))


def _count_land_users(
    tally: _Tally, rows: Rows, definitions: Definitions, met: Mapping[str, Marks], answers: Small | None
) -> None:
    people = rows.reading == 0
    within = people & rows.in_scope
    full = within & (rows.verdict == FULL)
    tally.rows("land_users.total", people)
    tally.rows("land_users.in_scope", within)
    tally.rows("land_users.out_of_scope", people & ~within)
    for code, verdict in enumerate(VERDICTS):
        tally.rows(f"land_users.{verdict}", within & (rows.verdict == code))
    for code, identity in enumerate(IDENTITIES):
        tally.rows(f"land_users.identity.{identity}", within & (rows.identity == code))
    tally.rows("land_users.full_independent", full & ~rows.enriched)
    tally.rows("land_users.full_enriched", full & rows.enriched)
    told = statuses_of(rows, definitions, answers)
    for number, status in enumerate(definitions.statuses):
        tally.rows(f"land_users.status.{status.code}", within & (told == number))
    if answers is not None:
        tally.rows("land_users.answered", within & (answers >= 0))
    for criterion, mask in met.items():
        tally.rows(f"land_users.criterion.{criterion}", within & mask)
    tally.rows("land_users.all_criteria", within & np.logical_and.reduce(list(met.values())))
    for place, action in enumerate(rows.actions):
        if action:
            tally.rows(f"land_users.action.{action}", people & (rows.action == place))
    for place in sorted(range(len(rows.categories)), key=rows.categories.__getitem__):
        if rows.categories[place]:
            tally.rows(f"category.{rows.categories[place]}", people & (rows.category == place))
    sets = [frozenset(codes.split(";")) for codes in rows.finding_sets]
    for finding in sorted(frozenset().union(*sets) - {""}):
        has = np.array([finding in codes for codes in sets], dtype=np.bool_)
        tally.rows(f"finding.{finding}", people & has[rows.findings])


def _count_decided(tally: _Tally, rows: Rows) -> None:
    """Which rows a person decided on; each land user in scope has one outcome, the person's word before the machine's.

    A decision never changes a verdict, so all other figures stay the machine's (docs/reviews.md).
    """
    within = (rows.reading == 0) & rows.in_scope
    decided = within & (rows.decision >= 0)
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = rows.input[1:] != rows.input[:-1]
    tally.rows("rows.decided", first & np.isin(rows.input, np.unique(rows.input[decided])))
    tally.rows("land_users.decided", decided)
    for code, decision in enumerate(DECISIONS):
        tally.rows(f"land_users.outcome.decided_{decision}", within & (rows.decision == code))
    other = within & (rows.decision == DECISIONS.index("not_same"))
    for code, verdict in enumerate(VERDICTS):
        tally.rows(f"land_users.decided_not_same.then_{verdict}", other & (rows.otherwise == code))
    alone = within & ~decided
    full = alone & (rows.verdict == FULL)
    tally.rows("land_users.outcome.full_independent", full & ~rows.enriched)
    tally.rows("land_users.outcome.full_enriched", full & rows.enriched)
    for code, verdict in enumerate(VERDICTS):
        if code != FULL:
            tally.rows(f"land_users.outcome.{verdict}", alone & (rows.verdict == code))


def _count_persons(tally: _Tally, rows: Rows) -> None:
    """Distinct persons by the weakest verdict of their land users, wherever those stand."""
    persons = _entities(rows.person)
    weakest = _extreme(persons, np.where(rows.in_scope, rows.verdict, -1), np.maximum, -1)
    surest = _extreme(persons, np.where(rows.in_scope, rows.identity, _WORST), np.minimum, _WORST)
    classes = {verdict: weakest == code for code, verdict in enumerate(VERDICTS)}
    classes |= {"in_scope": weakest >= 0, "out_of_scope": weakest < 0}
    classes["identity_established"] = surest <= IDENTITIES.index("probable")
    classes |= _by_hand(persons, rows, "full", classes["full"])
    tally.things("persons", persons, classes)


def _count_certificates(tally: _Tally, rows: Rows) -> None:
    certificates = _entities(rows.certificate)
    classes = _shares(certificates, rows)
    tally.things("certificates", certificates, classes | _by_hand(certificates, rows, "all_full", classes["all_full"]))
    tally.rows("land_users.without_certificate", (rows.reading == 0) & (rows.certificate == 0))


def _count_parcels(tally: _Tally, rows: Rows, definitions: Definitions, met: Mapping[str, Marks]) -> None:
    parcels = _entities(rows.parcel)
    within = rows.in_scope & (parcels.of_row >= 0)
    people = _sum(parcels, within)
    placeholder = np.array([category == "S7" for category in rows.categories], dtype=np.bool_)
    temporary = _sum(parcels, placeholder[rows.category] if len(rows) else rows.in_scope) > 0
    classes = _shares(parcels, rows)
    classes |= _by_hand(parcels, rows, "all_full", classes["all_full"])
    good = (people > 0) & ~temporary
    for code, mask in met.items():
        meets = _sum(parcels, within & mask) == people
        classes[f"criterion.{code}"] = (people > 0) & meets
        classes[f"blocked_by.{code}"] = (people > 0) & ~meets
        good &= meets
    classes["blocked_by.placeholder"] = temporary
    classes["people_ok"] = good
    classes["blocked"] = ~good & ((people > 0) | temporary)
    blocking = within & ~np.logical_and.reduce(list(met.values()))
    for number, category in enumerate(rows.categories):
        found = blocking & (rows.category == number)
        if category and category != "S7" and found.any():
            classes[f"blocked_by_category.{category}"] = _sum(parcels, found) > 0
    if rows.has_groups:
        group = _extreme(parcels, rows.group, np.maximum, 0)
        for number, name in enumerate(("other", *definitions.groups)):
            classes[f"group.{name}"] = group == number
            classes[f"group.{name}.people_ok"] = (group == number) & good
    tally.things("parcels", parcels, classes)
    tally.rows("land_users.without_parcel", (rows.reading == 0) & (rows.parcel == 0))


def _shares(things: _Entities, rows: Rows) -> dict[str, Marks]:
    """All, some or none of the people in scope on a thing are full."""
    people = _sum(things, rows.in_scope)
    full = _sum(things, rows.in_scope & (rows.verdict == FULL))
    masks = ((people > 0) & (full == people), (full > 0) & (full < people), (people > 0) & (full == 0), people == 0)
    return dict(zip(_SHARES, masks, strict=True))


def _by_hand(things: _Entities, rows: Rows, name: str, full: Marks) -> dict[str, Marks]:
    """Full ones apart by whether an approved value made anybody on them so; and those that a person decided on."""
    enriched = _sum(things, rows.in_scope & rows.enriched) > 0
    decided = _sum(things, rows.in_scope & (rows.decision >= 0)) > 0
    return {f"{name}_independent": full & ~enriched, f"{name}_enriched": full & enriched, "decided": decided}


def _entities(keys: Ints) -> _Entities:
    """Rows by their key; zero is none."""
    distinct, places = np.unique(keys, return_inverse=True)
    zero = np.searchsorted(distinct, 0)
    if zero < len(distinct) and distinct[zero] == 0:
        return _Entities(np.where(keys == 0, -1, places - (places > zero)), len(distinct) - 1)
    return _Entities(places, len(distinct))


def _sum(things: _Entities, mask: Marks) -> Ints:
    found: Ints = np.bincount(things.of_row[mask & (things.of_row >= 0)], minlength=things.size)
    return found


def _extreme(things: _Entities, values: Any, of: np.ufunc, start: int) -> Small:
    """The largest or smallest value of each thing's rows."""
    found = np.full(things.size, start, dtype=np.int8)
    rows = things.of_row >= 0
    of.at(found, things.of_row[rows], values[rows].astype(np.int8))
    return found
