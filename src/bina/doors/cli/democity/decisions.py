"""The demo's cases that wait for somebody: bounced twice, objected to, a result to check, a street without money."""

from __future__ import annotations

from bina.doors.cli.democity import paths, words
from bina.doors.cli.democity.paths import CENTRE, Walk
from bina.doors.cli.democity.shape import DAY, HOUR
from bina.flow.cases.moves import By
from bina.flow.credit import lines
from bina.flow.waiting import holds
from bina.ground.city import units
from bina.ground.city.dated import this_day
from bina.ground.city.units import UnitRow

# How many of each a district gets; the first district that people open gets more, so that its lists are worth a look.
BOUNCED, OBJECTED, TO_CHECK = (3, 1), (1, 0), (9, 2)
BOUNCED_DAYS = 4  # before now: room for two returns in office hours, whatever hour of the week the demo begins
SAID = ("پس از بازدید: این کار در وظایف واحد ما نیست.", "این کار با واحد پیشین است؛ نقشهٔ محدوده پیوست است.")
OBJECTION = "گفتید شدنی نیست، ولی همسایهٔ روبه‌رو همین کار را سال پیش از شما گرفت. دوباره ببینید."
CREDIT = "CREDIT_NOT_RELEASED"


def bounced_twice(w: Walk, unit: UnitRow) -> None:
    """Two units gave it back to each other; whose job it is waits for the supervisor."""
    others = [u for u in units.of_district(w.district_id) if u.kind == "unit" and u.id != unit.id]
    expert = paths.somebody_of("followup_expert", w.chance, w.district_id)
    if not others:
        return
    other = w.chance.choice(others)
    for here, there, why in ((unit, other, SAID[0]), (other, unit, SAID[1])):
        if not w.later(2 * HOUR, CENTRE):
            return
        w.do("refer", By.EXPERT, expert, unit=here.id, words="لطفاً بازدید و رفع شود.")
        if not w.later(7 * HOUR):
            return
        by, head = paths.of_unit(here.id, w.chance)
        w.do("return", by, head, reason="not_ours", proposed_unit=there.id, words=why)
    w.later(w.now, paths.ALWAYS)


def objected(w: Walk) -> None:
    """Declined, and its citizen does not agree."""
    expert = paths.somebody_of("followup_expert", w.chance, w.district_id)
    if not w.later(3 * HOUR, CENTRE):
        return
    w.do("decline_proposed", By.EXPERT, expert, reason="against_rules", words="با طرح مصوب این معبر نمی‌خواند.")
    supervisor = paths.somebody_of("supervisor_137", w.chance, w.district_id)
    if supervisor == expert or not w.later(20 * HOUR, CENTRE):  # a city without people has nobody else to decide
        return
    w.do("decline", By.SUPERVISOR, supervisor, words="طرح مصوب این معبر اجازهٔ این کار را نمی‌دهد.")
    if w.later(30 * HOUR, CENTRE):
        w.do("objection", By.CITIZEN, "citizen", contact=w.contact_id, words=OBJECTION)
    w.ended = True
    w.later(w.now, paths.ALWAYS)


def _taken_on(w: Walk, unit: UnitRow, expert: str, them: tuple[By, str], words: str, wait: int) -> bool:
    """Referred with these words and taken on by the unit so many seconds later, within its hours; if it came so far."""
    if not w.later(2 * HOUR, CENTRE):
        return False
    w.do("refer", By.EXPERT, expert, unit=unit.id, words=words)
    if not w.later(wait):
        return False
    by, head = them
    w.do("seen", by, head, unit=unit.id)
    w.do("accept", by, head)
    return True


def to_check(w: Walk, unit: UnitRow) -> None:
    """Reported as done, with its photos; an expert has not yet looked at them."""
    expert = paths.somebody_of("followup_expert", w.chance, w.district_id)
    by, head = paths.of_unit(unit.id, w.chance)
    if not _taken_on(w, unit, expert, (by, head), "لطفاً رفع و عکس پس از کار پیوست شود.", 3 * HOUR):
        return
    if not w.later(7 * HOUR):
        return
    paths.prove(w, "done", by, head)
    w.do("report", by, head, finding="done", words=w.chance.choice(words.RESULTS))
    w.later(w.now, paths.ALWAYS)


def waits_for_credit(w: Walk, unit: UnitRow) -> None:
    """Taken on, measured, and then it waits for the stage of a credit line that is due and was not handed over."""
    offered = [line for line in lines.offered(w.district_id) if line.area_id == w.district_id and line.due_on]
    late = [line for line in offered if line.due_on and line.due_on < this_day()]
    expert = paths.somebody_of("followup_expert", w.chance, w.district_id)
    by, head = paths.of_unit(unit.id, w.chance)
    if not offered or not _taken_on(w, unit, expert, (by, head), "لطفاً بازدید و برآورد شود.", 5 * HOUR):
        return
    if not w.later(3 * DAY):
        return
    line = (late or offered)[0]
    holds.hold(
        w.case_id, constraint=CREDIT, line=line.id, review_at=w.now + 11 * DAY, by=by, actor=head, channel="desk",
        words="برآورد شد؛ اجرا در انتظار مرحلهٔ بعد اعتبار است.", origin="demo", at=w.at,
    )  # fmt: skip
    if w.later(6 * HOUR, CENTRE):
        w.do("answer", By.EXPERT, expert, temporary=True, next_news_at=w.now + 9 * DAY,
             words="پول این کار هنوز واگذار نشده است. در انتظار آنیم و باز خبر می‌دهیم.")  # fmt: skip
    w.later(w.now, paths.ALWAYS)
