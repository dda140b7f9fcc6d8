"""khop worker: processes that do the parts of bulk jobs."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.terminal import opened_database, say, told

if TYPE_CHECKING:
    from types import FrameType


def worker(
    processes: Annotated[
        int | None, typer.Option(min=1, max=256, help="Số tiến trình / processes; default KHOP_WORKER_PROCESSES.")
    ] = None,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Chạy tiến trình xử lý công việc hàng loạt / run workers for bulk jobs.

    `khop serve` tự chạy tiến trình của nó. Chạy thêm trên máy này hoặc máy
    khác, với cùng KHOP_DATABASE_URL (PostgreSQL) và cùng thư mục KHOP_DATA_DIR.

    `khop serve` starts workers of its own. Start more here or on other
    machines, with the same KHOP_DATABASE_URL (PostgreSQL) and the same folder
    KHOP_DATA_DIR. Ctrl+C ends them; what they were doing is taken over.
    """
    from app.logs import configure_logs
    from app.main import today_of
    from app.settings import Settings
    from app.worker import Keeper, end_with_parent, processes_of, run

    ending = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN if with_parent else end)
    with told():
        settings = Settings()
        configure_logs(style=settings.log_format, level=settings.log_level)
        count = processes or max(processes_of(settings), 1)
        with opened_database(settings) as database:
            if count == 1:
                if with_parent:
                    end_with_parent(ending, sys.stdin.fileno())
                run(settings, database, ending, today=today_of(settings))
                return
        with Keeper(count):
            say(f"{count} tiến trình xử lý (Ctrl+C để dừng) / workers (Ctrl+C to end)")
            ending.wait()
