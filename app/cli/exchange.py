"""khop exchange: land users out to the authority that keeps the register, its answers back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.audit import Found, acting, found_audit
from app.cli.terminal import say, told

if TYPE_CHECKING:
    from app.audits.exchange import Columns

exchange = typer.Typer(
    name="exchange",
    help="Trao đổi với cơ quan quản lý dữ liệu dân cư / exchange with the authority that keeps the register.",
    no_args_is_help=True,
)
Configured = Annotated[
    Path | None,
    typer.Option(
        "--columns", exists=True, dir_okay=False, help="Tệp .toml: [out], [back], [words] / headers and words."
    ),
]


@exchange.command("export")
def export_(
    audit_id: Found,
    out: Annotated[Path, typer.Option("--out", "-o", help="Tệp .csv hoặc .xlsx.")],
    verdict: Annotated[list[str] | None, typer.Option(help="full, partial, none; bỏ trống: mọi kết quả / all.")] = None,
    columns: Configured = None,
) -> None:
    """Xuất người thuộc phạm vi để cơ quan quản lý dữ liệu dân cư trả lời / land users to be answered.

    Ví dụ / example: khop exchange export abcdefghijklmnopqrst -o gui-c06.xlsx --verdict partial --verdict none
    """
    from app.audits import service
    from app.audits.counting import rows_of
    from app.audits.exchange import exported, write_exchange
    from app.audits.rows import VERDICTS
    from app.files.write import whole_file

    if unknown := set(verdict or ()) - set(VERDICTS):
        raise typer.BadParameter(f"full, partial, none: {sorted(unknown)[0]}", param_hint="--verdict")
    with acting() as who:
        one, folder = found_audit(who, audit_id), who.room.folder(audit_id)
        rows = rows_of(folder, service.definitions_of(who.room, one))
        lines = exported(one, folder, rows, _columns(columns), verdicts=verdict or ())
        with whole_file(out) as target:
            count = write_exchange(target, lines, suffix=out.suffix.lower())
        who.record("exchange.exported", audit_id=one.id, land_users=count)
    say(f"✓ {count:,} lượt người/land users: {out}")


@exchange.command("import")
def import_(
    audit_id: Found,
    file: Annotated[Path, typer.Argument(metavar="TỆP", exists=True, dir_okay=False, help="Tệp .csv hoặc .xlsx.")],
    columns: Configured = None,
    disagreements: Annotated[
        Path | None, typer.Option(help="Ghi các lượt khác với Khớp / where to list those that differ: .csv, .xlsx.")
    ] = None,
) -> None:
    """Nhập trả lời: cả tệp hoặc không gì cả; trả lời được ưu tiên hơn kết quả của Khớp / take the answers."""
    from app.audits import service
    from app.audits.counting import answers_of, rows_of
    from app.audits.counting import disagreements as counted
    from app.audits.exchange import differing, read_answers, write_exchange
    from app.files.write import whole_file

    with acting() as who:
        one = found_audit(who, audit_id)
        definitions = service.definitions_of(who.room, one)
        rows = rows_of(who.room.folder(audit_id), definitions)
        taken = read_answers(file, one, rows, definitions, _columns(columns))
        known = service.take_answers(who.room, one, taken)
        who.record("exchange.imported", audit_id=one.id, answers=len(taken))
        counts = counted(rows, definitions, answers_of(rows, definitions, known))
        if disagreements is not None:
            with whole_file(disagreements) as target:
                lines = differing(one, rows, definitions, known)
                write_exchange(target, lines, suffix=disagreements.suffix.lower())
    say(f"✓ {len(taken):,} trả lời/answers; tất cả/all {counts['answered']:,}, trùng/agreed {counts['agreed']:,}")
    for pair, count in counts.items():
        if "->" in pair and count:
            typer.echo(f"{pair}  {count:,}")


def _columns(path: Path | None) -> Columns:
    import tomllib

    from app.audits.errors import ExchangeInvalid
    from app.audits.exchange import Columns

    if path is None:
        return Columns()
    with told():
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
            return Columns.of(*(document.get(name, {}) for name in ("out", "back", "words")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError, TypeError) as error:
            raise ExchangeInvalid(row=0, column="TOML", reason=type(error).__name__) from error
