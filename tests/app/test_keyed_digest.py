from __future__ import annotations

import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.keyed_digest import KeyedDigest


@given(st.binary(max_size=64), st.binary(max_size=200))
def test_it_is_the_standard_librarys_hmac(key: bytes, content: bytes) -> None:
    assert KeyedDigest(key).of(content) == hmac.digest(key, content, sha256).hex()


def test_a_digest_leaves_nothing_for_the_next_one() -> None:
    digests = KeyedDigest(b"key")

    assert digests.of(b"one") != digests.of(b"another")
    assert digests.of(b"one") == KeyedDigest(b"key").of(b"one")


def test_a_key_that_would_have_to_be_digested_first_is_refused() -> None:
    with pytest.raises(ValueError, match="one block"):
        KeyedDigest(bytes(65))
