"""The fingerprint of a clean land user: whether a record is still the one that a person judged."""

from __future__ import annotations

from hashlib import blake2b

from matching.normalise.text import spelling_key
from matching.records import CleanSubject, NumberKind

FINGERPRINT_LENGTH = 32  # hexadecimal digits


def fingerprint(subject: CleanSubject) -> str:
    """What identifies a land user, as a digest: kind, name up to its spelling, numbers, birth date, sex.

    The address is left out: the communes it may mean change with the gazetteer, and never decide who somebody is. The
    order of the numbers in the cell, capitals and the place of tone marks make no difference.
    """
    numbers = sorted(f"{n.kind}:{n.value}" for n in subject.numbers if n.kind is not NumberKind.UNREADABLE)
    birth = "" if subject.birth_date is None else str(subject.birth_date.date)
    parts = (subject.kind, spelling_key(subject.full_name or ""), *numbers, birth, str(int(subject.sex)))
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=FINGERPRINT_LENGTH // 2, person=b"khop-land-user").hexdigest()
