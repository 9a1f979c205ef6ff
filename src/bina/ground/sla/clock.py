"""The one clock of the city: the transaction's time plus the demo's shift."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from bina.ground.sla import version

# bina_now() for a statement that runs a thousand times a second, given the shift as a parameter (`known_shift`).
NOW = "now() + %(shift)s::interval"


def now() -> datetime:
    """The transaction's moment, aware, in UTC; the same for every call inside one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bina_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def today(zone: str) -> date:
    """The day it is now in a zone (Asia/Tehran, say)."""
    return now().astimezone(ZoneInfo(zone)).date()


def shift() -> timedelta:
    """How far the city's clock stands ahead of the real one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce((SELECT shift FROM sla_clock), interval '0')")
        value: timedelta = cursor.fetchone()[0]
    return value


@version.per_version
def known_shift() -> timedelta:
    """The same as at the city's version that this thread was told, for moving the clock makes another."""
    return shift()


def move(*, by: timedelta) -> timedelta:
    """Moves the clock of a demo city and gives the new shift; never backwards, since histories go forwards.

    The city's version becomes another with it.
    """
    if by < timedelta(0):
        raise ValueError("The clock only moves forwards; give a positive span.")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sla_clock (id, shift) VALUES (1, %s) "
            "ON CONFLICT (id) DO UPDATE SET shift = sla_clock.shift + excluded.shift RETURNING shift",
            [by],
        )
        value: timedelta = cursor.fetchone()[0]
    version.bump()  # every process reads it anew
    return value


_offset: tuple[int | None, float, float] = (None, 0.0, 0.0)  # city version, database time minus monotonic, when read
OFFSET_SECONDS = 60.0


def estimate() -> datetime:
    """The city's moment as this process reckons it, without a query: for reckoning a deadline, never for an event.

    Read from the database at most once a minute and whenever the city's version is another (moving a demo's clock
    bumps it), then carried on by the monotonic clock; off by a round trip.
    """
    global _offset
    known, offset, read = _offset
    ticks = time.monotonic()
    if known != version.known() or ticks - read > OFFSET_SECONDS or known is None:
        offset = now().timestamp() - time.monotonic()
        _offset = (version.known(), offset, ticks)
    return datetime.fromtimestamp(offset + ticks, UTC)
