"""Syllables and their relations: what two syllables of two names have to do with each other.

A Vietnamese name is a row of syllables. Whole-name string distances are useless here (70 % of random pairs of people
named Nguyễn have a Jaro-Winkler similarity above .85), so pairs of syllables are judged, each pair once.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

import jellyfish

from matching.normalise.syllables import is_syllable
from matching.normalise.text import fold, spelling_key


class SyllableRelation(IntEnum):
    """How two syllables relate, closest first."""

    SAME = 0  # equal up to tone placement, i/y and case
    BARE = 1  # one has no accents at all, and the letters agree
    VARIANT = 2  # a regional or spelling variant of one name (Huỳnh/Hoàng)
    INITIAL = 3  # one is an abbreviation of the other
    ACCENTS = 4  # the letters agree, the accents differ: another syllable (Hùng/Hưng)
    TYPO = 5  # one letter wrong, missing, added, or two neighbours swapped, and what stands there is no syllable
    DIFFERENT = 6


# Groups of syllables that write one name: surnames by region (DOMAIN 3.6), the same given names by dialect [G].
VARIANT_GROUPS: tuple[tuple[str, ...], ...] = (
    ("hoàng", "huỳnh"),
    ("vũ", "võ"),
    ("phan", "phang"),
    ("đặng", "đặn"),
    ("trương", "trươn"),
    ("phúc", "phước"),
    ("phượng", "phụng"),
    ("cảnh", "kiểng"),
    ("tân", "tăn"),
    ("sơn", "san"),
    ("nhân", "nhơn"),
    ("chánh", "chính"),
    ("bảo", "bửu"),
    ("cương", "cang"),
    ("đương", "đang"),
    ("hồng", "hường"),
    ("kính", "kiếng"),
    ("lợi", "lị"),
    ("nghĩa", "ngãi"),
    ("nguyên", "ngươn"),
    ("quới", "quý"),
    ("sanh", "sinh"),
    ("tánh", "tính"),
    ("thạnh", "thịnh"),
    ("thời", "thì"),
    ("trường", "tràng"),
    ("vinh", "viên"),
    ("yên", "an"),
    ("minh", "miên"),
    ("tùng", "tòng"),
    ("toàn", "tuyền"),
    ("giàu", "dàu"),
    ("dũng", "dõng"),
    ("long", "luông"),
    ("đắk", "đăk"),
    ("cil", "chil"),
    ("siu", "siêu"),
    ("niê", "nie"),
    ("êban", "ê ban"),
    ("êñuôl", "ênuôl"),
    ("ksơr", "ksor"),
    ("mlô", "mlo"),
    ("kră", "krajăn"),
    ("touprong", "tou prong"),
)


@lru_cache(maxsize=1)
def _variants() -> dict[str, str]:
    return {spelling_key(word): group[0] for group in VARIANT_GROUPS for word in group}


def variant_of(syllable: str) -> str:
    """The first of the variants of one name that a syllable in K2 form is among; itself if it has none."""
    return _variants().get(syllable, syllable)


@lru_cache(maxsize=1 << 17)
def relate_syllables(left: str, right: str) -> SyllableRelation:
    """How two syllables in K2 form relate."""
    if left == right:
        return SyllableRelation.SAME
    bare_left, bare_right = fold(left), fold(right)
    if bare_left == bare_right:
        return SyllableRelation.BARE if bare_left == left or bare_right == right else SyllableRelation.ACCENTS
    if variant_of(left) == variant_of(right):
        return SyllableRelation.VARIANT
    if _abbreviates(bare_left, bare_right) or _abbreviates(bare_right, bare_left):
        return SyllableRelation.INITIAL
    if heard_syllable(left) == heard_syllable(right):
        return SyllableRelation.TYPO
    if min(len(bare_left), len(bare_right)) >= 2 and one_edit(bare_left, bare_right):
        # Dũng and Hùng are a letter apart, and two men; Hùnh is nobody's name.
        return SyllableRelation.DIFFERENT if is_syllable(left) and is_syllable(right) else SyllableRelation.TYPO
    return SyllableRelation.DIFFERENT


@lru_cache(maxsize=1 << 16)
def heard_syllable(syllable: str) -> str:
    """The syllable as a clerk may write it by ear: Giương for Dương, Xang for Sang, Tran for Trang."""
    for written, heard in _BY_EAR:
        if syllable.startswith(written):
            syllable = heard + syllable[len(written) :]
            break
    if syllable.endswith("ng"):
        return syllable[:-1]
    return f"{syllable[:-1]}c" if syllable.endswith("t") else syllable


_BY_EAR = (("tr", "ch"), ("gi", "d"), ("r", "d"), ("s", "x"))


def _abbreviates(short: str, long: str) -> bool:
    return len(short) <= 3 and len(long) > len(short) and short in {long[:1], long[:2], long[:3]} and _is_onset(short)


def _is_onset(text: str) -> bool:
    return not any(letter in "aeiouy" for letter in text) or text in {"a", "e", "i", "o", "u", "y"}


def one_edit(left: str, right: str) -> bool:
    """Whether one letter is wrong, missing, added, or two neighbours are swapped."""
    if abs(len(left) - len(right)) > 1:
        return False
    return jellyfish.damerau_levenshtein_distance(left, right) == 1
