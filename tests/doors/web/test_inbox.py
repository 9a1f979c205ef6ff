"""The unit's inbox: referred, late, sent back and why; many accepted at once."""

from __future__ import annotations

import uuid

import pytest

from bina.flow.cases import history
from bina.flow.cases.moves import By
from bina.flow.waiting import holds
from tests.doors.web.staff import EXPERT, HEAD, LIAISON, OTHER_HEAD, as_, post
from tests.flow.cast import do, referred, report, row, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def test_opening_a_referral_counts_as_seen_once():
    case = row(referred())
    for who in (EXPERT, HEAD, HEAD, LIAISON):
        as_(who).get(f"/case/{case.code}")
    assert [e.verb for e in history.events(case.pk)].count("seen") == 1
    assert "دیده‌شده" in as_(HEAD).get("/inbox").content.decode()


def test_many_are_accepted_at_once_and_one_that_cannot_stops_no_other():
    good, stale, theirs = row(referred()), row(referred()), row(referred(to="MHD-03/D-SERV"))
    picked = [f"{good.code}:{good.seq}", f"{stale.code}:{stale.seq - 1}", f"{theirs.code}:{theirs.seq}"]
    typed = {"key": uuid.uuid4().hex, "pick": picked}
    client = as_(HEAD)
    client.post("/inbox/accept", typed)
    assert [row(c.pk).state for c in (good, stale, theirs)] == ["in_progress", "referred", "referred"]
    client.post("/inbox/accept", typed)
    assert [e.verb for e in history.events(good.pk)].count("accept") == 1, "sent twice, done once"


def test_a_result_that_came_back_says_why():
    case_id = referred("0601")
    do(case_id, "accept", By.UNIT)
    report(case_id)
    do(case_id, "send_back", By.EXPERT, words="پلاک در عکس پیدا نیست")
    html = as_(LIAISON).get("/inbox").content.decode()
    assert 'id="g-sent_back"' in html
    assert "پلاک در عکس پیدا نیست" in html


def test_a_unit_sees_its_own_alone():
    case = row(referred())
    assert case.code in as_(HEAD).get("/inbox").content.decode()
    other = as_(OTHER_HEAD)
    assert case.code not in other.get("/inbox").content.decode()
    assert other.get(f"/case/{case.code}").status_code == 404
    assert as_(EXPERT).get("/inbox").status_code == 403


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
