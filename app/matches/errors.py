"""What matching refuses."""

from __future__ import annotations

from app.errors import Invalid, Text


class EmptyRecord(Invalid):
    """A record in which nothing could name a person."""

    code = "record.empty"
    title = Text("Bản ghi trống", "The record is empty")
    detail = Text("Bản ghi phải có ít nhất một trong các trường: {fields}.", "A record needs one of: {fields}.")
