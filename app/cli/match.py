"""khop match, khop normalise: a file in, a file out, without a server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.terminal import opened_database, progress, say, told

if TYPE_CHECKING:
    from app.files import LandFile, ResultRow

_VERDICTS = (("full", "khớp hoàn toàn"), ("partial", "khớp một phần"), ("none", "không khớp"))


def match(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="TỆP", exists=True, dir_okay=False, help="Tệp đất đai: .csv, .xlsx (mẫu PL3-01), .parquet, .ndjson."
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Tệp kết quả: .csv, .xlsx, .parquet, .ndjson / the results.")
    ],
    sheet: Annotated[str | None, typer.Option(help="Chỉ đọc trang tính này / read this sheet only.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="Cột của một trường, ví dụ full_name=H / the column of a field; may be repeated."),
    ] = None,
    engine: Annotated[str, typer.Option(help="Máy tính toán / the engine: local.")] = "local",
) -> None:
    """Đối chiếu một tệp đất đai với dữ liệu dân cư đang dùng / match a land file with the active register.

    Mỗi người sử dụng đất là một dòng kết quả, theo thứ tự của tệp; dòng nào
    không đọc được vẫn có mặt với lý do. Kết quả là đối chiếu sơ bộ, không
    thay trả lời của cơ quan quản lý dữ liệu dân cư.

    One result row for each land user, in the file's order; a row that can't be
    read is there with its reason. A verdict is a preliminary match.

    Ví dụ / example: khop match dat-dai.xlsx -o ket-qua.xlsx
    """
    from app.engines.local import match_file
    from app.files import read_land_file, write_results
    from app.files.write import RESULT_SUFFIXES, check_output
    from app.main import today_of
    from app.models.service import active_model
    from app.register.candidates import active_candidates
    from app.settings import Settings
    from matching.link import Question

    if engine != "local":
        raise typer.BadParameter("local", param_hint="--engine")
    mapping = _mapping(column or [])
    with told():
        check_output(out, file, suffixes=RESULT_SUFFIXES)
        settings = Settings()
    with told(), opened_database(settings) as database:
        question = Question(active_candidates(database), active_model(database), today_of(settings)())
        source = read_land_file(file, sheet=sheet, mapping=mapping)
        _announce(source)
        tally = _Tally()
        with progress({"match": "Đối chiếu / matching"}) as show:
            rows = match_file(source, question, done=lambda done: show("match", done, source.rows, ""))
            write_results(out, tally.counted(rows))
        stamp = question.stamp
    tally.told(source.rows)
    say(f"→ {out}  ({stamp.model}, dân cư/register {stamp.register}: {stamp.register_scope})")


def normalise(
    file: Annotated[
        Path, typer.Argument(metavar="TỆP", exists=True, dir_okay=False, help="Tệp đất đai / the land file.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Tệp kết quả .ndjson / the clean records.")],
    sheet: Annotated[str | None, typer.Option(help="Chỉ đọc trang tính này / read this sheet only.")] = None,
) -> None:
    """Chuẩn hóa một tệp đất đai, không tra cứu ai / clean a land file; nobody is looked up.

    Mỗi dòng là một bản ghi JSON như trả lời của POST /v1/normalise, với mọi
    thay đổi và quy tắc của nó.

    Each line is a record as `POST /v1/normalise` answers it: every change with
    its rule.

    Ví dụ / example: khop normalise dat-dai.csv -o sach.ndjson
    """
    import json

    from app.files import read_land_file
    from app.files.write import CLEAN_SUFFIXES, check_output, whole_file
    from app.main import today_of
    from app.matches.rendering import Rendering
    from app.settings import Settings
    from matching.normalise import normalise as clean

    with told():
        check_output(out, file, suffixes=CLEAN_SUFFIXES)
        settings = Settings()
        today = today_of(settings)()
        rendering = Rendering(settings.language, lambda personal_id: personal_id)
        source = read_land_file(file, sheet=sheet)
        _announce(source)
        with (
            whole_file(out) as target,
            target.open("w", encoding="utf-8") as lines,
            progress({"normalise": "Chuẩn hóa / cleaning"}) as show,
        ):
            for count, row in enumerate(source, start=1):
                place = {"source_sheet": row.source_sheet or None, "source_row": row.source_row}
                answers = [rendering.clean(clean(raw, as_of=today)) for raw in row.raw]
                for answer in answers or [{"error": row.error or f"skipped:{row.skipped}"}]:
                    lines.write(json.dumps(place | answer, ensure_ascii=False) + "\n")
                if count % 1_000 == 0 or count == source.rows:
                    show("normalise", count, source.rows, "")
    say(f"→ {out}")


def _mapping(columns: list[str]) -> dict[str, str] | None:
    pairs = [column.partition("=") for column in columns]
    if any(not field or not separator or not place for field, separator, place in pairs):
        raise typer.BadParameter("full_name=H", param_hint="--column")
    return {field: place for field, _, place in pairs} or None


def _announce(source: LandFile) -> None:
    """How the file will be read, before anything is done."""
    for table in source.tables:
        named = ", ".join(
            f"{field} ← {column.letter} “{column.header.rsplit(' / ', 1)[-1]}”"
            for field, column in table.mapping.items()
        )
        sheet = f"{table.sheet}: " if table.sheet else ""
        say(f"{sheet}{table.rows:,} dòng/rows, tiêu đề ở dòng/header in row {table.header_row}\n  {named}")
    for hint in source.hints:
        say(f"! {hint.told('vi')}\n  {hint.told('en')}")


class _Tally:
    """Counts what went by, for the last words of the command."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.categories: Counter[str] = Counter()
        self.outside = self.unread = self.rows = 0

    def counted(self, rows: Iterator[ResultRow]) -> Iterator[ResultRow]:
        """The same rows, counted."""
        for row in rows:
            self.rows += 1
            if row.error is not None:
                self.unread += 1
            elif not row.in_scope:
                self.outside += 1
            else:
                self.verdicts[str(row.verdict)] += 1
                self.categories[str(row.category)] += 1
            yield row

    def told(self, read: int) -> None:
        """Say what came out."""
        people = sum(self.verdicts.values())
        say(f"{read:,} dòng vào/rows in → {self.rows:,} dòng ra/rows out; {people:,} người/people in scope")
        for verdict, vietnamese in _VERDICTS:
            share = 100 * self.verdicts[verdict] / people if people else 0.0
            say(f"  {vietnamese} / {verdict}: {self.verdicts[verdict]:,} ({share:.1f} %)")
        say("  " + ", ".join(f"{code} {count:,}" for code, count in sorted(self.categories.items())))
        say(f"  ngoài phạm vi / out of scope: {self.outside:,}; không xử lý / not read or skipped: {self.unread:,}")
