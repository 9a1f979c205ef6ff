"""The citizen's report: what, where, who; three steps of one form that carries itself, so no script is needed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from bina.config import config
from bina.doors.web import citizen_limits, citizen_place, citizen_questions, news
from bina.doors.web.audience import audience, prove
from bina.doors.web.citizen_english import said
from bina.doors.web.citizen_others import others
from bina.doors.web.intake import Report, author_of, key_of, merge_errors, photos_in, place_of, subject_choices
from bina.doors.web.templatetags.signs import called
from bina.flow.cases import access, alike, photos, staged
from bina.flow.cases.contacts import contact
from bina.flow.cases.errors import CaseError, Invalid, KeyReused, NotAllowed, Refused
from bina.flow.cases.instant import instant
from bina.flow.cases.moves import By
from bina.flow.cases.register import Key, register
from bina.ground.catalogue import bank, subjects
from bina.ground.city import places

STEPS = {"what": ("words", "subject", "hazard"), "where": ("address", "district", "lat", "lon"),
         "who": ("name", "phone", "tell_by")}  # fmt: skip
NEXT = {"where": "what", "who": "where", "send": "who"}  # a button that leads on → the step it leaves
GUESSES = 5
TOLD = (("sms", _("پیامک")), ("call", _("تماس تلفنی")), ("messenger", _("پیام‌رسان")), ("none", _("بی‌خبر")))
CITIZEN: dict[str, Any] = {"by": By.CITIZEN, "actor": "citizen", "channel": "web"}


class Told(Report):
    """The report as a citizen fills it in: step by step, told of it also by messenger."""

    use_required_attribute = False  # each step says what is missing in words, on old browsers too
    subject = forms.ChoiceField(
        label=_("موضوع، اگر می‌دانید"), choices=subject_choices,
        error_messages={"required": _("موضوع را برگزینید.")},
    )  # fmt: skip
    tell_by = forms.ChoiceField(
        label=_("خبر با"), choices=TOLD, initial="sms", widget=forms.RadioSelect,
        error_messages={"required": _("بگویید چگونه خبرتان کنیم؛ یا «بی‌خبر» را برگزینید.")},
    )  # fmt: skip

    phone = forms.CharField(
        label=_("شمارهٔ تلفن"), max_length=60, help_text=_("تنها برای خبر همین درخواست."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr", "autocomplete": "tel"}),
        error_messages={"required": _("برای خبر شمارهٔ تلفن لازم است؛ یا «بی‌خبر» را برگزینید.")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Every way of being told needs a number; who wants no news need not give one."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("tell_by") == "none" and not self.data.get("phone", "").strip():
            self.errors.pop("phone", None)
            cleaned["phone"] = ""
        return cleaned


@audience("public")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """One step of the report; sent without saying which, the whole of it. Nothing typed is lost on the way."""
    if request.method != "POST":
        return _page(request, Told(initial={"tell_by": "sms"}), "what", {})
    typed = request.POST.copy()
    if not typed.get("subject"):
        typed["subject"] = typed.get("guess", "")
    form = Told(typed)
    go = typed.get("go", "send")
    shown: dict[str, Any] = {"staged": _staged(typed.getlist("staged"))}
    if typed.get("back") in STEPS:
        return _page(request, form, typed["back"], shown, checked=False)
    if request.FILES:
        try:
            late = citizen_limits.too_many(request, "photo", config().report_rate_per_hour * 4)
            if late is not None:
                return late
            cleaned = [photos.clean(raw) for raw in photos_in(request.FILES)]
            if len(cleaned) + len(shown["staged"]) > photos.PHOTOS_AT_ONCE:
                raise Invalid({"photo": f"هر بار تا {photos.PHOTOS_AT_ONCE} عکس بفرستید؛ بقیه را پس از آن بیفزایید."})
            shown["staged"] += [(staged.stage(photo), photo) for photo in cleaned]
        except (Invalid, Refused) as error:
            return _page(request, form, "what", shown | {"photo_error": said(error.sentence)}, status=422)
    if typed.get("without"):
        staged.drop(typed["without"])
        shown["staged"] = [pair for pair in shown["staged"] if pair[0] != typed["without"]]
        return _page(request, form, "what", shown, checked=False)
    if go == "photo":
        return _page(request, form, "what", shown, checked=False)
    if go.startswith("answered:"):
        return _answered(request, form, shown, go.partition(":")[2])
    if typed.get("join"):
        return _page(request, form, "who", shown, checked=False)
    left = NEXT.get(go, "who")
    wrong = _first_wrong(form, left)
    if wrong:
        return _page(request, form, wrong, shown, status=422)
    if go == "where":
        step, more = _after_what(form, shown)
        again = step == "what" and bool(typed.get("asked")) and more["ask_subject"]
        return _page(request, form, step, more, checked=again, status=422 if again else 200)
    if go == "who":
        step, more, status = _after_where(form, shown)
        return _page(request, form, step, more, checked=status == 422, status=status)
    return _send(request, form, shown)


def _staged(names: list[str]) -> list[tuple[str, photos.Photo]]:
    """The photos that came with earlier steps and are still kept."""
    found = ((name, staged.take(name)) for name in dict.fromkeys(names[: photos.PHOTOS_AT_ONCE]))
    return [(name, photo) for name, photo in found if photo is not None]


def _first_wrong(form: Told, until: str) -> str:
    """The first step, of those up to one, in which something is wrong; empty if none is.

    A subject that is not chosen yet is no fault of the first step: it is asked with suggestions.
    """
    for step, names in STEPS.items():
        wrong = [n for n in names if n in form.errors]
        if until == "what" and wrong == ["subject"] and not form.data.get("subject"):
            wrong = []
        if wrong:
            return step
        if step == until:
            return ""
    return ""


def _after_what(form: Told, shown: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Where the first step leads: on, or back to itself with whom to ring and which subject it may be."""
    words = form.cleaned_data.get("words", "")
    chosen = form.cleaned_data.get("subject")
    found = others(words, subjects.by_code(chosen) if chosen else None, form.data.getlist("seen"))
    if chosen and not found:
        return "where", shown
    guesses = [] if chosen else subjects.find(words, GUESSES)
    return "what", shown | {
        "others": found, "guesses": guesses, "ask_subject": not chosen, "offered": bank.offered(words)
    }  # fmt: skip


