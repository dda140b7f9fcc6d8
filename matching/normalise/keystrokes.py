"""Reads words typed with the input method switched off: the keystrokes of Telex and VNI (nguyeenx, Tra62n).

Either may be half done: the letter already has its mark and one keystroke was left over (Nguyênx, Hùngs, Đdinh).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from matching.normalise.syllables import ACUTE, AMBIGUOUS, DOT, GRAVE, HOOK, TILDE, VOWELS, is_syllable, place_tone
from matching.normalise.syllables import split_tone as _split_tone

LONGEST: Final = 12  # keystrokes of a syllable: "nghieengs", with room for one left over

_TELEX_TONES: Final = {"s": ACUTE, "f": GRAVE, "r": HOOK, "x": TILDE, "j": DOT}
_VNI_TONES: Final = {"1": ACUTE, "2": GRAVE, "3": HOOK, "4": TILDE, "5": DOT}
# What a key makes of the vowels before it: the pair "uo" first.
_TELEX_MARKS: Final = {
    "w": (("uo", "ươ"), ("ưo", "ươ"), ("uơ", "ươ"), ("a", "ă"), ("o", "ơ"), ("u", "ư")),
    "a": (("a", "â"),),
    "e": (("e", "ê"),),
    "o": (("o", "ô"),),
}
_VNI_MARKS: Final = {
    "6": (("a", "â"), ("e", "ê"), ("o", "ô")),
    "7": (("uo", "ươ"), ("ưo", "ươ"), ("uơ", "ươ"), ("o", "ơ"), ("u", "ư")),
    "8": (("a", "ă"),),
}
_BARRED_D: Final = re.compile(r"\A(?:d[d9]|đ[dđ9]|dđ)")
_TWICE: Final = re.compile(r"([^\W\da-z])\1")
_MARKED: Final = {"a": "ăâ", "e": "ê", "o": "ôơ", "w": "ăơư", "6": "âêô", "7": "ơư", "8": "ă"}


def telex(word: str) -> str | None:
    """The syllable that a lower-case word of letters means as Telex keystrokes; None where it means none."""
    return _decoded(word, _TELEX_TONES, _TELEX_MARKS)


def vni(word: str) -> str | None:
    """The syllable that a lower-case word of letters and digits means as VNI keystrokes; None where it means none."""
    return _decoded(word, _VNI_TONES, _VNI_MARKS)


def kinds_of_keys(word: str) -> int:
    """How many kinds of keystrokes a word shows: of đ, of the tone, of a vowel's mark."""
    bare = _split_tone(word)[0]
    rest = bare[1:]
    return (
        (_BARRED_D.match(bare) is not None)
        + any(key in rest for key in "sfrxj12345")
        + (re.search(r"aa|ee|oo|[aouăơư]+[cghmnpti]*w|[678]", rest) is not None)
    )


_Marks = dict[str, tuple[tuple[str, str], ...]]


def _decoded(word: str, tones: dict[str, str], marks: _Marks) -> str | None:
    if not 2 <= len(word) <= LONGEST:
        return None
    bare, tone = _split_tone(_TWICE.sub(r"\1", word))
    if tone == AMBIGUOUS:
        return None
    bare = _BARRED_D.sub("đ", bare)
    start = next((at for at, letter in enumerate(bare) if letter in VOWELS), None)
    if start is None:
        return None
    letters, typed = bare[:start], ""
    if bare[start:].endswith("9") and letters[:1] == "d":
        letters, bare = "đ" + letters[1:], bare[:-1]
    for key in bare[start:]:
        if key in tones and letters[-1:].isalpha() and len(letters) > start:
            if typed not in ("", tones[key]):
                return None
            typed = tones[key]
        else:
            letters = _marked(letters, key, start, marks)
    bare, tone = letters, tone or typed
    placed = place_tone(unicodedata.normalize("NFC", bare[: start + 1] + tone + bare[start + 1 :])) if tone else bare
    return placed if placed != word and is_syllable(placed) else None


def _marked(letters: str, key: str, start: int, marks: _Marks) -> str:
    """The letters so far after one more key: a mark on a vowel before it, a mark already there, or one more letter."""
    vowels = letters[start:]
    adjacent = key in "aeo"
    for plain, marked in marks.get(key, ()):
        at = vowels.rfind(plain)
        if at >= 0 and (not adjacent or vowels.endswith(plain)):
            return letters[:start] + vowels[:at] + marked + vowels[at + len(plain) :]
    if key in marks and any(letter in _MARKED[key] for letter in (vowels[-1:] if adjacent else vowels)):
        return letters
    return letters + key
