"""The errors of the library: nouns with their facts as attributes, never with personal data."""

from __future__ import annotations


class KhopError(Exception):
    """What the library refuses; the text says what to do and holds no name, number, date or address."""


class InvalidModel(KhopError):
    """A linkage model that can't be used, with every reason."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("the model can't be used: " + "; ".join(reasons))
        self.reasons = reasons


class InvalidRow(KhopError):
    """A row of a register or land file that can't be read, with the field and a stable reason code."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
