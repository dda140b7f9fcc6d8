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

from matching.normalise.address_choice import Choice, best_choices
from matching.normalise.address_index import CommunePlace, DistrictPlace, ProvincePlace, index
from matching.normalise.address_mentions import Mention, mentions_of
from matching.normalise.address_text import Words, accents_of, words_of
from matching.normalise.address_typos import mistyped_communes, mistyped_parents, unglued
from matching.normalise.address_words import COMMUNE
from matching.normalise.gazetteer import gazetteer
from matching.normalise.text import repair
from matching.records import AddressReading

LONGEST_TEXT: Final = 1_000  # characters; of a longer cell the end is read, where the units stand
MOST_COMMUNES: Final = 64  # a larger set says nothing

# What each flag leaves of the confidence.
CONFIDENCE: Final[dict[str, float]] = {
    "abbreviated_unit": 0.95,
    "accents_differ": 0.9,
    "address_too_long": 0.8,
    "ambiguous_commune": 0.4,
    "ambiguous_era": 0.8,
    "commune_code": 0.5,
    "district_only": 0.3,
    "fuzzy": 0.7,
    "inconsistent_levels": 0.25,
    "merged_unit": 0.95,
    "mixed_eras": 0.9,
    "no_province": 0.9,
    "no_title": 0.9,
    "old_province": 0.95,
    "province_only": 0.1,
    "split_commune": 0.8,
    "unit_kind_differs": 0.9,
    "unknown_commune": 0.8,
    "unsupported": 0.4,
}

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
    text = repair(text[-4 * LONGEST_TEXT :]).lower()
    if len(text) > LONGEST_TEXT:
        return _long(_whole_text(text[-LONGEST_TEXT:]))
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
    return _reading(words, choices), alone


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
    coded = _by_code(words, choices)
    if coded is not None:
        return coded
    return _reading(words, choices)


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
    """A commune was read, with all the words of its name, and nothing contradicts it."""
    return bool(choices) and all(
        isinstance(choice.place, CommunePlace) and not choice.contradicted and choice.mention.closed
        for choice in choices
    )


def _by_code(words: Words, choices: list[Choice]) -> AddressReading | None:
    """The reading of a commune code written in the cell: by both eras, since a code without date has two meanings."""
    if any(isinstance(choice.place, CommunePlace) for choice in choices):
        return None
    communes: set[str] = set()
    for written in words.written:
        if len(written) == 5 and written.isascii() and written.isdigit():
            communes.update(gazetteer().meanings(written))
    if not communes:
        return None
    flags = {"commune_code"}
    if choices:
        provinces = {code for choice in choices for code in _provinces_of(choice)}
        communes = {code for code in communes if gazetteer().communes[code].province in provinces}
        if not communes:
            return None
    elif len(words.keys) > 2:
        return None
    else:
        flags.add("no_province")
    return _built(communes, (), "commune", flags)


def _reading(words: Words, choices: list[Choice]) -> AddressReading:
    """The answer that the choices give together."""
    if not choices:
        return AddressReading(flags=("unknown_address",))
    choices = _by_accents(words, choices)
    communes: set[str] = set()
    flags: set[str] = set()
    provinces: set[str] = set()
    for choice in choices:
        flags.update(_flags_of(choice))
        if isinstance(choice.place, ProvincePlace):
            provinces.update(_provinces_of(choice))
        else:
            communes.update(choice.place.communes)
        for mention in choice.contradicted:
            provinces.update(code for place in mention.provinces for code in _present(place))
    level = _level(choices)
    flags.update(_together(words, choices, level))
    return _built(communes, provinces, level, flags)


def _built(communes: set[str], provinces: set[str] | tuple[()], level: str, flags: set[str]) -> AddressReading:
    """The answer with its confidence; a set too large to say anything is left out."""
    units = gazetteer()
    within = tuple(sorted({*provinces, *units.provinces_of(communes)}))
    if len(communes) > MOST_COMMUNES:
        communes = set()
        flags.add("too_many_communes")
    confidence = 0.98
    for flag in flags:
        confidence *= CONFIDENCE.get(flag, 1.0)
    if "too_many_communes" in flags:
        confidence = 0.0
    return AddressReading(tuple(sorted(communes)), within, level, max(round(confidence, 2), 0.0), tuple(sorted(flags)))


