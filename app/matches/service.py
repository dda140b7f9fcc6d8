"""Matching by the active model against the active version of the register."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np

from app.db import Database
from app.matches.store import Standing, standing
from app.models.service import active_model
from app.register.candidates import SqlCandidates, candidates_of
from app.register.errors import NoActiveVersion
from matching.columns import Ints
from matching.link import Question
from matching.model import Model, default_model


class _Asked(NamedTuple):
    version: int
    model: int | None
    as_of: date
    explain: bool


class Matcher:
    """Answers land records from whatever register version is active when they are asked."""

    def __init__(
        self, database: Database, *, today: Callable[[], date], compared: Callable[[Ints], None] | None = None
    ) -> None:
        self._database, self._today, self._compared = database, today, compared
        self._lock = Lock()
        self._source: SqlCandidates | None = None
        self._version: int | None = None
        self._model = default_model()
        self._model_id: int | None = None
        self._last: tuple[_Asked, Question] | None = None

    def question(self, *, explain: bool = False, now: Standing | None = None) -> Question:
        """What is asked: the active register, the model, today's date; NoActiveVersion if there is no register."""
        now = standing(self._database) if now is None else now
        if now.version is None:
            raise NoActiveVersion()
        asked = _Asked(now.version, now.model, self._today(), explain)
        last = self._last
        return last[1] if last is not None and last[0] == asked else self._asked(asked)

    def _asked(self, asked: _Asked) -> Question:
        with self._lock:
            source, model = self._candidates(asked.version), self._active_model(asked.model)
            question = Question(source, model, asked.as_of, asked.explain, compared=self._compared)
            self._last = asked, question
            return question

    def ready(self) -> str:
        """The register version that answers, once it has answered a question; an error says what is missing."""
        question = self.question()
        question.source.lookup(np.zeros(1, dtype=np.uint64), cap=1)
        return question.source.stamp.version

    def close(self) -> None:
        """Close what the source of candidates keeps open."""
        with self._lock:
            if self._source is not None:
                self._source.close()
            self._source = self._version = self._last = None

    def _active_model(self, found: int | None) -> Model:
        if found != self._model_id:
            self._model, self._model_id = active_model(self._database), found
        return self._model

    def _candidates(self, version: int) -> SqlCandidates:
        if self._source is None or self._version != version:
            # Statistics are read once per version. Closing ends idle connections only: whoever asks goes on.
            if self._source is not None:
                self._source.close()
            self._source, self._version = candidates_of(self._database, version), version
        return self._source


def reference_secret(folder: Path) -> bytes:
    """The key of the references to people: made at first use, kept in the data folder, for its owner's eyes only."""
    path = folder / "person-reference.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".person-reference.", mode="wb") as fresh:
            fresh.write(secrets.token_bytes(32))
            fresh.flush()
            os.fsync(fresh.fileno())
            with suppress(FileExistsError):  # another process was first: its key is the key
                os.link(fresh.name, path)
    return path.read_bytes()
