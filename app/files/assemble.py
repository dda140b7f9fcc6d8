"""Assembles blocks of cells into land users: who stands in a row, what is no record, and what a row inherits.

Work is done by column, because files of millions of rows come through here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from app.files.blocks import Block, Cell, cell_text
from app.files.inherit import GROUPS, Inheritance, RowNo, read_row_no
from app.files.knowledge import Knowledge
from app.files.layout import Layout, Part
from app.files.person_columns import birth_date_cells, birth_dates, full_names, id_numbers
from app.files.rows import LandBatch, PartColumns, Texts
from app.files.signatures import Signatures
from app.files.text_columns import Marks, TextColumn, cell_texts, longest, rows_at, text_column
from matching.normalise import legacy_encodings
from matching.normalise.text import fold, repair
from matching.records import MAX_CELL, Role


class Assembler:
    """Turns the blocks of one table, in order, into batches; it remembers what the next rows may inherit."""

    def __init__(self, sheet: str, layout: Layout, knowledge: Knowledge) -> None:
        self._sheet = sheet
        self._layout = layout
        self._knowledge = knowledge
        self._inheritance = Inheritance()
        self._signatures = Signatures()

    def batch(self, block: Block) -> LandBatch:
        """The block's rows as land users."""
        layout, texts = self._layout, _TextColumns(block)
        block = replace(block, errors={**block.errors, **_too_long(block, [texts[column] for column in layout.read])})
        shared = {name: self._decoded(name, texts[column]) for name, column in layout.shared.items()}
        people = [{name: self._decoded(name, texts[at]) for name, at in part.fields.items()} for part in layout.parts]
        named = _named(people, shared)
        row_numbers = self._row_numbers(block)
        skipped = self._skipped(block, texts, shared, named, row_numbers)
        known = [*shared.values(), *(texts for columns in people for texts in columns.values())]
        signatures = self._signatures.rows(block, known)
        skipped |= {place: "no_record" for place in signatures if skipped.get(place) in (None, "parcel_only")}
        inherited: frozenset[int] = frozenset()
        texts_of: dict[str, Texts] = dict(shared)
        if row_numbers is not None:
            texts_of, inherited = self._inheritance.fill(
                row_numbers, texts_of, skipped | dict.fromkeys(block.errors, "error")
            )
        shared = {name: text_column(column) for name, column in _with_parcels(texts_of).items()}
        ids = self._record_ids(block, shared)
        out = skipped.keys() | block.errors.keys()
        return LandBatch(
            source_sheet=self._sheet,
            source_rows=range(block.first_row, block.first_row + block.rows),
            parts=tuple(
                self._part(block, place, people[place], shared, ids=ids, present=present)
                for place, present in enumerate(_presence(named, out))
            ),
            skipped=skipped,
            errors=block.errors,
            inherited=inherited,
            carried=[block.columns[column] for column in layout.carried],
            cells=block.columns,
        )

    def _decoded(self, name: str, texts: TextColumn) -> TextColumn:
        """The column in Unicode, where it alone is in an old encoding."""
        encoding = self._knowledge.decoded.get(name)
        return texts if encoding is None else text_column([text and _decoded(text, encoding) for text in texts])

    def _row_numbers(self, block: Block) -> list[RowNo] | None:
        """What the STT cells say; None where the table has no such column."""
        column = self._layout.shared.get("row_no")
        return None if column is None else list(map(read_row_no, block.columns[column]))

    def _skipped(
        self,
        block: Block,
        texts: _TextColumns,
        shared: Mapping[str, TextColumn],
        named: Sequence[Marks],
        row_numbers: Sequence[RowNo] | None,
    ) -> dict[int, str]:
        """The places of rows that are no records, with the reason."""
        skipped: dict[int, str] = {}
        nobody = np.flatnonzero(~np.logical_or.reduce(named)).tolist()
        for place, row in zip(nobody, rows_at(block.columns, nobody), strict=True):
            if place not in block.errors:
                continues = row_numbers is not None and row_numbers[place] is RowNo.BLANK
                reason = _why_nobody(row, shared, place, continues=continues)
                if reason is not None:
                    skipped[place] = reason
        for at in {0, *(self._layout.shared.get(name, 0) for name in ("row_no", "record_id")), *self._name_columns()}:
            headers = tuple(filter(None, self._layout.columns[at].texts))
            suspects = _suspects(texts[at], headers)
            for place, (text,) in zip(suspects, rows_at([texts[at]], suspects), strict=True):
                if place in block.errors:
                    continue
                if text in headers:
                    skipped[place] = "header"
                elif _TOTAL.fullmatch(repair(str(text)[:80]).lower()):
                    skipped[place] = "total"
        return skipped

    def _name_columns(self) -> list[int]:
        return [part.fields["full_name"] for part in self._layout.parts if "full_name" in part.fields]

    def _record_ids(self, block: Block, shared: Mapping[str, TextColumn]) -> TextColumn:
        """The file's own ids; else sheet and row."""
        own = shared.get("record_id")
        if own is not None and not own.array.null_count:
            return own
        numbers = pa.array(np.arange(block.first_row, block.first_row + block.rows)).cast(pa.string())
        rows = pc.binary_join_element_wise(f"{self._sheet}!", numbers, "") if self._sheet else numbers
        return TextColumn(rows if own is None else pc.coalesce(own.array, rows))

    def _part(
        self,
        block: Block,
        place: int,
        columns: Mapping[str, TextColumn],
        shared: Mapping[str, TextColumn],
        *,
        ids: TextColumn,
        present: Marks,
    ) -> PartColumns:
        """One land user of every row, under the names of RawRecord's fields."""
        part = self._layout.parts[place]
        made: dict[str, Texts | None] = {
            **{name: shared.get(name) for name in _SHARED_FIELDS},
            **{name: columns.get(name) for name in _OWN_FIELDS},
            "record_id": ids if not place else TextColumn(pc.binary_join_element_wise(ids.array, part.name, ":")),
            "full_name": full_names(columns),
            "id_number": id_numbers(columns),
            "birth_date": birth_dates(columns),
            "organisation_name": None if part.name else shared.get("organisation_name"),
        }
        made["role"] = self._roles(block.rows, part, made)
        cells = None
        if not block.all_text and "birth_date" in part.fields and (texts := made["birth_date"]):
            cells = birth_date_cells(block.columns[part.fields["birth_date"]], texts)
        elif not block.all_text and "birth_year" in part.fields and (texts := made["birth_date"]):
            cells = birth_date_cells(block.columns[part.fields["birth_year"]], texts)
        return PartColumns(
            part=part.name,
            columns={name: text_column(texts) for name, texts in made.items() if texts is not None},
            birth_date_cells=cells,
            present=present,
            encoding=self._knowledge.encoding,
            sex_derived=self._knowledge.sex_derived,
        )

    def _roles(self, rows: int, part: Part, made: Mapping[str, Texts | None]) -> Texts | None:
        """The role as written, else the part's own; the person beside an organisation is its representative."""
        roles: Texts | None = made["role"]
        if part.role is not None:
            roles = [role or part.role.value for role in roles] if roles else [part.role.value] * rows
        organisations, forms = made.get("organisation_name"), made.get("legal_form")
        if part.name or not (organisations or (forms and self._layout.representatives)):
            return roles
        nothing = TextColumn(pa.nulls(rows, pa.string()))
        given = nothing if roles is None else text_column(roles)
        bodies = (nothing if organisations is None else text_column(organisations)).given
        speaks = (nothing if made["full_name"] is None else text_column(made["full_name"])).given
        if self._layout.representatives:
            kinds = np.fromiter(map(_is_organisation, forms or nothing), dtype=np.bool_, count=rows)
            speaks = speaks & (bodies | kinds)
        else:
            speaks = speaks & bodies & ~given.given
        return TextColumn(pc.if_else(pa.array(speaks), Role.REPRESENTATIVE.value, given.array))


