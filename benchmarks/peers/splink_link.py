"""Splink 5 on DuckDB, tuned as somebody who knows it would.

    python -m benchmarks.peers.splink_link FOLDER OUT [--chunks 4] [--least-weight -5] [--narrow]

Levels for lost accents, word order, year-only and swapped dates, older and listed numbers; Hamming distance on numbers
(Damerau-Levenshtein costs several times as much and finds hardly more); term frequencies of names and communes; u from
random pairs and m by expectation maximisation over four blocking rules, each leaving out what it blocks on.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from benchmarks.peers.best_match import BestMatches, Figures

_SEED = 31
_THREADS = 2
_MEMORY = "11GB"  # 1,000,000 land users and 4,000,000 people take twice that, and would drive the machine to its knees


def _level(sql: str, label: str) -> levels.CustomLevel:
    return levels.CustomLevel(sql, label_for_charts=label)


def _any(left: str, right: str) -> str:
    return f"list_has_any({left}, {right})"


def _number(size: int) -> comparisons.CustomComparison:
    """Numbers; agreement by chance is too rare to be sampled, so u is what it must be."""
    return comparisons.CustomComparison(
        output_column_name="identity",
        comparison_levels=[
            _level(
                "(number_l is null and old_number_l is null) or (number_l is null and old_number_r is null)", "missing"
            ).configure(is_null_level=True),
            _level("number_l = number_r", "current").configure(u_probability=1 / size, fix_u_probability=True),
            _level(_any("numbers_l", "numbers_r"), "cancelled").configure(
                u_probability=0.01 / size, fix_u_probability=True
            ),
            _level(_any("old_numbers_l", "old_numbers_r"), "old").configure(
                u_probability=1 / size, fix_u_probability=True
            ),
            _level("length(number_l) = length(number_r) and hamming(number_l, number_r) <= 1", "one digit"),
            _level("number_l is null", "old differs"),
            levels.ElseLevel(),
        ],
    )


def _name() -> comparisons.CustomComparison:
    ends = "surname_l = surname_r or given_l = given_r"  # the distance is dear: only where a typo is possible
    return comparisons.CustomComparison(
        output_column_name="full_name",
        comparison_levels=[
            levels.NullLevel("name"),
            levels.ExactMatchLevel("name").configure(tf_adjustment_column="name"),
            _level("list_contains(names_r, name_l)", "other name"),
            _level("folded_l = folded_r and (name_l = folded_l or name_r = folded_r)", "accents lost").configure(
                tf_adjustment_column="folded", disable_tf_exact_match_detection=True
            ),
            _level("folded_l = folded_r", "accents differ").configure(
                tf_adjustment_column="folded", disable_tf_exact_match_detection=True
            ),
            _level("words_l = words_r", "reordered"),
            _level(f"({ends}) and damerau_levenshtein(folded_l, folded_r) <= 1", "typo"),
            _level("surname_l = surname_r and given_l = given_r", "surname and given"),
            levels.JaroWinklerLevel("folded", 0.92),
            _level("given_l = given_r", "given"),
            levels.ElseLevel(),
        ],
    )


def _date() -> comparisons.CustomComparison:
    year = "year_l = year_r"
    swapped = (
        f"{year} and date_l[6:7] = date_r[9:10] and date_l[9:10] = date_r[6:7] "
        "or other_date_l = date_r or other_date_r = date_l"
    )
    return comparisons.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            levels.NullLevel("year"),
            _level("date_l = date_r", "same day"),
            _level(f"{year} and (month_l is null or month_r is null)", "year only"),
            _level(f"{year} and month_l = month_r and (date_l is null or date_r is null)", "month"),
            _level(f"{year} and (january_l or january_r)", "January"),
            _level(swapped, "swapped"),
            _level("hamming(date_l, date_r) <= 1", "one digit"),
            _level("(date_l[6:10] = date_r[6:10]) or (year_l = year_r and month_l = month_r)", "one part"),
            _level(year, "same year"),
            _level("abs(year_l - year_r) <= 1 and (date_l is null or date_r is null)", "near year"),
            levels.ElseLevel(),
        ],
    )


def _place() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name="place",
        comparison_levels=[
            _level("len(communes_l) = 0 or len(communes_r) = 0", "missing").configure(is_null_level=True),
            levels.ExactMatchLevel("commune", term_frequency_adjustments=True),
            _level(_any("communes_l", "communes_r"), "overlaps"),
            _level("province_l = province_r", "province"),
            levels.ElseLevel(),
        ],
    )


# How pairs are found: by Khớp's own rules, and by one whose blocks are large, which finds those of whom nothing else is
# known. A million people of a province make fifty pairs a land user of it, four millions two hundred.
_BLOCKS = (
    block_on("numbers", arrays_to_explode=["numbers"]),
    block_on("old_numbers", arrays_to_explode=["old_numbers"]),
    block_on("words", "year"),
    block_on("date", "given"),
    block_on("words", "commune"),
    block_on("surname", "given", "year", "commune"),
    block_on("substr(number, 7, 6)", "given"),
    block_on("substr(number, 1, 9)", "given"),
    block_on("date", "commune"),
)
_LARGE_BLOCKS = (block_on("commune", "year", "sex"),)


def _settings(size: int, *, narrow: bool) -> SettingsCreator:
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="row",
        comparisons=[_number(size), _name(), _date(), _place(), comparisons.ExactMatch("sex")],
        blocking_rules_to_generate_predictions=list(_BLOCKS if narrow else (*_BLOCKS, *_LARGE_BLOCKS)),
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
        em_convergence=0.0001,
        max_iterations=50,
    )


_BEST = """
    with ranked as (
        select row_l, row_r, match_weight as w,
            row_number() over (partition by row_l order by match_weight desc, row_r) as place,
            max(match_weight) over (partition by row_l) as top
        from {table}
    )
    select row_l as row, min(row_r) filter (place = 1) as person, max(top) as weight,
        -log2(sum(case when place = 1 then 0 else pow(2.0, w - top) end) + pow(2.0, -max(top))) as odds
    from ranked group by row_l order by row_l
