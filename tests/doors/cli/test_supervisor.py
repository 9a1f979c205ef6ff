"""The life of a running installation: started, its parts killed, taken over after kill -9, stopped, refused twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from bina.config import child_environment
from bina.doors.cli.postgres import Cluster
from bina.doors.cli.supervisor import answers
from tests import databases

pytestmark = pytest.mark.faults
PATIENCE = 90.0  # seconds: a busy machine


class Running:
    """`./bina up` of one home, with what it printed."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.said = home.with_name(home.name + ".said")
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bina", "up"], env=environment(home), stdout=out, stderr=out
            )
        until(lambda: "ready after" in self.text() or self.process.poll() is not None)
        assert self.process.poll() is None, self.text()

    def text(self) -> str:
        return self.said.read_text()

    @property
    def port(self) -> int:
        return int((self.home / "port").read_text())

    def pids(self) -> dict[str, int]:
        rows = json.loads((self.home / "run" / "parts.json").read_text())
        return {row["name"]: row["pid"] for row in rows}

    def answers(self) -> bool:
        return answers("127.0.0.1", self.port)

    def end(self, order: int = signal.SIGINT) -> int:
        self.process.send_signal(order)
        return self.process.wait(PATIENCE)


def environment(home: Path) -> dict[str, str]:
    return child_environment(BINA_HOME=str(home), DATABASE_URL="", DATABASE_OWNER_URL="", BINA_WEB_WORKERS="1")


def until(holds: Callable[[], bool]) -> None:
    """Waits until it holds; fails when patience ends."""
    limit = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.1)


def processes(home: Path) -> list[str]:
    """Command lines of all that runs for this home: parts by their environment, PostgreSQL by its data folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            line = " ".join(process.cmdline())
            if str(home) in line or process.environ().get("BINA_HOME") == str(home):
                found.append(line)
    return found


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    home = databases.home() / f"cli-{os.getpid()}"
    command = [sys.executable, "-m", "bina", "new", "mashhad"]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "/first/" in done.stdout
    yield home
    shutil.rmtree(home)
    home.with_name(home.name + ".said").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def system(made: Path) -> Iterator[Running]:
    """Started once; the last two tests end it."""
    running = Running(made)
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGTERM)
    until(lambda: not processes(made))


def test_a_second_start_is_refused_with_words(system: Running) -> None:
    command = [sys.executable, "-m", "bina", "up"]
    done = subprocess.run(command, env=environment(system.home), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"already running (process {system.process.pid})" in done.stderr
    assert "BINA_HOME=" in done.stderr
    assert system.answers()


def test_the_running_parts_cannot_rewrite_history(system: Running) -> None:
    with (
        psycopg.connect(Cluster(system.home).url("bina", "app"), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("UPDATE cases_event SET verb = 'x'")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a user to hand over to")
def test_as_root_nothing_runs_as_root(system: Running) -> None:
    pids = [system.process.pid, *system.pids().values()]
    postmaster = Cluster(system.home).postmaster()
    assert postmaster is not None
    assert all(psutil.Process(pid).uids().real != 0 for pid in [*pids, postmaster.pid])
    assert (system.home / "secret").stat().st_mode & 0o077 == 0


def test_dead_parts_start_again(system: Running) -> None:
    before = system.pids()
    assert set(before) == {"web", "worker", "clerk"}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    postmaster = Cluster(system.home).postmaster()
    assert postmaster is not None
    postmaster.kill()
    until(lambda: "PostgreSQL runs again" in system.text())
    until(lambda: all(f"{name} runs again" in system.text() for name in before))
    until(system.answers)
    assert set(before.values()).isdisjoint(system.pids().values())


def test_after_kill_9_the_next_start_takes_over_and_ctrl_c_stops_all(system: Running) -> None:
    address = Cluster(system.home).url("bina", "app")
    with psycopg.connect(address) as connection:
        connection.execute("INSERT INTO cases_idempotency (scope, key, route, body, result, at) "
                           "VALUES ('test', 'kept', '', '', '{}', bina_now())")  # fmt: skip
    old = system.pids()
    assert system.end(signal.SIGKILL) == -signal.SIGKILL
    assert all(psutil.pid_exists(pid) for pid in old.values())
    following = Running(system.home)
    assert "an earlier run had left running" in following.text()
    assert set(old.values()).isdisjoint(following.pids().values())
    assert following.answers()
    with psycopg.connect(address) as connection:
        row = connection.execute("SELECT count(*) FROM cases_idempotency WHERE key = 'kept'").fetchone()
    assert row == (1,)
    assert following.end() == 0
    assert following.text().rstrip().endswith("stopped")
    assert processes(system.home) == []