def _level(choices: list[Choice]) -> str:
    """The finest level that a choice has."""
    if any(isinstance(choice.place, CommunePlace) for choice in choices):
        return "commune"
    return "district" if any(isinstance(choice.place, DistrictPlace) for choice in choices) else "province"


def _flags_of(choice: Choice) -> set[str]:
    """What is worth knowing of one choice."""
    place, mention = choice.place, choice.mention
    flags: set[str] = set()
    if isinstance(place, ProvincePlace):
        if not (place.old or place.present):
            flags.add("old_province")
        return flags | ({"abbreviated_unit"} if place.abbreviated else set())
    if isinstance(place, DistrictPlace):
        flags.add("old_unit")
    else:
        flags.add("old_unit" if place.district else "present_unit")
        if place.district and len(place.communes) > 1:
            flags.add("split_commune")
    if place.earlier:
        flags.add("merged_unit")
    if mention.title is not None and mention.title.kind != place.kind:
        flags.add("unit_kind_differs")
    if mention.title is None:
        flags.add("no_title")
    if any(found is not None and found.fuzzy for found in (mention, choice.district, choice.province)):
        flags.add("fuzzy")
    if choice.contradicted:
        flags.add("inconsistent_levels")
    return flags | _parent_flags(choice)


def _parent_flags(choice: Choice) -> set[str]:
    """What is worth knowing of the district and province that were named with a unit."""
    flags: set[str] = set()
    place = choice.place
    assert not isinstance(place, ProvincePlace)
    if choice.district is None and choice.province is None and isinstance(place, CommunePlace):
        flags.add("unsupported")
    if choice.province is None:
        flags.add("no_province")
    else:
        is_old = isinstance(place, DistrictPlace) or bool(place.district)
        for province in choice.province.provinces:
            if province.abbreviated:
                flags.add("abbreviated_unit")
            if not (province.old or province.present):
                flags.add("old_province")
            elif not (province.old if is_old else province.present):
                flags.add("mixed_eras")
    if choice.district is not None and isinstance(place, CommunePlace):
        if not place.district and not choice.district.overlaps(choice.mention):
            flags.add("mixed_eras")
        named = [district.earlier for district in choice.district.districts if district.code == place.district]
        if named and all(named):
            flags.add("merged_unit")
    return flags


def _together(words: Words, choices: list[Choice], level: str) -> set[str]:
    """What is worth knowing of the choices as a whole."""
    if level == "province":
        return {"province_only"}
    flags: set[str] = set()
    communes = {choice.place for choice in choices if isinstance(choice.place, CommunePlace)}
    old = {place.code for place in communes if place.district}
    present = {place.code for place in communes if not place.district}
    if len(old) > 1 or len(present) > 1:
        flags.add("ambiguous_commune")
    if old and present and {code for place in communes if place.district for code in place.communes} != present:
        flags.add("ambiguous_era")
    if level == "district":
        flags.add("district_only")
        named = {mention for choice in choices for mention in choice.contradicted}
        if any(mention.title and mention.title.levels & COMMUNE for mention in named) or any(
            title.levels == COMMUNE for _, title in words.titles.values()
        ):
            flags.add("unknown_commune")
    return flags


def _by_accents(words: Words, choices: list[Choice]) -> list[Choice]:
    """The choices whose accents are as written, where the accents were written and tell some from others."""
    if len(choices) < 2:
        return choices
    agreeing = [choice for choice in choices if _accents_agree(words, choice)]
    return agreeing or choices


def _accents_agree(words: Words, choice: Choice) -> bool:
    """The unit's name is spelled as in the text, or the text shows no accents, or the unit's are not known."""
    mention: Mention = choice.mention
    if mention.fuzzy or not choice.place.name:
        return True
    written = "".join(words.written[mention.start : mention.end])
    if written.isascii():
        return True
    name = " ".join(words.written[mention.name : mention.end])
    return accents_of(name) == accents_of(choice.place.name)


def _provinces_of(choice: Choice) -> set[str]:
    """The present-day provinces of a choice."""
    if isinstance(choice.place, ProvincePlace):
        return {code for place in choice.mention.provinces for code in _present(place)}
    return {choice.place.province}


def _present(place: ProvincePlace) -> set[str]:
    """The present-day provinces that a province's name means, of whatever era it is."""
    units = gazetteer()
    codes = set(place.present)
    for code in place.old | place.former:
        codes.add(units.old_provinces[code].province)
    return codes
