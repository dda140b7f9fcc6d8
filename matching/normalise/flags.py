"""Every flag that normalisation may raise: what was changed or doubted, and the rule behind it, in two languages.

A flag is stable: software may depend on its code. Texts never hold personal data.
"""

from __future__ import annotations

from typing import NamedTuple


class Flag(NamedTuple):
    """The field that a flag speaks of, and one sentence each in Vietnamese and English."""

    field: str
    vi: str
    en: str


TEXT: dict[str, Flag] = {
    "text_composed": Flag(
        "text", "Chữ và dấu gõ rời đã được ghép lại.", "Letters and marks typed apart were composed."
    ),
    "text_look_alikes": Flag(
        "text",
        "Chữ cái của bảng chữ khác trông giống chữ Việt đã được thay.",
        "Letters of another alphabet that look like Vietnamese ones were replaced.",
    ),
    "text_invisible": Flag("text", "Ký tự không nhìn thấy đã được bỏ.", "Invisible characters were removed."),
    "tone_placed": Flag(
        "name",
        "Dấu thanh được viết thống nhất theo kiểu truyền thống (Thuỷ thành Thủy, Hoà thành Hòa).",
        "Tone marks were placed as the traditional style has them: Thủy for Thuỷ, Hòa for Hoà.",
    ),
    "text_controls": Flag("text", "Ký tự điều khiển đã được bỏ.", "Control characters were removed."),
    "text_apostrophe": Flag("text", "Dấu nháy đã được viết thống nhất.", "Apostrophes were written in one way."),
    "text_width": Flag(
        "text",
        "Chữ, số toàn khổ hoặc chữ ghép đã được viết lại bằng chữ thường dùng.",
        "Full-width characters or ligatures were written as plain letters and digits.",
    ),
    "text_entities": Flag("text", "Ký hiệu HTML đã đổi thành chữ.", "HTML entities were written as letters."),
    "text_unreadable": Flag(
        "text",
        "Có ký tự hỏng, không đọc được; đã thay bằng dấu �.",
        "Broken characters that cannot be read were replaced by �.",
    ),
    "tcvn3": Flag(
        "text", "Chữ gõ bằng phông TCVN3 (ABC) đã đổi sang Unicode.", "Text in TCVN3 (ABC) fonts was decoded."
    ),
    "vni": Flag("text", "Chữ gõ bằng phông VNI đã đổi sang Unicode.", "Text in VNI fonts was decoded."),
    "vps": Flag("text", "Chữ mã VPS đã đổi sang Unicode.", "Text in the VPS coding was decoded."),
    "viscii": Flag("text", "Chữ mã VISCII đã đổi sang Unicode.", "Text in the VISCII coding was decoded."),
    "viqr": Flag("text", "Chữ gõ kiểu VIQR đã đổi sang Unicode.", "Text in the VIQR coding was decoded."),
    "utf8_as_cp1252": Flag(
        "text",
        "Chữ UTF-8 bị mở sai bảng mã (Nguyá»…n) đã được khôi phục.",
        "UTF-8 text that had been opened in a Windows code page was restored.",
    ),
}

# What cells of several fields may raise.
SHARED: dict[str, Flag] = {
    "placeholder": Flag(
        "record",
        "Giá trị tạm, không phải thật (số toàn 0, dãy 123456789…, tên tạm, ký hiệu).",
        "A stand-in, not a value (all zeros, 123456789…, a temporary name, a mark).",
    ),
    "ocr_fix": Flag(
        "record",
        "Chữ cái và chữ số trông giống nhau (O và 0, I và 1, S và 5, B và 8…) đã được đọc lại cho đúng chỗ.",
        "Letters and digits that look alike (O and 0, I and 1, S and 5, B and 8…) were read as the place asks for.",
    ),
    "multi": Flag("record", "Ô ghi nhiều giá trị.", "The cell holds several values."),
}

