"""A finished run over a small synthetic province, as reviews have it, and an audit of it."""

import pytest

from app.audits.creating import NewAudit, create
from app.audits.definitions import default_definitions
from app.audits.service import AuditRoom
from app.audits.store import Audit
from app.main import today_of
from app.reviews.acting import review_room
from app.settings import Settings
from app.worker import jobs_of
from tests.app.reviews.conftest import AS_OF, Province, files, finished, province

__all__ = ["Province", "files", "finished", "province"]


@pytest.fixture
def room(province: Province) -> AuditRoom:
    """The room of audits over the province."""
    jobs = jobs_of(
        Settings(data_dir=province.data_dir, as_of=AS_OF), province.database, today=today_of(Settings(as_of=AS_OF))
    )
    return AuditRoom(jobs, review_room(jobs).reviews)


@pytest.fixture
def audit(room: AuditRoom) -> Audit:
    """An audit of the province's run."""
    return create(room, NewAudit(("job",), "68", "Thử", "thử", "A", default_definitions()), owner=None)
