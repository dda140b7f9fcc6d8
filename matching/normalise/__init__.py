"""Every way Vietnamese land files spell a person, read into clean values with a flag for every change."""

from __future__ import annotations

from matching.normalise.record import normalise, normalise_all

__all__ = ["normalise", "normalise_all"]
