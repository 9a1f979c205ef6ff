"""The citizen's own request: followed by its code, answered, said to be done or not done."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web import citizen_limits, news
from bina.doors.web.audience import audience, forget, prove, proved, proved_by
from bina.doors.web.citizen_english import said
from bina.doors.web.citizen_report import TOLD
from bina.doors.web.intake import key_of, phone_of, photos_in
from bina.doors.web.photo import picture
from bina.flow.cases import access, photos
from bina.flow.cases.contacts import author_by, contact
from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed, Refused
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Key
from bina.flow.dialogue.conversation import reports_of, take_back, tell
from bina.ground.text.codes import BadCode, read_code


class Ask(forms.Form):
    """A code, and for the rest of the page the telephone it was registered with."""

    code = forms.CharField(label=_("کد رهگیری"), max_length=60, widget=forms.TextInput(attrs={"inputmode": "numeric"}))


@audience("public")
@require_safe
def track(request: HttpRequest) -> HttpResponse:
    """Where a request stands: the public state by its code alone, the rest with the telephone."""
    raw = request.GET.get("code", "")
    if not raw.strip():
        return render(request, "citizen/track.html", {"form": Ask()})
    late = citizen_limits.too_many(request, "track", 240)
    if late is not None:
        return late
    form = Ask({"code": raw})
    try:
        case = access.public_case(raw)
    except BadCode as error:
        form.add_error("code", error.sentence(get_language() or "fa"))
        return render(request, "citizen/track.html", {"form": form}, status=422)
    except NotAllowed as error:
        form.add_error("code", said(error.sentence))
        return render(request, "citizen/track.html", {"form": form}, status=404)
    if proved(request, case.code):
        return redirect("mine", code=case.code)
    return render(request, "citizen/track.html", {"form": form, "case": case, "news": news.public(case)})


@audience("public")
@require_POST
def prove_it(request: HttpRequest) -> HttpResponse:
    """The telephone beside the code opens the rest of the page for this browser."""
    late = citizen_limits.too_many(request, "prove", 20)
    if late is not None:
        return late
    code = request.POST.get("code", "")
    try:
        case = access.public_case(code)
        phone = phone_of(request.POST.get("phone", ""))
        author = access.author_of(case, phone) if phone else None
        if author is None:
            raise Invalid({"phone": str(_("این شماره با این درخواست ثبت نشده است."))})
    except (BadCode, NotAllowed):
        return redirect(f"{reverse('track')}?code={code[:60]}")
    except Invalid as error:
        told = {"form": Ask({"code": code}), "case": case, "news": news.public(case), "phone_error": error.sentence,
                "phone": request.POST.get("phone", "")[:60]}  # fmt: skip
        return render(request, "citizen/track.html", told, status=422)
    prove(request, case.code, author)
    return redirect("mine", code=case.code)


@audience("citizen")
@require_safe
def mine(request: HttpRequest, code: str) -> HttpResponse:
    """The whole page of one's own request, with what one can say about it."""
    case = _own(request, code)
    return _mine(request, case) if case.code == code else redirect("mine", code=case.code)


def _own(request: HttpRequest, code: str) -> Any:
    """The case of a proven code; if that was merged since, the one that goes on is proven by the same contact."""
    case = access.public_case(code)
    if case.code != code and not proved(request, case.code):
        prove(request, case.code, proved_by(request, code))
    return case


