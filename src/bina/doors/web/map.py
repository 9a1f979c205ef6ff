"""The map of the staff: the open cases of one's list, gathered where they are many, and those in view as a list."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bina.doors.web import assets, cases, story, when, work, work_filters
from bina.doors.web.audience import Audience, audience, holds
from bina.doors.web.hands import OWNERS
from bina.flow.cases import access, mapped, queries
from bina.flow.cases.mapped import Box
from bina.flow.cases.moves import STATE_FA, State
from bina.ground.catalogue import subjects
from bina.ground.city import places, placeshapes, units
from bina.ground.city.people import Viewer
from bina.ground.sla import version
from bina.ground.text.digits import persian_number

WHO = (
    "role:operator,duty_officer,shift_supervisor,followup_expert,supervisor_137,unit_head,liaison,upper_manager,office,"
    "inspector,field_officer,crew,district_mayor,center_manager,auditor,finance"
)
PAGE = 20
ZOOMS = range(11)  # of level 0 a pixel is 64 metres, of each further one half of that
WIDEST, CELL = 64.0, 96  # metres of a pixel at level 0; pixels of a cell
WORK, LIST = Audience.parse("role:followup_expert,supervisor_137"), Audience.parse(cases.AUDIENCE)


@audience(WHO)
@require_safe
def city_map(request: HttpRequest) -> HttpResponse:
    """The page: filters, the map (drawn by its script), and beside it the list, which stands without it too."""
    wanted, listed = work_filters.read(request.GET), _list(request)
    told = {
        **listed, "wanted": wanted, "query": wanted.query, "tokens": wanted.tokens(),
        "beyond": work_filters.beyond(wanted, request.viewer), **work_filters.choices(request.viewer, wanted),
        "ground": ground_address(), "fit": _fit(request.viewer, wanted), "list_at": _list_at(request.viewer),
        "approximate": any(d.approximate for d in places.districts()),
        "legend": [(o, word) for o, word in OWNERS.items() if o not in ("plan", "unknown")],
    }  # fmt: skip
    return render(request, "staff/map.html", told)


@audience(WHO)
@require_safe
def map_list(request: HttpRequest) -> HttpResponse:
    """A page of the list beside the map: what lies in the box, newest first."""
    return render(request, "staff/map_list.html", _list(request))


@audience(WHO)
@require_safe
def map_points(request: HttpRequest) -> HttpResponse:
    """What a box of the map shows, in local metres: clusters with whose hands they are in, and single cases."""
    try:
        box, zoom = read_box(request.GET.get("box", "")), read_zoom(request.GET.get("zoom", ""))
    except ValueError:
        return HttpResponseBadRequest("box=west,south,east,north in metres; zoom=0…10", content_type="text/plain")
    wanted, now = work_filters.read(request.GET), access.now()
    seen = wanted.narrow(shown_to(request.viewer), now)
    view = mapped.view(seen, box, cell=CELL * WIDEST / 2**zoom)
    newest = "تازه‌ترین " if view.more else ""
    answer = JsonResponse({
        "n": view.n, "more": view.more,
        "said": f"{newest}{persian_number(view.n)} درخواست در این نما",
        "clusters": [
            {"x": round(c.x), "y": round(c.y), "n": c.n, "hands": c.hands, "hazards": c.hazards,
             "box": [round(c.box.west), round(c.box.south), round(c.box.east), round(c.box.north)]}
            for c in view.clusters
        ],
        "pins": [
            {"x": round(p.x, 1), "y": round(p.y, 1), "code": p.code, "href": reverse("case", args=[p.code]),
             "hands": p.hands, "hazard": p.hazard, "says": _says(p)}
            for p in view.pins
        ],
    })  # fmt: skip
    answer["Cache-Control"] = "private, no-store"
    return answer


@audience("public")
@require_safe
def map_ground(request: HttpRequest) -> HttpResponse:
    """The drawing of the city that stands under the points: shapes and names, the same until the city changes."""
    answer = HttpResponse(
        json.dumps(placeshapes.drawing(), ensure_ascii=False, separators=(",", ":")), content_type="application/json"
    )
    fresh = request.GET.get("v") == str(version.current())
    answer["Cache-Control"] = assets.FOREVER if fresh else "no-cache"
    return answer


def ground_address() -> str:
    """The address of the city's drawing, with the number of its version, so that browsers may keep it."""
    known = version.known()
    return f"{reverse('map_ground')}?v={version.current() if known is None else known}"


