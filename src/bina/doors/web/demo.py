"""What only a demo has: a clock that can be moved, and the same request through other people's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST

from bina.doors.web.audience import audience
from bina.doors.web.look import back_to
from bina.flow.cases import access
from bina.flow.cases.errors import NotAllowed
from bina.ground.city import installation, people, rolls
from bina.ground.city.people import Viewer
from bina.ground.city.roles import ROLES, Role
from bina.ground.sla import clock

# How far one press moves the clock, and the button's word.
STEPS = {
    "hour": (timedelta(hours=1), gettext_noop("یک ساعت")),
    "day": (timedelta(days=1), gettext_noop("یک روز")),
    "week": (timedelta(days=7), gettext_noop("یک هفته")),
}
# Whose eyes are offered, in the order of a request's life; those of a district are of the request's own.
_OF_CITY = (Role.OPERATOR,)
_OF_DISTRICT = (Role.FOLLOWUP_EXPERT, Role.SUPERVISOR_137, Role.INSPECTOR, Role.DISTRICT_MAYOR)
_OF_UNIT = (Role.UNIT_HEAD, Role.LIAISON, Role.CREW)


@dataclass(frozen=True, slots=True)
class Eyes:
    """One person who may see the request; without a person: the citizen's page of it."""

    label: str
    person_id: int | None = None
    href: str = ""


@audience("public")
@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """Moves a demo's clock on; what falls due by it is done by the worker within seconds. Elsewhere it is not there."""
    if not installation.current().demo:
        raise Http404("only in a demo")
    step = STEPS.get(request.POST.get("by", ""))
    if step is None:
        raise Http404("no such step")
    clock.move(by=step[0])
    messages.success(request, gettext("ساعت شهر جلو رفت: %(step)s.") % {"step": gettext(step[1])})
    return HttpResponseRedirect(back_to(request))


def steps() -> list[tuple[str, str]]:
    """The buttons of the clock: value and word."""
    return [(name, gettext(word)) for name, (_span, word) in STEPS.items()]


def eyes(viewer: Viewer, code: str, case: Any = None) -> list[Eyes]:
    """Through whom else this request can be seen, in a demo; no statement where the page has its `case` already."""
    try:
        case = case or access.case_for(viewer, code)
    except NotAllowed:
        return []
    rows = [right for role in _OF_CITY for right in people.of_role(role)[:1]]
    for role in _OF_DISTRICT:
        rows += people.of_role(role, case.district_id)[:1] if case.district_id else ()
    for role in _OF_UNIT:
        rows += [r for r in people.of_role(role) if r.unit_id == case.unit_id and case.unit_id][:1]
    seen = [r for r in rows if r.sensitivity >= case.sensitivity and r.person_id != viewer.person_id]
    names = rolls.names()
    found = [Eyes(f"{ROLES[Role(r.role)].fa}، {names[r.person_id]}", r.person_id) for r in seen]
    citizen = Eyes(gettext("شهروند"), href=f"{reverse('track')}?{urlencode({'code': case.code})}")
    return [citizen, *found]
