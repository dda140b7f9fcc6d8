"""What it is worth that an address names a commune and its parents in one way or another.

The numbers are ranks made by hand, not probabilities: only their order matters.
"""

from __future__ import annotations

from typing import Final

from matching.normalise.address_index import CommunePlace, DistrictPlace
from matching.normalise.address_mentions import Mention

DISTRICT: Final = 30  # the commune lay in the district named
DISTRICT_EARLIER: Final = 27  # in a district that the named one went into before 2025
DISTRICT_OF_OLD: Final = 14  # a commune of today where the district named lay
PROVINCE: Final = 20  # the province of the same era
PROVINCE_FORMER: Final = 18  # a province dissolved before 2025
PROVINCE_AFTER: Final = 20  # a commune of before July 2025 under the province of today: many write so
PROVINCE_BEFORE: Final = 15  # a commune of today under a province of before
KIND_DIFFERS: Final = 2  # "huyện Gia Nghĩa", which became a town

TITLED: Final = 10  # the commune is announced: "xã"
WHOLE: Final = 8  # it stands alone between separators
DOUBTFUL: Final = 5
COMMUNE_KIND_DIFFERS: Final = 4  # "xã" before the name of a phường
COMMUNE_EARLIER: Final = 3  # the name of a commune that was merged before 2025
LEFT_OVER: Final = 6  # words follow that nothing explains
FUZZY: Final = 4
FUZZY_PARENT: Final = 4


def named_worth(place: CommunePlace, mention: Mention) -> int:
    """How well the mention names the commune."""
    named = TITLED if mention.title else DOUBTFUL if mention.doubtful else WHOLE
    if mention.title and mention.title.kind != place.kind:
        named -= COMMUNE_KIND_DIFFERS
    if place.earlier:
        named -= COMMUNE_EARLIER
    if not mention.closed:
        named -= LEFT_OVER
    if mention.fuzzy:
        named -= FUZZY
    return named


def district_gain(place: CommunePlace, mention: Mention) -> int:
    """What it is worth that the mention names the commune's district; 0 if it does not."""
    best = 0
    for district in mention.districts:
        if place.district == district.code:
            gain = DISTRICT_EARLIER if district.earlier else DISTRICT
        elif not place.district and place.code in district.communes:
            gain = DISTRICT if _is_part(district, place) and mention.title is None else DISTRICT_OF_OLD
        else:
            continue
        if mention.title and mention.title.kind != district.kind:
            gain -= KIND_DIFFERS
        if not mention.closed:
            gain -= LEFT_OVER
        best = max(best, gain)
    return best - FUZZY_PARENT if best and mention.fuzzy else best


def _is_part(district: DistrictPlace, place: CommunePlace) -> bool:
    """The name of the commune of today holds the name of the district."""
    return bool(district.name) and place.name.endswith(district.name) and place.name != district.name


def province_gain(place: CommunePlace | DistrictPlace, mention: Mention) -> int:
    """What it is worth that the mention names the unit's province, of its own era or another; 0 if it does not."""
    if isinstance(place, DistrictPlace):
        old_provinces: tuple[str, ...] = (place.old_province,)
        is_old = True
    else:
        old_provinces = place.old_provinces
        is_old = bool(place.district)
    best = 0
    for province in mention.provinces:
        was_in = not province.old.isdisjoint(old_provinces)
        is_in = place.province in province.present
        if (is_old and was_in) or (not is_old and is_in):
            gain = PROVINCE
        elif not province.former.isdisjoint(old_provinces):
            gain = PROVINCE_FORMER
        elif is_in:
            gain = PROVINCE_AFTER
        elif was_in:
            gain = PROVINCE_BEFORE
        else:
            continue
        best = max(best, gain)
    return best - FUZZY_PARENT if best and mention.fuzzy else best
