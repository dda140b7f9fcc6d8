"""API keys: `khop_` + twelve characters to look up by + `_` + 256 random bits.

A key has as much entropy as its digest, so a fast hash suffices: nobody can try keys until one fits, and a slow hash
would only slow down the service (docs/decisions: keys, disclosure and limits).
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Final, NamedTuple

MARK: Final = "khop_"
_PREFIX_BYTES, _SECRET_BYTES = 9, 32
_FORM = re.compile(r"khop_([A-Za-z0-9]{12})_([A-Za-z0-9_-]{43})")
_DOMAIN: Final = b"khop api key 1\x00"  # a digest of something else never passes for one of a key


class NewKey(NamedTuple):
    """A key as it is shown once, and what is kept of it."""

    key: str
    prefix: str
    digest: bytes


def new_key(random: Callable[[int], bytes]) -> NewKey:
    """A fresh key from a source of random bytes."""
    prefix = base64.b64encode(random(_PREFIX_BYTES), b"00").decode()  # letters and digits only
    secret = base64.urlsafe_b64encode(random(_SECRET_BYTES)).decode().rstrip("=")
    key = f"{MARK}{prefix}_{secret}"
    return NewKey(key, prefix, digest_of(key))


def prefix_of(key: str) -> str | None:
    """The part to look a key up by; None if it has not the form of a key."""
    found = _FORM.fullmatch(key)
    return None if found is None else found[1]


def digest_of(key: str) -> bytes:
    """What is kept of a key: SHA-256."""
    return sha256(_DOMAIN + key.encode()).digest()


def same(one: bytes, other: bytes) -> bool:
    """Whether two digests are equal, in a time that doesn't tell where they differ."""
    return hmac.compare_digest(one, other)
