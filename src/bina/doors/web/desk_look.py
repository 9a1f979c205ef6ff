"""What the desk looks up while the operator types: places, subjects with their questions, answers, cases near by."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bina.doors.web import when
from bina.doors.web.audience import audience
from bina.doors.web.desk import DESK, asked
from bina.flow.cases import access, callers
from bina.flow.cases.contacts import REASONS
from bina.flow.cases.moves import STATE_FA
from bina.ground.catalogue import bank, subjects
from bina.ground.city import gazetteer, places, units
from bina.ground.text.digits import latin, persian
from bina.ground.text.letters import search_fold

LISTED = 7
EXACT_METRES, NAMED_METRES = 100, 400  # around a point on the map; around the point that stands for a street
NUMBERED = ("street", "boulevard", "alley_root", "neighbourhood")
KIND_FA = {
    "street": "خیابان", "boulevard": "بولوار", "square": "میدان", "landmark": "نشانه", "neighbourhood": "محله",
    "alley_root": "کوچه‌های شماره‌دار", "district": "منطقه", "subdistrict": "ناحیه",
}  # fmt: skip
_END = re.compile(r"[،,؛]")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?:/\d{1,3})?(?!\d)")


@audience(DESK)
@require_safe
def look(request: HttpRequest, what: str) -> HttpResponse:
    """One of the lists, or a piece of the page."""
    wanted = _KINDS.get(what)
    if wanted is None:
        raise Http404(what)
    return wanted(request)


def _places(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:200]
    place, rest = _parted(text)
    number = _NUMBER.search(latin(place))
    items = []
    for hit in _hits(place, number):
        where = places.locate(hit.lat_e6, hit.lon_e6)
        alley = number is not None and hit.kind in NUMBERED and number[0] not in latin(hit.name).split()
        label = f"{hit.name} {persian(number[0])}" if number and alley else hit.name
        lies = [where.district.name, where.neighbourhood.name if where.neighbourhood else ""] if where else []
        item = {
            "value": label + rest, "label": label, "note": "، ".join([KIND_FA[hit.kind], *filter(None, lies)]),
            "district": where.district.code if where else "",
        }  # fmt: skip
        if not hit.approximate and hit.kind in ("landmark", "square"):
            item |= {"lat": f"{hit.lat_e6 / 1e6:.6f}", "lon": f"{hit.lon_e6 / 1e6:.6f}"}
        items.append(item)
    return JsonResponse({"items": items})


def _hits(place: str, number: re.Match[str] | None, limit: int = LISTED) -> list[gazetteer.PlaceHit]:
    """Places of this name; of «طبرسی ۱۲» the name alone, since the number says which alley."""
    if number is not None:
        bare = f"{place[: number.start()]} {place[number.end() :]}"
        if set(search_fold(bare).split()) - {search_fold(kind) for kind in gazetteer.KINDS_SAID}:
            return gazetteer.find(bare, limit)
    return gazetteer.find(place, limit)


def _parted(text: str) -> tuple[str, str]:
    """«طبرسی ۱۲، روبه‌روی نانوایی» in the place and the rest, its comma first."""
    end = _END.search(text)
    return (text[: end.start()], text[end.start() :]) if end else (text, "")


def _subjects(request: HttpRequest) -> HttpResponse:
    items = []
    for row in subjects.find(request.GET.get("q", "")[:400], LISTED):
        hours = f"{when.lasted(row.deadline_seconds)} {'کاری' if row.deadline_clock == 'working' else 'شبانه‌روزی'}"
        owner = units.by_code(row.owner_code)
        note = "، ".join(filter(None, [owner.name if owner else "", f"مهلت {hours}"]))
        items.append({"value": row.code, "label": row.name, "note": note, "hazard": row.hazard})
    return JsonResponse({"items": items})


def _bank(request: HttpRequest) -> HttpResponse:
    rows = bank.find(request.GET.get("q", "")[:200], LISTED)
    items = [{"value": r.code, "label": r.title, "note": r.owner, "body": r.body} for r in rows]
    return JsonResponse({"items": items})


def _questions(request: HttpRequest) -> HttpResponse:
    code = request.GET.get("subject", "")[:40]
    return render(
        request, "desk/questions.html", {"questions": asked(code, request.GET), "chosen": subjects.by_code(code)}
    )


def _near(request: HttpRequest) -> HttpResponse:
    given = request.GET
    place, _ = _parted(given.get("address", "")[:200])
    subject = subjects.by_code(given.get("subject", "")[:40])
    point, within = None, EXACT_METRES
    if given.get("lat") and given.get("lon"):
        try:
            spot = places.check_point(given["lat"], given["lon"])
            point = places.metres(spot.lat_e6, spot.lon_e6)
        except places.WrongPlace:
            point = None
    if point is None and place.strip():
        hits = [h for h in _hits(place, _NUMBER.search(latin(place)), 1) if h.kind not in ("district", "subdistrict")]
        if hits:
            point, within = places.metres(hits[0].lat_e6, hits[0].lon_e6), NAMED_METRES
    now = access.now()
    found = callers.near_by(
        access.cases_for(request.viewer), text=place, point=point, within=within,
        subject_id=subject.id if subject else None,
    )  # fmt: skip
    listed = [_likely(n, near, now, exact=within == EXACT_METRES) for n, near in enumerate(found, 1)]
    return render(
        request, "desk/near.html", {"near": listed, "reasons": REASONS, "asked": bool(place.strip() or point)}
    )


def _likely(n: int, near: callers.Near, now: Any, *, exact: bool) -> dict[str, Any]:
    """An open case with what speaks for and against its being the same."""
    subject = subjects.by_id(near.case.subject_id)
    why = []
    if near.metres is not None:
        about = "" if exact else "نزدیک نام آن جا، "
        why.append((True, f"{about}{persian(near.metres)} متر"))
    if near.named:
        why.append((True, "همین نام در نشانی یا شرح"))
    why.append((near.same_subject, "همین موضوع" if near.same_subject else "موضوع دیگر"))
    age = (now - near.case.registered_at).total_seconds()
    why.append((True, f"{when.lasted(age)} پیش"))
    return {
        "n": str(n), "case": near.case, "subject": subject.name if subject else "", "address": near.address, "why": why,
        "state": STATE_FA[near.case.state],
    }  # fmt: skip


_KINDS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "places": _places, "subjects": _subjects, "answers": _bank, "questions": _questions, "near": _near,
}  # fmt: skip
