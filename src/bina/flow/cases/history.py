"""Reading a case's history for people: its events in order, with the erasable words that they point to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from bina.flow.cases.events import COLUMNS, Event, event_of, moment
from bina.flow.cases.facts import BY_FACT
from bina.flow.cases.moves import BY_VERB
from bina.flow.cases.replay import apply
from bina.flow.cases.rows import Change
from bina.flow.cases.summary import Summary


class Entry(msgspec.Struct, frozen=True):
    """One line of history for a screen."""

    seq: int
    verb: str
    fa: str
    at: datetime
    actor: str
    channel: str
    origin: str
    given: dict[str, Any]
    words: str
    state: str
    n: int | None


def events(case_id: int) -> list[Event]:
    """The events of a case, by (stream, seq)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM cases_event e WHERE e.stream_kind = 'case' AND e.stream_id = %s::bigint "
            "ORDER BY e.seq",
            [case_id],
        )
        return [event_of(row) for row in cursor.fetchall()]


def several(ids: Sequence[int]) -> dict[int, list[Event]]:
    """The events of several cases, each in order; one statement."""
    found: dict[int, list[Event]] = {one: [] for one in ids}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM cases_event e WHERE e.stream_kind = 'case' AND e.stream_id = ANY(%s::bigint[]) "
            "ORDER BY e.stream_id, e.seq",
            [list(ids)],
        )
        for row in cursor.fetchall():
            event = event_of(row)
            found[event.stream_id].append(event)
    return found


def changes(history: list[Event]) -> list[Change]:
    """Each event with the summary before and after it."""
    out: list[Change] = []
    before: Summary | None = None
    for event in history:
        after = apply(before, event)
        out.append(Change(event, before, after))
        before = after
    return out


def entries(case_id: int) -> list[Entry]:
    """The history with staff's and citizens' words (empty when erased) and the ledger's number; four statements."""
    happened = events(case_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, text FROM cases_words WHERE stream_kind = 'case' AND stream_id = %s::bigint", [case_id]
        )
        staff = dict(cursor.fetchall())
        cursor.execute("SELECT id, words FROM cases_contact WHERE case_id = %s::bigint", [case_id])
        heard = dict(cursor.fetchall())
        cursor.execute(
            "SELECT e.seq, l.n FROM cases_event e JOIN cases_ledger l ON l.event_id = e.id "
            "WHERE e.stream_kind = 'case' AND e.stream_id = %s::bigint",
            [case_id],
        )
        numbers = dict(cursor.fetchall())
    return told(happened, staff, heard, numbers)


HEARD = ("register", "contact")  # what a contact itself says; other events only name whose they are


def told(
    happened: list[Event], staff: Mapping[int, str], heard: Mapping[int, str], numbers: Mapping[int, int] | None = None
) -> list[Entry]:
    """Events as lines: `staff` words by seq, `heard` words of citizens by contact, `numbers` of the ledger by seq."""
    lines = []
    for change in changes(happened):
        e = change.event
        row = BY_VERB.get(e.verb) or BY_FACT[e.verb]
        words = staff.get(e.seq, "")
        if not words and e.verb in HEARD:
            words = heard.get(e.given.get("contact", 0), "")
        lines.append(
            Entry(e.seq, e.verb, row.fa, moment(change.after.changed_at), e.actor, e.channel, e.origin, e.given, words,
                  str(change.after.state), (numbers or {}).get(e.seq))
        )  # fmt: skip
    return lines
