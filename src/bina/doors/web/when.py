"""Times as a person reads them beside now: a day, a stamp, how far it is; and the ticks of a time axis."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

from bina.ground.text.digits import persian
from bina.ground.text.jalali import (
    MONTHS,
    format_date,
    format_time,
    local_day,
    month_span,
    span,
    to_jalali,
)

TICKS = 8  # at most so many labels on an axis


@lru_cache(maxsize=8)
def zone_of(name: str) -> ZoneInfo:
    """The zone of a name, kept."""
    return ZoneInfo(name)


def lasted(seconds: float) -> str:
    """A span in its largest fitting unit: ۵ دقیقه · ۱۹ ساعت · ۱۷۵ روز; on an English page 5 minutes · 19 hours."""
    if not _english():
        return span(seconds)
    if seconds < 60:
        return "less than a minute"
    size, unit = (60, "minute") if seconds < 3600 else (3600, "hour") if seconds < 2 * 86_400 else (86_400, "day")
    count = int(seconds // size)
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def _english() -> bool:
    """Whether the page is read in English: then its days are those of the Gregorian calendar."""
    return get_language() == "en"


def _gregorian(at: datetime, zone: str) -> str:
    local = at.astimezone(zone_of(zone))
    return f"{local.day} {local:%B}"


def day(at: datetime, zone: str, now: datetime | None = None) -> str:
    """۳ آذر; with the year when `now` is given and stands in another one."""
    if _english():
        return _gregorian(at, zone)
    date_of = local_day(at, zone)
    return format_date(date_of, today=date_of if now is None else local_day(now, zone))


def full_day(at: datetime, zone: str) -> str:
    """سه‌شنبه ۳ آذر ۱۴۰۵; on an English page Tuesday 24 November 2026."""
    if _english():
        local = at.astimezone(zone_of(zone))
        return f"{local:%A} {_gregorian(at, zone)} {local:%Y}"
    return format_date(local_day(at, zone), weekday=True)


def hour(at: datetime, zone: str) -> str:
    """۱۰:۲۴ · 10:24."""
    if _english():
        return f"{at.astimezone(zone_of(zone)):%H:%M}"
    return format_time(at, zone)


def stamp(at: datetime, zone: str, now: datetime | None = None) -> str:
    """۲ آذر ۱۸:۱۲."""
    return f"{day(at, zone, now)} {hour(at, zone)}"


def near(at: datetime, now: datetime, zone: str) -> str:
    """A day beside today: امروز ۱۲:۰۰ · فردا ۱۲:۰۰ · دیروز ۱۸:۱۲, else ۱۶ آبان."""
    word = {0: "امروز", 1: "فردا", -1: "دیروز"}.get(_apart(at, now, zone))
    return f"{word} {hour(at, zone)}" if word else day(at, zone, now)


def distance(at: datetime, now: datetime, zone: str) -> str:
    """How far a day is: ۱۲ روز مانده · ۱۷ روز پیش · امروز."""
    days = _apart(at, now, zone)
    if days == 0:
        return "امروز"
    return f"{persian(days)} روز مانده" if days > 0 else f"{persian(-days)} روز پیش"


def ticks(start: datetime, end: datetime, zone: str) -> list[tuple[datetime, str]]:
    """Labels of a time axis, oldest first: months for a long one, then days, then hours; at most TICKS of them."""
    length = end - start
    if length > timedelta(days=45) and not _english():
        return _months(start, end, zone)
    if length > timedelta(days=3):
        return _days(start, end, zone)
    return _hours(start, end, zone)


def _apart(at: datetime, now: datetime, zone: str) -> int:
    """Whole days from the day of now to the day of a moment."""
    return (local_day(at, zone) - local_day(now, zone)).days


def _midnight(day_of: date, zone: str) -> datetime:
    return datetime.combine(day_of, time.min, zone_of(zone))


def _months(start: datetime, end: datetime, zone: str) -> list[tuple[datetime, str]]:
    first = to_jalali(local_day(start, zone))
    year, month = first.year, first.month
    found: list[tuple[datetime, str]] = []
    while (at := _midnight(month_span(year, month)[1], zone)) < end:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        found.append((at, MONTHS[month - 1] + (f" {persian(year)}" if month == 1 else "")))
    found = found[:: -(-len(found) // TICKS) or 1]
    room = (end - start) / 12  # the first month is named where its name has room
    if not found or found[0][0] - start > room:
        found.insert(0, (start, MONTHS[first.month - 1]))
    return found


def _days(start: datetime, end: datetime, zone: str) -> list[tuple[datetime, str]]:
    step = max(1, -(-(end - start).days // TICKS))
    day_of = local_day(start, zone) + timedelta(days=1)
    found = []
    while (at := _midnight(day_of, zone)) < end:
        found.append((at, day(at, zone)))
        day_of += timedelta(days=step)
    return found


def _hours(start: datetime, end: datetime, zone: str) -> list[tuple[datetime, str]]:
    minutes = (end - start).total_seconds() / 60
    step = next((s for s in (5, 15, 30, 60, 120, 180, 360, 720) if minutes / s <= TICKS), 720)
    local = start.astimezone(zone_of(zone)).replace(second=0, microsecond=0)
    at = local + timedelta(minutes=step - (local.hour * 60 + local.minute) % step)
    found = []
    while at < end:
        found.append((at, day(at, zone) if at.hour == at.minute == 0 else hour(at, zone)))
        at += timedelta(minutes=step)
    return found
