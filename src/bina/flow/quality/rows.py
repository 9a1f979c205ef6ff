"""What follow-ups and orders still say about an erased case is emptied in the transaction of its erasure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bina.flow.cases.rows import Change


def rows(cursor: Any, changes: Sequence[Change]) -> None:
    """Empties the words of every follow-up and order that named the case; its other cases keep theirs in their own
    histories."""
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
        cursor.execute(
            "UPDATE quality_order o SET words = '' FROM quality_orderline l WHERE l.order_id = o.id "
            "AND l.case_id = %s::bigint AND o.state IN ('done', 'taken_back') AND o.words <> ''",
            [case],
        )
