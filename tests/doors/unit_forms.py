"""The forms of the unit and of its crews, well filled: they stand beside those of tests/doors/every_form.py."""

from __future__ import annotations

from bina.flow.cases.models import Case
from bina.flow.cases.moves import By
from bina.flow.work import jobs, slips
from bina.ground.catalogue import subjects
from bina.ground.catalogue.models import Subject
from bina.ground.sla import clock, version
from bina.ground.text.jalali import numeric_date
from tests.doors.every_form import Form, browser
from tests.doors.web.staff import HEAD, LIAISON
from tests.flow.cast import do, in_progress, photograph, referred, row
from tests.flow.work.test_jobs import C1, plan

CREW = "e.saeedi"


def unit_forms() -> list[Form]:
    """Inbox, its own forms, lines of paper, the crew's phone."""
    new, going, begun, waits = row(referred()), _going(), _going(), row(in_progress())
    slips.keep(waits.pk, unit_id=waits.unit_id, finding="done", quantity=1, done_on=None, words="شد", actor="p:1")
    today = jobs.midnight(clock.now()).date()
    rest, done = numeric_date(today.replace(year=today.year + 1)), numeric_date(today)
    seen = {"seq": str(going.seq)}
    result = {"finding": "done", "words": "کار انجام شد", "quantity": "12"}
    return [
        Form("give to a crew", "/inbox/crew", browser(HEAD),
             {"pick": f"{new.code}:{new.seq}", "crew": C1, "day": today.isoformat(), "kind": "work"}, ()),
        Form("accept one", "/inbox/accept", browser(HEAD), {"one": f"{new.code}:{new.seq}"}, ()),
        Form("unit report", f"/inbox/{going.code}/report", browser(LIAISON), seen | result),
        Form("unit partly", f"/inbox/{going.code}/partly_done", browser(HEAD),
             seen | {"words": "نیمی شد", "rest_at": rest, "quantity": "3"}),
        Form("unit return", f"/inbox/{going.code}/return", browser(HEAD),
             seen | {"reason": "not_ours", "proposed_unit": "MHD-03/D-SERV", "words": "با ما نیست"}),
        _refer(),
        Form("line of paper", "/day/enter", browser(HEAD),
             result | {"code": going.code, "day": done, "rest_at": rest}, ("code", "words")),
        Form("photo given up", f"/day/photo/{waits.code}", browser(HEAD), {"give_up": "1"}, ()),
        Form("crew begins", f"/crew/{begun.code}/start", browser(CREW), {}, ()),
        Form("crew done", f"/crew/{going.code}", browser(CREW), seen | result | {"rest_at": rest}),
    ]  # fmt: skip


def _going() -> Case:
    """In progress with a crew, and the photos that its result wants."""
    case_id = in_progress()
    plan(case_id)
    photograph(case_id)
    return row(case_id)


def _refer() -> Form:
    """A subject whose owner may pass it on."""
    Subject.objects.filter(code="0601").update(onward=["WATER"])
    version.check(version.bump())
    assert subjects.by_code("0601").onward == ("WATER",)
    case_id = referred("0601")
    do(case_id, "accept", By.UNIT)
    case = row(case_id)
    return Form("unit refer", f"/inbox/{case.code}/refer", browser(HEAD),
                {"seq": str(case.seq), "unit": "WATER", "words": "لوله شکسته است"})  # fmt: skip
