"""Vietnamese letters taken apart and put together: what the errors of spelling are made of."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

TONES: Final = ("\u0300", "\u0301", "\u0309", "\u0303", "\u0323")  # huyền, sắc, hỏi, ngã, nặng
_MARK: Final = re.compile("[\u0300-\u036f]")
_TONE_SET: Final = frozenset(TONES)
_OLD_STYLE: Final = ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy")
_NEW_STYLE: Final = ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ")
_OTHER_STYLE: Final = dict(zip(_OLD_STYLE + _NEW_STYLE, _NEW_STYLE + _OLD_STYLE, strict=True))
_I_FOR_Y: Final = dict(zip("yỳýỷỹỵiìíỉĩị", "iìíỉĩịyỳýỷỹỵ", strict=True))
_ONSETS_OF_IY: Final = frozenset(("h", "k", "l", "m", "s", "t", "v", "qu"))
_MARKS: Final = {
    "u": "ư",
    "ư": "u",
    "o": "ôơ",
    "ô": "oơ",
    "ơ": "ôo",
    "a": "âă",
    "â": "aă",
    "ă": "âa",
    "e": "ê",
    "ê": "e",
}
_VOWELS: Final = frozenset("aăâeêioôơuưy")


@lru_cache(maxsize=65536)
def unaccented(text: str) -> str:
    """The text without any accent, its capitals kept: Đặng becomes Dang, Čil becomes Cil."""
    bare = _MARK.sub("", unicodedata.normalize("NFD", text))
    return bare.replace("Đ", "D").replace("đ", "d").replace("ƀ", "b")


def other_tone_placement(syllable: str) -> str | None:
    """The same syllable with the tone on the other vowel (Hòa, Hoà); None if it has one placement only."""
    tail = syllable[-2:].lower()
    if tail not in _OTHER_STYLE or (tail[0] in "uùúủũụ" and syllable[-3:-2].lower() == "q"):
        return None
    return syllable[:-2] + _OTHER_STYLE[tail] if not syllable.isupper() else None


def i_for_y(syllable: str) -> str | None:
    """The same syllable with a final i written y or the other way (Mỹ, Mĩ); None where both don't exist."""
    if syllable[:-1].lower() not in _ONSETS_OF_IY or syllable[-1:] not in _I_FOR_Y:
        return None
    return syllable[:-1] + _I_FOR_Y[syllable[-1]]


def other_accent(syllable: str, pick: float) -> str | None:
    """Another name by one accent: another tone, or another mark on its vowel (Hùng, Hưng); None without a vowel."""
    letters = list(unicodedata.normalize("NFD", syllable))
    tone_at = next((i for i, c in enumerate(letters) if c in _TONE_SET), None)
    if tone_at is not None and pick < 0.6:
        others = ["", *(t for t in TONES if t != letters[tone_at])]
        letters[tone_at] = others[int(pick / 0.6 * len(others))]
        return unicodedata.normalize("NFC", "".join(letters))
    return _other_mark(syllable, pick) or _added_tone(syllable, pick)


def _other_mark(syllable: str, pick: float) -> str | None:
    """The syllable with another mark on its first vowel that can bear one."""
    for i, letter in enumerate(syllable):
        apart = unicodedata.normalize("NFD", letter)
        tone = "".join(c for c in apart if c in _TONE_SET)
        vowel = unicodedata.normalize("NFC", "".join(c for c in apart if c not in _TONE_SET))
        if vowel.lower() in _MARKS and syllable[i + 1 : i + 2].lower() != "y":
            choices = _MARKS[vowel.lower()]
            chosen = choices[int(pick * len(choices))]
            chosen = chosen.upper() if vowel.isupper() else chosen
            return syllable[:i] + unicodedata.normalize("NFC", chosen + tone) + syllable[i + 1 :]
    return None


def _added_tone(syllable: str, pick: float) -> str | None:
    """The syllable with a tone on its last vowel."""
    at = next((i for i in range(len(syllable) - 1, -1, -1) if syllable[i].lower() in _VOWELS), None)
    if at is None:
        return None
    return unicodedata.normalize("NFC", syllable[: at + 1] + TONES[int(pick * len(TONES))] + syllable[at + 1 :])


INVISIBLE: Final = ("\u200b", "\u00a0", "\ufeff", "\u200c", "\u00ad")
