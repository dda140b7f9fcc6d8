"""The result rows of an audit as columns of small numbers: about sixty bytes a row, read a row group at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from app.audits.definitions import REQUIRABLE
from app.files.headers import header_key
from app.files.results import RESULT_COLUMNS

Ints = NDArray[np.int64]
Small = NDArray[np.int8]
Codes = NDArray[np.int32]
Marks = NDArray[np.bool_]

VERDICTS: Final = ("full", "partial", "none")
IDENTITIES: Final = ("confirmed", "probable", "not_established")
DECISIONS: Final = ("same", "not_same", "contradictory")  # what people decided about a land user
ENRICHED, DECISION, OTHERWISE = "enriched_from", "decision", "decision_verdict"  # columns that newer runs have
_COLUMNS: Final = (
    *("in_scope", "verdict", "category", "identity", "next_action", "personal_id", "findings", "file_findings"),
    *("full_name", "id_number", "birth_date", "sex", "commune_code", "parcel_id", "certificate_no"),
    *("parcel_commune_code", "source_sheet", "source_row", "error"),
)
_NO_CERTIFICATE: Final = "CHUACOGIAY"  # how pseudo-numbers of parcels without certificate begin (DOMAIN 4.4)
_FULL_DATE: Final = 10  # characters of YYYY-MM-DD
# Bits of `fields`: one for each column that may be required, then these.
FULL_DATE, ONE_COMMUNE = len(REQUIRABLE), len(REQUIRABLE) + 1


class Rows(NamedTuple):
    """All result rows of an audit; keys are 64-bit digests of texts, zero where there is none."""

    run: Small  # which job
    input: Ints  # the input row, counted over all jobs from 0
    reading: Small  # 0: a land user, 1: skipped, 2: could not be read
    in_scope: Marks
    verdict: Small  # of VERDICTS; -1: none decided
    identity: Small  # of IDENTITIES
    category: Codes  # of categories
    action: Codes  # of actions
    findings: Codes  # of finding_sets
    fields: Small  # bits: which of REQUIRABLE are there, FULL_DATE, ONE_COMMUNE
    person: Ints
    certificate: Ints
    parcel: Ints  # with its commune code, as numbers of parcels begin anew in each commune
    commune: Codes  # of communes, as the file writes it
    enriched: Marks
    decision: Small  # of DECISIONS; -1: nobody decided
    otherwise: Small  # of VERDICTS: the answer without the person who was decided not to be the one; -1: none
    group: Small  # of the parcel, from 1; 0: none
    categories: list[str]
    actions: list[str]
    finding_sets: list[str]  # codes joined by ";"
    communes: list[str]  # "" where there is none
    has_groups: bool

    def __len__(self) -> int:
        """How many result rows."""
        return len(self.run)


class _Vocabulary:
    """Texts numbered in the order in which they come."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def codes(self, column: Any) -> Codes:
        """The number of each text; an absent text is ""."""
        coded = pc.fill_null(column, "").dictionary_encode()
        places = [self.known.setdefault(text, len(self.known)) for text in coded.dictionary.to_pylist()]
        found: Codes = np.array(places, dtype=np.int32)[coded.indices.to_numpy()]
        return found

    @property
    def texts(self) -> list[str]:
        """All texts by their number."""
        return list(self.known)


def read_rows(results: Sequence[Path], *, group_headers: Sequence[str] = (), groups: Sequence[str] = ()) -> Rows:
    """The result rows of several runs, one run after the other."""
    reader = _Reader(group_headers, groups)
    for run, path in enumerate(results):
        reader.take(run, path)
    return reader.rows()


