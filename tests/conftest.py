"""What every test may ask for: a database, a city, a browser; and what none may do: call out, read the user's own."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import hypothesis.configuration
import pytest

from bina import config as configuration
from tests import databases
from tests.databases import Fresh, Server

for name in [name for name in os.environ if name.startswith(("BINA_", "DATABASE_"))]:
    if not name.startswith("BINA_TEST_"):
        del os.environ[name]  # the settings of somebody's installation are not the tests'
os.environ["BINA_HOME"] = str(databases.home() / "installation")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver keeps a loop in the main thread
configuration.config.cache_clear()
pytest_plugins = ["tests.browsers"]

T = TypeVar("T")
_server: Server | None = None
_at: tuple[str, str] = ("", "")  # kind and name of the database that Django is turned to
_spent: set[str] = set()  # clones in which a test has committed: made anew before the next test
_run = os.environ.setdefault("BINA_TEST_RUN", str(os.getpid()))  # inherited by the workers
_fresh = 0


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("bina")
    group.addoption("--long", action="store_true", help="full sizes of the fault, fuzz and scale tests")
    group.addoption("--postgres", type=int, default=18, choices=(17, 18), help="major version of the tests' server")
    group.addoption("--counts", help="file to which the numbers of passed, failed and skipped tests are added")


def pytest_configure(config: pytest.Config) -> None:
    global _server
    _server = Server(config.getoption("postgres"))
    long = config.getoption("long")
    hypothesis.configuration.set_hypothesis_home_dir(databases.home() / "hypothesis")
    hypothesis.settings.register_profile("short", deadline=None, derandomize=True, max_examples=60)
    hypothesis.settings.register_profile("long", deadline=None, max_examples=2_000, print_blob=True)
    hypothesis.settings.load_profile("long" if long else "short")
    from django.test import TransactionTestCase

    # Django would empty the tables by TRUNCATE, which the application's role may not: the clone is made anew instead.
    TransactionTestCase._fixture_teardown = lambda self: _spent.add(_at[1])  # type: ignore[method-assign,attr-defined]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if {"browser", "page"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
        if "fresh_database" in getattr(item, "fixturenames", ()):  # it commits, whatever its module says
            item.add_marker(pytest.mark.django_db(transaction=True), append=False)
    if config.getoption("long"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _server is None or session.config.getoption("collectonly"):
        return
    if _at[1]:
        from django.db import connections

        connections.close_all()
        for kind in ("bare", "city"):
            _server.drop(_worker_clone(kind))
    if hasattr(session.config, "workerinput"):
        _server.leave()  # the controller outlives its workers and stops the server
    else:
        _server.down()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    path = config.getoption("counts")
    if path and not hasattr(config, "workerinput"):
        names = ("passed", "failed", "error", "skipped", "xfailed", "xpassed", "deselected")
        counts = {name: len(terminalreporter.stats.get(name, [])) for name in names}
        with Path(path).open("a") as file:
            file.write(" ".join(f"{name}={count}" for name, count in counts.items()) + "\n")


# The database. Which one a test gets is settled before any fixture, from the names it asks for.


def _worker_clone(kind: str) -> str:
    return f"run_{_run}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{kind}"


def _turn(kind: databases.Kind, name: str, *, anew: bool = False) -> Fresh:
    """Turns Django to a clone of this kind, made now if it is not there yet or was spent."""
    global _at
    assert _server is not None
    if not _at[1]:
        _server.up()
        _server.sweep()
    elif _at == (kind, name) and name not in _spent:
        return _server.fresh(name)
    if anew or name in _spent or not _server.exists(name):
        from django.db import connections

        connections.close_all()
        _server.clone(kind, name)
        _spent.discard(name)
    fresh = _server.fresh(name)
    databases.point(fresh.url)
    _at = (kind, name)
    return fresh


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    global _fresh
    names = set(getattr(item, "fixturenames", ()))
    asks = {"db", "transactional_db", "live_server", "fresh_database", "city"} & names
    marked = item.get_closest_marker("django_db")
    if not asks and not marked:
        return
    from bina.ground.sla import version

    version.forget()
    kind: databases.Kind = "city" if "city" in asks else "bare"
    if "fresh_database" in asks:
        _fresh += 1
        item.stash[_FRESH] = _turn(kind, f"{_worker_clone(kind)}_{_fresh}", anew=True)
    else:
        _turn(kind, _worker_clone(kind))


_FRESH = pytest.StashKey[Fresh]()


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Nothing to set up: `pytest_runtest_setup` has turned Django to a clone already."""


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[Fresh]:
    """A database of the test's own, for tests that commit, kill or open several connections; Django uses it too."""
    assert _server is not None
    fresh = request.node.stash[_FRESH]
    with django_db_blocker.unblock():
        yield fresh
        from django.db import connections

        connections.close_all()
    _server.drop(fresh.name)


@pytest.fixture
def city(request: pytest.FixtureRequest) -> Path:
    """Mashhad as a demo city without cases: areas, bodies, desks, subjects, people with rights. Gives its folder."""
    if "fresh_database" not in request.fixturenames and not request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
    return databases.CITY


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Callable[[T, T], T]:
    """size(short, long): how much of something, by whether --long was asked for."""
    long = request.config.getoption("long")

    def choose(short: T, full: T) -> T:
        return full if long else short

    return choose


# The network: nobody outside this machine is ever called.

_connect, _connect_ex, _getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo
NEAR = ("127.", "::1", "localhost", "0.0.0.0")


class CalledOut(RuntimeError):
    """A test reached for a machine that is not this one."""


def _near(host: Any) -> bool:
    return not host or str(host).startswith(NEAR)


def _check(self: socket.socket, address: Any) -> None:
    if self.family != socket.AF_UNIX and not _near(address[0]):
        raise CalledOut(f"{address}: tests reach this machine only. Use the local twin of the service.")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _check(self, address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _check(self, address)
    return _connect_ex(self, address)


def _guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if not _near(name):
        raise CalledOut(f"{name}: tests reach this machine only. Use the local twin of the service.")
    return _getaddrinfo(host, *args, **kwargs)


@pytest.fixture(autouse=True)
def an_allowance_of_its_own() -> None:
    """All tests of a process call from one address: none uses up what the next may send."""
    for name in ("bina.doors.web.citizen_limits", "bina.doors.api.clients"):
        if name in sys.modules:
            sys.modules[name].buckets.empty()


@pytest.fixture(autouse=True, scope="session")
def no_calling_out() -> Iterator[None]:
    """Sockets connect to this machine alone, names of others are not even looked up."""
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = _guarded_getaddrinfo
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _connect_ex  # type: ignore[method-assign]
    socket.getaddrinfo = _getaddrinfo
