"""The call-back queue: one call a person, with its script; confirmed, not confirmed, later, wrong number, refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web.audience import audience
from bina.doors.web.errors import CONFLICT, show
from bina.doors.web.intake import key_of
from bina.flow.cases import access, callers
from bina.flow.cases.errors import Invalid, KeyReused, Refused
from bina.flow.cases.moves import DISPUTE_REASONS, FINDINGS, By
from bina.flow.cases.record import record
from bina.ground.catalogue import subjects
from bina.ground.city import people

CALLERS = "role:operator,duty_officer,shift_supervisor,followup_expert,supervisor_137"
RESULTS = {
    "no_answer": "پاسخ نداد",
    "later": "بعداً تماس بگیریم",
    "other_person": "کس دیگری بود",
    "wrong_number": "شماره اشتباه است",
    "refused": "نخواست پاسخ دهد",
}
LATER_HOURS = {"no_answer": 4, "later": 24, "other_person": 24}
LATEST, EARLIEST = 21, 8  # calling hours, local


@audience(CALLERS)
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """The queue, and for the first of it the script; each number shown is logged."""
    return _page(request, request.GET.get("case", ""))


def _page(
    request: HttpRequest, at: str, *, wrong: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    """The queue with one of it open; with `wrong`, what is not right beside what was typed."""
    waiting = callers.to_call(access.cases_for(request.viewer))
    now = next((w for w in waiting if w.code == at), waiting[0] if waiting else None)
    if now is not None:
        me = request.viewer.person_id
        people.look(person_id=me, actor=f"p:{me}", case_id=now.case_id, what="phone", reason="callback")
    told = {
        "waiting": [(w, _subject(w.subject_id)) for w in waiting], "one": now, "results": RESULTS,
        "subject": _subject(now.subject_id) if now else "", "reasons": DISPUTE_REASONS,
        "finding": FINDINGS.get(now.finding, "") if now else "", "quiet": not EARLIEST <= _hour() < LATEST,
        "wrong": wrong or {}, "typed": request.POST if now and now.code == at else {},
    }  # fmt: skip
    return render(request, "callback/callback.html", told, status=status)


def _subject(subject_id: int) -> str:
    row = subjects.by_id(subject_id)
    return row.name if row else ""


def _hour() -> int:
    from zoneinfo import ZoneInfo

    from bina.ground.city import installation

    return access.now().astimezone(ZoneInfo(installation.current().zone)).hour


@audience(CALLERS)
@require_POST
def called(request: HttpRequest, code: str) -> HttpResponse:
    """What came of one call."""
    case = access.case_for(request.viewer, code)
    by = access.hat_for(request.viewer, case, (By.CALLBACK,))
    result, words = request.POST.get("result", ""), request.POST.get("words", "")
    common: dict[str, Any] = {"by": by, "actor": f"p:{request.viewer.person_id}", "channel": "phone"}
    try:
        if result == "confirmed":
            record(case.pk, "confirm", words=words or None, key=key_of(request), **common)
        elif result == "not_confirmed":
            record(
                case.pk, "dispute", words=words, reason=request.POST.get("reason", ""), key=key_of(request), **common
            )
        elif result in RESULTS:
            record(case.pk, "called", words=words or None, key=key_of(request), **common, **_next(result))
        else:
            raise Invalid({"result": "بگویید تماس چه شد."})
    except Invalid as error:
        return _page(request, case.code, wrong=error.errors, status=422)
    except KeyReused as error:
        return _page(request, case.code, wrong={"": error.sentence}, status=422)
    except Refused as error:
        return show(request, CONFLICT, sentence=error.sentence)
    return redirect("callback")


def _next(result: str) -> dict[str, Any]:
    given: dict[str, Any] = {"result": result}
    if result in LATER_HOURS:
        given["next_at"] = int(access.now().timestamp()) + LATER_HOURS[result] * 3600
    return given
