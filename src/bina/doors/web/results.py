"""Results to check (نتیجه برای کنترل): what was asked beside what the unit answers and shows, one after the other."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bina.doors.web import deeds
from bina.doors.web.audience import audience
from bina.doors.web.listing import rows
from bina.doors.web.work import cases_of
from bina.flow.cases import access, queries, worklist
from bina.flow.cases.moves import FINDINGS
from bina.ground.city import units

PAGE = 10


@audience("role:followup_expert,supervisor_137")
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Reported and not yet checked, the oldest first; each with its two ways on."""
    viewer, now = request.viewer, access.now()
    cases, of = cases_of(viewer)
    group = worklist.one_group(
        worklist.for_desk(cases, now), "results", after=request.GET.get("after", ""), limit=PAGE
    )  # fmt: skip
    return render(request, "staff/results.html", {"group": group, "of": of, "cards": cards(group.cases, viewer, now)})


def cards(cases: list[Any], viewer: Any, now: Any) -> list[dict[str, Any]]:
    """Each case with the citizen's words, the unit's words, the photos of before and after, and the verbs possible."""
    ids = [case.pk for case in cases]
    said, answers = queries.first_words(ids), queries.last_said(ids, "report")
    pictures = queries.photos_of(ids)
    shown = []
    for row in rows(cases, now):
        case, unit = row.case, units.by_id(row.case.unit_id or 0)
        shown.append({
            "row": row, "said": said.get(case.pk, ""), "answer": answers.get(case.pk, ""),
            "finding": FINDINGS.get(case.finding or "", ""), "unit": unit.name if unit else "",
            "before": [p for p in pictures[case.pk] if p["stage"] != "after"],
            "after": [p for p in pictures[case.pk] if p["stage"] == "after"],
            "can": deeds.possible(case, access.hats(viewer, case)),
        })  # fmt: skip
    return shown
