"""Upward demands (پیگیری بالادستی) as a case's page reads them: to whom, by which number, since when, how far."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import connection

STATES = {
    "draft": "پیش‌نویس", "signed": "امضا شد", "received": "رسید", "answered": "پاسخ آمد", "passed_on": "فرستاده شد",
}  # fmt: skip


class DemandRow(msgspec.Struct, frozen=True):
    """One demand that names a case; `cases` is how many it is for."""

    id: int
    number: str
    registry_number: str
    body_id: int
    state: str
    drafted_at: datetime
    signed_at: datetime | None
    received_at: datetime | None
    due_at: datetime | None
    answered_at: datetime | None
    overtaken_at: datetime | None
    cases: int


def of_case(case_id: int) -> list[DemandRow]:
    """The demands for a case, the newest first, in one statement; answered when this case's part of it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.id, d.number, d.registry_number, d.body_id, d.state, d.drafted_at, d.signed_at, d.received_at, "
            "d.due_at, c.answered_at, c.overtaken_at, "
            "(SELECT count(*) FROM waiting_demandcase o WHERE o.demand_id = d.id) "
            "FROM waiting_demandcase c JOIN waiting_demand d ON d.id = c.demand_id WHERE c.case_id = %s::bigint "
            "ORDER BY d.id DESC",
            [case_id],
        )
        return [DemandRow(*row) for row in cursor.fetchall()]
