"""What is kept of an answer before it leaves: an entry of the access log with pseudonyms, and counts."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.access_log.entries import Entry, Subject
from app.access_log.log import AccessLog
from app.clients import Caller
from app.metrics import Metrics
from matching.answer import RecordAnswer, SubjectAnswer
from matching.records import CleanSubject, NumberKind


@dataclass(frozen=True, slots=True)
class Recorder:
    """Keeps what one request was told; nothing leaves before."""

    log: AccessLog
    metrics: Metrics
    caller: Caller
    request_id: str

    def answered(self, action: str, answers: Sequence[RecordAnswer]) -> None:
        """The answers on these records are about to leave; AccessLogUnavailable: they may not."""
        subjects = tuple(self._subject(subject) for answer in answers for subject in answer.subjects)
        self._keep(action, records=len(answers), subjects=subjects)
        self.metrics.decided((subject.verdict, subject.category) for answer in answers for subject in answer.subjects)

    def cleaned(self, action: str) -> None:
        """A record was cleaned; nobody was looked up."""
        self._keep(action, records=1, subjects=())

    def refused(self, action: str, *, records: int) -> None:
        """Records weren't looked for: their people were asked about too often."""
        self._keep(action, records=records, subjects=())

    def _keep(self, action: str, *, records: int, subjects: tuple[Subject, ...]) -> None:
        started = time.perf_counter()
        self.log.record(
            Entry(
                action,
                who=str(self.caller.client_id),
                purpose=self.caller.purpose,
                request_id=self.request_id,
                subjects=subjects,
                facts={"records": records, "credential_id": self.caller.credential},
            )
        )
        self.metrics.kept(time.perf_counter() - started)

    def _subject(self, answer: SubjectAnswer) -> Subject:
        named = bool(answer.personal_id)
        return Subject(
            asked=tuple(self.log.pseudonym(value) for value in asked_of(answer.subject)),
            person=self.log.pseudonym(answer.personal_id) if named else None,
            verdict=answer.verdict,
            category=answer.category,
            disclosed=named and self.caller.may("match:disclose"),
        )


def asked_of(subject: CleanSubject) -> list[str]:
    """By what a person was asked for: the numbers, or, without any, the name and the birth date."""
    numbers = [number.value for number in subject.numbers if number.kind is not NumberKind.UNREADABLE]
    if numbers:
        return numbers
    birth = "" if subject.birth_date is None else str(subject.birth_date.date)
    return [f"{subject.full_name or ''}|{birth}"] if subject.full_name or birth else []
