"""The land record and the answers as the HTTP contract names them."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from app.matches.errors import EmptyRecord
from matching.normalise.legacy_encodings import ENCODINGS
from matching.records import MAX_CELL, RawRecord

MAX_BATCH = 1_000  # records in one batch
MAX_RECORD_ID = 200  # characters
_HALF = re.compile("[\ud800-\udfff]")


def _as_text(value: object) -> object:
    """Numbers are accepted where text is expected, as the caller's software holds them."""
    if isinstance(value, bool):
        return value  # refused by the type
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    return value


def _clean(text: str) -> str | None:
    if "\x00" in text:
        raise ValueError("a NUL character")
    if _HALF.search(text):
        raise ValueError("half a character (a lone surrogate)")
    return text if text.strip() else None


Cell = Annotated[
    str,
    StringConstraints(max_length=MAX_CELL),
    AfterValidator(_clean),
    BeforeValidator(_as_text, json_schema_input_type=str | int | float),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class LandRecord(_Strict):
    """A land user's record, text as found; numbers are accepted, empty text means absent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "record_id": "LD-000123",
                    "full_name": "Hộ ông Trần Văn Ba",
                    "id_number": "250123456",
                    "birth_date": "1985",
                    "sex": "Nam",
                    "address": "Thôn Tân Lập, X. Đinh Lạc, H. Di Linh, T. Lâm Đồng",
                }
            ]
        }
    )

    record_id: (
        Annotated[str, StringConstraints(max_length=MAX_RECORD_ID), AfterValidator(_clean), BeforeValidator(_as_text)]
        | None
    ) = None
    full_name: Cell | None = Field(None, description="Names as typed, several people in a cell included.")
    id_number: Cell | None = Field(None, description="Personal number, CMND, passport; several are allowed.")
    birth_date: Cell | None = None
    sex: Cell | None = None
    address: Cell | None = None
    role: Cell | None = None
    legal_form: Cell | None = None
    organisation_name: Cell | None = None
    parcel_id: Cell | None = None
    parcel_commune_code: Cell | None = None
    certificate_no: Cell | None = None
    card_qr: Cell | None = Field(None, description="The line in the QR code of the chip card.")
    encoding: Literal[*ENCODINGS] | None = Field(  # type: ignore[valid-type]
        None, description="The old encoding of name and address, if not Unicode."
    )

    def raw(self) -> RawRecord:
        """The raw record of the library; EmptyRecord if nothing in it could name anybody."""
        return _naming(RawRecord(**self.__dict__))  # its fields are those of the library's, by name


_NAMING = ("full_name", "id_number", "birth_date", "organisation_name", "card_qr")


def _naming(raw: RawRecord) -> RawRecord:
    if raw.full_name or raw.id_number or raw.birth_date or raw.organisation_name or raw.card_qr:
        return raw
    raise EmptyRecord(fields=", ".join(_NAMING))


class MatchRequest(_Strict):
    """One land record to match."""

    record: LandRecord
    explain: StrictBool = Field(False, description="Explain the verdict: levels, weights, blocking rules.")


_PLAIN: Final = frozenset(LandRecord.model_fields) - {"encoding"}
_NOT_PLAIN: Final = re.compile("[\x00\ud800-\udfff]")


def plain_record(content: Any) -> RawRecord | None:
    """The record of a request of short texts only, as the model would read it; None: let the model look.

    Most requests are of this kind, and the model calls two functions for each cell (35 µs; docs/decisions: what one
    question costs). EmptyRecord if nothing in the record could name anybody.
    """
    if type(content) is not dict or content.keys() != _RECORD_ONLY or type(content["record"]) is not dict:
        return None
    record = content["record"]
    if not record or not record.keys() <= _PLAIN or set(map(type, record.values())) != _TEXT_ONLY:
        return None
    text = "".join(record.values())
    if len(text) > MAX_CELL or len(record.get("record_id", "")) > MAX_RECORD_ID or _NOT_PLAIN.search(text):
        return None
    return _naming(RawRecord(**{name: value for name, value in record.items() if value.strip()}))


_RECORD_ONLY: Final = {"record"}
_TEXT_ONLY: Final = {str}


class BatchRequest(_Strict):
    """Up to 1,000 land records; a bad one gets its own error, the others their verdict."""

    records: Annotated[list[Any], Field(min_length=1, max_length=MAX_BATCH)] = Field(
        description="Land records as in `POST /v1/match`."
    )
    explain: StrictBool = False


class NormaliseRequest(_Strict):
    """One land record to clean."""

    record: LandRecord


class CommuneOut(BaseModel):
    """A present-day commune."""

    code: str
    name: str


class FindingOut(BaseModel):
    """What differs or is missing, and what to do."""

    code: str
    field: str
    severity: Literal["info", "fix", "check"]
    message: str
    action: str


class NormalisedOut(BaseModel):
    """A land user's values as the kernel read them."""

    full_name: str | None
    personal_id: str | None
    old_ids: list[str]
    birth_date: str | None
    sex: Literal["male", "female"] | None
    communes: list[CommuneOut]
    flags: list[str]


class FlagOut(BaseModel):
    """A change or doubt, and the rule behind it."""

    code: str
    field: str
    message: str


class NormalisedSubject(NormalisedOut):
    """A land user's clean values."""

    subject_no: int
    kind: Literal["person", "organisation", "community", "unknown"]
    role: str | None
    status_claimed: Literal["alive", "deceased", "missing"] | None
    changes: list[FlagOut] = Field(description="The flags with the rule behind each.")


class NormaliseAnswer(BaseModel):
    """A land record, clean."""

    record_id: str | None
    subjects: list[NormalisedSubject]
    gazetteer: str


class PersonOut(BaseModel):
    """The person named: a reference of the caller's own; the number where the caller may see it."""

    person_ref: str
    personal_id: str | None = None


class ComparisonOut(BaseModel):
    """One comparison: its level, its weight in bits and its sentence."""

    field: str
    level: str
    weight: float
    sentence: str


class EvidenceOut(BaseModel):
    """Evidence that would change the verdict: fields that would have to agree, and what the verdict would be then."""

    fields: list[str]
    verdict: Literal["full", "partial"]
    category: str
    sentence: str


class NearCandidate(BaseModel):
    """A candidate that was near but not named."""

    comparisons: list[ComparisonOut]
    match_weight: float
    match_probability: float
    blocking_rules: list[str]
    evidence_needed: list[EvidenceOut] = Field(description="What would name this candidate; none of its values.")


class ExplanationOut(BaseModel):
    """Why this verdict."""

    prior_weight: float
    comparisons: list[ComparisonOut]
    candidates: int | None = Field(description="How many people were compared; with `match:disclose` only.")
    blocking_rules: list[str]
    nearest: list[NearCandidate] = Field(description="For a none: the nearest candidates' levels; nobody is named.")
    evidence_needed: list[EvidenceOut] = Field(description="For a partial: what would make it full.")
    narrowed: list[str] = Field(description="Blocking rules that found too many people and asked for more in common.")
    truncated: list[str] = Field(description="Blocking rules that may have more people to offer than were compared.")


class SubjectOut(BaseModel):
    """The verdict on one land user."""

    subject_no: int
    kind: Literal["person", "organisation", "community", "unknown"]
    role: str | None
    in_scope: bool
    verdict: Literal["full", "partial", "none"]
    category: str
    identity: Literal["confirmed", "probable", "not_established"]
    next_action: Literal["none", "bulk", "office", "field", "police"]
    match_probability: float
    match_weight: float | None
    person: PersonOut | None
    findings: list[FindingOut]
    proposed: dict[str, str] | None = None
    normalised: NormalisedOut
    explanation: ExplanationOut | None = None


class StampOut(BaseModel):
    """All that an answer depends on besides the record."""

    model: str
    register_version: str = Field(alias="register")
    register_scope: str
    statistics: str
    gazetteer: str
    judgements: int
    as_of: date
    service: str


class RecordOut(BaseModel):
    """The weakest verdict of the land users in scope, and the verdict on each."""

    record_id: str | None
    verdict: Literal["full", "partial", "none"]
    in_scope: bool
    subjects: list[SubjectOut]


class MatchAnswer(RecordOut):
    """The answer for one land record."""

    stamp: StampOut


class ProblemOut(BaseModel):
    """An error as RFC 9457 describes it; it never holds personal data."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = []


class BatchItem(BaseModel):
    """One record of a batch: its own status, and its answer or its error."""

    index: int
    status: int
    answer: RecordOut | None = None
    error: ProblemOut | None = None


class BatchAnswer(BaseModel):
    """The answers for a batch, in the order of its records."""

    results: list[BatchItem]
    stamp: StampOut
