"""Writes addresses.csv: messy Vietnamese addresses, each with the present-day communes that it may mean.

The labels come from the data files of vietnamadminunits 1.0.4 (MIT); nothing of the product is imported, so that the
set can judge it. Rows made from patterns are seeded; rows written by hand stand in addresses_by_hand.tsv. Run:

    .venv/bin/python benchmarks/data/make_addresses.py
"""

from __future__ import annotations

import csv
import importlib.util
import json
import random
import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
COMMUNES = 3321
SEED = 20250701

# Resolution 30/2026/QH16: ten communes of Đồng Nai became wards; both words are in use.
XA_NOW_PHUONG = frozenset(["25270", "25357", "25363", "26116", "26170", "26248", "26326", "26368", "26425", "26485"])

# The map divides these between the successors of two namesakes that lie far apart in one merged province, because its
# keys hold no former province: (name, district, former province) -> the successors that can be meant. Found by
# comparison with the map of vietnam-address-converter 1.0.5, which has them apart.
NAMESAKES_MIXED_UP = {
    ("Hồng Phong", "Bình Gia", "Lạng Sơn"): ["Hồng Phong"],
    ("Hòa Bình", "Kim Thành", "Hải Dương"): ["Kim Thành", "Hà Nam"],
    ("Hòa Bình", "Vĩnh Bảo", "Hải Phòng"): ["Nguyễn Bỉnh Khiêm"],
    ("4", "Tây Ninh", "Tây Ninh"): ["Tân Ninh"],
    ("4", "Tân An", "Long An"): ["Long An"],
    ("3", "Cai Lậy", "Tiền Giang"): ["Mỹ Phước Tây"],
    ("4", "Cai Lậy", "Tiền Giang"): ["Cai Lậy"],
    ("4", "Mỹ Tho", "Tiền Giang"): ["Đạo Thạnh"],
    ("6", "Mỹ Tho", "Tiền Giang"): ["Thới Sơn"],
    ("3", "Sa Đéc", "Đồng Tháp"): ["Sa Đéc"],
    ("4", "Sa Đéc", "Đồng Tháp"): ["Sa Đéc"],
    ("Hòa Lộc", "Mỏ Cày Bắc", "Bến Tre"): ["Tân Thành Bình"],
    ("Hòa Lộc", "Tam Bình", "Vĩnh Long"): ["Hòa Hiệp"],
    ("Mỹ An", "Mang Thít", "Vĩnh Long"): ["Nhơn Phú"],
    ("Thuận Hưng", "Long Mỹ", "Hậu Giang"): ["Xà Phiên"],
    ("Thuận Hưng", "Mỹ Tú", "Sóc Trăng"): ["Mỹ Hương"],
    ("Thạnh Quới", "Vĩnh Thạnh", "Cần Thơ"): ["Thạnh Quới"],
    ("Thạnh Quới", "Mỹ Xuyên", "Sóc Trăng"): ["Gia Hòa"],
    ("Tân Thạnh", "Thới Lai", "Cần Thơ"): ["Trường Thành"],
    ("Tân Thạnh", "Long Phú", "Sóc Trăng"): ["Tân Thạnh"],
    ("Phú Hữu", "Châu Thành", "Hậu Giang"): ["Phú Hữu"],
    ("Phú Hữu", "Long Phú", "Sóc Trăng"): ["Trường Khánh"],
    ("Phú Tân", "Châu Thành", "Hậu Giang"): ["Phú Hữu"],
    ("Phú Tân", "Châu Thành", "Sóc Trăng"): ["Thuận Hòa"],
    ("Tân Long", "Phụng Hiệp", "Hậu Giang"): ["Thạnh Hòa"],
    ("Tân Long", "Ngã Năm", "Sóc Trăng"): ["Tân Long"],
    ("Long Bình", "Long Mỹ", "Hậu Giang"): ["Long Bình"],
    ("Long Bình", "Ngã Năm", "Sóc Trăng"): ["Tân Long"],
    ("Long Phú", "Long Mỹ", "Hậu Giang"): ["Long Phú 1"],
    ("Long Phú", "Long Phú", "Sóc Trăng"): ["Long Phú"],
}

