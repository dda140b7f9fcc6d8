"""The keys of names: what a name is split into, and 64-bit hashes of its forms, from strict to loose.

Names are many and their words few: each word is read once. `make compiled` compiles this module (decision 0015).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from struct import unpack
from typing import Final, NamedTuple

from matching.normalise.syllables import is_syllable
from matching.normalise.text import fold, spelling_key
from matching.variants import variant_of

MAX_SYLLABLES: Final = 8  # longer names keep their first seven syllables and the last one
HASH_BYTES: Final = 8
CODE_BYTES: Final = 4

# What is put before or between the parts of names in the Central Highlands, and carries no identity (DOMAIN 3.5).
PREFIXES: Final = frozenset({"y", "h'", "k'", "ka", "ha", "a", "h", "k"})

# Consonants that dialects and typists confuse, mapped onto one letter: for blocking keys only, never for a verdict.
_CONFUSED: Final = (
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
_NO_NAME_BEGINS: Final = frozenset("aeiouyh'")  # after H' and K' in one word: these letters begin Hà, Hoa, Khá
_NO_SOUND: Final = bytes(HASH_BYTES)
_NO_SYLLABLES: Final = [b"\xff" * CODE_BYTES * (MAX_SYLLABLES - length) for length in range(MAX_SYLLABLES + 1)]


class NameKeys(NamedTuple):
    """The keys of one name: its syllables (K2) and 64-bit hashes of its forms, from strict to loose."""

    syllables: tuple[str, ...]
    written: int  # as it stands, capitals included
    key: int  # K2: equal up to spelling
    folded: int  # K3: without accents
    sorted: int  # K4: syllables in alphabetical order, without accents and prefixes
    surname: int  # loose: the first syllable, regional variants and confused consonants as one
    given: int  # loose: the last syllable, likewise


@lru_cache(maxsize=1 << 17)
def name_keys(full_name: str) -> NameKeys:
    """The keys of a clean name."""
    syllables = _syllables(full_name)
    return NameKeys(tuple([each.text for each in syllables]), *unpack("<6Q", _hashes(full_name, syllables)))


class KeyedNames(NamedTuple):
    """The keys of several names, to be made columns of."""

    rows: (
        bytes  # of each: six hashes in the order of NameKeys, codes of MAX_SYLLABLES syllables, -1 where there is none
    )
    lengths: list[int]  # how many syllables each has


def keyed_names(names: Sequence[str], codes: dict[str, bytes]) -> KeyedNames:
    """The keys of clean names; a syllable that has no code yet is given the next one."""
    parts: list[bytes] = []
    lengths: list[int] = []
    for full_name in names:
        syllables = _syllables(full_name)
        lengths.append(len(syllables))
        parts.append(_hashes(full_name, syllables))
        for syllable in syllables:
            code = codes.get(syllable.text)
            if code is None:
                code = codes[syllable.text] = len(codes).to_bytes(CODE_BYTES, "little")
            parts.append(code)
        parts.append(_NO_SYLLABLES[len(syllables)])
    return KeyedNames(b"".join(parts), lengths)


def hash64(text: str) -> int:
    """A 64-bit hash of a text, the same on every machine."""
    return int.from_bytes(_digest(text), "little")


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()


@dataclass(frozen=True, slots=True)
class _Syllable:
    """A syllable of a name."""

    text: str  # K2
    folded: str  # without accents
    sound: bytes  # the hash of its loose form


def _syllables(full_name: str) -> list[_Syllable]:
    """The syllables of a clean name; a prefix with an apostrophe (H', K') stands by itself."""
    found: list[_Syllable] = []
    for word in full_name.split():
        found.extend(_of_word(word))
    return found if len(found) <= MAX_SYLLABLES else [*found[: MAX_SYLLABLES - 1], found[-1]]


def _hashes(full_name: str, syllables: list[_Syllable]) -> bytes:
    """The six hashes of a name, in the order of NameKeys."""
    folded = [each.folded for each in syllables]
    # "Ông" and "Bà" are titles and, among the Chăm, surnames: where that can't be told, neither keeps people apart.
    untitled = folded[1:] if len(folded) > 2 and folded[0] in ("ong", "ba") else folded
    core = [part for part in untitled if part not in PREFIXES] or folded
    return b"".join(
        [
            _digest(full_name),
            _digest(" ".join([each.text for each in syllables])),
            _digest(" ".join(folded)),
            _digest(" ".join(sorted(core))),
            syllables[0].sound if syllables else _NO_SOUND,
            syllables[-1].sound if syllables else _NO_SOUND,
        ]
    )


@lru_cache(maxsize=1 << 16)
def _of_word(word: str) -> tuple[_Syllable, ...]:
    """The syllables that a word of a name writes."""
    parts = spelling_key(word).replace("-", " ").replace(".", " ").split()
    return tuple([_syllable(each) for part in parts for each in _apart(part)])


@lru_cache(maxsize=1 << 16)
def _syllable(text: str) -> _Syllable:
    return _Syllable(text, fold(text), _digest(loose_syllable(text)))


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
