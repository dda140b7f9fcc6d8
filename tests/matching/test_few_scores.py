"""A few pairs weigh one by one what they weigh in columns, and share the same probabilities."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from matching.candidates import MemoryCandidates
from matching.columns import Mark
from matching.compare import COMPARISONS
from matching.few_scores import ranked
from matching.model import default_model
from matching.score import score
from tests.matching.crowded import Crowd, as_plain, crowds, side_by_side


@given(crowds(), st.booleans(), st.integers(1, 4_000_000))
def test_a_land_user_by_itself_has_the_weights_and_probabilities_that_it_has_in_a_batch(
    crowd: Crowd, in_company: bool, size: int
) -> None:
    land, everybody = crowd
    pairs = side_by_side(land, everybody)
    if in_company:
        pairs.left.marks[:] |= Mark.IN_COMPANY
    model, statistics = default_model(), replace(MemoryCandidates(everybody).statistics, size=size)
    scored = score(pairs, model=model, statistics=statistics)
    levels = list(zip(*(scored.levels[each.field].tolist() for each in COMPARISONS), strict=True))
    found = list(ranked(as_plain(pairs), model=model, statistics=statistics))
    assert len(found) == len(land)
    for each, start, end in zip(found, scored.offsets, scored.offsets[1:], strict=False):
        assert [candidate.row for candidate in each.candidates] == scored.pairs.j[start:end].tolist()
        assert [candidate.levels for candidate in each.candidates] == levels[start:end]
        assert [candidate.weight for candidate in each.candidates] == scored.weight[start:end].tolist()
        assert each.probability == scored.probability[start:end].tolist()
    assert [each.anybody for each in found] == scored.anybody.tolist()
