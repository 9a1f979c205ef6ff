"""The page of one case (درخواست): whose hands, the three numbers, the verbs of this person, the whole history."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web import deeds, nav, presence, work_filters
from bina.doors.web.audience import audience
from bina.doors.web.case_forms import CENTRE
from bina.doors.web.case_told import VIEWS, told_of
from bina.doors.web.intake import merge_errors
from bina.flow.cases import access
from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed, Refused, Stale
from bina.flow.cases.moves import By, State
from bina.flow.cases.record import record
from bina.ground.city import people
from bina.ground.city.roles import Role
from bina.ground.text.letters import one_line

BACK = ("results",)  # lists from which a verb comes and to which it leads back, filtered as they were
AUTHORS = frozenset({By.OPERATOR, By.DUTY_OFFICER, By.EXPERT, By.SUPERVISOR, By.CALLBACK, By.UNIT, By.LIAISON})


@audience("staff")
@require_safe
def case(request: HttpRequest, code: str) -> HttpResponse:
    """One case; `?do=VERB` opens the form of that verb. Opened by its unit it counts as seen, once."""
    viewer = request.viewer
    found = access.case_for(viewer, code)
    if found.code != code:
        return redirect("case", code=found.code)
    hats = access.hats(viewer, found)
    if _see(found, hats, viewer):
        found = access.case_for(viewer, code)
    verb = request.GET.get("do", "")
    form = (
        deeds.FORMS[verb](case=found, hats=hats, initial=first_of(verb, found, hats))
        if verb in deeds.possible(found, hats)
        else None
    )
    return _page(request, found, verb=verb if form else "", form=form, since=presence.seq_of(request, "since"))


def _see(found: Any, hats: frozenset[By], viewer: Any) -> bool:
    """Records that the unit has seen its referral, the first time it is opened."""
    by = next((hat for hat in (By.UNIT, By.LIAISON) if hat in hats), None)
    if by is None or found.state != State.REFERRED or "seen" in found.more:
        return False
    actor = f"p:{viewer.person_id}"
    with suppress(Stale):  # somebody changed it this very moment: the page shows the newer state
        record(found.pk, "seen", by=by, actor=actor, channel="desk", unit=found.unit_id, seq=found.seq)
    return True


def first_of(verb: str, found: Any, hats: frozenset[By]) -> dict[str, Any]:
    """What stands in a form before anything is typed: for the centre the unit that the case itself suggests."""
    return {"unit": deeds.suggested_unit(found)} if verb == "refer" and hats & CENTRE else {}


@audience("staff")
@require_POST
def act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """One verb on one case; a refusal stands beside its form and nothing typed is lost."""
    found = access.case_for(request.viewer, code)
    doing = deeds.doing(request, found, verb)
    form = deeds.FORMS[verb](request.POST, request.FILES, case=found, hats=access.hats(request.viewer, found))
    since = None
    try:
        if form.is_valid():
            deeds.do(verb, doing, form)
            messages.success(request, f"«{deeds.name(verb)}» ثبت شد.")
            return _after(request, code)
    except Invalid as error:
        merge_errors(form, Invalid({deeds.FIELDS.get(name, name): what for name, what in error.errors.items()}))
    except Stale as error:
        since = doing.seq
        form.add_error(None, error.sentence)
    except (Refused, KeyReused) as error:
        form.add_error(None, error.sentence)
    found = access.case_for(request.viewer, code)
    return _page(request, found, verb=verb, form=form, since=since, status=422 if since is None else 409)


def _after(request: HttpRequest, code: str) -> HttpResponse:
    """Back to the case, or to the list for somebody who may not see it any more."""
    try:
        access.case_for(request.viewer, code)
    except NotAllowed:
        return redirect(nav.home_of(request.viewer))
    back = request.POST.get("back", "")
    if back not in BACK:
        return redirect("case", code=code)
    query = work_filters.read(QueryDict(request.POST.get("query", "")[:2000])).query
    return redirect(f"{reverse(back)}?{query}" if query else reverse(back))


@audience("staff")
@require_POST
def authors(request: HttpRequest, code: str) -> HttpResponse:
    """The page with names and numbers of those who wrote; the look is written down."""
    viewer = request.viewer
    found = access.case_for(viewer, code)
    if not AUTHORS.intersection(access.hats(viewer, found)):
        raise NotAllowed("نام و شمارهٔ شهروند با این نقش دیده نمی‌شود.")
    people.look(person_id=viewer.person_id, actor=f"p:{viewer.person_id}", case_id=found.pk, what="authors",
                reason=one_line(request.POST.get("reason", "")[:1000])[:200])  # fmt: skip
    response = _page(request, found, open_names=True)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(
    request: HttpRequest, found: Any, *, verb: str = "", form: Any = None, since: int | None = None,
    open_names: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    viewer = request.viewer
    hats = access.hats(viewer, found)
    row = deeds.buttons(found, hats)
    view = request.GET.get("view", "all")
    missing = deeds.missing(found, hats)
    told = told_of(found, view=view if view in VIEWS else "all", since=since, full="full" in request.GET,
                   blind=all(right.role == Role.INSPECTOR for right in viewer.rights))  # fmt: skip
    request.case, request.moment = found, told["now"]  # so that no part asks again
    told |= {
        "verb": verb, "verb_fa": deeds.name(verb) if verb else "", "form": form,
        "stale": since is not None and form is not None and form.is_bound,
        "refusal": "" if form else deeds.refusal(request.GET.get("do", ""), found, hats),
        "buttons": row, "more": [b for b in row if b.later], "more_open": verb in deeds.LATER,
        "missing": missing, "missing_more": len(missing) - 1, "open_names": open_names,
        "may_open": bool(AUTHORS.intersection(hats)), "others": presence.others(found.pk, viewer.person_id),
        "home": nav.list_of(viewer), "inspects": By.INSPECTOR in hats,
    }  # fmt: skip
    return render(request, "staff/case.html", told, status=status)
