"""The 8-bit fonts and codings that Vietnamese was typed in before Unicode, as tables (DOMAIN 3.3).

One row per vowel: its byte without a tone, then with huyền, sắc, hỏi, ngã, nặng ("--": the coding has no such
letter). Sources: TCVN 5712:1993 and the .VnTime fonts for TCVN3 (ABC), RFC 1456 for VISCII and VIQR, the VPS chart of
the Vietnamese Unicode project for VPS, the keyboard charts of VNI for VNI.
"""

from __future__ import annotations

from typing import Final

# The capital fonts (.VnTimeH) show these small letters as capitals; TCVN3 has no accented capitals but seven.
TCVN3: Final = """
    a 61 B5 B8 B6 B7 B9
    ă A8 BB BE BC BD C6
    â A9 C7 CA C8 C9 CB
    e 65 CC D0 CE CF D1
    ê AA D2 D5 D3 D4 D6
    i 69 D7 DD D8 DC DE
    o 6F DF E3 E1 E2 E4
    ô AB E5 E8 E6 E7 E9
    ơ AC EA ED EB EC EE
    u 75 EF F3 F1 F2 F4
    ư AD F5 F8 F6 F7 F9
    y 79 FA FD FB FC FE
    đ AE
    Ă A1 -- -- -- -- --
    Â A2 -- -- -- -- --
    Ê A3 -- -- -- -- --
    Ô A4 -- -- -- -- --
    Ơ A5 -- -- -- -- --
    Ư A6 -- -- -- -- --
    Đ A7
"""
VPS: Final = """
    a 61 E0 E1 E4 E3 E5
    ă E6 A2 A1 A3 A4 A5
    â E2 C0 C3 C4 C5 C6
    e 65 E8 E9 C8 EB CB
    ê EA 8A 89 8B CD 8C
    i 69 EC ED CC EF CE
    o 6F F2 F3 D5 F5 86
    ô F4 D2 D3 B0 87 B6
    ơ D6 A9 A7 AA AB AE
    u 75 F9 FA FB DB F8
    ư DC D8 D9 BA BB BF
    y 79 FF 9A 9B CF 9C
    đ C7
    A 41 80 C1 81 82 02
    Ă 88 8E 8D 8F F0 04
    Â C2 84 83 85 1C 03
    E 45 D7 C9 DE FE 05
    Ê CA 93 90 94 95 06
    I 49 B5 B4 B7 B8 10
    O 4F BC B9 BD BE 11
    Ô D4 97 96 98 99 12
    Ơ F7 9E 9D 9F A6 13
    U 55 A8 DA D1 AC 14
    Ư D0 AF AD B1 1D 15
    Y 59 B2 DD FD B3 19
    Đ F1
"""
VISCII: Final = """
    a 61 E0 E1 E4 E3 D5
    ă E5 A2 A1 C6 C7 A3
    â E2 A5 A4 A6 E7 A7
    e 65 E8 E9 EB A8 A9
    ê EA AB AA AC AD AE
    i 69 EC ED EF EE B8
    o 6F F2 F3 F6 F5 F7
    ô F4 B0 AF B1 B2 B5
    ơ BD B6 BE B7 DE FE
    u 75 F9 FA FC FB F8
    ư DF D7 D1 D8 E6 F1
    y 79 CF FD D6 DB DC
    đ F0
    A 41 C0 C1 C4 C3 80
    Ă C5 82 81 02 05 83
    Â C2 85 84 86 06 87
    E 45 C8 C9 CB 88 89
    Ê CA 8B 8A 8C 8D 8E
    I 49 CC CD 9B CE 98
    O 4F D2 D3 99 A0 9A
    Ô D4 90 8F 91 92 93
    Ơ B4 96 95 97 B3 94
    U 55 D9 DA 9C 9D 9E
    Ư BF BB BA BC FF B9
    Y 59 9F DD 14 19 1E
    Đ D0
"""

# VNI writes a letter and then its mark; the marks, like the letters of VNI_SINGLE, have capitals of their own.
VNI_TONES: Final = {"\u0300": "ø", "\u0301": "ù", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
VNI_CIRCUMFLEX: Final = {"": "â", "\u0300": "à", "\u0301": "á", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
VNI_BREVE: Final = {"": "ê", "\u0300": "è", "\u0301": "é", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
VNI_SINGLE: Final = {"ì": "ì", "í": "í", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "ơ": "ô", "ư": "ö", "đ": "ñ"}

VIQR_TONES: Final = {"\u0300": "`", "\u0301": "'", "\u0309": "?", "\u0303": "~", "\u0323": "."}
VIQR_QUALITIES: Final = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b"}

# Syllables that are common in names and addresses (DOMAIN 3.6, general knowledge): they decide between two readings
# that are both valid, as Thị and Thò, Vũ and Vò.
_COMMON: Final = """
    nguyễn trần lê phạm hoàng huỳnh vũ võ phan trương bùi đặng đỗ ngô hồ dương đinh lý đoàn lâm mai đào trịnh hà
    cao lương lưu châu tạ phùng tô vương thái kiều quách tôn thạch sơn danh chu tăng tống từ văn thị hữu đức minh
    ngọc thanh quang xuân công đình kim hồng thu anh tuấn hùng dũng hải hưng long nam phong phúc quân quốc tài tâm
    tân thành thắng thiện thịnh thông tiến toàn trí trung trường tùng tú vinh việt an bình bảo bích cúc diễm diệu
    dung duyên đông giang hạnh hiền hiếu hiệp hoa hòa hoan huệ hương huy hường khánh khoa lan liên linh loan lợi
    luân mạnh mẫn mỹ my nga ngân nghĩa nguyệt nhân nhi nhung nhật oanh phương phượng phát quyên quý quỳnh sang
    tiên thảo thoa thơ thúy thủy thùy tín tình trang trâm trinh trúc tuyết uyên vân vy yến ánh ái ba bé bảy bốn
    chín chí chiến cường cương duy đạt điền điệp đại định gia hậu hân hiển hoài huyền hảo hằng kiên kiệt lành lập
    liễu lộc lựu lực mười năm sáu nhàn nhã nở như phú phụng phước quế sen sinh sự sỹ tấn thêm thế thời thuận
    thương tuyền tố tuệ tư tường út vượng xoan xinh ý yên tỵ vỹ viễn vĩnh khải khang khiêm hiểu nhiên đăng đô điểu
    niê ơn bá trọng cảnh cẩm lệ lài lượng lụa mừng đà lạt xã phường thôn quận huyện tỉnh đường số tổ ấp khu phố
    trấn đồng nông đắk nghệ tĩnh bắc ninh tây hội ông bà hộ và vợ chồng chủ con
"""
COMMON_SYLLABLES: Final = frozenset(_COMMON.split())

# Words of clan names of the Central Highlands (DOMAIN 3.5), which no rule of Vietnamese syllables covers.
_HIGHLAND: Final = """
    adrơng ayŭn bhăm êban êñuôl hđơk hwing kbuôr kdăm kơ kpă krông ksor ksơr mlô niê păng plin rcăm rmah rơ siu srôk
    touprong yô đơng čil
"""
HIGHLAND_WORDS: Final = frozenset(_HIGHLAND.split())
