"""The error model: one table of everything that happens to a land user's cells, with a rate for each.

A rate is the share of persons' rows that meet the error, where it can happen at all (a year can't be swapped with a
day that isn't there). Errors of one group exclude each other; groups are drawn independently. Old papers bear the
errors of their time: the share of an error's cases that falls on old papers stands beside its rate. All others are
the clerks', and cluster: every commune and every clerk has a severity by which these rates are multiplied (on
average, one).

The published figures give the frame: of 37.35 million parcels matched, half completely (DOMAIN 0, 4.3). The single
rates are assumptions that fit into it; give other rates in a JSON file, {"number.missing": 0.12}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from matching.synthetic import address_errors as address
from matching.synthetic import date_errors as date
from matching.synthetic import name_errors as name
from matching.synthetic import number_errors as number
from matching.synthetic.dice import Flags, Integers
from matching.synthetic.draft import Draft

OLD_PAPERS: Final = 0.35  # of rows come from papers of before the card of 12 digits
_ALIKE: Final = OLD_PAPERS  # an error that old and new papers share alike
_MOST_OF_A_GROUP: Final = 0.97  # however bad the clerk, some rows stay free of a group


@dataclass(frozen=True, slots=True)
class Error:
    """One kind of error: its code, the group it excludes others in, its rate, and what it does to a draft."""

    code: str
    group: str
    rate: float
    description: str
    source: str  # a section of DOMAIN, or "assumed"
    apply: Callable[[Draft], bool]  # false where it can't happen
    on_old_papers: float = _ALIKE  # share of its cases

    @property
    def field(self) -> str:
        """The field that it spoils."""
        return self.code.partition(".")[0]


ERRORS: Final[tuple[Error, ...]] = (
    # the name itself
    Error("name.accents_lost", "name.word", 0.030, "accents are lost", "3.1", name.accents_lost),
    Error("name.accent_wrong", "name.word", 0.012, "another name by one accent: Hùng, Hưng", "3.1", name.accent_wrong),
    Error("name.typo", "name.word", 0.012, "one letter is wrong, missing, doubled or swapped", "7 P1c", name.typo),
    Error("name.middle_dropped", "name.word", 0.006, "a middle name is left out", "8.1", name.middle_dropped),
    Error("name.abbreviated", "name.word", 0.006, "Ng. V. Hùng", "8.1 no. 10", name.abbreviated),
    Error("name.regional", "name.word", 0.012, "Huỳnh for Hoàng, Vũ for Võ", "3.6", name.regional),
    Error("name.reordered", "name.order", 0.060, "clan and given name swapped", "3.5, 8.1 no. 16", name.reordered),
    Error("name.alias", "name.alias", 0.150, "the everyday name, where one is known", "7 P1b", name.alias),
    Error("name.truncated", "name.word", 0.002, "the end is cut off", "assumed", name.truncated),
    # ways of writing the same name
    Error("name.tone_placement", "name.tone", 0.300, "Hòa, Hoà", "3.2", name.tone_placement),
    Error("name.i_or_y", "name.i_or_y", 0.150, "Mỹ, Mĩ", "3.2", name.i_or_y),
    Error("name.apostrophe", "name.apostrophe", 0.250, "K'Brèm, K’ Brèm, K Brèm", "3.1, 8.1 no. 5", name.apostrophe),
    Error("name.highland_letters", "name.letters", 0.200, "Čil, Cil", "3.5", name.highland_letters),
    Error("name.all_capitals", "name.case", 0.300, "NGUYỄN VĂN HÙNG", "8.1 no. 1", name.all_capitals),
    Error("name.lower_case", "name.case", 0.010, "nguyễn văn hùng", "assumed", name.lower_case),
    # what stands around it
    Error("name.honorific", "name.title", 0.220, "Hộ ông, Bà", "3.4", name.honorific, 0.6),
    Error("name.said_dead", "name.dead", 0.200, "(đã chết), of owners who are dead", "3.4", name.said_dead),
    Error("name.other_note", "name.note", 0.003, "(đã chuyển nhượng)", "3.4", name.other_note),
    # the number: what was written down
    Error("number.cancelled", "number.cancelled", 0.400, "one that was cancelled, if any", "7 P5d", number.cancelled),
    Error("number.old_only", "number", 0.160, "only 9 digits of an old card", "1.3", number.old_number_only, 0.9),
    Error("number.missing", "number", 0.070, "no number", "4.3", number.missing, 0.8),
    Error("number.of_spouse", "number", 0.015, "the number of husband or wife", "7 P8", number.of_spouse),
    Error("number.of_another", "number", 0.005, "the number of the line above", "7 U4", number.of_another),
    Error("number.one_digit_off", "number", 0.012, "one digit is wrong", "1.4", number.one_digit_off),
    Error("number.transposed", "number", 0.005, "two digits are swapped", "1.4", number.transposed),
    Error("number.digit_dropped", "number", 0.003, "one digit is left out", "assumed", number.digit_dropped),
    Error("number.placeholder", "number", 0.006, "000000000, 123456789", "1.4", number.placeholder, 0.6),
    Error("number.phone", "number", 0.002, "a telephone number", "1.4", number.phone),
    Error("number.digits_lost", "number", 0.004, "6.8085E+10", "1.4", number.digits_lost),
    # the number: how it was written
    Error("number.zeros_lost", "number.form", 0.060, "zeros at the beginning are lost", "1.4", number.zeros_lost),
    Error("number.float_tail", "number.form", 0.012, "68085001234.0", "1.4", number.float_tail),
    Error("number.scientific", "number.form", 0.005, "6.8085001234E+10", "1.4", number.scientific),
    Error("number.separators", "number.form", 0.025, "068.085.001.234", "1.4", number.separators),
    Error("number.ocr_letters", "number.form", 0.008, "O68O85OO1234", "1.4", number.letters_for_digits),
    Error("number.label", "number.form", 0.040, "CCCD: 068085001234", "1.4", number.label),
    Error("number.label_and_issue", "number.form", 0.020, "…, cấp ngày 10/05/2021", "1.4", number.label_and_issue),
    Error("number.old_and_new", "number.form", 0.060, "250123456 / 068085001234", "1.4", number.old_and_new, 0.2),
    Error("number.edge_junk", "number.form", 0.015, "'068085001234", "1.4", number.edge_junk),
    # the birth date
    Error("birth_date.year_only", "birth_date", 0.270, "the year alone", "4.5", date.year_only, 0.85),
    Error("birth_date.missing", "birth_date", 0.030, "no birth date", "4.3", date.missing, 0.6),
    Error("birth_date.month", "birth_date", 0.006, "month and year", "8.3 no. 3", date.month_and_year),
    Error("birth_date.first_of_january", "birth_date", 0.025, "01/01 for a year", "8.3 no. 4", date.first_of_january),
    Error("birth_date.swapped", "birth_date", 0.015, "day and month swapped", "8.3 no. 5", date.swapped),
    Error("birth_date.component_off", "birth_date", 0.010, "day or month is wrong", "7 P2c", date.component_off),
    Error("birth_date.year_wrong", "birth_date", 0.008, "the year is wrong", "7 P2c", date.year_wrong),
    Error("birth_date.other", "birth_date", 0.003, "another date", "7 P2c", date.all_different),
    Error("birth_date.impossible", "birth_date", 0.002, "31/02/1970", "8.3 no. 6", date.impossible_day),
    Error("birth_date.in_words", "birth_date.form", 0.030, "Sinh năm 1956", "8.3 no. 12", date.in_words, 0.7),
    Error("birth_date.dots", "birth_date.form", 0.040, "20.7.1985", "8.3 no. 11", date.dots),
    Error("birth_date.dashes", "birth_date.form", 0.030, "20-07-1985", "assumed", date.dashes),
    Error("birth_date.no_zeros", "birth_date.form", 0.100, "1/2/1985", "8.3 no. 5", date.no_zeros),
    Error("birth_date.iso", "birth_date.form", 0.040, "1985-07-20T00:00:00", "8.3 no. 10", date.iso),
    Error("birth_date.month_first", "birth_date.form", 0.005, "07/25/1985", "8.3 no. 8", date.month_first),
    Error("birth_date.two_digit_year", "birth_date.form", 0.010, "20/07/85", "8.3 no. 11", date.two_digit_year),
    Error("birth_date.zero_day", "birth_date.form", 0.015, "00/00/1956", "8.3 no. 13", date.zero_day),
    Error("birth_date.float_tail", "birth_date.form", 0.015, "1985.0", "8.3 no. 2", date.float_tail),
    Error("birth_date.ocr_letters", "birth_date.form", 0.003, "O1/O1/197O", "8.3 no. 14", date.letters_for_digits),
    # the sex; after the number, from which it may be derived
    Error("sex.missing", "sex", 0.120, "no sex", "4.3", date.sex_missing, 0.6),
    Error("sex.wrong", "sex", 0.006, "the other sex", "7 P3", date.sex_wrong),
    Error("sex.from_number", "sex", 0.060, "derived from the number in the cell", "7", date.sex_from_number),
    Error("sex.one_zero", "sex.form", 0.040, "1 and 0", "4.1", date.sex_one_zero),
    Error("sex.letters", "sex.form", 0.020, "M and F", "assumed", date.sex_letters),
    Error("sex.spelling", "sex.form", 0.030, "NAM, nữ", "assumed", date.sex_spelling),
    # the address: units first, then what is left out, then how it is written
    Error("address.old_units", "address.units", 0.620, "the three old levels", "2.1", address.old_units, 0.5),
    Error("address.moved", "address.moved", 0.090, "an address of another time", "7", address.moved),
    Error("address.missing", "address.level", 0.030, "no address", "4.3", address.missing),
    Error("address.no_province", "address.level", 0.080, "the province is left out", "8.4 no. 6", address.no_province),
    Error("address.no_district", "address.level", 0.030, "the district is left out", "assumed", address.no_district),
    Error("address.commune_only", "address.level", 0.020, "the commune alone", "8.4 no. 16", address.commune_only),
    Error("address.district_only", "address.level", 0.008, "the district alone", "8.4 no. 15", address.district_only),
    Error("address.wrong_district", "address.level", 0.005, "levels contradict", "8.4 no. 17", address.wrong_district),
    Error("address.former_province", "address.level", 0.015, "Thuận Hải", "2.4", address.former_province, 0.95),
    Error("address.no_house", "address.detail", 0.200, "the village without the house", "assumed", address.no_house),
    Error("address.no_village", "address.detail", 0.060, "only the commune", "assumed", address.nothing_below_commune),
    Error("address.small_words", "address.words", 0.450, "xã Đinh Lạc, huyện Di Linh", "8.4", address.small_unit_words),
    Error("address.abbreviated", "address.words", 0.200, "X. Đinh Lạc, H. Di Linh", "2.4", address.abbreviated),
    Error("address.no_words", "address.words", 0.060, "Đinh Lạc, Di Linh", "8.4 no. 6", address.no_unit_words),
    Error("address.dashes", "address.commas", 0.060, "dashes or spaces for commas", "8.4 no. 3", address.dashes),
    Error("address.unaccented", "address.letters", 0.030, "accents are lost", "8.4 no. 4", address.unaccented_address),
    Error("address.all_capitals", "address.letters", 0.050, "capitals", "assumed", address.all_capitals),
    # letters under the surface, last
    Error("name.decomposed", "name.code", 0.020, "accents stored apart (NFD)", "8.1 no. 2", name.decomposed),
    Error("name.d_look_alike", "name.look_alike", 0.100, "Ð for Đ", "3.1", name.d_look_alike),
    Error("name.invisible", "name.code", 0.006, "invisible characters", "3.1", name.invisible),
    Error("name.spaces", "name.code", 0.040, "too many spaces", "8.1 no. 1", name.extra_spaces),
)  # fmt: skip


class UnknownErrors(ValueError):
    """Rates for errors that the table doesn't have, or that are no shares."""

    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__("no such error, or no share from 0 to 1: " + ", ".join(codes))
        self.codes = tuple(codes)


