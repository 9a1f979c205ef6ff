"""Everything that the page of a case shows, put together from its dossier and the rows of other packages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bina.doors.web import case_cards, news, story
from bina.flow.cases import contacts, dossier
from bina.flow.cases.dossier import Dossier
from bina.flow.cases.events import moment
from bina.flow.cases.moves import OUTCOME_FA, STATE_FA, Outcome, State
from bina.flow.dialogue import thread
from bina.ground.catalogue import constraints, subjects
from bina.ground.city import desks, places, units

VIEWS = {"all": "همه", "citizen": "آنچه شهروند می‌بیند", "messages": "پیام‌ها"}
SHOWN = 80  # lines of history before the rest is behind a link
CREDIT_WORD = "اعتبار"


def told_of(
    case: Any, *, view: str = "all", since: int | None = None, full: bool = False, blind: bool = False
) -> dict[str, Any]:
    """The context of staff/case.html; with `since` also what has happened after that event.

    `blind`: for an inspector, who is not told which crew did the work that he checks.
    """
    told = dossier.of_case(case.pk)
    now, verbs = told.now, {e.verb for e in told.events}
    subject = subjects.by_id(case.subject_id)
    last = case.more.get("last_recontact") or (None, None)
    shown = citizen_lines(told) if view == "citizen" else story.lines(told.entries)
    before, after = case_cards.pictures(case, told.photos)
    return {
        "case": case, "now": now, "subject": subject.name if subject else "", "state": state_of(case),
        "address": told.address, "where": _where(case), "views": VIEWS, "view": view,
        "bar": story.bar_of(case, told.events, now, told.promises),
        "lines": shown if full else shown[:SHOWN], "of": len(shown),
        "vows": _vows(told, now),
        "recon": (contacts.REASONS.get(last[1] or "", ""), moment(last[0]) if last[0] else None),
        "referrals": [_referral(r) for r in told.referrals][::-1], "holds": case_cards.holds(case, now),
        "jobs": case_cards.jobs_of(case, blind=blind) if "job_planned" in verbs else [],
        "demands": case_cards.demands_of(case, now) if "demand_linked" in verbs else [],
        "clocks": case_cards.clocks(case, told, now), "people": case_cards.people_of(case),
        "contacts": _contacts(case, told, view), "before": before, "after": after,
        "changed": [] if since is None else story.lines([e for e in told.entries if e.seq > since]),
        "asked": _asked(case, told), "merged_into": _code_of(told) if case.outcome == Outcome.MERGED else "",
        "desk": desks.by_id(case.desk_id or 0), "unit": units.by_id(case.unit_id or 0),
    }  # fmt: skip


def _vows(told: Dossier, now: datetime) -> list[Any]:
    """The promises as chips: all that are open or were broken; of those that were kept the last."""
    every = [(story.PROMISES[p["kind"]], story.vow_of(p, now)) for p in told.promises]
    last = max((n for n, (_word, vow) in enumerate(every) if vow.state == "kept"), default=-1)
    return [one for n, one in enumerate(every) if one[1].state != "kept" or n == last]


def citizen_lines(told: Dossier) -> list[Any]:
    """The history in the very sentences that its author reads, newest first."""
    return [line for entry in reversed(told.entries) if (line := news.told(entry))]


def state_of(case: Any) -> str:
    """The state in words: a waiting case's with what it waits for, a closed one's with how it ended."""
    word = STATE_FA[State(case.state)]
    if case.outcome:
        return f"{word}، {OUTCOME_FA[Outcome(case.outcome)]}"
    standing = sorted(case.more.get("holds", []), key=lambda h: h["rank"]) if case.state == State.WAITING else []
    row = constraints.by_code(standing[0]["constraint"]) if standing else None
    if row is None:
        return word
    return f"{word} {CREDIT_WORD}" if row.grp == "credit" else f"{word}: {row.name}"


def _where(case: Any) -> list[str]:
    named = [places.area(one) for one in (case.district_id, case.subdistrict_id, case.neighbourhood_id) if one]
    return [area.name for area in named if area]


def _asked(case: Any, told: Dossier) -> list[dict[str, Any]]:
    """What somebody proposed and another must decide: a returned case's unit, a decline, an objection, a reopening."""
    entries = {entry.seq: entry for entry in told.entries}
    found: list[dict[str, Any]] = []
    proposed = units.by_id(case.more.get("proposed") or 0) if case.state == State.REGISTERED else None
    if proposed is not None:
        found.append({"title": "واحد پیش، این واحد را پیشنهاد کرده است", "what": proposed.name, "words": ""})
    seqs = {"پیشنهاد «غیرقابل اقدام»": (case.more.get("proposal") or {}).get("seq")}
    if case.state == State.CLOSED:
        seqs |= {"اعتراض شهروند": case.more.get("objection"),
                 "شهروند بازگشایی می‌خواهد": (case.more.get("reopening") or {}).get("seq")}  # fmt: skip
    for title, seq in seqs.items():
        entry = entries.get(seq or 0)
        if entry is not None:
            line = story.line(entry, {})
            found.append({"title": title, "what": line.what.partition(": ")[2], "words": entry.words})
    return found


def _referral(row: Any) -> dict[str, Any]:
    unit = units.by_id(row["unit_id"])
    return row | {
        "name": unit.name if unit else "",
        "fa": {"main": "ارجاع", "rework": "دوباره‌کاری", "side": "استعلام"}[row["kind"]],
    }


TELL = {"sms": "پیامک", "call": "تماس", "messenger": "پیام‌رسان", "none": "خبر نمی‌خواهد"}


# What became of a message: a word, and whether somebody should see to it. Nobody tells us that it was read.
SENT = {
    "waiting": ("در صف ارسال", False), "sending": ("در حال ارسال", False), "sent": ("فرستاده شد", False),
    "unknown": ("معلوم نیست رفته باشد", True), "failed": ("فرستاده نشد؛ تلفنی خبر دهید", True),
    "dropped": ("کنار گذاشته شد؛ دیگر خبر نمی‌خواهد", False), "again": ("نرفت؛ دوباره فرستاده می‌شود", True),
}  # fmt: skip


def _contacts(case: Any, told: Dossier, view: str) -> list[dict[str, Any]]:
    """Who wrote what; where messages are shown, also what we wrote to each and what became of it."""
    written: dict[int, list[dict[str, Any]]] = {}
    for one in thread.written(case.pk) if view == "messages" else ():
        state = "again" if one.state == "waiting" and one.attempts else one.state
        word, bad = SENT[state]
        written.setdefault(one.contact_id, []).append(
            {"at": one.at, "by": TELL.get(one.means, ""), "state": word, "bad": bad, "text": one.text}
        )
    return [_contact(row) | {"written": written.get(row["id"], [])} for row in told.contacts]


def _contact(row: Any) -> dict[str, Any]:
    kind = contacts.KINDS.get(row["kind"], "درخواست")
    return row | {
        "fa": kind, "channel_fa": story.CHANNELS.get(row["channel"], ""), "tell": TELL.get(row["tell_by"], ""),
        "reason_fa": contacts.REASONS.get(row["reason"] or "", ""),
    }  # fmt: skip


def _code_of(told: Dossier) -> str:
    return next((e.given.get("into_code", "") for e in reversed(told.events) if e.verb == "merge"), "")
