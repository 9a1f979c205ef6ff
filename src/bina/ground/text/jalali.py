"""Jalali dates: read as people write them, shown as people say them; the zone is always given."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from bina.ground.text.digits import latin, persian, persian_number
from bina.ground.text.errors import TextError
from bina.ground.text.letters import canonical, search_fold

MONTHS = ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند")
MONTHS_EN = (
    *("Farvardin", "Ordibehesht", "Khordad", "Tir", "Mordad", "Shahrivar"),
    *("Mehr", "Aban", "Azar", "Dey", "Bahman", "Esfand"),
)
WEEKDAYS = ("شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه")  # the week begins on Saturday
FIRST_YEAR, LAST_YEAR = 1300, 1478  # as far as the leap years of all careful calendars agree
FIRST_GREGORIAN, LAST_GREGORIAN = FIRST_YEAR + 621, LAST_YEAR + 622

_NUMERIC = re.compile(r"([0-9]+)\s*[-/.,\\]\s*([0-9]+)\s*[-/.,\\]\s*([0-9]+)")
_MONTH_OF = {search_fold(name): i for i, name in enumerate(MONTHS, 1)} | {"امرداد": 5}
# In the searched form, where spellings are one: [سه شنبه] 3[ام] اذر [ماه] [سال] [1405].
_NAMED = re.compile(
    rf"(?:(?:{'|'.join(re.sub(' ?شنبه', ' ?شنبه', search_fold(day)) for day in WEEKDAYS)}) )?"
    rf"([0-9]+) ?(?:ا?م )?({'|'.join(_MONTH_OF)})(?: ?ماه)?(?: سال)?(?: ?([0-9]+))?"
)
_CLOCK = re.compile(r"(?:ساعت\s*)?([0-9]{1,2})\s*[:٫.]\s*([0-9]{2})")


class BadDate(TextError):
    """What was typed is no date or time; the sentence says how to write one."""


def to_jalali(day: date) -> JalaliDate:
    """The Jalali date of a calendar day (of a moment take its local date first: `local_day`)."""
    return JalaliDate.to_jalali(day.year, day.month, day.day)


def from_jalali(year: int, month: int, day: int) -> date:
    """The calendar day of a Jalali date; raises BadDate, which names a day that the month does not have."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadDate(
            f"سال باید میان {persian(FIRST_YEAR)} و {persian(LAST_YEAR)} باشد.",
            f"The year must be between {FIRST_YEAR} and {LAST_YEAR}.",
        )
    if not 1 <= month <= 12:
        raise BadDate("ماه باید از ۱ تا ۱۲ باشد.", "The month must be from 1 to 12.")
    days = days_in_month(year, month)
    if not 1 <= day <= days:
        raise BadDate(
            f"{MONTHS[month - 1]} {persian(year)} از ۱ تا {persian(days)} روز دارد.",
            f"{MONTHS_EN[month - 1]} {year} has days 1 to {days}.",
        )
    found: date = JalaliDate(year, month, day).to_gregorian()
    return found


def days_in_month(year: int, month: int) -> int:
    """31, 30 or, in the Esfand of a common year, 29."""
    return 31 if month <= 6 else 30 if month <= 11 or JalaliDate.is_leap(year) else 29


def month_span(year: int, month: int) -> tuple[date, date]:
    """The first day of a Jalali month and the first day after it."""
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    return JalaliDate(year, month, 1).to_gregorian(), JalaliDate(*after, 1).to_gregorian()


def year_span(year: int) -> tuple[date, date]:
    """The first day of a Jalali (and budget) year and the first day after it."""
    return month_span(year, 1)[0], month_span(year, 12)[1]


def parse_date(text: str, *, today: date | None = None) -> date:
    """The day somebody typed, in any digits: 1405/09/03, 1405-9-3, 3/9/1405, ۳ آذر ۱۴۰۵, also 2026-11-24.

    «۳ آذر» without a year is read only when `today` is given, as that Jalali year's. A year of two digits is
    refused with words, since 05 may be 1305, 1405 or a day. Raises BadDate.
    """
    text = text[:100]
    if numeric := _NUMERIC.fullmatch(latin(canonical(text))):
        return _of_numbers(*numeric.groups())
    if named := _NAMED.fullmatch(search_fold(text)):
        day, month, year = _small(named[1]), _MONTH_OF[named[2]], named[3]
        if year is not None:
            return from_jalali(_year(year), month, day)
        if today is not None:
            return from_jalali(to_jalali(today).year, month, day)
    raise _unread()


