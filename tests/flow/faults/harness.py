"""A real installation under load and under a killer: everything durable, its processes killed -9 at random."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil
import psycopg

from bina.config import child_environment
from bina.doors.cli.postgres import Cluster
from bina.flow.cases import clients, verify
from tests import databases

PATIENCE = 120.0  # seconds: a busy machine
CLIENTS = 12
REPEATED = 0.05  # so many of those that were answered are sent once more, as a client does that lost the answer
DEADLY = ("web worker", "web worker", "backend", "backend", "backend", "clerk", "worker", "web", "postmaster")
AT_MOST = {"web": 2, "postmaster": 2, "clerk": 3, "worker": 3}  # each death of a part doubles the wait before its start
HEADERS = {"Content-Type": "application/json", "Host": "localhost"}


def until(holds: Callable[[], bool], what: str = "") -> None:
    """Waits until it holds; fails when patience ends."""
    limit = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < limit, f"waited in vain {what}"
        time.sleep(0.05)


def _port() -> int:
    """A free port far from those that installations choose: another one may not step in while ours is dead."""
    while True:
        number = random.SystemRandom().randrange(20_000, 30_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number


class Installation:
    """`./bina new` and `./bina up` of a folder of its own, with an API key."""

    def __init__(self, name: str) -> None:
        self.home = databases.home() / f"{name}-{os.getpid()}"
        self.said = self.home.with_name(self.home.name + ".said")
        self.cluster = Cluster(self.home)
        self.url = self.cluster.url("bina", "app")
        self.key = secrets.token_urlsafe(32)
        self.process: subprocess.Popen[bytes] | None = None
        self.port = _port()

    def make(self) -> None:
        """Makes the city."""
        command = [sys.executable, "-m", "bina", "new", "mashhad"]
        done = subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Runs it and waits until it answers."""
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bina", "up"], env=self._environment(), stdout=out, stderr=out
            )
        process = self.process
        until(lambda: "ready after" in self.said.read_text() or process.poll() is not None, "for the start")
        assert process.poll() is None, self.said.read_text()
        digest = hashlib.sha256(self.key.encode()).digest()
        with self.connect() as connection:
            connection.execute(
                "INSERT INTO cases_client (name, key_hash, active, stamp, sensitivity, scopes, rate_per_minute, "
                "made_at) SELECT 'faults', %s, true, 1, 2, %s::text::jsonb, 10000000, bina_now() "
                "WHERE NOT EXISTS (SELECT 1 FROM cases_client WHERE key_hash = %s)",
                [digest, json.dumps(list(clients.SCOPES)), digest],
            )  # fmt: skip

    def stop(self) -> None:
        """Stops it as Ctrl-C does."""
        if self.process is not None and self.process.poll() is None:
            for pid in self.pids().values():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)

    def remove(self) -> None:
        """Stops it and leaves nothing."""
        self.stop()
        self.cluster.stop()
        shutil.rmtree(self.home, ignore_errors=True)
        self.said.unlink(missing_ok=True)

    def _environment(self) -> dict[str, str]:
        return child_environment(
            BINA_HOME=str(self.home), BINA_PORT=str(self.port), DATABASE_URL="", DATABASE_OWNER_URL=""
        )

    def connect(self, role: str = "app") -> psycopg.Connection[Any]:
        """A connection to its database."""
        return psycopg.connect(self.cluster.url("bina", role), autocommit=True)  # type: ignore[arg-type]

    def pids(self) -> dict[str, int]:
        """The process numbers of web, worker and clerk, as the supervisor wrote them last."""
        try:
            rows = json.loads((self.home / "run" / "parts.json").read_text())
        except (OSError, ValueError):
            return {}
        return {row["name"]: row["pid"] for row in rows}

    def verified(self) -> verify.Report:
        """What `verify` says once the clerk has entered everything."""
        until(self._entered, "for the clerk")
        return verify.verify(self.url, files=self.home / "files", seals=self.home / "seals")

    def _entered(self) -> bool:
        try:
            with self.connect() as connection:
                return connection.execute("SELECT 1 FROM cases_inbox LIMIT 1").fetchone() is None
        except psycopg.OperationalError:
            return False