# "Tổng", "Tổng cộng: 25 thửa", "Cộng 25"; but "Cộng đồng dân cư thôn 3" and "Tổng công ty …" own land, and without
# accents Tống and Công are names: what follows must be a count or nothing.
_TOTAL: Final = re.compile(
    r"(?:tổng(?: cộng| số)?|cộng|tong cong|tong so)(?:\s*(?:[:.=–-]|\d|thửa\b|giấy\b|hộ\b|diện tích\b|gcn\b).{0,60})?"
    r"|tong|cong",
    re.DOTALL,
)
_LIKE_TOTAL: Final = tuple(
    start for word in ("tổ", "tô", "to", "cộ", "cô", "co") for start in (word, word.upper(), word.capitalize())
)
_SHARED_FIELDS: Final = ("parcel_id", "parcel_commune_code", "certificate_no", "encoding")
_OWN_FIELDS: Final = ("sex", "address", "role", "legal_form", "card_qr")
_IDENTIFYING: Final = (
    *("full_name", "surname_middle", "given_name", "id_number", "old_id_number", "card_qr"),
    *("birth_date", "birth_day", "birth_month", "birth_year"),
)
_MAKE_A_RECORD: Final = frozenset(
    ("record_id", "certificate_no", *(name for group in GROUPS[2:] for name in group)),
)


