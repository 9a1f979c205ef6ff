"""How a request stands now, in one plain sentence with what it means: bad news first, and the date of the next news."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from bina.doors.web import when
from bina.doors.web.templatetags.signs import called
from bina.flow.cases.events import moment
from bina.flow.cases.models import Case
from bina.ground.catalogue import constraints
from bina.ground.city import units


@dataclass(frozen=True, slots=True)
class Now:
    """The sentence of the moment, what else is to be said, and whose colour it wears (an owner of the hands bar)."""

    owner: str
    sentence: str
    more: list[str] = field(default_factory=list)


def of(case: Case, now: int, zone: str) -> Now:
    """Where a case stands, for its author; `now` in epoch seconds."""
    unit = units.by_id(case.unit_id or 0)
    names = {"unit": called(unit) if unit else gettext("واحد مسئول")}
    if case.state == "closed":
        return Now("unknown", _ended(case), _reply_time(case, now, zone))
    if case.state == "waiting":
        return _waiting(case, now, zone, names)
    if case.state == "reported":
        if "inspection" in case.more:
            return Now("137", gettext("بازرس کار را می‌بیند؛ پس از آن نتیجه را به شما می‌گوییم."))
        found = {
            "done": gettext("{unit} می‌گوید کار انجام شده است. درست است؟"),
            "nothing_found": gettext("{unit} می‌گوید چیزی ندیده است. درست است؟"),
            "already_fixed": gettext("{unit} می‌گوید پیش‌تر درست شده بود. درست است؟"),
        }
        return Now("137", found[case.finding or "done"].format(**names), _reply_time(case, now, zone))
    sentences = {
        "registered": gettext("درخواست شما نزد مرکز ۱۳۷ است؛ واحد مسئول آن را پیدا می‌کنیم."),
        "referred": gettext("به {unit} داده شده است؛ هنوز نپذیرفته است."),
        "in_progress": gettext("{unit} کار را پذیرفته و در دست دارد."),
    }
    more = [gettext("واحد گفته است تا {day}.").format(day=when.full_day(case.word_at, zone))] if case.word_at else []
    if case.disputes:
        more.insert(0, gettext("شما گفتید درست نشده است؛ دوباره به کار افتاد."))
    return Now("137" if case.state == "registered" else case.hands, sentences[case.state].format(**names), more)


def publicly(case: Case) -> str:
    """Where a case stands, for whoever has its code alone: no body's words, no reason that may be private."""
    states = {
        "registered": gettext("نزد مرکز ۱۳۷"),
        "referred": gettext("به واحد مسئول داده شده است"),
        "in_progress": gettext("در دست کار"),
        "waiting": gettext("در انتظار؛ اکنون پیش نمی‌رود"),
        "reported": gettext("واحد می‌گوید کار انجام شده است"),
        "closed": gettext("پایان یافته"),
    }
    return states[case.state]


def _waiting(case: Case, now: int, zone: str, names: dict[str, str]) -> Now:
    """What it waits for, by the hold that is charged first."""
    standing = sorted(case.more.get("holds", []), key=lambda h: h["rank"])
    if not standing:
        return Now(case.hands, gettext("کار اکنون پیش نمی‌رود."))
    hold = standing[0]
    row, body = constraints.by_code(hold["constraint"]), units.by_id(hold.get("body") or 0)
    more = []
    owner = str(hold["owner"])
    if row and row.grp == "credit":
        due = hold.get("credit_due_at")
        late = due is None or now >= due
        owner = "credit" if late else "plan"
        sentence = gettext("کار در انتظار پول است؛ پول آن هنوز نرسیده است.")
        if due and late:
            told = gettext("قرار بود {day} برسد؛ امروز {days} دیر شده است.")
            more.append(told.format(day=when.day(moment(due), zone), days=when.lasted(now - due)))
        elif due:
            more.append(gettext("قرار است {day} برسد.").format(day=when.full_day(moment(due), zone)))
        more.append(gettext("تاریخ پایان کار را نمی‌دانیم و حدس نمی‌زنیم."))
    elif row and row.grp == "citizen":
        sentence = gettext("منتظر پاسخ شما هستیم؛ بی آن کار پیش نمی‌رود.")
    else:
        why = called(row) if row else ""
        sentence = gettext("کار اکنون پیش نمی‌رود: {why}.").format(why=why)
    if body is not None and owner != "citizen":
        more.append(gettext("کار نزد {body} مانده است.").format(body=called(body)))
    if hold.get("review_at"):
        more.append(gettext("{day} دوباره بررسی می‌شود.").format(day=when.full_day(moment(hold["review_at"]), zone)))
    return Now(owner, sentence, more)


def _ended(case: Case) -> str:
    told = {
        "confirmed": gettext("کار درست شد و شما یا بازرس آن را تأیید کردید."),
        "unconfirmed": gettext("واحد می‌گوید کار انجام شد؛ از شما پاسخی نرسید و درخواست پایان یافت."),
        "nothing_found": gettext("در محل چیزی دیده نشد و درخواست پایان یافت."),
        "declined": gettext("این کار شدنی نبود؛ چرای آن در خبرها هست."),
        "handed_over": gettext("این کار با دستگاه دیگری است؛ نام و شمارهٔ آن در خبرها هست."),
        "withdrawn": gettext("به خواست شما درخواست پس گرفته شد."),
        "merged": gettext("با درخواست دیگری یکی شد."),
    }
    return told.get(case.outcome or "", gettext("درخواست پایان یافت."))


def _reply_time(case: Case, now: int, zone: str) -> list[str]:
    """Until when a word of the author still counts."""
    if case.answer_until is None or int(case.answer_until.timestamp()) < now or case.outcome in ("confirmed", "merged"):
        return []
    day: Any = when.full_day(case.answer_until, zone)
    return [gettext("تا {day} می‌توانید بگویید درست نشده است.").format(day=day)]
