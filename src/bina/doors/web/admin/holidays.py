"""Public holidays (تعطیلی رسمی): proposals of a year confirmed or rejected one by one, others added by decree."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bina.doors.web.admin import words
from bina.doors.web.admin.change import AUDIENCE, Screen, run
from bina.doors.web.admin.colleagues import bound
from bina.doors.web.admin.fields import Change, Day, Line
from bina.doors.web.admin.hours import BACK_DAYS, not_past
from bina.doors.web.audience import audience
from bina.flow.cases.changes import Edit
from bina.ground.city import installation
from bina.ground.sla import calendars, rolls
from bina.ground.text.digits import BadNumber, parse_int, persian
from bina.ground.text.jalali import FIRST_YEAR, LAST_YEAR, format_date, to_jalali


class HolidayForm(Change):
    """A holiday by decree."""

    on = Day(label="روز")
    name = Line(label="نام تعطیلی")
    source = Line(label="سند", help_text="مصوبه، بخشنامه یا تقویم رسمی کشور.")


class SettleForm(Change):
    """What a proposal was checked against, and why."""

    source = Line(label="سند", required=False, help_text="با کدام تقویم یا بخشنامه سنجیدید؟")


def year_of(text: str) -> int:
    """A Jalali year that was typed, else this year."""
    try:
        return parse_int(text, least=FIRST_YEAR, most=LAST_YEAR)
    except BadNumber:
        return int(to_jalali(installation.today()).year)


@audience(AUDIENCE)
@require_safe
def holidays(request: HttpRequest) -> HttpResponse:
    """The holidays of a year with their status."""
    year = year_of(request.GET.get("year", "")[:10])
    rows = calendars.holidays_of(year)
    told = {
        "year": str(year), "before": str(year - 1), "next": str(year + 1),
        "rows": [(r, words.HOLIDAY_STATUS[r.status]) for r in rows],
        "waiting": sum(1 for r in rows if r.status == "proposed"),
    }  # fmt: skip
    return render(request, "admin/holidays.html", told)


@audience(AUDIENCE)
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Proposes the holidays of a year; none counts until it is confirmed."""
    year = year_of(request.POST.get("year", "")[:10])
    made = calendars.propose_holidays(year)
    said = f"{len(made)} تعطیلی پیشنهاد شد؛ هر کدام را با تقویم رسمی بسنجید." if made else "پیشنهاد تازه‌ای نبود."
    messages.success(request, persian(said))
    return redirect(reverse("admin_holidays") + f"?year={year}")


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A holiday by decree, confirmed at once."""
    form = HolidayForm(bound(request))

    def make(given: dict[str, Any]) -> Edit:
        not_past(given["on"], "on", BACK_DAYS)

        def do() -> str:
            row, _new = calendars.propose_holiday(on=given["on"], name=given["name"], source=given["source"])
            calendars.confirm_holiday(holiday_id=row.pk, by=_by(request), source=given["source"])
            return str(given["on"].isoformat())

        return Edit("day", given["on"].isoformat(), do, _state)

    return run(request, Screen(
        "تعطیلی رسمی تازه", form, make, reverse("admin_holidays"), "افزودن تعطیلی",
        lead="برای تعطیلی‌ای که در تقویم نبود و با مصوبه آمد. اگر تنها چند ساعت یا یک تقویم است، "
        "«تعطیلی موردی» را بنویسید.",
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, number: int, how: str) -> HttpResponse:
    """Confirms a holiday, or rejects it (also one that was confirmed before)."""
    row = rolls.holiday(number)
    if row is None or how not in ("confirm", "reject"):
        raise Http404("no such holiday")
    confirm, day = how == "confirm", row.date.isoformat()

    def make(given: dict[str, Any]) -> Edit:
        def do() -> str:
            verb = calendars.confirm_holiday if confirm else calendars.reject_holiday
            verb(holiday_id=number, by=_by(request), source=given["source"])
            return day

        return Edit("day", day, do, _state)

    year = to_jalali(row.date).year
    return run(request, Screen(
        f"{'تأیید' if confirm else 'رد'} «{row.name}»", SettleForm(bound(request)), make,
        reverse("admin_holidays") + f"?year={year}", "تأیید تعطیلی" if confirm else "رد کردن", danger=not confirm,
        lead=f"{format_date(row.date, weekday=True)}. پیشنهاد از: {row.source}."
        + (" این روز قمری است و با رؤیت ماه ممکن است جابه‌جا شود." if row.estimated else ""),
        state=rolls.day_state(row.date), history=("day", day),
    ))  # fmt: skip


def _by(request: HttpRequest) -> str:
    return f"p:{request.viewer.person_id}"


def _state(day: str) -> dict[str, Any]:
    return rolls.day_state(date.fromisoformat(day))
