"""The short way of most records gives what the full way gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.normalise.record import _any, _columns
from matching.normalise.usual_records import usual_record
from matching.records import RawRecord

LATEST = 2026
NAMES = (
    "Nguyễn Văn An",
    "Trần  Thị Hoà ",
    "Ông Trần Văn Ba và bà Lê Thị Mỹ",
    "Hộ ông Trần Văn Ba và vợ là bà Lê Thị Mỹ",
    "Lê Thị Mỹ; Trần Văn Ba",
    "Trần Minh Hoa, Lê Bảo Trân",
    "Công ty TNHH Phú Gia",
    "UBND xã Tân Lập",
    "Chưa xác định",
    "Lê Văn Tám 1985",
    "Trần Thu Thuỷ",
)
NUMBERS = (
    None,
    "068085001234",
    "068185001234",
    "250123456",
    "250123456; 068085001234",
    "068085001234 - 068185005678",
    "068185005678 - 068085001234",
    "250123456, 250654321",
    "068085001234; 250123456; 068185005678",
    "abc",
    "12345678",
)
DATES = (
    None,
    "1985",
    "20/07/1985",
    "02/03/1985",
    "20/07/1985; 1985",
    "1985 - 1990",
    "20/07/85",
    "31234",
    "1985; 1990; 1991",
)
SEXES = (None, "Nam", "Nữ", "Nam, Nữ", "Nữ/Nam", "?", "x", " ")
ADDRESSES = (None, "xã Lộc An, huyện Bảo Lâm, tỉnh Lâm Đồng", "xã\u00a0Lộc An, huyện Bảo\u200bLâm, tỉnh Lâm Ðồng")


@given(
    st.builds(
        RawRecord,
        record_id=st.just("1"),
        full_name=st.sampled_from(NAMES),
        id_number=st.sampled_from(NUMBERS),
        birth_date=st.sampled_from(DATES),
        sex=st.sampled_from(SEXES),
        address=st.sampled_from(ADDRESSES),
        sex_derived=st.booleans(),
    )
)
@settings(max_examples=1_000, deadline=None)
def test_the_short_way_of_a_record_gives_what_the_full_way_gives(raw: RawRecord) -> None:
    (cells,) = zip(*_columns((raw,), LATEST), strict=True)
    usual = usual_record(raw, *cells)

    assert usual is None or usual == _any(raw, LATEST, cells)


def test_a_couple_in_agreement_takes_the_short_way() -> None:
    raw = RawRecord(
        full_name="Ông Trần Văn Ba và bà Lê Thị Mỹ",
        id_number="068085001234 - 068185005678",
        birth_date="20/07/1985 - 1985",
    )
    (cells,) = zip(*_columns((raw,), LATEST), strict=True)

    assert usual_record(raw, *cells) is not None
