"""The supervisor's page: each decision in place and in words, by him alone; his desks' load, handed over for a day."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.doors.web.oversight import cases_of, waits
from bina.doors.web.oversight_desks import colleagues, load_of
from bina.flow.cases import access, history, oversight
from bina.flow.cases.models import Case, Event
from bina.flow.cases.moves import By
from bina.ground.city import desks, people, places
from bina.ground.city.dated import this_day
from bina.ground.sla import version
from bina.ground.text.jalali import numeric_date
from tests.doors.web.staff import EXPERT, HEAD, SUPERVISOR, as_, expert_of
from tests.flow.cast import do, new, ready, referred, reported, row, spot, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
SERV = "MHD-03/D-SERV"


def bounced() -> int:
    """A case that two units gave back."""
    case_id = referred()
    do(case_id, "return", By.UNIT, reason="not_ours", proposed_unit=unit(SERV).id, words="خدمات شهری می‌داند")
    do(case_id, "refer", By.EXPERT, unit=unit(SERV).id, words="با شماست")
    do(case_id, "return", By.UNIT, reason="not_ours", proposed_unit=unit().id, words="عمران است")
    return case_id


def proposed(actor: str = "p:1") -> int:
    """A case that the expert would decline."""
    case_id = referred()
    do(case_id, "decline_proposed", By.EXPERT, actor=actor, reason="private_dispute", words="دیوار مشترک است")
    return case_id


def objected() -> int:
    """A declined case whose citizen objects."""
    case_id = proposed()
    do(case_id, "decline", By.SUPERVISOR, actor="p:2", words="شدنی نیست")
    do(case_id, "objection", By.CITIZEN, words="دیوار از شهرداری است", contact=row(case_id).more["contact"])
    return case_id


def wished() -> int:
    """A confirmed case of which its citizen says that it came back."""
    case_id = reported()
    do(case_id, "confirm", By.CITIZEN)
    do(case_id, "reopening_proposed", By.CITIZEN, reason="came_back", contact=row(case_id).more["contact"])
    return case_id


def send(case: Case, verb: str, who: str = SUPERVISOR, **typed: Any) -> Any:
    """A decision as its card sends it."""
    given = {"key": uuid.uuid4().hex, "seq": case.seq, "need": ""} | typed
    return as_(who).post(f"/oversight/{case.code}/{verb}", given)


def page(address: str = "") -> str:
    return as_(SUPERVISOR).get(f"/oversight{address}").content.decode()


def card(html: str, case: Case) -> str:
    """The part of the page that is one case's."""
    return html.split(f'id="d-{case.code}"')[1].split("</article>")[0]


def test_all_that_waits_stands_there_with_what_was_said():
    ready()
    cases = {need: row(make()) for need, make in
             (("settle", bounced), ("decline", proposed), ("objection", objected), ("reopening", wished))}  # fmt: skip
    new()
    referred()
    html = page()
    assert html.count("over-card") == 4
    said = {
        "settle": ("۲ بار عودت", "عمران است", "مربوط به این واحد نیست", "پیشنهاد: "),
        "decline": ("اختلاف ملکی یا خصوصی", "دیوار مشترک است"), "objection": ("دیوار از شهرداری است",),
        "reopening": ("دوباره پیدا شد",),
    }  # fmt: skip
    for need, case in cases.items():
        part = card(html, case)
        assert "چالهٔ بزرگی جلوی مدرسه است" in part
        for one in said[need]:
            assert one in part, (need, one)
        narrowed = page(f"?need={need}")
        assert narrowed.count("over-card") == 1
        assert case.code in narrowed


def test_the_supervisor_settles_whose_job_it_is():
    case = row(bounced())
    assert "تعیین واحد مسئول" in card(page(), case)
    without = send(case, "refer", unit=unit().code, words="")
    assert without.status_code == 422
    assert send(case, "refer", unit=unit().code, words="کار عمران است و می‌ماند").status_code == 302
    after = row(case.pk)
    assert (after.state, after.unit_id, after.more.get("settled")) == ("referred", unit().id, True)
    assert as_(HEAD).post(f"/case/{case.code}/return", {"seq": after.seq, "key": "x", "reason": "not_ours",
                                                        "proposed_unit": SERV}).status_code == 422  # fmt: skip
    assert case.code not in page()
    assert "تعیین واحد مسئول: " in as_(HEAD).get(f"/case/{case.code}").content.decode()


def test_a_proposal_is_taken_or_refused_and_the_work_goes_on():
    taken, refused = row(proposed()), row(proposed())
    assert send(taken, "decline", words="شدنی نیست، چون دیوار خصوصی است").status_code == 302
    assert row(taken.pk).outcome == "declined"
    assert "پذیرفته نیست" in card(page(f"?open={refused.code}"), refused)
    assert send(refused, "decline_refused", words="دیوار از شهرداری است").status_code == 302
    after = row(refused.pk)
    assert (after.state, "proposal" in after.more) == ("referred", False)
    assert history.entries(refused.pk)[-1].words == "دیوار از شهرداری است"
    assert oversight.to_decide(Case.objects.all()).count() == 0
    assert send(after, "decline_refused", words="باز هم").status_code == 422
    do(refused.pk, "decline_proposed", By.EXPERT, reason="against_rules", words="طرح")
    assert "proposal" in row(refused.pk).more


