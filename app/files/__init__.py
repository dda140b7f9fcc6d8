"""Files in and out: land files of any format become source rows, results become files an office can open."""

from app.files.errors import FileRefused
from app.files.land_file import LandFile, LandTable, read_land_file
from app.files.results import RESULT_COLUMNS, ResultRow
from app.files.rows import LandBatch, SourceRow
from app.files.write import write_results

__all__ = [
    "RESULT_COLUMNS",
    "FileRefused",
    "LandBatch",
    "LandFile",
    "LandTable",
    "ResultRow",
    "SourceRow",
    "read_land_file",
    "write_results",
]
