"""The paths that the demo's cases walk: each step a verb by the person whose job it is, at a later hour."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec

from bina.doors.cli.democity import words
from bina.flow.cases import photos, queries
from bina.flow.cases.moves import By
from bina.flow.cases.record import record
from bina.flow.waiting import holds
from bina.ground.catalogue import subjects
from bina.ground.city import people, units
from bina.ground.city.roles import Role

HOUR, DAY = 3600, 86400
# Where a case's path ends, and how often.
ENDS = {
    "registered": 9, "referred": 12, "seen": 8, "accepted": 16, "waiting": 13, "reported": 15, "confirmed": 14,
    "unheard": 4, "nothing": 5, "disputed": 6, "inspected": 3, "proposed": 2, "declined": 2, "handed": 2,
}  # fmt: skip


class Walk(msgspec.Struct):
    """A case on its way: where, whose, and the hour it has come to (epoch seconds)."""

    case_id: int
    subject: subjects.SubjectRow
    district_id: int
    at: int
    now: int
    chance: Random
    pictures: list[photos.Photo]

    def later(self, seconds: int) -> bool:
        """Goes on by some time, unless that would be in the future."""
        if self.at + seconds >= self.now - 60:
            return False
        self.at += seconds
        return True

    def do(self, verb: str, by: By, actor: str, **given: Any) -> None:
        """One verb at this hour."""
        common: dict[str, Any] = {"by": by, "actor": actor, "channel": "desk", "origin": "demo", "at": self.at}
        record(self.case_id, verb, **common, **given)


def somebody_of(role: str, chance: Random, area_id: int | None = None) -> str:
    """An actor of a role (of a district), the centre's clock when the city has nobody of it."""
    rights = people.of_role(Role(role), area_id)
    return f"p:{chance.choice(rights).person_id}" if rights else "clock"


def _of_unit(unit_id: int, chance: Random) -> tuple[By, str]:
    rights = [r for r in people.of_unit(unit_id) if r.role in (Role.UNIT_HEAD, Role.LIAISON, Role.OFFICE)]
    if not rights:
        return By.LIAISON, "clock"
    one = chance.choice(rights)
    return (By.UNIT if one.role == Role.UNIT_HEAD else By.LIAISON), f"p:{one.person_id}"


def walk(w: Walk) -> None:
    """Walks one case to the end drawn for it, or to now."""
    chance = w.chance
    end = chance.choices(list(ENDS), list(ENDS.values()))[0]
    expert = somebody_of("followup_expert", chance, w.district_id)
    unit = units.owner_for(w.subject.owner_code, w.district_id)
    if end == "registered" or unit is None or not w.later(chance.randrange(1, 5) * HOUR):
        return
    if end in ("proposed", "declined", "handed"):
        _decided(w, end, expert)
        return
    w.do("refer", By.EXPERT, expert, unit=unit.id, words=chance.choice(words.INSTRUCTIONS))
    by, head = _of_unit(unit.id, chance)
    if chance.random() < 0.12:
        unit, by, head = _bounced(w, unit, by, head, expert)
    if chance.random() < 0.8 and w.later(2 * HOUR):
        news = w.now + chance.randrange(-2, 6) * DAY
        w.do("answer", By.EXPERT, expert, words=chance.choice(words.ANSWERS), temporary=True, next_news_at=news)
    if end == "referred" or not w.later(chance.randrange(1, 20) * HOUR):
        return
    w.do("seen", by, head, unit=unit.id)
    if end == "seen" or not w.later(chance.randrange(1, 8) * HOUR):
        return
    w.do("accept", by, head)
    if end == "waiting":
        _waits(w, by, head)
    elif end != "accepted" and w.later(chance.randrange(6, 90) * HOUR):
        _reported(w, end, by, head, expert)


def _bounced(w: Walk, unit: units.UnitRow, by: By, head: str, expert: str) -> tuple[units.UnitRow, By, str]:
    others = [u for u in units.of_district(w.district_id) if u.kind == "unit" and u.id != unit.id]
    if not others or not w.later(w.chance.randrange(2, 20) * HOUR):
        return unit, by, head
    other = w.chance.choice(others)
    w.do("return", by, head, reason="not_ours", proposed_unit=other.id, words="این کار با ما نیست.")
    if not w.later(HOUR):
        return unit, by, head
    w.do("refer", By.EXPERT, expert, unit=other.id, words=w.chance.choice(words.INSTRUCTIONS))
    return other, *_of_unit(other.id, w.chance)


_HOLDS = ("UTILITY_FIRST", "SEASON_WEATHER", "MATERIAL_SHORTAGE", "MACHINERY_SHORTAGE", "CITIZEN_INFO_NEEDED",
          "PROJECT_NOT_APPROVED", "UPPER_BODY_DECISION", "CREDIT_NOT_BUDGETED")  # fmt: skip


