"""Where invented people live: communes of the gazetteer, of uneven size, with villages, streets and house numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from matching.normalise.gazetteer import Gazetteer
from matching.synthetic.dice import Dice, words
from matching.synthetic.peoples import PEOPLES_ELSEWHERE, PEOPLES_OF
from matching.synthetic.spelling import unaccented

_VILLAGES: Final = words(
    "Tân Lập, Hiệp Thành, Lạc Thiện, Phú Hội, Tân Phú, An Hòa, Hòa Bình, Thanh Bình, Tân Tiến, Đoàn Kết, "
    "Quảng Lợi, Nam Hà, Bình Minh, Trung Hòa, Phú Thuận, Tân Hà, Lộc Sơn, Thắng Lợi, Quyết Tiến, Đồng Tâm, "
    "Phước Lộc, Xuân Thượng, Nghĩa Lập, Suối Cát, Sơn Thủy, Gia Lâm, Hải Dương, Cầu Đất, Vinh Quang, Hưng Long, "
    "Mỹ Đức, Phú Sơn, Liên Hương, Minh Thành, Đa Lộc, Tân Hưng, Hòa Lạc, Ninh Thiện,",
    ",",
)
_HAMLETS: Final = words(
    "Bu Đưng, Bu Prăng, Sa Nar, Liêng Đơng, B'Srê, K'Nớ, Đăng Srõn, R'Lơm, Jrai Ling, Mblang, Gung Ré, Ka Ming, "
    "Bu Sóp, N'Jriêng, Pi Nao, U Sroung, Đăk Huýt, Bù Nơr, Kon Tang, Đạ Nhinh, Con Ó, Bon Rung, Tơ Krơm, "
    "Păng Sim, Đưng Jri, Sre Krăm,",
    ",",
)
_STREETS: Final = words(
    "Hùng Vương, Trần Phú, Nguyễn Huệ, Lê Lợi, Quang Trung, Hai Bà Trưng, Lý Thường Kiệt, Trần Hưng Đạo, "
    "Phan Bội Châu, Lê Hồng Phong, Nguyễn Trãi, Phan Chu Trinh, Bà Triệu, Ngô Quyền, Lý Tự Trọng, Nguyễn Du, "
    "Phan Đình Phùng, Hoàng Diệu, Yersin, Trần Quốc Toản, Thống Nhất, Hà Huy Tập, Nguyễn Văn Cừ, "
    "Xô Viết Nghệ Tĩnh, Lê Duẩn, Tôn Đức Thắng, Nguyễn Thị Minh Khai, Võ Thị Sáu, Mai Hắc Đế, Hồ Xuân Hương, "
    "Đinh Tiên Hoàng, Lê Thánh Tôn, Trưng Nữ Vương, 30 Tháng 4, 1 Tháng 5, Chu Văn An, Kim Đồng, Nguyễn Công Trứ, "
    "Phạm Ngũ Lão, Bùi Thị Xuân, Trường Chinh, Cách Mạng Tháng Tám, Nguyễn Tri Phương, Ngô Gia Tự, Quốc lộ 20, "
    "Quốc lộ 28, Tỉnh lộ 725,",
    ",",
)
# How people write the parts; the first is the full form.
_NUMBER_FORMS: Final = ("Số {}", "Số nhà {}", "{}", "SN {}", "Nhà số {}")
_STREET_FORMS: Final = ("đường {}", "{}", "Đường {}", "đ. {}")
_UNIT_FORMS: Final[dict[str, tuple[str, ...]]] = {
    "Tổ dân phố": ("Tổ dân phố {}", "TDP {}", "Tổ {}", "Tổ dân phố số {}"),
    "Khu phố": ("Khu phố {}", "KP {}", "KP. {}", "Khu phố số {}"),
    "Thôn": ("Thôn {}", "thôn {}", "Thôn {}", "Th. {}"),
    "Ấp": ("Ấp {}", "ấp {}"),
    "Buôn": ("Buôn {}", "buôn {}"),
    "Bon": ("Bon {}", "bon {}"),
}
_PROVINCE_FORMS: Final = ("{full}", "{full}", "{short}", "{lower}")
_FORM_WORDS: Final = frozenset(words("so nha sn duong d to tdp dan pho khu kp thon th ap buon bon"))


@dataclass(frozen=True, slots=True)
class Place:
    """A commune: its names, its share of the people, the former province it lay in, and who lives there."""

    code: str
    name: str
    province: str
    province_name: str
    former_province: str  # two-digit code before 1 July 2025
    urban: bool
    weight: float
    peoples: tuple[tuple[str, float], ...]  # the peoples beside the Kinh, with their shares


def places(units: Gazetteer, provinces: tuple[str, ...], *, seed: int) -> list[Place]:
    """The communes of these present-day provinces, in the order of their codes, with uneven sizes."""
    former = _former_provinces(units)
    rng = np.random.default_rng([seed, 1])
    found = []
    for code, commune in sorted(units.communes.items()):
        if commune.province not in provinces:
            continue
        urban = commune.kind == "phường"
        size = float(rng.lognormal(0.0, 0.55)) * {"phường": 1.5, "đặc khu": 0.6}.get(commune.kind, 1.0)
        was = former.get(code, commune.province)
        minorities = _peoples(was, urban, float(rng.gamma(0.6, 1.0 / 0.6)))
        title = units.provinces[commune.province].name
        found.append(Place(code, commune.name, commune.province, title, was, urban, size, minorities))
    if not found:
        raise ValueError("no commune lies in these provinces")
    return found


def shares(found: list[Place], size: int) -> list[int]:
    """How many of `size` people live in each commune: largest remainders, so that the sum is exact."""
    weights = np.array([place.weight for place in found])
    exact = weights / weights.sum() * size
    counts = np.floor(exact).astype(int)
    for index in np.argsort(counts - exact, kind="stable")[: size - int(counts.sum())]:
        counts[index] += 1
    return [int(count) for count in counts]


def _former_provinces(units: Gazetteer) -> dict[str, str]:
    """The former province that most of each present-day commune's old communes belonged to."""
    votes: dict[str, Counter[str]] = {}
    for old in units.old_communes.values():
        for code in old.successors:
            votes.setdefault(code, Counter())[old.province] += 1
    return {code: min(count, key=lambda province: (-count[province], province)) for code, count in votes.items()}


