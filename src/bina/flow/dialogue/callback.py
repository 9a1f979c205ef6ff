"""The call-back queue: one call a person about all his results; tries with growing pauses, in calling hours only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from bina.flow.cases.errors import Invalid, Refused
from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.cases.rules import CALL_TRIES
from bina.flow.cases.worklist import to_ask
from bina.ground.city import installation
from bina.ground.sla import clock
from bina.ground.sla.calendars import UnknownCalendar, worktime
from bina.ground.sla.version import per_version
from bina.ground.sla.worktime import Hours, WorkTime

CALENDAR = "calling"  # the city's calendar of hours in which people may be rung up
EVERY_DAY = (9 * 60, 20 * 60)  # minutes of the day: where the city has no such calendar
# What a call comes to beside the answer itself; each holds for all that the person was to be asked.
RESULTS = {
    "other_person": "کس دیگری بود",
    "wrong_number": "شماره اشتباه است",
    "later": "بعداً زنگ بزنیم",
    "refused": "نخواست پاسخ دهد",
    "no_answer": "پاسخ نداد",
}
ENDING = ("wrong_number", "refused")  # after these nobody rings this number about the case again
# Until the next try after the first, second, … that reached nobody.
PAUSES = (timedelta(hours=3), timedelta(days=1), timedelta(days=2))
CLAIM = timedelta(minutes=15)  # so long a person is one caller's; each answer he writes begins it anew
LATER_DAYS = 7
READ, SHOWN = 160, 30


class Question(msgspec.Struct, frozen=True):
    """One result to ask one person about: his contact, the case, what the unit says, the tries made since."""

    contact_id: int
    case_id: int
    code: str
    subject_id: int
    unit_id: int | None
    name: str
    phone: str
    said: str
    address: str
    finding: str
    answer: str
    reported_at: datetime
    answer_until: datetime | None
    recontacts: int
    disputes: int
    tries: int
    last: str


class Person(msgspec.Struct, frozen=True):
    """Everybody is called once: a number with its questions, the most pressing first."""

    phone: str
    questions: tuple[Question, ...]
    taken: bool = False  # another caller has him on the line

    @property
    def key(self) -> int:
        """The first of his contacts, by which he is claimed: never his number."""
        return min(q.contact_id for q in self.questions)

    @property
    def name(self) -> str:
        """The name given last."""
        return next((q.name for q in reversed(self.questions) if q.name), "")

    @property
    def tries(self) -> int:
        """The calls that were made to him in vain."""
        return max(q.tries for q in self.questions)


_ASKED = """
SELECT k.id, c.id, c.code, c.subject_id, c.unit_id, k.name, k.phone, k.words, coalesce(t.address, ''), c.finding,
  coalesce(w.text, ''), c.reported_at, c.answer_until, c.recontacts, c.disputes, coalesce(calls.tries, 0)::int,
  coalesce(calls.last, '')
FROM cases_case c
JOIN LATERAL (
  SELECT DISTINCT ON (k.phone) k.id, k.name, k.phone, k.words FROM cases_contact k
  WHERE k.case_id = c.id AND k.phone IS NOT NULL AND k.withdrawn_at IS NULL AND k.tell_by <> 'none'
    AND k.kind IN ('new', 'recontact') ORDER BY k.phone, k.id
) k ON true
LEFT JOIN cases_casetext t ON t.case_id = c.id
LEFT JOIN LATERAL (
  SELECT e.seq, w.text FROM cases_event e LEFT JOIN cases_words w USING (stream_kind, stream_id, seq)
  WHERE e.stream_kind = 'case' AND e.stream_id = c.id AND e.verb = 'report' ORDER BY e.seq DESC LIMIT 1
) w ON true
LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE e.seq > w.seq AND e.given->>'result' <> 'later') AS tries,
    max((e.given->>'next_at')::bigint) FILTER (WHERE e.seq > w.seq) AS next_at,
    bool_or(e.given->>'result' = ANY(%(ending)s::text[])) AS over,
    (array_agg(e.given->>'result' ORDER BY e.seq DESC))[1] AS last
  FROM cases_event e LEFT JOIN cases_contact o ON o.id = (e.given->>'contact')::bigint
  WHERE e.stream_kind = 'case' AND e.stream_id = c.id AND e.verb = 'called' AND coalesce(o.phone, k.phone) = k.phone
) calls ON true
LEFT JOIN LATERAL (
  SELECT max((e.given->>'next_at')::bigint) AS next_at FROM cases_contact o JOIN cases_event e
    ON e.stream_kind = 'case' AND e.stream_id = o.case_id AND e.verb = 'called'
    AND (e.given->>'contact')::bigint = o.id
  WHERE o.phone = k.phone AND e.given->>'result' IN ('no_answer', 'other_person')
) rest ON true
WHERE c.id = ANY(%(ids)s::bigint[]) AND NOT c.more ? 'inspection' AND NOT coalesce(calls.over, false)
  AND coalesce(calls.tries, 0) < %(most)s::int
  AND greatest(calls.next_at, rest.next_at, 0) <= extract(epoch FROM bina_now())
