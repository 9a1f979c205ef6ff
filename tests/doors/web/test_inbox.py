"""The unit's inbox: by need, late and silent marked; many at once; what came back and why."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from bina.flow.cases import history
from bina.flow.cases.models import Case, CaseText
from bina.flow.cases.moves import By
from bina.flow.waiting import holds
from bina.flow.work import jobs
from bina.ground.catalogue.models import Constraint, Subject
from bina.ground.city.models import Crew, Unit
from bina.ground.sla import clock, version
from tests.doors.web.staff import EXPERT, HEAD, LIAISON, OTHER_HEAD, as_, post
from tests.doors.web.test_sheets import opened, values
from tests.flow.cast import do, in_progress, new, referred, report, row, unit
from tests.flow.work.test_jobs import C1, C2, plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def sent(client, address, *cases, **typed):
    """A form of many as a browser sends it, and the page that follows."""
    picked = [f"{case.code}:{case.seq}" for case in cases]
    answer = client.post(address, {"key": uuid.uuid4().hex, "pick": picked} | typed)
    return client.get(answer.headers["Location"]) if answer.status_code == 302 else answer


def today() -> str:
    return jobs.midnight(clock.now()).date().isoformat()


def test_opening_a_referral_counts_as_seen_once():
    case = row(referred())
    assert "ابلاغ‌شده" in as_(HEAD).get("/inbox").content.decode()
    for who in (EXPERT, HEAD, HEAD, LIAISON):
        as_(who).get(f"/case/{case.code}")
    assert [e.verb for e in history.events(case.pk)].count("seen") == 1
    assert "دیده‌شده" in as_(HEAD).get("/inbox").content.decode()


def test_many_are_accepted_at_once_and_one_that_moved_meanwhile_is_told_and_stops_no_other():
    good, stale, theirs, gone = row(referred()), row(referred()), row(referred(to="MHD-03/D-SERV")), row(referred())
    do(stale.pk, "note", By.EXPERT, words="تازه")
    do(gone.pk, "refer", By.EXPERT, unit=unit("MHD-03/D-SERV").id, words="با شماست")
    client = as_(HEAD)
    html = sent(client, "/inbox/accept", good, stale, theirs, gone).content.decode()
    assert [row(c.pk).state for c in (good, stale, theirs, gone)] == ["in_progress", *["referred"] * 3]
    assert "۱ درخواست پذیرفته شد." in html
    assert "۳ درخواست نشد" in html
    assert "در همین فاصله تغییر کرد" in html
    again = client.get("/inbox").content.decode()
    assert "درخواست نشد" not in again, "told once"


def test_the_same_sending_accepts_once():
    case, client = row(referred()), as_(HEAD)
    typed = {"key": uuid.uuid4().hex, "pick": [f"{case.code}:{case.seq}"]}
    for _ in range(2):
        client.post("/inbox/accept", typed)
    assert [e.verb for e in history.events(case.pk)].count("accept") == 1


def test_one_is_accepted_by_its_own_button_and_the_ticked_ones_wait():
    one, other = row(referred()), row(referred())
    sent(as_(LIAISON), "/inbox/accept", other, one=f"{one.code}:{one.seq}")
    assert [row(c.pk).state for c in (one, other)] == ["in_progress", "referred"]


def test_nothing_ticked_is_a_sentence():
    assert "چیزی برگزیده نشد" in sent(as_(HEAD), "/inbox/accept").content.decode()
    assert "چیزی برگزیده نشد" in sent(as_(HEAD), "/inbox/crew").content.decode()


def test_many_are_given_to_a_crew_for_a_day_and_what_was_only_referred_is_accepted_with_it():
    new, going, moved = row(referred()), row(in_progress()), row(in_progress())
    do(moved.pk, "note", By.EXPERT, words="تازه")
    html = sent(as_(HEAD), "/inbox/crew", new, going, moved, crew=C1, day=today(), kind="work").content.decode()
    assert [len(jobs.of_case(c.pk)) for c in (new, going, moved)] == [1, 1, 0]
    assert row(new.pk).state == "in_progress"
    assert "۲ درخواست به «اکیپ ۱، آسفالت» داده شد." in html
    assert "در همین فاصله تغییر کرد" in html
    assert "اکیپ ۱، امروز" in html


def test_without_a_crew_the_page_asks_and_keeps_what_was_ticked():
    case, client = row(in_progress()), as_(HEAD)
    asked = sent(client, "/inbox/crew", case, crew="", day=today(), kind="visit")
    assert asked.status_code == 200
    html = asked.content.decode()
    assert f'value="{case.code}:{case.seq}"' in html
    assert '<option value="visit" selected>' in html
    wrong = sent(client, "/inbox/crew", case, crew="MHD-03/D-SERV/C1", day="1405/13/45", kind="x")
    assert wrong.status_code == 422
    assert wrong.content.decode().count("field-bad") == 3
    assert f'value="{case.code}:{case.seq}"' in wrong.content.decode()
    assert jobs.of_case(case.pk) == []


def test_another_units_case_is_not_given_to_ones_own_crew():
    theirs = row(referred(to="MHD-03/D-SERV"))
    html = sent(as_(HEAD), "/inbox/crew", theirs, crew=C1, day=today(), kind="work").content.decode()
    assert "درخواست نشد" in html
    assert jobs.of_case(theirs.pk) == []
    assert as_(HEAD).get(f"/inbox/crew?pick={theirs.code}").status_code == 404


def test_a_result_that_came_back_stands_at_the_top_with_the_experts_words():
    case_id = referred("0601")
    do(case_id, "accept", By.UNIT)
    report(case_id)
    do(case_id, "send_back", By.EXPERT, words="پلاک در عکس پیدا نیست")
    referred()
    html = as_(LIAISON).get("/inbox").content.decode()
    assert html.index('id="g-sent_back"') < html.index('id="g-referred"')
    assert "پلاک در عکس پیدا نیست" in html
    assert "کارشناس ۱۳۷ پس فرستاد" in html


def test_late_silent_and_forgotten_are_marked():
    silent, late, forgotten = referred(), in_progress(), in_progress()
    long_ago = clock.now() - timedelta(days=9)
    more = row(silent).more | {"notified": int(long_ago.timestamp())}
    Case.objects.filter(pk=silent).update(hands_since=long_ago, more=more)
    fresh = as_(HEAD).get("/inbox").content.decode()
    assert fresh.count("بی‌پاسخ") == 1
    Case.objects.filter(pk=late).update(unit_due_at=long_ago, news_due_at=long_ago)
    plan(forgotten, C2, at=int(long_ago.timestamp()), ahead=-8, origin="demo")
    html = as_(HEAD).get("/inbox").content.decode()
    for words in ("بی‌پاسخ", "وعده به شهروند گذشت", "روز برنامه گذشت", 'id="g-late"'):
        assert words in html, words


def test_a_unit_sees_its_own_alone():
    case = row(referred())
    assert case.code in as_(HEAD).get("/inbox").content.decode()
    other = as_(OTHER_HEAD)
    assert case.code not in other.get("/inbox").content.decode()
    assert other.get(f"/case/{case.code}").status_code == 404
    assert as_(EXPERT).get("/inbox").status_code == 403


def test_what_a_row_offers_follows_the_subject_and_the_supervisors_word():
    plain, onward, settled = row(referred("0101")), row(referred("0301")), referred()
    Case.objects.filter(pk=settled).update(more={"settled": True})
    html = as_(HEAD).get("/inbox").content.decode()
    assert f"/inbox/{plain.code}/return" in html
    assert f"/inbox/{row(settled).code}/return" not in html
    assert f"/inbox/{plain.code}/refer" not in html
    from bina.ground.catalogue import subjects

    assert (f"/inbox/{onward.code}/refer" in html) == bool(subjects.by_code("0301").onward)


def test_a_body_that_a_hold_names_is_asked_and_says_its_word():
    case_id = referred()
    do(case_id, "accept", By.UNIT)
    holds.hold(case_id, constraint="UTILITY_FIRST", review_at=2_000_000_000, by=By.UNIT, actor="p:1", channel="test",
               body=unit("MHD-03/D-SERV").id, words="لوله")  # fmt: skip
    client, case = as_(OTHER_HEAD), row(case_id)
    html = client.get("/inbox").content.decode()
    assert 'id="g-asked"' in html
    assert "تأیید مانع" in html
    [hold] = case.more["holds"]
    assert post(client, case, "hold_attested", hold=hold["seq"]).status_code == 302
    assert row(case_id).more["holds"][0]["word"] == "attested"
    assert 'id="g-asked"' not in client.get("/inbox").content.decode()


def test_a_side_question_is_answered_from_the_inbox():
    case = row(referred())
    do(case.pk, "side_opened", By.EXPERT, unit=unit("MHD-03/D-SERV").id, words="با شماست؟")
    client = as_(OTHER_HEAD)
    assert case.code in client.get("/inbox").content.decode()
    assert post(client, row(case.pk), "side_answered", referral=case.seq + 1, words="خیر").status_code == 302
    assert case.code not in client.get("/inbox").content.decode()


def test_twelve_statements_whatever_its_length():
    cases = [referred() for _ in range(30)] + [in_progress() for _ in range(30)]
    for case_id in cases[30:40]:
        plan(case_id)
    do(referred(to="MHD-03/D-SERV"), "side_opened", By.EXPERT, unit=unit().id, words="با شماست؟")
    client = as_(HEAD)
    client.get("/inbox")
    for address in ("/inbox", "/inbox?only=referred", "/inbox?only=accepted&after=x"):
        with CaptureQueriesContext(connection) as seen:
            html = client.get(address).content.decode()
        assert len(seen) <= 12, [q["sql"][:90] for q in seen]
        assert html.count("in-row") <= 45


def test_the_next_page_is_reached():
    for _ in range(15):
        referred()
    client = as_(HEAD)
    html = client.get("/inbox").content.decode()
    assert 'href="?only=referred"' in html
    assert client.get("/inbox?only=referred").content.decode().count('name="pick"') == 15


def test_the_inbox_goes_out_as_a_sheet_as_it_stands():
    new, late = row(referred()), row(in_progress())
    Case.objects.filter(pk=late.pk).update(unit_due_at=clock.now() - timedelta(days=3))
    theirs = row(referred(to="MHD-03/D-SERV"))
    found = values(opened(as_(HEAD), "/inbox/sheet"))
    listed = {line[0]: line for line in found if line[0] and line[0].isdigit()}
    assert set(listed) == {new.code, late.code}
    assert listed[late.code][1] == "خارج از مهلت"
    assert listed[new.code][-1] == "ابلاغ‌شده"
    assert found[0][0] == "کارتابل واحد"
    only = values(opened(as_(HEAD), "/inbox/sheet?only=late"))
    assert [line[0] for line in only if line[0] and line[0].isdigit()] == [late.code]
    assert theirs.code not in listed


def test_whatever_stands_in_a_cell_is_text_and_never_markup():
    cells = ("subject", "address", "order", "unit", "crew", "hold")
    told = {cell: f"<b id='{cell}' onclick=\"x\">{{}}%s{{pick}}&amp;</b>" for cell in cells}
    new_one, with_crew, held = new().case_id, in_progress(), in_progress()
    do(new_one, "refer", By.EXPERT, unit=unit().id, words=told["order"])
    plan(with_crew)
    holds.hold(held, constraint="UTILITY_FIRST", review_at=2_000_000_000, by=By.UNIT, actor="p:1", channel="test",
               body=unit("WATER").id, words="لوله")  # fmt: skip
    do(referred(to="MHD-03/D-SERV"), "side_opened", By.EXPERT, unit=unit().id, words="با شماست؟")
    CaseText.objects.update(address=told["address"])
    for model, cell in ((Subject, "subject"), (Unit, "unit"), (Crew, "crew"), (Constraint, "hold")):
        model.objects.update(name=told[cell])
    version.check(version.bump())
    client = as_(HEAD)
    html = client.get("/inbox").content.decode()
    form = client.get(f"/inbox/crew?pick={row(new_one).code}").content.decode()
    for cell, words in told.items():
        assert f"<b id='{cell}'" not in html + form, cell
        assert escape(words) in html, cell
    stuck = client.post("/inbox/accept", {"key": uuid.uuid4().hex, "pick": "<b id='pick'>:1"}, follow=True)
    assert "<b id='pick'" not in stuck.content.decode()
    assert "درخواست نشد" in stuck.content.decode()


def test_all_that_is_asked_of_a_unit_can_be_reached():
    for _ in range(14):
        do(referred(to="MHD-03/D-SERV"), "side_opened", By.EXPERT, unit=unit().id, words="با شماست؟")
    client = as_(HEAD)
    first = client.get("/inbox").content.decode()
    assert first.count("data-row>") == 12
    assert 'href="?only=asked"' in first
    alone = client.get("/inbox?only=asked").content.decode()
    assert alone.count("data-row>") == 14
    assert alone.count("do=side_answered") == 14
    assert as_(LIAISON).get("/inbox?only=asked&after=x").status_code == 200
    assert "چیزی نزد واحد شما نیست" in as_(OTHER_HEAD).get("/inbox?only=asked").content.decode()