NAME: dict[str, Flag] = {
    "several_owners": Flag(
        "name",
        "Ô tên ghi nhiều chủ; đã tách thành từng người.",
        "The cell names several owners; each became a subject of its own.",
    ),
    "household_members_unknown": Flag(
        "name",
        "Ghi là hộ gia đình nhưng chỉ nêu tên một người; chưa biết các thành viên khác.",
        "A household is claimed but only one person is named; its other members are unknown.",
    ),
    "others_unnamed": Flag(
        "name",
        "Còn người cùng sử dụng không nêu tên (ví dụ “và vợ”, “và các đồng sử dụng”).",
        "Further owners are mentioned without their names.",
    ),
    "relation_not_owner": Flag(
        "name",
        "Có nêu tên người thân (con ông …, vợ ông …); người đó không phải là chủ.",
        "A relative is mentioned who is no owner.",
    ),
    "alias": Flag(
        "name",
        "Có tên gọi khác hoặc lời ghi trong ngoặc; đã để riêng, không tính là họ tên.",
        "Another name of the same person, or a note in parentheses, was set apart from the name.",
    ),
    "transferred": Flag(
        "name",
        "Ô tên có ghi việc bán, tặng cho, chuyển nhượng.",
        "The cell speaks of a sale, a gift or a transfer.",
    ),
    "extra_in_name": Flag(
        "name",
        "Có số, năm, địa chỉ hoặc chi tiết khác lẫn trong ô tên; đã cắt khỏi tên.",
        "A number, a year, an address or another detail was cut off from the name.",
    ),
    "zero_in_name": Flag(
        "name",
        "Số 0 nằm giữa các chữ cái được đọc là chữ o.",
        "A zero among letters was read as the letter o.",
    ),
    "telex": Flag(
        "name",
        "Phím gõ Telex hoặc VNI còn sót (Nguyeenx, Tra62n) đã được đọc thành chữ.",
        "Keystrokes of Telex or VNI (Nguyeenx, Tra62n) were read as the letters they mean.",
    ),
    "glued_split": Flag(
        "name",
        "Các chữ viết dính liền (Trầnthị) đã được tách.",
        "Words written as one (Trầnthị) were taken apart.",
    ),
    "space_in_word": Flag(
        "name",
        "Khoảng trắng lọt vào giữa một chữ (Ngu yễn) đã được bỏ.",
        "A space within a syllable (Ngu yễn) was taken out.",
    ),
    "abbreviated": Flag(
        "name",
        "Tên viết tắt; chỉ có thể khớp một phần.",
        "The name has initials; it can match only in part.",
    ),
    "surname_supplied": Flag(
        "name",
        "Họ lấy theo người ghi trước trong cùng ô; cần kiểm tra.",
        "The surname was taken from the person before in the same cell; check it.",
    ),
    "title_or_surname": Flag(
        "name",
        "“Ông”, “Bà”, “Hộ”… có thể là họ hoặc là cách xưng hô; giữ nguyên như đã ghi.",
        "The first word may be a title or a surname; it was kept as written.",
    ),
    "unsplit": Flag(
        "name",
        "Ô có thể ghi nhiều tên nhưng không tách được chắc chắn; giữ là một người.",
        "The cell may hold several names that cannot be told apart safely; it was kept as one person.",
    ),
    "one_word": Flag(
        "name",
        "Tên chỉ có một chữ.",
        "The name is a single word.",
    ),
    "body_guessed": Flag(
        "name",
        "Coi là tổ chức hoặc cộng đồng chỉ dựa vào chữ đầu tiên.",
        "Taken for an organisation or a community by its first word alone.",
    ),
    "no_name": Flag(
        "name",
        "Ô có chữ hoặc số nhưng không nêu tên chủ nào.",
        "The cell holds text or numbers but names no owner.",
    ),
    "too_long": Flag(
        "name",
        "Ô tên quá dài; chỉ đọc phần đầu.",
        "The cell is too long; only its beginning was read.",
    ),
}

