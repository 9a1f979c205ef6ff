"""The paths that the demo's cases walk: each step a verb by the person whose job it is, at a later hour."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
from django.db import connection

from bina.doors.cli.democity import shape, words
from bina.doors.cli.democity.shape import DAY, HOUR
from bina.flow.cases import contacts, photos, queries
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.cases.register import Author
from bina.flow.waiting import holds
from bina.flow.work import jobs
from bina.ground.catalogue import subjects
from bina.ground.city import crews, people, units
from bina.ground.city.roles import Role

OFFICE, CENTRE, ALWAYS = (7.5, 14.0), (8.0, 20.0), (0.0, 24.0)


class Again(msgspec.Struct, frozen=True):
    """A further message that is to come while the case goes its way."""

    at: int
    kind: str
    author: Author
    words: str


class Walk(msgspec.Struct):
    """A case on its way: where, whose, and the hour it has come to (epoch seconds)."""

    case_id: int
    subject: subjects.SubjectRow
    district_id: int
    at: int
    now: int
    chance: Random
    pictures: dict[str, list[photos.Photo]]
    contact_id: int = 0
    again: list[Again] = msgspec.field(default_factory=list)
    slow: float = 1.0
    expert: str = "clock"
    ended: bool = False

    def later(self, seconds: float, hours: tuple[float, float] = OFFICE) -> bool:
        """Goes on by some time, into the hours when one works; False (and no further) when that would be the future.

        What falls due on the way happens in its hour: a message that comes, a promise that breaks, a deadline.
        """
        to = self.at + int(seconds)
        if hours != ALWAYS:
            to = shape.opened(to, *hours, fridays=hours == CENTRE, chance=self.chance)
        last = min(to, self.now - 60)
        while self.again and self.again[0].at < last:
            self._come(self.again.pop(0))
        self._fall_due(last)
        if to >= self.now - 60:
            return False
        self.at = to
        return True

    def do(self, verb: str, by: By, actor: str, **given: Any) -> None:
        """One verb at this hour."""
        common: dict[str, Any] = {"by": by, "actor": actor, "channel": "desk", "origin": "demo", "at": self.at}
        record(self.case_id, verb, **common, **given)

    def _come(self, message: Again) -> None:
        self._fall_due(message.at)
        self.at = max(self.at, message.at)
        if self.ended and (message.kind == "similar" or self.chance.random() < 0.6):
            return  # most people stop asking once they have their answer
        reasons = ("came_back", "not_done", "badly_done") if self.ended else ("no_news", "no_news", "promise_passed",
                                                                             "worse", "danger")  # fmt: skip
        reason = self.chance.choice(reasons) if message.kind == "recontact" else None
        contacts.contact(
            self.case_id, kind=message.kind, reason=reason,
            by=By.OPERATOR, actor=somebody_of("operator", self.chance), channel="phone", author=message.author,
            origin="demo", words=message.words, at=self.at,
        )  # fmt: skip

    def _fall_due(self, until: int) -> None:
        for kind, step, due in _due(self.case_id, until):
            at = max(due, self.at)
            if kind == "promise" and step > 1 and self.chance.random() < 0.8:
                self.at = max(self.at, at - 600)  # an expert mostly gives the news that he promised
                self.do("answer", By.EXPERT, self.expert, words=self.chance.choice(words.ANSWERS), temporary=True,
                        next_news_at=self.at + int(self.chance.uniform(2, 7) * DAY))  # fmt: skip
                return self._fall_due(until)
            if kind == "promise":
                record(self.case_id, "promise_broken", by=By.CLOCK, actor="clock", channel="system", origin="demo",
                       at=at, promise=step)  # fmt: skip
            elif kind == "unit_due":
                record(self.case_id, "escalated", by=By.CLOCK, actor="clock", channel="system", origin="demo", at=at,
                       step=100, to="district_deputy", why="deadline")  # fmt: skip
            else:
                continue
            self.at = at


def _due(case_id: int, until: int) -> list[tuple[str, int, int]]:
    """The promises and deadlines of a case that fall due by then, oldest first; the deadlines' timers are taken out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM cases_timer WHERE stream_kind = 'case' AND stream_id = %(case)s::bigint "
            "AND kind = 'unit_due' AND due_at <= to_timestamp(%(until)s::float8) RETURNING kind, step, due_at) "
            "SELECT kind, step, extract(epoch FROM due_at)::bigint FROM (SELECT * FROM gone UNION ALL "
            "SELECT 'promise', seq, due_at FROM cases_promise WHERE case_id = %(case)s::bigint AND kept_at IS NULL "
            "AND broken_at IS NULL AND due_at <= to_timestamp(%(until)s::float8)) AS due",
            {"case": case_id, "until": until},
        )
        return sorted(((str(k), int(s), int(d)) for k, s, d in cursor.fetchall()), key=lambda row: row[2])