def _after_where(form: Told, shown: dict[str, Any]) -> tuple[str, dict[str, Any], int]:
    """Where the second step leads: on, or back to itself with what is known near by."""
    cleaned, subject = form.cleaned_data, subjects.by_code(form.cleaned_data["subject"])
    try:
        place = place_of(_placed(cleaned, form.data, shown))
    except Invalid as error:
        merge_errors(form, error)
        return "where", shown, 422
    if place.kind == "none" and subject and subject.place_required:
        form.add_error("address", gettext("برای این موضوع جای مسئله لازم است: خیابان، کوچه یا نشانه‌ای نزدیک آن."))
        return "where", shown, 422
    if subject and (mistakes := citizen_questions.wrong(subject, form.data)):
        return "where", shown | {"mistakes": mistakes}, 422
    spot = _spot(cleaned, form.data, shown)
    if place.kind == "address" and not cleaned.get("district") and spot and spot.where:
        form.data["district"] = spot.where.district.code  # a guess by the street's name, shown before it is sent
    apart = subject is None or form.data.get("apart")
    if not apart and subject and (found := citizen_place.near(subject.id, cleaned.get("address", ""), spot)):
        return "where", shown | {"near": found}, 200
    return "who", shown, 200


def _placed(cleaned: dict[str, Any], typed: Any, shown: dict[str, Any]) -> dict[str, Any]:
    """The place as typed, or the photo's where the citizen left it chosen and gave no other point."""
    spot = _photo_spot(shown)
    if spot and typed.get("from_photo") and not cleaned.get("lat"):
        return cleaned | {"lat": str(spot.lat_e6 / 1e6), "lon": str(spot.lon_e6 / 1e6)}
    return cleaned


