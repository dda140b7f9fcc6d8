"""What an error of the truth does to a row: writes it in another way, leaves something out, or makes it wrong.

Codes of both provinces: "name.typo" is the project's own, "number:one_digit" the independent one's.
"""

from __future__ import annotations

from typing import Final

FORM: Final = "form"  # normalisation undoes it
GAP: Final = "gap"  # an older number or none, a year without its day: less is known, nothing is wrong
SLIP: Final = "slip"  # a wrong letter, digit, date or person
OTHER: Final = "other"  # address, people, source, and what else is noted

_GAPS: Final = frozenset(
    (
        "number.old_only",
        "number.missing",
        "number.placeholder",
        "number.phone",
        "birth_date.year_only",
        "birth_date.missing",
        "birth_date.month",
        "birth_date.first_of_january",
        "number:cmnd",
        "number:none",
        "number:only_the_others",
        "number:placeholder",
        "number:phone",
        "number:tax_code",
        "number:army",
        "number:certificate",
        "birth:year_only",
        "birth:none",
        "birth:only_the_others",
        "birth:first_of_january",
        "birth:month_only",
        "row:name_only",
        "row:no_number",
    )
)
_SLIPS: Final = frozenset(
    (
        "name.accents_lost",
        "name.accent_wrong",
        "name.typo",
        "name.middle_dropped",
        "name.abbreviated",
        "name.regional",
        "name.reordered",
        "name.alias",
        "name.truncated",
        "number.cancelled",
        "number.of_spouse",
        "number.of_another",
        "number.one_digit_off",
        "number.transposed",
        "number.digit_dropped",
        "number.digits_lost",
        "birth_date.swapped",
        "birth_date.component_off",
        "birth_date.year_wrong",
        "birth_date.other",
        "birth_date.impossible",
        "sex.wrong",
        "sex:wrong",
    )
)
# Of the independent province all are slips but those that normalisation undoes.
_FORMS: Final = frozenset(
    (
        "name:decomposed",
        "number:two_of_one",
        "number:zero_lost",
        "number:scientific_exact",
        "number:ocr",
        "birth:yy",
        "birth:serial",
        "birth:ocr",
    )
)


def kind_of(code: str) -> str:
    """What the error of a code does to a row."""
    if code in _GAPS:
        return GAP
    if code in _SLIPS:
        return SLIP
    if code in _FORMS or code.startswith(("name.", "number.", "birth_date.", "sex.")):
        return FORM
    if code.startswith(("name:", "number:", "birth:", "encoding:")):
        return SLIP
    return OTHER
