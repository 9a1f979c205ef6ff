"""Results to check (نتیجه برای کنترل): what was asked beside what the unit answers and shows, one after the other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bina.config import config
from bina.doors.web import deeds, work_filters
from bina.doors.web.audience import audience
from bina.doors.web.work import AUDIENCE, head, listed_for, moment
from bina.doors.web.work_words import stands
from bina.flow.cases import access, queries, worklist
from bina.flow.cases.contacts import REASONS
from bina.flow.cases.moves import FINDINGS
from bina.ground.catalogue import subjects
from bina.ground.city import units
from bina.ground.city.people import Viewer

PAGE = 10
CHECKS = {"all": "همهٔ نتیجه‌های این موضوع دیده می‌شود", "sample": "به قید نمونه"}


@audience(AUDIENCE)
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Reported and not yet checked, the oldest first; each with its two ways on."""
    viewer, now = request.viewer, moment(request)
    wanted = work_filters.read(request.GET)
    listed, of = listed_for(viewer, wanted, now)
    group = worklist.one_group(listed, "results", after=request.GET.get("after", ""), limit=PAGE)
    told = {"group": group, "of": of, "now": now, "cards": cards(group.cases, viewer, now),
            "share": config().check_share}  # fmt: skip
    return render(request, "staff/results.html", told | head(request, wanted))


def cards(cases: list[Any], viewer: Viewer, now: Any) -> list[dict[str, Any]]:
    """Each case with the citizen's words, the unit's words, the photos of before and after, and the verbs possible.

    Four statements whatever their number, one more when a result had been sent back before.
    """
    ids = [case.pk for case in cases]
    if not ids:
        return []
    said, answers = queries.first_words(ids), queries.last_said(ids, "report")
    pictures, addresses = queries.photos_of(ids), queries.addresses(ids)
    again = [case.pk for case in cases if case.send_backs]
    lacked = queries.last_said(again, "send_back") if again else {}
    shown = []
    for case in cases:
        unit, subject = units.by_id(case.unit_id or 0), subjects.by_id(case.subject_id)
        reason = (case.more.get("last_recontact") or (0, None))[1]
        shown.append({
            "case": case, "subject": subject.name if subject else "", "address": addresses.get(case.pk, ""),
            "said": said.get(case.pk, ""), "answer": answers.get(case.pk, ""), "lacked": lacked.get(case.pk, ""),
            "finding": FINDINGS.get(case.finding or "", ""), "unit": unit.name if unit else "",
            "reason": REASONS.get(reason or "", ""), "stands": stands(case, now),
            "check": CHECKS.get(subject.check_results if subject else "", ""),
            "before": [p for p in pictures[case.pk] if p["stage"] != "after"],
            "after": [p for p in pictures[case.pk] if p["stage"] == "after"],
            "can": deeds.possible(case, access.hats(viewer, case)),
        })  # fmt: skip
    return shown
