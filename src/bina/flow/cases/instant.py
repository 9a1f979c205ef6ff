"""Instant contacts (آنی): answered or passed on in the call, counted by subject and area, without a case."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from bina.flow.cases.errors import Invalid, NotAllowed
from bina.flow.cases.events import contact_content, new_salt, salted
from bina.flow.cases.moves import By
from bina.flow.cases.register import NAME_MAX, WORDS_MAX, Author
from bina.flow.cases.streams import append
from bina.ground.text.letters import canonical


def instant(
    *, by: By, actor: str, channel: str, words: str, subject_id: int | None = None, district_id: int | None = None,
    author: Author | None = None, kind: str = "question", outside: str | None = None, outside_ref: str = "",
    origin: str = "live",
) -> int:  # fmt: skip
    """Writes a contact that ends in the call, with its event in a stream of its own; gives the contact's number."""
    if by not in (By.OPERATOR, By.INTEGRATOR, By.DUTY_OFFICER):
        raise NotAllowed
    author = author or Author()
    said, name = canonical(words), canonical(author.name)[:NAME_MAX]
    if not said:
        raise Invalid({"words": "در چند کلمه بنویسید چه پرسیدند و چه گفتید."})
    if len(said) > WORDS_MAX:
        raise Invalid({"words": f"متن بلندتر از {WORDS_MAX} حرف است؛ کوتاه‌ترش کنید."})
    salt = new_salt()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_contact (kind, channel, at, actor, subject_id, district_id, instant, tell_by, outside, "
            "origin, name, phone, words, answers, outside_ref, lang, salt) VALUES (%s::text, %s::text, bina_now(), "
            "%s::text, %s::bigint, %s::bigint, true, 'none', %s::text, %s::text, %s::text, %s::text, %s::text, "
            "'{}'::jsonb, %s::text, %s::text, %s::bytea) RETURNING id",
            [kind, channel, actor, subject_id, district_id, outside, origin, name, author.phone, said, outside_ref[:40],
             author.lang, salt],
        )  # fmt: skip
        contact_id = int(cursor.fetchone()[0])
        given: dict[str, Any] = {
            "contact": contact_id,
            "words": salted(contact_content(said, name, author.phone, {}), salt),
        }
        given |= {k: v for k, v in (("subject", subject_id), ("district", district_id)) if v is not None}
        append("contact", contact_id, "instant", actor=actor, channel=channel, origin=origin, **given)
    return contact_id
