"""The worklist (کارتابل پیگیری): the open cases of one's desks by what they need next, bad news first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bina.doors.web.audience import audience
from bina.doors.web.listing import filter_choices, narrowed, rows
from bina.flow.cases import access, search, worklist
from bina.flow.cases.errors import NotAllowed
from bina.ground.city import desks, places
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.digits import persian

EACH, PAGE = 6, 40
NAMES = {
    "risk": "در معرض تأخیر", "late": "خارج از مهلت", "results": "نتیجه برای کنترل", "waiting": "در انتظار",
    "recontacted": "پیگیری مجدد تازه", "registered": "ثبت‌شده، هنوز ارجاع‌نشده", "going": "در جریان",
}  # fmt: skip
SAYS = {
    "risk": "مهلت یا وعده تا یک روز دیگر می‌رسد", "late": "مهلت یا وعده گذشته است",
    "results": "واحد نتیجه را اعلام کرده است", "waiting": "مانعی ثبت شده است",
    "recontacted": "شهروند دوباره گفته و هنوز پاسخی نگرفته است",
    "registered": "واحد آن را تعیین کنید", "going": "کاری از شما نمی‌خواهد",
}  # fmt: skip


def cases_of(viewer: Viewer) -> tuple[Any, list[str]]:
    """The cases of the desks that a person holds (a supervisor: of his district), and those desks in words."""
    cases, held = access.cases_for(viewer), desks.held_by(viewer.person_id)
    supervises = any(right.role == Role.SUPERVISOR_137 for right in viewer.rights)
    if held and not supervises:
        return cases.filter(desk_id__in=[desk.id for desk in held]), [desk.name for desk in held]
    areas = {right.area_id for right in viewer.rights if right.area_id}
    named = [area.name for one in areas if (area := places.area(one))]
    return (cases.filter(district_id__in=areas) if areas else cases), named


def waits(viewer: Viewer) -> str:
    """What waits for a person, for the entrance of a demo."""
    late = worklist.for_desk(cases_of(viewer)[0], access.now()).filter(need__in=("late", "risk", "results")).count()
    return f"{persian(late)} درخواست به شما نیاز دارد" if late else ""


@audience("role:followup_expert,supervisor_137")
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """All groups with their first cases, or one group page by page; the address is the filter."""
    viewer, now = request.viewer, access.now()
    cases, of = cases_of(viewer)
    listed = worklist.for_desk(narrowed(cases, request), now)
    only = request.GET.get("only", "")
    if only in worklist.DESK:
        one = worklist.one_group(listed, only, after=request.GET.get("after", ""), limit=PAGE)
        groups = [one] if one.count else []
    else:
        groups = worklist.groups(listed, worklist.DESK, each=EACH)
    shown = {row.case.pk: row for row in rows([case for group in groups for case in group.cases], now)}
    told = {
        "groups": [(g, NAMES[g.name], SAYS[g.name], [shown[c.pk] for c in g.cases]) for g in groups],
        "total": sum(g.count for g in groups), "of": of, "now": now, "only": only if only in NAMES else "",
        "only_name": NAMES.get(only, ""), "query": _query(request), **filter_choices(),
    }  # fmt: skip
    return render(request, "staff/work.html", told)


def _query(request: HttpRequest) -> str:
    """The filters of the address without its place in the list, to be carried on."""
    kept = request.GET.copy()
    for name in ("only", "after"):
        kept.pop(name, None)
    return kept.urlencode()


@audience("staff")
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """The search box of the bar: a code leads to its case, words to the cases that hold them."""
    viewer, now = request.viewer, access.now()
    text = request.GET.get("q", "")[:200].strip()
    try:
        return redirect("case", code=access.case_for(viewer, text).code)
    except NotAllowed:
        after = request.GET.get("after", "")
        found, more = search.page(
            access.cases_for(viewer), text,
            after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None, limit=PAGE,
        )  # fmt: skip
        return render(request, "staff/find.html", {"rows": rows(found, now), "text": text, "more": more, "now": now})
