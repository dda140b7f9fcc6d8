"""Land users who are no persons: organisations, communities, authorities, and rows that stand for nobody."""

from __future__ import annotations

from typing import Final, NamedTuple

from matching.synthetic.dice import Dice, words

_FIRMS: Final = words(
    "Tân Phát,Minh Long,Đại Thành,Hưng Thịnh,Cao Nguyên Xanh,Phú Gia,An Khang,Việt Tín,Hoa Đà,Sơn Hà", ","
)
_CROPS: Final = words("cà phê,chè,rau hoa,cao su,hồ tiêu,dâu tằm tơ", ",")
_HALLOWED: Final = words("Linh Quang,Phước Huệ,Pháp Hoa,Quan Âm,Thiện Tâm,Từ Ân,Bửu Lâm,Viên Giác", ",")
_PARISHES: Final = words("Tân Hà,Lạc Lâm,Thánh Mẫu,Phúc Lộc,Nghĩa Lâm,Tân Bùi,Chính Tòa,Đa Lộc", ",")

# kind, template, weight; {commune} is a commune as the row writes it
_BODIES: Final[tuple[tuple[tuple[str, str], float], ...]] = (
    (("organisation", "UBND {commune}"), 14),
    (("organisation", "UBND {commune} (quản lý)"), 4),
    (("organisation", "Ủy ban nhân dân {commune}"), 8),
    (("organisation", "Công ty TNHH {firm}"), 10),
    (("organisation", "Cty TNHH MTV {firm}"), 4),
    (("organisation", "Công ty Cổ phần {firm}"), 6),
    (("organisation", "CÔNG TY CỔ PHẦN {crop} {firm}"), 3),
    (("organisation", "DNTN {firm}"), 4),
    (("organisation", "HTX dịch vụ nông nghiệp {firm}"), 4),
    (("organisation", "Hợp tác xã {crop} {firm}"), 2),
    (("organisation", "Ban quản lý rừng phòng hộ {firm}"), 3),
    (("organisation", "Trường Tiểu học {firm}"), 4),
    (("organisation", "Trường Mầm non {firm}"), 3),
    (("organisation", "Trạm y tế {commune}"), 3),
    (("organisation", "Ngân hàng Nông nghiệp và Phát triển nông thôn - Chi nhánh {firm}"), 1),
    (("organisation", "Công ty TNHH MTV Lâm nghiệp {firm}"), 2),
    (("organisation", "Nông trường {crop} {firm}"), 1),
    (("community", "Cộng đồng dân cư thôn {number}"), 4),
    (("community", "Thôn {number}"), 3),
    (("community", "Nhà văn hóa thôn {number}"), 3),
    (("organisation", "Chùa {hallowed}"), 5),
    (("organisation", "Tịnh xá Ngọc {hallowed}"), 1),
    (("organisation", "Giáo xứ {parish}"), 4),
    (("organisation", "Nhà thờ {parish}"), 2),
    (("organisation", "Chi hội Tin Lành {parish}"), 2),
    (("community", "Dòng họ Nguyễn thôn {number}"), 1),
)
_ORGANISATIONS: Final = tuple(entry for entry in _BODIES if entry[0][0] == "organisation")
_NOBODY: Final = words(
    "Chủ sử dụng tạm thời,Chưa xác định,Không rõ,Vô chủ,Chưa xác định chủ sử dụng,Không xác định,Tạm thời,...,"
    "Chưa rõ chủ",
    ",",
)
_FOREIGNERS: Final = words(
    "SMITH JOHN,KIM MIN SOO,DUPONT MARIE,MÜLLER HANS,TANAKA YUKO,GARCIA JOSE,BROWN EMILY,CHEN WEI", ","
)


class Body(NamedTuple):
    """A land user that is no person: what it is, and its name."""

    kind: str
    name: str


def body(dice: Dice, commune: str, *, represented: bool = False) -> Body:
    """An organisation, community or authority of a commune; only organisations have a person to represent them."""
    kind, template = dice.weighted(_ORGANISATIONS if represented else _BODIES)
    name = template.format(
        commune=commune[:1].lower() + commune[1:],
        firm=dice.pick(_FIRMS),
        crop=dice.pick(_CROPS),
        hallowed=dice.pick(_HALLOWED),
        parish=dice.pick(_PARISHES),
        number=dice.between(1, 20),
    )
    return Body(kind, name)


def nobody(dice: Dice) -> tuple[str, str]:
    """Name and number of a row that stands for nobody."""
    return dice.pick(_NOBODY), dice.pick(("", "000000000", "0", "111111111"))


def foreigner(dice: Dice) -> tuple[str, str]:
    """Name and passport of a foreigner."""
    return dice.pick(_FOREIGNERS), f"{dice.pick('CEGKLMNPX')}{dice.below(10_000_000):07d}"