NUMBER: dict[str, Flag] = {
    "zero_restored": Flag(
        "id_number",
        "Số 0 ở đầu bị bảng tính bỏ mất đã được thêm lại.",
        "The leading zero that a spreadsheet dropped was put back.",
    ),
    "zero_restored2": Flag(
        "id_number",
        "Hai số 0 ở đầu bị bảng tính bỏ mất đã được thêm lại.",
        "The two leading zeros that a spreadsheet dropped were put back.",
    ),
    "cmnd_zero_restored": Flag(
        "id_number",
        "Số có 7 hoặc 8 chữ số, có thể là CMND 9 số mất số 0; chỉ là phỏng đoán.",
        "Seven or eight digits: perhaps an old card's number without its zeros; a guess only.",
    ),
    "cmnd_issued_twice": Flag(
        "id_number",
        "CMND thuộc dải số từng được hai tỉnh cấp trùng.",
        "The old card's number is of a range that two provinces issued.",
    ),
    "sci_lossy": Flag(
        "id_number",
        "Số ở dạng khoa học đã mất chữ số (ví dụ 6.8E+10), không khôi phục được.",
        "Scientific notation lost digits of the number; they can't be recovered.",
    ),
    "sci_exact": Flag(
        "id_number",
        "Số ở dạng khoa học còn đủ chữ số, đã được viết lại.",
        "Scientific notation with all its digits was written out.",
    ),
    "sci_padded": Flag(
        "id_number",
        "Số ở dạng khoa học thiếu các số 0 cuối, đã được thêm lại.",
        "Zeros at the end, which scientific notation leaves out, were put back.",
    ),
    "float_tail": Flag("id_number", 'Phần ".0" ở cuối số đã được bỏ.', 'A tail such as ".0" was cut off.'),
    "glued": Flag(
        "id_number",
        "Hai số viết liền nhau đã được tách.",
        "Two numbers written without a gap were taken apart.",
    ),
    "repeated": Flag("id_number", "Ô ghi cùng một số nhiều lần.", "The cell holds the same number more than once."),
    "edge_junk": Flag(
        "id_number",
        "Chữ hoặc số lạ cạnh số giấy tờ đã được bỏ.",
        "Letters or digits beside the number were left out.",
    ),
    "cell_cut": Flag("id_number", "Ô quá dài, chỉ đọc phần đầu.", "The cell is too long; only its beginning was read."),
    "not_id": Flag("id_number", "Không phải số giấy tờ tùy thân.", "Not an identity number."),
    "phone": Flag("id_number", "Là số điện thoại.", "A telephone number."),
    "tax": Flag("id_number", "Là mã số thuế hoặc mã doanh nghiệp.", "A tax code or a company's code."),
    "too_short": Flag("id_number", "Quá ít chữ số.", "Too few digits."),
    "bad_length": Flag("id_number", "Thiếu hoặc thừa chữ số.", "Digits are missing or too many."),
    "no_digits": Flag("id_number", "Ô số giấy tờ không có chữ số nào.", "The number's cell holds no digit."),
    "invalid_region": Flag(
        "id_number",
        "Ba chữ số đầu không phải mã tỉnh hoặc mã nước.",
        "The first three digits are no province and no country.",
    ),
    "invalid_century": Flag(
        "id_number",
        "Chữ số thứ tư cho năm sinh từ 2100 trở đi.",
        "The fourth digit states a birth after 2099.",
    ),
    "future_year": Flag(
        "id_number",
        "Số cho năm sinh trong tương lai.",
        "The number states a year of birth in the future.",
    ),
    "overseas": Flag(
        "id_number",
        "Số có mã nước: đăng ký khai sinh ở nước ngoài.",
        "The number names a country: a birth registered abroad.",
    ),
    "serial_zero": Flag(
        "id_number",
        "Sáu chữ số cuối đều là 0, có thể bảng tính đã làm mất chữ số.",
        "The last six digits are zero: a spreadsheet may have lost them.",
    ),
    "maybe_tax_code": Flag(
        "id_number",
        "Mười chữ số bắt đầu bằng 8, cũng có thể là mã số thuế.",
        "Ten digits that begin with 8 may as well be a tax code.",
    ),
    "maybe_phone": Flag(
        "id_number",
        "Chín chữ số bắt đầu bằng 4 đến 9, có thể là số điện thoại mất số 0.",
        "Nine digits that begin with 4 to 9 may be a telephone number without its zero.",
    ),
    "opaque": Flag(
        "id_number",
        "Số giấy tờ quân đội, công an: giữ nguyên, không kiểm tra.",
        "An army or police number: kept as it is, unchecked.",
    ),
    "passport_foreign": Flag(
        "id_number",
        "Số hộ chiếu không theo mẫu Việt Nam.",
        "A passport number that is not of the Vietnamese form.",
    ),
    "card_unreadable": Flag("card_qr", "Không đọc được mã QR của thẻ.", "The card's QR text can't be read."),
}

