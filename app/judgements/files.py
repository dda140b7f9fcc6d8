"""Judgements as a file: the words in force, one a line (NDJSON), to be carried to another service or used as labels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.judgements import store
from app.judgements.errors import JudgementFileInvalid
from app.judgements.service import effects
from app.judgements.store import NOBODY, Case, Chair, Judgement, Word
from matching.fingerprint import FINGERPRINT_LENGTH

MAX_TEXT = 1_000  # characters of a reason
_NAMES = {"list": 200, "record_id": 200, "reviewer": 120, "reason": MAX_TEXT}  # and their most characters
_FINGERPRINT = re.compile(rf"[0-9a-f]{{{FINGERPRINT_LENGTH}}}")
_PERSON = re.compile(r"(?:[0-9]{12})?")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")  # no database stores these


def lines(judgements: Iterable[Judgement]) -> Iterator[str]:
    """Each judgement as a line; an empty personal_id means none of the people shown."""
    for one in judgements:
        case = one.case
        yield json.dumps(
            {
                "list": case.list_name,
                "record_id": case.record_id,
                "subject_no": case.subject_no,
                "fingerprint": case.fingerprint,
                "personal_id": "" if case.personal_id == NOBODY else f"{case.personal_id:012d}",
                "chair": one.chair,
                "judgement": one.word,
                "reason": one.reason,
                "reviewer": one.reviewer,
                "judged_at": one.judged_at.isoformat(),
            },
            ensure_ascii=False,
        )


def take(session: Session, text: Iterable[str]) -> int:
    """Add the judgements of a file, in its order, and say how many were new.

    A word that stands in force already with the same reviewer is not said twice. JudgementFileInvalid names the line;
    the caller's transaction then takes nothing.
    """
    taken = 0
    for number, line in enumerate(text, start=1):
        if not line.strip():
            continue
        case, chair, said = _read(line, number)
        last = store.last(session, case, chair)
        if last is not None and (last.word, last.reviewer, last.reason) == (
            said["word"],
            said["reviewer"],
            said["reason"],
        ):
            continue
        store.add(session, case, chair=chair, replaces=None if last is None else last.id, **said)
        taken += 1
    return taken


def labels(text: Iterable[str]) -> Iterator[dict[str, str]]:
    """The judgements of a file as rows of a truth file: who a land user is, or that it is nobody of the register.

    Of whom nobody could tell, and whom reviewers dispute, nothing is told; nor where only one person was ruled out.
    """
    said = []
    for number, line in enumerate(text, start=1):
        if line.strip():
            case, chair, values = _read(line, number)
            now = values.pop("now")
            said.append(Judgement(number, case, chair, judged_at=now, replaces_id=None, undoes_id=None, **values))
    for (record_id, subject_no), found in effects(said).items():
        for effect in found:
            if effect.same is not None:
                person = f"{effect.same.case.personal_id:012d}"
            elif effect.not_same == {NOBODY} and not effect.contradictory:
                person = ""
            else:
                continue
            yield {"record_id": record_id, "subject_no": str(subject_no), "personal_id": person}


def _read(line: str, number: int) -> tuple[Case, Chair, dict[str, Any]]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise JudgementFileInvalid(line=number, reason="not JSON") from None
    if not isinstance(row, dict):
        raise JudgementFileInvalid(line=number, reason="not a JSON object")
    for name, most in _NAMES.items():
        value = row.get(name, "")
        if not isinstance(value, str) or len(value) > most or (not value and name != "reason"):
            raise JudgementFileInvalid(line=number, reason=f"{name}: text of at most {most} characters")
        if _NO_TEXT.search(value):
            raise JudgementFileInvalid(line=number, reason=f"{name}: NUL or half a character")
    try:
        chair, word = Chair(row.get("chair", "first")), Word(row.get("judgement", ""))
        judged_at = datetime.fromisoformat(row.get("judged_at", ""))
        judged_at.astimezone(UTC)  # the last hours of the calendar are outside it in another zone
    except (ValueError, TypeError, OverflowError):
        raise JudgementFileInvalid(line=number, reason="chair, judgement or judged_at") from None
    person, fingerprint, subject_no = row.get("personal_id", ""), row.get("fingerprint"), row.get("subject_no")
    if judged_at.tzinfo is None:
        raise JudgementFileInvalid(line=number, reason="judged_at: a time zone is missing")
    if not isinstance(person, str) or not _PERSON.fullmatch(person):
        raise JudgementFileInvalid(line=number, reason="personal_id: 12 digits, or empty")
    if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
        raise JudgementFileInvalid(line=number, reason="fingerprint")
    if not isinstance(subject_no, int) or isinstance(subject_no, bool) or not 0 < subject_no < 1_000:
        raise JudgementFileInvalid(line=number, reason="subject_no")
    case = Case(row["list"], row["record_id"], subject_no, fingerprint, int(person or NOBODY))
    said = {"word": word, "reason": row.get("reason", ""), "reviewer": row["reviewer"], "now": judged_at}
    return case, chair, said
