"""Makes an invented province with its truth, and reads it once, so that all engines get the same clean values.

What is kept in a province's folder: `records.pickle` and `people.pickle` (the library's own clean types, one pickle a
batch), `land.parquet` and `register.parquet` (the same values as columns, for engines that want tables) and
`truth.parquet`. Everything is made, read and written batch by batch, so that a million rows fit in memory.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from app.files import read_land_file
from matching.land_rows import usable_numbers
from matching.name_keys import PREFIXES
from matching.normalise import normalise
from matching.normalise.gazetteer import gazetteer
from matching.normalise.person import read_person
from matching.normalise.text import fold, spelling_key
from matching.records import CleanRecord, CleanSubject, Kind, NumberKind, PartialDate, Person
from matching.synthetic.land import LAND_SCHEMA, land
from matching.synthetic.population import REGISTER_SCHEMA, population
from matching.synthetic.truth import TRUTH_SCHEMA

T = TypeVar("T")
AS_OF: Final = date(2026, 11, 22)
_BATCH: Final = 5_000  # land rows
_INDEPENDENT: Final = Path(__file__).parents[1] / "independent" / "make_province.py"
_COLUMNS: Final = pa.schema(
    [
        ("row", pa.int64()),  # land: position among the subjects asked; register: the personal number
        ("name", pa.string()),  # accented, one spelling
        ("folded", pa.string()),  # unaccented
        ("words", pa.string()),  # unaccented syllables in alphabetical order
        ("surname", pa.string()),
        ("given", pa.string()),
        ("names", pa.list_(pa.string())),  # with other names that the register lists
        ("number", pa.string()),  # the personal number, the most trusted of several
        ("old_number", pa.string()),
        ("numbers", pa.list_(pa.string())),  # all personal numbers, cancelled ones too
        ("old_numbers", pa.list_(pa.string())),
        ("date", pa.string()),  # yyyy-mm-dd, only if the day is known
        ("other_date", pa.string()),  # the other reading of an ambiguous one
        ("year", pa.int32()),
        ("month", pa.int32()),
        ("january", pa.bool_()),  # 1 January, perhaps a year in disguise
        ("sex", pa.string()),
        ("commune", pa.string()),  # where the address means a single one
        ("communes", pa.list_(pa.string())),
        ("province", pa.string()),
    ]
)


class Province(NamedTuple):
    """Which province, and where its files are."""

    kind: str  # independent, synthetic
    people: int
    land: int
    seed: int
    work: Path

    @property
    def folder(self) -> Path:
        """Where its files are kept."""
        return self.work / f"{self.kind}-{self.people}x{self.land}-seed{self.seed}"


def prepare(province: Province) -> None:
    """Make the province's files and read them into clean records, unless that was done before."""
    folder = province.folder
    if (folder / "truth.parquet").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    {"independent": _make_independent, "synthetic": _make_synthetic}[province.kind](province)
    _read_people(folder)
    _read_land(folder)
    truth = pa.csv.read_csv(folder / "truth.csv", convert_options=_texts(TRUTH_SCHEMA), parse_options=_LINES)
    pq.write_table(truth, folder / "truth.parquet")


def _read_people(folder: Path) -> None:
    with (
        (folder / "people.pickle").open("wb") as file,
        pq.ParquetWriter(folder / "register.parquet", _COLUMNS) as columns,
        pa.csv.open_csv(
            folder / "register.csv", convert_options=_texts(REGISTER_SCHEMA), parse_options=_LINES
        ) as batches,
    ):
        for batch in batches:
            people = [read_person(row) for row in batch.to_pylist()]
            pickle.dump(people, file, protocol=5)
            columns.write_table(pa.Table.from_pylist([_person_row(person) for person in people], schema=_COLUMNS))


def _read_land(folder: Path) -> None:
    at = 0
    with (
        (folder / "records.pickle").open("wb") as file,
        pq.ParquetWriter(folder / "land.parquet", _COLUMNS) as columns,
    ):
        for batch in read_land_file(folder / "land.csv").batches(_BATCH):
            records = [normalise(raw, as_of=AS_OF) for row in batch.rows() for raw in row.raw]
            pickle.dump(records, file, protocol=5)
            rows = [_land_row(at + place, subject) for place, (_, subject) in enumerate(asked(records))]
            columns.write_table(pa.Table.from_pylist(rows, schema=_COLUMNS))
            at += len(rows)


