"""The citizen's telephone of a demo: messages arrive on it, are answered from it, and elsewhere it is not there."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from bina.flow.cases.erasure import erase
from bina.flow.cases.models import Contact
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author
from bina.flow.dialogue import sender
from bina.flow.dialogue.models import Incoming, Outbox
from bina.ground.city.models import Installation
from bina.ground.sla import version
from tests.flow.cast import PHONE, do, new, reported, row
from tests.flow.dialogue.messages import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
OTHER = "+989350000137"


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr("bina.flow.cases.photos.folder", lambda: tmp_path / "files")


def delivered() -> None:
    """What has happened is told and arrives."""
    told()
    sender.send_due()


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/telephone{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def who(case_id: int) -> str:
    return str(row(case_id).more["contact"])


def write(client: Client, case_id: int, text: str, **more: str):
    typed = {"who": who(case_id), "text": text, "key": uuid.uuid4().hex}
    return client.post("/telephone/write", typed | more)


def test_a_message_arrives_on_the_telephone_of_its_number(client):
    case_id = new().case_id
    assert "هنوز پیامی نرسیده است" in page(client)
    delivered()
    shown = page(client)
    assert "درخواست شما ثبت شد" in shown
    assert f'href="/c/{row(case_id).code}"' in shown
    assert "علی رضایی" in shown
    assert "9990000137" not in shown, "the number is masked"
    assert "۰۹۹۹" in shown


def test_it_is_that_of_whom_was_written_to_last_until_another_is_picked(client):
    first = new().case_id
    second = new(author=Author("سارا", OTHER, "sms", "en")).case_id
    delivered()
    Outbox.objects.filter(case_id=first).update(sent_at="2100-01-01T00:00Z")
    assert "<bdi>علی رضایی</bdi></h2>" in page(client)
    assert "<bdi>سارا</bdi></h2>" in page(client, f"?who={who(second)}")
    assert "<bdi>سارا</bdi></h2>" in page(client, f"?code={row(second).code}")
    assert "<bdi>علی رضایی</bdi></h2>" in page(client, "?code=12")


@pytest.mark.parametrize(("quick", "outcome", "state"), [("1", "confirmed", "closed"), ("2", None, "referred")])
def test_one_press_answers_a_result(client, quick, outcome, state):
    first = new("0601").case_id
    assert "hidden" in re.search(r"<div class=\"tel-quick\"[^>]*>", page(client, f"?who={who(first)}"))[0]
    case_id = reported("done")
    delivered()
    assert "hidden" not in re.search(r"<div class=\"tel-quick\"[^>]*>", page(client))[0]
    assert write(client, case_id, "", quick=quick).status_code == 302
    assert (row(case_id).outcome, row(case_id).state) == (outcome, state)
    delivered()
    assert ("سپاس" if quick == "1" else "گفتهٔ شما ثبت شد") in page(client)


def test_what_is_written_comes_in_as_from_any_gateway_and_once(client):
    case_id = new().case_id
    key = uuid.uuid4().hex
    for _ in range(2):
        answer = write(client, case_id, "کی می‌آیید؟", key=key)
        assert answer.headers["Location"] == f"/telephone?who={who(case_id)}#telephone"
    assert Incoming.objects.get().did == "recontact"
    assert row(case_id).recontacts == 1
    assert "کی می‌آیید؟" in page(client)


@pytest.mark.parametrize("text", ["", "   ", "ب" * 5001, "a\0b"])
def test_what_is_no_message_is_told_and_stays_typed(client, text):
    case_id = new().case_id
    answer = write(client, case_id, text)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Incoming.objects.count() == 0


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "۱", "9" * 30, "999999"])
def test_nobodys_telephone_is_not_there(client, number):
    new()
    assert client.get("/telephone", {"who": number}).status_code == 404
    assert client.post("/telephone/write", {"who": number, "text": "سلام"}).status_code == 404


def test_nothing_new_is_said_without_a_body(client):
    case_id = new().case_id
    delivered()
    first = client.get(f"/telephone/news?who={who(case_id)}")
    assert first.status_code == 200
    again = client.get(f"/telephone/news?who={who(case_id)}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    do(case_id, "answer", By.EXPERT, words="فردا می‌آییم")
    delivered()
    news = client.get(f"/telephone/news?who={who(case_id)}", headers={"If-None-Match": first["ETag"]})
    assert news.status_code == 200
    assert "فردا می‌آییم" in news.content.decode()
    assert "<html" not in news.content.decode()


def test_an_erased_person_has_no_telephone(client):
    case_id = new().case_id
    delivered()
    erase(case_id, by=By.SUPERVISOR, actor="p:1", channel="test", reason="asked")
    told()
    assert client.get("/telephone", {"who": who(case_id)}).status_code == 404
    assert "هنوز کسی با پیامک گزارشی نداده است" in page(client)


def test_markup_in_a_message_is_text(client):
    case_id = new(author=Author("<b>علی</b>", PHONE, "sms")).case_id
    write(client, case_id, "<script>alert(1)</script>")
    shown = page(client)
    assert "<script>alert" not in shown
    assert "<b>علی" not in shown


def test_the_ribbon_leads_there_from_a_request(client):
    case = row(reported())
    assert client.post("/track/prove", {"code": case.code, "phone": PHONE}).status_code == 302
    assert f'href="/telephone?code={case.code}"' in client.get(f"/mine/{case.code}").content.decode()
    assert 'href="/telephone"' in client.get("/report").content.decode()


def test_it_asks_little_however_many_there_are(client, django_assert_max_num_queries):
    for number in range(30):
        new(author=Author("", f"+98935000{number:04}", "sms"))
    delivered()
    with django_assert_max_num_queries(8):
        page(client)


def test_elsewhere_than_in_a_demo_there_is_none(client):
    case_id = new().case_id
    Installation.objects.update(demo=False)
    version.check(version.bump())
    assert client.get("/telephone").status_code == 404
    assert client.get("/telephone/news").status_code == 404
    assert write(client, case_id, "سلام").status_code == 404
    assert "/telephone" not in client.get("/report").content.decode()
    assert Contact.objects.count() == 1
