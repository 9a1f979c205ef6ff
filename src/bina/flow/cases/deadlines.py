"""Deadlines after a change of hours, holidays or subjects: one fact in each open case that it moves, no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bina.flow.cases.errors import Refused
from bina.flow.cases.events import moment
from bina.flow.cases.moves import By
from bina.flow.cases.record import allowed
from bina.flow.cases.rules import unit_deadline
from bina.flow.cases.summary import Summary
from bina.flow.cases.write import Locked, Step, write
from bina.ground.catalogue import subjects
from bina.ground.city import units
from bina.ground.sla.calendars import worktime

# The deadline as a referral gave it, or as a reckoning after it did: no hold has moved it since.
_RECKONED = (
    "(c.unit_due_at = r.due_at OR EXISTS (SELECT FROM cases_event e WHERE e.stream_kind = 'case' "
    "AND e.stream_id = c.id AND e.seq > r.seq AND e.verb = 'deadline_moved' "
    "AND to_timestamp((e.given->>'due_at')::bigint) = c.unit_due_at))"
)
# Cases at a unit whose deadline is still the one that their referral, or an earlier reckoning, gave; one that a hold
# has moved keeps that.
_OPEN = (
    "SELECT c.id, c.code, c.subject_id, c.unit_id, extract(epoch FROM r.at)::bigint, "
    "extract(epoch FROM c.unit_due_at)::bigint FROM cases_case c "
    "JOIN cases_referral r ON r.case_id = c.id AND r.seq = (c.more->>'referral')::int "
    f"WHERE c.state IN ('referred', 'in_progress') AND c.unit_due_at IS NOT NULL AND {_RECKONED} "
    "AND c.origin <> 'import' ORDER BY c.id"
)
_SINCE = (
    "SELECT extract(epoch FROM r.at)::bigint FROM cases_case c "
    "JOIN cases_referral r ON r.case_id = c.id AND r.seq = (c.more->>'referral')::int "
    f"WHERE c.id = %s::bigint AND c.state IN ('referred', 'in_progress', 'waiting') AND {_RECKONED}"
)


@dataclass(frozen=True, slots=True)
class Move:
    """An open case whose unit's deadline is no longer what today's rules give; epoch seconds."""

    case_id: int
    code: str
    subject_id: int
    unit_id: int
    since: int
    before: int
    after: int


def moves() -> list[Move]:
    """The open cases that `recalculate` would move by today's rules, and by how much; nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)
        rows = cursor.fetchall()
    return list(_moved(rows))


def recalculate(*, why: str, actor: str = "rule") -> int:
    """Reckons the units' deadlines of all open cases by today's rules; how many moved.

    Promises given to citizens never move. A case that somebody changed meanwhile is left to that change.
    """
    return sum(_one(move.case_id, move.since, why=why, actor=actor) for move in moves())


def _moved(rows: list[Any]) -> Iterator[Move]:
    for case_id, code, subject_id, unit_id, since, before in rows:
        subject, unit = subjects.by_id(subject_id), units.by_id(unit_id or 0)
        if subject is None or unit is None:
            continue
        if subject.deadline_clock == "clock":
            after = since + subject.deadline_seconds
        else:
            after = int(worktime(unit.calendar_code).due(moment(since), subject.deadline_seconds).timestamp())
        if after != before:
            yield Move(case_id, code, subject_id, unit_id, since, before, after)


def reckoned(cursor: Any, case_id: int, summary: Summary) -> int | None:
    """The unit's deadline (epoch seconds) by `summary`'s subject from the standing referral on, if it is another.

    None while no unit has a deadline, where a hold has moved it, and when it is the same.
    """
    unit = units.by_id(summary.unit_id or 0)
    if unit is None or summary.unit_due_at is None:
        return None
    cursor.execute(_SINCE, [case_id])
    found = cursor.fetchone()
    due = unit_deadline(summary, unit, int(found[0])) if found else None
    return due if due != summary.unit_due_at else None


def _one(case_id: int, since: int, *, why: str, actor: str) -> int:
    def decide(_cursor: Any, held: Locked) -> list[Step]:
        allowed(held.summary, "deadline_moved", By.RULE)
        unit = units.by_id(held.summary.unit_id or 0)
        if unit is None:
            raise Refused("این درخواست اکنون نزد واحدی نیست.")
        due = unit_deadline(held.summary, unit, since)
        if due == held.summary.unit_due_at:
            raise Refused("مهلت همان است.")
        return [Step("deadline_moved", {"due_at": due, "why": why})]

    try:
        write(case_id, decide, actor=actor, channel="system")
    except Refused:
        return 0
    return 1
