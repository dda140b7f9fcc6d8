"""Progress: what moved between two audits of one area, in the whole and in each commune."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from app.audits.compare import compare
from app.audits.creating import NewAudit, create
from app.audits.definitions import default_definitions
from app.audits.service import AuditRoom
from app.audits.store import Audit


def changed(results: Path, commune: str, **values: str) -> tuple[int, int]:
    """Change the partial and full land users of a commune; how many of either there were, in scope."""
    rows = pq.read_table(results).to_pylist()
    here = [row for row in rows if row["in_scope"] and row["parcel_commune_code"] == commune]
    before = tuple(sum(row["verdict"] == verdict for row in here) for verdict in ("partial", "full"))
    schema = pq.read_schema(results)
    for row in here:
        row["verdict"] = values.get(row["verdict"], row["verdict"])
    results.unlink()  # a file of its own: the job has another name for the same bytes
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), results)
    return before[0], before[1]


def communes_of(results: Path) -> list[str]:
    """The codes in the file, those with the most land users first."""
    codes = [row for row in pq.read_table(results)["parcel_commune_code"].to_pylist() if row]
    return sorted(set(codes), key=lambda code: (-codes.count(code), code))


def test_what_moved_stands_beside_its_commune_and_communes_add_up(room: AuditRoom, audit: Audit) -> None:
    other = create(room, NewAudit(("job",), "68", "Sau", "thử", "A", default_definitions()), owner=None)
    folders = room.folder(audit.id), room.folder(other.id)
    better, worse = communes_of(folders[1].run(0).results)[:2]
    improved, _ = changed(folders[1].run(0).results, better, partial="full")
    _, fell = changed(folders[1].run(0).results, worse, full="none")
    assert improved
    assert fell
    found = compare((audit, folders[0]), (other, folders[1]))
    assert (found["improved"], found["fell_back"]) == (improved, fell)
    for unit in ("land_users", "parcels"):
        for pair, count in found[unit].items():
            assert sum(commune[unit][pair] for commune in found["communes"]) == count, pair
    moved = {each["code"]: (each["improved"], each["fell_back"]) for each in found["communes"]}
    assert sorted(pair for pair in moved.values() if any(pair)) == sorted([(improved, 0), (0, fell)])


def test_who_came_and_who_went_stand_in_the_commune_of_their_parcel(room: AuditRoom, audit: Audit) -> None:
    other = create(room, NewAudit(("job",), "68", "Sau", "thử", "A", default_definitions()), owner=None)
    folders = room.folder(audit.id), room.folder(other.id)
    results = folders[1].run(0).results
    gone = communes_of(results)[0]
    table = pq.read_table(results)
    kept = table.filter(pa.array([code != gone for code in table["parcel_commune_code"].to_pylist()]))
    results.unlink()
    pq.write_table(kept, results)
    found = compare((audit, folders[0]), (other, folders[1]))
    left = [
        each for each in found["communes"] if any(n for pair, n in each["land_users"].items() if "->absent" in pair)
    ]
    assert len(left) == 1
    back = compare((other, folders[1]), (audit, folders[0]))
    assert back["land_users"]["absent->full"] == found["land_users"]["full->absent"] > 0
