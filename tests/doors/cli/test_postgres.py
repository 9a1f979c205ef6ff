"""The embedded PostgreSQL: made once, started, killed and started again, and refused when it is unsound."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bina.config import Config, child_environment
from bina.doors.cli import installation
from bina.doors.cli.postgres import MAKE_INSIDE, Cluster, sanity
from bina.doors.cli.refusal import DatabaseRefused, Refused
from bina.doors.cli.schema import fingerprint
from tests import databases

pytestmark = pytest.mark.faults
C_LOCALE = "TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C' LC_CTYPE 'C' LC_COLLATE 'C'"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder that the database's user can enter, as pytest's own is not when root runs it."""
    folder = databases.home() / f"pg-{os.getpid()}"
    installation.prepare(folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def cluster(home: Path) -> Iterator[Cluster]:
    running = Cluster(home, unsafe=True)
    running.start()
    yield running
    running.stop()
    assert not running.running


def _super(cluster: Cluster, database: str, *statements: str) -> None:
    with psycopg.connect(cluster.url(database, "super"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]


def test_roles_locale_and_checksums_are_as_they_must_be(cluster: Cluster) -> None:
    assert sanity(cluster.url(), unsafe=True) == []
    with psycopg.connect(cluster.url("bina", "app")) as connection:
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("1min",)
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
    assert len(os.fsencode(cluster.socket_folder)) <= 100
    assert cluster.socket_folder.stat().st_mode & 0o077 == 0


def test_a_killed_server_starts_again_with_what_was_committed(cluster: Cluster) -> None:
    _super(cluster, "postgres", "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)", "CHECKPOINT")
    postmaster = cluster.postmaster()
    assert postmaster is not None
    postmaster.kill()
    assert cluster.start() is True
    assert cluster.start() is False
    with psycopg.connect(cluster.url("postgres", "super")) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)


def test_a_locale_without_persian_letters_is_refused(cluster: Cluster) -> None:
    _super(cluster, "postgres", f"CREATE DATABASE letters {C_LOCALE}")
    _super(cluster, "letters", *MAKE_INSIDE)
    wrong = sanity(cluster.url("letters", "super"), unsafe=True)
    assert len(wrong) == 1
    assert "does not know Persian letters" in wrong[0]
    assert "BUILTIN_LOCALE 'C.UTF-8'" in wrong[0]


def test_a_server_that_may_forget_is_refused(cluster: Cluster) -> None:
    wrong = " ".join(sanity(cluster.url()))
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        assert f"{name} is off" in wrong
    settings = Config(DATABASE_URL=cluster.url(), home=cluster.home)  # type: ignore[call-arg]
    with pytest.raises(DatabaseRefused, match="must not be used as it is"), installation.addresses(settings):
        pass


def test_data_of_another_major_version_is_refused_with_the_command(home: Path, cluster: Cluster) -> None:
    other = home / "other"
    (other / "pg").mkdir(parents=True)
    (other / "pg" / "PG_VERSION").write_text("16\n")
    with pytest.raises(DatabaseRefused, match="is of PostgreSQL 16") as refused:
        Cluster(other).ensure()
    assert "pg_upgrade" in str(refused.value)


def test_tables_are_the_owners_and_history_only_grows(cluster: Cluster) -> None:
    urls = installation.Urls(cluster.url("bina", "app"), cluster.url("bina", "owner"))
    installation.migrate(urls)
    with psycopg.connect(urls.app, autocommit=True) as connection:
        for table in ("cases_event", "cases_ledger"):
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"DROP TABLE {table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)  # type: ignore[arg-type]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE cases_event SET at = at")
        connection.execute("DELETE FROM cases_inbox")  # what is no history may go


def test_a_newer_schema_is_refused_with_the_command(cluster: Cluster) -> None:
    urls = installation.Urls(cluster.url("bina", "app"), cluster.url("bina", "owner"))
    before = fingerprint(urls.owner)
    _super(cluster, "bina", "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '9999_x', now())")
    assert fingerprint(urls.owner) != before, "a start would not look"
    with pytest.raises(Refused, match=r"newer version of Bina.*cases\.9999_x") as refused:
        installation.migrate(urls)
    assert "restore" in str(refused.value)
    _super(cluster, "bina", "DELETE FROM django_migrations WHERE name = '9999_x'")
    assert fingerprint(urls.owner) == before


def test_who_holds_the_installation_is_told_to_whoever_comes_second(home: Path) -> None:
    with installation.alone(home):
        assert installation.holder(home) == os.getpid()
        command = [sys.executable, "-m", "bina", "migrate"]
        environment = child_environment(BINA_HOME=str(home), DATABASE_URL="", DATABASE_OWNER_URL="")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"already running (process {os.getpid()})" in done.stderr
    assert installation.holder(home) is None


def test_the_port_is_remembered_and_a_taken_one_refused(home: Path) -> None:
    settings = Config(home=home)  # type: ignore[call-arg]
    first = installation.port(home, settings)
    assert installation.port(home, settings) == first
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(Refused, match=f"Port {number} is taken"):
            installation.port(home, Config(home=home, port=number))  # type: ignore[call-arg]
    assert (home / "secret").stat().st_mode & 0o077 == 0
