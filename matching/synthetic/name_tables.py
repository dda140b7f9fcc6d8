"""Vietnamese names as data: surnames by region, middle and given names by sex and generation, spelling pairs.

Surname shares follow DOMAIN 3.6 (per cent of people, split by region so that Hoàng and Vũ lead in the north, Huỳnh and
Võ in the south). Lists of given names stand in falling order of frequency; their order and the shares of middle names
are assumptions, checked against one figure: a fifth of 8,757 people share their full name.
"""

from __future__ import annotations

from enum import IntEnum


class Region(IntEnum):
    """Where a family comes from; it decides the spelling of its names."""

    NORTH = 0
    CENTRE = 1
    SOUTH = 2


class Generation(IntEnum):
    """The fashion that a name follows, by the year of birth: before 1965, before 1990, since."""

    OLD = 0
    MIDDLE = 1
    YOUNG = 2


GENERATION_STARTS = (1965, 1990)

# surname, share in the north, the centre and the south, in per cent
SURNAMES: tuple[tuple[str, float, float, float], ...] = (
    ("Nguyễn", 32.0, 31.0, 31.4),
    ("Trần", 10.8, 11.6, 10.1),
    ("Lê", 8.4, 9.6, 9.0),
    ("Phạm", 7.2, 5.0, 6.2),
    ("Hoàng", 5.6, 3.2, 1.2),
    ("Huỳnh", 0.1, 3.0, 5.0),
    ("Vũ", 5.4, 0.7, 0.9),
    ("Võ", 0.2, 5.4, 4.6),
    ("Phan", 2.0, 3.6, 2.8),
    ("Trương", 1.3, 2.6, 2.4),
    ("Bùi", 2.9, 2.1, 2.0),
    ("Đặng", 2.2, 2.2, 1.9),
    ("Đỗ", 2.8, 1.4, 1.7),
    ("Ngô", 1.8, 1.5, 1.6),
    ("Hồ", 0.5, 2.4, 1.9),
    ("Dương", 1.4, 1.2, 1.5),
    ("Đinh", 1.3, 0.9, 0.7),
    ("Lý", 0.6, 0.4, 0.9),
    ("Đoàn", 0.9, 1.0, 0.9),
    ("Lâm", 0.2, 0.6, 1.1),
    ("Mai", 0.8, 0.9, 0.8),
    ("Đào", 1.2, 0.5, 0.6),
    ("Trịnh", 1.0, 0.8, 0.5),
    ("Hà", 0.9, 0.8, 0.5),
    ("Cao", 0.7, 0.9, 0.8),
    ("Lương", 0.8, 0.7, 0.6),
    ("Lưu", 0.7, 0.5, 0.5),
    ("Châu", 0.1, 0.6, 0.7),
    ("Tạ", 0.6, 0.4, 0.4),
    ("Phùng", 0.7, 0.3, 0.3),
    ("Tô", 0.5, 0.3, 0.4),
    ("Vương", 0.4, 0.2, 0.3),
    ("Thái", 0.2, 0.5, 0.5),
    ("Kiều", 0.3, 0.2, 0.3),
    ("Quách", 0.3, 0.1, 0.3),
    ("Chu", 0.8, 0.2, 0.1),
    ("La", 0.2, 0.2, 0.3),
    ("Từ", 0.1, 0.2, 0.3),
    ("Tống", 0.3, 0.3, 0.2),
    ("Nghiêm", 0.3, 0.1, 0.1),
    ("Khổng", 0.2, 0.0, 0.0),
    ("Triệu", 0.3, 0.1, 0.2),
    ("Tăng", 0.1, 0.2, 0.3),
    ("Văn", 0.1, 0.3, 0.3),
    ("Ông", 0.0, 0.1, 0.1),
    ("Bạch", 0.1, 0.1, 0.1),
    ("Giang", 0.1, 0.1, 0.2),
    ("Nhan", 0.0, 0.0, 0.1),
    ("Thân", 0.1, 0.2, 0.1),
    ("Doãn", 0.2, 0.1, 0.1),
    ("Đồng", 0.2, 0.1, 0.1),
    ("Hứa", 0.1, 0.1, 0.3),
    ("Mạc", 0.2, 0.1, 0.1),
    ("Công", 0.0, 0.1, 0.0),
    ("Tôn", 0.0, 0.2, 0.2),
    ("Ngụy", 0.0, 0.1, 0.1),
    ("Cù", 0.1, 0.1, 0.0),
    ("Bành", 0.0, 0.0, 0.1),
)

