"""API keys: what is shown, what is kept."""

from __future__ import annotations

import re
import secrets

from app.clients.keys import digest_of, new_key, prefix_of, same


def test_a_key_has_256_random_bits_and_a_prefix_of_twelve_letters_and_digits() -> None:
    made = new_key(secrets.token_bytes)
    assert re.fullmatch(r"khop_[A-Za-z0-9]{12}_[A-Za-z0-9_-]{43}", made.key)
    assert prefix_of(made.key) == made.prefix
    assert len({new_key(secrets.token_bytes).key for _ in range(1_000)}) == 1_000


def test_what_is_kept_of_a_key_is_a_digest_of_the_whole() -> None:
    made = new_key(lambda size: bytes(range(size)))
    assert digest_of(made.key) == made.digest
    assert len(made.digest) == 32
    assert made.key.encode() not in made.digest
    other = made.key[:-1] + ("A" if made.key[-1] != "A" else "B")
    assert not same(digest_of(other), made.digest)


def test_what_has_not_the_form_of_a_key_has_no_prefix() -> None:
    key = new_key(secrets.token_bytes).key
    for text in ("", "khop_", key[:-1], f"{key}x", key.replace("khop_", "kh0p_"), f" {key}", key + "\n", "a.b.c"):
        assert prefix_of(text) is None
