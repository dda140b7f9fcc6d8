"""Progress between two audits of one area: what moved from none to partial to full, and what fell back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from app.audits.errors import AreasDiffer
from app.audits.folder import AuditFolder
from app.audits.rows import VERDICTS
from app.audits.store import Audit
from app.engines.manifest import SourceManifest

Json = dict[str, Any]
Ints = NDArray[np.int64]
Small = NDArray[np.int8]
ABSENT: Final = "absent"
BY_ID, BY_CONTENT = "record_id", "parcel_certificate_name"
_STATES: Final = (*VERDICTS, ABSENT)  # full, partial, none: the smaller the better
_COLUMNS: Final = (
    *("record_id", "subject_no", "in_scope", "verdict"),
    *("parcel_commune_code", "parcel_id", "certificate_no", "full_name"),
)


def compare(earlier: tuple[Audit, AuditFolder], later: tuple[Audit, AuditFolder]) -> Json:
    """How land users and parcels moved between two audits; AreasDiffer where they are of different areas.

    A land user is the same by the record id where both lists have ids of their own, else by parcel, certificate and
    name. What stands twice counts with its weakest verdict; a parcel with the weakest of its people.
    """
    one, other = earlier[0], later[0]
    if one.area_code != other.area_code:
        raise AreasDiffer(one=one.area_code, other=other.area_code)
    folders = (earlier[1], later[1])
    key = BY_ID if all(map(_has_ids, folders)) else BY_CONTENT
    tables = [_table(folder) for folder in folders]
    people = [_weakest(_digests(table, key), table) for table in tables]
    parcels = [_weakest(_digests(table, "parcel"), table) for table in tables]
    moved = _moves(*people)
    return {
        "previous": {"id": one.id, "name": one.name, "day": one.day.isoformat()},
        "key": key,
        "land_users": moved,
        "parcels": _moves(*parcels),
        "improved": _directed(moved, better=True),
        "fell_back": _directed(moved, better=False),
    }


def _has_ids(folder: AuditFolder) -> bool:
    """Whether all lists of an audit number their land users."""
    texts = (run.manifest.read_text(encoding="utf-8") for run in folder.runs())
    return all(table.own_ids for text in texts for table in SourceManifest.from_json(text).tables)


def _table(folder: AuditFolder) -> Any:
    """The people in scope of all runs."""
    tables = [pq.read_table(run.results, columns=list(_COLUMNS), use_threads=False) for run in folder.runs()]
    table = pa.concat_tables(tables)
    return table.filter(pc.fill_null(table["in_scope"], False))


_KEYS: Final[dict[str, Sequence[str]]] = {
    BY_ID: ("record_id", "subject_no"),
    BY_CONTENT: ("parcel_commune_code", "parcel_id", "certificate_no", "full_name"),
    "parcel": ("parcel_commune_code", "parcel_id"),
}


def _digests(table: Any, key: str) -> Ints:
    """A number for each row's key; zero where the row can't be recognised again."""
    columns = [pc.fill_null(pc.cast(table[name], pa.string()), "") for name in _KEYS[key]]
    texts = pc.binary_join_element_wise(*columns, "\x1f").combine_chunks()
    from pandas.util import hash_array  # pandas takes a second to load: not when the service starts

    found: Ints = hash_array(texts.to_numpy(zero_copy_only=False), categorize=False).view(np.int64).copy()
    if key == "parcel":
        found[table["parcel_id"].combine_chunks().is_null().to_numpy(zero_copy_only=False)] = 0
    return found


def _weakest(keys: Ints, table: Any) -> tuple[Ints, Small]:
    """Each key once, and the weakest verdict beside it."""
    codes = pc.index_in(table["verdict"].combine_chunks(), value_set=pa.array(VERDICTS))
    verdicts = pc.fill_null(codes, len(VERDICTS) - 1).to_numpy().astype(np.int8)
    distinct, places = np.unique(keys[keys != 0], return_inverse=True)
    found = np.zeros(len(distinct), dtype=np.int8)
    np.maximum.at(found, places, verdicts[keys != 0])
    return distinct, found


def _moves(earlier: tuple[Ints, Small], later: tuple[Ints, Small]) -> dict[str, int]:
    """How many moved from each state to each other or stayed: "none->full"."""
    everything = np.union1d(earlier[0], later[0])
    before, after = (_states(everything, *side) for side in (earlier, later))
    counts = np.bincount(before.astype(np.int64) * len(_STATES) + after, minlength=len(_STATES) ** 2)
    return {
        f"{one}->{other}": int(counts[first * len(_STATES) + second])
        for first, one in enumerate(_STATES)
        for second, other in enumerate(_STATES)
        if (one, other) != (ABSENT, ABSENT)
    }


def _states(everything: Ints, keys: Ints, verdicts: Small) -> Small:
    found = np.full(len(everything), _STATES.index(ABSENT), dtype=np.int8)
    found[np.searchsorted(everything, keys)] = verdicts
    return found


def _directed(moved: dict[str, int], *, better: bool) -> int:
    """How many moved up, or down."""
    total = 0
    for pair, count in moved.items():
        before, after = (_STATES.index(state) for state in pair.split("->"))
        if _STATES.index(ABSENT) not in (before, after) and (after < before if better else after > before):
            total += count
    return total
