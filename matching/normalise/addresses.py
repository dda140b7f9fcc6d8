"""Reads an address into the set of present-day communes that it may mean (DOMAIN 2, 8.4).

Units of before and after 1 July 2025 are read side by side; what the address says of districts, provinces and kinds
of units decides between them, and where it does not, all meanings stay. Nothing is guessed: a commune that was divided
means all its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from matching.normalise.address_answer import CONFIDENCE, by_code, reading_of
from matching.normalise.address_choice import Choice, best_choices
from matching.normalise.address_index import CommunePlace, index
from matching.normalise.address_mentions import Mention, mentions_of
from matching.normalise.address_text import Words, words_of
from matching.normalise.address_typos import mistyped_communes, mistyped_parents, unglued
from matching.normalise.text import repair
from matching.records import AddressReading

LONGEST_TEXT: Final = 1_000  # characters; of a longer cell the end is read, where the units stand

# The words that announce a commune: what follows the last is nearly always all that names units. Looked for in every
# text, so the expression begins with a set of letters, which is many times faster than with a condition.
_COMMUNE_TITLE: Final = re.compile(
    r"""[xptfđd](?:
        (?<=x)[ãa](?=[ .])              # xã
      | (?<=p)h[ưu][ờo]ng(?=[ .])       # phường
      | (?<=t)h[ịi][ ]tr[ấa]n(?=[ .])   # thị trấn
      | (?<=[đd])[ặa]c[ ]khu(?=[ .])    # đặc khu
      | (?<=t)t(?=[ .])                 # TT.
      | (?<=x)(?=\.)                    # X.
      | (?<=[pf])(?=[.0-9])             # P. F. P10
    )""",
    re.VERBOSE,
)
_TOWN: Final = ("thị ", "thi ")  # "thị xã" announces a district
_DIGITS: Final = re.compile("[0-9]+")


def read_address(text: str) -> AddressReading:
    """The present-day communes that an address may mean, how finely it was read, how surely, and what is doubtful.

    Addresses differ in their houses and hamlets far more than in their units, so the part that names units is read
    once for all addresses that end in it, where the part before it names none.
    """
    end = repair(text[-4 * LONGEST_TEXT :]).lower()
    if len(end) > LONGEST_TEXT or len(text) > 4 * LONGEST_TEXT:
        return _long(_whole_text(end[-LONGEST_TEXT:]))
    text = end
    for start in _tail_starts(text):
        reading, alone = _tail(text[start:])
        if reading is not None and (alone or _names_no_unit(_DIGITS.sub("0", text[:start]))):
            return reading
    return _whole_text(text)


def _tail_starts(text: str) -> Iterator[int]:
    """Where the part of an address that names units may begin: at a commune's title, or two or one commas before."""
    titled = _last_commune(text)
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


def _last_commune(text: str) -> int:
    """Where the last word stands that announces a commune; -1 if there is none."""
    last = -1
    for found in _COMMUNE_TITLE.finditer(text):
        start = found.start()
        if (start == 0 or not text[start - 1].isalnum()) and text[max(start - 4, 0) : start] not in _TOWN:
            last = start
    return last


@lru_cache(maxsize=16_384)
def _tail(tail: str) -> tuple[AddressReading | None, bool]:
    """The reading of the end of an address, if it begins with the commune; and whether it stands whatever precedes."""
    words = words_of(tail)
    choices = best_choices(mentions_of(words, index()))
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


@lru_cache(maxsize=8_192)
def _whole_text(text: str) -> AddressReading:
    """The reading of an address word by word, with names that are mistyped or that stand in an odd order."""
    words = words_of(text)
    mentions = mentions_of(words, index())
    choices = best_choices(mentions)
    if not _settled(choices):
        words, mentions, choices = _mended(words, mentions, choices)
    coded = by_code(words, choices)
    if coded is not None:
        return coded
    return reading_of(words, choices)


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
