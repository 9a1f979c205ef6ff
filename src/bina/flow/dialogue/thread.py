"""What one telephone shows: the messages that reached it and those written on it; and whose telephones there are."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import connection

from bina.flow.cases.errors import NotAllowed

SHOWN = 60  # the newest messages of one number
PEOPLE = 24
LOOKED_AT = 400  # of the city's newest messages, to find who was written to last


class Holder(msgspec.Struct, frozen=True):
    """Whose telephone it is: known by a contact of his, so that no number stands in an address."""

    contact_id: int
    name: str
    phone: str
    lang: str


class Seen(msgspec.Struct, frozen=True):
    """A telephone in the list: whose, and what was last written on it, if anything."""

    holder: Holder
    at: datetime | None
    last: str


class Bubble(msgspec.Struct, frozen=True):
    """One message on a telephone: its name there, whose it is, and the template by which we wrote it."""

    key: str
    at: datetime
    text: str
    mine: bool  # the citizen's own
    template: str


def holder(contact_id: int) -> Holder:
    """The telephone of a contact. Raises NotAllowed when there is none (any more)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, phone, lang FROM cases_contact WHERE id = %s::bigint AND phone IS NOT NULL", [contact_id]
        )
        row = cursor.fetchone()
    if row is None:
        raise NotAllowed("این شماره دیگر در این شهر نیست؛ کس دیگری را برگزینید.")
    return Holder(*row)


def holder_of(case_id: int) -> Holder | None:
    """The telephone of a case's first author who gave a number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, phone, lang FROM cases_contact WHERE case_id = %s::bigint AND phone IS NOT NULL "
            "ORDER BY (tell_by IN ('sms', 'messenger')) DESC, id LIMIT 1",
            [case_id],
        )
        row = cursor.fetchone()
    return Holder(*row) if row else None


def bubbles(phone: str) -> list[Bubble]:
    """The newest messages of a number, oldest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM ((SELECT 'o' || o.id, o.sent_at AS at, o.body, false, o.template FROM dialogue_outbox o "
            "JOIN cases_contact c ON c.id = o.contact_id WHERE c.phone = %(phone)s::text AND o.state = 'sent' "
            "AND o.body <> '' ORDER BY o.sent_at DESC, o.id DESC LIMIT %(shown)s::int) UNION ALL "
            "(SELECT 'i' || id, at, text, true, '' FROM dialogue_incoming WHERE phone = %(phone)s::text "
            "ORDER BY at DESC, id DESC LIMIT %(shown)s::int)) AS said ORDER BY at DESC, 1 DESC LIMIT %(shown)s::int",
            {"phone": phone, "shown": SHOWN},
        )
        return [Bubble(*row) for row in cursor.fetchall()][::-1]


class Written(msgspec.Struct, frozen=True):
    """A message that we wrote to an author of a case and what became of it (a state of the outbox)."""

    contact_id: int
    at: datetime  # when it went out; until then, when it was written
    means: str
    state: str
    attempts: int
    due_at: datetime  # of one that waits: when it is tried
    text: str


def written(case_id: int) -> list[Written]:
    """The messages to those who wrote about a case, oldest first; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.contact_id, coalesce(o.sent_at, o.made_at), o.means, o.state, o.attempts, o.due_at, o.body "
            "FROM dialogue_outbox o JOIN cases_contact c ON c.id = o.contact_id WHERE c.case_id = %s::bigint "
            "ORDER BY o.id",
            [case_id],
        )
        return [Written(*row) for row in cursor.fetchall()]


def people() -> list[Seen]:
    """Telephones, the one that was written to last first; then those of the newest requests. Two statements."""
    found: dict[str, Seen] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, c.name, c.phone, c.lang, m.at, m.text FROM ("
            "(SELECT contact_id, sent_at AS at, body AS text FROM dialogue_outbox WHERE state = 'sent' AND body <> '' "
            "ORDER BY sent_at DESC LIMIT %(look)s::int) UNION ALL "
            "(SELECT contact_id, at, text FROM dialogue_incoming WHERE phone IS NOT NULL ORDER BY at DESC "
            "LIMIT %(look)s::int)) AS m JOIN cases_contact c ON c.id = m.contact_id WHERE c.phone IS NOT NULL "
            "ORDER BY m.at DESC",
            {"look": LOOKED_AT},
        )
        for contact_id, name, phone, lang, at, text in cursor.fetchall():
            if phone not in found and len(found) < PEOPLE:
                found[phone] = Seen(Holder(contact_id, name, phone, lang), at, text.split("\n")[0])
        if len(found) < PEOPLE:
            cursor.execute(
                "SELECT id, name, phone, lang FROM cases_contact WHERE phone IS NOT NULL AND case_id IS NOT NULL "
                "AND tell_by IN ('sms', 'messenger') ORDER BY id DESC LIMIT %s::int",
                [PEOPLE * 2],
            )
            for row in cursor.fetchall():
                one = Holder(*row)
                if one.phone not in found and len(found) < PEOPLE:
                    found[one.phone] = Seen(one, None, "")
    return list(found.values())
