"""The words of addresses: what stands before the name of a unit, and how names are shortened (DOMAIN 2.4).

Every key is lower case and folded, with i for y, as `matching.normalise.address_text` makes it from a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# The levels of administration that a word may announce, as bits.
BELOW: Final = 0  # a hamlet, a street, a house: no administrative unit
COMMUNE: Final = 1
DISTRICT: Final = 2
PROVINCE: Final = 4


@dataclass(frozen=True, slots=True)
class Title:
    """What a word before a name announces: the levels, and the kind of unit if the word says it."""

    levels: int
    kind: str = ""
    numbered: bool = False  # the word is often followed by a number before the next name: "tổ 5", "số 12"
    street: bool = False  # after such a number the name of a street follows


_XA: Final = Title(COMMUNE, "xã")
_PHUONG: Final = Title(COMMUNE, "phường")
_THI_TRAN: Final = Title(COMMUNE, "thị trấn")
_DAC_KHU: Final = Title(COMMUNE, "đặc khu")
_HUYEN: Final = Title(DISTRICT, "huyện")
_QUAN: Final = Title(DISTRICT, "quận")
_THI_XA: Final = Title(DISTRICT, "thị xã")
_THANH_PHO: Final = Title(DISTRICT | PROVINCE, "thành phố")
_TINH: Final = Title(PROVINCE, "tỉnh")
_HAMLET: Final = Title(BELOW, numbered=True)
_STREET: Final = Title(BELOW, numbered=True, street=True)

TITLES: Final[dict[str, Title]] = {
    **dict.fromkeys(("xa", "x"), _XA),
    **dict.fromkeys(("phuong", "p", "f", "ph", "fuong", "phuog", "phuongg"), _PHUONG),
    **dict.fromkeys(("thi tran", "thitran", "tt", "t t", "ttr", "t tr", "th tran"), _THI_TRAN),
    **dict.fromkeys(("dak khu", "dakkhu", "dk"), _DAC_KHU),
    **dict.fromkeys(("huien", "h", "hui en", "huen"), _HUYEN),
    **dict.fromkeys(("quan", "q"), _QUAN),
    **dict.fromkeys(("thi xa", "thixa", "tx", "t x", "th xa"), _THI_XA),
    **dict.fromkeys(("thanh pho", "thanhpho", "tp", "t p", "t pho"), _THANH_PHO),
    **dict.fromkeys(("tinh", "t"), _TINH),
    **dict.fromkeys(("thon", "th", "xom", "ap", "ban", "buon", "bon", "plei", "plai", "lang", "khom", "soc"), _HAMLET),
    **dict.fromkeys(("to", "tdp", "kp", "khu", "kdc", "ktt", "doi", "cum", "khoi", "tk"), _HAMLET),
    **dict.fromkeys(("khu pho", "k pho", "to dan pho", "to dp", "tieu khu", "khu dan cu", "khu tap the"), _HAMLET),
    **dict.fromkeys(("khoi pho", "khu vuc", "kv", "doi san xuat", "ap so", "lien gia"), _HAMLET),
    **dict.fromkeys(("kcn", "ccn", "kdt", "kdtm", "kcx", "kkt", "kcnc"), _STREET),
    **dict.fromkeys(("khu cong nghiep", "cum cong nghiep", "khu do thi", "khu che xuat", "lo", "thua"), _STREET),
    **dict.fromkeys(("so", "sn", "duong", "d", "dg", "pho", "ql", "tl", "dt", "hl", "ngo", "ngach"), _STREET),
    **dict.fromkeys(("hem", "kiet", "cc", "block", "toa", "km"), _STREET),
    **dict.fromkeys(("so nha", "quoc lo", "tinh lo", "huong lo", "dai lo", "xa lo", "can ho"), _STREET),
    **dict.fromkeys(("chung cu", "nga ba", "nga tu", "duong tinh", "duong so", "toa nha", "nong truong"), _STREET),
    **dict.fromkeys(("cho", "cau", "ben xe", "cong ti"), _STREET),
}
PROVINCIAL_ROAD: Final = "duong tinh"
LONGEST_TITLE: Final = 3
TITLE_STARTS: Final = frozenset(title.partition(" ")[0] for title in TITLES)
LONG_TITLE_STARTS: Final = frozenset(title.partition(" ")[0] for title in TITLES if " " in title)

# What a province is shortened to; several provinces where the letters do not tell which.
PROVINCE_ABBREVIATIONS: Final[dict[str, tuple[str, ...]]] = {
    "ag": ("An Giang",),
    "bd": ("Bình Dương", "Bình Định"),
    "bdg": ("Bình Dương",),
    "bdi": ("Bình Định",),
    "bg": ("Bắc Giang",),
    "bk": ("Bắc Kạn",),
    "bl": ("Bạc Liêu",),
    "bn": ("Bắc Ninh",),
    "bp": ("Bình Phước",),
    "brvt": ("Bà Rịa - Vũng Tàu",),
    "bt": ("Bến Tre", "Bình Thuận"),
    "bth": ("Bình Thuận",),
    "btr": ("Bến Tre",),
    "cb": ("Cao Bằng",),
    "cm": ("Cà Mau",),
    "ct": ("Cần Thơ",),
    "daknong": ("Đắk Nông",),
    "db": ("Điện Biên",),
    "dknong": ("Đắk Nông",),
    "dl": ("Đắk Lắk",),
    "dlk": ("Đắk Lắk",),
    "dn": ("Đà Nẵng", "Đồng Nai", "Đắk Nông"),
    "dna": ("Đà Nẵng", "Đồng Nai"),
    "dng": ("Đà Nẵng", "Đắk Nông"),
    "dni": ("Đồng Nai",),
    "dno": ("Đắk Nông",),
    "dt": ("Đồng Tháp",),
    "gl": ("Gia Lai",),
    "hb": ("Hòa Bình",),
    "hcm": ("Hồ Chí Minh",),
    "hcmc": ("Hồ Chí Minh",),
    "hd": ("Hải Dương",),
    "hg": ("Hà Giang", "Hậu Giang"),
    "hn": ("Hà Nội",),
    "hna": ("Hà Nam",),
    "hp": ("Hải Phòng",),
    "ht": ("Hà Tĩnh",),
    "hue": ("Huế",),
    "hy": ("Hưng Yên",),
    "kg": ("Kiên Giang",),
    "kh": ("Khánh Hòa",),
    "kt": ("Kon Tum",),
    "la": ("Long An",),
    "lc": ("Lai Châu", "Lào Cai"),
    "ld": ("Lâm Đồng",),
    "ldg": ("Lâm Đồng",),
    "ls": ("Lạng Sơn",),
    "na": ("Nghệ An",),
    "nb": ("Ninh Bình",),
    "nd": ("Nam Định",),
    "nt": ("Ninh Thuận",),
    "pt": ("Phú Thọ",),
    "py": ("Phú Yên",),
    "qb": ("Quảng Bình",),
    "qn": ("Quảng Nam", "Quảng Ngãi", "Quảng Ninh"),
    "qna": ("Quảng Nam",),
    "qng": ("Quảng Ngãi",),
    "qni": ("Quảng Ninh",),
    "qt": ("Quảng Trị",),
    "sg": ("Hồ Chí Minh",),
    "sl": ("Sơn La",),
    "st": ("Sóc Trăng",),
    "tb": ("Thái Bình",),
    "tg": ("Tiền Giang",),
    "th": ("Thanh Hóa",),
    "thhue": ("Huế",),
    "tn": ("Tây Ninh", "Thái Nguyên"),
    "tphcm": ("Hồ Chí Minh",),
    "tphn": ("Hà Nội",),
    "tq": ("Tuyên Quang",),
    "tth": ("Huế",),
    "tthue": ("Huế",),
    "tv": ("Trà Vinh",),
    "vl": ("Vĩnh Long",),
    "vp": ("Vĩnh Phúc",),
    "vt": ("Bà Rịa - Vũng Tàu",),
    "yb": ("Yên Bái",),
}

# Other names and spellings of a province in full.
PROVINCE_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "Bà Rịa": ("Bà Rịa - Vũng Tàu",),
    "Bắc Cạn": ("Bắc Kạn",),
    "Con Tum": ("Kon Tum",),
    "Công Tum": ("Kon Tum",),
    "Darlac": ("Đắk Lắk",),
    "Đắc Lắc": ("Đắk Lắk",),
    "Daklak": ("Đắk Lắk",),
    "Huế Thừa Thiên": ("Huế",),
    "Sài Gòn": ("Hồ Chí Minh",),
    "Saigon": ("Hồ Chí Minh",),
    "Vũng Tàu": ("Bà Rịa - Vũng Tàu",),
}

# Other names of a district: its name and province of June 2025.
DISTRICT_NAMES: Final[dict[str, tuple[str, str]]] = {
    "Ban Mê": ("Buôn Ma Thuột", "Đắk Lắk"),
    "Ban Mê Thuột": ("Buôn Ma Thuột", "Đắk Lắk"),
    "Buôn Mê Thuột": ("Buôn Ma Thuột", "Đắk Lắk"),
    "Buôn Ma Thuộc": ("Buôn Ma Thuột", "Đắk Lắk"),
    "Buôn Mê Thuộc": ("Buôn Ma Thuột", "Đắk Lắk"),
    "Play Ku": ("Pleiku", "Gia Lai"),
    "Plây Cu": ("Pleiku", "Gia Lai"),
    "Đắk G'Long": ("Đăk Glong", "Đắk Nông"),
    "Đạ Hoai": ("Đạ Huoai", "Lâm Đồng"),
}

DISTRICT_ABBREVIATIONS: Final[dict[str, tuple[str, str]]] = {
    "bmt": ("Buôn Ma Thuột", "Đắk Lắk"),
    "tpbmt": ("Buôn Ma Thuột", "Đắk Lắk"),
    "dl": ("Đà Lạt", "Lâm Đồng"),
    "tpdl": ("Đà Lạt", "Lâm Đồng"),
    "prtk": ("Phan Rang - Tháp Chàm", "Ninh Thuận"),
    "prtc": ("Phan Rang - Tháp Chàm", "Ninh Thuận"),
}
