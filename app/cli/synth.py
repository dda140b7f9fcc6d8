"""khop synth: an invented province to try the service on: a population register, a land register, and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app.cli.terminal import progress, say, told

if TYPE_CHECKING:
    import pyarrow as pa

synth = typer.Typer(
    name="synth",
    help="Tỉnh giả lập: dân cư, đất đai, sự thật / an invented province: people, land users, the truth.",
    no_args_is_help=True,
)

# The day of the data, not of the run: the same seed gives the same file on any day.
AS_OF = "2026-11-22"
PEOPLE_PER_ROW = 4  # without a register, the land register is drawn from so many invented people a row

Size = Annotated[int, typer.Option(min=1, help="Số dòng / number of rows.")]
Seed = Annotated[
    int, typer.Option(min=0, help="Hạt giống: cùng hạt giống cho cùng tệp / the same seed, the same bytes.")
]
AsOf = Annotated[
    datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="Ngày của dữ liệu / the day of the data.")
]
Provinces = Annotated[
    str,
    typer.Option(
        "--provinces",
        "--province",
        help="Mã tỉnh hiện nay, cách nhau bằng dấu phẩy / present-day province codes: 68,66.",
    ),
]
Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="TỆP", help="Tệp .csv, .parquet hoặc .ndjson / the file to write.")
]


Population = Annotated[
    Path | None,
    typer.Option(
        "--population",
        "--register",
        metavar="TỆP",
        exists=True,
        dir_okay=False,
        help="Tệp dân cư; bỏ trống: sinh từ cùng hạt giống, gấp bốn số dòng / the register to draw from; default: "
        "`khop synth population` with the same seed and four people a row.",
    ),
]


class Encoding(StrEnum):
    """Codings of before Unicode that a file may be written in."""

    TCVN3 = "tcvn3"
    VNI = "vni"
    VPS = "vps"
    VISCII = "viscii"
    VIQR = "viqr"


@synth.command("population")
def population_(
    output: Output,
    size: Size = 50_000,
    seed: Seed = 1,
    provinces: Provinces = "68",
    as_of: AsOf = datetime.fromisoformat(AS_OF),
) -> None:
    """Sinh dữ liệu dân cư giả lập để nhập bằng `khop register import` / people for a register; none of them exists."""
    from app.cli.synth_files import table_writer
    from matching.synthetic.population import REGISTER_SCHEMA, population

    with told(), progress({"people": "Dân cư / people"}) as show, table_writer(output, REGISTER_SCHEMA) as write:
        done = 0
        for batch in population(size, seed, provinces=_codes(provinces), as_of=as_of.date()):
            write(batch)
            done += batch.num_rows
            show("people", done, size, "")
    say(f"✓ {done:,} → {output}")


@synth.command("land")
def land_(
    output: Output,
    size: Size = 10_000,
    seed: Seed = 1,
    population: Population = None,
    population_size: Annotated[
        int | None,
        typer.Option(min=1, help="Số người khi không có tệp dân cư / people, where there is no register file."),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(metavar="TỆP", help="Tệp sự thật; mặc định cạnh tệp kết quả / default: NAME.truth.csv."),
    ] = None,
    rates: Annotated[
        Path | None,
        typer.Option(metavar="TỆP", help='Tỷ lệ lỗi khác, JSON / other error rates: {"number.missing": 0.12}.'),
    ] = None,
    encoding: Annotated[
        Encoding | None,
        typer.Option(help="Bảng mã cũ của cột họ tên và địa chỉ / names and addresses in a coding older than Unicode."),
    ] = None,
    provinces: Provinces = "68",
    as_of: AsOf = datetime.fromisoformat(AS_OF),
) -> None:
    """Sinh dữ liệu đất đai từ dân cư, có lỗi nhập liệu và tệp sự thật / land rows with errors, and their truth."""
    from app.cli.synth_files import table_writer
    from matching.synthetic.land import LAND_SCHEMA, in_encoding, land
    from matching.synthetic.truth import TRUTH_SCHEMA

    truth = truth or output.with_name(f"{output.stem}.truth{output.suffix}")
    with told(), progress({"people": "Dân cư / people", "land": "Đất đai / land rows"}) as show:
        _keep_apart((output, truth), (population, rates))
        changed = _rates(rates)
        done = 0
        with table_writer(output, LAND_SCHEMA) as write, table_writer(truth, TRUTH_SCHEMA) as write_truth:
            people = _people(population, population_size or PEOPLE_PER_ROW * size, seed, _codes(provinces), as_of)
            show("people", people.num_rows, people.num_rows, "")
            for rows, truths in land(people, size, seed, rates=changed, as_of=as_of.date()):
                write(in_encoding(rows, encoding.value) if encoding is not None else rows)
                write_truth(truths)
                done += rows.num_rows
                show("land", done, size, "")
    say(f"✓ {done:,} → {output}\n  {truth}")


@synth.command("workbook")
def workbook_(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="TỆP", help="Tệp .xlsx / the workbook to write.")],
    size: Annotated[int, typer.Option("--size", "--rows", min=1, help="Số dòng đất đai / land rows.")] = 2_000,
    seed: Seed = 1,
    order: Annotated[
        Literal["standard", "swapped"], typer.Option(help="Thứ tự cột H–N / the order of the holder's columns.")
    ] = "standard",
    revision: Annotated[int, typer.Option(help="49, 59, 61: phiên bản mẫu / revision of the template.")] = 61,
    population: Population = None,
    first_data_row: Annotated[
        int,
        typer.Option(
            "--first-data-row",
            "--header-row",
            min=5,
            max=7,
            help="Dòng dữ liệu đầu tiên, ngay dưới tiêu đề / the first row of data, below the header.",
        ),
    ] = 5,
    provinces: Provinces = "68",
    as_of: AsOf = datetime.fromisoformat(AS_OF),
) -> None:
    """Sinh tệp Excel theo mẫu PL3-01, kèm vị trí và sự thật của từng dòng / a PL3-01 workbook, its rows and truth."""
    from app.cli.synth_files import table_writer
    from app.files.pl3_01 import REVISIONS, Order
    from app.files.workbook_generator import WorkbookStyle, synth_workbook, write_truth
    from matching.synthetic.land import land
    from matching.synthetic.truth import TRUTH_SCHEMA

    if revision not in REVISIONS or output.suffix.lower() != ".xlsx":
        raise typer.BadParameter("--revision 49 | 59 | 61, --output TỆP.xlsx")
    style = WorkbookStyle(Order(order), revision, first_data_row)
    with told(), progress({"land": "Đất đai / land rows"}) as show:
        _keep_apart((output, output.with_suffix(".truth.csv"), output.with_suffix(".rows.csv")), (population,))
        people = _people(population, PEOPLE_PER_ROW * size, seed, _codes(provinces), as_of)
        rows: list[dict[str, str | None]] = []
        output.parent.mkdir(parents=True, exist_ok=True)
        with table_writer(output.with_suffix(".truth.csv"), TRUTH_SCHEMA) as write_people:
            for batch, truths in land(people, size, seed, as_of=as_of.date()):
                rows += batch.to_pylist()
                write_people(truths)
                show("land", len(rows), size, "")
        places = synth_workbook(rows, output, style=style, seed=seed)
        write_truth(places, output.with_suffix(".rows.csv"))
    say(f"✓ {len(places):,} → {output}\n  {output.with_suffix('.truth.csv')}\n  {output.with_suffix('.rows.csv')}")


def _keep_apart(outputs: Sequence[Path], sources: Sequence[Path | None]) -> None:
    """Raises OutputIsInput where one file is to be written twice, or read and written."""
    from app.files.errors import OutputIsInput
    from app.files.write import keep_apart

    if len({path.absolute() for path in outputs}) < len(outputs):
        raise OutputIsInput(name=outputs[0].name)
    for output, source in product(outputs, filter(None, sources)):
        keep_apart(output, source)


def _codes(provinces: str) -> tuple[str, ...]:
    """The province codes of the option, each once, all known."""
    from matching.normalise.gazetteer import gazetteer

    codes = tuple(dict.fromkeys(code.strip() for code in provinces.split(",") if code.strip()))
    unknown = [code for code in codes if code not in gazetteer().provinces]
    if unknown or not codes:
        raise typer.BadParameter(f"mã tỉnh không có / no such province: {', '.join(unknown)}")
    return codes


def _people(file: Path | None, size: int, seed: int, provinces: tuple[str, ...], as_of: datetime) -> pa.Table:
    """The register to draw from: the file's rows, or people of the same seed."""
    import pyarrow as pa

    from app.cli.synth_files import read_table
    from app.files.errors import PopulationUnreadable
    from matching.synthetic.population import REGISTER_SCHEMA, population

    if file is not None:
        try:
            people = read_table(file, REGISTER_SCHEMA)
        except (pa.ArrowException, ValueError, AttributeError):  # their texts may quote the file
            raise PopulationUnreadable from None
        if not _are_people(people):
            raise PopulationUnreadable
        return people
    return pa.Table.from_batches(
        list(population(size, seed, provinces=provinces, as_of=as_of.date())), schema=REGISTER_SCHEMA
    )


def _are_people(people: pa.Table) -> bool:
    """Whether every row has the number and the birth date that `khop synth population` writes."""
    import pyarrow.compute as pc

    shapes = {"personal_id": r"^\d{12}$", "birth_date": r"^\d{4}(-\d\d(-\d\d)?)?$"}
    return people.num_rows > 0 and all(
        pc.all(pc.match_substring_regex(people[name], shape)).as_py() for name, shape in shapes.items()
    )


def _rates(file: Path | None) -> dict[str, float]:
    """The rates of a JSON file; none without a file."""
    import json

    from matching.synthetic.corruptions import UnknownErrors, with_rates

    if file is None:
        return {}
    try:
        rates = {str(code): float(rate) for code, rate in json.loads(file.read_text("utf-8")).items()}
        with_rates(rates)
    except (OSError, ValueError, TypeError, AttributeError, UnknownErrors) as error:
        raise typer.BadParameter(f"tệp tỷ lệ lỗi / rates file: {error}") from None
    return rates
