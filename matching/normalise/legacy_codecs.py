"""Turns text of each legacy coding into Unicode and back; what the tables say, and nothing guessed but capitals.

A byte of a legacy font is met as the letter that Windows (cp1252) or Latin-1 shows for it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from matching.normalise import legacy_tables as tables
from matching.normalise.syllables import is_syllable

TONES: Final = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_VOWELS: Final = "aăâeêioôơuưy"


def windows_letter(byte: int) -> str:
    """The character that Windows shows for a byte; where it has none, the control character of Latin-1."""
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def _composed(base: str, tone: str) -> str:
    return unicodedata.normalize("NFC", base + tone)


def _byte_table(rows: str) -> dict[str, int]:
    """Letter to byte, of one of the tables of bytes."""
    letters = {}
    for base, *cells in map(str.split, rows.strip().splitlines()):
        for tone, cell in zip(TONES, cells, strict=False):
            if cell != "--" and int(cell, 16) != ord(base):
                letters[_composed(base, tone)] = int(cell, 16)
    return letters


BYTES: Final = {
    "tcvn3": _byte_table(tables.TCVN3),
    "vps": _byte_table(tables.VPS),
    "viscii": _byte_table(tables.VISCII),
}
SURFACES: Final = {
    encoding: {surface: letter for letter, byte in letters.items() for surface in (chr(byte), windows_letter(byte))}
    for encoding, letters in BYTES.items()
}
_FROM_BYTES: Final = {encoding: str.maketrans(letters) for encoding, letters in SURFACES.items()}
_TO_BYTES: Final = {
    encoding: str.maketrans({letter: windows_letter(byte) for letter, byte in letters.items()})
    for encoding, letters in BYTES.items()
}

_WORD: Final = re.compile(r"[^\W\d_]+")
# Letters that show the case they were typed in: plain ones, and the capitals of TCVN3.
_PLAIN: Final = re.compile("[A-Za-z\xa1-\xa7]")
_HAS_CAPITAL: Final = frozenset("abcdefghijklmnopqrstuvwxyzăâêôơưđ")
_HYPHENED: Final = re.compile("(?<![A-Za-z\xa1-\xff])[A-Za-z\xa1-\xff]{0,6}-[A-Za-z\xa1-\xff]{1,6}")


def decode_tcvn3(text: str) -> str:
    """TCVN3 in Unicode; a word whose plain letters are capitals was typed in a capital font, its marks are too."""
    typed = _HYPHENED.sub(_soft_hyphen, text)
    decoded = typed.translate(_FROM_BYTES["tcvn3"])
    if decoded == text:
        return text
    spans = [found.span() for found in _WORD.finditer(decoded)]
    plain = ["".join(_PLAIN.findall(typed, start, end)) for start, end in spans]
    in_capitals = any(map(_in_capitals, plain)) and not any(letter.islower() for word in plain for letter in word)
    # Ánh and Út begin with a letter that has no capital in TCVN3
    initials = [decoded[start] for start, _ in spans]
    in_names = any(map(str.isupper, initials)) and not any(initial in _HAS_CAPITAL for initial in initials)
    parts: list[str] = []
    at = 0
    for (start, end), letters in zip(spans, plain, strict=True):
        word = decoded[start:end]
        if in_capitals or _in_capitals(letters):
            word = word.upper()
        elif in_names:
            word = word[0].upper() + word[1:]
        parts += (decoded[at:start], word)
        at = end
    return "".join((*parts, decoded[at:]))


def _in_capitals(plain_letters: str) -> bool:
    return len(plain_letters) > 1 and not any(map(str.islower, plain_letters))


def _soft_hyphen(found: re.Match[str]) -> str:
    """A word with ư for its hyphen, where that makes a syllable: ư is the soft hyphen, often made a hard one."""
    typed = found[0].replace("-", "\xad")
    return typed if is_syllable(typed.translate(_FROM_BYTES["tcvn3"]).lower()) else found[0]


def encode_tcvn3(text: str) -> str:
    """Unicode text as typed in the fonts of TCVN3, where accented capitals are small letters of a capital font."""
    letters = BYTES["tcvn3"]
    return "".join(c if c in letters else c.lower() if c.lower() in letters else c for c in text).translate(
        _TO_BYTES["tcvn3"]
    )


def _vni_table() -> dict[str, str]:
    """What VNI types, to the letter it means; letter and mark have the same case or the mark is small."""
    typed = {mark: letter for letter, mark in tables.VNI_SINGLE.items()}
    for base, start in (("ô", "ơ"), ("ö", "ư"), *((vowel, vowel) for vowel in "aeouy")):
        for tone, mark in tables.VNI_TONES.items():
            if (base, tone) != ("y", "\u0323"):
                typed[base + mark] = _composed(start, tone)
    for vowel in "aeo":
        for tone, mark in tables.VNI_CIRCUMFLEX.items():
            typed[vowel + mark] = _composed(vowel + "\u0302", tone)
    for tone, mark in tables.VNI_BREVE.items():
        typed["a" + mark] = _composed("ă", tone)
    capitals = {typed_letters.upper(): letter.upper() for typed_letters, letter in typed.items()}
    mixed = {pair[0].upper() + pair[1:]: letter.upper() for pair, letter in typed.items()}
    strange = {pair[0] + pair[1:].upper(): letter for pair, letter in typed.items()}
    return strange | mixed | capitals | typed


VNI: Final = _vni_table()
VNI_TYPED: Final = re.compile("|".join(sorted(map(re.escape, VNI), key=len, reverse=True)))
_TO_VNI: Final = str.maketrans(
    {letter: typed for typed, letter in VNI.items() if typed in (typed.lower(), typed.upper())}
)


def decode_vni(text: str) -> str:
    """VNI in Unicode."""
    return VNI_TYPED.sub(lambda found: VNI[found[0]], text)


_VIQR_TONE: Final = {mark: tone for tone, mark in tables.VIQR_TONES.items()} | dict.fromkeys("’´", "\u0301")
_VIQR_QUALITY: Final = {("a", "^"), ("e", "^"), ("o", "^"), ("a", "("), ("o", "+"), ("u", "+"), ("o", "*"), ("u", "*")}
VIQR_TYPED: Final = re.compile(r"[Dd][Dd]|(?:[AaEeOo]\^|[Aa]\(|[OoUu][+*])['`?~.’´]?|[AaEeIiOoUuYy]['`?~.’´][\^(+*]?")


def decode_viqr(text: str) -> str:
    """VIQR in Unicode; marks that a vowel can't bear stay as they are."""
    return VIQR_TYPED.sub(_viqr_letter, text)


