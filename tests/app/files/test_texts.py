"""Every hint and every refusal is a whole sentence in both languages, with the facts that it is raised with."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import files
from app.errors import Text
from app.files import errors
from app.files.errors import FileRefused
from app.files.hints import HINTS

REFUSALS = {
    name: made for name, made in vars(errors).items() if isinstance(made, type) and issubclass(made, FileRefused)
}
Raised = tuple[str, frozenset[str]]  # code or class, names of its facts


def facts_of(text: Text) -> set[frozenset[str]]:
    """The facts that the sentence wants, in each language."""
    return {frozenset(name for _, name, _, _ in string.Formatter().parse(each) if name) for each in text}


def calls() -> Iterator[ast.Call]:
    """Every call in the modules that read and write files."""
    rooms = Path(files.__file__).parent, Path(files.__file__).parents[1] / "cli"
    for path in (path for room in rooms for path in room.glob("*.py")):
        yield from (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))


def raised() -> Iterator[tuple[Raised, set[frozenset[str]]]]:
    """Each hint and refusal where it is made: what it is given, and what its sentences want."""
    for call in calls():
        name = getattr(call.func, "id", "")
        if name == "Hint" and len(call.args) == 2 and isinstance(call.args[0], ast.Constant):
            code = str(call.args[0].value)
            assert isinstance(call.args[1], ast.Dict), code
            given = frozenset(key.value for key in call.args[1].keys if isinstance(key, ast.Constant))
            yield (code, frozenset(map(str, given))), facts_of(HINTS[code])
        elif name in REFUSALS:
            given = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
            if name == "ResultFormatUnknown":
                given |= {"known"}  # by default the formats of results
            yield (name, frozenset(map(str, given))), facts_of(REFUSALS[name].detail)


@pytest.mark.parametrize("made", sorted(raised(), key=lambda made: (made[0][0], sorted(made[0][1]))))
def test_a_sentence_has_the_facts_that_it_wants(made: tuple[Raised, set[frozenset[str]]]) -> None:
    (_, given), wanted = made
    assert wanted == {given}


def test_every_hint_is_given_somewhere() -> None:
    assert {code for (code, _), _ in raised()} >= HINTS.keys()
