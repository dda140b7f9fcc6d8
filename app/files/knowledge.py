"""What only the whole file shows, found before any row is handed on: old encodings, derived sex, kinds of date cells.

It travels in each raw record, so that a record means the same in any chunk and by any door (DESIGN, "The contract").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from app.files.blocks import Block, Cell, cell_text
from app.files.header_table import STRONG
from app.files.layout import Layout, Part
from matching.normalise import legacy_encodings
from matching.normalise.text import fold

_SAMPLE: Final = 4096  # values per column that vote on its encoding, spread evenly over the file
_ENOUGH_CELLS: Final = 0.01  # of the sample: fewer are typed in the encoding by accident
_ENOUGH_ROWS: Final = 300  # rows with sex and number before "always equal" means anything
_MALE: Final = frozenset(("nam", "male", "m", "1", "true"))
_FEMALE: Final = frozenset(("nu", "female", "f", "0", "2", "false"))

NAME_FIELDS: Final = ("full_name", "surname_middle", "given_name", "organisation_name")
VOTING: Final = (*NAME_FIELDS, "address")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known of a whole table."""

    rows: int = 0
    encoding: str | None = None  # the one old encoding of names and addresses: travels in the raw record
    voted: Mapping[str, str] = field(default_factory=dict)  # field -> old encoding
    decoded: Mapping[str, str] = field(default_factory=dict)  # field -> encoding, of fields decoded here
    sex_derived: bool = False
    sexes: int = 0  # rows with a sex and a 12-digit number
    date_cells: int = 0
    other_birth_cells: int = 0


class Survey:
    """Gathers the knowledge of one table, block by block."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._samples = {column: _EvenSample() for column in _voting_columns(layout)}
        self._sex_contradicted = False
        self._rows = self._sexes = self._dates = self._others = 0

    def add(self, block: Block) -> None:
        """Takes the next rows into account."""
        self._rows += block.rows
        for column, sample in self._samples.items():
            sample.add(block.columns[column])
        for part in self._layout.parts:
            self._compare_sexes(block, part)
            if not block.all_text:
                self._count_dates(block, part)

    def known(self) -> Knowledge:
        """The knowledge of all rows seen."""
        votes = {
            name: vote
            for name, columns in _columns_of_fields(self._layout).items()
            if (vote := _vote([text for column in columns for text in self._samples[column].values]))
        }
        spoken = {votes[name] for name in votes if name != "organisation_name"}
        # Kernel and files decode cell by cell, and leave Unicode cells alone; so one encoding serves both columns.
        alike = next(iter(spoken)) if len(spoken) == 1 else None
        return Knowledge(
            rows=self._rows,
            encoding=alike,
            voted=votes,
            decoded={name: vote for name, vote in votes.items() if alike is None or name == "organisation_name"},
            sex_derived=not self._sex_contradicted and self._sexes >= _ENOUGH_ROWS,
            sexes=self._sexes,
            date_cells=self._dates,
            other_birth_cells=self._others,
        )

    def _compare_sexes(self, block: Block, part: Part) -> None:
        """Compares sex with the fourth digit of 12-digit numbers, even for men, until they differ once."""
        if self._sex_contradicted or "sex" not in part.fields or "id_number" not in part.fields:
            return
        digits = _sex_digits(block.columns[part.fields["id_number"]])
        for sex, digit in zip(block.columns[part.fields["sex"]], digits, strict=True):
            if digit is None or not sex:
                continue
            word = fold(cell_text(sex) or "")
            if word in _MALE or word in _FEMALE:
                self._sexes += 1
                if (word in _MALE) != (digit % 2 == 0):
                    self._sex_contradicted = True
                    return

    def _count_dates(self, block: Block, part: Part) -> None:
        if "birth_date" in part.fields:
            cells = block.columns[part.fields["birth_date"]]
            dates = sum(isinstance(cell, date) for cell in cells)
            self._dates += dates
            self._others += sum(cell not in (None, "") for cell in cells) - dates


def _vote(values: Sequence[str]) -> str | None:
    """The old encoding of a column, where more than stray cells are in it: one Ð among Unicode letters is a slip."""
    encoding = legacy_encodings.vote(values)
    if encoding is None:
        return None
    changed = sum(legacy_encodings.decode_cell(text, encoding) != text for text in values)
    return encoding if changed >= _ENOUGH_CELLS * len(values) else None


class _EvenSample:
    """Every n-th value of a column, n doubling whenever the sample is full: the same for any size of block."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._stride = 1
        self._seen = 0

    def add(self, cells: Sequence[Cell]) -> None:
        first = -self._seen % self._stride
        self.values.extend(
            text for cell in cells[first :: self._stride] if isinstance(cell, str) and (text := cell.strip())
        )
        self._seen += len(cells)
        while len(self.values) > _SAMPLE:
            del self.values[1::2]
            self._stride *= 2


def _sex_digits(cells: Iterable[Cell]) -> list[int | None]:
    """The fourth digit of each number of twelve digits, or of eleven that lost the leading zero; None for others."""
    digits: list[int | None] = []
    for cell in cells:
        text = cell if isinstance(cell, str) else cell_text(cell) or ""
        text = text.strip()
        if len(text) == 11:
            text = "0" + text
        digits.append(int(text[3]) if len(text) == 12 and text.isascii() and text.isdigit() else None)
    return digits


def _columns_of_fields(layout: Layout) -> dict[str, list[int]]:
    """The columns that may be in an old encoding, under the field that they hold."""
    columns: dict[str, list[int]] = {}
    for fields in (layout.shared, *(part.fields for part in layout.parts)):
        for name, column in fields.items():
            if name in VOTING and column not in columns.setdefault(name, []):
                columns[name].append(column)
    return columns


def _voting_columns(layout: Layout) -> list[int]:
    return sorted({column for columns in _columns_of_fields(layout).values() for column in columns})


assert set(VOTING) <= set(STRONG)
