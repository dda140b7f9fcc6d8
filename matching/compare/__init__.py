"""Comparisons: tables of levels, first that holds wins."""

from __future__ import annotations

from matching.compare.address import ADDRESS
from matching.compare.birth_date import BIRTH_DATE
from matching.compare.identity import IDENTITY
from matching.compare.levels import Comparison, Level, Pair, Pairs, PairTables, among
from matching.compare.name import NAME
from matching.compare.sex import SEX

COMPARISONS: tuple[Comparison, ...] = (NAME, IDENTITY, BIRTH_DATE, SEX, ADDRESS)

__all__ = [
    "ADDRESS",
    "BIRTH_DATE",
    "COMPARISONS",
    "IDENTITY",
    "NAME",
    "SEX",
    "Comparison",
    "Level",
    "Pair",
    "PairTables",
    "Pairs",
    "among",
]
