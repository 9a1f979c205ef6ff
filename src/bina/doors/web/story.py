"""What staff read of a case: its bar, its promises, and each event of its history as a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bina.doors.web import hands, when
from bina.doors.web.hands import Bar, Vow
from bina.doors.web.lines import Line
from bina.flow.cases import contacts, history, moves
from bina.flow.cases.events import Event, moment
from bina.flow.cases.photos import STAGES
from bina.flow.dialogue import notices
from bina.flow.quality import inspections
from bina.flow.quality.followups import MEANS
from bina.flow.waiting.hands import Span, spans
from bina.ground.catalogue import constraints, subjects
from bina.ground.city import installation, rolls, units
from bina.ground.text.digits import persian

CHANNELS = {
    "phone": "تلفن", "web": "وب", "app": "همراه", "sms": "پیامک", "api": "سامانهٔ متصل", "voice": "پیام صوتی",
    "desk": "میز پاسخ‌گویی", "messenger": "پیام‌رسان", "unknown": "راه نامعلوم", "system": "سامانه",
}  # fmt: skip
PROMISES = {"first_answer": "نخستین پاسخ", "next_news": "خبر بعدی", "result": "نتیجه"}
MACHINES = {"clock": "سامانه", "rule": "قاعده", "citizen": "شهروند", "source": "سامانهٔ مبدأ"}
NEAR = timedelta(days=1)
HEARD = ("register", "contact", "objection", "withdraw")  # acts of citizens themselves


def vow_of(promise: Mapping[str, Any], now: datetime) -> Vow:
    """A promise as it is drawn: kept, broken (also one whose hour has passed), at risk within a day, else open."""
    state = "open"
    if promise["kept_at"]:
        state = "kept"
    elif promise["broken_at"] or promise["due_at"] < now:
        state = "broken"
    elif promise["due_at"] < now + NEAR:
        state = "risk"
    return Vow(promise["due_at"], state)


def bar_of(case: Any, told: list[Event], now: datetime, promises: Sequence[Mapping[str, Any]] = ()) -> Bar:
    """The bar of one case from its events, each span under the name of the body that held it."""
    until = case.closed_at or now
    changes = history.changes(told)
    parts = []
    for s in spans(changes, int(until.timestamp())):
        runs = s.owner == "unit" or (s.owner in ("up", "outside") and s.constraint is None)
        parts.append(hands.Span(s.owner, moment(s.start), moment(s.end), held_by(s), runs))
    return hands.lay_out(
        parts, now=until, zone=installation.current().zone, ended=case.state == "closed",
        recontacts=[moment(c.after.changed_at) for c in changes if c.event.given.get("kind") == "recontact"],
        vows=[Vow(v.at, v.state, PROMISES[p["kind"]]) for p in promises for v in [vow_of(p, now)]],
    )  # fmt: skip


def held_by(span: Span) -> str:
    """Who had the case in a span: the body's short name, empty where its owner's word says it."""
    body = units.by_id(span.body) if span.body and span.owner in ("unit", "up", "outside") else None
    word = short(body.name) if body else ""
    return f"{word or hands.OWNERS[span.owner]}، مانع تأییدنشده" if span.apart else word


def short(name: str) -> str:
    """A unit's name without its district, which the page says already."""
    return name.split("، منطقه")[0].split(" منطقه")[0]


def day_of(at: Any) -> str:
    """A moment of an event in words: ۱۵ آذر."""
    return when.day(moment(at), installation.current().zone) if at else ""


def lines(entries: Sequence[history.Entry]) -> list[Line]:
    """The history for staff, newest first."""
    names = rolls.names()
    return [line(e, names) for e in reversed(entries)]


def line(entry: history.Entry, names: dict[int, str]) -> Line:
    """One event as staff read it: what happened with whom and what was said, who did it and through what."""
    citizen = entry.verb in HEARD or entry.actor == "citizen"
    by = "" if citizen and entry.actor == "citizen" else actor_name(entry.actor, names)
    # What colleagues do at their desks, and machines by themselves, needs no word for how it came.
    way = "" if entry.channel in ("desk", "system") and by else CHANNELS.get(entry.channel, "")
    who = (by, way)
    about = _about(entry.verb, entry.given)
    return Line(
        at=entry.at, what=f"{_title(entry)}{': ' if about else ''}{about}", who=tuple(one for one in who if one),
        said=entry.words if citizen else "", more="" if citizen else entry.words,
        inner=bool(notices.BY_VERB[entry.verb].silent), by_citizen=citizen, step=entry.verb in moves.BY_VERB,
        anchor=f"e{entry.seq}",
    )  # fmt: skip


