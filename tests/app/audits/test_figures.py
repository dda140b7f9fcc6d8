"""Figures add up: over communes, over verdicts, in each of the four units; criteria and blockers by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.audits.areas import UnitKind, area_of, old_places_of, places_of
from app.audits.definitions import default_definitions
from app.audits.figures import Figures, figures
from app.audits.rows import Rows, read_rows
from app.files.results import result_schema
from matching.normalise.gazetteer import gazetteer

DEFINITIONS = default_definitions()
LAM_DONG = "68"
OUTCOMES = tuple(
    f"land_users.outcome.{name}"
    for name in (
        *("decided_same", "decided_not_same", "decided_contradictory"),
        *("full_independent", "full_enriched", "partial", "none"),
    )
)


def counted(rows: Rows) -> Figures:
    places = places_of(rows.communes, area_of(LAM_DONG, gazetteer()), gazetteer())
    return figures(rows, places, DEFINITIONS)


def results(folder: Path, *rows: dict[str, Any], more: tuple[str, ...] = ()) -> Path:
    """A results file of a few rows; each has a full match on parcel 1 unless it says otherwise."""
    full = {
        "subject_no": 1,
        "kind": "person",
        "in_scope": True,
        "verdict": "full",
        "category": "M1",
        "identity": "confirmed",
        "next_action": "none",
        "personal_id": "068085001234",
        "full_name": "Trần Văn Ba",
        "id_number": "068085001234",
        "birth_date": "1985-07-20",
        "sex": "male",
        "commune_code": "25084",
        "parcel_id": "1",
        "certificate_no": "BĐ 123456",
        "parcel_commune_code": "25084",
    }
    made = [{"record_id": str(place), "source_row": place + 2, **full, **row} for place, row in enumerate(rows)]
    path = folder / f"results-{len(list(folder.iterdir()))}.parquet"
    pq.write_table(pa.Table.from_pylist(made, schema=result_schema(more)), path)
    return path


def unread(reason: str) -> dict[str, Any]:
    names = [name for name in result_schema().names if name not in ("source_row", "record_id", "error")]
    return {**dict.fromkeys(names), "error": reason}


def test_sums_over_communes_give_the_province_and_the_rows_of_the_file_in_each_unit(finished: Path) -> None:
    rows = read_rows([finished])
    found = counted(rows)
    for name, whole in found.whole.items():
        assert sum(unit[name] for unit in found.units) - found.repeated.get(name, 0) == whole, name
    assert all(not name.startswith(("rows.", "land_users.", "parcels.", "category.")) for name in found.repeated)
    table = pq.read_table(finished)
    places = set(zip(table["source_sheet"].to_pylist(), table["source_row"].to_pylist(), strict=True))
    assert found.whole["rows.total"] == len(places)
    assert found.whole["land_users.total"] + sum(error is not None for error in table["error"].to_pylist()) == len(rows)


def test_distinct_things_are_those_of_the_file(finished: Path) -> None:
    table = pq.read_table(finished).to_pylist()
    found = counted(read_rows([finished])).whole
    parcels = {(row["parcel_commune_code"], row["parcel_id"]) for row in table if row["parcel_id"]}
    papers = {no for row in table if (no := row["certificate_no"]) and not no.startswith("CHUACOGIAY")}
    named = {row["personal_id"] for row in table if row["personal_id"]}
    people = [row for row in table if row["error"] is None and not row["personal_id"]]
    written = [row for row in people if (row["id_number"] or row["full_name"]) and row["category"] != "S7"]
    unnamed = {row["id_number"] or (row["full_name"], row["birth_date"]) for row in written}
    nameless = len(people) - len(written)
    assert found["parcels.total"] == len(parcels)
    assert found["certificates.total"] == len(papers)
    assert found["persons.total"] == len(named) + len(unnamed) + nameless


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("rows.total", ("rows.with_people", "rows.skipped", "rows.unread")),
        ("land_users.total", ("land_users.in_scope", "land_users.out_of_scope")),
        ("land_users.in_scope", ("land_users.full", "land_users.partial", "land_users.none")),
        ("land_users.full", ("land_users.full_independent", "land_users.full_enriched")),
        ("land_users.in_scope", OUTCOMES),
        ("land_users.decided", tuple(name for name in OUTCOMES if ".decided_" in name)),
        ("persons.full", ("persons.full_independent", "persons.full_enriched")),
        ("certificates.all_full", ("certificates.all_full_independent", "certificates.all_full_enriched")),
        ("parcels.all_full", ("parcels.all_full_independent", "parcels.all_full_enriched")),
        ("persons.in_scope", ("persons.full", "persons.partial", "persons.none")),
        ("persons.total", ("persons.in_scope", "persons.out_of_scope")),
        *(
            (
                f"{unit}.total",
                tuple(f"{unit}.{part}" for part in ("all_full", "some_full", "none_full", "nobody_in_scope")),
            )
            for unit in ("certificates", "parcels")
        ),
        (
            "land_users.in_scope",
            tuple(f"land_users.status.{status.code}" for status in DEFINITIONS.statuses),
        ),
    ],
)
def test_parts_make_the_whole_in_every_unit(finished: Path, tmp_path: Path, whole: str, parts: tuple[str, ...]) -> None:
    for found in (counted(read_rows([finished])), counted(read_rows([decided_results(tmp_path)]))):
        for figure in (found.whole, *found.units):
            assert figure[whole] == sum(figure[part] for part in parts)


def decided_results(folder: Path) -> Path:
    """Land users on whom people decided or whose values were approved, in two communes."""
    partial = {"verdict": "partial", "category": "P2a"}
    approved = {"enriched_from": "v1; 2026-11-01; B"}
    return results(
        folder,
        {},
        {**approved, "parcel_id": "2", "certificate_no": "BĐ 2"},
        {**partial, "decision": "same", "decision_personal_id": "068085001234", "parcel_id": "3"},
        {**partial, **approved, "parcel_id": "3", "source_row": 4, "subject_no": 2, "personal_id": "068085001235"},
        {
            **partial,
            "personal_id": "068085001236",
            "decision": "not_same",
            "decision_verdict": "none",
            "decision_category": "U3",
            "parcel_commune_code": "24781",
            "certificate_no": None,
        },
        {**partial, "personal_id": "068085001237", "decision": "contradictory", "parcel_commune_code": "24781"},
        {"decision": "same", **approved, "personal_id": "068085001238", "parcel_id": "9"},
    )


def test_who_was_decided_on_has_the_outcome_of_the_decision_and_keeps_the_verdict_of_the_machine(
    tmp_path: Path,
) -> None:
    found = counted(read_rows([decided_results(tmp_path)])).whole
    outcomes = {name.removeprefix("land_users.outcome."): found[name] for name in OUTCOMES}
    assert outcomes == {
        "decided_same": 2,
        "decided_not_same": 1,
        "decided_contradictory": 1,
        "full_independent": 1,
        "full_enriched": 1,
        "partial": 1,
        "none": 0,
    }
    assert found["land_users.decided_not_same.then_none"] == 1
    assert (found["land_users.full"], found["land_users.partial"]) == (3, 4)
    assert (found["land_users.full_independent"], found["land_users.full_enriched"]) == (1, 2)
    assert (found["rows.decided"], found["land_users.decided"], found["persons.decided"]) == (4, 4, 4)
    # The decided ones stand on parcels 3 and 9 of one commune and on parcel 1 of the other, with two certificates.
    assert (found["parcels.decided"], found["certificates.decided"]) == (3, 1)
    assert (found["parcels.all_full_independent"], found["parcels.all_full_enriched"]) == (1, 2)


def test_figures_of_decisions_add_up_over_communes(tmp_path: Path) -> None:
    found = counted(read_rows([decided_results(tmp_path)]))
    for name, whole in found.whole.items():
        assert sum(unit[name] for unit in found.units) - found.repeated.get(name, 0) == whole, name


def test_the_rows_of_several_jobs_are_counted_together_and_people_once(tmp_path: Path) -> None:
    one, other = results(tmp_path, {}), results(tmp_path, {}, {"parcel_id": "2", "certificate_no": None})
    found = counted(read_rows([one, other])).whole
    assert (found["rows.total"], found["land_users.full"], found["persons.full"]) == (3, 3, 1)
    assert (found["parcels.total"], found["certificates.total"]) == (2, 1)
    assert found["land_users.without_certificate"] == 1


def test_a_person_in_two_communes_is_counted_in_both_and_once_in_the_province(tmp_path: Path) -> None:
    found = counted(read_rows([results(tmp_path, {}, {"parcel_commune_code": "24781"})]))
    assert found.whole["persons.total"] == 1
    assert found.repeated["persons.total"] == 1
    assert found.repeated["certificates.total"] == 1
    assert found.whole["parcels.total"] == 2  # numbers of parcels begin anew in each commune


def test_rows_that_hold_nobody_are_counted_as_rows_and_stand_under_commune_unknown(tmp_path: Path) -> None:
    found = counted(read_rows([results(tmp_path, {}, unread("skipped:total"), unread("cell_too_long"))]))
    assert found.units[-1] | {"rows.total": 2, "rows.skipped": 1, "rows.unread": 1} == found.units[-1]
    assert found.whole["land_users.total"] == 1


def test_one_row_that_names_two_people_is_one_row(tmp_path: Path) -> None:
    found = counted(read_rows([results(tmp_path, {}, {"subject_no": 2, "source_row": 2, "personal_id": None})])).whole
    assert (found["rows.total"], found["land_users.total"]) == (1, 2)


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({}, set()),
        ({"verdict": "partial", "category": "P1a"}, {"dung"}),
        ({"birth_date": "1985"}, {"du"}),
        ({"sex": None}, {"du"}),
        ({"findings": "household.members_unknown"}, {"du"}),
        ({"file_findings": "S2a"}, {"sach"}),
        ({"findings": "sex.contradicts;S1a"}, {"sach", "song"}),
        ({"findings": "id.old"}, {"song"}),
        ({"commune_code": "25084;24781"}, {"song"}),
        ({"commune_code": None}, {"du", "song"}),
        ({"identity": "not_established", "verdict": "none", "category": "A1"}, {"dung", "sach", "song"}),
    ],
)
def test_each_criterion_blocks_a_parcel_for_its_own_reason(
    tmp_path: Path, changed: dict[str, Any], missed: set[str]
) -> None:
    found = counted(read_rows([results(tmp_path, {}, {"personal_id": "068188004321", **changed})])).whole
    assert {name for name in ("dung", "du", "sach", "song") if found[f"parcels.blocked_by.{name}"]} == missed
    assert found["parcels.people_ok"] == (not missed)


def test_a_placeholder_blocks_its_parcel_and_an_organisation_does_not(tmp_path: Path) -> None:
    outside = {"in_scope": False, "verdict": "none", "identity": "not_established", "personal_id": None}
    second = {"parcel_id": "2"}
    path = results(tmp_path, {}, {**outside, "category": "S4"}, second, {**outside, **second, "category": "S7"})
    found = counted(read_rows([path])).whole
    assert found["parcels.people_ok"] == 1
    assert found["parcels.blocked_by.placeholder"] == 1


def test_groups_stand_beside_people_ok_as_imported(tmp_path: Path) -> None:
    header = "Phân loại thửa đất"
    path = results(tmp_path, {header: "N1"}, {header: "N2_GDC", "parcel_id": "2"}, {"parcel_id": "3"}, more=(header,))
    rows = read_rows([path], group_headers=DEFINITIONS.group_headers, groups=DEFINITIONS.groups)
    found = counted(rows).whole
    assert [found[f"parcels.group.{name}"] for name in ("N1", "N2", "N3", "other")] == [1, 1, 0, 1]
    assert found["parcels.group.N1.people_ok"] == 1


def test_codes_of_before_2025_go_to_their_one_successor_or_to_commune_unknown() -> None:
    units = gazetteer()
    single = next(
        old for old in units.old_communes.values() if len(old.successors) == 1 and not units.present_code(old.code)
    )
    split = next(old for old in units.old_communes.values() if len(old.successors) > 1)
    area = area_of(units.communes[single.successors[0]].province, units)
    places = places_of([single.code, split.code, "", "99999x"], area, units)
    assert places.units[places.unit_of[0]].code == single.successors[0]
    assert [places.units[number].kind for number in places.unit_of[1:]] == [UnitKind.UNKNOWN] * 3
    old = old_places_of([single.code, split.code, ""], units)
    assert [old.units[number].code for number in old.unit_of] == [single.code, split.code, ""]


def test_a_commune_outside_the_area_has_its_own_line() -> None:
    places = places_of(["25084", "00004"], area_of("25084", gazetteer()), gazetteer())
    assert [unit.kind for unit in places.units] == [UnitKind.COMMUNE, UnitKind.OUTSIDE, UnitKind.UNKNOWN]


def test_no_rows_give_zeros(tmp_path: Path) -> None:
    found = counted(read_rows([results(tmp_path)]))
    assert set(found.whole.values()) == {0}
