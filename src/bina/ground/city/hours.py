"""What a city's folder says of working time: calendars, their dated hours, holidays, closures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bina.ground.city.folder import Folder, Row, read_day
from bina.ground.city.sync import CHANGED, NEW, Change
from bina.ground.sla import clock
from bina.ground.sla.models import Calendar, Closure, Holiday, HolidayStatus, Profile
from bina.ground.sla.worktime import HOLIDAY, BadHours, read_hours
from bina.ground.text.digits import latin
from bina.ground.text.letters import one_line

CALENDARS, HOLIDAYS, CLOSURES = "calendars.toml", "holidays.csv", "closures.csv"
WEEK = ("sat", "sun", "mon", "tue", "wed", "thu", "fri")  # Saturday is day 0
ESTIMATED = "تخمینی"
_RANGE = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-4]):([0-5]\d)")


@dataclass
class Working:
    """What the folder wants, by the keys of the rows: the values of each."""

    calendars: dict[str, dict[str, Any]] = field(default_factory=dict)  # code
    hours: dict[tuple[str, int, date], dict[str, Any]] = field(default_factory=dict)  # calendar, rank, valid_from
    holidays: dict[tuple[date, str], dict[str, Any]] = field(default_factory=dict)  # day, name
    closures: dict[tuple[str, datetime, datetime], dict[str, Any]] = field(default_factory=dict)  # calendar or ""


def read_working(folder: Folder, zone: str) -> Working:
    """calendars.toml, holidays.csv and closures.csv (its times are local); empty where they are absent."""
    working = Working()
    if folder.has(CALENDARS):
        told = folder.toml(CALENDARS)
        _calendars(folder, told, working)
        _profiles(folder, told, working)
        with_hours = {calendar for calendar, _, _ in working.hours}
        for code, values in working.calendars.items():
            if not values["always"] and code not in with_hours:
                folder.tell(CALENDARS, 0, f"{code} is neither always open nor has it any profile")
    if folder.has(HOLIDAYS):
        for row in folder.rows(HOLIDAYS, ("date", "name", "status", "source")):
            _holiday(row, working)
    if folder.has(CLOSURES):
        known = {*working.calendars, *calendar_codes()}
        for row in folder.rows(CLOSURES, ("calendar", "starts_at", "ends_at", "reason")):
            _closure(row, working, zone, known)
    return working


def calendar_codes() -> set[str]:
    """The codes of the calendars that stand in the database."""
    return set(Calendar.objects.values_list("code", flat=True))


def _entries(folder: Folder, told: dict[str, Any], table: str) -> list[tuple[int, dict[str, Any]]]:
    entries = told.get(table, [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        folder.tell(CALENDARS, 0, f"write each {table} as [[{table}]]")
        return []
    lines = folder.places(CALENDARS, table)
    return [(lines[n] if n < len(lines) else 0, entry) for n, entry in enumerate(entries)]


def _calendars(folder: Folder, told: dict[str, Any], working: Working) -> None:
    for line, one in _entries(folder, told, "calendar"):
        code, name = one_line(str(one.get("code", ""))), one_line(str(one.get("name", "")))
        if not code or not name:
            folder.tell(CALENDARS, line, "a calendar needs a code and a name")
        elif code in working.calendars:
            folder.tell(CALENDARS, line, f"the calendar {code} stands already above")
        elif not isinstance(one.get("always", False), bool):
            folder.tell(CALENDARS, line, "always is true or false")
        else:
            name_en = one_line(str(one.get("name_en", "")))
            working.calendars[code] = {"name": name, "name_en": name_en, "always": one.get("always", False)}


def _profiles(folder: Folder, told: dict[str, Any], working: Working) -> None:
    for line, one in _entries(folder, told, "profile"):
        try:
            code, since, until = str(one["calendar"]), _day(one["valid_from"]), _day(one.get("valid_to"))
            rank, week = one.get("rank", 0), one["hours"]
            if code not in working.calendars:
                raise ValueError(f"calendar “{code}” stands nowhere in this file")
            if since is None or (until is not None and until <= since):
                raise ValueError("valid_to must lie after valid_from")
            if type(rank) is not int or not isinstance(week, dict):
                raise ValueError("rank is a whole number, hours a table of days")
            if unknown := set(week) - {*WEEK, HOLIDAY}:
                raise ValueError(f"unknown days: {', '.join(sorted(unknown))}; write {', '.join(WEEK)} or {HOLIDAY}")
            hours = {str(day): [_range(r) for r in week[name]] for day, name in enumerate(WEEK) if week.get(name)}
            if HOLIDAY in week:
                hours[HOLIDAY] = [_range(r) for r in week[HOLIDAY]]
            read_hours(hours)
            if (code, rank, since) in working.hours:
                raise ValueError(f"{code} has a profile of rank {rank} from {since} already")
        except BadHours as error:
            folder.tell(CALENDARS, line, error.en)
        except KeyError as error:
            folder.tell(CALENDARS, line, f"the profile needs {error.args[0]}")
        except (TypeError, ValueError) as error:
            folder.tell(CALENDARS, line, str(error))
        else:
            reason = one_line(str(one.get("reason", "")))
            working.hours[code, rank, since] = {"valid_to": until, "hours": hours, "reason": reason}


def _day(told: Any) -> date | None:
    if told is None or (isinstance(told, date) and not isinstance(told, datetime)):
        return told
    try:
        return read_day(str(told))
    except ValueError:
        raise ValueError(f"“{told}” is no date; write 1405/09/03 or 2026-11-24") from None


def _range(text: Any) -> list[int]:
    found = _RANGE.fullmatch(latin(str(text).strip()))
    if found is None:
        raise ValueError(f"“{text}” is no span of hours; write 07:00-15:00")
    first, last = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
    return [first, last]


def _holiday(row: Row, working: Working) -> None:
    on, name, source = row.day("date", needed=True), row.text("name", needed=True), row.text("source", needed=True)
    status = row.choice("status", [str(s) for s in HolidayStatus])
    if on is None:
        return
    if (on, name) in working.holidays:
        row.wrong(f"{name} stands already on this day")
    estimated = row.flag("estimated") or ESTIMATED in source
    working.holidays[on, name] = {
        "status": status, "source": source, "name_en": row.text("name_en"), "estimated": estimated,
    }  # fmt: skip


def _closure(row: Row, working: Working, zone: str, known: set[str]) -> None:
    calendar, reason = row.code("calendar", needed=False), row.text("reason", needed=True)
    if calendar and calendar not in known:
        row.wrong(f"calendar “{calendar}” is not known")
    moments = [_moment(row, column, zone) for column in ("starts_at", "ends_at")]
    if moments[0] is None or moments[1] is None:
        return
    if moments[1] <= moments[0]:
        row.wrong("ends_at must lie after starts_at")
    working.closures[calendar, moments[0], moments[1]] = {"reason": reason, "source": row.text("source")}


def _moment(row: Row, column: str, zone: str) -> datetime | None:
    day, _, hour = latin(row.text(column)).partition(" ")
    try:
        return datetime.combine(read_day(day), time.fromisoformat(hour.strip() or "00:00"), ZoneInfo(zone))
    except ValueError:
        row.wrong(f"{column} “{row.text(column)}” is no moment; write 1404/11/03 13:00")
        return None


def compare_working(working: Working) -> list[Change]:
    """What would change. What was set by hand stands beside it; a holiday somebody settled stays as he said."""
    changes = []
    known = {row.code: row for row in Calendar.objects.all()}
    for code, values in working.calendars.items():
        changes += _differ("calendar", code, known.get(code), values)
    profiles = {
        (row.calendar.code, row.rank, row.valid_from): row for row in Profile.objects.select_related("calendar")
    }
    for key, values in working.hours.items():
        changes += _differ("hours", f"{key[0]} {key[2]} rank {key[1]}", profiles.get(key), values)
    holidays = {(row.date, row.name): row for row in Holiday.objects.all()}
    for day, values in working.holidays.items():
        holiday = holidays.get(day)
        if holiday is None or holiday.status == HolidayStatus.PROPOSED:
            changes += _differ("holiday", f"{day[0]} {day[1]}", holiday, values)
    closures = {
        (row.calendar.code if row.calendar else "", row.starts_at, row.ends_at)
        for row in Closure.objects.select_related("calendar")
    }
    for span, values in working.closures.items():
        if span not in closures:
            changes.append(Change("closure", f"{span[0] or 'all'} {span[1]:%F %H:%M}", NEW, {}, values))
    return changes


def carry_out_working(working: Working, changes: list[Change], *, by: str) -> None:
    """Makes the changes; `by` is who settles a holiday. The city's version is the caller's to bump."""
    keys = {(change.what, change.key) for change in changes}
    for code, values in working.calendars.items():
        if ("calendar", code) in keys:
            Calendar.objects.update_or_create(code=code, defaults=values)
    ids = dict(Calendar.objects.values_list("code", "pk"))
    for key, values in working.hours.items():
        if ("hours", f"{key[0]} {key[2]} rank {key[1]}") in keys:
            Profile.objects.update_or_create(
                calendar_id=ids[key[0]], rank=key[1], valid_from=key[2], defaults=values
            )  # fmt: skip
    now = clock.now()
    days = []
    for day, values in working.holidays.items():
        if ("holiday", f"{day[0]} {day[1]}") in keys:
            settled = values["status"] != HolidayStatus.PROPOSED
            days.append(
                Holiday(
                    date=day[0], name=day[1], **values, confirmed_by=by if settled else "",
                    confirmed_at=now if settled else None,
                )
            )  # fmt: skip
    Holiday.objects.bulk_create(
        days,
        update_conflicts=True,
        unique_fields=["date", "name"],
        update_fields=["status", "source", "name_en", "estimated", "confirmed_by", "confirmed_at"],
    )
    Closure.objects.bulk_create(
        Closure(calendar_id=ids[span[0]] if span[0] else None, starts_at=span[1], ends_at=span[2], **values)
        for span, values in working.closures.items()
        if ("closure", f"{span[0] or 'all'} {span[1]:%F %H:%M}") in keys
    )


def _differ(what: str, key: str, row: Any, after: dict[str, Any]) -> list[Change]:
    if row is None:
        return [Change(what, key, NEW, {}, after)]
    differ = [f for f, value in after.items() if getattr(row, f) != value]
    before = {f: getattr(row, f) for f in differ}
    return [Change(what, key, CHANGED, before, {f: after[f] for f in differ})] if differ else []
