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
    sqlite_cache_mb: int = Field(
        default=64, ge=1, le=65536, description="The page cache of each SQLite connection, in MiB."
    )
    sqlite_busy_seconds: float = Field(
        default=30.0, ge=0, description="How long a SQLite writer waits for another one before it gives up."
    )
    database_pool: int = Field(
        default=10, ge=1, le=1000, description="How many connections to the database a process keeps open."
    )
    as_of: date | None = Field(
        default=None, description="The day that counts as today (YYYY-MM-DD); empty: the real one, in Vietnam."
    )
