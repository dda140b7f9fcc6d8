"""Reads an address into the set of present-day communes that it may mean (DOMAIN 2, 8.4).

Units of before and after 1 July 2025 are read side by side; what the address says of districts, provinces and kinds
of units decides between them, and where it does not, all meanings stay. Nothing is guessed: a commune that was divided
means all its parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import count
from typing import Final, NamedTuple

from matching.normalise.address_answer import CONFIDENCE, by_code, reading_of
from matching.normalise.address_choice import Choice, best_choices
from matching.normalise.address_index import NUMBER, CommunePlace, index
from matching.normalise.address_kinds import CODE, INERT, ODD, SIGNED, end_kind, kind_alone, kind_announced
from matching.normalise.address_mentions import Mention, mentions_of
from matching.normalise.address_parts import MOST_PARTS, is_quiet, last_commune, part_of
from matching.normalise.address_text import Words, words_of
from matching.normalise.address_typos import mistyped_communes, mistyped_parents, unglued
from matching.normalise.text import repair
from matching.records import AddressReading

LONGEST_TEXT: Final = 1_000  # characters; of a longer cell the end is read, where the units stand
LONGEST_IN_PARTS: Final = 200  # characters; a longer address is read as one text
MOST_KNOWN: Final = 65_536  # readings by signs
MOST_KINDS: Final = 131_072  # readings by the kinds of their parts


class _Known(NamedTuple):
    """The reading of the units of an address."""

    reading: AddressReading
    sure: bool  # nothing had to be mended, so that only what names a unit could change it
    leads: bool = False  # it is that of an end that begins with the commune
    alone: bool = False  # it stands whatever precedes


class _End(NamedTuple):
    """The last parts of an address, back to the one that announces the commune or to the first that names no unit."""

    number: int
    parts: int
    signs: str
    announced: bool  # a title among them announces a commune
    known: _Known | None  # how they are read, where they begin with the commune or are all there is


_known: Final[dict[str, _Known]] = {}  # by signs
_ends: Final[dict[tuple[int, ...], _End]] = {}  # by the kinds of their parts, the last first
_by_kinds: Final[dict[tuple[int, ...], AddressReading]] = {}  # by the end and the kinds of what precedes it
_next_end: Final = count(1)
_NOT_IN_PARTS: Final = AddressReading()  # stands for an address that is read as one text


def read_address(text: str) -> AddressReading:
    """The present-day communes that an address may mean, how finely it was read, how surely, and what is doubtful.

    Addresses differ in their houses and hamlets far more than in their units, so what names units is read once for all
    addresses that share it: part by part where commas set the parts apart, else as the end of a text.
    """
    if "," in text and len(text) <= LONGEST_IN_PARTS:
        reading = _in_parts(text.split(","))
        if reading is not _NOT_IN_PARTS:
            return reading
    end = repair(text[-4 * LONGEST_TEXT :]).lower()
    if len(end) > LONGEST_TEXT or len(text) > 4 * LONGEST_TEXT:
        return _long(_whole_text(end[-LONGEST_TEXT:])[0])
    return in_one(end)[0]


def _in_parts(parts: list[str]) -> AddressReading:
    """The reading by the kinds of the parts: of the end, and only if that is not enough, of what precedes it."""
    kinds: list[int] = []
    for written in reversed(parts):
        kind = end_kind(written)
        kinds.append(kind)
        if kind < SIGNED:
            break
    signs = tuple(kinds)
    end = _ends.get(signs) or _first_end(signs, parts)
    known = end.known
    if known is not None and known.alone and len(parts) <= MOST_PARTS:
        return known.reading
    return _behind_head(end, parts) if ODD not in signs and len(parts) <= MOST_PARTS else _NOT_IN_PARTS


def _behind_head(end: _End, parts: list[str]) -> AddressReading:
    """The reading of an end behind the other parts of its address."""
    start = len(parts) - end.parts
    if not start and end.known is not None:
        return end.known.reading
    written = ",".join(parts[:start])
    head = NUMBER.sub("0", written).split(",")
    kind_of = kind_announced if end.announced else kind_alone
    kinds = (end.number, CODE.search(written) is not None, *map(kind_of, head))
    reading = _by_kinds.get(kinds)
    if reading is None:
        reading = _with_head(end, head, parts) or _NOT_IN_PARTS
        if len(_by_kinds) >= MOST_KINDS:
            _by_kinds.clear()
        _by_kinds[kinds] = reading
    return reading


def _first_end(kinds: tuple[int, ...], parts: list[str]) -> _End:
    """The end of an address whose kinds stand together for the first time, kept for the next ones."""
    signs = ""
    single = True
    announced = False
    known = None
    last = len(parts)
    for kind in kinds:
        if kind in (ODD, INERT):
            break
        last -= 1
        part = part_of(parts[last])
        signs = f"{part.sign},{signs}"
        announced = announced or part.announces
        single = single and part.single
        if part.titled:
            if announced and not single:
                signs = f"!{signs}"
            known = _known.get(signs) or _keep(signs, _lead(parts[last:]), ",".join(parts[last:]), _word_by_word)
    if known is None and not last:
        signs = f"{'!' if announced else ''}{signs}"
        known = (_known.get(signs) or _keep(signs, None, ",".join(parts), in_one))._replace(alone=True)
    if len(_ends) >= MOST_KINDS:
        _ends.clear()
    end = _ends[kinds] = _End(next(_next_end), len(parts) - last, signs, announced, known)
    return end


def _with_head(end: _End, head: list[str], parts: list[str]) -> AddressReading | None:
    """The reading by the signs of the parts, numbers before the end being zero; None where that is not enough."""
    known = end.known
    if known is not None and known.leads and all(part_of(part).idle for part in head):
        return known.reading
    before = _before(head, announced=end.announced)
    if before is None:
        return None
    plain = before == "0,"
    start = len(head)
    if known is None or not plain:
        # The place of the unit counts from the end, by commas.
        text = f"0,0,0,{','.join(parts[start:])}" if plain else ",".join(parts)
        signs = f"{'!' if end.announced else ''}{before}{end.signs}"
        known = _known.get(signs) or _keep(signs, None, text, in_one)
    if known.sure or (plain and CODE.search(",".join(parts[:start])) is None and all(map(is_quiet, head))):
        return known.reading
    return None


def _before(head: list[str], *, announced: bool) -> str | None:
    """The signs of the parts before the units, their numbers being zero; None if a title or a number may matter."""
    signs = ""
    for written in head:
        part = part_of(written)
        if part.inert or (announced and part.idle):
            if signs != "0,":  # those at the beginning count as one
                signs = f"{signs}0,"
        elif part.steady:
            signs = f"{signs}{part.sign},"
        else:
            return None
    return signs


def _lead(parts: list[str]) -> _Known | None:
    """The reading of parts that begin with a commune and that each name one unit; None where that is not enough."""
    mentions: list[Mention] = []
    written: list[str] = []
    for part in map(part_of, parts):
        if part.named is None or part.named.mention is None:
            reading, alone = _led_by_commune(",".join(parts).strip(" ").lower())
            break
        mention = part.named.mention
        place = len(written)
        mentions.append(mention._replace(start=place, name=place + mention.name, end=place + mention.end))
        written.extend(part.named.written)
    else:
        reading, alone = _led(Words(written, [], [], {}), mentions)
    return None if reading is None else _Known(reading, sure=True, leads=True, alone=alone)


def _keep(signs: str, known: _Known | None, text: str, read: Callable[[str], tuple[AddressReading, bool]]) -> _Known:
    """Keeps the reading for all addresses that share the signs; of the text, if it is not known yet."""
    if known is None:
        known = _Known(*read(text.strip(" ").lower()))  # its parts need no repair
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[signs] = known
    return known


def in_one(text: str) -> tuple[AddressReading, bool]:
    """The reading of a text by its end, if that is enough, else word by word; and whether it needed no mending."""
    for start in _tail_starts(text):
        reading, alone = _tail(text[start:])
        if reading is not None and (alone or _names_no_unit(NUMBER.sub("0", text[:start]))):
            return reading, True
    return _whole_text(text)


def _tail_starts(text: str) -> Iterator[int]:
    """Where the part of an address that names units may begin: at a commune's title, or two or one commas before."""
    titled = last_commune(text)
    if titled >= 0:
        yield titled
        return
    last = text.rfind(",")
    second = text.rfind(",", 0, last) if last > 0 else -1
    third = text.rfind(",", 0, second) if second > 0 else -1
    if third > 0:
        yield third + 1
    if second > 0:
        yield second + 1


