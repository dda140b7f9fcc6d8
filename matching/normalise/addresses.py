"""Reads an address into the set of present-day communes that it may mean (DOMAIN 2, 8.4).

Units of before and after 1 July 2025 are read side by side; what the address says of districts, provinces and kinds
of units decides between them, and where it does not, all meanings stay. Nothing is guessed: a commune that was divided
means all its parts.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from itertools import count
from typing import Final

from matching.normalise.address_answer import CONFIDENCE
from matching.normalise.address_cuts import at_dashes, before_titles, is_any_bridged, is_bridged, joined_again
from matching.normalise.address_index import numberless
from matching.normalise.address_kinds import ALONE, ANNOUNCED, CODE, QUIET, EndKind, end_kind
from matching.normalise.address_parts import (
    MOST_PARTS,
    Part,
    as_written,
    is_quiet,
    part_of,
    with_any_numbers,
)
from matching.normalise.address_whole import (
    Known,
    by_commune,
    in_one,
    in_parts,
    names_no_unit,
    whole_text,
)
from matching.normalise.text import is_plain, repair
from matching.records import AddressReading

LONGEST_TEXT: Final = 1_000  # characters; of a longer cell the end is read, where the units stand
LONGEST_IN_PARTS: Final = 200  # characters; a longer address is read as one text
MOST_KNOWN: Final = 65_536  # readings by signs
MOST_KINDS: Final = 131_072  # readings by the kinds of their parts


@dataclass(frozen=True, slots=True)
class _End:
    """The last parts of an address, back to the one that announces the commune or to the first that names no unit."""

    number: Hashable
    parts: int
    signs: str
    announced: bool  # a title among them announces a commune
    known: Known | None  # how they are read, where they begin with the commune or are all there is
    alone: AddressReading | None  # the reading that stands whatever precedes
    odd: bool  # what stands before them has to be read with them
    sole: bool  # each is a title and one name, which nothing else may be meant by


_known: Final[dict[str, Known]] = {}  # by signs
_ends: Final[dict[tuple[Hashable, ...], _End]] = {}  # by the kinds of their parts, the last first
_by_kinds: Final[dict[tuple[Hashable, ...], AddressReading]] = {}  # by the end and the kinds of what precedes it
_next_end: Final = count()
_NUMBERS_BESIDE: Final = re.compile(r"0[^\w/]+0")  # which may be one
_NOT_IN_PARTS: Final = AddressReading()  # stands for an address that is read as one text
_UNSURE: Final = (
    AddressReading()
)  # stands for one that is read alike only where nothing before its end resembles a name
_PLAIN: Final = "0,"  # the signs of parts that name no unit


def read_address(text: str) -> AddressReading:
    """The present-day communes that an address may mean, how finely it was read, how surely, and what is doubtful.

    Addresses differ in their houses and hamlets far more than in their units, so what names units is read once for all
    addresses that share it: part by part where commas set the parts apart, else as the end of a text.
    """
    return read_cell(text)[0]


def read_cell(text: str) -> tuple[AddressReading, bool]:
    """The reading of an address, and whether that showed that no letter of it is changed by `repair`.

    A part that has to be repaired is never read in parts, so only what nobody looked at is left to be checked.
    """
    if len(text) <= LONGEST_IN_PARTS:
        if "," in text:
            parts = text.split(",")
            end = _end_of(parts)
            if len(parts) <= MOST_PARTS:
                if end.alone is not None:
                    return end.alone, end.parts == len(parts) or is_plain(",".join(parts[: -end.parts]))
                reading = _behind_head(end, parts)
                if reading is not _NOT_IN_PARTS:
                    return reading, True
        else:
            reading = _without_commas(text)
            if reading is not _NOT_IN_PARTS:
                return reading, False
    return _as_one_text(text), False


def _as_one_text(text: str) -> AddressReading:
    """The reading of a text whose parts nothing sets apart."""
    end = repair(text[-4 * LONGEST_TEXT :]).lower()
    if len(end) > LONGEST_TEXT or len(text) > 4 * LONGEST_TEXT:
        return _long(whole_text(end[-LONGEST_TEXT:])[0])
    return in_one(end)[0]


def _without_commas(text: str) -> AddressReading:
    """The reading of parts that dashes set apart, or titles."""
    if "- " in text:
        return _between_dashes(text)
    head, parts = before_titles(text.lower())
    if not parts or any(_begins_an_end(end_kind(written)) for written in parts[1:]):
        return _NOT_IN_PARTS
    end = _end_of(parts)
    if end.known is None or not end.sole or end.parts < len(parts) or is_any_bridged(parts):
        return _NOT_IN_PARTS
    if not head or end.alone is not None or _adds_nothing(numberless(head), head, end.known, parts[0]):
        return end.known.reading
    return _NOT_IN_PARTS


def _adds_nothing(still: str, head: str, known: Known, commune: str) -> bool:
    """What stands before a commune, its numbers as zero and as they are, leaves the reading as it is."""
    if known.leads:
        return names_no_unit(still)
    if part_of(still).alone != () or CODE.search(head) is not None or _NUMBERS_BESIDE.search(still) is not None:
        return False
    return is_quiet(still) and not is_bridged(still, commune)


def _between_dashes(text: str) -> AddressReading:
    """The reading of parts that dashes set apart, unless a dash is part of a name."""
    parts = at_dashes(text)
    end = _end_of(parts)
    if end.alone is not None and not is_any_bridged(parts[-end.parts :]):
        return end.alone if len(parts) <= MOST_PARTS else _NOT_IN_PARTS
    zeros = numberless(text)
    if _NUMBERS_BESIDE.search(zeros) is not None:
        return _NOT_IN_PARTS
    still = at_dashes(zeros)
    if is_any_bridged(still):
        parts = joined_again(parts, still)
    return _in_parts(parts) if len(parts) > 1 else _NOT_IN_PARTS


def _in_parts(parts: list[str]) -> AddressReading:
    """The reading by the kinds of the parts: of the end, and only if that is not enough, of what precedes it."""
    end = _end_of(parts)
    if len(parts) > MOST_PARTS:
        return _NOT_IN_PARTS
    return end.alone or _behind_head(end, parts)


def _end_of(parts: list[str]) -> _End:
    """The end of an address, by the kinds of its parts."""
    kinds: list[EndKind] = []
    numbers: list[Hashable] = []
    for at in range(len(parts) - 1, -1, -1):
        kind = end_kind(parts[at])
        kinds.append(kind)
        numbers.append(kind.number)
        if _begins_an_end(kind):
            break
    key = tuple(numbers)
    end = _ends.get(key)
    if end is None:
        end = _first_end(kinds, parts)
        if len(_ends) >= MOST_KINDS:
            _ends.clear()
        _ends[key] = end
    return end


def _begins_an_end(kind: EndKind) -> bool:
    """What precedes such a part is no part of the end."""
    return kind.titled or kind.inert or kind.odd


def _behind_head(end: _End, parts: list[str]) -> AddressReading:
    """The reading of an end behind the other parts of its address."""
    if end.odd:
        return _NOT_IN_PARTS
    start = len(parts) - end.parts
    if not start and end.known is not None:
        return end.known.reading
    head = parts[:start]
    of = ANNOUNCED if end.announced else ALONE
    numbers = [end.number]
    for written in head:
        numbers.append(of.of(written))
    kinds = tuple(numbers)
    reading = _by_kinds.get(kinds)
    if reading is None:
        reading = _remember(kinds, _with_head(end, [with_any_numbers(written) for written in head], parts))
    if reading is not _UNSURE:
        return reading
    head = [with_any_numbers(written) for written in head]
    if CODE.search(",".join(parts[:start])) is not None or not all(is_quiet(written) for written in head):
        return _NOT_IN_PARTS
    quiet = (*kinds, QUIET)
    return _by_kinds.get(quiet) or _remember(quiet, _behind_quiet_head(end, head, parts))


def _remember(kinds: tuple[Hashable, ...], reading: AddressReading) -> AddressReading:
    """Keeps the reading for all addresses of the same kinds."""
    if len(_by_kinds) >= MOST_KINDS:
        _by_kinds.clear()
    _by_kinds[kinds] = reading
    return reading


def _first_end(kinds: list[EndKind], parts: list[str]) -> _End:
    """The end of an address whose kinds, the last first, stand together for the first time."""
    signs = ""
    found: list[Part] = []
    single = True
    announced = False
    sole = True
    known = None
    last = len(parts)
    for kind in kinds:
        if kind.odd or kind.inert:
            break
        last -= 1
        part = part_of(parts[last])
        found.append(part)
        signs = f"{part.sign},{signs}"
        announced = announced or part.announces
        single = single and part.single
        sole = sole and part.single and part.alone is not None
        if part.titled:
            if announced and not single:
                signs = f"!{signs}"
            known = _known.get(signs) or _keep(signs, by_commune(found[::-1], _text(parts[last:])))
    if known is None and not last:
        signs = f"{'!' if announced else ''}{signs}"
        known = _known.get(signs) or _keep(signs, in_parts([as_written(written) for written in parts], _text(parts)))
        known = Known(known.reading, known.sure, known.leads, alone=True)
    alone = known.reading if known is not None and known.alone else None
    return _End(next(_next_end), len(parts) - last, signs, announced, known, alone, odd=kinds[-1].odd, sole=sole)


def _with_head(end: _End, head: list[str], written: list[str]) -> AddressReading:
    """The reading by what the parts before the end mean; a mark instead where that is not enough."""
    known = end.known
    parts = [as_written(written) for written in head]
    if known is not None and known.leads and all(part.idle for part in parts):
        return known.reading
    if not all(part.steady for part in parts):
        return _NOT_IN_PARTS
    before = _before(parts, announced=end.announced)
    if known is None or before != _PLAIN:
        known = _shown(end, before, [*head, *written[len(head) :]])
    return known.reading if known.sure else _UNSURE


def _behind_quiet_head(end: _End, head: list[str], written: list[str]) -> AddressReading:
    """The reading of an end behind parts that hold no name with a letter mistyped and no code of a unit."""
    before = _before([as_written(written) for written in head], announced=end.announced)
    if end.known is not None and before == _PLAIN:
        return end.known.reading
    quiet = "" if before == _PLAIN else "?"
    return _shown(end, before, [*head, *written[len(head) :]], quiet=quiet).reading


def _shown(end: _End, before: str, written: list[str], *, quiet: str = "") -> Known:
    """How an end is read behind parts of these signs; the place of a unit counts from the end, by commas."""
    signs = f"{'!' if end.announced else ''}{quiet}{before}{end.signs}"
    start = len(written) - end.parts
    shown = ["0", "0", "0", *written[start:]] if before == _PLAIN else written
    return _known.get(signs) or _keep(signs, in_parts([as_written(written) for written in shown], _text(shown)))


def _before(head: list[Part], *, announced: bool) -> str:
    """The signs of steady parts before the units."""
    signs = ""
    for part in head:
        if part.inert or (announced and part.idle):
            if signs != _PLAIN:  # those at the beginning count as one
                signs = f"{signs}{_PLAIN}"
        else:
            signs = f"{signs}{part.meaning(announced=announced)},"
    return signs


def _text(parts: list[str]) -> str:
    return ",".join(parts).strip(" ").lower()  # what is read in parts needs no repair


def _keep(signs: str, known: Known) -> Known:
    """Keeps the reading for all addresses that share the signs."""
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[signs] = known
    return known


def _long(reading: AddressReading) -> AddressReading:
    """The reading of the end of a cell that is too long to be an address."""
    return AddressReading(
        reading.communes,
        reading.provinces,
        reading.level,
        round(reading.confidence * CONFIDENCE["address_too_long"], 2),
        tuple(sorted({*reading.flags, "address_too_long"})),
    )
