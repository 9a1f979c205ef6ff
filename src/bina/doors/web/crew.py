"""The crew's and the visiting officer's page on a phone: today's jobs, begun and done with a photo, a tap each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bina.doors.web import day, inbox
from bina.doors.web.audience import audience, holds
from bina.doors.web.case_fields import DayField, picture_field
from bina.doors.web.day_enter import PLAIN
from bina.doors.web.inbox_deed import Brought, Quantity, bring, proof_words
from bina.doors.web.inbox_rows import SAID
from bina.doors.web.intake import key_of, merge_errors, photos_in, seq_of
from bina.flow.cases import access, queries
from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed, Refused, Stale
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.work import jobs, queue, results, slips
from bina.flow.work.jobs import JobRow
from bina.ground.catalogue import subjects
from bina.ground.city import crews, places
from bina.ground.city.people import Viewer
from bina.ground.city.roles import Role
from bina.ground.text.digits import persian

CHOSEN = "crew"  # session key: whose list this phone shows
ROLES = frozenset({Role.CREW, Role.FIELD_OFFICER})
AUDIENCE = "role:crew,field_officer"
MAY = (By.CREW, By.UNIT, By.LIAISON)


def waits(viewer: Viewer) -> str:
    """What waits for a person, for the entrance of a demo."""
    count = len(jobs.in_hand(inbox.units_of(viewer, ROLES), [], access.now()))
    return f"{persian(count)} کار برای امروز" if count else ""


@audience(AUDIENCE)
@require_safe
def crew(request: HttpRequest) -> HttpResponse:
    """Today's jobs of the chosen crew, the next one first; without a choice those of the whole unit."""
    viewer, now = request.viewer, access.now()
    mine = inbox.units_of(viewer, ROLES)
    own = crews.of_units(mine)
    if (wanted := request.GET.get("crew")) is not None:
        request.session[CHOSEN] = wanted if any(one.code == wanted for one in own) else ""
    chosen = next((one for one in own if one.code == request.session.get(CHOSEN)), None)
    found = jobs.of_day(mine, now)
    if chosen is not None:
        found = [job for job in found if job.crew_id == chosen.id]
    rows = [row for of_crew in day.rows_of(found, viewer, now).values() for row in of_crew]
    officer = holds(viewer, frozenset({Role.FIELD_OFFICER}))
    rows.sort(key=lambda row: _order(row["job"], officer))
    left = [row for row in rows if row["open"]]
    names = {one.id: one.name for one in own}
    told = {
        "left": left, "over": [row for row in rows if not row["open"]], "crews": own, "crew": chosen, "now": now,
        "of": inbox.names_of(mine), "names": names, "officer": officer,
    }  # fmt: skip
    return render(request, "staff/crew.html", told)


def _order(job: JobRow, officer: bool) -> tuple[bool, bool, float, int]:
    """What is begun first; an officer's visits before work; then by the hour of the plan."""
    at = job.plan_at.timestamp() if job.plan_at else float("inf")
    return job.state != "started", officer and job.kind != "visit", at, job.case_id


class Done(Brought):
    """What was found and done."""

    finding = forms.ChoiceField(label="چه شد؟", choices=list(results.BROUGHT.items()), widget=forms.RadioSelect)
    before = picture_field("عکس پیش از کار", required=False)
    photo = picture_field("عکس", required=False)
    quantity = Quantity()
    rest_at = DayField(label="بقیه تا چه روزی؟", required=False)
    words = forms.CharField(
        label="یادداشت", required=False, max_length=20_000, strip=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, has_job: bool, before: bool, **given: Any) -> None:
        super().__init__(*args, auto_id="cr-%s", **given)
        self.fields["finding"].error_messages["required"] = "یافته را برگزینید."
        if not before:
            del self.fields["before"]
        if not has_job:
            del self.fields["quantity"]
        for name in ("before", "photo"):
            if name in self.fields:
                self.fields[name].widget.attrs["capture"] = "environment"


