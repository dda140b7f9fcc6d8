"""Progress between two audits of one area: what moved from none to partial to full, and what fell back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from app.audits.areas import Unit, area_of, places_of
from app.audits.errors import AreasDiffer
from app.audits.folder import AuditFolder
from app.audits.rows import VERDICTS, Codes
from app.audits.store import Audit
from app.engines.manifest import SourceManifest
from matching.normalise.gazetteer import gazetteer

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


class _Side(NamedTuple):
    """One audit: its people in scope, and the present-day commune of each."""

    table: Any
    units: tuple[Unit, ...]
    unit: Codes  # of each row, of `units`


class _Known(NamedTuple):
    """What is recognised again: each key once, its weakest verdict, the commune of its first row."""

    keys: Ints
    verdicts: Small
    unit: Codes


def compare(earlier: tuple[Audit, AuditFolder], later: tuple[Audit, AuditFolder]) -> Json:
    """How land users and parcels moved between two audits; AreasDiffer where they are of different areas.

    A land user is the same by the record id where both lists have ids of their own, else by parcel, certificate and
    name. What stands twice counts with its weakest verdict; a parcel with the weakest of its people. Each is counted
    in the commune of its parcel as the later audit has it, else the earlier one; communes add up to the whole.
    """
    one, other = earlier[0], later[0]
    if one.area_code != other.area_code:
        raise AreasDiffer(one=one.area_code, other=other.area_code)
    folders = (earlier[1], later[1])
    key = BY_ID if all(map(_has_ids, folders)) else BY_CONTENT
    sides = [_side(folder, other.area_code) for folder in folders]
    units = list(dict.fromkeys(unit for side in reversed(sides) for unit in side.units))
    people = _moves([_known(side, key, units) for side in sides], len(units))
    parcels = _moves([_known(side, "parcel", units) for side in sides], len(units))
    whole = _told(people.sum(axis=0))
    return {
        "previous": {"id": one.id, "name": one.name, "day": one.day.isoformat()},
        "key": key,
        "land_users": whole,
        "parcels": _told(parcels.sum(axis=0)),
        "improved": _directed(whole, better=True),
        "fell_back": _directed(whole, better=False),
        "communes": [
            _commune(unit, _told(people[number]), _told(parcels[number]))
            for number, unit in sorted(enumerate(units), key=lambda pair: (pair[1].code == "", pair[1].code))
            if people[number].any() or parcels[number].any()
        ],
    }


def _commune(unit: Unit, people: dict[str, int], parcels: dict[str, int]) -> Json:
    directed = {"improved": _directed(people, better=True), "fell_back": _directed(people, better=False)}
    return {"code": unit.code, "name": unit.name, "land_users": people, "parcels": parcels, **directed}


def _side(folder: AuditFolder, area: str) -> _Side:
    table, units = _table(folder), gazetteer()
    coded = pc.fill_null(table["parcel_commune_code"].combine_chunks(), "").dictionary_encode()
    places = places_of(coded.dictionary.to_pylist(), area_of(area, units), units)
    unit = places.unit_of[coded.indices.to_numpy()] if len(coded) else np.zeros(0, dtype=np.int32)
    return _Side(table, places.units, unit)


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


def _known(side: _Side, key: str, units: Sequence[Unit]) -> _Known:
    """Each key of an audit once, with its weakest verdict and its commune, of all that either audit has."""
    keys = _digests(side.table, key)
    codes = pc.index_in(side.table["verdict"].combine_chunks(), value_set=pa.array(VERDICTS))
    verdicts = pc.fill_null(codes, len(VERDICTS) - 1).to_numpy().astype(np.int8)
    distinct, first, places = np.unique(keys[keys != 0], return_index=True, return_inverse=True)
    weakest = np.zeros(len(distinct), dtype=np.int8)
    np.maximum.at(weakest, places, verdicts[keys != 0])
    numbers = np.array([units.index(unit) for unit in side.units], dtype=np.int32)
    return _Known(distinct, weakest, numbers[side.unit[keys != 0][first]])


def _moves(sides: Sequence[_Known], units: int) -> Ints:
    """By unit, how many moved from each state to each other, or stayed."""
    everything = np.union1d(sides[0].keys, sides[1].keys)
    before, after = (_states(everything, side.keys, side.verdicts) for side in sides)
    unit = np.zeros(len(everything), dtype=np.int64)
    for side in sides:  # the later one has the last word
        unit[np.searchsorted(everything, side.keys)] = side.unit
    moves = (unit * len(_STATES) + before) * len(_STATES) + after
    found: Ints = np.bincount(moves, minlength=units * len(_STATES) ** 2).reshape(units, -1)
    return found


def _told(counts: Ints) -> dict[str, int]:
    """How many moved from each state to each other or stayed: "none->full"."""
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
