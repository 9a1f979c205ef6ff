"""The bench's own installation: a city, an API key, and web, worker and clerk running on a durable database."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bina.config import config, set_variables
from bina.doors.cli import installation, new, strays
from bina.doors.cli.installation import Urls
from bina.doors.cli.postgres import Cluster
from bina.doors.cli.supervisor import System
from bina.ground.sla import version

RATE = 100_000_000  # calls a minute of the bench's key: the limit is asked each time and never reached


@dataclass
class Place:
    """Where to measure: the server, the running parts, and a key that may do everything."""

    cluster: Cluster
    urls: Urls
    system: System
    key: str

    @property
    def port(self) -> int:
        """The web server's port."""
        return self.system.port

    def pids(self) -> dict[str, int]:
        """The process numbers of the parts and of PostgreSQL."""
        found = {part.name: part.process.pid for part in self.system.parts if part.process}
        postmaster = self.cluster.postmaster()
        return found | ({"postgres": postmaster.pid} if postmaster else {})

    @contextmanager
    def paused(self, name: str) -> Iterator[None]:
        """Lets one part rest inside this block."""
        pid = self.pids()[name]
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def standing() -> Iterator[Place]:
    """Makes the installation under BINA_HOME/bench if it is not there, runs it, and stops it at the end."""
    set_variables(BINA_HOME=str(config().home / "bench"), DATABASE_URL="", DATABASE_OWNER_URL="")
    settings = config()
    installation.prepare(settings.home)
    with ExitStack() as held:
        held.enter_context(installation.alone(settings.home))
        strays.stop(settings.home)
        cluster = held.enter_context(installation.server(settings.home))
        urls = held.enter_context(installation.open_database(settings, fresh=True))
        new.make(new.CITIES / "mashhad", demo=True)
        key = _key()
        system = System(settings, urls, cluster, installation.port(settings.home, settings))
        try:
            system.start()
            system.wait_until_ready()
            yield Place(cluster, urls, system, key)
        finally:
            system.stop()


@contextmanager
def crowded(cases: int) -> Iterator[Urls]:
    """A city with so many cases under BINA_HOME/bench, its database alone; filled the first time, then kept."""
    home = config().home
    set_variables(BINA_HOME=str(home / "bench" / f"crowd-{cases}"), DATABASE_URL="", DATABASE_OWNER_URL="")
    try:
        settings = config()
        installation.prepare(settings.home)
        with installation.alone(settings.home), installation.open_database(settings, fresh=True) as urls:
            new.make(new.CITIES / "mashhad", demo=True)
            version.check(version.current())  # the city was loaded: what is read of it from now on is kept
            yield urls
    finally:
        set_variables(BINA_HOME=str(home))


def _key() -> str:
    from bina.flow.cases import clients

    return clients.make(name="bench", scopes=clients.SCOPES, sensitivity=2, rate_per_minute=RATE)
