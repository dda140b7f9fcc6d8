"""Versions of the linkage model: kept once, checked whole, activated and brought back; in each kind of database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.db import Database, make_engine
from app.migrations import upgrade
from app.models import service
from app.models.checks import CASES, faults
from app.models.errors import ModelInvalid, ModelMissing, NoEarlierModel
from app.tables import linkage_models
from matching.model import LevelWeight, Model, default_model

BUILT_IN = default_model()


def noon() -> datetime:
    return datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of each kind with the service's tables."""
    with closing(Database(make_engine(database_url))) as opened:
        upgrade(opened)
        yield opened


def named(name: str) -> Model:
    return replace(BUILT_IN, name=name)


def added(database: Database, name: str) -> str:
    return service.add(database, named(name).to_json(), note=f"note of {name}", clock=noon).version


def with_level(field: str, code: str, weight: LevelWeight) -> str:
    levels = {f: dict(given) for f, given in BUILT_IN.levels.items()}
    levels[field][code] = weight
    return replace(BUILT_IN, levels=levels).to_json()


def test_without_any_activation_the_built_in_model_decides(database: Database) -> None:
    assert service.active_model(database).version == BUILT_IN.version
    assert service.models(database) == ([], BUILT_IN.version)


def test_a_model_that_was_added_decides_nothing_yet(database: Database) -> None:
    version = added(database, "a")
    assert service.active_model(database).version == BUILT_IN.version
    (found,), active = service.models(database)
    assert (found.version, found.note, found.activated_at, active) == (version, "note of a", None, BUILT_IN.version)


def test_an_activated_model_decides(database: Database) -> None:
    version = added(database, "a")
    assert service.activate(database, version, clock=noon).activated_at == noon()
    assert service.active_model(database).version == version
    assert service.document(database, None) == named("a").to_json()


def test_rolling_back_goes_step_by_step_to_the_built_in_model(database: Database) -> None:
    first, second = added(database, "a"), added(database, "b")
    service.activate(database, first, clock=noon)
    service.activate(database, second, clock=noon)
    assert service.rollback(database, clock=noon) == first
    assert service.rollback(database, clock=noon) == BUILT_IN.version
    assert service.active_model(database).version == BUILT_IN.version
    with pytest.raises(NoEarlierModel):
        service.rollback(database, clock=noon)


def test_activating_the_active_model_again_forgets_nothing(database: Database) -> None:
    first, second = added(database, "a"), added(database, "b")
    for version in (first, second, second):
        service.activate(database, version, clock=noon)
    assert service.rollback(database, clock=noon) == first


def test_the_built_in_model_can_be_activated_like_any_other(database: Database) -> None:
    service.activate(database, added(database, "a"), clock=noon)
    service.activate(database, BUILT_IN.version, clock=noon)
    assert service.active_model(database).version == BUILT_IN.version


def test_the_same_model_is_kept_once(database: Database) -> None:
    assert added(database, "a") == added(database, "a")
    assert len(service.models(database)[0]) == 1


def test_a_version_that_is_not_there_is_said_to_be_missing(database: Database) -> None:
    with pytest.raises(ModelMissing, match="khop model list"):
        service.activate(database, "unheard-of", clock=noon)
    with pytest.raises(ModelMissing):
        service.document(database, "unheard-of")


@pytest.mark.parametrize(
    "document",
    [
        "not json",
        json.dumps({"name": "empty"}),
        with_level("name", "exact", LevelWeight(0.0, 0.1)),
        with_level("sex", "contradicts", LevelWeight(0.9, 0.5)),
        with_level("id_number", "current", LevelWeight(0.6, 1e9, BUILT_IN.levels["id_number"]["current"].frequency)),
    ],
)
def test_a_model_that_fails_a_check_is_refused_with_reasons(database: Database, document: str) -> None:
    with pytest.raises(ModelInvalid) as refused:
        service.add(database, document, note="", clock=noon)
    assert refused.value.facts["reasons"]
    assert service.models(database) == ([], BUILT_IN.version)


def test_a_model_of_other_comparison_levels_is_not_activated(database: Database) -> None:
    """Given a model that another release of the program has kept."""
    version = added(database, "a")
    document = json.loads(named("a").to_json())
    del document["levels"]["name"]["variant"]
    with database.writing() as session:
        session.execute(linkage_models.update().values(content=json.dumps(document)))
    with pytest.raises(ModelInvalid, match="levels of name differ"):
        service.activate(database, version, clock=noon)
    assert service.active_model(database).version == BUILT_IN.version


def test_a_document_that_is_not_what_its_version_says_is_not_activated(database: Database) -> None:
    version = added(database, "a")
    with database.writing() as session:
        session.execute(linkage_models.update().values(content=named("b").to_json()))
    with pytest.raises(ModelInvalid, match="version"):
        service.activate(database, version, clock=noon)


def test_the_built_in_model_passes_every_case() -> None:
    assert list(faults(BUILT_IN)) == []


def test_a_model_that_names_people_on_a_common_name_is_found_out() -> None:
    levels = {f: dict(given) for f, given in BUILT_IN.levels.items()}
    exact = levels["name"]["exact"]
    levels["name"]["exact"] = replace(exact, u=exact.u / 100_000)
    found = list(faults(replace(BUILT_IN, levels=levels)))
    assert any("common name" in fault for fault in found)


def test_the_cases_name_levels_that_exist() -> None:
    for case in CASES:
        for field, code in case.levels.items():
            assert code in BUILT_IN.levels[field]