# middle name and weight, by sex and generation
MALE_MIDDLES: tuple[str, str, str] = (
    "Văn:46 Đình:4 Hữu:4 Xuân:3 Ngọc:3 Đức:3 Quang:3 Công:2 Bá:2 Minh:2 Thanh:2 Duy:1 Trọng:2 Thành:2 Viết:1 "
    "Như:1 Sỹ:1 Thế:2 Quốc:1 Tấn:2 Đăng:1 Khắc:1 Phú:1 Trung:1 Kim:1 Hồng:1 Phước:1 Gia:1 Danh:1 Chí:1 Vĩnh:1 "
    "Hoàng:1",
    "Văn:30 Đình:4 Hữu:4 Xuân:4 Ngọc:5 Đức:5 Quang:4 Công:3 Bá:1 Minh:5 Thanh:5 Duy:2 Trọng:2 Thành:3 Viết:1 "
    "Như:1 Sỹ:1 Thế:2 Quốc:4 Tấn:3 Đăng:1 Khắc:1 Phú:1 Trung:1 Hồng:2 Phước:1 Anh:2 Hoàng:4 Mạnh:2 Tuấn:1 Chí:1 "
    "Việt:1",
    "Văn:12 Đình:2 Hữu:2 Xuân:2 Ngọc:4 Đức:5 Quang:5 Công:2 Minh:9 Thanh:4 Duy:3 Trọng:2 Thành:4 Thế:2 Quốc:6 "
    "Tấn:3 Đăng:2 Phú:1 Trung:2 Hồng:1 Phước:1 Anh:5 Hoàng:7 Mạnh:2 Tuấn:3 Gia:6 Chí:1 Việt:2 Bảo:4 Nhật:3 Hải:2 "
    "Khánh:1 Thiên:2 Tiến:2 Kim:1 Vĩnh:1 Nguyên:1 Hoài:1 Khôi:1 Phúc:1",
)
FEMALE_MIDDLES: tuple[str, str, str] = (
    "Thị:78 Ngọc:3 Kim:4 Thanh:2 Thu:1 Hồng:1 Bích:1 Mỹ:1 Xuân:1 Tuyết:1 Minh:1 Ánh:1 Lệ:1 Như:1 Cẩm:1 Bạch:1 Diệu:1",
    "Thị:58 Ngọc:5 Kim:5 Thanh:5 Thu:4 Hồng:3 Bích:3 Mỹ:3 Xuân:2 Tuyết:2 Minh:2 Ánh:1 Lệ:2 Như:1 Cẩm:1 Phương:2 "
    "Thúy:2 Hoài:1 Diệu:1 Quỳnh:1 Mai:1 Lan:1 Hải:1 Việt:1",
    "Thị:24 Ngọc:8 Kim:4 Thanh:6 Thu:4 Hồng:3 Bích:2 Mỹ:3 Xuân:1 Tuyết:1 Minh:5 Ánh:2 Như:3 Cẩm:1 Phương:5 Thúy:2 "
    "Hoài:2 Diệu:2 Quỳnh:4 Mai:2 Khánh:4 Bảo:5 Gia:4 Thảo:2 Trúc:2 Tường:1 Diễm:1 Yến:2 Hà:2 Thùy:2 An:2 Tú:1 "
    "Nhã:1 Uyên:1 Kiều:1 Huyền:1 Hải:1 Linh:1 Anh:1",
)

# the second word of a middle name, in names of four words
SECOND_MALE = "Văn Minh Hoàng Đức Ngọc Quốc Thanh Anh Trung Hữu Gia Bảo Thành Nhật Tấn Công Xuân Huy Hồng Khánh Duy Phú"
SECOND_FEMALE = (
    "Thu Kim Ngọc Thanh Hồng Bích Mỹ Phương Minh Thúy Tuyết Ánh Xuân Hoài Như Lệ Diệu Cẩm Quỳnh Mai Hải Vân Lan Diễm "
    "Thùy Khánh Trúc Huyền Tường Yến Bảo Kiều Hoàng Anh Việt"
)

