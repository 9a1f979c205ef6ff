"""Rows of the staff's lists: a case in one line, with whose hands it is in and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from bina.doors.web.hands import Bar, Vow
from bina.doors.web.story import bar_of, vow_of
from bina.flow.cases import history, queries
from bina.flow.cases.contacts import REASONS
from bina.flow.cases.events import moment
from bina.flow.cases.moves import OPEN, STATE_FA
from bina.flow.cases.queries import Filters
from bina.ground.catalogue import constraints, subjects

# The next act that each need asks of the expert: the word, and the verb whose form it opens.
NEXT = {
    "registered": ("ارجاع", "refer"), "results": ("دیدن نتیجه", ""), "waiting": ("خبر به شهروند", "answer"),
    "recontacted": ("پاسخ به شهروند", "answer"), "late": ("پیگیری از واحد", "follow_up"),
    "risk": ("پیگیری از واحد", "follow_up"), "going": ("باز کردن", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a list."""

    case: Any
    subject: str
    address: str
    bar: Bar
    vow: Vow | None
    reason: str
    reason_at: datetime | None
    next_word: str
    next_verb: str
    why: str  # what it waits for


def rows(cases: Sequence[Any], now: datetime) -> list[Row]:
    """The rows of these cases, in their order; three statements whatever their number."""
    ids = [case.pk for case in cases]
    if not ids:
        return []
    told, addresses, promises = history.several(ids), queries.addresses(ids), queries.last_promises(ids)
    return [_row(case, told[case.pk], addresses.get(case.pk, ""), promises.get(case.pk), now) for case in cases]


def _row(case: Any, events: list[Any], address: str, promise: dict[str, Any] | None, now: datetime) -> Row:
    subject = subjects.by_id(case.subject_id)
    at, reason = case.more.get("last_recontact") or (None, None)
    word, verb = _next(case)
    return Row(
        case, subject.name if subject else "", address, bar_of(case, events, now, [promise] if promise else []),
        vow_of(promise, now) if promise else None, REASONS.get(reason or "", ""), moment(at) if at else None, word,
        verb, waits_for(case),
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


def filters_of(request: HttpRequest) -> tuple[Filters, str]:
    """What the address narrows a list by: a state, words, and the two digits of a group of subjects."""
    state = request.GET.get("state", "")
    return Filters(state=state if state in OPEN else None, text=request.GET.get("q", "")[:200]), request.GET.get(
        "group", ""
    )


def narrowed(cases: Any, request: HttpRequest) -> Any:
    """The cases that pass the filters of the address."""
    wanted, group = filters_of(request)
    if group.isascii() and group.isdigit():
        cases = cases.filter(subject_id__in=[s.id for s in subjects.in_group(group)])
    return queries.narrowed(cases, wanted)


def filter_choices() -> dict[str, Any]:
    """What the form of filters offers."""
    return {"states": [(str(s), STATE_FA[s]) for s in OPEN], "subject_groups": subjects.groups()}
