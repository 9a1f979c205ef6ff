"""What falls due: each kind of timer has one handler, and a failing one is put off by an hour so it blocks nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import msgspec
from django.db import connection

from bina.flow.cases.errors import CaseError, Refused
from bina.flow.cases.moves import By
from bina.flow.cases.record import record

log = logging.getLogger("bina.timers")


class Due(msgspec.Struct, frozen=True):
    """One timer whose hour has come."""

    stream_kind: str
    stream_id: int
    kind: str
    step: int
    due_at: datetime


Handler = Callable[[Due], None]


def promise(due: Due) -> None:
    """A promised date has passed without its news: the promise is broken, and that is written down."""
    record(due.stream_id, "promise_broken", by=By.CLOCK, actor="clock", channel="system", promise=due.step)


def unit_due(due: Due) -> None:
    """The unit's deadline has passed: the first step of the ladder."""
    record(
        due.stream_id, "escalated", by=By.CLOCK, actor="clock", channel="system", step=100, to="district_deputy",
        why="deadline",
    )  # fmt: skip


def unheard(due: Due) -> None:
    """The answer window has passed: the case closes unheard if the tries were made, else it is looked at tomorrow."""
    try:
        record(due.stream_id, "close_unheard", by=By.CLOCK, actor="clock", channel="system")
    except Refused:
        _put_off(due, "1 day")


def _stop(due: Due) -> None:
    """Takes a timer out; of a promise its row is what was recorded of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM cases_timer WHERE stream_kind = %s::text AND stream_id = %s::bigint AND kind = %s::text "
            "AND step = %s::int AND due_at = %s::timestamptz",
            [due.stream_kind, due.stream_id, due.kind, due.step, due.due_at],
        )


def _put_off(due: Due, span: str) -> None:
    """It is looked at again after a while; a promise keeps the date that was told."""
    with connection.cursor() as cursor:
        if due.kind == "promise":
            cursor.execute(
                "UPDATE cases_promise SET put_off = bina_now() + %s::text::interval WHERE case_id = %s::bigint "
                "AND seq = %s::int",
                [span, due.stream_id, due.step],
            )
            return
        cursor.execute(
            "UPDATE cases_timer SET due_at = bina_now() + %s::text::interval WHERE stream_kind = %s::text "
            "AND stream_id = %s::bigint AND kind = %s::text AND step = %s::int",
            [span, due.stream_kind, due.stream_id, due.kind, due.step],
        )


TIMERS: dict[str, Handler] = {"promise": promise, "unit_due": unit_due, "unheard": unheard}


def also(kind: str, handler: Handler) -> None:
    """Lets a package above handle its own kind of timer (called once, from wiring.py)."""
    TIMERS[kind] = handler


# Timers, and promises that are open: nobody is told and nothing escalates of what was imported.
_DUE = """
(SELECT stream_kind, stream_id, kind, step, due_at FROM cases_timer WHERE due_at <= bina_now()
 ORDER BY due_at LIMIT %(limit)s::int)
UNION ALL
(SELECT 'case', p.case_id, 'promise', p.seq, p.due_at FROM cases_promise p
 JOIN cases_event e ON e.stream_kind = 'case' AND e.stream_id = p.case_id AND e.seq = p.seq
 WHERE p.kept_at IS NULL AND p.broken_at IS NULL AND p.due_at <= bina_now() AND e.origin <> 'import'
 AND (p.put_off IS NULL OR p.put_off <= bina_now()) ORDER BY p.due_at LIMIT %(limit)s::int)
"""


def dispatch(limit: int = 500) -> int:
    """Handles what is due, oldest first; how many were handled."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_DUE} ORDER BY due_at LIMIT %(limit)s::int", {"limit": limit})
        timers = [Due(*row) for row in cursor.fetchall()]
    done = 0
    for due in timers:
        try:
            TIMERS[due.kind](due)
            if due.kind != "unheard":
                _stop(due)
            done += 1
        except Refused:  # what it waited for has happened in the meantime
            _put_off(due, "1 day") if due.kind == "promise" else _stop(due)
        except CaseError as error:
            log.warning("timer %s of %s %s: %s", due.kind, due.stream_kind, due.stream_id, type(error).__name__)
            _put_off(due, "1 hour")
        except Exception:
            log.exception("timer %s of %s %s failed", due.kind, due.stream_kind, due.stream_id)
            _put_off(due, "1 hour")
    return done
