"""Putting right what was registered wrongly: subject, place, two matters in one; with all that follows from it."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction

from bina.flow.cases import deadlines
from bina.flow.cases.contacts import RAISES_AT
from bina.flow.cases.errors import Invalid
from bina.flow.cases.models import Case, CaseText, Contact
from bina.flow.cases.moves import By
from bina.flow.cases.record import allowed, record
from bina.flow.cases.register import Author, Key, Place, register, settle
from bina.flow.cases.search import terms
from bina.flow.cases.summary import Summary
from bina.flow.cases.write import Locked, Recorded, Step, write
from bina.ground.catalogue import subjects
from bina.ground.city import desks
from bina.ground.text.letters import canonical


def _subject(code: str) -> subjects.SubjectRow:
    row = subjects.by_code(code)
    if row is None:
        raise Invalid({"subject": "این موضوع در فهرست نیست؛ یکی از موضوع‌ها را برگزینید."})
    return row


def _priority(row: subjects.SubjectRow, summary: Summary, hazard: bool) -> int:
    """The new subject's priority, raised by what recontacts have raised so far, never above "urgent" (2) but danger."""
    steps = sum(1 for at in RAISES_AT if summary.recontacts >= at)
    return 1 if hazard else max(row.priority - steps, min(row.priority, 2))


def change_subject(
    case_id: int, *, subject: str, by: By, actor: str, channel: str, seq: int | None = None, key: Key | None = None,
    origin: str = "live", at: int | None = None,
) -> Recorded:  # fmt: skip
    """Gives a case another subject (by its code), and with it priority, danger, sensitivity and desk.

    Danger that somebody reported stays; danger that only followed from the old subject goes with it. The unit stays;
    its deadline becomes what the new subject gives from the referral on, unless a hold has moved it since. Promises
    given to the citizen never move. Raises Invalid, Refused, Stale.
    """
    row = _subject(subject)

    def decide(cursor: Any, held: Locked) -> list[Step]:
        s = held.summary
        allowed(s, "change_subject", by)
        if row.id == s.subject_id:
            raise Invalid({"subject": "موضوع همین است؛ موضوع دیگری برگزینید."})
        old = subjects.by_id(s.subject_id)
        hazard = row.hazard or (s.hazard and not (old is not None and old.hazard))
        given: dict[str, Any] = {
            "subject": row.id, "priority": _priority(row, s, hazard), "hazard": hazard, "sensitivity": row.sensitivity,
        }  # fmt: skip
        desk = desks.desk_for(s.district_id, s.subdistrict_id, row.group_code) if s.district_id else None
        if desk:
            given["desk"] = desk
        due = deadlines.reckoned(cursor, case_id, msgspec.structs.replace(s, subject_id=row.id))
        moved = [Step("deadline_moved", {"due_at": due, "why": "subject_changed"})] if due else []
        return [Step("change_subject", given), *moved]

    return write(case_id, decide, actor=actor, channel=channel, origin=origin, at=at, key=key, seq=seq)


def correct_place(
    case_id: int, *, place: Place, by: By, actor: str, channel: str, seq: int | None = None, key: Key | None = None,
    origin: str = "live", at: int | None = None,
) -> Recorded:  # fmt: skip
    """Puts a case's place right: point or address, with the district, sub-district and desk that follow from it.

    The words that are searched follow in the same transaction. Raises Invalid, Refused, Stale.
    """
    address = canonical(place.address)
    if len(address) > 500:
        raise Invalid({"address": "نشانی بلندتر از ۵۰۰ حرف است؛ کوتاه‌ترش کنید."})

    def decide(cursor: Any, held: Locked) -> list[Step]:
        allowed(held.summary, "correct_place", by)
        row = subjects.by_id(held.summary.subject_id)
        if row is None:
            raise Invalid({"subject": "نخست موضوع را تغییر دهید؛ موضوع کنونی در فهرست نیست."})
        given = settle(place, row)
        cursor.execute("SELECT words, name FROM cases_contact WHERE case_id = %s::bigint ORDER BY id", [case_id])
        said = cursor.fetchall() or [("", "")]
        cursor.execute(
            "UPDATE cases_casetext SET address = %s::text, terms = %s::tsvector WHERE case_id = %s::bigint",
            [address, terms(said[0][0], address, names=[name for _, name in said]), case_id],
        )
        return [Step("correct_place", given, address or None)]

    return write(case_id, decide, actor=actor, channel=channel, origin=origin, at=at, key=key, seq=seq)


def split(
    case_id: int, *, contact: int, subject: str, words: str, by: By, actor: str, channel: str, key: Key,
    seq: int | None = None,
) -> tuple[Recorded, str]:  # fmt: skip
    """Takes a second matter out of a message into a case of its own, at the same place and for the same author.

    He is an author of both: of the first case, whose count stays, and of the new one. Gives what was recorded on the
    first case, and the new case's code. Raises Invalid, Refused, Stale.
    """
    row = _subject(subject)
    author = Contact.objects.filter(pk=contact, case_id=case_id).first()
    if author is None:
        raise Invalid({"contact": "این پیام از این درخواست نیست؛ یکی از پیام‌های آن را برگزینید."})
    with transaction.atomic():
        place = _place_of(case_id)
        new = register(
            by=By.OPERATOR, actor=actor, channel=author.channel, subject=row.code, place=place, words=words,
            author=Author(author.name, author.phone, author.tell_by, author.lang),
            key=Key(key.scope, f"{key.key}+new", key.route, key.body),
        )  # fmt: skip
        done = record(
            case_id, "split", by=by, actor=actor, channel=channel, seq=seq, key=key, case=new.case_id, code=new.code,
            contact=contact,
        )  # fmt: skip
    return done, new.code


def _place_of(case_id: int) -> Place:
    text = CaseText.objects.filter(case_id=case_id).first()
    case = Case.objects.get(pk=case_id)
    return Place(case.place, case.lat_e6, case.lon_e6, text.address if text else "", case.district_id)
