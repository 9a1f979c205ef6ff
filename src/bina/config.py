"""Every knob of an installation, typed, once: nothing else reads the environment."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_home() -> Path:
    """The installation's folder: root's under /var/lib, a user's in the XDG state folder."""
    if os.geteuid() == 0:
        return Path("/var/lib/bina")
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "bina"


class WrongConfig(ValueError):
    """A setting has a value it cannot have; the sentence names it."""


class Config(BaseSettings):
    """Read from the environment (BINA_…), then from BINA_HOME/bina.env; refused with the field's name if wrong."""

    model_config = SettingsConfigDict(env_prefix="BINA_", frozen=True, extra="ignore", populate_by_name=True)

    home: Path = Field(
        default_factory=default_home,
        description="Folder of this installation: database, files, seals, logs.",
    )
    database_url: str = Field(
        "",
        validation_alias="DATABASE_URL",
        description="PostgreSQL of the application's role; empty: the embedded server in BINA_HOME.",
    )
    database_owner_url: str = Field(
        "",
        validation_alias="DATABASE_OWNER_URL",
        description="PostgreSQL of the owner's role, for migrations; empty: the embedded server.",
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(0, ge=0, le=65535, description="Port of the web server; 0: a free one, remembered in BINA_HOME.")
    allowed_hosts: str = Field(
        "127.0.0.1,localhost,[::1]", description="Host names the web server answers to, by comma."
    )
    https: bool = Field(False, description="Served behind https: cookies are marked secure.")
    web_workers: int = Field(2, ge=1, le=64, description="Web processes.")
    web_threads: int = Field(4, ge=1, le=64, description="Threads of each web process.")
    pool_size: int = Field(5, ge=1, le=100, description="Database connections of each web process.")
    secret_key: str = Field("", description="Signs cookies; empty: the one kept in BINA_HOME/secret.")
    time_zone: str = Field("Asia/Tehran", description="Zone in which times are shown.")
    api_rate_per_minute: int = Field(60_000, ge=1, description="Calls a minute allowed to one API key.")
    report_rate_per_hour: int = Field(30, ge=1, description="Citizen reports an hour allowed to one address.")
    photo_max_mb: int = Field(15, ge=1, le=100, description="Largest photo taken in, in megabytes.")
    check_share: int = Field(
        20, ge=0, le=100, description="Of 100 results of a subject that is checked by sample, how many an expert sees."
    )
    public_url: str = Field(
        "", description="Where citizens find the pages, as messages name it (https://137.city.ir); empty: a bare path."
    )
    sms_gateway: Literal["auto", "console", "telephone"] = Field(
        "auto",
        description="How messages go out: console sends nothing and keeps one file a message, telephone shows them on "
        "a demo's page; auto: a demo's telephone, else the console.",
    )
    debug: bool = Field(False, description="Django's debug pages; refused outside tests and development.")


@lru_cache(maxsize=1)
def config() -> Config:
    """The one configuration of this process. WrongConfig names what is wrong."""
    path = env_file()
    try:
        read = Config(_env_file=str(path) if path.exists() else None)  # type: ignore[call-arg]
    except ValidationError as error:
        wrong = [f"{_named(e['loc'])}: {e['msg']}" for e in error.errors()]
        raise WrongConfig("; ".join(wrong) + ". Every setting: ./bina config") from None
    return read.model_copy(update={"home": read.home.absolute()})


def env_file() -> Path:
    """The installation's own settings, one NAME=value a line; it need not exist."""
    return Path(os.environ.get("BINA_HOME") or default_home()).absolute() / "bina.env"


def _named(where: tuple[int | str, ...]) -> str:
    name = str(where[0]) if where else ""
    return variable(name) if name in Config.model_fields else name


def origins() -> dict[str, str]:
    """Where each field's value comes from: the environment, bina.env, or the default."""
    path = env_file()
    written = {line.split("=", 1)[0].strip() for line in path.read_text().splitlines()} if path.exists() else set()
    known = {name.upper() for name in os.environ}
    where = {}
    for name in Config.model_fields:
        mine = variable(name)
        where[name] = "environment" if mine in known else "bina.env" if mine in written else "default"
    return where


def child_environment(**more: str) -> dict[str, str]:
    """The environment of a process of this installation: ours, and what is given besides (an empty value removes)."""
    environment = {**os.environ, "BINA_HOME": str(config().home), "DJANGO_SETTINGS_MODULE": "bina.settings"}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[1])
    environment["PYTHONUNBUFFERED"] = "1"
    environment |= more
    return {name: value for name, value in environment.items() if value}


SECRET = frozenset({"secret_key", "database_url", "database_owner_url"})


def variable(field: str) -> str:
    """The environment variable that sets a field: BINA_PORT, DATABASE_URL."""
    alias = Config.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"BINA_{field.upper()}"


def set_variables(**given: str) -> None:
    """Sets variables for this process and its children, and lets the configuration be read anew."""
    os.environ.update(given)
    config.cache_clear()
