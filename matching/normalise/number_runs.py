"""Splits a run of digit groups, as in "068 085 001 234 / 250.123.456", into the numbers that explain it best."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from matching.normalise.number_digits import read_digits, unreadable
from matching.records import IdentityNumber, NumberKind, Trust


@dataclass(frozen=True, slots=True)
class Group:
    """A word that holds digits, and what stands between it and the group before."""

    text: str
    gap: str


_Step = tuple[int, tuple[int, IdentityNumber | None]]
"""The worth of the best split up to a group, where its last stretch starts, and the number there (None: left out)."""

_LIKE_DIGITS: Final = str.maketrans("oqil|sb", "0011158")
_ONLY_LIKE_DIGITS: Final = re.compile(r"[0-9oqil|sb]+")
_CORE: Final = re.compile(r"[a-z|]*([0-9]+)[a-z|]*")
_FLOAT_TAIL: Final = re.compile(r"0{1,2}")

# What each reading of a stretch of groups is worth; joining and leaving out cost. Only the order matters.
_WORTH: Final[dict[tuple[NumberKind, Trust], int]] = {
    (NumberKind.PERSONAL, Trust.AS_WRITTEN): 100,
    (NumberKind.PERSONAL, Trust.ZERO_RESTORED): 60,
    (NumberKind.PERSONAL, Trust.REPAIRED): 55,
    (NumberKind.CMND9, Trust.AS_WRITTEN): 60,
    (NumberKind.CMND9, Trust.GUESSED): 25,
}
_WORTH_OF_A_PHONE: Final = 30
_WORTH_OF_TWELVE_DIGITS: Final = 45
_WORTH_OF_A_CARD_AND_MORE: Final = 50  # 250123456 123 is an old number and something else, no number from abroad
_LONGEST: Final = 13
_GAP_COST: Final = {"": 0, " ": 4, ".": 4, ",": 4, "-": 6}
_WIDE_GAP_COST: Final = 15
_GLUED: Final = {21: (9, 12), 24: (12,)}


def split_run(groups: list[Group], latest: int) -> list[IdentityNumber]:
    """The numbers of a run of groups in the order written; groups of a few digits beside them are left out."""
    tail: tuple[str, ...] = ()
    if len(groups) > 1 and groups[-1].gap in (".", ",") and _FLOAT_TAIL.fullmatch(groups[-1].text):
        groups, tail = groups[:-1], ("float_tail",)
    if len(groups) == 1:
        numbers = _glued(groups[0].text, latest) or [_read_joined(groups, latest)]
    else:
        numbers = _best_split(groups, latest)
    return [replace(number, flags=(*number.flags, *tail)) for number in numbers] if tail else numbers


def _best_split(groups: list[Group], latest: int) -> list[IdentityNumber]:
    """The split of highest worth: at each group, the best way to get there; a stretch has at most 13 digits."""
    best: list[_Step] = [(0, (0, None))]
    for end in range(1, len(groups) + 1):
        choices: list[_Step] = [(best[end - 1][0] - _cost_of_leaving_out(groups, end - 1), (end - 1, None))]
        length = 0
        for start in range(end - 1, -1, -1):
            length += len(groups[start].text)
            if length > _LONGEST and start < end - 1:
                break
            number = _read_joined(groups[start:end], latest)
            if "too_short" in number.flags:
                continue
            worth = _worth(number, groups[start:end])
            cost = sum(_cost_of_joining(group.gap) for group in groups[start + 1 : end])
            choices.append((best[start][0] + worth - cost, (start, number)))
        best.append(max(choices, key=lambda choice: choice[0]))
    return _steps_back(best)


def _steps_back(best: list[_Step]) -> list[IdentityNumber]:
    numbers: list[IdentityNumber] = []
    at, left_out = len(best) - 1, False
    while at > 0:
        at, number = best[at][1]
        if number is None:
            left_out = True
        else:
            numbers.append(number)
    numbers.reverse()
    if left_out and numbers:
        numbers[0] = replace(numbers[0], flags=(*numbers[0].flags, "edge_junk"))
    return numbers or [unreadable("too_short")]


def _worth(number: IdentityNumber, groups: list[Group]) -> int:
    if "overseas" in number.flags and len(groups) > 1 and max(len(group.text) for group in groups) >= 9:
        return _WORTH_OF_A_CARD_AND_MORE
    if number.kind is NumberKind.UNREADABLE:
        if "phone" in number.flags:
            return _WORTH_OF_A_PHONE
        return _WORTH_OF_TWELVE_DIGITS if number.value else 1
    return _WORTH[number.kind, number.trust]


def _cost_of_joining(gap: str) -> int:
    return _GAP_COST.get(gap, _WIDE_GAP_COST)


def _cost_of_leaving_out(groups: list[Group], at: int) -> int:
    """Leaving out a few digits that stand apart is cheap, part of a grouped number dear, a whole number forbidden."""
    text = groups[at].text
    if len(text) > 6 and sum(map(str.isdigit, text)) > 6:
        return 1000
    tight = groups[at].gap in (".", ",", "-") or (at + 1 < len(groups) and groups[at + 1].gap in (".", ",", "-"))
    return 40 if tight else 6 + len(text)


def _read_joined(groups: list[Group], latest: int) -> IdentityNumber:
    """What the groups are as one number, their letters read as digits or cut off at the edges."""
    text = "".join(group.text for group in groups)
    if text.isdecimal():
        return read_alone(text, latest)
    read = _with_letters_as_digits(text, latest)
    core = _CORE.fullmatch(text)
    if read is None and core is not None:
        number = _phone_or(read_digits(core[1], latest), core[1])
        if number.kind is not NumberKind.UNREADABLE or number.value:
            return replace(number, flags=(*number.flags, "edge_junk"))
    return read or unreadable("not_id" if sum(map(str.isdigit, text)) > 6 else "too_short")


def _with_letters_as_digits(text: str, latest: int) -> IdentityNumber | None:
    """The number that letters like digits hide, only where the result is possible (DOMAIN 1.4)."""
    digits = sum(map(str.isdigit, text))
    if not 9 <= len(text) <= 12 or digits * 2 < len(text) or _ONLY_LIKE_DIGITS.fullmatch(text) is None:
        return None
    number = read_digits(text.translate(_LIKE_DIGITS), latest)
    if number.kind is NumberKind.UNREADABLE or "maybe_phone" in number.flags:
        return None
    # Nothing in nine digits can be checked, so a letter among them leaves a guess.
    trust = Trust.GUESSED if number.kind is NumberKind.CMND9 else Trust.REPAIRED
    return replace(number, trust=min(number.trust, trust), flags=(*number.flags, "ocr_fix"))


def read_alone(digits: str, latest: int) -> IdentityNumber:
    """What a string of digits is that stands alone."""
    return _phone_or(read_digits(digits, latest), digits)


def _phone_or(number: IdentityNumber, digits: str) -> IdentityNumber:
    phone = len(digits) == 10 and digits[:2] in ("03", "05", "07", "08", "09") and number.kind is NumberKind.UNREADABLE
    return unreadable("not_id", "phone") if phone and "placeholder" not in number.flags else number


def _glued(digits: str, latest: int) -> list[IdentityNumber]:
    """Two numbers written without anything between them, where exactly one way of cutting gives possible ones."""
    ways = []
    for cut in _GLUED.get(len(digits), ()) if digits.isdecimal() else ():
        for at in {cut, len(digits) - cut}:
            pair = [read_digits(digits[:at], latest), read_digits(digits[at:], latest)]
            if all(number.trust is Trust.AS_WRITTEN and not number.flags for number in pair):
                ways.append(pair)
    if len({tuple(number.value for number in pair) for pair in ways}) != 1:
        return []
    return [replace(number, trust=Trust.REPAIRED, flags=(*number.flags, "glued")) for number in ways[0]]
