"""Every flag that normalisation may raise: what was changed or doubted, and the rule behind it, in two languages.

A flag is stable: software may depend on its code. Texts never hold personal data.
"""

from __future__ import annotations

from typing import NamedTuple


class Flag(NamedTuple):
    """The field that a flag speaks of, and one sentence each in Vietnamese and English."""

    field: str
    vi: str
    en: str


TEXT: dict[str, Flag] = {
    "text_composed": Flag(
        "text", "Chữ và dấu gõ rời đã được ghép lại.", "Letters and marks typed apart were composed."
    ),
    "text_look_alikes": Flag(
        "text",
        "Chữ cái của bảng chữ khác trông giống chữ Việt đã được thay.",
        "Letters of another alphabet that look like Vietnamese ones were replaced.",
    ),
    "text_invisible": Flag("text", "Ký tự không nhìn thấy đã được bỏ.", "Invisible characters were removed."),
    "text_controls": Flag("text", "Ký tự điều khiển đã được bỏ.", "Control characters were removed."),
    "text_apostrophe": Flag("text", "Dấu nháy đã được viết thống nhất.", "Apostrophes were written in one way."),
    "text_width": Flag(
        "text",
        "Chữ, số toàn khổ hoặc chữ ghép đã được viết lại bằng chữ thường dùng.",
        "Full-width characters or ligatures were written as plain letters and digits.",
    ),
    "text_unreadable": Flag(
        "text",
        "Có ký tự hỏng, không đọc được; đã thay bằng dấu �.",
        "Broken characters that cannot be read were replaced by �.",
    ),
}

NAME: dict[str, Flag] = {}

NUMBER: dict[str, Flag] = {}

BIRTH_DATE: dict[str, Flag] = {}

ADDRESS: dict[str, Flag] = {}

RECORD: dict[str, Flag] = {}

FLAGS: dict[str, Flag] = {**TEXT, **NAME, **NUMBER, **BIRTH_DATE, **ADDRESS, **RECORD}
