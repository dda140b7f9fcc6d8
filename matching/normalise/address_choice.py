"""Chooses what an address means: the units that fit together best, and all of them where several fit alike.

Each way to read the address has a cost. What agrees makes it cheaper, what contradicts makes it dear; all ways of the
lowest cost are kept. The costs are ranks made by hand, not probabilities: only their order matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from matching.normalise.address_index import CommunePlace, DistrictPlace, ProvincePlace
from matching.normalise.address_mentions import Mention
from matching.normalise.address_worth import (
    DISTRICT,
    DISTRICT_EARLIER,
    DISTRICT_OF_OLD,
    DOUBTFUL,
    FUZZY,
    KIND_DIFFERS,
    LEFT_OVER,
    PROVINCE,
    TITLED,
    district_gain,
    named_worth,
    province_gain,
)
from matching.normalise.making import maker

CONTRADICTION: Final = 100  # a unit that the address names for sure and that does not fit
REVERSED: Final = 2  # the district or province stands before the commune
APART: Final = 1  # another word stands between commune and district

# What a commune costs at the least if no district of its own is named, if no province is either, and at all.
LEAST: Final = (-PROVINCE - TITLED, -TITLED, 0)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to read an address: the unit, the mentions that name it and its parents, and what it costs."""

    place: CommunePlace | DistrictPlace | ProvincePlace
    mention: Mention
    district: Mention | None
    province: Mention | None
    contradicted: tuple[Mention, ...]
    cost: int

    @property
    def supported(self) -> bool:
        """A parent of the unit is named too."""
        return self.district is not None or self.province is not None


_choice: Final = maker(Choice)


_Meant = list[tuple[CommunePlace, Mention]]
_Support = tuple[_Meant, _Meant, _Meant]


def usual_choices(mentions: list[Mention]) -> list[Choice]:
    """The cheapest way to read one commune with its district, its province or both, each announced and behind it.

    Nothing is cheaper than a commune of just this name and kind in just these parents, so that nothing else need be
    looked at; nothing is returned where there is no such commune, or where a name has two meanings.
    """
    commune, *parents = mentions
    district = next((parent for parent in parents if parent.districts), None)
    province = parents[-1] if parents and parents[-1] is not district else None
    both = district is not None and province is not None
    if (
        commune.title is None
        or len(parents) != 1 + both
        or (not both and all((parents[0].districts, parents[0].provinces)))
    ):
        return []
    kind = commune.title.kind
    cost = -TITLED - (DISTRICT if district else 0) - (PROVINCE if province else 0)
    return [
        _choice(place, commune, district, province, (), cost)
        for place in commune.communes
        if (district is None or district_gain(place, district) == DISTRICT)
        and (province is None or province_gain(place, province) == PROVINCE)
        and place.kind == kind
        and not place.earlier
    ]


def best_choices(mentions: list[Mention]) -> list[Choice]:
    """All ways of lowest cost to read the mentions; where each contradicts something, those of every side.

    "Xã Đinh Lạc, huyện Đức Trọng" is the commune, which lay elsewhere, or the district, which had no such commune.
    """
    sure = _sure(mentions)
    choices = _communes(mentions, sure)
    lowest = min([choice.cost for choice in choices if not choice.contradicted], default=0)
    if lowest < _least_of_parents(mentions):
        return [choice for choice in choices if choice.cost == lowest and not choice.contradicted]
    choices = [*choices, *_districts(mentions, sure), *_provinces(mentions, sure)]
    if not choices:
        return []
    fewest = min(len(choice.contradicted) for choice in choices)
    choices = [choice for choice in choices if len(choice.contradicted) == fewest]
    if not fewest:
        choices = _cheapest(choices)
        return [choice for choice in choices if isinstance(choice.place, CommunePlace)] or choices
    communes = _cheapest([choice for choice in choices if isinstance(choice.place, CommunePlace)])
    districts = _cheapest([choice for choice in choices if isinstance(choice.place, DistrictPlace)])
    denied = {id(mention) for choice in communes for mention in choice.contradicted}
    if communes:
        districts = [choice for choice in districts if id(choice.mention) in denied]
    return [*communes, *districts] or _cheapest(choices)


