"""What `khop doctor` looks at: one function for each thing that can be wrong with an installation."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select

from app import migrations
from app.db import Database
from app.engines.plan import code_version
from app.errors import ServiceError, Text
from app.jobs import delivery_store, store
from app.jobs.progress import alive_workers
from app.jobs.states import State
from app.jobs.webhooks import addresses
from app.models.service import active_model
from app.register import store as register
from app.register.candidates import candidates_of
from app.register.snapshots import existing_snapshot, snapshot_folder
from app.settings import Settings
from matching.normalise.gazetteer import gazetteer

_OLDEST_POSTGRESQL: Final = 150_000
_OLDEST_SQLITE: Final = (3, 37, 0)
_CLOCKS_APART: Final = 5.0  # seconds: a sixth of a lease
_FONT_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "C:/Windows/Fonts",
)
_FONTS: Final = ("dejavu", "noto", "liberation", "times", "arial", "carlito", "freeserif", "freesans", "roboto")


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"  # the service answers, something is missing
    BAD = "bad"


class Finding(NamedTuple):
    """One thing that was looked at: how it is, and what to do where it is not well."""

    name: str
    level: Level
    told: Text


@dataclass(frozen=True, slots=True)
class Patient:
    """The installation that is looked at."""

    settings: Settings
    database: Database
    now: datetime


Check = Callable[[Patient], Iterator[tuple[Level, Text]]]


def findings(patient: Patient) -> Iterator[Finding]:
    """What is found, in order; where a check itself fails, that is its finding. Without a database little is left."""
    for name, check in CHECKS.items():
        reachable = True
        try:
            for level, told in check(patient):
                yield Finding(name, level, told)
                reachable = reachable and (name != "database" or level is not Level.BAD)
        except ServiceError as error:
            reachable = name != "database"
            yield Finding(name, Level.BAD, Text(error.explained("vi"), error.explained("en")))
        except Exception as error:
            reachable = name != "database"
            yield Finding(name, Level.BAD, Text(f"lỗi {type(error).__name__}", f"failed with {type(error).__name__}"))
        if not reachable:
            return


def _versions(patient: Patient) -> Iterator[tuple[Level, Text]]:
    said = f"khop {code_version()}, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}"
    yield Level.OK, Text(said, said)
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        yield Level.BAD, Text("SQLite quá cũ; cần từ 3.37.", "SQLite is too old; 3.37 or newer is needed.")
    gazetteer()


def _folder(patient: Patient) -> Iterator[tuple[Level, Text]]:
    folder = patient.settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor.") as probe:
            probe.write(b"x" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        yield (
            Level.BAD,
            Text(
                f"Không ghi được vào KHOP_DATA_DIR ({error.strerror}). Sửa quyền hoặc chọn thư mục khác.",
                f"KHOP_DATA_DIR can't be written to ({error.strerror}). Mend its rights or name another folder.",
            ),
        )
        return
    yield Level.OK, Text("ghi được", "writable")


def _disk(patient: Patient) -> Iterator[tuple[Level, Text]]:
    free = shutil.disk_usage(patient.settings.data_dir).free >> 20
    needed = patient.settings.min_free_mb
    if free < needed:
        yield (
            Level.BAD,
            Text(
                f"Chỉ còn {free} MiB (cần {needed}, KHOP_MIN_FREE_MB). Xóa công việc cũ: khop job delete.",
                f"Only {free} MiB are free (KHOP_MIN_FREE_MB: {needed}). Delete old jobs: khop job delete.",
            ),
        )
    else:
        yield Level.OK, Text(f"còn {free:,} MiB", f"{free:,} MiB free")


def _database(patient: Patient) -> Iterator[tuple[Level, Text]]:
    found, needed = migrations.current(patient.database), migrations.head()
    kind = patient.database.engine.dialect.name
    if kind == "postgresql":
        version = patient.database.number("SELECT current_setting('server_version_num')::int") or 0
        if version < _OLDEST_POSTGRESQL:
            yield Level.BAD, Text("PostgreSQL quá cũ; cần từ 15.", "PostgreSQL is too old; 15 or newer is needed.")
    if found != needed:
        yield (
            Level.BAD,
            Text(
                f"Bảng ở phiên bản {found or '-'}, cần {needed}. Hãy chạy: khop db upgrade",
                f"The tables are at revision {found or '-'}, {needed} is needed. Run: khop db upgrade",
            ),
        )
    else:
        yield Level.OK, Text(f"{kind}, bảng {found}", f"{kind}, tables {found}")


def _clock(patient: Patient) -> Iterator[tuple[Level, Text]]:
    try:
        ZoneInfo("Asia/Ho_Chi_Minh")
    except ZoneInfoNotFoundError:
        yield Level.BAD, Text("Thiếu dữ liệu múi giờ (tzdata).", "Time zone data is missing: install tzdata.")
    if not patient.database.is_sqlite:
        with patient.database.reading() as session:
            theirs = session.scalar(select(func.clock_timestamp()))
        apart = abs((datetime.now(UTC) - theirs).total_seconds()) if theirs is not None else 0.0
        if apart > _CLOCKS_APART:
            yield (
                Level.WARNING,
                Text(
                    f"Đồng hồ lệch máy chủ cơ sở dữ liệu {apart:.0f} giây. Hãy bật đồng bộ giờ (NTP).",
                    f"The clock is {apart:.0f} s away from the database server's. Turn on NTP.",
                ),
            )
            return
    yield Level.OK, Text(f"{patient.now:%Y-%m-%d %H:%M} UTC", f"{patient.now:%Y-%m-%d %H:%M} UTC")


def _register(patient: Patient) -> Iterator[tuple[Level, Text]]:
    with patient.database.reading() as session:
        active = register.active(session)
    if active is None:
        yield (
            Level.BAD,
            Text(
                "Chưa có dữ liệu dân cư. Hãy chạy: khop register import TỆP",
                "There is no register. Run: khop register import FILE",
            ),
        )
        return
    candidates = candidates_of(patient.database, active.id)  # says so where its rules are older, or its data is gone
    try:
        said = f"{active.rows_kept:,} {active.scope}"
        yield Level.OK, Text(f"bản {active.id}: {said}", f"version {active.id}: {said}")
        if existing_snapshot(snapshot_folder(patient.settings.data_dir, candidates.stamp.version)) is None:
            yield (
                Level.OK,
                Text("ảnh chụp sẽ được dựng ở công việc đầu tiên", "its snapshot is built by the first large job"),
            )
    finally:
        candidates.close()


def _model(patient: Patient) -> Iterator[tuple[Level, Text]]:
    version = active_model(patient.database).version
    yield Level.OK, Text(version, version)


def _workers(patient: Patient) -> Iterator[tuple[Level, Text]]:
    with patient.database.reading() as session:
        alive = alive_workers(session, now=patient.now)
    fitting = [worker for worker in alive if worker.code == code_version()]
    if fitting:
        yield Level.OK, Text(f"{len(fitting)} đang chạy", f"{len(fitting)} alive")
    else:
        others = f"; {len(alive)} ≠ {code_version()}" if alive else ""
        yield (
            Level.WARNING,
            Text(
                f"Không có tiến trình xử lý của phiên bản này{others}. Hãy chạy: khop serve hoặc khop worker",
                f"No worker of this version is alive{others}. Run: khop serve or khop worker",
            ),
        )


def _jobs(patient: Patient) -> Iterator[tuple[Level, Text]]:
    with patient.database.reading() as session:
        stuck = [
            job
            for state in (State.WAITING, State.FAILED, State.STOPPED)
            for job in store.page(session, client=None, state=state, limit=100)
        ]
        lost = delivery_store.given_up(session)
    if not stuck and not lost:
        yield Level.OK, Text("không có việc kẹt", "none is stuck")
    for job in stuck[:10]:
        said = f"{job.id}: {job.state} ({job.reason})"
        yield Level.WARNING, Text(f"{said}. Xem: khop job show {job.id}", f"{said}. See: khop job show {job.id}")
    if lost:
        yield Level.WARNING, Text(f"{lost} thông báo không gửi được.", f"{lost} webhooks never arrived.")


def _webhooks(patient: Patient) -> Iterator[tuple[Level, Text]]:
    allowed, refused = addresses(patient.settings.webhook_urls)
    if refused:
        yield (
            Level.BAD,
            Text(
                f"{len(refused)} địa chỉ trong KHOP_WEBHOOK_URLS không dùng được: cần https://, hoặc http://127.0.0.1",
                f"{len(refused)} addresses of KHOP_WEBHOOK_URLS are refused: https://, or http://127.0.0.1 is needed",
            ),
        )
    yield Level.OK, Text(f"{len(allowed)} địa chỉ", f"{len(allowed)} addresses")


def _inbox(patient: Patient) -> Iterator[tuple[Level, Text]]:
    inbox = patient.settings.inbox_dir
    if inbox is None:
        yield Level.OK, Text("không dùng", "not used")
    elif not inbox.is_dir() or not os.access(inbox, os.R_OK | os.X_OK):
        yield (
            Level.BAD,
            Text(
                "Không đọc được thư mục KHOP_INBOX_DIR.",
                "The folder KHOP_INBOX_DIR can't be read: make it, or mend its rights.",
            ),
        )
    else:
        yield Level.OK, Text("đọc được", "readable")


def _fonts(patient: Patient) -> Iterator[tuple[Level, Text]]:
    folders = [Path(each).expanduser() for each in _FONT_FOLDERS]
    names = (path.name.lower() for folder in folders if folder.is_dir() for path in folder.rglob("*.[to]tf"))
    if any(name.startswith(_FONTS) for name in names):
        yield Level.OK, Text("có phông chữ tiếng Việt", "a font with Vietnamese letters is there")
    else:
        yield (
            Level.WARNING,
            Text(
                "Không thấy phông chữ tiếng Việt; chỉ cần khi in báo cáo. Hãy cài fonts-dejavu.",
                "No font with Vietnamese letters was found; only printed reports need one. Install fonts-dejavu.",
            ),
        )


CHECKS: Final[dict[str, Check]] = {
    "versions": _versions,
    "data folder": _folder,
    "disk": _disk,
    "inbox": _inbox,
    "webhooks": _webhooks,
    "fonts": _fonts,
    "database": _database,
    "clock": _clock,
    "register": _register,
    "model": _model,
    "workers": _workers,
    "jobs": _jobs,
}
