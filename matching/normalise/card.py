"""Adds to a record what the QR line of its holder's chip card says: gaps are filled, nothing overruled (DOMAIN 1.3)."""

from __future__ import annotations

from dataclasses import replace

from matching.normalise.drafts import Draft
from matching.normalise.numbers import CardReading, read_card
from matching.normalise.text import display, fold
from matching.records import BirthDate, IdentityNumber, NumberKind, PartialDate, Sex, Trust


def use_card(people: list[Draft], qr: str, *, latest: int, flags: list[str], fill_address: bool) -> None:
    """Fills from the card what its holder's record lacks (`from_card`) and flags what differs (`card_differs`).

    The holder is who has the card's number or its name, or the only person; a card that fits none is not used.
    """
    card = read_card(qr, latest=latest)
    if card.personal is None:
        flags.extend(card.flags)
        return
    holder = _holder(people, card)
    if holder is None:
        flags.append("card_differs")
        return
    fills = [
        _fill_name(holder, card),
        _fill_numbers(holder, card),
        _fill_date(holder, card.birth_date),
        _fill_sex(holder, card.sex),
    ]
    if fill_address and card.address:
        holder.address = card.address
        fills.append("from_card")
    holder.flags.extend(sorted({flag for flag in fills if flag}))


def _holder(people: list[Draft], card: CardReading) -> Draft | None:
    values = {number.value for number in (card.personal, card.old) if number is not None}
    name = fold(card.full_name or "")
    for draft in people:
        if any(number.value in values for number in draft.numbers):
            return draft
    for draft in people:
        if name and fold(draft.named.full_name) == name:
            return draft
    return people[0] if len(people) == 1 and not people[0].named.full_name else None


def _fill_name(holder: Draft, card: CardReading) -> str:
    if not card.full_name:
        return ""
    if not holder.named.full_name:
        holder.named = replace(holder.named, full_name=display(card.full_name))
        return "from_card"
    return "" if fold(holder.named.full_name) == fold(card.full_name) else "card_differs"


def _fill_numbers(holder: Draft, card: CardReading) -> str:
    known = {number.value for number in holder.numbers}
    added: list[IdentityNumber] = []
    for number in (card.personal, card.old):
        if number is None or number.value in known:
            continue
        if number.kind is NumberKind.PERSONAL and any(
            other.kind is NumberKind.PERSONAL and other.trust is Trust.AS_WRITTEN for other in holder.numbers
        ):
            return "card_differs"
        added.append(replace(number, flags=(*number.flags, "from_card")))
    holder.numbers = (*added, *holder.numbers)
    return "from_card" if added else ""


def _fill_date(holder: Draft, card: BirthDate | None) -> str:
    if card is None or not card.date.year:
        return ""
    own = holder.birth_date.date if holder.birth_date is not None else PartialDate()
    if own == card.date:
        return ""
    if not _coarser(own, card.date):
        return "card_differs"
    holder.birth_date = card
    return "from_card"


def _coarser(own: PartialDate, full: PartialDate) -> bool:
    """Whether a date knows less than another and contradicts it in nothing."""
    return (
        own.year in (0, full.year)
        and (not own.month or own.month == full.month)
        and (not own.day or own.day == full.day)
    )


def _fill_sex(holder: Draft, card: Sex) -> str:
    known = holder.named.sex or holder.sex
    if card is Sex.UNKNOWN or known is card:
        return ""
    if known is not Sex.UNKNOWN:
        return "card_differs"
    holder.card_sex = card
    return "from_card"