# The present-day Lâm Đồng is the service's first user; the rest is spread over the country.
PROVINCE_WEIGHTS = {
    "68": 36, "66": 9, "79": 9, "01": 8, "75": 8, "33": 6, "52": 6, "96": 5, "51": 6,
    "80": 2, "82": 2, "91": 2, "92": 1, "38": 2, "40": 2, "31": 2, "25": 2, "48": 2, "56": 2, "46": 1, "86": 1, "15": 1,
}  # fmt: skip
PATTERN_ROWS = 19  # rows of each kind of mess
MORE_ROWS = {"ambiguous": 34}
DIVIDED_SHARE = 0.1  # of the old communes drawn: those that 2025 divided
UNSURE_ROWS = {"no_province": 8, "no_district": 8, "ambiguous": 34}  # rows of a kind that may be ambiguous
MOST_COMMUNES = 45
SAME_COMMUNES = 4  # rows of patterns that may mean the same communes


# ---- spelling ------------------------------------------------------------------------------------------------------
TONES = {"̀": "2", "́": "3", "̉": "4", "̃": "5", "̣": "6"}


def fold(text: str) -> str:
    """The text in lower case without accents."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def squashed(text: str) -> str:
    """The folded text without anything but letters and digits; wards lose leading zeros."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\b0+(?=\d)", "", fold(text)))


def spelled(text: str) -> str:
    """The text with accents, its tone marks taken out of the vowels so that their placement does not matter."""
    out = []
    for syllable in re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text.lower())):
        marks = unicodedata.normalize("NFD", syllable)
        tone = "".join(TONES[c] for c in marks if c in TONES)
        base = unicodedata.normalize("NFC", "".join(c for c in marks if c not in TONES))
        out.append(base.lstrip("0") + ("3" if base == "đăk" else tone))  # Đăk and Đắk are one word
    return "".join(out)


def accents_apart(a: str, b: str) -> int:
    """The edit distance in which each accent mark counts as a letter."""
    left = unicodedata.normalize("NFD", a.lower().replace("đ", "d-"))
    right = unicodedata.normalize("NFD", b.lower().replace("đ", "d-"))
    row = list(range(len(right) + 1))
    for i, x in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


