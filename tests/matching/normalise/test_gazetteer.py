"""The gazetteer is complete, consistent, and what its build script makes of the data."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest

from matching.normalise.gazetteer import REORGANISED, gazetteer

ROOT = Path(__file__).parents[3]
FILE = ROOT / "matching" / "normalise" / "gazetteer.json.gz"
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def test_all_units_of_both_eras_are_known() -> None:
    units = gazetteer()
    assert len(units.old_provinces) == 63
    assert len(units.districts) == 696
    assert len(units.old_communes) == 10_035
    assert len(units.provinces) == 34
    assert len(units.communes) == 3_321
    assert sum(commune.kind == "đặc khu" for commune in units.communes.values()) == 13
    assert sum(commune.province == "68" for commune in units.communes.values()) == 124


def test_every_old_commune_and_district_has_successors_among_the_communes_of_today() -> None:
    units = gazetteer()
    for unit in (*units.old_communes.values(), *units.districts.values()):
        assert unit.successors, unit
        assert list(unit.successors) == sorted(set(unit.successors))
        assert units.communes.keys() >= set(unit.successors)


def test_successors_lie_in_the_province_that_the_old_province_went_into() -> None:
    units = gazetteer()
    for old in units.old_communes.values():
        home = units.old_provinces[old.province].province
        assert units.provinces_of(old.successors) == (home,), old


def test_every_commune_of_today_succeeds_some_unit() -> None:
    units = gazetteer()
    successors = {code for district in units.districts.values() for code in district.successors}
    assert successors == set(units.communes)


def test_a_divided_commune_has_all_its_parts_and_no_default() -> None:
    units = gazetteer()
    assert units.old_communes["23053"].successors == ("23041", "23053")
    divided = [old for old in units.old_communes.values() if len(old.successors) > 1]
    assert len(divided) == 443


def test_an_island_district_without_communes_has_a_successor() -> None:
    units = gazetteer()
    (island,) = [district for district in units.districts.values() if district.short == "Côn Đảo"]
    assert [units.communes[code].name for code in island.successors] == ["Đặc khu Côn Đảo"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("25270", "Lộc Ninh"),
        ("25357", "Tân Khai"),
        ("25363", "Đồng Phú"),
        ("26116", "Tân Phú"),
        ("26170", "Trị An"),
        ("26248", "Trảng Bom"),
        ("26326", "Dầu Giây"),
        ("26368", "Long Thành"),
        ("26425", "Xuân Lộc"),
        ("26485", "Nhơn Trạch"),
    ],
)
def test_the_ten_communes_of_dong_nai_became_wards_on_30_april_2026(code: str, name: str) -> None:
    commune = gazetteer().communes[code]
    assert (commune.name, commune.former_name) == (f"Phường {name}", f"Xã {name}")
    assert (commune.kind, commune.short, commune.since) == ("phường", name, date(2026, 4, 30))


def test_dong_nai_became_a_city_and_kept_its_code() -> None:
    province = gazetteer().provinces["75"]
    assert (province.name, province.former_name) == ("Thành phố Đồng Nai", "Tỉnh Đồng Nai")
    assert province.since == date(2026, 4, 30)
    assert gazetteer().provinces["68"].since == REORGANISED


def test_both_codes_of_ba_che_are_accepted() -> None:
    units = gazetteer()
    assert units.present_code("06978") == units.present_code("06970") == "06970"
    assert units.communes["06970"].name == "Xã Ba Chẽ"
    assert units.present_code("99999") is None


def test_a_code_without_its_date_has_the_meanings_of_both_eras() -> None:
    units = gazetteer()
    assert units.meanings("22978", on=BEFORE) == ("22972", "22978")
    assert units.meanings("22978", on=AFTER) == ("22978",)
    assert units.meanings("22978") == ("22972", "22978")
    assert units.meanings("99999") == ()


def test_many_codes_changed_their_name() -> None:
    units = gazetteer()
    used_again = units.communes.keys() & units.old_communes.keys()
    renamed = [code for code in used_again if units.communes[code].short != units.old_communes[code].short]
    assert len(used_again) == 3_316
    assert len(renamed) == 1_803


def test_names_keep_their_dash_and_their_apostrophe() -> None:
    units = gazetteer()
    assert units.communes["24781"].name == "Phường Xuân Hương - Đà Lạt"
    assert units.old_communes["24727"].name == "Xã Đắk N'Drung"


def test_namesakes_of_a_merged_province_do_not_share_successors() -> None:
    units = gazetteer()
    assert [units.communes[code].name for code in units.old_communes["25462"].successors] == ["Phường Tân Ninh"]
    assert [units.communes[code].name for code in units.old_communes["27691"].successors] == ["Phường Long An"]


def test_former_provinces_are_known_with_their_law() -> None:
    former = {unit.name: unit for unit in gazetteer().former_provinces}
    assert former["Sông Bé"].now == ("70", "74")
    assert former["Hà Tây"].until == date(2008, 8, 1)
    assert all(unit.legal and set(unit.now) <= gazetteer().old_provinces.keys() for unit in former.values())


def test_the_version_names_the_date_and_the_content() -> None:
    units = gazetteer()
    assert units.version.startswith("2026-04-30+")
    assert units.provenance["package"] == "vietnamadminunits 1.0.4"
    assert units.provenance["licence"].startswith("MIT")


def test_the_file_is_small() -> None:
    assert FILE.stat().st_size < 200_000


def test_importing_the_library_does_not_load_the_gazetteer() -> None:
    code = "import matching.normalise.addresses as a; from matching.normalise.gazetteer import gazetteer as g; "
    code += "assert g.cache_info().currsize == 0"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_build_script_makes_the_committed_file_again(tmp_path: Path) -> None:
    if find_spec("vietnamadminunits") is None:  # a peer, which not every machine has: then the file is only read
        assert gazetteer().provenance["sha256"]
        return
    output = tmp_path / "gazetteer.json.gz"
    command = [sys.executable, str(ROOT / "tools" / "build_gazetteer.py"), "--output", str(output)]
    subprocess.run(command, check=True, capture_output=True)
    assert output.read_bytes() == FILE.read_bytes()
