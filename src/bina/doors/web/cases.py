"""The plain list of cases for those who have no list of their own: duty officers, crews, mayors, managers, auditors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bina.doors.web import work_filters
from bina.doors.web.audience import audience, holds
from bina.doors.web.listing import rows
from bina.flow.cases import access, oversight, queries
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.digits import persian

PAGE = 40
AUDIENCE = (
    "role:inspector,crew,field_officer,district_mayor,center_manager,auditor,finance,duty_officer,shift_supervisor"
)


def cases_of(viewer: Viewer) -> tuple[Any, str]:
    """What this person is to look at first, and what that is called."""
    seen = access.cases_for(viewer).exclude(state="closed")
    if holds(viewer, frozenset({Role.INSPECTOR})):
        return seen.filter(state="reported", more__has_key="inspection"), "کارهایی که بازرسی می‌خواهند"
    if holds(viewer, frozenset({Role.CREW, Role.FIELD_OFFICER})):
        return seen.filter(state="in_progress"), "کارهای پذیرفته‌شدهٔ واحد"
    if holds(viewer, frozenset({Role.DUTY_OFFICER})):
        return oversight.dangers(seen), "خطرهایی که هنوز کسی نپذیرفته است"
    return seen, "درخواست‌های باز"


def waits(viewer: Viewer) -> str:
    """What waits for a person, for the entrance of a demo."""
    count = cases_of(viewer)[0].count()
    return f"{persian(count)} درخواست پیش روی شماست" if count else ""


def key_in(text: str) -> int | None:
    """A list's place in an address: the number of the last case shown."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@audience(AUDIENCE)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Open cases, newest first, by the filters of the address, page by page."""
    now, wanted = access.now(), work_filters.read(request.GET)
    request.moment = now
    listed, heading = cases_of(request.viewer)
    found, more = queries.page(
        wanted.narrow(listed, now), limit=PAGE, after=key_in(request.GET.get("after", ""))
    )  # fmt: skip
    told = {
        "rows": rows(found, now), "more": more, "now": now, "heading": heading, "looking": True,
        "wanted": wanted, "query": wanted.query, "tokens": wanted.tokens(), "filter_words": wanted.words(),
        "beyond": work_filters.beyond(wanted, request.viewer), **work_filters.choices(request.viewer, wanted),
    }  # fmt: skip
    return render(request, "staff/cases.html", told)
