"""What an operator can do with linkage models: add, list, activate, bring back; and which one decides now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.db import Database
from app.models import store
from app.models.checks import faults
from app.models.errors import ModelActive, ModelInvalid, ModelWasRevoked, NoEarlierModel
from matching.errors import InvalidModel
from matching.model import Model, default_model


def active_model(database: Database) -> Model:
    """The model that decides: the activated one, or the one that ships with the program."""
    with database.reading() as session:
        found = store.active(session)
    return default_model() if found is None else checked(found.content)


def checked(document: str) -> Model:
    """The model behind a JSON document, checked whole: its form, its weights, and cases that nobody disputes."""
    try:
        model = Model.from_json(document)
    except InvalidModel as error:
        raise ModelInvalid(reasons="; ".join(error.reasons)) from None
    if reasons := tuple(faults(model)):
        raise ModelInvalid(reasons="; ".join(reasons))
    return model


def models(database: Database) -> tuple[list[store.StoredModel], str]:
    """All versions but the built-in one, the newest first, and the version of the active model."""
    with database.reading() as session:
        active = store.active(session)
        return store.models(session), default_model().version if active is None else active.version


def add(database: Database, document: str, *, note: str, clock: Callable[[], datetime]) -> store.StoredModel:
    """Keep a model; nothing decides by it yet. The same model is kept once."""
    model = checked(document)
    with database.writing() as session:
        return store.add(session, version=model.version, content=model.to_json(), note=note, now=clock())


def activate(database: Database, version: str, *, clock: Callable[[], datetime]) -> store.StoredModel:
    """Make a model the active one, if it passes all checks of this program."""
    if version == default_model().version:
        add(database, default_model().to_json(), note="built-in", clock=clock)
    with database.writing() as session:
        model = store.existing(session, version)
        # It may have been added by a release with other comparison levels.
        if checked(model.content).version != model.version:
            raise ModelInvalid(reasons="its content is not what its version says")
        if model.revoked_at is not None:
            raise ModelWasRevoked(version=version)
        store.activate(session, model, now=clock())
        return store.existing(session, version)


def revoke(database: Database, version: str, *, clock: Callable[[], datetime]) -> store.StoredModel:
    """Forbid a model: it can't be activated again, and bulk jobs that decide by it stop. The active one is refused."""
    if version == default_model().version:
        add(database, default_model().to_json(), note="built-in", clock=clock)
    with database.writing() as session:
        present = store.active(session)
        if version == (default_model().version if present is None else present.version):
            raise ModelActive(version=version)
        store.revoke(session, store.existing(session, version), now=clock())
        return store.existing(session, version)


def pardon(database: Database, version: str) -> store.StoredModel:
    """Take a revocation back: jobs that were stopped by it can be resumed."""
    with database.writing() as session:
        store.pardon(session, store.existing(session, version))
        return store.existing(session, version)


def rollback(database: Database, *, clock: Callable[[], datetime]) -> str:
    """Bring back the model that was active before the present one, and say which it is."""
    with database.writing() as session:
        present = store.active(session)
        if present is None:
            raise NoEarlierModel()
        before = next((m for m in store.models(session) if m.id == present.previous_id), None)
        if before is not None:
            checked(before.content)
        version = default_model().version if before is None else before.version
        if version in store.revoked(session):
            raise ModelWasRevoked(version=version)
        store.point_to(session, present.previous_id, now=clock())
        return version


def document(database: Database, version: str | None) -> str:
    """The JSON document of a model; without a version, of the active one."""
    if version is None:
        return active_model(database).to_json()
    if version == default_model().version:
        return default_model().to_json()
    with database.reading() as session:
        return store.existing(session, version).content
