"""The written syllables of Vietnamese: which are valid, and where their tone mark belongs (DOMAIN 3.2).

A syllable is an onset, a rhyme and a tone. The rhymes are closed lists; a word outside them (a name of the Central
Highlands, a foreign name) is left as it is written.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

GRAVE, ACUTE, TILDE, HOOK, DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
AMBIGUOUS: Final = "?"  # more than one tone mark in a word
TONES: Final = frozenset((GRAVE, ACUTE, TILDE, HOOK, DOT))
MARKED_VOWELS: Final = frozenset("ăâêôơư")
VOWELS: Final = frozenset("aeiouy") | MARKED_VOWELS

LONGEST: Final = len("nghiêng") + 2  # with room for marks that do not compose

# Longest first, so that the first that fits is the onset.
ONSETS: Final = (
    *("ngh",),
    *("ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr"),
    *("b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x"),
    "",
)

_RHYMES: Final = """
    a ac ach ai am an ang anh ao ap at au ay
    ăc ăm ăn ăng ăp ăt
    âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et
    ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oem oen oeo oet oi om on ong oong ooc op ot
    oăc oăm oăn oăng oăt
    ô ôc ôi ôm ôn ông ôp ôt
    ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uân uâng uât uây uê uêch uên uênh uêt uơ uôc uôi uôm uôn uông uôt
    uy uya uych uyn uynh uyp uyt uyu uyên uyêt
    ư ưa ưc ưi ưm ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y ych yn ynh yt yêm yên yêng yêt yêu
"""
RHYMES: Final = frozenset(_RHYMES.split())

# What may follow an onset: c, g and ng become k, gh and ngh before e, ê, i; the first letters of the rhyme decide.
BEFORE_FRONT: Final = frozenset(("k", "gh", "ngh"))
NOT_BEFORE_FRONT: Final = frozenset(("c", "g", "ng"))
Y_RHYME_ONSETS: Final = frozenset(("", "h", "k", "l", "m", "s", "t", "v", "qu"))
# After qu the sound w is already written, except in quốc; after gi the sound i is.
_QU_RHYMES: Final = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt ân âng ât âu ây
    e en eng eo et ê ên ênh êch êt êu i ia ich in inh it iu iêt ơ ơi ơn y ych yn ynh yt yên yêt ôc
"""
QU_RHYMES: Final = frozenset(_QU_RHYMES.split())


def split_tone(word: str) -> tuple[str, str]:
    """A lower-case word without its tone mark, and that mark ("" for none, AMBIGUOUS for more than one)."""
    letters = unicodedata.normalize("NFD", word)
    tones = [mark for mark in letters if mark in TONES]
    if not tones:
        return word, ""
    bare = unicodedata.normalize("NFC", "".join(mark for mark in letters if mark not in TONES))
    return bare, tones[0] if len(tones) == 1 else AMBIGUOUS


def split_onset(bare: str) -> tuple[str, str] | None:
    """Onset and rhyme of a toneless lower-case syllable, or None where it is no Vietnamese syllable."""
    for onset in ONSETS:
        if bare.startswith(onset) and fits(onset, bare[len(onset) :]):
            return onset, bare[len(onset) :]
    return None


def fits(onset: str, rhyme: str) -> bool:
    """Whether the rhyme is written after the onset in Vietnamese."""
    if onset == "qu":
        return rhyme in QU_RHYMES
    if rhyme not in RHYMES:
        return False
    front = rhyme[0] in "eêiy"
    if onset in BEFORE_FRONT:
        return front and (rhyme[0] != "y" or onset in Y_RHYME_ONSETS)
    if onset in NOT_BEFORE_FRONT:
        # gì, gìn and giêng are written with g and i alone
        return not front or (onset == "g" and rhyme[0] == "i")
    if onset == "gi":
        return rhyme[0] not in "iy"
    return rhyme[0] != "y" or onset in Y_RHYME_ONSETS


def tone_position(onset: str, rhyme: str) -> int:
    """Which letter of the rhyme bears the tone mark in the traditional style: hòa, thủy, toàn, quý, già."""
    vowels = 0
    while vowels < len(rhyme) and rhyme[vowels] in VOWELS:
        vowels += 1
    for position in range(vowels - 1, -1, -1):
        if rhyme[position] in MARKED_VOWELS:
            return position
    if vowels < len(rhyme):
        return vowels - 1
    return 1 if vowels == 3 else 0


def is_syllable(word: str) -> bool:
    """Whether a lower-case NFC word is a Vietnamese syllable, wherever its tone mark stands."""
    return len(word) <= LONGEST and _is_syllable(word)


@lru_cache(maxsize=65_536)
def _is_syllable(word: str) -> bool:
    bare, tone = split_tone(word)
    return tone != AMBIGUOUS and split_onset(bare) is not None and tone_fits(bare, tone)


def tone_fits(bare: str, tone: str) -> bool:
    """Whether the syllable may bear the tone: those that end in c, ch, p or t bear sắc or nặng."""
    return tone in (ACUTE, DOT) or not bare.endswith(("c", "ch", "p", "t"))


def place_tone(word: str) -> str:
    """The lower-case NFC word with its tone mark where it belongs; anything but a Vietnamese syllable is unchanged."""
    if word.isascii() or len(word) > LONGEST:
        return word
    bare, tone = split_tone(word)
    if tone in ("", AMBIGUOUS) or not tone_fits(bare, tone):
        return word
    parts = split_onset(bare)
    if parts is None:
        return word
    onset, rhyme = parts
    position = len(onset) + tone_position(onset, rhyme)
    return unicodedata.normalize("NFC", bare[: position + 1] + tone + bare[position + 1 :])