def _photo_spot(shown: dict[str, Any]) -> citizen_place.Spot | None:
    return next((spot for _n, photo in shown["staged"] if (spot := citizen_place.of_photo(photo))), None)


def _spot(cleaned: dict[str, Any], typed: Any, shown: dict[str, Any]) -> citizen_place.Spot | None:
    placed = _placed(cleaned, typed, shown)
    if placed.get("lat") or placed.get("lon"):
        return citizen_place.of_point(placed.get("lat"), placed.get("lon"))
    return citizen_place.of_words(placed.get("address", ""))


def _send(request: HttpRequest, form: Told, shown: dict[str, Any]) -> HttpResponse:
    """The whole report, registered or joined to a known one; what is refused comes back with its sentence."""
    late = citizen_limits.too_many(request, "report", config().report_rate_per_hour)
    if late is not None:
        return late
    key, pictures = key_of(request), [photo for _n, photo in shown["staged"]]
    own = Key(key.scope, f"{key.key}:photos", key.route, key.body)  # sent again after a break, they come once
    try:
        joined = alike.joinable(form.data["joined"]) if form.data.get("joined") else None
        case_id, code = _join(form, joined, key) if joined else _register(form, shown, key)
    except Invalid as error:
        if any(name.startswith(citizen_questions.PREFIX) for name in error.errors):  # told beside its question
            step, more, _status = _after_where(form, shown)
            return _page(request, form, step, more, status=422)
        merge_errors(form, Invalid({name: said(sentence) for name, sentence in error.errors.items()}))
        return _page(request, form, _first_wrong(form, "who") or "who", shown, status=422)
    except (KeyReused, Refused, NotAllowed) as error:  # sent before with other words, no room for photos, closed
        form.add_error(None, said(error.sentence))
        return _page(request, form, "who", shown, status=422)
    phone = author_of(form.cleaned_data).phone
    author = access.author_of(access.public_case(code), phone) if phone else None
    after, left = reverse("reported", args=[code]), {"joined": "1"} if joined else {}
    if author is None and joined:  # one more without a number: the code alone opens nobody else's request
        after, left = reverse("track"), {"code": code, "joined": "1"}
    else:
        prove(request, code, author)
    try:
        if pictures:
            photos.attach(case_id, pictures, stage="report", key=own, **CITIZEN)
    except (Refused, KeyReused):  # the report stands; its page says that the photo is still to be added
        left["photo"] = "1"
    else:
        for name, _photo in shown["staged"]:
            staged.drop(name)
    return redirect(f"{after}?{urlencode(left)}" if left else after)


def _register(form: Told, shown: dict[str, Any], key: Key) -> tuple[int, str]:
    cleaned = form.cleaned_data
    done = register(
        subject=cleaned["subject"], place=place_of(_placed(cleaned, form.data, shown)), words=cleaned["words"],
        author=author_of(cleaned, get_language() or "fa"), key=key, hazard=cleaned["hazard"],
        answers=citizen_questions.of_subject(subjects.by_code(cleaned["subject"]), form.data), **CITIZEN,
    )  # fmt: skip
    return done.case_id, done.code


def _join(form: Told, case: Any, key: Key) -> tuple[int, str]:
    """A known problem told by one more; by its own author it is a recontact."""
    author = author_of(form.cleaned_data, get_language() or "fa")
    own = author.phone is not None and access.author_of(case, author.phone) is not None
    kind: dict[str, Any] = {"kind": "recontact", "reason": "wants_to_add"} if own else {"kind": "similar"}
    contact(case.pk, words=form.cleaned_data["words"], author=author, key=key, **kind, **CITIZEN)
    return case.pk, case.code


def _answered(request: HttpRequest, form: Told, shown: dict[str, Any], code: str) -> HttpResponse:
    """The bank's answer was all that was wanted: counted as an instant contact, without a case."""
    late = citizen_limits.too_many(request, "report", config().report_rate_per_hour)
    if late is not None:
        return late
    answer = bank.by_code(code[:60])
    try:
        instant(
            words=form.data.get("words", "")[:2000] or (answer.title if answer else ""), key=key_of(request),
            subject_id=answer.subject_id if answer else None, **CITIZEN,
        )  # fmt: skip
    except CaseError as error:
        form.add_error(None, said(error.sentence))
        return _page(request, form, "what", shown, status=422)
    return redirect(f"{reverse('report')}?answered=1")


