"""What an audit is fixed to, as digests; and the check, later, which of it is still the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow.parquet as pq

from app.audits.folder import AuditFolder
from app.engines.errors import PlanUnreadable
from app.engines.folder import RunFolder
from app.engines.plan import RunPlan, code_version, content_hash
from app.errors import Text
from matching.errors import InvalidModel
from matching.normalise.gazetteer import gazetteer
from matching.overlay import folders_of

GROUNDS: Final = {  # what may have changed, in the order in which it is told
    "input": Text("tệp nguồn", "input file"),
    "plan": Text("kế hoạch chạy", "plan of the run"),
    "model": Text("mô hình", "model"),
    "results": Text("kết quả đối chiếu", "results"),
    "working_files": Text("tệp trung gian", "working files"),
    "snapshot": Text("bản chụp CSDL dân cư", "register snapshot"),
    "register": Text("phiên bản CSDL dân cư", "register version"),
    "gazetteer": Text("danh mục đơn vị hành chính", "gazetteer"),
    "code": Text("phiên bản chương trình", "program version"),
    "definitions": Text("định nghĩa", "definitions"),
    "frozen": Text("bản ghi căn cứ", "record of the grounds"),
    "figures": Text("số liệu", "figures"),
    "report": Text("báo cáo đã ký", "signed report"),
    "rerun": Text("kết quả chạy lại", "results of a rerun"),
}


@dataclass(frozen=True, slots=True)
class FrozenRun:
    """One run of an audit; all digests are SHA-256."""

    job_id: str
    file_name: str
    input_sha256: str
    plan_sha256: str  # without the model
    model_sha256: str
    results_sha256: str
    working_sha256: str  # source and result chunks, decisions of people
    rows: int  # result rows
    judgements: int  # people's, on its list, that stand beside its answers


@dataclass(frozen=True, slots=True)
class FrozenRegister:
    """The register version that all runs were matched against."""

    id: int
    version: str
    scope: str
    statistics: str
    snapshot_sha256: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """All that the figures of an audit follow from."""

    area: str
    day: str
    as_of: str  # the day that the runs took for today
    model: str
    thresholds: dict[str, float]
    gazetteer: str
    code: str
    definitions: str
    register: FrozenRegister
    runs: tuple[FrozenRun, ...]

    def to_json(self) -> str:
        """The same text for the same grounds."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Frozen:
        """The grounds behind their JSON."""
        document = json.loads(text)
        document["register"] = FrozenRegister(**document["register"])
        document["runs"] = tuple(FrozenRun(**run) for run in document["runs"])
        return cls(**document)


class Check(NamedTuple):
    """Whether one ground is as it was; `run` counts from 1 where it is a run's."""

    ground: str
    same: bool
    run: int | None = None
    note: str = ""


def digest(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def freeze_run(run: RunFolder, *, job_id: str, file_name: str, judgements: int) -> FrozenRun:
    """The digests of a run as its files are now."""
    plan = run.read_plan()
    return FrozenRun(
        job_id,
        file_name,
        content_hash(run.input(plan)),
        plan_digest(run),
        digest(plan.model_document),
        content_hash(run.results),
        _files_digest(_working(run)),
        pq.ParquetFile(run.results).metadata.num_rows,
        judgements,
    )


def plan_digest(run: RunFolder) -> str:
    """What the plan says besides the model."""
    document = json.loads(run.plan.read_text(encoding="utf-8"))
    document.pop("model_document")
    return digest(json.dumps(document, sort_keys=True))


def snapshot_digest(folder: Path) -> str:
    """The content of all files of a snapshot, and of the one over which it lies."""
    return _files_digest(path for each in folders_of(folder) for path in each.iterdir() if path.is_file())


def _working(run: RunFolder) -> list[Path]:
    decided = [run.decisions] if run.decisions.exists() else []
    return [*decided, *map(run.source, run.source_chunks()), *map(run.chunk, run.result_chunks())]


def _files_digest(files: Iterable[Path]) -> str:
    lines = [f"{path.parent.name}/{path.name} {content_hash(path)}" for path in sorted(files)]
    return digest("\n".join(lines))


def run_checks(run: RunFolder, number: int, frozen: FrozenRun) -> list[Check]:
    """Which files of a run are as they were; a file that can't be read isn't."""
    return [
        Check("input", _same(frozen.input_sha256, lambda: content_hash(run.input(run.read_plan()))), number),
        Check("plan", _same(frozen.plan_sha256, lambda: plan_digest(run)), number),
        Check("model", _model_is(run, frozen.model_sha256), number),
        Check("results", _same(frozen.results_sha256, lambda: content_hash(run.results)), number),
        Check("working_files", _same(frozen.working_sha256, lambda: _files_digest(_working(run))), number),
    ]


def _model_is(run: RunFolder, expected: str) -> bool:
    """Whether the model of the plan is the one of then, and is what its version says."""
    try:
        document = json.loads(run.plan.read_text(encoding="utf-8"))
        plan = RunPlan.from_json(json.dumps(document))
        return digest(plan.model_document) == expected and plan.linkage_model.version == plan.model
    except (OSError, ValueError, PlanUnreadable, InvalidModel):
        return False


def ground_checks(frozen: Frozen, definitions: str) -> list[Check]:
    """Whether program, gazetteer and definitions are those of then."""
    return [
        Check("gazetteer", frozen.gazetteer == gazetteer().version, note=gazetteer().version),
        Check("code", frozen.code == code_version(), note=code_version()),
        Check("definitions", frozen.definitions == definitions, note=definitions),
    ]


def _same(expected: str, found: Any) -> bool:
    try:
        return bool(found() == expected)
    except (OSError, ValueError, KeyError, PlanUnreadable):
        return False


def changed(checks: Sequence[Check]) -> list[str]:
    """The grounds that are no longer the same, each once."""
    return list(dict.fromkeys(check.ground for check in checks if not check.same))


def read_frozen(folder: AuditFolder) -> Frozen:
    """What an audit is fixed to."""
    return Frozen.from_json(folder.frozen.read_text(encoding="utf-8"))
