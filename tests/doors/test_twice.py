"""Sent twice, sent changed, sent late: one case, one event, and the later one is told."""

from __future__ import annotations

import uuid

import pytest

from bina.flow.cases import history
from bina.flow.cases.models import Case, Contact
from bina.flow.cases.moves import By
from tests.doors import every_form
from tests.doors.every_form import REPORT, browser, proven
from tests.doors.web.staff import HEAD, OPERATOR
from tests.flow.cast import do, new, referred, reported, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _free(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")
    monkeypatch.setattr("bina.doors.web.citizen_limits.too_many", lambda *given: None)


@pytest.mark.parametrize(("address", "who"), [("/report", ""), ("/desk", OPERATOR)])
def test_a_form_sent_twice_makes_one_request(address, who):
    client, key = browser(who), uuid.uuid4().hex
    first = client.post(address, REPORT | {"key": key})
    second = client.post(address, REPORT | {"key": key})
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.count() == Contact.objects.count() == 1


@pytest.mark.parametrize(("address", "who"), [("/report", ""), ("/desk", OPERATOR)])
def test_the_same_page_sent_again_with_other_words_says_so_and_keeps_them(address, who):
    client, key = browser(who), uuid.uuid4().hex
    client.post(address, REPORT | {"key": key})
    answer = client.post(address, REPORT | {"key": key, "words": "یک چالهٔ دیگر"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "یک چالهٔ دیگر" in body
    assert "پیش‌تر با محتوای دیگری" in body
    assert f'value="{key}"' not in body, "the form comes back with a fresh key, so that sending it now works"
    assert Case.objects.count() == 1


def test_one_key_of_two_strangers_is_no_way_to_anothers_request():
    key = uuid.uuid4().hex
    browser().post("/report", REPORT | {"key": key})
    other = browser().post("/report", REPORT | {"key": key, "phone": "09350000137", "name": "دیگری"})
    assert other.status_code == 422
    assert Case.objects.count() == 1


@pytest.mark.parametrize("what", ["confirm", "dispute", "recontact"])
def test_a_citizens_word_sent_twice_counts_once(what):
    case = row(reported())
    client, key = proven(case), uuid.uuid4().hex
    typed = {"key": key, "words": "گفته", "reason": "not_done"}
    assert client.post(f"/mine/{case.code}/{what}", typed).status_code == 302
    once = len(history.events(case.pk))
    assert client.post(f"/mine/{case.code}/{what}", typed).status_code == 302
    assert len(history.events(case.pk)) == once
    changed = client.post(f"/mine/{case.code}/{what}", typed | {"words": "گفتهٔ دیگر"})
    assert changed.status_code == 422
    assert len(history.events(case.pk)) == once


def test_a_text_message_written_twice_counts_once():
    case = row(reported())
    typed = {"key": uuid.uuid4().hex, "who": str(case.more["contact"]), "quick": "۲"}
    for _ in range(2):
        assert browser().post("/telephone/write", typed).status_code == 302
    assert [e.verb for e in history.events(case.pk)].count("dispute") == 1


def test_a_call_sent_twice_counts_once():
    every_form.anytime()
    case = row(reported())
    client = browser(OPERATOR)
    typed = {"key": uuid.uuid4().hex, "result": "not_confirmed", "reason": "not_done", "words": "نشده"}
    for _ in range(2):
        assert client.post(f"/callback/{case.code}", typed).status_code == 302
    assert [e.verb for e in history.events(case.pk)].count("dispute") == 1


def test_a_stale_page_is_told_by_every_verb():
    found = {form.name: form for form in every_form.staff_forms()}
    for name, form in found.items():
        code = form.address.split("/")[2]
        case = Case.objects.get(code=code)
        with every_form.undone():
            do(case.pk, "note", By.EXPERT, words="در این میان")
            answer = form.client.post(form.address, form.typed | {"key": uuid.uuid4().hex})
            assert answer.status_code in (409, 422), (name, answer.status_code)
            if answer.status_code == 409:
                body = answer.content.decode()
                assert "در این میان" in body, name
                assert all(form.typed[n] in body for n in form.free), f"{name} loses what was typed"


def test_two_units_at_once_the_second_is_told():
    case = row(referred())
    head, typed = (
        browser(HEAD),
        {"seq": case.seq, "reason": "not_ours", "proposed_unit": "MHD-03/D-SERV", "words": "نه"},
    )
    assert head.post(f"/case/{case.code}/accept", {"seq": case.seq, "key": "first-of-the-two"}).status_code == 302
    late = head.post(f"/case/{case.code}/return", typed | {"key": "second-of-the-two"})
    assert late.status_code == 409
    assert row(case.pk).state == "in_progress"


def test_a_case_that_is_gone_is_a_sentence():
    case = row(new().case_id)
    answer = browser(HEAD).post(f"/case/{case.code}/accept", {"seq": 1, "key": uuid.uuid4().hex})
    assert answer.status_code == 404
    assert "پیدا نشد" in answer.content.decode()
