"""The words around a name, as tables that a clerk can check and extend (DOMAIN 3.4, 3.5).

Each line holds phrases separated by ";". Words are compared by key K2, so case, tone placement and i/y don't matter.
A cell typed without accents is read by the column `bare`: many of these words, bare, are names ("vợ" and Võ, "hộ"
and Hồ, "cụ" and Cù), so there they need proof, or are never read at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from matching.records import Role, Sex, Status


class Act(Enum):
    """What a phrase tells the reader of a name cell."""

    TITLE = auto()  # an address before a name: cut off, its sex kept
    HOUSEHOLD = auto()  # the same, and a household is claimed
    LABEL = auto()  # the words of a form: cut off
    ROLE = auto()  # the part of the person named next, or just before
    FOR = auto()  # the person just named acts for the one named next
    OFFICE = auto()  # a post: whoever holds it in a body's cell represents that body
    JOIN = auto()  # one more owner follows
    OTHERS = auto()  # more owners, who are not named
    STATUS = auto()  # a claim that the person just named is dead or missing
    LATE = auto()  # the same, said before the name
    KIN = auto()  # a relative follows, who is no owner
    ALIAS = auto()  # another name of the same person follows
    SAINT = auto()  # a baptismal name, which the civil register does not have
    TRANSFER = auto()  # the parcel changed hands; whoever follows is another story
    EXTRA = auto()  # a number, a date, an address follows


class When(Enum):
    """What must follow before a phrase counts."""

    ALWAYS = auto()
    BEFORE_NAME = auto()  # a known surname and one more word
    BEFORE_ANY = auto()  # a known surname and one more word, or another phrase
    BETWEEN = auto()  # a word of a name before it and one after it, or as above
    MARKED = auto()  # a colon; or it stands in parentheses, or alone after a dash
    ALONE = auto()  # nothing but a number, a mark or the end
    BEFORE_NUMBER = auto()
    DOUBTFUL = auto()  # never, but before a name it may well be one: flagged
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases that mean the same, and when they count, typed with accents (`exact`) or without (`bare`)."""

    act: Act
    phrases: str
    role: Role | None = None
    sex: Sex = Sex.UNKNOWN
    status: Status | None = None
    exact: When = When.ALWAYS
    bare: When = When.ALWAYS
    inside: int = 0  # it may come after this many words of a name, without a mark between; 0: only at a beginning


_MALE, _FEMALE = Sex.MALE, Sex.FEMALE
_NAME, _ANY, _NEVER, _ALONE = When.BEFORE_NAME, When.BEFORE_ANY, When.NEVER, When.ALONE

