"""Calls: a line rings, an operator takes it, it ends; told by a telephone exchange or by nobody at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from bina.flow.cases.errors import Invalid, NotAllowed, Refused
from bina.flow.dialogue.models import Call
from bina.ground.sla import clock

EVENTS = ("ring", "answer", "end")
RINGS_SECONDS = 120  # a call that nobody took and whose end was never told rings no longer than that
KEPT_HOURS = 24  # how long the number of a call is kept once it rang
SHOWN = 3
REF_MAX, LINE_MAX = 100, 40


def heard(
    *, client_id: int, ref: str, line: str, event: str, phone: str | None = None, at: datetime | None = None
) -> int:
    """One event of the exchange about a call of its; the same told twice changes nothing. Gives the call's number.

    phone in E.164, None when it is hidden; an end may come before the ring, then the call never rings here.
    `at` is the exchange's moment of the event, now if it does not say. Raises Invalid.
    """
    errors = {}
    if event not in EVENTS:
        errors["event"] = "رویداد باید ring، answer یا end باشد."
    if not 0 < len(ref) <= REF_MAX:
        errors["call"] = f"نام تماس باید ۱ تا {REF_MAX} حرف باشد."
    if not 0 < len(line) <= LINE_MAX:
        errors["line"] = f"خط باید ۱ تا {LINE_MAX} حرف باشد."
    now = clock.now()
    at = min(at or now, now)
    if at < now - timedelta(days=1):
        errors["at"] = "این رویداد بیش از یک روز کهنه است."
    if errors:
        raise Invalid(errors)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dialogue_call (client_id, ref, line, phone, hidden, rang_at, answered_at, ended_at) VALUES "
            "(%(client)s::bigint, %(ref)s::text, %(line)s::text, %(phone)s::text, %(phone)s::text IS NULL, "
            "%(at)s::timestamptz, CASE WHEN %(event)s::text = 'answer' THEN %(at)s::timestamptz END, "
            "CASE WHEN %(event)s::text = 'end' THEN %(at)s::timestamptz END) "
            "ON CONFLICT (client_id, ref) DO UPDATE SET "
            "answered_at = coalesce(dialogue_call.answered_at, excluded.answered_at), "
            "ended_at = coalesce(dialogue_call.ended_at, excluded.ended_at) RETURNING id",
            {"client": client_id, "ref": ref, "line": line, "phone": phone, "at": at, "event": event},
        )
        return int(cursor.fetchone()[0])


def ringing(limit: int = SHOWN) -> list[Call]:
    """The calls that ring now, the longest first; one statement."""
    since = clock.estimate() - timedelta(seconds=RINGS_SECONDS)
    return list(
        Call.objects.filter(answered_at__isnull=True, ended_at__isnull=True, rang_at__gt=since).order_by("rang_at")[
            :limit
        ]
    )


def take(call_id: int, person_id: int) -> Call:
    """An operator takes a ringing call; taken twice by the same it is the same. Refused when another has it."""
    with transaction.atomic():
        call = Call.objects.select_for_update().filter(pk=call_id).first()
        if call is None:
            raise NotAllowed
        if call.person_id is None and call.ended_at is None:
            call.person_id = person_id
            call.answered_at = call.answered_at or clock.now()
            call.save(update_fields=["person_id", "answered_at"])
        elif call.person_id != person_id:
            gone = "این تماس پایان یافت." if call.person_id is None else "همکار دیگری این تماس را پاسخ داد."
            raise Refused(gone)
    return call


def mine(call_id: int, person_id: int) -> Call | None:
    """A call that this operator took; None for another's."""
    return Call.objects.filter(pk=call_id, person_id=person_id).first()


def end(call_id: int, person_id: int) -> None:
    """The operator says that the call is over; what is being typed stays."""
    Call.objects.filter(pk=call_id, person_id=person_id, ended_at__isnull=True).update(ended_at=clock.now())


def became(call_id: int, person_id: int, case_id: int) -> None:
    """The call has led to a case: a second page of the same call says so."""
    Call.objects.filter(pk=call_id, person_id=person_id).update(case_id=case_id)


def forget() -> int:
    """Drops what nobody took and empties the numbers of the other calls once they are older than a day; how many."""
    old = clock.now() - timedelta(hours=KEPT_HOURS)
    Call.objects.filter(person_id__isnull=True, answered_at__isnull=True, rang_at__lt=old).delete()
    return Call.objects.filter(phone__isnull=False, rang_at__lt=old).update(phone=None)
