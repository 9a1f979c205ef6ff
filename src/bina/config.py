"""Every knob of an installation, typed, once: nothing else reads the environment."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_home() -> Path:
    """The installation's folder: root's under /var/lib, a user's in the XDG state folder."""
    if os.geteuid() == 0:
        return Path("/var/lib/bina")
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "bina"


class Config(BaseSettings):
    """Read from the environment (BINA_…), then from BINA_HOME/bina.env; refused with the field's name if wrong."""

    model_config = SettingsConfigDict(env_prefix="BINA_", frozen=True, extra="ignore", populate_by_name=True)

    home: Path = Field(default_factory=default_home, description="Folder of this installation: database, files, seals, logs.")
    database_url: str = Field("", validation_alias="DATABASE_URL",
                              description="PostgreSQL of the application's role; empty: the embedded server in BINA_HOME.")
    database_owner_url: str = Field("", validation_alias="DATABASE_OWNER_URL",
                                    description="PostgreSQL of the owner's role, for migrations; empty: the embedded server.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(0, ge=0, le=65535, description="Port of the web server; 0: a free one, remembered in BINA_HOME.")
    allowed_hosts: str = Field("127.0.0.1,localhost,[::1]", description="Host names the web server answers to, by comma.")
    https: bool = Field(False, description="Served behind https: cookies are marked secure.")
    web_workers: int = Field(2, ge=1, le=64, description="Web processes.")
    web_threads: int = Field(4, ge=1, le=64, description="Threads of each web process.")
    pool_size: int = Field(5, ge=1, le=100, description="Database connections of each web process.")
    secret_key: str = Field("", description="Signs cookies; empty: the one kept in BINA_HOME/secret.")
    time_zone: str = Field("Asia/Tehran", description="Zone in which times are shown.")
    api_rate_per_minute: int = Field(60_000, ge=1, description="Calls a minute allowed to one API key.")
    report_rate_per_hour: int = Field(30, ge=1, description="Citizen reports an hour allowed to one address.")
    photo_max_mb: int = Field(15, ge=1, le=100, description="Largest photo taken in, in megabytes.")
    debug: bool = Field(False, description="Django's debug pages; refused outside tests and development.")


@lru_cache(maxsize=1)
def config() -> Config:
    """The one configuration of this process."""
    home = Path(os.environ.get("BINA_HOME") or default_home())
    env_file = home / "bina.env"
    return Config(_env_file=str(env_file) if env_file.exists() else None)  # type: ignore[call-arg]
