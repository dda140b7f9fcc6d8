"""Columns in legacy encodings are recognised and read; Unicode stays as it is."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalise import flags
from matching.normalise.legacy_encodings import ENCODINGS, decode, decode_cell, encode, vote
from matching.normalise.legacy_tables import COMMON_SYLLABLES
from matching.normalise.syllables import ONSETS, RHYMES, TONES, fits, place_tone
from matching.normalise.text import spelled

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "encodings.yaml").read_text(encoding="utf-8")
)
LEGACY = [case for case in CASES if case["encoding"]]
UNICODE = [case for case in CASES if not case["encoding"]]
HIGHLANDS = "K'Brèm;H'Hen Niê;Y Bhăm Êban;Ka Sã;Lơ Mu Ha Brông;Ya Duck;Kơ Să K'Plìn;Rơ Ông Ha Tồn;Điểu K'Lô;Siu Blèo"


def names(seed: int, count: int) -> list[str]:
    """Invented names of a surname and common syllables."""
    dice = random.Random(seed)
    syllables = sorted(COMMON_SYLLABLES)
    surnames = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Phan", "Bùi", "Đặng", "Đỗ", "Ngô", "Hồ"]
    middles = ["Văn", "Thị", "Hữu", "Ngọc"]
    return [
        f"{dice.choice(surnames)} {dice.choice(middles)} {dice.choice(syllables).capitalize()}" for _ in range(count)
    ]


def all_syllables() -> list[str]:
    return sorted(
        place_tone(unicodedata.normalize("NFC", f"{onset}{rhyme[0]}{tone}{rhyme[1:]}"))
        for onset in ONSETS
        for rhyme in RHYMES
        for tone in ("", *TONES)
        if fits(onset, rhyme)
    )


@pytest.mark.parametrize("case", LEGACY, ids=[ascii(case["in"]) for case in LEGACY])
def test_a_legacy_cell_is_recognised_and_read(case: dict[str, Any]) -> None:
    assert vote([case["in"]]) == case["encoding"]
    assert decode_cell(case["in"], case["encoding"]) == case["out"]


@pytest.mark.parametrize("case", UNICODE, ids=[ascii(case["in"]) for case in UNICODE])
def test_a_unicode_cell_gets_no_vote_and_stays_whatever_is_said_of_its_column(case: dict[str, Any]) -> None:
    assert vote([case["in"]]) is None
    for encoding in set(ENCODINGS).difference(case.get("unless_said", ())):
        assert decode_cell(case["in"], encoding) == case["in"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_syllable_survives_being_typed_in_the_encoding(encoding: str) -> None:
    for syllable in all_syllables():
        for cased in (syllable, syllable.upper()):
            assert decode(encode(cased, encoding), encoding).lower() == syllable


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("cased", [str.title, str.upper, str.lower])
@pytest.mark.parametrize("size", [1000, 20, 5])
def test_a_column_in_the_encoding_is_recognised_and_its_names_come_back(encoding: str, cased: Any, size: int) -> None:
    column = [cased(name) for name in names(size, size)]
    typed = [encode(name, encoding) for name in column]
    assert vote(typed) == encoding
    wrong = sum(spelled(decode_cell(cell, encoding)) != spelled(name) for cell, name in zip(typed, column, strict=True))
    assert wrong <= size / 100


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_in_a_mixed_column_the_unicode_rows_stay(encoding: str) -> None:
    column = names(3, 300)
    mixed = [encode(name, encoding) if number % 10 == 0 else name for number, name in enumerate(column)]
    assert vote(mixed) == encoding
    assert [decode_cell(cell, encoding) for cell in mixed] == column


def test_a_clean_column_with_names_of_the_highlands_never_converts() -> None:
    column = names(5, 3000) + HIGHLANDS.split(";") * 50
    assert vote(column) is None
    assert all(decode_cell(name, encoding) == name for name in column for encoding in ENCODINGS)


def test_unaccented_names_never_convert() -> None:
    column = [unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode() for name in names(6, 1000)]
    assert vote(column) is None
    assert all(decode_cell(name, encoding) == name for name in column for encoding in ENCODINGS)


def test_bytes_shown_by_latin_1_read_like_those_shown_by_windows() -> None:
    for encoding in ("vps", "viscii"):
        name = "Nguyễn Tuấn Đạt Ẩn ẾCH"
        shown = encode(name, encoding)
        latin = "".join(
            letter if ord(letter) < 0x100 else letter.encode("cp1252").decode("latin-1") for letter in shown
        )
        assert decode(latin, encoding) == decode(shown, encoding) == name


def test_an_unknown_encoding_is_refused_by_name() -> None:
    with pytest.raises(LookupError, match="unknown encoding"):
        decode("Hoa", "klingon")


def test_every_encoding_has_a_flag_with_sentences_in_both_languages() -> None:
    assert all(flags.TEXT[encoding].vi and flags.TEXT[encoding].en for encoding in ENCODINGS)


@given(st.lists(st.text(st.characters(codec=None, exclude_categories=()), max_size=30), max_size=5))
@settings(max_examples=300, deadline=None)
def test_no_text_raises(cells: list[str]) -> None:
    vote(cells)
    for cell in cells:
        for encoding in ENCODINGS:
            decode(cell, encoding)
            decode_cell(cell, encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_name_that_was_decoded_is_not_decoded_again(encoding: str) -> None:
    for name in names(8, 500):
        decoded = decode_cell(encode(name, encoding), encoding)
        assert decode_cell(decoded, encoding) == decoded


@pytest.mark.parametrize("piece", ["µ", "aø", "e^'", "Ã¡", "-¬", "Ì\x81", "Ã ", "NguyÔn ", "K'", "dd"], ids=ascii)
def test_a_very_long_cell_is_read_in_linear_time(piece: str) -> None:
    cell = piece * (100_000 // len(piece))
    vote([cell])
    for encoding in ENCODINGS:
        decode_cell(cell, encoding)
