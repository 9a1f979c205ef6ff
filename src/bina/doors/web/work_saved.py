"""Saved filters of the worklist: kept by name, shared by a link, taken off again."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web import work_filters
from bina.doors.web.audience import audience
from bina.doors.web.work import AUDIENCE
from bina.flow.cases import worklist
from bina.flow.cases.errors import Invalid, NotAllowed
from bina.flow.quality import saved


def clean(query: str) -> str:
    """An address's query with the filters and the list that it names, and nothing else."""
    given = QueryDict(query[: saved.QUERY_MAX * 2])
    only = given.get("only", "")
    parts = (work_filters.read(given).query, urlencode({"only": only}) if only in worklist.DESK else "")
    return "&".join(part for part in parts if part)


@audience(AUDIENCE)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keeps the filter of the list under a name."""
    query = clean(request.POST.get("query", ""))
    try:
        saved.save(person_id=request.viewer.person_id, name=request.POST.get("name", "")[:400], query=query)
    except Invalid as error:
        told = {"errors": error.errors, "name": request.POST.get("name", "")[:400], "query": query,
                "words": work_filters.read(QueryDict(query)).words()}  # fmt: skip
        return render(request, "staff/save_filter.html", told, status=422)
    messages.success(request, "فیلتر نگه داشته شد.")
    return redirect(f"{reverse('work')}?{query}")


@audience(AUDIENCE)
@require_POST
def remove(request: HttpRequest, mark: str) -> HttpResponse:
    """Takes one of one's own filters off the list."""
    if not saved.remove(mark, request.viewer.person_id):
        raise NotAllowed("چنین فیلتری از شما نیست.")
    messages.success(request, "فیلتر برداشته شد.")
    return redirect("work")


@audience(AUDIENCE)
@require_safe
def shared(request: HttpRequest, mark: str) -> HttpResponse:
    """The link of a saved filter, for whoever has a worklist: it shows what the reader may see."""
    found = saved.by_mark(mark)
    if found is None:
        raise NotAllowed("این فیلتر دیگر نیست؛ از همکارتان پیوند تازه بخواهید.")
    own = found.person_id == request.viewer.person_id
    rest = "" if own else "&" + urlencode({"shared": mark})
    return redirect(f"{reverse('work')}?{clean(found.query)}{rest}")