# given names in falling order of frequency, by generation
MALE_GIVEN: tuple[str, str, str] = (
    "Hùng Thành Dũng Hòa Bình Sơn Minh Long Hải Tâm Đức Thắng Phúc Quang Tân Hai Ba Tư Năm Sáu Bảy Tám Chín Mười "
    "Út Bé Lợi Lộc Thọ Phú Quý Cường Hiền Nghĩa Trung Tín Khánh Phước Tài Hưng Thanh Xuân Hồng Ngọc Lâm Châu An "
    "Tiến Đông Tây Nam Bắc Liêm Chính Kiệm Cần Lập Định Thông Thái Thạch Hào Hiệp Hội Hợi Dần Mão Thìn Tỵ Ngọ Mùi "
    "Thân Dậu Tuất Sửu Tý Chiến Khang Khoa Kỳ Lạc Lành Lễ Liệu Luận Lục Lý Mạnh Mẫn Mậu Nga Ngàn Nghi Nhân Nhẫn "
    "Ninh Phi Phong Quân Quế Quyền Quyết Rạng Sang Sanh Sinh Sĩ Tàu Thể Thiện Thiệu Thịnh Thuận Thụ Thức Tòng Trí "
    "Triệu Trọng Trực Tuyên Tùng Tường Vạn Viên Việt Vinh Xin Ân Bàng Bổn Cam Cang Chất Cơ Cừ Đa Đài Đạm Đáng Đắc "
    "Đề Đệ Điền Đoan Độ Được Đường",
    "Hùng Dũng Tuấn Hải Sơn Minh Thành Cường Bình Long Hòa Tâm Đức Thắng Phúc Quang Tân Nam Trung Hưng Vinh Tùng "
    "Tiến Hiếu Phong Lâm Thanh Anh Việt Huy Khánh Phương Toàn Tài Lợi Lộc Hiền Nghĩa Tín Phước Linh Duy Dương "
    "Giang Hà Hoàng Hiệp Kiên Khoa Lực Mạnh Nhân Ngọc Phú Quân Quý Quốc Sang Sỹ Tú Thái Thảo Thịnh Thiện Thuận "
    "Thủy Trí Trọng Trường Trực Tường Vũ Vương Xuân An Ái Bảo Bảy Bằng Cảnh Chiến Chung Chương Công Danh Diệp "
    "Diễn Doanh Đại Đạo Đạt Điệp Định Đông Đồng Được Hậu Hiển Hoan Hoạt Hội Hợp Kha Khải Khang Khôi Kỳ Lai Lập "
    "Liêm Luân Lượng Lưu Mẫn Nghị Nguyên Nhã Nhật Ninh Oanh Phi Phụng Quyền Quyết Tấn Tây Thạch Thân Thế Thể "
    "Thông Thức Tiệp Tín Tình Toản Tráng Triều Tuyến Tuyển",
    "Huy Anh Bảo Khang Minh Phúc Đạt Khoa Long Nam Khánh Duy Hoàng Phong Quân Hiếu Thịnh Kiệt Tuấn Đức Nhật Phát "
    "Thành Tài Tú Tùng Dũng Dương Hải Hùng Trung Nguyên Nghĩa Nhân Quang Sơn Thắng Thiên Thiện Tiến Tín Trí Trọng "
    "Trường Việt Vinh Vũ Vương An Ân Bách Bằng Bình Công Cường Danh Đăng Đông Gia Giang Hà Hào Hậu Hiển Hiệp Hòa "
    "Hưng Khải Khiêm Khôi Kiên Kỳ Lâm Linh Lộc Lợi Luân Lực Mạnh Nghị Ngọc Phú Phước Quốc Quý Quyền Quyết Sang Sỹ "
    "Tân Tấn Thái Thanh Thông Thuận Tiệp Toàn Triết Triều Trực Tuệ Tường Văn Vĩ Vỹ Đại Đạo Điền Đình Định Chiến "
    "Chí Chương Cảnh Doanh Hiền Hoan Khương Lai Lân Lương Nhã Ninh Phi Phương Quảng Sáng Tâm Thạch Thế Thiệu Thức "
    "Tiên Tính Trình Tuyên Tuyển Viễn Xuân",
)
FEMALE_GIVEN: tuple[str, str, str] = (
    "Lan Hoa Hồng Cúc Mai Huệ Liên Sáu Bảy Năm Tư Ba Hai Tám Chín Út Bé Nga Loan Phượng Yến Thủy Hương Hà Hạnh "
    "Hòa Bình Minh Nguyệt Tuyết Xuân Thu Hiền Lành Lý Mỹ Ngọc Kim Thanh Tâm Thơm Thảo Lài Nhài Đào Lê Mận Chanh "
    "Bưởi Gái Lớn Nhỏ Mười Hường Hoàn Hợi Dần Mão Thìn Tỵ Ngọ Mùi Thân Dậu Tuất Sửu Tý Phụng Oanh Sen Súng Nhàn "
    "Nhung Gấm Lụa Là Vóc Vân Vui Mừng Sang Giàu Phú Quý Nhung Ngà Ngân Châu Thoa Trâm Xuyến Khuyên Đèo Bông Bướm "
    "Chi Cẩm Chút Dung Dư Duyên Đức Điểm Đẹp Định Hảo Hiếu Hoài Kiều Khánh Lạc Lang Lệ Lịch Lợi Lục Luyến Mến "
    "Miên Nết Nghĩa Nhẫn Nho Ninh Nữ Phấn Phước Quế Quyên Rớt Sâm Sương Tần Tân Thắm Thanh Thể Thiện Thìn Thông "
    "Thuận Tím Tình Tính Tiết Trang Trinh Út Xin Xoan Xứng",
    "Hương Lan Hà Hoa Hạnh Thủy Nga Hồng Loan Liên Mai Phượng Yến Thu Hiền Hằng Dung Vân Tuyết Nguyệt Oanh Tâm "
    "Thảo Bình Cúc Huệ Thúy Trang Phương Nhung Linh Xuân Thanh Ngọc Kim Minh Lý Anh Hòa Huyền Bích Ánh Diệp Duyên "
    "Đào Giang Hải Hoàn Hoài Hường Kiều Khanh Lệ Lợi Luyến Mỹ Nhàn Nhi Ngân Ngà Quyên Quỳnh Sương Sen Tươi Thắm "
    "Thoa Thơ Thơm Thương Trâm Trinh Trúc Tú Tuyền Uyên Vui Vy Vinh Xuyến An Ái Bảy Châu Chi Cẩm Chinh Chung Diễm "
    "Diệu Dự Đức Điệp Định Hiên Hiếu Hảo Hợp Khuyên Khánh Lài Lam Lành Len Mận Mến Miên My Nết Nghĩa Ngoan Nguyên "
    "Nhạn Nhiên Như Ninh Nương Phấn Phúc Phụng Quế Quý Sáu Tám Thêu Thi Thêm Thìn Thoan Thuận Tiên Tình Toan "
    "Tuyến Út Vang Vượng Xinh Xoan Yên Ý",
    "Anh Linh Trang Nhi Vy Hân Ngân Thảo My Hương Huyền Trâm Như Thư Phương Ngọc Trinh Hà Hằng Yến Uyên Quỳnh Mai "
    "Lan Ly Chi Châu Duyên Dung Giang Hạnh Hiền Hoa Hồng Khanh Kiều Lam Loan Mỹ Nga Ngà Nguyên Nhung Oanh Phượng "
    "Quyên Tâm Thanh Thi Thơ Thu Thủy Thúy Thương Tiên Trúc Tú Tuyền Tuyết Vân Vi Xuân Yên Ý An Ánh Ân Băng Bích "
    "Bình Cầm Đan Đào Diệp Diễm Diệu Đoan Đình Hải Hảo Hậu Hiên Hoài Hoàn Hoàng Huệ Hường Khánh Khuê Kim Lài Lệ "
    "Lê Liên Lý Mẫn Mi Minh Mơ Nghi Nguyệt Nhã Nhàn Nhiên Nữ Nương Phúc Phụng Sang Sương Thắm Thoa Thùy Thy Tuệ "
    "Tường Tươi Vinh Vui Xuyến Bảo Cát Cúc Gia Hạ Kha",
)

# regional pairs: one name, two spellings (DOMAIN 3.6, 8)
REGIONAL_PAIRS: tuple[tuple[str, str], ...] = (
    ("Hoàng", "Huỳnh"),
    ("Vũ", "Võ"),
    ("Phúc", "Phước"),
    ("Chu", "Châu"),
    ("Tùng", "Tòng"),
    ("Trường", "Tràng"),
    ("Sinh", "Sanh"),
    ("Nhật", "Nhựt"),
    ("Bảo", "Bửu"),
    ("Chính", "Chánh"),
    ("Hoa", "Huê"),
    ("Thái", "Thới"),
    ("Nghĩa", "Ngãi"),
    ("Nhân", "Nhơn"),
    ("Phượng", "Phụng"),
    ("Sơn", "San"),
    ("Tính", "Tánh"),
    ("Cảnh", "Kiểng"),
    ("Lĩnh", "Lãnh"),
    ("Hồng", "Hường"),
    ("Đường", "Đàng"),
    ("Ân", "Ơn"),
)

# everyday names beside the one on the birth certificate
NICKNAMES = "Hai Ba Tư Năm Sáu Bảy Tám Chín Mười Út Bé Tèo Tí Cu Đen Lùn Mập Sang Lớn Nhỏ"
