"""The first process of an import: copies the parcels in, shows how far it is, and reconciles at the end."""

from __future__ import annotations

import argparse
import multiprocessing
import pickle
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from typing import Any

import psycopg

from bina.config import config
from bina.doors.cli import figures
from bina.doors.cli.importing import folding, mapping, readers, telling
from bina.doors.cli.importing.outcome import Outcome, Progress, RejectionFile, print_outcome, reconcile, write_cells
from bina.doors.cli.refusal import Refused
from bina.flow.cases import bulk, clerk

LOCK = clerk.LOCK + 1  # one import at a time; the clerk's own lock is held only while a batch is copied in
PATIENCE_SECONDS = 2  # the server may notice a moment late that an earlier import has ended
AHEAD = 2  # parcels that wait to be copied in


def run(argv: list[str]) -> int:
    """Imports a file; 0 when every row is a case or a rejection and the database agrees, else 1."""
    parser = argparse.ArgumentParser(prog="bina import", description=__doc__)
    parser.add_argument("mapping", metavar="MAPPING", help=f"how to read it: {', '.join(mapping.names())}")
    parser.add_argument("file", type=Path, metavar="FILE", help="Parquet, CSV or CSV.gz (UTF-8)")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N rows")
    parser.add_argument("--report", type=Path, metavar="FILE", help="where the rows go that become no case (CSV)")
    figures.option(parser)
    given = parser.parse_args(argv)
    if given.limit is not None and given.limit < 1:
        raise Refused("--limit must be 1 or more.")
    report = given.report or _report_path(given.mapping, given.file)
    outcome = bring(given.mapping, given.file, report=report, limit=given.limit, progress=Progress(sys.stderr))
    print_outcome(outcome, as_json=given.json)
    return 0 if outcome.exact else 1


def _report_path(name: str, file: Path) -> Path:
    folder = config().home / "imports"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{folder} cannot be made ({error.strerror}). Name another place: --report FILE") from None
    return folder / f"{name}-{file.name.split('.')[0]}-rejections.csv"


def bring(
    name: str,
    path: Path,
    *,
    report: Path,
    limit: int | None = None,
    size: int = readers.CHUNK,
    progress: Callable[[Outcome], None] = lambda outcome: None,
) -> Outcome:
    """Brings a file in by one mapping; what became of its rows. `progress` is called after each batch.

    What was committed stays when it is interrupted; the next run goes on from there. Refused with a sentence.
    """
    table = mapping.read(name)
    telling.city_of(table)
    readers.chunks(path, table.needed)  # refuses a wrong file before anything is begun
    outcome, began_cpu = Outcome(table, report), time.process_time()
    order = _order(name, path, size, limit)
    with _alone() as connection:
        for last in (False, False, True):
            try:
                count = _once(connection, order, outcome, progress)
                break
            except psycopg.errors.UniqueViolation:
                # A citizen registered in these milliseconds under a code that was drawn for a case of the batch.
                if last:
                    raise
                outcome.again()
    outcome.cpu += time.process_time() - began_cpu + count.cpu
    outcome.memory = (folding.memory(), count.memory)
    reconcile(outcome, count.cells)
    write_cells(outcome)
    return outcome


def _once(
    connection: psycopg.Connection[Any],
    order: folding.Order,
    outcome: Outcome,
    progress: Callable[[Outcome], None],
) -> folding.Count:
    """The file from its first row to its last; what is in already is left alone."""
    with RejectionFile(outcome.report) as rejections, _folding(order) as (parcels, ask):
        for parcel in parcels:
            began = time.perf_counter()
            if parcel.formed is not None:
                outcome.events += bulk.enter(connection, parcel.formed)
                outcome.longest = max(outcome.longest, time.perf_counter() - began)
            rejections.write(parcel.rejections)
            outcome.add(parcel)
            progress(outcome)
        outcome.ended()
        return ask()


def _order(name: str, path: Path, size: int, limit: int | None) -> folding.Order:
    from django.db import connection

    wanted = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    database = {key: connection.settings_dict[key] for key in wanted}
    database["OPTIONS"] = {k: v for k, v in database["OPTIONS"].items() if k != "pool"}
    return folding.Order(name, path.resolve(), clerk.conninfo(), database, size, limit)


@contextmanager
def _alone() -> Iterator[psycopg.Connection[Any]]:
    """A connection that holds the one place of an import."""
    with psycopg.connect(clerk.conninfo(), autocommit=True, application_name="bina import") as connection:
        connection.execute(f"SET lock_timeout = '{PATIENCE_SECONDS}s'")
        try:
            connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        except psycopg.errors.LockNotAvailable:
            raise Refused("Another import is going on in this database. Wait until it has ended.") from None
        connection.execute("RESET lock_timeout")
        yield connection


@contextmanager
def _folding(order: folding.Order) -> Iterator[tuple[Iterator[folding.Parcel], Callable[[], folding.Count]]]:
    """The second process: its parcels, and the question to ask it after the last; ended whatever happens here."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=folding.main, args=(order, there), name="bina import", daemon=True)
    child.start()
    there.close()
    waiting: Queue[Any] = Queue(maxsize=AHEAD)
    stopping = threading.Event()
    reader = threading.Thread(target=_listen, args=(here, waiting, stopping), name="parcels", daemon=True)
    reader.start()

    def parcels() -> Iterator[folding.Parcel]:
        while (parcel := _said(waiting.get())) is not None:
            yield parcel

    def ask() -> folding.Count:
        here.send_bytes(b"all in")
        return _said(waiting.get())

    try:
        yield parcels(), ask
    finally:
        stopping.set()
        child.terminate()
        while reader.is_alive():
            while not waiting.empty():
                waiting.get_nowait()
            reader.join(0.05)
        child.join()
        here.close()


def _listen(here: Connection, waiting: Queue[Any], stopping: threading.Event) -> None:
    """Takes in what the second process sends while the first one copies."""
    while not stopping.is_set():
        try:
            told = pickle.loads(here.recv_bytes())
        except (EOFError, OSError):
            told = folding.Stopped(
                "The second process of the import has ended; what was copied in stays. Run it again."
            )
        waiting.put(told)
        if isinstance(told, folding.Stopped | folding.Count):
            return


def _said(told: Any) -> Any:
    if isinstance(told, folding.Stopped):
        raise Refused(told.sentence)
    return told
