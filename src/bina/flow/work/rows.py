"""Rows of jobs, made from the events of cases; a planned job is cancelled when its case leaves waiting or closes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bina.flow.cases.events import moment
from bina.flow.cases.moves import State
from bina.flow.cases.rows import Change


def rows(cursor: Any, changes: Sequence[Change]) -> None:
    """Plans, starts, ends and cancels jobs."""
    left: list[tuple[int, str]] = []
    for change in changes:
        event, given, case = change.event, change.event.given, change.event.stream_id
        at = moment(change.after.changed_at)
        if event.verb == "job_planned":
            cursor.execute(
                "INSERT INTO work_job (case_id, seq, kind, crew_id, unit_id, state, plan_at, planned_at) VALUES "
                "(%s::bigint, %s::int, %s::text, %s::bigint, %s::bigint, 'planned', %s::timestamptz, %s)",
                [case, event.seq, given.get("kind", "work"), given.get("crew"), change.after.unit_id,
                 moment(given["plan_at"]) if given.get("plan_at") else None, at],
            )  # fmt: skip
        elif event.verb in ("job_started", "job_done"):
            state = event.verb.removeprefix("job_")
            cursor.execute(
                f"UPDATE work_job SET state = %s::text, {state}_at = %s, quantity = coalesce(%s::bigint, quantity) "
                "WHERE case_id = %s::bigint AND seq = %s::int",
                [state, at, given.get("quantity"), case, given["job"]],
            )
        if _leaves(change):
            left.append((case, event.verb))
    if left:
        cursor.execute(
            "UPDATE work_job j SET state = 'cancelled', ended_by = g.verb FROM unnest(%s::bigint[], %s::text[]) "
            "AS g(case_id, verb) WHERE j.case_id = g.case_id AND j.state = 'planned'",
            [[case for case, _verb in left], [verb for _case, verb in left]],
        )


def _leaves(change: Change) -> bool:
    before, after = change.before, change.after
    if before is None or before.state == after.state:
        return False
    return before.state == State.WAITING or after.state == State.CLOSED
