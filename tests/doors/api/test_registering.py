"""Registering over JSON: once for one key, whatever is sent again; what is wrong is told by its field."""

from __future__ import annotations

import math

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bina.flow.cases import history
from bina.flow.cases.models import Case, Contact
from tests.doors.api.api import NEW, Caller, make_key, problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture
def caller():
    return Caller(make_key())


def test_a_request_is_registered_and_can_be_read(caller):
    answer = caller.post("/requests", NEW | {"lat": 36.3167, "lon": 59.6389})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["again"]) == ("registered", False)
    assert made["first_answer_at"] > 0
    case = caller.get(f"/requests/{made['code']}").json()
    assert (case["code"], case["subject"], case["address"]) == (made["code"], "0101", "طبرسی ۱۲")
    assert (case["lat"], case["lon"]) == (36.3167, 59.6389)
    assert Contact.objects.get().phone == "+989990000137"
    assert "علی" not in str(case)


def test_the_same_key_again_gives_the_same_code(caller):
    first = caller.post("/requests", NEW, key="the-very-same-key-1")
    again = caller.post("/requests", NEW, key="the-very-same-key-1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["code"] == again.json()["code"]
    assert again.json()["again"] is True
    assert Case.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(caller):
    caller.post("/requests", NEW, key="the-very-same-key-1")
    problem(caller.post("/requests", NEW | {"words": "دیگر"}, key="the-very-same-key-1"), 422, "key-reused")
    assert Case.objects.count() == 1


def test_the_same_key_of_another_client_is_another_key(caller):
    caller.post("/requests", NEW, key="the-very-same-key-1")
    assert Caller(make_key()).post("/requests", NEW, key="the-very-same-key-1").status_code == 201
    assert Case.objects.count() == 2


@pytest.mark.parametrize("key", [None, "short", "x" * 201, "کلیدی که لاتین نیست ولی بلند است", "sixteen letters \x01"])
def test_without_a_good_idempotency_key_nothing_is_written(caller, key):
    problem(caller.post("/requests", NEW, key=key), 400, "key-missing")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "9999"), ("subject", ""), ("words", ""), ("words", "\u200c\u200c \u200f"), ("words", "x" * 20_001),
        ("lat", 59.6), ("lat", "36.3"), ("lat", None), ("district", "MHD-99"), ("phone", "12"), ("phone", "تلفن"),
        ("tell_by", "pigeon"), ("outside", "whim"), ("answers", {"q": [1]}), ("answers", [1]), ("name", "n" * 501),
        ("weather", "sunny"), ("hazard", "yes"), ("outside_ref", "9" * 41), ("words", 5),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(caller, field, value):
    sent = NEW | {"lat": 36.31, "lon": 59.63} | {field: value}
    if field == "district":
        sent = {k: v for k, v in sent.items() if k not in ("lat", "lon")}
    told = problem(caller.post("/requests", sent), 422, "invalid")
    assert any(name.startswith(field) or (field, name) == ("lat", "lon") for name in told["errors"]), told
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(59.6389, 36.3167), (0, 0), (90, 0), (-90, 180), (35.7, 51.4), (1e308, 1e308), (math.pi * 10**9, 2), (36.3, 400)],
)
def test_a_point_outside_the_city_is_refused(caller, lat, lon):
    told = problem(caller.post("/requests", NEW | {"lat": lat, "lon": lon}), 422, "invalid")
    assert "lat" in told["errors"]


def test_registering_takes_one_statement(caller):
    caller.register()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        caller.register()
    assert len(seen) <= 3, [q["sql"][:80] for q in seen]


def test_the_history_tells_every_event_without_words(caller):
    code = caller.register()
    caller.move(code, "note", "راز کوچک")
    told = caller.get(f"/requests/{code}/history").json()
    assert [e["verb"] for e in told] == ["register", "note"]
    assert [e["seq"] for e in told] == [1, 2]
    assert "راز" not in str(told)
    assert "چاله" not in str(told)
    assert "+98999" not in str(told)
    assert told[1]["actor"].startswith("k:")


def test_messages_join_the_request_and_are_counted(caller):
    code = caller.register()
    sent = {"kind": "recontact", "reason": "no_news", "words": "خبری نشد", "phone": "09990000137"}
    first = caller.post(f"/requests/{code}/contacts", sent, key="message-number-one")
    again = caller.post(f"/requests/{code}/contacts", sent, key="message-number-one")
    other = caller.post(f"/requests/{code}/contacts", sent | {"words": "باز هم"}, key="message-number-one")
    assert (first.status_code, again.json()["again"]) == (200, True)
    problem(other, 422, "key-reused")
    assert caller.get(f"/requests/{code}").json()["recontacts"] == 1
    problem(caller.post(f"/requests/{code}/contacts", {"kind": "question"}), 422, "invalid")
    problem(caller.post(f"/requests/{code}/contacts", {"kind": "gossip"}), 422, "invalid")
    problem(caller.post(f"/requests/{code}/contacts", sent | {"phone": "7"}), 422, "invalid")
    problem(caller.post(f"/requests/{code}/contacts", sent, key=None), 400, "key-missing")
    problem(caller.post("/requests/0000000000/contacts", sent), 404, "not-found")


def test_the_public_state_tells_no_place_no_person_no_words(caller):
    code = caller.register()
    spelled = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    told = Caller(None).get(f"/track/{spelled[:4]} {spelled[4:]}").json()
    assert (told["code"], told["state"]) == (code, "registered")
    assert not {"words", "address", "lat", "name", "phone"} & told.keys()
    problem(Caller(None).get("/track/4999999999"), 422)
    case_id = Case.objects.get(code=code).pk
    assert len(history.events(case_id)) == 1
