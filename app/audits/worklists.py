"""What each commune must now do: land users grouped by who acts and by owner, so that one visit serves all parcels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from app.audits.areas import Places, Unit
from app.audits.definitions import ACTORS, Definitions
from app.audits.folder import AuditFolder
from app.audits.guidance import CASE_OF, CATEGORIES, COMPLEX
from app.audits.rows import DECISION, DECISIONS, Ints, Marks, Rows
from app.engines.folder import RunFolder
from app.engines.result_chunks import read_result_chunk
from app.engines.source_chunks import read_source_chunk
from matching.findings import FINDINGS, Finding
from matching.normalise.gazetteer import gazetteer

AT_ONCE: Final = 200_000  # land users whose texts are held at a time
_DECIDED: Final = (DECISION, "decision_personal_id")  # newer runs have them
_RESULT: Final = (
    *("record_id", "subject_no", "category", "next_action", "personal_id", "findings", "file_findings", "full_name"),
    *(
        "id_number",
        "birth_date",
        "sex",
        "parcel_commune_code",
        "proposed_full_name",
        "proposed_birth_date",
        "proposed_commune_code",
        "parcel_id",
    ),
    *("certificate_no", "source_sheet", "source_row", *_DECIDED),
)
_WRITTEN: Final = ("full_name", "id_number", "birth_date", "sex", "address")
_MOST_PARCELS: Final = 30  # of an owner that are named


class WorkItem(NamedTuple):
    """One land user on one parcel, with both sides' values and what is to be done; absent values are empty."""

    actor: str
    owner: int  # key of the person: the same for all of an owner's items
    owner_name: str
    parcel: str
    certificate: str
    parcels: str  # all of the owner's in this commune
    record: str
    source: str  # sheet and row
    category: str
    differs: str
    decision: str  # what people said in review
    written_name: str
    written_number: str
    written_birth_date: str
    written_sex: str
    written_address: str
    register_name: str  # the next four: where the reader may see them
    register_number: str
    register_birth_date: str
    register_commune: str
    action: str
    paper: str
    deadline: str


