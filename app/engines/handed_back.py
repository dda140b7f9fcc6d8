"""The workbook of a finished run as it goes back to its owner: untouched but for our columns and proposed values."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from sqlalchemy.orm import Session

from app.engines.approved import approved_values
from app.engines.folder import RunFolder
from app.engines.manifest import SourceManifest
from app.files.errors import NoWorkbook
from app.files.formats import Format, file_format
from app.files.original import ALL_PROPOSALS, NO_PROPOSALS, Proposals, write_original

Wish = Literal["approved", "all", "none"]
WISHES: Final[tuple[Wish, ...]] = ("approved", "all", "none")


def check_workbook(run: RunFolder) -> None:
    """NoWorkbook where the input of the run can't be handed back as the workbook it was."""
    if file_format(run.input(run.read_plan())) is not Format.XLSX:
        raise NoWorkbook


def proposals_of(run: RunFolder, session: Session, wish: Wish, *, list_name: str) -> Proposals:
    """The proposed values that are to be written: those that people approved on the list, all of them, or none."""
    if wish == "approved":
        return Proposals.of(approved_values(run, session, list_name))
    return ALL_PROPOSALS if wish == "all" else NO_PROPOSALS


def hand_back(run: RunFolder, results: Path, target: Path, proposals: Proposals) -> int:
    """Write the workbook with what `results` says of its rows; says how many rows got it."""
    manifest = SourceManifest.from_json(run.manifest.read_text(encoding="utf-8"))
    headers = {table.sheet: table.header_row for table in manifest.tables}
    return write_original(run.input(run.read_plan()), results, target, headers=headers, proposals=proposals)
