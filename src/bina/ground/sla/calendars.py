"""Verbs on calendars, hours, holidays and closures, and the working time they make up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import holidays as public
from django.db import transaction
from django.db.models import Q
from persiantools.jdatetime import JalaliDate

from bina.config import config
from bina.ground.sla import clock, version
from bina.ground.sla.models import Calendar, Closure, Holiday, HolidayStatus, Profile
from bina.ground.sla.worktime import Hours, WorkTime, read_hours
from bina.ground.text.errors import TextError
from bina.ground.text.letters import one_line

ESTIMATED = ("(تخمینی)", "(estimated)")  # how the seed list marks a date that the moon may still move


class UnknownCalendar(TextError):
    """No calendar has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"تقویم کاری «{code}» تعریف نشده است.", f"There is no calendar “{code}”.")


class BadCalendar(TextError):
    """What was given for a calendar cannot be; the sentence says why."""


@version.per_version
def worktime(code: str) -> WorkTime:
    """The working time of a calendar, kept until the city changes; raises UnknownCalendar.

    Only confirmed holidays count. A 24×7 calendar knows no holiday and no closure but its own.
    """
    calendar = _calendar(code)
    profiles = [
        Hours(row.valid_from, row.valid_to, row.rank, *read_hours(row.hours))
        for row in Profile.objects.filter(calendar=calendar)
    ]
    days = Holiday.objects.filter(status=HolidayStatus.CONFIRMED).values_list("date", flat=True)
    own = Q(calendar=calendar) if calendar.always else Q(calendar=calendar) | Q(calendar=None)
    closures = Closure.objects.filter(own, revoked_at=None).values_list("starts_at", "ends_at")
    return WorkTime(profiles, set(days), list(closures), zone_of(calendar), calendar.always)


def zone_of(calendar: Calendar) -> str:
    """The zone of a calendar's local days: its own, else the installation's."""
    return calendar.zone or config().time_zone


@transaction.atomic
def put_calendar(*, code: str, name: str, name_en: str = "", always: bool = False, zone: str = "") -> Calendar:
    """Makes a calendar or renames it; its code stays, since units and history name it."""
    if zone:
        _check_zone(zone)
    calendar, _ = Calendar.objects.update_or_create(
        code=code, defaults={"name": one_line(name), "name_en": name_en, "always": always, "zone": zone}
    )
    version.bump()
    return calendar


@transaction.atomic
def set_hours(
    *,
    calendar: str,
    valid_from: date,
    hours: dict[str, Any],
    reason: str,
    valid_to: date | None = None,
    rank: int = 0,
) -> Profile:
    """Sets weekly hours from a day until (not including) another; the same calendar, rank and day is corrected.

    A higher rank wins while it holds (Ramadan over the usual hours); among equals the later beginning.
    Raises BadHours, BadCalendar, UnknownCalendar.
    """
    read_hours(hours)
    _check_order(valid_from, valid_to)
    profile, _ = Profile.objects.update_or_create(
        calendar=_calendar(calendar),
        rank=rank,
        valid_from=valid_from,
        defaults={"hours": hours, "valid_to": valid_to, "reason": one_line(reason)},
    )
    version.bump()
    return profile


@transaction.atomic
def end_hours(*, profile_id: int, valid_to: date) -> Profile:
    """Ends a profile: `valid_to` is the first day on which it no longer holds."""
    profile = Profile.objects.select_for_update().get(pk=profile_id)
    _check_order(profile.valid_from, valid_to)
    profile.valid_to = valid_to
    profile.save(update_fields=["valid_to"])
    version.bump()
    return profile


@transaction.atomic
def propose_holiday(
    *, on: date, name: str, source: str, name_en: str = "", estimated: bool = False
) -> tuple[Holiday, bool]:
    """Proposes a holiday and tells whether it is new; it counts only when somebody confirms it.

    A day of that name that stands already, proposed or settled, stays as it is.
    """
    return Holiday.objects.get_or_create(
        date=on,
        name=one_line(name),
        defaults={"name_en": name_en, "source": one_line(source), "estimated": estimated},
    )


