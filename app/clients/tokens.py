"""Tokens of an OIDC issuer (JWT): who they name and what they allow, once signature, issuer, audience and times hold.

The keys come from a JWKS file, or from an address where one is configured: without it no call leaves the machine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import jwt

from app.clients.errors import KeyInvalid
from app.settings import Settings

# Asymmetric only: with a shared secret, everybody who can check a token can make one (RFC 8725, 2.1 and 3.1).
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LONGEST = 8_192  # characters of a token that is read
_REQUIRED = ("exp", "iss", "aud")
_PATIENCE, _SILENCE = 5, 10.0  # seconds: to wait for the issuer's keys, and to leave a silent issuer alone


class Token(NamedTuple):
    """What a sound token says."""

    subject: str
    scopes: frozenset[str]
    expires: float  # seconds since 1970


class KeySource(Protocol):
    """Where the issuer's public keys come from."""

    def key(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of an id, or the only key there is where the token names none."""


class Tokens:
    """Reads the tokens of one issuer."""

    def __init__(self, settings: Settings, keys: KeySource) -> None:
        self._settings, self._keys = settings, keys
        self._algorithms = tuple(name for name in settings.oidc_algorithms if name in ALGORITHMS)

    def read(self, token: str, *, now: datetime) -> Token:
        """What a token says; KeyInvalid if anything about it doesn't hold."""
        if len(token) > LONGEST:
            raise KeyInvalid()
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.key(header.get("kid"))
            if key is None or header.get("alg") not in self._algorithms:
                raise KeyInvalid()
            claims = jwt.decode(
                token,
                key,
                algorithms=list(self._algorithms),
                audience=self._settings.oidc_audience,
                issuer=self._settings.oidc_issuer,
                # The times are compared below: with the clock that the service was given.
                options={"require": list(_REQUIRED), "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            raise KeyInvalid() from None
        return self._said(claims, now.timestamp())

    def _said(self, claims: Mapping[str, Any], now: float) -> Token:
        leeway = self._settings.oidc_leeway_seconds
        subject, expires = claims.get(self._settings.oidc_client_claim), claims["exp"]
        begins = claims.get("nbf", now)
        if not isinstance(subject, str) or not subject or not _number(expires) or not _number(begins):
            raise KeyInvalid()
        if now >= expires + leeway or now < begins - leeway:
            raise KeyInvalid()
        said = claims.get(self._settings.oidc_scope_claim, "")
        words = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
        mark = self._settings.oidc_scope_prefix
        scopes = frozenset(word.removeprefix(mark) for word in words if isinstance(word, str) and word.startswith(mark))
        return Token(subject, scopes, float(expires) + leeway)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class KeyFile:
    """The issuer's keys in a JWKS file, read again when it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed: tuple[int, int] | None = None
        self._keys: dict[str | None, jwt.PyJWK] = {}

    def key(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of an id."""
        try:
            state = self._path.stat()
            if (changed := (state.st_mtime_ns, state.st_size)) != self._changed:
                found = jwt.PyJWKSet.from_dict(json.loads(self._path.read_text(encoding="utf-8"))).keys
                self._keys = {key.key_id: key for key in found if key.algorithm_name in ALGORITHMS}
                self._changed = changed
        except (OSError, ValueError, jwt.PyJWTError):
            raise KeyInvalid() from None
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid)


class KeyAddress:
    """The issuer's keys behind a configured address, kept for five minutes."""

    def __init__(self, address: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = jwt.PyJWKClient(address, cache_jwk_set=True, lifespan=300, timeout=_PATIENCE)
        self._clock = clock
        self._silent_until = 0.0

    def key(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of an id; an address that doesn't answer opens nothing, and isn't asked again for a while."""
        if kid is None or self._clock() < self._silent_until:
            return None
        try:
            key = self._client.get_signing_key(kid)
        except jwt.PyJWKClientConnectionError:
            self._silent_until = self._clock() + _SILENCE
            return None
        except jwt.PyJWTError:
            return None
        return key if key.algorithm_name in ALGORITHMS else None


def tokens_of(settings: Settings) -> Tokens | None:
    """The reader of the configured issuer's tokens; None if none is configured."""
    if settings.oidc_issuer is None or settings.oidc_audience is None:
        return None
    if settings.oidc_jwks_file is not None:
        return Tokens(settings, KeyFile(settings.oidc_jwks_file))
    if settings.oidc_jwks_url is not None:
        return Tokens(settings, KeyAddress(settings.oidc_jwks_url))
    return None