def _least_of_parents(mentions: list[Mention]) -> int:
    """A district or province that is read instead of a commune costs this at the least."""
    named = any(mention.districts for mention in mentions)
    return -DISTRICT - PROVINCE if named else -PROVINCE


def _cheapest(choices: list[Choice]) -> list[Choice]:
    lowest = min((choice.cost for choice in choices), default=0)
    return [choice for choice in choices if choice.cost == lowest]


def _sure(mentions: list[Mention]) -> list[Mention]:
    """The mentions that must fit: announced by a title, or a district or province alone between separators."""
    sure = [
        mention
        for mention in mentions
        if not mention.doubtful and (mention.title or (mention.whole and (mention.districts or mention.provinces)))
    ]
    return [
        mention
        for mention in sure
        if not any(
            other is not mention
            and other.start <= mention.start
            and mention.end <= other.end
            and (other.start, other.end) != (mention.start, mention.end)
            for other in sure
        )
    ]


def _communes(mentions: list[Mention], sure: list[Mention]) -> list[Choice]:
    """The communes that the mentions may mean; those that cannot be the cheapest are left out."""
    parents = [mention for mention in mentions if mention.districts or mention.provinces]
    choices: list[Choice] = []
    drafts: list[Choice] = []
    for places, least in zip(_by_support(mentions, parents), LEAST, strict=True):
        if places:
            supported = [_supported(place, mention, parents) for place, mention in places]
            drafts.extend(filter(None, supported))
            drafts.sort(key=_cost)
            choices, lowest = _uncontradicted(drafts, sure)
            if lowest is not None and lowest < least:
                break
    return choices


def _by_support(mentions: list[Mention], parents: list[Mention]) -> _Support:
    """The communes of the mentions: those whose district is named, those whose province is, the others."""
    districts = [district for parent in parents for district in parent.districts]
    provinces = [province for parent in parents for province in parent.provinces]
    codes = {district.code for district in districts}
    land = {code for district in districts for code in district.communes}
    old = {code for province in provinces for code in (*province.old, *province.former)}
    present = {code for province in provinces for code in province.present}
    support: _Support = ([], [], [])
    for mention in mentions:
        for place in mention.communes:
            if place.district in codes if place.district else place.code in land:
                support[0].append((place, mention))
            elif place.province in present or not old.isdisjoint(place.old_provinces):
                support[1].append((place, mention))
            else:
                support[2].append((place, mention))
    return support


def _uncontradicted(drafts: list[Choice], sure: list[Mention]) -> tuple[list[Choice], int | None]:
    """The drafts in the order of their cost with what contradicts them, up to the first costs that nothing does."""
    choices: list[Choice] = []
    lowest = None
    for draft in drafts:
        if lowest is not None and draft.cost > lowest:
            break
        assert isinstance(draft.place, CommunePlace)
        contradicted = _contradicted(draft.mention, sure, partial(_agrees, draft.place))
        if contradicted:
            draft = replace(draft, contradicted=contradicted, cost=draft.cost + CONTRADICTION * len(contradicted))
        else:
            lowest = draft.cost
        choices.append(draft)
    return choices, lowest


def _cost(choice: Choice) -> int:
    return choice.cost


def _contradicted(mention: Mention, sure: list[Mention], agrees: Callable[[Mention], bool]) -> tuple[Mention, ...]:
    """The mentions that must fit and do not; what stands alone before the unit may be a hamlet and need not fit."""
    if len(sure) == 1 and sure[0] is mention:
        return ()
    return tuple(
        [
            other
            for other in sure
            if other is not mention
            and (other.title is not None or other.start >= mention.end)
            and not (other.start < mention.end and mention.start < other.end)
            and not agrees(other)
        ]
    )