def shown_to(viewer: Viewer) -> Any:
    """The cases of this person's map: those of his own list."""
    if holds(viewer, WORK.roles):
        return work.cases_of(viewer)[0]
    return cases.cases_of(viewer)[0] if holds(viewer, LIST.roles) else access.cases_for(viewer)


def read_box(text: str) -> Box | None:
    """west,south,east,north in local metres; None for the whole city (or more); ValueError for anything else."""
    if not text:
        return None
    edges = [float(part) for part in text[:100].split(",")]
    if len(edges) != 4 or not all(math.isfinite(edge) and abs(edge) < 1e7 for edge in edges):
        raise ValueError(text)
    box = Box(*edges)
    if box.west > box.east or box.south > box.north:
        raise ValueError(text)
    return None if box.holds(Box(*placeshapes.edges())) else box


def read_zoom(text: str) -> int:
    """A level of the map; ValueError for anything else."""
    zoom = int(text) if text else ZOOMS[0]
    if zoom not in ZOOMS:
        raise ValueError(text)
    return zoom


def _list(request: HttpRequest) -> dict[str, Any]:
    wanted, now = work_filters.read(request.GET), access.now()
    request.moment = now  # the page's own, so that nothing reads the clock again
    try:
        box = read_box(request.GET.get("box", ""))
    except ValueError:
        box = None
    seen = shown_to(request.viewer)
    here = mapped.within(seen, box) if box else mapped.opened(seen)
    # Open cases are few enough to be narrowed first: their words are then held against them one by one.
    found, more = mapped.page(
        wanted.narrow(here, now), after=cases.key_in(request.GET.get("after", "")), limit=PAGE
    )  # fmt: skip
    kept = request.GET.copy()
    kept.pop("after", None)
    addresses = queries.addresses([case.pk for case in found])
    rows = [_row(case, addresses.get(case.pk, ""), now) for case in found]
    return {"rows": rows, "more": more, "now": now, "kept": kept.urlencode(), "box": box}


def _row(case: Any, address: str, now: datetime) -> dict[str, Any]:
    """A case of the list beside the map: what, where, in whose hands and since when."""
    subject, body = subjects.by_id(case.subject_id), None
    if case.hands in ("unit", "up", "outside") and case.unit_id:
        body = units.by_id(case.unit_id)
    return {
        "code": case.code, "subject": subject.name if subject else "", "hazard": case.hazard, "address": address,
        "hands": case.hands, "word": story.short(body.name) if body else OWNERS[case.hands],
        "lasted": when.lasted((now - case.hands_since).total_seconds()),
    }  # fmt: skip


def _fit(viewer: Viewer, wanted: work_filters.Wanted) -> str:
    """What the map shows first: the district filtered by, else those of the person's rights, else the city."""
    mine = work_filters.areas_of(viewer)
    codes = {wanted.district} if wanted.district else {a.code for one in mine or () if (a := places.area(one))}
    return ",".join(f"{edge:.0f}" for edge in placeshapes.edges_of(codes))


def _list_at(viewer: Viewer) -> str:
    """The address of the person's own list, empty for one whose page takes no such filters."""
    return reverse("work") if holds(viewer, WORK.roles) else reverse("cases") if holds(viewer, LIST.roles) else ""


def _says(pin: mapped.Pin) -> str:
    """A case on the map in a few words."""
    subject = subjects.by_id(pin.subject_id)
    parts = [subject.name if subject else "", STATE_FA[State(pin.state)], f"نزد {OWNERS.get(pin.hands, '')}"]
    return "، ".join([*parts, *(["خطر"] if pin.hazard else [])])
