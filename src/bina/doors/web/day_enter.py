"""Quick entry (ثبت نتیجه از برگه): results read off paper, by code, one after another and by keyboard alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bina.doors.web import deeds, drafts, inbox
from bina.doors.web.audience import audience
from bina.doors.web.case_fields import DayField
from bina.doors.web.day_words import last_minute
from bina.doors.web.inbox_deed import Brought, Quantity, bring, proof_words
from bina.doors.web.intake import key_of, merge_errors, photos_in
from bina.flow.cases import access, queries
from bina.flow.cases.errors import CaseError, Invalid, NotAllowed
from bina.flow.cases.moves import By
from bina.flow.work import jobs, results, slips
from bina.ground.catalogue import subjects
from bina.ground.city import installation
from bina.ground.text.codes import BadCode, read_code
from bina.ground.text.digits import persian
from bina.ground.text.jalali import BadDate, local_day, parse_date

BACK_DAYS = 30  # paper older than this is no daily list any more
TYPED, LISTED = "day_typed", 30  # session key: the lines entered last, so that one sees what is done
FOR_DAY, DRAFT = "day_entered_for", "day-enter"  # session key: the day of the paper; the draft of the line being typed
BY = (By.UNIT, By.LIAISON)
# What the citizen reads when the paper has no note: true of every subject, and said on the page.
PLAIN = {
    "done": "کار در محل انجام شد.",
    "nothing_found": "در بازدید از نشانی، موردی دیده نشد.",
    "already_fixed": "هنگام بازدید، پیش‌تر رفع شده بود.",
    "partly": "بخشی از کار انجام شد.",
    "visit": "بازدید شد؛ کار می‌خواهد.",
}


class DoneDay(forms.CharField):
    """The day on which it was done: today when left empty, never a day to come."""

    def __init__(self, **given: Any) -> None:
        super().__init__(label="روز انجام", required=False, max_length=60, **given)

    def clean(self, value: Any) -> date | None:
        """The day typed, in any spelling."""
        text = super().clean(value)
        if not text:
            return None
        today = local_day(access.now(), installation.current().zone)
        try:
            day = parse_date(text, today=today)
        except BadDate as error:
            raise forms.ValidationError(error.fa) from error
        if day > today:
            raise forms.ValidationError("این روز هنوز نیامده است.")
        if day < today - timedelta(days=BACK_DAYS):
            raise forms.ValidationError("این روز بیش از یک ماه پیش است؛ نتیجه را از صفحهٔ درخواست بنویسید.")
        return day


class Typed(Brought):
    """One line of paper."""

    code = forms.CharField(
        label="کد", max_length=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off", "autofocus": True}),
    )  # fmt: skip
    finding = forms.ChoiceField(
        label="یافته", widget=forms.RadioSelect,
        choices=[(code, f"{persian(n)}. {word}") for n, (code, word) in enumerate(results.BROUGHT.items(), 1)],
    )  # fmt: skip
    quantity = Quantity()
    day = DoneDay()
    rest_at = DayField(label="بقیه تا چه روزی؟", required=False, help_text="")
    words = forms.CharField(label="یادداشت برای شهروند", required=False, max_length=20_000, strip=False)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, auto_id="en-%s", **given)
        self.fields["code"].error_messages["required"] = "کد درخواست را بنویسید."
        self.fields["finding"].error_messages["required"] = "یافته را برگزینید."

    def clean_code(self) -> str:
        """The code in any spacing and digits; what is wrong with it is said."""
        try:
            return read_code(self.cleaned_data["code"])
        except BadCode as error:
            raise forms.ValidationError(error.fa) from error


@audience(inbox.AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """One line at a time; what was entered stands below, what waits for a photo beside it."""
    if request.method != "POST":
        kept = {name: values[-1] for name, values in drafts.load(request, DRAFT).items() if values}
        day = request.session.get(FOR_DAY, "")
        return _page(request, Typed(initial={"day": day, "finding": "done"} | kept))
    form = Typed(request.POST)
    if form.is_valid():
        try:
            told = _enter(request, form.cleaned_data)
        except Invalid as error:
            named = {"answer": "words", "files": "code", "photo": "code"}
            merge_errors(form, Invalid({named.get(name, name): what for name, what in error.errors.items()}))
        except CaseError as error:
            form.add_error("code", error.sentence)
        else:
            _remember(request, form, told)
            drafts.drop(request, DRAFT)
            return redirect("day_enter")
    return _page(request, form, status=422)


def _enter(request: HttpRequest, given: dict[str, Any]) -> str:
    """Records one line, or keeps it while its photo is missing; gives what came of it: entered or waits."""
    viewer = request.viewer
    found = access.case_for(viewer, given["code"])
    by = access.hat_for(viewer, found, BY)
    finding, actor = given["finding"], f"p:{viewer.person_id}"
    words = given["words"].strip() or PLAIN[finding]
    try:
        results.enter(
            found.pk, finding=finding, quantity=given["quantity"], words=words, rest_at=given["rest_at"],
            done_at=last_minute(given["day"]) if given["day"] else None, by=by, actor=actor, channel="desk",
            key=key_of(request),
        )  # fmt: skip
    except Invalid as error:
        if "files" not in error.errors:
            raise
        slips.keep(found.pk, unit_id=found.unit_id, finding=finding, quantity=given["quantity"], done_on=given["day"],
                   words=words, actor=actor)  # fmt: skip
        return "waits"
    slips.drop(found.pk)
    return "entered"


def _remember(request: HttpRequest, form: Typed, told: str) -> None:
    """Keeps the line for the page's list, and the day for the next line."""
    given = form.cleaned_data
    line = {"code": given["code"], "finding": results.BROUGHT[given["finding"]], "quantity": given["quantity"],
            "waits": told == "waits"}  # fmt: skip
    request.session[TYPED] = [line, *request.session.get(TYPED, [])][:LISTED]
    request.session[FOR_DAY] = form.data.get("day", "")[:60]