@dataclass(frozen=True, slots=True)
class WorkLists:
    """The work lists of an audit: its rows, its communes, the day deadlines count from, and who reads them."""

    folder: AuditFolder
    rows: Rows
    places: Places
    definitions: Definitions
    day: date
    disclosing: bool
    _unit: Any = field(init=False, repr=False)  # of each row
    _wanted: Marks = field(init=False, repr=False)  # who needs something: to be acted on, or looked into
    _deadlines: Mapping[str, str] = field(init=False, repr=False)  # by who acts

    def __post_init__(self) -> None:
        """Find out once where each row belongs, and who needs something."""
        rows = self.rows
        nobody, nowhere = np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.int32)
        acts = np.array([action in ACTORS for action in rows.actions], dtype=np.bool_)
        look = np.array([_to_check(codes) for codes in rows.finding_sets], dtype=np.bool_)
        wanted = (rows.reading == 0) & (acts[rows.action] | look[rows.findings]) if len(rows) else nobody
        object.__setattr__(self, "_unit", self.places.unit_of[rows.commune] if len(rows) else nowhere)
        object.__setattr__(self, "_wanted", wanted)
        days = {actor: self.day + timedelta(days=days) for actor, days in self.definitions.deadlines.items()}
        object.__setattr__(self, "_deadlines", {actor: f"{day:%d/%m/%Y}" for actor, day in days.items()})

    def units(self) -> list[tuple[Unit, int]]:
        """Each commune, and how many land users need something there."""
        counts = np.bincount(self._unit[self._wanted], minlength=len(self.places.units)).tolist()
        return list(zip(self.places.units, counts, strict=True))

    def lists(self, units: Sequence[Unit]) -> Iterator[tuple[Unit, list[WorkItem]]]:
        """The items of these communes, commune after commune, each grouped by who acts and by owner."""
        counts = dict(self.units())
        batch: list[Unit] = []
        for unit in units:
            if batch and sum(counts[each] for each in (*batch, unit)) > AT_ONCE:
                yield from self._some(batch)
                batch = []
            batch.append(unit)
        yield from self._some(batch)

    def _some(self, units: Sequence[Unit]) -> Iterator[tuple[Unit, list[WorkItem]]]:
        numbers = [self.places.units.index(unit) for unit in units]
        within = np.isin(self._unit, numbers)
        wanted = np.flatnonzero(within & self._wanted)
        parcels = _Parcels(self.rows, self._unit, wanted)
        found: dict[int, list[WorkItem]] = {number: [] for number in numbers}
        first = 0
        for run in self.folder.runs():
            for table in joined_texts(run, first, wanted, parcels):
                for row in table.to_pylist():
                    found[int(self._unit[row["at"]])].append(self._item(row))
            first += pq.ParquetFile(run.results).metadata.num_rows
        for unit, number in zip(units, numbers, strict=True):
            named = [item._replace(parcels=parcels.of(number, item.owner)) for item in found.pop(number)]
            yield unit, sorted(named, key=lambda i: (ACTORS.index(i.actor), i.owner_name, i.owner, i.parcel, i.record))

    def _item(self, row: Mapping[str, Any]) -> WorkItem:
        told = _advice(row["category"], row["next_action"], row["findings"] or "", row["file_findings"] or "")
        number = (row["decision_personal_id"] if row[DECISION] == "same" else None) or row["personal_id"] or ""
        known = self.disclosing or number in (row["id_number"] or "").split(";")
        place = f"{row['source_sheet']}!" if row["source_sheet"] else ""
        return WorkItem(
            actor=told.actor,
            owner=int(self.rows.person[row["at"]]),
            owner_name=row["full_name"] or row["written_full_name"] or "",
            parcel=row["parcel_id"] or "",
            certificate=row["certificate_no"] or "",
            parcels="",
            record=f"{row['record_id']}/{row['subject_no']}",
            source=f"{place}{row['source_row']}",
            category=row["category"] or "",
            differs=told.differs,
            decision=_WORDS[row[DECISION] or ""],
            **{f"written_{name}": row[f"written_{column}"] or "" for name, column in _TOLD.items()},
            register_name=(row["proposed_full_name"] or "") if self.disclosing else "",
            register_number=number if known else "",
            register_birth_date=_day(row["proposed_birth_date"]) if self.disclosing else "",
            register_commune=_commune(row["proposed_commune_code"]) if self.disclosing else "",
            action=told.action,
            paper=told.paper,
            deadline=self._deadlines[told.actor],
        )


class _Advice(NamedTuple):
    """Who acts on a land user, what differs, what to do, which paper to ask for."""

    actor: str
    differs: str
    action: str
    paper: str


@lru_cache(maxsize=1 << 14)
def _advice(category: str | None, next_action: str | None, findings: str, file_findings: str) -> _Advice:
    """What the codes of a land user mean for whoever acts; the same codes stand beside many land users."""
    codes = [code for code in f"{findings};{file_findings}".split(";") if code]
    differs = [Finding(code).message("vi").replace("0 người", "nhiều người") for code in codes if _is_told(code)]
    guidance = CATEGORIES.get(category or "")
    cases = [COMPLEX[case] for case in dict.fromkeys(CASE_OF[code] for code in codes if code in CASE_OF)]
    actions = [] if guidance is None or next_action == "none" else [guidance.action_vi]
    papers = [each.paper_vi for each in (guidance, *cases) if each is not None and each.paper_vi]
    return _Advice(
        actor=next_action if next_action in ACTORS else "office",
        differs=" ".join(differs),
        action=" ".join(dict.fromkeys([*actions, *(case.action_vi for case in cases)])),
        paper="; ".join(dict.fromkeys(papers)),
    )


_WORDS: Final = {
    "": "",
    **dict(zip(DECISIONS, ("Đúng người này", "Không phải người này", "Ý kiến trái nhau"), strict=True)),
}
_TOLD: Final = {
    "name": "full_name",
    "number": "id_number",
    "birth_date": "birth_date",
    "sex": "sex",
    "address": "address",
}