class _TextColumns:
    """The columns of a block as text, each made once."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self._made: dict[int, TextColumn] = {}

    def __getitem__(self, column: int) -> TextColumn:
        if column not in self._made:
            self._made[column] = cell_texts(self._block.columns[column])
        return self._made[column]


def _too_long(block: Block, columns: Iterable[TextColumn]) -> dict[int, str]:
    """The places of rows with a cell that is read and longer than a record may hold by any door."""
    found: dict[int, str] = {}
    for texts in columns:
        if longest(texts.array) > MAX_CELL:
            lengths = pc.fill_null(pc.utf8_length(texts.array), 0).to_numpy(zero_copy_only=False)
            found |= dict.fromkeys(np.flatnonzero(lengths > MAX_CELL).tolist(), "row_too_long")
    return {place: code for place, code in found.items() if place not in block.errors}


def _named(people: Sequence[Mapping[str, TextColumn]], shared: Mapping[str, TextColumn]) -> list[Marks]:
    """For each part and row, whether anybody is named by name, number or birth date; organisations count as holders."""
    named = []
    for place, columns in enumerate(people):
        identifying = [columns[name].given for name in _IDENTIFYING if name in columns]
        if not place and "organisation_name" in shared:
            identifying.append(shared["organisation_name"].given)
        named.append(np.logical_or.reduce(identifying))
    return named


def _presence(named: Sequence[Marks], out: Iterable[int]) -> list[Marks]:
    """For each part and row, whether a land user comes of it: the holder too where nobody at all is named."""
    holder, *others = named
    records = np.ones(len(holder), dtype=np.bool_)
    records[list(out)] = False
    somebody_else = np.logical_or.reduce(others) if others else np.zeros(len(holder), dtype=np.bool_)
    return [(holder | ~somebody_else) & records, *(other & records for other in others)]


def _suspects(texts: TextColumn, headers: Sequence[str]) -> list[int]:
    """The places of texts that begin like a total or a header."""
    starts = "|".join(map(re.escape, (*_LIKE_TOTAL, *headers)))
    found: list[int] = pc.indices_nonzero(pc.match_substring_regex(texts.array, f"^(?:{starts})")).to_pylist()
    return found


def _why_nobody(row: Sequence[Cell], shared: Mapping[str, TextColumn], place: int, *, continues: bool) -> str | None:
    """Why a row that names nobody is skipped; None where it is the record of a land user of whom nothing is known."""
    if not any(map(cell_text, row)):
        return "blank"
    if any(shared[name][place] for name in _MAKE_A_RECORD & shared.keys()):
        return "parcel_only" if continues else None
    return "no_record"


def _with_parcels(shared: dict[str, Texts]) -> dict[str, Texts]:
    """The shared columns with a parcel id of commune, map sheet and parcel number where the file has none.

    The cadastral map's numbers come before those that the certificate states.
    """
    sheets, numbers = (
        [shared[name] for name in names if name in shared]
        for names in (("map_sheet_no", "certificate_map_sheet_no"), ("parcel_no", "certificate_parcel_no"))
    )
    if not sheets or not numbers:
        return shared
    rows = len(sheets[0])
    own = shared.get("parcel_id", [None] * rows)
    communes = shared.get("parcel_commune_code", [None] * rows)
    made = [
        parcel or (_parcel_id(commune, sheet, number) if sheet and number else None)
        for parcel, commune, sheet, number in zip(own, communes, _first(sheets), _first(numbers), strict=True)
    ]
    return {**shared, "parcel_id": made}


def _parcel_id(commune: str | None, sheet: str, number: str) -> str:
    return f"{commune}_{sheet}_{number}" if commune else f"{sheet}_{number}"


def _first(columns: Sequence[Texts]) -> Iterator[str | None]:
    return (next(filter(None, texts), None) for texts in zip(*columns, strict=True))


def _is_organisation(form: str | None) -> bool:
    return form is not None and fold(form) == "to chuc"


@lru_cache(maxsize=65_536)
def _decoded(text: str, encoding: str) -> str:
    return legacy_encodings.decode_cell(text, encoding)
