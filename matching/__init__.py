"""Khớp's kernel: normalise, block, compare, score and decide which person of a register a land user is."""

from matching.compiled import search_path

__path__[:0] = search_path(__name__)