BIRTH_DATE: dict[str, Flag] = {
    "maybe_year_only": Flag(
        "birth_date",
        "Ngày 01/01 thường chỉ là năm sinh.",
        "The first of January is often a year in disguise.",
    ),
    "dm_ambiguous": Flag(
        "birth_date",
        "Ngày và tháng có thể đảo nhau.",
        "Day and month may be the other way round.",
    ),
    "mdy": Flag("birth_date", "Tháng được ghi trước ngày.", "The month was written before the day."),
    "impossible_day": Flag(
        "birth_date",
        "Ngày không có trong tháng; chỉ giữ năm.",
        "The month has no such day; only the year was kept.",
    ),
    "invalid_day_month": Flag(
        "birth_date",
        "Ngày và tháng không có thật; chỉ giữ năm.",
        "No such day and month; only the year was kept.",
    ),
    "day_without_month": Flag(
        "birth_date",
        "Có ngày nhưng không có tháng; chỉ giữ năm.",
        "A day without a month; only the year was kept.",
    ),
    "date_zero_restored": Flag(
        "birth_date",
        "Số 0 ở đầu của ngày viết liền đã được thêm lại.",
        "The leading zero of a date without marks was put back.",
    ),
    "yy_confirmed": Flag(
        "birth_date",
        "Thế kỷ của năm hai chữ số đã được xác nhận bằng số định danh.",
        "The century of the two-digit year was confirmed by the personal number.",
    ),
    "extra_dates": Flag(
        "birth_date",
        "Ô có nhiều ngày sinh cho một người; chỉ dùng một.",
        "Several birth dates for one person; one was used.",
    ),
    "yy": Flag("birth_date", "Năm chỉ có hai chữ số.", "The year has two digits only."),
    "century_ambiguous": Flag(
        "birth_date",
        "Năm hai chữ số có thể thuộc thế kỷ khác.",
        "The two-digit year may be of the other century.",
    ),
    "excel_serial": Flag(
        "birth_date",
        "Số thứ tự ngày của bảng tính đã được đổi thành ngày.",
        "A spreadsheet's serial number was turned into the day.",
    ),
    "maybe_excel_serial": Flag(
        "birth_date",
        "Có thể là số thứ tự ngày của bảng tính; không dùng vì không chắc.",
        "Perhaps a spreadsheet's serial number; not used, as nothing says so.",
    ),
    "year_in_date_cell": Flag(
        "birth_date",
        "Ô kiểu ngày chứa một năm; được hiểu là năm.",
        "A date cell holds a year; it was read as the year.",
    ),
    "future": Flag("birth_date", "Năm sinh trong tương lai.", "The year of birth is in the future."),
    "before_1900": Flag("birth_date", "Năm sinh trước 1900.", "The year of birth is before 1900."),
    "approximate": Flag("birth_date", "Năm sinh chỉ là ước chừng.", "The birth date is an estimate."),
    "lunar_calendar": Flag(
        "birth_date",
        "Ghi theo âm lịch; ngày và tháng không khớp dương lịch.",
        "Of the lunar calendar: day and month are not those of the register.",
    ),
    "date_note_cut": Flag(
        "birth_date",
        "Phần ghi chú sau ngày sinh (ngày cấp, năm mất…) đã được bỏ.",
        "A note after the birth date (date of issue, of death…) was left out.",
    ),
    "date_leftover": Flag(
        "birth_date",
        "Ô ngày sinh còn chữ số khác không hiểu được.",
        "Other digits in the cell were not understood.",
    ),
    "unreadable_date": Flag("birth_date", "Không đọc được ngày sinh.", "The birth date can't be read."),
}

