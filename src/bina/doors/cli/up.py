"""`./bina up`: runs an installation until Ctrl-C: web, worker, clerk, and PostgreSQL unless DATABASE_URL names one."""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psycopg

from bina.config import Config, config, set_variables
from bina.doors.cli import installation, strays
from bina.doors.cli.installation import Urls
from bina.doors.cli.new import address
from bina.doors.cli.refusal import Refused
from bina.doors.cli.schema import fingerprint
from bina.doors.cli.steps import say, step
from bina.doors.cli.supervisor import System

Prepare = Callable[[Urls], None]


def run(argv: list[str]) -> int:
    """Runs it; 0 when it was stopped."""
    parser = argparse.ArgumentParser(prog="bina up", description=__doc__)
    port_option(parser)
    take_port(parser.parse_args(argv))
    serve(config(), _standing)
    return 0


def port_option(parser: argparse.ArgumentParser) -> None:
    """Gives a command --port."""
    parser.add_argument("--port", type=int, default=0, help="the web server's port (else a free one, remembered)")


def take_port(given: argparse.Namespace) -> None:
    """Makes a given --port this process's setting."""
    if given.port:
        set_variables(BINA_PORT=str(given.port))


def _standing(urls: Urls) -> None:
    with psycopg.connect(urls.app) as connection:
        if city(connection) is None:
            raise Refused(f"There is no city in {config().home} yet. Make one: ./bina new CITY, or ./bina demo")


def city(connection: psycopg.Connection) -> tuple[str, bool] | None:
    """The city of a database with its tables: its code, and whether it is a demo; None if none was made."""
    row = connection.execute("SELECT code, demo FROM city_installation").fetchone()
    return (str(row[0]), bool(row[1])) if row else None


def bring_up_to_date(urls: Urls, home: Path) -> None:
    """Migrates, unless neither the program's migrations nor the database's have changed since the last time."""
    kept = home / "run" / "schema"
    now = fingerprint(urls.owner)
    if now and kept.exists() and kept.read_text() == now:
        return
    installation.migrate(urls)
    kept.write_text(fingerprint(urls.owner))


def serve(settings: Config, prepare: Prepare, *, before: Callable[[], None] = lambda: None) -> None:
    """Takes the installation, opens its database, brings its tables up to date, calls `prepare`, runs until stopped.

    `before` is called once the installation is held and nothing of it runs, `prepare` once its tables stand.

    Refused when another process holds the installation, or the database is unsound or newer than this program.
    """
    began = time.monotonic()
    home = settings.home
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the system runs, both end it in order
    installation.prepare(home)
    with ExitStack() as held:
        held.enter_context(installation.alone(home))
        left = strays.stop(home)
        if left:
            say(f"  stopped what an earlier run had left running ({left})")
        port = installation.port(home, settings)
        before()
        cluster = None
        with step("PostgreSQL"):
            if not settings.database_url:
                cluster = held.enter_context(installation.server(home))
            urls = held.enter_context(installation.addresses(settings))
        set_variables(**{strays.MARK: "set-up"})  # so that a killed set-up's children are found at the next start
        with step("tables"):
            bring_up_to_date(urls, home)
        prepare(urls)
        set_variables(**{strays.MARK: ""})
        system = System(settings, urls, cluster, port)
        try:
            with step("web, worker, clerk"):
                system.start()
                system.wait_until_ready()
            if not system.asked:
                say(f"\n  {address(settings, system.port)}\n")
                say(f"  ready after {time.monotonic() - began:.1f} s; Ctrl-C stops everything; logs in {home / 'log'}")
            system.run()
        finally:
            say("  stopping")
            system.stop()
    say("  stopped")