def _long(reading: AddressReading) -> AddressReading:
    """The reading of the end of a cell that is too long to be an address."""
    return AddressReading(
        reading.communes,
        reading.provinces,
        reading.level,
        round(reading.confidence * CONFIDENCE["address_too_long"], 2),
        tuple(sorted({*reading.flags, "address_too_long"})),
    )


def _led_by_commune(tail: str) -> tuple[AddressReading | None, bool]:
    """The reading of the end of an address, if it begins with the commune; and whether it stands whatever precedes."""
    words = words_of(tail)
    return _led(words, mentions_of(words, index()))


def _led(words: Words, mentions: list[Mention]) -> tuple[AddressReading | None, bool]:
    choices = best_choices(mentions)
    if not choices or any(not _leads(choice) for choice in choices):
        return None, False
    alone = all(choice.mention.title is not None and choice.district is not None for choice in choices)
    return reading_of(words, choices), alone


def _leads(choice: Choice) -> bool:
    """The first words name the commune, its parents agree, and nothing is left over."""
    mention = choice.mention
    return (
        isinstance(choice.place, CommunePlace)
        and mention.start == 0
        and mention.closed
        and not choice.contradicted
        and (choice.supported if mention.title is not None else choice.district is not None)
    )


@lru_cache(maxsize=16_384)
def _names_no_unit(head: str) -> bool:
    """The beginning of an address names only houses, streets and hamlets."""
    words = words_of(head)
    if any(title.levels for _, title in words.titles.values()):
        return False
    return not any(mention.districts or mention.provinces for mention in mentions_of(words, index()))


