"""Flags: each is declared once, and says in two languages what was changed or doubted."""

from __future__ import annotations

import pytest

from matching.normalise.flags import FLAGS, SECTIONS


def test_no_flag_is_declared_in_two_sections() -> None:
    assert sum(map(len, SECTIONS)) == len(FLAGS)


@pytest.mark.parametrize("code", FLAGS)
def test_a_flag_has_a_stable_code_and_a_sentence_in_each_language(code: str) -> None:
    flag = FLAGS[code]
    assert code.isidentifier()
    assert code == code.lower()
    assert flag.vi.endswith(".")
    assert flag.en.endswith(".")
    assert flag.vi != flag.en
