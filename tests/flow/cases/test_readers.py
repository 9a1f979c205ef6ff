"""Readers of the history: exactly once whoever reads at the same time or dies, in order, past what cannot be taken."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from django.db import OperationalError, connection, connections

from bina.flow.cases import clerk, readers
from bina.flow.cases.moves import By
from bina.flow.cases.readers import Entry, Reader
from tests.databases import Fresh
from tests.flow.cast import do, new

NOTED = "INSERT INTO noted (n, case_id, seq) VALUES (%s, %s, %s)"


def note(cursor: Any, entries: list[Entry]) -> None:
    """Writes each entry down once more: a reader that leaves out or doubles is seen."""
    for entry in entries:
        cursor.execute(NOTED, [entry.n, entry.event.stream_id, entry.event.seq])


def reader(**more: Any) -> Reader:
    given: dict[str, Any] = {"name": "noter", "take": note, "verbs": ("register", "note"), "whole_past": True}
    return Reader(**(given | more))


def table(fresh: Fresh) -> None:
    """A table for what a reader does."""
    with psycopg.connect(fresh.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE noted (n bigint, case_id bigint, seq int)")
        owner.execute("GRANT SELECT, INSERT ON noted TO PUBLIC")


def noted() -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, case_id, seq FROM noted ORDER BY n")
        return list(cursor.fetchall())


def enter(fresh: Fresh) -> None:
    """The clerk enters what waits."""
    with clerk.connect(fresh.url) as mine:
        clerk.drain(mine)


def ends_at() -> int:
    """The last line of the ledger."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(n), 0) FROM cases_ledger")
        return int(cursor.fetchone()[0])


def place(name: str = "noter") -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM cases_reader WHERE name = %s", [name])
        return int(cursor.fetchone()[0])


def history(cases: int, notes: int) -> int:
    """So many cases with so many notes each; how many events a noter hears of."""
    for _ in range(cases):
        case_id = new().case_id
        for number in range(notes):
            do(case_id, "note", By.EXPERT, words=f"یادداشت {number}")
    return cases * (notes + 1)


def test_two_workers_read_every_line_once_and_in_order(fresh_database: Fresh, city: Path) -> None:
    table(fresh_database)
    total = history(6, 5)
    enter(fresh_database)
    start, wrong = threading.Barrier(2), []

    def work() -> None:
        try:
            start.wait(30)
            for _ in range(60):
                readers.step(reader(), window=3)
        except BaseException as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    found = noted()
    assert len(found) == total
    assert len({n for n, _case, _seq in found}) == total
    of_case = {case_id: [seq for _n, c, seq in found if c == case_id] for _n, case_id, _seq in found}
    assert all(seqs == sorted(seqs) for seqs in of_case.values())


def test_a_reader_killed_between_its_work_and_its_commit_begins_again_where_it_was(
    fresh_database: Fresh, city: Path
) -> None:
    table(fresh_database)
    total = history(3, 3)
    enter(fresh_database)
    readers.step(reader(), window=4)
    before, at = noted(), place()

    def die(cursor: Any, entries: list[Entry]) -> None:
        note(cursor, entries)
        cursor.execute("SELECT pg_backend_pid()")
        with psycopg.connect(fresh_database.super_url, autocommit=True) as killer:
            killer.execute("SELECT pg_terminate_backend(%s)", [cursor.fetchone()[0]])
        cursor.execute("SELECT 1")

    with suppress(OperationalError):
        readers.step(reader(take=die))
        raise AssertionError("it was killed and said nothing")
    connection.close()
    assert (noted(), place()) == (before, at), "nothing of a batch that was not committed is left"
    while readers.step(reader()):
        pass
    assert len(noted()) == total
    assert [n for n, _case, _seq in noted()] == sorted({n for n, _case, _seq in noted()})


def test_what_cannot_be_taken_is_set_aside_with_its_reason_and_stops_nothing(fresh_database: Fresh, city: Path) -> None:
    table(fresh_database)
    total = history(2, 2)
    enter(fresh_database)
    bad = ends_at() - 2

    def stumble(cursor: Any, entries: list[Entry]) -> None:
        for entry in entries:
            if entry.n == bad:
                raise ValueError("با شمارهٔ ۰۹۱۵۱۲۳۴۵۶۷ نشد")
        note(cursor, entries)

    while readers.step(reader(take=stumble)):
        pass
    assert len(noted()) == total - 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, reason, tries, next_at > bina_now() FROM cases_setaside")
        [(n, reason, tries, later)] = cursor.fetchall()
        assert (n, tries, later) == (bad, 1, True)
        assert reason.startswith("ValueError at test_readers.py:")
        assert "۰۹۱۵" not in reason, "a reason holds nothing of what was read"
        assert not readers.step(reader(take=stumble)), "its hour has not come"
        cursor.execute("UPDATE cases_setaside SET next_at = bina_now()")
        readers.step(reader(take=stumble))
        cursor.execute("SELECT tries FROM cases_setaside")
        assert cursor.fetchall() == [(2,)]
        cursor.execute("UPDATE cases_setaside SET next_at = bina_now()")
        readers.step(reader())  # mended in the meantime
        cursor.execute("SELECT count(*) FROM cases_setaside")
        assert cursor.fetchall() == [(0,)]
    assert len(noted()) == total


def test_after_the_last_try_somebody_has_to_look(fresh_database: Fresh, city: Path) -> None:
    new()
    enter(fresh_database)

    def never(cursor: Any, entries: list[Entry]) -> None:
        raise KeyError("x")

    readers.step(reader(take=never))
    with connection.cursor() as cursor:
        for _ in readers.PAUSES:
            cursor.execute("UPDATE cases_setaside SET next_at = bina_now()")
            readers.step(reader(take=never))
        cursor.execute("SELECT tries, next_at FROM cases_setaside")
        assert cursor.fetchall() == [(len(readers.PAUSES) + 1, None)]


def test_a_new_reader_hears_no_old_news_unless_it_wants_the_whole_past(fresh_database: Fresh, city: Path) -> None:
    table(fresh_database)
    new()
    enter(fresh_database)
    young = reader(name="young", whole_past=False)
    assert not readers.step(young)
    assert noted() == []
    new()
    enter(fresh_database)
    assert readers.step(young)
    assert len(noted()) == 1


def test_an_idle_city_writes_nothing(fresh_database: Fresh, city: Path) -> None:
    new()
    enter(fresh_database)
    idle = reader(take=lambda cursor, entries: None)
    assert readers.step(idle)
    mark = "SELECT xmin::text, xmax::text FROM cases_reader WHERE name = 'noter'"
    with connection.cursor() as cursor:
        cursor.execute(mark)
        before = cursor.fetchall()
        assert not readers.step(idle)
        cursor.execute(mark)
        assert cursor.fetchall() == before


def test_what_nobody_asked_for_is_passed_over(fresh_database: Fresh, city: Path) -> None:
    table(fresh_database)
    case_id = new().case_id
    do(case_id, "note", By.EXPERT, words="ساختگی", origin="demo")
    enter(fresh_database)
    while readers.step(reader()):
        pass
    assert [seq for _n, _case, seq in noted()] == [1], "generated events are not handed on"
    assert place() == ends_at()
