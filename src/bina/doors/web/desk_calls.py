"""The ringing line on the desk: who calls, what is open under the number, taken with one key, ended with another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web.audience import audience
from bina.doors.web.desk import DESK
from bina.flow.cases import access, callers
from bina.flow.cases.errors import Refused
from bina.flow.dialogue import calls
from bina.ground.catalogue import subjects


@audience(DESK)
@require_safe
def ring(request: HttpRequest) -> HttpResponse:
    """The piece of the desk that rings, asked for every few seconds; empty while no line rings."""
    found = calls.ringing()
    if not found:
        return HttpResponse(status=204)
    return render(request, "desk/ring.html", {"first": _told(request, found[0]), "more": len(found) - 1})


def _told(request: HttpRequest, call: Any) -> dict[str, Any]:
    """A ringing call with the open case its number came back about most, and what was last said of it."""
    open_now = callers.open_cases(access.cases_for(request.viewer), call.phone) if call.phone else []
    most = max(open_now, key=lambda found: (found.case.recontacts, found.case.pk), default=None)
    subject = subjects.by_id(most.case.subject_id) if most else None
    told = callers.last_words([most.case.pk]).get(most.case.pk, "") if most else ""
    return {
        "call": call, "open": len(open_now), "case": most.case if most else None, "told": told,
        "subject": subject.name if subject else "", "next": most.case.recontacts + 1 if most else 0,
    }  # fmt: skip


@audience(DESK)
@require_POST
def take(request: HttpRequest, call_id: int) -> HttpResponse:
    """Takes the call and opens the desk with its number; a colleague who was quicker is told of."""
    try:
        call = calls.take(call_id, request.viewer.person_id)
    except Refused as error:
        messages.error(request, error.sentence)
        return redirect("desk")
    return redirect(f"{reverse('desk')}?call={call.pk}")


@audience(DESK)
@require_POST
def end(request: HttpRequest, call_id: int) -> HttpResponse:
    """The call is over; what was being typed stays where it is."""
    calls.end(call_id, request.viewer.person_id)
    return redirect("desk" if request.POST.get("done") else f"{reverse('desk')}?call={call_id}")
