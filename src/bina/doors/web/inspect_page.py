"""The inspector's pages on a phone: what is to be seen today, and one inspection with its defects and photos."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from bina.doors.web import case_cards
from bina.doors.web.audience import audience
from bina.doors.web.inspect_form import Inspection
from bina.doors.web.intake import key_of, merge_errors, seq_of
from bina.flow.cases import access, dossier, queries, worklist
from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed, Refused, Stale
from bina.flow.cases.moves import FINDINGS, By, State
from bina.flow.quality import inspections
from bina.ground.catalogue import subjects
from bina.ground.city import places
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.digits import persian

INSPECTOR = "role:inspector"
PAGE = 40


def cases_of(viewer: Viewer) -> Any:
    """What waits for an inspector of these districts, the oldest result first."""
    areas = {right.area_id for right in viewer.rights if right.role == Role.INSPECTOR}
    cases = access.cases_for(viewer)
    return inspections.waiting(cases if None in areas else cases.filter(district_id__in=areas))


def waits(viewer: Viewer) -> str:
    """What waits for a person, for the entrance of a demo."""
    count = cases_of(viewer).count()
    return f"{persian(count)} کار برای بازرسی" if count else ""


@audience(INSPECTOR)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The list of today, by neighbourhood, so that one way leads past several."""
    now = access.now()
    request.moment = now
    listed = cases_of(request.viewer)
    found, more = worklist.page(listed, after=request.GET.get("after", ""), limit=PAGE)
    ids = [case.pk for case in found]
    addresses, said = queries.addresses(ids), queries.first_words(ids)
    groups: dict[str, list[dict[str, Any]]] = {}
    for case in found:
        subject = subjects.by_id(case.subject_id)
        groups.setdefault(_area(case), []).append({
            "case": case, "subject": subject.name if subject else "", "address": addresses.get(case.pk, ""),
            "said": said.get(case.pk, ""), "finding": FINDINGS.get(case.finding or "", ""),
            "point": _point(case),
        })  # fmt: skip
    told = {"groups": sorted(groups.items()), "count": len(found), "more": more, "now": now}
    return render(request, "staff/inspect.html", told)


def _area(case: Any) -> str:
    names = [places.area(one) for one in (case.district_id, case.neighbourhood_id or case.subdistrict_id) if one]
    return "، ".join(area.name for area in names if area) or "بی‌نشانی"


def _point(case: Any) -> str:
    """Latitude and longitude for the telephone's own map; empty without a point."""
    return f"{case.lat_e6 / 1e6:.6f},{case.lon_e6 / 1e6:.6f}" if case.lat_e6 is not None else ""


@audience(INSPECTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One inspection: what was asked, what the unit says and shows; what the inspector sees. Not who did the work."""
    found = access.case_for(request.viewer, code)
    if By.INSPECTOR not in access.hats(request.viewer, found):
        if found.state == State.REPORTED or request.method != "POST":
            raise NotAllowed("این کار اکنون در انتظار بازرسی نیست.")
        return _over(request, found)
    form = Inspection(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _page(request, found, form)
    status = 422
    try:
        if form.is_valid():
            seen = seq_of(request.POST.get("seq", ""))
            inspections.inspect(
                found.pk, **form.given(request.FILES), actor=f"p:{request.viewer.person_id}", channel="field",
                seq=found.seq if seen is None else seen, key=key_of(request),
            )  # fmt: skip
            done = "کار پذیرفته شد" if form.cleaned_data["verdict"] == "passed" else "کار به واحد برگشت"
            messages.success(request, f"بازرسی ثبت شد؛ {done}.")
            return redirect("inspect")
    except Invalid as error:
        merge_errors(form, Invalid({"kind_1" if name == "defects" else name: s for name, s in error.errors.items()}))
    except Stale as error:
        status = 409
        form.add_error(None, error.sentence)
    except (Refused, KeyReused) as error:
        form.add_error(None, error.sentence)
    return _page(request, access.case_for(request.viewer, code), form, status=status)


def _over(request: HttpRequest, found: Any) -> HttpResponse:
    """The same sending again, or somebody was faster: it leads back to the list, which shows what is left."""
    messages.info(request, "این کار دیگر در انتظار بازرسی نیست.")
    return redirect("inspect")


def _page(request: HttpRequest, found: Any, form: Inspection, *, status: int = 200) -> HttpResponse:
    told = dossier.of_case(found.pk)
    request.moment = told.now
    before, after = case_cards.pictures(found, told.photos)
    reported = next((e for e in reversed(told.entries) if e.verb == "report"), None)
    ordered = next((e for e in reversed(told.entries) if e.seq == found.more.get("inspection")), None)
    subject, why = subjects.by_id(found.subject_id), ordered.given.get("why", "") if ordered else ""
    shown = {
        "case": found, "form": form, "now": told.now, "subject": subject.name if subject else "",
        "address": told.address, "area": _area(found), "point": _point(found),
        "said": told.contacts[0]["words"] if told.contacts else "", "before": before, "after": after,
        "finding": FINDINGS.get(found.finding or "", ""), "answer": reported.words if reported else "",
        "why": inspections.REASONS.get("second_dispute" if ordered and ordered.verb == "dispute" else why, ""),
        "again": [c["words"] for c in told.contacts[1:] if c["words"] and not c["withdrawn_at"]][-2:],
    }  # fmt: skip
    return render(request, "staff/inspection.html", shown, status=status)
