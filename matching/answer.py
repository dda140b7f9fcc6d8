"""What comes out: the answer for a land record and each of its subjects, as the contract names it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matching.findings import Finding
from matching.records import CleanSubject
from matching.verdict import Action, Identity, Verdict


@dataclass(frozen=True, slots=True)
class Stamp:
    """All that an answer depends on, besides the record itself."""

    model: str
    register: str
    register_scope: str
    statistics: str
    gazetteer: str
    judgements: int
    as_of: date
    service: str


@dataclass(frozen=True, slots=True)
class ComparisonExplained:
    """One comparison of an explanation: its level, weight in bits, and the level's sentence in both languages."""

    field: str
    level: str
    weight: float
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class EvidenceNeeded:
    """What would name a candidate, or name it with a stronger verdict, and the sentence for it in both languages."""

    fields: tuple[str, ...]  # that would have to agree with the candidate
    verdict: Verdict
    category: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class CandidateExplained:
    """How one candidate compares; the personal number is for those who may see the register, and never told as is."""

    comparisons: tuple[ComparisonExplained, ...]
    match_weight: float
    match_probability: float
    blocking_rules: tuple[str, ...]
    evidence_needed: tuple[EvidenceNeeded, ...] = ()
    personal_id: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a subject got its verdict: the prior, the best candidate, and for a none the nearest ones."""

    prior_weight: float
    candidates: int
    best: CandidateExplained | None
    nearest: tuple[CandidateExplained, ...] = ()
    narrowed: tuple[str, ...] = ()  # blocking rules of which a narrower key was asked
    cut: tuple[str, ...] = ()  # blocking rules that may have more people to offer than were compared


@dataclass(frozen=True, slots=True)
class SubjectAnswer:
    """The verdict on one land user; `personal_id` is empty unless the verdict names a person."""

    subject: CleanSubject
    in_scope: bool
    verdict: Verdict
    category: str
    identity: Identity
    next_action: Action
    match_probability: float  # four decimals, at most 0.9999
    match_weight: float | None  # bits; None where there was no candidate
    personal_id: str
    findings: tuple[Finding, ...]
    proposed: dict[str, str]
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """The answer for one land record: the weakest verdict of its subjects in scope."""

    record_id: str | None
    verdict: Verdict
    in_scope: bool
    subjects: tuple[SubjectAnswer, ...]
