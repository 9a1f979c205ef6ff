"""The operator's desk: a call comes in, is joined to what is open, or registered; the code is read out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bina.doors.web import drafts, listing
from bina.doors.web.audience import audience
from bina.doors.web.intake import Report, author_of, key_of, merge_errors, phone_of, place_of
from bina.flow.cases import access, callers, queries
from bina.flow.cases.contacts import REASONS, contact
from bina.flow.cases.errors import CaseError, Invalid, KeyReused, Refused
from bina.flow.cases.instant import KINDS, instant
from bina.flow.cases.moves import By
from bina.flow.cases.register import register
from bina.flow.dialogue import calls
from bina.ground.catalogue import bank, subjects
from bina.ground.city import people, units

DESK = "role:operator,duty_officer,shift_supervisor"
CONDUCT = 2  # the sensitivity of what concerns staff: it goes to those who check them, past the unit and the person


SAID_FOR_ANOTHER = "(تماس‌گیرنده این را از طرف کس دیگری گفت؛ نام و شماره از آنِ همان کس است.)"


class Call(Report):
    """The same request as the operator asks for it."""

    # What was typed to find the subject, when none was chosen: it comes back with the form.
    subject_typed = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    other = forms.BooleanField(label="از طرف کس دیگری می‌گوید", required=False)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["words"].help_text = ""
        self.fields["words"].widget.attrs |= {"rows": 3, "data-key": "Alt+W", "data-key-says": "شرح"}
        self.fields["address"].help_text = ""
        self.fields["address"].widget.attrs |= {
            "data-key": "Alt+K", "data-key-says": "نشانی", "data-combobox": reverse("desk_look", args=["places"]),
            "placeholder": "طبرسی ۱۲، روبه‌روی نانوایی",
        }  # fmt: skip
        self.fields["subject"].widget.attrs |= {
            "data-combobox": reverse("desk_look", args=["subjects"]), "data-hotkey": "Alt+M", "data-from": "id_words",
            "data-typed-as": "subject_typed", "data-typed": self["subject_typed"].value() or "",
        }  # fmt: skip
        self.fields["hazard"].widget.attrs |= {"data-key": "Alt+H", "data-key-says": "خطر جانی"}
        self.fields["name"].label = "نام"
        self.fields["other"].widget.attrs |= {"data-key": "Alt+O", "data-key-says": "از طرف دیگری"}

    def said(self) -> str:
        """The words, with who says them when that is not whom they are about."""
        words: str = self.cleaned_data["words"]
        return f"{words}\n{SAID_FOR_ANOTHER}" if self.cleaned_data["other"] and words.strip() else words


@audience(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The call in one page: the number's open cases, the new request, and what is wrong beside its field."""
    call = _call(request)
    if request.method != "POST":
        return _begin(request, call)
    form = Call(request.POST)
    if form.is_valid() and call is not None and call.case_id and not request.POST.get("again"):
        form.add_error(None, "از همین تماس درخواستی ثبت شده است؛ اگر این درخواست دیگری است، آن را نشان بزنید.")
    elif form.is_valid():
        try:
            cleaned = form.cleaned_data
            done = register(
                by=By.OPERATOR, actor=f"p:{request.viewer.person_id}", channel="phone", subject=cleaned["subject"],
                place=place_of(cleaned), words=form.said(), author=author_of(cleaned), key=key_of(request),
                hazard=cleaned["hazard"], answers=_answers(request.POST),
            )  # fmt: skip
            return _finished(request, call, done.case_id, done.code)
        except Invalid as error:
            merge_errors(form, error)
        except KeyReused as error:
            form.add_error(None, error.sentence)
    return _page(request, form, request.POST.get("phone", "")[:60], call=call, typed=request.POST, status=422)


def _begin(request: HttpRequest, call: Any) -> HttpResponse:
    """The desk before anything is sent: with what this person was typing, and the number of the call."""
    name = _draft(call)
    if "fresh" in request.GET:
        drafts.drop(request, name)
        return redirect(f"{reverse('desk')}?call={call.pk}" if call else "desk")
    typed = {field: values[0] for field, values in drafts.load(request, name).items() if values}
    phone = request.GET.get("phone", "")[:60] or (call.phone or "" if call else "") or typed.get("phone", "")
    form = Call(initial={"tell_by": "none" if call and call.hidden else "sms"} | typed | {"phone": phone})
    return _page(request, form, phone, call=call, typed=typed, kept=any(typed.get(n) for n in ("words", "address")))


def _finished(request: HttpRequest, call: Any, case_id: int, code: str, joined: bool = False) -> HttpResponse:
    drafts.drop(request, _draft(call))
    if call is not None:
        calls.became(call.pk, request.viewer.person_id, case_id)
    given = "&".join([*(["joined=1"] if joined else []), *([f"call={call.pk}"] if call else [])])
    return redirect(reverse("desk_done", args=[code]) + (f"?{given}" if given else ""))


def _call(request: HttpRequest) -> Any:
    """The call that the page is about, when this operator took it."""
    number = request.POST.get("call", "") or request.GET.get("call", "")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    return calls.mine(int(number), request.viewer.person_id)


def _draft(call: Any) -> str:
    return f"desk-{call.pk}" if call else "desk"


def _answers(posted: Any) -> dict[str, Any]:
    """The answers to the subject's questions, posted as answers.CODE."""
    return {n.removeprefix("answers."): v for n, v in posted.items() if n.startswith("answers.") and v}


