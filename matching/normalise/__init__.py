"""Every way Vietnamese land files spell a person, read into clean values with a flag for every change."""

from __future__ import annotations

from matching.compiled import search_path

__path__[:0] = search_path(__name__)

from matching.normalise.record import normalise, normalise_all  # noqa: E402 - found in its compiled form, if there is one

__all__ = ["normalise", "normalise_all"]
