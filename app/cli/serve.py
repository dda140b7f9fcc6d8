"""khop serve, khop demo, khop openapi: the HTTP service."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.demo_key import demo_key
from app.cli.synth import AS_OF
from app.cli.terminal import now, opened_database, progress, say, told

if TYPE_CHECKING:
    from types import FrameType

    from app.db import Database
    from app.settings import Settings

DEMO_PEOPLE = 50_000
DEMO_SEED = 1
DEMO_LAND = 1_000
_SECONDS_TO_FINISH = 20  # for requests in work when the service is to end: a client may never send the rest of its own
DEMO_SCOPE = "Lâm Đồng (giả lập / synthetic)"


def serve(
    host: Annotated[str | None, typer.Option(help="Địa chỉ / the address; default KHOP_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Cổng / the port; default KHOP_PORT.")] = None,
) -> None:
    """Chạy dịch vụ HTTP / serve HTTP.

    Ví dụ / example: khop serve --port 8000
    """
    from app.settings import Settings

    with told():
        settings = Settings()
        with opened_database(settings):
            pass  # made current, or told why not
    _serve(settings, host or settings.host, settings.port if port is None else port)


def demo(
    people: Annotated[int, typer.Option(min=1_000, help="Số người giả lập / synthetic people.")] = DEMO_PEOPLE,
    only_build: Annotated[bool, typer.Option("--only-build", help="Không chạy dịch vụ / don't serve.")] = False,
) -> None:
    """Tạo dữ liệu dân cư giả lập của Lâm Đồng nếu chưa có, rồi chạy dịch vụ / build a demo register, then serve.

    Mọi người trong đó đều là giả lập. / Everybody in it is synthetic.
    """
    from app.register import store
    from app.settings import Settings

    with told():
        settings = Settings()
        with opened_database(settings) as database:
            with database.reading() as session:
                active = store.active(session)
            if active is None:
                _build_demo(database, settings.data_dir, people)
            else:
                say(f"Dữ liệu dân cư đã có / the register is there: {active.name}, {active.rows_kept:,} người/people")
            if active is None or active.name == "demo":  # a key to real people is made by `khop client create` only
                key, path = demo_key(database, settings.data_dir)
                say(f"Khóa / key ({path}): {key}")
    if not only_build:
        _serve(settings, settings.host, settings.port)


def openapi() -> None:
    """In tài liệu OpenAPI / print the OpenAPI document."""
    from app.main import openapi_yaml

    typer.echo(openapi_yaml(), nl=False)


def _serve(settings: Settings, host: str, port: int) -> None:
    import uvicorn

    from app.connections import bounded_http
    from app.logs import configure_logs
    from app.main import create_app
    from app.worker import Keeper, processes_of

    configure_logs(style=settings.log_format, level=settings.log_level)
    app = create_app(settings)

    class Server(uvicorn.Server):
        """Streams of events learn at once that the service is to end."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            app.state.ending = True
            super().handle_exit(sig, frame)

    config = uvicorn.Config(
        app,
        http=bounded_http(settings.header_seconds),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
    )
    server = Server(config)
    # The server raises the signal that ended it once more: the workers are to end before this process does.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with suppress(KeyboardInterrupt), Keeper(processes_of(settings)):
        say(f"Khớp: http://{host}:{port}  (Ctrl+C để dừng / to stop)")
        server.run()
    if not server.started:
        raise typer.Exit(3)


def _build_demo(database: Database, folder: Path, people: int) -> None:
    """Make people, import them, and draw a small land file from them to try `khop match` on."""
    from app.cli.synth_files import read_table, table_writer
    from app.register.files import register_file
    from app.register.importing import ImportRequest, import_register
    from matching.synthetic.land import LAND_SCHEMA, land
    from matching.synthetic.population import REGISTER_SCHEMA, population

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "demo-population.parquet"
    as_of = datetime.fromisoformat(AS_OF).date()
    with progress(_PHASES) as show:
        done = 0
        with table_writer(path, REGISTER_SCHEMA) as write:
            for batch in population(people, DEMO_SEED, as_of=as_of):
                write(batch)
                done += batch.num_rows
                show("making", done, people, "")
        with table_writer(folder / "demo-land.csv", LAND_SCHEMA) as write:
            for rows, _truth in land(read_table(path, REGISTER_SCHEMA), DEMO_LAND, DEMO_SEED, as_of=as_of):
                write(rows)
        import_register(
            database,
            register_file(path),
            ImportRequest(scope=DEMO_SCOPE, name="demo"),
            clock=now,
            report=lambda step: show(step.phase, step.done, step.total, ""),
        )
    say(f"✓ {folder / 'demo-land.csv'}: {DEMO_LAND:,} dòng đất đai giả lập để thử / land rows to try: khop match")


_PHASES = {
    "making": "Tạo người giả lập / making synthetic people",
    "resuming": "Đếm lại phần đã nhập / counting what an earlier run kept",
    "reading": "Đọc và chuẩn hóa / reading",
    "sorting": "Sắp xếp khóa tìm kiếm / sorting keys",
}
