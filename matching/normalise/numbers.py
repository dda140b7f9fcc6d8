"""Reads the identity numbers of a cell, and the line that a chip card's QR code holds (DOMAIN 1).

A cell is cut into labels and words; words with digits form runs; a run is split into the numbers that explain it
best (`number_runs`), and each is judged by its digits (`number_digits`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from matching.normalise.birth_dates import read_card_date
from matching.normalise.number_digits import LATEST_YEAR, read_digits, read_personal, unreadable
from matching.normalise.number_forms import flagged, read_usual, scientific
from matching.normalise.number_recipes import read_alike
from matching.normalise.number_runs import Group, read_alone, split_run
from matching.normalise.number_tables import NOTHING_KNOWN
from matching.normalise.sex import read_sex
from matching.normalise.text import fold, repair
from matching.records import BirthDate, IdentityNumber, NumberKind, Sex, Trust

MAX_CELL: Final = 2_000
"""Characters of a cell that are read: some hundred numbers; a longer text is no list of numbers."""


def read_numbers(cell: str, *, latest: int = LATEST_YEAR) -> tuple[IdentityNumber, ...]:
    """The identity numbers of a cell in the order written; what is none is kept as UNREADABLE (DOMAIN 1.4).

    `latest` is the last year in which somebody may be born. A blank cell, or one which says that nothing is known,
    holds no number.
    """
    if cell.isdigit() and cell.isascii():
        if len(cell) == 12:
            return (read_personal(cell, latest),)
        if 7 <= len(cell) <= 13:
            return (read_alone(cell, latest),)
    return read_usual(cell, latest) or read_alike(cell, latest, _read)


@dataclass(frozen=True, slots=True)
class CardReading:
    """What the QR code of a chip card says; all absent, and a flag, where the text is none (DOMAIN 1.3)."""

    personal: IdentityNumber | None = None
    old: IdentityNumber | None = None
    full_name: str | None = None
    birth_date: BirthDate | None = None
    sex: Sex = Sex.UNKNOWN
    address: str | None = None
    flags: tuple[str, ...] = ()


def read_card(qr: str, *, latest: int = LATEST_YEAR) -> CardReading:
    """The QR line `CCCD|CMND|họ tên|ddMMyyyy|giới tính|địa chỉ|ngày cấp`, read; its day stands before its month."""
    parts = [part.strip() for part in repair(qr[:MAX_CELL]).split("|")]
    first = _LAST_TWELVE.search(parts[0])
    if len(parts) < 6 or first is None:
        return CardReading(flags=("card_unreadable",))
    personal = read_personal(first[1], latest)
    if personal.kind is not NumberKind.PERSONAL:
        return CardReading(flags=("card_unreadable",))
    old = read_digits(parts[1], latest) if parts[1].isascii() and parts[1].isdecimal() else None
    return CardReading(
        personal=personal,
        old=old if old is not None and old.trust is Trust.AS_WRITTEN else None,
        full_name=parts[2] or None,
        birth_date=read_card_date(parts[3], latest),
        sex=read_sex(parts[4]),
        address=parts[5] or None,
    )


_SHORT: Final = 48
_LAST_TWELVE: Final = re.compile(r"(?<![0-9])([0-9]{12})\Z")
_BREAKS: Final = re.compile(r"[\n\r;]+")
_NOT_BETWEEN_GROUPS: Final = re.compile(r"[^\s.,_/+&'\"()=:-]")
_HAS_DIGIT: Final = re.compile(r"[0-9]")

# What a word before a number says of it. Order matters: the first that fits wins.
_LABELS: Final[dict[str, str]] = {
    "issued": r"(?:ngay|noi)\s*cap|cap\s*(?:ngay|tai|boi)|do\s+(?:ca|cong an|cuc)|cap",
    "other": (
        r"cmsq|cmqd|cmqncn|cmcand|cand|(?:giay\s*)?(?:chung minh|cm)\s*(?:si quan|quan doi|quan nhan|cong an|sq|qd)"
        r"|the\s*(?:si quan|quan nhan|cong an)|quan nhan|si quan|so hieu"
    ),
    "passport": r"ho\s*chieu|passport|hc|pp",
    "phone": r"s?dtdd|sdt|dt|dien\s*thoai|tel|phone|mobile|zalo|fax|hotline",
    "tax": r"mst|ma so thue|msdn|ma so doanh nghiep|gpkd|dkkd|gcndk",
    "number": (
        r"(?:g?cmt?nd|cmtnn|g?cmt|cccd|cc|can cuoc(?: cong dan)?|chung minh(?: nhan dan| thu)?"
        r"|(?:so )?dinh danh(?: ca nhan)?|ddcn|sdd|sddcn|vneid)(?:\s*(?:9|12)\s*so)?"
    ),
    "of": r"so|id|no",
}


@lru_cache(maxsize=1)
def _token() -> re.Pattern[str]:
    """What a line is cut into: labels, dates, numbers and other words; made when first needed.

    Each begins with a letter, a digit or a bar, so that one look passes over whatever stands between them.
    """
    labels = "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items())
    return re.compile(
        rf"(?=[0-9a-z|])(?:(?<![a-z0-9])(?:{labels})(?![a-z])"
        + r"|(?P<date>(?<![0-9])[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}(?![0-9])"
        + r"|(?<![0-9.-])[0-9]{1,2}(?P<mark>[.-])[0-9]{1,2}(?P=mark)(?:19|20)[0-9]{2}(?![0-9.-]))"
        + r"|(?P<sci>(?<![0-9a-z.,])(?P<mantissa>[0-9]{1,20}(?:[.,][0-9]{1,20})?)"
        + r"e\+?(?P<exponent>[0-9]{1,3})(?![0-9a-z]))"
        + r"|(?P<travel>(?<![0-9a-z])[a-z] ?[0-9]{7}(?![0-9a-z]))"
        + r"|(?P<word>[0-9a-z|]+))"
    )


@dataclass(slots=True)
class _Scan:
    """What was found in a cell so far."""

    latest: int
    numbers: list[IdentityNumber] = field(default_factory=list)
    strays: list[IdentityNumber] = field(default_factory=list)  # a few digits that are no number of anything
    issued: list[IdentityNumber] = field(default_factory=list)  # numbers after "cấp ngày", used if there's no other
    groups: list[Group] = field(default_factory=list)
    document: str = ""
    after_issue: bool = False
    after_date: bool = False  # of issue: what follows may be the next person's

    def flush(self) -> None:
        """Reads the run of groups gathered so far."""
        if self.groups:
            found = _read_run(self.groups, self.document, self.latest)
            self.groups = []
            self.document = ""
            for number in found:
                self.keep(number)

    def keep(self, number: IdentityNumber) -> None:
        """Puts a number where it belongs."""
        certain = number.trust is Trust.AS_WRITTEN and (
            number.kind is NumberKind.PERSONAL or (self.after_date and number.kind is NumberKind.CMND9)
        )
        if self.after_issue and not certain:
            self.issued.append(number)
        elif "too_short" in number.flags:
            self.strays.append(number)
        else:
            self.numbers.append(number)


def _read(cell: str, latest: int) -> tuple[IdentityNumber, ...]:
    return _read_short(cell, latest) if len(cell) <= _SHORT else _read_cell(cell, latest)


@lru_cache(maxsize=8_192)
def _read_short(cell: str, latest: int) -> tuple[IdentityNumber, ...]:
    """The reading of a cell as long as most are: rows of one person stand together, so cells repeat."""
    return _read_cell(cell, latest)


def _read_cell(cell: str, latest: int) -> tuple[IdentityNumber, ...]:
    text = cell[:MAX_CELL]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", repair(text))
    scan = _Scan(latest)
    for line in _BREAKS.split(_bars_as_breaks(text, latest)):
        _read_line(" ".join(line.lower().split()) if line.isascii() else fold(line), scan)
    numbers = _distinct(scan.numbers or [number for number in scan.issued if number.trust is Trust.AS_WRITTEN])
    numbers = numbers or scan.strays[:1]
    if not numbers:
        return () if _says_nothing(text) else (unreadable("no_digits"),)
    if scan.strays and scan.numbers:
        numbers[0] = flagged(numbers[0], "edge_junk")
    if len(cell) > MAX_CELL:
        numbers[-1] = flagged(numbers[-1], "cell_cut")
    if sum(number.kind is not NumberKind.UNREADABLE or bool(number.value) for number in numbers) > 1:
        return tuple(flagged(number, "multi") for number in numbers)
    return tuple(numbers)


def _distinct(numbers: list[IdentityNumber]) -> list[IdentityNumber]:
    """Each number once, and each thing that is none once for each reason."""
    seen: dict[str, IdentityNumber] = {}
    for number in numbers:
        key = number.value or ",".join(number.flags)
        seen[key] = flagged(seen[key], "repeated") if key in seen and number.value else seen.get(key, number)
    return list(seen.values())


def _bars_as_breaks(text: str, latest: int) -> str:
    """A bar between whole numbers is a break, elsewhere a badly read 1; a card's line gives its two numbers."""
    if "|" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        card = read_card(line, latest=latest)
        if card.personal is not None:
            lines.append(";".join(number.value for number in (card.personal, card.old) if number is not None))
        else:
            whole = all(len(_HAS_DIGIT.findall(part)) in _WHOLE_LENGTHS for part in line.split("|"))
            lines.append(line.replace("|", ";") if whole else line)
    return "\n".join(lines)


