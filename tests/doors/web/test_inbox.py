"""The unit's inbox: referred, late, sent back and why; many accepted at once."""

from __future__ import annotations

import uuid

import pytest

from bina.flow.cases import history
from bina.flow.cases.moves import By
from tests.doors.web.staff import EXPERT, HEAD, LIAISON, OTHER_HEAD, as_
from tests.flow.cast import do, referred, report, row

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
