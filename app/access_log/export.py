"""Reading the log: entries in the order of time for an auditor, and the heads that an auditor takes away."""

from __future__ import annotations

import csv
import heapq
import json
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from app.access_log.anchors import Anchors, anchor_lines
from app.access_log.chain import SEGMENTS, read_head
from app.access_log.errors import HeadsUnreadable
from app.access_log.keys import Keys
from app.access_log.lines import line_of
from app.access_log.verify import Exported
from app.csv_cells import no_formula

Json = dict[str, Any]
COLUMNS = (
    *("at", "chain", "n", "action", "who", "purpose", "request"),
    *("subject_no", "asked", "person", "verdict", "category", "disclosed", "facts"),
)


class Place(NamedTuple):
    """Where an entry stands in the order of time."""

    at: str
    chain: str
    number: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: from a moment (included) to another (not), of one client, about one person (a pseudonym)."""

    since: datetime | None = None
    until: datetime | None = None
    who: str | None = None
    person: str | None = None
    after: Place | None = None

    def keeps(self, entry: Json) -> bool:
        """Whether an entry is among them."""
        at = datetime.fromisoformat(entry["at"])
        return (
            (self.after is None or place_of(entry) > self.after)
            and (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
            and (self.who is None or entry.get("who") == self.who)
            and (self.person is None or any(_about(subject, self.person) for subject in entry.get("subjects", ())))
        )


def _about(subject: Json, person: str) -> bool:
    return subject.get("person") == person or person in subject.get("asked", ())


def entries(folder: Path, wanted: Wanted) -> Iterator[Json]:
    """The entries that are wanted, of all chains, in the order of time; what can't be read is for `verify` to tell."""
    return (entry for entry in _merged(folder) if wanted.keeps(entry))


def _merged(folder: Path) -> Iterator[Json]:
    """The entries of all chains by time; a chain's files are opened when its time has come."""
    chains = deque(sorted(path for path in folder.glob("*") if path.is_dir()))
    open_: list[tuple[Place, Json, Iterator[Json]]] = []
    while chains or open_:
        while chains and (not open_ or _begun(chains[0]) <= open_[0][0].at):
            _push(open_, _entries(chains.popleft()))
        if open_:
            _, entry, others = heapq.heappop(open_)
            yield entry
            _push(open_, others)


def _push(open_: list[tuple[Place, Json, Iterator[Json]]], others: Iterator[Json]) -> None:
    entry = next(others, None)
    if entry is not None:
        heapq.heappush(open_, (place_of(entry), entry, others))


def place_of(entry: Json) -> Place:
    """Where an entry stands."""
    return Place(entry["at"], entry["chain"], entry["n"])


def _begun(chain: Path) -> str:
    """When a chain was begun, by its name, as far as the second, in the form of an entry's moment."""
    text = chain.name
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[9:11]}:{text[11:13]}:{text[13:15]}"


def _entries(path: Path) -> Iterator[Json]:
    for segment in sorted(path.glob(SEGMENTS)):
        with segment.open("rb") as file:
            for text in file:
                line = line_of(text.rstrip(b"\n"))
                fields = None if line is None else line.fields()
                if line is not None and fields is not None and {"at", "n"} <= fields.keys():
                    yield {"chain": path.name, **fields, "seal": line.seal}


def write_ndjson(found: Iterator[Json], file: TextIO) -> int:
    """An entry a line; how many there were."""
    count = 0
    for entry in found:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_csv(found: Iterator[Json], file: TextIO) -> int:
    """A row for each subject of each entry; how many entries there were."""
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    count = 0
    for entry in found:
        count += 1
        for number, subject in enumerate(entry.get("subjects") or [{}], 1):
            flat = entry | subject | {"subject_no": number if subject else ""}
            flat |= {"asked": " ".join(subject.get("asked", ())), "facts": json.dumps(entry.get("facts", {}))}
            rows.writerow([no_formula(str(flat.get(column, ""))) for column in COLUMNS])
    return count


def heads(folder: Path, keys: Keys, *, clock: Callable[[], datetime]) -> Exported:
    """Anchor every chain as it stands now, and hand out all anchors with the key that checks them."""
    anchors = Anchors(folder, keys)
    anchored = {(fields["chain"], fields["entries"]) for fields in _known(folder)}
    for path in sorted(folder.glob("*")):
        head = read_head(path, keys) if path.is_dir() else None
        if head is not None and head.entries and (head.chain, head.entries) not in anchored:
            anchors.add(head, reason="asked", at=clock())
    lines = [line for line in anchor_lines(folder) if line is not None]
    return Exported(keys.public_key, tuple(f"{line.seal} {line.content.decode('ascii', 'replace')}" for line in lines))


def _known(folder: Path) -> Iterator[Json]:
    for line in anchor_lines(folder):
        fields = None if line is None else line.fields()
        if fields is not None and {"chain", "entries"} <= fields.keys():
            yield fields


def heads_text(exported: Exported) -> str:
    """Exported heads as a file holds them."""
    return json.dumps({"public_key": exported.public_key, "anchors": exported.anchors}, indent=1) + "\n"


def heads_of(text: str) -> Exported:
    """Exported heads from such a file."""
    try:
        found = json.loads(text)
        return Exported(str(found["public_key"]), tuple(map(str, found["anchors"])))
    except (ValueError, KeyError, TypeError):
        raise HeadsUnreadable() from None