# ---- the country ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Unit:
    """A commune, old or new, as an address names it."""

    kind: str
    name: str
    district_kind: str
    district: str
    province: str
    home: str  # code of the present-day province
    targets: frozenset[str]
    old: bool
    kinds: frozenset[str] = frozenset()
    district_names: frozenset[str] = frozenset()  # squashed, with the districts that were merged into it


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader can see in an address: empty parts were not written."""

    kind: str = ""
    name: str = ""
    district_kind: str = ""
    district: str = ""
    province: str = ""
    accents: bool = True


TYPE_WORD = r"^(huyen|quan|thixa|thanhpho|tx|tp)(?=.{2})"


def plain_name(name: str, kind: str) -> str:
    """'Phường 10' is named '10', 'Cai Lậy (Thị xã)' is named 'Cai Lậy'."""
    return re.sub(r" \(.*\)$", "", name).removeprefix(kind).strip()


def read_units() -> tuple[list[Unit], dict[str, str]]:
    """All communes before and since 1 July 2025, and the names of the present-day provinces by code."""
    spec = importlib.util.find_spec("vietnamadminunits")
    if spec is None or spec.origin is None:
        raise SystemExit("vietnamadminunits 1.0.4 is needed (dependency group 'peers')")
    folder = Path(spec.origin).parent / "data"
    base = sqlite3.connect(folder / "dataset.db")
    base.row_factory = sqlite3.Row
    new_rows = [dict(r) for r in base.execute("select * from admin_units order by wardCode")]
    old_rows = [dict(r) for r in base.execute("select * from admin_units_legacy order by wardCode") if r["ward"]]
    convert: dict[str, Any] = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    code_of = {(r["provinceKey"], r["wardKey"]): r["wardCode"] for r in new_rows}
    targets: dict[str, set[str]] = defaultdict(set)
    for province, communes in convert["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new_key, old_keys in communes.items():
            for old_key in old_keys:
                targets[old_key].add(code_of[province, new_key])
    for province, communes in convert["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old_key, parts in communes.items():
            targets[old_key] |= {code_of[province, part["newWardKey"]] for part in parts}
    name_of = {r["wardCode"]: r["wardShort"] for r in new_rows}
    home_of = {r["provinceKey"]: r["provinceCode"] for r in new_rows}
    home_of |= {old: home_of[now] for now, olds in convert["DICT_PROVINCE"].items() for old in olds}
    units = [
        Unit(
            kind=r["wardType"], name=plain_name(r["wardShort"], r["wardType"]), district_kind="", district="",
            province=r["provinceShort"], home=r["provinceCode"], targets=frozenset([r["wardCode"]]), old=False,
            kinds=frozenset([r["wardType"], *(["Phường"] if r["wardCode"] in XA_NOW_PHUONG else [])]),
        )
        for r in new_rows
    ]  # fmt: skip
    for r in old_rows:
        kind = r["districtType"]
        district, name = plain_name(r["districtShort"], kind), plain_name(r["wardShort"], r["wardType"])
        meant = targets["_".join([r["provinceKey"], r["districtKey"], r["wardKey"]])]
        possible = NAMESAKES_MIXED_UP.get((name, district, r["provinceShort"]))
        if possible is not None:
            assert {name_of[code] for code in meant} >= set(possible), (r["ward"], r["district"])
            meant = {code for code in meant if name_of[code] in possible}
        aliases = [re.sub(TYPE_WORD, "", alias) for alias in json.loads(r["districtAlias"] or "[]")]
        units.append(Unit(
            kind=r["wardType"], name=name, district_kind=kind.capitalize(),
            district=district, province=r["provinceShort"], home=home_of[r["provinceKey"]],
            targets=frozenset(meant), old=True,
            kinds=frozenset([r["wardType"]]), district_names=frozenset([squashed(district), *aliases]),
        ))  # fmt: skip
    return units, {r["provinceCode"]: r["provinceShort"] for r in new_rows}


UNITS, PROVINCES = read_units()
CODES = {code for unit in UNITS if not unit.old for code in unit.targets}
OLD_PROVINCES = {squashed(u.province): u.home for u in UNITS if u.old}
BY_NAME: dict[str, list[Unit]] = defaultdict(list)
for _unit in UNITS:
    BY_NAME[squashed(_unit.name)].append(_unit)


def meanings(seen: Seen) -> frozenset[str]:
    """All present-day communes that the visible parts may mean.

    With a district the address is old. Without one it may be new, or old with the district left out, and the province
    may be the one of today written after an old commune. An abolished province makes the address old.
    """
    found = [u for u in BY_NAME[squashed(seen.name)] if not seen.accents or spelled(u.name) == spelled(seen.name)]
    if seen.kind:
        found = [u for u in found if seen.kind in u.kinds]
    if seen.district:
        found = [u for u in found if u.old and squashed(seen.district) in u.district_names]
        if seen.district_kind:  # a district known by an earlier name may have had another kind
            earlier = [u for u in found if squashed(u.district) != squashed(seen.district)]
            found = [u for u in found if u.district_kind == seen.district_kind] + earlier
    if seen.province:
        key = squashed(seen.province)
        same = [u for u in found if u.old and squashed(u.province) == key]
        abolished = key not in {squashed(p) for p in PROVINCES.values()}
        found = same if same and (abolished or seen.district) else [u for u in found if u.home == OLD_PROVINCES[key]]
    return frozenset(code for u in found for code in u.targets)


def district_communes(district: str, province: str) -> frozenset[str]:
    """The present-day communes of a former district."""
    return frozenset(
        code for u in UNITS
        if u.old and squashed(district) in u.district_names and spelled(u.province) == spelled(province)
        for code in u.targets
    )  # fmt: skip


def unmistakable(written: str, unit: Unit, seen: Seen) -> bool:
    """Whether a damaged name is clearly nearer to its commune than to any other in the same place."""
    if seen.district:
        rivals = [
            u for u in UNITS if u.old and u.district == unit.district and (not seen.province or u.home == unit.home)
        ]
    else:
        rivals = [u for u in UNITS if u.home == unit.home] if seen.province else UNITS
    own = accents_apart(written, unit.name)
    return all(
        accents_apart(written, u.name) > own + 1
        for u in rivals
        if u.targets != unit.targets and abs(len(u.name) - len(written)) < 4
    )


# ---- writing -------------------------------------------------------------------------------------------------------
SHORT_KIND = {
    "Xã": ["X.", "x.", "X. "], "Phường": ["P.", "p. ", "P "], "Thị trấn": ["TT.", "TT ", "tt."], "Đặc khu": ["ĐK "],
    "Huyện": ["H.", "h. ", "H. "], "Quận": ["Q.", "q. ", "Q "], "Thành phố": ["TP.", "Tp. ", "TP ", "T.P "],
    "Thị xã": ["TX.", "Tx. ", "TX "], "Tỉnh": ["T.", "t. ", "T. "],
}  # fmt: skip
CITIES = ("Hà Nội", "Hồ Chí Minh", "Đà Nẵng", "Cần Thơ", "Hải Phòng", "Huế")
SHORT_PROVINCE = {"Lâm Đồng": "LĐ", "Hồ Chí Minh": "HCM", "Hà Nội": "HN"}
HEADS = ["Thôn Nam Hải", "Ấp Thạnh Lợi", "Số 7/3 Lê Lợi", "SN 15, Tổ 2", "Xóm Chùa", "Thôn Thượng", "Ấp 4A",
         "Tổ 11, Khu phố 2", "Thôn 3", "Thôn 8", "Thôn Tân Lập", "Tổ 5", "Tổ dân phố 4", "TDP 2", "Xóm 6", "Ấp 2",
         "Ấp Hòa Bình", "Khu phố 3", "KP 1", "Khóm 4", "Số 12 Hùng Vương", "45/7 Nguyễn Trãi, Tổ 3", "Đội 9",
         "Thôn Đoàn Kết", ""]  # fmt: skip
PLAIN_HEADS = ["Thôn 3", "Thôn 8", "Tổ 5", "Xóm Chùa", "Ấp 2", "Ấp 4A", "Đội 9", "Khu 4", "Tổ 11", ""]
TRAP_HEADS = ["Thôn Quảng Ngãi", "Thôn Nam Định", "Ấp Bình Dương", "Thôn Hà Đông", "Số 5 đường Hà Nội", "12 Phan Rang",
              "Thôn Đức Trọng", "Quốc lộ 20, Thôn 4", "QL 27, thôn Lâm Đồng", "Số 8 đường Điện Biên Phủ",
              "Xóm Đồng Nai", "Thôn Hải Dương", "Số 101 đường Nguyễn Văn Cừ", "Ấp Tân Phú", "KCN Phú Hội, Thôn 2",
              "Thôn Thái Bình", "Hẻm 3 đường Trần Hưng Đạo", "TDP Hòa Bình", "Thôn Hưng Yên", "Km 12 Quốc lộ 14",
              "Đường Tây Sơn, Tổ 1"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """An address about to be written."""

    unit: Unit
    head: str
    seen: Seen

    def levels(self, full: bool = True) -> list[str]:
        """The written parts, finest first, with or without their type words."""
        seen, numbered = self.seen, self.unit.name[0].isdigit()
        commune = f"{self.unit.kind} {seen.name}" if full or numbered else seen.name
        out = [self.head, commune]
        if seen.district:
            with_kind = full or seen.district[0].isdigit()
            out.append(f"{self.unit.district_kind} {seen.district}" if with_kind else seen.district)
        if seen.province:
            out.append(province_word(seen.province) if full else seen.province)
        return [part for part in out if part]


def province_word(name: str) -> str:
    """The province with its type."""
    return f"Thành phố {name}" if name in CITIES else f"Tỉnh {name}"


Row = tuple[str, Seen] | None
Mess = Callable[[random.Random, Parts], Row]


def clean(rng: random.Random, p: Parts) -> Row:
    return ", ".join(p.levels()), p.seen


def short_levels(rng: random.Random, p: Parts) -> list[str]:
    out = []
    for part in p.levels():
        for kind, forms in SHORT_KIND.items():
            if part.startswith(kind + " "):
                name = part.removeprefix(kind + " ")
                name = SHORT_PROVINCE.get(name, name) if name in ("Hồ Chí Minh", "Hà Nội") or p.seen.district else name
                part = rng.choice(forms) + name
                break
        out.append(part)
    return out


def abbreviated(rng: random.Random, p: Parts) -> Row:
    return ", ".join(short_levels(rng, p)), p.seen


def no_accents(rng: random.Random, p: Parts) -> Row:
    text = ", ".join(p.levels() if rng.random() < 0.6 else short_levels(rng, p)).replace("đ", "d").replace("Đ", "D")
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return plain if rng.random() < 0.5 else plain.lower(), replace(p.seen, accents=False)


def capitals(rng: random.Random, p: Parts) -> Row:
    full = rng.random() < 0.6 or not p.seen.district
    return ", ".join(p.levels(full)).upper(), p.seen if full else replace(p.seen, kind="", district_kind="")


def no_province(rng: random.Random, p: Parts) -> Row:
    q = replace(p, seen=replace(p.seen, province=""))
    return rng.choice([", ".join(q.levels()), ", ".join(short_levels(rng, q))]), q.seen


def no_district(rng: random.Random, p: Parts) -> Row:
    if not p.unit.old:
        return None
    q = replace(p, seen=replace(p.seen, district="", district_kind=""))
    return ", ".join(q.levels()), q.seen


def no_types(rng: random.Random, p: Parts) -> Row:
    if not p.seen.district:
        return None  # a bare name beside a province may be a district as well: written by hand
    return rng.choice([", ", " - "]).join(p.levels(False)), replace(p.seen, kind="", district_kind="")


def no_commas(rng: random.Random, p: Parts) -> Row:
    return " ".join(p.levels()), p.seen


def reversed_order(rng: random.Random, p: Parts) -> Row:
    return rng.choice([", ", " - "]).join(reversed(p.levels())), p.seen


def damaged(p: Parts, written: str) -> Row:
    q = replace(p, seen=replace(p.seen, name=written))
    if squashed(written) in BY_NAME and squashed(written) != squashed(p.unit.name):
        return None
    if any(spelled(u.name) == spelled(written) for u in BY_NAME.get(squashed(written), [])):
        return None
    if not unmistakable(written, p.unit, p.seen):
        return None
    return ", ".join(q.levels()), p.seen


def typo_letter(rng: random.Random, p: Parts) -> Row:
    name = p.unit.name
    spots = [i for i, c in enumerate(name) if c.isalpha() and i]
    if len(name) < 6 or not spots:
        return None
    i = rng.choice(spots)
    beside = {"n": "m", "m": "n", "h": "g", "g": "h", "i": "u", "t": "r", "c": "v", "l": "k", "b": "v", "p": "o"}
    wrong = [
        name[:i] + name[i + 1 :],
        name[:i] + name[i] + name[i:],
        name[:i] + beside.get(name[i], "") + name[i + 1 :],
    ]
    if name[i - 1].islower():
        wrong.append(name[: i - 1] + name[i] + name[i - 1] + name[i + 1 :])
    return damaged(p, rng.choice(wrong))


def typo_accent(rng: random.Random, p: Parts) -> Row:
    syllables = p.unit.name.split()
    i = rng.randrange(len(syllables))
    marks = [c for c in unicodedata.normalize("NFD", syllables[i]) if unicodedata.combining(c)]
    if not marks:
        return None
    mark = rng.choice(marks)
    other = rng.choice(["", *TONES]) if mark in TONES else ""
    wrong = unicodedata.normalize("NFD", syllables[i]).replace(mark, other)
    wrong = unicodedata.normalize("NFC", wrong)
    written = " ".join([*syllables[:i], wrong, *syllables[i + 1 :]])
    return None if wrong == syllables[i] else damaged(p, written)


OPEN_VOWELS = [("oà", "òa"), ("oá", "óa"), ("oả", "ỏa"), ("oã", "õa"), ("oạ", "ọa"), ("oè", "òe"), ("oé", "óe"),
               ("oẻ", "ỏe"), ("uỳ", "ùy"), ("uý", "úy"), ("uỷ", "ủy"), ("uỹ", "ũy"), ("uỵ", "ụy")]  # fmt: skip


def old_tone(rng: random.Random, p: Parts) -> Row:
    text = re.sub(r"\b[Qq]uý\b", "Quí", ", ".join(p.levels()))
    for late, early in OPEN_VOWELS:
        text = re.sub(rf"(?<![Qq]){early}\b", late, text)
    name = p.unit.name
    return None if name in text else (text, p.seen)


def nfd(rng: random.Random, p: Parts) -> Row:
    text = ", ".join(p.levels())
    if rng.random() < 0.5:
        return unicodedata.normalize("NFD", text), p.seen
    out = []  # as Windows-1258 stores it: the vowel whole, the tone beside it
    for c in text:
        split = unicodedata.normalize("NFD", c)
        tone = "".join(m for m in split if m in TONES)
        out.append(unicodedata.normalize("NFC", "".join(m for m in split if m not in TONES)) + tone)
    return "".join(out), p.seen


def glued(rng: random.Random, p: Parts) -> Row:
    parts = short_levels(rng, p)
    tight = [part if part == p.head else re.sub(r"\s+", "", part) for part in parts]
    return rng.choice([",", "-", " "]).join(tight), p.seen


def traps(rng: random.Random, p: Parts) -> Row:
    q = replace(p, head=rng.choice(TRAP_HEADS))
    return ", ".join(q.levels()), q.seen


ETHNIC = [("Đắk", ["Đăk", "Dak", "Đắc", "Đak", "ĐắK"]), ("Krông", ["KRông", "Krong", "K'rông", "K Rông"]),
          ("Ea ", ["Êa ", "EA ", "Ea", "ea "]), ("Ia ", ["IA ", "Ia", "Ya "]), ("Cư ", ["Chư ", "Cư"]),
          ("Chư ", ["Cư ", "Chư"]), ("Đạ ", ["Đa ", "Dạ ", "Đạ"]), ("'", ["’", "' ", "", "`", " "]),
          ("K'", ["K’", "K' ", "K"])]  # fmt: skip


def ethnic(rng: random.Random, p: Parts) -> Row:
    fits = [(a, b) for a, b in ETHNIC if a in p.unit.name]
    if not fits:
        return None
    text = ", ".join(p.levels())
    for form, variants in rng.sample(fits, k=min(2, len(fits))):
        text = text.replace(form, rng.choice(variants))
    return (text, p.seen) if p.unit.name not in text and unmistakable(p.unit.name, p.unit, p.seen) else None


def noise(rng: random.Random, p: Parts) -> Row:
    text = rng.choice([",  ", " ,", " . ", "; ", " / ", ",", " – "]).join(p.levels())
    tail = [
        "",
        " (cũ)",
        ".",
        " ĐT: 0912345678",
        " - sđt 0633.000.000",
        " .",
        ", Việt Nam",
        " (chưa xác minh)",
        " ***",
        " VN",
    ]
    front = ["", "  ", "ĐC: ", "Địa chỉ thường trú: ", "HKTT: ", "Thường trú tại ", "(", "- "]
    opened = rng.choice(front)
    end = ")" if opened == "(" else rng.choice(tail if p.unit.old else [t for t in tail if "cũ" not in t])
    return opened + text.replace(" ", rng.choice([" ", "  ", "\u00a0"]), 3) + end, p.seen


OCR = [("ộ", "ô"), ("Đ", "D"), ("đ", "d"), ("ắ", "ă"), ("ế", "ê"), ("ạ", "a"), ("ồ", "ô"), ("ư", "u"), ("ơ", "o"),
       ("l", "1"), ("o", "0"), ("i", "í"), ("rn", "m"), ("ng", "nq"), ("h", "b"), ("ả", "á"), ("ị", "i"), ("u", "ii"),
       ("Th", "Tb"), ("ấ", "â"), ("T", "I"), ("B", "8")]  # fmt: skip
OCR_AROUND = [(", ", " , "), (", ", ". "), (", ", "| "), (", ", ",_"), ("Huyện", "Huyên"), ("Tỉnh", "Tinh"),
              ("Thành phố", "Thành phô"), ("Xã", "Xa"), ("Phường", "Phuờng")]  # fmt: skip


def ocr(rng: random.Random, p: Parts) -> Row:
    name = p.unit.name
    fits = [(a, b) for a, b in OCR if a in name]
    if not fits or len(name) < 5:
        return None
    row = damaged(p, name.replace(*rng.choice(fits), 1))
    if row is None:
        return None
    text, seen = row
    for before, after in rng.sample(OCR_AROUND, k=3):
        text = text.replace(before, after)
    return text, seen


def ambiguous(rng: random.Random, p: Parts) -> Row:
    """An address with so much left out that several communes remain."""
    seen = replace(p.seen, district="", district_kind="", province=p.seen.province if rng.random() < 0.7 else "")
    q = replace(p, seen=seen)
    if rng.random() < 0.3:
        return no_marks(", ".join(q.levels())), replace(seen, accents=False)
    return rng.choice([", ".join(q.levels()), ", ".join(short_levels(rng, q))]), seen


def mixed(rng: random.Random, p: Parts) -> Row:
    """Several kinds of mess in one cell, as most real cells are."""
    seen = p.seen
    if rng.random() < 0.35 and seen.district:
        seen = replace(seen, province="")
    q = replace(p, seen=seen, head=rng.choice(PLAIN_HEADS) if rng.random() < 0.6 else p.head)
    full = rng.random() < 0.35 or not seen.district
    parts = short_levels(rng, q) if full else q.levels(False)
    text = rng.choice([" ", ",", " - ", ", ", "."]).join(parts)
    if rng.random() < 0.6:
        text = no_marks(text)
        seen = replace(seen, accents=False)
    text = rng.choice([text.lower(), text.upper(), text])
    return text, seen if full else replace(seen, kind="", district_kind="")


def no_marks(text: str) -> str:
    """The text without accents, its capitals kept."""
    split = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in split if not unicodedata.combining(c))


MESSES: dict[str, Mess] = {
    "clean": clean, "abbreviated": abbreviated, "no_accents": no_accents, "capitals": capitals,
    "no_province": no_province, "no_district": no_district, "no_types": no_types, "no_commas": no_commas,
    "reversed": reversed_order, "typo_letter": typo_letter, "typo_accent": typo_accent, "old_tone": old_tone,
    "nfd": nfd, "glued": glued, "traps": traps, "ethnic": ethnic, "noise": noise, "ocr": ocr, "mixed": mixed,
    "ambiguous": ambiguous,
}  # fmt: skip
ONLY_OLD = {"no_district", "no_types"}


def draw(rng: random.Random, old: bool) -> Unit:
    home = rng.choices(list(PROVINCE_WEIGHTS), weights=list(PROVINCE_WEIGHTS.values()))[0]
    pool = POOLS[home, old]
    divided = [u for u in pool if len(u.targets) > 1]
    return rng.choice(divided if divided and rng.random() < DIVIDED_SHARE else pool)


POOLS: dict[tuple[str, bool], list[Unit]] = defaultdict(list)
for _unit in UNITS:
    POOLS[_unit.home, _unit.old].append(_unit)


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the file."""

    text: str
    expected: tuple[str, ...]
    mess: str
    province: str
    era: str
    note: str = ""


