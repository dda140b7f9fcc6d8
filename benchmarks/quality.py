"""Measures how well land users are linked, beside Splink and recordlinkage on the same clean values.

    python -m benchmarks.quality --land 100000 --people 100000 --seed 31 --province independent --peers splink

The province (benchmarks/independent, or the project's own) is made with a seed that trained nothing, read once with
`matching.normalise`, and kept under --work. Each engine runs in a process of its own and hands back the best candidate
of each land user with its weight. A wrong person is a best candidate over the threshold who is not the true one, people
outside the register included. Recall is over land users who are in the register, also those lost in reading.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.peers.best_match import BestMatches, Figures, Floats
from benchmarks.peers.provinces import Province, asked, kept, prepare
from benchmarks.peers.slices import GAP, SLIP, kind_of
from matching.evaluate import Key, Outcome, Truth, evaluate, truths_of
from matching.verdict import Verdict

ENGINES = {  # the module of benchmarks.peers, and what it is told besides the folder
    "khop": ("khop_link",),
    "splink": ("splink_link",),
    "splink_small": ("splink_link", "--narrow"),  # without the large blocks
    "recordlinkage": ("recordlinkage_link",),
}
BUDGETS = (100, 200, 500, 1_000, 2_000, 10_000)  # one wrong person in so many named
_LARGEST_FOR_RECORDLINKAGE = 100_000  # land rows
Mask = NDArray[np.bool_]


class Sample(NamedTuple):
    """The land users who count: those asked, with their truth, and the number in the register who weren't asked."""

    truth: NDArray[np.int64]  # by row of what was asked: the true person, 0 for nobody; -1 where it doesn't count
    slices: Mapping[str, Mask]
    unasked: Mapping[str, int]  # by slice


def truths(province: Province) -> dict[Key, Truth]:
    """The truth with codes in full: "number:one_digit"."""
    found: dict[Key, Truth] = {}
    known: dict[str, tuple[str, ...]] = {}  # most rows have the errors of some other row
    for batch in pq.ParquetFile(province.folder / "truth.parquet").iter_batches():
        rows = batch.to_pylist()
        some = truths_of(rows)
        for row in rows:
            key = (row["record_id"], int(row["subject_no"]))
            text = row.get("errors") or row.get("note") or ""
            codes = known.setdefault(text, tuple(filter(None, (code.strip() for code in text.split(";")))))
            found[key] = some[key]._replace(errors=codes)
    return found


def answers(province: Province) -> Iterator[Outcome]:
    """What Khớp answered for every subject, read batch by batch."""
    for batch in pq.ParquetFile(province.folder / "answers.parquet").iter_batches():
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            record_id, subject_no, in_scope, verdict, category, person, probability, nearest = row
            yield Outcome(
                record_id,
                subject_no,
                in_scope,
                Verdict(verdict),
                category,
                f"{person:012d}" if person else "",
                probability,
                f"{nearest:012d}" if nearest else "",
            )


SLICES: dict[str, Callable[[Truth], bool]] = {
    "all rows": lambda truth: True,
    "with errors": lambda truth: SLIP in map(kind_of, truth.errors),
    "with gaps": lambda truth: GAP in map(kind_of, truth.errors),
    "answerable": lambda truth: "unanswerable" not in truth.errors,
}


def sample(province: Province, known: Mapping[Key, Truth]) -> Sample:
    """Pairs what is asked with the truth, by record and subject number."""
    keys = [(record.record_id or "", s.subject_no) for record, s in asked(kept(province.folder / "records.pickle"))]
    stranger = Truth("", 0, "")
    truth = np.zeros(len(keys), dtype=np.int64)
    slices = {name: np.zeros(len(keys), dtype=np.bool_) for name in SLICES}
    for at, key in enumerate(keys):
        each = known.get(key, stranger)
        truth[at] = int(each.personal_id or 0) if each.in_scope else -1
        for name, holds in SLICES.items():
            slices[name][at] = each.in_scope and holds(each)
    met = set(keys)
    missed = [each for key, each in known.items() if key not in met and each.in_scope and each.personal_id]
    return Sample(truth, slices, {name: sum(map(holds, missed)) for name, holds in SLICES.items()})


