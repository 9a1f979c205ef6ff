"""Rows of encumbrances, made from the events of cases; what is unpaid is freed when its case leaves waiting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bina.flow.cases.events import moment
from bina.flow.cases.moves import State
from bina.flow.cases.rows import Change


def rows(cursor: Any, changes: Sequence[Change]) -> None:
    """Sets money aside for a case and frees it."""
    left: list[tuple[int, datetime]] = []
    for change in changes:
        event, given, case = change.event, change.event.given, change.event.stream_id
        at = moment(change.after.changed_at)
        if event.verb == "credit_encumbered":
            cursor.execute(
                "INSERT INTO credit_encumbrance (line_id, case_id, seq, amount, at) "
                "VALUES (%s::bigint, %s::bigint, %s::int, %s::bigint, %s)",
                [given["line"], case, event.seq, given["amount"], at],
            )
        elif event.verb == "credit_freed":
            cursor.execute(
                "UPDATE credit_encumbrance SET freed_at = %s WHERE case_id = %s::bigint AND line_id = %s::bigint "
                "AND freed_at IS NULL AND paid_at IS NULL",
                [at, case, given["line"]],
            )
        before = change.before
        if before and before.state == State.WAITING and change.after.state != State.WAITING:
            left.append((case, at))
    if left:
        cursor.execute(
            "UPDATE credit_encumbrance e SET freed_at = g.at FROM unnest(%s::bigint[], %s::timestamptz[]) "
            "AS g(case_id, at) WHERE e.case_id = g.case_id AND e.freed_at IS NULL AND e.paid_at IS NULL",
            [[case for case, _at in left], [at for _case, at in left]],
        )