ADDRESS: dict[str, Flag] = {
    "unknown_address": Flag(
        "address",
        "Không nhận ra đơn vị hành chính nào trong địa chỉ.",
        "No administrative unit was recognised in the address.",
    ),
    "province_only": Flag(
        "address", "Địa chỉ chỉ cho biết tỉnh; không biết xã.", "The address tells only the province."
    ),
    "district_only": Flag(
        "address",
        "Địa chỉ chỉ cho biết huyện; đã lấy mọi xã hiện nay trên địa bàn huyện đó.",
        "The address tells only the district; every present-day commune where it lay is meant.",
    ),
    "unknown_commune": Flag(
        "address",
        "Có ghi xã nhưng không có xã nào tên như vậy ở nơi đã nêu.",
        "A commune is named that the district or province named does not have.",
    ),
    "split_commune": Flag(
        "address",
        "Xã cũ đã chia vào nhiều xã mới; đã lấy tất cả, không chọn xã mặc định.",
        "The old commune was divided among several of today; all are meant, none is picked.",
    ),
    "ambiguous_commune": Flag(
        "address",
        "Có nhiều xã cùng tên phù hợp với địa chỉ; đã lấy tất cả.",
        "Several communes of this name fit the address; all are meant.",
    ),
    "ambiguous_era": Flag(
        "address",
        "Tên xã có thể là xã trước hoặc sau ngày 01/7/2025; đã lấy cả hai nghĩa.",
        "The name may be of before or after 1 July 2025; both meanings are kept.",
    ),
    "inconsistent_levels": Flag(
        "address",
        "Xã, huyện, tỉnh trong địa chỉ không khớp nhau.",
        "The commune, district and province of the address do not fit together.",
    ),
    "no_province": Flag("address", "Địa chỉ không ghi tỉnh, thành phố.", "The address names no province."),
    "unsupported": Flag(
        "address",
        "Chỉ có tên xã, không có huyện, tỉnh nào để đối chiếu.",
        "Only a commune is named, with no district or province to confirm it.",
    ),
    "no_title": Flag(
        "address",
        "Tên đơn vị không ghi kèm “xã”, “phường”, “huyện”….",
        "The unit is named without saying what kind it is.",
    ),
    "unit_kind_differs": Flag(
        "address",
        "Loại đơn vị ghi khác với thực tế (ghi “xã” nhưng là phường, thị trấn…).",
        "The kind of unit differs from the fact: xã is written for a phường, say.",
    ),
    "old_unit": Flag(
        "address",
        "Đơn vị hành chính trước ngày 01/7/2025, đã đổi sang xã hiện nay.",
        "A unit of before 1 July 2025, turned into communes of today.",
    ),
    "present_unit": Flag("address", "Đơn vị hành chính từ ngày 01/7/2025.", "A unit of since 1 July 2025."),
    "mixed_eras": Flag(
        "address",
        "Địa chỉ ghép đơn vị trước và sau ngày 01/7/2025.",
        "The address joins units of before and after 1 July 2025.",
    ),
    "merged_unit": Flag(
        "address",
        "Xã hoặc huyện đã nhập, đổi tên từ trước tháng 6/2025.",
        "A commune or district that was merged or renamed before June 2025.",
    ),
    "old_province": Flag(
        "address",
        "Tỉnh cũ đã chia, nhập trước năm 2025 (Hà Tây, Sông Bé…).",
        "A province dissolved before 2025, such as Hà Tây or Sông Bé.",
    ),
    "abbreviated_unit": Flag("address", "Tên tỉnh hoặc huyện viết tắt.", "The province or district is abbreviated."),
    "fuzzy": Flag(
        "address",
        "Tên đơn vị gõ sai một chữ cái; đã tìm trong huyện, tỉnh đã nêu.",
        "A letter of a name was mistyped; it was found within the district or province named.",
    ),
    "accents_differ": Flag(
        "address", "Dấu của tên xã khác với tên đúng.", "The accents of the commune's name differ from the true name."
    ),
    "commune_code": Flag(
        "address",
        "Ô địa chỉ ghi mã xã; mã không kèm ngày có thể chỉ xã cũ hoặc mới, đã lấy cả hai.",
        "The cell holds a commune code; without its date it may mean an old or a present commune, both are kept.",
    ),
    "too_many_communes": Flag(
        "address", "Quá nhiều xã phù hợp; không lấy xã nào.", "Too many communes fit; none is named."
    ),
    "address_too_long": Flag(
        "address",
        "Ô địa chỉ quá dài; chỉ đọc phần cuối.",
        "The cell is too long for an address; only its end was read.",
    ),
}

