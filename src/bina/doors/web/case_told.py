"""Everything that the page of a case shows, put together from its history and the rows beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bina.doors.web import story, when
from bina.flow.cases import access, contacts, history, queries
from bina.flow.cases.events import moment
from bina.flow.cases.moves import OUTCOME_FA, STATE_FA, Outcome, State
from bina.ground.catalogue import constraints, subjects
from bina.ground.city import desks, places, units

HOLD_WORDS = {"proposed": "تأیید نشده؛ مهلت واحد می‌گذرد", "attested": "تأیید شده؛ مهلت واحد حساب نمی‌شود",
              "contested": "رد شده؛ زمان با واحد است"}  # fmt: skip
HOLD_ICONS = {"credit": "coin", "up": "up", "outside": "unit", "citizen": "person"}
REFERRALS = {"main": "ارجاع", "rework": "دوباره‌کاری", "side": "استعلام"}
TELL = {"sms": "پیامک", "call": "تماس", "messenger": "پیام‌رسان", "none": "خبر نمی‌خواهد"}


def told_of(case: Any, *, since: int | None = None) -> dict[str, Any]:
    """The context of staff/case.html; with `since` also what has happened after that event."""
    now = access.now()
    events, promises, entries = history.events(case.pk), queries.promises(case.pk), history.entries(case.pk)
    subject = subjects.by_id(case.subject_id)
    shown = story.lines(entries)
    last = case.more.get("last_recontact") or (None, None)
    pictures = queries.photos(case.pk)
    return {
        "case": case, "now": now, "subject": subject.name if subject else "", "state": state_of(case),
        "address": queries.addresses([case.pk]).get(case.pk, ""), "where": _where(case),
        "unit": units.by_id(case.unit_id or 0), "desk": desks.by_id(case.desk_id or 0),
        "bar": story.bar_of(case, events, now, promises), "lines": shown,
        "vows": [(story.PROMISES[p["kind"]], story.vow_of(p, now)) for p in promises],
        "recon": (contacts.REASONS.get(last[1] or "", ""), moment(last[0]) if last[0] else None),
        "referrals": [_referral(r) for r in queries.referrals(case.pk)], "holds": _holds(case, now),
        "contacts": [_contact(c) for c in queries.contacts(case.pk)],
        "before": [p for p in pictures if p["stage"] != "after"],
        "after": [p for p in pictures if p["stage"] == "after"],
        "changed": [line for line in shown if since is not None and int(line.anchor[1:]) > since],
        "proposed": units.by_id(case.more.get("proposed") or 0) if case.state == State.REGISTERED else None,
        "merged_into": _code_of(entries) if case.outcome == Outcome.MERGED else "",
    }  # fmt: skip


def state_of(case: Any) -> str:
    """The state in words, a closed case's with how it ended."""
    word = STATE_FA[State(case.state)]
    return f"{word}، {OUTCOME_FA[Outcome(case.outcome)]}" if case.outcome else word


def _where(case: Any) -> list[str]:
    named = [places.area(one) for one in (case.district_id, case.subdistrict_id, case.neighbourhood_id) if one]
    return [area.name for area in named if area]


def _referral(row: dict[str, Any]) -> dict[str, Any]:
    unit = units.by_id(row["unit_id"])
    return row | {
        "name": unit.name if unit else "",
        "fa": {"main": "ارجاع", "rework": "دوباره‌کاری", "side": "استعلام"}[row["kind"]],
    }


def _holds(case: Any, now: datetime) -> list[dict[str, Any]]:
    """The holds that stand, each as parts/hold.html draws it."""
    shown = []
    for h in sorted(case.more.get("holds", []), key=lambda h: h["rank"]):
        row, body = constraints.by_code(h["constraint"]), units.by_id(h.get("body") or 0)
        lasted = when.lasted(max((now - moment(h["since"])).total_seconds(), 0))
        shown.append({
            "owner": h["owner"], "icon": HOLD_ICONS.get(h["owner"], "pause"), "name": row.name if row else "مانع",
            "word": HOLD_WORDS[h["word"]], "lasted": lasted, "since": f"از {story.day_of(h['since'])}",
            "body": body.name if body else "", "review": story.day_of(h["review_at"]),
            "late": moment(h["review_at"]) < now,
        })  # fmt: skip
    return shown


def _contact(row: dict[str, Any]) -> dict[str, Any]:
    kind = contacts.KINDS.get(row["kind"], "درخواست")
    return row | {
        "fa": kind, "channel_fa": story.CHANNELS.get(row["channel"], ""), "tell": TELL.get(row["tell_by"], ""),
        "reason_fa": contacts.REASONS.get(row["reason"] or "", ""),
    }  # fmt: skip


def _code_of(entries: list[history.Entry]) -> str:
    return next((e.given.get("into_code", "") for e in reversed(entries) if e.verb == "merge"), "")
