"""Acts on what was ticked in the inbox: accept, give to a crew; each by itself, a sentence for each that did not go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bina.doors.web import deeds, inbox
from bina.doors.web.audience import audience
from bina.doors.web.case_fields import pick
from bina.doors.web.day_words import PlanDay, days_ahead, next_day
from bina.doors.web.intake import key_of, seq_of
from bina.flow.cases import access, queries
from bina.flow.cases.errors import CaseError, NotAllowed
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.work import jobs
from bina.ground.catalogue import subjects
from bina.ground.city import crews
from bina.ground.city.people import Viewer
from bina.ground.text.codes import is_code
from bina.ground.text.digits import persian

MANY = 100  # cases at once


@dataclass(frozen=True, slots=True)
class Picked:
    """One case that was ticked: its code, the last event that stood on the page, the key of its own act."""

    code: str
    seq: int | None
    key: Key

    def done(self, viewer: Viewer, verb: str, act: Callable[[Any, dict[str, Any]], Any]) -> None:
        """Does the act on the case in the viewer's own capacity; raises the refusal with its sentence."""
        found = access.case_for(viewer, self.code)
        by = deeds.hat(verb, found, access.hats(viewer, found)) if verb in deeds.FORMS else _unit(viewer, found)
        key = key_for(self.key, found.pk)
        how = {"by": by, "actor": f"p:{viewer.person_id}", "channel": "desk", "seq": self.seq, "key": key}
        act(found, how)


def key_for(key: Key, case_id: int) -> Key:
    """The key of one of many: the form's own with the case."""
    return Key(key.scope, f"{key.key}:{case_id}"[:180], key.route, key.body)


def picked(request: HttpRequest) -> list[Picked]:
    """What was ticked, each once, at most MANY."""
    return _picked(request, request.POST.getlist("pick")[:MANY])


def _picked(request: HttpRequest, values: list[str]) -> list[Picked]:
    key = key_of(request)
    found: dict[str, Picked] = {}
    for value in values:
        code, _, seq = value.partition(":")
        found.setdefault(code, Picked(code, seq_of(seq), key))
    return list(found.values())


def _unit(viewer: Viewer, found: Any) -> By:
    """Head or liaison of the unit that has the case; NotAllowed for anybody else."""
    return access.hat_for(viewer, found, (By.UNIT, By.LIAISON))


def carry_out(
    request: HttpRequest, ticked: list[Picked], verb: str, words: str, act: Callable[[Any, dict[str, Any]], Any]
) -> None:
    """Does the act on each and leaves what came of it for the next page: how many went, and why each other did not."""
    viewer, went, stuck = request.viewer, 0, []
    for one in ticked:
        try:
            one.done(viewer, verb, act)
            went += 1
        except CaseError as error:
            stuck.append({"code": one.code[:40], "why": error.sentence})
    request.session[inbox.DONE] = {
        "words": f"{persian(went)} درخواست {words}" if went else "", "stuck": stuck,
        "none": "" if ticked else "چیزی برگزیده نشد؛ کنار درخواست‌ها را نشان بزنید.",
    }  # fmt: skip


@audience(inbox.AUDIENCE)
@require_POST
def accept(request: HttpRequest) -> HttpResponse:
    """Accepts all that were ticked, or the one whose own button was pressed."""
    one = request.POST.get("one", "")
    ticked = _picked(request, [one]) if one else picked(request)
    carry_out(request, ticked, "accept", "پذیرفته شد.", lambda found, how: record(found.pk, "accept", **how))
    return redirect("inbox")


class Give(forms.Form):
    """To which crew, for which day, to do what."""

    crew = forms.ChoiceField(label="به کدام اکیپ؟", widget=forms.RadioSelect)
    day = PlanDay(label="برای چه روزی؟")
    kind = pick("چه کاری؟", jobs.KINDS)

    def __init__(self, *args: Any, unit_ids: list[int], now: Any, **given: Any) -> None:
        super().__init__(*args, auto_id="give-%s", **given)
        self.fields["crew"].choices = [(crew.code, crew.name) for crew in crews.of_units(unit_ids)]
        self.fields["crew"].error_messages["required"] = "اکیپ را برگزینید."
        self.fields["day"].choices = days_ahead(now)
        self.fields["kind"].choices = list(jobs.KINDS.items())


@audience(inbox.AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def crew(request: HttpRequest) -> HttpResponse:
    """Gives what was ticked to a crew for a day; without a crew yet, asks for it beside the list of what was ticked."""
    now, mine = access.now(), inbox.units_of(request.viewer)
    if request.method != "POST":
        codes = request.GET.getlist("pick")[:MANY]
        form = Give(unit_ids=mine, now=now, initial={"kind": "work", "day": next_day(now)})
        return _ask(request, codes, form, mine)
    ticked = picked(request)
    form = Give(request.POST, unit_ids=mine, now=now)
    if not ticked:
        carry_out(request, [], "", "", lambda found, how: None)
        return redirect("inbox")
    if not request.POST.get("crew"):
        first = Give(unit_ids=mine, now=now, initial={name: request.POST.get(name, "") for name in ("day", "kind")})
        return _ask(request, [one.code for one in ticked], first, mine)
    if not form.is_valid():
        return _ask(request, [one.code for one in ticked], form, mine, status=422)
    given = form.cleaned_data
    chosen = crews.by_code(given["crew"])
    name = chosen.name if chosen else ""

    def act(found: Any, how: dict[str, Any]) -> None:
        if found.unit_id not in mine:
            raise NotAllowed("این درخواست نزد واحد شما نیست.")
        jobs.give(found.pk, accepts=found.state == "referred", unit_id=found.unit_id, crew=given["crew"],
                  plan_at=given["day"], kind=given["kind"], **how)  # fmt: skip

    carry_out(request, ticked, "", f"به «{name}» داده شد.", act)
    return redirect("inbox")


def _ask(request: HttpRequest, codes: list[str], form: Give, mine: list[int], *, status: int = 200) -> HttpResponse:
    """The page that asks for crew and day, over the cases that were ticked."""
    ticked = [code for code in codes if is_code(code)]
    found = {case.code: case for case in access.cases_for(request.viewer).filter(code__in=ticked, unit_id__in=mine)}
    addresses = queries.addresses([case.pk for case in found.values()])
    rows = []
    for case in found.values():
        subject = subjects.by_id(case.subject_id)
        rows.append({"case": case, "subject": subject.name if subject else "", "address": addresses.get(case.pk, "")})
    if not rows:
        raise NotAllowed
    told = {"rows": rows, "form": form, "crews": inbox.crews_today(mine, jobs.in_hand(mine, [], access.now()))}
    return render(request, "staff/inbox_crew.html", told, status=status)
