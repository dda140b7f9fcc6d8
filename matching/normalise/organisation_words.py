"""Words that begin the name of a body: organisations, religious bodies, state bodies, communities (DOMAIN 3.4).

Pairs of words, because single ones begin names of people: Công, Trường, Đoàn, Hội, Văn, Ngân. A phrase counts at the
beginning of what a cell names. Typed without accents it counts only if one more word follows.
"""

from __future__ import annotations

from typing import Final

ORGANISATIONS: Final = """
    công ty; công ti; cty; c.ty; c ty; ct tnhh; ct cp; ctcp; cttnhh; tnhh; tổng công ty; tổng cty; tct; tập đoàn
    công ty con; doanh nghiệp; dn tư nhân; dntn; dn; dnnn; xí nghiệp; xn; nhà máy; nông trường; lâm trường
    nông lâm trường; liên doanh; liên hiệp; chi nhánh; cn.; cn công ty; cn cty; cn ngân hàng; cn nhno
    văn phòng đại diện; hợp tác xã; htx; liên hiệp htx; lh htx; tổ hợp tác; tổ hợp tác xã; tập đoàn sản xuất
    đội sản xuất; đội thuế; đội quản lý; đội thi hành án; đội công trình; hãng phim; ubnd; u.b.n.d; ủy ban
    ủy ban nhân dân; ub xã; ub mttq; hđnd; hội đồng; hội đồng nhân dân; nhà nước; đất ubnd; đất do ubnd
    sở tài nguyên; sở nông nghiệp; sở xây dựng; sở giáo dục; sở y tế; sở tài chính; sở kế hoạch; sở giao thông
    sở công thương; sở văn hóa; sở tư pháp; sở nội vụ; sở khoa học; sở lao động; sở thông tin; sở du lịch
    sở ngoại vụ; sở thương mại; sở thủy sản; phòng tài nguyên; phòng giáo dục; phòng kinh tế; phòng nông nghiệp
    phòng tài chính; phòng nội vụ; phòng y tế; phòng tư pháp; phòng văn hóa; phòng lao động; phòng công chứng
    phòng quản lý; phòng giao dịch; phòng khám; phòng hạ tầng; phòng gd; phòng gd&đt; phòng gdđt; phòng tn
    phòng tnmt; phòng tn&mt; phòng thống kê; phòng công thương; phòng dân tộc; phòng thanh tra; ban quản lý
    ban ql; bql; ban chỉ huy; ban chỉ đạo; ban dân tộc; ban tôn giáo; ban điều hành; ban đại diện; ban nhân dân
    ban công tác mặt trận; ban giám hiệu; ban tự quản; ban trị sự; ban hộ tự; ban quản trị; ban chqs
    ban chấp hành; ban dân vận; ban tuyên giáo; ban tổ chức; ban bồi thường; ban đền bù; ban qlda; ban qlrph
    ban qlr; ban thông tin; ban hành giáo; ban quý tế; công an xã; công an huyện; công an tỉnh
    công an thành phố; công an phường; công an thị trấn; công an thị xã; công an tp; công an; bộ chỉ huy
    bộ tư lệnh; bộ đội; bộ công an; bộ quốc phòng; bchqs; bộ chqs; đồn biên phòng; đồn bp; đồn công an; quân khu
    quân đoàn; trung đoàn; sư đoàn; lữ đoàn; tiểu đoàn; đại đội; binh đoàn; đơn vị; huyện đội; xã đội; tỉnh đội
    trại giam; trại tạm giam; trại giống; kho k; kho bạc; cục thuế; chi cục; cục quản lý; cục thi hành án
    cục thống kê; cục dự trữ; chi cục thuế; kho bạc nhà nước; hải quan; thanh tra; viện kiểm sát; vksnd; tòa án
    tand; thi hành án; viện nghiên cứu; viện khoa học; trường mầm non; trường mn; trường mẫu giáo; trường mg
    trường tiểu học; trường th; trường thcs; trường thpt; trường ptth; trường ptdt; trường ptdtnt
    trường phổ thông; trường trung học; trường trung cấp; trường cao đẳng; trường cđ; trường đại học; trường đh
    trường dạy nghề; trường học; trường chính trị; trường bắn; trường dân tộc; trường tư thục; trường quân sự
    trường lái; trường cấp; trường nghề; trường giáo dưỡng; phân hiệu; phân trường; điểm trường; nhà trường
    nhà trẻ; lớp mẫu giáo; học viện; trạm y tế; trạm kiểm lâm; trạm bảo vệ; trạm khuyến nông; trạm bơm
    trạm điện; trạm biến áp; trạm biến thế; trạm thú y; trạm viễn thông; trạm cấp nước; trạm xá; trạm thu phí
    trạm quản lý; trạm thủy văn; trạm khí tượng; trạm bts; trạm truyền thanh; bệnh viện; bv đa khoa; trung tâm
    tt y tế; ttyt; nhà thuốc; bưu điện; bưu cục; viễn thông; điện lực; ngân hàng; nh nông nghiệp; nhno
    nhno&ptnt; nhnn; nhcsxh; agribank; vietcombank; sacombank; bidv; vietinbank; quỹ tín dụng; quỹ đầu tư
    quỹ đất; quỹ hỗ trợ; quỹ phát triển; quỹ bảo vệ; quỹ từ thiện; mặt trận; mặt trận tổ quốc; mttq; ubmttq
    liên đoàn; hiệp hội; câu lạc bộ; hội nông dân; hội phụ nữ; hội liên hiệp; hội lhpn; hội cựu chiến binh
    hội ccb; hội người cao tuổi; hội chữ thập; hội đồng hương; hội làm vườn; hội khuyến học; hội sinh vật cảnh
    hội quán; hội trường; hội người mù; hội nạn nhân; hội văn học; hội đông y; đoàn thanh niên; đoàn tncs
    đoàn kinh tế; đoàn địa chất; đoàn khảo sát; đoàn thể; đoàn nghệ thuật; đoàn ca múa; đoàn ktqp
    đoàn quy hoạch; đoàn đo đạc; đoàn luật sư; công đoàn; vườn quốc gia; vqg; vườn ươm; khu bảo tồn; khu di tích
    khu công nghiệp; khu du lịch; khu quản lý; khu dự trữ; khu đường bộ; khu tái định cư; khu thể thao
    khu vui chơi; khu tập thể; kcn; hạt kiểm lâm; hạt giao thông; hạt quản lý; hạt đường bộ; văn phòng đăng ký
    văn phòng ubnd; văn phòng hđnd; văn phòng công chứng; vpđk; vpđkđđ; văn phòng luật sư; vp đăng ký; vp đk
    vp công chứng; vp ubnd; vp hđnd; vp luật sư; vpcc; đảng ủy; huyện ủy; tỉnh ủy; thành ủy; thị ủy; đảng bộ
    chi bộ; chủ đầu tư; nhà nghỉ; khách sạn; nhà hàng; cửa hàng; siêu thị; cây xăng; nghĩa trang; nghĩa địa
    sân bóng; sân vận động; bến xe; đài phát thanh; đài truyền hình; đài tưởng niệm; nhà bia; bia tưởng niệm
    thư viện; bảo tàng; bảo hiểm xã hội; bhxh; phân viện; cơ sở sản xuất; cơ sở giáo dục; cơ sở tôn giáo
    cơ sở cai nghiện; cơ quan; tập thể; trang trại; hộ kinh doanh; thị trấn; đất quốc phòng; đất lâm trường
    đất nông trường; giáo xứ; giáo họ; giáo phận; giáo hội; giáo sở; giáo điểm; giáo hạt; họ đạo; xứ đạo
    tòa giám mục; tgm; tòa thánh; tòa tổng giám mục; nhà thờ; nhà nguyện; nhà xứ; nhà dòng; dòng nữ; dòng tu
    dòng mến thánh giá; dòng chúa; dòng đa minh; dòng phan sinh; dòng thánh; dòng đức bà; dòng tên
    dòng con đức mẹ; tu hội; hội dòng; tu viện; đan viện; chủng viện; đại chủng viện; cộng đoàn; hội thánh
    chi hội tin lành; hội truyền giáo; tin lành; ban đại diện tin lành; thánh thất; thánh đường; thánh xá
    thánh tịnh; cao đài; thiền viện; thiền tự; tịnh xá; tịnh thất; niệm phật đường; npđ; nph đường; tổ đình
    phật học viện; trường hạ; quan âm tự; chùa; co . , ltd; company; jsc
"""

