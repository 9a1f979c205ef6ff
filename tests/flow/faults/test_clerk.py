"""The clerk beside somebody who holds a snapshot open, as an export or a dump does: it goes on at its pace."""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg

from bina.flow.cases import clerk, verify
from tests.databases import Fresh

EVENTS = """
WITH made AS (
  INSERT INTO cases_event (stream_kind, stream_id, seq, verb, at, recorded_at, actor, channel, origin, given)
  SELECT 'city', %(part)s, n, 'kept', bina_now(), bina_now(), 'clock', 'test', 'live', '{}'
  FROM generate_series(1, %(count)s) AS n RETURNING id)
INSERT INTO cases_inbox (event_id) SELECT id FROM made
"""
STEP = 1_000  # events of one transaction
SLOWEST = 4.0  # seconds of one batch; at five the clerk's own limit would end it, for good


def test_a_snapshot_held_open_does_not_stop_the_clerk(fresh_database: Fresh, size: Callable[[int, int], int]) -> None:
    total, slowest = size(50_000, 500_000), 0.0
    with (
        fresh_database.connect() as holder,
        clerk.connect(fresh_database.url) as mine,
        fresh_database.connect(autocommit=True) as writer,
        psycopg.connect(fresh_database.owner_url, autocommit=True) as owner,
    ):
        holder.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        holder.execute("SET idle_in_transaction_session_timeout = 0")
        holder.execute("SELECT count(*) FROM cases_event")
        for part in range(total // STEP):
            writer.execute(EVENTS, {"part": part, "count": STEP})
            began = time.monotonic()
            assert clerk.drain(mine) == STEP
            slowest = max(slowest, time.monotonic() - began)
            if part % 5 == 4:
                owner.execute("ANALYZE cases_inbox")
        seen = holder.execute("SELECT count(*) FROM cases_event").fetchone()
        assert seen == (0,)
    print(f"slowest batch {slowest:.3f} s")
    assert slowest < SLOWEST
    report = verify.verify(fresh_database.url)
    assert (report.ledger, report.inbox, report.findings) == (total, 0, [])