"""


def main(folder: Path, out: Path, *, chunks: int, least_weight: float | None, narrow: bool) -> None:
    """Train, link, and write best matches and figures; land users in so many chunks, lighter pairs left out."""
    figures = Figures()
    connection = duckdb.connect()
    for setting in (f"threads = {_THREADS}", f"memory_limit = '{_MEMORY}'", f"temp_directory = '{out / 'spill'}'"):
        connection.execute(f"set {setting}").fetchall()
    with figures.step("prepare"):
        linker = _linker(connection, folder, narrow=narrow)
        _train(linker)
    name = "splink_small" if narrow else "splink"
    linker.misc.save_model_to_json(str(out / f"{name}_model.json"), overwrite=True)
    with figures.step("link"):
        predicted = linker.inference.predict(threshold_match_weight=least_weight, num_chunks_left=chunks)
        found = connection.execute(_BEST.format(table=predicted.physical_name)).fetchnumpy()
    best = BestMatches(*(np.asarray(found[name]) for name in BestMatches._fields))
    best.save(out / f"{name}.npz")
    truth = np.load(out / "true_persons.npy")
    connection.register("truth", pa.table({"row_l": np.arange(len(truth)), "row_r": truth}))
    counts = f"select count(*), count(t.row_l) from {predicted.physical_name} left join truth t using (row_l, row_r)"
    figures.pairs, figures.blocked = connection.execute(counts).fetchall()[0]
    figures.save(out / f"{name}.json")


def _linker(connection: duckdb.DuckDBPyConnection, folder: Path, *, narrow: bool) -> Linker:
    for name, file in (("a_land", "land.parquet"), ("b_register", "register.parquet")):
        connection.execute(f"create table in_{name} as select * from read_parquet('{folder / file}')").fetchall()
    size = connection.execute("select count(*) from in_b_register").fetchall()[0][0]
    database = DuckDBAPI(connection=connection)
    tables = [database.register(f"in_{name}", dataset_display_name=name) for name in ("a_land", "b_register")]
    return Linker(tables, _settings(size, narrow=narrow), log_level=logging.ERROR)


def _train(linker: Linker) -> None:
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [
            block_on("number"),
            block_on("old_numbers", "given", arrays_to_explode=["old_numbers"]),
            block_on("folded", "date"),
            block_on("folded", "year", "commune"),
        ],
        recall=0.9,
    )
    training.estimate_u_using_random_sampling(max_pairs=5e6, seed=_SEED)
    blocks = (["number"], ["name", "date"], ["name", "year", "commune"], ["name", "commune", "sex"])
    for rule in (block_on(*block) for block in blocks):
        training.estimate_parameters_using_expectation_maximisation(rule)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--chunks", type=int, default=1)
    options.add_argument("--least-weight", type=float)
    options.add_argument("--narrow", action="store_true", help="without the large blocks")
    asked = options.parse_args()
    main(asked.folder, asked.out, chunks=asked.chunks, least_weight=asked.least_weight, narrow=asked.narrow)
