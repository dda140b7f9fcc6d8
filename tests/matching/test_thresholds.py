"""Thresholds chosen on calibration data, small enough to be counted by hand."""

from __future__ import annotations

from matching.confidence import Rate
from matching.thresholds import WRONG_PARTIAL, Named, choose


def people(probability: float, right: int, wrong: int = 0) -> list[Named]:
    return [Named(probability, True)] * right + [Named(probability, False)] * wrong


def test_the_lowest_threshold_within_the_target_is_taken() -> None:
    calibration = people(0.99, 1000) + people(0.95, 998, 2) + people(0.9, 90, 10)
    chosen = choose(calibration, WRONG_PARTIAL)
    assert (chosen.probability, chosen.wrong) == (0.95, Rate(2, 2000))
    assert chosen.met
    assert not chosen.proved


def test_enough_people_prove_the_target() -> None:
    chosen = choose(people(0.99, 4000) + people(0.95, 999, 1) + people(0.9, 900, 100), WRONG_PARTIAL)
    assert (chosen.probability, chosen.wrong, chosen.proved) == (0.95, Rate(1, 5000), True)


def test_people_of_one_probability_are_taken_together() -> None:
    chosen = choose(people(0.99, 2000) + people(0.95, 1000, 5), WRONG_PARTIAL)
    assert (chosen.probability, chosen.wrong) == (0.99, Rate(0, 2000))


def test_where_even_the_surest_are_wrong_the_target_is_said_to_be_missed() -> None:
    chosen = choose(people(0.9999, 99, 1) + people(0.9, 100), WRONG_PARTIAL)
    assert (chosen.probability, chosen.met) == (0.9999, False)


def test_without_calibration_data_nothing_is_proved() -> None:
    assert not choose([], WRONG_PARTIAL).proved


def test_nobody_is_named_on_even_odds() -> None:
    assert choose(people(0.4, 10_000), WRONG_PARTIAL).probability > 0.5


def test_where_nobody_wrong_would_be_named_the_least_that_is_allowed_is_enough() -> None:
    assert choose(people(0.9997, 500), WRONG_PARTIAL, least=0.9).probability == 0.9