def test_nobody_takes_his_own_proposal():
    person = people.by_username(SUPERVISOR)
    assert person is not None
    case = row(proposed(actor=f"p:{person.pk}"))
    part = card(page(f"?open={case.code}&do=decline"), case)
    assert "از خود شماست" in part
    assert f'action="/oversight/{case.code}/decline#' not in part
    assert send(case, "decline", words="شدنی نیست").status_code == 422
    assert row(case.pk).state == "referred"


def test_an_objection_is_granted_by_reopening_or_answered():
    granted, answered = row(objected()), row(wished())
    part = card(page(f"?open={granted.code}"), granted)
    assert 'value="objection" selected' in part
    assert send(granted, "reopen", reason="objection", unit=unit().code, words="حق با شهروند است").status_code == 302
    assert row(granted.pk).state == "referred"
    assert send(answered, "answer", words="جای دیگری است؛ درخواست تازه ثبت شد").status_code == 302
    assert row(answered.pk).state == "closed"
    assert oversight.to_decide(Case.objects.all()).count() == 0


def test_what_somebody_else_decided_meanwhile_is_said_and_the_words_stay():
    case = row(proposed())
    do(case.pk, "decline", By.SUPERVISOR, actor="p:9", words="شدنی نیست")
    late = send(case, "decline", words="نوشتهٔ من")
    html = late.content.decode()
    assert late.status_code == 409
    assert "کس دیگری آن را پیش برده است" in html
    assert "نوشتهٔ من" in html
    moved = row(proposed())
    do(moved.pk, "note", By.EXPERT, words="دوباره نگاه کردم")
    stale = send(moved, "decline_refused", words="پاسخ من")
    assert stale.status_code == 409
    part = card(stale.content.decode(), moved)
    assert "پاسخ من" in part
    assert f'name="seq" value="{row(moved.pk).seq}"' in part


def test_only_the_districts_supervisor_decides_and_only_these_verbs():
    case = row(proposed())
    assert send(case, "decline", who=EXPERT, words="نه").status_code == 403
    assert send(case, "note", words="نه").status_code == 404
    assert as_(HEAD).get("/oversight").status_code == 403
    far = new(place=spot("MHD-09")).case_id
    do(far, "decline_proposed", By.EXPERT, reason="private_dispute", words="دیوار")
    assert send(row(far), "decline", words="نه").status_code == 404
    assert row(far).code not in page()
    assert row(case.pk).state == "referred"


def test_the_load_of_the_desks_adds_up_to_the_open_cases():
    for _ in range(3):
        referred()
    open_here = Case.objects.exclude(state="closed").filter(district_id=row(new().case_id).district_id)
    html = page().split('id="load"')[1]
    cases, areas = cases_of(people.viewer(people.by_username(SUPERVISOR).pk))
    rows = load_of(cases, areas, access.now())
    assert sum(r["open"] for r in rows) == open_here.count() == 4
    assert all(r["desk"].name in html for r in rows)


def test_a_desk_is_handed_over_for_a_day_and_comes_back():
    case = row(new().case_id)
    desk, holder = desks.by_id(case.desk_id), desks.holders(case.desk_id)[0]
    taker = next(one for one, _name in colleagues(desk.area_id) if one != holder.person_id)
    client = as_(SUPERVISOR)
    html = client.get(f"/oversight?desk={desk.id}").content.decode()
    assert f'action="/oversight/desk/{desk.id}' in html
    wrong = client.post(f"/oversight/desk/{desk.id}", {"person": taker, "until": "دیروز", "why": "مرخصی خانم مقدم"})
    assert wrong.status_code == 422
    assert "مرخصی خانم مقدم" in wrong.content.decode()
    long = {"person": taker, "until": numeric_date(this_day() + timedelta(days=32)), "why": "مرخصی"}
    assert "تا ۳۱ روز" in client.post(f"/oversight/desk/{desk.id}", long).content.decode()
    given = {"person": taker, "until": numeric_date(this_day()), "instead_of": holder.person_id, "why": "مرخصی"}
    assert client.post(f"/oversight/desk/{desk.id}", given).status_code == 302
    version.check(version.current())
    assert [h.person_id for h in desks.holders(desk.id)] == [taker]
    assert [h.person_id for h in desks.holders(desk.id, this_day() + timedelta(days=1))] == [holder.person_id]
    [event] = Event.objects.filter(stream_kind="city", verb="set")
    assert event.given["what"] == "desk"
    again = client.post(f"/oversight/desk/{desk.id}", given)
    assert again.status_code == 422
    assert client.post("/oversight/desk/999999", given).status_code == 404
    elsewhere = next(d for d in desks.of_district(_district("MHD-09")))
    assert client.post(f"/oversight/desk/{elsewhere.id}", given).status_code == 404


def _district(code: str) -> int:
    area = places.area_by_code(code)
    assert area is not None
    return area.id


def test_the_page_takes_twelve_statements_whatever_its_length():
    client, counted = as_(SUPERVISOR), []
    for more in (1, 6):
        for _ in range(more):
            bounced()
            proposed()
        client.get("/oversight")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/oversight").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 12, counted


def test_pages_follow_each_other():
    for _ in range(14):
        proposed()
    html = page()
    assert html.count("over-card") == 12
    more = html.split('href="?after=')[1].split('"')[0]
    assert page(f"?after={more}").count("over-card") == 2


def test_the_line_of_the_entrance_counts_them():
    ready()
    viewer = people.viewer(people.by_username(SUPERVISOR).pk)
    assert waits(viewer) == ""
    proposed()
    assert "۱ تصمیم" in waits(viewer)
    assert expert_of(row(new().case_id))
