"""Administration (تنظیم‌ها): where to change what, what waits for the administrator, what was changed last."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from bina.doors.web.admin import words
from bina.doors.web.admin.change import AUDIENCE
from bina.doors.web.admin.fields import Change
from bina.doors.web.audience import audience
from bina.flow.cases import changes
from bina.flow.cases.errors import CaseError, Invalid
from bina.flow.cases.gaps import gaps
from bina.ground.city import installation, planned
from bina.ground.city.people import Viewer
from bina.ground.sla import rolls
from bina.ground.text.digits import persian


def waits(_viewer: Viewer) -> str:
    """What waits for the administrator, for the entrance of a demo."""
    days = rolls.proposed(installation.today())
    return f"{persian(days)} تعطیلی در انتظار تأیید" if days else ""


@audience(AUDIENCE)
@require_safe
def admin(request: HttpRequest) -> HttpResponse:
    """The parts of administration, holes to fill, coming changes and the latest ones."""
    told: dict[str, Any] = {
        "holidays": rolls.proposed(installation.today()),
        "gaps": [gap for gap in gaps(installation.today()) if gap.open],
        "coming": [(row, words.thing(row.what, row.key), said) for row, said in words.planned_lines(planned.coming())
                   if row.what != changes.DEADLINES],
        "latest": [
            (words.thing(t.given["what"], t.given["key"]) if "what" in t.given else "پوشهٔ شهر", entry)
            for t, entry in _with_entries(changes.latest(15))
        ],
    }  # fmt: skip
    return render(request, "admin/hub.html", told)


def _with_entries(told: list[changes.Told]) -> list[tuple[changes.Told, words.Entry]]:
    return list(zip(told, words.entries(told), strict=True))


class Revoke(Change):
    """Only the reason."""


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Takes an ordered change back before its day."""
    row = planned.by_id(number)
    if row is None or row.what == changes.DEADLINES:
        raise Http404("no such order")
    form: forms.Form = Revoke(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actor = f"p:{request.viewer.person_id}"
            changes.revoke(number, actor=actor, why=form.cleaned_data["why"])
            messages.success(request, "سفارش پس گرفته شد.")
            return redirect("admin")
        except Invalid as error:
            form.add_error("why", " ".join(error.errors.values()))
        except CaseError as error:
            form.add_error(None, error.sentence)
    [(_, said)] = words.planned_lines([row])
    told = {"form": form, "row": row, "thing": words.thing(row.what, row.key), "said": said}
    return render(request, "admin/revoke.html", told, status=422 if form.is_bound else 200)
