"""One page for every change of the city: its form, what it would move, then the change itself.

Sent once it shows what would happen and asks; sent again unchanged it is made. A form that was opened before
somebody else's change is told what he changed, and nothing typed is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bina.doors.web.admin import words
from bina.flow.cases import changes
from bina.flow.cases.changes import Edit, Effect, StaleEdit
from bina.flow.cases.deadlines import Move
from bina.flow.cases.errors import CaseError, Invalid, Refused
from bina.flow.cases.events import moment
from bina.ground.catalogue import subjects
from bina.ground.city import installation, units
from bina.ground.sla import clock

SHOWN = 8  # cases of a preview that are named one by one
AUDIENCE = "role:admin"
Plan = tuple[dict[str, Any], date]


@dataclass
class Screen:
    """What a page of a change needs: words, form, the change that its fields mean, where it leads.

    `state` is the thing as the form was opened on it, for its mark; `plan` gives fields and day of a change that
    waits for a day to come, None for one that is made now; `then` makes the answer after it, `moves_note` what stays.
    """

    title: str
    form: forms.Form
    edit: Callable[[dict[str, Any]], Edit]
    back: str
    verb: str = "انجام تغییر"
    lead: str = ""
    note: str = ""
    state: dict[str, Any] | None = None
    plan: Callable[[dict[str, Any]], Plan | None] | None = None
    then: Callable[[Effect], HttpResponse | None] | None = None
    people: bool = False
    danger: bool = False
    history: tuple[str, str] | None = None
    beside: str = ""  # a template beside the form, and what it shows
    side: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """An effect as the page tells it."""

    differences: list[words.Difference]
    effect: Effect
    rows: list[dict[str, Any]]
    by_subject: list[tuple[str, int]]
    late: int
    on: date | None


def run(request: HttpRequest, screen: Screen) -> HttpResponse:
    """Shows the form, then what the change moves, then makes it."""
    form, told = screen.form, _told(request, screen)
    if request.method == "POST" and form.is_valid():
        try:
            edit = screen.edit(form.cleaned_data)
            planned = screen.plan(form.cleaned_data) if screen.plan else None
            if request.POST.get("sure") == told["sure_mark"]:
                return _make(request, screen, edit, planned, told["seen"])
            effect = changes.preview(edit, seen=told["seen"])
            if effect.nothing:
                form.add_error(None, "چیزی برای تغییر نیست: همین‌ها هم‌اکنون برقرار است.")
            else:
                told["shown"] = shown(effect, planned[1] if planned else None)
        except StaleEdit as error:
            if request.POST.get("sure") and _made_already(edit):
                messages.success(request, "این تغییر هم‌اکنون انجام شده است.")
                return redirect(screen.back)
            told |= {"seen": changes.mark(error.now), "stale": True, "sure_mark": ""}
            told["stale_by"] = words.entries(changes.history(edit.what, edit.key, 1))
            form.add_error(None, error.sentence)
        except Invalid as error:
            for name, sentence in error.errors.items():
                form.add_error(name if name in form.fields else None, sentence)
        except CaseError as error:
            form.add_error(None, error.sentence)
    if request.method == "POST" and told["shown"] is None:
        return render(request, "admin/change.html", told, status=409 if told["stale"] else 422)
    return render(request, "admin/change.html", told)


def shown(effect: Effect, on: date | None = None) -> Shown:
    """An effect in words: what differs, which deadlines move, which cases are late by it at once."""
    now = int(clock.now().timestamp())
    late = sum(1 for m in effect.moves if m.after < now <= m.before)
    most = Counter(m.subject_id for m in effect.moves).most_common(5)
    rows = sorted(effect.moves, key=lambda m: abs(m.after - m.before), reverse=True)[:SHOWN]
    return Shown(
        words.differences(effect.before, effect.after), effect, [_row(m) for m in rows],
        [(_subject(number), count) for number, count in most], late, on,
    )  # fmt: skip


def _row(m: Move) -> dict[str, Any]:
    unit = units.by_id(m.unit_id)
    return {
        "code": m.code, "subject": _subject(m.subject_id), "unit": unit.name if unit else "",
        "before": moment(m.before), "after": moment(m.after), "by": abs(m.after - m.before),
        "later": m.after > m.before,
    }  # fmt: skip


def _subject(subject_id: int) -> str:
    row = subjects.by_id(subject_id)
    return row.name if row else ""


def _make(request: HttpRequest, screen: Screen, edit: Edit, planned: Plan | None, seen: str) -> HttpResponse:
    person_id = request.viewer.person_id
    actor, why = f"p:{person_id}", screen.form.cleaned_data["why"]
    if planned is not None:
        values, on = planned
        changes.plan(edit, values, on=on, actor=actor, person_id=person_id, why=why, seen=seen)
        messages.success(request, "سفارش تغییر ثبت شد؛ در روز خودش انجام می‌شود و تا آن روز می‌توانید پس بگیرید.")
        return redirect(screen.back)
    effect = changes.carry_out(edit, actor=actor, why=why, seen=seen)
    if effect.nothing:
        raise Refused("چیزی برای تغییر نیست: همین‌ها هم‌اکنون برقرار است.")
    messages.success(request, "تغییر انجام شد و در سابقه ماند.")
    answer = screen.then(effect) if screen.then else None
    return answer or redirect(screen.back)


def _made_already(edit: Edit) -> bool:
    """Whether the change was made by the same press a moment ago."""
    try:
        return changes.preview(edit).nothing
    except CaseError:
        return False


def _told(request: HttpRequest, screen: Screen) -> dict[str, Any]:
    from bina.ground.city import rolls

    seen = request.POST.get("seen", "")[:64] if request.method == "POST" else ""
    if not seen and screen.state is not None:
        seen = changes.mark(screen.state)
    typed = {
        n: request.POST.getlist(n) for n in request.POST if n not in ("csrfmiddlewaretoken", "sure", "seen", "key")
    }
    past = words.entries(changes.history(*screen.history, 12)) if screen.history else []
    return {
        "screen": screen, "form": screen.form, "seen": seen, "sure_mark": changes.mark(typed), "shown": None,
        "stale": False, "stale_by": [], "people": rolls.suggestions() if screen.people else [], "past": past,
        "today": installation.today(),
    }  # fmt: skip
