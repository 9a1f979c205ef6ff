"""The live line of the entrance for those who read no list of cases of their own: one number of the day each."""

from __future__ import annotations

from datetime import timedelta

from bina.doors.web import cases, work_filters
from bina.flow.dialogue import calls
from bina.flow.quality import pulse
from bina.ground.catalogue import bank
from bina.ground.city.people import Viewer
from bina.ground.sla import clock
from bina.ground.text.digits import persian_number


def operator(_viewer: Viewer) -> str:
    """A ringing line comes before everything else."""
    ringing = len(calls.ringing())
    if ringing:
        return f"{persian_number(ringing)} خط زنگ می‌خورد"
    now = clock.now()
    return f"{persian_number(pulse.contacts(now - timedelta(days=1), now).contacts)} تماس در ۲۴ ساعت گذشته"


def duty_officer(viewer: Viewer) -> str:
    """Danger that nobody has taken on: the list with which he begins."""
    open_now = cases.cases_of(viewer)[0].count()
    return f"{persian_number(open_now)} خطر هنوز پذیرفته نشده است" if open_now else "خطری بی‌صاحب نمانده است"


def shift_supervisor(_viewer: Viewer) -> str:
    """What was promised to citizens until the end of the day."""
    now = clock.now()
    due = pulse.promised(work_filters.midnight(now))
    return f"{persian_number(due)} قول تا پایان امروز سررسید می‌شود" if due else "قولی برای امروز نمانده است"


def credit(_viewer: Viewer) -> str:
    """What waits for money."""
    waiting = pulse.waiting_for_credit()
    return f"{persian_number(waiting)} درخواست چشم‌به‌راه اعتبار است" if waiting else "کاری در انتظار اعتبار نیست"


def analyst(_viewer: Viewer) -> str:
    """How many of the last month's contacts asked about something known."""
    now = clock.now()
    found = pulse.contacts(now - timedelta(days=30), now)
    tracked = found.contacts - found.instant
    if not tracked:
        return ""
    return f"{persian_number(round(100 * found.again / tracked))} از هر ۱۰۰ تماس این ماه، تماس دوباره بود"


def publisher(_viewer: Viewer) -> str:
    """The bank whose answers citizens are read."""
    return f"{persian_number(len(bank.all()))} پاسخ آماده به شهروند خوانده می‌شود"


def auditor(_viewer: Viewer) -> str:
    """The history that nobody can alter unseen."""
    return f"دفتر رویدادها {persian_number(pulse.lines())} سطر دارد"
