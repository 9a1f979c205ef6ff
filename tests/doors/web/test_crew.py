"""The crew's phone: today's jobs, begun, done with a photo; what a visiting officer sees first."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases import history
from bina.flow.cases.moves import By
from bina.flow.work import jobs
from tests.doors.web.staff import HEAD, as_
from tests.doors.web.test_inbox_deed import picture, wanted
from tests.flow.cast import do, in_progress, new, referred, row, unit
from tests.flow.work.test_jobs import C1, plan, three

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
CREW, OFFICER, THEIR_CREW = "e.saeedi", "s.ataei", "a.mohammadi"


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def once(**typed):
    return {"key": uuid.uuid4().hex} | typed


def test_the_list_is_todays_and_of_the_crew_that_the_phone_is():
    mine, theirs, later = three()
    client = as_(CREW)
    html = client.get("/crew").content.decode()
    assert mine.code in html
    assert theirs.code in html
    assert later.code not in html
    assert theirs.code not in client.get(f"/crew?crew={C1}").content.decode()
    assert theirs.code not in client.get("/crew").content.decode(), "the choice stays"
    assert theirs.code in client.get("/crew?crew=").content.decode()
    assert mine.code not in as_(THEIR_CREW).get("/crew").content.decode()


def test_a_person_of_the_street_begins_here():
    for who in (CREW, OFFICER):
        assert as_(who).get("/home").status_code == 200
        from bina.doors.web import nav
        from bina.ground.city import people

        assert nav.home_of(people.viewer(people.by_username(who).pk)) == "/crew"


def test_an_officer_sees_visits_first():
    work, visit = row(in_progress()), row(in_progress())
    plan(work.pk)
    plan(visit.pk, kind="visit")
    officer, crew = as_(OFFICER).get("/crew").content.decode(), as_(CREW).get("/crew").content.decode()
    assert officer.index(visit.code) < officer.index(work.code)
    assert crew.index(work.code) < crew.index(visit.code)


def test_three_taps_begin_finding_photo():
    wanted("0101", done=["photo_after"])
    case = row(in_progress("0101"))
    plan(case.pk)
    client = as_(CREW)
    assert client.post(f"/crew/{case.code}/start", once()).status_code == 302
    assert jobs.of_case(case.pk)[0].state == "started"
    seen = row(case.pk).seq
    page = client.get(f"/crew/{case.code}").content.decode()
    assert "عکس پس از کار لازم است" in page
    assert 'capture="environment"' in page
    without = client.post(f"/crew/{case.code}", once(seq=seen, finding="done", words="پر شد"))
    assert without.status_code == 422
    assert "پر شد" in without.content.decode()
    done = client.post(f"/crew/{case.code}", once(seq=seen, finding="done", words="", quantity="3", photo=picture()))
    assert done.status_code == 302, done.content.decode()
    assert row(case.pk).state == "reported"
    assert jobs.of_case(case.pk)[0].quantity == 3
    assert case.code in client.get("/crew").content.decode() or "انجام‌شدهٔ امروز" in client.get("/crew").content.decode()


def test_begun_twice_is_begun_once():
    case = row(in_progress())
    plan(case.pk)
    client, key = as_(CREW), once()
    for typed in (key, key, once()):
        client.post(f"/crew/{case.code}/start", typed)
    assert [e.verb for e in history.events(case.pk)].count("job_started") == 1


def test_a_visit_comes_back_with_what_was_found():
    case = row(in_progress())
    plan(case.pk, kind="visit")
    answer = as_(OFFICER).post(
        f"/crew/{case.code}", once(seq=row(case.pk).seq, finding="visit", words="۴ متر", quantity="4")
    )
    assert answer.status_code == 302
    assert [e.verb for e in history.events(case.pk)][-2:] == ["job_done", "visit"]


def test_without_a_job_there_is_nothing_to_begin_and_of_others_nothing_is_seen():
    case, theirs = row(in_progress()), row(referred(to="MHD-03/D-SERV"))
    client = as_(CREW)
    assert client.post(f"/crew/{case.code}/start", once()).status_code == 404
    for address in (f"/crew/{theirs.code}", f"/crew/{theirs.code}/start"):
        assert client.post(address, once(finding="done")).status_code == 404
    assert as_(HEAD).get("/crew").status_code == 403
    assert as_(HEAD).get(f"/crew/{case.code}").status_code == 200, "the QR of a paper works for the head too"


def test_what_is_too_sensitive_for_a_crew_is_not_on_its_list():
    case_id = new("1202").case_id
    do(case_id, "refer", By.EXPERT, unit=unit().id, words="ببینید")
    do(case_id, "accept", By.UNIT)
    plan(case_id)
    assert row(case_id).sensitivity > 0
    html = as_(CREW).get("/crew").content.decode()
    assert row(case_id).code not in html


def test_statements_do_not_grow():
    for _ in range(20):
        plan(in_progress())
    client = as_(CREW)
    client.get("/crew")
    with CaptureQueriesContext(connection) as seen:
        client.get("/crew")
    assert len(seen) <= 12, [q["sql"][:90] for q in seen]