def somebody_of(role: str, chance: Random, area_id: int | None = None) -> str:
    """An actor of a role (of a district), the centre's clock when the city has nobody of it."""
    rights = people.of_role(Role(role), area_id)
    return f"p:{chance.choice(rights).person_id}" if rights else "clock"


def of_unit(unit_id: int, chance: Random) -> tuple[By, str]:
    """Somebody who acts for a unit, and in what capacity."""
    rights = [r for r in people.of_unit(unit_id) if r.role in (Role.UNIT_HEAD, Role.LIAISON, Role.OFFICE)]
    if not rights:
        return By.LIAISON, "clock"
    one = chance.choice(rights)
    return (By.UNIT if one.role == Role.UNIT_HEAD else By.LIAISON), f"p:{one.person_id}"


def walk(w: Walk, end: str = "") -> None:
    """Walks one case to its end, drawn if none is given, or to now."""
    end = end or shape.end_of(w.at, w.now, w.chance)
    _walk(w, shape.end_of_danger(end, w.at, w.now) if w.subject.hazard else end)
    w.later(w.now, ALWAYS)  # what comes or falls due while it lies still


def _walk(w: Walk, end: str) -> None:
    chance = w.chance
    w.expert = expert = somebody_of("followup_expert", chance, w.district_id)
    unit = units.owner_for(w.subject.owner_code, w.district_id)
    pace, centre, office = (0.08, ALWAYS, ALWAYS) if w.subject.hazard else (1.0, CENTRE, OFFICE)
    if end == "registered" or unit is None or not w.later(chance.uniform(0.3, 4) * HOUR * pace, centre):
        return
    if end in ("proposed", "declined", "handed"):
        _decided(w, end, expert)
        return
    if end == "withdrawn":
        w.do("withdraw", By.CITIZEN, "citizen", contact=w.contact_id, words="خودشان درستش کردند.")
        w.ended = True
        return
    w.do("refer", By.EXPERT, expert, unit=unit.id, words=chance.choice(words.INSTRUCTIONS))
    by, head = of_unit(unit.id, chance)
    if chance.random() < shape.BOUNCES:
        unit, by, head = _bounced(w, unit, by, head, expert)
    if chance.random() < 0.85 and w.later(chance.uniform(0.2, 1.5) * HOUR * pace, centre):
        news = w.at + int(chance.uniform(2, 9) * DAY)
        w.do("answer", By.EXPERT, expert, words=chance.choice(words.ANSWERS), temporary=True, next_news_at=news)
    if end == "referred" or not w.later(chance.uniform(0.3, 7) * HOUR * w.slow * pace, office):
        return
    w.do("seen", by, head, unit=unit.id)
    if end == "seen" or not w.later(chance.uniform(0.2, 5) * HOUR * pace, office):
        return
    w.do("accept", by, head)
    if end == "waiting":
        _waits(w, unit, by, head, expert)
        return
    job = _planned(w, unit, by, head)
    took = chance.expovariate(1 / (w.subject.deadline_seconds or 72 * HOUR)) * 0.4 * w.slow
    if end != "accepted" and w.later(min(took, 40 * DAY), office):
        if job:
            w.do("job_done", by, head, job=job, quantity=chance.randrange(1, 40))
        _reported(w, end, by, head, expert)


def _planned(w: Walk, unit: units.UnitRow, by: By, head: str) -> int:
    """The work is given to a crew, if the unit has any and it is no file work; the number of the event, else 0."""
    theirs = crews.of_units([unit.id])
    if not theirs or w.subject.hazard or w.subject.driver in ("visit", "file") or w.chance.random() < 0.35:
        return 0
    if not w.later(HOUR):
        return 0
    day = shape.opened(w.at + w.chance.randrange(4) * DAY, 7.5, 12, fridays=False, chance=w.chance)
    done = jobs.plan(
        w.case_id, unit_id=unit.id, crew=w.chance.choice(theirs).code, plan_at=day, by=by, actor=head, channel="desk",
        origin="demo", at=w.at,
    )  # fmt: skip
    return done.seq


