"""What a job is fixed to stays: the register version it reads, the model it decides by."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.jobs.service import stop_revoked
from app.models import service as models
from app.models.errors import ModelActive, ModelWasRevoked
from app.register import service as register
from app.register.errors import VersionPinned
from app.register.files import register_file
from app.register.importing import ImportRequest, import_register
from matching.model import default_model
from tests.app.jobs.conftest import Desk, many
from tests.app.matches.conftest import write_register


def clock() -> datetime:
    return datetime.now(UTC)


def import_another(desk: Desk) -> None:
    """Another register becomes the active one."""
    path = desk.settings.data_dir / "people.csv"
    write_register(path)
    path.write_text(path.read_text(encoding="utf-8").replace("Trần Văn Ba", "Lý Thị Khác"), encoding="utf-8")
    import_register(desk.database, register_file(path), ImportRequest(scope="khác"), clock=clock, report=lambda _: None)


def test_an_import_changes_nothing_for_a_job_that_runs(desk: Desk) -> None:
    job_id = desk.job(many(300))
    desk.work(most=2)
    import_another(desk)
    desk.work()
    detail = desk.detail(job_id)
    assert detail["counts"]["by_verdict"] == {"full": 100, "none": 100, "partial": 100}
    assert detail["fixed"]["register_version"].startswith("1:")
    assert detail["fixed"]["register_scope"] == "Lâm Đồng (thử)"
    after = desk.job(many(300))
    desk.work()
    assert desk.detail(after)["fixed"]["register_version"].startswith("2:")
    assert "full" not in desk.detail(after)["counts"]["by_verdict"]


def test_a_version_that_a_job_reads_cannot_be_dropped_until_the_job_is_done_or_deleted(desk: Desk) -> None:
    first, second = desk.job(many(300)), desk.job(many(301))
    import_another(desk)
    with pytest.raises(VersionPinned) as refused:
        register.drop(desk.database, 1)
    assert first in str(refused.value)
    desk.client.post(f"/v1/jobs/{second}/cancel")
    desk.work()
    with pytest.raises(VersionPinned):  # the one that was cancelled may go on some day
        register.drop(desk.database, 1)
    desk.client.delete(f"/v1/jobs/{second}")
    register.drop(desk.database, 1)
    assert desk.client.get(f"/v1/jobs/{first}/results").json()["total"] == 300


def test_revoking_a_model_stops_its_jobs_and_a_pardon_lets_them_go_on(desk: Desk) -> None:
    built_in = default_model().version
    other = default_model().to_json().replace('"khop-default"', '"khop-other"')
    job_id = desk.job(many(300))
    desk.work(most=2)
    with pytest.raises(ModelActive):
        models.revoke(desk.database, built_in, clock=clock)
    added = models.add(desk.database, other, note="", clock=clock)
    models.activate(desk.database, added.version, clock=clock)
    models.revoke(desk.database, built_in, clock=clock)
    assert stop_revoked(desk.database, clock=clock) == [job_id]
    detail = desk.detail(job_id)
    assert (detail["state"], detail["reason"]["code"]) == ("stopped", "job.model_revoked")
    assert desk.work() == 0
    assert desk.client.post(f"/v1/jobs/{job_id}/resume").status_code == 409
    with pytest.raises(ModelWasRevoked):
        models.activate(desk.database, built_in, clock=clock)
    with pytest.raises(ModelWasRevoked):
        models.rollback(desk.database, clock=clock)
    models.pardon(desk.database, built_in)
    assert desk.client.post(f"/v1/jobs/{job_id}/resume").status_code == 200
    desk.work()
    assert desk.detail(job_id)["state"] == "done"
    assert desk.detail(job_id)["fixed"]["model"] == built_in
