"""Khớp's kernel: normalise, block, compare, score and decide which person of a register a land user is."""