def _bounced(w: Walk, unit: units.UnitRow, by: By, head: str, expert: str) -> tuple[units.UnitRow, By, str]:
    others = [u for u in units.of_district(w.district_id) if u.kind == "unit" and u.id != unit.id]
    if not others or not w.later(w.chance.uniform(1, 14) * HOUR):
        return unit, by, head
    other = w.chance.choice(others)
    w.do("return", by, head, reason="not_ours", proposed_unit=other.id, words="این کار با ما نیست.")
    if not w.later(w.chance.uniform(0.5, 4) * HOUR, CENTRE):
        return unit, by, head
    w.do("refer", By.EXPERT, expert, unit=other.id, words=w.chance.choice(words.INSTRUCTIONS))
    return other, *of_unit(other.id, w.chance)


_HOLDS = ("UTILITY_FIRST", "SEASON_WEATHER", "MATERIAL_SHORTAGE", "MACHINERY_SHORTAGE", "CITIZEN_INFO_NEEDED",
          "PROJECT_NOT_APPROVED", "UPPER_BODY_DECISION", "CREDIT_NOT_BUDGETED", "CREDIT_NOT_BUDGETED")  # fmt: skip


def _waits(w: Walk, unit: units.UnitRow, by: By, head: str, expert: str) -> None:
    if not w.later(w.chance.uniform(4, 60) * HOUR):
        return
    constraint = "CREDIT_NOT_BUDGETED" if w.subject.credit.startswith("C") else w.chance.choice(_HOLDS)
    body = {"UTILITY_FIRST": "WATER", "UPPER_BODY_DECISION": "DEP-TECH"}.get(constraint)
    named = units.by_code(body) if body else None
    held = holds.hold(
        w.case_id, constraint=constraint, review_at=max(w.now, w.at) + w.chance.randrange(2, 20) * DAY, by=by,
        actor=head, channel="desk", body=named.id if named else None, words="تا رفع این مانع کار پیش نمی‌رود.",
        origin="demo", at=w.at,
    )  # fmt: skip
    if constraint.startswith("CREDIT") or w.chance.random() < 0.4 or not w.later(w.chance.uniform(3, 25) * DAY):
        return
    holds.release(w.case_id, hold=held.seq, by=by, actor=head, channel="desk", words="مانع برطرف شد.", origin="demo",
                  at=w.at)  # fmt: skip
    if w.later(w.chance.uniform(6, 90) * HOUR):
        _reported(w, "confirmed", by, head, expert)


def _reported(w: Walk, end: str, by: By, head: str, expert: str) -> None:
    chance = w.chance
    done = end != "nothing"
    finding = "done" if done else "nothing_found"
    result = chance.choice(words.RESULTS if done else words.EMPTY_RESULTS)
    prove(w, finding, by, head)
    w.do("report", by, head, finding=finding, words=result)
    if chance.random() < 0.08 and w.later(chance.uniform(1, 8) * HOUR, CENTRE):
        w.do("send_back", By.EXPERT, expert, words="عکس محل درخواست را نشان نمی‌دهد؛ عکس درست بفرستید.")
        if not w.later(chance.uniform(3, 30) * HOUR):
            return
        prove(w, finding, by, head)
        w.do("report", by, head, finding=finding, words=result)
    if not w.later(chance.uniform(0.5, 20) * HOUR, CENTRE):
        return
    w.do("acknowledged", By.EXPERT, expert, why="result_checked")
    operator = somebody_of("operator", chance)
    if end in ("confirmed", "nothing") and w.later(chance.uniform(2, 60) * HOUR, CENTRE):
        w.do("called", By.CALLBACK, operator, result="confirmed")
        w.do("confirm", By.CALLBACK, operator)
        w.ended = True
    elif end == "disputed" and w.later(chance.uniform(2, 60) * HOUR, CENTRE):
        w.do("dispute", By.CALLBACK, operator, reason=chance.choice(("not_done", "badly_done")), words="هنوز همان است.")
        if w.later(chance.uniform(1, 10) * HOUR):
            w.do("accept", by, head)
            if w.later(chance.uniform(8, 90) * HOUR * w.slow):
                _reported(w, "confirmed", by, head, expert)
    elif end == "inspected":
        _disputed_twice(w, by, head, operator)
    elif end == "unheard":
        for _try in range(3):
            if not w.later(chance.uniform(10, 34) * HOUR, CENTRE):
                return
            w.do("called", By.CALLBACK, operator, result="no_answer")
        if w.later(8 * DAY, CENTRE):
            w.do("close_unheard", By.CLOCK, "clock")
            w.ended = True


