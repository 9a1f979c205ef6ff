"""The clerk: takes committed events out of the inbox and enters them in the ledger, numbered, chained, in order."""

from __future__ import annotations

import logging
import signal
import time
from types import FrameType
from typing import Any

import msgspec
import psycopg

from bina.flow.cases.events import COLUMNS, GENESIS, chained, event_of

LOCK = 0x62696E61  # "bina": one clerk, or one import batch, at a time
BATCH = 5000
IDLE_SECONDS = 0.05
log = logging.getLogger("bina.clerk")

# ANY(ARRAY(…)) and not IN (SELECT …): with a snapshot held open and one autoanalyze of the nearly empty inbox, the
# semi-join is planned as a scan of every dead row; enable_seqscan=off and fresh plans keep the primary key in use.
_TAKE = (
    "DELETE FROM cases_inbox WHERE event_id = ANY(ARRAY("
    "SELECT event_id FROM cases_inbox ORDER BY event_id LIMIT %s)) RETURNING event_id"
)
_SETTINGS = (
    "SET enable_seqscan = off", "SET plan_cache_mode = force_custom_plan", "SET statement_timeout = '5s'",
    "SET jit = off", "SET application_name = 'bina clerk'",
)  # fmt: skip


class Head(msgspec.Struct, frozen=True):
    """The last line of the ledger: its number and digest."""

    n: int
    digest: bytes


def head(cursor: Any) -> Head:
    """The ledger's last line; number 0 and the genesis digest when it is empty."""
    cursor.execute("SELECT n, digest FROM cases_ledger ORDER BY n DESC LIMIT 1")
    row = cursor.fetchone()
    return Head(row[0], bytes(row[1])) if row else Head(0, GENESIS)


def batch(connection: psycopg.Connection) -> int:
    """One batch from inbox to ledger in one transaction; how many it entered (0: none waiting, or not our turn)."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:  # type: ignore[index]
            return 0
        cursor.execute(_TAKE, [BATCH])
        taken = [r[0] for r in cursor.fetchall()]
        if not taken:
            return 0
        last = head(cursor)
        # Id order inside a batch keeps every case's order: a case's next event can only be written after its last one
        # was committed, and ids are drawn while the case's row is locked.
        cursor.execute(f"SELECT {COLUMNS} FROM cases_event e WHERE e.id = ANY(%s) ORDER BY e.id", [taken])
        n, digest = last.n, last.digest
        lines = []
        for row in cursor.fetchall():
            event = event_of(row)
            n, digest = n + 1, chained(digest, event)
            lines.append((n, event.id, digest))
        with cursor.copy("COPY cases_ledger (n, event_id, digest) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["int8", "int8", "bytea"])
            for line in lines:
                copy.write_row(line)
    return len(lines)


def connect(conninfo: str) -> psycopg.Connection:
    """The clerk's own unpooled connection with its own settings."""
    connection = psycopg.connect(conninfo, autocommit=True)
    for setting in _SETTINGS:
        connection.execute(setting)
    return connection


def drain(connection: psycopg.Connection) -> int:
    """Enters all that is in the inbox now; how many."""
    total = 0
    while done := batch(connection):
        total += done
    return total


def conninfo() -> str:
    """The address of this installation's database, from Django's settings."""
    from django.db import connection

    params = connection.get_connection_params()
    wanted = {k: params[k] for k in ("dbname", "user", "password", "host", "port") if params.get(k)}
    return psycopg.conninfo.make_conninfo(**wanted)


def run() -> None:
    """Works until told to stop (SIGTERM, SIGINT); a lost database is waited for, a failed batch is tried again."""
    going = True

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal going
        going = False

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    connection: psycopg.Connection | None = None
    while going:
        try:
            if connection is None or connection.closed:
                connection = connect(conninfo())
            if not batch(connection):
                time.sleep(IDLE_SECONDS)
        except psycopg.Error as error:
            log.warning("clerk: %s; trying again in a second", type(error).__name__)
            if connection is not None:
                connection.close()
            connection = None
            time.sleep(1)
    if connection is not None:
        connection.close()
