"""The call-back queue: whom to ring up next, what to say, and what came of it; one call a person, by six keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web import drafts, when
from bina.doors.web.audience import audience, holds
from bina.doors.web.errors import CONFLICT, show
from bina.doors.web.intake import key_of
from bina.flow.cases import access, queries
from bina.flow.cases.errors import Invalid, KeyReused, Refused
from bina.flow.cases.moves import DISPUTE_REASONS, FINDINGS, By
from bina.flow.dialogue import callback as calling
from bina.ground.catalogue import subjects
from bina.ground.city import installation, people, units
from bina.ground.city.roles import Role

CALLERS = "role:operator,duty_officer,shift_supervisor,followup_expert,supervisor_137"
MAY_BREAK = frozenset({Role.SHIFT_SUPERVISOR, Role.SUPERVISOR_137})  # who may ring outside the hours, saying why
KEYS = {"other_person": "3", "wrong_number": "4", "later": "5", "refused": "6", "no_answer": "0"}
ANSWERS = ("confirmed", "not_confirmed")


@audience(CALLERS)
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """The queue, and the first of it, or the one asked for, with the script; each number shown is logged."""
    return _page(request, request.GET.get("case", ""))


def _page(
    request: HttpRequest, at: str, *, wrong: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    """The queue with one person open; with `wrong`, what is not right beside what was typed."""
    me, now = request.viewer.person_id, access.now()
    waiting = calling.queue(access.cases_for(request.viewer), me)
    one, question = _open(waiting, at, me)
    shown: dict[str, Any] = {}
    if one is not None and question is not None:
        people.look(person_id=me, actor=f"p:{me}", case_id=question.case_id, what="phone", reason="callback")
        shown = _script(one, question, now)
    name = f"callback-{question.code}" if question else ""
    mine = question is not None and question.code == at
    typed = (
        (request.POST if mine else {}) if wrong else {n: vs[-1] for n, vs in drafts.load(request, name).items() if vs}
    )
    told = {
        "waiting": [(p, _subject(p.questions[0].subject_id)) for p in waiting], "one": one, "question": question,
        "results": [(code, word, KEYS[code]) for code, word in calling.RESULTS.items()], "reasons": DISPUTE_REASONS,
        "quiet": not calling.hours().is_open(now), "may_break": holds(request.viewer, MAY_BREAK),
        "opens": calling.hours().next_open(now), "wrong": wrong or {}, "typed": typed, "draft": name,
        "left": request.POST.get("words", "") if wrong and not mine else "",  # of a case that is no longer asked about
        "days": _days(now), "clock_hours": range(8, 22), "most": calling.CALL_TRIES,
        "shown": calling.SHOWN,
    }  # fmt: skip
    return render(request, "callback/callback.html", told | shown, status=status)


def _open(
    waiting: list[calling.Person], at: str, me: int
) -> tuple[calling.Person | None, calling.Question | None]:  # fmt: skip
    """The person that is asked for, else the first whom nobody has on the line; he is this caller's for a while."""
    asked = [p for p in waiting if at and any(q.code == at for q in p.questions)]
    for person in [*asked, *(p for p in waiting if p not in asked)]:
        if not person.taken and calling.claim(person, me):
            return person, next((q for q in person.questions if q.code == at), person.questions[0])
    return None, None


def _script(person: calling.Person, question: calling.Question, now: datetime) -> dict[str, Any]:
    """What is said and what is looked at while it is said."""
    unit, zone = units.by_id(question.unit_id or 0), installation.current().zone
    pictures = queries.photos(question.case_id)
    return {
        "subject": _subject(question.subject_id), "finding": FINDINGS.get(question.finding, ""),
        "unit": unit.name if unit else "واحد", "day": when.near(question.reported_at, now, zone),
        "last": calling.RESULTS.get(question.last, ""), "city": installation.current().name,
        "number": person.questions.index(question) + 1,
        "others": [(q, _subject(q.subject_id)) for q in person.questions if q is not question],
        "before": [p for p in pictures if p["stage"] != "after"][-1:],
        "after": [p for p in pictures if p["stage"] == "after"][-2:],
        "again": bool(question.disputes),
    }  # fmt: skip


def _subject(subject_id: int) -> str:
    row = subjects.by_id(subject_id)
    return row.name if row else ""


def _days(now: datetime) -> list[tuple[int, str]]:
    """The days on which one may be called later, in words."""
    zone = installation.current().zone
    words = {0: "امروز", 1: "فردا"}
    return [(n, words.get(n) or when.full_day(now + timedelta(days=n), zone)) for n in range(calling.LATER_DAYS + 1)]


@audience(CALLERS)
@require_POST
def called(request: HttpRequest, code: str) -> HttpResponse:
    """What came of one call: an answer on this result, or nothing for all that this person was to be asked."""
    case = access.case_for(request.viewer, code)
    by = access.hat_for(request.viewer, case, (By.CALLBACK,))
    typed, me = request.POST, request.viewer.person_id
    result, words, why = typed.get("result", ""), typed.get("words", ""), typed.get("why", "")
    asked = _asked_of(request, case, typed.get("contact", ""))
    common: dict[str, Any] = {"by": by, "actor": f"p:{me}", "key": key_of(request), "words": words, "why": why}
    if why.strip():
        common["hat"] = access.hat_for(request.viewer, case, (By.SUPERVISOR, By.DUTY_OFFICER, By.OPERATOR, By.EXPERT))
    try:
        calling.check_hours(may_break=holds(request.viewer, MAY_BREAK), why=why)
        if result in ANSWERS:
            calling.answered(case.pk, result=result, contact=asked[0][1], reason=typed.get("reason", ""), **common)
        else:
            calling.ended(asked, result=result, at=_later(typed) if result == "later" else None, **common)
    except Invalid as error:
        return _page(request, case.code, wrong=error.errors, status=422)
    except KeyReused as error:
        return _page(request, case.code, wrong={"": error.sentence}, status=422)
    except Refused as error:
        return show(request, CONFLICT, sentence=error.sentence)
    drafts.drop(request, f"callback-{case.code}")
    left = typed.get("next", "") if result in ANSWERS else ""
    return redirect(f"{reverse('callback')}?{urlencode({'case': left})}" if left else "callback")


def _asked_of(request: HttpRequest, case: Any, contact: str) -> list[tuple[int, int | None, int]]:
    """(case, contact, tries before) of every question of the person on the line, this case's first."""
    waiting = calling.queue(access.cases_for(request.viewer), request.viewer.person_id)
    for person in waiting:
        mine = [q for q in person.questions if q.case_id == case.pk]
        if mine and contact in ("", str(mine[0].contact_id)):
            rest = [q for q in person.questions if q.case_id != case.pk]
            return [(q.case_id, q.contact_id, q.tries) for q in [*mine[:1], *rest]]
    return [(case.pk, None, 0)]


def _later(typed: Any) -> Any:
    """The day and the hour that were agreed on."""
    day, hour = typed.get("day", "1"), typed.get("hour", "10")
    if not (day.isascii() and day.isdigit() and hour.isascii() and hour.isdigit() and len(day + hour) < 5):
        raise Invalid({"later": "روز و ساعت را از فهرست برگزینید."})
    return calling.later_at(int(day), int(hour))