def _supported(place: CommunePlace, mention: Mention, parents: list[Mention]) -> Choice | None:
    """One commune as the meaning of one mention, with its parents; None if it stands there too doubtfully."""
    district: Mention | None = None
    province: Mention | None = None
    gained = gained_province = 0
    for parent in parents:
        gain = district_gain(place, parent) if parent.districts else 0
        if gain > gained and (not parent.overlaps(mention) or _within(parent, mention, place)):
            district, gained = parent, gain
    for parent in parents:
        gain = province_gain(place, parent) if parent.provinces and parent is not district else 0
        if gain > gained_province and not parent.overlaps(mention):
            if district is not None and parent.overlaps(district):
                continue
            province, gained_province = parent, gain
    if district is not None and province is None:  # "xã Tân An, Hà Giang": the city or the province
        gained_province = province_gain(place, district)
        if gained_province >= min(gained, PROVINCE) > 0:
            province = district
            district, gained = None, 0
        elif gained_province:
            gained, gained_province = min(gained, PROVINCE), 0
    if mention.title is None and district is None and province is None and (mention.doubtful or not mention.whole):
        return None
    cost = -gained - gained_province - named_worth(place, mention)
    if district is not None:
        cost += APART * (mention.end != district.start and district.end != mention.start)
    cost += REVERSED * any(parent is not None and parent.end <= mention.start for parent in (district, province))
    return _choice(place, mention, district, province, (), cost)


def _within(parent: Mention, mention: Mention, place: CommunePlace) -> bool:
    """The district's name is part of the name of a commune of today: Phường 1 Bảo Lộc."""
    return not place.district and mention.name < parent.start and parent.end == mention.end


def _agrees(place: CommunePlace, other: Mention) -> bool:
    """The other mention names a parent of the commune, or a commune that shares land with it."""
    if district_gain(place, other) > 0 or province_gain(place, other) > 0:
        return True
    return any(not set(place.communes).isdisjoint(commune.communes) for commune in other.communes)


def _districts(mentions: list[Mention], sure: list[Mention]) -> Iterator[Choice]:
    parents = [mention for mention in mentions if mention.provinces]
    for mention in mentions:
        for place in mention.districts:
            yield _district(place, mention, parents, sure)


def _district(place: DistrictPlace, mention: Mention, parents: list[Mention], sure: list[Mention]) -> Choice:
    """One district as the meaning of one mention."""
    province, gained = None, 0
    for parent in parents:
        gain = province_gain(place, parent)
        if gain > gained and not parent.overlaps(mention):
            province, gained = parent, gain
    contradicted = _contradicted(mention, sure, partial(_district_agrees, place))
    named = DISTRICT_EARLIER if place.earlier else DISTRICT
    if mention.provinces and mention.title is None:
        named = DISTRICT_OF_OLD  # "Quảng Trị" is the province rather than the town
    if mention.title and mention.title.kind != place.kind:
        named -= KIND_DIFFERS
    if mention.fuzzy:
        named -= FUZZY
    if not mention.closed:
        named -= LEFT_OVER
    if mention.doubtful:
        named -= DOUBTFUL
    return _choice(place, mention, None, province, contradicted, CONTRADICTION * len(contradicted) - gained - named)


def _district_agrees(place: DistrictPlace, other: Mention) -> bool:
    """The other mention names the district's province or the district itself: a commune would have to be read too."""
    return province_gain(place, other) > 0 or any(district.code == place.code for district in other.districts)


def _provinces(mentions: list[Mention], sure: list[Mention]) -> Iterator[Choice]:
    for mention in mentions:
        for place in mention.provinces:
            contradicted = _contradicted(mention, sure, partial(_province_alone, mention))
            named = PROVINCE - (FUZZY if mention.fuzzy else 0) - (0 if mention.whole or mention.title else DOUBTFUL)
            yield _choice(place, mention, None, None, contradicted, CONTRADICTION * len(contradicted) - named)


def _province_alone(mention: Mention, other: Mention) -> bool:
    """The other mention names the same province: a district or commune would have to be read too."""
    return any(province in mention.provinces for province in other.provinces)
