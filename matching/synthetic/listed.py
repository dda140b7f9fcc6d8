"""A register seen as a whole: who is married to whom as far as the rows show it, and who is easily taken for whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.synthetic.dice import Flags, Integers
from matching.synthetic.draft import Owner
from matching.synthetic.places import dwelling_key
from matching.synthetic.spelling import unaccented

_SPOUSES_APART: Final = 16  # years
_GENERATION: Final = (16, 60)  # years between father and son


@dataclass(frozen=True, slots=True)
class Listed:
    """A register's rows and what they show; arrays stand in the order of the rows."""

    rows: pa.Table
    ids: Integers  # sorted, for looking numbers up
    year: Integers
    female: Flags
    deceased: Flags
    commune: Integers
    spouse: Integers  # -1 where none is seen
    traps: tuple[tuple[str, Flags], ...]

    def __len__(self) -> int:
        return len(self.year)

    def has(self, number: str) -> bool:
        """Whether a 12-digit number is somebody's in the register."""
        if len(number) != 12 or not number.isdigit():
            return False
        at = int(np.searchsorted(self.ids, int(number)))
        return at < len(self.ids) and int(self.ids[at]) == int(number)

    def owners(self, index: Integers) -> dict[int, Owner]:
        """The people of these rows."""
        unique = np.unique(index[index >= 0])
        rows = self.rows.take(pa.array(unique)).to_pylist()
        marked = [(code, flags[unique].tolist()) for code, flags in self.traps]
        return {
            int(at): _owner(row, tuple(code for code, flags in marked if flags[i]))
            for i, (at, row) in enumerate(zip(unique.tolist(), rows, strict=True))
        }


def listed(register: pa.Table) -> Listed:
    """What a register's rows show; `register` has the columns of REGISTER_SCHEMA."""
    rows = register.combine_chunks()
    year = _integers(pc.utf8_slice_codeunits(rows["birth_date"], 0, 4))
    female = np.asarray(pc.equal(rows["sex"], "female").to_numpy(zero_copy_only=False), dtype=bool)
    deceased = np.asarray(pc.equal(rows["status"], "deceased").to_numpy(zero_copy_only=False), dtype=bool)
    commune = _integers(rows["commune_code"])
    names = _codes_of_names(rows["full_name"])
    surname = _codes(pc.list_element(pc.split_pattern(rows["full_name"], " ", max_splits=1), 0))
    born = _codes(rows["birth_date"])
    neighbour = _next_door(rows, commune)
    traps = (
        ("namesake", _alike(names, year, commune)),
        ("namesake_elsewhere", _alike(names, year) & ~_alike(names, year, commune)),
        ("father_son", _father_and_son(names, commune, year, female)),
        ("twin", _twins(neighbour, born, surname, np.char.str_len(_texts(rows["birth_date"])) == 10)),
        ("shared_old_number", _shared_old_numbers(rows["old_ids"])),
        ("deceased", deceased),
    )
    spouse = _spouses(neighbour, year, female, surname)
    ids = np.sort(_integers(rows["personal_id"]))
    return Listed(rows, ids, year, female, deceased, commune, spouse, traps)


def _owner(row: dict[str, str | None], traps: tuple[str, ...]) -> Owner:
    """A person from a row of the register."""
    old = [text for text in (row["old_ids"] or "").split(";") if text]
    return Owner(
        personal_id=row["personal_id"] or "",
        full_name=row["full_name"] or "",
        birth_date=row["birth_date"] or "1900",
        female=row["sex"] == "female",
        old_numbers=tuple(text.removeprefix("cmnd9:") for text in old if len(text.removeprefix("cmnd9:")) == 9),
        cancelled=tuple(text.removeprefix("cancelled:") for text in old if text.startswith("cancelled:")),
        other_names=tuple(text for text in (row["other_names"] or "").split(";") if text),
        address=row["permanent_address"] or "",
        commune=row["commune_code"] or "",
        deceased=row["status"] == "deceased",
        traps=traps,
    )


def _texts(column: pa.ChunkedArray) -> np.ndarray:
    """A column of short texts as a NumPy array."""
    return np.asarray(column.to_numpy(zero_copy_only=False)).astype(str)


