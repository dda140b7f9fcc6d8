"""A request of short texts is read past the model: what comes out is what the model would have read."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.matches.errors import EmptyRecord
from app.matches.schemas import LandRecord, MatchRequest, plain_record
from matching.records import MAX_CELL, RawRecord

NAMES = st.sampled_from([*LandRecord.model_fields, "unknown"])
TEXTS = st.text(st.characters(codec=None) | st.sampled_from(" \t\u00a0\x00"), max_size=8) | st.just("Trần Văn Ba")
LONG = st.sampled_from(["x" * 200, "x" * 201, "x" * MAX_CELL, "x" * (MAX_CELL + 1)])
CELLS = TEXTS | LONG | st.none() | st.integers() | st.booleans() | st.floats() | st.lists(st.none(), max_size=1)
RECORDS = st.dictionaries(NAMES, TEXTS, max_size=6) | st.dictionaries(NAMES, CELLS, max_size=4) | CELLS
REQUESTS = st.builds(lambda record: {"record": record}, RECORDS) | st.dictionaries(
    st.sampled_from(["record", "explain", "other"]), RECORDS
)


@given(REQUESTS)
def test_it_reads_as_the_model_reads_or_leaves_it_to_the_model(content: Any) -> None:
    plain = outcome(lambda: plain_record(content))

    assert plain is None or plain == outcome(lambda: MatchRequest.model_validate(content).record.raw())


def outcome(read: Any) -> RawRecord | str | None:
    """What came out of reading."""
    try:
        found: RawRecord | None = read()
    except (EmptyRecord, ValidationError) as error:
        return type(error).__name__
    return found


def test_an_ordinary_request_is_read_so() -> None:
    content = {"record": {"record_id": "a", "full_name": "Trần Văn Ba", "id_number": " ", "sex": "Nam"}}

    assert plain_record(content) == RawRecord(record_id="a", full_name="Trần Văn Ba", sex="Nam")


def test_whoever_asks_for_more_than_a_record_is_left_to_the_model() -> None:
    record = {"full_name": "Trần Văn Ba"}

    contents: list[Any] = [
        {"record": record, "explain": True},
        {"record": record | {"encoding": "tcvn3"}},
        {},
        [],
        None,
    ]
    for content in contents:
        assert plain_record(content) is None
