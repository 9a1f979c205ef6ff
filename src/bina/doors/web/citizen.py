"""The citizen's pages: report a problem, follow it by its code, say that it is done or not done."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bina.config import config
from bina.doors.web import news
from bina.doors.web.audience import audience, prove, proved
from bina.doors.web.errors import TOO_MANY, show
from bina.doors.web.intake import Report, author_of, key_of, merge_errors, phone_of, photos_in, place_of
from bina.flow.cases import access, photos
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed, Refused
from bina.flow.cases.limits import Buckets
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Author, Key, register
from bina.ground.text.codes import BadCode, read_code

_buckets = Buckets()


def _too_many(request: HttpRequest, what: str, per_hour: int) -> HttpResponse | None:
    """The page that says "later" when one address sends too much; each web process counts its share."""
    rate = per_hour / config().web_workers / 3600
    name = f"{what}:{request.META.get('REMOTE_ADDR', '')}"
    return show(request, TOO_MANY) if _buckets.take(name, per_second=rate, burst=max(per_hour / 2, 5)) else None


@audience("public")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Report a problem: one page in three steps that needs no script; nothing typed is lost when something is wrong."""
    if request.method != "POST":
        return render(request, "citizen/report.html", {"form": Report(initial={"tell_by": "sms"})})
    form = Report(request.POST)
    if form.is_valid():
        late = _too_many(request, "report", config().report_rate_per_hour)
        if late is not None:
            return late
        try:
            cleaned = form.cleaned_data
            pictures, key = [photos.clean(raw) for raw in photos_in(request.FILES)], key_of(request)
            done = register(
                by=By.CITIZEN, actor="citizen", channel="web", subject=cleaned["subject"], place=place_of(cleaned),
                words=cleaned["words"], author=author_of(cleaned, get_language() or "fa"), key=key,
                hazard=cleaned["hazard"],
            )  # fmt: skip
            if pictures:  # a key of their own: sent again after a break, they come once and are not left out
                own = Key(key.scope, f"{key.key}:photos", key.route, key.body)
                told: dict[str, Any] = {
                    "stage": "report",
                    "by": By.CITIZEN,
                    "actor": "citizen",
                    "channel": "web",
                    "key": own,
                }
                photos.attach(done.case_id, pictures, **told)
            prove(request, done.code)
            return redirect("reported", code=done.code)
        except Invalid as error:
            merge_errors(form, error)
        except (KeyReused, Refused) as error:  # sent before with other words, or no room for photos
            form.add_error(None, error.sentence)
    return render(request, "citizen/report.html", {"form": form}, status=422)


@audience("citizen")
@require_safe
def reported(request: HttpRequest, code: str) -> HttpResponse:
    """Thank you: the code, large, and until when the first answer comes."""
    case = access.public_case(code)
    return render(request, "citizen/reported.html", {"case": case})


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
    late = _too_many(request, "track", 240)
    if late is not None:
        return late
    form = Ask({"code": raw})
    try:
        case = access.public_case(raw)
    except BadCode as error:
        form.add_error("code", error.sentence(get_language() or "fa"))
        return render(request, "citizen/track.html", {"form": form}, status=422)
    except NotAllowed as error:
        form.add_error("code", error.sentence)
        return render(request, "citizen/track.html", {"form": form}, status=404)
    if proved(request, case.code):
        return redirect("mine", code=case.code)
    return render(request, "citizen/track.html", {"form": form, "case": case, "news": news.public(case)})


@audience("public")
@require_POST
def prove_it(request: HttpRequest) -> HttpResponse:
    """The telephone beside the code opens the rest of the page for this browser."""
    late = _too_many(request, "prove", 20)
    if late is not None:
        return late
    code = request.POST.get("code", "")
    try:
        case = access.public_case(code)
        phone = phone_of(request.POST.get("phone", ""))
        if phone is None or access.author_of(case, phone) is None:
            raise Invalid({"phone": str(_("این شماره با این درخواست ثبت نشده است."))})
    except (BadCode, NotAllowed):
        return redirect(f"{reverse('track')}?code={code[:60]}")
    except Invalid as error:
        told = {"form": Ask({"code": code}), "case": case, "news": news.public(case), "phone_error": error.sentence,
                "phone": request.POST.get("phone", "")[:60]}  # fmt: skip
        return render(request, "citizen/track.html", told, status=422)
    prove(request, case.code)
    return redirect("mine", code=case.code)


@audience("citizen")
@require_safe
def mine(request: HttpRequest, code: str) -> HttpResponse:
    """The whole page of one's own request, with what one can say about it."""
    return _mine(request, access.public_case(code))


def _mine(request: HttpRequest, case: Any, *, error: str = "", typed: Any = None, status: int = 200) -> HttpResponse:
    told = news.own(case) | {
        "case": case, "reasons": NOT_DONE, "recontact_reasons": AGAIN, "error": error, "typed": typed or {},
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


SAID = ("confirm", "dispute", "recontact", "photo")


@audience("citizen")
@require_POST
def say(request: HttpRequest, code: str, what: str) -> HttpResponse:
    """One word of the citizen on his request: it is done, it is not done, I ask again, here is a photo."""
    late = _too_many(request, "say", 60)
    if late is not None:
        return late
    case = access.public_case(code)
    words, reason = request.POST.get("words", ""), request.POST.get("reason", "")
    common: dict[str, Any] = {"by": By.CITIZEN, "actor": "citizen", "channel": "web", "key": key_of(request)}
    try:
        if what == "photo":
            photos.add(case.pk, photos_in(request.FILES), stage="report", **common)
        elif what == "recontact":
            contact(case.pk, kind="recontact", reason=reason, words=words, author=Author(), **common)
        elif what == "dispute":
            record(case.pk, "dispute", words=words, reason=reason, **common)
        elif what == "confirm":
            record(case.pk, "confirm", words=words or None, **common)
        else:
            raise NotAllowed
    except (Invalid, Refused, KeyReused) as error:
        return _mine(request, case, error=error.sentence, typed=request.POST, status=422)
    return redirect(f"{reverse('mine', args=[code])}?said={what}")


@audience("public")
@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The address that a text message carries: to the page of the code, whatever way it was typed."""
    try:
        return redirect(f"{reverse('track')}?code={read_code(code)}")
    except BadCode:
        return redirect("track")
