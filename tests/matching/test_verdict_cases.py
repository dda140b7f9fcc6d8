"""Verdicts that a cadastral officer would defend: scenarios of a town, its people and a crowd of strangers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
import yaml

from matching.answer import RecordAnswer, SubjectAnswer
from matching.candidates import MemoryCandidates
from matching.link import Question, match
from matching.model import default_model
from matching.normalise.gazetteer import gazetteer
from matching.normalise.person import read_person
from matching.normalise.text import fold
from matching.records import CellType, PartialDate, Person, RawRecord, Sex
from matching.verdict import Verdict

TODAY: Final = date(2026, 11, 22)
CASES: Final[dict[str, Any]] = yaml.load(
    (Path(__file__).parents[1] / "cases" / "verdicts.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)

CROWD: Final = 3_000
YEARS_APART: Final = 2  # namesakes nearer than this to somebody of a scenario would change what it is about


def _drawn(dice: Random, shares: dict[str, str]) -> str:
    return dice.choices(list(shares), weights=[int(share) for share in shares.values()])[0]


def _crowd(avoided: frozenset[tuple[str, int]]) -> Iterator[Person]:
    """Strangers of one province, always the same, none of them a namesake of a scenario's people and of their age."""
    dice, syllables = Random(1975), CASES["crowd"]
    communes = sorted(code for code, commune in gazetteer().communes.items() if commune.province == "68")
    for serial in range(CROWD):
        sex = dice.choice((Sex.MALE, Sex.FEMALE))
        year, month, day = dice.randint(1935, 2007), dice.randint(1, 12), dice.randint(1, 28)
        middle, given = syllables[sex.name.lower()]["middle"], syllables[sex.name.lower()]["given"]
        name = " ".join((_drawn(dice, syllables["surnames"]), _drawn(dice, middle), dice.choice(given)))
        number = f"068{2 * (year >= 2000) + (sex is Sex.FEMALE)}{year % 100:02d}{500_000 + 37 * serial:06d}"
        born = PartialDate(year) if serial % 25 == 0 else PartialDate(year, month, day)
        stranger = Person(number, name, born, sex, communes=(dice.choice(communes),))
        if (fold(name), year) not in avoided:
            yield stranger


def _everybody() -> Iterator[dict[str, str]]:
    return chain(CASES["town"], *(scenario.get("people", ()) for scenario in CASES["scenarios"]))


@lru_cache(maxsize=1)
def _strangers() -> tuple[Person, ...]:
    avoided = {
        (fold(row["full_name"]), int(row["birth_date"][:4]) + years)
        for row in _everybody()
        if row["birth_date"]
        for years in range(-YEARS_APART, YEARS_APART + 1)
    }
    return tuple(_crowd(frozenset(avoided)))


@lru_cache(maxsize=128)
def _question(people: str) -> Question:
    rows = [*CASES["town"], *json.loads(people)]
    source = MemoryCandidates([*_strangers(), *map(read_person, rows)])
    return Question(source, default_model(), TODAY)


def _answer(scenario: dict[str, Any], cells: dict[str, str]) -> RecordAnswer:
    known = {name: text for name, text in cells.items() if name not in ("birth_date_cell", "sex_derived")}
    raw = RawRecord(
        **known,
        birth_date_cell=CellType(cells.get("birth_date_cell", "text")),
        sex_derived=cells.get("sex_derived") == "true",
    )
    return match([raw], _question(json.dumps(scenario.get("people", []))))[0]


def _seen(answer: SubjectAnswer) -> dict[str, str]:
    return {
        "kind": str(answer.subject.kind),
        "role": str(answer.subject.role or ""),
        "verdict": str(answer.verdict),
        "category": answer.category,
        "identity": str(answer.identity),
        "next_action": str(answer.next_action),
        "personal_id": answer.personal_id or "nobody",
        "in_scope": str(answer.in_scope).lower(),
    }


def _faults(stated: dict[str, Any], answer: SubjectAnswer) -> Iterator[str]:
    """What the answer says otherwise than the scenario."""
    seen, found = _seen(answer), {finding.code for finding in answer.findings}
    for field, wanted in stated.items():
        if field == "findings":
            yield from (f"finding {code} is missing" for code in wanted if code not in found)
        elif field == "no_findings":
            yield from (f"finding {code} is there" for code in wanted if code in found)
        elif field == "proposed":
            proposed = answer.proposed
            yield from (
                f"{k} is proposed as {proposed.get(k)}, not {v}" for k, v in wanted.items() if proposed.get(k) != v
            )
        elif seen[field] not in ([wanted] if isinstance(wanted, str) else wanted):
            yield f"{field} is {seen[field]}, not {wanted}"
    if (answer.verdict is Verdict.NONE) != (not answer.personal_id):
        yield f"verdict {answer.verdict} with person {seen['personal_id']}"
    if not answer.personal_id and answer.proposed:
        yield "something is proposed for nobody"


def faults(scenario: dict[str, Any], cells: dict[str, str]) -> list[str]:
    """All that the answer for one record of a scenario says otherwise than stated."""
    answer, stated = _answer(scenario, cells), scenario["expected"]
    told = [
        f"subject {number}: {fault}"
        for number, (one, subject) in enumerate(zip(stated, answer.subjects, strict=False), 1)
        for fault in _faults(one, subject)
    ]
    least, exactly = len(stated), scenario.get("subjects")
    if len(answer.subjects) < least or (exactly and len(answer.subjects) != int(exactly)):
        told.append(f"{len(answer.subjects)} subjects, not {exactly or least}")
    if str(answer.verdict) != scenario.get("record_verdict", str(answer.verdict)):
        told.append(f"the record's verdict is {answer.verdict}, not {scenario['record_verdict']}")
    return told


def records(scenario: dict[str, Any]) -> list[dict[str, str]]:
    """The records of a scenario, all to be answered alike."""
    record = scenario["record"]
    return record if isinstance(record, list) else [record]


ASKED: Final = [
    pytest.param(scenario, record, id=f"{scenario['name']} {number}".strip())
    for scenario in CASES["scenarios"]
    for number, record in enumerate(records(scenario), 1)
]


@pytest.mark.parametrize(("scenario", "record"), ASKED)
def test_the_verdict_is_one_that_an_officer_would_defend(scenario: dict[str, Any], record: dict[str, str]) -> None:
    assert faults(scenario, record) == [], scenario["why"]


def test_each_scenario_has_a_name_of_its_own_and_says_why() -> None:
    names = [scenario["name"] for scenario in CASES["scenarios"]]
    assert len(names) == len(set(names))
    assert all(scenario["why"] for scenario in CASES["scenarios"])
