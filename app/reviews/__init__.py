"""Clerical review: what people are asked to judge, what they said, and what that says about the machine."""
