"""The local engine: matches a land file batch by batch; every input row is accounted for in the output."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.files import LandFile, ResultRow, SourceRow
from matching.answer import RecordAnswer, SubjectAnswer
from matching.link import Question, match
from matching.records import NumberKind, RawRecord, Sex

BATCH = 5_000  # rows; the same for every run, so that memory is bounded by it
_SEX = {Sex.UNKNOWN: None, Sex.MALE: "male", Sex.FEMALE: "female"}


def match_file(file: LandFile, question: Question, *, done: Callable[[int], None]) -> Iterator[ResultRow]:
    """The result rows of a file in input order; `done` is told how many input rows are behind."""
    behind = 0
    for batch in file.batches(BATCH):
        rows = list(batch.rows())
        answers = iter(match([raw for row in rows for raw in row.raw], question))
        for row in rows:
            yield from _accounted(row, answers)
        behind += len(rows)
        done(behind)


def _accounted(row: SourceRow, answers: Iterator[RecordAnswer]) -> Iterator[ResultRow]:
    """The result rows of one input row: its subjects, or the reason why there are none."""
    for raw in row.raw:
        for subject in next(answers).subjects:
            yield _result(row, raw, subject)
    if not row.raw:
        reason = f"skipped:{row.skipped}" if row.skipped else row.error or "row_empty"
        yield ResultRow(source_sheet=row.source_sheet or None, source_row=row.source_row, error=reason)


def _result(row: SourceRow, raw: RawRecord, answer: SubjectAnswer) -> ResultRow:
    subject = answer.subject
    numbers = [number.value for number in subject.numbers if number.kind is not NumberKind.UNREADABLE]
    birth = subject.birth_date
    return ResultRow(
        record_id=raw.record_id,
        subject_no=subject.subject_no,
        kind=subject.kind,
        role=subject.role,
        in_scope=answer.in_scope,
        verdict=answer.verdict,
        category=answer.category,
        identity=answer.identity,
        next_action=answer.next_action,
        match_probability=answer.match_probability,
        match_weight=answer.match_weight,
        personal_id=answer.personal_id or None,
        findings=";".join(finding.code for finding in answer.findings) or None,
        full_name=subject.full_name,
        id_number=";".join(numbers) or None,
        birth_date=(str(birth.date) or None) if birth is not None else None,
        sex=_SEX[subject.sex],
        commune_code=";".join(subject.address.communes) or None,
        proposed_full_name=answer.proposed.get("full_name"),
        proposed_personal_id=answer.proposed.get("personal_id"),
        proposed_birth_date=answer.proposed.get("birth_date"),
        proposed_commune_code=answer.proposed.get("commune_code"),
        parcel_id=raw.parcel_id,
        certificate_no=raw.certificate_no,
        source_sheet=row.source_sheet or None,
        source_row=row.source_row,
    )
