"""The stages of a run: read the input into chunks, match each chunk, finish with what only the whole file shows.

Each stage may be broken off and run again: a finished file is kept, an unfinished one was never there. A file depends
on the input and the plan alone, so it is the same whoever writes it, and in whatever order.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from app.engines.counts import Counts
from app.engines.decisions import beside, read_decisions
from app.engines.errors import CodeChanged, InputChanged, StageNotDone
from app.engines.finish import Totals, finish
from app.engines.folder import RunFolder, remove_unfinished, write_text
from app.engines.manifest import SourceManifest, manifest_of
from app.engines.plan import RunPlan, code_version, content_hash
from app.engines.result_chunks import Matched, counts_of, write_result_chunk
from app.engines.source_chunks import SheetReading, is_source_chunk, read_source_chunk, write_source_chunk
from app.files import LandTable, read_land_file
from app.files.headers import header_key
from matching.link import Question, answered, asked_of
from matching.normalise import normalise_all

_NUMBERS_ROWS = frozenset(("stt", "tt", "id", "fid", "guid", "uuid", "objectid"))  # columns that count, and say nothing


class Progress(NamedTuple):
    """How far a stage is: rows done of all, and how many chunks are there."""

    stage: str  # survey, read, finish
    done: int
    total: int  # zero: not known
    chunks: int = 0


Done = Callable[[Progress], None]


def unwatched(progress: Progress) -> None:
    """Watches nothing."""


def unannounced(manifest: SourceManifest) -> None:
    """Is told how the input is read, and tells nobody."""


def read_stage(
    folder: Path, plan: RunPlan, *, done: Done = unwatched, opened: Callable[[SourceManifest], None] = unannounced
) -> SourceManifest:
    """Read the input into source chunks; each may be matched as soon as it is there.

    `opened` is told how the input is read before any row is: a manifest without chunks.
    Raises FileRefused, InputChanged, CodeChanged.
    """
    run = RunFolder(folder)
    check_code(plan)
    if run.manifest.exists():
        manifest = SourceManifest.from_json(run.manifest.read_text(encoding="utf-8"))
        opened(manifest)
        return manifest
    path = run.input(plan)
    if not path.is_file():
        raise InputChanged
    with _resting_collector():
        manifest = _read(run, plan, path, done, opened)
    write_text(run.manifest, manifest.to_json())
    return manifest


def _read(
    run: RunFolder, plan: RunPlan, path: Path, done: Done, opened: Callable[[SourceManifest], None]
) -> SourceManifest:
    """Write the source chunks of a file, and tell what they are."""
    with ThreadPoolExecutor(1) as hashing:
        found = hashing.submit(content_hash, path)
        try:
            file = read_land_file(
                path,
                sheet=plan.options.sheet,
                mapping=plan.options.mapping,
                text=plan.options.text,
                surveyed=lambda rows: done(Progress("survey", rows, 0)),
            )
        finally:  # nothing is said of a file that isn't the plan's
            if found.result() != plan.input_sha256:
                raise InputChanged
    opened(manifest_of(file, plan, chunks=(), records=0))
    chunks = list[int]()
    behind, people = 0, 0
    readings = {table.sheet: _reading(table, plan) for table in file.tables}
    for batch in file.batches(plan.rows_per_chunk):
        target = run.source(len(chunks))
        # A chunk that is there already was written by an earlier run of this stage, from the same input.
        if not is_source_chunk(target, plan.digest):
            write_source_chunk(target, batch, readings[batch.source_sheet])
        chunks.append(len(batch))
        people += sum(int(part.present.sum()) for part in batch.parts)
        behind += len(batch)
        done(Progress("read", behind, file.rows, len(chunks)))
    return manifest_of(file, plan, chunks=chunks, records=people)


def match_stage(folder: Path, chunk_no: int, question: Question) -> Counts:
    """Match one chunk; a chunk that is there already is kept, and its counts told."""
    run = RunFolder(folder)
    plan = run.read_plan()
    target = run.chunk(chunk_no)
    counts = counts_of(target, plan.digest)
    if counts is not None:
        return counts
    with _resting_collector():
        return _match(run, plan, chunk_no, question)


def _match(run: RunFolder, plan: RunPlan, chunk_no: int, question: Question) -> Counts:
    """Match a chunk; its rows and records are gone when the collector wakes, which would walk through all of them."""
    source = read_source_chunk(run.source(chunk_no))
    asked = asked_of(normalise_all(source.raws(whole=False), as_of=question.as_of))
    decided = beside(read_decisions(run, plan), asked.records, question)
    matched = Matched(asked, answered(asked, question), decided)
    return write_result_chunk(run.chunk(chunk_no), source, matched, plan=plan.digest)


@contextmanager
def _resting_collector() -> Iterator[None]:
    """Meanwhile the cyclic collector rests: rows and records hold no cycles, and their number would wake it often."""
    resting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()


def finish_stage(folder: Path, *, done: Done = unwatched) -> Totals:
    """Join the chunks, with the findings that only the whole file shows; StageNotDone if a chunk is missing."""
    run = RunFolder(folder)
    plan = run.read_plan()
    if run.totals.exists() and run.results.exists():
        return Totals.from_json(run.totals.read_text(encoding="utf-8"))
    if not run.manifest.exists():
        raise StageNotDone(name=run.manifest.name)
    manifest = SourceManifest.from_json(run.manifest.read_text(encoding="utf-8"))
    with _resting_collector():
        totals = finish(run, plan, manifest, lambda behind: done(Progress("finish", behind, manifest.rows)))
    write_text(run.totals, totals.to_json())
    remove_unfinished(folder)
    return totals


def check_code(plan: RunPlan) -> None:
    """Refuse a run of another version of the program: its results would not be the same."""
    if plan.code != code_version():
        raise CodeChanged(planned=plan.code, found=code_version())


def _reading(table: LandTable, plan: RunPlan) -> SheetReading:
    content = (place for place, header in enumerate(table.carried) if header_key(header) not in _NUMBERS_ROWS)
    kept = range(table.layout.width) if plan.options.keep_columns else ()
    return SheetReading(plan.digest, "record_id" in table.layout.shared, tuple(content), tuple(kept))
