"""What the doctor says of readers and messages: how far behind, what was set aside, what is not sent."""

from __future__ import annotations

import psycopg
import pytest

from bina.doors.cli import doctor
from bina.doors.cli.doctor import Finding
from tests.databases import Fresh

LATE = (
    "INSERT INTO dialogue_outbox (case_id, seq, template, contact_id, means, body, state, attempts, due_at, gateway, "
    "gateway_id, reason, made_at) VALUES (1, %s, 'answer', 1, 'sms', 'x', %s, 1, bina_now() - interval '1 hour', '', "
    "'', %s, bina_now())"
)


def findings(fresh: Fresh, *, running: bool = True) -> dict[str, Finding]:
    with psycopg.connect(fresh.url, autocommit=True) as connection:

        def one(sql: str) -> tuple:
            return connection.execute(sql).fetchone() or (None,)

        return {f.name: f for check in (doctor.readers, doctor.messages) for f in check(one, running)}


def test_all_is_well_in_a_new_city(fresh_database: Fresh) -> None:
    found = findings(fresh_database)
    assert {"reader citizen", "messages", "unknown messages", "failed messages"} <= set(found)
    assert all(f.well for f in found.values())


@pytest.mark.parametrize(
    ("state", "name"), [("waiting", "messages"), ("unknown", "unknown messages"), ("failed", "failed messages")]
)
def test_a_message_that_does_not_go_out_is_named(fresh_database: Fresh, state: str, name: str) -> None:
    with fresh_database.connect(autocommit=True) as connection:
        connection.execute(LATE, [1, state, "line busy"])
    wrong = {f.name: f for f in findings(fresh_database).values() if not f.well}
    assert set(wrong) == {name}
    assert wrong[name].do


def test_what_a_reader_set_aside_is_named_with_its_reason(fresh_database: Fresh) -> None:
    with fresh_database.connect(autocommit=True) as connection:
        connection.execute("INSERT INTO cases_setaside (reader, n, reason, tries) VALUES ('citizen', 7, 'KeyError', 6)")
    found = findings(fresh_database)["set aside by citizen"]
    assert not found.well
    assert "KeyError" in found.seen