class _Reader:
    """Gathers columns piece by piece."""

    def __init__(self, group_headers: Sequence[str], groups: Sequence[str]) -> None:
        self._headers = frozenset(map(header_key, group_headers))
        self._groups = tuple(groups)
        self._words = {name: _Vocabulary() for name in ("category", "action", "findings", "commune")}
        self._pieces: dict[str, list[NDArray[Any]]] = {}
        self._inputs = self._places = 0
        self._has_groups = False

    def take(self, run: int, path: Path) -> None:
        """Read one run's results."""
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            group = next((name for name in names[len(RESULT_COLUMNS) :] if header_key(name) in self._headers), None)
            newer = [name for name in (ENRICHED, DECISION, OTHERWISE) if name in names]
            wanted = [*_COLUMNS, *newer, *([group] if group else [])]
            self._has_groups |= group is not None
            last: tuple[Any, Any] | None = None
            for table in _tables(file, wanted):
                last = self._take(run, table, group, last)
        self._inputs += 1  # the next run begins with another row

    def _take(self, run: int, table: Any, group: str | None, last: tuple[Any, Any] | None) -> tuple[Any, Any] | None:
        rows = table.num_rows
        if not rows:
            return last
        column = {name: table[name].combine_chunks() for name in table.column_names}
        reading = _reading(column["error"])
        self._add(
            run=np.full(rows, run, dtype=np.int8),
            input=self._input_rows(column, last),
            reading=reading,
            in_scope=_truth(column["in_scope"]),
            verdict=_known(column["verdict"], VERDICTS),
            identity=_known(column["identity"], IDENTITIES),
            category=self._words["category"].codes(column["category"]),
            action=self._words["action"].codes(column["next_action"]),
            findings=self._words["findings"].codes(_both(column["findings"], column["file_findings"])),
            fields=_fields(column),
            person=self._persons(column, reading == 0),
            certificate=_certificates(column["certificate_no"]),
            parcel=_parcels(column),
            commune=self._words["commune"].codes(column["parcel_commune_code"]),
            enriched=_filled(column[ENRICHED]) if ENRICHED in column else np.zeros(rows, dtype=np.bool_),
            decision=_known(column.get(DECISION, pa.nulls(rows, pa.string())), DECISIONS),
            otherwise=_known(column.get(OTHERWISE, pa.nulls(rows, pa.string())), VERDICTS),
            group=_grouped(column[group], self._groups) if group else np.zeros(rows, dtype=np.int8),
        )
        return column["source_sheet"][-1].as_py(), column["source_row"][-1].as_py()

    def _add(self, **columns: NDArray[Any]) -> None:
        for name, values in columns.items():
            self._pieces.setdefault(name, []).append(values)
        self._places += len(columns["run"])

    def _input_rows(self, column: dict[str, Any], last: tuple[Any, Any] | None) -> Ints:
        """The number of each row's input row: land users of one input row follow each other."""
        sheets = column["source_sheet"].dictionary_encode().indices.fill_null(-1).to_numpy()
        numbers = column["source_row"].fill_null(0).to_numpy()
        new = np.ones(len(numbers), dtype=np.int64)
        new[1:] = (numbers[1:] != numbers[:-1]) | (sheets[1:] != sheets[:-1])
        new[0] = last is not None and last != (column["source_sheet"][0].as_py(), column["source_row"][0].as_py())
        found: Ints = self._inputs + np.cumsum(new)
        self._inputs = int(found[-1])
        return found

    def _persons(self, column: dict[str, Any], people: Marks) -> Ints:
        """Who a land user is, as far as can be said: the person established, else number, else name and birth date."""
        number, name = column["id_number"], column["full_name"]
        written = pc.binary_join_element_wise(pc.fill_null(name, ""), pc.fill_null(column["birth_date"], ""), "|")
        key = pc.coalesce(
            pc.binary_join_element_wise("p", column["personal_id"], ":"),
            pc.binary_join_element_wise("n", number, ":"),
            pc.if_else(pc.is_valid(name), pc.binary_join_element_wise("w", written, ":"), pa.scalar(None, pa.string())),
        )
        found = _digests(key)
        placeholder = pc.fill_null(pc.equal(column["category"], "S7"), False).to_numpy(zero_copy_only=False)
        nameless = people & ((found == 0) | placeholder)
        # Nobody can say who these are: each is somebody of their own.
        found[nameless] = -1 - (self._places + np.flatnonzero(nameless))
        found[~people] = 0
        return found

    def rows(self) -> Rows:
        """Everything that was read."""
        whole = {name: np.concatenate(self._pieces.pop(name)) for name in tuple(self._pieces)} or _nothing()
        texts = {name: words.texts for name, words in self._words.items()}
        return Rows(
            **whole,
            categories=texts["category"],
            actions=texts["action"],
            finding_sets=texts["findings"],
            communes=texts["commune"],
            has_groups=self._has_groups,
        )


