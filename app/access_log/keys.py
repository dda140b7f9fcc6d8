"""The secret of the access log and what is derived from it: pseudonyms, seals of heads, the signature of anchors."""

from __future__ import annotations

import hmac
import os
import secrets
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.access_log.errors import AccessLogKeyUnusable
from app.keyed_digest import KeyedDigest

KEY_FILE = "access-log.key"
_BYTES = 32
_PSEUDONYM = 32  # hexadecimal digits: 128 bits, so that no two people of a country share one


class Keys:
    """Three keys of one secret, each derived under its own label."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _BYTES:
            raise AccessLogKeyUnusable()
        self._pseudonyms = KeyedDigest(self._derived(secret, b"pseudonyms"))
        self._heads = KeyedDigest(self._derived(secret, b"heads"))
        self._anchors = self._derived(secret, b"anchors")

    @staticmethod
    def _derived(secret: bytes, label: bytes) -> bytes:
        return hmac.digest(secret, b"khop access log: " + label, sha256)

    def pseudonym(self, value: str) -> str:
        """What stands in the log for a personal number or a record: the same for the same value, and no way back."""
        return self._pseudonyms.of(value.encode("utf-8", "replace"))[:_PSEUDONYM]

    def head_seal(self, content: bytes) -> str:
        """The keyed digest that proves that this program wrote a head."""
        return self._heads.of(content)

    @cached_property
    def _signer(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._anchors)

    def signature(self, content: bytes) -> str:
        """The Ed25519 signature of an anchor; an auditor checks it without any secret."""
        return self._signer.sign(content).hex()

    @cached_property
    def public_key(self) -> str:
        """The public half of the key that signs anchors, in hexadecimal digits."""
        return self._signer.public_key().public_bytes_raw().hex()


def signed_by(public_key: str, signature: str, content: bytes) -> bool:
    """Whether this signature of the content was made with the secret half of this key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def keys_of(folder: Path) -> Keys:
    """The keys of a data folder; the secret is made at first use, for its owner's eyes only."""
    path = folder / KEY_FILE
    if not path.exists():
        _make(path)
    return Keys(path.read_bytes())


def _make(path: Path) -> None:
    """Put a new secret in place, unless another process was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
