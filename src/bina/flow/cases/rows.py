"""Rows beside the case, made from its events by one function: a verb calls it with one, an import with thousands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from bina.flow.cases.events import Event, moment
from bina.flow.cases.moves import State
from bina.flow.cases.summary import Summary


class Change(msgspec.Struct, frozen=True):
    """One event on one case, with the summary before and after it."""

    event: Event
    before: Summary | None
    after: Summary


RowsOf = Callable[[Any, Sequence[Change]], None]
_more_rows: dict[RowsOf, frozenset[str] | None] = {}


def also(function: RowsOf, opens: Sequence[str] | None = None) -> None:
    """Lets a package above make its own rows in the same transaction (called once, from wiring.py).

    `opens`: the verbs that make its first row of a case; a whole history without any of them has none of its rows.
    """
    _more_rows[function] = None if opens is None else frozenset(opens)


class Derived(msgspec.Struct):
    """What the events say of referrals, promises and timers; keys are (case, seq of the opening event)."""

    referrals: dict[tuple[int, int], dict[str, Any]] = msgspec.field(default_factory=dict)
    referral_marks: dict[tuple[int, int], dict[str, Any]] = msgspec.field(default_factory=dict)
    promises: dict[tuple[int, int], dict[str, Any]] = msgspec.field(default_factory=dict)
    promise_marks: dict[tuple[int, int], dict[str, Any]] = msgspec.field(default_factory=dict)
    timers: dict[tuple[int, str, int], int | None] = msgspec.field(default_factory=dict)


def timers_of(s: Summary) -> dict[tuple[str, int], int]:
    """The hours at which something must happen to this case: (kind, step) to epoch seconds.

    Of promises their own rows say it: a timer beside each would be written and struck out with it for nothing.
    """
    due: dict[tuple[str, int], int] = {}
    if s.state == State.CLOSED:
        return due
    paused = any(h["word"] == "attested" and not h.get("self") for h in s.more.get("holds", []))
    if s.unit_due_at is not None and s.state in (State.REFERRED, State.IN_PROGRESS, State.WAITING) and not paused:
        due["unit_due", 0] = s.unit_due_at
    if s.state == State.REPORTED and s.answer_until is not None and "inspection" not in s.more:
        due["unheard", 0] = s.answer_until
    return due


def _mark(d: dict, new: dict, key: tuple[int, int], **marks: Any) -> None:
    target = new.get(key)
    if target is not None:
        target.update({k: v for k, v in marks.items() if target.get(k) is None})
    else:
        d.setdefault(key, {}).update(marks)


def _referrals(out: Derived, change: Change) -> None:
    e, before, after, case = change.event, change.before, change.after, change.event.stream_id
    at, verb = moment(after.changed_at), e.verb
    old, new = (before.more.get("referral") if before else None), after.more.get("referral")
    if before and old and (old != new or after.state == State.CLOSED):
        _mark(out.referral_marks, out.referrals, (case, old), ended_at=at, ended_by=verb, reason=e.given.get("reason"))
    if new and new != old:
        out.referrals[case, new] = {
            "kind": after.more["kind"], "unit_id": after.unit_id, "at": at,
            "due_at": moment(after.unit_due_at) if after.unit_due_at is not None else None,
            "notified_at": None, "seen_at": None, "accepted_at": None, "ended_at": None, "ended_by": None,
            "reason": None,
        }  # fmt: skip
    if new and verb in ("notified", "seen", "accept"):
        column = {"notified": "notified_at", "seen": "seen_at", "accept": "accepted_at"}[verb]
        _mark(out.referral_marks, out.referrals, (case, new), **{column: at})
    if verb == "side_opened":
        due = e.given.get("due_at")
        out.referrals[case, e.seq] = {
            "kind": "side", "unit_id": e.given["unit"], "at": at, "due_at": moment(due) if due else None,
            "notified_at": None, "seen_at": None, "accepted_at": None, "ended_at": None, "ended_by": None,
            "reason": None,
        }  # fmt: skip
    if before is None or "sides" not in before.more:
        return
    sides_before = {x[0] for x in before.more["sides"]}
    sides_after = {x[0] for x in after.more.get("sides", [])}
    for seq in sides_before - sides_after:
        how = "side_answered" if verb == "side_answered" else "overtaken"
        _mark(out.referral_marks, out.referrals, (case, seq), ended_at=at, ended_by=how, reason=None)


def _promises(out: Derived, change: Change) -> None:
    if "promises" not in change.after.more and (change.before is None or "promises" not in change.before.more):
        return
    case, at = change.event.stream_id, moment(change.after.changed_at)
    before = {p[0]: p for p in change.before.more.get("promises", [])} if change.before else {}
    after = {p[0]: p for p in change.after.more.get("promises", [])}
    for seq, kind, due in (p for p in after.values() if p[0] not in before):
        out.promises[case, seq] = {
            "kind": kind,
            "due_at": moment(due),
            "given_at": at,
            "contact_id": change.event.given.get("contact"),
            "kept_at": None,
            "broken_at": None,
        }
    for seq in before.keys() - after.keys():
        column = "broken_at" if change.event.verb == "promise_broken" else "kept_at"
        _mark(out.promise_marks, out.promises, (case, seq), **{column: at})


def derive(changes: Sequence[Change]) -> Derived:
    """What these events (each case's in order) make of the rows beside the case; pure."""
    out = Derived()
    for change in changes:
        _referrals(out, change)
        _promises(out, change)
        # What was imported neither tells nor escalates: its clocks start with its first live event.
        if change.event.origin == "import" and (change.before is None or change.before.origin == "import"):
            continue
        old = timers_of(change.before) if change.before else {}
        new = {} if change.event.origin == "import" else timers_of(change.after)
        case = change.event.stream_id
        for (kind, step), _due in old.items():
            if (kind, step) not in new:
                out.timers[case, kind, step] = None
        for (kind, step), due in new.items():
            if old.get((kind, step)) != due or (change.before and change.before.origin == "import"):
                out.timers[case, kind, step] = due
    return out


def concerns(verbs: Sequence[str]) -> bool:
    """Whether a whole history of these verbs has rows of a package above."""
    return any(opens is None or not opens.isdisjoint(verbs) for opens in _more_rows.values())


def also_rows(cursor: Any, changes: Sequence[Change]) -> None:
    """The rows of the packages above, in the caller's transaction."""
    for function in _more_rows:
        function(cursor, changes)


def rows(cursor: Any, changes: Sequence[Change]) -> None:
    """Writes the rows beside the case that these events imply, of every package, in the caller's transaction."""
    write(cursor, derive(changes))
    also_rows(cursor, changes)


_REFERRAL = (
    "kind",
    "unit_id",
    "at",
    "due_at",
    "notified_at",
    "seen_at",
    "accepted_at",
    "ended_at",
    "ended_by",
    "reason",
)
_PROMISE = ("kind", "due_at", "given_at", "contact_id", "kept_at", "broken_at")
_KINDS = {"unit_id": "bigint", "contact_id": "bigint", "kind": "text", "ended_by": "text", "reason": "text"}


def _fragment(table: str, names: tuple[str, ...]) -> str:
    """The insert and the marks of one table as parts of a larger statement; their values come as JSON."""
    typed = ", ".join(f"{n} {_KINDS.get(n, 'timestamptz')}" for n in names)
    sets = ", ".join(f"{n} = coalesce(t.{n}, g.{n})" for n in names)
    return (
        f"new_{table} AS (INSERT INTO cases_{table} (case_id, seq, {', '.join(names)}) SELECT %(case_id)s::bigint, g.* "
        f"FROM jsonb_to_recordset(%({table}s)s::text::jsonb) AS g(seq int, {typed})), "
        f"old_{table} AS (UPDATE cases_{table} t SET {sets} FROM jsonb_to_recordset(%({table}_marks)s::text::jsonb) "
        f"AS g(seq int, {typed}) WHERE t.case_id = %(case_id)s::bigint AND t.seq = g.seq)"
    )


# The same rows as `write` makes, as common table expressions for the one statement of a single write on a case.
FRAGMENTS = ", ".join(
    (
        _fragment("referral", _REFERRAL),
        _fragment("promise", _PROMISE),
        "no_timer AS (DELETE FROM cases_timer t USING jsonb_to_recordset(%(timers_gone)s::text::jsonb) "
        "AS g(kind text, step int) WHERE t.stream_kind = 'case' AND t.stream_id = %(case_id)s::bigint "
        "AND t.kind = g.kind AND t.step = g.step)",
        "timer AS (INSERT INTO cases_timer (stream_kind, stream_id, kind, step, due_at) "
        "SELECT 'case', %(case_id)s::bigint, g.* FROM jsonb_to_recordset(%(timers)s::text::jsonb) "
        "AS g(kind text, step int, due_at timestamptz) "
        "ON CONFLICT (stream_kind, stream_id, kind, step) DO UPDATE SET due_at = excluded.due_at)",
    )
)


def parameters(d: Derived) -> dict[str, str]:
    """The values of FRAGMENTS for one case."""

    def of(rows: dict[tuple[int, int], dict[str, Any]]) -> str:
        return _json([{"seq": seq, **values} for (_case, seq), values in rows.items()])

    return {
        "referrals": of(d.referrals), "referral_marks": of(d.referral_marks), "promises": of(d.promises),
        "promise_marks": of(d.promise_marks),
        "timers_gone": _json([{"kind": k, "step": step} for (_c, k, step), due in d.timers.items() if due is None]),
        "timers": _json([{"kind": k, "step": step, "due_at": moment(due)}
                         for (_c, k, step), due in d.timers.items() if due is not None]),
    }  # fmt: skip


def _json(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode() if rows else "[]"


def write(cursor: Any, d: Derived) -> None:
    """The derived rows, in at most one statement a table and kind."""
    _insert(cursor, "cases_referral", d.referrals)
    _update(cursor, "cases_referral", d.referral_marks)
    _insert(cursor, "cases_promise", d.promises)
    _update(cursor, "cases_promise", d.promise_marks)
    gone = [k for k, due in d.timers.items() if due is None]
    if gone:
        cursor.execute(
            "DELETE FROM cases_timer t USING unnest(%s::bigint[], %s::text[], %s::int[]) AS g(id, kind, step) "
            "WHERE t.stream_kind = 'case' AND t.stream_id = g.id AND t.kind = g.kind AND t.step = g.step",
            [list(x) for x in zip(*gone, strict=True)],
        )
    kept = [(*k, moment(due)) for k, due in d.timers.items() if due is not None]
    if kept:
        cursor.execute(
            "INSERT INTO cases_timer (stream_kind, stream_id, kind, step, due_at) "
            "SELECT 'case', * FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::timestamptz[]) "
            "ON CONFLICT (stream_kind, stream_id, kind, step) DO UPDATE SET due_at = excluded.due_at",
            [list(x) for x in zip(*kept, strict=True)],
        )


_ARRAYS = {"unit_id": "bigint[]", "contact_id": "bigint[]", "kind": "text[]", "ended_by": "text[]", "reason": "text[]"}


def _insert(cursor: Any, table: str, new: dict[tuple[int, int], dict[str, Any]]) -> None:
    if not new:
        return
    names = list(next(iter(new.values())))
    columns: list[list[Any]] = [
        [k[0] for k in new],
        [k[1] for k in new],
        *[[v[n] for v in new.values()] for n in names],
    ]
    arrays = ", ".join(["%s::bigint[]", "%s::int[]", *[f"%s::{_ARRAYS.get(n, 'timestamptz[]')}" for n in names]])
    cursor.execute(f"INSERT INTO {table} (case_id, seq, {', '.join(names)}) SELECT * FROM unnest({arrays})", columns)


def _update(cursor: Any, table: str, marks: dict[tuple[int, int], dict[str, Any]]) -> None:
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for (case, seq), values in marks.items():
        names = tuple(sorted(values))
        by_columns.setdefault(names, []).append((case, seq, *[values[n] for n in names]))
    for names, lines in by_columns.items():
        arrays = ", ".join(["%s::bigint[]", "%s::int[]", *[f"%s::{_ARRAYS.get(n, 'timestamptz[]')}" for n in names]])
        sets = ", ".join(f"{n} = coalesce(t.{n}, g.{n})" for n in names)
        cursor.execute(
            f"UPDATE {table} t SET {sets} FROM unnest({arrays}) AS g(case_id, seq, {', '.join(names)}) "
            "WHERE t.case_id = g.case_id AND t.seq = g.seq",
            [list(x) for x in zip(*lines, strict=True)],
        )