def actor_name(actor: str, names: dict[int, str]) -> str:
    """Who acted: a person by name, a machine by its word."""
    if actor.startswith("p:") and actor[2:].isdigit():
        return names.get(int(actor[2:]), "همکار پیشین")
    return "سامانهٔ متصل" if actor.startswith("k:") else MACHINES.get(actor, actor)


def _title(entry: history.Entry) -> str:
    given = entry.given
    if entry.verb == "contact":
        kind = contacts.KINDS.get(given.get("kind", ""), entry.fa)
        return f"{kind}، بار {persian(given['number'])}" if given.get("number") else kind
    if entry.verb == "answer" and given.get("temporary"):
        return "پاسخ موقت"
    if entry.verb == "acknowledged" and given.get("why") == "result_checked":
        return "نتیجه پذیرفته شد"
    if entry.verb == "refer" and given.get("settled"):
        return "تعیین واحد مسئول"
    if entry.verb == "snoozed":
        return "کنار گذاشته شد" if "until" in given else "به کارتابل برگشت"
    if entry.verb == "photo":
        return f"عکس {STAGES.get(given.get('stage', ''), '')}"
    return entry.fa


def _about(verb: str, given: dict[str, Any]) -> str:
    """The facts of an event in words, without names of people."""
    unit = units.by_id(given.get("unit") or given.get("proposed_unit") or given.get("body") or 0)
    subject = subjects.by_id(given["subject"]) if verb == "change_subject" else None
    constraint = constraints.by_code(given.get("constraint", ""))
    reasons = moves.RETURN_REASONS | moves.REOPEN_REASONS | moves.DECLINE_REASONS | contacts.REASONS
    parts = [
        constraint.name if constraint else "", subject.name if subject else "", _unit(verb, unit),
        moves.FINDINGS.get(given.get("finding", ""), ""), reasons.get(given.get("reason", ""), ""),
        PROMISES.get(given.get("kind", ""), "") if verb == "promise_given" else "",
        MEANS.get(given.get("means", ""), "") if verb == "follow_up" else "", given.get("reference", ""),
        *_inspected(verb, given),
        *_dates(verb, given),
    ]  # fmt: skip
    return "، ".join(part for part in parts if part)


def _inspected(verb: str, given: dict[str, Any]) -> list[str]:
    if verb == "inspection_ordered":
        return [inspections.REASONS.get(given.get("why", ""), "")]
    if verb != "inspection_made":
        return []
    wrong = [inspections.DEFECTS.get(kind, kind) for kind in given.get("defects", [])]
    return ["درست است" if given.get("passed") else "عیب دارد", *dict.fromkeys(wrong)]


def _unit(verb: str, unit: units.UnitRow | None) -> str:
    if unit is None:
        return ""
    return f"پیشنهاد: {unit.name}" if verb == "return" else unit.name


DATED = {
    "due_at": ("refer", "dispute", "reopen", "promise_given", "side_opened"), "review_at": ("hold", "hold_renewed"),
    "next_news_at": ("answer",), "word_at": ("follow_up",), "rest_at": ("partly_done",), "plan_at": ("accept",),
    "until": ("snoozed",),
}  # fmt: skip
DATE_WORDS = {"due_at": "تا", "review_at": "بازبینی", "next_news_at": "خبر بعدی", "word_at": "قول واحد",
              "rest_at": "بقیه تا", "plan_at": "برنامه", "until": "تا"}  # fmt: skip


def _dates(verb: str, given: dict[str, Any]) -> list[str]:
    return [
        f"{DATE_WORDS[name]} {day_of(given[name])}"
        for name, verbs in DATED.items()
        if verb in verbs and given.get(name)
    ]
