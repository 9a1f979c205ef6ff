"""Who else has a case open: two people see each other before one changes what the other reads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bina.doors.web.audience import audience
from bina.flow.cases import access
from bina.flow.cases.presence import here
from bina.ground.city import rolls


def others(case_id: int, person_id: int) -> list[str]:
    """The names of the others who have a case open, after noting that this person has; one statement."""
    names = rolls.names()
    return [names[one] for one in here(case_id, person_id) if one in names]


@audience("staff")
@require_safe
def presence(request: HttpRequest, code: str) -> HttpResponse:
    """The piece of the page that names them, asked for again while the page is seen.

    With `?seq=N`, the last event that the page shows, it also says how many have come since.
    """
    viewer = request.viewer
    found = access.case_for(viewer, code)
    read = seq_of(request, "seq")
    told = {
        "others": others(found.pk, viewer.person_id), "case": found, "since": read,
        "fresh": found.seq - read if read is not None and found.seq > read else 0,
    }  # fmt: skip
    return render(request, "staff/presence.html", told)


def seq_of(request: HttpRequest, name: str) -> int | None:
    """The number of an event in the address; None for none or anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