def _word_by_word(text: str) -> tuple[AddressReading, bool]:
    """The reading of an address word by word, names that are mistyped or in an odd order too; and whether none were."""
    words = words_of(text)
    mentions = mentions_of(words, index())
    choices = best_choices(mentions)
    settled = _settled(choices)
    if not settled:
        words, mentions, choices = _mended(words, mentions, choices)
    return by_code(words, choices) or reading_of(words, choices), settled


def _mended(words: Words, mentions: list[Mention], choices: list[Choice]) -> tuple[Words, list[Mention], list[Choice]]:
    """The reading with titles set apart from the names they are glued to, and with one letter mended in a name."""
    apart = unglued(words, index())
    if apart is not words:
        words, mentions = apart, mentions_of(apart, index())
        choices = best_choices(mentions)
    parents = [] if _settled(choices) else mistyped_parents(words, mentions, index())
    if parents:
        mentions = [*mentions, *parents]
        choices = best_choices(mentions)
    communes = [] if _settled(choices) else mistyped_communes(words, mentions, choices, index())
    if communes:
        mentions = [*mentions, *communes]
        doubted = [c for c in choices if isinstance(c.place, CommunePlace) and c.contradicted and c.mention.closed]
        choices = [*best_choices(mentions), *doubted]
    return words, mentions, choices


def _settled(choices: list[Choice]) -> bool:
    """A commune was read, with all the words of its name; a parent confirms it, and nothing contradicts it."""
    return bool(choices) and all(
        isinstance(choice.place, CommunePlace)
        and choice.supported
        and choice.mention.closed
        and not choice.contradicted
        for choice in choices
    )


_tail: Final = lru_cache(maxsize=16_384)(_led_by_commune)
_whole_text: Final = lru_cache(maxsize=8_192)(_word_by_word)
