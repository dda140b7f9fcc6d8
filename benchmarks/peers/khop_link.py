"""Khớp by its own front door, and the ranking behind its verdicts: python -m benchmarks.peers.khop_link FOLDER OUT"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.peers.best_match import BestMatches, Figures, Ints, best_matches
from benchmarks.peers.provinces import AS_OF, asked, kept
from matching.candidates import MemoryCandidates, find_candidates
from matching.columns import land_columns
from matching.compare import Pairs, PairTables
from matching.evaluate import Outcome
from matching.link import Question, link
from matching.model import BIT, default_model
from matching.records import CleanSubject
from matching.score import score
from matching.verdict import Verdict

_BATCH = 5_000  # land users, as in a bulk job


def main(folder: Path, out: Path) -> None:
    """Link the land users of a folder and write their best matches, outcomes and figures."""
    figures = Figures()
    people = kept(folder / "people.pickle")
    with figures.step("prepare"):
        source = MemoryCandidates(people)
    del people
    records = kept(folder / "records.pickle")
    question = Question(source, default_model(), AS_OF)
    answers = []
    with figures.step("answer"):
        for first in range(0, len(records), _BATCH):
            answers += link(records[first : first + _BATCH], question)
    subjects = [subject for _, subject in asked(records)]
    truth = np.load(out / "true_persons.npy")
    parts = []
    with figures.step("link"):
        for at in range(0, len(subjects), _BATCH):
            parts.append(_ranked(subjects[at : at + _BATCH], at, question, truth, figures))
    best = BestMatches(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    best.save(out / "khop.npz")
    nearest = dict(zip(best.row.tolist(), best.person.tolist(), strict=True))
    places = {(r.record_id, s.subject_no): at for at, (r, s) in enumerate(asked(records))}
    outcomes = [
        Outcome(
            answer.record_id or "",
            each.subject.subject_no,
            each.in_scope,
            each.verdict,
            each.category,
            each.personal_id,
            each.match_probability,
            f"{near:012d}"
            if (near := nearest.get(places.get((answer.record_id, each.subject.subject_no), -1)))
            else "",
        )
        for answer in answers
        for each in answer.subjects
    ]
    named = {(o.record_id, o.subject_no) for o in outcomes if o.verdict is not Verdict.NONE}
    np.save(out / "named.npy", np.array([((r.record_id or ""), s.subject_no) in named for r, s in asked(records)]))
    with (out / "outcomes.pickle").open("wb") as file:
        pickle.dump((question.model.version, outcomes), file)
    figures.save(out / "khop.json")


def _ranked(
    subjects: Sequence[CleanSubject], start: int, question: Question, truth: Ints, figures: Figures
) -> BestMatches:
    """The best candidates of a batch by weights that no rounding for publication has touched."""
    source = question.source
    land = land_columns(subjects)
    found = find_candidates(land, source, cap=question.model.max_block)
    handles, places = np.unique(found.persons, return_inverse=True)
    people = source.fetch(handles)
    pairs = Pairs(land, people, found.rows, places.astype(np.int64), PairTables(land, people))
    scored = score(pairs, model=question.model, statistics=source.statistics)
    rows, persons = scored.pairs.i + start, people.personal_id[scored.pairs.j]
    figures.pairs += len(rows)
    figures.blocked += int((persons == truth[rows]).sum())
    return best_matches(rows, persons, scored.weight / BIT)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
