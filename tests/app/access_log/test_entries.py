"""The content of an entry: ASCII, no line break, and what a JSON writer of the standard library would have written."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.access_log.entries import Entry, Subject

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
TEXTS = st.text(st.characters(codec=None), max_size=30)  # halves of characters included


@given(who=TEXTS, purpose=st.none() | TEXTS, fact=TEXTS | st.integers() | st.booleans() | st.none())
def test_an_entry_is_one_line_of_ascii_whatever_it_is_about(who: str, purpose: str | None, fact: str | int) -> None:
    subject = Subject(asked=("6d3e",), verdict="none", category="U3")
    entry = Entry("match.answered", who, purpose=purpose, subjects=(subject,), facts={"name_id": fact})

    content = entry.content(7, AT)

    assert content.isascii()
    assert b"\n" not in content
    told = json.loads(content)
    assert (told["n"], told["at"], told["who"]) == (7, "2026-11-23T07:00:00.000000+00:00", who)
    assert told["subjects"] == [{"asked": ["6d3e"], "verdict": "none", "category": "U3"}]
    assert told["facts"] == {"name_id": fact}
    assert ("purpose" in told) is (purpose is not None)


def test_what_is_absent_is_not_written() -> None:
    assert json.loads(Entry("chain.probed", "khop").content(1, AT)).keys() == {"n", "at", "action", "who"}