def _disputed_twice(w: Walk, by: By, head: str, operator: str) -> None:
    """The second "not done": the result stays, and an inspector is to look."""
    for again in (False, True):
        if again:
            if not w.later(w.chance.uniform(1, 20) * HOUR):
                return
            w.do("accept", by, head)
            prove(w, "done", by, head)
            w.do("report", by, head, finding="done", words=w.chance.choice(words.RESULTS))
        if not w.later(w.chance.uniform(2, 40) * HOUR, CENTRE):
            return
        w.do("dispute", By.CALLBACK, operator, reason="badly_done", words="ناقص است؛ خودتان بیایید ببینید.")


def busy(unit_id: int) -> bool:
    """Whether a unit has a case in hand."""
    return queries.any_open(unit_id)


def subject_for(unit: units.UnitRow, chance: Random) -> subjects.SubjectRow:
    """A subject that this unit owns or that is passed on to it; for a unit without one, what concerns any office."""
    mine = [s for s in subjects.all() if s.owner_code and unit.code.endswith(s.owner_code)]
    passed = [s for s in subjects.all() if unit.code in s.onward]
    anybody = [s for s in subjects.all() if s.code in ("0707", "0708", "0904", "1105", "0303", "0905")]
    return chance.choice(mine or passed or anybody)


def given_to(w: Walk, unit: units.UnitRow) -> None:
    """Referred to this very unit, and half the time taken on."""
    if not w.later(HOUR, ALWAYS):
        return
    w.do("refer", By.EXPERT, somebody_of("followup_expert", w.chance, w.district_id), unit=unit.id,
         words=w.chance.choice(words.INSTRUCTIONS))  # fmt: skip
    by, head = of_unit(unit.id, w.chance)
    if w.chance.random() < 0.5 and w.later(HOUR, ALWAYS):
        w.do("accept", by, head)
    w.later(w.now, ALWAYS)


_STAGE = {"photo_after": "after", "photo_before": "before", "photo": "after"}


def prove(w: Walk, finding: str, by: By, head: str) -> None:
    """The pictures that the subject wants for this finding."""
    for stage in sorted({_STAGE[p] for p in w.subject.proof.get(finding, ()) if p in _STAGE}):
        photos.attach(
            w.case_id, [w.chance.choice(w.pictures[stage])], stage=stage, by=by, actor=head, channel="desk",
            origin="demo", at=w.at,
        )  # fmt: skip


def _decided(w: Walk, end: str, expert: str) -> None:
    if end == "handed":
        body = units.by_code(w.chance.choice(("ELEC", "WATER")))
        if body is not None:
            w.do("hand_over", By.EXPERT, expert, unit=body.id, reference=str(w.chance.randrange(10**6, 10**7)),
                 words="این کار با شرکت خدمات شهری دیگری است؛ با همین شماره از آن شرکت پیگیری کنید.")  # fmt: skip
            w.ended = True
        return
    reason, why, told = w.chance.choice(words.DECLINES)
    w.do("decline_proposed", By.EXPERT, expert, reason=reason, words=why)
    supervisor = somebody_of("supervisor_137", w.chance, w.district_id)
    if end == "declined" and supervisor != expert and w.later(w.chance.uniform(3, 30) * HOUR, CENTRE):
        w.do("decline", By.SUPERVISOR, supervisor, words=told)
        w.ended = True


def promised(w: Walk, unit: units.UnitRow, words_: str) -> None:
    """Taken on by the unit on the first day, asked after since, and promised in the unit's last answer for tomorrow."""
    expert = somebody_of("followup_expert", w.chance, w.district_id)
    by, head = of_unit(unit.id, w.chance)
    w.later(2 * HOUR, CENTRE)
    w.do("refer", By.EXPERT, expert, unit=unit.id, words=words.INSTRUCTIONS[0])
    w.later(20 * HOUR)
    w.do("seen", by, head, unit=unit.id)
    w.later(2 * HOUR)
    w.do("accept", by, head)
    w.later(w.now - w.at - 20 * HOUR, ALWAYS)
    w.do("answer", By.EXPERT, expert, words=words_, temporary=True, next_news_at=w.now + DAY)