ORDER BY c.answer_until, c.id, k.id
"""


def queue(seen: QuerySet[Case], person_id: int, *, limit: int = SHOWN) -> list[Person]:
    """Who is to be called now about the cases one may see, the nearest end of the answer window first.

    Left out: who waits for his hour, who was tried often enough, wrong numbers, who refused, who wants no news.
    Whom another caller has on the line stays in the list, marked. Four statements.
    """
    ids = list(_to_ring(to_ask(seen)).order_by("answer_until", "id").values_list("pk", flat=True)[:READ])
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, {"ids": ids, "ending": list(ENDING), "most": CALL_TRIES})
        by_phone: dict[str, list[Question]] = {}
        for row in cursor.fetchall():
            by_phone.setdefault(row[6], []).append(Question(*row))
        people = [Person(phone, tuple(asked)) for phone, asked in by_phone.items()][:limit]
        cursor.execute(
            "SELECT contact_id FROM dialogue_calling WHERE person_id <> %s::bigint AND until > bina_now()", [person_id]
        )
        others = {contact for (contact,) in cursor.fetchall()}
    return [Person(p.phone, p.questions, p.key in others) for p in people]


def _to_ring(asked: QuerySet[Case]) -> QuerySet[Case]:
    """Without the cases of one person whose pause is not over or who is rung up no more: else they would fill the
    front of a long queue, which is read only so far. Of cases with more people the statement tells each apart.
    """
    now = int(clock.estimate().timestamp())
    paused = Q(more__call_at__gt=now) | Q(more__call_at=None)
    alone = Q(recontacts=0, calls__gt=0) & (paused | Q(calls__gte=CALL_TRIES + LATER_DAYS))
    asked = asked.exclude(more__has_key="inspection")  # the inspector decides, not the citizen
    return asked.exclude(alone).exclude(calls__gte=(CALL_TRIES + LATER_DAYS) * (F("recontacts") + 1))


def claim(person: Person, person_id: int) -> bool:
    """Takes a person for a caller for a while, letting go of whom he had; False when another was quicker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM dialogue_calling WHERE contact_id <> %(key)s::bigint "
            "AND (person_id = %(me)s::bigint OR until < bina_now())) "
            "INSERT INTO dialogue_calling (contact_id, person_id, until) VALUES (%(key)s::bigint, %(me)s::bigint, "
            "bina_now() + %(for)s::interval) ON CONFLICT (contact_id) DO UPDATE SET person_id = excluded.person_id, "
            "until = excluded.until WHERE dialogue_calling.person_id = excluded.person_id "
            "OR dialogue_calling.until < bina_now()",
            {"key": person.key, "me": person_id, "for": CLAIM},
        )
        return cursor.rowcount == 1


@per_version
def _every_day(zone: str) -> WorkTime:
    week = ((EVERY_DAY,),) * 7
    return WorkTime([Hours(date.min, None, 0, week, (EVERY_DAY,))], set(), [], zone, False)