def _page(
    request: HttpRequest, form: Told, step: str, shown: dict[str, Any], *, checked: bool = True, status: int = 200
) -> HttpResponse:
    """One step's page: its fields to fill in, the others' carried along unseen."""
    pairs, typed = shown.get("staged", []), form.data if form.is_bound else QueryDict()
    spot = _photo_spot({"staged": pairs})
    subject = subjects.by_code(typed.get("subject", ""))
    joined = typed.get("join") or typed.get("joined", "")
    known = alike.joinable(joined) if joined else None
    told_before = [row.code for row in (*shown.get("others", ()), *shown.get("offered", ()))]
    seen = dict.fromkeys([*typed.getlist("seen"), *told_before])
    offered = bank.offered(typed.get("words", "")) if step == "who" and not known else []
    told = {
        "form": form if checked or not form.is_bound else _unchecked(form), "step": step,
        "steps": [(name, list(STEPS).index(name) <= list(STEPS).index(step)) for name in STEPS],
        "number": list(STEPS).index(step) + 1, "carried": _carried(form, step), "seen": list(seen),
        "pictures": [(name, citizen_place.taken(photo)) for name, photo in pairs], "spot": spot,
        "from_photo": typed.get("from_photo", "1" if typed.get("go") in ("photo", "where") else ""),
        "photo_step": step == "where" and spot is not None, "subject": called(subject) if subject else "",
        "joined": known, "joined_subject": news.subject_of(known) if known else "",
        "questions": citizen_questions.shown(subject, typed, shown.get("mistakes", {})) if step == "where" else [],
        "sent_spot": _spot({"lat": typed.get("lat"), "lon": typed.get("lon")}, typed, {"staged": pairs}),
        "sent_district": places.area_by_code(typed.get("district", "")),
        "sent_address": typed.get("address", ""), "sent_words": typed.get("words", ""),
        "answered": request.GET.get("answered"), "photo_max": config().photo_max_mb,
        "offered": [answer for answer in offered if answer.code not in seen],
    }  # fmt: skip
    return render(request, "citizen/report.html", told | shown, status=status)


def _unchecked(form: Told) -> Told:
    """The same fields without their errors: going back or adding a photo is no moment to find fault."""
    again = Told(initial={name: form.data.get(name, field.initial) for name, field in form.fields.items()})
    again.initial["hazard"] = bool(form.data.get("hazard"))
    return again


def _carried(form: Told, step: str) -> list[tuple[str, str]]:
    """The fields of the other steps, as they were typed."""
    if not form.is_bound:
        return []
    names = [n for other, fields in STEPS.items() if other != step for n in fields]
    said = (
        [] if step == "where" else [f"{citizen_questions.PREFIX}{code}" for code in citizen_questions.typed(form.data)]
    )
    return [(n, form.data[n]) for n in [*names, *said] if form.data.get(n)]


@audience("public")
@require_safe
def staged_photo(request: HttpRequest, name: str) -> HttpResponse:
    """A photo that waits to be sent, for whoever has its name: the browser that sent it."""
    photo = staged.take(name)
    if photo is None:
        raise Http404(name)
    response = HttpResponse(photo.jpeg, content_type="image/jpeg")
    response["Cache-Control"] = "private, no-store"
    return response


@audience("citizen")
@require_safe
def reported(request: HttpRequest, code: str) -> HttpResponse:
    """Thank you: the code, large, whose hands it is in, and until when the first answer comes."""
    case = access.public_case(code)
    told = {
        "case": case,
        "joined": request.GET.get("joined"),
        "no_photo": request.GET.get("photo"),
        "centre": gettext("مرکز ۱۳۷"),
    } | news.public(case)
    return render(request, "citizen/reported.html", told)