@transaction.atomic
def propose_holidays(year: int, *, country: str = "IR") -> list[Holiday]:
    """Proposes the public holidays of a Jalali year from the `holidays` package; gives the new proposals.

    A seed only: its lunar dates can be a day off the official calendar, and half-days and provincial closures
    are not in it. An administrator confirms or rejects each.
    """
    if not 1300 <= year <= 1478:
        raise BadCalendar("سال باید میان ۱۳۰۰ و ۱۴۷۸ خورشیدی باشد.", "The year must be between 1300 and 1478 (Jalali).")
    first, after = JalaliDate(year, 1, 1).to_gregorian(), JalaliDate(year + 1, 1, 1).to_gregorian()
    years = [first.year, after.year]
    persian = public.country_holidays(country, years=years, language="fa_IR" if country == "IR" else None)
    english = public.country_holidays(country, years=years, language="en_US")
    source = f"holidays {public.__version__}"
    made = []
    for day in sorted(day for day in persian if first <= day < after):
        name, name_en = persian[day], english.get(day, "")
        estimated = any(mark in name + name_en for mark in ESTIMATED)
        for mark in ESTIMATED:
            name, name_en = name.replace(mark, ""), name_en.replace(mark, "")
        holiday, new = propose_holiday(on=day, name=name, name_en=one_line(name_en), source=source, estimated=estimated)
        if new:
            made.append(holiday)
    return made


def confirm_holiday(*, holiday_id: int, by: str, source: str = "") -> Holiday:
    """Confirms a holiday, so that it counts; keeps who, when and, if given, the source it was checked against."""
    return _settle(holiday_id, HolidayStatus.CONFIRMED, by, source)


def reject_holiday(*, holiday_id: int, by: str, source: str = "") -> Holiday:
    """Rejects a holiday, or takes a confirmation back; keeps who, when and the source."""
    return _settle(holiday_id, HolidayStatus.REJECTED, by, source)


def holidays_of(year: int) -> list[Holiday]:
    """All holidays of a Jalali year in order, whatever their status; the proposed ones still want an answer."""
    first, after = JalaliDate(year, 1, 1).to_gregorian(), JalaliDate(year + 1, 1, 1).to_gregorian()
    return list(Holiday.objects.filter(date__gte=first, date__lt=after).order_by("date", "id"))


@transaction.atomic
def close(
    *, starts_at: datetime, ends_at: datetime, reason: str, calendar: str | None = None, source: str = ""
) -> Closure:
    """Closes one calendar, or all that are not 24×7, for a span; raises BadCalendar when it ends before it starts."""
    if ends_at <= starts_at:
        raise BadCalendar("پایان تعطیلی باید پس از آغاز آن باشد.", "A closure must end after it starts.")
    closure = Closure.objects.create(
        calendar=None if calendar is None else _calendar(calendar),
        starts_at=starts_at,
        ends_at=ends_at,
        reason=one_line(reason),
        source=one_line(source),
    )
    version.bump()
    return closure


@transaction.atomic
def revoke_closure(*, closure_id: int, by: str) -> Closure:
    """Takes back a closure that was entered by mistake; the row stays, with who and when."""
    closure = Closure.objects.select_for_update().get(pk=closure_id)
    if closure.revoked_at is None:
        closure.revoked_by, closure.revoked_at = by, clock.now()
        closure.save(update_fields=["revoked_by", "revoked_at"])
        version.bump()
    return closure


@transaction.atomic
def _settle(holiday_id: int, status: HolidayStatus, by: str, source: str) -> Holiday:
    if not by:
        raise ValueError("Say who settles the holiday.")
    holiday = Holiday.objects.select_for_update().get(pk=holiday_id)
    holiday.status, holiday.confirmed_by, holiday.confirmed_at = status, by, clock.now()
    if source:
        holiday.source = one_line(source)
    holiday.save(update_fields=["status", "confirmed_by", "confirmed_at", "source"])
    version.bump()
    return holiday


def _calendar(code: str) -> Calendar:
    try:
        return Calendar.objects.get(code=code)
    except Calendar.DoesNotExist:
        raise UnknownCalendar(code) from None


def _check_order(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to <= valid_from:
        raise BadCalendar("روز پایان باید پس از روز آغاز باشد.", "The end must come after the beginning.")


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise BadCalendar(
            f"منطقهٔ زمانی «{zone}» شناخته نیست؛ مانند Asia/Tehran بنویسید.",
            f"The zone “{zone}” is not known; write one such as Asia/Tehran.",
        ) from None
