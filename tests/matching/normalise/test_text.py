"""Repaired text keeps its letters, and the keys of a name do not depend on how it was typed."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalise import flags
from matching.normalise.syllables import ONSETS, RHYMES, TONES, fits, is_syllable, place_tone, split_tone, tone_fits
from matching.normalise.text import display, fold, is_plain, is_sound, repair, repaired, spelled, spelling_key

CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "text.yaml").read_text(encoding="utf-8")
)
FUNCTIONS = (repair, spelled, spelling_key, fold, display)
KEYS = (spelled, spelling_key, fold)

any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=40)
marks = st.sampled_from("̛̣̀́̃̉̂̆̈")
vietnamese = st.text(
    alphabet="aăâeêioôơuưyđbcdghklmnpqrstvxAĂÂEÊIOÔƠUƯYĐBCGHKLMNQTàáảãạềếểễệỗợữỹòủ ' -ĕŏčƀñŭ", max_size=30
)
typed = st.lists(st.one_of(vietnamese, marks, st.sampled_from("\u200b\u00a0’`ÐðĐаоΑ１Ａ"))).map("".join)


def named(cases: list[dict[str, Any]]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return pytest.mark.parametrize("case", cases, ids=[ascii(case["in"]) for case in cases])


@named(CASES["repair"])
def test_text_is_repaired_as_the_case_says_and_the_change_is_flagged(case: dict[str, Any]) -> None:
    assert repaired(case["in"]) == (case["out"], tuple(case["flags"]))
    assert repair(case["in"]) == case["out"]


@pytest.mark.parametrize("function", [spelled, fold, display])
def test_keys_and_display_are_as_the_cases_say(function: Callable[[str], str]) -> None:
    for case in CASES[function.__name__]:
        assert function(case["in"]) == case["out"]


@named(CASES["spelling_key"])
def test_the_spelling_key_joins_i_and_y_and_nothing_else(case: dict[str, Any]) -> None:
    if "same_as" in case:
        assert spelling_key(case["in"]) == spelling_key(case["same_as"])
    else:
        assert spelling_key(case["in"]) != spelling_key(case["differs_from"])


def test_a_tone_on_any_letter_of_a_syllable_finds_its_place_and_no_syllable_becomes_another() -> None:
    for onset in ONSETS:
        for rhyme in RHYMES:
            bare = onset + rhyme
            if not fits(onset, rhyme):
                continue
            for tone in filter(lambda tone: tone_fits(bare, tone), TONES):
                placed = {
                    place_tone(unicodedata.normalize("NFC", bare[:at] + tone + bare[at:]))
                    for at in range(1, len(bare) + 1)
                }
                syllable = next(iter(placed))
                assert len(placed) == 1
                assert is_syllable(syllable)
                assert split_tone(syllable) == (bare, tone)


def test_every_flag_has_its_sentences_in_both_languages() -> None:
    found = {flag for case in CASES["repair"] for flag in case["flags"]} | set(repaired("\ud800")[1])
    assert found <= set(flags.TEXT)
    assert all(flag.vi and flag.en for flag in flags.TEXT.values())


@given(any_text)
@settings(max_examples=300, deadline=None)
def test_no_text_raises_and_a_second_pass_changes_nothing(text: str) -> None:
    for function in FUNCTIONS:
        once = function(text)
        assert function(once) == once
        once.encode("utf-8")


@given(typed)
@settings(max_examples=300, deadline=None)
def test_typed_text_is_stable_after_one_pass(text: str) -> None:
    for function in FUNCTIONS:
        once = function(text)
        assert function(once) == once


@given(st.one_of(typed, any_text))
@settings(max_examples=300, deadline=None)
def test_composed_and_decomposed_text_have_the_same_keys(text: str) -> None:
    for function in FUNCTIONS:
        assert (
            function(unicodedata.normalize("NFC", text))
            == function(unicodedata.normalize("NFD", text))
            == function(text)
        )


@given(typed)
@settings(max_examples=300, deadline=None)
def test_keys_do_not_depend_on_case_nor_on_a_repair_before_them(text: str) -> None:
    for key in KEYS:
        assert key(text) == key(repair(text))
        assert key(text.upper()) == key(text.lower()) == key(text)
    assert spelled(display(text)) == spelled(text)
    assert spelling_key(spelled(text)) == spelling_key(text)
    assert fold(spelled(text)) == fold(text)


@given(st.one_of(typed, any_text))
@settings(max_examples=300, deadline=None)
def test_repair_loses_no_letter_and_no_digit(text: str) -> None:
    def letters(text: str) -> int:
        decomposed = unicodedata.normalize("NFKD", text)
        return sum(letter.isalnum() for letter in decomposed if letter not in "\u115f\u1160\u3164\uffa0")

    assert letters(repair(text)) >= letters(text)


@pytest.mark.parametrize(
    "piece",
    [
        "Nguyễn ",
        "a\u0301",
        "\u0301\u0323",
        "x",
        "а",
        "aа",
        " \n",
        "`",
        "hoà",
        "\ud800",
        "&#7877;",
        "&",
        "d\u0335",
        "\u200b",
    ],
    ids=ascii,
)
def test_a_very_long_text_is_read_in_linear_time(piece: str) -> None:
    text = piece * (250_000 // len(piece))
    start = time.perf_counter()
    for function in FUNCTIONS:
        function(text)
    assert time.perf_counter() - start < 20  # quadratic work takes minutes


@given(st.one_of(any_text, typed, st.text(st.sampled_from("aĐ \n&"), max_size=6)))
def test_what_is_sound_is_plain_and_has_no_stray_blank(text: str) -> None:
    blanks = (
        any(two in text for two in ("  ", " \n", "\n ", "\n\n")) or text[:1] in (" ", "\n") or text[-1:] in (" ", "\n")
    )

    assert is_sound(text) == (is_plain(text) and not (text and blanks))
    assert not is_sound(text) or repair(text) is text
