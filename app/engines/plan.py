"""What a run is fixed to when it is created: input, how that is read, register, model, day, and the code itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from hashlib import blake2b, sha256
from importlib.metadata import version as release
from pathlib import Path
from typing import Final

import pyarrow as pa

from app.engines.errors import PlanUnreadable
from app.files.encodings import TextReading
from matching.columns import KEYS_VERSION
from matching.model import Model
from matching.normalise.gazetteer import gazetteer

# Twice as many take a thirtieth less for each row than 10,000, four times as many no less; so much is lost at most when
# a process is killed: a second's work.
ROWS_PER_CHUNK: Final = 20_000
_PIECE: Final = 1 << 20
_CHUNKS_VERSION: Final = 3  # of what chunks hold: moves when chunks of another version would not fit together


def code_version() -> str:
    """All of the program that the bytes of a result depend on; workers refuse a run of another one."""
    return f"{release('khop')}/{KEYS_VERSION}/{gazetteer().version}/chunks-{_CHUNKS_VERSION}/arrow-{pa.__version__}"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How the input is read, where its owner knows better than the headers."""

    sheet: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)  # field -> header or letter: {"full_name": "H"}
    keep_columns: bool = False  # carry all columns of the input through to the results
    delimiter: str | None = None  # of a CSV file
    encoding: str | None = None  # of a text file: app.files.encodings.ENCODINGS
    list_name: str | None = None  # the list of land users that the file is a state of: judgements belong to it

    @property
    def text(self) -> TextReading:
        """How a text file is read."""
        return TextReading(self.delimiter, self.encoding)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run is fixed to; the same plan and input give the same bytes on any machine."""

    input_name: str  # of the file in the folder `input`
    input_sha256: str
    register_id: int
    register: str  # its version as answers are stamped with it
    model: str  # the version of the model
    model_document: str  # the model itself, as JSON
    as_of: date
    options: ReadOptions = ReadOptions()
    rows_per_chunk: int = ROWS_PER_CHUNK
    decisions: str = ""  # digest of what people had decided about the list; empty: nothing
    code: str = field(default_factory=code_version)

    def to_json(self) -> str:
        """The plan as a JSON document, the same text for the same plan."""
        document = asdict(self) | {"as_of": self.as_of.isoformat()}
        return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> RunPlan:
        """The plan behind a JSON document; PlanUnreadable if it is none of this program's."""
        try:
            document = json.loads(text)
            known = {each.name: document[each.name] for each in fields(cls)}
            known["as_of"] = date.fromisoformat(known["as_of"])
            known["options"] = ReadOptions(**known["options"])
            return cls(**known)
        except (ValueError, TypeError, KeyError) as error:
            raise PlanUnreadable(reason=type(error).__name__) from error

    @property
    def digest(self) -> str:
        """Sixteen digits that stand in every file of the run, so that no file of another run is taken for its own."""
        return blake2b(self.to_json().encode(), digest_size=8).hexdigest()

    @property
    def linkage_model(self) -> Model:
        """The model that decides."""
        return Model.from_json(self.model_document)


def content_hash(path: Path) -> str:
    """The SHA-256 of a file's content, as it stands in a plan."""
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
