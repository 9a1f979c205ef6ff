"""The forms of the 137 supervisor and of the inspector, well filled, for the tests of hostile input."""

from __future__ import annotations

from bina.flow.cases.moves import By
from bina.flow.quality import inspections
from bina.ground.city import desks, people
from bina.ground.city.dated import this_day
from bina.ground.city.roles import Role
from bina.ground.text.jalali import numeric_date
from tests.doors.every_form import Form, browser
from tests.doors.web.staff import SUPERVISOR
from tests.flow.cast import do, key, new, ready, referred, reported, row, unit

WHO, ELSE = "MHD-03/D-SERV", "MHD-03/D-TECH"


def oversight_forms() -> list[Form]:
    """Each decision and the hand-over of a desk, sent by the supervisor; an inspection, sent by an inspector."""
    ready()
    settle, proposed, refused, closed, seen = _bounced(), _proposed(), _proposed(), _objected(), reported()
    inspections.order(seen, why="sample", by=By.EXPERT, actor="p:1", channel="test", key=key())
    decide = {
        "settle": (settle, "refer", {"unit": WHO, "words": "با شماست"}),
        "taken": (proposed, "decline", {"words": "شدنی نیست"}),
        "not taken": (refused, "decline_refused", {"words": "شدنی است"}),
        "granted": (closed, "reopen", {"reason": "objection", "unit": WHO, "words": "حق با شهروند است"}),
        "not granted": (closed, "answer", {"words": "شدنی نیست"}),
    }
    found = [
        Form(f"decision {name}", f"/oversight/{row(case_id).code}/{verb}", browser(SUPERVISOR),
             {"seq": str(row(case_id).seq)} | typed)
        for name, (case_id, verb, typed) in decide.items()
    ]  # fmt: skip
    case = row(seen)
    typed = {
        "seq": str(case.seq),
        "verdict": "failed",
        "kind_1": "uneven",
        "place_1": "جلوی پلاک ۱۲",
        "words": "کج است",
    }
    return [*found, _desk(), Form("inspection", f"/inspect/{case.code}", browser(_inspector()), typed,
                                  ("words", "place_1"))]  # fmt: skip


def _desk() -> Form:
    case = row(new().case_id)
    held = [one.person_id for one in desks.holders(case.desk_id or 0)]
    taker = next(r.person_id for r in people.of_role(Role.FOLLOWUP_EXPERT, case.district_id) if r.person_id not in held)
    typed = {"person": str(taker), "until": numeric_date(this_day()), "instead_of": str(held[0]), "why": "مرخصی"}
    return Form("desk for a while", f"/oversight/desk/{case.desk_id}", browser(SUPERVISOR), typed, ("why",))


def _inspector() -> str:
    right = next(r for r in people.of_role(Role.INSPECTOR) if r.area_id == unit().area_id)
    person = people.person(right.person_id)
    assert person is not None
    return person.username


def _bounced() -> int:
    case_id = referred()
    for back, to in ((WHO, WHO), (ELSE, ELSE)):
        do(case_id, "return", By.UNIT, reason="not_ours", proposed_unit=unit(back).id, words="با ما نیست")
        if to == WHO:
            do(case_id, "refer", By.EXPERT, unit=unit(to).id, words="با شماست")
    return case_id


def _proposed() -> int:
    case_id = referred()
    do(case_id, "decline_proposed", By.EXPERT, reason="private_dispute", words="دیوار")
    return case_id


def _objected() -> int:
    case_id = _proposed()
    do(case_id, "decline", By.SUPERVISOR, actor="p:2", words="شدنی نیست")
    do(case_id, "objection", By.CITIZEN, words="دیوار از شهرداری است", contact=row(case_id).more["contact"])
    return case_id