def _viqr_letter(found: re.Match[str]) -> str:
    typed = found[0]
    if typed.lower() == "dd":
        return "Đ" if typed[0] == "D" else "đ"
    base, marks, rest = typed[0], typed[1:], ""
    if len(marks) == 2 and marks[0] in _VIQR_TONE:
        marks = marks[::-1]
        if (base.lower(), marks[0]) not in _VIQR_QUALITY:
            marks, rest = marks[1:], marks[0]
    return _composed(base, "".join(tables.VIQR_QUALITIES.get(mark) or _VIQR_TONE[mark] for mark in marks)) + rest


def encode_viqr(text: str) -> str:
    """Unicode text in VIQR."""
    quality = {sign: mark for mark, sign in tables.VIQR_QUALITIES.items() if mark != "*"} | tables.VIQR_TONES
    typed = []
    for letter in text:
        base, *marks = list(unicodedata.normalize("NFD", letter.replace("đ", "dd").replace("Đ", "DD")))
        marks.sort(key=lambda mark: mark in tables.VIQR_TONES)
        typed.append(base + "".join(quality.get(mark, mark) for mark in marks))
    return "".join(typed)


# cp1258 is the Windows coding of Vietnam: it shows Ă where cp1252 shows Ã.
_BYTE_OF: Final = (
    {chr(byte): byte for byte in range(0x80, 0x100)}
    | {windows_letter(byte): byte for byte in range(0x80, 0x100)}
    | {"Ă": 0xC3}
)


