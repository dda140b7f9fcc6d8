"""Judgements: what people decided about a land user and a person of the register; the machine never changes them."""
