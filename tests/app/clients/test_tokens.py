"""Tokens of an OIDC issuer: taken only if signature, algorithm, issuer, audience, times and client all hold."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi.testclient import TestClient

from app.clients import service as clients
from app.clients.authenticating import Authenticator
from app.clients.errors import KeyInvalid
from app.clients.service import NewClient
from app.clients.tokens import KeyAddress, KeyFile, tokens_of
from app.db import Database
from app.main import create_app
from app.settings import Settings

ISSUER, AUDIENCE = "https://issuer.example", "khop"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def jwk(key: Any, kid: str, algorithm: str = "RS256") -> dict[str, Any]:
    kind = jwt.algorithms.ECAlgorithm if algorithm.startswith("ES") else jwt.algorithms.RSAAlgorithm
    public: dict[str, Any] = kind.to_jwk(key.public_key(), as_dict=True)
    return public | {"kid": kid, "alg": algorithm, "use": "sig"}


def write_keys(path: Path, *keys: dict[str, Any]) -> None:
    path.write_text(json.dumps({"keys": list(keys)}), encoding="utf-8")


def claims(**changed: Any) -> dict[str, Any]:
    at = int(NOW.timestamp())
    told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "app-1", "exp": at + 300, "iat": at, "scope": "match jobs openid"}
    return {name: value for name, value in (told | changed).items() if value is not None}


def token(key: Any = KEY, algorithm: str = "RS256", kid: str | None = "one", **changed: Any) -> str:
    return jwt.encode(claims(**changed), key, algorithm=algorithm, headers={} if kid is None else {"kid": kid})


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "jwks.json"
    write_keys(path, jwk(KEY, "one"), jwk(CURVE, "curve", "ES256"))
    return path


@pytest.fixture
def configured(settings: Settings, keys: Path) -> Settings:
    changes = {"oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, "oidc_jwks_file": keys}
    return settings.model_copy(update=changes)


def door(data: Database, settings: Settings, now: datetime = NOW) -> Authenticator:
    return Authenticator(data, tokens_of(settings), clock=lambda: now)


@pytest.fixture
def client_id(data: Database) -> int:
    new = NewClient("Hệ thống", frozenset({"match", "admin"}), subject="app-1")
    client, key = clients.create(data, new, now=NOW)
    assert key is None
    return client.id


@pytest.mark.parametrize("scope", [7, True, {"match": 1}, [["match"], 7]])
def test_scopes_of_another_kind_than_words_allow_nothing(
    data: Database, configured: Settings, client_id: int, scope: object
) -> None:
    assert door(data, configured).known(f"Bearer {token(scope=scope)}").caller.scopes == frozenset()


def test_a_sound_token_opens_what_both_it_and_its_client_allow(
    data: Database, configured: Settings, client_id: int
) -> None:
    caller = door(data, configured).known(f"Bearer {token()}").caller
    assert (caller.client_id, caller.name, caller.scopes) == (client_id, "Hệ thống", {"match"})
    assert caller.credential == "token"
    by_curve = token(CURVE, "ES256", "curve", scope=["admin", "match"])
    assert door(data, configured).known(f"Bearer {by_curve}").caller.scopes == {"match", "admin"}


def test_scopes_may_stand_in_another_claim_with_a_mark_before_them(
    data: Database, configured: Settings, client_id: int
) -> None:
    changes = {"oidc_scope_claim": "permissions", "oidc_scope_prefix": "khop:", "oidc_client_claim": "azp"}
    settings = configured.model_copy(update=changes)
    told = token(permissions=["khop:match", "admin"], azp="app-1", sub="x")
    assert door(data, settings).known(f"Bearer {told}").caller.scopes == {"match"}


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example"},
        {"aud": "another"},
        {"aud": None},
        {"iss": None},
        {"exp": None},
        {"exp": int(NOW.timestamp()) - 11},
        {"nbf": int(NOW.timestamp()) + 60},
        {"exp": "soon"},
        {"sub": "stranger"},
        {"sub": None},
    ],
)
def test_a_token_that_does_not_hold_opens_nothing(
    data: Database, configured: Settings, client_id: int, changed: dict[str, Any]
) -> None:
    told = claims(**changed)
    if isinstance(told.get("exp"), str):
        signed = jwt.api_jws.encode(json.dumps(told).encode(), KEY, algorithm="RS256", headers={"kid": "one"})
    else:
        signed = jwt.encode(told, KEY, algorithm="RS256", headers={"kid": "one"})
    with pytest.raises(KeyInvalid):
        door(data, configured).known(f"Bearer {signed}")


def test_a_token_signed_by_somebody_else_or_in_another_way_opens_nothing(
    data: Database, configured: Settings, client_id: int, keys: Path
) -> None:
    by_secret = jwt.encode(claims(), "x" * 64, algorithm="HS256", headers={"kid": "one"})
    head, body, _ = token().split(".")
    forged = [
        token(OTHER),
        token(kid="unknown"),
        token(kid=None),  # two keys: which one?
        token(CURVE, "ES256", "one"),
        jwt.encode(claims(), None, algorithm="none", headers={"kid": "one"}),
        by_secret,
        f"{head}.{body}.",
        f"{head}.{body}.AAAA",
        "a.b.c",
        "." * 2,
        "x" * 9_000 + ".y.z",
    ]
    for text in forged:
        with pytest.raises(KeyInvalid):
            door(data, configured).known(f"Bearer {text}")


def test_an_algorithm_that_is_not_on_the_list_opens_nothing(
    data: Database, configured: Settings, client_id: int
) -> None:
    only_curves = configured.model_copy(update={"oidc_algorithms": ("ES256",)})
    with pytest.raises(KeyInvalid):
        door(data, only_curves).known(f"Bearer {token()}")
    shared = configured.model_copy(update={"oidc_algorithms": ("HS256", "none")})
    with pytest.raises(KeyInvalid):
        door(data, shared).known(f"Bearer {jwt.encode(claims(), 'x' * 64, algorithm='HS256')}")


def test_a_client_that_was_revoked_is_not_let_in_by_its_issuer(
    data: Database, configured: Settings, client_id: int
) -> None:
    at_the_door = door(data, configured)
    at_the_door.known(f"Bearer {token()}")
    clients.revoke(data, client_id, now=NOW)
    with pytest.raises(KeyInvalid):
        at_the_door.known(f"Bearer {token()}")


def test_without_an_issuer_no_token_is_taken(data: Database, settings: Settings, client_id: int) -> None:
    assert tokens_of(settings) is None
    with pytest.raises(KeyInvalid):
        door(data, settings).known(f"Bearer {token()}")


def test_the_issuers_keys_are_read_again_when_they_change(keys: Path) -> None:
    source = KeyFile(keys)
    assert source.key("one") is not None
    assert source.key("two") is None
    write_keys(keys, jwk(OTHER, "two"))
    os.utime(keys, ns=(1, 1))
    assert source.key("one") is None
    assert source.key("two") is not None
    assert source.key(None) is not None  # there is only one
    keys.write_text("{broken", encoding="utf-8")
    with pytest.raises(KeyInvalid):
        source.key("two")


def test_a_shared_secret_among_the_issuers_keys_is_passed_over(keys: Path) -> None:
    write_keys(keys, {"kty": "oct", "k": "c2VjcmV0", "kid": "s", "alg": "HS256"}, jwk(KEY, "one"))
    assert KeyFile(keys).key("s") is None


def test_an_issuer_that_does_not_answer_opens_nothing_and_is_left_alone_for_a_while() -> None:
    now = [0.0]
    source = KeyAddress("http://127.0.0.1:9/jwks", clock=lambda: now[0])
    assert source.key("one") is None
    began = now[0]
    assert source.key("one") is None
    assert now[0] == began


def test_over_http_a_token_is_as_good_as_a_key(data: Database, configured: Settings, client_id: int) -> None:
    now = datetime.now(UTC).timestamp()
    told = token(scope="admin", exp=int(now) + 300)
    with TestClient(create_app(configured)) as service:
        assert service.get("/v1/clients", headers={"Authorization": f"Bearer {told}"}).status_code == 200
        assert (
            service.get("/v1/clients", headers={"Authorization": f"Bearer {token(exp=int(now) - 60)}"}).status_code
            == 401
        )
