"""Syllables and their relations: what two syllables of two names have to do with each other.

A Vietnamese name is a row of syllables. Whole-name string distances are useless here (70 % of random pairs of people
named Nguyễn have a Jaro-Winkler similarity above .85), so pairs of syllables are judged, each pair once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeVar

import jellyfish
import numpy as np
from numpy.typing import NDArray

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
    bare = fold(_variants().get(syllable, syllable))
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
    variants = _variants()
    if variants.get(left, left) == variants.get(right, right):
        return SyllableRelation.VARIANT
    if _abbreviates(bare_left, bare_right) or _abbreviates(bare_right, bare_left):
        return SyllableRelation.INITIAL
    if _heard(left) == _heard(right):
        return SyllableRelation.TYPO
    if min(len(bare_left), len(bare_right)) >= 2 and one_edit(bare_left, bare_right):
        # Dũng and Hùng are a letter apart, and two men; Hùnh is nobody's name.
        return SyllableRelation.DIFFERENT if is_syllable(left) and is_syllable(right) else SyllableRelation.TYPO
    return SyllableRelation.DIFFERENT


@lru_cache(maxsize=1 << 16)
def _heard(syllable: str) -> str:
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


T = TypeVar("T")


class Vocabulary(tuple[str, ...]):
    """The syllables of a register that is asked again and again: what was judged of them is kept for later batches."""

    def __init__(self, _: Iterable[str] = ()) -> None:
        self._rows: dict[str, NDArray[np.uint8]] = {}

    def rows(self, asked: Sequence[str]) -> list[NDArray[np.uint8]]:
        """For each syllable asked what is known of it and each syllable of the register; rows may be written to."""
        if len(self._rows) > _MOST_KEPT:
            self._rows.clear()
        found = []
        for syllable in asked:
            row = self._rows.get(syllable)
            if row is None:
                row = self._rows[syllable] = np.full(len(self), _UNKNOWN, dtype=np.uint8)
            found.append(row)
        return found


class Judged(Generic[T]):
    """Pairs of values of two lists, each judged once: a table of small integers that fills as it is asked."""

    def __init__(self, left: Sequence[T], right: Sequence[T], judge: Callable[[T, T], int]) -> None:
        self._left, self._right, self._judge = left, right, judge
        self._table: NDArray[np.uint8] = np.full((len(left), len(right)), _UNKNOWN, dtype=np.uint8)
        self._kept: list[NDArray[np.uint8]] | None = None
        if isinstance(right, Vocabulary):
            self._kept = right.rows([str(value) for value in left])
            if self._kept:
                np.stack(self._kept, out=self._table)

    def __call__(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.uint8]:
        """The judgement of each pair (left[i], right[i]) of list positions."""
        known = self._table[left, right]
        missing = known == _UNKNOWN
        if missing.any():
            width = len(self._right)
            for pair in np.unique(left[missing].astype(np.int64) * width + right[missing]).tolist():
                i, j = divmod(pair, width)
                self._table[i, j] = judged = self._judge(self._left[i], self._right[j])
                if self._kept is not None:
                    self._kept[i][j] = judged
            known = self._table[left, right]
        return known


_UNKNOWN = 255
_MOST_KEPT = 1 << 15  # syllables of land users; the misspelt ones never end
