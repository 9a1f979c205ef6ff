"""The way in and out: the entrance, sign-in and sign-out, the first administrator's one-time link."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import authenticate, login, logout
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bina.doors.web import drafts, nav
from bina.doors.web.audience import audience
from bina.doors.web.cast import acts
from bina.doors.web.errors import TOO_MANY, show
from bina.doors.web.look import back_to
from bina.doors.web.passwords import FirstPassword, typed
from bina.ground.city import installation, invitations, people
from bina.ground.text.letters import one_line

BACKEND = "django.contrib.auth.backends.ModelBackend"
NAME_LETTERS = 150
KEPT_SALT, KEPT_SECONDS, KEPT_SIZE = "bina.kept", 12 * 3600, 200_000


@audience("public")
@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """The first page: in a demo whom one wants to be, elsewhere the citizen's start and the way in for staff."""
    if installation.current().demo:
        return render(request, "entrance/demo.html", {"acts": acts()})
    if request.viewer:
        return redirect(nav.home_of(request.viewer))
    return render(request, "entrance/start.html")


@audience("staff")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The page of whoever has no list of his own yet: his roles and his pages."""
    return render(request, "entrance/home.html")


@audience("public")
@require_POST
def step_in(request: HttpRequest) -> HttpResponse:
    """Signs in as one of a demo city's people, by one click; nowhere else does this exist."""
    if not installation.current().demo:
        raise Http404("only in a demo")
    person = people.person(request.POST.get("person", ""))
    if person is None or not person.is_active:
        raise Http404("no such person")
    login(request, person, backend=BACKEND)
    return redirect(back_to(request, nav.home_of(people.viewer(person.pk))))


@audience("public")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; every failure has the same sentence, and too many are held off for a while."""
    kept = request.POST.get("kept", "")
    given = {"next": back_to(request, ""), "kept": kept, "username": _name(request)}
    if request.method != "POST":
        return render(request, "entrance/sign_in.html", given)
    person = authenticate(request, username=given["username"], password=typed(request.POST.get("password", "")))
    if person is None:
        if getattr(request, "axes_locked_out", False):
            return show(request, TOO_MANY)
        return render(request, "entrance/sign_in.html", {**given, "failed": True}, status=422)
    login(request, person)
    drafts.bring_back(request)
    if kept:
        return _resume(request, kept)
    return redirect(given["next"] or nav.home_of(people.viewer(person.pk)))


@audience("public")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session; what the browser kept of its pages goes too, drafts stay for twelve hours."""
    parked = drafts.park(request)
    logout(request)
    response = HttpResponseRedirect("/")
    response["Clear-Site-Data"] = '"cache"'
    drafts.remember(response, parked)
    return response


@audience("public")
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link of a new installation: sets a password and signs in; used once, it is worth nothing."""
    invited = invitations.read(token)
    person = people.person(invited) if invited else None
    if person is None:
        return render(request, "entrance/first_spent.html", status=404)
    form = FirstPassword(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        told = {"form": form, "person": person}
        return render(request, "entrance/first.html", told, status=422 if form.is_bound else 200)
    people.set_password(person.pk, form.cleaned_data["password"])
    person.refresh_from_db()
    login(request, person, backend=BACKEND)
    return redirect(nav.home_of(people.viewer(person.pk)))


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """What somebody unknown gets at a staff page: the way in, then back; a form he sent waits inside it."""
    if request.headers.get("HX-Request") or request.headers.get("X-Requested-With"):
        return HttpResponse(gettext("ورود شما به پایان رسیده است؛ دوباره وارد شوید."), status=401)
    if request.method != "POST":
        return HttpResponseRedirect("/sign-in?" + urlencode({"next": request.get_full_path()}))
    told: dict[str, Any] = {"next": "", "kept": _keep(request), "username": "", "expired": True}
    return render(request, "entrance/sign_in.html", told, status=401)


def _name(request: HttpRequest) -> str:
    """The name somebody signs in with, as it is stored and no longer than one can be."""
    return one_line(request.POST.get("username", "")[:1000])[:NAME_LETTERS]


def _keep(request: HttpRequest) -> str:
    """What was sent to a page, signed, so that sign-in can hand it back; empty if it is too long to carry."""
    fields = [
        [name, value] for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values
    ]
    kept = signing.dumps({"to": request.get_full_path(), "fields": fields}, salt=KEPT_SALT, compress=True)
    return kept if len(kept) <= KEPT_SIZE else ""


def _resume(request: HttpRequest, kept: str) -> HttpResponse:
    """Shows what was kept once more: one press sends it to where it was going."""
    try:
        held = signing.loads(kept, salt=KEPT_SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return redirect("/")
    return render(request, "entrance/resume.html", {"to": held["to"], "fields": held["fields"]})