def _page(request: HttpRequest, form: Typed, *, status: int = 200) -> HttpResponse:
    mine = inbox.units_of(request.viewer)
    told = {
        "form": form, "typed": request.session.get(TYPED, []),
        "plain": [(results.BROUGHT[k], w) for k, w in PLAIN.items()],
        "waiting": waiting(request.viewer, mine), "of": inbox.names_of(mine),
        "left": len([j for j in jobs.in_hand(mine, [], access.now()) if j.unit_id in mine]),
    }  # fmt: skip
    return render(request, "staff/day_enter.html", told, status=status)


def waiting(viewer: Any, mine: list[int]) -> list[dict[str, Any]]:
    """The results that wait for their photo, with what each must show."""
    kept = slips.of_units(mine)
    cases = (
        {case.pk: case for case in access.cases_for(viewer).filter(pk__in=[s.case_id for s in kept])} if kept else {}
    )
    addresses = queries.addresses(list(cases))
    rows = []
    for slip in kept:
        if (case := cases.get(slip.case_id)) is None:
            continue
        subject = subjects.by_id(case.subject_id)
        wanted = dict(proof_words(subject)).get(slip.finding, "")
        rows.append({
            "slip": slip, "case": case, "subject": subject.name if subject else "", "wanted": wanted,
            "address": addresses.get(case.pk, ""), "finding": results.BROUGHT.get(slip.finding, ""),
            "before": "photo_before" in (subject.proof.get(slip.finding, []) if subject else []),
        })  # fmt: skip
    return rows


@audience(inbox.AUDIENCE)
@require_POST
def photo(request: HttpRequest, code: str) -> HttpResponse:
    """The photo that a result waited for: with it the result is recorded; or the result is given up."""
    viewer = request.viewer
    found = access.case_for(viewer, code)
    by, slip = access.hat_for(viewer, found, BY), slips.of_case(found.pk)
    if slip is None:
        raise NotAllowed("این نتیجه دیگر در انتظار عکس نیست.")
    if request.POST.get("give_up"):
        slips.drop(found.pk)
        messages.success(request, "از فهرست برداشته شد؛ نتیجه‌ای ثبت نشد.")
        return redirect("day_enter")
    common = {"by": by, "actor": f"p:{viewer.person_id}", "channel": "desk", "key": key_of(request), "seq": None}
    try:
        shown = [(photos_in(request.FILES, name), stage) for name, stage in (("before", "before"), ("photo", "after"))]
        if not any(files for files, _stage in shown):
            raise Invalid({"photo": "عکسی برگزیده نشد."})
        bring(
            found.pk, shown=shown, common=common, finding=slip.finding, words=slip.words, quantity=_quantity(slip),
            done_at=last_minute(slip.done_on) if slip.done_on else None,
        )  # fmt: skip
    except CaseError as error:
        messages.error(request, f"{deeds.name('report')} نشد: {error.sentence}")
        return redirect("day_enter")
    slips.drop(found.pk)
    messages.success(request, "عکس رسید و نتیجه اعلام شد.")
    return redirect("day_enter")


def _quantity(slip: slips.SlipRow) -> int | None:
    """The quantity, unless the job to which it belonged has ended in the meantime."""
    return slip.quantity if jobs.open_of([slip.case_id]) else None