class Ranking(NamedTuple):
    """Best candidates of a slice by falling score, as thresholds see them: equal scores stand or fall together."""

    named: NDArray[np.int64]
    wrong: NDArray[np.int64]
    in_register: int

    def recall(self, budget: int) -> float:
        """The best recall with at most one wrong person in `budget` named."""
        within = np.flatnonzero(self.wrong * budget <= self.named)
        return self.recall_at(int(within[-1])) if len(within) else 0.0

    def recall_at(self, place: int) -> float:
        """The recall of a threshold."""
        return float(self.named[place] - self.wrong[place]) / max(self.in_register, 1)


def ranking(best: BestMatches, score: Floats, which: Sample, name: str) -> Ranking:
    """How a score ranks the best candidates of a slice."""
    counted = which.slices[name][best.row]
    score, right = score[counted], (best.person == which.truth[best.row])[counted]
    order = np.argsort(-score, kind="stable")
    last = np.r_[np.diff(score[order]) != 0, True] if len(order) else np.empty(0, dtype=np.bool_)
    named, wrong = np.arange(1, len(order) + 1)[last], np.cumsum(~right[order])[last]
    return Ranking(named, wrong, int((which.truth[which.slices[name]] > 0).sum()) + which.unasked[name])


def run(engine: str, province: Province) -> None:
    """Link a province with an engine in a process of its own; it leaves its files in the province's folder."""
    module, *options = ENGINES[engine]
    command = [sys.executable, "-m", f"benchmarks.peers.{module}", str(province.folder), str(province.folder)]
    subprocess.run([*command, *options], check=True)


def scores(engine: str, found: BestMatches, province: Province) -> Iterator[tuple[str, Floats]]:
    """By what the best candidates of an engine can be ranked."""
    yield "weight", found.weight
    yield "odds", found.odds
    if engine == "khop":
        # As a user sees it: whom a verdict names stands before whom it doesn't.
        named = np.load(province.folder / "named.npy")[found.row]
        yield "answer", np.where(named, found.odds, found.odds - 1_000)


