"""What an answer says to a client that may not see the register: its own words judged, nothing that it didn't know.

Without `match:disclose` an answer depends on what was sent and on the verdict; of what differs it names the field, not
how near the guess was. Tables that a data protection officer can check; the reasons are in docs/security.md.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from matching.answer import Explanation, RecordAnswer, SubjectAnswer
from matching.compare import COMPARISONS
from matching.findings import Finding
from matching.model import Model
from matching.records import CleanSubject, IdentityNumber, NumberKind, Sex, Trust
from matching.verdict import Action, Identity, Verdict

# What is told of each finding about somebody who is named; "" is nothing.
TOLD: Final[dict[str, str]] = {
    # The field differs: one word, whether by an accent or altogether.
    **dict.fromkeys(
        (
            *("name.other_name", "name.accents_lost", "name.variant", "name.abbreviated", "name.one_typo"),
            *("name.accents", "name.middle_dropped", "name.reordered", "name.middle_differs", "name.differs"),
        ),
        "name.differs",
    ),
    **dict.fromkeys(
        (
            *("id.one_off", "id.old_conflict", "id.old_guessed", "id.old_differs", "id.differs"),
            *("id.held_by_other", "id.belongs_to_spouse", "id.unknown", "id.old_too_young"),
        ),
        "id.differs",
    ),
    **dict.fromkeys(("birth_date.year_in_disguise", "birth_date.swapped", "birth_date.differs"), "birth_date.differs"),
    "sex.contradicts": "sex.contradicts",
    "id.old": "id.old",
    "id.cancelled": "id.old",
    "name.spelling": "name.spelling",  # full all the same: the spelling isn't what was asked
    # The caller's own record shows it.
    **{
        code: code
        for code in (
            *("name.missing", "id.missing", "id.zero_restored", "id.repaired", "id.invalid"),
            *("birth_date.missing", "birth_date.year_only", "birth_date.month_only", "sex.derived"),
            *("address.commune_split", "S3", "S6", "household.members_unknown", "record.incomplete"),
            *("record.organisation", "record.foreign", "record.placeholder", "record.not_established"),
            *("S2a", "S2b", "S2c"),
        )
    },
    # What only the register knows: where somebody lives, whether she is dead, who else is there.
    **dict.fromkeys(("address.differs", "S1a", "S1b", "S1c"), ""),
    **dict.fromkeys(("candidates.several", "candidates.unsure", "candidates.truncated", "record.not_found"), ""),
}

# Of findings about nobody, only those that the record itself shows.
_OF_THE_RECORD: Final = frozenset(
    {
        *("sex.derived", "address.commune_split", "S3", "S6", "household.members_unknown", "S2c"),
        *("record.organisation", "record.foreign", "record.placeholder"),
    }
)

# A partial category names what differs, not how near it was.
_FAMILY: Final[dict[str, str]] = {
    "P1a": "P1",
    "P1b": "P1",
    "P1c": "P1",
    "P2a": "P2",
    "P2b": "P2",
    "P2c": "P2",
    "P2d": "P2",
    "P3": "P3",
    "P5a": "P5",
    "P5d": "P5",
    "P6": "P6",
    "P7": "P7",
    "P8": "P9",
    "P9": "P9",
}
WITHHELD: Final = "U0"  # nobody is established; why, only the register could tell
INCOMPLETE: Final = "U3"


def limited(answer: RecordAnswer, model: Model) -> RecordAnswer:
    """The answer as a client without `match:disclose` gets it."""
    return replace(answer, subjects=tuple(_subject(subject, model) for subject in answer.subjects))


def sent(subject: CleanSubject, personal_id: str) -> bool:
    """Whether the caller's record has this very number, as written or without its leading zeros."""
    return any(number.value == personal_id for number in _current_numbers(subject))


def _subject(answer: SubjectAnswer, model: Model) -> SubjectAnswer:
    named = _named if answer.verdict is not Verdict.NONE else _nobody
    told = replace(named(answer, model), proposed={}, match_weight=None)
    return told if answer.explanation is None else replace(told, explanation=_explained(answer.explanation))


def _named(answer: SubjectAnswer, model: Model) -> SubjectAnswer:
    """A person is named: which fields differ, and the threshold that the probability passed."""
    codes = dict.fromkeys(TOLD.get(finding.code, "") for finding in answer.findings)
    findings = tuple(Finding(code) for code in codes if code)
    if answer.verdict is Verdict.FULL:
        return replace(answer, findings=findings, match_probability=model.full_probability)
    return replace(
        answer,
        category=_family(answer),
        identity=Identity.PROBABLE,
        next_action=Action.OFFICE,
        findings=findings,
        match_probability=model.partial_probability,
    )


def _family(answer: SubjectAnswer) -> str:
    family = _FAMILY.get(answer.category, "P9")
    written = any(number.trust is Trust.AS_WRITTEN for number in _current_numbers(answer.subject))
    # The number was repaired: seen in the record. It is nearly right, or nobody's: seen in the register only.
    return "P9" if family in ("P6", "P7") and written else family


def _nobody(answer: SubjectAnswer, _model: Model) -> SubjectAnswer:
    """Nobody is named: whether somebody was near, or several, or the number is another's, isn't told."""
    findings = [finding for finding in answer.findings if finding.code in _OF_THE_RECORD]
    if not answer.in_scope:
        return replace(answer, findings=tuple(findings), match_probability=0.0)
    complete = _complete(answer.subject)
    code = "record.not_established" if complete else "record.incomplete"
    return replace(
        answer,
        category=WITHHELD if complete else INCOMPLETE,
        identity=Identity.NOT_ESTABLISHED,
        next_action=Action.OFFICE if complete else Action.FIELD,
        findings=(Finding(code), *findings),
        match_probability=0.0,
    )


def _complete(subject: CleanSubject) -> bool:
    """Whether the record itself says enough to look for somebody: a name, and a year or a number."""
    dated = subject.birth_date is not None and subject.birth_date.date.year > 0
    return bool(subject.full_name) and (dated or bool(_current_numbers(subject)))


def _current_numbers(subject: CleanSubject) -> list[IdentityNumber]:
    return [n for n in subject.numbers if n.kind is NumberKind.PERSONAL and n.trust >= Trust.ZERO_RESTORED]


def _explained(explanation: Explanation) -> Explanation:
    """Nothing of the comparison: every level would confirm or refute what was sent."""
    return Explanation(explanation.prior_weight, 0, None)


def stated(subject: CleanSubject) -> dict[str, bool]:
    """For each field that is compared, whether the record says anything about it."""
    birth = subject.birth_date
    said = {
        "name": bool(subject.full_name),
        "id_number": any(number.kind is not NumberKind.UNREADABLE for number in subject.numbers),
        "birth_date": birth is not None and birth.date.year > 0,
        "sex": subject.sex is not Sex.UNKNOWN,
        "address": bool(subject.address.communes),
    }
    return {comparison.field: said[comparison.field] for comparison in COMPARISONS}
