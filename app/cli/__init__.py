"""The command line: one module per group of commands; heavy imports wait inside the commands."""

from __future__ import annotations

import typer

from app.cli.audit import audit
from app.cli.blocking import blocking
from app.cli.client import client
from app.cli.db import db
from app.cli.doctor import doctor
from app.cli.exchange import exchange
from app.cli.job import job
from app.cli.log import log
from app.cli.match import match, normalise
from app.cli.model import evaluate, model, train
from app.cli.operations import backup, restore, retention, settings
from app.cli.register import register
from app.cli.review import review
from app.cli.serve import demo, openapi, serve
from app.cli.synth import synth
from app.cli.worker import worker

cli = typer.Typer(
    name="khop",
    help="Khớp: đối chiếu người sử dụng đất với cơ sở dữ liệu dân cư / match land users with the population register.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals hold personal data
)
cli.command()(serve)
cli.command()(demo)
cli.command()(match)
cli.command()(normalise)
cli.command()(openapi)
cli.command()(worker)
cli.command()(doctor)
cli.command()(train)
cli.command()(evaluate)
cli.command()(backup)
cli.command()(restore)
cli.command()(settings)
cli.command()(blocking)
cli.add_typer(audit)
cli.add_typer(client)
cli.add_typer(db)
cli.add_typer(exchange)
cli.add_typer(job)
cli.add_typer(log)
cli.add_typer(model)
cli.add_typer(register)
cli.add_typer(review)
cli.add_typer(retention)
cli.add_typer(synth)


def main() -> None:
    """Run the command line."""
    cli()
