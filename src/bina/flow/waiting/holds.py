"""Holds (مانع): placed, attested, contested, renewed, ended; the deadline moves only inside an attested hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from bina.flow.cases.errors import Invalid, Refused
from bina.flow.cases.events import moment
from bina.flow.cases.moves import By, State
from bina.flow.cases.record import allowed
from bina.flow.cases.register import Key
from bina.flow.cases.write import Locked, Recorded, Step, write
from bina.flow.credit import lines
from bina.flow.waiting.models import Hold
from bina.ground.catalogue import constraints
from bina.ground.city import units
from bina.ground.sla.calendars import worktime

ASKED_MAX = 200
SILENT_AFTER_DAYS = 3  # from the end of the body's third working day its silence makes the time its own


def _credit_due(line_id: int | None) -> tuple[int | None, bool]:
    """The due date of the line's oldest stage not handed over (epoch seconds), and whether that date has passed."""
    if line_id is None:
        return None, False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(due_on), bina_now()::date FROM credit_tranche WHERE line_id = %s::bigint AND given_on IS NULL",
            [line_id],
        )
        due, today = cursor.fetchone()
    if due is None:
        return None, False
    return int(datetime(due.year, due.month, due.day, tzinfo=UTC).timestamp()), due < today


def hold(
    case_id: int, *, constraint: str, review_at: int, by: By, actor: str, channel: str, body: int | None = None,
    line: int | None = None, words: str | None = None, seq: int | None = None, key: Key | None = None,
    origin: str = "live", at: int | None = None,
) -> Recorded:  # fmt: skip
    """Names why work cannot go on; `review_at` in epoch seconds. Waiting for credit names its line, another body it.

    A hold for a line whose record shows "due, not handed over" is attested by that record. Raises Invalid, Refused.
    """
    row = constraints.by_code(constraint)
    if row is None:
        raise Invalid({"constraint": "مانع را از فهرست برگزینید."})
    named = units.by_id(body) if body else units.by_code(row.confirmer_code) if row.confirmer_code else None
    if row.grp == "credit" and line is None and constraint != "CREDIT_NOT_BUDGETED":
        raise Invalid({"line": "برای انتظار اعتبار، ردیف اعتبار لازم است."})
    if line is not None and row.grp != "credit":
        raise Invalid({"line": "ردیف اعتبار تنها برای مانعی است که در انتظار اعتبار است."})
    if line is not None and not lines.exists(line):
        raise Invalid({"line": "ردیف اعتبار را از فهرست برگزینید."})
    if row.owner_kind in ("up", "outside") and named is None:
        raise Invalid({"body": "بگویید کار در انتظار کدام دستگاه است."})
    due, late = _credit_due(line)

    def decide(cursor: Any, held: Locked) -> list[Step]:
        allowed(held.summary, "hold", by)
        now = held.now if at is None else at
        if review_at <= now:
            raise Invalid({"review_at": "تاریخ بازبینی باید پس از امروز باشد."})
        given: dict[str, Any] = {
            "constraint": row.code, "rank": row.rank, "owner": row.owner_kind, "review_at": review_at,
        }  # fmt: skip
        if named is not None:
            given["body"] = named.id
            silent = worktime(named.calendar_code).add_days(moment(now), SILENT_AFTER_DAYS)
            given["silent_at"] = int(silent.timestamp())
            if named.id == held.summary.unit_id:
                given["self"] = True
        if row.owner_kind == "unit":
            given["self"] = True
        if line is not None:
            given["line"] = line
        if due is not None:
            given["credit_due_at"] = due
        if late:
            given["attested"] = True
        return [Step("hold", given, words)]

    return write(case_id, decide, actor=actor, channel=channel, origin=origin, at=at, key=key, seq=seq)


def _standing(held: Locked, hold_seq: int) -> dict[str, Any]:
    for one in held.summary.more.get("holds", []):
        if one["seq"] == hold_seq:
            return dict(one)
    raise Invalid({"hold": "این مانع اکنون برقرار نیست؛ صفحه را تازه کنید."})


def moved_deadline(held: Locked, *, since: int, until: int) -> int | None:
    """The unit's deadline put off by the working span from `since` to `until` (epoch seconds)."""
    due, unit = held.summary.unit_due_at, units.by_id(held.summary.unit_id or 0)
    if due is None or unit is None:
        return None
    if due <= since:
        return due  # it was late before the hold; no wait excuses that
    clock = worktime(unit.calendar_code)
    left = clock.elapsed(moment(since), moment(due))
    return int(clock.due(moment(until), left).timestamp()) if left else due


