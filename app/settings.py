"""Every setting of the service: environment variables named KHOP_…, read once where a process starts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator can set; each field is the environment variable KHOP_ + its name in capitals."""

    # A wrong value must not be echoed: the database address may hold a password.
    model_config = SettingsConfigDict(env_prefix="KHOP_", frozen=True, extra="ignore", hide_input_in_errors=True)

    database_url: str = Field(
        default="sqlite:///var/khop.db",
        repr=False,
        description="Where the service keeps its data: sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    data_dir: Path = Field(
        default=Path("var"),
        description="The folder for uploaded files, results and snapshots; shared by all workers.",
    )
    host: str = Field(default="127.0.0.1", description="The address on which `khop serve` listens.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port on which `khop serve` listens.")
    language: Literal["vi", "en"] = Field(
        default="vi", description="The language of texts where a client does not ask for one."
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="Log lines as JSON or for people; auto: for people on a terminal, else JSON."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least severe log lines that are written."
    )
    access_log_flush: Literal["disk", "process"] = Field(
        default="disk",
        description="When an entry of the access log counts as kept: on the disk, or (process) with the operating "
        "system, which survives this process but loses a tenth of a second in a power cut.",
    )
    min_free_mb: int = Field(
        default=256, ge=0, description="Below how many free MiB of the data folder the service isn't ready."
    )
    otlp_endpoint: str | None = Field(
        default=None,
        description="Where OpenTelemetry traces go (http://HOST:4318/v1/traces; needs khop[traces]); empty: no traces.",
    )
    sqlite_cache_mb: int = Field(
        default=64, ge=1, le=65536, description="The page cache of each SQLite connection, in MiB."
    )
    sqlite_busy_seconds: float = Field(
        default=30.0, ge=0, description="How long a SQLite writer waits for another one before it gives up."
    )
    database_pool: int = Field(
        default=10, ge=1, le=1000, description="How many connections to the database a process keeps open."
    )
    upload_limit_mb: int = Field(
        default=8_192, ge=1, description="The largest file that a bulk job takes over HTTP, in MiB."
    )
    inbox_dir: Path | None = Field(
        default=None, description="A folder whose files may be named in a bulk job instead of being sent; empty: none."
    )
    chunk_rows: int = Field(default=10_000, ge=100, le=100_000, description="The input rows of one part of a bulk job.")
    worker_processes: int | None = Field(
        default=None,
        ge=0,
        le=256,
        description="The worker processes that `khop serve` and `khop worker` start; empty: one for each core.",
    )
    lease_seconds: float = Field(
        default=30.0,
        ge=1,
        le=3_600,
        description="After how long a part of a bulk job is taken from a worker that gives no sign of life.",
    )
    job_days: int = Field(
        default=90, ge=1, description="After how many days a job that ended is deleted, with its data."
    )
    audit_days: int = Field(
        default=365, ge=0, description="After how many days an audit that nobody signed is deleted; 0: it is kept."
    )
    signed_audit_days: int = Field(
        default=0, ge=0, description="After how many days since its signature an audit is deleted; 0: it is kept."
    )
    webhook_urls: str = Field(
        default="",
        repr=False,
        description="Addresses told when a job ends, separated by commas: https://… or http://127.0.0.1…; empty: none.",
    )
    as_of: date | None = Field(
        default=None, description="The day that counts as today (YYYY-MM-DD); empty: the real one, in Vietnam."
    )
    rate_per_second: float = Field(
        default=100.0, ge=0, description="Requests a second that a client may send to each process; 0: no limit."
    )
    concurrent_per_client: int = Field(
        default=16, ge=0, description="Requests that a client may have in work at once in each process; 0: no limit."
    )
    attempts_per_day: int = Field(
        default=12,
        ge=0,
        description="Different questions a day about one name and birth year, or one number, that a client without "
        "match:disclose may ask each process; 0: no limit.",
    )
    even_answers_ms: float = Field(
        default=5.0,
        ge=0,
        le=1_000,
        description="A `none` without match:disclose is answered at whole multiples of this time, so that its time "
        "doesn't tell whether somebody was near; 0: at once.",
    )
    body_seconds: float = Field(
        default=20.0, gt=0, description="The time for a request's body, beside what 16 KiB a second would take."
    )
    header_seconds: float = Field(
        default=10.0, gt=0, description="The time for a request's headers, before its connection is closed."
    )
    request_seconds: float = Field(
        default=30.0, gt=0, description="The time after which a batch isn't worked on any further."
    )
    hsts_seconds: int = Field(
        default=0, ge=0, description="How long browsers insist on HTTPS (Strict-Transport-Security); 0: not said."
    )
    oidc_issuer: str | None = Field(default=None, description="The issuer (iss) whose tokens are taken beside keys.")
    oidc_audience: str | None = Field(default=None, description="The audience (aud) that such a token must name.")
    oidc_jwks_file: Path | None = Field(default=None, description="The file with the issuer's public keys (JWKS).")
    oidc_jwks_url: str | None = Field(
        default=None, description="The address of the issuer's public keys; the one call that leaves the machine."
    )
    oidc_algorithms: tuple[str, ...] = Field(
        default=("RS256", "PS256", "ES256", "EdDSA"),
        description='The signature algorithms that are taken, as a JSON list: ["RS256"]; shared secrets never are.',
    )
    oidc_client_claim: str = Field(default="sub", description="The claim that names the client: sub, azp, client_id.")
    oidc_scope_claim: str = Field(default="scope", description="The claim with the scopes: words, or a list.")
    oidc_scope_prefix: str = Field(default="", description="What stands before our scopes in that claim: khop:.")
    oidc_leeway_seconds: float = Field(default=10.0, ge=0, le=300, description="How far the issuer's clock may be off.")
