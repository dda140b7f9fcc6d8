"""A file is UTF-8 exactly where Python's own decoder says so, wherever its lines and letters are cut."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.files import encodings
from app.files.encodings import text_encoding

LETTERS = st.sampled_from(
    [b"a", b"\n", "ễ".encode(), "𠀀".encode(), b"\xc3", b"\x80", b"\xed\xa0\x80", b"\xf4\x90", b"\0"]
)


@given(st.binary(max_size=40) | st.lists(LETTERS, max_size=40).map(b"".join))
@example(b"\xc0\x80")
@example("ký tự cuối bị cắt: ễ".encode()[:-1])
def test_whole_lines_are_utf8_where_the_decoder_takes_them(content: bytes) -> None:
    try:
        content.decode()
        taken = True
    except UnicodeDecodeError:
        taken = False
    assert encodings._is_utf8(BytesIO(content + b"\n")) is taken


@pytest.mark.parametrize("before", [(1 << 20) - 1, (1 << 20) - 2, 1 << 20])
@pytest.mark.parametrize("line_feeds", [True, False])
def test_letters_across_the_borders_of_pieces_are_read_whole(tmp_path: Path, before: int, line_feeds: bool) -> None:
    row = b"name\n" if line_feeds else b"name;"
    content = (row * (before // len(row) + 1))[:before] + "ễ".encode() * 400_000 + b"\n"
    (tmp_path / "a.csv").write_bytes(content)
    assert text_encoding(tmp_path / "a.csv") == encodings.TextEncoding("utf-8")
    (tmp_path / "b.csv").write_bytes(content + b"\xff" * 10)
    assert text_encoding(tmp_path / "b.csv").hints