def home_of(expected: Iterable[str]) -> str:
    """The present-day province of a set of communes; 'multi' for several, empty for none."""
    homes = {next(u.home for u in UNITS if not u.old and code in u.targets) for code in expected}
    return "multi" if len(homes) > 1 else next(iter(homes), "")


def pattern_cases() -> list[Case]:
    """Rows made from patterns, PATTERN_ROWS of each kind; a few of them ambiguous by what they leave out."""
    rng = random.Random(SEED)
    cases: list[Case] = []
    drawn: Counter[frozenset[str]] = Counter()
    for mess, write in MESSES.items():
        made, unsure = 0, 0
        while made < MORE_ROWS.get(mess, PATTERN_ROWS):
            old = mess in ONLY_OLD or rng.random() < 0.5
            unit = draw(rng, old)
            if drawn[unit.targets] == SAME_COMMUNES:
                continue
            head = rng.choice(PLAIN_HEADS if mess in ONLY_OLD or "district" in mess else HEADS)
            seen = Seen(unit.kind, unit.name, unit.district_kind, unit.district, unit.province)
            row = write(rng, Parts(unit, head, seen))
            if row is None or row[0] in {c.text for c in cases}:
                continue
            expected = meanings(row[1])
            assert expected >= unit.targets, (row, expected, unit)
            surplus = expected != unit.targets
            if surplus and (unsure >= UNSURE_ROWS.get(mess, 2) or len(expected) > MOST_COMMUNES):
                continue
            if mess == "ambiguous" and not surplus:
                continue
            unsure += surplus
            made += 1
            drawn[unit.targets] += 1
            note = "the parts left out make it ambiguous" if surplus else "divided in 2025" if len(expected) > 1 else ""
            cases.append(Case(row[0], tuple(sorted(expected)), mess, home_of(expected), "old" if old else "new", note))
    return cases


