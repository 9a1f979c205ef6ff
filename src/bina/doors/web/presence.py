"""Who else has a case open: two people see each other before one changes what the other reads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bina.doors.web.audience import audience
from bina.flow.cases import access
from bina.flow.cases.presence import here
from bina.ground.city import people


def others(case_id: int, person_id: int) -> list[str]:
    """The names of the others who have a case open, after noting that this person has."""
    found = here(case_id, person_id)
    names = people.names(found) if found else {}
    return [names[one] for one in found if one in names]


@audience("staff")
@require_safe
def presence(request: HttpRequest, code: str) -> HttpResponse:
    """The piece of the page that names them, asked for again while the page is seen."""
    viewer = request.viewer
    found = access.case_for(viewer, code)
    return render(request, "staff/presence.html", {"others": others(found.pk, viewer.person_id)})
