"""The day list (برگهٔ کار روز): what each crew has for a day, on the screen and on A4 paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from bina.doors.web import day_words, inbox
from bina.doors.web.audience import audience
from bina.doors.web.inbox_rows import SAID
from bina.flow.cases import access, queries
from bina.flow.work import jobs, queue, results
from bina.flow.work.jobs import JobRow
from bina.ground.catalogue import subjects
from bina.ground.city import crews, installation, places
from bina.ground.city.crews import CrewRow
from bina.ground.city.people import Viewer
from bina.ground.text.jalali import format_date, local_day
from bina.ground.text.phones import left_out

FAR = 60  # days back and ahead that a list can be asked for
WORDS = 160  # letters of the citizen's words on paper


@audience(inbox.AUDIENCE)
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """The jobs of one crew, or of all, for one day."""
    told = _asked(request)
    return render(request, "staff/day.html", told)


@audience(inbox.AUDIENCE)
@require_safe
def day_print(request: HttpRequest) -> HttpResponse:
    """The same on paper: a sheet for each crew, with a QR and the boxes that come back filled in by hand."""
    told = _asked(request, paper=True)
    told["findings"] = list(results.BROUGHT.values())
    return render(request, "staff/day_print.html", told)


def _asked(request: HttpRequest, *, paper: bool = False) -> dict[str, Any]:
    viewer, now = request.viewer, access.now()
    today = local_day(now, installation.current().zone)
    wanted = read_day(request.GET.get("day", ""), today)
    mine = inbox.units_of(viewer)
    own = crews.of_units(mine)
    chosen = next((crew for crew in own if crew.code == request.GET.get("crew", "")), None)
    found = jobs.of_day(mine, now, days=(wanted - today).days)
    rows = rows_of(found, viewer, now, address=request.build_absolute_uri if paper else None)
    listed = [chosen] if chosen else [*own, *_others(rows, own)]
    sheets = [(crew, of_crew) for crew in listed if (of_crew := rows.get(crew.id, [])) or chosen or not paper]
    return {
        "now": now, "day": wanted, "words": day_words.words(wanted, today), "full": format_date(wanted, weekday=True),
        "before": (wanted - timedelta(days=1)).isoformat(), "after": (wanted + timedelta(days=1)).isoformat(),
        "crew": chosen, "crews": own, "sheets": sheets, "of": inbox.names_of(mine), "iso": wanted.isoformat(),
        "total": sum(len(of_crew) for _crew, of_crew in sheets),
    }  # fmt: skip


def _others(rows: dict[int, Any], own: Sequence[CrewRow]) -> list[CrewRow]:
    """Crews that have work and are not among the units' crews any more, and the work that nobody has."""
    known = {crew.id for crew in own}
    ended = [crew for one in sorted(rows) if one and one not in known and (crew := crews.by_id(one))]
    nobody = CrewRow(0, "", 0, "بی‌اکیپ", False, date.min, None)
    return [*ended, nobody] if 0 in rows else ended


def read_day(text: str, today: date) -> date:
    """The day of an address, today for any that is none or too far away."""
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return today
    return wanted if abs((wanted - today).days) <= FAR else today


def rows_of(
    found: Sequence[JobRow], viewer: Viewer, now: datetime, *, address: Any = None
) -> dict[int, list[dict[str, Any]]]:
    """The jobs by crew with what a list shows of their cases; those that a viewer may not see are left out.

    Four statements; `address` makes an absolute address of a path, and asks for the QR of each job with it.
    """
    ids = list({job.case_id for job in found})
    cases = {case.pk: case for case in access.cases_for(viewer).filter(pk__in=ids)} if ids else {}
    addresses, said = queries.addresses(ids), queries.first_words(ids) if ids else {}
    asked = queue.last_said(ids)
    out: dict[int, list[dict[str, Any]]] = {}
    for job in found:
        case = cases.get(job.case_id)
        if case is None:
            continue
        subject, area = subjects.by_id(case.subject_id), places.area(case.neighbourhood_id or 0)
        order = asked.get(case.pk)
        mine = out.setdefault(job.crew_id or 0, [])
        mine.append({
            "job": job, "case": case, "subject": subject.name if subject else "",
            "address": without_numbers(addresses.get(case.pk, "")), "area": area.name if area else "",
            "said": without_numbers(said.get(case.pk, ""))[:WORDS],
            "order": without_numbers(order.words) if order else "", "by": SAID[order.verb] if order else "",
            "kind": jobs.KINDS[job.kind], "state": jobs.STATES[job.state],
            "open": job.state in jobs.OPEN,
            "late": job.state in jobs.OPEN and job.plan_at is not None and job.plan_at < now,
            "qr": qr(address(f"/crew/{case.code}")) if address else "", "number": len(mine) + 1,
        })  # fmt: skip
    return out


def without_numbers(words: str) -> str:
    """Words on one line without anybody's number in them: whoever reads paper is not to have it."""
    return left_out(" ".join(words.split()))


def qr(text: str) -> SafeString:
    """A QR code as inline SVG, dark on its own white ground."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=2))
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" aria-hidden="true" focusable="false"><path fill="#fff" d="M0 0h{}v{}H0z"/>'
        '<path d="{}"/></svg>',
        len(rows), len(rows), len(rows), len(rows), path,
    )  # fmt: skip
