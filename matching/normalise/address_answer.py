"""Turns the chosen readings of an address into the answer: communes, confidence, and the flags that explain both."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from matching.normalise.address_choice import Choice
from matching.normalise.address_index import CommunePlace, DistrictPlace, ProvincePlace
from matching.normalise.address_mentions import Mention
from matching.normalise.address_text import Words, accents_of
from matching.normalise.address_words import COMMUNE
from matching.normalise.gazetteer import gazetteer
from matching.normalise.making import maker
from matching.records import AddressReading

_reading: Final = maker(AddressReading)

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


def by_code(words: Words, choices: list[Choice]) -> AddressReading | None:
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


def reading_of(words: Words, choices: list[Choice]) -> AddressReading:
    """The answer that the choices give together; those whose accents are as written, if there are any."""
    if not choices:
        return AddressReading(flags=("unknown_address",))
    agreeing = [choice for choice in choices if _accents_agree(words, choice)]
    communes: set[str] = set()
    flags: set[str] = set() if agreeing else {"accents_differ"}
    choices = agreeing or choices
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
    present = gazetteer().communes
    within = tuple(sorted({*provinces, *[present[code].province for code in communes]}))
    if len(communes) > MOST_COMMUNES:
        communes = set()
        flags.add("too_many_communes")
    confidence, in_order = _judged(frozenset(flags))
    return _reading(tuple(sorted(communes)), within, level, confidence, in_order)


@lru_cache(maxsize=1_024)
def _judged(flags: frozenset[str]) -> tuple[float, tuple[str, ...]]:
    """The confidence that flags leave, and the flags in order."""
    confidence = 0.0 if "too_many_communes" in flags else 0.98
    in_order = tuple(sorted(flags))
    for flag in in_order:
        confidence *= CONFIDENCE.get(flag, 1.0)
    return max(round(confidence, 2), 0.0), in_order


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
    if level != "commune":
        unknown = any(title.levels == COMMUNE for _, title in words.titles.values())
        return {f"{level}_only"} | ({"unknown_commune"} if unknown else set())
    flags: set[str] = set()
    communes = [choice.place for choice in choices if isinstance(choice.place, CommunePlace)]
    old = {place.code for place in communes if place.district}
    present = {place.code for place in communes if not place.district}
    if len(old) > 1 or len(present) > 1:
        flags.add("ambiguous_commune")
    if old and present and {code for place in communes if place.district for code in place.communes} != present:
        flags.add("ambiguous_era")
    return flags


def _accents_agree(words: Words, choice: Choice) -> bool:
    """The unit's name is spelled as in the text, or the text shows no accents, or the unit's are not known."""
    mention: Mention = choice.mention
    if mention.fuzzy or not choice.place.name:
        return True
    written = "".join(words.written[mention.start : mention.end])
    if written.isascii():
        return True
    name = " ".join(words.written[mention.name : mention.end])
    if name == choice.place.name.lower():
        return True
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
