"""khop review: the same rooms as over HTTP, from a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from tests.app.reviews.conftest import Province
from tests.app.reviews.test_reviews import largest_group

RUNNER = CliRunner()


def khop(province: Province, *arguments: str, status: int = 0) -> Result:
    url = province.database.engine.url.render_as_string(hide_password=False)
    environment = {"KHOP_DATABASE_URL": url, "KHOP_DATA_DIR": str(province.data_dir), "KHOP_AS_OF": "2026-11-22"}
    found = RUNNER.invoke(cli, ["review", *arguments], env=environment | {"COLUMNS": "200"})
    assert found.exit_code == status, found.output
    return found


def test_a_review_from_the_first_item_to_the_file_of_judgements(province: Province, tmp_path: Path) -> None:
    me = ("--as", "Người rà soát")
    review = khop(province, "open", "job", *me, "--sample", "10", "--doubtful", "2", "--simulated").stdout.strip()
    shown = khop(province, "next", review, *me).stdout
    assert "#1" in shown
    assert "p =" in shown
    khop(province, "judge", review, "1", "cant_tell", *me)
    khop(province, "judge", review, "1", "not_same", *me, status=1)
    khop(province, "judge", review, "1", "perhaps", *me, status=2)
    khop(province, "undo", review, "1", "1", *me)
    khop(province, "judge", review, "1", "cant_tell", *me, "--reason", "mờ")
    assert "1 / 12" in khop(province, "status", review).output
    assert "parcels" in khop(province, "repairs", review, "--limit", "3").stdout
    khop(province, "export", "list", "-o", str(tmp_path / "words.ndjson"))
    assert "0 mới/new" in khop(province, "import", str(tmp_path / "words.ndjson")).output


def test_a_bulk_approval_says_what_its_sample_lacks(province: Province) -> None:
    review = khop(province, "open", "job", "--as", "A", "--sample", "1", "--doubtful", "0").stdout.strip()
    commune, _ = largest_group(province)
    group = ("--commune", commune, "--category", "P2a", "--as", "Chief")
    assert "0 /" in khop(province, "approve", review, *group, status=1).output
    khop(province, "undo-approval", review, "7", "--as", "Chief", status=1)


@pytest.mark.parametrize("name", ["", " ", "a" * 121])
def test_who_reviews_has_a_name(province: Province, name: str) -> None:
    khop(province, "next", "review", "--as", name, status=1)
