"""Keeps an installation running: web, worker, clerk as children, PostgreSQL beneath them, each restarted if it dies."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from bina.config import Config, child_environment
from bina.doors.cli import strays
from bina.doors.cli.installation import Urls
from bina.doors.cli.postgres import Cluster
from bina.doors.cli.refusal import DatabaseRefused, Refused
from bina.doors.cli.steps import say

TICK_SECONDS = 0.2
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a dead part is started again, doubled at each death
CALM_SECONDS = 60.0  # alive so long, it starts from the first pause again
READY_SECONDS = 60.0
LOG_BYTES = 20_000_000
BACKLOG, CONNECTIONS = 1024, 512  # waiting to be accepted; open to one web process at a time, idle ones included
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Part:
    """One child: how it is started, how long it may take to stop, and how it fares."""

    name: str
    command: list[str]
    stop_seconds: float
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0
    deaths: int = 0


@dataclass
class System:
    """A running installation. Its folder is held by `installation.alone`, its database is open."""

    settings: Config
    urls: Urls
    cluster: Cluster | None
    port: int
    parts: list[Part] = field(default_factory=list)
    asked: int = 0  # how often it was asked to stop

    def start(self) -> None:
        """Starts web, worker and clerk, in the order in which they are stopped."""
        for order in SIGNALS:
            if order != signal.SIGHUP or signal.getsignal(order) != signal.SIG_IGN:  # nohup has its way
                signal.signal(order, self._stop)
        bina = [sys.executable, "-m", "bina"]
        self.parts = [
            Part("web", web_command(self.settings, self.port), 15),
            Part("worker", [*bina, "worker"], 30),
            Part("clerk", [*bina, "clerk"], 10),
        ]
        for part in self.parts:
            self._launch(part)

    def wait_until_ready(self) -> None:
        """Returns when the web server answers, or when it was asked to stop; Refused with its log's end if it fails."""
        until = time.monotonic() + READY_SECONDS
        web = self.parts[0]
        while not self.asked and not answers(self.settings.host, self.port):
            self._look_after()
            if web.deaths > 1 or time.monotonic() > until:
                log = self.settings.home / "log" / "web.log"
                raise Refused(f"The web server does not answer; its log {log} ends:\n{tail(log)}")
            time.sleep(0.1)

    def run(self) -> None:
        """Works until it is asked to stop (Ctrl-C, SIGTERM, the terminal closed)."""
        while not self.asked:
            self._look_after()
            time.sleep(TICK_SECONDS)

    def stop(self) -> None:
        """Stops web, worker and clerk, in this order; whoever does not leave in time, or at a second Ctrl-C, is killed.

        PostgreSQL is stopped by whoever opened it, once nobody uses it any more.
        """
        for part in self.parts:
            if part.process is None:
                continue
            _order(part.process.pid, signal.SIGTERM)
            until = time.monotonic() + part.stop_seconds
            while part.process.poll() is None and time.monotonic() < until and self.asked < 2:
                time.sleep(0.05)
            _order(part.process.pid, signal.SIGKILL)  # what it started itself, too
            part.process.wait()
            part.process = None
        (self.settings.home / strays.RECORD).unlink(missing_ok=True)

    def _stop(self, _order: int, _frame: FrameType | None) -> None:
        self.asked += 1

    def _look_after(self) -> None:
        if self.cluster is not None and not self.cluster.running:
            self._revive(self.cluster)
        for part in self.parts:
            if part.process is None:
                if time.monotonic() >= part.due:
                    self._launch(part)
                    say(f"  {part.name} runs again")
            elif part.process.poll() is not None:
                self._bury(part)

    def _bury(self, part: Part) -> None:
        process, part.process = part.process, None
        if process is None:
            return
        _order(process.pid, signal.SIGKILL)  # web processes outlive the one that started them
        if time.monotonic() - part.born > CALM_SECONDS:
            part.pause, part.deaths = FIRST_PAUSE, 0
        part.deaths += 1
        part.due = time.monotonic() + part.pause
        say(f"  {part.name} ended ({_ending(process.returncode)}); starting it again in {part.pause:g} s")
        part.pause = min(part.pause * 2, LONGEST_PAUSE)

    def _revive(self, cluster: Cluster) -> None:
        say("  PostgreSQL ended; starting it again")
        pause = FIRST_PAUSE
        while not self.asked:
            try:
                cluster.start()
            except DatabaseRefused as error:
                say(f"  {error}\n  Trying again in {pause:g} s")
                self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                say("  PostgreSQL runs again")
                return

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(TICK_SECONDS)

    def _launch(self, part: Part) -> None:
        log = self.settings.home / "log" / f"{part.name}.log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".old.log"))
        environment = child_environment(
            DATABASE_URL=self.urls.app, DATABASE_OWNER_URL="", BINA_PORT=str(self.port), **{strays.MARK: part.name}
        )
        with log.open("ab") as out:
            part.process = subprocess.Popen(
                part.command, cwd=self.settings.home, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env=environment, process_group=0,
            )  # fmt: skip
        part.born = time.monotonic()
        strays.record(self.settings.home, {p.name: p.process.pid for p in self.parts if p.process})


def web_command(settings: Config, port: int) -> list[str]:
    """What starts the web server: one process a worker, each with its threads."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", settings.host, "--port", str(port),
        "--workers", str(settings.web_workers), "--blocking-threads", str(settings.web_threads),
        "--backlog", str(BACKLOG), "--backpressure", str(CONNECTIONS), "--http", "1", "--no-ws",
        "--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "10",
        "--log-level", "warning", "bina.wsgi:application",
    ]  # fmt: skip


def answers(host: str, port: int) -> bool:
    """Whether a web server answers there, whatever it says."""
    where = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host.strip("[]"))
    connection = http.client.HTTPConnection(where, port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def tail(log: Path, size: int = 2000) -> str:
    """The last `size` bytes of a log."""
    if not log.exists():
        return "(empty)"
    return log.read_bytes()[-size:].decode("utf-8", "replace").strip()


def _order(group: int, order: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # gone; macOS says the latter of a group of zombies
        os.killpg(group, order)


def _ending(code: int) -> str:
    return f"by signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
