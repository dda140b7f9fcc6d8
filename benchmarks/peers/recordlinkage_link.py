"""recordlinkage 0.16 with its ECM classifier: python -m benchmarks.peers.recordlinkage_link FOLDER OUT

Each comparison has several levels, and a missing value is a level of its own that weighs nothing. Blocked pairs alone
mislead the classifier (all those of one commune and year agree in both), so it is trained on the narrow blocks together
with pairs drawn at random. With more than two levels it can only begin at random: the likeliest of some beginnings
counts. The weight of a pair is the sum of the trained log weights, because the probabilities end at 1.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage
from numpy.typing import NDArray

from benchmarks.peers.best_match import Figures, best_matches

Mask = NDArray[np.bool_]
Levels = NDArray[np.int8]
Floats = NDArray[np.float64]
Table = dict[str, dict[Any, float]]

_SEED = 31
_RANDOM_PAIRS = 1_000_000
_BEGINNINGS = 4
_LEAST = float(np.log(1 / _RANDOM_PAIRS))  # of log probabilities: one pair of those trained on

_NARROW = 7  # of the blocks: those that hold few pairs of two people, who would pass for matches
_BLOCKS = (
    (["number"], ["number"]),
    (["other_number"], ["number"]),
    (["number"], ["other_number"]),
    (["old_number"], ["old_number"]),
    (["old_number"], ["other_old_number"]),
    (["other_old_number"], ["old_number"]),
    (["date", "given"], ["date", "given"]),
    (["words", "year"], ["words", "year"]),
    (["words", "commune"], ["words", "commune"]),
    (["surname", "given", "year", "commune"], ["surname", "given", "year", "commune"]),
    (["commune", "year", "sex"], ["commune", "year", "sex"]),
    (["serial", "given"], ["serial", "given"]),
)


def main(folder: Path, out: Path) -> None:
    """Block, compare, train, link; write best matches and figures."""
    figures = Figures()
    land, register = _table(folder / "land.parquet"), _table(folder / "register.parquet")
    compare = _compare()
    with figures.step("link"):
        blocks = [_block(left, right, land, register) for left, right in _BLOCKS]
        pairs = _union(blocks)
        vectors = compare.compute(pairs, land, register).astype(np.int8)
    with figures.step("prepare"):
        drawn = recordlinkage.index.Random(_RANDOM_PAIRS, random_state=_SEED).index((land, register))
        training = _union([*blocks[:_NARROW], drawn])
        classifier = _trained(compare.compute(training, land, register).astype(np.int8))
    with figures.step("link"):
        weights = _weights(classifier, vectors)
        rows = pairs.get_level_values(0).to_numpy(dtype=np.int64)
        persons = pairs.get_level_values(1).to_numpy(dtype=np.int64)
        best = best_matches(rows, persons, weights)
    best.save(out / "recordlinkage.npz")
    truth = np.load(out / "true_persons.npy")
    figures.pairs, figures.blocked = len(rows), int((truth[rows] == persons).sum())
    figures.save(out / "recordlinkage.json")
    pd.DataFrame({"m": classifier.m_probs, "u": classifier.u_probs}).to_json(out / "recordlinkage_model.json")


def _table(path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path).set_index("row")
    table["other_number"] = [values[1] if len(values) > 1 else None for values in table["numbers"]]
    table["other_old_number"] = [values[1] if len(values) > 1 else None for values in table["old_numbers"]]
    table["serial"] = table["number"].str[6:12]
    table["all_names"] = ["|" + "|".join(values) + "|" for values in table["names"]]
    table["all_communes"] = table["communes"].map(frozenset)
    return table


def _block(left: list[str], right: list[str], land: pd.DataFrame, register: pd.DataFrame) -> pd.MultiIndex:
    """The pairs of a block; rows that lack a value of it are left out."""
    block = recordlinkage.index.Block(left, right)
    pairs: pd.MultiIndex = block.index((land.dropna(subset=left), register.dropna(subset=right)))
    return pairs


def _union(blocks: list[pd.MultiIndex]) -> pd.MultiIndex:
    pairs = pd.concat([block.to_frame(index=False, name=["land", "person"]) for block in blocks])
    return pd.MultiIndex.from_frame(pairs.drop_duplicates())


def _compare() -> recordlinkage.Compare:
    compare = recordlinkage.Compare()
    numbers = ["number", "other_number", "old_number", "other_old_number"]
    for judge, columns in (
        (_number_levels, numbers),
        (_name_levels, ["name", "folded", "words", "surname", "given", "all_names"]),
        (_date_levels, ["date", "other_date", "year", "month"]),
        (_place_levels, ["all_communes", "province"]),
        (_sex_levels, ["sex"]),
    ):
        compare.compare_vectorized(judge, columns, columns, label=judge.__name__)
    return compare


def _levels(*masks: Mask) -> Levels:
    """The first of the masks that holds, from 0: missing; where none does, the level after the last."""
    return np.select(masks, range(len(masks)), default=len(masks)).astype(np.int8)


def _number_levels(*sides: pd.Series) -> Levels:
    number, other, old, other_old, number_r, other_r, old_r, other_old_r = sides
    missing = number.isna() & (old.isna() | old_r.isna())
    return _levels(
        missing.to_numpy(),
        _same(number, number_r),
        _any_same(number, other, number_r, other_r),
        _any_same(old, other_old, old_r, other_old_r),
        _one_digit(number, number_r),
        number.isna().to_numpy(),
    )


def _name_levels(*sides: pd.Series) -> Levels:
    name, folded, words, surname, given, _, name_r, folded_r, words_r, surname_r, given_r, names_r = sides
    bare = _same(folded, folded_r)
    return _levels(
        name.isna().to_numpy(),
        _same(name, name_r),
        _listed(name, names_r),
        bare & (_same(name, folded) | _same(name_r, folded_r)),
        bare,
        _same(words, words_r),
        _near_names(folded, folded_r),
        _same(surname, surname_r) & _same(given, given_r),
        _same(given, given_r),
    )


def _date_levels(*sides: pd.Series) -> Levels:
    date, other, year, month, date_r, _, year_r, month_r = sides
    same_year = _same(year, year_r)
    return _levels(
        (year.isna() | year_r.isna()).to_numpy(),
        _same(date, date_r),
        same_year & (month.isna() | month_r.isna()).to_numpy(),
        same_year & _same(month, month_r) & (date.isna() | date_r.isna()).to_numpy(),
        _swapped(date, other, date_r),
        _one_digit(date, date_r),
        same_year,
    )


def _place_levels(*sides: pd.Series) -> Levels:
    communes, province, communes_r, province_r = sides
    missing = (communes.str.len() == 0) | (communes_r.str.len() == 0)
    return _levels(missing.to_numpy(), _overlap(communes, communes_r), _same(province, province_r))


def _sex_levels(left: pd.Series, right: pd.Series) -> Levels:
    return _levels((left.isna() | right.isna()).to_numpy(), _same(left, right))


def _same(left: pd.Series, right: pd.Series) -> Mask:
    same: Mask = (left.to_numpy() == right.to_numpy()) & left.notna().to_numpy()
    return same


def _any_same(first: pd.Series, second: pd.Series, one: pd.Series, other: pd.Series) -> Mask:
    return _same(first, one) | _same(first, other) | _same(second, one) | _same(second, other)


def _one_digit(left: pd.Series, right: pd.Series) -> Mask:
    both = (left.notna() & right.notna()).to_numpy()
    near = np.zeros(len(left), dtype=np.bool_)
    texts = [side[both].to_numpy().astype("U12").view("U1").reshape(-1, 12) for side in (left, right)]
    near[both] = (texts[0] != texts[1]).sum(axis=1) == 1
    return near


def _listed(name: pd.Series, others: pd.Series) -> Mask:
    return np.array([left is not None and f"|{left}|" in right for left, right in zip(name, others, strict=True)])


def _swapped(date: pd.Series, other: pd.Series, right: pd.Series) -> Mask:
    crossed = date.str[:5] + date.str[8:10] + "-" + date.str[5:7]
    return (_same(crossed, right) | _same(other, right)) & ~_same(date, right)


def _overlap(left: pd.Series, right: pd.Series) -> Mask:
    return np.array([not a.isdisjoint(b) for a, b in zip(left, right, strict=True)])


def _near_names(left: pd.Series, right: pd.Series) -> Mask:
    near = recordlinkage.compare.String("l", "r", method="jarowinkler", threshold=0.92)
    found: Mask = near._compute_vectorized(left, right).to_numpy() == 1
    return found


def _trained(vectors: pd.DataFrame) -> recordlinkage.ECMClassifier:
    """The likeliest of several classifiers that begin at random."""
    found = []
    for seed in range(_BEGINNINGS):
        np.random.seed(_SEED + seed)  # the library draws from the global generator
        classifier = recordlinkage.ECMClassifier(init="random", max_iter=500, atol=1e-6)
        with np.errstate(divide="ignore", invalid="ignore"):  # a level that a class never has
            classifier.fit(vectors)
        matches, others = (
            _log_likelihood(vectors, table) for table in (classifier.log_m_probs, classifier.log_u_probs)
        )
        both = np.logaddexp(matches + classifier.log_p, others + np.log1p(-classifier.p))
        found.append((float(np.nan_to_num(both.sum(), nan=-np.inf)), seed, classifier))
    return max(found)[2]


def _log_likelihood(vectors: pd.DataFrame, table: Table) -> Floats:
    total = np.zeros(len(vectors))
    for label, terms in table.items():
        values = vectors[label].to_numpy()
        for value, term in terms.items():
            total[values == value] += max(term, _LEAST)
    return total


def _weights(classifier: recordlinkage.ECMClassifier, vectors: pd.DataFrame) -> Floats:
    """The match weight of each pair in bits."""
    classes = [(classifier.log_m_probs, classifier.p), (classifier.log_u_probs, 1 - classifier.p)]
    # Which of its two classes are the matches, the library can't know: those whose numbers agree.
    classes.sort(key=lambda each: -each[0]["_number_levels"][1])
    (matches, share), (others, rest) = classes
    total = np.full(len(vectors), np.log(share / rest))
    for label, terms in matches.items():
        values = vectors[label].to_numpy()
        for value, term in terms.items():
            if value:  # zero is missing
                total[values == value] += max(term, _LEAST) - max(others[label][value], _LEAST)
    bits: Floats = total / np.log(2)
    return bits


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
