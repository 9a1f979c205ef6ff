"""Is everything true? Replay, rows, chain, inbox, seals, words and files of every stream, each wrong thing named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from bina.flow.cases.events import COLUMNS, GENESIS, Event, chained, contact_content, event_of, salted
from bina.flow.cases.replay import apply
from bina.flow.cases.row import FIELDS, SELECT, summary_of
from bina.flow.cases.rows import Change, derive, timers_of
from bina.flow.cases.summary import Summary
from bina.ground.text.codes import BadCode, read_code

CHUNK = 2000


class Finding(msgspec.Struct, frozen=True):
    """One thing that is not true: what kind of check, where, and what a person should know."""

    check: str
    where: str
    sentence: str


class Report(msgspec.Struct):
    """What was looked at, and what was wrong."""

    events: int = 0
    cases: int = 0
    ledger: int = 0
    inbox: int = 0
    words: int = 0
    files: int = 0
    seals: int = 0
    findings: list[Finding] = []

    def wrong(self, check: str, where: str, sentence: str) -> None:
        """Notes one finding."""
        self.findings.append(Finding(check, where, sentence))


def verify(conninfo: str, *, files: Path | None = None, seals: Path | None = None) -> Report:
    """Everything, in one repeatable-read transaction; changes nothing."""
    with psycopg.connect(conninfo) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return examine(connection, files=files, seals=seals)


def examine(connection: psycopg.Connection, *, files: Path | None = None, seals: Path | None = None) -> Report:
    """Everything, as the transaction that is open on this connection sees it; changes nothing."""
    report = Report()
    _chain(connection, report)
    _inbox(connection, report)
    _streams(connection, report)
    _cases(connection, report)
    _words(connection, report)
    _contacts(connection, report)
    _addresses(connection, report)
    _files(connection, report, files)
    _seals(connection, report, seals)
    return report


def _stream(connection: psycopg.Connection, name: str, sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor(name=name) as cursor:
        cursor.itersize = 20_000
        cursor.execute(sql)
        yield from cursor


def _chain(connection: psycopg.Connection, report: Report) -> None:
    digest, n = GENESIS, 0
    sql = (
        f"SELECT l.n, l.digest, l.event_id, {COLUMNS} FROM cases_ledger l LEFT JOIN cases_event e ON e.id = l.event_id "
        "ORDER BY l.n"
    )
    for number, stored, event_id, *row in _stream(connection, "chain", sql):
        report.ledger += 1
        if number != n + 1:
            report.wrong("ledger", f"line {n + 1}", f"The ledger jumps from line {n} to {number}: a line was removed.")
        n = number
        if row[0] is None:
            report.wrong("ledger", f"line {n}", f"Event {event_id} of this line is gone.")
            digest = bytes(stored)
            continue
        event = event_of(row)
        expected = chained(digest, event)
        if bytes(stored) != expected:
            where = f"line {n}, event {event_id} ({event.stream_kind} {event.stream_id}, {event.seq}, {event.verb})"
            report.wrong("chain", where, "The digest does not follow: this event or its line was changed afterwards.")
        digest = bytes(stored)


def _inbox(connection: psycopg.Connection, report: Report) -> None:
    cursor = connection.execute(
        "SELECT e.id, e.stream_kind, e.stream_id, e.seq, i.event_id IS NOT NULL, l.n IS NOT NULL FROM cases_event e "
        "LEFT JOIN cases_inbox i ON i.event_id = e.id LEFT JOIN cases_ledger l ON l.event_id = e.id "
        "WHERE (l.n IS NULL) = (i.event_id IS NULL)"
    )
    for event_id, kind, stream, seq, waiting, _entered in cursor:
        where = f"event {event_id} ({kind} {stream}, {seq})"
        if waiting:
            report.wrong(
                "inbox", where, "The event is in the ledger and still in the inbox: it would be entered twice."
            )
        else:
            report.wrong("inbox", where, "The event is neither in the ledger nor in the inbox: no reader will see it.")
    orphans = connection.execute(
        "SELECT i.event_id FROM cases_inbox i LEFT JOIN cases_event e ON e.id = i.event_id WHERE e.id IS NULL"
    )
    for (event_id,) in orphans:
        report.wrong("inbox", f"event {event_id}", "The inbox names an event that does not exist.")
    report.inbox = connection.execute("SELECT count(*) FROM cases_inbox").fetchone()[0]  # type: ignore[index]


def _streams(connection: psycopg.Connection, report: Report) -> None:
    """Numbers without gaps in every stream that is not a case (those are folded below)."""
    cursor = connection.execute(
        "SELECT stream_kind, stream_id, count(*), max(seq), min(seq) FROM cases_event WHERE stream_kind <> 'case' "
        "GROUP BY 1, 2 HAVING count(*) <> max(seq) OR min(seq) <> 1"
    )
    for kind, stream, count, last, _first in cursor:
        report.wrong(
            "stream", f"{kind} {stream}", f"The stream ends at {last} but holds {count} events: one was removed."
        )


def _cases(connection: psycopg.Connection, report: Report) -> None:
    sql = f"SELECT {COLUMNS} FROM cases_event e WHERE e.stream_kind = 'case' ORDER BY e.stream_id, e.seq"
    chunk: dict[int, list[Event]] = {}
    for case_id, lines in groupby(map(event_of, _stream(connection, "cases", sql)), key=lambda e: e.stream_id):
        chunk[case_id] = list(lines)
        if len(chunk) >= CHUNK:
            _compare(connection, report, chunk)
            chunk = {}
    if chunk:
        _compare(connection, report, chunk)
    lost = connection.execute(
        "SELECT c.id, c.code FROM cases_case c WHERE NOT EXISTS (SELECT 1 FROM cases_event e "
        "WHERE e.stream_kind = 'case' AND e.stream_id = c.id AND e.seq = 1)"
    )
    for case_id, code in lost:
        report.wrong("replay", f"case {case_id} ({code})", "The case has no first event.")


def _fold(report: Report, case_id: int, history: Iterable[Event]) -> list[Change] | None:
    changes: list[Change] = []
    before: Summary | None = None
    for event in history:
        report.events += 1
        try:
            after = apply(before, event)
        except (ValueError, KeyError) as error:
            report.wrong("replay", f"case {case_id}, event {event.seq} ({event.verb})", f"Does not fold: {error}.")
            return None
        changes.append(Change(event, before, after))
        before = after
    return changes


def _compare(connection: psycopg.Connection, report: Report, chunk: dict[int, list[Event]]) -> None:
    ids = list(chunk)
    rows = {
        row[0]: summary_of(row[1:])
        for row in connection.execute(f"SELECT c.id, {SELECT} FROM cases_case c WHERE c.id = ANY(%s)", [ids])
    }
    folded: list[Change] = []
    for case_id, history in chunk.items():
        report.cases += 1
        changes = _fold(report, case_id, history)
        if not changes:
            continue
        folded += changes
        row, said = rows.get(case_id), changes[-1].after
        if row is None:
            report.wrong("replay", f"case {case_id}", "The history is there but the case's row is gone.")
        elif row != said:
            parts = [f for f in FIELDS if getattr(row, f) != getattr(said, f)]
            told = "; ".join(f"{f}: row {getattr(row, f)!r}, history {getattr(said, f)!r}" for f in parts)
            report.wrong("replay", f"case {case_id} ({said.code})", f"The row differs from its history: {told}.")
        if row is not None:
            try:
                read_code(row.code)
            except BadCode:
                report.wrong("code", f"case {case_id}", f"The tracking code {row.code} fails its check digit.")
    _beside(connection, report, ids, folded)
    _timers(connection, report, ids, rows)


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


def _beside(connection: psycopg.Connection, report: Report, ids: list[int], folded: list[Change]) -> None:
    """Referrals and promises of a chunk against what its histories say of them."""
    said = derive(folded)
    for table, names, expected in (
        ("cases_referral", _REFERRAL, said.referrals),
        ("cases_promise", _PROMISE, said.promises),
    ):
        cursor = connection.execute(
            f"SELECT case_id, seq, {', '.join(names)} FROM {table} WHERE case_id = ANY(%s)", [ids]
        )
        found = {(row[0], row[1]): dict(zip(names, row[2:], strict=True)) for row in cursor}
        for key in expected.keys() - found.keys():
            report.wrong(
                "rows", f"{table} of case {key[0]}, event {key[1]}", "The row that this event implies is missing."
            )
        for key in found.keys() - expected.keys():
            report.wrong("rows", f"{table} of case {key[0]}, event {key[1]}", "No event implies this row.")
        for key in found.keys() & expected.keys():
            parts = [n for n in names if found[key][n] != expected[key].get(n)]
            if parts:
                report.wrong("rows", f"{table} of case {key[0]}, event {key[1]}", f"Differs in {', '.join(parts)}.")


def _timers(connection: psycopg.Connection, report: Report, ids: list[int], rows: dict[int, Summary]) -> None:
    """Every future hour that a live case waits for has its timer; one that passed has been handled."""
    cursor = connection.execute(
        "SELECT stream_id, kind, step, extract(epoch FROM due_at)::bigint FROM cases_timer "
        "WHERE stream_kind = 'case' AND stream_id = ANY(%s)",
        [ids],
    )
    found = {(case, kind, step): due for case, kind, step, due in cursor}
    now = connection.execute("SELECT extract(epoch FROM bina_now())::bigint").fetchone()[0]  # type: ignore[index]
    for case_id, summary in rows.items():
        if summary.origin == "import":
            continue
        for (kind, step), due in timers_of(summary).items():
            stands = found.get((case_id, kind, step))
            where = f"case {case_id} ({summary.code})"
            if due > now and stands is None:
                report.wrong("timer", where, f"The timer {kind} {step} is missing.")
            elif due > now and stands != due:
                report.wrong("timer", where, f"The timer {kind} {step} stands at another hour than its history says.")


def _words(connection: psycopg.Connection, report: Report) -> None:
    """The words of staff against the events that vouch for them, from both sides."""
    sql = (
        "SELECT w.stream_kind, w.stream_id, w.seq, w.text, w.salt, e.given->>'words' FROM cases_words w "
        "LEFT JOIN cases_event e ON (e.stream_kind, e.stream_id, e.seq) = (w.stream_kind, w.stream_id, w.seq) "
        "WHERE w.erased_at IS NULL"
    )
    for kind, stream, seq, text, salt, digest in _stream(connection, "words", sql):
        report.words += 1
        if salt is None or salted(text, bytes(salt)) != digest:
            report.wrong(
                "words", f"{kind} {stream}, event {seq}", "The words are not those that the event vouches for."
            )
    sql = (
        "SELECT e.stream_kind, e.stream_id, e.seq FROM cases_event e "
        "WHERE e.given ? 'words' AND NOT e.given ? 'contact' AND e.origin <> 'import' "
        "AND NOT EXISTS (SELECT 1 FROM cases_words w "
        "WHERE (w.stream_kind, w.stream_id, w.seq) = (e.stream_kind, e.stream_id, e.seq))"
    )
    for kind, stream, seq in _stream(connection, "unsaid", sql):
        report.wrong("words", f"{kind} {stream}, event {seq}", "The words that this event vouches for are gone.")


def _contacts(connection: psycopg.Connection, report: Report) -> None:
    """What citizens said, and who they are, against the events that vouch for it."""
    sql = (
        "SELECT (e.given->>'contact')::bigint, e.stream_kind, e.stream_id, c.id IS NOT NULL, c.words, c.name, c.phone, "
        "c.answers::text, c.salt, e.given->>'words' "
        "FROM cases_event e LEFT JOIN cases_contact c ON c.id = (e.given->>'contact')::bigint "
        "WHERE e.verb IN ('register', 'contact', 'instant') AND e.given ? 'contact' AND c.erased_at IS NULL"
    )
    for contact, kind, stream, stands, words, name, phone, answers, salt, digest in _stream(
        connection, "contacts", sql
    ):
        report.words += 1
        where = f"contact {contact} of {kind} {stream}"
        if not stands:
            report.wrong("words", where, "The message that this event brought is gone.")
        elif digest is not None:
            content = contact_content(words, name, phone, msgspec.json.decode(answers))
            if salt is None or salted(content, bytes(salt)) != digest:
                report.wrong("words", where, "Words, name or phone were changed afterwards.")


def _addresses(connection: psycopg.Connection, report: Report) -> None:
    """Where the problem is, in words: as the registration said it, or the last correction of the place."""
    sql = (
        "SELECT DISTINCT ON (e.stream_id) e.stream_id, t.address, e.verb, e.given->>'address', k.salt, w.text "
        "FROM cases_event e JOIN cases_case c ON c.id = e.stream_id "
        "JOIN cases_contact k ON k.id = (c.more->>'contact')::bigint AND k.erased_at IS NULL "
        "LEFT JOIN cases_casetext t ON t.case_id = e.stream_id "
        "LEFT JOIN cases_words w ON w.stream_kind = 'case' AND w.stream_id = e.stream_id AND w.seq = e.seq "
        "WHERE e.stream_kind = 'case' AND e.verb IN ('register', 'correct_place') ORDER BY e.stream_id, e.seq DESC"
    )
    for case, address, verb, digest, salt, corrected in _stream(connection, "addresses", sql):
        if address is None:
            report.wrong("words", f"case {case}", "The row with the address and the words to search is gone.")
        elif verb == "correct_place":
            if address != (corrected or ""):
                report.wrong("words", f"case {case}", "The address is not the one of the last correction.")
        elif (salted(address, bytes(salt)) if address and salt else None) != digest:
            report.wrong("words", f"case {case}", "The address was changed afterwards.")


def _files(connection: psycopg.Connection, report: Report, folder: Path | None) -> None:
    """Photos: event, row and file say the same."""
    sql = (
        "SELECT coalesce(a.id, f.id), coalesce(a.case_id, f.stream_id), a.sha256, a.salt, f.digest FROM ("
        "SELECT e.stream_id, x.id::bigint AS id, e.given->'digests'->>(x.place - 1)::int AS digest FROM cases_event e, "
        "jsonb_array_elements_text(e.given->'files') WITH ORDINALITY AS x(id, place) WHERE e.given ? 'digests') f "
        "FULL JOIN cases_attachment a ON a.id = f.id WHERE a.erased_at IS NULL"
    )
    for attachment, case_id, digest, salt, told in _stream(connection, "files", sql):
        report.files += 1
        where = f"attachment {attachment} of case {case_id}"
        path = folder / digest[:2] / digest if folder and digest else None
        if digest is None:
            report.wrong("files", where, "The photo that an event tells of is gone.")
        elif told is None:
            report.wrong("files", where, "No event tells of this photo.")
        elif path is None or not path.exists():
            report.wrong("files", where, "The file is not in its place.")
        else:
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() != digest:
                report.wrong("files", where, "The file's content was changed.")
            elif salt is None or salted(content, bytes(salt)) != told:
                report.wrong("files", where, "This is not the photo that the event vouches for.")


def _seals(connection: psycopg.Connection, report: Report, folder: Path | None) -> None:
    cursor = connection.execute(
        "SELECT s.n, s.digest, s.counts, l.digest FROM cases_seal s LEFT JOIN cases_ledger l ON l.n = s.n ORDER BY s.n"
    )
    rows: dict[int, tuple[bytes, Any]] = {}
    for n, digest, counts, line in cursor:
        report.seals += 1
        rows[n] = (bytes(digest), counts)
        if n and (line is None or bytes(line) != bytes(digest)):
            report.wrong("seals", f"seal of line {n}", "The ledger no longer says what this seal witnessed.")
        path = folder / f"{n}.json" if folder else None
        if path is not None and not path.exists():
            report.wrong("seals", f"seal of line {n}", "The seal's file outside the database is missing.")
    for path in sorted(folder.glob("*.json")) if folder and folder.exists() else ():
        against(connection, report, path, rows)


def against(connection: psycopg.Connection, report: Report, path: Path, rows: dict[int, Any] | None = None) -> None:
    """Compares the ledger with a seal file, wherever it was kept."""
    try:
        seal = msgspec.json.decode(path.read_bytes())
        n, digest = int(seal["n"]), bytes.fromhex(seal["digest"])
    except (ValueError, KeyError, TypeError, msgspec.DecodeError):
        report.wrong("seals", path.name, "This file is not a readable seal.")
        return
    row = connection.execute("SELECT digest FROM cases_ledger WHERE n = %s", [n]).fetchone()
    if n and (row is None or bytes(row[0]) != digest):
        report.wrong("seals", path.name, f"Line {n} of the ledger is not what this seal witnessed.")
    if rows is not None and n not in rows:
        report.wrong("seals", path.name, f"The seal of line {n} stands as a file but not in the database.")
