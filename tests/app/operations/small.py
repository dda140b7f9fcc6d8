"""A service over a register of a few people, for the tests of its operation."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from app.db import database
from app.migrations import make_current
from app.register.files import register_file
from app.register.importing import ImportRequest, import_register
from app.settings import Settings
from tests.app.callers import headers_of

ALL = ("match", "match:disclose", "metrics", "access-log")
PEOPLE = """\
personal_id,full_name,birth_date,sex,commune_code
068085001234,Trần Văn Ba,1985-07-20,male,25084
068188004321,Lê Thị Mỹ,1988-03-02,female,25084
068060000001,Nguyễn Văn Hùng,1960-05-01,male,25084
068060000002,Nguyễn Văn Hùng,1960-09-09,male,25084
068140000009,Phạm Thị Lan,1940,female,24781
068090000777,K'Brèm,1990-01-01,male,25018
"""
PERSON = {"full_name": "Trần Văn Ba", "id_number": "068085001234", "birth_date": "20/07/1985"}


def prepared(url: str, folder: Path, **changed: object) -> tuple[Settings, dict[str, str]]:
    """Settings of a service whose database holds a few people, and headers of a client who may do all this."""
    settings = Settings(database_url=url, data_dir=folder, as_of=date(2026, 11, 22), **changed)  # type: ignore[arg-type]
    db = database(settings)
    make_current(db)
    path = folder / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    request = ImportRequest(scope="Lâm Đồng (thử)")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    import_register(db, register_file(path), request, clock=lambda: at, report=lambda _: None)
    headers = headers_of(db, *ALL)
    db.close()
    return settings, headers
