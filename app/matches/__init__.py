"""Matching over HTTP: one record, a batch of records, or only their clean form."""
