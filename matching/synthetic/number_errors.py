"""What happens to an identity number on its way into a land register (DOMAIN 1.4)."""

from __future__ import annotations

from typing import Final

from matching.synthetic.draft import Draft

_LOOK_ALIKES: Final = {"0": "OoQ", "1": "Il|", "5": "S", "8": "B"}
_PLACEHOLDERS: Final = ("000000000", "000000000000", "111111111", "123456789", "999999999", "0", "Không có", "-")
_LABELS: Final[dict[int, tuple[str, ...]]] = {
    12: ("CCCD: ", "CCCD số ", "Số định danh: ", "CCCD ", "Số ĐDCN: ", "Căn cước: "),
    9: ("CMND: ", "CMND ", "CMND số ", "GCMND: ", "CMT: ", "Số CMND "),
}
_OFFICES: Final = ("Cục CSQLHC về TTXH", "CA tỉnh Lâm Đồng", "Công an Lâm Đồng", "CA Lâm Đồng")


def _set_number(draft: Draft, number: str) -> bool:
    """Put a number into the draft; false if it stayed as it was."""
    changed = number != draft.number
    draft.number = number
    return changed


def _is_current(draft: Draft) -> bool:
    """True as long as the cell holds 12 digits."""
    return len(draft.number) == 12 and draft.number.isdigit()


def old_number_only(draft: Draft) -> bool:
    """Only the 9 digits of the old card are known."""
    return bool(draft.owner.old_numbers) and _set_number(draft, draft.dice.pick(draft.owner.old_numbers))


def missing(draft: Draft) -> bool:
    """No number at all."""
    return _set_number(draft, "")


def of_spouse(draft: Draft) -> bool:
    """The number of the husband or wife stands in the line."""
    return draft.spouse is not None and _set_number(draft, draft.spouse.personal_id)


def of_another(draft: Draft) -> bool:
    """The number of the line above."""
    return draft.row_above.personal_id != "" and _set_number(draft, draft.row_above.personal_id)


def one_digit_off(draft: Draft) -> bool:
    """One digit is another."""
    if not draft.number.isdigit():
        return False
    at = draft.dice.below(len(draft.number))
    digit = str((int(draft.number[at]) + 1 + draft.dice.below(9)) % 10)
    return _set_number(draft, draft.number[:at] + digit + draft.number[at + 1 :])


def transposed(draft: Draft) -> bool:
    """Two neighbouring digits are swapped."""
    places = [i for i in range(len(draft.number) - 1) if draft.number[i] != draft.number[i + 1]]
    if not places or not draft.number.isdigit():
        return False
    at = draft.dice.pick(places)
    swapped = draft.number[at + 1] + draft.number[at]
    return _set_number(draft, draft.number[:at] + swapped + draft.number[at + 2 :])


def cancelled(draft: Draft) -> bool:
    """A 12-digit number that was cancelled and replaced."""
    return bool(draft.owner.cancelled) and _set_number(draft, draft.owner.cancelled[0])


def placeholder(draft: Draft) -> bool:
    """Something was typed because the column may not be empty."""
    return _set_number(draft, draft.dice.pick(_PLACEHOLDERS))


def phone(draft: Draft) -> bool:
    """A telephone number stands in the column."""
    return _set_number(draft, draft.dice.pick(("09", "03", "08", "07")) + f"{draft.dice.below(100_000_000):08d}")


def digits_lost(draft: Draft) -> bool:
    """A spreadsheet shows 6.8085E+10; the other digits are gone."""
    if not _is_current(draft):
        return False
    mantissa, exponent = f"{int(draft.number):.4E}".split("E")
    return _set_number(draft, f"{mantissa}E+{int(exponent):02d}")


def digit_dropped(draft: Draft) -> bool:
    """One digit was left out in the middle."""
    at = 3 + draft.dice.below(max(1, len(draft.number) - 4))
    return draft.number.isdigit() and _set_number(draft, draft.number[:at] + draft.number[at + 1 :])


def zeros_lost(draft: Draft) -> bool:
    """A numeric cell drops the zeros at the beginning: 11, 10 or 8 digits stay."""
    return draft.number.isdigit() and _set_number(draft, draft.number.lstrip("0") or "0")


def float_tail(draft: Draft) -> bool:
    """A numeric cell ends in .0, its zeros at the beginning lost."""
    return draft.number.isdigit() and _set_number(draft, f"{int(draft.number)}.0")


def scientific(draft: Draft) -> bool:
    """All digits in scientific form: 6.8085001234E+10."""
    if not _is_current(draft):
        return False
    digits = draft.number.lstrip("0")
    if not digits:  # a placeholder
        return False
    return _set_number(draft, f"{digits[0]}.{digits[1:]}E+{len(digits) - 1:02d}")


def separators(draft: Draft) -> bool:
    """Dots, dashes or spaces between groups of three digits."""
    if not draft.number.isdigit() or len(draft.number) not in (9, 12):
        return False
    groups = [draft.number[i : i + 3] for i in range(0, len(draft.number), 3)]
    return _set_number(draft, draft.dice.pick((" ", ".", "-", "\u00a0")).join(groups))


def letters_for_digits(draft: Draft) -> bool:
    """O for 0, I for 1, S for 5, B for 8, as scanners and typewriters do."""
    if not _is_current(draft):
        return False
    found = [digit for digit in _LOOK_ALIKES if digit in draft.number]
    changed = draft.number
    for _ in range(1 + draft.dice.below(2)):
        if found:
            digit = draft.dice.pick(found)
            changed = changed.replace(digit, draft.dice.pick(_LOOK_ALIKES[digit]), draft.dice.pick((1, 1, 12)))
    return _set_number(draft, changed)


def label(draft: Draft) -> bool:
    """The kind of card stands before the number."""
    if len(draft.number) not in _LABELS or not draft.number.isdigit():
        return False
    return _set_number(draft, draft.dice.pick(_LABELS[len(draft.number)]) + draft.number)


def label_and_issue(draft: Draft) -> bool:
    """Kind of card, date and place of issue stand around the number."""
    size = len(draft.number)
    if size not in _LABELS or not draft.number.isdigit():
        return False
    dice = draft.dice
    year = dice.between(2016, 2024) if size == 12 else dice.between(1990, 2014)
    issued = f"{dice.between(1, 28):02d}/{dice.between(1, 12):02d}/{year}"
    office = dice.pick((f", nơi cấp: {dice.pick(_OFFICES)}", f" tại {dice.pick(_OFFICES)}", ""))
    middle = dice.pick((", cấp ngày ", " cấp ", ", ngày cấp "))
    return _set_number(draft, dice.pick(_LABELS[size]) + draft.number + middle + issued + office)


def old_and_new(draft: Draft) -> bool:
    """The old number stands beside the present one."""
    if draft.number != draft.owner.personal_id or not draft.owner.old_numbers:
        return False
    old = draft.dice.pick(draft.owner.old_numbers)
    forms = (f"{old} / {draft.number}", f"{old}/{draft.number}", f"{draft.number}; {old}", f"{draft.number} ({old})",
             f"CMND: {old}, CCCD: {draft.number}")  # fmt: skip
    return _set_number(draft, draft.dice.pick(forms))


def edge_junk(draft: Draft) -> bool:
    """An apostrophe before the number, or a letter or dot behind it."""
    number = draft.number
    return number.isdigit() and _set_number(
        draft, draft.dice.pick((f"'{number}", f"{number}.", f"{number}A", f" {number} "))
    )
