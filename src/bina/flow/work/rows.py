"""Rows of jobs, made from the events of cases; one open job of a kind a case, ended when its case leaves the hands.

What is only planned is cancelled then; what was begun ends with the result, and is cancelled with anything else.
A result that waited for its photo goes then too; its words go with those of an erased case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bina.flow.cases.events import moment
from bina.flow.cases.moves import State
from bina.flow.cases.rows import Change


def rows(cursor: Any, changes: Sequence[Change]) -> None:
    """Plans, starts, ends and cancels jobs, each case's events in their order."""
    for change in changes:
        event, given, case = change.event, change.event.given, change.event.stream_id
        at = moment(change.after.changed_at)
        if event.verb == "job_planned":
            kind = given.get("kind", "work")
            _cancel(cursor, case, event.verb, ("planned",), kind)
            cursor.execute(
                "INSERT INTO work_job (case_id, seq, kind, crew_id, unit_id, state, plan_at, planned_at) VALUES "
                "(%s::bigint, %s::int, %s::text, %s::bigint, %s::bigint, 'planned', %s::timestamptz, %s)",
                [case, event.seq, kind, given.get("crew"), change.after.unit_id,
                 moment(given["plan_at"]) if given.get("plan_at") else None, at],
            )  # fmt: skip
        elif event.verb in ("job_started", "job_done"):
            state = event.verb.removeprefix("job_")
            cursor.execute(
                f"UPDATE work_job SET state = %s::text, {state}_at = %s, quantity = coalesce(%s::bigint, quantity) "
                "WHERE case_id = %s::bigint AND seq = %s::int",
                [state, at, given.get("quantity"), case, given["job"]],
            )
        elif event.verb == "erased":
            cursor.execute("UPDATE work_slip SET words = '' WHERE case_id = %s::bigint", [case])
        if not _leaves(change):
            continue
        if change.after.state == State.REPORTED:
            cursor.execute(
                "UPDATE work_job SET state = 'done', done_at = %s, ended_by = %s::text "
                "WHERE case_id = %s::bigint AND state = 'started'",
                [at, event.verb, case],
            )
        _cancel(cursor, case, event.verb, ("planned", "started") if _gone(change) else ("planned",))
        cursor.execute("DELETE FROM work_slip WHERE case_id = %s::bigint", [case])


def _cancel(cursor: Any, case: int, verb: str, states: tuple[str, ...], kind: str | None = None) -> None:
    cursor.execute(
        "UPDATE work_job SET state = 'cancelled', ended_by = %s::text WHERE case_id = %s::bigint "
        "AND state = ANY(%s::text[]) AND (%s::text IS NULL OR kind = %s::text)",
        [verb, case, list(states), kind, kind],
    )


def _gone(change: Change) -> bool:
    """Whether the case left the unit's hands for good: another unit has it, or nobody."""
    before, after = change.before, change.after
    return before is not None and (after.state == State.CLOSED or before.unit_id != after.unit_id)


def _leaves(change: Change) -> bool:
    before, after = change.before, change.after
    if before is None:
        return False
    moved = before.state != after.state
    return _gone(change) or (moved and (before.state == State.WAITING or after.state == State.REPORTED))
