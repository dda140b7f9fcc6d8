"""Bulk jobs: a file in, every row back with its verdict, whatever happens to the machine in between."""
