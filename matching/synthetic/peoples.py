"""The peoples of the highlands and the coast as data: how each forms a name, and who lives where.

Patterns follow DOMAIN 3.5 (which marks much of them as general knowledge). Given names of the highland peoples are made
of a beginning and a rhyme, so that they vary as real ones do without listing real persons.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from matching.synthetic.dice import words

KINH = "kinh"


@dataclass(frozen=True, slots=True)
class People:
    """How a people forms names: patterns of {clan}, {middle} and {given}, with weights, and its parts."""

    code: str
    patterns: tuple[tuple[str, float], ...]
    clans: tuple[str, ...]
    male_marks: tuple[str, ...] = ("",)  # stands before the given name; an apostrophe at its end joins
    female_marks: tuple[str, ...] = ("",)
    male_middles: tuple[str, ...] = ()
    female_middles: tuple[str, ...] = ()
    male_given: tuple[str, ...] = field(default=())
    female_given: tuple[str, ...] = field(default=())
    matrilineal: bool = False  # children belong to the mother's clan


def _made(beginnings: str, rhymes: str) -> tuple[str, ...]:
    """All given names of a beginning and a rhyme, interleaved so that the first ones differ."""
    starts, ends = beginnings.split(), rhymes.split()
    pairs = [
        (starts[i % len(starts)], ends[(i + i // len(starts)) % len(ends)]) for i in range(len(starts) * len(ends))
    ]
    return tuple(dict.fromkeys(start + end for start, end in pairs))


_KHO_MALE = _made(
    "Br Br B Đ D Gl H Kr L M Nh P R S T Tr Th V", "èm ông iu ếu ang ót im ới ênh oàn ép âm ít ung ạt éo ài"
)
_KHO_FEMALE = _made("S Nh L M Th B D H R Ph G Tr K Đ Ch", "ã im iệt oan ếu ẽn in ơm ương is ồng ôi uên iếp an úi")
_EDE_MALE = _made("Bh Bl Th Ng Kr Dj Ph S L W N Dh Gu M Ji", "ăm iêng ôn uel ok lao in ap ưi uyn ŭn at ơl iăng ĭm ô")
_EDE_FEMALE = _made("H L Ng M Bl Nh Gi Ju Ly S D R W Yu", "en uyn ơr ĭn ôn iăp ăm ương anh i oa im ăt uên iêm")
_JRAI_MALE = _made("B Bl Ch Dj Gl H Kl L M Ph Th Nh W K", "ơng ép ăn ich uh ôt iêng iu ớt am ênh al eo ơi uân")
_JRAI_FEMALE = _made("B H L M Ng Nh Ph R S D Bl Dj", "uên lan yêu iăk ơm ưn iêp in ương ơ ui ach oan")
_CHURU = _made("D B T Th S L Tr H R N J Kr Ph", "uck io ai ương ung in oan ơr ôn anh ưi uy el ơm at")
_COMMON_MALE = words("Hùng Sơn Minh Thành Tuấn Hải Long Nam Dũng Bình Cường Quang Hòa Tiến Thắng Lợi Phúc Đức Hưng Tài")
_COMMON_FEMALE = words("Lan Hoa Hương Mai Hà Nga Thủy Liên Hồng Hạnh Yến Loan Thu Hiền Vân Nhung Dung Linh Trang Thảo")
_TAY_MALE = words("Phúc Thắng Sơn Lâm Báo Toàn Đàm Hạ Nghiệp Tý Slay Pảo Dìn Kiên Quyền Tuân Hợp Chấn Cương Lình Thạch")
_TAY_FEMALE = words("Nhình Slì Mến Lả Nụ Ngoan Xanh Nọi Thoan Bích Hiệp Duyên Lệ Thắm Chấp Phin Tươi Mảy Đẹp Sen")
_HOA_MALE = words("Sáng Phúc Cường Vĩnh Kiệt Sềnh Sìn Dưỡng Phát Thoòng Hồng Bảo Quay Cắm Nhì Tài Lìn Minh Long Chắn")
_HOA_FEMALE = words("Múi Cú Linh Mùi Phùng Kíu Sầu Muối Hà Dung Yến Lìn Nga Kín Há Vân Liên Ngọc Lài Mỹ")

PEOPLES: tuple[People, ...] = (
    People(KINH, (("{clan} {middle} {given}", 1.0),), ()),  # its names come from name_tables
    People(
        "kho",
        (("{given}", 0.45), ("{clan} {given}", 0.55)),
        words(
            "Kră Jăn,Cil,Lơ Mu,Liêng Hót,Bon Krong,Bon Yô,Bon Niêng,Kơ Să,Đơng Gur,Rơ Ông,Păng Ting,Chil,Kon Sa,"
            "Cill Múp,Đa Cát,Liêng Jrang,Rơ Lík",
            ",",
        ),
        ("K'", "K'", "Ha "),
        ("Ka ",),
        male_given=_KHO_MALE,
        female_given=_KHO_FEMALE,
        matrilineal=True,
    ),
    People("ma", (("{given}", 1.0),), ("",), ("K'",), ("Ka ",), male_given=_KHO_MALE, female_given=_KHO_FEMALE),
    People(
        "mnong",
        (("{given}", 0.45), ("{given} {clan}", 0.25), ("{clan} {given}", 0.30)),
        ("Bkrông", "Ndu", "Rlâm", "Bdap", "Liêng", "Čil", "Buôn Krông", "Ntơr", "Rơ Čam", "Điểu"),
        ("Y ",),
        ("H'",),
        male_given=_EDE_MALE,
        female_given=_EDE_FEMALE,
        matrilineal=True,
    ),
    People(
        "ede",
        (("{given} {clan}", 1.0),),
        (
            "Niê",
            "Mlô",
            "Êban",
            "Ksơr",
            "Kbuôr",
            "Adrơng",
            "Kpă",
            "Buôn Yă",
            "Kdăm",
            "Ayŭn",
            "Ênuôl",
            "Hmŏk",
            "Niê Kdăm",
        ),
        ("Y ",),
        ("H'",),
        male_given=_EDE_MALE,
        female_given=_EDE_FEMALE,
        matrilineal=True,
    ),
    People(
        "giarai",
        (("{clan} {given}", 0.85), ("{given}", 0.15)),
        ("Ksor", "Rmah", "Rơ Ô", "Siu", "Kpă", "Nay", "Rơ Lan", "Rơ Châm", "Puih", "Rah Lan"),
        ("", "", "Y "),
        ("H'",),
        male_given=_JRAI_MALE,
        female_given=_JRAI_FEMALE,
        matrilineal=True,
    ),
    People(
        "churu",
        (("{given}", 0.35), ("{clan} {given}", 0.65)),
        ("Touprong", "Tou Neh", "Jơ Lơng", "Ma Bó", "Srú", "Ya Ting", "Kơ Bông"),
        ("Ya ",),
        ("Ma ", "Nai "),
        male_given=_CHURU,
        female_given=_CHURU,
        matrilineal=True,
    ),
    People(
        "cham",
        (("{clan} {middle} {given}", 0.8), ("{clan} {given}", 0.2)),
        ("Ông", "Trà", "Ma", "Bá", "Chế", "Đàng", "Lâm", "Nguyễn", "Thông", "Qua", "Lưu", "Xích", "Thổ", "Tiền", "Mai"),
        male_middles=("Văn", "Ngọc", "Minh", "Thanh", "Quang", "Xuân", "Hoài"),
        female_middles=("Thị", "Thị", "Thị", "Ngọc", "Kim", "Mỹ"),
        male_given=(*_COMMON_MALE, "Độ", "Nai", "Hiểu", "Sổ", "Dạng", "Duyệt", "Riêng", "Lắm"),
        female_given=(*_COMMON_FEMALE, "Nụ", "Bạch", "Thếp", "Bính", "Thuyển", "Lém", "Sính"),
    ),
    People(
        "hoa",
        (("{clan} {middle} {given}", 1.0),),
        (
            "Trần",
            "Lâm",
            "Quách",
            "Ông",
            "Lý",
            "Vòng",
            "Sú",
            "Chí",
            "Lầu",
            "Chướng",
            "Hoàng",
            "Phùng",
            "Trương",
            "Ngô",
            "Mã",
        ),
        male_middles=("A", "A", "A", "Văn", "Cẩm", "Chí", "Vĩnh", "Quốc", "Sềnh"),
        female_middles=("A", "Thị", "Thị", "Mỹ", "Lệ", "Ngọc", "Cẩm"),
        male_given=_HOA_MALE,
        female_given=_HOA_FEMALE,
    ),
    People(
        "khmer",
        (("{clan} {given}", 0.4), ("{clan} {middle} {given}", 0.6)),
        ("Thạch", "Sơn", "Kim", "Danh", "Châu", "Lâm", "Kiên", "Lý", "Tăng"),
        male_middles=("Văn", "Minh", "Sa", "Hoàng", "Ngọc"),
        female_middles=("Thị", "Thị", "Neáng", "Thị Sa", "Ngọc"),
        male_given=("Phone", "Sary", "Sóc", "Rươl", "Vuông", "Thươl", "Hên", "Sa Rinh", "Đen", *_COMMON_MALE),
        female_given=("Sa Na", "Phone", "Rương", "Sô Phi", "Thuône", "Sương", "Ly Na", *_COMMON_FEMALE),
    ),
    People(
        "tay_nung",
        (("{clan} {middle} {given}", 1.0),),
        (
            "Nông",
            "Hoàng",
            "Lý",
            "Lương",
            "Đàm",
            "Bế",
            "Ma",
            "La",
            "Vi",
            "Hứa",
            "Triệu",
            "Lục",
            "Chu",
            "Đinh",
            "Hà",
            "Mông",
        ),
        male_middles=("Văn", "Văn", "Văn", "Đức", "Minh", "Ngọc", "Quốc", "Thanh"),
        female_middles=("Thị", "Thị", "Thị", "Thị", "Thu", "Ngọc"),
        male_given=(*_TAY_MALE, *_COMMON_MALE),
        female_given=(*_TAY_FEMALE, *_COMMON_FEMALE),
    ),
    People(
        "mong",
        (("{clan} {middle} {given}", 1.0),),
        ("Giàng", "Sùng", "Vàng", "Thào", "Lầu", "Hầu", "Ma", "Lý", "Cư", "Hờ"),
        male_middles=("A", "A", "Seo", "Văn", "Mí"),
        female_middles=("Thị", "Thị", "Seo"),
        male_given=words("Páo Sình Dơ Lử Chứ Pủa Dế Sử Tủa Vảng Châu Hồ Lềnh Minh Khua Chống"),
        female_given=words("Mỷ Dở Pàng Chư Sua Mảy Dợ Máy Ca Vá Say Dí Xa Là Pà Chở"),
    ),
    People(
        "stieng",
        (("{clan} {given}", 1.0),),
        ("Điểu",),
        ("", "", "K'"),
        male_given=_KHO_MALE,
        female_given=_KHO_FEMALE,
    ),
    People(
        "raglai",
        (("{clan} {given}", 0.7), ("{clan} {middle} {given}", 0.3)),
        ("Mang", "Pi Năng", "Chamaléa", "Katơr", "Pinăng", "Cao", "Bo Bo", "Tro"),
        male_middles=("Văn",),
        female_middles=("Thị",),
        male_given=(*_CHURU, *_COMMON_MALE),
        female_given=(*_CHURU, *_COMMON_FEMALE),
    ),
)
# Xtiêng and Chơ Ro women are called Thị (DOMAIN 3.5).
FEMALE_CLAN = {"stieng": "Thị"}

# Share of each people by former province (two-digit code); the rest is Kinh. Rounded guesses after the census [G].
PEOPLES_OF: dict[str, dict[str, float]] = {
    "68": {"kho": 0.125, "ma": 0.030, "churu": 0.017, "tay_nung": 0.035, "hoa": 0.010, "mnong": 0.007, "mong": 0.003},
    "67": {"mnong": 0.080, "tay_nung": 0.090, "mong": 0.055, "ma": 0.012, "ede": 0.010, "hoa": 0.008, "kho": 0.003},
    "60": {"cham": 0.030, "raglai": 0.014, "kho": 0.011, "hoa": 0.009, "tay_nung": 0.004, "stieng": 0.004},
    "66": {"ede": 0.185, "tay_nung": 0.075, "mnong": 0.025, "giarai": 0.010, "mong": 0.020, "hoa": 0.003},
    "64": {"giarai": 0.300, "tay_nung": 0.025, "ede": 0.002, "hoa": 0.003, "mong": 0.003},
    "62": {"giarai": 0.045, "tay_nung": 0.030},
    "70": {"stieng": 0.095, "tay_nung": 0.050, "khmer": 0.020, "mnong": 0.010, "hoa": 0.008},
    "75": {"hoa": 0.030, "stieng": 0.008, "tay_nung": 0.010, "khmer": 0.005, "cham": 0.002},
    "58": {"cham": 0.115, "raglai": 0.110, "hoa": 0.003},
    "56": {"raglai": 0.040, "ede": 0.003, "tay_nung": 0.003},
    "79": {"hoa": 0.042, "khmer": 0.005, "cham": 0.001},
    "84": {"khmer": 0.315, "hoa": 0.008},
    "94": {"khmer": 0.302, "hoa": 0.052},
    "91": {"khmer": 0.122, "hoa": 0.016},
    "89": {"khmer": 0.040, "cham": 0.006, "hoa": 0.004},
    "04": {"tay_nung": 0.71, "mong": 0.10},
    "20": {"tay_nung": 0.78, "mong": 0.002},
    "08": {"tay_nung": 0.28, "mong": 0.025},
    "02": {"tay_nung": 0.33, "mong": 0.34},
}
PEOPLES_ELSEWHERE: dict[str, float] = {"hoa": 0.004, "tay_nung": 0.004, "khmer": 0.002}
