"""One write on one case: lock, fold the new events, insert them with their rows, all in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction

from bina.flow.cases.errors import KeyReused, NotAllowed, Stale
from bina.flow.cases.events import Event, micros, moment, new_salt, salted
from bina.flow.cases.facts import check_given
from bina.flow.cases.prepared import Prepared
from bina.flow.cases.register import Key
from bina.flow.cases.replay import apply
from bina.flow.cases.row import FIELDS, SELECT, cast, summary_of, value_of
from bina.flow.cases.rows import FRAGMENTS, Change, also_rows, derive, parameters
from bina.flow.cases.summary import Summary


class Step(msgspec.Struct):
    """One event to be: its verb, what it carries, and the erasable words it vouches for."""

    verb: str
    given: dict[str, Any] = {}
    words: str | None = None


class Locked(msgspec.Struct):
    """A case held for writing: its summary, and the transaction's moment (epoch seconds and microseconds)."""

    case_id: int
    summary: Summary
    now: int
    now_us: int
    prepared: bool


class Recorded(msgspec.Struct, frozen=True):
    """What a write gives back; `again` when the same key had done it before."""

    case_id: int
    seq: int
    state: str
    outcome: str | None
    again: bool = False


_LOCK = (
    f"SELECT {SELECT}, bina_now(), EXISTS (SELECT 1 FROM pg_prepared_statements WHERE name = 'bina_update'), "
    "k.route, k.body, k.result::text FROM cases_case c "
    "LEFT JOIN cases_idempotency k ON k.scope = %s::text AND k.key = %s::text "
    "WHERE c.id = %s::bigint FOR NO KEY UPDATE OF c"
)
_SETTABLE = tuple(f for f in FIELDS if f not in ("code", "origin", "registered_at", "old_code"))
_UPDATE = Prepared(
    "bina_update",
    f"WITH kase AS (UPDATE cases_case SET {', '.join(f'{f} = {cast(f)}' for f in _SETTABLE)} "
    "WHERE id = %(case_id)s::bigint), event AS ("
    "INSERT INTO cases_event (stream_kind, stream_id, seq, verb, at, recorded_at, actor, channel, origin, given) "
    "SELECT 'case', %(case_id)s::bigint, r.seq, r.verb, coalesce(%(at)s::timestamptz, bina_now()), bina_now(), "
    "%(actor)s::text, %(channel)s::text, %(event_origin)s::text, r.given "
    "FROM jsonb_to_recordset(%(events)s::text::jsonb) AS r(seq int, verb text, given jsonb) ORDER BY r.seq "
    "RETURNING id), inbox AS (INSERT INTO cases_inbox (event_id) SELECT id FROM event), key AS ("
    "INSERT INTO cases_idempotency (scope, key, route, body, result, at) "
    "SELECT %(scope)s::text, %(key)s::text, %(route)s::text, %(body)s::bytea, "
    "jsonb_build_object('case', %(case_id)s::bigint, 'seq', %(seq)s::int, 'state', %(state)s::text, "
    "'outcome', %(outcome)s::text), bina_now() WHERE %(key)s::text IS NOT NULL), said AS ("
    "INSERT INTO cases_words (stream_kind, stream_id, seq, text, salt) "
    "SELECT 'case', %(case_id)s::bigint, g.seq, g.text, decode(g.salt, 'hex') "
    "FROM jsonb_to_recordset(%(said)s::text::jsonb) AS g(seq int, text text, salt text)), "
    + FRAGMENTS
    + " SELECT count(*) FROM event",
)


