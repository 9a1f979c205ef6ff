"""What the lists are called and say, and why a case stands in its list, in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bina.doors.web import when
from bina.flow.cases.events import moment
from bina.flow.cases.worklist import (
    HOURS_A_HAZARD,
    HOURS_A_RECONTACT,
    RECONTACTS_COUNTED,
    SILENT_HOURS,
    Group,
)
from bina.ground.catalogue import constraints
from bina.ground.city import installation
from bina.ground.text.digits import persian
from bina.ground.text.jalali import relative, span

NAMES = {
    "risk": "در معرض تأخیر", "late": "خارج از مهلت", "results": "نتیجه برای کنترل", "word": "قول واحد، امروز",
    "recontacted": "پیگیری مجدد تازه", "silent": "واحد بی‌پاسخ", "waiting": "در انتظار",
    "registered": "ثبت‌شده، هنوز ارجاع‌نشده", "promised": "قول داده‌اند", "going": "در جریان", "aside": "کنار گذاشته",
}  # fmt: skip
SAYS = {
    "risk": "مهلت یا وعده تا یک روز دیگر می‌رسد", "late": "مهلت یا وعده گذشته است",
    "results": "واحد نتیجه را اعلام کرده است", "word": "روزی که واحد گفته بود رسیده است",
    "recontacted": "شهروند دوباره گفته و هنوز پاسخی نگرفته است",
    "silent": f"بیش از {persian(SILENT_HOURS)} ساعت کاری نپذیرفته‌اند", "waiting": "مانعی ثبت شده است",
    "registered": "واحد آن را تعیین کنید", "promised": "روز قول واحد نرسیده است",
    "going": "کاری از شما نمی‌خواهد", "aside": "در روز خود برمی‌گردد",
}  # fmt: skip
CHIPS = {"risk": "chip-risk", "late": "chip-bad", "results": "chip-accent", "word": "chip-risk"}
ASKING = ("risk", "late", "results", "word", "recontacted", "silent", "registered")  # what needs the expert today
# The formula by which the urgent are ordered, as it is printed on the page.
FORMULA = (
    "جای هر درخواست = ساعت‌های مانده تا نزدیک‌ترین موعد (مهلت واحد یا وعده به شهروند)، "
    f"منهای {persian(HOURS_A_RECONTACT)} ساعت برای هر پیگیری مجدد (تا {persian(RECONTACTS_COUNTED)} بار)، "
    f"منهای {persian(HOURS_A_HAZARD)} ساعت اگر خطر جانی دارد. کمتر، بالاتر. "
    "مهلتی که مانع تأییدشده یا قول واحد آن را نگه داشته است شمرده نمی‌شود."
)
HANDS = {"137": "۱۳۷", "unit": "واحد", "up": "بالادست", "outside": "دستگاه دیگر", "credit": "اعتبار",
         "citizen": "شهروند", "other": "محدودیت دیگر"}  # fmt: skip


def about(group: Group, now: datetime) -> str:
    """What stands beside a list's name: its rule, and of the cases themselves whose hands, or the oldest."""
    if group.name == "waiting":
        parts = sorted(group.hands.items(), key=lambda one: -one[1])
        return "اکنون نزد: " + "، ".join(f"{HANDS.get(name, name)} {persian(n)}" for name, n in parts)
    if group.name == "late" and group.oldest and group.oldest < now:
        return f"{SAYS['late']}؛ قدیمی‌ترین {span((now - group.oldest).total_seconds())}"
    return SAYS[group.name]


def stands(case: Any, now: datetime, reason: str = "") -> str:
    """Why a case stands in its list, in words; empty for a case of no list. `reason` is what was written with it."""
    tell = TELLS.get(getattr(case, "need", ""))
    return tell(case, now, reason) if tell and hasattr(case, "urgent") else ""


def _nearest(case: Any) -> tuple[str, datetime | None]:
    """Which date comes first of those that count, and when."""
    urgent = case.urgent
    return ("وعده به شهروند" if urgent is not None and urgent == case.news_due_at else "مهلت واحد"), urgent


