"""Makes a province to judge the matching by: a population register, a land register typed over thirty years, the truth.

It knows nothing of the code it judges: people come from simulated families, rows from simulated offices and typists.
python benchmarks/independent/make_province.py --people 200000 --land 100000 --seed 7 --out DIR
"""

# ruff: noqa: E501 (tables of words and templates read better unbroken)

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import random
import re
import sqlite3
import unicodedata
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 22)
Names = Sequence[str]


class Table:
    """A list of things to draw from, with weights; without weights the first are the commonest (Zipf)."""

    def __init__(self, items: Names | str, weights: Sequence[float] | None = None, flat: float = 4.0) -> None:
        self.items = items.split() if isinstance(items, str) else list(items)
        self.cumulated = list(accumulate(weights or [1 / (rank + flat) for rank in range(len(self.items))]))

    def draw(self, rng: random.Random) -> Any:
        """One item, by weight."""
        return self.items[bisect(self.cumulated, rng.random() * self.cumulated[-1])]


def weighted(pairs: Mapping[Any, float]) -> Table:
    """The table of a dictionary item -> weight."""
    return Table(list(pairs), list(pairs.values()))


# ---------------------------------------------------------------- names

SURNAMES_BASE = {
    "Nguyễn": 31.5, "Trần": 10.9, "Lê": 8.9, "Phạm": 5.9, "Phan": 2.8, "Trương": 2.2, "Bùi": 2.1, "Đặng": 2.1,
    "Đỗ": 1.9, "Ngô": 1.7, "Hồ": 1.5, "Dương": 1.4, "Đinh": 1.0, "Lý": 0.6, "Đoàn": 0.8, "Lâm": 0.5, "Mai": 0.7,
    "Đào": 0.8, "Trịnh": 0.7, "Hà": 0.6, "Cao": 0.6, "Lương": 0.6, "Lưu": 0.5, "Châu": 0.3, "Tạ": 0.4, "Phùng": 0.4,
    "Tô": 0.4, "Vương": 0.3, "Thái": 0.4, "Kiều": 0.2, "Quách": 0.1, "Tống": 0.15, "Đàm": 0.15, "Chu": 0.2, "Từ": 0.15,
    "Văn": 0.1, "Tăng": 0.15, "La": 0.1, "Nghiêm": 0.08, "Bạch": 0.06, "Thân": 0.05, "Mạc": 0.05, "Lại": 0.1,
    "Tôn": 0.05, "Đồng": 0.04, "Ninh": 0.04, "Khổng": 0.03, "Giang": 0.04, "Viên": 0.02, "Phó": 0.01, "Ông": 0.03,
}  # fmt: skip
SURNAMES = {
    "north": weighted({**SURNAMES_BASE, "Hoàng": 5.1, "Vũ": 4.9, "Võ": 0.1, "Bùi": 3.2, "Đỗ": 2.9}),
    "centre": weighted({**SURNAMES_BASE, "Hoàng": 2.6, "Huỳnh": 2.4, "Võ": 4.3, "Vũ": 0.5, "Hồ": 2.6, "Phan": 3.9}),
    "south": weighted({**SURNAMES_BASE, "Hoàng": 0.5, "Huỳnh": 5.0, "Võ": 4.8, "Vũ": 0.2, "Trương": 3.0}),
}
MALE_OLD = Table(
    "Hùng Thành Minh Sơn Bình Hải Dũng Long Hòa Tâm Đức Thắng Hưng Quang Thanh Tuấn Phúc Cường Lợi Trung Tài Nam Lộc "
    "Chính Xuân Vinh Khánh Ba Tư Năm Sáu Bảy Tám Chín Mười Hai Út Dần Mão Thìn Tỵ Ngọ Mùi Thân Dậu Tuất Hợi Tý Sửu Cần "
    "Kiệm Thọ Toàn Tân Hiền Nghĩa Nhân Lễ Trí Tín Đạt Phương Thái Hiệp Hoàng Châu Liêm Ngọc Bảo Quý Phú Cảnh Chung Đông "
    "Tây Bắc Thuận Hậu Kim Luận Dương Hạnh Ánh Tường Lâm Mạnh Khoa Kỳ Lân Lý Nhu Sinh Thế Tiến Trọng Vân Viễn Vượng "
    "Đoàn Công Trường Hội Chiến Thương Kháng Quyết Ước Đồng Bộ Khải Thạch Xê Bé Rớt Lượm Đực Chót Tèo Cu Nhỏ Lớn Được"
)
MALE_NEW = Table(
    "Huy Tuấn Hùng Dũng Nam Long Minh Anh Khang Bảo Phúc Đạt Khoa Quân Thịnh Hiếu Duy Phong Nghĩa Thành Tùng Trung Đức "
    "Kiệt Khánh Nhân Vinh Lộc Tài Sơn Cường Hoàng Hải Quốc Việt Trí Thiện Thắng Phát Hưng Tân An Toàn Tiến Linh Vũ Hòa "
    "Bình Lâm Luân Lợi Quý Sang Thái Tâm Thuận Trọng Trường Tú Tín Đăng Nguyên Khôi Hậu Hào Hoan Giang Dương Công Chiến "
    "Kỳ Nhật Pháp Quang Thanh Thông Triều Văn Viên Vương Vỹ Ý Ân Đông Đoàn Khải Gia Thạch Tường Bách Lân Hội Sỹ Tấn"
)
FEMALE_OLD = Table(
    "Hoa Lan Hồng Mai Thanh Hương Liên Phượng Nga Tâm Hà Xuân Hạnh Thủy Ngọc Bình Loan Lý Cúc Huệ Đào Thu Hiền Hòa Minh "
    "Nguyệt Yến Sáu Bảy Ba Tư Năm Tám Chín Mười Hai Út Sen Nhung Vân Tuyết Kim Phương Dung Nhàn Thơm Thắm Tươi Bé Gái "
    "Là Lành Lài Lựu Mận Mơ Na Ngà Nhị Nụ Oanh Quý Quyên Sang Sinh Thảo Thoa Thìn Tý Tỵ Dần Dậu Mùi Ngọ Thân Trang Vui "
    "Xinh Ánh Chanh Chính Chung Cẩm Diệu Đông Đức Gấm Hảo Hiếu Khuê Kiều Lệ Luyến Mỹ Nhường Sương Tình Thúy Trinh Én "
    "Rớt Lượm Đẹt Thôi Nhỏ Lớn Chót Hường Phúc Lợi Mười Thuận Bưởi Chắt Cam Duyên Giàu Thứ Lụa Nhiễu Vóc"
)
FEMALE_NEW = Table(
    "Linh Trang Hương Thảo Anh Hà Ngọc Lan Hằng Huyền Nhung Phương Thủy Trinh Vy Nhi Ngân My Trâm Thu Thư Yến Quỳnh "
    "Hạnh Loan Dung Hiền Mai Nga Uyên Như Thúy Tuyết Vân Hoa Hồng Duyên Diệu Diễm Kiều Ly Oanh Phượng Thanh Thương Tiên "
    "Trúc Tú Tâm Xuân Ánh Châu Chi Giang Hân Khánh Lệ Liên Minh Na Nguyệt Nhã Nhàn Như Quyên Sương Thơ Thoa Thùy Tuyền "
    "Vi Ý An Bích Cúc Đào Hậu Hiếu Khuê Lài Luyến Lý Mỹ Nương Thắm Thi Thơm Tường Vui Xinh Phúc Băng Đan Ngà Sen"
)
MIDDLE_MALE_OLD = Table(
    "Văn Đình Xuân Ngọc Hữu Đức Minh Thanh Quang Công Viết Bá Thế Trọng Duy Sỹ Như Khắc Tấn Phước Hồng Quốc Anh Kim",
    [60, 5, 4, 4, 5, 4, 2, 3, 2, 3, 2, 2, 2, 1.5, 1, 1, 1, 1, 1.5, 1, 1, 1, 0.6, 0.6],
)
MIDDLE_MALE_NEW = Table(
    "Văn Minh Đức Quốc Anh Hoàng Thanh Quang Đình Gia Ngọc Tuấn Hữu Xuân Duy Thành Công Bảo Trung Tấn Nhật Trọng Thế "
    "Hồng Phước Khánh Thiên Đăng Nguyên Việt Chí Phi Mạnh Huy Hải",
    flat=2,
)
MIDDLE_FEMALE_NEW = Table(
    "Thị Ngọc Thanh Kim Thu Bích Mỹ Hồng Phương Minh Thùy Quỳnh Như Bảo Khánh Diễm Hoàng Yến Tuyết Cẩm Ái Mai Hoài Tường "
    "Lan Xuân Ánh Trúc Thảo Gia",
    [40, 8, 6, 5, 5, 4, 4, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
)
SECOND_MALE = Table("Hoàng Minh Quốc Gia Anh Ngọc Thanh Đức Trần Nguyễn Phạm Lê Bảo Hữu Phúc Trọng Nhật Vũ Xuân Tấn")
SECOND_FEMALE = Table(
    "Ngọc Thanh Kim Hồng Thúy Mỹ Phương Thu Bích Tuyết Như Hoàng Trần Nguyễn Lê Phạm Hoài Diễm Ánh Cẩm"
)

KHO_CLANS = Table(["Kră Jăn", "Cil", "Lơ Mu", "Liêng Hót", "Bon Krong", "Bon Yô", "Bon Niêng", "Kơ Să", "Đơng Gur",
                   "Rơ Ông", "Păng Ting", "Liêng Jrang", "Đa Cát", "Cil Múp", "Kon Sa", "Lơ Mu", "Srai Sơ", "Dơng Gur",
                   "Păng Pế", "Cơ Liêng", "Đa Gout", "Rơ Lik"])  # fmt: skip
KHO_MALE = Table("Brèm Brôi Brếp Brông Broh Đoi Giang Hùng Jăn Jong Kring Lắc Long Minh Nghiêm Nhọi Phúc Sang Sép Tài "
                 "Thiện Tin Tư Wăn Will Yên Bôn Tuấn Đên Đời Hai Krê Glèo Gleng Nõ Krai Bang Chen Đam Thương Sơn Brơi Brừm Broai Brèn Bril Brus Bẹt Bròi Chàng Dơn Dừng Đừng Gòn Hoàn Jiệp Jrổ Klêu Kràng Lẹ Lềnh Luyn Măng Mbrơi Ndơn Nhã Phôi Ràng Rơm Sìu Són Srai Thim Tòng Tràng Vềnh Vinh Wèn Yệu", flat=25)  # fmt: skip
KHO_FEMALE = Table("Sã Hoa Lan Thủy Mai Jiêng Jrong Glong Nga Đọt Đủi Hẻo Hạnh Nhiêm Nhiên Rơi Sêr Thương Yến Ẻo Ên Hương "
                   "Giàng Sinh Mơ Út Hềnh Brẻm Biên Rin Dịp Kroái Ngọc Lơng Đêr Hưng Ut Bơn Brồi Chiêng Diệp Dung Đềm Đụp Glim Gọp Hiền Him Jơi Kềnh Krếch Lèm Lênh Loan Mhiền Mừng Ndiêng Nhệ Nhơi Nhung Oanh Phệp Phin Plồi Quyên Rể Rim Rộp Sềng Sơi Srơn Thêm Thin Tôm Trềnh Trúc Uyên Vơi Yơng", flat=25)  # fmt: skip
EDE_CLANS = Table("Niê Mlô Êban Ksơr Kbuôr Adrơng Kpă Ayŭn Kdăm Êñuôl Knul Hđơk Byă", flat=2)
EDE_MALE = Table(
    "Bhăm Thuột Blô Tuyên Wĭt Bhiăp Krông Djuang Kŭm Sanh Khương Hăng Nguyên Thơ Dhin Jŭt Blăm Ơn Nam Đức Yoan", flat=25
)
EDE_FEMALE = Table(
    "Hen Bĭa Nga Lan Yuôm Djuan Bliăk Wơn Ngoan Rĭn Mŭi Yar Dlan Nhơn Thảo Juin Bler Hương Lũy Đim", flat=25
)
MNONG_MALE = Table(
    "Krang Đé Thịnh Nhơi Lơi Bang Tông Mhong Wih Xuyên Bêp Khâm Chôi Thân Chương Ndri Brah Nhai Pril Sơn Măn", flat=25
)
MNONG_FEMALE = Table(
    "Yơn Mai Bách Grăng Ngoi Bi Dung Nông Mhơi Brơi Djuih Vân Ngor Bĭp Bai Ju Glơn Yong Chăn Tiêm", flat=25
)
CHURU_MALE = Table("Duck Yu Tuấn Bio Thanh Loan Tăng Đơng Lim Hy Ha Thiên Kim Nho Quyết Buôn Tiêm", flat=25)
CHURU_FEMALE = Table("Bio Thảo Loan Wêl Hương Lin Đoan Nga Vim Nhung Buk Uyên Lanh Điệp Hồng Tem", flat=25)
CHAM_SURNAMES = Table(
    "Nguyễn Đàng Trượng Qua Thông Lư Bá Quảng Não Đạo Hứa Từ Kiều Lâm Ức Ông Bạch Xích Mai Dụng Tiền Trà Bà", flat=3
)
CHAM_GIVEN_M = Table(
    "Xuân Văn Hùng Sáng Thanh Đại Nhuận Trung Đạt Ngọc Ánh Bôn Tài Hoài Đạo Khánh Lợi Năng Phú Tân Vinh", flat=25
)
CHAM_GIVEN_F = Table(
    "Hoa Lan Thanh Ngọc Ánh Hồng Mai Thu Liên Đào Bích Kim Hạnh Nương Bảy Thẹo Tặng Nguyệt Thuyền", flat=25
)
TAY_SURNAMES = Table(
    "Hoàng Nông Lý Hứa Vi Triệu Lương Đàm Bế Mông Lục Phương Chu Lăng Long La Đinh Mạc Dương Luân", flat=2
)
THAI_SURNAMES = Table("Lò Quàng Vi Lường Cà Hà Lô Tòng Lương Ngân Cầm Lang Lữ Hoàng", flat=2)
HMONG_SURNAMES = Table("Giàng Vàng Sùng Thào Hầu Ma Lý Mùa Hờ Cư Vừ Dương Hoàng Ly Thèn", flat=2)
HMONG_MALE = Table(
    "Páo Chu Dình Sính Vàng Sử Lử Chống Sình Páo Tráng Dơ Sáu Dế Pó Già Thành Hồng Phừ Khua Nhà Tống", flat=25
)
HMONG_FEMALE = Table("Mỷ Mo Dở Chá Dua Xua Máy Sông Pà Ca Dí Mai Sua Chư Và Say Dợ Vang", flat=25)
DAO_SURNAMES = Table("Triệu Bàn Phùng Đặng Lý Chảo Tẩn", flat=2)
DAO_MALE = Table("Vần Tòn Phúc Chòi Sinh Tiến Kim Quý Vạn Thanh Hin Lụa Dùn Chiêu")
KHMER_SURNAMES = Table("Thạch Sơn Kim Danh Châu Lâm Kiên Lý Trà", flat=3)
KHMER_MALE = Table("Sà Phết Sóc Sa Rây Ươl Chanh Đa Hiền Sươl Vanh Thương Phol Rích Sang", flat=25)
KHMER_FEMALE = Table("Sa Thi Rươne Sà Phôl Linh Ny Kha Ngọc Sô Chanh Hoa Pha Na", flat=25)
HOA_SURNAMES = Table(
    "Trần Lâm Vòng Lý Sú Quách Lầu Chí Voòng Chương Lỷ Phùn Trưởng Sầm Ngô Hồng Tằng Dịp Tăng Châu", flat=4
)
HOA_MALE = Table("Sáng Cường Phát Minh Dưỡng Cắm Hùng Sềnh Pẩu Quay Và Mằn Lìn Chắn Hưng Phí Ửng Vĩnh", flat=25)
HOA_FEMALE = Table("Múi Lìn Kíu Sám Mùi Phùng Cú Lan Dếnh Nàm Kín Hồng Hoa Hưởng Lình", flat=25)
RAGLAI_SURNAMES = Table(["Mang", "Thông", "Xích", "Bo Bo", "Ka Tơr", "Cha Ma Léa", "Pi Năng"])
RAGLAI_GIVEN = Table(
    "Thị Thêm Hùng Thuận Dương Xuân Lợi Thương Hoa Nho Khai Chiên Đào Thía Hạnh Linh Vũ Phương", flat=25
)
DIEU_GIVEN = Table("Sơn Hùng Kré Long Lên Đen Bình Nhang Mai Thanh Gan Hà Xuân Bích Ong Giá Hương Ghi Nhép", flat=25)

NORTHERN, CENTRAL, SOUTHERN = "north", "centre", "south"
ORIGIN_STYLE = dict.fromkeys(
    [
        "01",
        "02",
        "04",
        "06",
        "08",
        "10",
        "11",
        "12",
        "14",
        "15",
        "17",
        "19",
        "20",
        "22",
        "24",
        "25",
        "26",
        "27",
        "30",
        "31",
        "33",
        "34",
        "35",
        "36",
        "37",
        "38",
    ],
    NORTHERN,
)
ORIGIN_STYLE |= dict.fromkeys(["40", "42", "44", "45", "46", "48", "49", "51", "52", "54"], CENTRAL)
CODES_63 = ["01", "02", "04", "06", "08", "10", "11", "12", "14", "15", "17", "19", "20", "22", "24", "25", "26", "27", "30", "31", "33", "34", "35", "36", "37", "38", "40", "42", "44", "45", "46", "48", "49", "51", "52", "54", "56", "58", "60", "62", "64", "66", "67", "68", "70", "72", "74", "75", "77", "79", "80", "82", "83", "84", "86", "87", "89", "91", "92", "93", "94", "95", "96"]  # fmt: skip
MIGRANT_ORIGINS = weighted({"36": 9, "34": 7, "01": 8, "38": 8, "40": 9, "42": 5, "46": 6, "49": 9, "51": 7, "52": 8, "04": 6,
                            "20": 5, "24": 3, "30": 4, "37": 3, "35": 3, "33": 3, "17": 1, "02": 2, "08": 1, "44": 2, "45": 2,
                            "79": 4, "75": 4, "54": 2, "56": 2, "58": 3, "80": 1, "82": 1, "83": 1, "87": 1, "66": 3})  # fmt: skip
CMND_PREFIX = {"01": "01", "79": "02", "31": "03", "14": "05", "02": "07", "06": "095", "22": "10", "17": "11", "27": "12",
               "24": "12", "25": "13", "30": "14", "33": "14", "34": "15", "35": "16", "36": "16", "37": "16", "38": "17",
               "40": "18", "42": "18", "44": "19", "45": "19", "46": "19", "48": "20", "49": "20", "51": "21", "52": "21",
               "56": "22", "54": "22", "64": "230", "66": "240", "67": "245", "68": "25", "60": "26", "58": "26",
               "77": "273", "75": "27", "74": "280", "70": "285", "72": "29", "80": "30", "82": "31", "83": "32",
               "86": "33", "87": "34", "89": "35", "92": "36", "91": "37", "96": "38", "04": "08", "20": "08", "08": "07"}  # fmt: skip


def kinh_name(rng: random.Random, sex: int, year: int, surname: str, lineage_middle: str) -> str:
    """A Kinh name in the fashion of its year of birth."""
    modern = rng.random() < min(max((year - 1955) / 40, 0.02), 0.97)
    if rng.random() < (0.02 if year < 1985 else 0.006):
        return f"{surname} {(MALE_OLD, FEMALE_OLD)[sex].draw(rng)}"
    if sex == 0:
        given = (MALE_NEW if modern else MALE_OLD).draw(rng)
        middle = (
            lineage_middle
            if lineage_middle and rng.random() < 0.75
            else (MIDDLE_MALE_NEW if modern else MIDDLE_MALE_OLD).draw(rng)
        )
    else:
        given = (FEMALE_NEW if modern else FEMALE_OLD).draw(rng)
        middle = (
            MIDDLE_FEMALE_NEW.draw(rng) if modern else ("Thị" if rng.random() < 0.88 else MIDDLE_FEMALE_NEW.draw(rng))
        )
    if middle == given:
        middle = "Văn" if sex == 0 else "Thị"
    if rng.random() < (0.05 if year < 1980 else 0.24):
        second = (SECOND_MALE, SECOND_FEMALE)[sex].draw(rng)
        if second not in (surname, middle, given) and middle != "Văn":
            if sex and middle != "Thị":
                return (
                    f"{surname} Thị {middle} {given}" if rng.random() < 0.6 else f"{surname} {second} {middle} {given}"
                )
            behind = sex and second not in ("Trần", "Nguyễn", "Lê", "Phạm")
            return f"{surname} {middle} {second} {given}" if behind else f"{surname} {second} {middle} {given}"
    return f"{surname} {middle} {given}"


def ethnic_name(rng: random.Random, people: str, sex: int, year: int, clan: str) -> str:
    """A name by the custom of a people of the highlands or the coast; `clan` is the family's."""
    kinhized = year > 1985 and rng.random() < 0.12
    match people:
        case "kho":
            given = (KHO_MALE, KHO_FEMALE)[sex].draw(rng)
            if rng.random() < 0.5:
                return f"K'{given}" if sex == 0 else f"Ka {given}"
            return f"{clan} {('Ha', 'Ka')[sex]} {given}" if rng.random() < 0.8 else f"{clan} {given}"
        case "ede":
            given = (EDE_MALE, EDE_FEMALE)[sex].draw(rng)
            return f"Y {given} {clan}" if sex == 0 else f"H'{given} {clan}"
        case "mnong":
            given = (MNONG_MALE, MNONG_FEMALE)[sex].draw(rng)
            head = f"Y {given}" if sex == 0 else f"H'{given}"
            if rng.random() < 0.25:
                return f"Điểu {given}" if sex == 0 else f"Thị {given}"
            return f"{head} {clan}" if rng.random() < 0.3 else head
        case "churu":
            given = (CHURU_MALE, CHURU_FEMALE)[sex].draw(rng)
            short = f"Ya {given}" if sex == 0 else f"{rng.choice(('Ma', 'Nai'))} {given}"
            return f"{rng.choice(('Touprong', 'Tou Neh', 'Jơr Lơng'))} {short}" if rng.random() < 0.35 else short
        case "cham":
            given = (CHAM_GIVEN_M, CHAM_GIVEN_F)[sex].draw(rng)
            return f"{clan} {'Thị ' if sex else rng.choice(('Văn ', '', 'Ngọc ', 'Minh '))}{given}"
        case "hmong":
            return f"{clan} {'Thị' if sex else 'A'} {(HMONG_MALE, HMONG_FEMALE)[sex].draw(rng)}"
        case "dao":
            return f"{clan} {'Thị' if sex else rng.choice(('Văn', 'A', 'Kim', 'Tiến'))} {DAO_MALE.draw(rng)}"
        case "khmer":
            return f"{clan} {'Thị ' if sex and rng.random() < 0.6 else ''}{(KHMER_MALE, KHMER_FEMALE)[sex].draw(rng)}"
        case "hoa":
            middle = (
                rng.choice(("Thị", "Nhì", "A", "Sám")) if sex else rng.choice(("A", "Chí", "Văn", "Cún", "Dịch", "Phu"))
            )
            return f"{clan} {middle} {(HOA_MALE, HOA_FEMALE)[sex].draw(rng)}"
        case "raglai":
            return f"{clan} {'Thị ' if sex else rng.choice(('', 'Văn '))}{RAGLAI_GIVEN.draw(rng)}"
        case "xtieng":
            return f"{'Thị' if sex else 'Điểu'} {DIEU_GIVEN.draw(rng)}"
    if kinhized or people in ("tay", "thai"):
        return kinh_name(rng, sex, year - 12, clan, "")
    raise AssertionError(people)


CLANS = {"kho": KHO_CLANS, "ede": EDE_CLANS, "mnong": EDE_CLANS, "churu": KHO_CLANS, "cham": CHAM_SURNAMES, "hmong": HMONG_SURNAMES,
         "dao": DAO_SURNAMES, "khmer": KHMER_SURNAMES, "hoa": HOA_SURNAMES, "raglai": RAGLAI_SURNAMES, "xtieng": KHO_CLANS,
         "tay": TAY_SURNAMES, "thai": THAI_SURNAMES}  # fmt: skip
FROM_MOTHER = {"kho", "ede", "mnong", "churu", "raglai"}  # the clan goes from mother to child
# Who lives in the communes of a former district, beside the Kinh.
PEOPLES: dict[str, dict[str, float]] = {
    "Lạc Dương": {"kho": 6}, "Đam Rông": {"kho": 5, "mnong": 1.5, "tay": 1, "hmong": 1}, "Lâm Hà": {"kho": 2, "tay": 1.4, "thai": 0.4},
    "Đơn Dương": {"churu": 2, "kho": 2}, "Đức Trọng": {"kho": 1.6, "churu": 1, "hoa": 0.5, "tay": 0.4}, "Di Linh": {"kho": 3, "tay": 0.3},
    "Bảo Lâm": {"kho": 2.2, "hmong": 0.4}, "Đạ Huoai": {"kho": 1.2, "tay": 1.2, "xtieng": 0.3}, "Đắk Glong": {"mnong": 2, "hmong": 2.5, "tay": 1},
    "Đăk Glong": {"mnong": 2, "hmong": 2.5, "tay": 1}, "Cư Jút": {"ede": 1.5, "tay": 2.5, "thai": 0.8, "dao": 0.4}, "Tuy Đức": {"mnong": 3, "hmong": 0.6, "khmer": 0.3},
    "Krông Nô": {"mnong": 1.2, "tay": 1.5, "ede": 0.5, "thai": 0.7, "dao": 0.6}, "Đắk Mil": {"mnong": 1, "tay": 1}, "Đắk Song": {"mnong": 1, "tay": 0.8},
    "Đắk R'Lấp": {"mnong": 1.4, "dao": 0.3, "khmer": 0.2}, "Gia Nghĩa": {"mnong": 0.6, "tay": 0.2}, "Bắc Bình": {"cham": 3, "hoa": 1, "kho": 0.6, "raglai": 0.5},
    "Tuy Phong": {"cham": 1.5, "raglai": 0.4, "hoa": 0.2}, "Hàm Thuận Bắc": {"kho": 0.8, "cham": 0.5}, "Hàm Thuận Nam": {"raglai": 0.6},
    "Tánh Linh": {"cham": 0.4, "kho": 0.4, "xtieng": 0.4}, "Đức Linh": {"hoa": 0.2}, "Hàm Tân": {"cham": 0.3},
}  # fmt: skip
SMALL_VILLAGES = [
    "kho",
    "ede",
    "mnong",
    "churu",
    "cham",
    "raglai",
    "xtieng",
    "hmong",
    "dao",
    "khmer",
    "hoa",
    "tay",
    "thai",
]

# ---------------------------------------------------------------- administrative units


@dataclass(slots=True)
class Unit:
    """A commune of before 1 July 2025, with the present-day communes it went into."""

    code: str
    ward: str
    ward_type: str
    ward_short: str
    district: str
    district_type: str
    district_short: str
    province: str
    province_short: str
    province_code: str
    successors: list[tuple[str, str, str, float]]  # code, name, province name, share


@dataclass(slots=True)
class Units:
    """The two generations of administrative units, as far as people live in them."""

    old: list[Unit]
    home: list[int]  # indices into `old` of the communes of our province
    away: list[int]
    name_of: dict[str, tuple[str, str]]  # present-day code -> commune, province


HOME_CODES = ("68", "67", "60")


def data_folder(chosen: str | None) -> Path:
    """The folder with the data files of vietnamadminunits, found without importing the package."""
    if chosen is not None:
        return Path(chosen)
    spec = importlib.util.find_spec("vietnamadminunits")
    if spec is None or spec.origin is None:
        raise SystemExit("vietnamadminunits 1.0.4 is not installed; name its data folder with --units")
    return Path(spec.origin).parent / "data"


def read_units(folder: Path) -> Units:
    """Old and present-day communes and the way from the one to the other."""
    database = sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro", uri=True)
    present: dict[tuple[str, str], tuple[str, str, str]] = {}
    name_of: dict[str, tuple[str, str]] = {}
    for province_key, key, code, ward, province in database.execute(
        "select provinceKey, wardKey, wardCode, ward, province from admin_units order by wardCode"
    ):
        present.setdefault((province_key, key), (code, ward, province))
        name_of[code] = (ward, province)
    ways = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    goes: dict[str, list[tuple[str, str, str, float]]] = defaultdict(list)
    for province_key, wards in ways["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for key, olds in wards.items():
            for old in olds:
                if (province_key, key) in present:
                    goes[old].append((*present[province_key, key], 1.0))
    for province_key, wards in ways["DICT_PROVINCE_WARD_DIVIDED"].items():
        for old, targets in wards.items():
            for target in targets:
                if (province_key, target["newWardKey"]) in present:
                    share = 0.6 if target["isDefaultNewWard"] else 0.4 / max(len(targets) - 1, 1)
                    goes[old].append((*present[province_key, target["newWardKey"]], share))
    old_units = []
    for row in database.execute(
        "select wardCode, ward, wardType, wardShort, district, districtType, districtShort, province, provinceShort, "
        "provinceCode, provinceKey || '_' || districtKey || '_' || wardKey from admin_units_legacy order by wardCode"
    ):
        if row[10] in goes:
            columns: list[Any] = [*row[:10], goes[row[10]]]
            old_units.append(Unit(*columns))
    database.close()
    home = [i for i, u in enumerate(old_units) if u.province_code in HOME_CODES]
    return Units(old_units, home, [i for i, u in enumerate(old_units) if u.province_code not in HOME_CODES], name_of)


DA_TEH = {"Đạ Tẻh", "An Nhơn", "Quốc Oai", "Mỹ Đức", "Quảng Trị", "Đạ Lây", "Đạ Kho", "Đạ Pal"}
CAT_TIEN = {
    "Cát Tiên",
    "Tiên Hoàng",
    "Phước Cát 2",
    "Gia Viễn",
    "Nam Ninh",
    "Phước Cát",
    "Đức Phổ",
    "Quảng Ngãi",
    "Đồng Nai Thượng",
}
STREETS = Table(["Hùng Vương", "Trần Phú", "Nguyễn Văn Trỗi", "Lê Lợi", "Phan Đình Phùng", "Hai Bà Trưng", "Nguyễn Huệ", "Trần Hưng Đạo",
                 "Lý Thường Kiệt", "Quang Trung", "Phan Chu Trinh", "Bùi Thị Xuân", "Hoàng Văn Thụ", "Ngô Quyền", "30/4", "3 tháng 2",
                 "Nguyễn Công Trứ", "Lê Hồng Phong", "Xô Viết Nghệ Tĩnh", "Thống Nhất", "Mai Anh Đào", "Quốc lộ 20", "Tôn Đức Thắng"])  # fmt: skip
HAMLETS = Table(["Tân Lập", "Tân Tiến", "Tân Phú", "Đồng Tâm", "Lạc Hà", "Phú Trung", "Thanh Bình", "Hòa Bình", "Quảng Đức", "Nghĩa Hiệp",
                 "Liên Kết", "Đoàn Kết", "Hiệp Thành", "Xuân Thanh", "Phú An", "Tân Hiệp", "Lạc Sơn", "R'Lơm", "K'Nai", "Pang Tiêng",
                 "Đạ Nghịt", "Bu Prăng 1A", "Đăk Krai", "Păng Sim", "Kon Đố", "Hàng Hải", "Bình Liêm", "Tịnh Mỹ", "Lương Bình"])  # fmt: skip


@dataclass(slots=True)
class Place:
    """Where somebody lives: the old commune, its present-day successor, hamlet and house."""

    unit: int
    code: str
    hamlet: str
    house: str


def new_place(rng: random.Random, units: Units, unit: int) -> Place:
    """An address in this old commune."""
    old = units.old[unit]
    successor = rng.choices(old.successors, [s[3] for s in old.successors])[0]
    if old.ward_type == "Phường" or rng.random() < 0.04:
        hamlet = f"{rng.choice(('Tổ', 'Tổ dân phố', 'Khu phố', 'KP', 'Tổ'))} {rng.randint(1, 24)}"
        house = (
            f"{rng.randint(1, 480)}{rng.choice(('', '', '', '/2', '/14', 'A', 'B', '/5/3'))} {STREETS.draw(rng)}"
            if rng.random() < 0.6
            else ""
        )
    elif rng.random() < 0.55:
        hamlet, house = f"Thôn {rng.randint(1, 14)}", ""
    elif old.ward_type == "Thị trấn":
        hamlet, house = (
            f"Tổ dân phố {rng.randint(1, 30)}",
            f"{rng.randint(1, 900)} {STREETS.draw(rng)}" if rng.random() < 0.3 else "",
        )
    else:
        head = (
            "Bon " if old.province_code == "67" and rng.random() < 0.2 else "Buôn " if rng.random() < 0.08 else "Thôn "
        )
        hamlet, house = head + HAMLETS.draw(rng), ""
    return Place(unit, successor[0], hamlet, house)


# ---------------------------------------------------------------- people


@dataclass(slots=True, eq=False)
class Person:
    """One human being, dead or alive, with all the papers that ever named them."""

    name: str
    sex: int  # 0 man, 1 woman
    year: int
    month: int
    day: int
    people: str
    clan: str
    lineage: str
    style: str
    place: Place
    origin: str  # two digits of the province that registered the birth
    father: Person | None = None
    mother: Person | None = None
    spouse: Person | None = None
    children: list[Person] = field(default_factory=list)
    death: int = 0
    emigrated: str = ""  # "", "province" or "abroad"
    earlier_place: Place | None = None
    in_register: bool = False
    personal_id: str = ""
    cancelled_id: str = ""
    cmnds: list[str] = field(default_factory=list)
    passport: str = ""
    register_name: str = ""
    register_birth: str = ""
    other_names: list[str] = field(default_factory=list)
    former_name: str = ""  # name on papers before the register was made
    paper_year: int = 0  # year of birth on papers before the register was made
    nickname: str = ""
    decoy: str = ""
    year_only: bool = False
    old_ids: list[str] = field(default_factory=list)  # as the register lists them, with or without prefix

    @property
    def parents(self) -> tuple[Person | None, Person | None]:
        """Father and mother, as far as they are known."""
        return self.father, self.mother


class Society:
    """Grows the families of a province, commune by commune, until the register is full."""

    def __init__(self, rng: random.Random, units: Units) -> None:
        self.rng, self.units = rng, units
        self.people: list[Person] = []

    def birth_day(self, year: int) -> tuple[int, int]:
        """A day of the year, with the clerk's habit of round days."""
        month = self.rng.randint(1, 12)
        day = self.rng.randint(1, 28 if month == 2 else 30)
        if year < 1990 and self.rng.random() < 0.12:
            day = self.rng.choice((1, 1, 2, 5, 10, 10, 15, 20))
        return month, day

    def lifetime(self, year: int, sex: int) -> int:
        """Year of death, or 0 for the living."""
        age = self.rng.gauss(76 - 4 * (1 - sex), 13)
        if self.rng.random() < 0.04:
            age = self.rng.uniform(1, 60)
        end = int(year + min(max(age, 0), 104))
        return end if end <= TODAY.year else 0

    def stranger(self, year: int, sex: int, people: str, village: Village, origin: str | None = None) -> Person:
        """Somebody without parents in our books: a founder or somebody who married in."""
        rng = self.rng
        if people == "kinh":
            origin = origin or (MIGRANT_ORIGINS.draw(rng) if rng.random() < village.migrants else village.home_code)
            style = ORIGIN_STYLE.get(origin, SOUTHERN) if origin != village.home_code else village.style
            clan = (
                rng.choice(village.surnames) if village.surnames and rng.random() < 0.45 else SURNAMES[style].draw(rng)
            )
            village.surnames.append(clan)
        else:
            migrating = people in ("tay", "thai", "hmong", "dao", "khmer", "hoa")
            origin = origin or (
                rng.choice(("04", "20", "06", "19", "11", "14", "02"))
                if migrating and year < 1990
                else village.home_code
            )
            style, clan = village.style, CLANS[people].draw(rng)
        lineage = MIDDLE_MALE_OLD.draw(rng) if people == "kinh" and rng.random() < 0.4 else ""
        lineage = "" if lineage == "Văn" else lineage
        return self.born(year, sex, people, clan, lineage, style, village, origin)

    def born(
        self, year: int, sex: int, people: str, clan: str, lineage: str, style: str, village: Village, origin: str
    ) -> Person:
        """A new person in the village."""
        rng = self.rng
        name = (
            kinh_name(rng, sex, year, clan, lineage) if people == "kinh" else ethnic_name(rng, people, sex, year, clan)
        )
        month, day = self.birth_day(year)
        person = Person(
            name, sex, year, month, day, people, clan, lineage, style, village.place(rng, self.units), origin
        )
        person.death = self.lifetime(year, sex)
        self.people.append(person)
        village.people.append(person)
        return person

    def grow(self, village: Village, wanted: int) -> None:
        """Founders and their descendants until about `wanted` of them would stand in a register."""
        rng = self.rng
        while village.counted < wanted:
            known = len(village.people)
            people = village.mix.draw(rng)
            year = rng.choice((rng.randint(1908, 1945), rng.randint(1925, 1970), rng.randint(1940, 1988)))
            man = self.stranger(year, 0, people, village)
            woman = self.stranger(year + rng.randint(-2, 6), 1, people, village)
            couples = [(man, woman)]
            while couples:
                couples.extend(self.family(*couples.pop(), village))
            village.counted += sum(1 for p in village.people[known:] if is_listed_roughly(p))

    def family(self, man: Person, woman: Person, village: Village) -> list[tuple[Person, Person]]:
        """The children of a couple, and the couples that these form."""
        rng = self.rng
        man.spouse, woman.spouse = woman, man
        woman.place = Place(man.place.unit, man.place.code, man.place.hamlet, man.place.house)
        mean = (
            5.2
            if woman.year < 1942
            else 4.2
            if woman.year < 1956
            else 3.0
            if woman.year < 1968
            else 2.4
            if woman.year < 1982
            else 2.0
        )
        mean *= 1.3 if man.people != "kinh" else 1.0
        count = max(0, round(rng.gauss(mean, 1.2)))
        year = woman.year + rng.randint(18, 27)
        couples: list[tuple[Person, Person]] = []
        while count > 0 and year < TODAY.year and year < woman.year + 45 and (not man.death or year <= man.death):
            twins = rng.random() < 0.011
            first: Person | None = None
            for _ in range(2 if twins else 1):
                child = self.child(man, woman, year, village)
                if first is not None:
                    make_twins(rng, first, child)
                first = child
                count -= 1
                pair = self.marriage(child, village)
                if pair is not None:
                    couples.append(pair)
            year += rng.choice((1, 2, 2, 3, 3, 4, 6))
        return couples

    def child(self, man: Person, woman: Person, year: int, village: Village) -> Person:
        """One child, sometimes named after a relative or a neighbour."""
        rng = self.rng
        sex = int(rng.random() < 0.487)
        line = woman if man.people in FROM_MOTHER else man
        origin = village.home_code if rng.random() < 0.93 else man.origin
        child = self.born(year, sex, man.people, line.clan, man.lineage, line.style, village, origin)
        child.father, child.mother = man, woman
        child.place = Place(man.place.unit, man.place.code, man.place.hamlet, man.place.house)
        dice = rng.random()
        if sex == 0 and dice < 0.004:
            child.name = man.name
        elif sex == 0 and dice < 0.008 and man.father is not None:
            child.name = man.father.name
        elif dice < 0.030:
            near = [
                p
                for p in village.people[-400:]
                if p.sex == sex and p.clan == child.clan and abs(p.year - year) <= 1 and p.father is not man
            ]
            if near:
                child.name = rng.choice(near).name
        elif dice < 0.0307 and len(self.people) > 1000:
            other = rng.choice(self.people)
            if other.people == child.people and other.year > 1935 and other.sex == sex:
                child.name, child.year, child.month, child.day = other.name, other.year, other.month, other.day
        man.children.append(child)
        woman.children.append(child)
        return child

    def marriage(self, child: Person, village: Village) -> tuple[Person, Person] | None:
        """The couple of a grown-up child, with a neighbour or somebody from elsewhere."""
        rng = self.rng
        if child.year > 2005 or (child.death and child.death < child.year + 24) or rng.random() < 0.13:
            return None
        if rng.random() < 0.14:
            child.emigrated = "abroad" if rng.random() < 0.06 else "province"
            if rng.random() < 0.6:
                return None
        waiting = village.waiting[1 - child.sex]
        for index, other in enumerate(waiting[-60:], max(len(waiting) - 60, 0)):
            older = other.year - child.year if child.sex else child.year - other.year
            if -6 <= older <= 3 and other.father is not child.father and other.people == child.people:
                waiting.pop(index)
                return (child, other) if child.sex == 0 else (other, child)
        if rng.random() < 0.45:
            village.waiting[child.sex].append(child)
            return None
        year = child.year + (rng.randint(-1, 5) if child.sex == 0 else -rng.randint(-1, 5))
        people = child.people if rng.random() < 0.9 else "kinh"
        other = self.stranger(year, 1 - child.sex, people, village)
        if child.emigrated:
            other.emigrated = child.emigrated
        return (child, other) if child.sex == 0 else (other, child)


def is_listed_roughly(person: Person) -> bool:
    """Whether the register probably lists the person."""
    return not person.emigrated and (not person.death or person.death >= 2017)


def make_twins(rng: random.Random, first: Person, second: Person) -> None:
    """The second twin is born on the same day and often named a letter apart."""
    second.month, second.day = first.month, first.day
    pairs = {"Anh": "Ánh", "Hùng": "Hưng", "Long": "Lộc", "Nam": "Nhân", "Linh": "Lình", "Thảo": "Thao", "Minh": "Mình", "Hà": "Hạ",
             "Hoàng": "Hoàn", "Trang": "Trâm", "Tuấn": "Tuân", "Thanh": "Thành", "Vy": "Vi", "Hương": "Hường", "Phúc": "Phước"}  # fmt: skip
    if first.sex == second.sex and rng.random() < 0.6 and " " in first.name:
        head, given = first.name.rsplit(" ", 1)
        if given in pairs:
            second.name = f"{head} {pairs[given]}"
        elif second.people == "kinh":
            second.name = f"{head} {second.name.rsplit(' ', 1)[1]}"


@dataclass(slots=True)
class Village:
    """A present-day commune: its old parts, its peoples, its surnames."""

    code: str
    units: list[int]
    home_code: str
    style: str
    migrants: float
    mix: Table
    people: list[Person] = field(default_factory=list)
    surnames: list[str] = field(default_factory=list)
    waiting: tuple[list[Person], list[Person]] = field(default_factory=lambda: ([], []))
    counted: int = 0

    def place(self, rng: random.Random, units: Units) -> Place:
        """An address in the commune."""
        place = new_place(rng, units, rng.choice(self.units))
        return Place(place.unit, self.code, place.hamlet, place.house)


def make_villages(rng: random.Random, units: Units, people: int) -> list[Village]:
    """About 5,000 people a commune: fewer communes than the province has, each as crowded with namesakes as may be."""
    by_code: dict[str, list[int]] = defaultdict(list)
    for index in units.home:
        for successor in units.old[index].successors:
            by_code[successor[0]].append(index)
    codes = sorted(by_code)
    rng.shuffle(codes)
    villages = []
    for code in codes[: min(max(people // 5000, 4), len(codes))]:
        first = units.old[by_code[code][0]]
        mix = {"kinh": 5.0, **PEOPLES.get(first.district_short, {})}
        mix["kinh"] *= rng.choice((0.3, 0.8, 1.0, 1.5, 2.5))
        style = SOUTHERN if first.province_code == "60" else rng.choice((NORTHERN, CENTRAL, CENTRAL))
        migrants = 0.15 if first.province_code == "60" else rng.uniform(0.5, 0.9)
        villages.append(Village(code, by_code[code], first.province_code, style, migrants, weighted(mix)))
    return villages


def paperwork(rng: random.Random, units: Units, society: Society, wanted: int) -> list[Person]:
    """Gives everybody numbers, former names, moves and deaths on record; returns the people of the register."""
    give_numbers(rng, units, society.people)
    for person in society.people:
        life_on_paper(rng, units, society, person)
        person.in_register = listed(rng, person)
        person.old_ids = link_old_numbers(rng, person)
    register = [p for p in society.people if p.in_register]
    surplus = len(register) - wanted
    children = [p for p in register if p.year > 2010]
    for person in rng.sample(children, min(max(surplus, 0), len(children))):
        person.in_register = False
    register = [p for p in register if p.in_register]
    for person in register[wanted:]:
        person.in_register = False
    return register[:wanted]


def listed(rng: random.Random, person: Person) -> bool:
    """Whether the register knows the person."""
    if person.emigrated == "abroad":
        return False
    if person.emigrated == "province":
        return not person.death and rng.random() < 0.28
    if person.death:
        return rng.random() < (0.0 if person.death < 2012 else 0.35 if person.death < 2018 else 0.97)
    return rng.random() < 0.995


def give_numbers(rng: random.Random, units: Units, people: list[Person]) -> None:
    """Personal numbers in runs (family by family), CMND in the order of the queue at the police station."""
    serial: dict[str, int] = {}
    runs: dict[str, int] = {}
    for person in people:
        if not person.death or person.death >= 2012:
            abroad = person.origin == "66" and rng.random() < 0.02
            head = "139" if abroad else f"0{person.origin}"
            year = person.year + (rng.choice((-1, 1, 2)) if rng.random() < 0.004 else 0)
            sex = person.sex if rng.random() > 0.0008 else 1 - person.sex
            year = min(year, TODAY.year)
            stem = f"{head}{sex + (2 if year >= 2000 else 0)}{year % 100:02d}"
            number = serial.get(stem, rng.randint(1, 300)) + (1 if rng.random() < 0.6 else rng.randint(2, 6))
            serial[stem] = number
            person.personal_id = f"{stem}{number:06d}"
            if rng.random() < 0.004:
                serial[stem] += 1
                person.cancelled_id = f"{stem}{serial[stem]:06d}"
        if person.year <= 1999 and (not person.death or person.death >= 1980) and rng.random() < 0.985:
            here = units.old[person.place.unit].province_code
            homes = [person.origin, here] if person.origin not in HOME_CODES and rng.random() < 0.25 else [here]
            person.cmnds = [next_cmnd(rng, runs, home) for home in homes]
            if rng.random() < 0.02:
                person.cmnds.append(next_cmnd(rng, runs, homes[-1]))
        if rng.random() < 0.03:
            person.passport = f"{rng.choice('BC')}{rng.randint(1000000, 9999999)}"
    holders = [p for p in people if p.cmnds]
    for person in rng.sample(holders, len(holders) // 400):
        other = rng.choice(holders)
        other.cmnds[-1] = person.cmnds[-1]


def next_cmnd(rng: random.Random, runs: dict[str, int], province: str) -> str:
    """The next number of the province's run of CMND."""
    prefix = CMND_PREFIX.get(province, "36")
    width = 9 - len(prefix)
    runs[prefix] = runs.get(prefix, 10 ** (width - 1) // 2) + (1 if rng.random() < 0.35 else rng.randint(2, 40))
    return f"{prefix}{runs[prefix] % 10**width:0{width}d}"


def tone_style(rng: random.Random, text: str) -> str:
    """The same text with the other tone placement (hòa, hoà) in each word that has two."""
    for old, new in TONE_PAIRS:
        if old in text and rng.random() < 0.5:
            text = re.sub(rf"(?<![qQ]){old}\b", new, text)
    return text


TONE_PAIRS = [("òa", "oà"), ("óa", "oá"), ("ỏa", "oả"), ("ọa", "oạ"), ("òe", "oè"), ("óe", "oé"), ("ùy", "uỳ"), ("úy", "uý"), ("ủy", "uỷ"),
              ("ũy", "uỹ"), ("ụy", "uỵ")]  # fmt: skip
I_Y = {
    "Lý": "Lí",
    "Mỹ": "Mĩ",
    "Quý": "Quí",
    "Kỳ": "Kì",
    "Vỹ": "Vĩ",
    "Sỹ": "Sĩ",
    "Tỵ": "Tị",
    "Tý": "Tí",
    "Vy": "Vi",
    "Ly": "Li",
}


def spell_i_y(rng: random.Random, text: str, chance: float) -> str:
    """The same text with i for y in the words where both are written."""
    return " ".join(I_Y.get(w, w) if rng.random() < chance else w for w in text.split(" "))


def life_on_paper(rng: random.Random, units: Units, society: Society, person: Person) -> None:
    """What the register knows of the person, and what older papers say instead."""
    rustic = person.people not in ("kinh", "hoa")
    if person.year < 1985:
        chance = (0.5 if person.year < 1945 else 0.25 if person.year < 1960 else 0.07) + (0.2 if rustic else 0)
        dice = rng.random()
        if dice < chance * 0.55:
            person.year_only = True
        elif dice < chance:
            person.month, person.day = 1, 1
        elif dice < chance + 0.01:
            person.day = 0
    person.register_birth = f"{person.year}"
    if not person.year_only:
        person.register_birth += f"-{person.month:02d}" + (f"-{person.day:02d}" if person.day else "")
    person.paper_year = person.year
    if person.year < 1985 and rng.random() < (0.06 if rustic else 0.025):
        person.paper_year += rng.choice((-1, 1, -1, 1, -2, 2, 3, -3, 10))
    person.register_name = spell_i_y(rng, tone_style(rng, person.name), 0.12)
    if rng.random() < (0.05 if rustic else 0.012):
        person.former_name = other_name(rng, society, person)
        if rng.random() < 0.6:
            person.other_names.append(person.former_name)
    if person.year < 1975 and rng.random() < 0.03:
        person.nickname = f"{rng.choice(('Hai', 'Ba', 'Tư', 'Năm', 'Sáu', 'Bảy', 'Tám', 'Chín', 'Mười', 'Út'))} {person.name.split(' ')[-1]}"
        if rng.random() < 0.2:
            person.other_names.append(person.nickname)
    if person.emigrated == "province":
        person.earlier_place = person.place
        if rng.random() < 0.75:
            person.place = new_place(rng, units, rng.choice(units.away))
        else:
            person.place = new_place(rng, units, rng.choice(units.home))
    elif rng.random() < 0.12:
        person.earlier_place = new_place(
            rng, units, rng.choice(units.home) if rng.random() < 0.7 else rng.choice(units.away)
        )


def other_name(rng: random.Random, society: Society, person: Person) -> str:
    """A former name: another middle or given name, a clan put before it, or a marriage name."""
    words = person.name.split(" ")
    if person.people != "kinh":
        if rng.random() < 0.4:
            return ethnic_name(rng, person.people, person.sex, person.year, person.clan)
        given = next((w for w in reversed(words) if w not in person.clan), "Tư")
        return f"{person.clan} {re.sub('^[KH].', '', given) if given[1:2] == chr(39) else given}"
    fresh = kinh_name(rng, person.sex, person.year, words[0], "").split(" ")
    dice = rng.random()
    if dice < 0.5:
        return " ".join([*words[:-1], fresh[-1]])
    if dice < 0.85:
        return " ".join([words[0], *fresh[1:-1], words[-1]])
    mother = person.mother.name.split(" ")[0] if person.mother is not None else fresh[0]
    return " ".join([mother, *words[1:]])


# ---------------------------------------------------------------- letters: how a typist spoils a text

MARKS = {"\u0302": "circumflex", "\u0306": "breve", "\u031b": "horn"}
TONES = {"\u0300": "f2", "\u0301": "s1", "\u0309": "r3", "\u0303": "x4", "\u0323": "j5"}
NEIGHBOUR = {"a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "g": "fh", "h": "gj", "i": "uo", "k": "jl", "l": "k", "m": "n", "n": "bm",
             "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "x": "zc", "y": "tu"}  # fmt: skip


def bare(text: str) -> str:
    """The text without marks; đ becomes d."""
    flat = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return flat.replace("đ", "d").replace("Đ", "D")


def replaced(text: str, letters: Mapping[str, str]) -> str:
    """The text with each letter exchanged as the table says."""
    return "".join(letters.get(c, c) for c in text)


def keyed(word: str, *, vni: bool) -> str:
    """A word as its keystrokes, with the input method switched off."""
    out, end = "", ""
    for letter in unicodedata.normalize("NFD", word):
        if letter in MARKS:
            mark = MARKS[letter]
            out += (
                {"circumflex": "6", "breve": "8", "horn": "7"}[mark]
                if vni
                else (out[-1].lower() if mark == "circumflex" else "w")
            )
        elif letter in TONES:
            end = TONES[letter][int(vni)]
        elif letter in "đĐ":
            out += ("d9" if letter == "đ" else "D9") if vni else ("dd" if letter == "đ" else "Dd")
        else:
            out += letter
    return out + end


def half_keyed(rng: random.Random, word: str) -> str:
    """A word with one keystroke left over: Nguyễễn, Ddinh, Hungf, Vawn, Nguyenex."""
    form = unicodedata.normalize("NFC", word)
    dice = rng.random()
    if "Đ" in form and dice < 0.7:
        return form.replace("Đ", rng.choice(("Dd", "ĐD", "DĐ", "Dđ")), 1)
    if dice < 0.5:
        tones = [c for c in unicodedata.normalize("NFD", form) if c in TONES]
        if tones:
            without = unicodedata.normalize(
                "NFC", "".join(c for c in unicodedata.normalize("NFD", form) if c not in TONES)
            )
            return without + TONES[tones[0]][0]
    if dice < 0.75:
        return keyed(form, vni=False)
    return form + rng.choice("sfrxjw")


REGIONAL = {
    "Huỳnh": "Hoàng", "Hoàng": "Huỳnh", "Võ": "Vũ", "Vũ": "Võ", "Phúc": "Phước", "Phước": "Phúc", "Chính": "Chánh", "Chánh": "Chính", "Nhân": "Nhơn",
    "Bảo": "Bửu", "Cảnh": "Kiểng", "Tùng": "Tòng", "Trường": "Tràng", "Sinh": "Sanh", "Tính": "Tánh", "Lĩnh": "Lãnh", "Nhật": "Nhựt", "Hoa": "Huê",
    "Hồng": "Hường", "Đức": "Đước", "Cương": "Cang", "Quý": "Quới", "Quí": "Quới", "Lợi": "Lời", "Dũng": "Dõng", "Nghĩa": "Ngãi", "Thái": "Thới",
    "Đàn": "Đờn", "Sơn": "San", "Vinh": "Vang", "Phụng": "Phượng", "Phượng": "Phụng", "Tiến": "Tấn", "Trinh": "Tranh", "Thịnh": "Thạnh",
    "Mạnh": "Mệnh", "An": "Yên", "Yên": "An", "Ánh": "Ảnh", "Kính": "Kiếng", "Thắng": "Thắn", "Nguyên": "Ngươn", "Cẩm": "Gấm",
}  # fmt: skip
BY_EAR = [("S", "X"), ("X", "S"), ("Tr", "Ch"), ("Ch", "Tr"), ("D", "Gi"), ("Gi", "D"), ("V", "D"), ("L", "N"), ("N", "L"), ("ng$", "n"),
          ("n$", "ng"), ("t$", "c"), ("c$", "t"), ("uy", "i"), ("uâ", "u"), ("iê", "i"), ("oa", "a"), ("ai$", "ay"), ("ay$", "ai"), ("ong$", "ông")]  # fmt: skip
TONE_CONFUSION = {"\u0309": "\u0303", "\u0303": "\u0309", "\u0300": "\u0301", "\u0301": "\u0300", "\u0323": "\u0301"}


def one_letter(rng: random.Random, text: str) -> str:
    """One slip of the finger: a letter lost, doubled, hit beside, or two letters swapped."""
    letters = [i for i, c in enumerate(text) if c.isalpha()]
    if len(letters) < 3:
        return text
    i = rng.choice(letters[1:])
    dice = rng.random()
    if dice < 0.3:
        return text[:i] + text[i + 1 :]
    if dice < 0.45:
        return text[:i] + text[i] + text[i:]
    if dice < 0.75:
        near = NEIGHBOUR.get(bare(text[i]).lower(), "e")
        return text[:i] + rng.choice(near) + text[i + 1 :]
    return text[: i - 1] + text[i] + text[i - 1] + text[i + 1 :] if text[i - 1] != " " else text[:i] + text[i + 1 :]


def on_one_word(rng: random.Random, text: str, change: Callable[[str], str]) -> str:
    """The text with one of its words changed."""
    words = text.split(" ")
    order = list(range(len(words)))
    rng.shuffle(order)
    for i in order:
        changed = change(words[i])
        if changed != words[i] and changed:
            words[i] = changed
            break
    return " ".join(words)


def wrong_tone(rng: random.Random, word: str) -> str:
    """A word with hỏi for ngã, another tone, or none."""
    parts = list(unicodedata.normalize("NFD", word))
    for i, c in enumerate(parts):
        if c in TONES:
            parts[i] = TONE_CONFUSION[c] if rng.random() < 0.7 else rng.choice(("", *TONES))
            return unicodedata.normalize("NFC", "".join(parts))
    if not word or len(word) < 2:
        return word
    vowel = next((i for i, c in enumerate(word) if bare(c).lower() in "aeiouy"), None)
    return (
        word
        if vowel is None
        else unicodedata.normalize("NFC", word[: vowel + 1] + rng.choice(list(TONES)) + word[vowel + 1 :])
    )


def wrong_mark(rng: random.Random, word: str) -> str:
    """A word with a hat lost or another hat: Hưng for Hùng's vowel, Tuân for Tuấn, Đ as D."""
    swaps = {"ư": "u", "u": "ư", "ơ": "o", "o": "ô", "ô": "o", "â": "a", "ă": "â", "a": "ă", "ê": "e", "đ": "d", "Đ": "D", "ấ": "á", "ậ": "ạ", "ễ": "ể",
             "ộ": "ọ", "ờ": "ò", "ứ": "ú", "ầ": "à", "ế": "é"}  # fmt: skip
    for c in word:
        if c in swaps:
            return word.replace(c, swaps[c], 1)
    return word


def by_ear(rng: random.Random, word: str) -> str:
    """A word spelled as it sounds in the typist's home."""
    rules = BY_EAR[:]
    rng.shuffle(rules)
    for pattern, sound in rules:
        anchored = pattern if pattern.endswith("$") or pattern.islower() else f"^{pattern}"
        if re.search(anchored, word) and not (pattern == "n$" and word.endswith("ng")):
            return re.sub(anchored, sound, word, count=1)
    return word


def optical(rng: random.Random, text: str) -> str:
    """A scan read by a machine."""
    confusions = [("m", "rn"), ("l", "1"), ("i", "í"), ("ễ", "ê"), ("ă", "à"), ("ạ", "a"), ("ự", "ư"), ("h", "b"), ("o", "0"), ("ù", "ú"), ("ấ", "â"), ("Đ", "D"),
                  ("ị", "i"), ("I", "l"), ("g", "q"), ("ò", "ó"), ("n", "ri"), ("u", "ii"), ("ũ", "ù"), ("B", "8")]  # fmt: skip
    for _ in range(rng.randint(1, 3)):
        a, b = rng.choice(confusions)
        text = text.replace(a, b, 1)
    return text


def abbreviated(rng: random.Random, name: str) -> str:
    """A name with initials: Ng. V. Hùng, Nguyễn T. Lan, N.V.Hùng."""
    words = name.split(" ")
    if len(words) < 3:
        return name
    short = {
        "Nguyễn": "Ng.",
        "Thị": rng.choice(("T.", "Th.", "T", "Th")),
        "Văn": rng.choice(("V.", "V")),
        "Trần": "Tr.",
        "Phạm": "Ph.",
    }
    dice = rng.random()
    if dice < 0.4:
        return " ".join([*words[:1], *(short.get(w, f"{w[0]}.") for w in words[1:-1]), words[-1]])
    if dice < 0.75:
        return " ".join([short.get(words[0], words[0]), *words[1:]])
    if dice < 0.9:
        return " ".join(
            [short.get(words[0], f"{words[0][0]}."), *(short.get(w, f"{w[0]}.") for w in words[1:-1]), words[-1]]
        )
    return ".".join([*(w[0] for w in words[:-1]), words[-1]])


def other_words(rng: random.Random, name: str, sex: int) -> str:
    """A name with a middle name dropped, put in, exchanged or moved."""
    words = name.split(" ")
    dice = rng.random()
    if len(words) >= 3 and dice < 0.4:
        middle = rng.randrange(1, len(words) - 1)
        return " ".join(words[:middle] + words[middle + 1 :])
    if len(words) >= 4 and dice < 0.7:
        words[1], words[2] = words[2], words[1]
        return " ".join(words)
    if len(words) >= 3 and dice < 0.85:
        words[1] = (
            ("Thị" if words[1] != "Thị" else "Thanh")
            if sex
            else rng.choice([w for w in ("Văn", "Đình", "Hữu", "Ngọc") if w != words[1]])
        )
        return " ".join(words)
    if dice < 0.93:
        return " ".join([words[0], "Thị" if sex else "Văn", *words[1:]])
    return " ".join([*words[1:], words[0]])


def ethnic_spelling(rng: random.Random, name: str) -> str:
    """A highland name as Kinh clerks write it."""
    dice = rng.random()
    if "'" in name:
        name = name.replace("'", rng.choice(("'", "’", "' ", "’ ", " ", "", "`", "´", ",", ".", "ʼ", "-")), 1)
    if dice < 0.25:
        name = replaced(name, {"ă": "a", "ĕ": "e", "ŏ": "o", "č": "c", "ĭ": "i", "ŭ": "u", "ñ": "n", "ƀ": "b"})
    for a, b in (("Cil", "Chil"), ("Kră Jăn", "Krajan"), ("Lơ Mu", "Lơmu"), ("Niê", "Nie"), ("Êban", "Ê Ban"), ("Kơ Să", "Kơsă"), ("Bon Krong", "Bonkrong"),
                 ("Ha ", "Ha"), ("Liêng Hót", "Liêng Hot"), ("Ka ", "Ka'"), ("Rơ Ông", "Rơông"), ("Mlô", "Mlo"), ("Touprong", "Tou Prong")):  # fmt: skip
        if a in name and rng.random() < 0.3:
            name = name.replace(a, b, 1)
    words = name.split(" ")
    if len(words) >= 3 and dice > 0.86:
        return " ".join([words[-1], *words[:-1]])
    if len(words) >= 3 and dice > 0.72:
        return " ".join(words[-2:])
    return name


TCVN3 = dict(zip(
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§", strict=True))  # fmt: skip
VNI_TONE = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï", "": ""}
VNI_CIRCUMFLEX = {"\u0300": "à", "\u0301": "á", "\u0309": "å", "\u0303": "ã", "\u0323": "ä", "": "â"}
VNI_BREVE = {"\u0300": "è", "\u0301": "é", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë", "": "ê"}
VNI_I = {"\u0300": "ì", "\u0301": "í", "\u0309": "æ", "\u0303": "ó", "\u0323": "ò", "": "i"}


def tcvn3(text: str) -> str:
    """The text as stored under a .VnTime font; its capitals with tone were small letters shown by the font .VnTimeH."""
    lowered = "".join(c if c in TCVN3 or c.lower() not in TCVN3 else c.lower() for c in text)
    return "".join(TCVN3.get(c, c) for c in lowered)


def vni(text: str) -> str:
    """The text as stored under a VNI font."""
    out = []
    for letter in text:
        base, *marks = list(unicodedata.normalize("NFD", letter))
        tone = next((m for m in marks if m in TONES), "")
        if letter in "đĐ":
            piece = "ñ" if letter == "đ" else "Ñ"
        elif "\u0302" in marks:
            piece = base + VNI_CIRCUMFLEX[tone]
        elif "\u0306" in marks:
            piece = base + VNI_BREVE[tone]
        elif "\u031b" in marks:
            piece = {"o": "ô", "u": "ö"}[base.lower()] + VNI_TONE[tone]
        elif base.lower() == "i":
            piece = VNI_I[tone]
        elif base.lower() == "y" and tone == "\u0323":
            piece = "î"
        else:
            piece = base + (VNI_TONE[tone] if tone or base.isascii() else "")
        out.append(piece.upper() if letter.isupper() else piece)
    return "".join(out)


def lost_letters(text: str) -> str:
    """The text after a conversion to a Western code page: what that page lacks is a question mark."""
    return unicodedata.normalize("NFC", text).encode("cp1252", "replace").decode("cp1252")


def mojibake(text: str) -> str:
    """UTF-8 read as Latin-1."""
    return unicodedata.normalize("NFC", text).encode().decode("latin-1")


def viqr(text: str) -> str:
    """The text in the seven-bit spelling of e-mails."""
    signs = {
        "\u0302": "^",
        "\u0306": "(",
        "\u031b": "+",
        "\u0300": "`",
        "\u0301": "'",
        "\u0309": "?",
        "\u0303": "~",
        "\u0323": ".",
    }
    decomposed = unicodedata.normalize("NFD", text).replace("đ", "dd").replace("Đ", "DD")
    return "".join(signs.get(c, c) for c in decomposed)


ENCODINGS: dict[str, Callable[[str], str]] = {
    "tcvn3": tcvn3, "vni": vni, "question_marks": lost_letters, "mojibake": mojibake,
    "soft_hyphen_lost": lambda t: re.sub("[ưƯ]", "", t), "viqr": viqr,
}  # fmt: skip


# ---------------------------------------------------------------- profiles: who typed, when, how badly


@dataclass(frozen=True, slots=True)
class Profile:
    """A source of land rows: when it was typed and how often what went wrong (chances before the typist's carelessness)."""

    name: str
    years: tuple[int, int]
    number: dict[str, float]  # cmnd, cccd, none
    birth: dict[str, float]  # full, year, month, none
    sex: float  # share of rows with a sex
    honorific: float
    capitals: float
    accents_lost: float
    name_error: float
    number_error: float
    birth_error: float
    address_error: float
    encoding: float
    new_address: float
    no_address: float
    couple_in_cell: float


PROFILES = {
    "paper_1990s": Profile("paper_1990s", (1993, 2003), {"cmnd": 58, "none": 42}, {"full": 12, "year": 66, "month": 1, "none": 21}, 0.25, 0.75,
                           0.35, 0.05, 0.19, 0.13, 0.09, 0.20, 0.035, 0.0, 0.06, 0.42),
    "files_2004": Profile("files_2004", (2004, 2014), {"cmnd": 84, "none": 16}, {"full": 33, "year": 58, "month": 1, "none": 8}, 0.45, 0.6,
                          0.25, 0.045, 0.13, 0.11, 0.075, 0.15, 0.004, 0.0, 0.04, 0.6),
    "files_2015": Profile("files_2015", (2015, 2024), {"cmnd": 50, "cccd": 45, "none": 5}, {"full": 62, "year": 33, "month": 0.5, "none": 4.5}, 0.65,
                          0.4, 0.22, 0.02, 0.085, 0.075, 0.06, 0.10, 0.0008, 0.0, 0.02, 0.55),
    "campaign_2025": Profile("campaign_2025", (2025, 2026), {"cccd": 92, "cmnd": 3.5, "none": 4.5}, {"full": 88, "year": 9, "month": 0.3, "none": 2.7},
                             0.93, 0.12, 0.33, 0.03, 0.07, 0.085, 0.06, 0.12, 0.0002, 0.72, 0.04, 0.12),
    "system_export": Profile("system_export", (2010, 2024), {"cmnd": 55, "cccd": 32, "none": 13}, {"full": 48, "year": 42, "month": 0, "none": 10}, 0.9,
                             0.1, 0.5, 0.08, 0.08, 0.08, 0.08, 0.12, 0.003, 0.0, 0.15, 0.3),
}  # fmt: skip
PROFILE_SHARE = weighted(
    {"paper_1990s": 12, "files_2004": 26, "files_2015": 27, "campaign_2025": 31, "system_export": 4}
)


@dataclass(slots=True)
class Clerk:
    """A typist: an office, an ear, habits, and a carelessness that makes errors come together."""

    style: str
    careless: float
    numbers: str  # plain, dotted, labelled, excel
    dates: str
    couples: int
    household: str
    sexes: tuple[str, str]


DATE_STYLES = Table(["d/m/Y", "dd/mm/YYYY", "d-m-Y", "dd.mm.YYYY", "iso", "iso_time", "yy", "words", "mdy", "serial"],
                    [14, 60, 5, 6, 4, 1.5, 2.5, 1.5, 0.6, 0.5])  # fmt: skip


def make_clerks(rng: random.Random, count: int) -> list[Clerk]:
    """The typists of thirty years."""
    clerks = []
    for _ in range(count):
        clerks.append(
            Clerk(
                rng.choice((NORTHERN, CENTRAL, SOUTHERN)),
                min(rng.gammavariate(0.7, 1 / 0.7), 5.0),
                rng.choices(("plain", "dotted", "labelled", "excel"), (84, 4, 6, 6))[0],
                DATE_STYLES.draw(rng),
                rng.randrange(1000),
                rng.choice(
                    (
                        "Hộ ông",
                        "Hộ",
                        "Hộ ông:",
                        "Hộ gia đình ông",
                        "Hộ GĐ ông",
                        "HGĐ ông",
                        "Hộ ông (bà)",
                        "Chủ hộ:",
                        "Hộ Ông",
                        "hộ ô.",
                    )
                ),
                rng.choices(
                    (
                        ("Nam", "Nữ"),
                        ("1", "0"),
                        ("nam", "nữ"),
                        ("M", "F"),
                        ("Nam", "Nu"),
                        ("Ông", "Bà"),
                        ("0", "1"),
                        ("1", "2"),
                    ),
                    (70, 9, 6, 3, 3, 4, 2, 3),
                )[0],
            )
        )
    return clerks


# ---------------------------------------------------------------- cells


@dataclass(slots=True)
class Subject:
    """One land user of a row: the person, what the cells say, and what is wrong with it."""

    person: Person | None
    kind: str
    text: str = ""
    number: str = ""
    birth: str = ""
    sex: str = ""
    notes: list[str] = field(default_factory=list)
    own_number: bool = False
    precision: str = "none"  # what the row really tells of the birth date: full, year, none, wrong


class Typist:
    """Types one subject: name, number, birth date, sex, as this profile and clerk would."""

    def __init__(self, rng: random.Random, units: Units, profile: Profile, clerk: Clerk, year: int) -> None:
        self.rng, self.units, self.profile, self.clerk, self.year = rng, units, profile, clerk, year
        mood = clerk.careless * (0.6 + rng.random() * 0.8)
        self.mood = mood
        self.number_kind = weighted(profile.number).draw(rng)
        self.birth_kind = weighted(profile.birth).draw(rng)

    def slip(self, chance: float) -> bool:
        """Whether this typist, in this mood, makes the mistake."""
        return self.rng.random() < min(chance * self.mood, 0.6)

    def kind_of(self, habit: str, table: dict[str, float]) -> str:
        """What the whole row has, mostly; or what this person has."""
        return habit if self.rng.random() < 0.88 else str(weighted(table).draw(self.rng))

    def subject(self, person: Person) -> Subject:
        """The person as this typist puts him or her down."""
        subject = Subject(person, "person")
        subject.text = self.name(person, subject.notes)
        self.number(person, subject)
        self.birth(person, subject)
        subject.sex = self.sex(person, subject.notes)
        return subject

    def name(self, person: Person, notes: list[str]) -> str:
        """The person's name as typed, without honorifics."""
        rng = self.rng
        name = person.name
        if person.former_name and self.year < 2016 and rng.random() < 0.75:
            name = person.former_name
            notes.append("name:former" + ("" if name in person.other_names else "_unlisted"))
        name = spell_i_y(rng, tone_style(rng, name) if rng.random() < 0.6 else name, 0.2)
        if person.people not in ("kinh", "tay", "thai", "hoa", "cham") and rng.random() < 0.45:
            changed = ethnic_spelling(rng, name)
            if changed != name:
                notes.append("name:ethnic_spelling")
            name = changed
        if self.slip(self.profile.name_error):
            name = self.misspelled(name, person, notes)
            if self.slip(0.06):
                name = self.misspelled(name, person, notes)
        return name

    def misspelled(self, name: str, person: Person, notes: list[str]) -> str:
        """The name with one fault."""
        rng = self.rng
        kind = rng.choices(
            (
                "letter",
                "tone",
                "mark",
                "telex",
                "vni",
                "half_keyed",
                "ear",
                "regional",
                "abbreviated",
                "middle",
                "ocr",
                "word_accents",
                "glued",
                "split",
            ),
            (14, 18, 13, 2, 1, 7, 13, 9, 6, 10, 5 if self.year > 2014 else 2, 5, 2, 1.5),
        )[0]
        changes: dict[str, Callable[[], str]] = {
            "letter": lambda: one_letter(rng, name),
            "tone": lambda: on_one_word(rng, name, lambda w: wrong_tone(rng, w)),
            "mark": lambda: on_one_word(rng, name, lambda w: wrong_mark(rng, w)),
            "telex": lambda: " ".join(keyed(w, vni=False) for w in name.split(" ")),
            "vni": lambda: " ".join(keyed(w, vni=True) for w in name.split(" ")),
            "half_keyed": lambda: on_one_word(rng, name, lambda w: half_keyed(rng, w)),
            "ear": lambda: on_one_word(rng, name, lambda w: by_ear(rng, w)),
            "regional": lambda: on_one_word(rng, name, lambda w: REGIONAL.get(w, w)),
            "abbreviated": lambda: abbreviated(rng, name),
            "middle": lambda: other_words(rng, name, person.sex),
            "ocr": lambda: optical(rng, name),
            "word_accents": lambda: on_one_word(rng, name, bare),
            "glued": lambda: name.replace(" ", "", 1),
            "split": lambda: on_one_word(
                rng, name, lambda w: f"{w[: len(w) // 2]} {w[len(w) // 2 :]}" if len(w) > 4 else w
            ),
        }
        changed = changes[kind]().strip()
        if changed and changed != name:
            notes.append(f"name:{kind}")
            return changed
        return name

    def number(self, person: Person, subject: Subject) -> None:
        """The person's number of that time, clean, damaged, missing or somebody else's."""
        rng = self.rng
        kind = self.kind_of(self.number_kind, self.profile.number)
        if kind == "cccd" and (not person.personal_id or (person.death and person.death < 2016)):
            kind = "cmnd"
        if kind == "cmnd" and not person.cmnds:
            kind = "cccd" if person.personal_id and self.year >= 2013 else "none"
        if kind == "none":
            subject.notes.append("number:none")
            subject.number = rng.choice(
                ("", "", "", "", "", "", "", "-", "không", "chưa có", "000000000", "0", "x", "CMND:", "123456789")
            )
            return
        value = person.personal_id if kind == "cccd" else person.cmnds[-1 if self.year > 2008 else 0]
        if kind == "cccd" and person.cancelled_id and rng.random() < 0.7:
            value = person.cancelled_id
            subject.notes.append("number:cancelled")
        subject.own_number = True
        if kind == "cmnd":
            subject.notes.append("number:cmnd")
            if person.in_register and not any(value in old for old in person.old_ids):
                subject.notes.append("number:cmnd_not_listed")
                subject.own_number = False
        if value.isdigit() and self.slip(self.profile.number_error):
            self.damage(value, kind, person, subject)
        elif kind == "cccd" and person.cmnds and rng.random() < 0.02:
            both = [value, person.cmnds[-1]]
            rng.shuffle(both)
            subject.number = rng.choice(("/", " / ", " - ", "; ", " (", "\n")).join(both)
            subject.number += ")" if "(" in subject.number else ""
            subject.notes.append("number:two_of_one")
        else:
            subject.number = self.dressed(value, kind, person, subject)

    def dressed(self, value: str, kind: str, person: Person, subject: Subject) -> str:
        """A right number in the clerk's dress."""
        rng = self.rng
        habit = self.clerk.numbers if rng.random() < 0.75 else "plain"
        if habit == "dotted":
            sign = rng.choice((".", " ", " ", "-"))
            return sign.join(re.findall("...", value)) if len(value) % 3 == 0 else value
        if habit == "labelled":
            label = (
                rng.choice(("CMND: ", "CMND số ", "CMND ", "Số CMND: ", "GCMND số ", "CMT "))
                if kind == "cmnd"
                else rng.choice(("CCCD: ", "CCCD số ", "Số ĐDCN: ", "CCCD "))
            )
            issue = f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(self.year - 8, self.year)}"
            tail = rng.choice(
                (
                    "",
                    "",
                    f", cấp ngày {issue}",
                    f" cấp ngày {issue} tại CA Lâm Đồng",
                    f" do CA tỉnh cấp ngày {issue}",
                    f" ngày cấp: {issue}; nơi cấp: " + ("CA tỉnh" if kind == "cmnd" else "Cục CSQLHC về TTXH"),
                )
            )
            return label + value + tail
        if habit == "excel" and value.startswith("0"):
            subject.notes.append("number:zero_lost")
            return value.lstrip("0") + ("" if rng.random() < 0.85 else ".0")
        return f"'{value}" if rng.random() < 0.006 else value

    def damage(self, value: str, kind: str, person: Person, subject: Subject) -> None:
        """A number gone wrong."""
        rng = self.rng
        fault = rng.choices(
            ("zero_lost", "one_digit", "transposed", "digit_lost", "digit_added", "relative", "scientific", "scientific_exact", "ocr", "phone", "tax_code",
             "certificate", "stranger", "two_digits", "letter_tail", "placeholder", "army"),
            (20, 16, 9, 7, 4, 17, 2.5 if self.year > 2014 else 0.3, 1.5, 5, 2, 1.5, 1, 3, 4, 1.5, 3, 1))[0]  # fmt: skip
        i = rng.randrange(1, len(value) - 1)
        subject.notes.append(f"number:{fault}")
        subject.own_number = subject.own_number and fault in ("zero_lost", "scientific_exact", "ocr", "letter_tail")
        match fault:
            case "zero_lost":
                if not value.startswith("0"):
                    subject.number = value
                    subject.notes.pop()
                else:
                    subject.number = value.lstrip("0")
            case "one_digit":
                i = rng.randrange(len(value) - 6, len(value)) if rng.random() < 0.75 else rng.randrange(len(value))
                digit = rng.choice([d for d in "0123456789" if d != value[i]])
                subject.number = value[:i] + digit + value[i + 1 :]
            case "two_digits":
                spoiled = list(value)
                for j in rng.sample(range(3, len(value)), 2):
                    spoiled[j] = rng.choice([d for d in "0123456789" if d != value[j]])
                subject.number = "".join(spoiled)
            case "transposed":
                spots = [j for j in range(len(value) - 1) if value[j] != value[j + 1]]
                i = rng.choice(spots) if spots else i
                subject.number = value[:i] + value[i + 1] + value[i] + value[i + 2 :]
            case "digit_lost":
                subject.number = value[:i] + value[i + 1 :]
            case "digit_added":
                subject.number = value[:i] + rng.choice((value[i], rng.choice("0123456789"))) + value[i:]
            case "relative":
                subject.number = relatives_number(rng, person, kind) or ""
                subject.notes[-1] += "" if subject.number else "_none"
            case "scientific":
                mantissa = f"{int(value):.4E}".split("E")
                subject.number = f"{mantissa[0].rstrip('0')}E+{int(mantissa[1]):02d}"
            case "scientific_exact":
                number = str(int(value))
                subject.number = f"{number[0]}.{number[1:]}E+{len(number) - 1:02d}"
            case "ocr":
                subject.number = replaced(
                    value, rng.choice(({"0": "O"}, {"1": "l"}, {"5": "S"}, {"8": "B"}, {"0": "o", "1": "I"}))
                )
            case "phone":
                subject.number = f"0{rng.choice(('9', '3', '7', '8'))}{rng.randint(10000000, 99999999)}"
            case "tax_code":
                subject.number = f"{rng.choice(('58', '80', '81', '82', '34', '64'))}{rng.randint(10000000, 99999999)}"
            case "certificate":
                subject.number = f"{rng.choice('ABCDS')}{rng.choice('ABEKN')} {rng.randint(100000, 999999)}"
            case "stranger":
                subject.number = (
                    f"25{rng.randint(1000000, 9999999)}"
                    if kind == "cmnd"
                    else f"068{rng.randint(0, 1)}{rng.randint(50, 99)}{rng.randint(1, 9000):06d}"
                )
            case "letter_tail":
                subject.number = value + rng.choice(("A", "B", ".", ",", "`", "\t", " (c)"))
            case "placeholder":
                subject.number = rng.choice(("000000000", "111111111", "123456789", "999999999", "000000000000", "0"))
            case "army":
                subject.number = rng.choice(("CMQĐ ", "CMSQ ", "", "Số hiệu ")) + f"{rng.randint(10000, 99999999)}"

    def birth(self, person: Person, subject: Subject) -> None:
        """The person's birth date as typed, with the truth of it in `precision`."""
        rng = self.rng
        kind = self.kind_of(self.birth_kind, self.profile.birth)
        if kind == "none":
            subject.notes.append("birth:none")
            subject.birth = rng.choice(("", "", "", "", "", "-", "không rõ", "00/00/0000", "0"))
            return
        old_paper = self.year < 2015 or not subject.own_number or "number:cmnd" in subject.notes
        year = person.paper_year if old_paper else person.year
        month, day = person.month, person.day or 1
        subject.precision = "full" if kind == "full" and not person.year_only else "year"
        if year != person.year:
            subject.notes.append("birth:paper_year")
            subject.precision = "wrong"
        if person.year_only and kind == "full":
            month, day = 1, 1
            kind = "full" if rng.random() < 0.45 else "year"
            subject.notes.append("birth:first_of_january" if kind == "full" else "birth:year_only")
        elif kind == "full" and person.day == 0:
            kind = "month"
        if self.slip(self.profile.birth_error):
            fault = rng.choices(("swapped", "year", "day", "month", "first_of_january", "decade", "relative", "ocr", "impossible", "issue_date"),
                                (17, 24, 16, 9, 10, 6, 8, 5, 3, 2))[0]  # fmt: skip
            before = (year, month, day)
            match fault:
                case "swapped":
                    month, day = (day, month) if day <= 12 else (month, day)
                case "year":
                    year += rng.choice((-1, 1))
                case "day":
                    day = min(max(day + rng.choice((-10, -1, 1, 10, 2, -2)), 1), 28)
                case "month":
                    month = rng.randint(1, 12)
                case "first_of_january":
                    month, day = 1, 1
                case "decade":
                    year += rng.choice((-10, 10, -100 if year > 2000 else 10))
                case "relative":
                    kin = [k for k in (person.spouse, person.father, *person.children[:2]) if k is not None]
                    if kin:
                        other = rng.choice(kin)
                        year, month, day = other.year, other.month, other.day or 1
                case "issue_date":
                    year, month, day = (
                        max(self.year - rng.randint(0, 9), year + 15),
                        rng.randint(1, 12),
                        rng.randint(1, 28),
                    )
            if (year, month, day) != before and (kind == "full" or year != before[0]):
                subject.notes.append(f"birth:{fault}")
                subject.precision = "wrong" if year != person.year else "year"
            if fault in ("ocr", "impossible"):
                subject.notes.append(f"birth:{fault}")
                subject.birth = self.spoiled_date(fault, year, month, day)
                subject.precision = "year"
                return
        subject.birth = self.written(kind, year, month, day, subject)

    def spoiled_date(self, fault: str, year: int, month: int, day: int) -> str:
        """A date misread by a machine, or one that no calendar has."""
        if fault == "ocr":
            return replaced(
                f"{day:02d}/{month:02d}/{year}",
                self.rng.choice(({"0": "O"}, {"1": "l"}, {"/": "1"}, {"/": "."}, {"0": "o", "/": "I"})),
            )
        return self.rng.choice(
            (
                f"31/02/{year}",
                f"00/00/{year}",
                f"{day:02d}/{self.rng.randint(13, 20)}/{year}",
                f"{day:02d}/00/{year}",
                f"30/2/{year}",
            )
        )

    def written(self, kind: str, year: int, month: int, day: int, subject: Subject) -> str:
        """The date in the clerk's style."""
        rng = self.rng
        if kind == "year":
            if "birth:year_only" not in subject.notes:
                subject.notes.append("birth:year_only")
            return rng.choices((f"{year}", f"{year}.0", f"Sinh năm {year}", f"NS {year}", f"{year % 100:02d}", f"00/00/{year}", f"SN: {year}", f"NS{year}", f"01/01/{year}"),
                               (86, 3, 4, 1.5, 0.4, 1, 1.5, 0.8, 3))[0]  # fmt: skip
        if kind == "month":
            subject.notes.append("birth:month_only")
            return rng.choice(
                (f"{month:02d}/{year}", f"{month}-{year}", f"tháng {month} năm {year}", f"00/{month:02d}/{year}")
            )
        style = self.clerk.dates if rng.random() < 0.8 else "dd/mm/YYYY"
        if style in ("yy", "mdy", "serial"):
            subject.notes.append(f"birth:{style}")
        return {
            "d/m/Y": f"{day}/{month}/{year}", "dd/mm/YYYY": f"{day:02d}/{month:02d}/{year}", "d-m-Y": f"{day}-{month}-{year}",
            "dd.mm.YYYY": f"{day:02d}.{month:02d}.{year}", "iso": f"{year}-{month:02d}-{day:02d}", "iso_time": f"{year}-{month:02d}-{day:02d} 00:00:00",
            "yy": f"{day}/{month}/{year % 100:02d}", "words": f"ngày {day} tháng {month} năm {year}", "mdy": f"{month:02d}/{day:02d}/{year}",
            "serial": str((date(year, month, min(day, 28)) - date(1899, 12, 30)).days),
        }[style]  # fmt: skip

    def sex(self, person: Person, notes: list[str]) -> str:
        """The sex column."""
        if self.rng.random() > self.profile.sex:
            return ""
        wrong = self.slip(0.009)
        if wrong:
            notes.append("sex:wrong")
        if self.clerk.sexes == ("0", "1"):
            notes.append("sex:man_is_0")
        return self.clerk.sexes[1 - person.sex if wrong else person.sex]

    def address(self, person: Person, notes: list[str]) -> str:
        """The address of that time, in two or three levels, complete or not."""
        rng = self.rng
        if rng.random() < self.profile.no_address:
            return ""
        place = person.place
        if person.earlier_place is not None and (self.year < 2018 or rng.random() < 0.15):
            place = person.earlier_place
            notes.append("address:before_move")
        new = rng.random() < self.profile.new_address
        text = self.new_address(place, notes) if new else self.old_address(place, notes)
        if self.slip(self.profile.address_error):
            dice = rng.random()
            notes.append("address:error")
            text = (
                bare(text)
                if dice < 0.3
                else one_letter(rng, text)
                if dice < 0.65
                else text.replace(", ", rng.choice((" ", "-", " - ", ",")))
                if dice < 0.85
                else on_one_word(rng, text, lambda w: wrong_tone(rng, w))
            )
        return text

    def old_address(self, place: Place, notes: list[str]) -> str:
        """Hamlet, commune, district, province before July 2025, with the names of that year."""
        rng = self.rng
        if rng.random() < 0.006:
            notes.append("address:ditto")
            return rng.choice(("nt", "Như trên", "-nt-", "cùng địa chỉ", "Tại địa phương", "địa phương"))
        old = self.units.old[place.unit]
        district, province = (old.district_type, old.district_short), old.province_short
        if self.year < 2024 and old.district_short == "Đạ Huoai" and rng.random() < 0.9:
            district = (
                "Huyện",
                "Đạ Tẻh" if old.ward_short in DA_TEH else "Cát Tiên" if old.ward_short in CAT_TIEN else "Đạ Huoai",
            )
        if (old.district_short == "Bảo Lộc" and self.year < 2010) or (
            old.district_short == "Gia Nghĩa" and self.year < 2020
        ):
            district = ("Thị xã", old.district_short)
        if old.province_code == "67" and self.year < 2004:
            province = "Đắk Lắk"
        if old.province_code == "60" and self.year < 1996 and rng.random() < 0.3:
            province = "Thuận Hải"
        short = rng.random() < 0.45
        ward = abbreviate_unit(rng, old.ward_type, old.ward_short, short)
        district_text = abbreviate_unit(rng, *district, short)
        province_text = rng.choice(
            (
                f"tỉnh {province}",
                province,
                f"T. {province}",
                {"Lâm Đồng": "LĐ", "Đắk Nông": "Đăk Nông", "Bình Thuận": "B.Thuận"}.get(province, province),
            )
        )
        if old.province.startswith("Thành phố"):
            province_text = rng.choice(
                (old.province, f"TP. {province}", {"Hồ Chí Minh": "TPHCM", "Hà Nội": "HN"}.get(province, province))
            )
        parts = [
            place.house if rng.random() < 0.8 else "",
            place.hamlet if rng.random() < 0.8 else "",
            ward,
            district_text,
            province_text,
        ]
        dice = rng.random()
        if dice < 0.16:
            parts = parts[:4]
        elif dice < 0.24:
            parts = parts[:3]
            notes.append("address:commune_only")
        elif dice < 0.27:
            parts = [parts[1], parts[2], parts[4]]
        elif dice < 0.285:
            parts = parts[:2]
            notes.append("address:hamlet_only")
        if "Đắk" in "".join(parts) and rng.random() < 0.3:
            spelling = rng.choice(("Đăk", "Dak", "Đak", "Đắc", "Đăc", "DăK"))
            parts = [p.replace("Đắk", spelling) for p in parts]
        text = ", ".join(p for p in parts if p)
        dice = rng.random()
        return (
            text.replace(", ", " - ")
            if dice < 0.05
            else text.upper()
            if dice < 0.06
            else text.lower()
            if dice < 0.075
            else text
        )

    def new_address(self, place: Place, notes: list[str]) -> str:
        """Hamlet, commune, province since July 2025; sometimes with the old one, or a mix of the two."""
        rng = self.rng
        ward, province = self.units.name_of[place.code]
        province_short = province.replace("Tỉnh ", "").replace("Thành phố ", "")
        head = place.hamlet if rng.random() < 0.75 else ""
        dice = rng.random()
        if dice < 0.03:
            notes.append("address:hybrid")
            return f"{self.old_address(place, notes)} (nay là {ward}, {province})"
        if dice < 0.06:
            notes.append("address:hybrid")
            old = self.units.old[place.unit]
            return ", ".join(p for p in (head, ward, f"huyện {old.district_short}", province) if p)
        ward = (
            ward.replace(" - ", rng.choice((" - ", "-", " ", " – ")))
            .replace("Xã ", rng.choice(("Xã ", "xã ", "X. ", "xã ", "")))
            .replace("Phường ", rng.choice(("Phường ", "phường ", "P. ", "P.")))
        )
        return ", ".join(
            p
            for p in (
                head,
                ward,
                rng.choice((province, province.lower().replace("lâm đồng", "Lâm Đồng"), province_short, ""))
                if rng.random() < 0.95
                else "",
            )
            if p
        )


def abbreviate_unit(rng: random.Random, kind: str, name: str, short: bool) -> str:
    """A unit with its kind, in full, abbreviated or left out."""
    name = name.removeprefix(f"{kind} ")
    if short:
        forms = {"Phường": ("P.", "P. ", "P", "F."), "Xã": ("X.", "X. ", "xã "), "Thị trấn": ("TT.", "TT ", "Thị trấn "), "Huyện": ("H.", "H. ", "huyện "),
                 "Quận": ("Q.", "Q. "), "Thị xã": ("TX.", "TX "), "Thành phố": ("TP.", "Tp. ", "TP ")}  # fmt: skip
        head = rng.choice(forms.get(kind, (f"{kind} ",)))
        return head + name if not (head == "P" and not name[0].isdigit()) else f"P.{name}"
    if rng.random() < 0.15 and not name[0].isdigit():
        return name
    return f"{kind.lower() if rng.random() < 0.6 else kind} {name}"


def relatives_number(rng: random.Random, person: Person, kind: str) -> str:
    """The number of the wife or husband, a parent, a child, a sibling."""
    siblings = [s for p in person.parents if p is not None for s in p.children if s is not person]
    kin = [person.spouse] * 3 + [*person.parents] + person.children[:3] + siblings[:3]
    numbers = [k.personal_id if kind == "cccd" else (k.cmnds[0] if k.cmnds else "") for k in kin if k is not None]
    numbers = [n for n in numbers if n]
    return rng.choice(numbers) if numbers else ""


# ---------------------------------------------------------------- rows

HEADERS = ["record_id", "full_name", "id_number", "birth_date", "sex", "address", "role", "legal_form", "organisation_name", "parcel_id",
           "parcel_commune_code", "certificate_no", "card_qr", "encoding"]  # fmt: skip
COUPLE_FORMS = [  # {a} is named first; {A} and {B} are Ông or Bà as the person is
    ("{A} {a} và {b_low} {b}", 10), ("Hộ {a_low} {a} và {wife} là {b_low} {b}", 8), ("{A} {a} và {wife} {b_low} {b}", 6), ("{A}: {a} - {B}: {b}", 5),
    ("{a} - {b}", 6), ("{a}, {b}", 6), ("{a}; {b}", 4), ("{a} và {b}", 7), ("{A} {a}, {b_low} {b}", 6), ("{A} {a} và {wife} {b}", 4), ("Hộ {a_low} {a} {b_low} {b}", 3),
    ("{a} ({husband_tag}), {b} ({wife_tag})", 2), ("{a} + {b}", 1.5), ("{a} & {b}", 1), ("{a}/{b}", 2), ("{A}: {a}\n{B}: {b}", 4), ("1. {A} {a} 2. {B} {b}", 1.5),
    ("Vợ chồng {a_low} {a} {b_low} {b}", 2), ("{a} và {wife} {b}", 3), ("{A} {a}\nVà {wife}: {b}", 2), ("{A} {a} cùng {wife} {b_low} {b}", 1.5), ("{a_up}. {a}, {b_up}. {b}", 1.5),
    ("Hộ {a_low}: {a}; {wife}: {b}", 2), ("{a}và {wife} {b}", 0.5), ("{A} {a} và {wife} là {B}: {b} cùng sử dụng", 0.7), ("Đ/c {a} và {wife} {b}", 0.2),
]  # fmt: skip
COUPLE_TABLE = Table([f for f, _ in COUPLE_FORMS], [w for _, w in COUPLE_FORMS])
ORGANISATIONS = Table([
    "UBND xã {u}", "UBND xã {u} (quản lý)", "Ủy ban nhân dân phường {u}", "Uỷ ban nhân dân xã {u}", "UBND huyện {d}", "UBND xã {u} - đất chưa giao", "UB xã {u}",
    "Công ty TNHH {g}", "Cty TNHH MTV {g}", "CÔNG TY CỔ PHẦN {g}", "C.ty CP Chè {g}", "DNTN {g}", "Doanh nghiệp tư nhân {g}", "CN. Cty TNHH {g}",
    "Công ty TNHH MTV Lâm nghiệp {d}", "BQL rừng phòng hộ {d}", "Ban quản lý rừng {d}", "Ban QLDA đầu tư xây dựng huyện {d}", "Vườn quốc gia Bidoup - Núi Bà",
    "HTX dịch vụ nông nghiệp {u}", "Hợp tác xã {g}", "Trường THCS {u}", "Trường Tiểu học {u}", "Trường Mầm non {g}", "Trạm y tế xã {u}", "Bưu điện {d}",
    "Ngân hàng NN&PTNT {d}", "Bộ chỉ huy quân sự tỉnh Lâm Đồng", "Công an huyện {d}", "Hội Nông dân xã {u}", "Đoàn Kinh tế quốc phòng {d}", "Trung tâm phát triển quỹ đất",
    "Chùa Linh {t}", "Chùa Phước {t}", "Niệm Phật đường {u}", "Tịnh xá Ngọc {t}", "Giáo xứ {u}", "Nhà thờ Giáo xứ {u}", "Dòng Mến Thánh Giá {d}", "Chi hội Tin lành {u}",
    "Hội thánh Tin lành Việt Nam (miền Nam) chi hội {u}", "Thánh thất Cao Đài {u}", "Đình làng {u}", "Đền thờ {g}", "Thiền viện Trúc Lâm", "Nhà văn hóa thôn {n}",
    "Công ty TNHH {g} - đại diện: {p}", "CTY TNHH {g} (Người đại diện: {p})", "DNTN {g} - Chủ DN: {p}", "Chùa {g} - Đại đức {p}", "Trường MN {g} (bà {p} - Hiệu trưởng)",
])  # fmt: skip
COMMUNITIES = Table(["Cộng đồng dân cư thôn {n}", "Cộng đồng dân cư buôn {h}", "Thôn {n} xã {u}", "Bon {h}", "Cộng đồng thôn {h}, xã {u}", "Dòng họ {s}", "Họ tộc {s} {u}",
                     "Tổ dân phố {n}", "Cộng đồng dân cư bon {h}", "Ban tự quản thôn {n}"])  # fmt: skip
PLACEHOLDERS = Table(["Chủ sử dụng tạm thời", "Chưa xác định", "Chưa xác định chủ", "Vô chủ", "Không rõ", "Không xác định", "Đất công", "Đường giao thông", "Sông suối", "...",
                      "Chủ mới", "Chưa rõ tên", "Đất chưa giao", "Người sử dụng đất chưa xác định", "KXĐ", "???", "x", "-"])  # fmt: skip
FIRMS = Table(
    [
        "Hoàng Anh",
        "Minh Phát",
        "Thành Công",
        "Đại Lợi",
        "Phước Lộc",
        "Nguyễn Hùng",
        "Trường Thịnh",
        "Tâm Châu",
        "Đoàn Gia",
        "Việt Nga",
        "Hồng Đức",
        "An Bình",
    ]
)
FOREIGN = Table(
    [
        "Kim Min Jun",
        "Park Ji Hoon",
        "WANG XIAOMING",
        "John Robert Miller",
        "Marie Dupont",
        "TANAKA HIROSHI",
        "LEE SANG WOO",
        "Chen Wei Lun",
        "Michael Tran",
        "Pham Thi Lan Smith",
    ]
)
FINISHED = {"(đã chết)": 5, "(chết)": 3, "(đã mất)": 3, "- đã chết": 1, "(mất năm {y})": 1}
REMARKS = Table(["(đã chuyển nhượng)", "(đã bán)", "(cấp đổi)", "(thế chấp NH)", "- HK", "(hiến đất)", "(đại diện)", "(chủ hộ)", "*", "(chưa cấp GCN)", "(tặng cho con)", "(ĐD)",
                 "và các đồng sử dụng", "(con ông {k})", "(vợ ông {k})", "(thừa kế của ông {k})", "(mua của {k})", "đã chuyển cho {k}", "(bà {k} ở nhờ)", "con {k}", "(đã ly hôn)"])  # fmt: skip


@dataclass(slots=True)
class Holding:
    """A certificate: who holds it and how the office sees them."""

    form: str  # single, couple, household, co_owners
    holders: list[Person]


class LandOffice:
    """Types the land register row by row and keeps the truth."""

    def __init__(self, rng: random.Random, units: Units, society: Society, register: list[Person]) -> None:
        self.rng, self.units, self.society = rng, units, society
        self.clerks = make_clerks(rng, 140)
        self.rows: list[dict[str, str]] = []
        self.truth: list[list[str]] = []
        self.pools = self.make_pools(register)
        keys = Counter((bare(p.register_name).lower(), p.register_birth[:4]) for p in register)
        self.namesakes = keys
        self.villages: dict[str, list[Person]] = defaultdict(list)
        for person in register:
            if 1940 < person.year < 1995:
                self.villages[person.place.code].append(person)

    def make_pools(self, register: list[Person]) -> dict[str, Table]:
        """Who may own land, inside and outside the register."""

        def by_age(people: Iterable[Person]) -> Table:
            people = list(people)
            weights = [
                0.02
                if p.year > 2003
                else 0.3
                if p.year > 1993
                else 1.6
                if p.year > 1984
                else 2.6
                if p.year > 1950
                else 1.6
                for p in people
            ]
            return Table(people, weights)  # type: ignore[arg-type]

        everybody = self.society.people
        outside = [p for p in everybody if not p.in_register and p.year <= 2003]
        return {
            "inside": by_age(p for p in register if p.year <= 2006),
            "dead": by_age(p for p in outside if p.death and p.year < 1975 and p.death >= 1988),
            "left": by_age(p for p in outside if not p.death and p.emigrated == "province"),
            "abroad": by_age(p for p in outside if p.emigrated == "abroad"),
        }  # fmt: skip

    def decoy(self) -> Person:
        """Somebody who isn't in the register but looks like somebody who is."""
        rng = self.rng
        model: Person = self.pools["inside"].draw(rng)
        kind = rng.choices(("same_name_year_commune", "same_name_year", "same_name_commune", "dead_father_same_name", "sibling_like", "same_name_day", "near_number"),
                           (14, 24, 26, 12, 16, 1, 7))[0]  # fmt: skip
        twin = Person(
            model.name,
            model.sex,
            model.year,
            rng.randint(1, 12),
            rng.randint(1, 28),
            model.people,
            model.clan,
            model.lineage,
            model.style,
            model.place,
            model.origin,
        )
        twin.decoy = kind
        if kind in ("same_name_year", "same_name_day"):
            twin.place = new_place(
                rng, self.units, rng.choice(self.units.home if rng.random() < 0.6 else self.units.away)
            )
        if kind == "same_name_day":
            twin.month, twin.day = model.month, model.day
        elif kind == "same_name_commune":
            twin.year = min(max(model.year + rng.choice((-12, -7, -4, -3, -2, 2, 3, 5, 9)), 1920), 2004)
        elif kind == "dead_father_same_name":
            twin.year, twin.sex, twin.death = max(model.year - rng.randint(20, 34), 1905), 0, rng.randint(1994, 2011)
            twin.children, twin.spouse = [model], None
        elif kind in ("sibling_like", "near_number"):
            twin.name = (
                on_one_word(rng, model.name, lambda w: wrong_tone(rng, w))
                if rng.random() < 0.5
                else " ".join([*model.name.split(" ")[:-1], (MALE_OLD, FEMALE_OLD)[model.sex].draw(rng)])
            )
            twin.year = model.year + (0 if kind == "sibling_like" else rng.choice((-1, 0, 1)))
        twin.paper_year = twin.year
        twin.personal_id = "" if twin.death else f"{model.personal_id[:6] or '068085'}{rng.randint(60000, 99999):06d}"
        if twin.year != model.year and twin.personal_id:
            twin.personal_id = f"0{twin.origin}{twin.sex + (2 if twin.year > 1999 else 0)}{twin.year % 100:02d}{rng.randint(60000, 99999):06d}"
        twin.cmnds = [f"2{rng.randint(40000000, 69999999)}"]
        if kind == "near_number" and model.cmnds:
            digits = list(model.cmnds[0])
            digits[-1] = str((int(digits[-1]) + rng.randint(1, 9)) % 10)
            twin.cmnds = ["".join(digits)]
        twin.register_name = twin.name
        return twin

    def foreigner(self) -> Person:
        """A foreigner, or a Vietnamese who became one."""
        rng = self.rng
        model: Person = self.pools["inside"].draw(rng)
        name = FOREIGN.draw(rng)
        person = Person(
            name, model.sex, model.year, model.month, model.day or 1, "kinh", "", "", "", model.place, model.origin
        )
        person.paper_year, person.cmnds, person.decoy = (
            person.year,
            [rng.choice("MNPXG") + str(rng.randint(1000000, 99999999))],
            "foreigner",
        )
        return person

    def holder(self) -> Person:
        """A land user: nine in ten stand in the register."""
        rng = self.rng
        dice = rng.random()
        if dice < 0.9325:
            return self.pools["inside"].draw(rng)  # type: ignore[no-any-return]
        if dice < 0.9545:
            return self.pools["dead"].draw(rng)  # type: ignore[no-any-return]
        if dice < 0.976:
            return self.pools["left"].draw(rng)  # type: ignore[no-any-return]
        if dice < 0.982:
            return self.pools["abroad"].draw(rng) if self.pools["abroad"].items else self.decoy()
        return self.decoy() if dice < 0.9985 else self.foreigner()

    def holding(self, couples: float) -> Holding:
        """Somebody's land, alone, with the spouse, as a household or with others."""
        rng = self.rng
        person = self.holder()
        dice = rng.random()
        if person.spouse is not None and dice < couples:
            pair = [person, person.spouse]
            return Holding("couple", sorted(pair, key=lambda p: p.sex))
        if dice < couples + 0.12:
            return Holding("household", [person])
        if dice < couples + 0.145 and not person.decoy:
            siblings = [
                s for p in person.parents if p is not None for s in p.children if s is not person and s.year < 2003
            ]
            unique = [s for i, s in enumerate(siblings) if s not in siblings[:i]]
            others = (
                unique
                if len(unique) > 1 and rng.random() < 0.6
                else rng.sample(
                    self.villages[person.place.code] or [person], min(3, len(self.villages[person.place.code]) or 1)
                )
            )
            return Holding("co_owners", [person, *[o for o in others[: rng.randint(1, 5)] if o is not person]])
        return Holding("single", [person])

    def fill(self, wanted: int) -> None:
        """Rows until the register has `wanted`."""
        rng = self.rng
        while len(self.rows) < wanted:
            profile = PROFILES[PROFILE_SHARE.draw(rng)]
            dice = rng.random()
            if dice < 0.042:
                self.no_person(profile)
                continue
            holding = self.holding(0.55 if profile.couple_in_cell > 0.2 else 0.5)
            parcels = rng.choices((1, 2, 3, 4, 6, 9), (64, 20, 8, 4, 3, 1))[0]
            start, kept = len(self.rows), len(self.truth)
            self.certificate(holding, profile)
            rows, truths = self.rows[start:], self.truth[kept:]
            for _ in range(parcels - 1):
                if rng.random() < 0.55:
                    self.repeat(rows, truths)
                else:
                    self.certificate(holding, PROFILES[PROFILE_SHARE.draw(rng)])
        del self.rows[wanted:]
        last = {row["record_id"] for row in self.rows}
        self.truth = [t for t in self.truth if t[0] in last]
        self.spreadsheet_accidents()

    def spreadsheet_accidents(self) -> None:
        """Blocks of rows whose numbers slid by a row after a sort, were dragged down as a series, or copied down."""
        rng = self.rng
        noted: dict[str, str] = {}
        for _ in range(len(self.rows) // 900):
            start = rng.randrange(max(len(self.rows) - 8, 1))
            block = [
                r
                for r in self.rows[start : start + rng.randint(3, 7)]
                if r["id_number"].isdigit() and r["record_id"] not in noted
            ]
            if len(block) < 2:
                continue
            kind = rng.choice(("slid", "slid", "dragged", "copied_down"))
            numbers = [r["id_number"] for r in block]
            first = numbers[0]
            changed = {
                "slid": [numbers[-1], *numbers[:-1]],
                "dragged": [str(int(first) + i).zfill(len(first)) for i in range(len(block))],
                "copied_down": [first] * len(block),
            }[kind]
            for row, before, after in zip(block, numbers, changed, strict=True):
                row["id_number"] = after
                if after != before:
                    noted[row["record_id"]] = f";number:{kind}"
        for t in self.truth:
            t[5] += noted.get(t[0], "")

    def repeat(self, rows: list[dict[str, str]], truths: list[list[str]]) -> None:
        """The same holders on another parcel, copied by the software."""
        for row in rows:
            fresh = self.new_id()
            self.rows.append({**row, "record_id": fresh, "parcel_id": self.parcel(row["parcel_commune_code"])})
            for t in truths:
                if t[0] == row["record_id"]:
                    self.truth.append([fresh, *t[1:5], f"{t[5]};copied_row"])

    def new_id(self) -> str:
        """The next record id."""
        return f"R{len(self.rows) + 1:07d}"

    def parcel(self, code: str) -> str:
        """A parcel of the commune: sheet and number."""
        return f"{code}_{self.rng.randint(1, 90)}_{self.rng.randint(1, 1400)}"

    def certificate(self, holding: Holding, profile: Profile) -> None:
        """One certificate as one row, or as one row a person in the campaign's form."""
        rng = self.rng
        year = rng.randint(*profile.years)
        youngest = max(p.year for p in holding.holders)
        if year < youngest + 18:
            profile = PROFILES["campaign_2025"] if youngest > 1996 else PROFILES["files_2015"]
            year = max(rng.randint(*profile.years), min(youngest + 18, 2026))
        typist = Typist(rng, self.units, profile, rng.choice(self.clerks), year)
        if holding.form in ("couple", "co_owners") and rng.random() > profile.couple_in_cell + (
            0.25 if holding.form == "co_owners" else 0
        ):
            if profile.name in ("campaign_2025", "system_export"):
                self.separate_rows(holding, typist)
                return
            holding = Holding("single", [rng.choice(holding.holders)])
        self.one_row(holding, typist)

    def separate_rows(self, holding: Holding, typist: Typist) -> None:
        """Each holder on a row of their own; now and then numbers or dates stand on the neighbour's row."""
        rng = self.rng
        subjects = [typist.subject(p) for p in holding.holders]
        if len(subjects) == 2 and rng.random() < 0.035:
            self.swap(subjects[0], subjects[1])
            if rng.random() < 0.4:
                subjects[0].birth, subjects[1].birth = subjects[1].birth, subjects[0].birth
                for s in subjects:
                    s.notes.append("birth:spouse_row")
                    s.precision = "wrong"
        roles = {"couple": ("Chồng", "Vợ")}.get(holding.form, ("Đồng sử dụng",) * 9)
        for subject, role in zip(subjects, roles, strict=False):
            form = "Vợ chồng" if holding.form == "couple" else "Đồng sử dụng"
            self.write([subject], subject.text, typist, role=role if rng.random() < 0.9 else "", legal_form=form)

    def swap(self, one: Subject, two: Subject) -> None:
        """Two people's numbers change places."""
        if one.number and two.number:
            one.number, two.number = two.number, one.number
            for s in (one, two):
                s.notes.append("number:spouse_row")
                s.own_number = False

    def one_row(self, holding: Holding, typist: Typist) -> None:
        """A row that names everybody it names in one cell."""
        rng = self.rng
        subjects = [typist.subject(p) for p in holding.holders]
        form = {"single": "Cá nhân", "household": "Hộ gia đình", "couple": "Vợ chồng", "co_owners": "Đồng sử dụng"}[
            holding.form
        ]
        role = {"single": "Cá nhân", "household": "Chủ hộ"}.get(holding.form, "")
        if holding.form == "couple":
            if rng.random() < 0.17:
                subjects.reverse()
            text = self.couple_text(subjects, typist)
        elif holding.form == "co_owners" and len(subjects) > 1:
            text = self.list_text(subjects)
        else:
            subjects = subjects[:1]
            text = self.single_text(subjects[0], holding.form, typist)
        keeps = typist.profile.name in ("campaign_2025", "system_export")
        self.write(
            subjects, text, typist, role=role if keeps else "", legal_form=form if keeps or rng.random() < 0.3 else ""
        )

    def couple_text(self, subjects: list[Subject], typist: Typist) -> str:
        """Both spouses in a cell, in one of the forms of the offices."""
        rng = self.rng
        first, second = subjects
        assert first.person is not None
        assert second.person is not None
        titles = ("Ông", "Bà")
        a, b = titles[first.person.sex], titles[second.person.sex]
        wife = ("chồng", "vợ")[second.person.sex]
        state = rng.random()
        form = COUPLE_TABLE.draw(rng) if state < 0.5 else COUPLE_TABLE.items[typist.clerk.couples % 12]
        if state > 0.975 and first.text.split(" ")[0] == second.text.split(" ")[0]:
            form = "{a}, {b}"
        if state < 0.03:
            subjects.pop()
            first.notes.append("spouse_not_named")
            return f"{rng.choice((a, f'Hộ {a.lower()}', ''))} {first.text} {rng.choice(('và vợ' if first.person.sex == 0 else 'và chồng', '+ vợ' if first.person.sex == 0 else '+ chồng'))}".strip()
        names = {"a": first.text, "b": second.text}
        for key, subject in (("a", first), ("b", second)):
            if (
                subject.person is not None
                and subject.person.death
                and subject.person.death <= typist.year
                and rng.random() < 0.25
            ):
                subject.notes.append("marked_dead")
                names[key] += " " + weighted(FINISHED).draw(rng).replace("{y}", str(subject.person.death))
        return form.format(**names, A=a, B=b, a_low=a.lower(), b_low=b.lower(), a_up=a[0], b_up=b[0], wife=wife,
                           husband_tag=("chồng", "vợ")[first.person.sex], wife_tag=wife)  # fmt: skip

    def list_text(self, subjects: list[Subject]) -> str:
        """Several owners in a cell."""
        rng = self.rng
        names = [s.text for s in subjects]
        titles = [("Ông", "Bà")[s.person.sex] for s in subjects if s.person is not None]
        dice = rng.random()
        surname = names[0].split(" ")[0]
        if dice < 0.04 and all(n.startswith(f"{surname} ") for n in names):
            for s in subjects[1:]:
                s.notes.append("name:surname_not_repeated")
            return ", ".join([names[0], *(n.split(" ")[-1] for n in names[1:])])
        if dice < 0.25:
            return ", ".join(names)
        if dice < 0.4:
            return "; ".join(names)
        if dice < 0.6:
            return ", ".join(f"{t} {n}" for t, n in zip(titles, names, strict=True))
        if dice < 0.72:
            return " ".join(f"{i}. {t} {n}" for i, (t, n) in enumerate(zip(titles, names, strict=True), 1))
        if dice < 0.84:
            return ", ".join(names[:-1]) + " và " + names[-1]
        if dice < 0.92:
            return "\n".join(f"- {n}" for n in names)
        del subjects[1:]
        subjects[0].notes.append("co_owners_not_named")
        return f"{titles[0]} {names[0]} {rng.choice(('và các đồng sử dụng', 'và những người đồng thừa kế', 'và các con', 'cùng các đồng sở hữu'))}"

    def single_text(self, subject: Subject, form: str, typist: Typist) -> str:
        """One owner, with honorific, household, status, remarks."""
        rng = self.rng
        person = subject.person
        assert person is not None
        text, title = subject.text, ("Ông", "Bà")[person.sex]
        if rng.random() < 0.004:
            title = ("Ông", "Bà")[1 - person.sex]
            subject.notes.append("title:wrong")
        if form == "household":
            head = typist.clerk.household.replace("ông", title.lower()).replace("Ông", title)
            text = f"{head} {text}".replace(f"({title.lower()})", "(bà)").replace("hộ ô.", f"hộ {title[0].lower()}.")
            if "(bà)" in head:
                text = text.replace(head, "Hộ ông (bà)")
        elif rng.random() < typist.profile.honorific:
            text = f"{rng.choices((title, f'{title}:', f'{title[0]}.', title.lower(), title.upper(), f'{title} :', ('Anh', 'Chị')[person.sex], 'Ô/B:', ('Cụ', 'Cụ')[person.sex], 'Ông (bà)'), (70, 9, 4, 5, 3, 3, 1, 1, 1, 2))[0]} {text}"
        if rng.random() < 0.002:
            text = f"{rng.choice(('Giuse', 'Phêrô', 'Gioan', 'Phaolô') if person.sex == 0 else ('Maria', 'Anna', 'Têrêsa'))} {subject.text}"
            subject.notes.append("name:saint")
        elif rng.random() < 0.0012:
            text = f"{rng.choice(('Đại đức Thích', 'Thượng tọa Thích', 'Thích') if person.sex == 0 else ('Ni sư Thích Nữ', 'Sư cô Thích Nữ', 'Thích Nữ'))} {rng.choice(('Minh', 'Quảng', 'Tâm', 'Nguyên', 'Diệu', 'Huệ'))} {rng.choice(('Tâm', 'Đức', 'Hạnh', 'Thông', 'Liên', 'Ngộ', 'Trí'))}"
            subject.notes.append("name:religious")
        if person.nickname and rng.random() < 0.4:
            dice = rng.random()
            if dice < 0.12 and typist.year < 2015:
                text = f"{title} {person.nickname}"
                subject.notes.append("name:nickname_only")
            else:
                text += rng.choice(
                    (" ({})", " (tức {})", " tự {}", " (tên thường gọi: {})", " - {}", " tức {}")
                ).format(person.nickname)
                subject.notes.append("name:nickname_added")
        if person.death and person.death <= typist.year and rng.random() < 0.3:
            text += " " + weighted(FINISHED).draw(rng).replace("{y}", str(person.death))
            subject.notes.append("marked_dead")
        elif typist.slip(0.012):
            kin = person.father or person.spouse or self.pools["inside"].draw(rng)
            remark = REMARKS.draw(rng)
            subject.notes.append("remark_names_another" if "{k}" in remark else "remark")
            text = f"{text} {remark.format(k=kin.name)}"
        if rng.random() < 0.006 and typist.year < 2020 and subject.birth and subject.number:
            text += rng.choice(
                (
                    f", sinh năm {subject.birth}, CMND số {subject.number}",
                    f" - NS: {subject.birth} - CMND: {subject.number}",
                    f" (SN {subject.birth})",
                )
            )
            subject.notes.append("all_in_name_cell")
            if "CMND" in text and rng.random() < 0.7:
                subject.number, subject.birth = "", ""
        return text

    def write(self, subjects: list[Subject], text: str, typist: Typist, *, role: str, legal_form: str) -> None:
        """Adds the row and its truth."""
        rng = self.rng
        first = subjects[0].person
        assert first is not None
        notes: list[str] = [f"source:{typist.profile.name}"]
        number, birth, sex = self.joined(subjects, typist)
        if rng.random() < 0.006:
            number, birth, sex = "", rng.choice(("", "", birth[:4] if birth[:4].isdigit() else "")), ""
            notes.append("row:name_only" if not birth else "row:no_number")
            for s in subjects:
                s.own_number, s.precision = False, "none" if not birth else s.precision
        elif number and birth and rng.random() < 0.0012:
            number, birth = birth, number
            notes.append("row:columns_exchanged")
        address = typist.address(first, notes)
        row = dict.fromkeys(HEADERS, "")
        home = first.earlier_place or first.place
        code = home.code if self.units.old[home.unit].province_code in HOME_CODES else rng.choice(sorted(self.villages))
        if rng.random() < 0.12:
            code = rng.choice(sorted(self.villages))
        row |= {"record_id": self.new_id(), "full_name": self.finished_name(text, typist, notes), "id_number": number, "birth_date": birth, "sex": sex, "address": address,
                "role": role, "legal_form": legal_form, "parcel_id": self.parcel(code), "parcel_commune_code": code, "certificate_no": self.certificate_no(typist.year)}  # fmt: skip
        if typist.year >= 2024 and len(subjects) == 1 and rng.random() < 0.05:
            row["card_qr"] = self.card(first, notes)
        self.spoil_encoding(row, typist, notes)
        self.rows.append(row)
        for position, subject in enumerate(subjects, 1):
            self.keep(row["record_id"], position, subject, notes)

    def joined(self, subjects: list[Subject], typist: Typist) -> tuple[str, str, str]:
        """Number, birth date and sex cells of everybody in the row."""
        rng = self.rng
        if len(subjects) == 1:
            return subjects[0].number, subjects[0].birth, subjects[0].sex
        for s in subjects:
            if not re.search("[1-9]", s.number):
                s.number = ""
            if not re.search("[1-9]", s.birth):
                s.birth = ""
        present = [s for s in subjects if s.number]
        dice = rng.random()
        if len(present) > 1 and len(subjects) == 2 and dice < 0.055:
            number_order = subjects[::-1]
            for s in subjects:
                s.notes.append("number:cell_order_reversed")
        else:
            number_order = list(subjects)
        sign = rng.choice(("; ", " - ", ", ", "/", " / ", "\n", "; ", " và "))
        if dice > 0.72 and present:
            chosen = present[0] if rng.random() < 0.8 else present[-1]
            for s in subjects:
                if s is not chosen:
                    s.own_number = False
                    s.notes.append("number:only_the_others")
            number = chosen.number
        else:
            number = sign.join(s.number for s in number_order if s.number)
        if rng.random() < 0.04 and len(present) == 2 and len(subjects) == 2 and dice <= 0.72:
            number = (
                f"Chồng: {number_order[0].number}, Vợ: {number_order[1].number}"
                if subjects[0].person is not None and subjects[0].person.sex == 0
                else number
            )
        dates = [s for s in subjects if s.birth]
        if rng.random() < 0.3 and dates:
            birth = dates[0].birth
            for s in subjects:
                if s is not dates[0]:
                    s.precision = "none"
                    s.notes.append("birth:only_the_others")
        else:
            birth = rng.choice((" - ", "; ", "/" if all(len(s.birth) == 4 for s in dates) else "; ", ", ", "\n")).join(
                s.birth for s in dates
            )
        sexes = [s.sex for s in subjects]
        sex = "" if not all(sexes) else sexes[0] if rng.random() < 0.5 else "; ".join(sexes)
        return number, birth, sex

    def finished_name(self, text: str, typist: Typist, notes: list[str]) -> str:
        """The whole cell: capitals, lost accents, spaces, Unicode forms."""
        rng = self.rng
        if typist.slip(typist.profile.accents_lost):
            text = bare(text)
            notes.append("name:accents_lost")
        dice = rng.random()
        if dice < typist.profile.capitals:
            text = text.upper()
        elif dice > 0.985:
            text = text.lower()
        dice = rng.random()
        if dice < 0.012:
            text = unicodedata.normalize("NFD", text)
            notes.append("name:decomposed")
        elif dice < 0.03:
            text = text.replace(" ", rng.choice(("  ", "\u00a0", " \u200b")), 1)
        elif dice < 0.045:
            text = rng.choice((" {}", "{} ", "{}.", "'{}", "{},", "\t{}", "{};")).format(text)
        elif dice < 0.052:
            text = text.replace("Đ", "Ð").replace("đ", "ð" if rng.random() < 0.3 else "đ")
        return text

    def card(self, person: Person, notes: list[str]) -> str:
        """The QR text of the card that was scanned; now and then a relative's card."""
        rng = self.rng
        if rng.random() < 0.06 and person.spouse is not None and person.spouse.personal_id:
            person = person.spouse
            notes.append("card:relatives")
        if not person.personal_id or person.decoy == "foreigner" or (person.death and person.death < 2021):
            return ""
        ward, province = self.units.name_of[person.place.code]
        cmnd = person.cmnds[-1] if person.cmnds and rng.random() < 0.8 else ""
        birth = f"{person.day or 1:02d}{person.month:02d}{person.year}"
        notes.append("card:present")
        return f"{person.personal_id}|{cmnd}|{person.register_name or person.name}|{birth}|{('Nam', 'Nữ')[person.sex]}|{person.place.hamlet}, {ward}, {province}|{rng.randint(1, 28):02d}{rng.randint(1, 12):02d}{rng.randint(2021, 2025)}"

    def spoil_encoding(self, row: dict[str, str], typist: Typist, notes: list[str]) -> None:
        """Rows of old fonts that nobody converted, or somebody converted badly."""
        rng = self.rng
        if rng.random() >= typist.profile.encoding:
            return
        name = rng.choices(
            ("tcvn3", "vni", "question_marks", "mojibake", "soft_hyphen_lost", "viqr"), (45, 22, 12, 8, 11, 2)
        )[0]
        cells = ["full_name"] if rng.random() < 0.25 else ["full_name", "address"]
        for cell in cells:
            row[cell] = ENCODINGS[name](unicodedata.normalize("NFC", row[cell]))
        notes.append(f"encoding:{name}")

    def certificate_no(self, year: int) -> str:
        """The printed number of a certificate of that time."""
        rng = self.rng
        if rng.random() < 0.06:
            return ""
        if year < 2004:
            return f"{rng.choice('ABCDEGHKLMNPQRST')} {rng.randint(100000, 999999)}"
        return (
            f"{rng.choice('ABCD') if year < 2023 else 'A'}{rng.choice('ABCDEGHIKLMNOPQRSTUVXY')} {rng.randint(100000, 999999)}"
            + ("" if year < 2020 else f"{rng.randint(0, 99):02d}")
        )

    def keep(self, record: str, position: int, subject: Subject, row_notes: list[str]) -> None:
        """The truth of one subject."""
        person = subject.person
        notes = [*row_notes, *subject.notes]
        inside = person is not None and person.in_register
        if person is not None:
            if person.people != "kinh":
                notes.append(f"people:{person.people}")
            if not inside:
                reason = (
                    f"decoy:{person.decoy}"
                    if person.decoy
                    else "dead_before_register"
                    if person.death
                    else (person.emigrated and f"left:{person.emigrated}") or "omitted"
                )
                notes.append(f"outside:{reason}")
            elif person.death:
                notes.append("deceased")
            if inside and self.units.old[person.place.unit].province_code not in HOME_CODES:
                notes.append("registered_elsewhere")
            same = self.namesakes[(bare(person.register_name or person.name).lower(), str(person.year))]
            if not inside and same:
                notes.append(f"lookalikes_same_year:{same}")
            if not subject.own_number:
                if inside and same > 1 and subject.precision != "full":
                    notes.append(f"namesakes_same_year:{same}")
                trail = {"number:one_digit", "number:transposed", "number:digit_lost", "number:digit_added"} & set(
                    notes
                )
                shown = "card:present" in notes and "card:relatives" not in notes
                vague = subject.precision == "none" or (subject.precision in ("year", "wrong") and same > 1)
                if trail and "number:cmnd_not_listed" not in notes and "number:only_the_others" not in notes:
                    notes.append("number_nearly_right")
                elif (vague and not shown) or {"name:nickname_only", "name:surname_not_repeated"} & set(notes):
                    notes.append("unanswerable")
        personal = person.personal_id if inside and person is not None else ""
        self.truth.append([record, str(position), personal, subject.kind, "yes" if inside else "no", ";".join(notes)])

    def no_person(self, profile: Profile) -> None:
        """A row of an organisation, a community or nobody."""
        rng = self.rng
        unit = self.units.old[rng.choice(self.units.home)]
        dice = rng.random()
        kind = "organisation" if dice < 0.8 else "community" if dice < 0.9 else "unknown"
        table = {"organisation": ORGANISATIONS, "community": COMMUNITIES, "unknown": PLACEHOLDERS}[kind]
        agent: Person = self.pools["inside"].draw(rng)
        form = table.draw(rng) if kind != "organisation" else rng.choice(table.items)
        text = form.format(u=unit.ward_short, d=unit.district_short, g=FIRMS.draw(rng), t=rng.choice(("Sơn", "Quang", "Huệ", "Thắng", "Ngọc")), n=rng.randint(1, 12),
                           h=HAMLETS.draw(rng), s=rng.choice(("Nguyễn Đình", "Trần Văn", "Lê Hữu", "Phan")), p=agent.name)  # fmt: skip
        notes = [f"source:{profile.name}"]
        row = dict.fromkeys(HEADERS, "")
        code = rng.choice(sorted(self.villages))
        number = (
            ""
            if rng.random() < 0.55
            else rng.choice(
                (
                    f"58{rng.randint(10000000, 99999999)}",
                    f"QĐ {rng.randint(1, 999)}/QĐ-UBND",
                    "000000000",
                    "0",
                    f"42{rng.randint(1000000, 9999999)}",
                )
            )
        )
        row |= {"record_id": self.new_id(), "full_name": text, "id_number": number, "address": f"{unit.ward}, {unit.district}, {unit.province}" if rng.random() < 0.7 else "",
                "legal_form": "Tổ chức" if profile.name == "campaign_2025" and kind == "organisation" else "", "parcel_id": self.parcel(code), "parcel_commune_code": code,
                "certificate_no": self.certificate_no(rng.randint(*profile.years)) if kind != "unknown" else ""}  # fmt: skip
        if rng.random() < 0.25:
            row["full_name"] = row["full_name"].upper()
        if rng.random() < 0.03:
            row["full_name"] = bare(row["full_name"])
        subjects = [Subject(None, kind)]
        if kind == "organisation" and profile.name == "campaign_2025" and "{p}" not in form and rng.random() < 0.35:
            typist = Typist(rng, self.units, profile, rng.choice(self.clerks), 2025)
            subject = typist.subject(agent)
            subject.notes.append("representative")
            row |= {"organisation_name": row["full_name"], "full_name": subject.text, "id_number": subject.number, "birth_date": subject.birth, "sex": subject.sex,
                    "role": "Người đại diện", "legal_form": "Tổ chức"}  # fmt: skip
            notes.append("organisation_in_own_column")
            subjects.append(subject)
        elif "{p}" in form:
            subjects.append(Subject(agent, "person", agent.name, notes=["representative"]))
        self.rows.append(row)
        for position, subject in enumerate(subjects, 1):
            self.keep(row["record_id"], position, subject, notes)


# ---------------------------------------------------------------- files

REGISTER_HEADERS = [
    "personal_id",
    "full_name",
    "other_names",
    "birth_date",
    "sex",
    "old_ids",
    "permanent_address",
    "commune_code",
    "status",
]


def link_old_numbers(rng: random.Random, person: Person) -> list[str]:
    """The old numbers that the register knows of the person: all, the last, a mistyped one, or none."""
    old: list[str] = []
    dice = rng.random()
    if dice < 0.6:
        old = list(person.cmnds)
    elif dice < 0.78:
        old = person.cmnds[-1:]
    elif dice < 0.80 and person.cmnds:
        wrong = person.cmnds[-1]
        i = rng.randrange(3, 9)
        old = [wrong[:i] + str((int(wrong[i]) + rng.randint(1, 9)) % 10) + wrong[i + 1 :]]
    prefixed = [f"cmnd9:{n}" if rng.random() < 0.8 else n for n in old]
    if person.cancelled_id:
        prefixed.append(f"cancelled:{person.cancelled_id}")
    if person.passport and rng.random() < 0.7:
        prefixed.append(f"passport:{person.passport}")
    return prefixed


def register_row(rng: random.Random, units: Units, person: Person) -> list[str]:
    """The person as the register writes them: capitals, old numbers as far as they were linked."""
    ward, province = units.name_of[person.place.code]
    unit = units.old[person.place.unit]
    where = f"{ward}, {province}" if rng.random() < 0.75 else f"{unit.ward}, {unit.district}, {unit.province}"
    address = ", ".join(p for p in (person.place.house, person.place.hamlet, where) if p)
    status = "deceased" if person.death and rng.random() < 0.93 else "missing" if rng.random() < 0.0004 else "alive"
    names = ";".join(n.upper() for n in person.other_names)
    code = person.place.code if rng.random() < 0.99 else ""
    return [
        person.personal_id,
        person.register_name.upper(),
        names,
        person.register_birth,
        ("male", "female")[person.sex],
        ";".join(person.old_ids),
        address,
        code,
        status,
    ]


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A CSV file in UTF-8 with Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)


def make(people: int, land: int, seed: int, out: Path, units_folder: Path) -> LandOffice:
    """Writes register.csv, land.csv and truth.csv."""
    rng = random.Random(seed)
    units = read_units(units_folder)
    society = Society(rng, units)
    villages = make_villages(rng, units, people)
    sizes = [rng.uniform(0.4, 1.9) for _ in villages]
    for village, size in zip(villages, sizes, strict=True):
        society.grow(village, round(people * 1.01 * size / sum(sizes)))
    rng.shuffle(villages)
    register = paperwork(rng, units, society, people)
    office = LandOffice(rng, units, society, register)
    office.fill(land)
    out.mkdir(parents=True, exist_ok=True)
    listed_people = sorted(register, key=lambda p: p.personal_id)
    write_csv(out / "register.csv", REGISTER_HEADERS, (register_row(rng, units, p) for p in listed_people))
    write_csv(out / "land.csv", HEADERS, ([row[h] for h in HEADERS] for row in office.rows))
    write_csv(
        out / "truth.csv", ["record_id", "subject_no", "personal_id", "kind", "in_register", "note"], office.truth
    )
    return office


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_personal_number(text: str) -> bool:
    """Whether the text is built as a personal number: province or country, sex and century, a year not in the future."""
    if not re.fullmatch("[0-9]{12}", text):
        return False
    place = text[1:3] in CODES_63 if text[0] == "0" else 101 <= int(text[:3]) <= 295
    return place and text[3] in "0123" and 1900 + 100 * (int(text[3]) // 2) + int(text[4:6]) <= TODAY.year


def check(out: Path) -> None:
    """Stops if register, land and truth contradict each other; else prints what they hold."""
    register = {r["personal_id"]: r for r in read_csv(out / "register.csv")}
    assert len(register) == sum(1 for _ in (out / "register.csv").open(encoding="utf-8")) - 1, (
        "a personal number stands twice"
    )
    assert all(map(is_personal_number, register)), "a personal number is malformed"
    for row in register.values():
        for old in filter(None, row["old_ids"].split(";")):
            assert re.fullmatch(r"(cmnd9:)?\d{9}|cancelled:\d{12}|passport:[A-Z]\d{7}", old), (
                "an old number is malformed"
            )
    truths: dict[str, list[dict[str, str]]] = defaultdict(list)
    for truth in read_csv(out / "truth.csv"):
        truths[truth["record_id"]].append(truth)
        assert (truth["personal_id"] in register) == (truth["in_register"] == "yes"), "the truth names somebody else"
    land = read_csv(out / "land.csv")
    assert [r["record_id"] for r in land] == list(truths), "land rows and truth differ"
    ordered = 0
    for row in land:
        subjects = truths[row["record_id"]]
        assert [t["subject_no"] for t in subjects] == [str(i) for i in range(1, len(subjects) + 1)], (
            "subjects are misnumbered"
        )
        cell = bare(row["full_name"]).upper()
        spelled = not any(re.search("name:(?!accents_lost|decomposed)", t["note"]) for t in subjects)
        names = [
            bare(register[t["personal_id"]]["full_name"]).upper() for t in subjects if spelled and t["personal_id"]
        ]
        spots = [[m.start() for m in re.finditer(rf"\b{re.escape(name)}\b", cell)] for name in names]
        seen = [spot for spot in spots if spot]
        last = -1
        for spot in seen:
            last = next((place for place in spot if place > last), -2)
            assert last != -2, f"subjects are out of order in {row['record_id']}"
        ordered += len(seen) > 1
    people = [
        t for group in truths.values() for t in group if t["kind"] == "person" and "representative" not in t["note"]
    ]
    inside = sum(t["in_register"] == "yes" for t in people)
    print(f"{len(register)} people, {len(land)} rows, {sum(map(len, truths.values()))} subjects, {len(people)} land users, "
          f"{inside / len(people):.4f} in the register; order seen in {ordered} rows with several names")  # fmt: skip
    notes = Counter(
        note.split(":")[0] if note.startswith(("namesakes", "lookalikes")) else note
        for t in people
        for note in set(t["note"].split(";"))
    )
    for note, count in sorted(notes.items()):
        print(f"{note}\t{count}\t{100 * count / len(people):.2f}")
    census(list(register.values()))


def census(register: list[dict[str, str]]) -> None:
    """Prints how crowded with namesakes the register is."""

    def shared(keys: Sequence[tuple[str, ...]]) -> int:
        return sum(n for n in Counter(keys).values() if n > 1)

    numbers = Counter(
        n.removeprefix("cmnd9:")
        for r in register
        for n in r["old_ids"].split(";")
        if re.fullmatch(r"(cmnd9:)?\d{9}", n)
    )
    sample = [(r["full_name"],) for r in random.Random(1).sample(register, min(8757, len(register)))]
    print(
        f"share of {len(sample)} people drawn who share their name with another of them\t{shared(sample) / len(sample):.3f}"
    )
    print(
        f"same name and full birth date as somebody else\t{shared([(r['full_name'], r['birth_date']) for r in register if len(r['birth_date']) == 10])}"
    )
    print(
        f"same name and year of birth in one commune\t{shared([(r['full_name'], r['birth_date'][:4], r['commune_code']) for r in register])}"
    )
    print(f"people with a CMND that is listed for somebody else too\t{sum(n for n in numbers.values() if n > 1)}")
    print(
        f"people without a listed CMND, born before 1990\t{sum(r['birth_date'][0] >= '1' and r['birth_date'] < '1990' and not re.search('(^|:|;)[0-9]{9}(;|$)', r['old_ids']) for r in register)}"
    )
    print("status\t" + str(dict(Counter(r["status"] for r in register))))
    print("length of birth date\t" + str(dict(Counter(len(r["birth_date"]) for r in register))))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--land", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--units", help="data folder of vietnamadminunits 1.0.4, if it is not installed")
    parser.add_argument("--check", action="store_true", help="only check the files in --out and print their counts")
    chosen = parser.parse_args()
    if chosen.check:
        check(chosen.out)
        return
    make(chosen.people, chosen.land, chosen.seed, chosen.out, data_folder(chosen.units))


if __name__ == "__main__":
    main()