PHRASES: Final[tuple[Group, ...]] = (
    # Addresses. "Ông" and "Bà" are surnames too: they go only before a known surname.
    Group(Act.TITLE, "ông; ô.", sex=_MALE, exact=_NAME, bare=_NAME, inside=2),
    Group(Act.TITLE, "bà", sex=_FEMALE, exact=_NAME, bare=_NAME, inside=2),
    Group(Act.TITLE, "anh; ô; mr; mr.", sex=_MALE, exact=_NAME, bare=_NAME),
    Group(Act.TITLE, "chị; cô; b.; dì; thím; mợ; mrs.; ms.", sex=_FEMALE, exact=_NAME, bare=_NEVER),
    Group(Act.TITLE, "chú; cậu; dượng", sex=_MALE, exact=_NAME, bare=_NEVER),
    Group(Act.TITLE, "cụ; bác; em; cháu; đ/c; bs; bs.; ts; ts.; ths; ths.; ls.; gs.", exact=_NAME, bare=_NEVER),
    Group(Act.TITLE, "cụ ông; cố ông ngoại; thầy giáo; đức cha; đức ông", sex=_MALE, bare=_NAME),
    Group(Act.TITLE, "cụ bà; cô giáo; bà cụ", sex=_FEMALE, bare=_NAME),
    Group(Act.TITLE, "đồng chí; bác sĩ; bác sỹ; kỹ sư; luật sư; nghệ sĩ; mục sư; truyền đạo", bare=_NAME),
    Group(Act.TITLE, "hòa thượng; thượng tọa; đại đức; linh mục; lm.; giám mục", sex=_MALE, bare=_NAME),
    Group(Act.TITLE, "ni sư; ni trưởng; sư cô; nữ tu; soeur", sex=_FEMALE, bare=_NAME),
    Group(
        Act.TITLE,
        "ông/bà; ô.b; ô.bà; ông (bà); ông , bà; ông - bà; ông bà; ô/b; bà/ông; bà (ông); anh/chị; anh (chị)",
        bare=_NAME,
    ),
    Group(Act.TITLE, "các ông bà; các ông/bà; các ông , bà; các ông; các bà; hai ông bà; ông và bà", bare=_NAME),
    Group(Act.TITLE, "vợ chồng; hai vợ chồng; 2 vợ chồng; cặp vợ chồng", bare=_ANY),
    Group(Act.TITLE, "vợ chồng ông; vợ chồng anh; hai vợ chồng ông", role=Role.HUSBAND, sex=_MALE, bare=_NAME),
    Group(Act.TITLE, "vợ chồng bà; vợ chồng chị; hai vợ chồng bà", role=Role.WIFE, sex=_FEMALE, bare=_NAME),
    Group(Act.TITLE, "hộ kinh doanh; hộ kinh doanh cá thể; cá nhân", exact=_NAME, bare=_NAME),
    # Households.
    Group(Act.HOUSEHOLD, "hộ", exact=_NAME, bare=When.DOUBTFUL),
    Group(
        Act.HOUSEHOLD, "hộ ông; hộ anh; hộ chú; gia đình ông; gia đình anh; nhà ông", sex=_MALE, bare=_NAME, inside=1
    ),
    Group(Act.HOUSEHOLD, "hộ bà; hộ chị; hộ cô; gia đình bà; gia đình chị; nhà bà", sex=_FEMALE, bare=_NAME, inside=1),
    Group(Act.HOUSEHOLD, "hộ gia đình ông; hgđ ông; hộ gđ ông; hộ g/đ ông; hộ gia đình anh", sex=_MALE),
    Group(Act.HOUSEHOLD, "hộ gia đình bà; hgđ bà; hộ gđ bà; hộ g/đ bà; hộ gia đình chị", sex=_FEMALE),
    Group(
        Act.HOUSEHOLD, "hộ gia đình; hộ gđ; hộ g/đ; hgđ; hộ ông/bà; hộ ông (bà); hộ ông , bà; hộ dân; hộ gia đình cụ"
    ),
    Group(Act.HOUSEHOLD, "hộ ông bà; hộ cụ", bare=_NAME),
    Group(Act.HOUSEHOLD, "hộ ô.; hộ ô; hgđ ô.; hộ gđ ô.", sex=_MALE, bare=_NAME),
    Group(Act.HOUSEHOLD, "hộ b.; hgđ b.; hộ gđ b.", sex=_FEMALE, bare=_NAME),
    Group(Act.HOUSEHOLD, "hộ nghèo; hộ cận nghèo; hộ đbdt", bare=_NAME),
    Group(Act.HOUSEHOLD, "các hộ; các hộ ông; các hộ gia đình; các hộ ông bà", bare=_NAME),
    Group(Act.HOUSEHOLD, "hộ gia đình ông bà; hộ gia đình ông/bà; hộ gia đình ông (bà); hộ gia đình ông , bà"),
    Group(Act.HOUSEHOLD, "gia đình; gđ; nhà", exact=_NAME, bare=_NAME),
    Group(Act.HOUSEHOLD, "chủ hộ; đại diện hộ; đại diện hộ gia đình; đại diện chủ hộ", role=Role.HEAD, inside=1),
    Group(Act.HOUSEHOLD, "người đại diện hộ; người đại diện hộ gia đình; đại diện cho hộ", role=Role.HEAD, inside=1),
    # The words of a form.
    Group(
        Act.LABEL, "chủ sử dụng; chủ sử dụng đất; người sử dụng; người sử dụng đất; chủ sở hữu; người sở hữu; chủ đất"
    ),
    Group(
        Act.LABEL, "họ và tên; họ tên; họ , tên; tên chủ; tên chủ sử dụng; tên chủ hộ; họ tên chủ hộ; chủ nhà; gồm có"
    ),
    Group(Act.LABEL, "bao gồm; gồm; các ông bà gồm; họ tên chủ; kính gửi; tên là; có tên; tên chủ sử dụng đất"),
    Group(Act.LABEL, "là", bare=_NEVER),
    Group(Act.LABEL, "tên", exact=_NAME, bare=_NAME),
    Group(Act.EXTRA, "tuổi", exact=_ALONE, bare=_ALONE),
    Group(
        Act.EXTRA,
        "chưa có gcn; chưa cấp gcn; chưa có sổ; chưa có cccd; chưa có cmnd; mất sổ; mất gcn; thiếu cmnd; thiếu cccd",
        inside=2,
    ),
    Group(Act.EXTRA, "nam; nữ; giới tính nam; giới tính nữ", exact=When.MARKED, bare=When.MARKED),
    # Spouses. "vợ ông", "chồng bà" name somebody who is no owner: they stand under KIN.
    Group(
        Act.ROLE,
        "vợ; và vợ; cùng vợ; với vợ; cùng với vợ; bà vợ; vợ là; vợ tên",
        Role.WIFE,
        _FEMALE,
        bare=When.MARKED,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "và vợ; cùng vợ; với vợ; vợ là; và vợ là; có vợ là; có vợ; cùng vợ là; cùng với vợ",
        Role.WIFE,
        _FEMALE,
        bare=_ANY,
        inside=1,
    ),
    Group(Act.ROLE, "và vợ; cùng vợ; với vợ", Role.WIFE, _FEMALE, exact=_NEVER, bare=_ALONE, inside=2),
    Group(Act.ROLE, "và chồng; cùng chồng; với chồng", Role.HUSBAND, _MALE, exact=_NEVER, bare=_ALONE, inside=2),
    Group(Act.ROLE, "chồng", Role.HUSBAND, _MALE, bare=_ALONE, inside=1),
    Group(
        Act.ROLE,
        "và chồng; cùng chồng; với chồng; chồng là; có chồng là; có chồng; và chồng là; cùng chồng là",
        Role.HUSBAND,
        _MALE,
        bare=_ANY,
        inside=1,
    ),
    Group(Act.ROLE, "và chồng; chồng", Role.HUSBAND, _MALE, exact=_NEVER, bare=_ANY, inside=1),
    # Other parts.
    Group(
        Act.ROLE,
        "đại diện; đại diện là",
        Role.REPRESENTATIVE,
        bare=_ANY,
        inside=3,
    ),
    Group(
        Act.ROLE,
        "người đại diện; người đại diện là; người đại diện theo pháp luật; đại diện theo pháp luật",
        Role.REPRESENTATIVE,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "người đại diện theo ủy quyền; đại diện theo ủy quyền; đại diện pháp luật; đdpl; nđd; nđdpl",
        Role.REPRESENTATIVE,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "người được ủy quyền; ủy quyền cho; được ủy quyền; theo ủy quyền; đại diện đứng tên",
        Role.REPRESENTATIVE,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "người đứng tên; đứng tên; làm đại diện; đại diện các đồng thừa kế",
        Role.REPRESENTATIVE,
        bare=_ANY,
        inside=1,
    ),
    Group(Act.ROLE, "do ông; do anh; do thầy", Role.REPRESENTATIVE, _MALE, bare=_NAME, inside=1),
    Group(Act.ROLE, "do bà; do chị; do cô", Role.REPRESENTATIVE, _FEMALE, bare=_NAME, inside=1),
    Group(
        Act.ROLE,
        "người giám hộ; giám hộ; người giám hộ là; giám hộ là",
        Role.GUARDIAN,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "người thừa kế; người thừa kế là; đồng thừa kế; các đồng thừa kế; những người thừa kế",
        Role.HEIR,
        inside=1,
    ),
    Group(Act.ROLE, "và các đồng thừa kế; và đồng thừa kế; người được thừa kế; thừa kế cho", Role.HEIR, inside=1),
    Group(Act.ROLE, "thừa kế; hàng thừa kế", Role.HEIR, exact=_ALONE, bare=_ALONE),
    Group(
        Act.ROLE,
        "thành viên; các thành viên; thành viên hộ; thành viên hộ gia đình; các thành viên hộ gia đình",
        Role.MEMBER,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "các thành viên gồm; thành viên gồm; thành viên trong hộ; các thành viên trong hộ; và thành viên",
        Role.MEMBER,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "và con; cùng con; và con là; cùng con là; cùng các con; cùng các con là; con là; con :; các con :; "
        "và các con là",
        Role.MEMBER,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "và con trai; con trai là; con trai :; và con trai là; cùng con trai; cùng con trai là",
        Role.MEMBER,
        _MALE,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "và con gái; con gái là; con gái :; và con gái là; cùng con gái; cùng con gái là",
        Role.MEMBER,
        _FEMALE,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "và mẹ; cùng mẹ; và mẹ là; cùng mẹ là; và em gái; và em gái là; và chị; và chị gái; và chị gái là",
        Role.CO_OWNER,
        _FEMALE,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "và cha; cùng cha; và cha là; và bố; và bố là; và em trai; và em trai là; và anh trai; và anh trai là",
        Role.CO_OWNER,
        _MALE,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "và em; và em là; cùng em; cùng em là; và các em; và anh em; cùng các em",
        Role.CO_OWNER,
        exact=_ANY,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "đồng sử dụng; đồng sở hữu; đồng chủ sử dụng; cùng sử dụng; cùng sử dụng đất; cùng sở hữu; đồng sd",
        Role.CO_OWNER,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "đồng sử dụng với; đồng sử dụng đất với; cùng sử dụng với; cùng sử dụng đất với; đồng sở hữu với",
        Role.CO_OWNER,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "và đồng sử dụng; người đồng sử dụng; đồng sd với; người cùng sử dụng; sử dụng chung với; chung với",
        Role.CO_OWNER,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "người đang sử dụng; người sử dụng hiện tại; người sử dụng hiện nay; đang sử dụng; hiện đang sử dụng",
        Role.CURRENT_USER,
        inside=1,
    ),
    Group(
        Act.ROLE,
        "sử dụng; canh tác; quản lý sử dụng; trực tiếp canh tác; trực tiếp sử dụng; đang canh tác",
        Role.CURRENT_USER,
        exact=_ALONE,
        bare=_ALONE,
        inside=2,
    ),
    Group(
        Act.ROLE,
        "hiện do; nay do; người quản lý; đang quản lý; người đang quản lý; hiện do ông; hiện do bà; nay là",
        Role.CURRENT_USER,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.FOR,
        "đại diện cho; thay mặt; thay mặt cho; đứng tên thay; đứng tên hộ; đứng tên giùm; đứng tên thay cho",
        Role.REPRESENTATIVE,
        inside=2,
    ),
    Group(Act.FOR, "giám hộ cho; người giám hộ của; giám hộ của", Role.GUARDIAN, inside=2),
    Group(
        Act.OFFICE,
        "giám đốc; tổng giám đốc; phó giám đốc; chủ tịch; phó chủ tịch; chủ nhiệm; phó chủ nhiệm; hiệu trưởng",
    ),
    Group(
        Act.OFFICE,
        "trưởng thôn; trưởng buôn; thôn trưởng; trưởng ban; phó ban; trưởng phòng; bí thư; trụ trì; "
        "quản nhiệm; già làng",
    ),
    Group(
        Act.OFFICE,
        "chức vụ; chủ dn; cha xứ; chánh xứ; quản lý; người đứng đầu; chủ doanh nghiệp; tổ trưởng; trưởng họ; "
        "tộc trưởng; trưởng tộc",
        bare=_ALONE,
    ),
    Group(Act.OFFICE, "trụ trì; làm giám đốc; làm chủ; làm trụ trì; làm chủ tịch", inside=1, bare=_ALONE),
    # More owners.
    Group(Act.JOIN, "và; cùng; với; cùng với; và cùng; hoặc; và/hoặc", exact=When.BETWEEN, bare=_ANY, inside=1),
    Group(
        Act.OTHERS,
        "và các đồng sử dụng; và những người đồng sử dụng; và những người khác; và người khác; và các hộ khác",
        inside=1,
    ),
    Group(
        Act.OTHERS,
        "và các con; và các thành viên; và các thành viên khác; và các thành viên trong hộ; và gia đình",
        inside=1,
    ),
    Group(
        Act.OTHERS,
        "và các đồng sở hữu; và một số người khác; và các hộ; và các cháu; cùng gia đình; v.v; v.v.; vv",
        inside=1,
    ),
    Group(Act.OTHERS, "và những người đồng thừa kế; và những người thừa kế; cùng những người đồng thừa kế", inside=1),
    Group(Act.OTHERS, "và nhiều người khác; và các chủ sử dụng khác; và các chủ khác; và anh chị em", inside=1),
    Group(
        Act.OTHERS,
        "và vợ con; cùng vợ con; và mẹ con; và các anh chị em; và các em",
        inside=1,
        bare=_ALONE,
        exact=_ALONE,
    ),
    Group(
        Act.OTHERS,
        "các đồng sử dụng; những người khác; người khác; các hộ khác; các thành viên khác; các đồng sở hữu; "
        "các chủ khác; "
        "các đồng thừa kế khác; những người đồng sử dụng; các con; các cháu; gia đình; cộng sự",
        exact=_ALONE,
        bare=_ALONE,
    ),
    # Dead or missing.
    Group(
        Act.STATUS,
        "đã chết; đã mất; đã qua đời; qua đời; đã từ trần; từ trần; đã hy sinh; đã khuất; chết rồi",
        status=Status.DECEASED,
        inside=1,
    ),
    Group(Act.STATUS, "chết; mất; hy sinh", status=Status.DECEASED, exact=_ALONE, bare=_ALONE),
    Group(
        Act.STATUS,
        "chết năm; mất năm; chết ngày; mất ngày; đã chết năm; đã mất năm; chết từ",
        status=Status.DECEASED,
        inside=1,
    ),
    Group(Act.STATUS, "mất tích; đã mất tích; bị mất tích", status=Status.MISSING, inside=1),
    Group(Act.LATE, "cố ông; cố cụ", status=Status.DECEASED, sex=_MALE, bare=_NAME),
    Group(Act.LATE, "cố bà", status=Status.DECEASED, sex=_FEMALE, bare=_NAME),
    Group(Act.LATE, "cố", status=Status.DECEASED, exact=_NAME, bare=_NEVER),
    Group(
        Act.LATE, "liệt sĩ; liệt sỹ; cố liệt sĩ; hương linh; người đã chết; người để lại di sản", status=Status.DECEASED
    ),
    Group(
        Act.LATE,
        "người thừa kế của ông; những người thừa kế của ông; các con của ông; thừa kế của ông",
        status=Status.DECEASED,
        sex=_MALE,
    ),
    Group(
        Act.LATE,
        "người thừa kế của bà; những người thừa kế của bà; các con của bà; thừa kế của bà",
        status=Status.DECEASED,
        sex=_FEMALE,
    ),
    # Relatives who are no owners.
    Group(Act.KIN, "vợ ông; vợ anh; vợ của; vợ của ông; là vợ ông; vợ cụ; vợ cố", sex=_FEMALE, bare=_NAME, inside=1),
    Group(Act.KIN, "chồng bà; chồng chị; chồng của; chồng của bà; là chồng bà", sex=_MALE, bare=_NAME, inside=1),
    Group(
        Act.KIN,
        "con ông; con bà; con anh; con chị; con của; con của ông; con của bà; con cụ; là con ông; là con bà",
        bare=_NAME,
        inside=1,
    ),
    Group(Act.KIN, "con trai ông; con trai bà; con trai của; con trai cụ", sex=_MALE, bare=_NAME, inside=1),
    Group(Act.KIN, "con gái ông; con gái bà; con gái của; con gái cụ", sex=_FEMALE, bare=_NAME, inside=1),
    Group(
        Act.KIN,
        "chồng đã chết; chồng chết; chồng đã mất; chồng mất; vợ đã chết; vợ chết; vợ đã mất; vợ mất; vợ cũ; chồng cũ",
        inside=2,
    ),
    Group(Act.KIN, "con", exact=_NAME, bare=_NEVER, inside=2),
    Group(Act.KIN, "con", exact=_NEVER, bare=_NAME),
    Group(
        Act.KIN,
        "con trai; con gái; con rể; con dâu; con nuôi; cháu nội; cháu ngoại; cháu ông; cháu bà; em ông; em bà; em ruột",
        bare=_NAME,
        inside=1,
    ),
    Group(
        Act.KIN,
        "anh ruột; chị ruột; anh trai; chị gái; em gái; em trai; em của; anh của; chị của; mẹ ông; mẹ bà; "
        "cha ông; cháu của",
        bare=_NAME,
        inside=1,
    ),
    Group(
        Act.KIN,
        "cha là; mẹ là; bố là; cha tên; mẹ tên; cha ruột; mẹ ruột; cha mẹ là; mẹ của; cha của; bố của; bố mẹ là",
        bare=_NAME,
        inside=1,
    ),
    Group(Act.KIN, "cha; mẹ; bố; ba má; cha mẹ; bố mẹ", exact=_NAME, bare=_NEVER),
    # Other names of the same person.
    Group(
        Act.ALIAS,
        "tên gọi khác; tên khác; tên thường gọi; thường gọi; tên thường gọi là; thường gọi là; hay gọi là; còn gọi là",
        inside=1,
    ),
    Group(
        Act.ALIAS,
        "tức",
        exact=When.BETWEEN,
        bare=_ANY,
        inside=2,
    ),
    Group(
        Act.ALIAS,
        "tức là; tức gọi; tức gọi là; còn có tên; bí danh; tên cũ; tên trước đây; tên gọi; pháp danh; tên thánh",
        exact=_ANY,
        bare=_ANY,
        inside=1,
    ),
    Group(
        Act.ALIAS,
        "tên khai sinh; tên giấy tờ; tên thật; tên cúng cơm; thế danh; còn có tên gọi khác; có tên gọi khác",
        inside=1,
    ),
    Group(Act.ALIAS, "hay; hay là", exact=_NAME, bare=_NEVER, inside=1),
    Group(
        Act.SAINT,
        "Maria; Anna; Têrêsa; Têrêxa; Terêsa; Cêcilia; Catarina",
        sex=_FEMALE,
        exact=_NAME,
        bare=_NAME,
    ),
    Group(
        Act.SAINT,
        "Giuse; Phêrô; Phaolô; Gioan; Antôn; Đaminh; Micae; Phanxicô; Tôma",
        sex=_MALE,
        exact=_NAME,
        bare=_NAME,
    ),
    # The parcel changed hands.
    Group(
        Act.TRANSFER,
        "đã chuyển cho; chuyển cho; đã bán; đã bán cho; đã bán đất; bán cho; "
        "đã chuyển nhượng; đã chuyển nhượng cho; chuyển nhượng cho; "
        "đã tặng cho",
        inside=1,
    ),
    Group(
        Act.TRANSFER,
        "đã sang tên; sang tên cho; đã sang tên cho; đã chuyển quyền; chủ cũ; nhận chuyển nhượng; "
        "nhận chuyển nhượng từ",
        inside=1,
    ),
    Group(
        Act.TRANSFER,
        "nhận chuyển nhượng của; mua của; mua lại của; mua từ; nhận tặng cho; nhận tặng cho từ; "
        "được tặng cho; nhận thừa kế",
        inside=1,
    ),
    Group(
        Act.TRANSFER,
        "nhận thừa kế từ; nhận thừa kế của; thừa kế từ; cho thuê; cho mượn; đã cho; đã hiến; đã giao; "
        "tặng cho; chuyển nhượng",
        bare=_ALONE,
        inside=1,
    ),
    Group(
        Act.TRANSFER, "thuê đất; thuê của; thuê lại; đang thuê; mượn của; mượn đất; mua giấy tay; giấy tay", inside=2
    ),
    Group(Act.TRANSFER, "thuê; mượn", exact=_ALONE, bare=_NEVER, inside=2),
    # What is no name.
    Group(
        Act.EXTRA,
        "sinh năm; sinh ngày; sn; s/n; ns; n/s; năm sinh; ngày sinh; ngày tháng năm sinh; tuổi:",
        exact=When.BEFORE_NUMBER,
        bare=When.BEFORE_NUMBER,
        inside=1,
    ),
    Group(Act.EXTRA, "sinh năm; năm sinh; ngày sinh", exact=_ALONE, bare=_ALONE, inside=1),
    Group(Act.EXTRA, "ns :; sn :; sinh năm :; năm sinh :; ngày sinh :", inside=1),
    Group(Act.EXTRA, "năm", exact=When.BEFORE_NUMBER, bare=When.BEFORE_NUMBER),
    Group(
        Act.EXTRA,
        "cmnd; cccd; cmt; cmtnd; gcmnd; cc; cmqđ; hc",
        exact=When.BEFORE_NUMBER,
        bare=When.BEFORE_NUMBER,
        inside=1,
    ),
    Group(
        Act.EXTRA,
        "cmnd; cccd; cmtnd; gcmnd; số cmnd; số cccd; số cmt; số định danh; căn cước; căn cước công dân; thẻ căn cước",
        inside=1,
    ),
    Group(
        Act.EXTRA,
        "chứng minh nhân dân; giấy chứng minh; hộ chiếu; số hộ chiếu; mã số thuế; mst; sđt; đt:; số đt; "
        "số điện thoại; điện thoại",
        inside=1,
    ),
    Group(
        Act.EXTRA,
        "cấp ngày; ngày cấp; nơi cấp; do ca; do công an; cục cảnh sát; đã cấp gcn; gcn số; sổ đỏ; "
        "số phát hành; tờ bản đồ",
        inside=1,
    ),
    Group(
        Act.EXTRA,
        "địa chỉ; đ/c:; đc:; thường trú; hktt; nơi ở; nơi thường trú; trú tại; ngụ tại; cư trú; quê quán; "
        "nguyên quán; quốc tịch",
        inside=1,
        bare=_ALONE,
    ),
    Group(Act.EXTRA, "địa chỉ; thường trú; hktt; trú tại; ngụ tại; quê quán; quốc tịch; dia chi :", inside=1),
    Group(
        Act.EXTRA,
        "thôn; xã; ấp; xóm; khóm; khu phố; khối phố; phường; thị trấn; thị xã; thành phố; huyện; tỉnh; "
        "số nhà; tổ; buôn; bon; làng; bản; quận",
        bare=_ALONE,
    ),
    Group(
        Act.EXTRA,
        "thôn; ấp; tổ; khu phố; xã; phường; thửa; tờ; lô; số; thửa đất; thửa số; số thửa; tờ số; kp; tdp; ấp",
        exact=When.BEFORE_NUMBER,
        bare=When.BEFORE_NUMBER,
        inside=1,
    ),
    Group(Act.EXTRA, "khu phố; thị trấn; tổ dân phố; số nhà; thành phố; tp.; tx.; tt."),
    Group(
        Act.EXTRA,
        "việt kiều; định cư; người nước ngoài; hiện ở; hiện ngụ; hiện trú; dân tộc; tôn giáo; ghi chú; "
        "chưa có gcn; chưa cấp gcn",
    ),
)

