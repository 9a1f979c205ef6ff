"""Merging: one case joins another; both are locked, lowest number first, and the joined code goes on answering."""

from __future__ import annotations

from django.db import connection, transaction

from bina.flow.cases.errors import Invalid, Refused, Stale
from bina.flow.cases.moves import By, Outcome, State
from bina.flow.cases.record import allowed
from bina.flow.cases.register import Key
from bina.flow.cases.write import Again, Recorded, Step, lock, put


def merge(
    case_id: int, *, into: int, by: By, actor: str, channel: str, seq: int | None = None, key: Key | None = None,
    origin: str = "live", at: int | None = None,
) -> Recorded:  # fmt: skip
    """Closes `case_id` as merged into the case `into`, whose authors and recontacts it brings along.

    Raises Refused when the other is closed (unless merged itself: then its own target is named) or the same case.
    """
    if into == case_id:
        raise Invalid({"into": "درخواست در خودش ادغام نمی‌شود؛ کد درخواست دیگر را بنویسید."})
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            held = {}
            for one in sorted((case_id, into)):
                held[one] = lock(cursor, one, key if one == case_id else None)
            source, target = held[case_id], held[into]
            if seq is not None and seq != source.summary.seq:
                raise Stale("این درخواست در همین فاصله تغییر کرد.", seq=source.summary.seq)
            allowed(source.summary, "merge", by)
            if target.summary.outcome == Outcome.MERGED:
                raise Refused("آن درخواست خود در درخواست دیگری ادغام شده است؛ کد همان را بنویسید.")
            if target.summary.state == State.CLOSED:
                raise Refused("درخواست پایان‌یافته جای ادغام نیست؛ بازگشایی یا درخواست تازه.")
            moved = {
                "case": case_id,
                "code": source.summary.code,
                "authors": source.summary.authors,
                "recontacts": source.summary.recontacts,
            }
            put(cursor, target, [Step("attach", moved)], actor=actor, channel=channel, origin=origin, at=at)
            step = Step("merge", {"into": into, "into_code": target.summary.code})
            after = put(cursor, source, [step], actor=actor, channel=channel, origin=origin, at=at, key=key)
        return Recorded(case_id, after.seq, str(after.state), after.outcome)
    except Again as again:
        return again.recorded
