"""Pairs of syllables are judged once, and what shows at a glance is what a closer look would say."""

from __future__ import annotations

from threading import Thread

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.judged import JudgedSyllables, Vocabulary
from matching.variants import VARIANT_GROUPS, relate_syllables

USUAL = ["nguyễn", "nguyên", "trần", "tran", "hùng", "hưng", "dũng", "giũng", "thị", "h'", "k'", "y", "đ", "ng", "êban"]
SYLLABLES = sorted({*USUAL, *(word for group in VARIANT_GROUPS for word in group)})
words = st.one_of(
    st.sampled_from(SYLLABLES), st.text(alphabet="aăâbcdđeghijklmnoôpqrstuưvxyàạ'", min_size=1, max_size=6)
)


def _all_pairs(left: list[str], judged: JudgedSyllables, width: int) -> list[list[int]]:
    rows, columns = np.indices((len(left), width), dtype=np.int32).reshape(2, -1)
    found: list[list[int]] = judged(rows, columns).reshape(len(left), width).tolist()
    return found


@given(st.lists(words, min_size=1, max_size=25, unique=True), st.lists(words, min_size=1, max_size=25, unique=True))
def test_a_glance_never_hides_a_relation(left: list[str], right: list[str]) -> None:
    expected = [[int(relate_syllables(one, other)) for other in right] for one in left]
    assert _all_pairs(left, JudgedSyllables(left, Vocabulary(right)), len(right)) == expected
    assert _all_pairs(left, JudgedSyllables(left, right), len(right)) == expected


def test_what_one_batch_was_told_the_next_one_is_told_too() -> None:
    register = Vocabulary(SYLLABLES)
    halves = SYLLABLES[:60], SYLLABLES[30:]
    for left in (*halves, *halves):
        expected = [[int(relate_syllables(one, other)) for other in SYLLABLES] for one in left]
        assert _all_pairs(left, JudgedSyllables(left, register), len(SYLLABLES)) == expected


def test_batches_of_several_threads_share_a_vocabulary() -> None:
    register = Vocabulary(SYLLABLES)
    wrong: list[str] = []

    def ask(first: int) -> None:
        for step in range(30):
            left = SYLLABLES[(first + step) % 40 :: 7]
            expected = [[int(relate_syllables(one, other)) for other in SYLLABLES] for one in left]
            if _all_pairs(left, JudgedSyllables(left, register), len(SYLLABLES)) != expected:
                wrong.append(left[0])

    threads = [Thread(target=ask, args=(first * 9,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
