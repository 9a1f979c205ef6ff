"""Subjects (موضوع): words, deadline and its clock, priority, windows, checks, first answer; from a day on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bina.doors.web.admin import words
from bina.doors.web.admin.bodies import plan_of
from bina.doors.web.admin.change import AUDIENCE, Screen, run
from bina.doors.web.admin.colleagues import bound
from bina.doors.web.admin.fields import REQUIRED, Change, Day, Line, Span, Whole, Words
from bina.doors.web.audience import audience
from bina.flow.cases import changes
from bina.ground.catalogue import edits, subjects
from bina.ground.catalogue.pack import LONGEST_SECONDS
from bina.ground.city import installation, planned

CREDITS = {"N": "بی‌اعتبار جدا", "O": "با اعتبار جاری", "C": "اعتبار جداگانه", "C*": "اعتبار جداگانهٔ بزرگ"}


class SubjectForm(Change):
    """What can be changed of a subject by hand, and from which day."""

    name = Line(label="نام")
    name_en = Line(label="نام انگلیسی", required=False)
    keywords = Words(
        label="واژه‌ها", help_text="مردم آن را چه می‌نامند؟ با ویرگول جدا کنید؛ املاهای گوناگون خودبه‌خود پیدا می‌شود."
    )
    deadline_seconds = Span(
        label="مهلت واحد", unit="ساعت", most=LONGEST_SECONDS, help_text="مانند «۷۲ ساعت» یا «۳۰ دقیقه»."
    )
    deadline_clock = forms.ChoiceField(
        label="مهلت واحد با کدام ساعت", choices=list(words.CLOCKS.items()), error_messages=REQUIRED,
        help_text="ساعت کاری با تقویم واحد می‌گذرد؛ ساعت پیوسته شب و تعطیل هم می‌گذرد.",
    )  # fmt: skip
    first_answer_seconds = Span(
        label="نخستین پاسخ به شهروند", unit="دقیقه", most=60 * 86_400, help_text="وعده‌ای که هنگام ثبت داده می‌شود."
    )
    first_answer_clock = forms.ChoiceField(
        label="نخستین پاسخ با کدام ساعت", choices=list(words.CLOCKS.items()), error_messages=REQUIRED
    )
    priority = forms.ChoiceField(label="اولویت", choices=list(words.PRIORITIES.items()), error_messages=REQUIRED)
    check_results = forms.ChoiceField(
        label="کدام نتیجه‌ها را کارشناس کنترل می‌کند", choices=list(words.CHECKS.items()), error_messages=REQUIRED
    )
    answer_window_days = Whole(label="مهلت پاسخ شهروند، روز", least=1, most=366)
    guarantee_days = Whole(label="مهلت تضمین، روز", least=0, most=3660)
    result_promise = forms.BooleanField(label="هنگام ثبت، وعدهٔ انجام داده می‌شود", required=False)
    since = Day(label="از روز", help_text="امروز، یا روزی که در راه است؛ تا آن روز می‌شود پس گرفت.")


@audience(AUDIENCE)
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """All subjects in force by group, or those that some words mean."""
    sought = request.GET.get("q", "")[:100].strip()
    names = {group.code: group.name for group in subjects.groups()}
    groups: dict[str, list[Any]] = {}
    for row in subjects.find(sought, 40) if sought else subjects.all():
        groups.setdefault(names.get(row.group_code, ""), []).append({
            "row": row, "deadline": words.hours(row.deadline_seconds), "clock": words.CLOCKS[row.deadline_clock],
            "first": words.hours(row.first_answer_seconds), "check": words.CHECKS[row.check_results],
        })  # fmt: skip
    return render(request, "admin/subjects.html", {"groups": groups, "q": sought})


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: HttpRequest, subject: str) -> HttpResponse:
    """One subject: its form, what is to come and what was changed."""
    row = subjects.by_code(subject)
    if row is None:
        raise Http404("no such subject")
    state = edits.state(subject)
    form = SubjectForm(bound(request), initial=_typed(state) | {"since": installation.today()})

    def values(given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in _values(given).items() if value != state[name]}

    return run(request, Screen(
        row.name, form, lambda given: changes.subject_edit(subject, values(given)),
        reverse("admin_subject", args=[subject]), state=state, plan=lambda given: plan_of(given, values(given)),
        history=("subject", subject), beside="admin/beside_subject.html",
        lead="واحد مسئول، پرسش‌ها و مدرک‌های هر یافته با پوشهٔ شهر تعیین می‌شود.",
        note="مهلت واحد در درخواست‌های باز هم جابه‌جا می‌شود. اولویت، مهلت پاسخ و مهلت تضمینِ درخواست‌های باز همان می‌ماند "
        "که هنگام ثبت بود، و هیچ وعدهٔ داده‌شده‌ای جابه‌جا نمی‌شود.",
        side={"row": row, "credit": CREDITS[row.credit], "coming": words.planned_lines(planned.of("subject", subject))},
    ))  # fmt: skip


def _typed(state: dict[str, Any]) -> dict[str, Any]:
    return state | {"priority": str(state["priority"])}


def _values(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in edits.FIELDS} | {"priority": int(given["priority"])}
