"""Readers of the history: each takes the ledger's events in their order, its effects and its place in one commit."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from django.db import InterfaceError, OperationalError, connection, transaction

from bina.flow.cases.events import COLUMNS, Event, event_of

log = logging.getLogger("bina.readers")

WINDOW = 2000  # lines of the ledger that one batch passes over
TURN_SECONDS = 10.0  # of one reader at a time: a worker that is asked to stop has not long to wait
AGAIN = 20  # of those set aside, so many are tried again at a time
PAUSES = (60, 600, 3600, 6 * 3600, 86_400)  # seconds before what was set aside is tried again; then people have to look


class Entry(msgspec.Struct, frozen=True):
    """One line of the ledger with its event."""

    n: int
    event: Event


Take = Callable[[Any, list[Entry]], None]


class Reader(msgspec.Struct, frozen=True):
    """Who reads: a name for its place, what it does with the entries it asked for, and which those are.

    `take(cursor, entries)` writes inside the reader's transaction and never outside the database. A reader that is new
    begins with what comes from now on, unless it wants the whole past.
    """

    name: str
    take: Take
    verbs: tuple[str, ...]
    streams: tuple[str, ...] = ("case",)
    origins: tuple[str, ...] = ("live",)
    whole_past: bool = False


READERS: dict[str, Reader] = {}


def also(reader: Reader) -> None:
    """Lets a package above read the history (called once, from wiring.py)."""
    READERS[reader.name] = reader


def read_all(seconds: float = TURN_SECONDS) -> int:
    """Lets every reader come up to the ledger's end, or as far as it gets in its time; how many batches that took."""
    done = 0
    for reader in READERS.values():
        until = time.monotonic() + seconds
        while step(reader):
            done += 1
            if time.monotonic() > until:
                log.info("reader %s goes on in its next turn", reader.name)
                break
    return done


def step(reader: Reader, window: int = WINDOW) -> bool:
    """One batch of one reader; False when there is nothing for it, or another worker reads at this moment.

    An event that cannot be taken is set aside with its reason and tried again later, and the rest goes on. A lost
    database undoes the batch together with its place.
    """
    if not _something(reader):
        return False
    with transaction.atomic(), connection.cursor() as cursor:
        place = _place(cursor, reader)
        if place is None:
            return False
        _try_again(cursor, reader)
        cursor.execute("SELECT least(%s::bigint, coalesce(max(n), 0)) FROM cases_ledger", [place + window])
        [(until,)] = cursor.fetchall()
        if until <= place:
            return False
        _hand(cursor, reader, _entries(cursor, reader, place, until))
        cursor.execute("UPDATE cases_reader SET n = %s::bigint WHERE name = %s::text", [until, reader.name])
    return True


def _something(reader: Reader) -> bool:
    """Whether it is worth locking the reader's row, so that an idle city writes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT max(n) FROM cases_ledger), 0) > "
            "coalesce((SELECT n FROM cases_reader WHERE name = %s::text), -1) "
            "OR EXISTS (SELECT 1 FROM cases_setaside WHERE reader = %s::text AND next_at <= bina_now())",
            [reader.name, reader.name],
        )
        return bool(cursor.fetchone()[0])


def _place(cursor: Any, reader: Reader) -> int | None:
    """How far the reader has come, its row held until the commit; None while another holds it."""
    held = "SELECT n FROM cases_reader WHERE name = %s::text FOR UPDATE SKIP LOCKED"
    cursor.execute(held, [reader.name])
    row = cursor.fetchone()
    if row is None:
        cursor.execute(
            "INSERT INTO cases_reader (name, n, failure) SELECT %s::text, CASE WHEN %s::bool THEN 0 "
            "ELSE coalesce(max(n), 0) END, '' FROM cases_ledger ON CONFLICT DO NOTHING",
            [reader.name, reader.whole_past],
        )
        cursor.execute(held, [reader.name])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _entries(cursor: Any, reader: Reader, after: int, until: int) -> list[Entry]:
    """What the reader asked for among these lines, in their order.

    Two statements, the second by the events' own numbers: joined in one, the rare origin or verb looks so selective
    that the whole history is read for a few lines of it.
    """
    cursor.execute("SELECT event_id, n FROM cases_ledger WHERE n > %s::bigint AND n <= %s::bigint", [after, until])
    lines = dict(cursor.fetchall())
    cursor.execute(
        f"SELECT {COLUMNS} FROM cases_event e WHERE e.id = ANY(%s::bigint[]) AND e.stream_kind = ANY(%s::text[]) "
        "AND e.verb = ANY(%s::text[]) AND e.origin = ANY(%s::text[])",
        [list(lines), list(reader.streams), list(reader.verbs), list(reader.origins)],
    )
    events = [event_of(row) for row in cursor.fetchall()]
    return sorted((Entry(lines[event.id], event) for event in events), key=lambda entry: entry.n)


def _hand(cursor: Any, reader: Reader, entries: list[Entry]) -> None:
    """Gives the batch to the reader; when it stumbles, one by one, so that only the bad one is set aside."""
    if not entries or _took(cursor, reader, entries) is None:
        return
    for entry in entries:
        reason = _took(cursor, reader, [entry])
        if reason is not None:
            _set_aside(cursor, reader, entry.n, reason)


def _took(cursor: Any, reader: Reader, entries: list[Entry]) -> str | None:
    """None when the reader took them; else why not, in words that hold nothing personal."""
    try:
        with transaction.atomic():
            reader.take(cursor, entries)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
    return None


def _set_aside(cursor: Any, reader: Reader, n: int, reason: str) -> None:
    log.error("reader %s set line %s of the ledger aside: %s", reader.name, n, reason)
    cursor.execute(
        "INSERT INTO cases_setaside (reader, n, reason, tries, next_at) VALUES (%s::text, %s::bigint, %s::text, 1, "
        "bina_now() + make_interval(secs => %s::int)) ON CONFLICT (reader, n) DO NOTHING",
        [reader.name, n, reason, PAUSES[0]],
    )
    cursor.execute(
        "UPDATE cases_reader SET failed_at = bina_now(), failure = %s::text WHERE name = %s::text",
        [f"{n}: {reason}", reader.name],
    )


def _try_again(cursor: Any, reader: Reader) -> None:
    """What was set aside and is due: taken now, or put off for longer."""
    cursor.execute(
        "SELECT n, tries FROM cases_setaside WHERE reader = %s::text AND next_at <= bina_now() "
        "ORDER BY n LIMIT %s::int",
        [reader.name, AGAIN],
    )
    for n, tries in cursor.fetchall():
        reason = _took(cursor, reader, _entries(cursor, reader, n - 1, n))
        if reason is None:
            cursor.execute("DELETE FROM cases_setaside WHERE reader = %s::text AND n = %s::bigint", [reader.name, n])
            continue
        pause = PAUSES[tries] if tries < len(PAUSES) else None
        cursor.execute(
            "UPDATE cases_setaside SET reason = %s::text, tries = tries + 1, "
            "next_at = bina_now() + make_interval(secs => %s::int) WHERE reader = %s::text AND n = %s::bigint",
            [reason, pause, reader.name, n],
        )
