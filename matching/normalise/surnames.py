"""First words of Vietnamese names: surnames, clans and the particles of the Central Highlands (DOMAIN 3.5, 3.6).

They tell where a name begins, never whether a name is real: an unknown first word is kept like any other.
"""

from __future__ import annotations

from typing import Final

SURNAMES: Final = """
    Nguyễn Trần Lê Phạm Hoàng Huỳnh Vũ Võ Phan Trương Bùi Đặng Đỗ Ngô Hồ Dương Đinh Lý Đoàn Lâm Mai Đào Trịnh Hà Cao
    Lương Lưu Châu Tạ Phùng Tô Vương Thái Kiều Quách Tôn Tống Tăng Từ Thân Thạch Tiêu Trang Triệu Trà Ung Uông Viên
    Vi An Âu Ấu Bạch Bành Bạc Bế Biện Cái Cam Cấn Cầm Chế Chu Chử Chung Chương Công Cù Cung Danh Diệp Diêm Doãn Dư
    Đàm Đái Đàng Đậu Điền Điêu Đổng Đường Giang Giáp Hàn Hàng Hầu Hạ Hồng Hứa Hình Khổng Khuất Khúc Khương Kha Khâu
    Kim Kỷ La Lã Lạc Lại Lăng Liêu Liễu Lò Lộc Lỗ Lữ Lục Lường Ma Mã Mạc Mạch Man Mâu Mẫn Mông Nghiêm Ngụy Ngạc Ninh
    Nhâm Nhan Nhữ Nông Ngân Ôn Ông Phí Phó Phù Phương Quan Quản Quang Quảng Quế Sái Sầm Sơn Sử Tất Thang Thẩm Thập
    Thi Thiều Thịnh Tiết Tiền Tào Tề Tòng Trác Trầm Trì Trình Tường Ty Vòng Xa Yên Ứng Thích Lèo Quàng Cà Đèo Lang
    Sa Tán Thiệu Bàng Bồ Ca Cát Chiêm Cổ Cừ Đan Đới Đồng Đăng Hoắc Khưu Lầu Lao Lôi Mục Mao Nghê Phú Phục Sằn Sú
    Tang Thòng Giàng Sùng Vàng Vừ Thào Mùa Hạng Cứ Má Tráng Ly Hờ Lù Phàng Sồng Hảng Thền Chảo Tẩn Phàn Bàn Chìu
    Tằng Voòng Lỷ Phún Sì Chướng Lày Chềnh Sín Sần Chí Lìu Coóng Nình Dịp Trạc Ngiêm Giềng Neáng Tẩy Vạn Miêu Thổ
"""

# Those of nine people in ten: a name that begins with one is Vietnamese through and through.
COMMON_SURNAMES: Final = """
    Nguyễn Trần Lê Phạm Hoàng Huỳnh Vũ Võ Phan Trương Bùi Đặng Đỗ Ngô Hồ Dương Đinh Lý Đoàn Lâm Mai Đào Trịnh Hà Cao
    Lương Lưu Châu Tạ Phùng Tô Vương Thái Kiều Quách Tôn Tống Tăng Trang Triệu Đàm Hứa Khổng
"""

# Their bearers are told by the particle, which also tells the sex where DOMAIN 3.5 is sure of it.
ETHNIC_BEGINNINGS: Final = """
    Y A K H Ka Ha Ya Ma Nai Điểu Lơ Kră Cil Chil Liêng Bon Buôn Kơ Đơng Rơ Păng Pang Touprong Tou Toup Ksor Rmah Siu
    Kpă Kpa Nay Niê Mlô Êban Ksơr Kbuôr Adrơng Kdăm Ayŭn Rah Rcom Rcăm Rahlan Rơchâm Rơmah Krông Bkrông Êñuôl Byă
    Bdap Bkrong Hđơk Hmok Hwing Knul Hra Mdrang Eban Enuol Srê Sre Dagout Klong K'long Jơ Jrang N'Du Rơông Cơ Bnah
    Ndu Ntơr Ntor Dơng Yông Lơmu Lomu Soh Ksơ Bing Bhuk Bih Siyh Rlung Mjâo Brao Rơđăm
"""

# Clans of several words that look like something else: a village ("buôn", "bon"), a title ("ông", "cha"), a woman's
# particle ("ka").
CLANS: Final = """
    Buôn Yă; Buôn Ya; Buôn Krông; Buôn Krong; Buôn Dap; Buôn Tô; Bon Krong; Bon Krông; Bon Yô; Bon Yo; Bon Niêng
    Bon Jrang; Bon Đing; Bon Rơ; Bon Tô; Rơ Ông; Rơ Ô; Cha Ma Léa; Pi Năng; Ka Tơr; Bo Bo; Tà In; Tà Yên
    Pa Tâu; Kon Sơ; Kon Sa; Kon Srê; Tou Prong; Tou Neh
"""

# Middle names that show that the word before them is a surname.
MIDDLE_NAMES: Final = "Văn Thị"
