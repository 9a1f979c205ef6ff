"""`verify` finds and names every corruption of these, and nothing in cities where nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from django.db import connections

from bina.flow.cases import clerk, photos, seals, verify
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import CaseError
from bina.flow.cases.merge import merge
from bina.flow.cases.moves import By
from bina.ground.sla import clock
from tests.databases import Fresh
from tests.flow.cast import new, photograph, ready, referred, step

DAY, HOUR = 86400, 3600


def walked(home: Path, url: str, seed: int, *, cases: int = 6, steps: int = 9) -> list[int]:
    """A small city of cases that walked by chance, entered in the ledger and sealed half-way and at the end."""
    ready()
    chance, now = Random(seed), int(clock.now().timestamp())
    ids = [new(chance.choice(("0101", "0601")), at=now - 20 * DAY, origin="demo").case_id for _ in range(cases)]
    refused = 0
    for turn in range(steps):
        for case_id in ids:
            try:
                step(case_id, chance, now - 19 * DAY + turn * DAY + chance.randrange(HOUR))
                if chance.random() < 0.2:
                    contact(case_id, kind="recontact", reason="no_news", words="چه شد؟", by=By.CITIZEN, actor="citizen",
                            channel="web")  # fmt: skip
            except CaseError:
                refused += 1
        if turn == steps // 2:
            enter(home, url)
    assert refused < cases * steps / 2
    merge(new().case_id, into=new().case_id, by=By.EXPERT, actor="p:1", channel="desk")
    photograph(new().case_id)
    referred()  # whose unit's deadline is still to come
    enter(home, url)
    return ids


def enter(home: Path, url: str) -> None:
    """What the clerk and the midnight do."""
    with clerk.connect(url) as connection:
        clerk.drain(connection)
    seals.seal(home / "seals")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")
    return tmp_path


# How each is done (one statement that gives back a part of the place where it must be found), and by which check.
_MIDDLE = "(SELECT e.id FROM cases_event e WHERE e.stream_kind = 'case' AND e.seq = 2 ORDER BY e.id LIMIT 1)"
_LINE = f"(SELECT l.n FROM cases_ledger l WHERE l.event_id = {_MIDDLE})"
_OPEN = "(SELECT c.id FROM cases_case c WHERE c.state <> 'closed' ORDER BY c.id LIMIT 1)"
_EVENT, _CASE = "'event ' || id", "'case ' || id"
_COLUMNS = (
    "(stream_kind, stream_id, seq, verb, at, recorded_at, actor, channel, origin, given) "
    "SELECT stream_kind, stream_id, {seq}, verb, at, recorded_at, actor, channel, origin, given FROM cases_event"
)
ROWS: dict[str, tuple[str, str]] = {
    "an event's results": ("chain", f"UPDATE cases_event SET given = given || '{{\"x\": 1}}' WHERE id = {_MIDDLE} "
                           f"RETURNING {_EVENT}"),
    "an event's hour": ("chain", f"UPDATE cases_event SET at = at - interval '1 hour' WHERE id = {_MIDDLE} "
                        f"RETURNING {_EVENT}"),
    "an event's recorded hour": ("chain", "UPDATE cases_event SET recorded_at = recorded_at + interval '1 microsecond' "
                                 f"WHERE id = {_MIDDLE} RETURNING {_EVENT}"),
    "who did it": ("chain", f"UPDATE cases_event SET actor = 'p:999' WHERE id = {_MIDDLE} RETURNING {_EVENT}"),
    "by which door": ("chain", f"UPDATE cases_event SET channel = 'x' WHERE id = {_MIDDLE} RETURNING {_EVENT}"),
    "what was done": ("chain", f"UPDATE cases_event SET verb = 'note' WHERE id = {_MIDDLE} RETURNING {_EVENT}"),
    "a middle event gone": ("ledger", f"WITH line AS (SELECT {_LINE} AS n), gone AS (DELETE FROM cases_event "
                            f"WHERE id = {_MIDDLE}) SELECT 'line ' || n FROM line"),
    "two events changed about": ("chain", "UPDATE cases_event e SET verb = o.verb, given = o.given FROM cases_event o "
                                 "WHERE e.stream_kind = 'case' AND (e.stream_id, o.stream_id) = (SELECT stream_id, "
                                 "stream_id FROM cases_event WHERE seq = 3 ORDER BY id LIMIT 1) AND "
                                 "(e.seq, o.seq) IN ((2, 3), (3, 2)) RETURNING 'event ' || e.id"),
    "an event slipped in": ("inbox", f"INSERT INTO cases_event {_COLUMNS.format(seq='seq + 1000')} "
                            f"WHERE id = {_MIDDLE} RETURNING {_EVENT}"),
    "an event slipped in by the inbox": (
        "replay", f"WITH new AS (INSERT INTO cases_event {_COLUMNS.format(seq='seq + 1000')} WHERE id = {_MIDDLE} "
        "RETURNING id, stream_id), box AS (INSERT INTO cases_inbox SELECT id FROM new) "
        "SELECT 'case ' || stream_id FROM new"),
    "a ledger line gone": ("ledger", f"DELETE FROM cases_ledger WHERE n = {_LINE} RETURNING 'line ' || n"),
    "the last ledger line gone": ("inbox", "DELETE FROM cases_ledger WHERE n = (SELECT max(n) FROM cases_ledger) "
                                  "RETURNING 'event ' || event_id"),
    "a digest": ("chain", "UPDATE cases_ledger SET digest = sha256(digest) WHERE n = "
                 f"{_LINE} RETURNING 'line ' || n"),
    "a line that names another event": (
        "chain", "WITH line AS (SELECT max(n) AS n FROM cases_ledger), new AS (INSERT INTO cases_event "
        f"{_COLUMNS.format(seq='seq + 1000')} WHERE id = {_MIDDLE} RETURNING id), named AS (UPDATE cases_ledger l SET "
        "event_id = new.id FROM new, line WHERE l.n = line.n) SELECT 'line ' || n FROM line"),
    "a case's priority": ("replay", f"UPDATE cases_case SET priority = 5 WHERE id = {_OPEN} RETURNING {_CASE}"),
    "a case's state": ("replay", f"UPDATE cases_case SET state = 'closed', outcome = 'confirmed' WHERE id = {_OPEN} "
                       f"RETURNING {_CASE}"),
    "a case's deadline": ("replay", "UPDATE cases_case SET unit_due_at = unit_due_at + interval '1 day' WHERE id = "
                          "(SELECT id FROM cases_case WHERE unit_due_at IS NOT NULL ORDER BY id LIMIT 1) "
                          f"RETURNING {_CASE}"),
    "a case's unit": ("replay", f"UPDATE cases_case SET unit_id = 1 + coalesce(unit_id, 0) WHERE id = {_OPEN} "
                      f"RETURNING {_CASE}"),
    "a case's further facts": ("replay", f"UPDATE cases_case SET more = more || '{{\"settled\": true}}' "
                               f"WHERE id = {_OPEN} RETURNING {_CASE}"),
    "a case's code": ("code", f"UPDATE cases_case SET code = '1000000000' WHERE id = {_OPEN} RETURNING {_CASE}"),
    "a case's row gone": ("replay", f"DELETE FROM cases_case WHERE id = {_OPEN} RETURNING {_CASE}"),
    "a referral's end": ("rows", "UPDATE cases_referral SET ended_at = bina_now() WHERE id = (SELECT min(id) FROM "
                         "cases_referral) RETURNING 'cases_referral of case ' || case_id"),
    "a referral gone": ("rows", "DELETE FROM cases_referral WHERE id = (SELECT min(id) FROM cases_referral) "
                        "RETURNING 'cases_referral of case ' || case_id"),
    "a referral twice": ("rows", "INSERT INTO cases_referral (case_id, seq, kind, unit_id, at) SELECT case_id, "
                         "seq + 500, kind, unit_id, at FROM cases_referral ORDER BY id LIMIT 1 "
                         "RETURNING 'cases_referral of case ' || case_id"),
    "a promise's date": ("rows", "UPDATE cases_promise SET due_at = due_at + interval '1 day' WHERE ctid = (SELECT "
                         "ctid FROM cases_promise ORDER BY case_id, seq LIMIT 1) "
                         "RETURNING 'cases_promise of case ' || case_id"),
    "a promise gone": ("rows", "DELETE FROM cases_promise WHERE ctid = (SELECT ctid FROM cases_promise "
                       "ORDER BY case_id, seq LIMIT 1) RETURNING 'cases_promise of case ' || case_id"),
    "a timer gone": ("timer", "DELETE FROM cases_timer WHERE ctid = (SELECT ctid FROM cases_timer WHERE "
                     "due_at > bina_now() ORDER BY stream_id DESC LIMIT 1) RETURNING 'case ' || stream_id"),
    "a timer put off": ("timer", "UPDATE cases_timer SET due_at = due_at + interval '9 days' WHERE ctid = (SELECT "
                        "ctid FROM cases_timer WHERE due_at > bina_now() ORDER BY stream_id DESC LIMIT 1) "
                        "RETURNING 'case ' || stream_id"),
    "words of staff": ("words", "UPDATE cases_words SET text = text || '.' WHERE id = (SELECT min(id) FROM "
                       "cases_words) RETURNING 'case ' || stream_id || ', event ' || seq"),
    "words of staff gone": ("words", "DELETE FROM cases_words WHERE id = (SELECT min(id) FROM cases_words) "
                            "RETURNING 'case ' || stream_id || ', event ' || seq"),
    "a citizen's words": ("words", "UPDATE cases_contact SET words = 'همه‌چیز خوب است' WHERE id = (SELECT min(id) "
                          "FROM cases_contact) RETURNING 'contact ' || id"),
    "a citizen's phone": ("words", "UPDATE cases_contact SET phone = '+989150000000' WHERE id = (SELECT min(id) "
                          "FROM cases_contact) RETURNING 'contact ' || id"),
    "a citizen's words without their salt": (
        "words", "UPDATE cases_contact SET words = 'x', salt = NULL WHERE id = (SELECT min(id) FROM cases_contact) "
        "RETURNING 'contact ' || id"),
    "a citizen's message gone": ("words", "DELETE FROM cases_contact WHERE id = (SELECT min(id) FROM cases_contact) "
                                 "RETURNING 'contact ' || id"),
    "a case's address": ("words", "UPDATE cases_casetext SET address = 'جای دیگر' WHERE case_id = (SELECT min(case_id) "
                        "FROM cases_casetext WHERE address <> '') RETURNING 'case ' || case_id"),
    "a case's address gone": ("words", "UPDATE cases_casetext SET address = '' WHERE case_id = (SELECT min(case_id) "
                             "FROM cases_casetext WHERE address <> '') RETURNING 'case ' || case_id"),
    "the row of a case's words gone": ("words", "DELETE FROM cases_casetext WHERE case_id = (SELECT min(case_id) "
                                       "FROM cases_casetext) RETURNING 'case ' || case_id"),
    "a photo's row gone": ("files", "DELETE FROM cases_attachment WHERE id = (SELECT min(id) FROM cases_attachment) "
                           "RETURNING 'attachment ' || id"),
    "a photo's name": ("files", "UPDATE cases_attachment SET sha256 = repeat('0', 64) WHERE id = (SELECT min(id) "
                       "FROM cases_attachment) RETURNING 'attachment ' || id"),
    "a photo of no event": ("files", "INSERT INTO cases_attachment (case_id, stage, sha256, bytes, width, height, at, "
                            "actor) SELECT case_id, stage, sha256, bytes, width, height, at, actor FROM "
                            "cases_attachment ORDER BY id LIMIT 1 RETURNING 'attachment ' || id"),
    "a seal's digest": ("seals", "UPDATE cases_seal SET digest = sha256(digest) WHERE id = (SELECT min(id) FROM "
                        "cases_seal) RETURNING 'seal of line ' || n"),
    "a seal's row gone": ("seals", "DELETE FROM cases_seal WHERE id = (SELECT min(id) FROM cases_seal) "
                          "RETURNING n || '.json'"),
    "an inbox row of no event": ("inbox", "INSERT INTO cases_inbox VALUES (99999999) RETURNING 'event 99999999'"),
    "an inbox row twice": ("inbox", "INSERT INTO cases_inbox SELECT event_id FROM cases_ledger WHERE n = 2 "
                           "RETURNING 'event ' || event_id"),
}  # fmt: skip


def _file(home: Path) -> Path:
    return next(path for path in sorted((home / "files").rglob("*")) if path.is_file())


def _seal(home: Path) -> Path:
    return min((home / "seals").glob("*.json"))


FILES: dict[str, tuple[str, Callable[[Path], Path], Callable[[bytes], bytes | None]]] = {
    "a photo's file changed": ("files", _file, lambda old: old + b"!"),
    "a photo's file gone": ("files", _file, lambda old: None),
    "a seal's file gone": ("seals", _seal, lambda old: None),
    "a seal's file changed": ("seals", _seal, lambda old: old.replace(b'"digest":"', b'"digest":"00')),
    "a seal's file unreadable": ("seals", _seal, lambda old: b"{"),
}


def corrupted(connection: psycopg.Connection[Any], home: Path, name: str) -> str:
    """Does one corruption of a row inside a transaction, looks, and takes it back; what was missed, in words."""
    check, statement = ROWS[name]
    with connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL session_replication_role = replica")  # the history's triggers are off
        row = connection.execute(statement).fetchone()  # type: ignore[arg-type]
        assert row is not None, f"{name}: nothing there to corrupt"
        report = verify.examine(connection, files=home / "files", seals=home / "seals")
    named = [f for f in report.findings if f.check == check and str(row[0]) in f.where]
    return "" if named else f"{name}: {check} at {row[0]} not among {report.findings[:3]}"


def test_every_corruption_is_found_and_named(fresh_database: Fresh, city: Path, home: Path) -> None:
    walked(home, fresh_database.url, 7)
    connections.close_all()
    assert verify.verify(fresh_database.url, files=home / "files", seals=home / "seals").findings == []
    with psycopg.connect(fresh_database.super_url, autocommit=True) as connection:
        missed = [told for name in ROWS if (told := corrupted(connection, home, name))]
    for name, (check, chosen, change) in FILES.items():
        path = chosen(home)
        before = path.read_bytes()
        after = change(before)
        path.unlink() if after is None else path.write_bytes(after)
        findings = verify.verify(fresh_database.url, files=home / "files", seals=home / "seals").findings
        path.write_bytes(before)
        if not any(f.check == check for f in findings):
            missed.append(f"{name}: {findings[:3]}")
    assert missed == []
    assert len(ROWS) + len(FILES) >= 30


@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_found_where_nothing_is_wrong(fresh_database: Fresh, city: Path, home: Path, seed: int) -> None:
    ids = walked(home, fresh_database.url, seed + 100, cases=5, steps=7)
    report = verify.verify(fresh_database.url, files=home / "files", seals=home / "seals")
    assert report.findings == []
    assert report.cases >= len(ids)
    assert report.ledger >= report.events
    assert report.inbox == 0
    assert report.seals == 2
