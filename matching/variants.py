"""Syllables and their relations: what two syllables of two names have to do with each other.

A Vietnamese name is a row of syllables. Whole-name string distances are useless here (70 % of random pairs of people
named Nguyễn have a Jaro-Winkler similarity above .85), so pairs of syllables are judged, each pair once.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import jellyfish

from matching.normalise.syllables import is_syllable
from matching.normalise.text import fold, spelling_key

MAX_SYLLABLES = 8  # longer names keep their first seven syllables and the last one


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

# What is put before or between the parts of names in the Central Highlands, and carries no identity (DOMAIN 3.5).
PREFIXES = frozenset({"y", "h'", "k'", "ka", "ha", "a", "h", "k"})


@lru_cache(maxsize=1)
def _variants() -> dict[str, str]:
    return {spelling_key(word): group[0] for group in VARIANT_GROUPS for word in group}


def variant_of(syllable: str) -> str:
    """The first of the variants of one name that a syllable in K2 form is among; itself if it has none."""
    return _variants().get(syllable, syllable)


# Consonants that dialects and typists confuse, mapped onto one letter: for blocking keys only, never for a verdict.
_CONFUSED = (
    ("ngh", "ng"),
    ("gh", "g"),
    ("tr", "ch"),
    ("gi", "d"),
    ("r", "d"),
    ("s", "x"),
    ("q", "c"),
    ("k", "c"),
    ("ph", "f"),
)


class NameKeys(NamedTuple):
    """The keys of one name: its syllables (K2) and 64-bit hashes of its forms, from strict to loose."""

    syllables: tuple[str, ...]
    written: int  # as it stands, capitals included
    key: int  # K2: equal up to spelling
    folded: int  # K3: without accents
    sorted: int  # K4: syllables in alphabetical order, without accents and prefixes
    surname: int  # loose: the first syllable, regional variants and confused consonants as one
    given: int  # loose: the last syllable, likewise


def hash64(text: str) -> int:
    """A 64-bit hash of a text, the same on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def split_syllables(spelled: str) -> tuple[str, ...]:
    """The syllables of a name in K2 form; a prefix with an apostrophe (H', K') stands by itself."""
    words = spelled.replace("-", " ").replace(".", " ").split()
    parts = [part for word in words for part in _apart(word)]
    if len(parts) > MAX_SYLLABLES:
        parts = [*parts[: MAX_SYLLABLES - 1], parts[-1]]
    return tuple(parts)


@lru_cache(maxsize=1 << 16)
def _apart(word: str) -> tuple[str, ...]:
    """A word as the syllables that it writes; H', K', Ha, Ka stand by themselves.

    Clerks write highland names in one word (KBrèm, Haphúc, Ka'Đủi, DOMAIN 3.5): what can't be one syllable is parted.
    """
    if is_syllable(word) or len(word) < 3:
        return tuple(word.replace("h'", "h' ").replace("k'", "k' ").split())
    mark, rest = word[0], word[1:].removeprefix("'")
    if mark in "hk" and rest and (word[1] == "'" or fold(rest[0]) not in _NO_NAME_BEGINS):
        return f"{mark}'", rest
    mark, rest = word[:2], word[2:].removeprefix("'")
    if mark in ("ha", "ka") and rest and (word[2] == "'" or is_syllable(rest)):
        return mark, rest
    return (word,)


_NO_NAME_BEGINS = frozenset("aeiouyh'")  # after H' and K' in one word: these letters begin Hà, Hoa, Khá


@lru_cache(maxsize=1 << 16)
def loose_syllable(syllable: str) -> str:
    """The syllable for blocking: variants as one, no accents, confused consonants as one."""
    bare = fold(variant_of(syllable))
    for written, heard in _CONFUSED:
        if bare.startswith(written):
            bare = heard + bare[len(written) :]
            break
    if bare.endswith(("n", "ng")):
        bare = bare.removesuffix("g").removesuffix("n") + "n"
    return bare.replace("y", "i")


@lru_cache(maxsize=1 << 16)
def _fold_syllable(syllable: str) -> str:
    return fold(syllable)


@lru_cache(maxsize=1 << 16)
def _loose_hash(syllable: str) -> int:
    return hash64(loose_syllable(syllable))


@lru_cache(maxsize=1 << 17)
def name_keys(full_name: str) -> NameKeys:
    """The keys of a clean name."""
    syllables = split_syllables(spelling_key(full_name))
    folded = [*map(_fold_syllable, syllables)]
    # "Ông" and "Bà" are titles and, among the Chăm, surnames: where that can't be told, neither keeps people apart.
    untitled = folded[1:] if len(folded) > 2 and folded[0] in ("ong", "ba") else folded
    core = [part for part in untitled if part not in PREFIXES] or folded
    return NameKeys(
        syllables,
        hash64(full_name),
        hash64(" ".join(syllables)),
        hash64(" ".join(folded)),
        hash64(" ".join(sorted(core))),
        _loose_hash(syllables[0]) if syllables else 0,
        _loose_hash(syllables[-1]) if syllables else 0,
    )


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
