"""A finished run over a small synthetic province, as reviews have it."""

from tests.app.reviews.conftest import Province, files, finished, province

__all__ = ["Province", "files", "finished", "province"]
