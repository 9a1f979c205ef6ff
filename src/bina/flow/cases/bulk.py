"""Whole histories at once: cases, events, their rows and the ledger's lines by COPY, in the clerk's place."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
import psycopg

from bina.flow.cases.clerk import LOCK, head
from bina.flow.cases.events import Event, contact_content, fingerprint, linked, moment, new_salt, salted
from bina.flow.cases.facts import check_given
from bina.flow.cases.moves import Outcome, State
from bina.flow.cases.replay import apply
from bina.flow.cases.row import FIELDS
from bina.flow.cases.rows import Change, also_rows, concerns, derive
from bina.flow.cases.search import terms
from bina.flow.cases.summary import TIMES, Summary
from bina.ground.city import places
from bina.ground.text.codes import new_code


class Told(msgspec.Struct):
    """One event of an imported history; `at` in microseconds since 1970 UTC."""

    verb: str
    at: int
    given: dict[str, Any]


class Story(msgspec.Struct):
    """One imported case: where, what was said, by whom it was taken in, and its events after registration."""

    old_code: str
    at: int
    channel: str
    register: dict[str, Any]
    events: list[Told]
    words: str = ""
    name: str = ""
    phone: str | None = None
    address: str = ""


class Prepared(msgspec.Struct):
    """A story folded: its changes in order (ids still to be given), and the row that they lead to."""

    story: Story
    code: str
    salt: bytes | None
    changes: list[Change]


ACTOR = "source"


def prepare(story: Story, now_us: int) -> Prepared:
    """Folds one story under case id 0; the ids come with the batch. Raises ValueError when the table refuses it."""
    salt = new_salt() if story.words or story.name or story.phone or story.address else None
    given = {"code": new_code(), "old_code": story.old_code, **story.register}
    if salt is not None:
        given["words"] = salted(contact_content(story.words, story.name, story.phone, {}), salt)
        if story.address:
            given["address"] = salted(story.address, salt)
    lines = [Told("register", story.at, given), *story.events]
    before: Summary | None = None
    changes: list[Change] = []
    for seq, line in enumerate(lines, 1):
        check_given(line.verb, line.given)
        event = Event(0, "case", 0, seq, line.verb, line.at, now_us, ACTOR, story.channel, "import", line.given)
        after = apply(before, event)
        changes.append(Change(event, before, after))
        before = after
    return Prepared(story, given["code"], salt, changes)


_CASE = ("id", *FIELDS, "point")
_EVENT = tuple("id stream_kind stream_id seq verb at recorded_at actor channel origin given".split())
_CONTACT = tuple(
    "id case_id kind channel at actor subject_id district_id instant tell_by origin name phone words answers "
    "outside_ref lang salt".split()
)
_REFERRAL = tuple("case_id seq kind unit_id at due_at notified_at seen_at accepted_at ended_at ended_by reason".split())
_PROMISE = tuple("case_id seq kind due_at given_at contact_id kept_at broken_at".split())


class Formed(msgspec.Struct):
    """A batch with its ids drawn and its rows written out: what is left is to copy them in. Goes between processes."""

    cases: int
    tables: list[tuple[str, bytes]]  # a COPY statement and its text
    event_ids: list[int]
    prints: list[bytes]  # of the events, in the order of the ids
    changes: list[Change]  # only when packages above make rows of them


def form(cursor: Any, batch: Sequence[Prepared], under_way: Collection[str] = ()) -> Formed:
    """Draws the ids of a batch and writes out its rows; nothing is written yet, and no lock is held.

    `under_way`: codes of batches that were formed and are not in yet; a batch may draw none of them.
    """
    _fresh_codes(cursor, batch, under_way)
    cases = _ids(cursor, "cases_case_id_seq", len(batch))
    contacts = _ids(cursor, "cases_contact_id_seq", len(batch))
    events = _ids(cursor, "cases_event_id_seq", sum(len(p.changes) for p in batch))
    named = _numbered(batch, cases, contacts, events)
    flat = [c for changes in named for c in changes]
    derived = derive(flat)
    tables = [
        _text("cases_event", _EVENT, (_event_line(c.event) for c in flat)),
        _text("cases_case", _CASE, (_case_line(changes[-1]) for changes in named)),
        _text("cases_casetext", ("case_id", "address", "terms"), (
            (case, p.story.address, terms(p.story.words, p.story.address, names=[p.story.name]))
            for case, p in zip(cases, batch, strict=True))),
        _text("cases_contact", _CONTACT, (
            _contact_line(contact, case, p) for contact, case, p in zip(contacts, cases, batch, strict=True))),
        _text("cases_referral", _REFERRAL, ((*key, *row.values()) for key, row in derived.referrals.items())),
        _text("cases_promise", _PROMISE, ((*key, *row.values()) for key, row in derived.promises.items())),
    ]  # fmt: skip
    return Formed(
        len(batch),
        [t for t in tables if t[1]],
        events,
        [fingerprint(c.event) for c in flat],
        [c for changes in named if concerns([c.event.verb for c in changes]) for c in changes],
    )


def enter(connection: psycopg.Connection, formed: Formed) -> int:
    """Copies a batch (at most about a second's worth) in, in one transaction; how many lines the ledger grew.

    Holds the clerk's lock from the ledger's head to the commit, so the clerk waits that long and no longer.
    """
    with connection.transaction(), connection.cursor() as cursor:
        for statement, text in formed.tables:
            with cursor.copy(statement) as copy:
                copy.write(text)
        also_rows(cursor, formed.changes)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = head(cursor)
        n, digest = last.n, last.digest
        with cursor.copy("COPY cases_ledger (n, event_id, digest) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["int8", "int8", "bytea"])
            for event_id, mark in zip(formed.event_ids, formed.prints, strict=True):
                n, digest = n + 1, linked(digest, mark)
                copy.write_row((n, event_id, digest))
        return n - last.n


def write(connection: psycopg.Connection, batch: Sequence[Prepared]) -> int:
    """Writes a batch in one transaction, forming it first; how many lines the ledger grew."""
    with connection.cursor() as cursor:
        formed = form(cursor, batch)
    return enter(connection, formed)


def _ids(cursor: Any, sequence: str, count: int) -> list[int]:
    cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
    return [row[0] for row in cursor.fetchall()]


def _fresh_codes(cursor: Any, batch: Sequence[Prepared], under_way: Collection[str]) -> None:
    """Draws another code for any that is taken already, in the database, on the way there or in this batch."""
    while True:
        seen: set[str] = set(under_way)
        twice: set[str] = set()
        for p in batch:
            (twice if p.code in seen else seen).add(p.code)
        cursor.execute("SELECT code FROM cases_case WHERE code = ANY(%s)", [[p.code for p in batch]])
        taken = {row[0] for row in cursor.fetchall()} | twice
        if not taken:
            return
        for p in batch:
            if p.code in taken:
                fresh = prepare(p.story, p.changes[0].event.recorded_at)
                p.code, p.salt, p.changes = fresh.code, fresh.salt, fresh.changes


def _numbered(batch: Sequence[Prepared], cases: list[int], contacts: list[int], ids: list[int]) -> list[list[Change]]:
    """The changes with their ids; the register event and the summaries point to the contact."""
    out, at = [], 0
    for p, case, contact in zip(batch, cases, contacts, strict=True):
        changes = []
        for change in p.changes:
            e = change.event
            given = e.given | {"contact": contact} if e.verb == "register" else e.given
            change.after.more["contact"] = contact
            event = Event(
                ids[at], "case", case, e.seq, e.verb, e.at, e.recorded_at, e.actor, e.channel, e.origin, given
            )
            changes.append(Change(event, change.before, change.after))
            at += 1
        out.append(changes)
    return out


_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_plain = re.compile(r"[\\\n\r\t]").search


def _string(value: str) -> str:
    return value.translate(_ESCAPES) if _plain(value) else value


# How a value is written in COPY's text format, by its exact type.
_FORMS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "\\N",
    str: _string,
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    datetime: datetime.isoformat,
    bytes: lambda value: "\\\\x" + value.hex(),
    State: str,
    Outcome: str,
}


def _text(table: str, columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> tuple[str, bytes]:
    """The COPY statement of some rows and their text."""
    text = "".join(["\t".join([_FORMS[v.__class__](v) for v in line]) + "\n" for line in lines])
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN", text.encode()


@lru_cache(maxsize=8192)
def _micros(us: int) -> str:
    """Microseconds since 1970 as PostgreSQL reads a timestamptz, without a float."""
    whole, rest = divmod(us, 1_000_000)
    return moment(whole).replace(microsecond=rest).isoformat()


@lru_cache(maxsize=8192)
def _seconds(at: int | None) -> str | None:
    """Seconds since 1970, the same."""
    return None if at is None else moment(at).isoformat()


def _event_line(e: Event) -> tuple[Any, ...]:
    given = _encode(e.given).decode()
    return (e.id, e.stream_kind, e.stream_id, e.seq, e.verb, _micros(e.at), _micros(e.recorded_at), e.actor, e.channel,
            e.origin, given)  # fmt: skip


_encode = msgspec.json.Encoder().encode
_OF_CASE: tuple[tuple[str, Callable[[Any], Any] | None], ...] = tuple(
    (f, _seconds if f in TIMES else (lambda more: _encode(more).decode()) if f == "more" else None) for f in FIELDS
)


def _case_line(change: Change) -> list[Any]:
    s, point = change.after, None
    if s.lat_e6 is not None and s.lon_e6 is not None:
        point = "({!r},{!r})".format(*places.metres(s.lat_e6, s.lon_e6))
    line = [getattr(s, f) if to is None else to(getattr(s, f)) for f, to in _OF_CASE]
    return [change.event.stream_id, *line, point]


def _contact_line(contact: int, case: int, p: Prepared) -> tuple[Any, ...]:
    s, story = p.changes[0].after, p.story
    return (contact, case, "new", story.channel, _micros(story.at), ACTOR, s.subject_id, s.district_id, False, "none",
            "import", story.name, story.phone, story.words, "{}", "", "fa", p.salt)  # fmt: skip


def known(connection: psycopg.Connection, old_codes: Sequence[str]) -> set[str]:
    """Which of these codes of the source are in already: so a second or interrupted run imports nothing twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT old_code FROM cases_case WHERE old_code = ANY(%s)", [list(old_codes)])
        return {row[0] for row in cursor.fetchall()}
