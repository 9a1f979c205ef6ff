"""The cards beside a case's history: clocks, holds with their credit line, jobs, demands, people, photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import dist
from typing import Any

from bina.doors.web import story, when
from bina.flow.cases.dossier import Dossier, PhotoRow, ReferralRow
from bina.flow.cases.events import moment
from bina.flow.cases.moves import State
from bina.flow.credit import lines as credit
from bina.flow.waiting import demands
from bina.flow.waiting import holds as waiting
from bina.flow.work import jobs
from bina.ground.catalogue import constraints, subjects
from bina.ground.city import crews, desks, people, places, rolls, units
from bina.ground.city.dated import this_day
from bina.ground.city.roles import Role
from bina.ground.sla.calendars import worktime
from bina.ground.text.digits import persian, persian_number, short_money
from bina.ground.text.jalali import format_date

HOLD_WORDS = {"proposed": "تأیید نشده؛ مهلت واحد می‌گذرد", "attested": "تأیید شده؛ مهلت واحد حساب نمی‌شود",
              "contested": "رد شده؛ زمان با واحد است"}  # fmt: skip
HOLD_ICONS = {"credit": "coin", "up": "up", "outside": "unit", "citizen": "person"}
HOUR = 3600
NEAR_METRES = 30  # nearer than the error of a telephone's place: it is the place


@dataclass(frozen=True, slots=True)
class Clock:
    """One of the clocks of a case: its name, what it says, and, of one that can run out, how much has passed."""

    name: str
    said: str
    share: int | None = None  # percent of its time
    late: bool = False
    stopped: bool = False

    @property
    def x(self) -> int:
        """Where the bar of what has passed begins: time runs from right to left."""
        return 100 - (self.share or 0)


def clocks(case: Any, told: Dossier, now: datetime) -> list[Clock]:
    """The citizen's clock, which never stops, and the unit's, which runs in its working hours."""
    end = case.closed_at or now
    since = when.lasted((end - case.registered_at).total_seconds())
    found = [Clock("زمان شهروند", since if case.closed_at else f"{since}؛ همیشه می‌گذرد")]
    seq = case.more.get("referral")
    standing = next((r for r in told.referrals if r["seq"] == seq), None)
    if standing is not None and case.unit_due_at is not None and case.state != State.CLOSED:
        found.append(_units_clock(case, standing, now))
    return found


def _units_clock(case: Any, standing: ReferralRow, now: datetime) -> Clock:
    unit, subject = units.by_id(standing["unit_id"]), subjects.by_id(case.subject_id)
    stopped = case.state == State.REPORTED or (case.state == State.WAITING and case.hands != "unit")
    until = min(case.reported_at, now) if case.state == State.REPORTED and case.reported_at else now
    if unit is None or (subject is not None and subject.deadline_clock == "clock"):
        spent, whole, word = _seconds(standing["at"], until), _seconds(standing["at"], case.unit_due_at), "ساعت"
    else:
        hours = worktime(unit.calendar_code)
        spent, whole = hours.elapsed(standing["at"], until), hours.elapsed(standing["at"], case.unit_due_at)
        word = "ساعت کاری"
    said = f"{persian_number(spent // HOUR)} از {persian_number(max(whole // HOUR, 1))} {word}"
    late = case.unit_due_at < until
    return Clock("مهلت واحد", said, 100 if late else min(100 * spent // max(whole, 1), 100), late, stopped)


def _seconds(start: datetime, end: datetime) -> int:
    return max(int((end - start).total_seconds()), 0)


def holds(case: Any, now: datetime) -> list[dict[str, Any]]:
    """The holds that stand, each as parts/hold.html draws it; two statements when one names a credit line."""
    standing = sorted(case.more.get("holds", []), key=lambda h: h["rank"])
    named = credit.by_ids([h["line"] for h in standing if h.get("line")])
    beside = waiting.on_lines(named)
    shown = []
    for h in standing:
        row, body = constraints.by_code(h["constraint"]), units.by_id(h.get("body") or 0)
        since, line = moment(h["since"]), named.get(h.get("line") or 0)
        due = moment(h["credit_due_at"]) if h.get("credit_due_at") else None
        late_credit = due is not None and due < now
        counted = due if due is not None and late_credit else since
        big, unit = _big((now - counted).total_seconds())
        shown.append({
            "owner": _tint(h["owner"], due, now), "icon": HOLD_ICONS.get(h["owner"], "pause"),
            "name": row.name if row else "مانع", "word": _said_of(h, now), "big": big,
            "unit": f"{unit} دیر" if late_credit and unit else unit, "since": f"از {story.day_of(h['since'])}",
            "body": body.name if body else "", "review": story.day_of(h["review_at"]),
            "late": moment(h["review_at"]) < now, **(_line(line, beside.get(line.id, 1) - 1) if line else {}),
        })  # fmt: skip
    return shown


def _big(seconds: float) -> tuple[str, str]:
    """A span as a large number and its unit."""
    if seconds < 60:
        return "تازه", ""
    number, _, unit = when.lasted(seconds).partition(" ")
    return number, unit


def _tint(owner: str, due: datetime | None, now: datetime) -> str:
    """Credit has two tints: in the plan until its due date, then late."""
    return "plan" if owner == "credit" and due is not None and now < due else owner


def _said_of(hold: dict[str, Any], now: datetime) -> str:
    """What the named body says of a hold; silent past its third working day, the time is its own."""
    silent = hold.get("silent_at")
    if hold["word"] == "proposed" and silent and moment(silent) <= now and not hold.get("self"):
        return "بی‌پاسخ مانده؛ زمان با دستگاه است"
    return HOLD_WORDS[hold["word"]]


def _line(row: credit.LineRow, others: int) -> dict[str, Any]:
    stage, due = "", ""
    if row.tranche is not None and row.due_on is not None:
        past = row.due_on < this_day()
        due = f"{format_date(row.due_on, today=this_day())}{'، واگذار نشده' if past else ''}"
        stage = f"مرحلهٔ {persian(row.tranche)}، {short_money(row.amount_due or 0)}"
    return {"others": others, "line": row, "stage": stage or "همه واگذار شده است", "due": due}


def jobs_of(case: Any, *, blind: bool = False) -> list[dict[str, Any]]:
    """The jobs of a case, the newest first; `blind`, without the crew. One statement."""
    shown = []
    for job in reversed(jobs.of_case(case.pk)):
        crew = None if blind else crews.by_id(job.crew_id or 0)
        at = job.done_at or job.started_at or job.plan_at
        shown.append({
            "fa": jobs.KINDS.get(job.kind, ""), "state": jobs.STATES.get(job.state, job.state), "at": at,
            "crew": crew.name if crew else "", "quantity": job.quantity, "done": job.state == "done",
            "off": job.state == "cancelled",
        })  # fmt: skip
    return shown


def demands_of(case: Any, now: datetime) -> list[dict[str, Any]]:
    """The upward demands of a case with their own clocks, as parts/demand.html draws them; one statement."""
    shown = []
    for row in demands.of_case(case.pk):
        body, started = units.by_id(row.body_id), row.received_at or row.signed_at
        late = row.due_at is not None and row.answered_at is None and row.due_at < now
        shown.append({
            "to": body.name if body else "", "number": row.registry_number or row.number, "cases": row.cases,
            "state": demands.STATES.get(row.state, ""), "at": started or row.drafted_at, "answered": row.answered_at,
            "late": when.lasted((now - row.due_at).total_seconds()) if late and row.due_at else "",
            "due": row.due_at, "bar": _bar(started, row.due_at, row.answered_at or now),
        })  # fmt: skip
    return shown


def _bar(start: datetime | None, due: datetime | None, until: datetime) -> dict[str, int] | None:
    """A demand's time in percent of the whole from its start to today or its due day, the later; right to left."""
    if start is None or due is None or due <= start:
        return None
    whole = max(until, due) - start
    spent, mark = 100 * (until - start) // whole, 100 * (due - start) // whole
    return {"x": 100 - spent, "width": spent, "due": 100 - mark}


