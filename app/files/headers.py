"""Finds the header of a table and says which column holds which field of a land record (DOMAIN 4.1, 4.4).

A column is known by its label, the lowest header text above its data, and by its groups, the texts over that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from app.files.blocks import HEADER_WITHIN, Cell, Range, cell_text
from app.files.header_table import (
    GROUPS_NOT_OF_PEOPLE,
    GROUPS_OF_CURRENT_USERS,
    IDENTIFYING,
    PERSON_FIELDS,
    STRONG,
    WEAK,
)
from matching.normalise import legacy_encodings
from matching.normalise.text import fold

_GROUP_ROWS: Final = 4  # rows above the label that may hold groups
_LONGEST_HEADER: Final = 300
_PARENTHESES: Final = re.compile(r"\([^()]*\)")
_NOT_WORDS: Final = re.compile(r"[\W_]+")
_LEADING_NUMBER: Final = re.compile(r"^\s*[(\[]?\d{1,2}[)\].:]\s*")
_SPOUSE: Final = re.compile(r"\b(?:cua )?(?:nguoi )?(vo|chong)\b")
_COUPLE: Final = re.compile(r"\bvo (?:va )?chong\b|\bvo hoac chong\b")
_NUMBERED: Final = re.compile(r"^(.*\D) ?([1-9])$")
_DIGITS: Final = re.compile(r"\d+")
_ITEM: Final = re.compile(r"(?:muc )?\d{1,3}|[a-z]")
# "068085001234", "250.123.456", "20/07/1985"; a label has other words around its numbers.
_DATA: Final = re.compile(r"\d[\d\s.-]{8,19}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d")
_CELLS_OF_DATA: Final = 4  # in a row above the label; the head of a letter has fewer, and may have a date
_ENCODINGS: Final = (None, "tcvn3", "vni", "vps", "viscii", "viqr")


class Column(NamedTuple):
    """A column of the table, and the field that it holds for one part of the row (None: carried along)."""

    at: int  # from 0
    header: str  # groups and label as they stand, joined by " / "
    field: str | None
    part: str  # "" for the holder, user, wife, husband, or a number: ELIS has Ten1 and Ten2
    surety: int  # the lower the surer: place in the list of known headers

    @property
    def letter(self) -> str:
        """The column's letters in a spreadsheet."""
        return column_letter(self.at)

    @property
    def texts(self) -> tuple[str, str]:
        """The whole header, and its lowest text alone."""
        return self.header, self.header.rsplit(" / ", 1)[-1]


class Header(NamedTuple):
    """Where the header ends (row from 1; 0: there is none), where data begins, and what the columns are."""

    row: int
    first_data_row: int
    columns: tuple[Column, ...]
    encoding: str | None = None  # of the header texts themselves


