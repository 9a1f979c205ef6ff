"""An installation's folder: what lies where, who may use it now, its database opened for a command."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg

from bina.config import Config, child_environment, config, set_variables
from bina.doors.cli.account import account, can, give, give_file, give_left
from bina.doors.cli.postgres import Cluster, sanity
from bina.doors.cli.refusal import DatabaseRefused, Refused

FOLDERS = ("run", "files", "seals", "log")
OURS = {*FOLDERS, "secret", "port", "lock", "bina.env", "pg", "pg.new", "postgres", "runtime"}  # and nothing else
PORTS = range(8137, 8237)  # tried in this order when none is set and none remembered
FOR_USERS = 1024  # ports below it are root's on most systems, and Bina does not run as root
NEWER = 3  # exit code of schema.py


@dataclass(frozen=True, slots=True)
class Urls:
    """Addresses of one database: of the application's role and of its owner's."""

    app: str
    owner: str


def take(home: Path) -> None:
    """Makes the installation's folder, or gives the account one that root made for it; Refused if it is of no use."""
    who = account()
    try:
        if not home.exists():
            give(home, 0o750)
        elif who is not None and home.stat().st_uid == os.geteuid() and {path.name for path in home.iterdir()} <= OURS:
            give_file(home, 0o750)
    except OSError as error:
        raise Refused(f"{home} cannot be made: {error.strerror}. Choose another folder: --home DIR") from None
    if not (can(home, execute=True) and can(home, write=True)):
        raise Refused(
            f"The user {who.name if who else 'running this'}, as whom Bina runs, can not write in {home}. "
            "Choose another folder: --home DIR"
        )


def prepare(home: Path) -> None:
    """Makes what is missing of the installation's folder, for the user the processes run as and nobody else."""
    take(home)
    for name in FOLDERS:
        give(home / name)
    secret = home / "secret"
    if not secret.exists():
        part = home / "secret.new"
        part.touch(mode=0o600)
        give_file(part)
        part.write_text(secrets.token_urlsafe(64))
        part.rename(secret)


# who may use it now


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Holds the installation for one running system; Refused if another holds it (the kernel frees it at a crash)."""
    handle = _opened(home / "lock")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        holder = handle.read().strip() or "?"
        handle.close()
        raise Refused(
            f"The installation in {home} is already running (process {holder}). Stop that one first, "
            "or name another folder: BINA_HOME=/somewhere/else ./bina …"
        ) from None
    with handle:
        handle.seek(0)
        handle.truncate()
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def _opened(path: Path) -> IO[str]:
    """A lock file, made if need be; the account's, so that root's commands do not shut it out."""
    handle = path.open("a+")
    if os.fstat(handle.fileno()).st_uid == os.geteuid():
        give_file(path)
    return handle


def _lock(path: Path, how: int) -> IO[str]:
    handle = _opened(path)
    try:
        fcntl.flock(handle, how)
    except OSError:
        handle.close()
        raise
    return handle


@contextmanager
def server(home: Path, *, unsafe: bool = False) -> Iterator[Cluster]:
    """The embedded server, started if need be; whoever is the last to leave stops it."""
    prepare(home)
    cluster = Cluster(home, unsafe=unsafe)
    gate, users = home / "run" / "gate.lock", home / "run" / "users.lock"
    with _lock(gate, fcntl.LOCK_EX):
        mine = _lock(users, fcntl.LOCK_SH)
        cluster.start()
    try:
        yield cluster
    finally:
        with mine, _lock(gate, fcntl.LOCK_EX):
            try:
                fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still uses it, and will stop it
            else:
                cluster.stop()


# its database


@contextmanager
def addresses(settings: Config | None = None) -> Iterator[Urls]:
    """The database's addresses: of DATABASE_URL if set, else of the embedded server, started if need be.

    Refused when the database is unsound. A server set by DATABASE_URL is neither started nor stopped.
    """
    settings = settings or config()
    if settings.database_url:
        prepare(settings.home)
        urls = Urls(settings.database_url, settings.database_owner_url or settings.database_url)
        _sound(urls)
        yield urls
        return
    with server(settings.home) as cluster:
        urls = Urls(cluster.url("bina", "app"), cluster.url("bina", "owner"))
        _sound(urls)
        yield urls


def _sound(urls: Urls) -> None:
    try:
        wrong = sanity(urls.app)
    except psycopg.OperationalError as error:
        raise DatabaseRefused(f"The database does not answer: {str(error).strip()}") from None
    if wrong:
        raise DatabaseRefused("This database must not be used as it is:\n- " + "\n- ".join(wrong))


@contextmanager
def open_database(settings: Config | None = None, *, fresh: bool = False) -> Iterator[Urls]:
    """The database ready for Django: its variables set, django.setup() called, the city's version known.

    `fresh` brings the schema up to date first (as the owner); otherwise Refused when it is missing or behind.
    """
    settings = settings or config()
    with addresses(settings) as urls:
        if fresh:
            migrate(urls)
        enter(urls, settings.home)
        if not fresh:
            _current()
        from bina.ground.sla import version

        version.check(version.current())
        try:
            yield urls
        finally:
            leave()
            give_left(settings.home)
            set_variables(DATABASE_URL=settings.database_url, DATABASE_OWNER_URL=settings.database_owner_url)


def enter(urls: Urls, home: Path) -> None:
    """Makes this process, and its children, one of this database's."""
    set_variables(
        BINA_HOME=str(home), DATABASE_URL=urls.app, DATABASE_OWNER_URL=urls.owner,
        DJANGO_SETTINGS_MODULE="bina.settings",
    )  # fmt: skip
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from django.db import connections

    from bina.settings import database

    connection, wanted = connections["default"], database(urls.app, pool=config().pool_size)
    if any(connection.settings_dict[name] != wanted[name] for name in ("NAME", "HOST", "PORT")):
        connection.settings_dict.update(wanted)  # this process was one of another database before


