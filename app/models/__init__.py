"""The versions of the linkage model: kept as documents, one of them active."""