def _mine(
    request: HttpRequest, case: Any, *, error: str = "", what: str = "", typed: Any = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    """The page; after a refusal with its sentence and what was typed in the form `what`."""
    author = author_by(proved_by(request, case.code))
    told = news.own(case) | {
        "author": author if author.phone else None, "ways": TOLD,
        "can_withdraw": case.state != "closed" and bool(_reports(author.phone, case)),
        "case": case, "reasons": NOT_DONE, "recontact_reasons": AGAIN, "error": error, "what": what,
        "typed": typed or {},
    }  # fmt: skip
    return render(request, "citizen/mine.html", told, status=status)


# Why, as the citizen says it; the codes are those of the desk's third person.
AGAIN = {
    "no_news": _("خبری ندارم"),
    "promise_passed": _("وعده گذشت"),
    "wants_to_add": _("می‌خواهم چیزی بیفزایم"),
    "worse": _("بدتر شده است"),
    "danger": _("خطر دارد"),
    "not_done": _("انجام نشده است"),
    "badly_done": _("ناقص یا بد انجام شده است"),
    "came_back": _("دوباره پیدا شد"),
}
NOT_DONE = {code: AGAIN[code] for code in ("not_done", "badly_done", "came_back")} | {
    "not_there": _("نشانی را اشتباه دیده‌اند"),
}


@audience("citizen")
@require_POST
def say(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """One word of the citizen on his request: it is done, it is not done, I ask again, here is a photo."""
    late = citizen_limits.too_many(request, "say", 60)
    if late is not None:
        return late
    case = _own(request, code)
    words, reason = request.POST.get("words", ""), request.POST.get("reason", "")
    mine = proved_by(request, case.code)
    common: dict[str, Any] = {"by": By.CITIZEN, "actor": "citizen", "channel": "web", "key": key_of(request)}
    try:
        if what == "photo":
            photos.add(case.pk, photos_in(request.FILES), stage="report", **common)
        elif what == "recontact":
            contact(case.pk, kind="recontact", reason=reason, words=words, author=author_by(mine), **common)
        elif what == "reply":
            contact(case.pk, kind="reply", words=words, author=author_by(mine), **common)
        elif what == "dispute":
            _dispute(request, case, reason, words, common)
        elif what == "objection":
            record(case.pk, "objection", words=words, **common)
        elif what == "tell":
            _tell(case, mine, request.POST.get("tell_by", ""))
        elif what == "withdraw":
            _withdraw(case, mine, common["key"])
            forget(request, case.code)
            return redirect(f"{reverse('track')}?{urlencode({'code': case.code, 'withdrawn': 1})}")
        elif what == "confirm":
            record(case.pk, "confirm", words=words or None, contact=mine, **common)
        else:
            raise NotAllowed
    except (Invalid, Refused, KeyReused) as error:
        return _mine(request, case, error=said(error.sentence), what=what, typed=request.POST, status=422)
    return redirect(f"{reverse('mine', args=[case.code])}?said={what}")


def _tell(case: Any, mine: int | None, tell_by: str) -> None:
    """From now on he hears of his request in another way, or not at all."""
    author = author_by(mine)
    if tell_by not in dict(TOLD) or author.phone is None:
        raise Invalid({"tell_by": gettext("راه خبررسانی را از فهرست برگزینید.")})
    tell(author.phone, [case.pk], tell_by)


def _withdraw(case: Any, mine: int | None, key: Key) -> None:
    """He takes back all that his number reported here."""
    phone = author_by(mine).phone
    if not _reports(phone, case):
        raise NotAllowed
    take_back(str(phone), case.pk, channel="web", key=key)


def _reports(phone: str | None, case: Any) -> list[int]:
    """What a number reported on a case or on those merged into it."""
    return reports_of(phone, access.joined(case.pk)) if phone else []


def _dispute(request: HttpRequest, case: Any, reason: str, words: str, common: dict[str, Any]) -> None:
    """It is not done, with a photo if there is one: the photo first, since a bad one must not cost the words."""
    pictures = [photos.clean(raw) for raw in photos_in(request.FILES)]
    record(case.pk, "dispute", words=words, reason=reason, contact=proved_by(request, case.code), **common)
    if pictures:
        own = common["key"]
        key = Key(own.scope, f"{own.key}:photos", own.route, own.body)
        photos.attach(case.pk, pictures, stage="report", **(common | {"key": key}))


@audience("citizen")
@require_safe
def my_photo(request: HttpRequest, code: str, photo_id: int) -> HttpResponseBase:
    """A photo of one's own request: of the result, and of the report where one is its only author."""
    case = _own(request, code)
    shown = next((p for p in news.pictures(case) if p["id"] == photo_id), None)
    if shown is None:
        raise NotAllowed(gettext("این عکس نیست، یا با شما نیست."))
    return picture(shown["sha256"])


@audience("public")
@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The address that a text message carries: to the page of the code, whatever way it was typed."""
    try:
        return redirect(f"{reverse('track')}?code={read_code(code)}")
    except BadCode:
        return redirect("track")