def leave() -> None:
    """Gives this process's connections back, so that the server can stop."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def _current() -> None:
    """Refused unless the schema is exactly this program's."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        raise Refused(f"There is no installation in {config().home} yet. Make one: ./bina demo, or ./bina new CITY")
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused("The database is of an earlier version of Bina. Stop the system, then type: ./bina migrate")


def migrate(urls: Urls) -> str:
    """Brings the schema up to date as its owner, in a process of its own, and grants the application its rights.

    Gives what it did, a line each. Refused when the schema is newer than this program, or a migration failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "bina.doors.cli.schema", urls.app],
        env=child_environment(DATABASE_URL=urls.owner, DATABASE_OWNER_URL=urls.owner),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == NEWER:
        raise Refused(
            f"The database is of a newer version of Bina than this program. Unknown here: {done.stdout.strip()}. "
            "Take the newer program, or restore a backup made by this one: ./bina restore DIR"
        )
    if done.returncode:
        raise Refused(f"The database could not be brought up to date:\n{(done.stderr or done.stdout).strip()[-3000:]}")
    return done.stdout


# its address


def port(home: Path, settings: Config) -> int:
    """The web server's port: the one set (Refused if taken), else the one remembered, else a free one."""
    if settings.port:
        if not _free(settings.host, settings.port):
            why = "may be used by root alone" if settings.port < FOR_USERS else "is taken by another program"
            raise Refused(f"Port {settings.port} {why}. Another one: BINA_PORT=8138 ./bina …")
        return settings.port
    kept = home / "port"
    wanted = [int(kept.read_text())] if kept.exists() and kept.read_text().strip().isdigit() else []
    chosen = next((n for n in [*wanted, *PORTS] if _free(settings.host, n)), 0)
    if not chosen:
        raise Refused(f"No port from {PORTS.start} to {PORTS.stop - 1} is free. Name one: BINA_PORT=9000 ./bina …")
    if wanted != [chosen]:
        kept.write_text(str(chosen))
        give_file(kept, 0o644)
    return chosen


def _free(host: str, number: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), number))
        except OSError:
            return False
    return True


def holder(home: Path) -> int | None:
    """The process number of the system that runs this installation; None when none does."""
    path = home / "lock"
    if not path.exists():
        return None
    with path.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            said = handle.read().strip()
            return int(said) if said.isdigit() else 0
    return None
