"""The operator's desk: a call comes in, is joined to what is open, or registered; the code is read out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bina.doors.web.audience import audience
from bina.doors.web.intake import Report, author_of, key_of, merge_errors, phone_of, place_of
from bina.flow.cases import access, callers
from bina.flow.cases.contacts import REASONS, contact
from bina.flow.cases.errors import Invalid, KeyReused, Refused
from bina.flow.cases.moves import STATE_FA, By
from bina.flow.cases.register import register
from bina.ground.catalogue import subjects
from bina.ground.city import people

DESK = "role:operator,duty_officer,shift_supervisor"


class Call(Report):
    """The same request as the operator asks for it."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.fields["words"].help_text = "با واژه‌های خود شهروند."
        self.fields["name"].label = "نام تماس‌گیرنده"


@audience(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The call in one page: the number's open cases, the new request, and what is wrong beside its field."""
    if request.method != "POST":
        phone = request.GET.get("phone", "")[:60]
        return _page(request, Call(initial={"tell_by": "sms", "phone": phone}), phone)
    form = Call(request.POST)
    if form.is_valid():
        try:
            cleaned = form.cleaned_data
            done = register(
                by=By.OPERATOR, actor=f"p:{request.viewer.person_id}", channel="phone", subject=cleaned["subject"],
                place=place_of(cleaned), words=cleaned["words"], author=author_of(cleaned), key=key_of(request),
                hazard=cleaned["hazard"], answers=_answers(request),
            )  # fmt: skip
            return redirect("desk_done", code=done.code)
        except Invalid as error:
            merge_errors(form, error)
        except KeyReused as error:
            form.add_error(None, error.sentence)
    return _page(request, form, request.POST.get("phone", "")[:60], status=422)


def _answers(request: HttpRequest) -> dict[str, Any]:
    """The answers to the subject's questions, posted as answers.CODE."""
    return {n.removeprefix("answers."): v for n, v in request.POST.items() if n.startswith("answers.") and v}


def _page(
    request: HttpRequest, form: Report, phone: str, *, status: int = 200, error: str = "", joining: int = 0
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
    listed = [_row(found) | {"typed": request.POST if found.case.pk == joining else {}} for found in known]
    if joining and not any(row["typed"] for row in listed):
        form.initial["words"] = request.POST.get("words", "")
    chosen = subjects.by_code(form["subject"].value() or "")
    told = {
        "form": form, "phone": phone, "known": listed, "wrong": wrong, "reasons": REASONS,
        "error": error, "questions": chosen.questions if chosen else (),
    }  # fmt: skip
    return render(request, "desk/desk.html", told, status=status)


def _row(found: callers.Found) -> dict[str, Any]:
    subject = subjects.by_id(found.case.subject_id)
    return {
        "case": found.case, "subject": subject.name if subject else "", "address": found.address, "name": found.name,
        "state": STATE_FA[found.case.state],
    }  # fmt: skip


@audience(DESK)
@require_safe
def done(request: HttpRequest, code: str) -> HttpResponse:
    """The sentence to read out: the code, and until when the first answer is promised."""
    return render(request, "desk/done.html", {"case": access.case_for(request.viewer, code)})


@audience(DESK)
@require_POST
def join(request: HttpRequest, code: str) -> HttpResponse:
    """The call is about a case that is open: a recontact or a similar report joins it, and is counted."""
    case = access.case_for(request.viewer, code)
    kind = request.POST.get("kind", "recontact")
    try:
        contact(
            case.pk, kind=kind, reason=request.POST.get("reason") or None, words=request.POST.get("words", ""),
            by=By.OPERATOR, actor=f"p:{request.viewer.person_id}", channel="phone", key=key_of(request),
            author=author_of({"phone": request.POST.get("phone", ""), "name": request.POST.get("name", ""),
                              "tell_by": "call" if request.POST.get("phone") else "none"}),
        )  # fmt: skip
    except (Invalid, Refused, KeyReused) as error:
        phone = request.POST.get("phone", "")[:60]
        form = Call(initial={"tell_by": "sms", "phone": phone})
        return _page(request, form, phone, status=422, error=error.sentence, joining=case.pk)
    return redirect(f"{reverse('desk_done', args=[case.code])}?joined=1")
