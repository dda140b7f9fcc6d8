"""What a reviewer sees of an item: the land user as written and as understood, the people it may be, what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import Final

from app.db import Database
from app.engines.folder import RunFolder
from app.engines.land_users import LandUser, land_users
from app.engines.plan import RunPlan
from app.engines.questions import question_of
from app.errors import Language
from app.judgements.store import NOBODY, Chair, Judgement
from app.matches.rendering import Json, Rendering, normalised
from app.register.people import ShownPerson, shown_people
from app.reviews.store import Item
from matching.answer import CandidateExplained, SubjectAnswer
from matching.link import Question, match
from matching.normalise.gazetteer import gazetteer
from matching.records import RawRecord

_KEPT: Final = 4  # questions of runs: their registers are mapped, not read
_RAW: Final = (  # of a raw record, what a reviewer reads
    *("full_name", "id_number", "birth_date", "sex", "address", "role", "legal_form", "organisation_name"),
    *("parcel_id", "parcel_commune_code", "certificate_no"),
)
MOST_FOUND: Final = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """An item as it was just looked at: its land user, the machine's answer, and the people it may be."""

    item: Item
    user: LandUser
    answer: SubjectAnswer
    people: tuple[tuple[ShownPerson, CandidateExplained], ...]

    def person(self, candidate_no: int) -> int | None:
        """The personal number of a candidate by its number, from 1."""
        inside = 1 <= candidate_no <= len(self.people)
        return self.people[candidate_no - 1][0].personal_id if inside else None


class Desk:
    """Looks at items of runs: matches their land users again, against the register version of the run."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database, self._data_dir = database, data_dir
        self._lock = Lock()
        self._questions: dict[str, Question] = {}

    def look(self, run: RunFolder, item: Item) -> Seen:
        """The item with the people that the machine named or held for near."""
        plan = run.read_plan()
        (user,) = land_users(run, [item.place])
        answer = self._answer(user.raw, plan, user.subject_no)
        return Seen(item, user, answer, self._people(plan, answer))

    def search(self, run: RunFolder, raw: RawRecord) -> tuple[tuple[ShownPerson, CandidateExplained], ...]:
        """The people of the run's register version who are nearest to what is asked."""
        plan = run.read_plan()
        return self._people(plan, self._answer(raw, plan, 1))[:MOST_FOUND]

    def known(self, run: RunFolder, personal_id: int) -> bool:
        """Whether the run's register version has this person."""
        return personal_id in shown_people(self._database, run.read_plan().register_id, [personal_id])

    def _answer(self, raw: RawRecord, plan: RunPlan, subject_no: int) -> SubjectAnswer:
        (answer,) = match([raw], self._question(plan))
        return next(one for one in answer.subjects if one.subject.subject_no == subject_no)

    def _people(self, plan: RunPlan, answer: SubjectAnswer) -> tuple[tuple[ShownPerson, CandidateExplained], ...]:
        explained = answer.explanation
        if explained is None:
            return ()
        near = (*((explained.best,) if explained.best is not None else ()), *explained.nearest)
        found = shown_people(self._database, plan.register_id, [int(one.personal_id) for one in near])
        return tuple((found[int(one.personal_id)], one) for one in near if int(one.personal_id) in found)

    def _question(self, plan: RunPlan) -> Question:
        with self._lock:
            if plan.digest not in self._questions:
                while len(self._questions) >= _KEPT:
                    self._questions.pop(next(iter(self._questions)))
                asked = question_of(plan, self._database, self._data_dir)
                self._questions[plan.digest] = replace(asked, explain=True)
            return self._questions[plan.digest]


def item_json(seen: Seen, chair: Chair, language: Language, words: Sequence[Judgement]) -> Json:
    """An item as a reviewer in this chair sees it; the second one doesn't see the first one's word."""
    item, answer = seen.item, seen.answer
    rendering = Rendering(language, lambda personal_id: personal_id, discloses=True)
    told = rendering.subject(answer)
    visible = [word for word in words if chair is not Chair.SECOND or word.chair is Chair.SECOND]
    return {
        "review_id": item.review_id,
        "number": item.number,
        "origin": item.origin,
        "chair": chair,
        "machine": {
            name: told[name]
            for name in ("verdict", "category", "identity", "next_action", "match_probability", "findings", "proposed")
        },
        "land_user": {
            "record_id": seen.user.raw.record_id,
            "subject_no": seen.user.subject_no,
            "as_written": {name: value for name in _RAW if (value := getattr(seen.user.raw, name)) is not None},
            "understood": normalised(answer.subject),
        },
        "candidates": people_json(seen.people, rendering, named=item.personal_id),
        "judgements": [word_json(word) for word in visible],
        "taken_until": None if item.taken_until is None else item.taken_until.isoformat(),
    }


def people_json(
    people: Sequence[tuple[ShownPerson, CandidateExplained]], rendering: Rendering, *, named: int = NOBODY
) -> list[Json]:
    """People with how they compare; a comparison that speaks against the person is marked."""
    return [
        {
            "candidate_no": number,
            "named": person.personal_id == named,
            "person": _person(person),
            **_compared(candidate, rendering),
        }
        for number, (person, candidate) in enumerate(people, start=1)
    ]


def word_json(word: Judgement) -> Json:
    """A judgement."""
    return {
        "id": word.id,
        "chair": word.chair,
        "judgement": word.word,
        "personal_id": None if word.case.personal_id == NOBODY else f"{word.case.personal_id:012d}",
        "reason": word.reason,
        "reviewer": word.reviewer,
        "judged_at": word.judged_at.isoformat(),
    }


def _person(person: ShownPerson) -> Json:
    communes = gazetteer().communes
    shown: Json = _fields(person) | {"personal_id": f"{person.personal_id:012d}"}
    shown["communes"] = [
        {"code": code, "name": communes[code].name} for code in shown.pop("commune_codes") if code in communes
    ]
    for name in ("other_names", "old_ids"):
        shown[name] = [part for part in shown[name].split(";") if part]
    return shown


def _fields(person: ShownPerson) -> Json:
    return dict(zip(ShownPerson._fields, person, strict=True))


def _compared(candidate: CandidateExplained, rendering: Rendering) -> Json:
    told = rendering.candidate(candidate)
    for comparison in told["comparisons"]:
        comparison["differs"] = comparison["weight"] < 0
    return {name: told[name] for name in ("comparisons", "match_weight", "match_probability", "blocking_rules")}