def _integers(column: pa.ChunkedArray) -> Integers:
    """A column of digits as integers."""
    return np.asarray(pc.cast(column, pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)


def _codes(column: pa.ChunkedArray) -> Integers:
    """Equal texts get equal codes."""
    encoded = column.combine_chunks().dictionary_encode()
    encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def _codes_of_names(column: pa.ChunkedArray) -> Integers:
    """Names that are equal but for accents and capitals get equal codes."""
    encoded = column.combine_chunks().dictionary_encode()
    encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    plain: dict[str, int] = {}
    codes = [plain.setdefault(_plain(name), len(plain)) for name in encoded.dictionary.to_pylist()]
    found: Integers = np.array(codes, dtype=np.int64)[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def _plain(name: str) -> str:
    """A name without accents, word by word, because words repeat."""
    return " ".join(_plain_word(word) for word in name.split(" "))


@lru_cache(maxsize=65536)
def _plain_word(word: str) -> str:
    """A word without accents and capitals."""
    return unaccented(word).lower()


def _mixed(*columns: Integers) -> Integers:
    """One key of several columns."""
    key = columns[0].astype(np.int64)
    for column in columns[1:]:
        key = key * 1_000_003 + column
    return key


def _alike(*columns: Integers) -> Flags:
    """True where another row has the same values."""
    _, inverse, counts = np.unique(_mixed(*columns), return_inverse=True, return_counts=True)
    return np.asarray(counts[inverse] > 1)


def _father_and_son(names: Integers, commune: Integers, year: Integers, female: Flags) -> Flags:
    """True for men who have a namesake of another generation in their commune."""
    key = _mixed(names, commune, female.astype(np.int64))
    order = np.lexsort((year, key))
    gap = np.diff(year[order])
    near = (np.diff(key[order]) == 0) & (gap >= _GENERATION[0]) & (gap <= _GENERATION[1])
    found = np.zeros(len(names), dtype=bool)
    found[order[:-1][near]] = True
    found[order[1:][near]] = True
    return found & ~female


def _next_door(rows: pa.Table, commune: Integers) -> Flags:
    """For each row but the last, whether the next one lives in the same house."""
    keys = [dwelling_key(address or "") for address in rows["permanent_address"].to_pylist()]
    same = np.fromiter((a == b for a, b in pairwise(keys)), dtype=bool, count=max(0, len(keys) - 1))
    return np.asarray(same & (np.diff(commune) == 0))


def _twins(neighbour: Flags, born: Integers, surname: Integers, full_date: Flags) -> Flags:
    """True for those who stand beside a brother or sister of the same day."""
    pair = neighbour & (np.diff(born) == 0) & (np.diff(surname) == 0) & full_date[1:]
    found = np.zeros(len(born), dtype=bool)
    found[:-1] |= pair
    found[1:] |= pair
    return found


def _spouses(neighbour: Flags, year: Integers, female: Flags, surname: Integers) -> Integers:
    """The row of husband or wife: a man, then a woman of his age in one house, who isn't his sister."""
    first_of_house = np.r_[True, ~neighbour][:-1] if len(year) else np.zeros(0, dtype=bool)
    pair = neighbour & ~female[:-1] & female[1:] & (np.abs(np.diff(year)) <= _SPOUSES_APART)
    pair &= (np.diff(surname) != 0) | first_of_house
    spouse = np.full(len(year), -1, dtype=np.int64)
    at = np.flatnonzero(pair)
    spouse[at] = at + 1
    spouse[at + 1] = at
    return spouse


def _shared_old_numbers(column: pa.ChunkedArray) -> Flags:
    """True where a number of the old cards stands in another row as well."""
    parts = pc.split_pattern(column.combine_chunks(), ";")
    parts = parts.chunk(0) if isinstance(parts, pa.ChunkedArray) else parts
    owner = np.asarray(pc.list_parent_indices(parts).to_numpy(zero_copy_only=False), dtype=np.int64)
    codes = parts.flatten().dictionary_encode()
    used = np.array([text != "" for text in codes.dictionary.to_pylist()], dtype=bool)
    index = np.asarray(codes.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    counts = np.bincount(index, minlength=len(used))
    found = np.zeros(len(column), dtype=bool)
    found[owner[(counts[index] > 1) & used[index]]] = True
    return found
