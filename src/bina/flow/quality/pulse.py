"""The city's day in a few numbers, for people who read no single case: each one statement, aggregates only."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import connection

from bina.flow.cases.models import Ledger, Promise
from bina.flow.waiting.models import Hold


class Days(msgspec.Struct, frozen=True):
    """Contacts of some days: all, those that ended in the call, those about a case that was known."""

    contacts: int
    instant: int
    again: int


def contacts(since: datetime, until: datetime) -> Days:
    """The contacts that came between two moments."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE instant), count(*) FILTER (WHERE kind = 'recontact') "
            "FROM cases_contact WHERE at >= %s::timestamptz AND at <= %s::timestamptz",
            [since, until],
        )
        return Days(*cursor.fetchone())


def promised(until: datetime) -> int:
    """Promises to citizens that nobody has kept yet and that fall due by then."""
    return Promise.objects.filter(kept_at=None, broken_at=None, due_at__lte=until).count()


def waiting_for_credit() -> int:
    """Open cases whose hold says that they wait for credit, attested or not."""
    open_holds = Hold.objects.filter(ended_at=None, constraint__grp="credit")
    return open_holds.values("case_id").distinct().count()


def lines() -> int:
    """How many lines the ledger has."""
    last = Ledger.objects.order_by("-n").values_list("n", flat=True).first()
    return int(last or 0)
