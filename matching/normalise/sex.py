"""Reads a cell that states a person's sex, by word, title, letter or code."""

from __future__ import annotations

from typing import Final

from matching.normalise.text import fold
from matching.records import Sex

_WORDS: Final[dict[Sex, str]] = {
    Sex.MALE: "nam, nam gioi, gioi tinh nam, trai, con trai, dan ong, ong, chong, m, male, man, 1, 1.0",
    Sex.FEMALE: "nu, nu gioi, gioi tinh nu, gai, con gai, dan ba, phu nu, ba, vo, f, female, woman, 0, 0.0, 2, 2.0",
}
# 1 and 0 are the codes of the land systems; a file that counts from 1 has 2 for a woman.

SEXES: Final[dict[str, Sex]] = {word: sex for sex, words in _WORDS.items() for word in words.split(", ")}


def read_sex(cell: str) -> Sex:
    """The sex that a cell states; unknown where it states none, or something else."""
    known = _AS_WRITTEN.get(cell)
    return SEXES.get(fold(cell).strip(" .:,;()"), Sex.UNKNOWN) if known is None else known


_AS_WRITTEN: Final = {"Nam": Sex.MALE, "Nữ": Sex.FEMALE, **SEXES}
