"""The forms of the expert's worklist: what is ticked, a call about many, a filter that is kept."""

from __future__ import annotations

from datetime import timedelta

from bina.flow.cases.models import Case
from bina.flow.quality import orders, saved
from bina.ground.city import people
from bina.ground.sla import clock
from bina.ground.text.jalali import numeric_date
from tests.doors.every_form import Form, browser
from tests.doors.web.staff import EXPERT, expert_of
from tests.flow.cast import check_every_result, new, referred, reported, row, unit


def work_forms() -> list[Form]:
    """Each act on many by who may, the call, the filter; what an order and a filter are taken back with."""
    check_every_result()
    fresh, going, done = (row(one) for one in (new().case_id, referred(), reported()))
    day = numeric_date((clock.now() + timedelta(days=3)).date())
    found = [
        _bulk("refer", fresh, unit=unit().code, words="ببینید"),
        _bulk("follow_up", going, unit=unit().code, means="phone", words="می‌آیند", word_at=day),
        _bulk("send_back", done, words="عکس نیست"),
        _bulk("snoozed", going, until=day, words="تا بازدید"),
        _bulk("acknowledged", done),
        Form("call about many", "/worklist/people/call", browser(expert_of(going)),
             {"to": unit().code, "pick": f"{going.code}:{going.seq}", "means": "phone", "person": "کریمی",
              "words": "می‌آیند", "word_at": day, f"day-{going.code}": day}, ("words", "person")),
        Form("save filter", "/worklist/filters", browser(EXPERT), {"name": "گذشته", "query": "due=late"}, ("name",)),
    ]  # fmt: skip
    person = people.by_username(EXPERT)
    assert person is not None
    mark = saved.save(person_id=person.pk, name="دیگر", query="due=late")
    number = orders.order(person_id=person.pk, verb="refer", picks=[(fresh.pk, fresh.seq)], given={"unit": unit().id},
                          words="ببینید", channel="test", key="k")  # fmt: skip
    return [
        *found,
        Form("take back", f"/worklist/orders/{number}/back", browser(EXPERT), {"back": "due=late"}, ()),
        Form("drop filter", f"/worklist/filters/{mark}/remove", browser(EXPERT), {}, ()),
    ]


def _bulk(verb: str, case: Case, **typed: str) -> Form:
    given = {"verb": verb, "sure": "1", "back": "due=late", "pick": f"{case.code}:{case.seq}"} | typed
    return Form(
        f"bulk {verb}", "/worklist/bulk", browser(expert_of(case)), given, tuple(n for n in typed if n == "words")
    )
