"""What evidence would change a verdict: the record decided again as if one or two of its values were a candidate's.

The candidates stay those that were found. Nothing of a candidate is told: only which fields would have to agree, and
what the verdict would be. Built only where an explanation is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.answer import EvidenceNeeded, RecordAnswer
from matching.answer_columns import DECISIONS
from matching.columns import Ints
from matching.compare import COMPARISONS, Pairs, PairTables
from matching.decision import Decided, Decider
from matching.explain import NEAREST
from matching.land_columns import land_columns
from matching.model import Model
from matching.records import (
    AddressReading,
    BirthDate,
    CleanSubject,
    IdentityNumber,
    NumberKind,
    PartialDate,
    Sex,
)
from matching.score import Scored, score
from matching.statistics import Statistics
from matching.verdict import Verdict

_MOST_FIELDS = 2  # that would have to change at once
_STRENGTH = {Verdict.NONE: 0, Verdict.PARTIAL: 1, Verdict.FULL: 2}
_VERDICTS = {
    Verdict.PARTIAL: ("khớp một phần", "a partial match"),
    Verdict.FULL: ("khớp hoàn toàn", "a full match"),
}


class _Field(NamedTuple):
    """What a field is called, the levels that can't be bettered, and those where the record doesn't have the value."""

    vi: str
    en: str
    best: tuple[str, ...]
    unknown: tuple[str, ...] = ("missing",)


_FIELDS: Mapping[str, _Field] = {
    "id_number": _Field(
        "số định danh cá nhân", "the personal number", ("current",), ("missing", "old", "old_guessed", "old_differs")
    ),
    "birth_date": _Field(
        "ngày sinh",
        "the birth date",
        ("same_day", "register_coarse"),
        ("missing", "year_only", "month_only", "year_in_disguise"),
    ),
    "name": _Field("họ tên", "the name", ("exact", "spelling")),
    "sex": _Field("giới tính", "the sex", ("agrees",)),
    "address": _Field("địa chỉ thường trú", "the permanent address", ("same",)),
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Land users of one scored batch, and what was decided of them."""

    subjects: Sequence[CleanSubject]
    scored: Scored
    decided: Decided
    truncated: NDArray[np.bool_]
    model: Model
    statistics: Statistics
    as_of: date
    names: Callable[[Ints], Sequence[str]]  # how the register writes the names of these rows of the scored people


class _Variant(NamedTuple):
    """A land user as it would be with some fields of one candidate."""

    row: int
    at: int  # position of the scored pair
    fields: tuple[str, ...]


def evidence_needed(batch: Batch) -> dict[int, tuple[EvidenceNeeded, ...]]:
    """By position of the scored pair, what would name that person, or name it with a stronger verdict.

    Fields are changed one at a time; two at a time only where no single one is enough.
    """
    needed: dict[int, tuple[EvidenceNeeded, ...]] = {}
    targets = list(_targets(batch))
    for count in range(1, _MOST_FIELDS + 1):
        variants = [
            _Variant(row, at, fields)
            for row, at in targets
            if at not in needed
            for fields in combinations(_open_fields(batch.scored, at), count)
        ]
        for variant, found in zip(variants, _decided(batch, variants), strict=True):
            if found is not None:
                needed[variant.at] = (*needed.get(variant.at, ()), found)
    return needed


def _targets(batch: Batch) -> Iterator[tuple[int, int]]:
    """Rows with the pairs that an explanation shows and that a verdict could be kinder to."""
    for row, (decision, inside) in enumerate(zip(batch.decided.decision, batch.decided.in_scope, strict=True)):
        start, end = int(batch.scored.offsets[row]), int(batch.scored.offsets[row + 1])
        verdict = DECISIONS[int(decision)].verdict
        if not inside or verdict is Verdict.FULL:
            continue
        for at in range(start, min(end, start + (NEAREST if verdict is Verdict.NONE else 1))):
            yield row, at


def _level(scored: Scored, at: int, field: str) -> str:
    comparison = next(each for each in COMPARISONS if each.field == field)
    return comparison.levels[int(scored.levels[field][at])].code


def _open_fields(scored: Scored, at: int) -> list[str]:
    return [name for name, field in _FIELDS.items() if _level(scored, at, name) not in field.best]


