"""What becomes of a row of a land file: its land users, or the reason why there are none; by row and by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import repeat
from typing import Any, Final, NamedTuple

from app.errors import Text
from app.files.blocks import Cell
from app.files.text_columns import Marks, TextColumn
from matching.normalise.making import maker
from matching.records import CellType, RawRecord

Texts = Sequence[str | None]

SKIPPED: Final[dict[str, Text]] = {
    "blank": Text("dòng trống", "the row is blank"),
    "total": Text("dòng tổng cộng", "the row is a total"),
    "header": Text("dòng tiêu đề lặp lại", "the row repeats the header"),
    "parcel_only": Text(
        "dòng chỉ có thêm thửa đất, không có người", "the row adds a parcel to the row above and names nobody"
    ),
    "no_record": Text("dòng không phải bản ghi (ghi chú, chữ ký)", "the row is no record: a note or a signature"),
}
ERRORS: Final[dict[str, Text]] = {
    "row_quotes": Text("dấu ngoặc kép trong dòng không khớp", "the quotes of the row do not match"),
    "row_too_short": Text("dòng thiếu ô", "the row has too few cells"),
    "row_too_wide": Text("dòng thừa ô", "the row has too many cells"),
    "row_too_long": Text("ô hoặc dòng quá dài", "a cell or the line is too long"),
    "row_not_json": Text("dòng không phải JSON hợp lệ", "the line is no valid JSON object"),
}


class SourceRow(NamedTuple):
    """One row of the file: its land users, or why there are none."""

    source_sheet: str
    source_row: int
    raw: tuple[RawRecord, ...] = ()
    skipped: str | None = None  # a key of SKIPPED
    error: str | None = None  # a key of ERRORS
    inherited: bool = False  # certificate or parcel were taken from the row above
    carried: tuple[Cell, ...] = ()  # the columns named by LandTable.carried


@dataclass(frozen=True)
class PartColumns:
    """One land user of each row by column, under the names of RawRecord's fields; `present` where a row has one."""

    part: str
    columns: Mapping[str, TextColumn]
    birth_date_cells: Sequence[CellType] | None  # None: text throughout
    present: Marks
    encoding: str | None
    sex_derived: bool

    @cached_property
    def records(self) -> list[RawRecord]:
        """A raw record for every row, in order; those of rows where nobody is present mean nothing."""
        made: dict[str, Iterable[object]] = dict(self.columns)
        if "encoding" in made:
            made["encoding"] = [own or self.encoding for own in self.columns["encoding"]]
        elif self.encoding is not None:
            made["encoding"] = repeat(self.encoding)
        if self.birth_date_cells is not None:
            made["birth_date_cell"] = self.birth_date_cells
        made["sex_derived"] = repeat(self.sex_derived)
        return raw_records(len(self.present), made)


def raw_records(count: int, columns: Mapping[str, Iterable[object]]) -> list[RawRecord]:
    """Raw records made column by column; fields without a column have their defaults."""
    values: list[Any] = [columns.get(slot.name, repeat(slot.default, count)) for slot in fields(RawRecord)]
    return list(map(_raw_record, *values))


_raw_record: Final = maker(RawRecord)


@dataclass(frozen=True)
class LandBatch:
    """Consecutive rows of a sheet: by column in `parts`, row by row through `rows()`."""

    source_sheet: str
    source_rows: range
    parts: tuple[PartColumns, ...]
    skipped: Mapping[int, str]  # place in the batch -> key of SKIPPED
    errors: Mapping[int, str]  # place in the batch -> key of ERRORS
    inherited: frozenset[int] = frozenset()
    carried: Sequence[Sequence[Cell]] = field(default_factory=list)
    cells: Sequence[Sequence[Cell]] = field(default_factory=list)  # all columns of the sheet, as found

    def __len__(self) -> int:
        return len(self.source_rows)

    def rows(self) -> Iterator[SourceRow]:
        """The rows one by one, none left out."""
        carried = zip(*self.carried, strict=True) if self.carried else repeat(())
        several = len(self.parts) > 1
        raws = self._raws() if several or self.skipped or self.errors else zip(self.parts[0].records)
        if not (several or self.skipped or self.errors or self.inherited):
            yield from map(
                SourceRow,
                repeat(self.source_sheet),
                self.source_rows,
                raws,
                repeat(None),
                repeat(None),
                repeat(False),
                carried,
            )
            return
        for place, (number, raw, others) in enumerate(zip(self.source_rows, raws, carried, strict=False)):
            skipped, error = self.skipped.get(place), self.errors.get(place)
            yield SourceRow(self.source_sheet, number, raw, skipped, error, place in self.inherited, others)

    def _raws(self) -> Iterator[tuple[RawRecord, ...]]:
        """The land users of each row: those of its parts that are present."""
        by_row = zip(*(part.records for part in self.parts), strict=True)
        presences = zip(*(part.present.tolist() for part in self.parts), strict=True)
        for records, present in zip(by_row, presences, strict=True):
            yield tuple(record for record, here in zip(records, present, strict=True) if here)


def has_certificate(certificate_no: str | None) -> bool:
    """Whether this is a certificate's number: CHUACOGIAY_… is the mark of a parcel that has none (DOMAIN 4.4)."""
    return certificate_no is not None and not certificate_no.upper().startswith(("CHUACOGIAY", "CHUACAPGIAY"))
