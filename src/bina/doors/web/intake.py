"""What the citizen's report and the operator's desk share: the form of a new request, and its registration."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bina.doors.web.templatetags.signs import called
from bina.flow.cases import photos
from bina.flow.cases.errors import Invalid
from bina.flow.cases.register import Author, Key, Place
from bina.ground.catalogue import subjects
from bina.ground.city import installation, places
from bina.ground.text.letters import canonical
from bina.ground.text.phones import BadPhone, parse_phone

TELL = (("sms", _("پیامک")), ("call", _("تماس تلفنی")), ("none", _("نیازی به خبر نیست")))


def subject_choices() -> list[tuple[str, Any]]:
    """The catalogue as option groups, with an empty first line."""
    groups = [(called(g), [(s.code, called(s)) for s in subjects.in_group(g.code)]) for g in subjects.groups()]
    return [("", _("موضوع را برگزینید")), *groups]


def district_choices() -> list[tuple[str, str]]:
    """The districts, with a first line for those who do not know."""
    return [("", _("نمی‌دانم")), *[(d.code, called(d)) for d in places.districts()]]


class Report(forms.Form):
    """A new request as it is typed; nothing of it is stored before the verb accepts it."""

    subject = forms.ChoiceField(label=_("موضوع"), choices=subject_choices)
    words = forms.CharField(
        label=_("چه شده است؟"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}), strip=False,
        help_text=_("با واژه‌های خودتان بنویسید؛ چند کلمه هم کافی است."),
    )  # fmt: skip
    address = forms.CharField(
        label=_("نشانی"), max_length=500, required=False,
        help_text=_("خیابان، کوچه و یک نشانه؛ مثلاً «طبرسی ۱۲، روبه‌روی نانوایی»."),
    )  # fmt: skip
    district = forms.ChoiceField(label=_("منطقه"), choices=district_choices, required=False)
    lat = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    lon = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    hazard = forms.BooleanField(label=_("خطر جانی دارد"), required=False)
    name = forms.CharField(label=_("نام شما"), max_length=500, required=False)
    phone = forms.CharField(label=_("شمارهٔ تلفن"), max_length=60, required=False)
    tell_by = forms.ChoiceField(label=_("چگونه خبر دهیم؟"), choices=TELL, initial="sms", widget=forms.RadioSelect)

    def clean_phone(self) -> str:
        """The number as typed; what is wrong with it is said along with everything else."""
        typed: str = self.cleaned_data["phone"]
        try:
            phone_of(typed)
        except Invalid as error:
            raise forms.ValidationError(error.sentence) from error
        return typed


def place_of(cleaned: dict[str, Any]) -> Place:
    """The place as typed: a point when there is one, else the address with its district; Invalid says what is wrong."""
    lat, lon, address = cleaned.get("lat") or "", cleaned.get("lon") or "", cleaned.get("address") or ""
    if lat or lon:
        try:
            point = places.check_point(lat, lon)
        except places.WrongPlace as error:
            raise Invalid({"address": error.sentence(get_language() or "fa")}) from error
        return Place("point", point.lat_e6, point.lon_e6, address)
    if not canonical(address):
        return Place("none")
    area = places.area_by_code(cleaned.get("district") or "")
    found = places.locate(area.lat_e6, area.lon_e6) if area and area.lat_e6 and area.lon_e6 else None
    return Place("address", address=address, district_id=area.id if area else found.district.id if found else None)


def author_of(cleaned: dict[str, Any], lang: str = "fa") -> Author:
    """Who speaks; Invalid when the number cannot be read."""
    return Author(
        cleaned.get("name") or "", phone_of(cleaned.get("phone") or ""), cleaned.get("tell_by") or "none", lang
    )


def phone_of(text: str) -> str | None:
    """A number as E.164, None for none; Invalid with its sentence."""
    if not text.strip():
        return None
    try:
        return parse_phone(text, installation.current().area_code)
    except BadPhone as error:
        raise Invalid({"phone": error.sentence(get_language() or "fa")}) from error


def key_of(request: HttpRequest, *, less: tuple[str, ...] = ("csrfmiddlewaretoken", "key")) -> Key:
    """The idempotency key of a posted form, with the route and a hash of what was typed.

    Its scope is the signed-in person; for anybody else the key itself, whose 122 random bits nobody else has.
    """
    data = sorted((n, tuple(request.POST.getlist(n))) for n in request.POST if n not in less)
    body = hashlib.sha256(repr(data).encode("utf-8", "surrogatepass")).digest()
    raw = request.POST.get("key", "")[:80].replace("\0", "") or str(uuid4())
    scope = f"p:{request.viewer.person_id}" if getattr(request, "viewer", None) else "form"
    return Key(scope, raw, f"POST {request.path}"[:200], body)


def seq_of(text: str) -> int | None:
    """The last event that stood on a page, as its form sends it; None where that is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def merge_errors(form: forms.Form, error: Invalid) -> None:
    """Puts the verb's sentences beside the fields they are about; the rest above the form."""
    names = {"place": "address", "lat": "address"}
    for field, sentence in error.errors.items():
        name = names.get(field, field)
        form.add_error(name if name in form.fields else None, sentence)


def photos_in(files: MultiValueDict, name: str = "photo") -> list[bytes]:
    """The bytes of the uploaded pictures; Invalid when they are too many or too big."""
    return photos.received(files.getlist(name))
