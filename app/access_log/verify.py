"""Verifying: each entry follows the one before, each head and anchor is genuine, and nothing that they name is gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from app.access_log.anchors import Anchors, Tip, anchor_lines, signed_part
from app.access_log.chain import SEGMENTS, Head, read_head
from app.access_log.keys import Keys, signed_by
from app.access_log.lines import START, Line, line_of

# What can be wrong. Data, so that the document that explains them can be held against it by a test.
PROBLEMS = {
    "entry.changed": "an entry's content or seal was changed, or an entry was put in",
    "entry.missing": "entries were taken out",
    "entry.moved": "entries stand in another order",
    "entry.added": "entries stand behind the anchor that closed a chain: they were put in",
    "tail.cut": "the last entries of a chain are gone, though its head promised them",
    "segment.missing": "a segment file is gone",
    "segment.unknown": "a file that is no segment stands among a chain's segments",
    "head.missing": "a chain's head is gone, or wasn't written with this log's key",
    "head.differs": "a chain's entries aren't those that its head promised: the chain was replaced",
    "chain.missing": "a chain that an anchor names is gone",
    "chain.unknown": "a chain that no anchor announces",
    "anchor.forged": "an anchor was changed, or not signed with this log's key",
    "anchor.missing": "anchors were taken out or cut off: a chain names one that isn't there",
    "anchor.differs": "a chain's entries aren't those that an anchor signed",
    "export.missing": "an anchor that was exported before is no longer the one that stands here",
    "key.differs": "the exported heads were signed with another key",
}

# What is worth knowing and no sign of tampering.
NOTES = {
    "torn": "the last line was being written when the process or the machine stopped",
    "open": "no last anchor: the process is running, or was stopped hard",
    "clock": "the clock was put back before this entry",
}


class Problem(NamedTuple):
    """Something that can't be explained by a crash."""

    code: str
    chain: str
    entry: int  # the number of the entry or anchor at which it shows


class Note(NamedTuple):
    """Something to know that is no sign of tampering."""

    code: str
    chain: str
    entry: int


@dataclass(slots=True)
class Report:
    """What a verification found."""

    chains: int = 0
    entries: int = 0
    anchors: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing was changed, taken out, moved or cut."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Exported:
    """Heads that were taken out of the house before: the public key, and the lines of anchors as they stood."""

    public_key: str
    anchors: tuple[str, ...]


class _Anchor(NamedTuple):
    number: int
    seal: str
    head: Head
    reason: str


def verify(folder: Path, keys: Keys, *, exported: Exported | None = None) -> Report:
    """Check the access log in a folder, running or not.

    Anchors are read before heads and heads before entries: what is written meanwhile only adds.
    """
    report = Report()
    promised = Anchors(folder, keys).promised()
    lines = anchor_lines(folder)
    _promised_anchors(promised, lines, report)
    anchors = list(_anchors(lines, keys, report))
    by_chain: dict[str, list[_Anchor]] = defaultdict(list)
    for anchor in anchors:
        by_chain[anchor.head.chain].append(anchor)
    present = {path.name: path for path in sorted(folder.glob("*")) if path.is_dir()}
    for name in sorted(by_chain.keys() - present.keys()):
        report.problems.append(Problem("chain.missing", name, by_chain[name][-1].head.entries))
    seals = {anchor.number: anchor.seal for anchor in anchors}
    for name, path in present.items():
        _chain(path, keys, by_chain.get(name, []), seals, report)
    if exported is not None:
        _against(exported, keys, lines, report)
    return report


def _promised_anchors(promised: Tip | None, lines: list[Line | None], report: Report) -> None:
    """The anchors must reach as far as their head says."""
    if promised is None:
        if lines:
            report.problems.append(Problem("head.missing", "", len(lines)))
        return
    last = lines[promised.count - 1] if promised.count <= len(lines) else None
    if last is None or last.seal != promised.seal:
        report.problems.append(Problem("anchor.missing", "", promised.count))


def _anchors(lines: list[Line | None], keys: Keys, report: Report) -> Iterator[_Anchor]:
    """The genuine anchors; the others are problems."""
    before = START
    for number, line in enumerate(lines, 1):
        report.anchors += 1
        fields = None if line is None else line.fields()
        if line is None or fields is None or not _genuine(line, fields, before, number, keys):
            report.problems.append(Problem("anchor.forged", "", number))
        else:
            head = Head(str(fields["chain"]), int(fields["entries"]), str(fields["seal"]))
            yield _Anchor(number, line.seal, head, str(fields["reason"]))
        before = START if line is None else line.seal


def _genuine(line: Line, fields: dict[str, Any], before: str, number: int, keys: Keys) -> bool:
    signature = str(fields.get("signature", ""))
    return (
        line.follows(before)
        and fields.get("no") == number
        and fields.get("before") == before
        and {"chain", "entries", "seal", "reason"} <= fields.keys()
        and signed_by(keys.public_key, signature, signed_part(fields))
    )


