"""The population register: its versions, its import, and the candidates that it offers."""
