"""khop blocking: the report on a small synthetic province, as a table and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from matching.block import RULES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a register that is imported, land rows and their truth."""
    folder = tmp_path_factory.mktemp("blocking")
    khop(folder, "synth", "population", "--size", "2000", "--seed", "51", "-o", f"{folder}/people.csv")
    drawn = ("--population", f"{folder}/people.csv", "--size", "500", "--seed", "52")
    khop(folder, "synth", "land", *drawn, "-o", f"{folder}/land.csv")
    khop(folder, "register", "import", f"{folder}/people.csv", "--scope", "thử")
    return folder


def khop(folder: Path, *words: str, status: int = 0) -> Result:
    environment = {
        "KHOP_DATABASE_URL": f"sqlite:///{folder / 'khop.db'}",
        "KHOP_DATA_DIR": str(folder),
        "KHOP_AS_OF": "2026-11-22",
    }
    done = CliRunner().invoke(cli, words, env=environment)
    assert done.exit_code == status, done.output
    return done


def test_with_the_truth_the_report_tells_recall_by_rule(folder: Path) -> None:
    done = khop(folder, "blocking", f"{folder}/land.csv", "--truth", f"{folder}/land.truth.csv", "--json")
    report = json.loads(done.stdout)
    assert report["recall"]["share"] > 0.98
    assert [each["rule"] for each in report["rules"]] == [rule.code for rule in RULES]
    assert max(each["recall"]["found"] for each in report["rules"]) <= report["recall"]["found"]
    assert report["pairs"]["total"] >= report["recall"]["found"]
    assert report["truncated"] == {"land_users": 0, "share": 0.0}


def test_without_it_the_report_tells_what_blocking_costs(folder: Path) -> None:
    report = json.loads(khop(folder, "blocking", f"{folder}/land.csv", "--rows", "100", "--json").stdout)
    assert "recall" not in report
    assert "recall" not in report["rules"][0]
    assert 90 < report["land_users"] < 150


def test_a_low_cap_shows_what_is_narrowed_and_cut(folder: Path) -> None:
    report = json.loads(khop(folder, "blocking", f"{folder}/land.csv", "--cap", "1", "--json").stdout)
    assert report["narrowed"]["land_users"] > 0
    assert report["truncated"]["land_users"] > 0
    assert report["cap"] == 1


def test_the_table_explains_its_rules_and_names_nobody(folder: Path) -> None:
    shown = khop(folder, "blocking", f"{folder}/land.csv", "--truth", f"{folder}/land.truth.csv").stdout
    assert all(rule.vi[:30] in shown for rule in RULES)
    people = (folder / "people.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert not any(row.split(",")[0] in shown for row in people)


def test_the_help_says_what_a_rule_and_a_cap_are(folder: Path) -> None:
    shown = khop(folder, "blocking", "--help").stdout
    assert "--truth" in shown
    assert "khop blocking dat-dai.csv" in shown
