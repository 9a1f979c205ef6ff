"""The unit's inbox (کارتابل واحد): what came back, what is new, what is late, what the crews have, what waits."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bina.doors.web import inbox_rows
from bina.doors.web.audience import audience
from bina.doors.web.day_words import days_ahead, next_day
from bina.flow.cases import access, queries
from bina.flow.waiting import holds
from bina.flow.work import queue
from bina.flow.work.jobs import JobRow
from bina.ground.city import crews, units
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.digits import persian

EACH, ROOM, PAGE = 12, 40, 40  # of a group at once; of all groups at once; of one group alone
NAMES = {
    "asked": "از شما پرسیده‌اند", "referred": "تازه، هنوز نپذیرفته", "sent_back": "نتیجه برگشت خورده",
    "late": "خارج از مهلت", "today": "مهلت امروز", "accepted": "در دست اقدام، بی‌اکیپ", "crews": "با اکیپ‌ها",
    "waiting": "در انتظار رفع مانع", "reported": "نتیجه اعلام شد",
}  # fmt: skip
SAYS = {
    "asked": "پاسخ استعلام، یا تأیید و رد مانعی که نام شما را دارد",
    "referred": "بپذیرید، یا بگویید با کدام واحد است", "sent_back": "آنچه کم است کامل کنید",
    "late": "مهلت یا وعده به شهروند گذشته است", "today": "مهلت یا وعده تا پایان امروز است",
    "accepted": "به ترتیب مهلت؛ به اکیپ بدهید", "crews": "کاری از شما نمی‌خواهد تا نتیجه برسد",
    "waiting": "بازبینی را فراموش نکنید", "reported": "۱۳۷ آن را می‌سنجد و از شهروند می‌پرسد",
}  # fmt: skip
CHIPS = {"sent_back": "chip-risk", "late": "chip-bad", "today": "chip-risk", "asked": "chip-info"}
AUDIENCE = "role:unit_head,liaison,upper_manager,office"
ROLES = frozenset({Role.UNIT_HEAD, Role.LIAISON, Role.UPPER_MANAGER, Role.OFFICE})
DONE = "inbox_done"  # session key: what came of an act on many, shown once


def units_of(viewer: Viewer, roles: frozenset[Role] = ROLES) -> list[int]:
    """The units whose inbox a person keeps, or in which he has one of these other roles."""
    return sorted({right.unit_id for right in viewer.rights if right.unit_id and right.role in roles})


def cases_of(viewer: Viewer) -> Any:
    """The cases that are in the hands of a person's units."""
    return access.cases_for(viewer).filter(unit_id__in=units_of(viewer))


def asked(viewer: Viewer) -> Any:
    """The cases in others' hands that ask something of a person's units, a question or the word on a hold."""
    mine = units_of(viewer)
    ids = {*queries.side_asked(mine), *holds.asked_of(mine)}
    return access.cases_for(viewer).filter(pk__in=ids).exclude(state="closed").exclude(unit_id__in=mine)


def waits(viewer: Viewer) -> str:
    """What waits for a person, for the entrance of a demo."""
    new = cases_of(viewer).filter(state="referred").count()
    return f"{persian(new)} درخواست هنوز پذیرفته نشده است" if new else ""


@audience(AUDIENCE)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """All groups of the unit's open cases, or one of them page by page; twelve statements at most."""
    viewer, now = request.viewer, access.now()
    request.moment = now
    mine, only = units_of(viewer), request.GET.get("only", "")
    listed = queue.asked_alone(asked(viewer)) if only == "asked" else queue.sorted_for(cases_of(viewer), now)
    if only in NAMES:
        one = queue.one_group(listed, only, after=request.GET.get("after", ""), limit=PAGE)
        groups = [one] if one.count else []
    else:
        groups = queue.overview(listed, each=EACH, room=ROOM, asked=asked(viewer))
    lines, today = inbox_rows.lines({g.name: g.cases for g in groups}, viewer, now, mine)
    told = {
        "now": now, "only": only if only in NAMES else "", "of": names_of(mine),
        "groups": [(g, NAMES[g.name], SAYS[g.name], CHIPS.get(g.name, "chip-line"), lines[g.name]) for g in groups],
        "crews": crews_today(mine, today), "days": days_ahead(now), "day": next_day(now),
        "picks": any(line.pick for group in lines.values() for line in group),
        "accepts": any(g.name == "referred" for g in groups), "done": request.session.pop(DONE, None),
    }  # fmt: skip
    return render(request, "staff/inbox.html", told)


def names_of(unit_ids: list[int]) -> list[str]:
    """The units in words."""
    return [unit.name for one in unit_ids if (unit := units.by_id(one))]


def crews_today(unit_ids: list[int], today: list[JobRow]) -> list[dict[str, Any]]:
    """Each crew of the units with what it has in hand today."""
    rows = []
    for crew in crews.of_units(unit_ids):
        mine = [job for job in today if job.crew_id == crew.id]
        rows.append({"crew": crew, "open": len(mine), "started": sum(job.state == "started" for job in mine)})
    return rows
