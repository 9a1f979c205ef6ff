"""The second process of an import: reads, tells and folds rows, and writes batches out for the first to copy in."""

from __future__ import annotations

import gc
import os
import pickle
import resource
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg

from bina.doors.cli.refusal import Refused

UNDER_WAY = 8  # more parcels than can wait between the two processes (command.AHEAD, and those being passed on)
Key = tuple[str, str, str]  # subject, district and status, in the words of the source
Cell = tuple[str, str, str, str, int]  # subject, district, state, outcome (empty: none) and how many cases


@dataclass(frozen=True, slots=True)
class Order:
    """What the second process is asked to do; `database` are Django's settings of the connection."""

    mapping: str
    path: Path
    conninfo: str
    database: dict[str, Any]
    size: int
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row of the source that became no case."""

    number: int
    old_code: str
    reason: str
    key: Key | None


@dataclass(slots=True)
class Parcel:
    """One chunk of the source, ready: the batch of its new cases, what was in already, what was turned away."""

    rows: int
    share: float
    formed: Any = None
    known: int = 0
    cases: Counter[Key] = field(default_factory=Counter)
    rejections: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stopped:
    """The second process cannot go on; the sentence is for people."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Count:
    """The end: what the database holds of this source's codes; this process's size (bytes) and work (CPU seconds)."""

    cells: list[Cell]
    memory: int
    cpu: float


def main(order: Order, out: Connection) -> None:
    """Sends a Parcel for each chunk, None after the last, and a Count when told that all are in; or Stopped."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process tells this one when to stop
    gc.set_threshold(100_000, 50, 50)  # a batch's rows hold no circles: looking for them at each 700th costs a tenth
    try:
        _settle(order)
        folding = Folding(order)
        for parcel in folding.parcels():
            out.send_bytes(pickle.dumps(parcel, protocol=5))
        spent = time.process_time()
        out.send_bytes(pickle.dumps(None))
        out.recv_bytes()
        out.send_bytes(pickle.dumps(Count(folding.count(), memory(), spent)))
    except Refused as error:
        out.send_bytes(pickle.dumps(Stopped(str(error))))
    except (BrokenPipeError, EOFError, ConnectionResetError):
        os._exit(1)  # the first process has ended
    finally:
        out.close()


def memory() -> int:
    """The largest size of this process so far, in bytes."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size * 1024


def _settle(order: Order) -> None:
    """Makes this process one of the same database as the first."""
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from django.db import connections

    connections["default"].settings_dict.update(order.database)
    from bina.ground.sla import version

    version.check(version.current())


class Folding:
    """Reads a source and makes its parcels; keeps the codes that it has seen in a table of its own connection."""

    def __init__(self, order: Order) -> None:
        from bina.doors.cli.importing import mapping, readers

        self.order = order
        self.table = mapping.read(order.mapping)
        self.chunks = readers.chunks(order.path, self.table.needed, size=order.size)
        self.under_way: deque[set[str]] = deque(maxlen=UNDER_WAY)
        self.connection = psycopg.connect(order.conninfo, autocommit=True)
        self.connection.execute("CREATE TEMPORARY TABLE source_row (code text PRIMARY KEY)")

    def parcels(self) -> Iterator[Parcel]:
        """A parcel for each chunk of the source, in its order."""
        from bina.doors.cli.importing.telling import Teller

        teller, left = Teller(self.table, self._now()), self.order.limit
        for chunk in self.chunks:
            if left is not None:
                if left <= 0:
                    return
                chunk.numbers, chunk.rows = chunk.numbers[:left], chunk.rows[:left]
                left -= len(chunk)
            teller.now_us = self._now()
            yield self._parcel(teller, chunk)

    def _now(self) -> int:
        row = self.connection.execute("SELECT (extract(epoch FROM bina_now()) * 1000000)::bigint").fetchone()
        return int(row[0])  # type: ignore[index]

    def _parcel(self, teller: Any, chunk: Any) -> Parcel:
        from bina.doors.cli.importing.telling import Rejected
        from bina.flow.cases import bulk

        parcel = Parcel(len(chunk), chunk.share)
        parcel.rejections = [Rejection(broken.number, "", broken.reason, None) for broken in chunk.broken]
        named = []
        for number, row in zip(chunk.numbers, chunk.rows, strict=True):
            try:
                named.append((number, teller.old_code(row), row))
            except Rejected as why:
                parcel.rejections.append(Rejection(number, "", str(why), teller.key(row)))
        codes = [code for _, code, _ in named]
        fresh, known, prepared = self._first_seen(codes), bulk.known(self.connection, codes), []
        for number, code, row in named:
            key = teller.key(row)
            try:
                if code not in fresh:
                    raise Rejected("its code stands in an earlier row")
                fresh.remove(code)
                if code in known:
                    parcel.known += 1
                else:
                    prepared.append(bulk.prepare(teller.story(row, code), teller.now_us))
                parcel.cases[key] += 1
            except Rejected as why:
                parcel.rejections.append(Rejection(number, code, str(why), key))
        if prepared:
            with self.connection.cursor() as cursor:
                under_way = set().union(*self.under_way)
                parcel.formed = bulk.form(cursor, prepared, under_way)
            self.under_way.append({one.code for one in prepared})
        return parcel

    def _first_seen(self, codes: list[str]) -> set[str]:
        sql = "INSERT INTO source_row SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING RETURNING code"
        return {row[0] for row in self.connection.execute(sql, [codes])}

    def count(self) -> list[Cell]:
        """What the database holds of the codes of this source."""
        self.connection.execute("ANALYZE source_row")
        sql = (
            f"SELECT s.{self.table.subject_by}, coalesce(a.{self.table.district_by}, ''), c.state, "
            "coalesce(c.outcome, ''), count(*) FROM source_row r JOIN cases_case c ON c.old_code = r.code "
            "JOIN catalogue_subject s ON s.id = c.subject_id LEFT JOIN city_area a ON a.id = c.district_id "
            "GROUP BY 1, 2, 3, 4"
        )
        return self.connection.execute(sql).fetchall()