def column_letter(index: int) -> str:
    """A, B, …, Z, AA, … for a column's index from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=4096)
def header_key(text: str) -> str:
    """A header folded to lower-case words without punctuation."""
    return _NOT_WORDS.sub(" ", fold(text[:_LONGEST_HEADER])).strip()


def _compact(text: str) -> str:
    return header_key(text).replace(" ", "")


_FIELD_OF: Final[dict[str, tuple[str, int]]] = {
    _compact(header): (field, place)
    for field, headers in reversed(STRONG.items())
    for place, header in reversed(tuple(enumerate(headers)))
}
_WEAK_SURETY: Final = 100


@lru_cache(maxsize=4096)
def field_of_label(label: str) -> tuple[str, int] | None:
    """The field that a label names, and how sure that is: whole, without brackets, by half, by a phrase."""
    whole = _LEADING_NUMBER.sub("", label)
    for text in (whole, _PARENTHESES.sub(" ", whole)):
        if found := _FIELD_OF.get(_compact(text)):
            return found
    halves = [
        _FIELD_OF[key]
        for half in re.split(r"[/\n|]", _PARENTHESES.sub(" ", whole))
        if (key := _compact(half)) in _FIELD_OF
    ]
    if halves:
        order = list(STRONG)
        return min(halves, key=lambda found: order.index(found[0]))
    words = f" {header_key(whole)} "
    for place, phrase in enumerate(WEAK):
        if any(f" {text} " in words for text in phrase.phrases) and not any(
            f" {no} " in words for no in phrase.without
        ):
            return phrase.field, _WEAK_SURETY + place
    return None


def part_of(label: str, groups: str) -> tuple[str, str]:
    """The part of the row that a column speaks of, and the label without the words that say so."""
    key = header_key(label)
    if any(words in f"{groups} {key}" for words in GROUPS_OF_CURRENT_USERS) or key.startswith("current user "):
        return "user", key.removeprefix("current user ")
    if not _COUPLE.search(key) and (spouse := _SPOUSE.search(key)):
        return {"vo": "wife", "chong": "husband"}[spouse[1]], _SPOUSE.sub(" ", key).strip() or "full_name"
    if not _COUPLE.search(groups) and (spouse := _SPOUSE.search(groups)):
        return {"vo": "wife", "chong": "husband"}[spouse[1]], key
    if (numbered := _NUMBERED.match(key)) and field_of_label(numbered[1]):
        return numbered[2], numbered[1].strip()
    return "", key


def read_column(index: int, texts: Sequence[str]) -> Column:
    """What the column is whose header texts, from the top down, are these."""
    header = " / ".join(dict.fromkeys(" ".join(text.split())[:_LONGEST_HEADER] for text in texts))
    if not texts:
        return Column(index, "", None, "", 0)
    label, groups = texts[-1], " ".join(map(header_key, texts[:-1]))
    # One label stands twice for some columns of PL3-01: (Lưu ý…) over Guid, Ngày over Ngày sinh.
    found = field_of_label(label) or (_birth_part(label, groups))
    part, rest = part_of(label, groups)
    if part and (of_rest := field_of_label(rest)) and (found is None or part != "user"):
        found = of_rest
    if found is None:
        return Column(index, header, None, "", 0)
    field, surety = found
    if field in PERSON_FIELDS and any(group in groups for group in GROUPS_NOT_OF_PEOPLE):
        return Column(index, header, None, "", 0)
    return Column(index, header, field, part if field in PERSON_FIELDS else "", surety)


_BIRTH_PARTS: Final = {"ngay": "birth_day", "thang": "birth_month", "nam": "birth_year"}


def _birth_part(label: str, groups: str) -> tuple[str, int] | None:
    """Day, month or year, where a column so named stands under a group that speaks of birth."""
    part = _BIRTH_PARTS.get(header_key(label))
    return (part, 0) if part and "sinh" in groups.split() else None


def find_header(
    preview: Sequence[Sequence[Cell]], merged: Sequence[Range] | None, *, names_columns: bool, mapped: bool = False
) -> Header | None:
    """The header among the first rows, or None where no row names a column that identifies people.

    One known column is enough where the format itself names the columns, or the caller says what others hold.
    """
    found: tuple[int, Header | None] = (0, None)
    for encoding in _ENCODINGS:
        grid = _texts(preview[: HEADER_WITHIN + 1], encoding)
        for row in range(min(len(grid), HEADER_WITHIN)):
            if _is_title(grid[row]) or not any(map(header_key, grid[row])):
                continue  # one text alone labels no columns, and nothing labels none
            columns = _columns(grid, row, merged)
            recognised = 0 if _holds_data(grid, row) else _recognised(columns, one=names_columns or mapped)
            if recognised > found[0]:
                place = (0, 1) if names_columns else (row + 1, _first_data_row(grid, row))
                found = recognised, Header(*place, columns, encoding)
    return found[1]


def _recognised(columns: tuple[Column, ...], *, one: bool) -> int:
    """How many columns are known; none, unless one identifies people and a second one, or its plain name, bears it out.

    "Vợ" and "Chủ hộ" stand in cells of data too: one such word makes no header.
    """
    known = [column for column in columns if column.field]
    people = [column for column in known if column.field in IDENTIFYING]
    named = [column for column in people if not _is_bare_spouse(column)]
    if not named and len({column.part for column in people}) < 2:  # husband and wife: either column bears out the other
        return 0
    sure = len(known) > 1 or one or len(columns) == 1 or any(map(_is_contract_name, named))
    return len(known) if sure else 0


def _is_bare_spouse(column: Column) -> bool:
    """Whether the label is the word for husband or wife and nothing else."""
    key = header_key(column.texts[1])
    return not _COUPLE.search(key) and _SPOUSE.search(key) is not None and not _SPOUSE.sub(" ", key).strip()


def _is_contract_name(column: Column) -> bool:
    """Whether the header is the contract's own name of the field: nobody writes "full_name" in a cell."""
    return column.field is not None and column.texts[1].strip().lower() == column.field