def _waits(w: Walk, by: By, head: str) -> None:
    if not w.later(w.chance.randrange(4, 40) * HOUR):
        return
    constraint = w.chance.choice(_HOLDS)
    body = {"UTILITY_FIRST": "WATER", "UPPER_BODY_DECISION": "DEP-TECH"}.get(constraint)
    named = units.by_code(body) if body else None
    holds.hold(
        w.case_id, constraint=constraint, review_at=w.now + w.chance.randrange(2, 20) * DAY, by=by, actor=head,
        channel="desk", body=named.id if named else None, words="تا رفع این مانع کار پیش نمی‌رود.", origin="demo",
        at=w.at,
    )  # fmt: skip


def _reported(w: Walk, end: str, by: By, head: str, expert: str) -> None:
    chance = w.chance
    done = end != "nothing"
    finding = "done" if done else "nothing_found"
    result = chance.choice(words.RESULTS if done else words.EMPTY_RESULTS)
    _prove(w, finding, by, head)
    w.do("report", by, head, finding=finding, words=result)
    if chance.random() < 0.15 and w.later(3 * HOUR):
        w.do("send_back", By.EXPERT, expert, words="عکس محل درخواست را نشان نمی‌دهد؛ عکس درست بفرستید.")
        if not w.later(20 * HOUR):
            return
        _prove(w, finding, by, head)
        w.do("report", by, head, finding=finding, words=result)
    if end != "reported" or chance.random() < 0.5:
        w.do("acknowledged", By.EXPERT, expert, why="result_checked")
    operator = somebody_of("operator", chance)
    if end in ("confirmed", "nothing") and w.later(chance.randrange(2, 50) * HOUR):
        w.do("called", By.CALLBACK, operator, result="confirmed")
        w.do("confirm", By.CALLBACK, operator)
    elif end == "disputed" and w.later(chance.randrange(2, 50) * HOUR):
        w.do("dispute", By.CALLBACK, operator, reason=chance.choice(("not_done", "badly_done")), words="هنوز همان است.")
    elif end == "inspected":
        _disputed_twice(w, by, head, operator)
    elif end == "unheard" and w.later(8 * DAY):
        for _try in range(3):
            w.do("called", By.CALLBACK, operator, result="no_answer")
        w.do("close_unheard", By.CLOCK, "clock")


def _disputed_twice(w: Walk, by: By, head: str, operator: str) -> None:
    """The second "not done": the result stays, and an inspector is to look."""
    for again in (False, True):
        if again:
            w.do("accept", by, head)
            _prove(w, "done", by, head)
            w.do("report", by, head, finding="done", words=w.chance.choice(words.RESULTS))
        if not w.later(w.chance.randrange(2, 20) * HOUR):
            return
        w.do("dispute", By.CALLBACK, operator, reason="badly_done", words="ناقص است؛ خودتان بیایید ببینید.")


def busy(unit_id: int) -> bool:
    """Whether a unit has a case in hand."""
    return queries.any_open(unit_id)


def subject_for(unit: units.UnitRow, chance: Random) -> subjects.SubjectRow:
    """A subject that this unit owns, or one that could be asked of anybody."""
    mine = [s for s in subjects.all() if s.owner_code and unit.code.endswith(s.owner_code)]
    return chance.choice(mine or subjects.in_group("01"))


def given_to(w: Walk, unit: units.UnitRow) -> None:
    """Referred to this very unit, and half the time taken on."""
    if not w.later(HOUR):
        return
    w.do("refer", By.EXPERT, somebody_of("followup_expert", w.chance, w.district_id), unit=unit.id,
         words=w.chance.choice(words.INSTRUCTIONS))  # fmt: skip
    by, head = _of_unit(unit.id, w.chance)
    if w.chance.random() < 0.5 and w.later(HOUR):
        w.do("accept", by, head)


_STAGE = {"photo_after": "after", "photo_before": "before", "photo": "after"}


def _prove(w: Walk, finding: str, by: By, head: str) -> None:
    """The pictures that the subject wants for this finding."""
    for stage in sorted({_STAGE[p] for p in w.subject.proof.get(finding, ()) if p in _STAGE}):
        photos.attach(
            w.case_id,
            [w.chance.choice(w.pictures)],
            stage=stage,
            by=by,
            actor=head,
            channel="desk",
            origin="demo",
            at=w.at,
        )


def _decided(w: Walk, end: str, expert: str) -> None:
    if end == "handed":
        body = units.by_code("ELEC") or units.by_code("WATER")
        if body is not None:
            w.do("hand_over", By.EXPERT, expert, unit=body.id, reference=str(w.chance.randrange(10**6, 10**7)),
                 words="این کار با شرکت توزیع برق است؛ با همین شماره از ۱۲۱ پیگیری کنید.")  # fmt: skip
        return
    w.do(
        "decline_proposed", By.EXPERT, expert, reason="private_dispute", words="دعوای دو همسایه بر سر دیوار مشترک است."
    )
    if end == "declined" and w.later(20 * HOUR):
        supervisor = somebody_of("supervisor_137", w.chance, w.district_id)
        w.do("decline", By.SUPERVISOR, supervisor, words="این موضوع اختلاف خصوصی است و شهرداری در آن اختیاری ندارد.")