def _decided(batch: Batch, variants: Sequence[_Variant]) -> Iterator[EvidenceNeeded | None]:
    """For each variant what it would lead to; None where its candidate would be named no more than now."""
    if not variants:
        return
    scored, people = batch.scored, batch.scored.pairs.right
    land = land_columns(list(_as_if(batch, variants)))
    start, end = (scored.offsets[[each.row + step for each in variants]] for step in (0, 1))
    count = end - start
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    pairs = Pairs(
        land,
        people,
        np.repeat(np.arange(len(variants)), count),
        scored.pairs.j[np.repeat(start, count) + step],
        PairTables(land, people),
    )
    again = score(pairs, model=batch.model, statistics=batch.statistics)
    truncated = batch.truncated[[each.row for each in variants]]
    decided = Decider(again, truncated, batch.model, batch.as_of, batch.names).decided()
    for at, variant in enumerate(variants):
        before, after = (DECISIONS[int(each)] for each in (batch.decided.decision[variant.row], decided.decision[at]))
        person = people.personal_id[scored.pairs.j[variant.at]]
        better = _STRENGTH[after.verdict] > _STRENGTH[before.verdict] and decided.personal_id[at] == person
        yield _told(scored, variant, after.verdict, after.category) if better else None


def _as_if(batch: Batch, variants: Sequence[_Variant]) -> Iterator[CleanSubject]:
    """The land users with the candidate's values in the fields that change."""
    people = batch.scored.pairs.right
    persons = batch.scored.pairs.j[[each.at for each in variants]]
    distinct, places = np.unique(persons, return_inverse=True)
    names = batch.names(distinct)
    for variant, person, place in zip(variants, persons.tolist(), places.tolist(), strict=True):
        number, year, sex = f"{int(people.personal_id[person]):012d}", int(people.year[person]), int(people.sex[person])
        born = PartialDate(year, int(people.month[person]), int(people.day[person]))
        communes = sorted(people.places.sets[int(people.places.index[person])])
        values: Mapping[str, Mapping[str, object]] = {
            "id_number": {"numbers": (IdentityNumber(NumberKind.PERSONAL, number, birth_year=year),)},
            "birth_date": {"birth_date": BirthDate(born)},
            "name": {"full_name": names[place], "as_written": True, "abbreviated": False},
            "sex": {"sex": Sex(sex), "sex_is_evidence": sex > 0},
            "address": {"address": AddressReading(tuple(f"{commune:05d}" for commune in communes))},
        }
        changes = {name: value for field in variant.fields for name, value in values[field].items()}
        yield replace(batch.subjects[variant.row], **changes)  # type: ignore[arg-type]  # a value for each field


def _told(scored: Scored, variant: _Variant, verdict: Verdict, category: str) -> EvidenceNeeded:
    parts_vi, parts_en = [], []
    for name in variant.fields:
        field, level = _FIELDS[name], _level(scored, variant.at, name)
        if level in field.unknown:
            parts_vi.append(f"có {field.vi} đầy đủ và khớp với người này")
            parts_en.append(f"{field.en} were known in full and agreed")
        else:
            parts_vi.append(f"{field.vi} được xác minh đúng là của người này")
            parts_en.append(f"{field.en} proved to be this person's")
    vi, en = _VERDICTS[verdict]
    return EvidenceNeeded(
        variant.fields,
        verdict,
        category,
        f"Nếu {' và '.join(parts_vi)}: {vi} ({category}).",
        f"If {' and '.join(parts_en)}: {en} ({category}).",
    )


class EvidenceCount(NamedTuple):
    """How many land users of one verdict and category would get another by the same evidence."""

    verdict: Verdict
    category: str
    fields: tuple[str, ...]
    becomes: tuple[Verdict, str]
    subjects: int


def evidence_counts(answers: Iterable[RecordAnswer]) -> tuple[EvidenceCount, ...]:
    """What evidence would change explained answers, of each land user's best candidate; the most frequent first."""
    counted: Counter[tuple[Verdict, str, tuple[str, ...], tuple[Verdict, str]]] = Counter()
    for answer in answers:
        for subject in answer.subjects:
            if subject.explanation is None:
                continue
            best = subject.explanation.best or next(iter(subject.explanation.nearest), None)
            for evidence in () if best is None else best.evidence_needed:
                becomes = evidence.verdict, evidence.category
                counted[subject.verdict, subject.category, evidence.fields, becomes] += 1
    return tuple(EvidenceCount(*what, count) for what, count in sorted(counted.items(), key=lambda i: (-i[1], i[0])))
