"""What Prometheus is told that isn't counted but asked for: the queue, its rate, workers, the register, the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.exc import DBAPIError

from app.errors import ServiceError
from app.jobs.progress import alive_workers
from app.metrics import Metrics
from app.operations import store
from app.operations.health import Health, free_mib
from app.register import store as register

Values = Mapping[tuple[str, ...], float]


def watch(metrics: Metrics, health: Health) -> None:
    """Let the counters of a process show these too."""
    gauges: tuple[tuple[str, str, tuple[str, ...], Callable[[Health], Values]], ...] = (
        ("khop_register_info", "The active version of the register.", ("version",), _register),
        ("khop_jobs", "Bulk jobs by state.", ("state",), _jobs),
        ("khop_job_parts_waiting", "Parts of bulk jobs that wait for a worker.", (), _waiting),
        ("khop_job_rows", "Input rows of the parts that were matched; its rate is the job rate.", (), _rows),
        ("khop_job_workers", "Workers seen in the last half minute.", (), _workers),
        ("khop_disk_free_bytes", "Room left where the data is.", (), _disk),
        ("khop_access_log_failing", "1 while the access log can't be written.", (), _log),
    )
    for name, text, labels, ask in gauges:
        metrics.watch(name, text, labels, _or_nothing(ask, health))


def _or_nothing(ask: Callable[[Health], Values], health: Health) -> Callable[[], Values]:
    """What can't be asked now is left out: a database that is gone must not hide all other figures."""

    def asked() -> Values:
        try:
            return ask(health)
        except (DBAPIError, ServiceError):
            return {}

    return asked


def _register(health: Health) -> Values:
    with health.database.reading() as session:
        version = register.active(session)
    return {} if version is None else {(f"{version.id}:{version.name}",): 1.0}


def _jobs(health: Health) -> Values:
    with health.database.reading() as session:
        return {(state,): float(number) for state, number in store.jobs_by_state(session).items()}


def _waiting(health: Health) -> Values:
    with health.database.reading() as session:
        return {(): float(store.parts_waiting(session))}


def _rows(health: Health) -> Values:
    with health.database.reading() as session:
        return {(): float(store.rows_matched(session))}


def _workers(health: Health) -> Values:
    with health.database.reading() as session:
        return {(): float(len(alive_workers(session, now=health.clock())))}


def _disk(health: Health) -> Values:
    return {(): float(free_mib(health.settings.data_dir)) * 1024 * 1024}


def _log(health: Health) -> Values:
    return {(): float(health.access_log.failing is not None)}
