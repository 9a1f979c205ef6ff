"""What an administrator reads of working time, and the state of a calendar or a day as plain JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q

from bina.ground.sla.models import Calendar, Closure, Holiday, Profile
from bina.ground.sla.version import per_version


def calendars() -> list[Calendar]:
    """All calendars, by code."""
    return list(Calendar.objects.order_by("always", "code"))


@per_version
def names() -> dict[str, str]:
    """The names of the calendars, by code."""
    return dict(Calendar.objects.values_list("code", "name"))


def by_code(code: str) -> Calendar | None:
    """One calendar; None for an unknown code."""
    return Calendar.objects.filter(code=code).first() if code.isprintable() else None


def profiles(code: str) -> list[Profile]:
    """The weekly hours of a calendar, the newest beginning first."""
    return list(Profile.objects.filter(calendar__code=code).order_by("-valid_from", "-rank"))


def profile(number: int) -> Profile | None:
    """One profile with its calendar."""
    return Profile.objects.filter(pk=number).select_related("calendar").first()


def closures(limit: int = 30) -> list[Closure]:
    """One-off closures, the latest first, revoked ones too."""
    return list(Closure.objects.select_related("calendar").order_by("-starts_at", "-pk")[:limit])


def closure(number: int) -> Closure | None:
    """One closure with its calendar."""
    return Closure.objects.filter(pk=number).select_related("calendar").first()


def holiday(number: int) -> Holiday | None:
    """One holiday by its number."""
    return Holiday.objects.filter(pk=number).first()


def proposed(since: date) -> int:
    """How many holidays from a day on still want an answer."""
    return Holiday.objects.filter(status="proposed", date__gte=since).count()


def calendar_state(code: str) -> dict[str, Any]:
    """The hours of a calendar; empty for an unknown one."""
    rows = Profile.objects.filter(calendar__code=code).order_by("valid_from", "rank")
    return {
        "profiles": [
            [r.valid_from.isoformat(), r.valid_to.isoformat() if r.valid_to else "", r.rank, r.hours, r.reason]
            for r in rows
        ]
    }


EVERY = "all"  # in the place of a calendar's code: closures of all calendars that are not 24×7


def closures_state(code: str) -> dict[str, Any]:
    """The closures of one calendar, or (EVERY) those of all, that are not revoked."""
    of = Q(calendar=None) if code == EVERY else Q(calendar__code=code)
    rows = Closure.objects.filter(of, revoked_at=None).order_by("starts_at", "pk")
    return {"closures": [[_moment(r.starts_at), _moment(r.ends_at), r.reason] for r in rows]}


def day_state(day: date) -> dict[str, Any]:
    """The holidays of a day with their status."""
    rows = Holiday.objects.filter(date=day).order_by("pk")
    return {"holidays": [[r.name, str(r.status)] for r in rows]}


def _moment(at: datetime) -> int:
    return int(at.timestamp())