def with_rates(rates: Mapping[str, float], errors: Sequence[Error] = ERRORS) -> tuple[Error, ...]:
    """The table with other rates for some errors; raises UnknownErrors for a code or rate that can't be."""
    known = {error.code for error in errors}
    wrong = [code for code, rate in rates.items() if code not in known or not 0.0 <= float(rate) <= 1.0]
    if wrong:
        raise UnknownErrors(wrong)
    return tuple(replace(error, rate=float(rates.get(error.code, error.rate))) for error in errors)


class Chances:
    """Draws errors for many rows at once: for each group at most one error."""

    def __init__(self, errors: Sequence[Error] = ERRORS) -> None:
        self.groups = tuple(dict.fromkeys(error.group for error in errors))
        self.errors = {group: tuple(error for error in errors if error.group == group) for group in self.groups}

    def draw(self, rng: np.random.Generator, severity: np.ndarray, old_paper: Flags) -> Integers:
        """For each row (first axis) and group (second), the place of the drawn error in its group, or -1."""
        drawn = np.full((len(severity), len(self.groups)), -1, dtype=np.int64)
        for column, group in enumerate(self.groups):
            drawn[:, column] = self._of_group(rng, self.errors[group], severity, old_paper)
        return drawn

    def shared(self, first: Sequence[int], second: Sequence[int], *, groups: frozenset[str]) -> list[int]:
        """The second person's draws, but in some groups those of the first."""
        return [a if group in groups else b for group, a, b in zip(self.groups, first, second, strict=True)]

    def _of_group(
        self, rng: np.random.Generator, errors: Sequence[Error], severity: np.ndarray, old_paper: Flags
    ) -> Integers:
        """The error of each row among those of one group, or -1."""
        rates = np.array([error.rate for error in errors])
        on_old = np.array([error.on_old_papers for error in errors])
        most = np.maximum(
            OLD_PAPERS, _MOST_OF_A_GROUP * OLD_PAPERS / np.maximum(rates, 1e-9)
        )  # no more fit on old papers
        by_clerk = np.where(on_old == _ALIKE, severity[:, None], 1.0)
        on_old = np.minimum(on_old, most)
        by_age = np.where(old_paper[:, None], rates * on_old / OLD_PAPERS, rates * (1 - on_old) / (1 - OLD_PAPERS))
        bounds = np.cumsum(by_age * by_clerk, axis=1)
        bounds *= np.minimum(1.0, _MOST_OF_A_GROUP / np.maximum(bounds[:, -1:], 1e-9))
        place: Integers = (rng.random(len(severity))[:, None] >= bounds).sum(axis=1)
        return np.where(place == len(errors), -1, place)


def spoil(draft: Draft, drawn: Sequence[int], chances: Chances) -> None:
    """Let the drawn errors happen to a draft, in the order of the table, and note the codes of those that could."""
    for group, place in zip(chances.groups, drawn, strict=True):
        if place >= 0:
            error = chances.errors[group][place]
            if error.apply(draft):
                draft.codes.append(error.code)