# A cell that is one of these, or begins with one of the second list, names nobody (DOMAIN 7, S7).
PLACEHOLDERS: Final = """
    chủ sử dụng; chủ sử dụng đất; chủ tạm; chủ khác; chủ đất; chưa; chưa rõ; chưa có; chưa biết; chưa có tên
    chưa nhập; không; không có; không tên; không biết; không chủ; vô danh; trống; bỏ trống; n a; nan; null; none
    nil; test; unknown; như trên; nt; nhu tren; như dòng trên; đất trống; đất công; đất công ích; đất hoang
    đất giao thông; đất xã; đất nhà nước; đường; đường đi; đường đất; đường giao thông; đường nhựa
    đường bê tông; đường mòn; đường liên thôn; đường xã; lối đi; suối; sông; kênh; mương; rạch; kênh mương
    mương nước; ao; bờ; rừng; đồi; núi; đất rừng; hành lang; ranh; vỉa hè; đất thủy lợi; đất sông suối
    đất nghĩa địa; sông suối; đất chưa giao; đất chưa sử dụng; đất bằng chưa sử dụng; tạm thời; người sử dụng
    người sử dụng đất; họ và tên; họ tên; tên chủ; tên; ông bà; vắng chủ; chủ vắng; ông; bà; hộ gia đình; hộ
    chờ cập nhật; đang cập nhật; cập nhật sau; bổ sung sau; thiếu tên; mất tên; rách; mờ; không đọc được
    không thấy tên; chủ mới; chủ cũ; kxđ; k xđ; krõ
"""
PLACEHOLDER_BEGINNINGS: Final = """
    chủ sử dụng tạm; chủ tạm thời; chưa xác định; chưa rõ chủ; chưa rõ tên; không rõ; không xác định; vô chủ
    chưa có chủ; chưa kê khai; chưa đăng ký; không có chủ; không có tên; chưa có thông tin; không có thông tin
    không tìm thấy; chưa có chủ sử dụng; chưa biết chủ; đất chưa có chủ; đất vô chủ; chủ chưa
    người sử dụng chưa; người sử dụng đất chưa; chủ sử dụng chưa; chủ sử dụng đất chưa; chưa cập nhật
"""

# How brothers and sisters are called in the order of their birth: "Tư Vinh" is a neighbours' name for somebody. Not
# "Ba", which without accents is "Bà" too.
ORDER_OF_BIRTH: Final = frozenset({"hai", "tư", "năm", "sáu", "bảy", "bẩy", "tám", "chín", "mười", "út", "cả"})

# What parentheses after a name hold that names no owner, whoever is named in it: at their beginning, or anywhere.
NOTES_FIRST: Final = Group(
    Act.TRANSFER,
    "thừa kế của; thừa kế từ; nhận thừa kế; được thừa kế; hưởng thừa kế; thừa kế ông; thừa kế bà; nhận chuyển nhượng; "
    "nhận tặng cho; được tặng cho; nhận cho; mua của; mua lại của; nhận lại của; chuyển nhượng từ",
)
NOTES: Final = Group(
    Act.EXTRA,
    "ở nhờ; ở đậu; ở tạm; ở thuê; cho ở nhờ; thuê đất; thuê nhà; mượn đất; mượn nhà; canh tác nhờ; trông coi; giữ hộ",
)
