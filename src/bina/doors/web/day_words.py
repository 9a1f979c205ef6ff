"""Days of work: as forms send them and as people read them, and which job hangs on which."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django import forms

from bina.doors.web.when import zone_of
from bina.ground.city import installation
from bina.ground.sla.calendars import UnknownCalendar, worktime
from bina.ground.sla.worktime import NoWorkingTime
from bina.ground.text.jalali import format_date, local_day

AHEAD = 14  # days that a plan may look ahead
OFFICE = "office"
NEAR = {0: "امروز", 1: "فردا", -1: "دیروز"}


def days_ahead(now: datetime) -> list[tuple[str, str]]:
    """Today and the days after it, as (ISO date, words): «امروز، سه‌شنبه ۳ آذر»."""
    today = local_day(now, installation.current().zone)
    return [((today + timedelta(days=n)).isoformat(), words(today + timedelta(days=n), today)) for n in range(AHEAD)]


def next_day(now: datetime) -> str:
    """The day that a plan made now is most likely for, as `days_ahead` names it: today until the office closes.

    Today too in a city that keeps no office hours, or none that lie ahead.
    """
    days = days_ahead(now)
    try:
        opens = worktime(OFFICE).next_open(now)
    except (UnknownCalendar, NoWorkingTime):
        return days[0][0]
    return min(local_day(opens, installation.current().zone).isoformat(), days[-1][0])


def words(day: date, today: date) -> str:
    """A day in words, with its nearness to today."""
    name = format_date(day, weekday=True, today=today)
    near = NEAR.get((day - today).days)
    return f"{near}، {name}" if near else name


def last_minute(day: date) -> int:
    """Epoch seconds of a day's last minute in the city: when a plan for the day has passed."""
    return int(datetime.combine(day, time(23, 59), zone_of(installation.current().zone)).timestamp())


class PlanDay(forms.ChoiceField):
    """One of the days ahead, as epoch seconds of its last minute."""

    def clean(self, value: object) -> int | None:
        """The day chosen."""
        chosen = super().clean(value)
        return last_minute(date.fromisoformat(chosen)) if chosen else None