def _peoples(former_province: str, urban: bool, lumpiness: float) -> tuple[tuple[str, float], ...]:
    """The shares of the peoples in one commune: fewer in towns, and some communes have most of them."""
    table = PEOPLES_OF.get(former_province, PEOPLES_ELSEWHERE)
    factor = lumpiness * (0.3 if urban else 1.2)
    total = sum(table.values()) * factor
    return tuple((code, share * factor * min(1.0, 0.92 / total)) for code, share in table.items())


@dataclass(frozen=True, slots=True)
class Dwelling:
    """One house: the parts of its address below the commune."""

    unit: str  # "Thôn", "Tổ dân phố", "Buôn"...
    unit_name: str
    number: str
    street: str


def dwelling(dice: Dice, place: Place, people: str, units: int) -> Dwelling:
    """A house of a commune with so many villages or quarters; the highland peoples live in their own."""
    if place.urban:
        unit = "Khu phố" if place.former_province in ("60", "79", "75", "74") else "Tổ dân phố"
        name, street = str(1 + dice.below(units)), dice.pick(_STREETS) if dice.chance(0.85) else ""
    elif people not in ("kinh", "hoa", "tay_nung", "cham", "khmer"):
        unit = {"67": "Bon", "66": "Buôn", "64": "Buôn"}.get(place.former_province, "Thôn")
        name, street = f"{_HAMLETS[(int(place.code) + dice.below(3)) % len(_HAMLETS)]}", ""
    else:
        unit = "Ấp" if place.former_province in ("70", "72", "75", "79") or place.former_province >= "80" else "Thôn"
        which = dice.below(units)
        name = str(which + 1) if int(place.code) % 3 else _VILLAGES[(int(place.code) + which) % len(_VILLAGES)]
        street = dice.pick(_STREETS) if dice.chance(0.18) else ""
    return Dwelling(unit, name, _house_number(dice, street != ""), street)


def _house_number(dice: Dice, on_street: bool) -> str:
    """A house number: one with a slash in an alley, none for some houses in the country."""
    if not on_street and dice.chance(0.15):
        return ""
    number = str(1 + int(dice.draw() ** 2 * (420 if on_street else 900)))
    return f"{number}/{dice.between(1, 60)}" if on_street and dice.chance(0.25) else number


def written(dice: Dice, home: Dwelling, place: Place) -> str:
    """An address of today's two levels, in one of the ways in which offices write its parts."""
    parts = []
    number = dice.pick(_NUMBER_FORMS).format(home.number) if home.number else ""
    if home.street:
        parts.append(f"{number} {dice.pick(_STREET_FORMS).format(home.street)}".strip())
    elif number:
        parts.append(number)
    parts.append(dice.pick(_UNIT_FORMS[home.unit]).format(home.unit_name))
    parts.append(place.name)
    full = place.province_name
    short = full.removeprefix("Tỉnh ").removeprefix("Thành phố ")
    parts.append(dice.pick(_PROVINCE_FORMS).format(full=full, short=short, lower=full[0].lower() + full[1:]))
    return ", ".join(parts)


def dwelling_key(address: str) -> str:
    """What stays the same of a house's address however its parts are written."""
    below_commune = address.rsplit(",", 2)[0]
    plain = map(_plain_word, below_commune.replace(",", " ").split())
    return " ".join(word for word in plain if word not in _FORM_WORDS)


@lru_cache(maxsize=65536)
def _plain_word(word: str) -> str:
    """A word without accents, capitals and the dot of an abbreviation."""
    return unaccented(word).lower().strip(".")
