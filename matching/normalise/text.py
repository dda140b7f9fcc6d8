"""Repairs text, and spells it in the ways that names and addresses are compared by (DOMAIN 3.1, 3.2).

`repair` mends what was typed or converted badly and keeps every letter. The keys come after it: `spelled` (K1),
`spelling_key` (K2) and `fold` (K3, no accents). `display` is how a person's name is shown. Every function takes any
text, raises nothing, and works in time linear in the text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, Protocol

from anyascii import anyascii

from matching.normalise.syllables import AMBIGUOUS, LONGEST, TONES, place_tone, split_tone

_ACCENTED: Final = "".join(
    chr(code)
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    if chr(code).isalpha() and unicodedata.is_normalized("NFC", chr(code)) and chr(code) not in "ÐðƉɖŉĿŀǄǅǆǇǈǉǊǋǌǱǲǳĲĳſ"
)
# Whatever is not plain ASCII or a letter composed as it should be has to be looked at; & may begin an HTML entity.
# A set by itself is searched for ten times as fast as one among several forms, so blanks are looked for beside it.
_suspect_letter: Final = re.compile(f"[^\n -%'-_a-~{_ACCENTED}]").search
_stray_blank: Final = re.compile(r"[ \n][ \n]|\A[ \n]|[ \n]\Z").search
_SPACES: Final = "\t\xa0\u1680\u180e\u202f\u205f\u2800\u3000\u3164\uffa0" + "".join(map(chr, range(0x2000, 0x200B)))
_LINE_ENDS: Final = "\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_INVISIBLE: Final = (
    *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0xFEFF, 0xFFF9, 0xFFFA, 0xFFFB),
    *range(0x180B, 0x180E),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xE0000, 0xE0080),
)
_CONTROLS: Final = tuple(
    code for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in f"\n{_SPACES}{_LINE_ENDS}"
)
_APOSTROPHES: Final = "`´‘’‛′ʹʻʼʽʾʿˈˊˋ＇՚Ꞌꞌ"
_LETTERS_LIKE: Final = dict(zip("ÐðƉɖɑɡ", "ĐđĐđag", strict=True)) | {"ŉ": "'n"}
_LOOK_ALIKES: Final = {
    ord(alien): latin
    for aliens, latins in (
        ("АВЕЅІЈКМНОРСТУХҺԚԜҮ", "ABESIJKMHOPCTYXHQWY"),
        ("авеѕіјкмнорстухһԛԝүԁѵ", "abesijkmhopctyxhqwydv"),
        ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC"),
        ("αβεζηικμνορτυχϲϳ", "abezhikmnoptyxcj"),
    )
    for alien, latin in zip(aliens, latins, strict=True)
}
_COMPATIBLE: Final = re.compile("[\uff01-\uff5e\ufb00-\ufb06\U0001d400-\U0001d7ffĲĳĿŀǄ-ǌǱ-ǳſ]+")
_WORD: Final = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+")
_ALIEN: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_APOSTROPHE: Final = re.compile(rf"(?<=[^\W\d_])[{_APOSTROPHES}]|[{_APOSTROPHES}](?=[^\W_])")
_UPPER_MARKS: Final = re.compile("[\u0300-\u0303\u0306\u0309]{2,}")
_REPEATED_MARK: Final = re.compile("([\u0300-\u036f])\\1+")
# Normalising sorts a run of marks in quadratic time; no script stacks more than 30 (UAX 15, stream-safe text).
_MARKS_MAX: Final = 30
_MANY_MARKS: Final = re.compile(rf"[^\w\s\x21-\x7e]{{{_MARKS_MAX + 1},}}")
_BARRED: Final = re.compile("([dDbB])([\u0300-\u0334\u0337-\u036f]*)[\u0335\u0336]")
_SURROGATE: Final = re.compile(f"[{chr(0xD800)}-{chr(0xDFFF)}]")
_ENTITY: Final = re.compile("&(?:#[0-9]{3,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z]{1,2}(?:grave|acute|circ|tilde|uml));")

_TRANSLATIONS: Final[tuple[tuple[str, dict[int, str | None]], ...]] = (
    ("text_invisible", dict.fromkeys(_INVISIBLE)),
    ("text_controls", dict.fromkeys(_CONTROLS)),
    ("text_look_alikes", {ord(like): letter for like, letter in _LETTERS_LIKE.items()}),
)
_WHITE: Final = dict.fromkeys(map(ord, _SPACES), " ") | dict.fromkeys(map(ord, _LINE_ENDS), "\n")
_SHORT: Final = 400  # characters: a longer text is no cell whose words are worth remembering
# Longer words are no names: they are worked out each time, so that the caches stay small.
LONGEST_CACHED: Final = 64
_BLANKS: Final = re.compile(r"[ \n]*\n[ \n]*|  +")


def repair(text: str) -> str:
    """The text in composed Unicode, without look-alikes, invisible characters and stray spaces; no letter is lost.

    Line breaks stay, as one newline: some cells hold one name per line.
    """
    return text if is_sound(text) else _repaired(text)[0]


def repaired(text: str) -> tuple[str, tuple[str, ...]]:
    """The repaired text, and the flags of what was changed in it (spaces change without a flag)."""
    return (text, ()) if is_sound(text) else _repaired(text)


def is_sound(text: str) -> bool:
    """Nothing in the text has to be repaired."""
    if _suspect_letter(text) is not None:
        return False
    if "\n" in text:
        return _stray_blank(text) is None
    return "  " not in text and not text.startswith(" ") and not text.endswith(" ")


def _repaired(text: str) -> tuple[str, tuple[str, ...]]:
    return _repaired_short(text) if len(text) <= _SHORT else _without_blanks(*_mended(text))


@lru_cache(maxsize=8_192)
def _repaired_short(text: str) -> tuple[str, tuple[str, ...]]:
    """The repair of a cell, which is asked for its text first and for its flags a chunk of records later."""
    return _without_blanks(*_mended_by_word(text))


def _without_blanks(mended: str, flags: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    return _BLANKS.sub(lambda found: "\n" if "\n" in found[0] else " ", mended).strip(" \n"), flags


def _mended_by_word(text: str) -> tuple[str, tuple[str, ...]]:
    """As `_mended`, word by word, since words repeat; flags of several kinds have an order that only the text has."""
    words = [_mended_word(word) for word in text.split(" ")]
    flags = {flags for _, flags in words if flags}
    if len(flags) > 1 or any(len(several) > 1 for several in flags):
        return _mended(text)
    return " ".join([word for word, _ in words]), flags.pop() if flags else ()


def _mended(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with every sign mended, blanks left where they are, and the flags of what was changed."""
    flags: list[str] = []

    def step(flag: str, after: str) -> None:
        nonlocal text
        if after != text:
            flags.append(flag)
            text = after

    if _SURROGATE.search(text):
        step("text_unreadable", text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
    step("text_entities", _ENTITY.sub(_entity, text))
    for flag, table in _TRANSLATIONS:
        step(flag, text.translate(table))
    step("text_controls", _MANY_MARKS.sub(_fewer_marks, text))
    step("text_width", _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text))
    decomposed = unicodedata.normalize("NFD", text)
    latin = _WORD.sub(_latin_word, decomposed) if _ALIEN.search(decomposed) else decomposed
    step("text_composed", _composed(decomposed))
    if latin != decomposed:
        step("text_look_alikes", _composed(latin))
    step("text_apostrophe", _APOSTROPHE.sub("'", text))
    return text.translate(_WHITE), tuple(dict.fromkeys(flags))


