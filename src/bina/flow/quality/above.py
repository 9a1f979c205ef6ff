"""What stands above a person's list: his newest bulk order and his saved filters, in one statement."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import connection

from bina.flow.quality.orders import Told
from bina.flow.quality.saved import Saved, one_mark

_BOTH = """
SELECT (SELECT jsonb_agg(jsonb_build_object('person_id', person_id, 'name', name, 'query', query, 'mark', mark)
                         ORDER BY name)
        FROM quality_savedfilter WHERE person_id = %s::bigint OR mark = %s::text)::text,
       o.id, o.verb, o.state, o.made_at, o.run_at, o.counts::text
FROM (SELECT 1) one LEFT JOIN LATERAL (
  SELECT q.*, (SELECT jsonb_object_agg(c.result, c.n) FROM (
    SELECT l.result, count(*) AS n FROM quality_orderline l WHERE l.order_id = q.id GROUP BY l.result) c) AS counts
  FROM quality_order q WHERE q.person_id = %s::bigint AND q.made_at > %s::timestamptz ORDER BY q.id DESC LIMIT 1
) o ON true
"""


def above(person_id: int, *, since: datetime, mark: str = "") -> tuple[Told | None, list[Saved]]:
    """A person's newest order made after a moment, and his filters with the one of a mark, whoever's it is."""
    with connection.cursor() as cursor:
        cursor.execute(_BOTH, [person_id, one_mark(mark), person_id, since])
        kept, number, verb, state, made_at, run_at, counts = cursor.fetchone()
    filters = msgspec.json.decode(kept or "[]", type=list[Saved])
    if number is None:
        return None, filters
    return Told(number, verb, state, made_at, run_at, msgspec.json.decode(counts or "{}")), filters
