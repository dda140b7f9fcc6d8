"""One request's questions: attempts counted, the work bounded in time, the answers cut to what the caller may see."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.clients import Caller
from app.clients.errors import AttemptsExceeded
from app.errors import ServiceError
from app.matches.attempts import Attempts
from app.matches.disclosure import limited
from app.matches.errors import OutOfTime
from app.matches.recorded import Recorder
from app.matches.service import Matcher
from app.matches.store import Standing
from matching.answer import RecordAnswer
from matching.link import Question, link
from matching.normalise import normalise
from matching.records import CleanRecord, RawRecord
from matching.verdict import Verdict

DISCLOSE: Final = "match:disclose"
# Between two looks at the clock: ordinary records, or a few whose cells are as long as they may be (60 ms each).
_SLICE_RECORDS, _SLICE_CHARACTERS = 200, 60_000
Told = RecordAnswer | ServiceError


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one request may ask."""

    attempts: int  # different questions a day about one name or number; 0: any number
    seconds: float  # after which no further record is begun


@dataclass(frozen=True, slots=True)
class Asking:
    """The caller's questions to the matcher."""

    matcher: Matcher
    kept: Recorder
    caller: Caller
    attempts: Attempts
    bounds: Bounds
    clock: Callable[[], float] = field(default=time.monotonic)

    @property
    def discloses(self) -> bool:
        """Whether the caller may see what the register holds."""
        return self.caller.may(DISCLOSE)

    def question(self, *, explain: bool, standing: Standing | None = None) -> Question:
        """What is asked; of what stands now, or stood when it was read for this request."""
        return self.matcher.question(explain=explain, now=standing)

    def answers(self, action: str, raws: Sequence[RawRecord], question: Question) -> list[Told]:
        """For each record its answer as the caller may see it, or why it gets none; kept in the access log before."""
        until = self.clock() + self.bounds.seconds
        told: list[Told] = []
        for part in slices(raws):
            if told and self.clock() > until:
                told += [OutOfTime(seconds=round(self.bounds.seconds))] * len(part)
            else:
                told += self._part(action, part, question)
        return told

    def _part(self, action: str, raws: Sequence[RawRecord], question: Question) -> list[Told]:
        clean = [normalise(raw, as_of=question.as_of) for raw in raws]
        if self.discloses:  # neither counted nor cut
            answers = link(clean, question)
            self.kept.answered(action, answers)
            return [*answers]
        refused = [self._too_often(record) for record in clean]
        asked = [record for record, error in zip(clean, refused, strict=True) if error is None]
        answers = link(asked, question)
        self.kept.answered(action, answers)
        if len(asked) < len(clean):
            self.kept.refused("match.refused", records=len(clean) - len(asked))
        rest = iter(answers)
        return [self._told(next(rest), question) if error is None else error for error in refused]

    def _too_often(self, record: CleanRecord) -> AttemptsExceeded | None:
        if not self.bounds.attempts:
            return None
        try:
            self.attempts.asked(self.caller.client_id, record.subjects, limit=self.bounds.attempts)
        except AttemptsExceeded as error:
            return error
        return None

    def _told(self, answer: RecordAnswer, question: Question) -> Told:
        if self.bounds.attempts:
            people = [(subject.subject, subject.personal_id) for subject in answer.subjects if subject.personal_id]
            try:
                self.attempts.found(self.caller.client_id, people, limit=self.bounds.attempts)
            except AttemptsExceeded as error:
                return error
        return limited(answer, question.model)


def slices(raws: Sequence[RawRecord]) -> Iterator[Sequence[RawRecord]]:
    """The records in their order, in parts of bounded work."""
    if len(raws) == 1:
        yield raws
        return
    start = characters = 0
    for at, raw in enumerate(raws):
        characters += sum(len(cell or "") for cell in (raw.full_name, raw.id_number, raw.birth_date, raw.address))
        if at + 1 - start == _SLICE_RECORDS or characters >= _SLICE_CHARACTERS:
            yield raws[start : at + 1]
            start, characters = at + 1, 0
    if start < len(raws):
        yield raws[start:]


def says_nobody(told: Sequence[Told]) -> bool:
    """Whether somebody in these answers wasn't found: their time has to say no more than that."""
    return any(
        isinstance(answer, ServiceError) or any(subject.verdict is Verdict.NONE for subject in answer.subjects)
        for answer in told
    )
