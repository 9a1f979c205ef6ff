"""Bulk actions of the worklist: what is ticked, the form of the act, the stored order, its bar and its results."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bina.doors.web import work_filters
from bina.doors.web.audience import audience
from bina.doors.web.case_fields import DayField, UnitField, pick, unit_choices, words
from bina.doors.web.day_words import next_day
from bina.doors.web.intake import key_of, merge_errors
from bina.doors.web.work import AUDIENCE
from bina.flow.cases import access, queries, worklist
from bina.flow.cases.errors import Invalid, KeyReused, NotAllowed
from bina.flow.cases.facts import BY_FACT
from bina.flow.cases.moves import BY_VERB, STATE_FA, By, State, why_not
from bina.flow.quality import orders
from bina.flow.quality.followups import CASES_MAX, MEANS
from bina.ground.catalogue import subjects
from bina.ground.text.digits import persian
from bina.ground.text.jalali import numeric_date

ORDERS_PAGE = 20
MINE = (By.EXPERT, By.SUPERVISOR)


class Bulk(forms.Form):
    """The form of an act on many cases; `district` gives its choices."""

    def __init__(self, *args: Any, district: int | None = None, **given: Any) -> None:
        super().__init__(*args, auto_id="do-%s", **given)
        if "unit" in self.fields:
            self.fields["unit"].choices = unit_choices(district)
        empty = next((field for name, field in self.fields.items() if not self.initial.get(name)), None)
        if empty is not None and not self.is_bound:
            empty.widget.attrs["autofocus"] = True  # whoever came by one key goes on typing

    def given(self) -> dict[str, Any]:
        """What the verb is given besides its words."""
        return {k: v for k, v in self.cleaned_data.items() if k != "words" and v not in ("", None)}


class Refer(Bulk):
    """To which unit, with what instruction."""

    unit = UnitField(label="به کدام واحد؟")
    words = words("دستور کار", help_text="یک جمله: چه باید بکند؟")


class Follow(Bulk):
    """Whom was asked, how, what they said, by when."""

    unit = UnitField(label="از کدام واحد؟")
    means = pick("چگونه؟", MEANS)
    words = words("چه گفتند؟")
    word_at = DayField(label="قول واحد", required=False)


class SendBack(Bulk):
    """What the results lack."""

    words = words("چه چیزی کم است؟", help_text="واحد همین را می‌خواند و کامل می‌کند.")


class Aside(Bulk):
    """Until which day, and why."""

    until = DayField(label="تا چه روزی؟", help_text="صبح آن روز به کارتابل برمی‌گردد. مانند ۱۴۰۵/۰۹/۱۵ یا «۱۵ آذر».")
    words = words("چرا؟", rows=2)

    def clean_until(self) -> int:
        """The day's first moment: in the morning it is on the list again."""
        morning = int(self.cleaned_data["until"]) + 60 - 86_400
        if morning <= access.now().timestamp():
            raise forms.ValidationError("روزی پس از امروز بنویسید.")
        return morning


class Pass(Bulk):
    """Nothing more is needed."""


FORMS: dict[str, type[Bulk]] = {"refer": Refer, "follow_up": Follow, "send_back": SendBack, "snoozed": Aside,
                                "acknowledged": Pass}  # fmt: skip


def picked(request: HttpRequest, cases: Any) -> list[tuple[Any, int]]:
    """The ticked cases that are this person's, each with the event that he had seen, in the page's order."""
    seen: dict[str, int] = {}
    for value in request.POST.getlist("pick")[: CASES_MAX + 1]:
        code, _, seq = value.partition(":")
        if seq.isascii() and seq.isdigit() and len(seq) < 10 and len(code) <= 40 and "\0" not in code:
            seen[code] = int(seq)
    found = {case.code: case for case in cases.filter(code__in=list(seen))} if seen else {}
    return [(found[code], seq) for code, seq in seen.items() if code in found]


def unable(verb: str, case: Any, hats: frozenset[By]) -> str:
    """Why this person cannot do it on this case, in words; empty when he can."""
    state = State(case.state)
    if verb in BY_VERB:
        return why_not(verb, state, hats.intersection(MINE))
    if not hats.intersection(MINE, BY_FACT[verb].by):
        return "با شما نیست."
    if verb == "acknowledged" and (state != State.REPORTED or "checked" in case.more):
        return f"نتیجه‌ای برای پذیرفتن ندارد؛ اکنون «{STATE_FA[state]}» است."
    if verb == "follow_up" and state not in (State.REFERRED, State.IN_PROGRESS, State.WAITING):
        return f"نزد واحدی نیست؛ اکنون «{STATE_FA[state]}» است."
    return "" if state != State.CLOSED else "پایان یافته است."


