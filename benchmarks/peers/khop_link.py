"""Khớp by its own front door, and the ranking behind its verdicts: python -m benchmarks.peers.khop_link FOLDER OUT"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.peers.best_match import BestMatches, Figures, Ints, best_matches
from benchmarks.peers.provinces import AS_OF, asked, batched, kept
from matching.answer_columns import DECISIONS, AnswerColumns
from matching.candidates import MemoryCandidates
from matching.land_columns import land_columns
from matching.link import Question, link_columns
from matching.model import BIT, default_model
from matching.pairing import candidate_pairs
from matching.records import CleanRecord, CleanSubject
from matching.score import score

_BATCH = 20_000  # land records, as in a bulk job
_ANSWERS = pa.schema(
    [
        ("record_id", pa.string()),
        ("subject_no", pa.int32()),
        ("in_scope", pa.bool_()),
        ("verdict", pa.string()),
        ("category", pa.string()),
        ("personal_id", pa.int64()),  # zero where nobody is named
        ("probability", pa.float64()),
        ("nearest", pa.int64()),  # the best candidate, named or not; zero where there is none
    ],
    metadata={"model": default_model().version},
)


def main(folder: Path, out: Path) -> None:
    """Link the land users of a folder and write their best matches, answers and figures."""
    figures = Figures()
    with figures.step("prepare"):
        source = MemoryCandidates(kept(folder / "people.pickle"))
    question = Question(source, default_model(), AS_OF)
    truth = np.load(out / "true_persons.npy")
    parts, named = [], []
    at = 0
    with pq.ParquetWriter(out / "answers.parquet", _ANSWERS) as answers:
        for records in batched(kept(folder / "records.pickle"), _BATCH):
            with figures.step("answer"):
                answered = link_columns(records, question)
            subjects = [subject for _, subject in asked(records)]
            with figures.step("link"):
                best = _ranked(subjects, at, question, truth, figures)
            nearest = np.zeros(len(subjects), dtype=np.int64)
            nearest[best.row - at] = best.person
            table = _table(records, answered, nearest)
            answers.write_table(table)
            given = dict(
                zip(zip(*(table[c].to_pylist() for c in _KEY), strict=True), table["verdict"].to_pylist(), strict=True)
            )
            named.append([given[record.record_id, subject.subject_no] != "none" for record, subject in asked(records)])
            parts.append(best)
            at += len(subjects)
    BestMatches(*(np.concatenate(columns) for columns in zip(*parts, strict=True))).save(out / "khop.npz")
    np.save(out / "named.npy", np.concatenate(named))
    figures.save(out / "khop.json")


_KEY = ("record_id", "subject_no")


def _table(records: Sequence[CleanRecord], answered: AnswerColumns, nearest: Ints) -> pa.Table:
    """The answers of a batch as columns; whoever was not asked about has nobody near."""
    keys = [
        (records[record].record_id or "", subject.subject_no)
        for record, subject in zip(answered.record.tolist(), answered.subjects, strict=True)
    ]
    near = dict(zip(((r.record_id or "", s.subject_no) for r, s in asked(records)), nearest.tolist(), strict=True))
    rules = [DECISIONS[decision] for decision in answered.decision.tolist()]
    return pa.table(
        [
            [record for record, _ in keys],
            [number for _, number in keys],
            answered.in_scope,
            [str(rule.verdict) for rule in rules],
            [rule.category for rule in rules],
            answered.personal_id,
            answered.match_probability,
            [near.get(key, 0) for key in keys],
        ],
        schema=_ANSWERS,
    )


def _ranked(
    subjects: Sequence[CleanSubject], start: int, question: Question, truth: Ints, figures: Figures
) -> BestMatches:
    """The best candidates of a batch by weights that no rounding for publication has touched."""
    pairs = candidate_pairs(land_columns(subjects), question.source, cap=question.model.max_block).pairs
    scored = score(pairs, model=question.model, statistics=question.source.statistics)
    rows, persons = scored.pairs.i + start, pairs.right.personal_id[scored.pairs.j]
    figures.pairs += len(rows)
    figures.blocked += int((persons == truth[rows]).sum())
    return best_matches(rows, persons, scored.weight / BIT)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
