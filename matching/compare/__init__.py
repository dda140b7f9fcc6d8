"""Comparisons: tables of levels, first that holds wins."""
