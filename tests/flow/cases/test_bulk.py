"""Whole histories written at once give the very rows that the same histories gave verb by verb."""

from __future__ import annotations

from random import Random
from typing import Any

import psycopg
from django.db import connection
from psycopg.rows import dict_row

from bina.flow.cases import bulk, clerk, photos, search, verify
from bina.flow.cases.bulk import Story, Told
from bina.flow.cases.events import COLUMNS, event_of
from bina.flow.cases.rows import concerns
from bina.ground.sla import clock
from tests.flow.cast import new, ready, step

BESIDE = ("cases_referral", "cases_promise", "waiting_hold", "waiting_demandcase", "credit_encumbrance", "work_job")
OWN = {"id", "case_id", "contact_id", "code", "old_code", "origin"}  # what two cases never share


def walk(chance: Random, steps: int) -> int:
    """A case that lived some legal verbs, one after another."""
    at = int(clock.now().timestamp()) - 10**7
    case_id = new(at=at, origin="demo").case_id
    for _ in range(steps):
        at += chance.randrange(60, 90_000)
        step(case_id, chance, at)
    return case_id


def story(case_id: int, recorded_at: list[int]) -> Story:
    """Its history, as a source would tell it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM cases_event e WHERE stream_kind = 'case' AND stream_id = %s ORDER BY seq", [case_id]
        )
        first, *later = [event_of(row) for row in cursor.fetchall()]
    recorded_at.append(max(event.recorded_at for event in (first, *later)))
    register = {k: v for k, v in first.given.items() if k not in ("code", "contact", "words", "address")}
    events = [Told(event.verb, event.at, event.given) for event in later]
    return Story(f"old-{case_id}", first.at, first.channel, register, events)


def lines(db: psycopg.Connection[Any], table: str, case_id: int) -> list[dict[str, Any]]:
    """The rows of one table that belong to a case, without what is each case's own."""
    with db.cursor(row_factory=dict_row) as cursor:
        column = "id" if table == "cases_case" else "case_id"
        cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s", [case_id])
        found = [{k: v for k, v in row.items() if k not in OWN} for row in cursor.fetchall()]
    for row in found:
        if "more" in row:
            row["more"] = {k: v for k, v in row["more"].items() if k not in ("contact", "proposal")}
    return sorted(found, key=lambda row: row.get("seq", 0))


def test_a_history_in_one_piece_gives_the_rows_that_its_verbs_gave(fresh_database, city, size, tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")
    chance, ends = Random(137), []
    walked = [walk(chance, chance.randrange(10)) for _ in range(size(60, 400))]
    stories = [story(case_id, ends) for case_id in walked]
    ready()
    with clerk.connect(fresh_database.url) as db:
        clerk.drain(db)
        prepared = [bulk.prepare(one, max(ends)) for one in stories]
        assert bulk.write(db, prepared) == sum(1 + len(one.events) for one in stories)
        twins = dict(db.execute("SELECT old_code, id FROM cases_case WHERE old_code IS NOT NULL").fetchall())
        seen = set()
        for case_id in walked:
            for table in ("cases_case", *BESIDE):
                mine, twin = lines(db, table, case_id), lines(db, table, twins[f"old-{case_id}"])
                assert twin == mine, (case_id, table)
                seen.update([table] if mine else [])
        assert {"cases_case", "cases_referral", "cases_promise", "waiting_hold"} <= seen
        assert db.execute("SELECT count(*) FROM cases_timer t JOIN cases_case c ON c.id = t.stream_id "
                          "WHERE c.origin = 'import'").fetchone() == (0,)  # fmt: skip
        assert db.execute("SELECT count(*) FROM cases_inbox").fetchone() == (0,)
    assert verify.verify(fresh_database.url, files=tmp_path / "files").findings == []


def test_text_of_any_kind_comes_through_the_copy(fresh_database, city):
    ready()
    nasty = 'tab\there\nline\\N back\\slash "quote" «نشانی» 🏙'
    register = {"subject": 1, "place": "none", "priority": 3, "hazard": False, "sensitivity": 0}
    one = Story("a\\b\tc", 1_500_000_000_000_001, "phone", register, [], words=nasty, address=nasty, name="\\N")
    with clerk.connect(fresh_database.url) as db:
        bulk.write(db, [bulk.prepare(one, 1_600_000_000_000_000)])
        row = db.execute(
            "SELECT c.old_code, t.address, k.words, k.name, t.terms::text FROM cases_case c "
            "JOIN cases_casetext t ON t.case_id = c.id JOIN cases_contact k ON k.case_id = c.id"
        ).fetchone()
        assert row is not None
        assert row[:4] == ("a\\b\tc", nasty, nasty, "\\N")
        terms = search.terms(nasty, nasty, names=["\\N"])
        assert db.execute("SELECT %s::tsvector = %s::tsvector", [terms, row[4]]).fetchone() == (True,)
        assert bulk.known(db, ["a\\b\tc", "other"]) == {"a\\b\tc"}
    assert verify.verify(fresh_database.url).findings == []


def test_packages_are_asked_only_about_histories_that_can_have_their_rows():
    assert not concerns(["register", "refer", "report", "close_unheard"])
    assert concerns(["register", "refer", "accept", "hold"])
    assert concerns(["job_planned"])
