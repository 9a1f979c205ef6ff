"""The reader that tells citizens: of each event that the table sends, one message to every number that joined."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from bina.flow.cases.events import Event, micros
from bina.flow.cases.needs import MERGES_MAX
from bina.flow.cases.readers import Entry, Reader
from bina.flow.dialogue.notices import BY_VERB, NOTICES
from bina.flow.dialogue.wording import FOR_CITIZENS, message
from bina.ground.text.phones import is_mobile

AUTHORS = ("new", "recontact", "similar", "reply")  # the kinds of contact whose author hears what comes of the case
SENT = tuple(notice.verb for notice in NOTICES if notice.send)
ERASED = "erased"


class Recipient(msgspec.Struct, frozen=True):
    """A contact that chose to be told: of the case itself, or of one that joined it (then `since` which event)."""

    contact_id: int
    phone: str
    means: str
    lang: str
    at: datetime
    code: str
    since: int | None


class About(msgspec.Struct):
    """What a message needs of a case besides its event."""

    unit_id: int | None
    quiet: bool
    recipients: list[Recipient] = []


def take(cursor: Any, entries: list[Entry]) -> None:
    """Writes the messages of these events and empties those of erased cases; called once for each event."""
    events = [entry.event for entry in entries if entry.event.verb != ERASED]
    about = _about(cursor, {e.stream_id for e in events})
    words = _words(cursor, [e for e in events if e.verb in FOR_CITIZENS])
    inspected = _inspected(cursor, [e for e in events if e.verb in ("confirm", "dispute")])
    rows = []
    for event in events:
        found = about.get(event.stream_id)
        if found is None:
            continue
        told = list(recipients(event, found))
        for one in told:
            text = message(
                event, lang=one.lang, code=one.code, own=_own(event, one, alone=len(told) == 1),
                words=words.get((event.stream_id, event.seq), ""), unit_id=found.unit_id, quiet=found.quiet,
                inspected=(event.stream_id, event.seq) in inspected,
            )  # fmt: skip
            rows.append((event.stream_id, event.seq, event.verb, one.contact_id, one.means, text))
    put(cursor, rows)
    _empty(cursor, [entry.event.stream_id for entry in entries if entry.event.verb == ERASED])


READER = Reader(name="citizen", take=take, verbs=(*SENT, ERASED))


def recipients(event: Event, about: About) -> Iterable[Recipient]:
    """Who hears of an event: each number once, by its newest wish, if it had joined by then.

    The event's own author hears as himself; where only he is meant, nobody else does.
    """
    mine = event.given.get("contact")
    chosen: dict[str, Recipient] = {}
    for one in about.recipients:  # oldest first
        later = micros(one.at) > event.recorded_at or (one.since is not None and one.since > event.seq)
        if later or not is_mobile(one.phone):
            continue
        kept = chosen.get(one.phone)
        if kept is None or kept.contact_id != mine:
            chosen[one.phone] = one
    if BY_VERB[event.verb].author_only:
        return [one for one in chosen.values() if one.contact_id == mine]
    return chosen.values()


def _own(event: Event, one: Recipient, *, alone: bool) -> bool:
    """Whether the event is this person's own word; what was said without a name is the only author's."""
    mine = event.given.get("contact")
    return mine == one.contact_id if mine else alone


def put(cursor: Any, rows: list[tuple[Any, ...]]) -> None:
    """Lays messages out to be sent: (case, seq, template, contact, means, body); one that lies there already stays."""
    if not rows:
        return
    cursor.execute(
        "INSERT INTO dialogue_outbox (case_id, seq, template, contact_id, means, body, state, attempts, due_at, "
        "gateway, gateway_id, reason, made_at) SELECT g.*, 'waiting', 0, bina_now(), '', '', '', bina_now() "
        "FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::bigint[], %s::text[], %s::text[]) AS g "
        "ON CONFLICT (case_id, seq, template, contact_id) DO NOTHING",
        [list(column) for column in zip(*rows, strict=True)],
    )


def _about(cursor: Any, ids: set[int]) -> dict[int, About]:
    """Cases with all who joined them, also by a case that was merged into them; two statements."""
    if not ids:
        return {}
    cursor.execute("SELECT id, unit_id, sensitivity > 0 FROM cases_case WHERE id = ANY(%s::bigint[])", [sorted(ids)])
    found = {case_id: About(unit_id, quiet) for case_id, unit_id, quiet in cursor.fetchall()}
    cursor.execute(
        "WITH RECURSIVE joined (root, case_id, code, since, depth) AS ("
        "SELECT id, id, code, NULL::int, 0 FROM cases_case WHERE id = ANY(%s::bigint[]) UNION ALL "
        "SELECT j.root, m.id, m.code, CASE WHEN j.depth > 0 THEN j.since ELSE (SELECT max(e.seq) FROM cases_event e "
        "WHERE e.stream_kind = 'case' AND e.stream_id = j.root AND e.verb = 'attach' "
        "AND (e.given->>'case')::bigint = m.id) END, j.depth + 1 FROM joined j "
        "JOIN cases_case m ON m.merged_into_id = j.case_id WHERE j.depth < %s::int) "
        "SELECT j.root, c.id, c.phone, c.tell_by, c.lang, c.at, j.code, j.since FROM joined j "
        "JOIN cases_contact c ON c.case_id = j.case_id WHERE c.kind = ANY(%s::text[]) AND c.phone IS NOT NULL "
        "AND c.tell_by IN ('sms', 'messenger') AND c.withdrawn_at IS NULL AND c.erased_at IS NULL ORDER BY c.id",
        [sorted(ids), MERGES_MAX, list(AUTHORS)],
    )
    for root, *columns in cursor.fetchall():
        found[root].recipients.append(Recipient(*columns))
    return found


def _words(cursor: Any, events: list[Event]) -> dict[tuple[int, int], str]:
    """The words that staff wrote with these events, by case and seq."""
    if not events:
        return {}
    cursor.execute(
        "SELECT w.stream_id, w.seq, w.text FROM cases_words w JOIN unnest(%s::bigint[], %s::int[]) AS g(id, seq) "
        "ON w.stream_kind = 'case' AND w.stream_id = g.id AND w.seq = g.seq",
        [[e.stream_id for e in events], [e.seq for e in events]],
    )
    return {(case_id, seq): text for case_id, seq, text in cursor.fetchall()}


def _inspected(cursor: Any, events: list[Event]) -> set[tuple[int, int]]:
    """Which of these an inspector said: the event before is his inspection."""
    if not events:
        return set()
    cursor.execute(
        "SELECT e.stream_id, e.seq + 1 FROM cases_event e JOIN unnest(%s::bigint[], %s::int[]) AS g(id, seq) "
        "ON e.stream_kind = 'case' AND e.stream_id = g.id AND e.seq = g.seq - 1 WHERE e.verb = 'inspection_made'",
        [[e.stream_id for e in events], [e.seq for e in events]],
    )
    return {(case_id, seq) for case_id, seq in cursor.fetchall()}


def _empty(cursor: Any, ids: list[int]) -> None:
    """Nothing more is sent about an erased case, and what was sent and received about it is emptied."""
    if not ids:
        return
    his = (
        "case_id = ANY(%s::bigint[]) OR contact_id IN (SELECT id FROM cases_contact WHERE case_id = ANY(%s::bigint[]))"
    )
    cursor.execute(
        "UPDATE dialogue_outbox SET body = '', state = CASE WHEN state = 'waiting' THEN 'dropped' ELSE state END "
        f"WHERE {his}",
        [ids, ids],
    )
    cursor.execute(f"UPDATE dialogue_incoming SET phone = NULL, text = '' WHERE {his}", [ids, ids])
