"""Instant contacts (آنی): answered or passed on at once, counted by subject and area, without a case."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed
from bina.flow.cases.events import contact_content, new_salt, salted
from bina.flow.cases.moves import By
from bina.flow.cases.register import NAME_MAX, WORDS_MAX, Author, Key
from bina.flow.cases.streams import append
from bina.ground.text.letters import canonical

KINDS = {
    "question": "پرسش",
    "thanks": "قدردانی",
    "suggestion": "پیشنهاد",
    "passed_on": "راهنمایی به دستگاه دیگر",
    "abuse": "مزاحمت",
}


def instant(
    *, by: By, actor: str, channel: str, words: str, subject_id: int | None = None, district_id: int | None = None,
    author: Author | None = None, kind: str = "question", outside: str | None = None, outside_ref: str = "",
    origin: str = "live", key: Key | None = None, at: int | None = None,
) -> int:  # fmt: skip
    """Writes a contact that ends in the call, with its event in a stream of its own; gives the contact's number.

    With a key that was used before it gives the number it gave then. `at` (epoch seconds) only for generated cities.
    Raises Invalid, NotAllowed, KeyReused.
    """
    if kind not in KINDS:
        raise Invalid({"kind": "نوع پیام را از فهرست برگزینید."})
    if by not in (By.OPERATOR, By.INTEGRATOR, By.DUTY_OFFICER, By.CITIZEN):
        raise NotAllowed
    author = author or Author()
    said, name = canonical(words), canonical(author.name)[:NAME_MAX]
    if not said:
        raise Invalid({"words": "در چند کلمه بنویسید چه پرسیدند و چه گفتید."})
    if len(said) > WORDS_MAX:
        raise Invalid({"words": f"متن بلندتر از {WORDS_MAX} حرف است؛ کوتاه‌ترش کنید."})
    salt = new_salt()
    with transaction.atomic(), connection.cursor() as cursor:
        if key is not None and (before := _done(cursor, key)):
            return before
        cursor.execute(
            "INSERT INTO cases_contact (kind, channel, at, actor, subject_id, district_id, instant, tell_by, outside, "
            "origin, name, phone, words, answers, outside_ref, lang, salt) VALUES (%s::text, %s::text, "
            "coalesce(to_timestamp(%s::float8), bina_now()), "
            "%s::text, %s::bigint, %s::bigint, true, 'none', %s::text, %s::text, %s::text, %s::text, %s::text, "
            "'{}'::jsonb, %s::text, %s::text, %s::bytea) RETURNING id",
            [kind, channel, at, actor, subject_id, district_id, outside, origin, name, author.phone, said,
             outside_ref[:40], author.lang, salt],
        )  # fmt: skip
        contact_id = int(cursor.fetchone()[0])
        given: dict[str, Any] = {
            "contact": contact_id,
            "words": salted(contact_content(said, name, author.phone, {}), salt),
        }
        given |= {k: v for k, v in (("subject", subject_id), ("district", district_id)) if v is not None}
        append("contact", contact_id, "instant", actor=actor, channel=channel, origin=origin, at=at, **given)
        if key is not None:
            cursor.execute(
                "UPDATE cases_idempotency SET result = jsonb_build_object('contact', %s::bigint) "
                "WHERE scope = %s::text AND key = %s::text",
                [contact_id, key.scope, key.key],
            )
    return contact_id


def _done(cursor: Any, key: Key) -> int:
    """Takes the key, waiting for whoever holds it; else gives the contact it made before, 0 for none."""
    cursor.execute(
        "INSERT INTO cases_idempotency (scope, key, route, body, result, at) VALUES (%s::text, %s::text, %s::text, "
        "%s::bytea, '{}'::jsonb, bina_now()) ON CONFLICT (scope, key) DO NOTHING",
        [key.scope, key.key, key.route, key.body],
    )
    if cursor.rowcount:
        return 0
    cursor.execute(
        "SELECT route, body, (result->>'contact')::bigint FROM cases_idempotency "
        "WHERE scope = %s::text AND key = %s::text",
        [key.scope, key.key],
    )
    route, body, made = cursor.fetchone()
    if route != key.route or bytes(body) != key.body or made is None:
        raise KeyReused
    return int(made)