class Again(Exception):
    """The same key was here before; carries the answer it got."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded


def _checked(key: Key | None, route: str | None, body: Any, result: Any, case_id: int) -> None:
    """Raises Again with the earlier answer, or KeyReused, when the key has been here before."""
    if key is None or result is None:
        return
    found = msgspec.json.decode(result)
    if route != key.route or bytes(body) != key.body or found.get("case") != case_id:
        raise KeyReused
    raise Again(Recorded(case_id, found.get("seq", 1), found.get("state", ""), found.get("outcome"), again=True))


def lock(cursor: Any, case_id: int, key: Key | None = None) -> Locked:
    """Locks one case row for writing (several: lowest id first) and reads it."""
    cursor.execute(_LOCK, [key.scope if key else None, key.key if key else None, case_id])
    row = cursor.fetchone()
    if row is None:
        raise NotAllowed
    *fields, now, prepared, route, body, result = row
    _checked(key, route, body, result, case_id)
    return Locked(case_id, summary_of(fields), micros(now) // 1_000_000, micros(now), prepared)


def put(
    cursor: Any, held: Locked, steps: list[Step], *, actor: str, channel: str, origin: str = "live",
    at: int | None = None, key: Key | None = None,
) -> Summary:  # fmt: skip
    """Writes the steps as the next events of a locked case, its row, and the rows beside it; gives the new summary."""
    at_us = at * 1_000_000 if at is not None else held.now_us
    summary = held.summary
    changes: list[Change] = []
    lines: list[dict[str, Any]] = []
    said: list[dict[str, Any]] = []
    for step in steps:
        seq = summary.seq + 1
        given = dict(step.given)
        if step.words:
            salt = new_salt()
            given["words"] = salted(step.words, salt)
            said.append({"seq": seq, "text": step.words, "salt": salt.hex()})
        check_given(step.verb, given)
        event = Event(0, "case", held.case_id, seq, step.verb, at_us, held.now_us, actor, channel, origin, given)
        after = apply(summary, event)
        changes.append(Change(event, summary, after))
        lines.append({"seq": seq, "verb": step.verb, "given": given})
        summary = after
    params: dict[str, Any] = {f: value_of(summary, f) for f in _SETTABLE}
    params |= {
        "case_id": held.case_id, "at": moment(at) if at is not None else None, "actor": actor, "channel": channel,
        "event_origin": origin, "events": msgspec.json.encode(lines).decode(), "scope": key.scope if key else None,
        "key": key.key if key else None, "route": key.route if key else None, "body": key.body if key else None,
    }  # fmt: skip
    params |= parameters(derive(changes))
    params["said"] = msgspec.json.encode(said).decode()
    _UPDATE.run(params, ready=held.prepared)
    held.prepared = True
    if (summary.lat_e6, summary.lon_e6) != (held.summary.lat_e6, held.summary.lon_e6):
        _move_point(cursor, held.case_id, summary)
    also_rows(cursor, changes)
    held.summary = summary
    return summary


def _move_point(cursor: Any, case_id: int, summary: Summary) -> None:
    from bina.ground.city import places

    x = y = None
    if summary.lat_e6 is not None and summary.lon_e6 is not None:
        x, y = places.metres(summary.lat_e6, summary.lon_e6)
    cursor.execute("UPDATE cases_case SET point = point(%s::float8, %s::float8) WHERE id = %s::bigint", [x, y, case_id])


def write(
    case_id: int, decide: Callable[[Any, Locked], list[Step]], *, actor: str, channel: str, origin: str = "live",
    at: int | None = None, key: Key | None = None, seq: int | None = None,
) -> Recorded:  # fmt: skip
    """Locks the case, asks `decide(cursor, locked)` what happens, and writes it; once for the same key.

    With `seq` the write is refused as Stale when the case has moved on since that event was read.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            held = lock(cursor, case_id, key)
            if seq is not None and seq != held.summary.seq:
                raise Stale(
                    "این درخواست در همین فاصله تغییر کرد. تغییر را ببینید و دوباره تصمیم بگیرید.", seq=held.summary.seq
                )
            steps = decide(cursor, held)
            summary = put(cursor, held, steps, actor=actor, channel=channel, origin=origin, at=at, key=key)
        return Recorded(case_id, summary.seq, str(summary.state), summary.outcome)
    except Again as again:
        return again.recorded
    except IntegrityError as error:
        if key is None or "cases_idempotency" not in str(error):
            raise
        return _after_race(case_id, key)


def _after_race(case_id: int, key: Key) -> Recorded:
    """The same key committed while we waited: its answer is ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT route, body, result::text FROM cases_idempotency WHERE scope = %s::text AND key = %s::text",
            [key.scope, key.key],
        )
        route, body, result = cursor.fetchone()
    try:
        _checked(key, route, body, result, case_id)
    except Again as again:
        return again.recorded
    raise KeyReused
