"""The unit's inbox as a sheet (XLSX, right to left): all of it, or one of its groups."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from bina.doors.web import inbox, inbox_rows, sheets
from bina.doors.web.audience import audience
from bina.doors.web.when import full_day
from bina.flow.cases import access, queries
from bina.flow.work import jobs, queue
from bina.ground.city import installation
from bina.ground.text.jalali import local_day, to_jalali


@audience(inbox.AUDIENCE)
@require_safe
def inbox_sheet(request: HttpRequest) -> HttpResponseBase:
    """The open cases of a person's units in the order of the inbox, each with the marks of its row."""
    viewer, now, only = request.viewer, access.now(), request.GET.get("only", "")
    listed, zone = queue.sorted_for(inbox.cases_of(viewer), now), installation.current().zone
    names = [only] if only in queue.NEEDS else list(queue.NEEDS)
    head = [
        "کارتابل واحد" + (f"، {inbox.NAMES[only]}" if only in queue.NEEDS else ""),
        "، ".join([full_day(now, zone), viewer.name, *inbox.names_of(inbox.units_of(viewer))]),
    ]
    out = io.BytesIO()
    sheets.write(out, head, _cells(listed, names, now))
    out.seek(0)
    day = to_jalali(local_day(now, zone))
    filename = f"bina-inbox-{day.year}-{day.month:02}-{day.day:02}.xlsx"
    response = FileResponse(out, as_attachment=True, filename=filename, content_type=sheets.KIND)
    response.headers["Cache-Control"] = "no-store"
    return response


def _cells(listed: Any, names: list[str], now: datetime) -> Iterator[list[str | int]]:
    """The lines of these groups, read chunk by chunk up to the most that a sheet takes."""
    left = sheets.MOST
    for name in names:
        after: str | None = ""
        while after is not None and left > 0:
            group = queue.one_group(listed, name, after=after, limit=min(sheets.CHUNK, left))
            ids = [case.pk for case in group.cases]
            addresses, open_jobs = queries.addresses(ids), jobs.open_of(ids)
            for case in group.cases:
                yield _line(name, case, addresses.get(case.pk, ""), open_jobs.get(case.pk), now)
            left, after = left - len(ids), group.more


def _line(name: str, case: Any, address: str, job: Any, now: datetime) -> list[str | int]:
    """The cells of one case: those of every list, with the inbox's own group and marks."""
    case.need = ""
    cells = sheets.line(case, address, now)
    cells[1], cells[-1] = inbox.NAMES[name], "، ".join(inbox_rows.words_of(name, case, job, now))
    return cells
