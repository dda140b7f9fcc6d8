"""The analysts' toolkit: our comparisons inside recordlinkage, and its classifier on our vectors."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
import recordlinkage

from matching.candidates import MemoryCandidates
from matching.compare import COMPARISONS
from matching.model import default_model
from matching.normalise import normalise
from matching.normalise.person import read_person
from matching.records import RawRecord
from matching.synthetic.land import land
from matching.synthetic.population import population
from matching.toolkit import DIFFERS, FEATURES, NameFeature, binarised, comparison_vectors, ecm_beside_ours
from matching.train import learners

AS_OF = date(2026, 11, 22)
LAND = pd.DataFrame(
    {
        "full_name": ["Trần Văn Ba", "Tran Van Ba", "Lê Thị Mỹ", None],
        "id_number": ["068085001234", "250123456", "068085001243", None],
        "birth_date": ["20/07/1985", "1985", "07/20/1985", None],
        "sex": ["Nam", "Nữ", None, None],
        "address": ["Xã Bảo Lâm 2, Lâm Đồng", "Phường Mũi Né, Lâm Đồng", None, None],
    },
    index=["a", "b", "c", "d"],
)
REGISTER = pd.DataFrame(
    {
        "personal_id": ["068085001234"],
        "full_name": ["Trần Văn Ba"],
        "other_names": [""],
        "birth_date": ["1985-07-20"],
        "sex": ["male"],
        "old_ids": ["cmnd9:250123456"],
        "permanent_address": ["Xã Bảo Lâm 2, Lâm Đồng"],
        "commune_code": [""],
    },
    index=["p"],
)
PAIRS = pd.MultiIndex.from_product([LAND.index, REGISTER.index])


def test_our_comparisons_work_as_recordlinkage_features() -> None:
    compare = recordlinkage.Compare([feature(AS_OF) for feature in FEATURES])
    found = compare.compute(PAIRS, LAND, REGISTER)
    assert list(found.columns) == [c.field for c in COMPARISONS]
    assert found.loc[("a", "p")].tolist() == ["exact", "current", "same_day", "agrees", "same"]
    assert found.loc[("b", "p")].tolist() == ["accents_lost", "old", "year_only", "contradicts", "differs"]
    assert found.loc[("c", "p")].tolist()[:3] == ["different", "one_off", "same_day"]
    assert found.loc[("d", "p")].tolist() == ["missing"] * 5


def test_columns_may_have_other_names() -> None:
    renamed = LAND.rename(columns={"full_name": "Họ và tên"})
    feature = NameFeature(AS_OF, left={"full_name": "Họ và tên"}, label="tên")
    found = recordlinkage.Compare([feature]).compute(PAIRS, renamed, REGISTER)
    assert found["tên"].tolist() == ["exact", "accents_lost", "different", "missing"]


def test_every_level_that_differs_is_a_level() -> None:
    for comparison in COMPARISONS:
        assert DIFFERS[comparison.field] < {level.code for level in comparison.levels}


@pytest.fixture(scope="module")
def vectors() -> pd.DataFrame:
    batches = list(population(3_000, 21, provinces=("68",), as_of=AS_OF))
    people = pa.Table.from_batches(batches)
    source = MemoryCandidates(read_person(row) for row in people.to_pylist())
    rows = [row for batch, _ in land(people, 1_500, 22, as_of=AS_OF) for row in batch.to_pylist()]
    records = [normalise(RawRecord(**{k: v or None for k, v in row.items()}), as_of=AS_OF) for row in rows]
    known = {(record_id, subject.subject_no): subject for record_id, subject in learners(records)}
    return comparison_vectors(known, source, default_model())


def test_the_ecm_classifier_weighs_in_the_same_directions_as_we_do(vectors: pd.DataFrame) -> None:
    table = ecm_beside_ours(vectors)
    assert len(table) == 10
    assert (table["pairs"] > 0).all()
    for said, row in table.iterrows():
        assert row["ecm_weight"] * row["our_weight"] > 0, said
        assert (row["ecm_weight"] > 0) == str(said).endswith("agrees")


def test_missing_neither_agrees_nor_differs(vectors: pd.DataFrame) -> None:
    missing = vectors["id_number"] == "missing"
    assert missing.any()
    found = binarised(vectors)[missing]
    assert (found["id_number_agrees"] == 0).all()
    assert (found["id_number_may_agree"] == 1).all()
    assert (vectors.loc[missing, "id_number_weight"] == 0).all()


@pytest.mark.parametrize(
    "program",
    [
        "import app.main; app.main.create_app()",
        "import app.cli, typer.testing; typer.testing.CliRunner().invoke(app.cli.cli, ['--help'])",
    ],
)
def test_neither_the_service_nor_the_help_loads_recordlinkage(program: str) -> None:
    check = f"{program}; import sys; sys.exit('recordlinkage' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, timeout=120).returncode == 0
