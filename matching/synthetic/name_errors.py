"""What happens to a name on its way into a land register; each function says whether it changed anything."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from matching.synthetic.dice import Dice, words
from matching.synthetic.draft import Draft
from matching.synthetic.name_tables import REGIONAL_PAIRS
from matching.synthetic.spelling import INVISIBLE, i_for_y, other_accent, other_tone_placement, unaccented

_OTHER_REGION: Final = dict(REGIONAL_PAIRS) | {b: a for a, b in REGIONAL_PAIRS}
_TITLES: Final[dict[bool, tuple[tuple[str, float], ...]]] = {
    False: (("Ông ", 5), ("Ông: ", 1), ("ông ", 1), ("Ô. ", 0.6), ("Hộ ông ", 4), ("Hộ ông: ", 0.6), ("Anh ", 0.3),
            ("Hộ gia đình ông ", 1), ("Chủ hộ: ", 0.3), ("Hộ GĐ ông ", 0.3), ("Cụ ", 0.1)),
    True: (("Bà ", 6), ("Bà: ", 1), ("bà ", 1), ("B. ", 0.4), ("Hộ bà ", 3), ("Hộ bà: ", 0.5), ("Chị ", 0.3),
           ("Cô ", 0.2), ("Hộ gia đình bà ", 0.8), ("Cụ ", 0.1)),
}  # fmt: skip
_DEAD: Final = (" (đã chết)", " (chết)", " (đã mất)", " (mất)", " - đã chết")
_OTHER_NOTES: Final = (" (đã chuyển nhượng)", " (đã bán)", " (chủ cũ)")
_NEIGHBOURS: Final = dict(
    zip("abcdeghiklmnopqrstuvxy", words("s v x s r h g u j k n m i o w e a t i b c t"), strict=True)
)


def _one_syllable(draft: Draft, change: Callable[[str], str | None]) -> bool:
    """Change one syllable, the last that can change first in half of the cases; false if none can."""
    parts = draft.name.split(" ")
    order = list(range(len(parts)))
    start = draft.dice.below(len(parts))
    for at in order[start:] + order[:start]:
        changed = change(parts[at])
        if changed is not None and changed != parts[at]:
            parts[at] = changed
            draft.name = " ".join(parts)
            return True
    return False


def accents_lost(draft: Draft) -> bool:
    """Nguyễn Văn Hùng becomes Nguyen Van Hung."""
    return _set_name(draft, unaccented(draft.name))


def accent_wrong(draft: Draft) -> bool:
    """Hùng becomes Hưng: another name by one accent."""
    pick = draft.dice.draw()
    return _one_syllable(draft, lambda syllable: other_accent(syllable, pick))


def typo(draft: Draft) -> bool:
    """One letter is left out, doubled, swapped with the next, or its neighbour on the keyboard is hit."""
    dice, name = draft.dice, draft.name
    at = 1 + dice.below(len(name) - 2) if len(name) > 3 else 0
    if not name[at].isalpha() or not name[at + 1 : at + 2].isalpha():
        at = next((i for i in range(1, len(name) - 1) if name[i].isalpha() and name[i + 1].isalpha()), -1)
    if at < 0:
        return False
    kind = dice.below(4)
    neighbour = _NEIGHBOURS.get(unaccented(name[at]).lower(), "x")
    changed = (
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + neighbour + name[at + 1 :],
    )[kind]
    return _set_name(draft, changed)


def middle_dropped(draft: Draft) -> bool:
    """Nguyễn Văn Hùng becomes Nguyễn Hùng."""
    parts = draft.name.split(" ")
    if len(parts) < 3 or "'" in draft.name:
        return False
    del parts[1 + draft.dice.below(len(parts) - 2)]
    return _set_name(draft, " ".join(parts))


def abbreviated(draft: Draft) -> bool:
    """Nguyễn Văn Hùng becomes Ng. V. Hùng, N.V. Hùng or Nguyễn V. Hùng."""
    parts = draft.name.split(" ")
    if len(parts) < 3 or "'" in draft.name:
        return False
    surname, *middle, given = parts
    initials = [f"{word[0]}." for word in middle]
    short = "Ng." if surname == "Nguyễn" else f"{surname[0]}."
    forms = (
        " ".join([surname, *initials, given]),
        " ".join([short, *initials, given]),
        short[0] + "." + "".join(initials) + given,
        " ".join([short, *middle, given]),
    )
    return _set_name(draft, draft.dice.pick(forms))


def regional(draft: Draft) -> bool:
    """Huỳnh becomes Hoàng, Vũ becomes Võ, Phúc becomes Phước."""
    return _one_syllable(draft, _OTHER_REGION.get)


def reordered(draft: Draft) -> bool:
    """The clan of a highland name moves to the other end: Niê H'Hen."""
    name = draft.name
    parts = name.split(" ")
    if len(parts) < 2 or not (
        "'" in name or parts[0] in ("Y", "Ka", "Ha", "Ya") or any(p in ("Ha", "Ka", "Ya", "Y") for p in parts)
    ):
        return False
    if parts[0] in ("Y", "Ya", "Ka", "Ha"):
        return len(parts) > 2 and _set_name(draft, " ".join(parts[2:] + parts[:2]))
    if "'" in parts[0]:
        return _set_name(draft, " ".join(parts[1:] + parts[:1]))
    mark = next((i for i, p in enumerate(parts) if "'" in p or p in ("Y", "Ya", "Ka", "Ha")), 0)
    return mark > 0 and _set_name(draft, " ".join(parts[mark:] + parts[:mark]))