COMMUNITIES: Final = """
    nhóm hộ; nhóm đồng bào; nhóm dân; nhóm người; đồng bào; dân tự khai phá; dân tự khai hoang
    cộng đồng; cộng đồng dân cư; nhà văn hóa; nhà sinh hoạt; nhà sinh hoạt cộng đồng; nhà cộng đồng; nhà rông
    nhà họp; hội trường thôn; dòng họ; họ tộc; tộc họ; gia tộc; chi họ; phái họ; chi tộc; từ đường; nhà từ đường
    nhà thờ họ; nhà thờ tộc; nhà thờ dòng họ; hội đồng gia tộc; hội đồng họ; đình làng; đình thần; đình thôn
    miếu bà; miếu thờ; miếu ông; miếu thành hoàng; đền thờ; lăng ông; lăng bà; lăng mộ; tổ dân phố; tdp
    khu dân cư; bà con; nhân dân thôn; nhân dân; tập thể thôn; các hộ dân; khu phố; ban nhân dân thôn; chợ
"""

# Surname, middle and given name may read so too: with one word behind, as in "Lâm Trường Sơn", it is a person.
ALSO_NAMES: Final = "lâm trường; nông trường; công an; đoàn thể; công đoàn; cao đài; viễn thông; quỹ đất"

# One word that is no surname begins these. It counts first in a cell, with accents, and not before "Văn" or "Thị".
ORGANISATIONS_BY_ONE_WORD: Final = "sở; trạm; viện; xã; phường; huyện; đội; cục; kho; đền"
COMMUNITIES_BY_ONE_WORD: Final = "thôn; buôn; bon; làng; ấp; xóm; khóm; bản; đình; miếu; dinh"

# Nobody is called so: wherever one of these stands, the whole is a body.
BODY_MARKS: Final = "tnhh; cty; htx; ubnd; dntn; mtv; cổ phần; ltd; jsc; hđnd; qlrph; mttq"