def tables(engines: Iterable[str], province: Province, which: Sample) -> None:
    """Prints the tables that set the engines side by side."""
    best = {engine: BestMatches.load(province.folder / f"{engine}.npz") for engine in engines}
    figures = {engine: Figures.load(province.folder / f"{engine}.json") for engine in engines}
    print(
        "\n| engine, score | slice |" + "".join(f" 1 in {budget:,} |" for budget in BUDGETS) + " any | best is right |"
    )
    print("|---|---|" + "---:|" * (len(BUDGETS) + 2))
    whole = which.slices["all rows"]
    for name in SLICES:
        if name == "answerable" and np.array_equal(which.slices[name], whole):
            continue  # the project's own province marks nobody as unanswerable
        for engine, found in best.items():
            for title, score in scores(engine, found, province):
                ranked = ranking(found, score, which, name)
                if not len(ranked.named) or not ranked.in_register:
                    continue
                cells = "".join(f" {100 * ranked.recall(budget):.2f} |" for budget in BUDGETS)
                right = 1 - ranked.wrong[-1] / ranked.named[-1]
                print(f"| {engine}, {title} | {name} |{cells} {100 * ranked.recall_at(-1):.2f} | {100 * right:.2f} |")
    known = int((which.truth > 0).sum()) + which.unasked["all rows"]
    print("\n| engine | pairs | true person among them | prepare CPU s | link CPU s | link wall s | peak MiB in link |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for engine, cost in figures.items():
        if "answer" in cost.cpu:
            print(f"| {engine}, with verdicts, findings, proposals | | | | {cost.cpu['answer']:.1f} |"
                  f" {cost.wall['answer']:.1f} | {cost.peak['answer']:,.0f} |")  # fmt: skip
        print(
            f"| {engine} | {cost.pairs:,} | {100 * cost.blocked / known:.2f} % | {cost.cpu['prepare']:.1f} |"
            f" {cost.cpu['link']:.1f} | {cost.wall['link']:.1f} | {cost.peak['link']:,.0f} |"
        )


def verdicts(province: Province, known: Mapping[Key, Truth]) -> None:
    """Prints what Khớp's verdicts are worth."""
    version = pq.read_schema(province.folder / "answers.parquet").metadata[b"model"].decode()
    result = evaluate(answers(province), known)
    print(f"\nModel {version}. {result.subjects:,} land users, {result.unanswered:,} without an answer, "
          f"{result.unforeseen:,} answers for people that the truth doesn't know.")  # fmt: skip
    for name, rate, per in (("full", result.wrong_full, 100_000), ("partial", result.wrong_partial, 1_000)):
        print(f"{name}: {rate.of:,}, wrong {rate.cases} = {rate.share * per:.2f} per {per:,} "
              f"(at most {rate.at_most * per:.2f} with 95 %)")  # fmt: skip
    full = sum(_right(outcome, known) and outcome.verdict is Verdict.FULL for outcome in answers(province))
    partly = (result.found.cases - full) / result.found.of
    print(f"found {100 * result.found.share:.2f} % of {result.found.of:,} in the register: "
          f"full {100 * full / result.found.of:.2f} %, partial {100 * partly:.2f} %; "
          f"expected calibration error {result.calibration_error:.4f}")  # fmt: skip
    print("\n| claimed | right | land users |\n|---:|---:|---:|")
    for claims in result.bins:
        print(f"| {claims.claimed:.3f} | {claims.right:.3f} | {claims.subjects:,} |")
    print("\n| category | named | wrong |\n|---|---:|---:|")
    for category, rate in result.categories.items():
        print(f"| {category} | {rate.of:,} | {rate.cases} |")
    for title, by in (("error", result.by_error), ("trap", result.by_trap)):
        if by:
            print(f"\n| {title} | in the register | found % | named | wrong |\n|---|---:|---:|---:|---:|")
        for code, each in by.items():
            found, wrong = each
            print(f"| {code} | {found.of:,} | {100 * found.share:.1f} | {wrong.of:,} | {wrong.cases} |")


def _right(outcome: Outcome, known: Mapping[Key, Truth]) -> bool:
    truth = known.get((outcome.record_id, outcome.subject_no))
    return truth is not None and bool(outcome.personal_id) and outcome.personal_id == truth.personal_id


def losses(province: Province, which: Sample, known: Mapping[Key, Truth]) -> None:
    """Prints where Khớp loses people of the register: not blocked, not ranked first, or not named; by error."""
    counts: Counter[str] = Counter()
    by: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in answers(province):
        truth = known.get((outcome.record_id, outcome.subject_no))
        if truth is None or not truth.personal_id or not truth.in_scope:
            continue
        fate = _fate(outcome, truth)
        counts[fate] += 1
        for code in (*truth.errors, *truth.traps):
            by[code][fate] += 1
    print("\nFate of land users in the register: " + ", ".join(f"{fate} {n:,}" for fate, n in counts.most_common()))
    fates = [fate for fate, _ in counts.most_common()]
    print("\n| code | " + " | ".join(fates) + " |\n|---|" + "---:|" * len(fates))
    for code, each in sorted(by.items(), key=lambda item: -(item[1].total() - item[1]["named"])):
        print(f"| {code} | " + " | ".join(f"{each[fate]:,}" for fate in fates) + " |")


def _fate(outcome: Outcome, truth: Truth) -> str:
    if outcome.verdict is not Verdict.NONE:
        return "named" if outcome.personal_id == truth.personal_id else "another named"
    return f"first, {outcome.category}" if outcome.nearest == truth.personal_id else f"not first, {outcome.category}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--land", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--province", choices=("independent", "synthetic"), default="independent")
    parser.add_argument("--peers", default="", help="splink,splink_small,recordlinkage")
    parser.add_argument("--work", type=Path, default=Path("var/quality"))
    parser.add_argument("--kept", action="store_true", help="print what earlier runs of the engines left")
    parser.add_argument("--losses", action="store_true", help="where people of the register are lost, by error")
    chosen = parser.parse_args()
    engines = ["khop", *filter(None, chosen.peers.split(","))]
    if unknown := set(engines) - ENGINES.keys():
        parser.error(f"no such engine: {', '.join(sorted(unknown))}")
    if "recordlinkage" in engines and chosen.land > _LARGEST_FOR_RECORDLINKAGE:
        parser.error(f"recordlinkage takes at most {_LARGEST_FOR_RECORDLINKAGE:,} rows")
    province = Province(chosen.province, chosen.people, chosen.land, chosen.seed, chosen.work)
    prepare(province)
    known = truths(province)
    which = sample(province, known)
    np.save(province.folder / "true_persons.npy", which.truth)
    for engine in engines:
        if not (chosen.kept and (province.folder / f"{engine}.json").exists()):
            run(engine, province)
    print(f"{province.kind} province, {province.people:,} people, {province.land:,} land rows, seed {province.seed}: "
          f"{int(which.slices['all rows'].sum()):,} land users asked")  # fmt: skip
    tables(engines, province, which)
    verdicts(province, known)
    if chosen.losses:
        losses(province, which, known)


if __name__ == "__main__":
    main()
