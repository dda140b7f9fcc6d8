"""Reads an address as one text, word by word; first its end alone, which is enough where it begins with the commune."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matching.normalise.address_answer import by_code, reading_of
from matching.normalise.address_choice import Choice, best_choices, usual_choices
from matching.normalise.address_index import CommunePlace, index, numberless
from matching.normalise.address_mentions import Mention, mentions_of
from matching.normalise.address_parts import Part, last_commune, place_mentions
from matching.normalise.address_text import Words, key_of, words_of
from matching.normalise.address_typos import glued_title, mistyped_communes, mistyped_parents, unglued
from matching.records import AddressReading


@dataclass(frozen=True, slots=True)
class Known:
    """The reading of the units of an address."""

    reading: AddressReading
    sure: bool  # nothing had to be mended, so that only what names a unit could change it
    leads: bool = False  # it is that of an end that begins with the commune
    alone: bool = False  # it stands whatever precedes


def in_one(text: str) -> tuple[AddressReading, bool]:
    """The reading of a text by its end, if that is enough, else word by word; and whether it needed no mending."""
    for start in _tail_starts(text):
        reading, alone = _tail(text[start:])
        if reading is not None and (alone or names_no_unit(numberless(text[:start]))):
            return reading, True
    return whole_text(text)


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


def led_by_commune(tail: str) -> tuple[AddressReading | None, bool]:
    """The reading of the end of an address, if it begins with the commune; and whether it stands whatever precedes."""
    words = words_of(tail)
    return led(words, best_choices(mentions_of(words, index())))


def led(words: Words, choices: list[Choice]) -> tuple[AddressReading | None, bool]:
    """The reading of choices, if they begin with the commune and agree; and whether it stands whatever precedes."""
    if not choices or not all(map(_leads, choices)):
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
def names_no_unit(head: str) -> bool:
    """The beginning of an address names only houses, streets and hamlets."""
    words = words_of(head)
    if any(title.levels for _, title in words.titles.values()):
        return False
    return not any(mention.districts or mention.provinces for mention in mentions_of(words, index()))


def word_by_word(text: str) -> tuple[AddressReading, bool]:
    """The reading of an address word by word, names that are mistyped or in an odd order too; and whether none were."""
    words = words_of(text)
    mentions = mentions_of(words, index())
    choices = best_choices(mentions)
    settled = _settled(choices)
    if not settled:
        words, mentions, choices = _mended(words, mentions, choices)
    return by_code(words, choices) or reading_of(words, choices), settled


def by_commune(parts: list[Part], text: str) -> Known:
    """The reading of the parts of a text from the commune on, by itself where they begin with it and agree."""
    if not all(part.single and part.alone is not None for part in parts):
        reading, alone = led_by_commune(text)
        return part_by_part(parts, text) if reading is None else Known(reading, sure=True, leads=True, alone=alone)
    words, mentions = place_mentions(parts)
    choices = (usual_choices(mentions) if len(mentions) == len(parts) else []) or best_choices(mentions)
    reading, alone = led(words, choices)
    if reading is None:
        return _as_chosen(parts, text, words, mentions, choices)
    return Known(reading, sure=True, leads=True, alone=alone)


def in_parts(parts: list[Part], text: str) -> Known:
    """As `in_one` reads the text that the parts make, by what is known of each of them."""
    if any(part.alone is None for part in parts):
        return Known(*in_one(text))
    for start in _end_starts(parts):
        words, mentions = place_mentions(parts[start:])
        if not _may_lead(mentions):
            continue
        reading, alone = led(words, best_choices(mentions))
        if reading is not None and (alone or not any(map(_names_a_unit, parts[:start]))):
            return Known(reading, sure=True)
    return part_by_part(parts, text)


def _end_starts(parts: list[Part]) -> list[int]:
    """The parts that `_tail_starts` would begin with."""
    titled = [place for place, part in enumerate(parts) if part.titled]
    return titled[-1:] or [start for start in (len(parts) - 3, len(parts) - 2) if start > 0]


def _may_lead(mentions: list[Mention]) -> bool:
    """The mentions begin with a unit; without a title, that has to be a commune beside its district."""
    if not mentions or mentions[0].start:
        return False
    return mentions[0].title is not None or any(mention.districts for mention in mentions)


def _names_a_unit(part: Part) -> bool:
    """The part names a district or a province, or announces some unit."""
    return not part.steady or any(mention.districts or mention.provinces for mention in part.alone or ())


def part_by_part(parts: list[Part], text: str) -> Known:
    """As `word_by_word` reads the text that the parts make, by what is known of each of them."""
    if any(part.alone is None for part in parts):
        return Known(*word_by_word(text))
    words, mentions = place_mentions(parts)
    return _as_chosen(parts, text, words, mentions, best_choices(mentions))


def _as_chosen(parts: list[Part], text: str, words: Words, mentions: list[Mention], choices: list[Choice]) -> Known:
    """The reading of the choices, mended where something contradicts them or is missing."""
    settled = _settled(choices)
    if settled or (len(parts) == 1 and parts[0].titled and not any(map(_is_glued, words.written))):
        return Known(reading_of(words, choices), settled)  # beside one commune alone there is nothing to mend
    words, mentions, choices = _mended(words_of(text), mentions, choices)
    return Known(by_code(words, choices) or reading_of(words, choices), sure=False)


def _is_glued(word: str) -> bool:
    return bool(glued_title(key_of(word)))


def _mended(words: Words, mentions: list[Mention], choices: list[Choice]) -> tuple[Words, list[Mention], list[Choice]]:
    """The reading with titles set apart from the names they are glued to, and with one letter mended in a name."""
    apart = unglued(words)
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


_tail: Final = lru_cache(maxsize=16_384)(led_by_commune)
whole_text: Final = lru_cache(maxsize=8_192)(word_by_word)