_WHOLE_LENGTHS: Final = frozenset({0, *range(7, 14)})  # digits of a whole number, or of none


def _says_nothing(text: str) -> bool:
    words = " ".join(fold(text).translate(_PUNCTUATION).split())
    return (
        words in NOTHING_KNOWN or (left := " ".join(_LABEL_WORDS.sub(" ", words).split())) in NOTHING_KNOWN or not left
    )


_PUNCTUATION: Final = {code: " " for code in range(33, 127) if not chr(code).isalnum()}
_LABEL_WORDS: Final = re.compile(rf"\b(?:{_LABELS['number']}|{_LABELS['passport']}|{_LABELS['of']})\b")


def _read_line(line: str, scan: _Scan) -> None:
    """Reads one line, folded: a label sets the document, a run of groups between other words is one or more numbers."""
    scan.after_issue, scan.after_date, scan.document, end = False, False, "", 0
    for found in _token().finditer(line):
        kind = found.lastgroup or ""
        gap, end = line[end : found.start()], found.end()
        if kind == "word" and (_HAS_DIGIT.search(found[0]) is not None or _is_prefix(found[0], scan.document)):
            if scan.groups and _NOT_BETWEEN_GROUPS.search(gap) is not None:
                scan.flush()
            scan.groups.append(Group(found[0], gap))
            continue
        scan.flush()
        if kind in _LABELS:
            scan.after_issue, scan.after_date = kind == "issued", False
            scan.document = {"issued": "", "number": "", "of": scan.document}.get(kind, kind)
        elif kind == "sci":
            scan.keep(scientific(found["mantissa"], int(found["exponent"]), scan.latest))
        elif kind == "travel":
            scan.keep(IdentityNumber(NumberKind.PASSPORT, found[0].replace(" ", "").upper()))
        elif kind == "date":
            scan.keep(unreadable("too_short"))
            scan.after_date = True
    scan.flush()


def _is_prefix(word: str, document: str) -> bool:
    """Whether letters may begin the number of an army or police card."""
    return document == "other" and len(word) <= 3


def _read_run(groups: list[Group], document: str, latest: int) -> list[IdentityNumber]:
    """The numbers of a run after a label; a possible 12-digit number is what it is, whatever the label says."""
    numbers = split_run(groups, latest)
    if not document or any(
        number.kind is NumberKind.PERSONAL and number.trust is Trust.AS_WRITTEN for number in numbers
    ):
        return numbers
    text = "".join(group.text for group in groups).upper()
    if document == "other":
        return [IdentityNumber(NumberKind.OTHER, text, flags=("opaque",))]
    if document == "passport":
        foreign = 6 <= len(text) <= 9 and not (len(text) == 9 and text.isdecimal())
        return [IdentityNumber(NumberKind.PASSPORT, text, flags=("passport_foreign",))] if foreign else numbers
    return [unreadable("not_id", document)]