_KINDS: Final[dict[str, type[np.generic]]] = {
    **dict.fromkeys(("run", "reading", "verdict", "identity", "fields", "decision", "otherwise", "group"), np.int8),
    **dict.fromkeys(("category", "action", "findings", "commune"), np.int32),
    **dict.fromkeys(("input", "person", "certificate", "parcel"), np.int64),
    **dict.fromkeys(("in_scope", "enriched"), np.bool_),
}


def _nothing() -> dict[str, NDArray[Any]]:
    return {name: np.zeros(0, dtype=kind) for name, kind in _KINDS.items()}


def _tables(file: Any, wanted: Sequence[str]) -> Iterator[Any]:
    for group in range(file.num_row_groups):
        yield file.read_row_group(group, columns=list(wanted), use_threads=False)


def _reading(error: Any) -> Small:
    skipped = pc.fill_null(pc.starts_with(error, "skipped:"), False).to_numpy(zero_copy_only=False)
    unread = error.is_valid().to_numpy(zero_copy_only=False)
    return np.where(skipped, 1, np.where(unread, 2, 0)).astype(np.int8)


def _truth(column: Any) -> Marks:
    found: Marks = column.fill_null(False).to_numpy(zero_copy_only=False)
    return found


def _filled(column: Any) -> Marks:
    found: Marks = pc.fill_null(pc.not_equal(column, ""), False).to_numpy(zero_copy_only=False)
    return found


def _known(column: Any, words: Sequence[str]) -> Small:
    found: Small = pc.fill_null(pc.index_in(column, value_set=pa.array(words)), -1).to_numpy().astype(np.int8)
    return found


def _both(one: Any, other: Any) -> Any:
    return pc.utf8_trim(pc.binary_join_element_wise(pc.fill_null(one, ""), pc.fill_null(other, ""), ";"), ";")


def _fields(column: dict[str, Any]) -> Small:
    bits = np.zeros(len(column["sex"]), dtype=np.int8)
    for bit, name in enumerate(REQUIRABLE):
        bits |= _filled(column[name]).astype(np.int8) << bit
    lengths = pc.fill_null(pc.utf8_length(column["birth_date"]), 0).to_numpy()
    several = pc.fill_null(pc.match_substring(column["commune_code"], ";"), True).to_numpy(zero_copy_only=False)
    bits |= (lengths == _FULL_DATE).astype(np.int8) << FULL_DATE
    bits |= (~several & _filled(column["commune_code"])).astype(np.int8) << ONE_COMMUNE
    return bits


def _certificates(column: Any) -> Ints:
    pseudo = pc.starts_with(column, _NO_CERTIFICATE)
    return _digests(pc.if_else(pc.fill_null(pseudo, True), pa.scalar(None, pa.string()), column))


def _parcels(column: dict[str, Any]) -> Ints:
    commune = pc.fill_null(column["parcel_commune_code"], "")
    return _digests(pc.binary_join_element_wise(commune, column["parcel_id"], "\x1f"))


def _grouped(column: Any, groups: Sequence[str]) -> Small:
    """The group that a cell names, as `N2_GDC` names N2."""
    found = np.zeros(len(column), dtype=np.int8)
    cells = pc.fill_null(pc.utf8_upper(column), "")
    for number, group in enumerate(groups, start=1):
        found[pc.match_substring(cells, group.upper()).to_numpy(zero_copy_only=False)] = number
    return found


def _digests(column: Any) -> Ints:
    """A number for each text, the same on every machine; zero for none."""
    texts = pc.fill_null(column, "")
    from pandas.util import hash_array  # pandas takes a second to load: not when the service starts

    hashed = hash_array(texts.to_numpy(zero_copy_only=False), categorize=True).view(np.int64)
    # Keys of people whom nobody can tell apart are negative; a digest is never zero.
    found: Ints = np.abs(hashed >> 1) + 1
    found[~_filled(column)] = 0
    return found