class Caller:
    """One client with one connection at a time; what fails is sent again with the same key until it is answered."""

    def __init__(self, place: Installation) -> None:
        self.place = place
        self.connection: http.client.HTTPConnection | None = None
        self.tries = 0

    def send(self, key: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """One try; OSError or HTTPException when the connection broke."""
        self.tries += 1
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=20)
        headers = {**HEADERS, "Authorization": f"Bearer {self.place.key}", "Idempotency-Key": key}
        self.connection.request("POST", "/api/v1/requests", body, headers)
        response = self.connection.getresponse()
        return response.status, json.loads(response.read())

    def acknowledged(self, key: str, body: bytes) -> str:
        """Sends until it is acknowledged; the code."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            try:
                status, answer = self.send(key, body)
            except (OSError, http.client.HTTPException, ValueError):
                self.drop()
                time.sleep(0.05)
                continue
            if status in (200, 201):
                return str(answer["code"])
            assert status >= 500 or status == 429, answer
            time.sleep(0.05)
        raise AssertionError("never acknowledged")

    def drop(self) -> None:
        """Forgets a connection that broke."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def body(number: int) -> bytes:
    """A registration that is its own: its number stands in its words."""
    new = {"subject": "0101", "words": f"چالهٔ شمارهٔ {number} وسط خیابان", "no_place": False, "address": "بلوار سجاد ۱۲"}
    return json.dumps(new, ensure_ascii=False).encode()


@dataclass
class Load:
    """Registrations by several clients at once, and what they were told."""

    place: Installation
    total: int
    seed: int
    first: int = 0  # the number of the first one
    acknowledged: dict[str, str] = field(default_factory=dict)  # key: code
    answered_otherwise: list[str] = field(default_factory=list)  # keys that got another code at a second try
    failures: list[BaseException] = field(default_factory=list)
    tries: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._next = iter(range(self.first, self.first + self.total))
        self._threads = [threading.Thread(target=self._work, args=(n,), daemon=True) for n in range(CLIENTS)]

    def start(self) -> None:
        """Lets the clients begin."""
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Waits until all is acknowledged; raises what went wrong."""
        for thread in self._threads:
            thread.join(PATIENCE * 3)
        if self.failures:
            raise self.failures[0]

    @property
    def done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self, number: int) -> None:
        chance, caller = random.Random(f"{self.seed}-{number}"), Caller(self.place)
        try:
            while True:
                with self._lock:
                    following = next(self._next, None)
                if following is None:
                    break
                key = uuid.UUID(int=chance.getrandbits(128)).hex
                code = caller.acknowledged(key, body(following))
                self.acknowledged[key] = code
                if chance.random() < REPEATED and caller.acknowledged(key, body(following)) != code:
                    self.answered_otherwise.append(key)
        except BaseException as error:  # told by join
            self.failures.append(error)
        finally:
            caller.drop()
            self.tries += caller.tries


def killing(load: Load, faults: int) -> Counter[str]:
    """Kills a process of a random kind each time a further share of the load is acknowledged."""
    chance, killed = random.Random(load.seed), Counter[str]()
    for number in range(1, faults + 1):
        mark = number * load.total // (faults + 1)
        until(lambda mark=mark: len(load.acknowledged) >= mark or load.done, "for the load")  # type: ignore[misc]
        kind = chance.choice(DEADLY)
        while killed[kind] >= AT_MOST.get(kind, faults):
            kind = chance.choice(DEADLY)
        until(lambda kind=kind: kill(load.place, kind, chance) or load.done, f"for a {kind} to kill")  # type: ignore[misc]
        killed[kind] += 1
    return killed


def kill(place: Installation, kind: str, chance: random.Random) -> bool:
    """Kills one process of a kind; False when none of it lives at the moment."""
    with suppress(psutil.Error):
        postmaster = place.cluster.postmaster()
        if kind in ("postmaster", "backend"):
            if postmaster is None:
                return False
            backends = [p for p in postmaster.children() if "bina_app" in " ".join(p.cmdline())]
            victims = [postmaster] if kind == "postmaster" else backends
        elif kind == "web worker":
            victims = psutil.Process(place.pids()["web"]).children() if "web" in place.pids() else []
        else:
            victims = [psutil.Process(place.pids()[kind])] if kind in place.pids() else []
        living = [p for p in victims if p.status() != psutil.STATUS_ZOMBIE]
        if living:
            chance.choice(living).kill()
            return True
    return False


@dataclass
class Truth:
    """What the database holds against what clients were told."""

    lost: list[str]
    doubled: int
    unasked: int


def truth(place: Installation, acknowledged: dict[str, str]) -> Truth:
    """Compares: acknowledged codes that are not there, keys with more than one case, cases nobody was told of."""
    until(lambda: _answers(place), "for the database")
    with place.connect() as connection:
        codes = Counter(row[0] for row in connection.execute("SELECT code FROM cases_case"))
        said = connection.execute("SELECT words, count(*) FROM cases_contact GROUP BY words HAVING count(*) > 1")
        doubled = len(said.fetchall()) + sum(1 for n in codes.values() if n > 1)
    told = set(acknowledged.values())
    return Truth([code for code in told if not codes[code]], doubled, len(set(codes) - told))


def _answers(place: Installation) -> bool:
    try:
        place.connect().close()
    except psycopg.OperationalError:
        return False
    return True