class _Parcels:
    """The parcels of the owners who stand in work lists, by commune: those that need nothing too."""

    def __init__(self, rows: Rows, unit: Any, wanted: Ints) -> None:
        self._rows, self._unit = rows, unit
        owners = np.unique(np.stack((unit[wanted], rows.person[wanted]), axis=1), axis=0)
        self._owners = {(int(one), int(owner)) for one, owner in owners}
        self._units = np.unique(unit[wanted])
        self._people = np.unique(rows.person[wanted])
        self._found: dict[tuple[int, int], dict[str, None]] = {}

    def gather(self, first: int, texts: Any) -> None:
        """Note the parcels of a slice of rows that begins at `first`."""
        at = np.arange(first, first + len(texts))
        near = at[np.isin(self._unit[at], self._units) & np.isin(self._rows.person[at], self._people)]
        for place, parcel in zip(near.tolist(), texts.take(pa.array(near - first)).to_pylist(), strict=True):
            key = (int(self._unit[place]), int(self._rows.person[place]))
            if parcel and key in self._owners:
                self._found.setdefault(key, {})[parcel] = None

    def of(self, unit: int, owner: int) -> str:
        """All parcels of an owner in a commune."""
        found = list(self._found.get((unit, owner), {}))
        more = f" … (+{len(found) - _MOST_PARCELS})" if len(found) > _MOST_PARCELS else ""
        return "; ".join(found[:_MOST_PARCELS]) + more


def joined_texts(
    run: RunFolder, first: int, wanted: Ints, parcels: _Parcels | None = None, *, more: Sequence[str] = ()
) -> Iterator[Any]:
    """The texts of wanted rows of a run, chunk by chunk: results, and what the land file says ("written_…").

    `first` is the place of the run's first row among all rows; `wanted` are places among all rows, ascending. The
    column `at` is the place among all rows.
    """
    at = first
    with pq.ParquetFile(run.results) as file:
        names = file.schema_arrow.names
        slices = _Slices(file, (*(name for name in _RESULT if name in names), *more))
        for chunk in run.result_chunks():
            numbers = read_result_chunk(run.chunk(chunk), ["subject_no"])["subject_no"].fill_null(0).to_numpy()
            table = slices.take(len(numbers))
            if parcels is not None:
                parcels.gather(at, table["parcel_id"].combine_chunks())
            begin, end = np.searchsorted(wanted, (at, at + len(numbers)))
            within = wanted[begin:end] - at
            if len(within):
                owners = np.cumsum(numbers <= 1) - 1  # of the source table's rows: app.engines.land_users
                source = read_source_chunk(run.source(chunk)).table
                some = table.take(pa.array(within))
                for name in (name for name in _DECIDED if name not in names):
                    some = some.append_column(name, pa.nulls(len(within), pa.string()))
                for name in _WRITTEN:
                    absent = pa.nulls(len(within), pa.string())
                    known = name in source.column_names
                    column = source[name].take(pa.array(owners[within])) if known else absent
                    some = some.append_column(f"written_{name}", column)
                yield some.append_column("at", pa.array(within + at))
            at += len(numbers)


class _Slices:
    """A results file in pieces of any size, one after the other."""

    def __init__(self, file: Any, columns: Sequence[str]) -> None:
        self._file, self._columns, self._group = file, list(columns), 0
        self._left: Any = None

    def take(self, rows: int) -> Any:
        """The next rows."""
        while self._left is None or self._left.num_rows < rows:
            if self._group == self._file.num_row_groups:
                break
            more = self._file.read_row_group(self._group, columns=self._columns, use_threads=False)
            self._left = more if self._left is None else pa.concat_tables([self._left, more])
            self._group += 1
        assert self._left is not None
        found, self._left = self._left.slice(0, rows), self._left.slice(rows)
        return found


def _to_check(codes: str) -> bool:
    return any(FINDINGS[code].severity == "check" for code in codes.split(";") if code in FINDINGS)


def _is_told(code: str) -> bool:
    return (code in FINDINGS and FINDINGS[code].severity != "info") or code in CASE_OF


def _day(date: str | None) -> str:
    """A date as far as it is known, day first."""
    return "/".join(reversed((date or "").split("-")))


def _commune(code: str | None) -> str:
    commune = gazetteer().communes.get(code or "")
    return (code or "") if commune is None else f"{commune.name} ({code})"
