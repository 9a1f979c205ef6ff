"""A result as it comes back from the street: what was found and done, and the end of the job, in one transaction."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from bina.flow.cases.errors import Invalid
from bina.flow.cases.moves import FINDINGS, By
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.cases.write import Recorded

# What a crew brings back: the three findings end the unit's work; of the other two the case goes on.
BROUGHT = FINDINGS | {"partly": "بخشی انجام شد", "visit": "بازدید شد، کار می‌خواهد"}


def enter(
    case_id: int, *, finding: str, by: By, actor: str, channel: str, quantity: int | None = None,
    words: str | None = None, rest_at: int | None = None, seq: int | None = None, key: Key | None = None,
    origin: str = "live", at: int | None = None, done_at: int | None = None,
) -> Recorded:  # fmt: skip
    """Ends the case's open job, if there is one, with its quantity, and records the finding by the moves' own rules.

    Raises Invalid with the field (the photo that the subject wants among them), Refused, Stale; then all is undone.
    """
    if finding not in BROUGHT:
        raise Invalid({"finding": "یافته را برگزینید."})
    if quantity is not None and not 0 < quantity < 10**9:
        raise Invalid({"quantity": "مقدار را با رقم بنویسید."})
    how: dict[str, Any] = {"by": by, "actor": actor, "channel": channel, "origin": origin, "at": at}
    with transaction.atomic():
        job = _open_job(case_id, "visit" if finding == "visit" else "work")
        if job is None and quantity is not None and not _done_before(key):
            raise Invalid({"quantity": "برای این درخواست دستور کاری باز نیست؛ مقدار را در یادداشت بنویسید."})
        if job is not None:
            ended = record(case_id, "job_done", job=job, quantity=quantity, seq=seq, key=_beside(key), **how)
            seq = ended.seq if seq is not None else None
        if finding == "partly":
            return record(case_id, "partly_done", rest_at=rest_at, words=words, seq=seq, key=key, **how)
        if finding == "visit":
            return record(case_id, "visit", job=job, quantity=quantity, words=words, seq=seq, key=key, **how)
        return record(case_id, "report", finding=finding, done_at=done_at, words=words, seq=seq, key=key, **how)


def _open_job(case_id: int, kind: str) -> int | None:
    """The job that a result ends: one of its own kind if there is one, else the other; the last that was planned."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq FROM work_job WHERE case_id = %s::bigint AND state IN ('planned', 'started') "
            "ORDER BY kind = %s::text DESC, seq DESC LIMIT 1",
            [case_id, kind],
        )
        found = cursor.fetchone()
        return int(found[0]) if found is not None else None


def _beside(key: Key | None) -> Key | None:
    return Key(key.scope, f"{key.key}+job"[:200], key.route, key.body) if key else None


def _done_before(key: Key | None) -> bool:
    """Whether the same sending has already ended the job."""
    beside = _beside(key)
    if beside is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM cases_idempotency WHERE scope = %s::text AND key = %s::text", [beside.scope, beside.key]
        )
        return cursor.fetchone() is not None
