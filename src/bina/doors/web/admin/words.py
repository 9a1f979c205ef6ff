"""How states and changes of the city read: names of fields, values in words, lines of history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bina.doors.web.admin.fields import shown_hours
from bina.doors.web.when import stamp
from bina.flow.cases.changes import Told
from bina.flow.cases.events import moment
from bina.ground.catalogue import edits as catalogue
from bina.ground.catalogue import subjects
from bina.ground.city import desks, installation, places, rolls, units
from bina.ground.city.planned import Planned
from bina.ground.city.roles import ROLES, Role
from bina.ground.sla import rolls as calendars
from bina.ground.text.digits import persian
from bina.ground.text.jalali import WEEKDAYS, format_date

CLOCKS = {"working": "ساعت کاری", "clock": "ساعت پیوسته"}
CHECKS = {"all": "همهٔ نتیجه‌ها", "sample": "نمونه‌ای از نتیجه‌ها", "none": "هیچ‌کدام"}
PRIORITIES = {"1": "۱، فوری", "2": "۲، مهم", "3": "۳، عادی", "4": "۴، می‌تواند بماند"}
SENSITIVITIES = {"0": "عادی", "1": "حساس", "2": "بسیار حساس"}
HOLIDAY_STATUS = {"proposed": "در انتظار تأیید", "confirmed": "تأییدشده", "rejected": "ردشده"}
WHATS = {
    "person": "همکار", "desk": "میز", "unit": "واحد", "subject": "موضوع", "calendar": "ساعت کار",
    "closure": "تعطیلی موردی", "day": "تعطیلی رسمی", "answer": "پاسخ آماده",
}  # fmt: skip
FIELDS = {
    "name": "نام", "name_en": "نام انگلیسی", "keywords": "واژه‌ها", "deadline_seconds": "مهلت واحد",
    "deadline_clock": "مهلت با کدام ساعت", "priority": "اولویت", "answer_window_days": "مهلت پاسخ شهروند",
    "guarantee_days": "مهلت تضمین", "check_results": "کنترل نتیجه", "first_answer_seconds": "نخستین پاسخ",
    "first_answer_clock": "نخستین پاسخ با کدام ساعت", "result_promise": "وعدهٔ انجام هنگام ثبت", "phone": "تلفن",
    "email": "نشانی پست الکترونیک", "calendar_code": "تقویم کار", "username": "نام ورود", "active": "وضع",
    "password": "گذرواژه", "rights": "نقش‌ها", "desks": "میزها", "holders": "دارندگان", "profiles": "ساعت‌ها",
    "closures": "تعطیلی‌های موردی", "holidays": "تعطیلی", "title": "پرسش", "body": "پاسخ",
    "subject": "موضوع", "owner": "نگهدارنده", "since": "از روز", "until": "نخستین روز بی آن",
}  # fmt: skip
YES, NO = "بله", "خیر"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that a change alters: its name, what stood and what stands; lists give what goes and what comes."""

    label: str
    before: list[str]
    after: list[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history of a thing."""

    at: datetime
    who: str
    head: str
    differences: list[Difference]
    private: list[str]
    words: str
    moved: int


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """The fields that differ, in words."""
    found = []
    for name in {**before, **after}:
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        if isinstance(was or now, list):
            gone = [value(name, x) for x in was or [] if x not in (now or [])]
            come = [value(name, x) for x in now or [] if x not in (was or [])]
            if gone or come:
                found.append(Difference(FIELDS.get(name, name), gone, come))
        else:
            found.append(
                Difference(
                    FIELDS.get(name, name),
                    [value(name, was)] if name in before else [],
                    [value(name, now)] if name in after else [],
                )
            )
    return found


def value(name: str, given: Any) -> str:
    """One value of a field, in words."""
    if name in _SAY:
        return _SAY[name](given)
    if given in ("", None):
        return "خالی"
    if isinstance(given, bool):
        return YES if given else NO
    return persian(given)


def hours(seconds: int) -> str:
    """A span of a deadline: in hours, or in minutes where it is no whole hour."""
    return f"{persian(seconds // 3600)} ساعت" if seconds % 3600 == 0 else f"{persian(seconds // 60)} دقیقه"


def span(since: str, until: str) -> str:
    """Days of a row: «از ۳ آذر ۱۴۰۵ تا ۵ آذر ۱۴۰۵»; `until` is the first day without it."""
    end = f" تا پایان {_day(date.fromordinal(date.fromisoformat(until).toordinal() - 1))}" if until else ""
    if until and until <= since:
        return f"از {_day(date.fromisoformat(since))}، همان روز پایان یافت"
    return f"از {_day(date.fromisoformat(since))}{end}"


def _day(day: date) -> str:
    return format_date(day)


def _right(row: list[Any]) -> str:
    role, unit_code, area_code, sensitivity, since, until = row
    unit, area = units.by_code(unit_code) if unit_code else None, places.area_by_code(area_code) if area_code else None
    words = [ROLES[Role(role)].fa, unit.name if unit else unit_code, area.name if area else area_code]
    words += [SENSITIVITIES[str(sensitivity)]] if sensitivity else []
    return "، ".join(w for w in words if w) + f" ({span(since, until)})"


def _holder(row: list[Any]) -> str:
    person = rolls.names().get(row[0], "")
    return f"{person or persian(row[0])} ({span(row[1], row[2])})"


def _desk(row: list[Any]) -> str:
    return f"{desk_name(row[0])} ({span(row[1], row[2])})"


def desk_name(code: str) -> str:
    """The name of a desk by its code."""
    found = desks.by_code(code)
    return found.name if found else code


def _profile(row: list[Any]) -> str:
    since, until, rank, week, reason = row
    return f"{reason or 'ساعت معمول'}{'، ویژه' if rank else ''} ({span(since, until)}): {week_words(week)}"


def week_words(week: dict[str, Any]) -> str:
    """Weekly hours in one line: days of the same hours together."""
    groups: list[tuple[list[str], str]] = []
    for number, name in enumerate(WEEKDAYS):
        said = shown_hours(week.get(str(number), [])) or "تعطیل"
        if groups and groups[-1][1] == said:
            groups[-1][0].append(name)
        else:
            groups.append(([name], said))
    return "؛ ".join(f"{names[0]} {'تا ' + names[-1] + ' ' if len(names) > 1 else ''}{said}" for names, said in groups)


def _iso(day: str) -> str:
    return format_date(date.fromisoformat(day)) if day else "بی‌پایان"


def _subject(code: str) -> str:
    row = subjects.by_code(code) if code else None
    return row.name if row else code or "بی‌موضوع"


def _closure(row: list[Any]) -> str:
    zone = installation.current().zone
    return f"{row[2]} ({stamp(moment(row[0]), zone)} تا {stamp(moment(row[1]), zone)})"


_SAY: dict[str, Callable[[Any], str]] = {
    "deadline_seconds": lambda v: hours(v), "first_answer_seconds": lambda v: hours(v),
    "deadline_clock": lambda v: CLOCKS.get(v, v), "first_answer_clock": lambda v: CLOCKS.get(v, v),
    "check_results": lambda v: CHECKS.get(v, v), "priority": lambda v: PRIORITIES.get(str(v), str(v)),
    "answer_window_days": lambda v: f"{persian(v)} روز", "guarantee_days": lambda v: f"{persian(v)} روز",
    "active": lambda v: "کار می‌کند" if v else "دیگر این‌جا نیست",
    "password": lambda v: "گذاشته شده" if v else "هنوز نگذاشته؛ با پیوند یک‌بارمصرف",
    "rights": _right, "holders": _holder, "desks": _desk, "profiles": _profile, "closures": _closure,
    "subject": lambda v: _subject(v), "since": lambda v: _iso(v), "until": lambda v: _iso(v),
    "holidays": lambda row: f"{row[0]}، {HOLIDAY_STATUS.get(row[1], row[1])}",
}  # fmt: skip


def entries(told: list[Told]) -> list[Entry]:
    """Events of the city as lines of history."""
    names = rolls.names()
    return [_entry(t, names) for t in told]


def _entry(t: Told, names: dict[int, str]) -> Entry:
    given = t.given
    if t.verb == "set":
        head, said = "", differences(given.get("before", {}), given.get("after", {}))
    elif t.verb == "changed":
        head, said = f"با پوشهٔ شهر، {persian(given.get('changes', 0))} تغییر", []
    else:
        on = format_date(date.fromisoformat(given["on"]))
        head = f"برای {on} سفارش شد" if t.verb == "planned" else f"سفارش {on} پس گرفته شد"
        said = [Difference(FIELDS.get(n, n), [], [value(n, v)]) for n, v in given.get("after", {}).items()]
    private = [FIELDS.get(name, name) for name in given.get("private", [])]
    return Entry(t.at, _who(t.actor, names), head, said, private, t.words, given.get("moved", 0))


def _who(actor: str, names: dict[int, str]) -> str:
    if actor.startswith("p:") and actor[2:].isdigit():
        return names.get(int(actor[2:]), "همکار پیشین")
    return {"admin:command": "فرمان شهر", "rule": "سامانه"}.get(actor, actor)


def planned_lines(rows: list[Planned]) -> list[tuple[Planned, list[Difference]]]:
    """Coming changes with what they set."""
    return [(r, [Difference(FIELDS.get(n, n), [], [value(n, v)]) for n, v in r.values.items()]) for r in rows]


def thing(what: str, key: str) -> str:
    """The name of a thing that was changed: «موضوع چالهٔ معبر»."""
    name = key
    if what == "person" and key.isdigit():
        name = rolls.names().get(int(key), key)
    elif what == "unit":
        unit = units.by_code(key)
        name = unit.name if unit else key
    elif what == "subject":
        subject = subjects.by_code(key)
        name = subject.name if subject else key
    elif what == "answer":
        name = catalogue.titles().get(key, key)
    elif what == "desk":
        name = desk_name(key)
    elif what == "day":
        name = format_date(date.fromisoformat(key))
    elif what in ("calendar", "closure"):
        name = calendars.names().get(key, "همهٔ تقویم‌ها")
    return f"{WHATS.get(what, what)} {name}"
