"""The rows of a result file: one per subject, every input row accounted for (DESIGN, "Bulk output")."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

import pyarrow as pa

FILE_FINDINGS: Final = ("S2a", "S2b", "S2c")  # what only a whole file shows (DOMAIN 7)


class Kind(Enum):
    """How a result column is typed."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    TRUTH = "truth"


class ResultRow(NamedTuple):
    """The answer for one subject of one input row; for a skipped or unreadable row only source and `error`."""

    record_id: str | None = None
    subject_no: int | None = None
    kind: str | None = None
    role: str | None = None
    in_scope: bool | None = None
    verdict: str | None = None
    category: str | None = None
    identity: str | None = None
    next_action: str | None = None
    match_probability: float | None = None
    match_weight: float | None = None
    personal_id: str | None = None
    findings: str | None = None  # codes, joined by ";"
    file_findings: str | None = None  # codes, joined by ";"
    full_name: str | None = None
    id_number: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    commune_code: str | None = None
    proposed_full_name: str | None = None
    proposed_personal_id: str | None = None
    proposed_birth_date: str | None = None
    proposed_commune_code: str | None = None
    parcel_id: str | None = None
    certificate_no: str | None = None
    parcel_commune_code: str | None = None  # as the file says: for reports, never evidence
    source_sheet: str | None = None
    source_row: int | None = None
    error: str | None = None
    decision: str | None = None  # what a person decided, beside the verdict: same, not_same, contradictory
    decision_personal_id: str | None = None  # same: who it is; not_same: whom the machine names without that person
    decision_verdict: str | None = None  # not_same: the verdict without that person
    decision_category: str | None = None
    enriched_from: str | None = None  # the record carries an approved value of the register: version; date; approver


class ResultColumn(NamedTuple):
    """A result column: its name in the contract, its type, its Vietnamese caption and its width in a workbook."""

    name: str
    kind: Kind
    caption: str
    width: int


RESULT_COLUMNS: Final[tuple[ResultColumn, ...]] = (
    ResultColumn("record_id", Kind.TEXT, "Mã bản ghi", 16),
    ResultColumn("subject_no", Kind.INTEGER, "Người thứ", 8),
    ResultColumn("kind", Kind.TEXT, "Loại đối tượng", 12),
    ResultColumn("role", Kind.TEXT, "Vai trò", 12),
    ResultColumn("in_scope", Kind.TRUTH, "Thuộc phạm vi", 9),
    ResultColumn("verdict", Kind.TEXT, "Kết quả khớp", 12),
    ResultColumn("category", Kind.TEXT, "Nhóm", 8),
    ResultColumn("identity", Kind.TEXT, "Xác định được người", 15),
    ResultColumn("next_action", Kind.TEXT, "Việc tiếp theo", 12),
    ResultColumn("match_probability", Kind.NUMBER, "Xác suất khớp", 10),
    ResultColumn("match_weight", Kind.NUMBER, "Trọng số khớp", 10),
    ResultColumn("personal_id", Kind.TEXT, "Số định danh trong CSDL dân cư", 16),
    ResultColumn("findings", Kind.TEXT, "Phát hiện", 30),
    ResultColumn("file_findings", Kind.TEXT, "Phát hiện toàn tệp", 22),
    ResultColumn("full_name", Kind.TEXT, "Họ và tên (chuẩn hóa)", 26),
    ResultColumn("id_number", Kind.TEXT, "Số giấy tờ (chuẩn hóa)", 16),
    ResultColumn("birth_date", Kind.TEXT, "Ngày sinh (chuẩn hóa)", 12),
    ResultColumn("sex", Kind.TEXT, "Giới tính", 9),
    ResultColumn("commune_code", Kind.TEXT, "Mã xã thường trú", 10),
    ResultColumn("proposed_full_name", Kind.TEXT, "Đề xuất họ và tên", 26),
    ResultColumn("proposed_personal_id", Kind.TEXT, "Đề xuất số định danh", 16),
    ResultColumn("proposed_birth_date", Kind.TEXT, "Đề xuất ngày sinh", 12),
    ResultColumn("proposed_commune_code", Kind.TEXT, "Đề xuất mã xã", 10),
    ResultColumn("parcel_id", Kind.TEXT, "Mã thửa đất", 18),
    ResultColumn("certificate_no", Kind.TEXT, "Số phát hành GCN", 16),
    ResultColumn("parcel_commune_code", Kind.TEXT, "Mã xã của thửa", 10),
    ResultColumn("source_sheet", Kind.TEXT, "Trang tính", 12),
    ResultColumn("source_row", Kind.INTEGER, "Dòng", 8),
    ResultColumn("error", Kind.TEXT, "Lý do không xử lý", 20),
    ResultColumn("decision", Kind.TEXT, "Ý kiến rà soát", 12),
    ResultColumn("decision_personal_id", Kind.TEXT, "Số định danh theo rà soát", 16),
    ResultColumn("decision_verdict", Kind.TEXT, "Kết quả khi loại người đó", 12),
    ResultColumn("decision_category", Kind.TEXT, "Nhóm khi loại người đó", 8),
    ResultColumn("enriched_from", Kind.TEXT, "Làm giàu từ", 24),
)

DECISION_COLUMNS: Final = (
    *("decision", "decision_personal_id", "decision_verdict", "decision_category", "enriched_from"),
)
assert ResultRow._fields == tuple(column.name for column in RESULT_COLUMNS)

_ARROW: Final[dict[Kind, Any]] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.TRUTH: pa.bool_(),
}


def result_columns(kept: Sequence[str] = ()) -> tuple[ResultColumn, ...]:
    """The columns of results; `kept` are the headers of the input's own columns, which follow ours as text."""
    return (*RESULT_COLUMNS, *(ResultColumn(name, Kind.TEXT, name, 16) for name in kept_names(kept)))


def arrow_schema(columns: Sequence[ResultColumn]) -> Any:
    """The Arrow types of columns."""
    return pa.schema([(column.name, _ARROW[column.kind]) for column in columns])


def result_schema(kept: Sequence[str] = ()) -> Any:
    """The Arrow schema of results."""
    return arrow_schema(result_columns(kept))


def kept_names(headers: Sequence[str]) -> list[str]:
    """Names for columns that are carried along: their headers, made distinct from each other and from ours."""
    names: list[str] = []
    used = set(ResultRow._fields)
    for place, header in enumerate(headers, start=1):
        base = name = " ".join(header.split()) or f"column {place}"
        more = 1
        while name.casefold() in used:
            more += 1
            name = f"{base} ({more})"
        used.add(name.casefold())
        names.append(name)
    return names