@audience(AUDIENCE)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """An act on what is ticked: its form first, then a stored order that can be taken back for ten seconds."""
    viewer, verb = request.viewer, request.POST.get("verb", "")
    if verb not in FORMS:
        raise NotAllowed("چنین کاری برای چند درخواست نیست.")
    chosen = picked(request, access.cases_for(viewer))
    lines = [(case, seq, unable(verb, case, access.hats(viewer, case))) for case, seq in chosen]
    able = [(case.pk, seq) for case, seq, why in lines if not why]
    sent = "sure" in request.POST or (verb == "acknowledged" and len(able) == len(lines) > 0)
    form = FORMS[verb](request.POST if sent else None, district=_district(lines), initial=_first(verb, lines))
    if sent and form.is_valid() and _ordered(request, verb, able, form):
        return redirect(back_to(request))
    addresses = queries.addresses([case.pk for case, _seq, _why in lines])
    told = {
        "verb": verb, "word": orders.VERBS[verb], "form": form, "able": len(able), "wait": orders.WAIT_SECONDS,
        "lines": [(case, seq, why, _name(case), addresses.get(case.pk, "")) for case, seq, why in lines],
        "back": request.POST.get("back", "")[:1000], "back_to": back_to(request), "most": CASES_MAX,
        "left": max(len(request.POST.getlist("pick")) - len(chosen), 0),
    }  # fmt: skip
    return render(request, "staff/bulk.html", told, status=422 if form.errors or not able else 200)


def _ordered(request: HttpRequest, verb: str, able: list[tuple[int, int]], form: Bulk) -> bool:
    try:
        orders.order(
            person_id=request.viewer.person_id, verb=verb, picks=able, given=form.given(), channel="desk",
            words=form.cleaned_data.get("words", ""), key=key_of(request).key,
        )  # fmt: skip
    except Invalid as error:
        merge_errors(form, error)
        return False
    except KeyReused as error:
        form.add_error(None, error.sentence)
        return False
    return True


def _name(case: Any) -> str:
    subject = subjects.by_id(case.subject_id)
    return subject.name if subject else ""


def _district(lines: list[Any]) -> int | None:
    here = {case.district_id for case, _seq, _why in lines}
    return here.pop() if len(here) == 1 else None


def _first(verb: str, lines: list[Any]) -> dict[str, Any]:
    """What stands in the form before anything is typed: the one unit of the cases, tomorrow."""
    from bina.doors.web.deeds import suggested_unit
    from bina.ground.city import units

    if verb == "snoozed":
        soon = date.fromisoformat(next_day(work_filters.midnight(access.now()) + timedelta(hours=1)))
        return {"until": persian(numeric_date(soon)), "words": ""}
    if verb == "refer":
        codes = {suggested_unit(case) for case, _seq, _why in lines}
        return {"unit": codes.pop()} if len(codes) == 1 else {}
    if verb == "follow_up":
        ids = {case.unit_id for case, _seq, _why in lines}
        unit = units.by_id(ids.pop() or 0) if len(ids) == 1 else None
        return {"unit": unit.code if unit else "", "means": "phone"}
    return {}


def back_to(request: HttpRequest) -> str:
    """The list from which an act came, by the filters that it names and nothing else."""
    given = QueryDict(request.POST.get("back", "")[:1000])
    query = work_filters.read(given).query
    only = given.get("only", "")
    rest = urlencode({"only": only}) if only in worklist.DESK else ""
    kept = "&".join(part for part in (query, rest) if part)
    return reverse("work") + (f"?{kept}" if kept else "")


@audience(AUDIENCE)
@require_safe
def order(request: HttpRequest, number: int) -> HttpResponse:
    """One order with the result of each of its cases; `?bar=1` gives its bar alone."""
    viewer = request.viewer
    found = orders.told(viewer.person_id, number=number) if number < 2**63 else []
    if not found:
        raise NotAllowed("چنین دستوری از شما نیست.")
    told = {"order": found[0], "wait": orders.WAIT_SECONDS, "now": access.now()}
    if "bar" in request.GET:
        return render(request, "staff/order_bar.html", told)
    return render(request, "staff/order.html", told | {"lines": orders.lines(number)})


@audience(AUDIENCE)
@require_safe
def past_orders(request: HttpRequest) -> HttpResponse:
    """A person's bulk orders of the last days, the newest first."""
    before = request.GET.get("before", "")
    key = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    found = orders.told(request.viewer.person_id, before=key, limit=ORDERS_PAGE + 1)
    more = found[ORDERS_PAGE - 1].number if len(found) > ORDERS_PAGE else None
    return render(request, "staff/orders.html", {"orders": found[:ORDERS_PAGE], "more": more})


@audience(AUDIENCE)
@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Takes an order back while its ten seconds last; too late is said on its page."""
    if number < 2**63 and orders.take_back(number, request.viewer.person_id):
        return redirect(back_to(request))
    if number >= 2**63 or not orders.told(request.viewer.person_id, number=number):
        raise NotAllowed("چنین دستوری از شما نیست.")
    return redirect("work_order", number=number)
