"""Log lines hold no personal data, whoever writes them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.logs import configure_logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, as JSON; the former handlers come back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs(style="json", stream=stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def _last(lines: io.StringIO) -> dict[str, object]:
    found: dict[str, object] = json.loads(lines.getvalue().splitlines()[-1])
    return found


def test_a_line_names_its_event_level_and_time(lines: io.StringIO) -> None:
    structlog.get_logger("khop").info("import.done", version=3)
    line = _last(lines)
    assert (line["event"], line["level"], line["version"], line["logger"]) == ("import.done", "info", 3, "khop")
    assert str(line["timestamp"]).endswith("Z")


def test_fields_of_persons_are_withheld(lines: io.StringIO) -> None:
    structlog.get_logger().info("match", full_name="Trần Văn Ba", personal_id=68085000001, record={"a": 1})
    assert "Trần" not in lines.getvalue()
    assert _last(lines)["personal_id"] == _last(lines)["record"] == "[withheld]"


def test_long_numbers_in_texts_are_masked_also_in_lines_of_libraries(lines: io.StringIO) -> None:
    logging.getLogger("library").warning("no such key: %s", "068085000001")
    assert _last(lines)["event"] == "no such key: [number]"


def test_an_exception_is_told_by_kind_and_place_without_its_text(lines: io.StringIO) -> None:
    try:
        try:
            raise KeyError("Trần Văn Ba")
        except KeyError as error:
            raise ValueError("068085001234 Trần Văn Ba") from error
    except ValueError:
        logging.getLogger("library").exception("it failed")
        structlog.get_logger().exception("failed.too")
    assert "Trần" not in lines.getvalue()
    for line in lines.getvalue().splitlines():
        told = str(json.loads(line)["exception"])
        assert told.startswith("ValueError (test_logs.py:")
        assert " < KeyError (test_logs.py:" in told
