"""Follow-ups (پیگیری): one act towards a unit about one case or many; the date it gives is the unit's word."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from bina.flow.cases.errors import Invalid
from bina.flow.cases.events import moment
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.streams import append
from bina.flow.cases.write import Recorded

MEANS = {"phone": "تلفن", "in_person": "حضوری", "message": "پیام", "letter": "نامه"}
CASES_MAX = 200


def follow_up(
    case_ids: Sequence[int], *, unit_id: int | None, means: str, words: str, by: By, actor: str, channel: str,
    person_id: int | None = None, to: str = "", word_at: int | None = None, origin: str = "live", at: int | None = None,
) -> list[Recorded]:  # fmt: skip
    """One entry for one call, whatever the number of cases: an event in its own stream, and a fact in each case's.

    `word_at` (epoch seconds) is the unit's word, by which each case returns to the list. All or none is written.
    """
    errors: dict[str, str] = {}
    if means not in MEANS:
        errors["means"] = "بگویید چگونه پیگیری شد."
    if not words.strip():
        errors["words"] = "بنویسید چه گفتند."
    if not case_ids:
        errors["cases"] = "دست‌کم یک درخواست برگزینید."
    elif len(case_ids) > CASES_MAX:
        errors["cases"] = f"هر پیگیری تا {CASES_MAX} درخواست جا دارد."
    if errors:
        raise Invalid(errors)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO quality_followup (unit_id, person_id, means, "to", at, word_at, answer) VALUES (%s::bigint, '
            "%s::bigint, %s::text, %s::text, coalesce(%s::timestamptz, bina_now()), %s::timestamptz, '') RETURNING id",
            [unit_id, person_id, means, to[:120], moment(at) if at else None, moment(word_at) if word_at else None],
        )
        number = int(cursor.fetchone()[0])
        given: dict[str, object] = {"means": means, "cases": len(case_ids)}
        given |= {k: v for k, v in (("unit", unit_id), ("word_at", word_at)) if v is not None}
        append("followup", number, "made", actor=actor, channel=channel, origin=origin, said=words, **given)
        return [
            record(
                case_id, "follow_up", by=by, actor=actor, channel=channel, origin=origin, at=at, words=words,
                follow_up=number, unit=unit_id, means=means, word_at=word_at,
            )
            for case_id in sorted(case_ids)
        ]  # fmt: skip