@lru_cache(maxsize=32_768)
def _mended_word(word: str) -> tuple[str, tuple[str, ...]]:
    return (word, ()) if _suspect_letter(word) is None else _mended(word)


def is_plain(text: str) -> bool:
    """No letter of the text is changed by `repair`."""
    return _suspect_letter(text) is None


def text_flags(text: str) -> tuple[str, ...]:
    """The flags of what `repair` changes in a text."""
    return () if _suspect_letter(text) is None else _repaired(text)[1]


def tones_move(text: str) -> bool:
    """Whether the traditional style has a tone mark of some word on another letter: Thuỷ is Thủy, Hoà is Hòa."""
    return _late_tone(text) is not None and any(_tone_moves(word) for word in text.split())


@lru_cache(maxsize=65_536)
def _tone_moves(word: str) -> bool:
    return _spelled_once(word) != _lower(word)


# Where a mark may stand in the modern style or by mistake: behind another vowel, or on the vowel before i, y or a.
_late_tone: Final = re.compile("[aeiouyăâêôơưAEIOUYĂÂÊÔƠỪ-ͯÀ-ỹ][̀-ͯÀ-ỹ]|[À-ỹ][aeiouyAEIOUY]").search


def _fewer_marks(found: re.Match[str]) -> str:
    """The signs of a long run without the combining marks beyond its first thirty."""
    signs = found[0]
    return signs[:_MARKS_MAX] + "".join(sign for sign in signs[_MARKS_MAX:] if not unicodedata.combining(sign))


def _entity(found: re.Match[str]) -> str:
    """The letter that an HTML entity stands for; entities of anything but letters stay."""
    letter = html.unescape(found[0])
    return letter if letter.isalpha() and not letter.isascii() else found[0]


