"""What tests stand on holds itself: clones are apart, the history is the role's to add to only, nobody is called."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from bina.config import config
from tests import databases
from tests.conftest import CalledOut
from tests.databases import Fresh


def user() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        name: str = cursor.fetchone()[0]
    return name


def mark() -> int:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sla_cityversion SET version = version + 1000 RETURNING version")
        version: int = cursor.fetchone()[0]
    return version


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_writes_is_gone_for_the_next(turn: int) -> None:
    assert mark() < 2000
    assert user() == "bina_app"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_also_what_it_commits(turn: int) -> None:
    assert mark() < 2000
    assert not connection.in_atomic_block


@pytest.mark.django_db
def test_and_also_for_tests_that_roll_back() -> None:
    assert mark() < 2000


def test_a_fresh_database_serves_several_connections(fresh_database: Fresh) -> None:
    version = mark()
    with fresh_database.connect() as other:
        assert other.execute("SELECT version FROM sla_cityversion").fetchone() == (version,)
        assert other.info.dbname == connection.settings_dict["NAME"] == fresh_database.name
    with transaction.atomic():
        mark()


@pytest.mark.django_db
def test_a_fresh_database_commits_also_in_a_module_that_rolls_back(fresh_database: Fresh) -> None:
    assert not connection.in_atomic_block
    version = mark()
    with fresh_database.connect() as other:
        assert other.execute("SELECT version FROM sla_cityversion").fetchone() == (version,)


@pytest.mark.django_db
def test_the_applications_role_adds_to_the_history_and_changes_nothing_of_it() -> None:
    for statement in ("UPDATE cases_event SET verb = ''", "DELETE FROM cases_ledger", "TRUNCATE cases_event"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_without_asking_for_a_database_there_is_none() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.ensure_connection()


def test_a_city_is_there_for_who_asks(city: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM city_area WHERE kind = 'district'")
        assert cursor.fetchone()[0] == 13
        cursor.execute("SELECT count(*) FROM catalogue_subject")
        assert cursor.fetchone()[0] == 84
    assert city.name == "mashhad"


@pytest.mark.django_db
def test_and_not_for_who_does_not() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM city_area")
        assert cursor.fetchone()[0] == 0


def test_a_fresh_city_is_both(city: Path, fresh_database: Fresh) -> None:
    with fresh_database.connect() as other:
        assert other.execute("SELECT count(*) > 100 FROM city_area").fetchone() == (True,)


def test_nobody_else_is_called() -> None:
    with pytest.raises(CalledOut, match="local twin"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(CalledOut, match="local twin"):
        socket.create_connection(("example.org", 80), timeout=1)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_the_installation_of_whoever_runs_the_tests_is_left_alone() -> None:
    assert config().home == databases.home() / "installation"
    assert "DATABASE_URL" not in os.environ


def test_sizes_follow_the_option(size: Callable[[Any, Any], Any], request: pytest.FixtureRequest) -> None:
    assert size(10, 1000) == (1000 if request.config.getoption("long") else 10)


@pytest.mark.long
def test_long_tests_run_only_when_asked_for(request: pytest.FixtureRequest) -> None:
    assert request.config.getoption("long")