def _pressed(case: Any) -> str:
    """What brought it forward."""
    parts = []
    if case.recontacts:
        hours = min(case.recontacts, RECONTACTS_COUNTED) * HOURS_A_RECONTACT
        parts.append(f"{persian(case.recontacts)} پیگیری مجدد، {persian(hours)} ساعت جلوتر")
    if case.hazard:
        parts.append("خطر جانی")
    return f" ({'؛ '.join(parts)})" if parts else ""


def _risk(case: Any, now: datetime, _reason: str) -> str:
    what, at = _nearest(case)
    return f"{span((at - now).total_seconds())} تا {what}{_pressed(case)}" if at else ""


def _late(case: Any, now: datetime, _reason: str) -> str:
    what, at = _nearest(case)
    if at is not None and at < now:
        return f"{what} {relative(at, now)} گذشت{_word_broken(case, now)}{_pressed(case)}"
    owed = case.more.get("owed")
    since = f"{relative(moment(owed), now)} " if owed else ""
    return f"وعده به شهروند {since}گذشت؛ بی‌خبر{_pressed(case)}"


def _word_broken(case: Any, now: datetime) -> str:
    zone = installation.current().zone
    return f"؛ قول {when.day(case.word_at, zone)} نشد" if case.word_at and case.word_at < now else ""


def _results(case: Any, now: datetime, _reason: str) -> str:
    back = f"؛ {persian(case.send_backs)} بار برگشته" if case.send_backs else ""
    return f"نتیجه {relative(case.reported_at, now)} رسید{back}" if case.reported_at else ""


def _word(case: Any, now: datetime, _reason: str) -> str:
    zone = installation.current().zone
    passed = "گذشت و نتیجه‌ای نیامد" if case.word_at < now else "رسیده است"
    return f"قول واحد، {when.near(case.word_at, now, zone)}، {passed}"


def _recontacted(case: Any, now: datetime, _reason: str) -> str:
    at = case.more.get("unanswered")
    return f"شهروند {relative(moment(at), now)} دوباره گفت؛ پاسخی نگرفته" if at else ""


def _silent(case: Any, now: datetime, _reason: str) -> str:
    seen = "دیده‌اند و نپذیرفته‌اند" if "seen" in case.more else "هنوز ندیده‌اند"
    return f"{span((now - case.asked_at).total_seconds())} از ابلاغ؛ {seen}"


def _waiting(case: Any, now: datetime, _reason: str) -> str:
    zone = installation.current().zone
    standing = sorted(case.more.get("holds", []), key=lambda h: h["rank"])
    if not standing:
        return ""
    first = standing[0]
    row = constraints.by_code(first["constraint"])
    review = first.get("review_at")
    late = "، بازبینی گذشته" if review and moment(review) < now else ""
    day = f"؛ بازبینی {when.day(moment(review), zone)}{late}" if review else ""
    word = {"attested": "", "contested": "، ردشده"}.get(first["word"], "، تأییدنشده")
    return f"{row.name if row else 'مانع'}{word}{day}"


def _registered(case: Any, now: datetime, _reason: str) -> str:
    if case.returns:
        return f"{persian(case.returns)} بار عودت شده؛ واحد درست را تعیین کنید"
    return f"{span((now - case.registered_at).total_seconds())} از ثبت"


def _promised(case: Any, now: datetime, _reason: str) -> str:
    zone = installation.current().zone
    passed = "؛ مهلت گذشته است" if case.unit_due_at and case.unit_due_at < now else ""
    return f"قول واحد {when.near(case.word_at, now, zone)}{passed}"


def _going(case: Any, now: datetime, _reason: str) -> str:
    zone = installation.current().zone
    if case.state == "reported":
        return "بازرسی در راه است" if "inspection" in case.more else "نتیجه پذیرفته شد؛ نوبت بازخورد"
    due = case.unit_due_at
    return f"مهلت واحد {when.near(due, now, zone)}" if due and due > now - timedelta(days=1) else ""


def _aside(case: Any, now: datetime, reason: str) -> str:
    zone = installation.current().zone
    back = f"تا {when.near(moment(case.more['snoozed']), now, zone)}"
    return f"{back}: {reason}" if reason else back


TELLS = {
    "risk": _risk, "late": _late, "results": _results, "word": _word, "recontacted": _recontacted, "silent": _silent,
    "waiting": _waiting, "registered": _registered, "promised": _promised, "going": _going, "aside": _aside,
}  # fmt: skip
