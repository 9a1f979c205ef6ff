"""Events of the streams beside the case: contact, followup, demand, credit, city, erasure; one at a time, in order."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import connection, transaction

from bina.flow.cases.events import new_salt, salted
from bina.flow.cases.models import STREAMS

# What each stream's events may carry; kinds as in facts.py: nothing personal, no free words, no floats.
VERBS: dict[str, dict[str, tuple[str, ...]]] = {
    "contact": {"instant": ("contact", "subject", "district", "words")},
    "followup": {"made": ("unit", "means", "word_at", "cases", "words")},
    "credit": {"opened": ("code", "year", "kind", "approved", "area", "stages")},
    "city": {
        "changed": ("version", "tables", "changes", "words"),
        "clock_moved": ("seconds",),
        "set": ("version", "what", "key", "before", "after", "private", "moved", "words"),
        "planned": ("what", "key", "after", "on", "words"),
        "plan_revoked": ("what", "key", "on", "words"),
    },
    "erasure": {"erased": ("case", "contacts", "texts", "files", "reason")},
}


def append(
    stream_kind: str, stream_id: int, verb: str, *, actor: str, channel: str, origin: str = "live",
    said: str | None = None, at: int | None = None, **given: Any,
) -> int:  # fmt: skip
    """Writes the next event of a stream and its inbox row in one transaction; gives its seq.

    `at` (epoch seconds) only for generated cities and offline doors; else the present moment.

    Two at once on the same stream: the later waits for the earlier (a lock on that stream alone).
    """
    if stream_kind not in STREAMS or stream_kind == "case":
        raise ValueError(f"{stream_kind!r} is no stream of its own; cases are written by record()")
    allowed = VERBS.get(stream_kind, {}).get(verb)
    if allowed is None or not set(given) <= set(allowed):
        raise ValueError(f"{stream_kind}.{verb} may not carry {sorted(given)}; see VERBS in flow/cases/streams.py")
    salt = new_salt()
    if said:
        given["words"] = salted(said, salt)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s::text), %s::int)", [stream_kind, stream_id % 2**31])
        cursor.execute(
            "WITH e AS (INSERT INTO cases_event (stream_kind, stream_id, seq, verb, at, recorded_at, actor, channel, "
            "origin, given) SELECT %s::text, %s::bigint, coalesce(max(seq), 0) + 1, %s::text, "
            "coalesce(to_timestamp(%s::float8), bina_now()), bina_now(), "
            "%s::text, %s::text, %s::text, %s::text::jsonb FROM cases_event WHERE stream_kind = %s::text "
            "AND stream_id = %s::bigint RETURNING id, seq), i AS (INSERT INTO cases_inbox (event_id) SELECT id FROM e) "
            "SELECT seq FROM e",
            [stream_kind, stream_id, verb, at, actor, channel, origin, msgspec.json.encode(given).decode(), stream_kind,
             stream_id],
        )  # fmt: skip
        seq = int(cursor.fetchone()[0])
        if said:
            cursor.execute(
                "INSERT INTO cases_words (stream_kind, stream_id, seq, text, salt) "
                "VALUES (%s::text, %s::bigint, %s::int, %s::text, %s::bytea)",
                [stream_kind, stream_id, seq, said, salt],
            )
    return seq