# ---- by hand -------------------------------------------------------------------------------------------------------
KINDS = ("Thị trấn", "Phường", "Xã", "Đặc khu")
DISTRICT_KINDS = ("Huyện", "Quận", "Thành phố", "Thị xã")


def split_kind(text: str, kinds: Sequence[str]) -> tuple[str, str]:
    """'Xã Lộc An' is a 'Xã' named 'Lộc An'."""
    for kind in kinds:
        if text.startswith(kind + " "):
            return kind, text.removeprefix(kind + " ")
    return "", text


def term(query: str) -> frozenset[str]:
    """The communes of one term of a label: o: an old commune, n: a new one, d: an old district, ?: all it may mean."""
    if query == "-":
        return frozenset()
    sort, _, body = query.partition(":")
    fields = body.split("/")
    if sort == "d":
        found = district_communes(split_kind(fields[0], DISTRICT_KINDS)[1], fields[1])
        assert found, query
        return found
    kind, name = split_kind(fields[0], KINDS)
    if sort == "?":
        accents = not name.startswith("~")
        found = meanings(Seen(kind, name.removeprefix("~"), *split_kind(fields[1], DISTRICT_KINDS), fields[2], accents))
        assert found, query
        return found
    assert sort in ("o", "n"), query
    district = split_kind(fields[1], DISTRICT_KINDS)[1] if sort == "o" else ""
    units = [
        u for u in BY_NAME.get(squashed(name), [])
        if u.old == (sort == "o") and spelled(u.name) == spelled(name) and (not kind or kind in u.kinds)
        and spelled(u.province) == spelled(fields[-1]) and (not district or squashed(district) in u.district_names)
    ]  # fmt: skip
    assert len(units) == 1, (query, [(u.kind, u.name, u.district) for u in units])
    return units[0].targets