def _chain(path: Path, keys: Keys, anchors: list[_Anchor], anchor_seals: dict[int, str], report: Report) -> None:
    """Check one chain against itself, its head and its anchors."""
    report.chains += 1
    head = read_head(path, keys)
    walk = _Walk(path, report, anchor_seals)
    wanted = {anchor.head.entries for anchor in anchors} | ({head.entries} if head else set())
    found = walk.seals(wanted)
    if not anchors and walk.last > 1:  # a crash between the first entry and its anchor leaves one
        report.problems.append(Problem("chain.unknown", path.name, walk.last))
    if head is None:
        if walk.last or anchors:
            report.problems.append(Problem("head.missing", path.name, walk.last))
    elif walk.last < head.entries:
        report.problems.append(Problem("tail.cut", path.name, walk.last))
    elif head.entries and found.get(head.entries) != head.seal:
        report.problems.append(Problem("head.differs", path.name, head.entries))
    for anchor in anchors:
        if anchor.head.entries > walk.last and head is not None and walk.last >= head.entries:
            report.problems.append(Problem("tail.cut", path.name, walk.last))
        elif anchor.head.entries <= walk.last and found.get(anchor.head.entries) != anchor.head.seal:
            report.problems.append(Problem("anchor.differs", path.name, anchor.head.entries))
    closed = [anchor.head.entries for anchor in anchors if anchor.reason == "closed"]
    if closed and walk.last > max(closed):  # nobody writes there: a program that goes on begins a new chain
        report.problems.append(Problem("entry.added", path.name, max(closed) + 1))
    if not closed:
        report.notes.append(Note("open", path.name, walk.last))


class _Walk:
    """One pass over the entries of a chain."""

    def __init__(self, path: Path, report: Report, anchor_seals: dict[int, str]) -> None:
        self._path, self._report, self._anchor_seals = path, report, anchor_seals
        self._seal, self._at = START, ""
        self.last = 0  # the number of the last entry that is there

    def seals(self, wanted: set[int]) -> dict[int, str]:
        """Check all entries; the seals of those that heads and anchors name."""
        found: dict[int, str] = {}
        for text, whole in _texts(self._path, self._report):
            line = line_of(text) if whole else None
            fields = None if line is None else line.fields()
            if line is None or fields is None:
                self._unreadable(whole)
                continue
            self._entry(line, fields)
            if self.last in wanted:
                found[self.last] = line.seal
        return found

    def _unreadable(self, whole: bool) -> None:
        if whole:
            self.last += 1
            self._problem("entry.changed")
        else:
            self._report.notes.append(Note("torn", self._path.name, self.last + 1))

    def _entry(self, line: Line, fields: dict[str, Any]) -> None:
        self._report.entries += 1
        number, expected = fields.get("n"), self.last + 1
        if not isinstance(number, int):
            number = expected
        if number > expected:
            self._problem("entry.missing", expected)
        elif number < expected:
            self._problem("entry.moved", number)
        elif not line.follows(self._seal):
            self._problem("entry.changed", number)
        self.last, self._seal = max(self.last, number), line.seal
        self._clock(str(fields.get("at", "")))
        self._named_anchor(fields.get("facts"))

    def _clock(self, at: str) -> None:
        if at < self._at:
            self._report.notes.append(Note("clock", self._path.name, self.last))
        self._at = at

    def _named_anchor(self, facts: Any) -> None:
        """An anchor that this entry saw must still be there."""
        if not isinstance(facts, dict) or not facts.get("anchors"):
            return
        if self._anchor_seals.get(facts["anchors"]) != facts.get("anchors_seal"):
            self._problem("anchor.missing")

    def _problem(self, code: str, entry: int | None = None) -> None:
        self._report.problems.append(Problem(code, self._path.name, self.last if entry is None else entry))


def _texts(path: Path, report: Report) -> Iterator[tuple[bytes, bool]]:
    """The lines of all segments in order, and whether each is whole; a gap between segments is a problem."""
    segments = sorted(path.glob(SEGMENTS))
    if any(not segment.stem.isdecimal() for segment in segments):
        report.problems.append(Problem("segment.unknown", path.name, 0))
        segments = [segment for segment in segments if segment.stem.isdecimal()]
    for expected, segment in enumerate(segments, 1):
        if int(segment.stem) != expected:
            report.problems.append(Problem("segment.missing", path.name, expected))
            # The entries' own numbers tell how many are gone; once is enough for the files.
        with segment.open("rb") as file:
            for text in file:
                yield text.rstrip(b"\n"), text.endswith(b"\n")


def _against(exported: Exported, keys: Keys, lines: list[Line | None], report: Report) -> None:
    """What was exported must stand here unchanged."""
    if exported.public_key != keys.public_key:
        report.problems.append(Problem("key.differs", "", 0))
    for number, before in enumerate(exported.anchors, 1):
        line = lines[number - 1] if number <= len(lines) else None
        if line is None or f"{line.seal} {line.content.decode('ascii', 'replace')}" != before:
            report.problems.append(Problem("export.missing", "", number))
