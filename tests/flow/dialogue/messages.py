"""Builders for tests of messages: the ledger caught up, citizens told, what lies in the outbox."""

from __future__ import annotations

from typing import Any

from django.db import connection

from bina.flow.cases import readers
from bina.flow.dialogue.models import Outbox
from bina.flow.dialogue.telling import READER
from tests.flow.cast import ready


def entered() -> None:
    """Every event has its line in the ledger, as the clerk would have given it; inside the test's own transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH taken AS (DELETE FROM cases_inbox RETURNING event_id) INSERT INTO cases_ledger (n, event_id, digest) "
            "SELECT (SELECT coalesce(max(n), 0) FROM cases_ledger) + row_number() OVER (ORDER BY event_id), event_id, "
            "''::bytea FROM taken"
        )


def told() -> list[Outbox]:
    """What citizens are told of everything that has happened, oldest first."""
    ready()
    entered()
    while readers.step(READER):
        pass
    return list(Outbox.objects.order_by("id"))


def templates() -> list[str]:
    """The same, by what each message is about."""
    return [one.template for one in told()]


def set_aside() -> list[Any]:
    """What the reader could not take."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, reason FROM cases_setaside ORDER BY n")
        return list(cursor.fetchall())
