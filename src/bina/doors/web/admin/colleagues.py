"""Colleagues and their rights: a new one with a one-time link, a right with its days, who leaves, who comes back."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bina.doors.web.admin import words
from bina.doors.web.admin.change import AUDIENCE, Screen, run
from bina.doors.web.admin.fields import REQUIRED, Change, Day, Line, Phone, unit_choices
from bina.doors.web.audience import audience
from bina.flow.cases import changes
from bina.flow.cases.changes import Edit, Effect
from bina.flow.cases.errors import Invalid
from bina.ground.city import edits, installation, invitations, people, places, rolls, units
from bina.ground.city.edits import BadEdit
from bina.ground.city.roles import ROLES, Role
from bina.ground.city.rolls import Colleague
from bina.ground.text.digits import latin

PAGE = 50
LINK = "admin_link"  # session key: the one-time links just made, until they are shown
ROLE_CHOICES = [(str(role), row.fa) for role, row in ROLES.items()]
_USERNAME = re.compile(r"[a-z0-9._-]{2,40}")


def person_edit(key: str, do: Any, since: date | None = None) -> Edit:
    """A change of one person; names and telephones stay out of its event."""
    return Edit("person", key, do, lambda k: edits.person_state(int(k)), since, private=edits.PRIVATE)


def bound(request: HttpRequest) -> Any:
    """What was sent, None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


class Identity(Change):
    """Who a colleague is."""

    name = Line(label="نام و نام خانوادگی", help_text="چنان که همکاران می‌شناسندش: «خانم سارا رضایی».")
    phone = Phone(label="تلفن")
    email = forms.EmailField(
        label="نشانی پست الکترونیک", required=False, max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "email"}),
        error_messages={"invalid": "این نشانی پست الکترونیک نیست؛ مانند name@example.ir بنویسید."},
    )  # fmt: skip


class RightForm(Change):
    """A role, where it holds, up to which sensitivity, from when to when."""

    role = forms.ChoiceField(label="نقش", choices=[("", "برگزینید"), *ROLE_CHOICES], error_messages=REQUIRED)
    unit = forms.ChoiceField(
        label="واحد", required=False, help_text="برای نقش‌های واحد: رئیس، رابط، اکیپ، مأمور بازدید، دفتر، امور مالی."
    )
    area = forms.ChoiceField(label="منطقه", required=False, help_text="برای نقش‌های منطقه؛ خالی یعنی همهٔ شهر.")
    sensitivity = forms.ChoiceField(label="درخواست‌های حساس تا", choices=list(words.SENSITIVITIES.items()), initial="0")
    since = Day(label="از روز")
    until = Day(label="تا پایان روز", required=False, help_text="برای نقش موقت؛ خالی یعنی تا وقتی که پایان داده شود.")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["unit"].choices = [("", "بی‌واحد"), *unit_choices()]
        self.fields["area"].choices = [("", "همهٔ شهر"), *[(a.code, a.name) for a in places.districts()]]


class Newcomer(Identity, RightForm):
    """A new colleague with his first right."""

    username = forms.CharField(
        label="نام ورود", max_length=40, error_messages=REQUIRED, help_text="حرف‌های لاتین، مانند s.rezaei.",
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "autocapitalize": "none"}),
    )  # fmt: skip
    field_order = ("name", "username", "phone", "email", "role", "unit", "area", "sensitivity", "since", "until", "why")

    def clean_username(self) -> str:
        """Small Latin letters, digits, dot, hyphen."""
        name = latin(self.cleaned_data["username"]).strip().lower()
        if not _USERNAME.fullmatch(name):
            raise forms.ValidationError("تنها حرف لاتین، رقم، نقطه و خط تیره؛ دست‌کم دو نویسه.")
        return name


class LastDay(Change):
    """The last day of something."""

    last = Day(label="تا پایان روز")