@audience(AUDIENCE + ",unit_head,liaison")
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: HttpRequest, code: str) -> HttpResponse:
    """One job: where, what was said, begin, done with photo. A QR on paper leads here."""
    found = access.case_for(request.viewer, code)
    if found.code != code:
        return redirect("crew_job", code=found.code)
    by = access.hat_for(request.viewer, found, MAY)
    open_job = jobs.open_of([found.pk]).get(found.pk)
    if request.method != "POST":
        return _page(request, found, open_job, _form(found, open_job, initial=_first(open_job)))
    form = _form(found, open_job, request.POST, request.FILES)
    status = 422
    try:
        if form.is_valid():
            _bring(request, found, by, form)
            messages.success(request, "نتیجه ثبت شد.")
            return redirect(_home(request.viewer))
    except Invalid as error:
        named = {"answer": "words", "files": "photo"}
        merge_errors(form, Invalid({named.get(name, name): what for name, what in error.errors.items()}))
    except Stale as error:
        status = 409
        form.add_error(None, f"{error.sentence} نوشتهٔ شما سر جایش است.")
    except (Refused, KeyReused) as error:
        form.add_error(None, error.sentence)
    found = access.case_for(request.viewer, code)
    return _page(request, found, jobs.open_of([found.pk]).get(found.pk), form, status=status)


def _first(open_job: JobRow | None) -> dict[str, str]:
    """A visit usually finds work; a job is usually done."""
    return {"finding": "visit" if open_job is not None and open_job.kind == "visit" else "done"}


def _form(found: Any, open_job: JobRow | None, *typed: Any, **given: Any) -> Done:
    subject = subjects.by_id(found.subject_id)
    before = any("photo_before" in proofs for proofs in (subject.proof.values() if subject else ()))
    return Done(*typed, has_job=open_job is not None, before=before, **given)


def _bring(request: HttpRequest, found: Any, by: By, form: Done) -> None:
    given, seen = form.cleaned_data, seq_of(request.POST.get("seq", ""))
    common = {"by": by, "actor": f"p:{request.viewer.person_id}", "channel": "desk", "key": key_of(request),
              "seq": found.seq if seen is None else seen}  # fmt: skip
    finding = given["finding"]
    shown = [(photos_in(request.FILES, name), stage) for name, stage in (("before", "before"), ("photo", "after"))]
    bring(
        found.pk, shown=shown, common=common, finding=finding, quantity=given.get("quantity"),
        words=given["words"].strip() or PLAIN[finding], rest_at=given["rest_at"],
    )  # fmt: skip
    slips.drop(found.pk)


def _home(viewer: Viewer) -> str:
    """The list to which somebody goes back."""
    return "crew" if holds(viewer, ROLES) else "day"


def _page(request: HttpRequest, found: Any, open_job: JobRow | None, form: Done, *, status: int = 200) -> HttpResponse:
    subject, area = subjects.by_id(found.subject_id), places.area(found.neighbourhood_id or 0)
    pictures, order = queries.photos(found.pk), queue.last_said([found.pk]).get(found.pk)
    one = crews.by_id(open_job.crew_id or 0) if open_job else None
    told = {
        "case": found, "job": open_job, "form": form, "now": access.now(), "subject": subject.name if subject else "",
        "address": day.without_numbers(queries.addresses([found.pk]).get(found.pk, "")),
        "area": area.name if area else "",
        "said": day.without_numbers(queries.first_words([found.pk]).get(found.pk, "")), "order": order,
        "order_words": day.without_numbers(order.words) if order else "", "order_by": SAID[order.verb] if order else "",
        "proofs": proof_words(subject), "pictures": pictures, "crew": one,
        "have": {stage: [p for p in pictures if p["stage"] == stage] for stage in ("before", "after")},
        "home": _home(request.viewer),
        "can": found.state in ("in_progress", "waiting"), "kind": jobs.KINDS[open_job.kind] if open_job else "",
        "point": f"{found.lat_e6 / 1e6:.6f},{found.lon_e6 / 1e6:.6f}" if found.lat_e6 and found.lon_e6 else "",
    }  # fmt: skip
    return render(request, "staff/crew_job.html", told, status=status)


@audience(AUDIENCE + ",unit_head,liaison")
@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """The work begins: the crew is there."""
    viewer = request.viewer
    found = access.case_for(viewer, code)
    by, open_job = access.hat_for(viewer, found, MAY), jobs.open_of([found.pk]).get(found.pk)
    if open_job is None:
        raise NotAllowed("برای این درخواست دستور کاری باز نیست.")
    if open_job.state == "planned":
        record(found.pk, "job_started", by=by, actor=f"p:{viewer.person_id}", channel="desk", key=key_of(request),
               job=open_job.seq)  # fmt: skip
    return redirect("crew_job", code=found.code)