def label(query: str) -> frozenset[str]:
    """The communes of a label: terms joined by ' + ' (or) and ' & ' (and)."""
    out: frozenset[str] = frozenset()
    for choice in query.split(" + "):
        parts = [term(part.strip()) for part in choice.split(" & ")]
        out |= frozenset.intersection(*parts)
    return out


def hand_cases() -> list[Case]:
    """The rows of addresses_by_hand.tsv: text, era, label, note."""
    cases = []
    for number, line in enumerate((HERE / "addresses_by_hand.tsv").read_text(encoding="utf-8").split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        text, era, query, *note = line.split("\t")
        try:
            expected = tuple(sorted(label(query)))
        except (AssertionError, KeyError) as wrong:
            raise SystemExit(f"addresses_by_hand.tsv:{number}: {text!r}: {wrong}") from None
        cases.append(Case(text, expected, "hand", home_of(expected), era, note[0] if note else ""))
    return cases


def check(cases: Sequence[Case]) -> None:
    """Stops on a duplicate text, an unknown code, or an era that is not one."""
    twice = [text for text, n in Counter(c.text for c in cases).items() if n > 1]
    assert not twice, twice
    assert len(CODES) == COMMUNES, len(CODES)
    for case in cases:
        assert set(case.expected) <= CODES, case
        assert case.era in ("old", "new", "none"), case
        assert case.text.strip() or not case.expected, case


def main() -> None:
    cases = pattern_cases() + hand_cases()
    check(cases)
    with (HERE / "addresses.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["text", "expected", "mess", "province", "era", "note"])
        for c in cases:
            writer.writerow([c.text, ";".join(c.expected), c.mess, c.province, c.era, c.note])
    for field in ("mess", "province", "era"):
        print(field, dict(Counter(getattr(c, field) for c in cases).most_common()))
    print("rows", len(cases), "several communes", sum(len(c.expected) > 1 for c in cases))


if __name__ == "__main__":
    main()
