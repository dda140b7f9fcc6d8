"""Opens a land file of any format, says how it will be read, and hands on its rows: the door of this room."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.files.assemble import Assembler
from app.files.blocks import HEADER_WITHIN, Block, Table
from app.files.encodings import FOUND_OUT, TextEncoding, TextReading, named_encoding, text_encoding
from app.files.errors import HeaderMissing, SheetMissing
from app.files.formats import NAMED, Format, file_format
from app.files.header_table import SHEETS_OF_INSTRUCTIONS
from app.files.headers import Column, find_header, header_key
from app.files.hints import Hint
from app.files.json_lines import JsonLinesTable
from app.files.knowledge import Knowledge, Survey
from app.files.layout import Layout, bare_header, lay_out
from app.files.parquet_files import ParquetTable
from app.files.rows import LandBatch, SourceRow
from app.files.text_files import TextTable
from app.files.workbooks import Workbook

_BLOCK: Final = 2_000  # rows


@dataclass(frozen=True, slots=True)
class LandTable:
    """How one sheet is read, or the whole file where there are no sheets."""

    sheet: str
    layout: Layout
    knowledge: Knowledge

    @property
    def header_row(self) -> int:
        """The row that holds the labels; 0 where the format or the caller names the columns."""
        return self.layout.header_row

    @property
    def rows(self) -> int:
        """The rows after the header, records or not."""
        return self.knowledge.rows

    @property
    def mapping(self) -> Mapping[str, Column]:
        """The column of each field; those of further land users of a row as "user.full_name", "wife.full_name"."""
        return {
            f"{column.part}.{column.field}" if column.part else column.field: column
            for column in self.layout.columns
            if column.field
        }

    @property
    def carried(self) -> tuple[str, ...]:
        """The headers of the columns that SourceRow.carried holds."""
        return tuple(self.layout.columns[index].header for index in self.layout.carried)


@dataclass(frozen=True, slots=True)
class LandFile:
    """A land file, opened: what it is, how its columns are read, what its owner should know, and its rows."""

    path: Path
    format: Format
    encoding: str | None  # of a text file
    delimiter: str | None  # of a CSV file
    tables: tuple[LandTable, ...]
    hints: tuple[Hint, ...]
    _sources: tuple[Table, ...]

    @property
    def rows(self) -> int:
        """The rows after the headers of all sheets: as many source rows will be handed on."""
        return sum(table.rows for table in self.tables)

    def batches(self, size: int = _BLOCK) -> Iterator[LandBatch]:
        """The rows by column; each batch but a sheet's last holds `size` rows, the same at every reading."""
        for table, source in zip(self.tables, self._sources, strict=True):
            assembler = Assembler(table.sheet, table.layout, table.knowledge)
            for block in _blocks(source, table.layout, size):
                yield assembler.batch(block)

    def __iter__(self) -> Iterator[SourceRow]:
        """The rows one by one."""
        for batch in self.batches():
            yield from batch.rows()


def read_land_file(
    path: Path | str,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    text: TextReading = FOUND_OUT,
    within: int | None = None,
    surveyed: Callable[[int], None] = lambda rows: None,
) -> LandFile:
    """Opens a land file and finds out what only the whole file shows; rows are read when asked for.

    `mapping` names columns by header or letter, {"full_name": "H"}, and wins over what the headers say; `text` says
    how a text file is to be read where its owner knows. `within` stops looking after so many rows of each
    sheet, for a preview; `surveyed` is told how many rows have been looked at.
    Raises a FileRefused that says why and what to do.
    """
    path = Path(path)
    found = file_format(path)
    hints = [] if NAMED.get(path.suffix.lower(), found) is found else [_not_as_named(path, found)]
    encoding = _encoding(path, text) if found in (Format.CSV, Format.NDJSON) else None
    hints += encoding.hints if encoding else ()
    if sheet is not None and found is not Format.XLSX:
        hints.append(Hint("sheet_ignored", {"sheet": sheet[:80], "format": found.value}))
    sources: list[Table]
    if found is Format.XLSX:
        sources, skipped = _sheets(Workbook(path), sheet)
        hints += skipped
    elif found is Format.PARQUET:
        sources = [ParquetTable(path)]
    else:
        assert encoding is not None
        is_json = found is Format.NDJSON
        sources = [JsonLinesTable(path, encoding) if is_json else TextTable(path, encoding, text.delimiter)]
    tables, read = list[LandTable](), list[Table]()
    for source in sources:
        layout = _layout(source, mapping)
        if layout is None:
            hints += [_no_header(source)] if source.name else []
            continue
        knowledge = _survey(source, layout, within, _after(sum(each.rows for each in tables), surveyed))
        table = LandTable(source.name, layout, knowledge)
        hints += [*layout.hints, *_told(table)]
        tables.append(table)
        read.append(source)
    if not tables:
        raise HeaderMissing(rows=HEADER_WITHIN)
    delimiter = next((source.delimiter for source in read if isinstance(source, TextTable)), None)
    return LandFile(
        path, found, encoding.codec if encoding else None, delimiter, tuple(tables), tuple(hints), tuple(read)
    )


