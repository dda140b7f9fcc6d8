"""Answers of the library as the JSON of the contract."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import sha256
from typing import Any

from app.errors import Language, Text
from app.keyed_digest import KeyedDigest
from app.matches.disclosure import sent, stated
from matching.answer import CandidateExplained, RecordAnswer, Stamp, SubjectAnswer
from matching.findings import FINDINGS, Finding
from matching.normalise.flags import FLAGS
from matching.normalise.gazetteer import gazetteer
from matching.records import CleanRecord, CleanSubject, NumberKind, Sex

Json = dict[str, Any]
_UNTOLD = {
    True: Text(
        "Đã so sánh; kết quả chỉ hiện với quyền match:disclose.",
        "Compared; how it compares is shown with match:disclose only.",
    ),
    False: Text("Hồ sơ không ghi.", "The record doesn't say."),
}
_STAMP = tuple(field.name for field in fields(Stamp))
_SEX = {Sex.UNKNOWN: None, Sex.MALE: "male", Sex.FEMALE: "female"}


@lru_cache(maxsize=1_024)
def person_reference(secret: bytes, client_id: int) -> Callable[[str], str]:
    """References to people that mean something to one client only (HMAC-SHA-256 of the personal number)."""
    own = KeyedDigest(hmac.digest(secret, f"client {client_id}".encode(), sha256))
    return lambda personal_id: own.of(personal_id.encode())[:32]


@dataclass(frozen=True, slots=True)
class Rendering:
    """How answers are told: in which language, with references of whose, and whether with what the register holds."""

    language: Language
    reference: Callable[[str], str]
    discloses: bool = False

    def record(self, answer: RecordAnswer) -> Json:
        """The answer for one record, without its stamp."""
        return {
            "record_id": answer.record_id,
            "verdict": answer.verdict._value_,
            "in_scope": answer.in_scope,
            "subjects": [self.subject(subject) for subject in answer.subjects],
        }

    def subject(self, answer: SubjectAnswer) -> Json:
        """The answer on one land user."""
        subject = answer.subject
        told = {
            "subject_no": subject.subject_no,
            "kind": subject.kind._value_,  # a member of an enumeration takes the JSON writer as long as ten strings
            "role": None if subject.role is None else subject.role._value_,
            "in_scope": answer.in_scope,
            "verdict": answer.verdict._value_,
            "category": answer.category,
            "identity": answer.identity._value_,
            "next_action": answer.next_action._value_,
            "match_probability": answer.match_probability,
            "match_weight": answer.match_weight,
            "person": self._person(answer) if answer.personal_id else None,
            "findings": [self._finding(finding) for finding in answer.findings],
            "normalised": normalised(subject),
            "explanation": None if answer.explanation is None else self._explanation(answer),
        }
        return told | {"proposed": answer.proposed} if self.discloses else told

    def _person(self, answer: SubjectAnswer) -> Json:
        person = {"person_ref": self.reference(answer.personal_id)}
        if self.discloses or sent(answer.subject, answer.personal_id):
            person["personal_id"] = answer.personal_id
        return person

    def _finding(self, finding: Finding) -> Json:
        text = FINDINGS[finding.code]
        return {
            "code": finding.code,
            "field": text.field,
            "severity": text.severity,
            "message": finding.message(self.language),
            "action": finding.action(self.language),
        }

    def _explanation(self, answer: SubjectAnswer) -> Json:
        if answer.explanation is None or not self.discloses:
            return self._withheld(answer)
        explanation = answer.explanation
        best = None if explanation.best is None else self.candidate(explanation.best)
        return {
            "prior_weight": explanation.prior_weight,
            "comparisons": [] if best is None else best["comparisons"],
            "candidates": explanation.candidates,
            "blocking_rules": [] if best is None else best["blocking_rules"],
            "nearest": [self.candidate(candidate) for candidate in explanation.nearest],
            "evidence_needed": [] if best is None else best["evidence_needed"],
            "narrowed": list(explanation.narrowed),
            "truncated": list(explanation.cut),
        }

    def _withheld(self, answer: SubjectAnswer) -> Json:
        """Which fields were compared, as the record itself shows; how they compared would confirm guesses."""
        texts = {said: text.told(self.language) for said, text in _UNTOLD.items()}
        return {
            "prior_weight": 0.0 if answer.explanation is None else answer.explanation.prior_weight,
            "comparisons": [
                {"field": name, "level": "withheld" if said else "missing", "weight": 0.0, "sentence": texts[said]}
                for name, said in stated(answer.subject).items()
            ],
            "candidates": None,
            "blocking_rules": [],
            "nearest": [],
            "evidence_needed": [],
            "narrowed": [],
            "truncated": [],
        }

    def candidate(self, candidate: CandidateExplained) -> Json:
        """How one candidate compares; it names nobody."""
        return {
            "comparisons": [
                {
                    "field": comparison.field,
                    "level": comparison.level,
                    "weight": comparison.weight,
                    "sentence": comparison.vi if self.language == "vi" else comparison.en,
                }
                for comparison in candidate.comparisons
            ],
            "match_weight": candidate.match_weight,
            "match_probability": candidate.match_probability,
            "blocking_rules": list(candidate.blocking_rules),
            "evidence_needed": [
                {
                    "fields": list(evidence.fields),
                    "verdict": evidence.verdict,
                    "category": evidence.category,
                    "sentence": evidence.vi if self.language == "vi" else evidence.en,
                }
                for evidence in candidate.evidence_needed
            ],
        }

    def clean(self, record: CleanRecord) -> Json:
        """A clean record, each flag with the rule behind it."""
        return {
            "record_id": record.record_id,
            "subjects": [self._clean_subject(subject, record) for subject in record.subjects],
            "gazetteer": gazetteer().version,
        }

    def _clean_subject(self, subject: CleanSubject, record: CleanRecord) -> Json:
        values = normalised(subject)
        values["flags"] = list(dict.fromkeys((*values["flags"], *record.flags)))
        return {
            "subject_no": subject.subject_no,
            "kind": subject.kind,
            "role": subject.role,
            **values,
            "status_claimed": subject.status_claimed,
            "changes": [self._flag(code) for code in values["flags"]],
        }

    def _flag(self, code: str) -> Json:
        flag = FLAGS[code]
        return {"code": code, "field": flag.field, "message": flag.vi if self.language == "vi" else flag.en}


def normalised(subject: CleanSubject) -> Json:
    """A land user's clean values; flags of all its fields, in the order of the fields."""
    personal = [n.value for n in subject.numbers if n.kind is NumberKind.PERSONAL]
    old = (NumberKind.CMND9, NumberKind.PASSPORT, NumberKind.OTHER)
    birth = subject.birth_date
    flags = [*subject.flags]
    for number in subject.numbers:
        flags += number.flags
    if birth is not None:
        flags += birth.flags
    flags += subject.address.flags
    communes = gazetteer().communes
    return {
        "full_name": subject.full_name,
        "personal_id": personal[0] if personal else None,
        "old_ids": [n.value for n in subject.numbers if n.kind in old],
        "birth_date": (str(birth.date) or None) if birth is not None else None,
        "sex": _SEX[subject.sex],
        "communes": [{"code": code, "name": communes[code].name} for code in subject.address.communes],
        "flags": list(dict.fromkeys(flags)),
    }


@lru_cache(maxsize=8)
def stamp(value: Stamp) -> Json:
    """The stamp of an answer, to be read only."""
    return {name: getattr(value, name) for name in _STAMP} | {"as_of": value.as_of.isoformat()}
