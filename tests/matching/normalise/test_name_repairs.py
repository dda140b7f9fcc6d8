"""Words that are no syllables: mended where they can only mean one thing, left alone where they may be a name."""

from __future__ import annotations

import time
from itertools import product
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.normalise.keystrokes import telex, vni
from matching.normalise.name_repairs import join_halves, mend_words

PREFIXES: Final = "Y H' K' Ka Ha Ya Ma Nai A"
GIVEN: Final = (
    "Brèm Hen Bhăm Sã Brông Duck Bio Phèo Blèo Đêm Jŭ Mŭt Nhĕ Srôk Wă Ñuêl Hŏp Čăm Ƀlô Blê Jôn Tồn Thê Pôl Jơr Thor "
    "Mour Tơr Sơr Bor Hir Wer Dar Kes Mes Bis Nhơr Suu Moom Poo Gleo Blĩu Hăs Krơng Jim Jàng Bless Hoan Đơnh"
)
CLANS: Final = (
    "Niê;Mlô;Êban;Ksơr;Kbuôr;Adrơng;Kpă;Kdăm;Ayŭn;Ksor;Rmah;Siu;Nay;Cil;Touprong;Păng;Lơ Mu;Kơ Să;Kră Jăn;Liêng Hót;"
    "Bon Krong;Bon Yô;Bon Niêng;Đơng Gur;Rơ Ông;Păng Ting;Tou Neh;Buôn Yă;Rơ Ô;Chamaléa;Pinăng;Katơr;Rahlan;Rơchâm"
)
FOREIGN: Final = (
    "Kim Lee;Park Ji Hoon;Moon Sung;John Smith;Hans Müller;Thomas Hansen;Mary Dawson;Lars Jensen;Li Wei;Ann Lawson;"
    "Tanaka Kenji;Somsak Boonmee;René Dupont;Wu Jianxin;Françoise Roux;Nguyễn Alexander;Trần Michael;Lê Johnson"
)


@pytest.mark.parametrize("clan", CLANS.split(";"))
def test_names_of_the_central_highlands_are_left_alone(clan: str) -> None:
    for prefix, name in product(PREFIXES.split(), GIVEN.split()):
        named = prefix + name if prefix.endswith("'") else f"{prefix} {name}"
        for text in (named, f"{named} {clan}", f"{clan} {named}"):
            assert mend_words(text) == (text, ())
            assert mend_words(text.upper()) == (text.upper(), ())


@pytest.mark.parametrize("name", FOREIGN.split(";"))
def test_foreign_names_are_left_alone(name: str) -> None:
    assert mend_words(name) == (name, ())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("nguyeenx", "nguyễn"), ("vawn", "văn"), ("hungf", "hùng"), ("ddinh", "đinh"), ("truwowngf", "trường")),
        *(("truowngf", "trường"), ("hoafng", "hoàng"), ("thuys", "thúy"), ("nguyênx", "nguyễn"), ("hùngs", "hùng")),
        *(("quys", "quý"), ("đdinh", "đinh"), ("ksor", None), ("anh", None), ("xyz", None)),
    ],
)
def test_keystrokes_of_telex_mean_a_syllable_or_nothing(typed: str, meant: str | None) -> None:
    assert telex(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("tra62n", "trần"), ("nguye64n", "nguyễn"), ("d9inh", "đinh"), ("truo7ng2", "trường"), ("le6", "lê")),
        *(("hu2ng", "hùng"), ("p10", None), ("12", None)),
    ],
)
def test_keystrokes_of_vni_mean_a_syllable_or_nothing(typed: str, meant: str | None) -> None:
    assert vni(typed) == meant


@pytest.mark.parametrize(
    "text", ["Nguyễn Văn A1, A2", "Hoa1, Hoa2", "Thôn8", "P10", "1Lê Văn An", "TDP5", "1An, 2Bình"]
)
def test_a_digit_that_counts_is_no_letter(text: str) -> None:
    assert mend_words(text) == (text, ())


@given(st.text(alphabet="aeoudnghsfrxjw123456789 đêâăơưôNV'", max_size=60))
def test_whatever_is_mended_is_flagged(text: str) -> None:
    mended, flags = mend_words(text)
    assert (mended != text) == bool(flags)


def test_long_text_takes_time_linear_in_its_length() -> None:
    start = time.process_time()
    for piece in ("nguyeenx ", "aewofsj", "Trầnthị", "8", "đd9"):
        mend_words(piece * (100_000 // len(piece)))
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "joined"),
    [("Ngu yễn Văn An", "Nguyễn Văn An"), ("HU ỲNH VĂN AN", "HUỲNH VĂN AN"), ("Bà Hu ỳnh Thị Mỹ", "Bà Huỳnh Thị Mỹ")],
)
def test_a_space_is_taken_out_of_a_syllable(text: str, joined: str) -> None:
    assert join_halves(text) == (joined, ("space_in_word",))


@pytest.mark.parametrize(
    "text", ["Nguyễn T Hiên", "Trần Th. Hảo", "NGU YEN VAN AN", "K Hiếu", "Y Ên Niê", "Lê Hoa Ánh"]
)
def test_words_that_names_may_hold_are_not_joined(text: str) -> None:
    assert join_halves(text) == (text, ())
