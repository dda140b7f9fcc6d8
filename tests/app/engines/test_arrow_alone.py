"""Processes that match chunks start without pandas and without a database."""

from __future__ import annotations

import subprocess
import sys

ALONE = """
import sys
import app.engines.local
from app.engines.arrow_alone import leave_pandas_out
assert not {"pandas", "sqlalchemy"} & set(sys.modules)
leave_pandas_out()
import pyarrow as pa
assert pa.array(["a", None]).to_numpy(zero_copy_only=False).tolist() == ["a", None]
assert "pandas" not in sys.modules
import pandas
assert pandas.Series([1, 2]).sum() == 3
leave_pandas_out()
assert pandas is sys.modules["pandas"]
"""


def test_arrow_reads_lists_without_pandas_which_can_still_be_loaded() -> None:
    subprocess.run([sys.executable, "-c", ALONE], check=True)
