"""What happens to an address: old units, removals, levels left out, abbreviations (DOMAIN 2, 8.4)."""

from __future__ import annotations

import re
from typing import Final

from matching.synthetic.draft import Draft
from matching.synthetic.spelling import unaccented

_SHORT: Final = (
    ("Thị trấn ", "TT. "), ("Thị xã ", "TX. "), ("Thành phố ", "TP. "), ("Phường ", "P. "), ("Huyện ", "H. "),
    ("Quận ", "Q. "), ("Xã ", "X. "), ("Tỉnh ", "T. "), ("Tổ dân phố ", "TDP "), ("Khu phố ", "KP "),
)  # fmt: skip
_UNIT_WORD: Final = re.compile(r"^(Thị trấn|Thị xã|Thành phố|Phường|Huyện|Quận|Xã|Tỉnh|Đặc khu) (?!\d)", re.IGNORECASE)
# Provinces of before 1991 and 2004, by the former province that lay in them.
_BEFORE: Final = {"60": "Tỉnh Thuận Hải", "67": "Tỉnh Đắk Lắk", "58": "Tỉnh Thuận Hải", "70": "Tỉnh Sông Bé"}


def old_units(draft: Draft) -> bool:
    """The three levels of before 1 July 2025: one of the old communes that became the present one."""
    return _old_units_of(draft, draft.owner.commune)


def _old_units_of(draft: Draft, code: str) -> bool:
    """Write the three old levels of a present-day commune."""
    found = draft.ground.old_of.get(code)
    if not found:
        return False
    old = draft.dice.pick(found)
    draft.levels = [old.name, old.district_name, old.province_name]
    return True


def moved(draft: Draft) -> bool:
    """The address of another time: another commune, mostly of the same province."""
    units = draft.ground.units
    here = units.communes.get(draft.owner.commune)
    near = here is not None and draft.dice.chance(0.75)
    choices = draft.ground.of_province[here.province] if here is not None and near else draft.ground.communes
    code = draft.dice.pick(choices)
    if code == draft.owner.commune:
        return False
    commune = units.communes[code]
    draft.detail = draft.dice.pick(("Thôn {}", "Tổ {}", "Ấp {}", "Khu phố {}", "Số {} Hùng Vương")).format(
        draft.dice.between(1, 60)
    )
    if len(draft.levels) == 3:
        return _old_units_of(draft, code)
    draft.levels = [commune.name, units.provinces[commune.province].name]
    return True


def missing(draft: Draft) -> bool:
    """No address."""
    draft.levels, draft.detail = [], ""
    return True


def no_province(draft: Draft) -> bool:
    """The province is left out: everybody in the office knows it."""
    if len(draft.levels) < 2:
        return False
    draft.levels = draft.levels[:-1]
    return True


def no_district(draft: Draft) -> bool:
    """The district is left out."""
    if len(draft.levels) != 3:
        return False
    draft.levels = [draft.levels[0], draft.levels[2]]
    return True


def commune_only(draft: Draft) -> bool:
    """Nothing above the commune."""
    draft.levels = draft.levels[:1]
    return bool(draft.levels)


def district_only(draft: Draft) -> bool:
    """Nothing below the district."""
    if len(draft.levels) != 3:
        return False
    draft.levels, draft.detail = draft.levels[1:], ""
    return True


def wrong_district(draft: Draft) -> bool:
    """A neighbouring district of the same province: the levels contradict each other."""
    found = draft.ground.old_of.get(draft.owner.commune)
    if len(draft.levels) != 3 or not found:
        return False
    names = sorted(d.name for d in draft.ground.units.districts.values() if d.province == found[0].province)
    draft.levels[1] = draft.dice.pick([name for name in names if name != draft.levels[1]] or names)
    return True


def former_province(draft: Draft) -> bool:
    """The name of a province that was dissolved long ago: Thuận Hải."""
    found = draft.ground.old_of.get(draft.owner.commune)
    if len(draft.levels) != 3 or not found or found[0].province not in _BEFORE:
        return False
    draft.levels[2] = _BEFORE[found[0].province]
    return True


def no_house(draft: Draft) -> bool:
    """Only the village, not the house."""
    if ", " not in draft.detail:
        return False
    draft.detail = draft.detail.rpartition(", ")[2]
    return True


def nothing_below_commune(draft: Draft) -> bool:
    """The address begins with the commune."""
    if not draft.detail:
        return False
    draft.detail = ""
    return True


def joined(draft: Draft) -> str:
    """The address as text: commas between its parts, small letters as offices write them."""
    return ", ".join(part for part in (draft.detail, *draft.levels) if part)


def small_unit_words(draft: Draft) -> bool:
    """xã Đinh Lạc, huyện Di Linh, tỉnh Lâm Đồng."""
    return _set_levels(
        draft, [level[:1].lower() + level[1:] if _UNIT_WORD.match(level) else level for level in draft.levels]
    )


def abbreviated(draft: Draft) -> bool:
    """X. Đinh Lạc, H. Di Linh, T. Lâm Đồng; with or without spaces."""
    tight = draft.dice.chance(0.3)

    def short(text: str) -> str:
        for long, brief in _SHORT:
            if text.startswith(long):
                return (brief.rstrip() if tight else brief) + text[len(long) :]
        return text

    return _set_levels(draft, [short(level) for level in draft.levels])


def no_unit_words(draft: Draft) -> bool:
    """Đinh Lạc, Di Linh, Lâm Đồng."""
    return _set_levels(draft, [_UNIT_WORD.sub("", level) for level in draft.levels])


def dashes(draft: Draft) -> bool:
    """Parts are divided by dashes or spaces instead of commas."""
    draft.address = joined(draft).replace(", ", draft.dice.pick((" - ", " ", "- ", ",")))
    return draft.address != joined(draft)


def unaccented_address(draft: Draft) -> bool:
    """thon 3, xa loc an, huyen bao lam."""
    draft.address = unaccented(draft.address or joined(draft))
    return True


def all_capitals(draft: Draft) -> bool:
    """THÔN 3, XÃ LỘC AN."""
    draft.address = (draft.address or joined(draft)).upper()
    return True


def _set_levels(draft: Draft, levels: list[str]) -> bool:
    """Put levels into the draft; false if they stayed as they were."""
    changed = levels != draft.levels
    draft.levels = levels
    return changed
