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


TEXT: dict[str, Flag] = {}

NAME: dict[str, Flag] = {}

NUMBER: dict[str, Flag] = {}

BIRTH_DATE: dict[str, Flag] = {}

ADDRESS: dict[str, Flag] = {}

RECORD: dict[str, Flag] = {}

FLAGS: dict[str, Flag] = {**TEXT, **NAME, **NUMBER, **BIRTH_DATE, **ADDRESS, **RECORD}