def asked(subject: str, typed: Any) -> list[dict[str, Any]]:
    """A subject's questions, each with what was answered so far."""
    chosen, answers = subjects.by_code(subject), _answers(typed)
    return [{"q": q, "said": answers.get(q.code, "")} for q in (chosen.questions if chosen else ())]


def _conduct() -> list[dict[str, str]]:
    """The subjects of what people say of staff, as the catalogue has them: complaint, then thanks."""
    found = []
    for words, label in (("شکایت رفتار کارمند", "شکایت از برخورد"), ("تقدیر تشکر", "قدردانی")):
        row = next((s for s in subjects.find(words, 3) if s.sensitivity >= CONDUCT), None)
        if row is not None:
            found.append({"code": row.code, "label": label})
    return found


def _page(
    request: HttpRequest, form: Report, phone: str, *, call: Any = None, typed: Any = None, status: int = 200,
    error: str = "", joining: int = 0, kept: bool = False, instant_error: str = "",
) -> HttpResponse:  # fmt: skip
    """The desk; `joining`: the case that a call was to join when something was wrong with what was typed."""
    known, wrong = [], ""
    try:
        number = phone_of(phone)
        if number:
            people.look(
                person_id=request.viewer.person_id, actor=f"p:{request.viewer.person_id}", what="caller", reason="call"
            )
            known = callers.open_cases(access.cases_for(request.viewer), number)
    except Invalid as bad:
        wrong = "" if "phone" in form.errors else bad.sentence
    now = access.now()
    told = callers.last_words([found.case.pk for found in known]) if known else {}
    listed = [
        {"n": str(n % 10), "row": row, "name": found.name, "told": told.get(found.case.pk, ""),
         "typed": request.POST if found.case.pk == joining else {}}
        for n, (found, row) in enumerate(zip(known, listing.rows([k.case for k in known], now), strict=True), 1)
    ]  # fmt: skip
    if joining and not form.is_bound and not any(one["typed"] for one in listed):
        form.initial["words"] = request.POST.get("words", "")
    shown = {
        "form": form, "phone": phone, "known": listed, "wrong": wrong, "reasons": REASONS, "now": now, "error": error,
        "names": list(dict.fromkeys(found.name for found in known if found.name))[:3], "call": call, "kept": kept,
        "questions": asked(form["subject"].value() or "", typed or {}), "draft": _draft(call), "kinds": KINDS,
        "conduct": _conduct(), "answers": bank.all(), "instant_error": instant_error, "posted": request.POST,
        "became": queries.code_of(call.case_id) if call and call.case_id else "",
    }  # fmt: skip
    return render(request, "desk/desk.html", shown, status=status)


@audience(DESK)
@require_safe
def done(request: HttpRequest, code: str) -> HttpResponse:
    """The sentence to read out: the code, whose it is now, and until when the first answer is promised."""
    case, call = access.case_for(request.viewer, code), _call(request)
    subject = subjects.by_id(case.subject_id)
    unit = units.by_id(case.unit_id) if case.unit_id else None
    return render(
        request,
        "desk/done.html",
        {"case": case, "subject": subject.name if subject else "", "unit": unit, "call": call},
    )


@audience(DESK)
@require_POST
def join(request: HttpRequest, code: str) -> HttpResponse:
    """The call is about a case that is open: a recontact or a similar report joins it, and is counted."""
    case, call = access.case_for(request.viewer, code), _call(request)
    posted = request.POST
    kind, phone = posted.get("kind", "recontact"), posted.get("phone", "")
    reason = posted.get(f"reason-{case.code}") or posted.get("reason")
    try:
        contact(
            case.pk, kind=kind, reason=(reason or None) if kind == "recontact" else None, words=posted.get("words", ""),
            by=By.OPERATOR, actor=f"p:{request.viewer.person_id}", channel="phone", key=key_of(request),
            author=author_of({"phone": phone, "name": posted.get("name", ""),
                              "tell_by": posted.get("tell_by") or ("call" if phone else "none")}),
        )  # fmt: skip
    except (Invalid, Refused, KeyReused) as error:
        new = "subject" in posted  # sent from the new request's form, which keeps what was typed
        form = Call(initial=posted.dict() if new else {"tell_by": "sms", "phone": phone[:60]})
        return _page(
            request, form, phone[:60], call=call, typed=posted, status=422, error=error.sentence,
            joining=0 if new else case.pk,
        )  # fmt: skip
    return _finished(request, call, case.pk, case.code, joined=True)


@audience(DESK)
@require_POST
def at_once(request: HttpRequest) -> HttpResponse:
    """An instant contact: answered from the bank, or told off; counted without a case."""
    posted, call = request.POST, _call(request)
    chosen = bank.by_code(posted.get("answer", ""))
    kind, words = posted.get("kind", "question"), posted.get("asked", "")
    if not words.strip():
        words = chosen.title if chosen else KINDS["abuse"] if kind == "abuse" else ""
    try:
        instant(
            by=By.OPERATOR, actor=f"p:{request.viewer.person_id}", channel="phone", words=words, kind=kind,
            subject_id=chosen.subject_id if chosen else None, key=key_of(request),
            author=author_of({"phone": posted.get("phone", "")}),
        )  # fmt: skip
    except CaseError as error:
        phone = posted.get("phone", "")[:60]
        form = Call(initial={"tell_by": "sms", "phone": phone})
        return _page(request, form, phone, call=call, status=422, instant_error=error.sentence)
    messages.success(request, f"پیام آنی شمرده شد: {KINDS[kind]}.")
    return redirect(f"{reverse('desk')}?call={call.pk}" if call else "desk")