def parse_time(text: str) -> time:
    """The time of day somebody typed: 10:24, ۱۰:۲۴, ساعت ۹٫۳۰; raises BadDate."""
    found = _CLOCK.fullmatch(latin(canonical(text[:50])))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise BadDate("لطفاً ساعت را مانند ۱۰:۲۴ بنویسید.", "Please write the time as 10:24.")
    return time(int(found[1]), int(found[2]))


def local_day(at: datetime, zone: str) -> date:
    """The calendar day of a moment in a zone."""
    return at.astimezone(_zone(zone)).date()


def format_date(day: date, *, today: date | None = None, weekday: bool = False) -> str:
    """۳ آذر ۱۴۰۵, with the weekday سه‌شنبه ۳ آذر ۱۴۰۵; without the year when `today` stands in the same one."""
    jalali = to_jalali(day)
    words = [persian(jalali.day), MONTHS[jalali.month - 1]]
    if today is None or to_jalali(today).year != jalali.year:
        words.append(persian(jalali.year))
    return " ".join([WEEKDAYS[jalali.weekday()], *words] if weekday else words)


def format_moment(at: datetime, zone: str, *, now: datetime | None = None, weekday: bool = True) -> str:
    """سه‌شنبه ۳ آذر ۱۴۰۵، ۱۰:۲۴; without the year when `now` stands in the same one."""
    today = None if now is None else local_day(now, zone)
    return f"{format_date(local_day(at, zone), today=today, weekday=weekday)}، {format_time(at, zone)}"


def format_time(at: datetime, zone: str) -> str:
    """۱۰:۲۴."""
    return persian(f"{at.astimezone(_zone(zone)):%H:%M}")


def numeric_date(day: date) -> str:
    """۱۴۰۵/۰۹/۰۳, for forms and tables."""
    jalali = to_jalali(day)
    return persian(f"{jalali.year:04}/{jalali.month:02}/{jalali.day:02}")


def span(seconds: float) -> str:
    """How long something lasted, in its largest fitting unit, rounded down: ۷۹ روز · ۳ ساعت · ۵ دقیقه."""
    if seconds < 60:
        return "کمتر از یک دقیقه"
    if seconds < 3600:
        return f"{persian(int(seconds // 60))} دقیقه"
    if seconds < 2 * 86_400:
        return f"{persian(int(seconds // 3600))} ساعت"
    return f"{persian_number(int(seconds // 86_400))} روز"


def relative(at: datetime, now: datetime) -> str:
    """How far a moment is: ۷۹ روز پیش · ۳ ساعت دیگر · هم‌اکنون (within a minute)."""
    seconds = (at - now).total_seconds()
    if abs(seconds) < 60:
        return "هم‌اکنون"
    return f"{span(abs(seconds))} {'دیگر' if seconds > 0 else 'پیش'}"


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _of_numbers(first: str, month: str, last: str) -> date:
    """A day out of three numbers; the one with four digits is the year, whether it stands first or last."""
    if len(first) != 4 and len(last) != 1:
        first, last = last, first
    year = _year(first)
    if not FIRST_GREGORIAN <= year <= LAST_GREGORIAN:
        return from_jalali(year, _small(month), _small(last))
    try:
        return date(year, _small(month), _small(last))
    except ValueError:
        raise _unread() from None


def _year(digits: str) -> int:
    if len(digits) == 2:
        raise BadDate(
            "لطفاً سال را با چهار رقم بنویسید؛ مانند ۱۴۰۵/۰۹/۰۳.",
            "Please write the year with four digits, as in 1405/09/03.",
        )
    if len(digits) != 4:
        raise _unread()
    return int(digits)


def _small(digits: str) -> int:
    """A day or month; more digits than two are none, however many."""
    return int(digits) if len(digits) <= 2 else 99


def _unread() -> BadDate:
    return BadDate(
        "تاریخ خوانده نشد؛ لطفاً آن را مانند ۱۴۰۵/۰۹/۰۳ یا «۳ آذر ۱۴۰۵» بنویسید.",
        "The date could not be read; please write it as 1405/09/03.",
    )
