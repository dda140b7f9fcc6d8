"""The form of a sealed line: `SEAL CONTENT`, where the seal is SHA-256 over the seal before, a space, and the content.

The content is JSON without line breaks. The first line follows START.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, NamedTuple

START = "0" * 64
_SEAL = 64  # characters


class Line(NamedTuple):
    """A line as it was read; `follows` tells whether its seal fits the one before."""

    seal: str
    content: bytes

    def follows(self, before: str) -> bool:
        """Whether this line was written after one with that seal, and hasn't been changed since."""
        return seal_of(before, self.content) == self.seal

    def fields(self) -> dict[str, Any] | None:
        """The content as JSON, or None where it is none."""
        try:
            found = json.loads(self.content)
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


def seal_of(before: str, content: bytes) -> str:
    """The seal of a line that follows the one with seal `before`."""
    return sha256(before.encode() + b" " + content).hexdigest()


def written(seal: str, content: bytes) -> bytes:
    """The line as it stands in a file."""
    return b"%s %s\n" % (seal.encode(), content)


def line_of(text: bytes) -> Line | None:
    """A line from a file, without its line break; None where it has not this form."""
    seal, space, content = text[:_SEAL], text[_SEAL : _SEAL + 1], text[_SEAL + 1 :]
    if space != b" " or len(seal) != _SEAL or not seal.isalnum():
        return None
    return Line(seal.decode("ascii", "replace"), content)
