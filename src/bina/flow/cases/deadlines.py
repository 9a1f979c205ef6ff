"""Deadlines after a change of hours, holidays or subjects: one fact in each open case that it moves, no other."""

from __future__ import annotations

from typing import Any

from django.db import connection

from bina.flow.cases.errors import Refused
from bina.flow.cases.moves import By
from bina.flow.cases.record import allowed
from bina.flow.cases.rules import unit_deadline
from bina.flow.cases.write import Locked, Step, write
from bina.ground.city import units

# Cases at a unit whose deadline is still the one that their referral gave; one that a hold has moved keeps that.
_OPEN = (
    "SELECT c.id, extract(epoch FROM r.at)::bigint, c.seq FROM cases_case c "
    "JOIN cases_referral r ON r.case_id = c.id AND r.seq = (c.more->>'referral')::int "
    "WHERE c.state IN ('referred', 'in_progress') AND c.unit_due_at IS NOT NULL AND c.unit_due_at = r.due_at "
    "AND c.origin <> 'import' ORDER BY c.id"
)


def recalculate(*, why: str, actor: str = "rule") -> int:
    """Reckons the units' deadlines of all open cases by today's rules; how many moved.

    Promises given to citizens never move. A case that somebody changed meanwhile is left to that change.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)
        cases = cursor.fetchall()
    return sum(_one(case_id, since, why=why, actor=actor) for case_id, since, _seq in cases)


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
