"""Rows of the staff's lists: a case in one line, with whose hands it is in and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from bina.doors.web import when
from bina.doors.web.hands import Bar, Vow
from bina.doors.web.minibar import sketch
from bina.doors.web.story import bar_of, held_by, vow_of
from bina.doors.web.templatetags.signs import owner
from bina.doors.web.work_words import stands
from bina.flow.cases import history, queries
from bina.flow.cases.contacts import REASONS
from bina.flow.cases.events import Event, moment
from bina.flow.waiting.hands import spans
from bina.ground.catalogue import constraints, subjects

# The next act that each need asks of the expert: the word, and the verb whose form it opens.
NEXT = {
    "registered": ("ارجاع", "refer"), "results": ("دیدن نتیجه", ""), "waiting": ("خبر به شهروند", "answer"),
    "recontacted": ("پاسخ به شهروند", "answer"), "late": ("پیگیری از واحد", "follow_up"),
    "risk": ("پیگیری از واحد", "follow_up"), "word": ("پیگیری از واحد", "follow_up"),
    "silent": ("پیگیری از واحد", "follow_up"), "promised": ("باز کردن", ""),
    "aside": ("برگرداندن به کارتابل", "snoozed"),
    "going": ("باز کردن", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a list."""

    case: Any
    subject: str
    address: str
    mini: SafeString  # the small bar of whose hands, with who has it
    vow: Vow | None
    reason: str
    reason_at: datetime | None
    next_word: str
    next_verb: str
    why: str  # what it waits for
    stands: str  # why it stands in its list, in words
    told: list[Event]
    promise: dict[str, Any] | None
    now: datetime

    @property
    def bar(self) -> Bar:
        """The whole bar, for pages of a few cases; lists draw `mini`."""
        return bar_of(self.case, self.told, self.now, [self.promise] if self.promise else [])


def rows(cases: Sequence[Any], now: datetime) -> list[Row]:
    """The rows of these cases, in their order; three statements whatever their number, one more for those put aside."""
    ids = [case.pk for case in cases]
    if not ids:
        return []
    told, promises = history.several(ids), queries.last_promises(ids)
    read = {case.pk: case.address or "" for case in cases if hasattr(case, "address")}  # by a board
    addresses = read if len(read) == len(cases) else queries.addresses(ids)
    aside = [case.pk for case in cases if getattr(case, "need", "") == "aside"]
    reasons = queries.last_said(aside, "snoozed") if aside else {}
    return [
        _row(case, told[case.pk], addresses.get(case.pk, ""), promises.get(case.pk), now, reasons.get(case.pk, ""))
        for case in cases
    ]


def _row(case: Any, events: list[Any], address: str, promise: dict[str, Any] | None, now: datetime, said: str) -> Row:
    subject = subjects.by_id(case.subject_id)
    at, reason = case.more.get("last_recontact") or (None, None)
    word, verb = _next(case)
    return Row(
        case, subject.name if subject else "", address, _mini(case, events, now, promise),
        vow_of(promise, now) if promise else None, REASONS.get(reason or "", ""), moment(at) if at else None, word,
        verb, waits_for(case), stands(case, now, said), events, promise, now,
    )  # fmt: skip


def _mini(case: Any, told: list[Event], now: datetime, promise: dict[str, Any] | None) -> SafeString:
    """The small bar with who has the case and for how long: drawn without a template, a list has many of them."""
    until = case.closed_at or now
    parts = spans(history.changes(told), int(until.timestamp()))
    if not parts:
        return mark_safe("")
    last = parts[-1]
    held = (last.owner, last.body, last.apart)
    since = next((p.end for p in reversed(parts) if (p.owner, p.body, p.apart) != held), parts[0].start)
    open_one = promise if promise and not promise["kept_at"] else None
    return format_html(
        '<div class="mini-cell">{}{}</div>', sketch(parts, until, open_one["due_at"] if open_one else None),
        owner(last.owner, held_by(last), when.lasted(max(last.end - since, 0))),
    )  # fmt: skip


def _next(case: Any) -> tuple[str, str]:
    need = getattr(case, "need", "going")
    if "proposal" in case.more:
        return "تصمیم دربارهٔ پیشنهاد", "decline"
    if case.state == "registered":
        return NEXT["registered"]
    if "owed" in case.more or "unanswered" in case.more or case.state == "waiting":
        return NEXT["recontacted"]
    return NEXT.get(need, NEXT["going"])


def waits_for(case: Any) -> str:
    """The hold that stands first, in words."""
    standing = sorted(case.more.get("holds", []), key=lambda h: h["rank"])
    row = constraints.by_code(standing[0]["constraint"]) if standing else None
    return row.name if row else ""
