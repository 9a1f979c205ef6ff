"""Runs the measurements in turn, each beside its bare limit, and makes figures of them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import psycopg

from bina.config import child_environment, config
from bina.doors.cli.bench import sample
from bina.doors.cli.bench.bare import Pgbench
from bina.doors.cli.bench.cpu import spent
from bina.doors.cli.bench.place import Place
from bina.doors.cli.figures import Figure
from bina.doors.cli.refusal import Refused
from bina.doors.cli.steps import say

ROUNDS = 2  # the product and its limits take turns, so that a busy minute of the machine strikes all of them
WARM_SECONDS = 1.5
SAMPLE_SECONDS = 0.05

# The bars of a release; a ratio that falls short is said in its closing note.
REGISTER_RATIO, STATEMENT_RATIO, CHANGE_RATIO, P99_MS, LAG_SECONDS, WEB_MS = 0.20, 0.50, 0.50, 60.0, 1.0, 1.0


@dataclass
class Result:
    """What one kind of run gave, its rounds together."""

    rates: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    cpu: dict[str, float] = field(default_factory=dict)
    count: int = 0
    wrong: int = 0
    why: str = ""

    @property
    def rate(self) -> float:
        """Requests or transactions a second: the middle of the rounds."""
        return median(self.rates) if self.rates else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share was answered."""
        took = sorted(self.took)
        return took[min(len(took) - 1, int(len(took) * share))] * 1000 if took else 0.0

    def ms(self, name: str) -> float:
        """CPU milliseconds of a part for each request."""
        return self.cpu.get(name, 0.0) * 1000 / max(1, self.count)


