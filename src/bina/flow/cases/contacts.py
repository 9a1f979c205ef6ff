"""A further message on a case: recontact, similar report, question, complaint, thanks; counted, never lost."""

from __future__ import annotations

from typing import Any

import msgspec

from bina.flow.cases.errors import Invalid
from bina.flow.cases.events import contact_content, new_salt, salted
from bina.flow.cases.models import Contact
from bina.flow.cases.moves import By, State
from bina.flow.cases.record import allowed
from bina.flow.cases.register import NAME_MAX, TELL_BY, WORDS_MAX, Author, Key
from bina.flow.cases.search import terms
from bina.flow.cases.summary import Summary
from bina.flow.cases.write import Locked, Recorded, Step, write
from bina.ground.text.letters import canonical

KINDS = {
    "recontact": "پیگیری مجدد",
    "similar": "گزارش مشابه",
    "question": "پرسش",
    "complaint_handling": "شکایت از روند کار",
    "complaint_manner": "شکایت از برخورد",
    "thanks": "قدردانی",
    "suggestion": "پیشنهاد",
    "reply": "پاسخ به پرسش ۱۳۷",
}
REASONS = {
    "no_news": "خبری ندارد",
    "promise_passed": "وعده گذشت",
    "wants_to_add": "می‌خواهد چیزی بیفزاید",
    "worse": "بدتر شده است",
    "danger": "خطر دارد",
    "not_done": "انجام نشده است",
    "badly_done": "ناقص یا بد انجام شده است",
    "came_back": "دوباره پیدا شد",
}
REOPENING = ("not_done", "badly_done", "came_back")
RAISES_AT = (2, 4)  # recontacts at which the priority rises by one step, never above "urgent" (2)


def raised_priority(summary: Summary) -> int:
    """The priority after one more recontact: one step up at the 2nd and the 4th, bounded at 2; danger stays 1."""
    if summary.recontacts + 1 in RAISES_AT:
        return min(summary.priority, max(summary.priority - 1, 2))
    return summary.priority


def _insert(cursor: Any, held: Locked, *, kind: str, reason: str | None, channel: str, actor: str, author: Author,
            words: str, name: str, salt: bytes, origin: str) -> int:  # fmt: skip
    cursor.execute(
        "INSERT INTO cases_contact (case_id, kind, reason, channel, at, actor, subject_id, district_id, instant, "
        "tell_by, origin, name, phone, words, answers, outside_ref, lang, salt) VALUES (%s::bigint, %s::text, "
        "%s::text, %s::text, bina_now(), %s::text, %s::bigint, %s::bigint, false, %s::text, %s::text, %s::text, "
        "%s::text, %s::text, '{}'::jsonb, '', %s::text, %s::bytea) RETURNING id",
        [held.case_id, kind, reason, channel, actor, held.summary.subject_id, held.summary.district_id, author.tell_by,
         origin, name, author.phone, words, author.lang, salt],
    )  # fmt: skip
    number = int(cursor.fetchone()[0])
    if name:
        cursor.execute(
            "UPDATE cases_casetext SET terms = terms || %(name)s::tsvector WHERE case_id = %(case)s::bigint "
            "AND NOT tsvector_to_array(terms) @> tsvector_to_array(%(name)s::tsvector)",
            {"name": terms(names=[name]), "case": held.case_id},
        )
    return number


def contact(
    case_id: int, *, kind: str, by: By, actor: str, channel: str, words: str = "", reason: str | None = None,
    author: Author | None = None, key: Key | None = None, seq: int | None = None, origin: str = "live",
    at: int | None = None,
) -> Recorded:  # fmt: skip
    """Adds one message to a case, open or closed; a recontact never makes a second case.

    On a closed case the reasons not done, badly done and came back also propose reopening; no news and wants to add
    never do. Raises Invalid, Refused, NotAllowed.
    """
    author = author or Author()
    said, name = canonical(words), canonical(author.name)[:NAME_MAX]
    errors: dict[str, str] = {}
    if kind not in KINDS:
        errors["kind"] = "نوع پیام را برگزینید."
    if kind == "recontact" and reason not in REASONS:
        errors["reason"] = "بگویید چرا دوباره تماس گرفته‌اند."
    elif reason and reason not in REASONS:
        errors["reason"] = "دلیل را از فهرست برگزینید."
    if kind != "recontact" and kind != "similar" and not said:
        errors["words"] = "پیام خالی است؛ چند کلمه بنویسید."
    if len(said) > WORDS_MAX:
        errors["words"] = f"متن بلندتر از {WORDS_MAX} حرف است؛ کوتاه‌ترش کنید."
    if author.tell_by not in TELL_BY:
        errors["tell_by"] = "راه خبررسانی را از فهرست برگزینید."
    if errors:
        raise Invalid(errors)

    def decide(cursor: Any, held: Locked) -> list[Step]:
        allowed(held.summary, "contact", by)
        salt = new_salt()
        contact_id = _insert(
            cursor, held, kind=kind, reason=reason, channel=channel, actor=actor, author=author, words=said, name=name,
            salt=salt, origin=origin,
        )  # fmt: skip
        given: dict[str, Any] = {"contact": contact_id, "kind": kind}
        if reason:
            given["reason"] = reason
        if kind == "recontact":
            given["number"] = held.summary.recontacts + 1
            if held.summary.state != State.CLOSED:
                given["priority"] = raised_priority(held.summary)
        given["words"] = salted(contact_content(said, name, author.phone, {}), salt)
        steps = [Step("contact", given)]
        if held.summary.state == State.CLOSED and reason in REOPENING:
            steps.append(Step("reopening_proposed", {"reason": str(reason), "contact": contact_id}))
        return steps

    return write(case_id, decide, actor=actor, channel=channel, origin=origin, at=at, key=key, seq=seq)


def author_by(contact_id: int | None) -> Author:
    """Who spoke in a contact and how he wants to be told; nobody known when it is taken back, erased or None."""
    found = Contact.objects.filter(pk=contact_id or 0, withdrawn_at__isnull=True, erased_at__isnull=True)
    values = found.values_list("name", "phone", "tell_by", "lang").first()
    return Author(*values) if values else Author()


class Similar(msgspec.Struct, frozen=True):
    """An open case near a place, with the reasons why it may be the same."""

    case_id: int
    code: str
    subject_id: int
    state: str
    metres: int
    authors: int


def near(x: float, y: float, *, subject_id: int | None, within: int = 100, limit: int = 5) -> list[Similar]:
    """Open cases within some metres of a local point, nearest first, of one subject if given."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, subject_id, state, round(point <-> point(%s::float8, %s::float8))::int, authors "
            "FROM cases_case WHERE point <@ circle(point(%s::float8, %s::float8), %s::float8) AND state <> 'closed' "
            "AND (%s::bigint IS NULL OR subject_id = %s::bigint) ORDER BY point <-> point(%s::float8, %s::float8) "
            "LIMIT %s::int",
            [x, y, x, y, within, subject_id, subject_id, x, y, limit],
        )
        return [Similar(*row) for row in cursor.fetchall()]
