"""Follow-ups (پیگیری): one act towards a unit about one case or many; the date it gives is the unit's word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from bina.flow.cases.errors import CaseError, Invalid, KeyReused, Refused, Stale
from bina.flow.cases.events import moment
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.cases.streams import append
from bina.flow.cases.write import Recorded
from bina.ground.text.digits import persian

MEANS = {"phone": "تلفن", "in_person": "حضوری", "message": "پیام", "letter": "نامه"}
CASES_MAX = 200
TO_MAX = 120


class Blocked(Refused):
    """One of the cases does not take the follow-up any more, so none was written; `case_id` says which."""

    def __init__(self, sentence: str, case_id: int) -> None:
        super().__init__(sentence)
        self.case_id = case_id


def follow_up(
    case_ids: Sequence[int], *, unit_id: int | None, means: str, words: str, by: By, actor: str, channel: str,
    person_id: int | None = None, to: str = "", word_at: int | None = None, words_at: Mapping[int, int] | None = None,
    origin: str = "live", at: int | None = None, key: Key | None = None, seq: int | None = None,
) -> list[Recorded]:  # fmt: skip
    """One entry for one call, whatever the number of cases: an event in its own stream, and a fact in each case's.

    `word_at` (epoch seconds) is the unit's word, by which each case returns to the list; `words_at` names another day
    for some of them. All or none is written; the same key again writes nothing and gives nothing back.
    `seq` is the last event that was seen of a case followed up alone: Stale when it has moved on.
    Raises Invalid, Blocked, KeyReused, Stale.
    """
    _check(case_ids, means, words)
    days = dict(words_at or {})
    with transaction.atomic(), connection.cursor() as cursor:
        if key is not None and not _take(cursor, key):
            return []
        cursor.execute(
            'INSERT INTO quality_followup (unit_id, person_id, means, "to", at, word_at, answer) VALUES (%s::bigint, '
            "%s::bigint, %s::text, %s::text, coalesce(%s::timestamptz, bina_now()), %s::timestamptz, '') RETURNING id",
            [unit_id, person_id, means, to[:TO_MAX], moment(at) if at else None, moment(word_at) if word_at else None],
        )
        number = int(cursor.fetchone()[0])
        given: dict[str, Any] = {"means": means, "cases": len(case_ids)}
        given |= {k: v for k, v in (("unit", unit_id), ("word_at", word_at)) if v is not None}
        append("followup", number, "made", actor=actor, channel=channel, origin=origin, said=words, **given)
        done = []
        for case_id in sorted(case_ids):
            try:
                done.append(record(
                    case_id, "follow_up", by=by, actor=actor, channel=channel, origin=origin, at=at, words=words,
                    follow_up=number, unit=unit_id, means=means, word_at=days.get(case_id, word_at),
                    seq=seq if len(case_ids) == 1 else None,
                ))  # fmt: skip
            except (Invalid, Stale):
                raise
            except CaseError as error:
                raise Blocked(error.sentence, case_id) from error
        return done


def _check(case_ids: Sequence[int], means: str, words: str) -> None:
    errors: dict[str, str] = {}
    if means not in MEANS:
        errors["means"] = "بگویید چگونه پیگیری شد."
    if not words.strip():
        errors["words"] = "بنویسید چه گفتند."
    if not case_ids:
        errors["cases"] = "دست‌کم یک درخواست برگزینید."
    elif len(case_ids) > CASES_MAX:
        errors["cases"] = f"هر پیگیری تا {persian(CASES_MAX)} درخواست جا دارد."
    if errors:
        raise Invalid(errors)


def _take(cursor: Any, key: Key) -> bool:
    """Takes the key, waiting for whoever holds it; False when it was here before with the same body."""
    cursor.execute(
        "INSERT INTO cases_idempotency (scope, key, route, body, result, at) VALUES (%s::text, %s::text, %s::text, "
        "%s::bytea, '{}'::jsonb, bina_now()) ON CONFLICT (scope, key) DO NOTHING",
        [key.scope, key.key, key.route, key.body],
    )
    if cursor.rowcount:
        return True
    cursor.execute(
        "SELECT route, body FROM cases_idempotency WHERE scope = %s::text AND key = %s::text", [key.scope, key.key]
    )
    route, body = cursor.fetchone()
    if route != key.route or bytes(body) != key.body:
        raise KeyReused
    return False


class Latest(msgspec.Struct, frozen=True):
    """When a body was last asked, and how."""

    at: datetime
    means: str


def latest(unit_ids: Iterable[int]) -> dict[int, Latest]:
    """When each of these bodies was last followed up; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (unit_id) unit_id, at, means FROM quality_followup "
            "WHERE unit_id = ANY(%s::bigint[]) ORDER BY unit_id, at DESC",
            [list(unit_ids)],
        )
        return {unit_id: Latest(at, means) for unit_id, at, means in cursor.fetchall()}