class Bench:
    """The measurements on one running installation."""

    def __init__(self, place: Place, seconds: float, clients: list[int]) -> None:
        self.place, self.seconds, self.clients = place, seconds, clients
        self.pgbench = Pgbench(place.cluster, config().home / "run")
        self.bodies = sample.encoded()
        self.codes: list[str] = []
        self.http: dict[int, Result] = {n: Result() for n in clients}

    def _http(self, result: Result, clients: int, seconds: float, **job: Any) -> list[str]:
        """One run of the client process; adds what it found to the result and gives the codes made."""
        sent = {"port": self.place.port, "key": self.place.key, "clients": clients, "seconds": seconds, **job}
        before = spent(self.place.pids())
        done = subprocess.run(
            [sys.executable, "-m", "bina.doors.cli.bench.load"], input=json.dumps(sent), capture_output=True,
            text=True, check=False, env=child_environment(),
        )  # fmt: skip
        if done.returncode:
            raise Refused(f"The bench's client failed:\n{done.stderr.strip()[-2000:]}")
        after = spent(self.place.pids())
        said = json.loads(done.stdout)
        right = sum(n for status, n in said["answered"].items() if int(status) < 300)
        result.rates.append(right / said["seconds"])
        result.took += said["took"]
        result.count += len(said["took"])
        result.wrong += len(said["took"]) - right
        result.why = result.why or said["wrong"]
        for name in after:
            result.cpu[name] = result.cpu.get(name, 0.0) + after[name] - before.get(name, 0.0)
        result.cpu["client"] = result.cpu.get("client", 0.0) + said["cpu"]
        codes: list[str] = said["codes"]
        return codes

    def registering(self, *, statement: bool) -> list[Figure]:
        """Registrations over HTTP beside pgbench running the same statement, and the reference statement."""
        self.pgbench.prepare(sample.bodies(), self.place.key)
        bare = {n: Result() for n in self.clients}
        alone = {n: Result() for n in self.clients}
        least = {n: Result() for n in self.clients}
        self._http(Result(), max(self.clients), WARM_SECONDS, bodies=self.bodies)
        part = self.seconds / ROUNDS
        with Lag(self.place.urls.app) as lag:
            for n in self.clients:
                say(f"  registering: {n} clients")
                for turn in range(ROUNDS):
                    with lag.on():
                        self.codes += self._http(self.http[n], n, part, bodies=self.bodies)
                    bare[n].rates.append(self.pgbench.rate(self.pgbench.product, clients=n, seconds=part))
                    if statement:
                        both = ((self.pgbench.product, alone[n]), (self.pgbench.reference, least[n]))
                        with self.place.paused("clerk"):  # the statement alone, each of the two first in its turn
                            for scripts, result in both[:: -1 if turn % 2 else 1]:
                                result.rates.append(self.pgbench.rate(scripts, clients=n, seconds=part))
                    lag.settle()
        rows = [row for n in self.clients for row in self._register_rows(n, bare[n])]
        if statement:
            rows += [_ratio(f"statement, {n} clients", alone[n], least[n].rate, STATEMENT_RATIO) for n in self.clients]
        return rows + lag.figures()

    def _register_rows(self, n: int, bare: Result) -> Iterator[Figure]:
        result = self.http[n]
        yield _ratio(f"register, {n} clients", result, bare.rate, REGISTER_RATIO)
        for share, name in ((0.5, "p50"), (0.99, "p99")):
            value = result.percentile(share)
            limit = P99_MS if share > 0.9 and n == 8 else None
            yield Figure(f"register {name}, {n} clients", value, "ms", limit, value / limit if limit else None)
        for name in ("client", "web", "clerk", "postgres"):
            limit = WEB_MS if name == "web" else None
            value = result.ms(name)
            yield Figure(f"CPU of {name}, {n} clients", value, "ms a request", limit, value / limit if limit else None)

    def changing(self) -> list[Figure]:
        """Moves over HTTP: referral, acceptance, result, sent back, result, confirmation."""
        n = max(self.clients)
        result = Result()
        for _round in range(ROUNDS):
            share, self.codes = self.codes[: len(self.codes) // 2], self.codes[len(self.codes) // 2 :]
            self._http(result, n, self.seconds / ROUNDS, codes=share, steps=sample.steps())
        registered = self.http[n].rate
        row = _ratio(f"change, {n} clients", result, registered, CHANGE_RATIO)
        return [row, *(Figure(f"CPU of {name}, change", result.ms(name), "ms a request")
                       for name in ("client", "web", "clerk", "postgres"))]  # fmt: skip


def _ratio(name: str, result: Result, limit: float, bar: float) -> Figure:
    """A rate beside its bare limit, with the bar that the ratio should reach."""
    note = f"the ratio should be at least {bar:g}"
    if result.wrong:
        note += f"; {result.wrong} were refused, the first: {result.why}"
    return Figure(name, result.rate, "a second", limit, result.rate / limit if limit else None, note)


class Lag:
    """Watches how old the oldest event is that the clerk has not entered yet, while registrations come in over HTTP."""

    SQL = (
        "SELECT extract(epoch FROM clock_timestamp() - e.recorded_at)::float8 FROM cases_event e "
        "WHERE e.id = (SELECT min(event_id) FROM cases_inbox)"
    )

    def __init__(self, address: str) -> None:
        self.address = address
        self.ages: list[float] = []
        self._watching = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Lag:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            while not self._ended.wait(SAMPLE_SECONDS):
                if self._watching.is_set():
                    row = connection.execute(self.SQL).fetchone()
                    self.ages.append(max(0.0, row[0]) if row else 0.0)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Takes samples inside this block."""
        self._watching.set()
        try:
            yield
        finally:
            self._watching.clear()

    def settle(self) -> None:
        """Waits until the clerk has entered what pgbench left him, so that the next sample is not of that."""
        until = time.monotonic() + 60
        with psycopg.connect(self.address, autocommit=True) as connection:
            while time.monotonic() < until:
                if connection.execute("SELECT 1 FROM cases_inbox LIMIT 1").fetchone() is None:
                    return
                time.sleep(0.1)

    def figures(self) -> list[Figure]:
        """Half and nearly all of the samples, and the worst."""
        ages = sorted(self.ages) or [0.0]
        last = ages[min(len(ages) - 1, int(len(ages) * 0.99))]
        return [
            Figure("clerk's lag p50", ages[len(ages) // 2], "s"),
            Figure("clerk's lag p99", last, "s", LAG_SECONDS, last / LAG_SECONDS),
            Figure("clerk's lag, worst", ages[-1], "s"),
        ]
