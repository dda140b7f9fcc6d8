"""The clean values of a chunk's land users as columns of its results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from app.engines.digits import dates, digits
from matching.columns import Mark, is_old_card, pack_date
from matching.link import Asked
from matching.name_keys import name_keys
from matching.records import IdentityNumber, NumberKind, Sex

# The first current and the first old number, and the name without accents, as numbers; zero for none.
NUMBER, OLD_NUMBER, NAME = "~number", "~old_number", "~name"
_SEX: Final = {Sex.UNKNOWN: None, Sex.MALE: "male", Sex.FEMALE: "female"}


def clean_values(asked: Asked) -> dict[str, Any]:
    """The columns of clean values, and what the second pass over the whole file compares.

    What stands in the columns that were compared is taken from there: the objects lie scattered in memory.
    """
    some = [(s.subject_no, s.kind, s.role, s.full_name, s.numbers, s.sex) for s in asked.subjects]
    subject_no, kinds, roles, full_names, numbers, sexes = zip(*some, strict=True) if some else _NONE
    named = pa.array(full_names, pa.string())
    names, births = _names_and_births(asked)
    names[pc.fill_null(pc.binary_length(named), 0).to_numpy(zero_copy_only=False) == 0] = 0
    return {
        "subject_no": pa.array(subject_no, pa.int64()),
        "kind": pa.array(kinds, pa.string()),
        "role": pa.array(roles, pa.string()),
        "full_name": named,
        "birth_date": dates(births),
        "sex": pa.array(list(map(_SEX.__getitem__, sexes)), pa.string()),
        "commune_code": _communes(asked),
        NAME: pa.array(names),
        **_of_numbers(asked, numbers),
    }


_NONE: Final[tuple[tuple[Any, ...], ...]] = ((),) * 6  # the columns of no subjects


def _names_and_births(asked: Asked) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Names without accents, their syllables in order, as numbers; and birth dates yyyymmdd.

    They stand in the columns that were compared; of those who weren't asked about they are worked out here.
    """
    names = np.zeros(len(asked.subjects), dtype=np.int64)
    births = np.zeros(len(asked.subjects), dtype=np.int32)
    land = asked.land
    names[asked.rows] = land.names.sorted.view(np.int64)
    births[asked.rows] = land.year * 10_000 + land.month * 100 + land.day
    for at in _unasked(asked):
        subject = asked.subjects[at]
        names[at] = np.uint64(name_keys(subject.full_name).sorted if subject.full_name else 0).view(np.int64)
        births[at] = 0 if subject.birth_date is None else pack_date(subject.birth_date.date)
    return names, births


def _communes(asked: Asked) -> Any:
    """The communes that an address may mean, joined; each set of communes is put into words once."""
    places = asked.land.places
    texts = [";".join([f"{code:05d}" for code in sorted(communes)]) or None for communes in places.sets]
    at = np.zeros(len(asked.subjects), dtype=np.int64)
    at[asked.rows] = places.index
    for place in _unasked(asked):
        at[place] = len(texts)
        texts.append(";".join(asked.subjects[place].address.communes) or None)
    return pa.array(texts, pa.string()).take(pa.array(at))


def _unasked(asked: Asked) -> list[int]:
    """The positions of those who weren't asked about."""
    others = np.ones(len(asked.subjects), dtype=np.bool_)
    others[asked.rows] = False
    found: list[int] = np.flatnonzero(others).tolist()
    return found


def _of_numbers(asked: Asked, numbers: Sequence[Sequence[IdentityNumber]]) -> dict[str, Any]:
    """The columns of numbers: as text; the first current and the first old one as integers, zero where there is none.

    Of who has one number, of a Vietnamese card, it stands in the columns that were compared; others are looked at.
    """
    land = asked.land
    codes = np.zeros(len(numbers), dtype=np.int64)
    codes[asked.rows] = np.where(land.marks & _MARKS_OF_NUMBERS == Mark.CARD, land.numbers[:, 0], 0)
    count = np.fromiter(map(len, numbers), dtype=np.int64, count=len(numbers))
    codes[count != 1] = 0
    is_old = is_old_card(codes)
    old = np.where(is_old, codes % _OLD_NUMBERS, 0)
    current = np.where(is_old, 0, codes)
    texts = digits(old + current, np.where(is_old, 9, 12).astype(np.int32))
    others = (codes == 0) & (count > 0)
    if others.any():
        looked_at = [_numbers_of(numbers[at]) for at in np.flatnonzero(others).tolist()]
        written, current[others], old[others] = zip(*looked_at, strict=True)
        texts = pc.replace_with_mask(texts, pa.array(others), pa.array(written, pa.string()))
    return {"id_number": texts, NUMBER: pa.array(current), OLD_NUMBER: pa.array(old)}


_OLD_NUMBERS: Final = 10**9  # there are so many; codes of other kinds lie in ranges above them
_MARKS_OF_NUMBERS: Final = Mark.CARD | Mark.PASSPORT | Mark.UNREADABLE
_PERSONAL, _CMND9, _UNREADABLE = NumberKind.PERSONAL, NumberKind.CMND9, NumberKind.UNREADABLE


def _numbers_of(numbers: Sequence[IdentityNumber]) -> tuple[str | None, int, int]:
    """Readable numbers as text, and the first current and the first old one as integers; zero where there is none."""
    texts = [number.value for number in numbers if number.kind is not _UNREADABLE]
    current = next((int(number.value) for number in numbers if number.kind is _PERSONAL), 0)
    old = next((int(number.value) for number in numbers if number.kind is _CMND9), 0)
    return ";".join(texts) or None, current, old
