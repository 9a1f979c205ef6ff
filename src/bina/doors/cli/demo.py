"""`./bina demo`: a living demo city, made once and kept; then it runs like any other installation."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import psycopg

from bina.config import child_environment, config
from bina.doors.cli import installation, new, up
from bina.doors.cli.installation import Urls
from bina.doors.cli.postgres import MAKE_INSIDE, Cluster
from bina.doors.cli.refusal import Refused
from bina.doors.cli.steps import say

CITY = "mashhad"
UNFINISHED = Path("run") / "making-demo"  # stands while the city is being made


def run(argv: list[str]) -> int:
    """Makes the demo if there is none, and runs it."""
    parser = argparse.ArgumentParser(prog="bina demo", description=__doc__)
    up.port_option(parser)
    parser.add_argument("--fresh", action="store_true", help="throw the present demo away and make a new one")
    given = parser.parse_args(argv)
    up.take_port(given)
    settings = config()
    if given.fresh and settings.database_url:
        raise Refused("--fresh empties the database of BINA_HOME alone; it touches no DATABASE_URL.")
    say(f"Bina's demo in {settings.home}")
    up.serve(settings, _stands, before=lambda: _throw_away(settings.home, asked=given.fresh))
    return 0


def _throw_away(home: Path, *, asked: bool) -> None:
    """Empties the demo's database and folders when asked, or when its making was interrupted; never another city's."""
    interrupted = (home / UNFINISHED).exists()
    if not asked and not interrupted:
        return
    with installation.server(home) as cluster:
        if _made(cluster) is False:
            raise Refused(f"The city in {home} is no demo, and is not thrown away. Another place: --home DIR")
        with psycopg.connect(cluster.url("postgres", "super"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS bina WITH (FORCE)")
            connection.execute("CREATE DATABASE bina OWNER bina_owner")
        with psycopg.connect(cluster.url("bina", "super"), autocommit=True) as connection:
            for statement in MAKE_INSIDE:
                connection.execute(statement)
    for name in ("files", "seals"):
        for path in (home / name).iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    (home / UNFINISHED).unlink(missing_ok=True)
    say("  threw the earlier demo away")


def _made(cluster: Cluster) -> bool | None:
    """Whether the city of a server is a demo; None if there is none."""
    try:
        with psycopg.connect(cluster.url("bina", "super")) as connection:
            found = up.city(connection)
    except (psycopg.errors.UndefinedTable, psycopg.OperationalError):
        return None
    return found[1] if found else None


def _stands(urls: Urls) -> None:
    """The demo city stands in this database: made now if need be; Refused if another city stands there."""
    with psycopg.connect(urls.app) as connection:
        found = up.city(connection)
    if found is not None:
        if not found[1]:
            raise Refused("The city in this installation is no demo. Run it: ./bina up. A demo beside it: --home DIR")
        return
    mark = config().home / UNFINISHED
    mark.touch()
    environment = child_environment(DATABASE_URL=urls.app, DATABASE_OWNER_URL="")
    done = subprocess.run([sys.executable, "-m", "bina", "build-demo"], env=environment, check=False)
    if done.returncode:
        raise Refused("The demo city could not be made; what went wrong stands above. Once more: ./bina demo")
    mark.unlink()


def build(argv: list[str]) -> int:
    """A step of demo, in a process of its own: loads the city, then lets its people work."""
    began = time.monotonic()

    def told(line: str) -> None:
        say(f"  {line:<34}{time.monotonic() - began:.1f} s")

    with installation.open_database():
        new.make(new.CITIES / CITY, demo=True)
        told(f"city: {CITY}")
        import_module("bina.doors.cli.democity.build").build(new.CITIES / CITY, told)
    return 0
