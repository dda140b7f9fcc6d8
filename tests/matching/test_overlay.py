"""Changes over a snapshot answer like a snapshot of the changed people, the short way included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.candidates import MemoryCandidates
from matching.cascade import LEAST_ROWS, SurveyedSource
from matching.columns import stored
from matching.link import Question
from matching.model import default_model
from matching.overlay import OverlaidSnapshot, folders_of, open_snapshot, write_overlay
from matching.records import CleanRecord, Person
from matching.snapshot import SnapshotCandidates, SnapshotRow, SnapshotUnusable, write_snapshot
from tests.factories import person
from tests.matching.test_cascade import TODAY, _answers, _as_recorded, changes, people


def _rows(everybody: Sequence[Person]) -> list[SnapshotRow]:
    ordered = sorted(everybody, key=lambda each: each.personal_id)
    return [SnapshotRow(stored(each), each.full_name) for each in ordered]


def _both(
    before: Sequence[Person], after: Sequence[Person], folder: Path, *, size: int
) -> tuple[OverlaidSnapshot, SnapshotCandidates]:
    """The people after a change: as changes over those before, and as a snapshot; statistics are those before."""
    memory = MemoryCandidates(before)
    statistics = replace(memory.statistics, size=size)
    write_snapshot(folder / "1", [_rows(before)], statistics=statistics, stamp=memory.stamp)
    own = [each for each in after if each not in before]
    gone = [int(each.personal_id) for each in before if each not in after]
    batches = [_rows(own)] if own else []
    write_overlay(folder / "2", folder / "1", batches, hidden=np.array(gone, dtype=np.int64), stamp=memory.stamp)
    write_snapshot(folder / "3", [_rows(after)], statistics=statistics, stamp=memory.stamp)
    return OverlaidSnapshot(folder / "2"), SnapshotCandidates(folder / "3")


@settings(max_examples=60)
@given(
    before=people,
    after=people,
    kept=st.integers(0, 8),
    changed=st.lists(changes, min_size=1, max_size=6),
    size=st.sampled_from((8, 10_000, 4_000_000)),
)
def test_changes_over_a_snapshot_answer_like_a_snapshot_of_the_changed_people(
    before: list[Person], after: list[Person], kept: int, changed: list[dict[str, object]], size: int
) -> None:
    stay = {each.personal_id: each for each in before[:kept]}
    after = list(({each.personal_id: each for each in after} | stay).values())
    land = [_as_recorded(each, **some) for each in (*before, *after) for some in ({}, *changed)]
    records = [CleanRecord(None, (each,)) for each in (land * (LEAST_ROWS // len(land) + 1))]
    with TemporaryDirectory() as folder:
        overlaid, whole = _both(before, after, Path(folder), size=size)
        assert len(overlaid) == len(whole) == len(after)
        assert isinstance(overlaid, SurveyedSource)
        expected = _answers(records, Question(whole, default_model(), TODAY, cascade=False))
        assert _answers(records, Question(overlaid, default_model(), TODAY)) == expected
        assert _answers(records, Question(overlaid, default_model(), TODAY, cascade=False)) == expected


def test_only_those_whom_newcomers_meet_are_counted_as_crowded(tmp_path: Path) -> None:
    before = [
        person("068070000001", "Phạm Quốc Hùng", "1970-03-04", old_ids=()),
        person("068071000002", "Nguyễn Thị Mai", "1971-05-06", old_ids=(), communes=("24988",)),
    ]
    twin = person("068070000009", "Phạm Quốc Hùng", "1970-03-04", old_ids=())
    overlaid, _whole = _both(before, [*before, twin], tmp_path, size=1_000)
    assert (overlaid.crowd(np.arange(3)).others == 255).tolist() == [True, True, False]


def test_a_folder_opens_as_what_it_is(tmp_path: Path) -> None:
    before = [person("068070000001", "Phạm Quốc Hùng", "1970-03-04", old_ids=())]
    _both(before, [*before, person("068070000009", "Lê An", "1970", old_ids=())], tmp_path, size=9)
    assert isinstance(open_snapshot(tmp_path / "1"), SnapshotCandidates)
    assert isinstance(open_snapshot(tmp_path / "2"), OverlaidSnapshot)
    assert folders_of(tmp_path / "1") == (tmp_path / "1",)
    assert folders_of(tmp_path / "2") == (tmp_path / "2", tmp_path / "1")
    with pytest.raises(SnapshotUnusable):
        SnapshotCandidates(tmp_path / "2")
    (tmp_path / "1" / "snapshot.json").unlink()
    with pytest.raises(SnapshotUnusable):
        folders_of(tmp_path / "1")
    with pytest.raises(SnapshotUnusable):
        open_snapshot(tmp_path / "2")
