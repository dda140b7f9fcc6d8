"""khop model, khop train, khop evaluate: the whole way on a small synthetic province."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from matching.model import Model, default_model

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a register that is imported, land rows and their truth."""
    folder = tmp_path_factory.mktemp("models")
    khop(folder, "synth", "population", "--size", "2000", "--seed", "31", "-o", f"{folder}/people.csv")
    drawn = ("--population", f"{folder}/people.csv", "--size", "800", "--seed", "32")
    khop(folder, "synth", "land", *drawn, "-o", f"{folder}/land.csv")
    khop(folder, "register", "import", f"{folder}/people.csv", "--scope", "thử")
    return folder


def khop(folder: Path, *words: str, status: int = 0) -> Result:
    environment = {
        "KHOP_DATABASE_URL": f"sqlite:///{folder / 'khop.db'}",
        "KHOP_DATA_DIR": str(folder),
        "KHOP_AS_OF": "2026-11-22",
    }
    done = RUNNER.invoke(cli, words, env=environment)
    assert done.exit_code == status, done.output
    return done


@pytest.fixture(scope="module")
def trained(folder: Path) -> Path:
    """A model trained on known truth."""
    path = folder / "trained.json"
    files = ("--land", f"{folder}/land.csv", "--truth", f"{folder}/land.truth.csv")
    done = khop(folder, "train", *files, "-o", str(path), "--name", "thu")
    assert "name.exact" in done.stdout
    assert "partial" in done.stdout
    return path


def test_a_trained_model_can_be_used(trained: Path) -> None:
    model = Model.from_json(trained.read_text(encoding="utf-8"))
    assert model.name == "thu"
    assert model.version != default_model().version


def test_training_again_gives_the_same_model(folder: Path, trained: Path) -> None:
    path = folder / "again.json"
    files = ("--land", f"{folder}/land.csv", "--truth", f"{folder}/land.truth.csv")
    khop(folder, "train", *files, "-o", str(path), "--name", "thu")
    assert path.read_bytes() == trained.read_bytes()


def test_training_without_truth_keeps_the_thresholds(folder: Path) -> None:
    path = folder / "blind.json"
    khop(folder, "train", "--land", f"{folder}/land.csv", "--register-only", "-o", str(path))
    model = Model.from_json(path.read_text(encoding="utf-8"))
    assert model.partial_probability == default_model().partial_probability
    assert 0.8 < model.share_in_register < 0.99


def test_training_wants_to_know_whether_there_is_a_truth(folder: Path) -> None:
    khop(folder, "train", "--land", f"{folder}/land.csv", "-o", f"{folder}/x.json", status=2)
    assert not (folder / "x.json").exists()


def test_two_models_are_measured_side_by_side(folder: Path, trained: Path) -> None:
    files = (f"{folder}/land.csv", f"{folder}/land.truth.csv")
    models = ("--model", default_model().version, "--model", str(trained))
    found = json.loads(khop(folder, "evaluate", *files, *models, "--json").stdout)
    assert next(iter(found["models"])) == default_model().version
    for measured in found["models"].values():
        assert measured["wrong_full"]["cases"] == 0
        assert measured["found"]["share"] > 0.9
        assert measured["found"]["at_least"] < measured["found"]["share"] < measured["found"]["at_most"]
    changes = next(iter(found["changes"].values()))
    assert all(change["before"] != change["after"] or change["other_person"] for change in changes)


def test_the_tables_hold_no_personal_data(folder: Path, trained: Path) -> None:
    files = (f"{folder}/land.csv", f"{folder}/land.truth.csv", "--rows", "300")
    told = khop(folder, "evaluate", *files, "--model", default_model().version, "--model", str(trained)).stdout
    people = (folder / "people.csv").read_text(encoding="utf-8").splitlines()[1:]
    for row in people:
        number, name = row.split(",")[:2]
        assert number not in told
        assert name not in told
    assert "recall" in told


def test_a_model_is_imported_activated_listed_exported_and_rolled_back(folder: Path, trained: Path) -> None:
    version = Model.from_json(trained.read_text(encoding="utf-8")).version
    khop(folder, "model", "import", str(trained), "--note", "thử", "--activate")
    listed = json.loads(khop(folder, "model", "list", "--json").stdout)
    assert listed["active"] == version
    assert [each["note"] for each in listed["models"]] == ["thử"]
    assert f"* {version}" in khop(folder, "model", "list").stdout
    assert Model.from_json(khop(folder, "model", "export").stdout).version == version
    khop(folder, "model", "export", default_model().version, "-o", f"{folder}/built-in.json")
    assert (folder / "built-in.json").read_text(encoding="utf-8") == default_model().to_json() + "\n"
    khop(folder, "model", "rollback")
    assert json.loads(khop(folder, "model", "list", "--json").stdout)["active"] == default_model().version
    assert "khop" not in khop(folder, "model", "rollback", status=1).stdout


def test_a_file_that_is_no_model_is_refused_in_two_languages(folder: Path) -> None:
    path = folder / "broken.json"
    path.write_text("{}", encoding="utf-8")
    told = khop(folder, "model", "import", str(path), status=1).stderr
    assert "Mô hình không dùng được" in told
    assert "The model can't be used" in told


def test_an_evaluation_counts_the_evidence_that_would_change_verdicts(folder: Path) -> None:
    files = (f"{folder}/land.csv", f"{folder}/land.truth.csv", "--rows", "200", "--explain")
    found = json.loads(khop(folder, "evaluate", *files, "--json").stdout)["evidence_needed"]
    assert ["partial", "full"] in [[each["verdict"], each["becomes"][0]] for each in found]
    assert all(each["subjects"] > 0 and 1 <= len(each["fields"]) <= 2 for each in found)
    assert "id_number" in khop(folder, "evaluate", *files).stdout


def test_judgements_measure_those_who_were_judged_and_nobody_else(folder: Path) -> None:
    named = {
        "list": "land",
        "record_id": "LD-0000001",
        "subject_no": 1,
        "fingerprint": "0" * 32,
        "personal_id": "",
        "chair": "first",
        "judgement": "not_same",
        "reason": "",
        "reviewer": "A",
        "judged_at": "2026-11-22T12:00:00+07:00",
    }
    judgements = folder / "judgements.ndjson"
    judgements.write_text(json.dumps(named) + "\n", encoding="utf-8")
    found = json.loads(khop(folder, "evaluate", f"{folder}/land.csv", str(judgements), "--json").stdout)
    (measured,) = found["models"].values()
    assert measured["subjects"] == 1
    assert measured["unforeseen"] == 0