def asked(records: Iterable[CleanRecord]) -> Iterator[tuple[CleanRecord, CleanSubject]]:
    """The subjects that an engine is asked about: all but bodies and placeholders, with their records."""
    for record in records:
        for subject in record.subjects:
            if subject.kind not in (Kind.ORGANISATION, Kind.COMMUNITY) and not subject.placeholder:
                yield record, subject


def kept(path: Path) -> Iterator[Any]:
    """What was kept in a file, batch by batch."""
    with path.open("rb") as file:
        while file.peek(1):
            yield from pickle.load(file)


def batched(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """The values in lists of so many, the last one shorter."""
    values = iter(values)
    while some := list(islice(values, size)):
        yield some


_LINES: Final = pa.csv.ParseOptions(newlines_in_values=True)


def _texts(schema: pa.Schema) -> pa.csv.ConvertOptions:
    return pa.csv.ConvertOptions(
        column_types={name: pa.string() for name in (*schema.names, "note")}, strings_can_be_null=False
    )


def _make_independent(province: Province) -> None:
    command = [sys.executable, str(_INDEPENDENT), "--people", str(province.people), "--land", str(province.land)]
    subprocess.run([*command, "--seed", str(province.seed), "--out", str(province.folder)], check=True)


def _make_synthetic(province: Province) -> None:
    register = pa.Table.from_batches(population(province.people, province.seed, as_of=AS_OF), schema=REGISTER_SCHEMA)
    pa.csv.write_csv(register, province.folder / "register.csv")
    with (
        pa.csv.CSVWriter(province.folder / "land.csv", LAND_SCHEMA) as rows,
        pa.csv.CSVWriter(province.folder / "truth.csv", TRUTH_SCHEMA) as truths,
    ):
        for some_rows, some_truths in land(register, province.land, province.seed, as_of=AS_OF):
            rows.write_batch(some_rows)
            truths.write_batch(some_truths)


def _person_row(person: Person) -> dict[str, object]:
    old = [number.value for number in person.old_numbers]
    return (
        {"row": int(person.personal_id), "sex": _sex(int(person.sex)), "january": False, "other_date": None}
        | _name(person.full_name, person.other_names)
        | _numbers([person.personal_id, *person.cancelled_ids], old)
        | _date(person.birth_date)
        | _places(person.communes, ())
    )


def _land_row(at: int, subject: CleanSubject) -> dict[str, object]:
    usable = usable_numbers(subject)
    personal = [n.value for n in usable if n.kind is NumberKind.PERSONAL]
    personal += [n.value for n in usable if n.kind is NumberKind.UNREADABLE and len(n.value) == 12]
    old = [n.value for n in usable if n.kind not in (NumberKind.PERSONAL, NumberKind.UNREADABLE)]
    birth = subject.birth_date
    other = birth.alternative if birth is not None else None
    return (
        {"row": at, "sex": _sex(int(subject.sex)) if subject.sex_is_evidence else None}
        | {"january": birth is not None and "maybe_year_only" in birth.flags}
        | {"other_date": str(other) if other is not None and other.day else None}
        | _name(subject.full_name or "", ())
        | _numbers(personal, old)
        | _date(birth.date if birth is not None else PartialDate())
        | _places(subject.address.communes, subject.address.provinces)
    )


def _name(name: str, others: Sequence[str]) -> dict[str, object]:
    key = spelling_key(name)
    syllables = fold(key).replace("h'", "h' ").replace("k'", "k' ").split()
    core = [syllable for syllable in syllables if syllable not in PREFIXES] or syllables
    return {
        "name": key or None,
        "folded": " ".join(syllables) or None,
        "words": " ".join(sorted(core)) or None,
        "surname": syllables[0] if syllables else None,
        "given": syllables[-1] if syllables else None,
        "names": [key, *map(spelling_key, others)] if key else [],
    }


def _numbers(personal: Sequence[str], old: Sequence[str]) -> dict[str, object]:
    return {
        "number": personal[0] if personal else None,
        "old_number": old[0] if old else None,
        "numbers": list(dict.fromkeys(personal)),
        "old_numbers": list(dict.fromkeys(old)),
    }


def _date(date_: PartialDate) -> dict[str, object]:
    return {
        "date": str(date_) if date_.day else None,
        "year": date_.year or None,
        "month": date_.month or None,
    }


def _places(communes: Sequence[str], provinces: Sequence[str]) -> dict[str, object]:
    of = {gazetteer().communes[code].province for code in communes} or set(provinces)
    return {
        "communes": list(communes),
        "commune": communes[0] if len(communes) == 1 else None,
        "province": of.pop() if len(of) == 1 else None,
    }


def _sex(sex: int) -> str | None:
    return str(sex) if sex else None