def attest(
    case_id: int, *, hold: int, by: By, actor: str, channel: str, words: str | None = None, seq: int | None = None,
    key: Key | None = None,
    origin: str = "live", at: int | None = None,
) -> Recorded:  # fmt: skip
    """The named body says the hold is true: the whole span from its proposal becomes the owner's."""

    def decide(cursor: Any, held: Locked) -> list[Step]:
        allowed(held.summary, "hold_attested", by)
        one = _standing(held, hold)
        if one["word"] == "attested":
            raise Refused("این مانع پیش‌تر تأیید شده است.")
        return [Step("hold_attested", {"hold": hold}, words)]

    return write(case_id, decide, actor=actor, channel=channel, origin=origin, at=at, key=key, seq=seq)


def contest(
    case_id: int, *, hold: int, by: By, actor: str, channel: str, words: str, seq: int | None = None,
    key: Key | None = None,
    origin: str = "live", at: int | None = None,
) -> Recorded:  # fmt: skip
    """The named body denies the hold: all of its time goes back to the unit."""
    if not words.strip():
        raise Invalid({"words": "بنویسید چرا این مانع درست نیست."})

    def decide(cursor: Any, held: Locked) -> list[Step]:
        allowed(held.summary, "hold_contested", by)
        _standing(held, hold)
        return [Step("hold_contested", {"hold": hold}, words)]

    return write(case_id, decide, actor=actor, channel=channel, origin=origin, at=at, key=key, seq=seq)


def renew(
    case_id: int, *, hold: int, review_at: int, by: By, actor: str, channel: str, words: str | None = None,
    seq: int | None = None, key: Key | None = None, origin: str = "live", at: int | None = None,
) -> Recorded:  # fmt: skip
    """A hold goes on until a new review date; never forgotten, never for ever."""

    def decide(cursor: Any, held: Locked) -> list[Step]:
        allowed(held.summary, "hold_renewed", by)
        _standing(held, hold)
        if review_at <= (held.now if at is None else at):
            raise Invalid({"review_at": "تاریخ بازبینی باید پس از امروز باشد."})
        return [Step("hold_renewed", {"hold": hold, "review_at": review_at}, words)]

    return write(case_id, decide, actor=actor, channel=channel, origin=origin, at=at, key=key, seq=seq)


def release(
    case_id: int, *, hold: int, by: By, actor: str, channel: str, words: str | None = None, seq: int | None = None,
    key: Key | None = None, origin: str = "live", at: int | None = None,
) -> Recorded:  # fmt: skip
    """One hold is over; the case goes on when the last ends. An attested hold's span moves the unit's deadline."""

    def decide(cursor: Any, held: Locked) -> list[Step]:
        verb = "release" if len(held.summary.more.get("holds", [])) <= 1 else "hold_ended"
        allowed(held.summary, "release", by)
        one = _standing(held, hold)
        given: dict[str, Any] = {"hold": hold}
        if one["word"] == "attested" and not one.get("self") and held.summary.state == State.WAITING:
            due = moved_deadline(held, since=one["since"], until=held.now if at is None else at)
            if due is not None:
                given["due_at"] = due
        return [Step(verb, given, words)]

    return write(case_id, decide, actor=actor, channel=channel, origin=origin, at=at, key=key, seq=seq)


def asked_of(unit_ids: Iterable[int]) -> list[int]:
    """The cases that wait on a hold which names one of these bodies and has had no word of it yet."""
    standing = Hold.objects.filter(body_id__in=list(unit_ids), ended_at__isnull=True, word="proposed")
    return list(standing.order_by("id").values_list("case_id", flat=True)[:ASKED_MAX])


def on_lines(line_ids: Iterable[int]) -> dict[int, int]:
    """How many holds stand for each of these credit lines, in one statement; none for none."""
    wanted = sorted(set(line_ids))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line_id, count(*) FROM waiting_hold WHERE line_id = ANY(%s::bigint[]) AND ended_at IS NULL "
            "GROUP BY line_id",
            [wanted],
        )
        return dict(cursor.fetchall())
