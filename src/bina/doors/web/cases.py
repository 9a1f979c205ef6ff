"""The plain list of cases for those who have no list of their own: inspectors, crews, mayors, managers, auditors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bina.doors.web.audience import audience, holds
from bina.doors.web.listing import filter_choices, narrowed, rows
from bina.flow.cases import access, queries
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.digits import persian

PAGE = 40


def cases_of(viewer: Viewer) -> tuple[Any, str]:
    """What this person is to look at first, and what that is called."""
    seen = access.cases_for(viewer).exclude(state="closed")
    if holds(viewer, frozenset({Role.INSPECTOR})):
        return seen.filter(state="reported", more__has_key="inspection"), "کارهایی که بازرسی می‌خواهند"
    if holds(viewer, frozenset({Role.CREW, Role.FIELD_OFFICER})):
        return seen.filter(state="in_progress"), "کارهای پذیرفته‌شدهٔ واحد"
    return seen, "درخواست‌های باز"


def waits(viewer: Viewer) -> str:
    """What waits for a person, for the entrance of a demo."""
    count = cases_of(viewer)[0].count()
    return f"{persian(count)} درخواست پیش روی شماست" if count else ""


@audience("role:inspector,crew,field_officer,district_mayor,center_manager,auditor,finance")
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Open cases, newest first, by the filters of the address, page by page."""
    now, after = access.now(), request.GET.get("after", "")
    listed, heading = cases_of(request.viewer)
    found, more = queries.page(
        narrowed(listed, request), limit=PAGE,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None,
    )  # fmt: skip
    kept = request.GET.copy()
    kept.pop("after", None)
    told = {
        "rows": rows(found, now),
        "more": more,
        "now": now,
        "heading": heading,
        "looking": True,
        "query": kept.urlencode(),
    }
    return render(request, "staff/cases.html", told | filter_choices())
