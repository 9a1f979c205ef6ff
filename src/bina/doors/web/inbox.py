"""The unit's inbox (کارتابل واحد): what was referred to us, what is late, what came back and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web import deeds
from bina.doors.web.audience import audience
from bina.doors.web.intake import key_of
from bina.doors.web.listing import Row, rows
from bina.flow.cases import access, queries, worklist
from bina.flow.cases.errors import CaseError
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.waiting import holds
from bina.ground.city import units
from bina.ground.city.people import Viewer
from bina.ground.text.digits import persian

EACH, PAGE = 20, 40
NAMES = {
    "asked": "از شما پرسیده‌اند", "referred": "ارجاع‌شده، هنوز نپذیرفته", "sent_back": "نتیجه برگشت خورده",
    "late": "خارج از مهلت", "risk": "در معرض تأخیر", "accepted": "در دست اقدام", "waiting": "در انتظار رفع مانع",
    "reported": "نتیجه اعلام شد",
}  # fmt: skip
SAYS = {
    "asked": "پاسخ استعلام، یا تأیید و رد مانعی که نام شما را دارد",
    "referred": "بپذیرید، یا بگویید با کدام واحد است", "sent_back": "آنچه کم است کامل کنید",
    "late": "مهلت گذشته است", "risk": "تا یک روز دیگر", "accepted": "به ترتیب مهلت",
    "waiting": "بازبینی را فراموش نکنید", "reported": "۱۳۷ آن را می‌سنجد و از شهروند می‌پرسد",
}  # fmt: skip
# What a row offers, in this order.
VERBS = ("hold_attested", "hold_contested", "side_answered", "accept", "release", "hold_renewed", "report", "hold",
         "return")  # fmt: skip
SHORT = {"report": "اعلام نتیجه", "hold": "ثبت مانع"}
AUDIENCE = "role:unit_head,liaison,upper_manager,office"


def cases_of(viewer: Viewer) -> tuple[Any, list[str]]:
    """The cases that are in the hands of a person's units, and those units in words."""
    mine = {right.unit_id for right in viewer.rights if right.unit_id}
    named = [unit.name for one in sorted(mine) if (unit := units.by_id(one))]
    return access.cases_for(viewer).filter(unit_id__in=mine), named


def asked(viewer: Viewer) -> list[worklist.Group]:
    """The cases in others' hands that ask something of a person's units: a question, or the word on a hold."""
    mine = {right.unit_id for right in viewer.rights if right.unit_id}
    ids = {*queries.side_asked(mine), *holds.asked_of(mine)}
    open_cases = access.cases_for(viewer).filter(pk__in=ids).exclude(state="closed").exclude(unit_id__in=mine)
    found = list(open_cases.order_by("id")) if ids else []
    return [worklist.Group("asked", len(found), found)] if found else []


def waits(viewer: Viewer) -> str:
    """What waits for a person, for the entrance of a demo."""
    new = cases_of(viewer)[0].filter(state="referred").count()
    return f"{persian(new)} درخواست هنوز پذیرفته نشده است" if new else ""


@audience(AUDIENCE)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """All groups of the unit's open cases, or one of them page by page."""
    viewer, now = request.viewer, access.now()
    cases, of = cases_of(viewer)
    listed, only = worklist.for_unit(cases, now), request.GET.get("only", "")
    if only in worklist.UNIT:
        one = worklist.one_group(listed, only, after=request.GET.get("after", ""), limit=PAGE)
        groups = [one] if one.count else []
    else:
        groups = worklist.groups(listed, worklist.UNIT, each=EACH)
        groups = [*asked(viewer), *groups]
    shown = {row.case.pk: row for row in rows([case for group in groups for case in group.cases], now)}
    returned = [case.pk for group in groups if group.name == "sent_back" for case in group.cases]
    told = {
        "of": of, "now": now, "only": only if only in NAMES else "",
        "missing": queries.last_said(returned, "send_back") if returned else {},
        "groups": [
            (g, NAMES[g.name], SAYS[g.name], [(shown[c.pk], _verbs(shown[c.pk], viewer)) for c in g.cases])
            for g in groups
        ],
    }  # fmt: skip
    return render(request, "staff/inbox.html", _with_why(told))


def _verbs(row: Row, viewer: Viewer) -> list[tuple[str, str]]:
    can = deeds.possible(row.case, access.hats(viewer, row.case))
    return [(verb, SHORT.get(verb, deeds.name(verb))) for verb in VERBS if verb in can][:3]


def _with_why(told: dict[str, Any]) -> dict[str, Any]:
    """Puts beside each row why its result was sent back."""
    missing = told.pop("missing")
    told["groups"] = [
        (g, name, says, [(row, verbs, missing.get(row.case.pk, "")) for row, verbs in lines])
        for g, name, says, lines in told["groups"]
    ]
    return told


@audience(AUDIENCE)
@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Accepts all that were picked, each by itself: one that cannot be accepted stops no other."""
    viewer = request.viewer
    key, done = key_of(request), 0
    for picked in request.POST.getlist("pick")[:100]:
        code, _, seq = picked.partition(":")
        try:
            found = access.case_for(viewer, code)
            one = Key(key.scope, f"{key.key}:{found.pk}"[:200], key.route, key.body)
            by = deeds.hat("accept", found, access.hats(viewer, found))
            record(found.pk, "accept", by=by, actor=f"p:{viewer.person_id}", channel="desk", key=one,
                   seq=int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 10 else None)  # fmt: skip
            done += 1
        except CaseError as error:
            messages.error(request, f"{persian(code[:20])}: {error.sentence}")
    messages.success(request, f"{persian(done)} درخواست پذیرفته شد." if done else "چیزی برگزیده نشد یا پذیرفته نشد.")
    return redirect("inbox")