RECORD: dict[str, Flag] = {
    "unknown_encoding": Flag(
        "encoding", "Không biết bảng mã này; chữ được giữ nguyên.", "An unknown encoding; the text was left."
    ),
    "digits_in_name": Flag("full_name", "Ô họ tên có lẫn số.", "The name's cell holds digits."),
    "number_from_name": Flag(
        "id_number", "Số giấy tờ được lấy từ ô họ tên.", "The identity number was taken from the name's cell."
    ),
    "date_from_name": Flag(
        "birth_date", "Ngày sinh được lấy từ ô họ tên.", "The birth date was taken from the name's cell."
    ),
    "unnamed_owner": Flag(
        "id_number",
        "Ô số có thêm số của một người không được nêu tên.",
        "The cell holds the number of one more person, who is not named.",
    ),
    "several_current_numbers": Flag(
        "id_number",
        "Một người có nhiều số 12 chữ số khác nhau.",
        "Several different 12-digit numbers of one person.",
    ),
    "pairing_doubtful": Flag(
        "record",
        "Không chắc số hoặc ngày sinh nào là của người nào; đã ghép theo thứ tự ghi.",
        "Whose number or birth date is whose is not certain; they were paired in the order written.",
    ),
    "pairing_swapped": Flag(
        "record",
        "Số hoặc ngày sinh ghi ngược thứ tự tên; đã ghép theo giới tính hoặc năm sinh.",
        "Numbers or birth dates stood in the other order than the names; they were paired by sex or year of birth.",
    ),
    "role_unknown": Flag("role", "Vai trò không có trong danh mục.", "The role is none of the known ones."),
    "legal_form_unknown": Flag(
        "legal_form", "Pháp nhân không có trong danh mục.", "The legal form is none of the known ones."
    ),
    "sex_unreadable": Flag("sex", "Không đọc được giới tính.", "The sex can't be read."),
    "sex_differs": Flag(
        "sex",
        "Giới tính trái với cách xưng hô trong tên (ông, bà, vợ, chồng).",
        "The sex contradicts the title or relation beside the name.",
    ),
    "sex_derived": Flag(
        "sex",
        "Cột giới tính được suy ra từ số định danh, không phải bằng chứng.",
        "The sex column was derived from the number and is no evidence.",
    ),
    "sex_from_role": Flag(
        "sex", "Giới tính lấy theo vai trò (vợ, chồng).", "The sex was taken from the role (husband, wife)."
    ),
    "from_card": Flag(
        "card_qr",
        "Thông tin còn thiếu được lấy từ mã QR của thẻ.",
        "What the record lacked was taken from the card's QR text.",
    ),
    "card_differs": Flag(
        "card_qr",
        "Mã QR của thẻ khác với thông tin trong hồ sơ.",
        "The card's QR text differs from the record.",
    ),
}

SECTIONS = (TEXT, SHARED, NAME, NUMBER, BIRTH_DATE, ADDRESS, RECORD)
FLAGS: dict[str, Flag] = {code: flag for section in SECTIONS for code, flag in section.items()}