def _composed(decomposed: str) -> str:
    """Composes letters whose marks were typed in any order, tone before circumflex as well as after it."""
    text = _UPPER_MARKS.sub(lambda found: "".join(sorted(found[0], key=TONES.__contains__)), decomposed)
    text = _REPEATED_MARK.sub(r"\1", text)
    text = _BARRED.sub(lambda found: {"d": "đ", "D": "Đ", "b": "ƀ", "B": "Ƀ"}[found[1]] + found[2], text)
    return unicodedata.normalize("NFC", text)


def _latin_word(found: re.Match[str]) -> str:
    """A word of Latin letters with Cyrillic or Greek ones among them, or one such letter alone, in Latin letters."""
    word = found[0]
    if _ALIEN.search(word) and (_LATIN.search(word) or len(word) == 1):
        return word.translate(_LOOK_ALIKES)
    return word


def spelled(text: str) -> str:
    """Key K1: lower case, composed, single spaces, and each tone mark where the traditional style has it."""
    return _by_word(_spelled, text)


def spelling_key(text: str) -> str:
    """Key K2: K1 with i and y alike where both are written: Mỹ and Mĩ, Lý and Lí, Quý and Quí."""
    return _by_word(_spelling_key, text)


def fold(text: str) -> str:
    """Key K3: lower-case letters without any accent, đ as d; other scripts as they sound in Latin letters."""
    return _by_word(_folded, text)


def display(text: str) -> str:
    """A name as it is shown: each word, and each part after an apostrophe or hyphen, begins with a capital.

    Tone marks stand where the traditional style has them.
    """
    return _by_word(_displayed, text)


class _Key(Protocol):
    """A cached function of a word; `__wrapped__` is the same without the cache."""

    def __call__(self, word: str, /) -> str: ...
    @property
    def __wrapped__(self) -> Callable[..., str]: ...


def _by_word(key: _Key, text: str) -> str:
    words: Iterable[str]
    if len(text) <= LONGEST_CACHED:
        if text.isalpha():
            return key(text)  # a single word, as most are
        words = map(key, text.split())
    else:
        words = (key(word) if len(word) <= LONGEST_CACHED else key.__wrapped__(word) for word in text.split())
    return " ".join(filter(None, words))


@lru_cache(maxsize=65_536)
def _spelled(word: str) -> str:
    lower = _lower(word)
    return place_tone(lower) if lower.isalpha() else _WORD.sub(lambda found: place_tone(found[0]), lower)


def _spelled_once(word: str) -> str:
    """The word as `_spelled` gives it, which the other keys and the shown form begin with."""
    return _spelled(word) if len(word) <= LONGEST_CACHED else _spelled.__wrapped__(word)


@lru_cache(maxsize=65_536)
def _spelling_key(word: str) -> str:
    placed = _spelled_once(word)
    return _i_for_y(placed) if placed.isalpha() else _WORD.sub(lambda found: _i_for_y(found[0]), placed)


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    bare = _lower(word)
    if not bare.isascii():
        letters = unicodedata.normalize("NFD", bare)
        bare = "".join([letter for letter in letters if not unicodedata.combining(letter)]).translate(_FOLDED)
        if not bare.isascii():
            bare = anyascii(bare).lower()
    return " ".join(bare.replace("`", "'").split())


@lru_cache(maxsize=65_536)
def _displayed(word: str) -> str:
    placed = _spelled_once(word)
    if placed.isalpha():
        return _capital(placed[0]) + placed[1:]
    return _WORD.sub(lambda found: _capital(found[0][0]) + found[0][1:], placed)


def _capital(letter: str) -> str:
    """The capital of a letter that has one of its own; the sign µ, for one, has not."""
    capital = letter.upper()
    return capital if capital.lower() == letter else letter


def _lower(word: str) -> str:
    """The repaired word in lower case, in the letters that its capitals have as well (ß is ss, ı is i)."""
    word = repair(word)
    return word.lower() if word.isascii() else repair(word.lower().replace("ß", "ss").replace("ı", "i"))


_FOLDED: Final = str.maketrans("đƀɓŧłøħ", "dbbtloh")
_I_OR_Y: Final = re.compile("(?:h|k|l|m|s|t|v|qu)[iy]")


def _i_for_y(word: str) -> str:
    bare, tone = split_tone(word) if len(word) <= LONGEST else (word, "")
    if tone == AMBIGUOUS or _I_OR_Y.fullmatch(bare) is None:
        return word
    return unicodedata.normalize("NFC", f"{bare[:-1]}i{tone}")
