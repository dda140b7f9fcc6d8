"""The land users behind result rows: the record as the file has it, and its clean form as the run compared it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from app.engines.errors import StageNotDone
from app.engines.folder import RunFolder
from app.engines.result_chunks import counts_of, read_result_chunk
from app.engines.source_chunks import read_source_chunk
from matching.normalise import normalise
from matching.records import CleanRecord, RawRecord


class LandUser(NamedTuple):
    """The record behind one result row; the subject with that number is the land user."""

    place: int  # of the row in the results
    raw: RawRecord
    record: CleanRecord
    subject_no: int


def land_users(run: RunFolder, places: Sequence[int]) -> Iterator[LandUser]:
    """The land users behind these places of a finished run's results, by ascending place; StageNotDone if it isn't.

    A place whose row holds no land user (a row that could not be read) is left out.
    """
    plan = run.read_plan()
    chunks = run.result_chunks()
    ends = list(accumulate(_rows_out(run, chunk, plan.digest) for chunk in chunks))
    for at, group in groupby(sorted(set(places)), key=lambda place: bisect_right(ends, place)):
        if at == len(chunks):
            return
        first = ends[at - 1] if at else 0
        results = read_result_chunk(run.chunk(chunks[at]), ["subject_no"])["subject_no"]
        numbers = results.fill_null(0).to_numpy()
        # Each row of the source table makes result rows numbered from 1, or a single one without a number.
        owners = np.cumsum(numbers <= 1) - 1
        source = read_source_chunk(run.source(chunks[at]))
        for place in group:
            within = place - first
            if numbers[within]:
                table = source.table.take(pa.array([int(owners[within])]))
                (raw,) = replace(source, table=table).raws()
                yield LandUser(place, raw, normalise(raw, as_of=plan.as_of), int(numbers[within]))


def _rows_out(run: RunFolder, chunk: int, plan: str) -> int:
    counts = counts_of(run.chunk(chunk), plan)
    if counts is None:
        raise StageNotDone(name=run.chunk(chunk).name)
    return counts.rows_out