def _encoding(path: Path, text: TextReading) -> TextEncoding:
    return text_encoding(path) if text.encoding is None else named_encoding(path, text.encoding)


def _no_header(source: Table) -> Hint:
    """What to say of a sheet that is not read: how many rows that leaves out, or that it is empty."""
    rows = sum(block.rows for block in source.blocks(1, _BLOCK, width=1, needed=0)) if source.preview else 0
    if not rows:
        return Hint("sheet_empty", {"sheet": source.name})
    return Hint("sheet_no_header", {"sheet": source.name, "rows": rows})


def _not_as_named(path: Path, found: Format) -> Hint:
    return Hint("not_as_named", {"named": path.suffix.lower(), "found": found.value})


def _sheets(workbook: Workbook, wanted: str | None) -> tuple[list[Table], list[Hint]]:
    """The sheets to read, the one asked for or all visible ones that may hold records, and hints on the others."""
    if wanted is not None:
        if wanted not in workbook.sheets:
            raise SheetMissing(sheet=wanted[:80])
        return [workbook.table(wanted)], []
    tables: list[Table] = []
    hints = []
    for name, visible in workbook.sheets.items():
        if not visible:
            hints.append(Hint("sheet_hidden", {"sheet": name}))
        elif header_key(name).replace(" ", "") in SHEETS_OF_INSTRUCTIONS:
            hints.append(Hint("sheet_instructions", {"sheet": name}))
        else:
            tables.append(workbook.table(name))
    return tables, hints


def _layout(source: Table, mapping: Mapping[str, str] | None) -> Layout | None:
    """How the table's columns are read; None where it has no header and the caller names no columns."""
    header = find_header(source.preview, source.merged, names_columns=source.names_columns, mapped=bool(mapping))
    if header is None:
        if not mapping or not source.preview:
            return None
        header = bare_header(max(map(len, source.preview)))
    return lay_out(header, mapping)


def _blocks(source: Table, layout: Layout, size: int) -> Iterator[Block]:
    return source.blocks(layout.first_data_row, size, width=layout.width, needed=layout.needed)


def _after(rows: int, told: Callable[[int], None]) -> Callable[[int], None]:
    return lambda more: told(rows + more)


def _survey(source: Table, layout: Layout, within: int | None, surveyed: Callable[[int], None]) -> Knowledge:
    survey, rows = Survey(layout), 0
    for block in _blocks(source, layout, _BLOCK):
        survey.add(block)
        rows += block.rows
        surveyed(rows)
        if within is not None and rows >= within:
            break
    return survey.known()


def _told(table: LandTable) -> Iterator[Hint]:
    """What the whole table showed, as hints."""
    known = table.knowledge
    for field, encoding in known.voted.items():
        yield Hint("old_encoding", {"field": field, "encoding": encoding})
    if known.sex_derived:
        yield Hint("sex_derived", {"rows": known.sexes})
    if known.date_cells:
        yield Hint("birth_dates_as_dates", {"dates": known.date_cells, "texts": known.other_birth_cells})