def people_of(case: Any) -> list[tuple[str, str]]:
    """Who has to do with the case today: the unit with its head, the desk with its holder. No statement."""
    called, found = rolls.names(), []
    unit, desk = units.by_id(case.unit_id or 0), desks.by_id(case.desk_id or 0)
    if unit is not None:
        heads = [called.get(r.person_id, "") for r in people.of_unit(unit.id) if r.role == Role.UNIT_HEAD]
        found.append(("اکنون نزد", "، ".join([unit.name, *heads[:1]])))
    if desk is not None:
        held = [one.name for one in desks.holders(desk.id)]
        found.append(("میز پیگیری", "، ".join([desk.name, *held[:2]]) if held else f"{desk.name}، بی‌متصدی"))
    return found


def pictures(case: Any, photos: Sequence[PhotoRow]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The photos from before and from after the work, the newest first, with when and how far from the place.

    What an inspector photographed is how the work looks after it was done.
    """
    told = [_picture(case, photo) for photo in photos]
    after = [p for p in told if p["stage"] in ("after", "inspection")]
    return [p for p in told if p["stage"] not in ("after", "inspection")], after[::-1]


def _picture(case: Any, photo: PhotoRow) -> dict[str, Any]:
    at = photo["taken_at"] or photo["at"]
    by = "بازرس" if photo["stage"] == "inspection" else ""
    return {**photo, "shown_at": at, "taken": photo["taken_at"] is not None, "away": _away(case, photo), "by": by}


def _away(case: Any, photo: PhotoRow) -> str:
    """How far from the case a photo was taken; empty when either place is unknown."""
    lat, lon = photo["lat_e6"], photo["lon_e6"]
    if lat is None or lon is None or case.lat_e6 is None or case.lon_e6 is None:
        return ""
    metres = round(dist(places.metres(lat, lon), places.metres(case.lat_e6, case.lon_e6)))
    return "در محل" if metres <= NEAR_METRES else f"{persian_number(metres)} متر دورتر"
