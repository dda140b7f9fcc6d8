"""Webhooks: told when a job ends, signed, to the configured addresses and nowhere else; without personal data."""

from __future__ import annotations

import hmac
import http.client
import json
import os
import secrets
import ssl
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog
from sqlalchemy.orm import Session

from app.jobs import delivery_store, store, task_store
from app.jobs.delivery_store import Delivery
from app.jobs.progress import progress_of
from app.jobs.service import Jobs

TIMEOUT: Final = 5.0  # seconds
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_log = structlog.get_logger(__name__)


def addresses(setting: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses of the setting that may be told, and those that are refused: plain HTTP leaves no machine."""
    named = [part.strip() for part in setting.split(",") if part.strip()]
    allowed = [url for url in named if _allowed(url)]
    return tuple(allowed), tuple(url for url in named if url not in allowed)


def _allowed(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if not parts.hostname or port == 0 or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def signature(secret: bytes, timestamp: int, body: bytes) -> str:
    """The signature of a body at a moment: HMAC-SHA-256 of "timestamp.body", in hexadecimal digits."""
    return hmac.new(secret, f"{timestamp}.".encode() + body, sha256).hexdigest()


def send_due(room: Jobs, urls: Sequence[str]) -> int:
    """Make and send the deliveries whose time has come; says how many were tried."""
    _make(room, urls)
    tried = 0
    while True:
        with room.database.writing() as session:
            task_store.alone(session)
            delivery = delivery_store.due(session, now=room.clock())
        if delivery is None:
            return tried
        tried += 1
        _deliver(room, delivery, urls)


def _make(room: Jobs, urls: Sequence[str]) -> None:
    with room.database.reading() as session:
        waiting = delivery_store.announced(session)
    for number, job_id in waiting:
        with room.database.writing() as session:
            body = _body(room, session, job_id)
            delivery_store.replace(session, number, job_id, dict.fromkeys(urls, body), now=room.clock())


def _body(room: Jobs, session: Session, job_id: str) -> str:
    """What is told: which job, its state, and counts; no name of a file, for it may be a person's."""
    found = progress_of(session, store.existing(session, job_id), now=room.clock())
    job = found.job
    told = {
        "event": "job.ended",
        "job_id": job.id,
        "state": job.state,
        "reason": job.reason,
        "created_at": job.created_at.isoformat(),
        "ended_at": None if job.ended_at is None else job.ended_at.isoformat(),
        "rows_total": job.rows_total,
        "rows_done": found.rows_done,
        "by_verdict": found.counts.by_verdict,
        "by_category": found.counts.by_category,
    }
    return json.dumps(told, sort_keys=True)


def _deliver(room: Jobs, delivery: Delivery, urls: Sequence[str]) -> None:
    status = None
    if delivery.url in urls:  # an address that was taken out of the settings is not told any more
        status = _posted(delivery, secret_of(room.data_dir), room.clock())
    taken = status is not None and 200 <= status < 300
    with room.database.writing() as session:
        if taken:
            delivery_store.arrived(session, delivery, status or 0, now=room.clock())
        else:
            delivery_store.failed(session, delivery, status, now=room.clock())
    _log.info("webhook.sent" if taken else "webhook.failed", job=delivery.job_id, status=status, n=delivery.attempts)


def _posted(delivery: Delivery, secret: bytes, now: datetime) -> int | None:
    """The status of the receiver's answer, None if there was none; redirections are not followed."""
    parts, body = urlsplit(delivery.url), delivery.body.encode()
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "khop",
        "X-Khop-Delivery": str(delivery.id),
        "X-Khop-Timestamp": str(timestamp),
        "X-Khop-Signature": f"v1={signature(secret, timestamp, body)}",
    }
    host, target = parts.hostname or "", (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT)
    )
    try:
        connection.request("POST", target, body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def secret_of(data_dir: Path) -> bytes:
    """The key that signs webhooks, 64 letters of text: made at first use, kept in the data folder for its owner."""
    path = data_dir / "webhook.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=data_dir, prefix=".webhook.", mode="wb") as fresh:
            fresh.write(secrets.token_hex(32).encode())
            fresh.flush()
            with suppress(FileExistsError):  # another worker was first: its key is the key
                os.link(fresh.name, path)
    return path.read_bytes()
