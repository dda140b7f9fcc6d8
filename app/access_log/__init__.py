"""The access log: who asked about whom, when and why, in chains that show any change: docs/access-log.md."""
