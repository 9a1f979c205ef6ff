"""What follow-ups still say about an erased case is emptied in its transaction; an order's words go when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bina.flow.cases.rows import Change


def rows(cursor: Any, changes: Sequence[Change]) -> None:
    """Empties the words of every follow-up that named the case; its other cases keep theirs in their own histories."""
    for change in changes:
        if change.event.verb != "erased":
            continue
        case = change.event.stream_id
        cursor.execute(
            "UPDATE quality_followup SET \"to\" = '', answer = '', salt = NULL, erased_at = bina_now() "
            "WHERE erased_at IS NULL AND id IN (SELECT (given->>'follow_up')::bigint FROM cases_event "
            "WHERE stream_kind = 'case' AND stream_id = %s::bigint AND verb = 'follow_up' AND given ? 'follow_up') "
            "RETURNING id",
            [case],
        )
        cursor.execute(
            "UPDATE cases_words SET text = '', salt = NULL, erased_at = bina_now() "
            "WHERE stream_kind = 'followup' AND stream_id = ANY(%s::bigint[]) AND erased_at IS NULL",
            [[number for (number,) in cursor.fetchall()]],
        )