def _holds_data(grid: list[list[str]], row: int) -> bool:
    """Whether this row, or a full one that would be a group above it, has a number of a person or a date as a cell."""
    above = grid[max(0, row - _GROUP_ROWS) : row]
    lines = [grid[row], *(line for line in above if sum(map(bool, line)) >= _CELLS_OF_DATA)]
    return any(_DATA.fullmatch(text) for line in lines for text in line if text)


def _texts(preview: Sequence[Sequence[Cell]], encoding: str | None) -> list[list[str]]:
    """The preview as text, decoded where the header itself is in an old encoding."""
    decode: Callable[[str], str] = (
        (lambda text: text) if encoding is None else (lambda text: legacy_encodings.decode(text, encoding))
    )
    return [[decode((cell_text(cell) or "")[:_LONGEST_HEADER]) for cell in row] for row in preview]


def _columns(grid: list[list[str]], row: int, merged: Sequence[Range] | None) -> tuple[Column, ...]:
    """The columns, were this row the lowest of the header."""
    top = max(0, row - _GROUP_ROWS)
    width = max(map(len, grid[top : row + 1]), default=0)
    block = [line + [""] * (width - len(line)) for line in grid[top : row + 1]]
    block = [line for line in _spread(block, top, merged) if not _is_title(line)]
    return tuple(
        read_column(index, [line[index] for line in block if index < len(line) and line[index]])
        for index in range(width)
    )


def _spread(block: list[list[str]], top: int, merged: Sequence[Range] | None) -> list[list[str]]:
    """The header rows with each group written over every column that it spans."""
    spread = [list(line) for line in block]
    if merged:
        for (first_row, first), (last_row, last) in merged:
            if first_row == last_row or first != last:
                for row in range(max(first_row, top), min(first_row + 1, top + len(block))):
                    text = block[row - top][first] if first < len(block[row - top]) else ""
                    for column in range(first, min(last + 1, len(spread[row - top]))):
                        spread[row - top][column] = text
        return spread
    for row, line in enumerate(block[:-1]):
        group, lines_below = "", [lower for lower in block[row + 1 :] if not _is_title(lower)]
        for column, text in enumerate(line):
            group = text or group
            labelled_below = any(header_key(lower[column]) for lower in lines_below)
            if not text and labelled_below:
                spread[row][column] = group
    return spread


def _is_title(line: list[str]) -> bool:
    """Whether the row is one text over (nearly) all columns, or alone in its row: a title, no group."""
    texts = [text for text in line if text]
    if len(line) < 3 or not texts:
        return False
    return (
        len(set(texts)) == 1 and (len(texts) == 1 or len(texts) > 0.7 * len(line)) and field_of_label(texts[0]) is None
    )


def _first_data_row(grid: list[list[str]], row: int) -> int:
    """The number, from 1, of the first row after the header and its row of item numbers."""
    for below in range(row + 1, min(row + 4, len(grid))):
        if _is_item_numbers(grid[below]):
            return below + 2
        if any(grid[below]):
            break
    return row + 2


def _is_item_numbers(line: list[str]) -> bool:
    """Whether the row numbers the columns: "Mục 1", "(1)", "1", with few other texts."""
    texts = [header_key(text) for text in line if text]
    items = [text for text in texts if _ITEM.fullmatch(text)]
    if len(items) < 3 or len(items) < 0.8 * len(texts):
        return False
    # They count up, with a gap or a repetition at most here and there; numbers of a record don't.
    numbers = [int(digits[0]) if (digits := _DIGITS.search(item)) else ord(item) - ord("a") + 1 for item in items]
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    return numbers[0] <= 3 and steps.count(1) >= 0.8 * len(steps)


def labels(columns: Sequence[Column]) -> Iterator[tuple[str, Column]]:
    """Each column under its whole header and under its label alone, as keys to look it up by."""
    for column in columns:
        for text in filter(None, column.texts):
            yield _compact(text), column
