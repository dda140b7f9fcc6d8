"""A fingerprint changes with who a land user is, and with nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from matching.fingerprint import FINGERPRINT_LENGTH, fingerprint
from matching.normalise import normalise
from matching.records import RawRecord

AS_OF = date(2026, 11, 22)
RECORD = {"full_name": "Ông Nguyễn Văn Hòa", "id_number": "068085001234; 250123456", "birth_date": "20/07/1985"}


def of(**changes: str) -> str:
    (subject,) = normalise(RawRecord(**RECORD | changes), as_of=AS_OF).subjects
    return fingerprint(subject)


def test_it_is_short_and_stable() -> None:
    assert len(of()) == FINGERPRINT_LENGTH
    assert of() == "e6e4e09474f2f3185e073413bfe441eb"


@pytest.mark.parametrize(
    "change",
    [
        {"full_name": "NGUYỄN VĂN HOÀ (ông)"},
        {"id_number": "250123456 - 068085001234"},
        {"birth_date": "1985-07-20"},
        {"address": "xã Lộc An, huyện Bảo Lâm, Lâm Đồng"},
    ],
)
def test_another_way_of_writing_changes_nothing(change: dict[str, str]) -> None:
    assert of(**change) == of()


@pytest.mark.parametrize(
    "change",
    [
        {"full_name": "Nguyễn Văn Hoà Bình"},
        {"full_name": "Nguyen Van Hoa"},
        {"id_number": "068085001234"},
        {"birth_date": "1985"},
        {"sex": "nữ"},
    ],
)
def test_another_value_changes_it(change: dict[str, str]) -> None:
    assert of(**change) != of()
