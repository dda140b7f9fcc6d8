"""Land users are decided one by one as they are decided in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.candidates import MemoryCandidates
from matching.columns import Ints
from matching.decision import Decided, Decider
from matching.few_decisions import FewDecider
from matching.few_scores import FEW, ranked
from matching.link import Question, link
from matching.model import default_model
from matching.records import CleanRecord
from matching.score import score
from tests.factories import person, subject
from tests.matching.crowded import Crowd, as_plain, crowds, side_by_side

TODAY = date(2026, 11, 22)


def as_lists(decided: Decided) -> list[object]:
    proposed = decided.proposed
    columns = [
        decided.decision,
        decided.in_scope,
        decided.probability,
        decided.weight,
        decided.personal_id,
        decided.findings,
        decided.named,
        proposed.personal_id,
        proposed.birth_date,
        proposed.commune,
    ]
    return [*((column.dtype, column.tolist()) for column in columns), proposed.full_name]


@given(crowds(), st.lists(st.booleans(), min_size=3, max_size=3), st.integers(0, 6), st.integers(1, 9))
def test_a_few_land_users_are_decided_one_by_one_as_in_columns(
    crowd: Crowd, cut: list[bool], candidates: int, digits: int
) -> None:
    land, everybody = crowd
    pairs = side_by_side(land, everybody)
    pairs = pairs.at((pairs.j < candidates).nonzero()[0])
    model, statistics = default_model(), replace(MemoryCandidates(everybody).statistics, size=10**digits)
    truncated = np.array(cut[: len(land)])

    def names(rows: Ints) -> Sequence[str]:
        return [everybody[row].full_name for row in rows.tolist()]

    scored = score(pairs, model=model, statistics=statistics)
    in_columns = Decider(scored, truncated, model, TODAY, names).decided()
    few = ranked(as_plain(pairs), model=model, statistics=statistics)
    one_by_one = FewDecider(model, TODAY, names).decided(few, truncated.tolist())
    assert as_lists(one_by_one) == as_lists(in_columns)


@given(crowds())
def test_a_record_has_the_answer_by_itself_that_it_has_among_many(crowd: Crowd) -> None:
    land, everybody = crowd
    records = [CleanRecord(str(at), (each,)) for at, each in enumerate(land)]
    question = Question(MemoryCandidates(everybody), default_model(), TODAY)
    alone = [answer for record in records for answer in link([record], question)]
    assert alone == link(records * FEW, question)[: len(records)]


@pytest.mark.parametrize("born", ["1915", "1916", "2005", "2006"])
@pytest.mark.parametrize("numbers", [(), ("068085001234",)])
def test_very_old_and_very_young_people_are_so_by_themselves_and_among_many(
    born: str, numbers: tuple[str, ...]
) -> None:
    strangers = [
        person(f"0680{year}{at:06d}", f"Lê Văn {at}", f"19{year}") for year in range(50, 99) for at in range(9)
    ]
    everybody = [person(birth_date=f"{born}-07-20", old_ids=()), *strangers]
    question = Question(MemoryCandidates(everybody), default_model(), TODAY)
    record = CleanRecord(None, (subject(numbers=numbers, birth_date=born, communes=("25084",)),))
    assert link([record], question) * FEW == link([record] * FEW, question)