def alias(draft: Draft) -> bool:
    """The everyday name stands instead of the name of the birth certificate."""
    if not draft.owner.other_names:
        return False
    return _set_name(draft, draft.dice.pick(draft.owner.other_names))


def truncated(draft: Draft) -> bool:
    """The end of a name is cut off by a narrow column."""
    keep = len(draft.name) - 1 - draft.dice.below(3)
    return keep > 5 and _set_name(draft, draft.name[:keep].rstrip())


def tone_placement(draft: Draft) -> bool:
    """Hòa becomes Hoà."""
    return _one_syllable(draft, other_tone_placement)


def i_or_y(draft: Draft) -> bool:
    """Mỹ becomes Mĩ."""
    return _one_syllable(draft, i_for_y)


def apostrophe(draft: Draft) -> bool:
    """K'Brèm becomes K’ Brèm, K Brèm or KBrèm."""
    form = draft.dice.pick(("’", "’ ", "' ", " ", "", "`", "ʼ"))
    return _set_name(draft, draft.name.replace("'", form))


def highland_letters(draft: Draft) -> bool:
    """Letters that the Vietnamese keyboard doesn't have lose their marks: Čil becomes Cil."""
    plain = "".join(unaccented(c) if c in "ăĕĭŏŭčƀñơưêôČĔĬŎŬÑ" else c for c in draft.name)
    return any(c in "ĕĭŏŭčƀñČ" or "'" in draft.name for c in draft.name) and _set_name(draft, plain)


def all_capitals(draft: Draft) -> bool:
    """NGUYỄN VĂN HÙNG."""
    return _set_name(draft, draft.name.upper())


def lower_case(draft: Draft) -> bool:
    """nguyễn văn hùng."""
    return _set_name(draft, draft.name.lower())


def honorific(draft: Draft) -> bool:
    """A title stands before the name: Hộ ông, Bà."""
    draft.title = draft.dice.weighted(_TITLES[draft.owner.female])
    return True


def said_dead(draft: Draft) -> bool:
    """The death of an owner who is dead is noted behind the name."""
    if not draft.owner.deceased:
        return False
    draft.note = draft.dice.pick(_DEAD)
    return True


def other_note(draft: Draft) -> bool:
    """A remark on the parcel stands behind the name."""
    draft.note = draft.note or draft.dice.pick(_OTHER_NOTES)
    return True


def decomposed(draft: Draft) -> bool:
    """Letters and accents are stored apart (NFD)."""
    return _set_name(draft, unicodedata.normalize("NFD", draft.name))


def d_look_alike(draft: Draft) -> bool:
    """Đ is stored as the Icelandic letter that looks like it."""
    return _set_name(draft, draft.name.replace("Đ", "\u00d0").replace("đ", "\u00f0"))


def invisible(draft: Draft) -> bool:
    """Characters that nobody sees stand in or behind the name."""
    sign = draft.dice.pick(INVISIBLE)
    at = draft.name.find(" ")
    joined = (
        draft.name.replace(" ", sign, 1) if sign == "\u00a0" else draft.name[: at + 1] + sign + draft.name[at + 1 :]
    )
    return _set_name(draft, joined)


def extra_spaces(draft: Draft) -> bool:
    """Spaces stand before, behind and doubled within the name."""
    dice: Dice = draft.dice
    name = draft.name.replace(" ", "  ", 1 + dice.below(2))
    return _set_name(draft, dice.pick((name, f" {name}", f"{name} ", f"{name}  ")))


def _set_name(draft: Draft, name: str) -> bool:
    """Put a name into the draft; false if it stayed as it was."""
    changed = name != draft.name and name != ""
    draft.name = name or draft.name
    return changed
