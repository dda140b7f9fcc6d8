"""How answers are written."""

from __future__ import annotations

import json

from app.matches.answering import as_json


def test_an_answer_is_utf_8_without_escapes_and_without_spaces() -> None:
    assert (
        as_json({"name": "Nguyễn Văn Hùng", "weight": 45.9}).body == '{"name":"Nguyễn Văn Hùng","weight":45.9}'.encode()
    )


def test_half_a_character_becomes_a_question_mark() -> None:
    answer = as_json({"name": "Nguy\ud800", "text": "ễ"})

    assert json.loads(bytes(answer.body)) == {"name": "Nguy?", "text": "ễ"}