@audience(AUDIENCE)
@require_safe
def colleagues(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, page by page; or those who left."""
    text, after = request.GET.get("q", "")[:100], request.GET.get("after", "")[:100].replace("\x00", "")
    ended = request.GET.get("gone") == "1"
    rows = rolls.page(text.replace("\x00", ""), after=after, limit=PAGE + 1, ended=ended)
    more = rows[PAGE - 1].username if len(rows) > PAGE else ""
    return render(request, "admin/people.html", {"rows": rows[:PAGE], "more": more, "q": text, "ended": ended})


@audience(AUDIENCE)
@require_safe
def colleague(request: HttpRequest, number: int) -> HttpResponse:
    """One colleague: account, rights, desks, and all that was changed of him."""
    person = _person(number)
    links = request.session.get(LINK, {})
    token = links.pop(str(number), "")
    if token:
        request.session[LINK] = links
    rights = [(right, rolls.when(right.valid_from, right.valid_to)) for right in reversed(person.rights)]
    told = {
        "person": person, "rights": rights, "desks": rolls.held_by(number),
        "link": request.build_absolute_uri(reverse("first", args=[token])) if token else "",
        "sensitivities": words.SENSITIVITIES,
        "past": words.entries(changes.history("person", str(number))),
    }  # fmt: skip
    return render(request, "admin/person.html", told)


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def newcomer(request: HttpRequest) -> HttpResponse:
    """A new colleague with his first right; the page after it shows his one-time link."""
    form = Newcomer(bound(request), initial={"since": installation.today()})

    def make(given: dict[str, Any]) -> Edit:
        def do() -> str:
            try:
                person_id = people.add(
                    username=given["username"], name=given["name"], phone=given["phone"], email=given["email"]
                )
            except people.NameTaken as error:
                raise BadEdit("username", str(error), "taken") from error
            _give(person_id, given)
            return str(person_id)

        return person_edit("", do, given["since"])

    def then(_effect: Effect) -> HttpResponse:
        person = people.by_username(form.cleaned_data["username"])
        assert person is not None
        _link(request, person.pk)
        return redirect("admin_person", number=person.pk)

    return run(request, Screen(
        "همکار تازه", form, make, reverse("admin_people"), "افزودن همکار",
        lead="پس از افزودن، پیوندی یک‌بارمصرف می‌گیرید که همکارتان با آن گذرواژهٔ خود را می‌سازد؛ ۴۸ ساعت کار می‌کند.",
        then=then,
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest, number: int) -> HttpResponse:
    """Changes a colleague's name, telephone or address."""
    person = _person(number)
    form = Identity(bound(request), initial={"name": person.name, "phone": person.phone, "email": person.email})

    def make(given: dict[str, Any]) -> Edit:
        fields = {name: given[name] for name in ("name", "phone", "email")}
        return person_edit(str(number), _then(number, lambda: edits.change_person(number, **fields)))

    return run(request, Screen(
        f"مشخصات {person.name}", form, make, _page(number), "ذخیرهٔ مشخصات", state=edits.person_state(number),
        note="نام و شماره در سابقه نوشته نمی‌شود؛ تنها این که چه کسی و کی آن را عوض کرد.",
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, number: int) -> HttpResponse:
    """Gives a colleague one more right."""
    person = _person(number)
    first = {"since": installation.today(), "role": request.GET.get("role", ""), "unit": request.GET.get("unit", "")}
    form = RightForm(bound(request), initial=first)

    def make(given: dict[str, Any]) -> Edit:
        return person_edit(str(number), _then(number, lambda: _give(number, given)), given["since"])

    return run(request, Screen(
        f"نقش تازه برای {person.name}", form, make, _page(number), "دادن نقش", state=edits.person_state(number),
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Ends one right on a day."""
    right = rolls.right(number)
    if right is None or rolls.when(right.valid_from, right.valid_to) == "past":
        raise Http404("no such right")
    form = LastDay(bound(request), initial={"last": installation.today()})

    def make(given: dict[str, Any]) -> Edit:
        on = after(given["last"])
        return person_edit(str(right.person_id), _then(right.person_id, lambda: edits.end_right(number, on=on)), on)

    name = people.names([right.person_id])[right.person_id]
    return run(request, Screen(
        f"پایان نقش {name}", form, make, _page(right.person_id), "پایان دادن", lead=right.words, danger=True,
        state=edits.person_state(right.person_id),
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, number: int) -> HttpResponse:
    """A colleague leaves: his rights and desks end, and he cannot sign in."""
    person = _person(number)
    form = LastDay(bound(request), initial={"last": installation.today() - timedelta(days=1)})
    form.fields["last"].label = "آخرین روز کار"

    def make(given: dict[str, Any]) -> Edit:
        on = after(given["last"])
        return person_edit(str(number), _then(number, lambda: edits.end_person(number, on=on)), on)

    return run(request, Screen(
        f"رفتن {person.name}", form, make, _page(number), "پایان همکاری", danger=True, state=edits.person_state(number),
        lead="نقش‌ها و میزهای او پس از این روز پایان می‌یابد. اگر آن روز گذشته است، همین حالا دیگر نمی‌تواند وارد شود.",
        note="نام او در سابقهٔ درخواست‌ها می‌ماند و چیزی از کارهایش پاک نمی‌شود.",
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, number: int) -> HttpResponse:
    """A one-time link: for whoever has no password yet, forgot it, or comes back."""
    person = _person(number)
    form = Change(bound(request))

    def do() -> str:
        edits.bring_back(number)
        edits.take_password(number)
        return str(number)

    def then(_effect: Effect) -> HttpResponse | None:
        _link(request, number)
        return None

    if not person.ready and person.active and request.method == "POST" and form.is_valid():
        _link(request, number)  # nothing of his changes: he only gets another link
        return redirect(_page(number))
    lead = (
        "گذرواژهٔ کنونی او از کار می‌افتد، از همهٔ دستگاه‌ها بیرون می‌رود و با پیوند تازه گذرواژه‌ای نو می‌سازد."
        if person.ready
        else "او هنوز گذرواژه‌ای نساخته است؛ پیوندی تازه می‌گیرید."
    )
    return run(request, Screen(
        f"پیوند ورود برای {person.name}", form, lambda _given: person_edit(str(number), do), _page(number),
        "ساختن پیوند", lead=lead, state=edits.person_state(number), then=then, danger=person.ready,
    ))  # fmt: skip


def after(last: date) -> date:
    """The first day after a last one; a sentence when that lies before today."""
    if last < installation.today() - timedelta(days=1):
        raise Invalid({"last": "آخرین روز نمی‌تواند پیش از دیروز باشد."})
    return last + timedelta(days=1)


def until_day(given: dict[str, Any]) -> date | None:
    """The first day without it, from the last day typed."""
    return given["until"] + timedelta(days=1) if given.get("until") else None


def _give(person_id: int, given: dict[str, Any]) -> None:
    unit = units.by_code(given["unit"]) if given.get("unit") else None
    area = places.area_by_code(given["area"]) if given.get("area") else None
    edits.add_right(
        person_id, Role(given["role"]), unit_id=unit.id if unit else None, area_id=area.id if area else None,
        sensitivity=int(given["sensitivity"]), since=given["since"], until=until_day(given),
    )  # fmt: skip


def _link(request: HttpRequest, number: int) -> None:
    request.session[LINK] = request.session.get(LINK, {}) | {str(number): invitations.make(number)}


def _page(number: int) -> str:
    return reverse("admin_person", args=[number])


def _person(number: int) -> Colleague:
    person = rolls.one(number) if number < 2**63 else None
    if person is None:
        raise Http404("no such person")
    return person


def _then(number: int, do: Any) -> Any:
    def made() -> str:
        do()
        return str(number)

    return made