def hours() -> WorkTime:
    """When people may be rung up: the city's calendar for it, else every day the same."""
    try:
        return worktime(CALENDAR)
    except UnknownCalendar:
        return _every_day(installation.current().zone)


def check_hours(*, may_break: bool, why: str) -> None:
    """Refuses an answer taken outside calling hours, unless by a supervisor who says why."""
    if hours().is_open(clock.now()):
        return
    if not may_break:
        raise Refused("اکنون ساعت تماس با مردم نیست؛ نتیجه‌ای ثبت نشد. سرپرست با نوشتن دلیل می‌تواند ثبت کند.")
    if not why.strip():
        raise Invalid({"why": "بیرون از ساعت تماس، بنویسید چرا اکنون زنگ زده شد."})


def next_try(result: str, tries: int, at: datetime | None = None) -> int | None:
    """Epoch seconds of the next call after `tries` in vain before this one; None when there is none."""
    if result in ENDING or (result != "later" and tries + 1 >= CALL_TRIES):
        return None
    wanted = at or clock.now() + PAUSES[min(tries, len(PAUSES) - 1)]
    return int(hours().next_open(wanted).timestamp())


def later_at(day: int, hour: int) -> datetime:
    """The moment that was agreed on: so many days from today at an hour; Invalid outside the calling hours."""
    zone = installation.current().zone
    if not 0 <= day <= LATER_DAYS or not 0 <= hour <= 23:
        raise Invalid({"later": "روز و ساعت را از فهرست برگزینید."})
    now = clock.now()
    local = now.astimezone(ZoneInfo(zone)) + timedelta(days=day)
    at = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if at <= now:
        raise Invalid({"later": "این ساعت گذشته است؛ ساعت دیگری برگزینید."})
    if not hours().is_open(at):
        raise Invalid({"later": "آن روز در این ساعت با مردم تماس نمی‌گیریم؛ ساعت دیگری برگزینید."})
    return at


def answered(case_id: int, *, result: str, contact: int | None, reason: str, words: str, by: By, actor: str,
             key: Key, why: str = "", hat: By = By.SUPERVISOR) -> None:  # fmt: skip
    """What one person said of one result: it is done, or it is not and goes back to work.

    `why` he was rung up outside the hours is noted by whoever may, in the capacity `hat`.
    """
    told: dict[str, Any] = {"by": by, "actor": actor, "channel": "phone", "key": key, "words": words or None}
    if contact is not None:
        told["contact"] = contact
    if result == "confirmed":
        record(case_id, "confirm", **told)
    else:
        record(case_id, "dispute", reason=reason, **told)
    _noted(case_id, why, hat, actor, key)


def ended(asked: Sequence[tuple[int, int | None, int]], *, result: str, words: str, at: datetime | None, by: By,
          actor: str, key: Key, why: str = "", hat: By = By.SUPERVISOR) -> None:  # fmt: skip
    """A call that brought no answer, for every (case, contact, tries before) that it was about.

    The first of them carries the key itself, so that a call sent twice counts once whatever has left the queue.
    """
    if result not in RESULTS:
        raise Invalid({"result": "بگویید تماس چه شد."})
    with transaction.atomic():  # all of them or, when one has moved on, none
        for n, (case_id, contact, tries) in enumerate(asked):
            own = key if n == 0 else Key(key.scope, f"{key.key}:{case_id}", key.route, key.body)
            given: dict[str, Any] = {"result": result, "contact": contact, "next_at": next_try(result, tries, at)}
            record(case_id, "called", by=by, actor=actor, channel="phone", key=own, words=words or None, **given)
            _noted(case_id, why, hat, actor, own)


def _noted(case_id: int, why: str, hat: By, actor: str, key: Key) -> None:
    """Why somebody was rung up outside the hours stands in the case."""
    if why.strip() and not hours().is_open(clock.now()):
        own = Key(key.scope, f"{key.key}:why", key.route, key.body)
        record(case_id, "note", by=hat, actor=actor, channel="phone", key=own, words=f"تماس بیرون از ساعت: {why}")
