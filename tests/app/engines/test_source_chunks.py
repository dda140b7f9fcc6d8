"""Source chunks give back the land users that a file holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.engines.source_chunks import SheetReading, read_source_chunk, write_source_chunk
from app.files import read_land_file
from matching.normalise import normalise_all
from tests.app.engines.conftest import AS_OF, Province


def test_a_chunk_gives_back_what_was_read_and_matching_needs_no_parcel_or_certificate(
    province: Province, tmp_path: Path
) -> None:
    file = read_land_file(province.land)
    [batch] = file.batches(10_000)
    path = tmp_path / "chunk.parquet"
    people = write_source_chunk(path, batch, SheetReading("plan", own_ids=True, content=(), kept=()))
    chunk = read_source_chunk(path)
    whole = chunk.raws()
    assert whole == [raw for row in batch.rows() for raw in row.raw]
    assert len(whole) == people
    some = chunk.raws(whole=False)
    assert some == [replace(raw, parcel_id=None, certificate_no=None, parcel_commune_code=None) for raw in whole]
    assert normalise_all(some, as_of=AS_OF) == normalise_all(whole, as_of=AS_OF)
