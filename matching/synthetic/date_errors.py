"""What happens to a birth date and to the sex on their way into a land register (DOMAIN 8.3)."""

from __future__ import annotations

from calendar import monthrange

from matching.synthetic.draft import Draft


def _set_birth(draft: Draft, text: str) -> bool:
    """Put a birth date into the draft; false if it stayed as it was."""
    changed = text != draft.birth
    draft.birth = text
    return changed


def _full(draft: Draft) -> tuple[int, int, int] | None:
    """Day, month and year of the cell as it stands; None unless it is a plain full date."""
    parts = draft.birth.split("/")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or len(parts[2]) != 4:
        return None
    return int(parts[0]), int(parts[1]), int(parts[2])


def year_only(draft: Draft) -> bool:
    """The certificate gave the year alone, as its rules asked for."""
    return "/" in draft.birth and _set_birth(draft, draft.birth[-4:])


def month_and_year(draft: Draft) -> bool:
    """The day was not known."""
    return draft.birth.count("/") == 2 and _set_birth(draft, draft.birth[3:])


def missing(draft: Draft) -> bool:
    """No birth date."""
    return _set_birth(draft, "")


def first_of_january(draft: Draft) -> bool:
    """A year in disguise: the program asked for a day, and got 01/01."""
    return _set_birth(draft, f"01/01/{draft.birth[-4:]}")


def swapped(draft: Draft) -> bool:
    """Day and month change places."""
    found = _full(draft)
    if found is None or found[0] > 12 or found[0] == found[1]:
        return False
    return _set_birth(draft, f"{found[1]:02d}/{found[0]:02d}/{found[2]}")


def component_off(draft: Draft) -> bool:
    """Day or month is another."""
    found = _full(draft)
    if found is None:
        return False
    day, month, year = found
    if draft.dice.chance(0.6):
        day = 1 + (day + draft.dice.below(27)) % 28
    else:
        month = 1 + (month + draft.dice.below(11)) % 12
        day = min(day, monthrange(year, month)[1])
    return _set_birth(draft, f"{day:02d}/{month:02d}/{year}")


def year_wrong(draft: Draft) -> bool:
    """The year is another: one off, ten off, or its digits swapped."""
    year = draft.birth[-4:]
    if not year.isdigit():
        return False
    wrong = draft.dice.pick((int(year) + 1, int(year) - 1, int(year) - 2, int(year) + 10, int(year) - 10))
    if draft.dice.chance(0.2) and year[2] != year[3]:
        wrong = int(year[:2] + year[3] + year[2])
    return 1900 < wrong < 2026 and _set_birth(draft, draft.birth[:-4] + str(wrong))


def all_different(draft: Draft) -> bool:
    """Another date altogether, of about the same age."""
    day, month = draft.dice.between(1, 28), draft.dice.between(1, 12)
    return _set_birth(draft, f"{day:02d}/{month:02d}/{draft.owner.year + draft.dice.between(-3, 3)}")


def impossible_day(draft: Draft) -> bool:
    """A day that its month doesn't have."""
    year = draft.birth[-4:]
    return year.isdigit() and _set_birth(
        draft, f"{draft.dice.pick(('31/02', '30/02', '31/04', '31/06', '32/01'))}/{year}"
    )


def month_first(draft: Draft) -> bool:
    """07/25/1985, as American programs write it; only where the day shows it."""
    found = _full(draft)
    return found is not None and found[0] > 12 and _set_birth(draft, f"{found[1]:02d}/{found[0]:02d}/{found[2]}")


def two_digit_year(draft: Draft) -> bool:
    """20/07/85."""
    found = _full(draft)
    return found is not None and _set_birth(draft, f"{found[0]:02d}/{found[1]:02d}/{found[2] % 100:02d}")


def in_words(draft: Draft) -> bool:
    """Sinh năm 1956; ngày 20 tháng 07 năm 1985."""
    found = _full(draft)
    if found is not None:
        return _set_birth(draft, f"ngày {found[0]:02d} tháng {found[1]:02d} năm {found[2]}")
    if len(draft.birth) != 4:
        return False
    return _set_birth(
        draft, draft.dice.pick(("Sinh năm {}", "Sinh năm: {}", "NS{}", "SN {}", "sinh {}")).format(draft.birth)
    )


def dots(draft: Draft) -> bool:
    """20.7.1985."""
    found = _full(draft)
    return found is not None and _set_birth(draft, f"{found[0]}.{found[1]}.{found[2]}")


def dashes(draft: Draft) -> bool:
    """20-07-1985."""
    return "/" in draft.birth and _set_birth(draft, draft.birth.replace("/", "-"))


def no_zeros(draft: Draft) -> bool:
    """1/2/1985."""
    found = _full(draft)
    return found is not None and _set_birth(draft, f"{found[0]}/{found[1]}/{found[2]}")


def iso(draft: Draft) -> bool:
    """1985-07-20T00:00:00."""
    found = _full(draft)
    if found is None:
        return False
    return _set_birth(
        draft, f"{found[2]}-{found[1]:02d}-{found[0]:02d}" + draft.dice.pick(("", "T00:00:00", " 00:00:00"))
    )


def zero_day(draft: Draft) -> bool:
    """00/00/1956 for a year alone."""
    return len(draft.birth) == 4 and _set_birth(draft, f"00/00/{draft.birth}")


def float_tail(draft: Draft) -> bool:
    """1985.0, from a numeric cell."""
    return len(draft.birth) == 4 and _set_birth(draft, f"{draft.birth}.0")


def letters_for_digits(draft: Draft) -> bool:
    """O1/O1/197O, as scanners read."""
    return _set_birth(draft, draft.birth.replace("0", "O"))


def sex_missing(draft: Draft) -> bool:
    """No sex."""
    draft.sex = ""
    return True


def sex_wrong(draft: Draft) -> bool:
    """The other sex."""
    draft.sex = "Nam" if draft.owner.female else "Nữ"
    return True


def sex_from_number(draft: Draft) -> bool:
    """The sex was worked out from the digit of the number in the cell, whosever it is; no evidence then."""
    if len(draft.number) != 12 or not draft.number.isdigit():
        return False
    draft.sex = "Nữ" if int(draft.number[3]) % 2 else "Nam"
    return True


def sex_one_zero(draft: Draft) -> bool:
    """1 for men and 0 for women."""
    if not draft.sex:
        return False
    draft.sex = "1" if draft.sex == "Nam" else "0"
    return True


def sex_letters(draft: Draft) -> bool:
    """M and F."""
    if not draft.sex:
        return False
    draft.sex = "M" if draft.sex == "Nam" else "F"
    return True


def sex_spelling(draft: Draft) -> bool:
    """NAM, nữ, Nu."""
    if not draft.sex:
        return False
    draft.sex = draft.dice.pick(("NAM", "nam") if draft.sex == "Nam" else ("NỮ", "nữ", "Nu"))
    return True
