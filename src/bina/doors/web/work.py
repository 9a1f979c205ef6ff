"""The worklist (کارتابل پیگیری): the open cases of one's desks by what they need next, bad news first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bina.doors.web import work_filters
from bina.doors.web.audience import audience
from bina.doors.web.listing import Row, rows
from bina.doors.web.work_words import ASKING, CHIPS, FORMULA, NAMES, about
from bina.flow.cases import access, worklist
from bina.flow.quality import orders, saved
from bina.flow.quality.above import above
from bina.ground.city import desks, people, places
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.digits import persian

EACH, PAGE = 6, 40
TOLD_FOR = timedelta(minutes=2)  # how long the bar of a bulk order stays above the list
AUDIENCE = "role:followup_expert,supervisor_137"


def cases_of(viewer: Viewer) -> tuple[Any, list[str]]:
    """The cases of the desks that a person holds (a supervisor: of his district), and those desks in words."""
    cases, held = access.cases_for(viewer), desks.held_by(viewer.person_id)
    supervises = any(right.role == Role.SUPERVISOR_137 for right in viewer.rights)
    if held and not supervises:
        return cases.filter(desk_id__in=[desk.id for desk in held]), [desk.name for desk in held]
    areas = {right.area_id for right in viewer.rights if right.area_id}
    named = [area.name for one in areas if (area := places.area(one))]
    if not areas:
        return cases, named
    own = [desk.id for area_id in areas for desk in desks.ever_of_district(area_id)]
    return worklist.on_desks(cases.filter(district_id__in=areas), own), named


def moment(request: HttpRequest) -> datetime:
    """The city's moment, asked once for the list and the bar above it."""
    now: datetime = access.now()
    request.moment = now
    return now


def listed_for(viewer: Viewer, wanted: work_filters.Wanted, now: datetime) -> tuple[Any, list[str]]:
    """A person's open cases that pass a filter, each with its need, and his desks in words."""
    cases, of = cases_of(viewer)
    return worklist.for_desk(wanted.narrow(cases, now), now, work_filters.midnight(now)), of


def waits(viewer: Viewer) -> str:
    """What waits for a person, for the entrance of a demo."""
    now = access.now()
    listed = worklist.for_desk(cases_of(viewer)[0], now, work_filters.midnight(now))
    late = worklist.of_need(listed, *ASKING).count()
    return f"{persian(late)} درخواست به شما نیاز دارد" if late else ""


@audience(AUDIENCE)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """All lists with their first cases, or one list page by page; the address is the filter."""
    viewer, now = request.viewer, moment(request)
    wanted = work_filters.read(request.GET)
    listed, of = listed_for(viewer, wanted, now)
    only = request.GET.get("only", "")
    only = only if only in worklist.DESK else ""
    after = request.GET.get("after", "") if only else ""
    counted = worklist.board(listed, each=PAGE if only else EACH, only=only, after=after)
    groups = [counted[name] for name in worklist.DESK if name in counted and counted[name].cases]
    shown = {row.case.pk: row for row in rows([case for group in groups for case in group.cases], now)}
    order, kept = above(viewer.person_id, since=now - TOLD_FOR, mark=request.GET.get("shared", ""))
    told = {
        "groups": [_told(group, [shown[c.pk] for c in group.cases], now) for group in groups],
        "lists": [(name, NAMES[name], counted[name].count) for name in worklist.DESK if name in counted],
        "total": sum(group.count for group in counted.values()),
        "asking": sum(counted[name].count for name in ASKING if name in counted),
        "of": of, "now": now, "only": only, "only_name": NAMES.get(only, ""), "formula": FORMULA,
        "order": order, "wait": orders.WAIT_SECONDS,
        "own": [one for one in kept if one.person_id == viewer.person_id], "shared": _shared(kept, viewer),
    }  # fmt: skip
    return render(request, "staff/work.html", told | head(request, wanted))


def head(request: HttpRequest, wanted: work_filters.Wanted) -> dict[str, Any]:
    """What every page of these lists shows above them: the filter in words, its choices, and what a link left out."""
    return {
        "wanted": wanted, "query": wanted.query, "tokens": wanted.tokens(), "filter_words": wanted.words(),
        "beyond": work_filters.beyond(wanted, request.viewer),
        **work_filters.choices(request.viewer, wanted),
    }  # fmt: skip


def _told(group: worklist.Group, shown: list[Row], now: datetime) -> dict[str, Any]:
    return {"group": group, "name": NAMES[group.name], "says": about(group, now), "rows": shown,
            "chip": CHIPS.get(group.name, "chip-line"), "formula": group.name in ("risk", "late")}  # fmt: skip


def _shared(kept: list[saved.Saved], viewer: Viewer) -> dict[str, Any] | None:
    """Whose saved filter this address came from, when it is another's, and whether he sees more than the reader."""
    found = next((one for one in kept if one.person_id != viewer.person_id), None)
    if found is None:
        return None
    owner = people.viewer(found.person_id)
    return {"name": found.name, "by": owner.name, "more": _scope(owner) - _scope(viewer) != set()}


def _scope(viewer: Viewer) -> set[tuple[str, int]]:
    """What a person's lists are made of, to be compared with another's."""
    reach = work_filters.areas_of(viewer)
    wide = {("sensitivity", n) for right in viewer.rights for n in range(right.sensitivity + 1)}
    held = {("desk", desk.id) for desk in desks.held_by(viewer.person_id)}
    return wide | held | ({("city", 0)} if reach is None else {("area", one) for one in reach})