def _surfaces(first: int, last: int) -> str:
    return "".join(re.escape(letter) for letter, byte in _BYTE_OF.items() if first <= byte <= last)


_TAIL: Final = f"[{_surfaces(0x80, 0xBF)}]"
UTF8_TYPED: Final = re.compile(
    f"[{_surfaces(0xC2, 0xDF)}]{_TAIL}|[{_surfaces(0xE0, 0xEF)}]{_TAIL}{_TAIL}|[{_surfaces(0xF0, 0xF4)}]{_TAIL}{{3}}"
)
# à, Ơ, Ạ and Ỡ end in a no-break space, which many programs make a space or cut off.
_LOST_SPACE: Final = re.compile("([ÃĂÆ]|áº|á»)(?: |$)")
_ENDS_IN_SPACE: Final = {"Ã": "à", "Ă": "à", "Æ": "Ơ", "áº": "Ạ", "á»": "Ỡ"}


def decode_utf8(text: str) -> str:
    """UTF-8 that was read as cp1252 or cp1258, once or several times over, as it was meant."""
    for _ in range(3):
        if UTF8_TYPED.search(text) is None:
            break
        text = UTF8_TYPED.sub(_utf8_letter, _LOST_SPACE.sub(_space_back, text))
    return text


def _utf8_letter(found: re.Match[str]) -> str:
    try:
        return bytes(_BYTE_OF[letter] for letter in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def _space_back(found: re.Match[str]) -> str:
    """The letter that lost its no-break space; the space between two words stays."""
    before = re.search(r"[^\W\d_]*\Z", found.string[max(0, found.start() - 8) : found.start()])
    after = re.match(r"[^\W\d_]*", found.string[found.end() : found.end() + 8])
    letter, space = _ENDS_IN_SPACE[found[1]], found[0][len(found[1]) :]
    begin, end = before[0].lower() if before else "", after[0].lower() if after else ""
    joined = end and is_syllable(f"{begin}{letter.lower()}{end}") and not is_syllable(end)
    return letter if joined else letter + space


def encode_utf8(text: str) -> str:
    """Unicode text whose UTF-8 is read as Windows letters."""
    return "".join(windows_letter(byte) for byte in text.encode("utf-8", "replace"))


Codec = tuple[Callable[[str], str], Callable[[str], str]]


def _table_codec(encoding: str) -> Codec:
    from_bytes, to_bytes = _FROM_BYTES[encoding], _TO_BYTES[encoding]
    return (lambda text: text.translate(from_bytes)), (lambda text: text.translate(to_bytes))


# Decoder and encoder of each encoding.
CODECS: Final[dict[str, Codec]] = {
    "tcvn3": (decode_tcvn3, encode_tcvn3),
    "vni": (decode_vni, lambda text: text.translate(_TO_VNI)),
    "vps": _table_codec("vps"),
    "viscii": _table_codec("viscii"),
    "viqr": (decode_viqr, encode_viqr),
    "utf8_as_cp1252": (decode_utf8, encode_utf8),
}
# What a cell must hold before the encoding comes into question.
SIGNS: Final = {
    **{encoding: re.compile("[" + re.escape("".join(letters)) + "]") for encoding, letters in SURFACES.items()},
    "vni": VNI_TYPED,
    "viqr": VIQR_TYPED,
    "utf8_as_cp1252": UTF8_TYPED,
}
WINDOWS_LETTERS: Final = frozenset(map(chr, range(0x100))) | frozenset(_BYTE_OF)
