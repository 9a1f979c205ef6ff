"""Hours (ساعت کار): weekly hours of a calendar, special ones such as Ramadan's, one-off closures by decree."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bina.doors.web.admin import words
from bina.doors.web.admin.change import AUDIENCE, Screen, run
from bina.doors.web.admin.colleagues import LastDay, after, bound, until_day
from bina.doors.web.admin.fields import REQUIRED, Change, Day, Hour, Line, WeekDay, moment_of
from bina.doors.web.audience import audience
from bina.flow.cases.changes import Edit
from bina.flow.cases.errors import Invalid
from bina.ground.city import installation
from bina.ground.sla import calendars, rolls
from bina.ground.sla.worktime import HOLIDAY
from bina.ground.text.jalali import WEEKDAYS

_MIDNIGHT = time(0, 0)
USUAL, SPECIAL = "0", "10"
BACK_DAYS = 60  # a closure or a holiday is often decreed on the day, or written down after it
DAYS = [*[(str(n), name) for n, name in enumerate(WEEKDAYS)], (HOLIDAY, "تعطیل رسمی")]


class HoursForm(Change):
    """Weekly hours from a day on."""

    reason = Line(label="نام این ساعت‌ها", help_text="مانند «ساعت معمول» یا «رمضان ۱۴۰۵».")
    rank = forms.ChoiceField(
        label="کدام", choices=[(USUAL, "معمول"), (SPECIAL, "ویژه، تا وقتی برقرار است به‌جای معمول")],
        error_messages=REQUIRED, widget=forms.RadioSelect, initial=USUAL,
    )  # fmt: skip
    since = Day(label="از روز")
    until = Day(label="تا پایان روز", required=False, help_text="ساعت ویژه پایان دارد؛ معمول نه.")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        why = self.fields.pop("why")
        for key, name in DAYS:
            self.fields[f"day_{key}"] = WeekDay(label=name)
        self.fields["why"] = why

    def clean(self) -> dict[str, Any]:
        """Special hours end; some day is open."""
        given = super().clean() or {}
        if given.get("rank") == SPECIAL and not given.get("until") and "until" not in self.errors:
            self.add_error("until", "ساعت ویژه باید پایان داشته باشد.")
        days = [f"day_{key}" for key, _ in DAYS]
        if not any(given.get(day) for day in days) and not any(day in self.errors for day in days):
            self.add_error("day_0", "دست‌کم یک روز باید ساعت کار داشته باشد.")
        return given


class ClosureForm(Change):
    """A one-off closure by decree."""

    calendar = forms.ChoiceField(label="برای", required=False)
    reason = Line(label="نام تعطیلی", help_text="مانند «آلودگی هوا» یا «سرما».")
    first = Day(label="از روز")
    first_hour = Hour(label="از ساعت", required=False)
    last = Day(label="تا روز")
    last_hour = Hour(label="تا ساعت", required=False)
    source = Line(label="سند", required=False, help_text="شمارهٔ بخشنامه یا نام مرجع.")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        own = [(c.code, c.name) for c in rolls.calendars()]
        self.fields["calendar"].choices = [("", "همهٔ تقویم‌ها جز شبانه‌روزی"), *own]


@audience(AUDIENCE)
@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """The calendars with the hours of today and those to come, and the latest closures."""
    rows = []
    for calendar in rolls.calendars():
        profiles = [(p, rolls_when(p), words.week_words(p.hours)) for p in rolls.profiles(calendar.code)]
        rows.append({"calendar": calendar, "profiles": [p for p in profiles if p[1] != "past"]})
    told = {"rows": rows, "closures": rolls.closures()}
    return render(request, "admin/hours.html", told)


def rolls_when(profile: Any) -> str:
    """Where a profile lies by today: past, now or coming."""
    from bina.ground.city.rolls import when

    return when(profile.valid_from, profile.valid_to)


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def week(request: HttpRequest, calendar: str) -> HttpResponse:
    """New weekly hours of a calendar, the usual ones as a beginning."""
    row = rolls.by_code(calendar)
    if row is None or row.always:
        raise Http404("no such calendar")
    state = rolls.calendar_state(calendar)
    profiles = [p for p in rolls.profiles(calendar) if rolls_when(p) == "now"]
    usual = profiles[-1].hours if profiles else {}
    initial = {"since": installation.today()} | {f"day_{key}": usual.get(key, []) for key, _ in DAYS}
    form = HoursForm(bound(request), initial=initial)

    def make(given: dict[str, Any]) -> Edit:
        not_past(given["since"], "since")

        def do() -> str:
            calendars.set_hours(
                calendar=calendar, valid_from=given["since"], valid_to=until_day(given), rank=int(given["rank"]),
                reason=given["reason"], hours={key: given[f"day_{key}"] for key, _ in DAYS if given[f"day_{key}"]},
            )  # fmt: skip
            return calendar

        if (until := until_day(given)) is not None and until <= given["since"]:
            raise Invalid({"until": "پایان باید همان روز آغاز یا پس از آن باشد."})
        return Edit("calendar", calendar, do, rolls.calendar_state)

    return run(request, Screen(
        f"ساعت‌های {row.name}", form, make, reverse("admin_calendar", args=[calendar]), "گذاشتن ساعت‌ها", state=state,
        history=("calendar", calendar), beside="admin/beside_calendar.html",
        note="مهلت‌هایی که با ساعت کاری می‌گذرند از نو حساب می‌شوند؛ وعده‌های داده‌شده جابه‌جا نمی‌شوند.",
        side={"profiles": [(p, rolls_when(p), words.week_words(p.hours)) for p in rolls.profiles(calendar)[:12]]},
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def end_week(request: HttpRequest, number: int) -> HttpResponse:
    """Ends weekly hours on a day; what stands below them holds again."""
    row = rolls.profile(number)
    if row is None or rolls_when(row) == "past":
        raise Http404("no such hours")
    code = row.calendar.code
    form = LastDay(bound(request), initial={"last": installation.today()})

    def make(given: dict[str, Any]) -> Edit:
        on = after(given["last"])
        if on <= row.valid_from:
            raise Invalid({"last": "این ساعت‌ها در آن روز هنوز آغاز نشده‌اند."})

        def do() -> str:
            calendars.end_hours(profile_id=number, valid_to=on)
            return code

        return Edit("calendar", code, do, rolls.calendar_state)

    return run(request, Screen(
        f"پایان «{row.reason or 'ساعت معمول'}»", form, make, reverse("admin_calendar", args=[code]), "پایان دادن",
        lead=words.week_words(row.hours), state=rolls.calendar_state(code), danger=True,
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """A one-off closure, of one calendar or of all that are not 24×7."""
    form = ClosureForm(bound(request), initial={"first": installation.today(), "last": installation.today()})

    def make(given: dict[str, Any]) -> Edit:
        not_past(given["first"], "first", BACK_DAYS)
        starts = moment_of(given["first"], given["first_hour"] or _MIDNIGHT)
        if given["last_hour"]:
            ends = moment_of(given["last"], given["last_hour"])
        else:
            ends = moment_of(given["last"] + timedelta(days=1), _MIDNIGHT)
        if ends <= starts:
            raise Invalid({"last": "پایان تعطیلی باید پس از آغاز آن باشد."})
        code = given["calendar"] or rolls.EVERY

        def do() -> str:
            calendars.close(starts_at=starts, ends_at=ends, reason=given["reason"], calendar=given["calendar"] or None,
                            source=given["source"])  # fmt: skip
            return str(code)

        before = rolls.closures_state(code)["closures"]
        if [int(starts.timestamp()), int(ends.timestamp()), given["reason"]] in before:
            raise Invalid({"first": "همین تعطیلی هم‌اکنون ثبت شده است."})
        return Edit("closure", code, do, rolls.closures_state)

    return run(request, Screen(
        "تعطیلی موردی", form, make, reverse("admin_hours"), "ثبت تعطیلی",
        lead="تعطیلی به دستور: آلودگی، سرما، انرژی. بی‌ساعت یعنی همهٔ روز.",
    ))  # fmt: skip


@audience(AUDIENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, number: int) -> HttpResponse:
    """Takes a closure back that was entered by mistake or was called off."""
    row = rolls.closure(number)
    if row is None or row.revoked_at is not None:
        raise Http404("no such closure")
    code = row.calendar.code if row.calendar else rolls.EVERY

    def do() -> str:
        calendars.revoke_closure(closure_id=number, by=f"p:{request.viewer.person_id}")
        return code

    return run(request, Screen(
        f"پس گرفتن تعطیلی «{row.reason}»", Change(bound(request)),
        lambda _given: Edit("closure", code, do, rolls.closures_state), reverse("admin_hours"), "پس گرفتن",
        state=rolls.closures_state(code), danger=True,
    ))  # fmt: skip


def not_past(day: Any, field: str, back: int = 0) -> None:
    if day < installation.today() - timedelta(days=back):
        raise Invalid({field: "این روز گذشته است؛ امروز یا پس از آن را بنویسید." if not back else
                       "بیش از ۶۰ روز گذشته است؛ تعطیلی‌های کهنه را با پوشهٔ شهر بیفزایید."})  # fmt: skip
