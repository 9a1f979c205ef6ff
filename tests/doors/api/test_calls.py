"""The exchange tells of calls over the API: with its scope, in any spelling of the number, hidden or not."""

from __future__ import annotations

import pytest

from bina.flow.dialogue import calls
from tests.doors.api.api import Caller, make_key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
RING = {"call": "1732.9", "line": "137-1", "event": "ring", "number": "۰۹۱۵ ۱۲۳ ۴۵۶۷"}


def test_a_ring_and_its_end():
    exchange = Caller(make_key("call"))
    told = exchange.post("/calls", RING)
    assert told.status_code == 200, told.content
    [ringing] = calls.ringing()
    assert (ringing.pk, ringing.phone, ringing.line) == (told.json()["call"], "+989151234567", "137-1")
    assert exchange.post("/calls", RING).json() == told.json()
    assert exchange.post("/calls", RING | {"event": "end"}).json() == told.json()
    assert calls.ringing() == []


def test_a_hidden_number_rings_too():
    assert Caller(make_key("call")).post("/calls", RING | {"number": None}).status_code == 200
    [ringing] = calls.ringing()
    assert ringing.hidden
    assert ringing.phone is None


def test_a_key_without_the_scope_tells_nothing():
    assert Caller(make_key("read", "register")).post("/calls", RING).status_code == 403
    assert Caller(None).post("/calls", RING).status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"event": "hum"}, {"call": ""}, {"call": "a\0"}, {"number": "xyz"}, {"at": "2026-11-24T10:24:00"}]
)
def test_what_is_no_event_is_refused(wrong):
    answer = Caller(make_key("call")).post("/calls", RING | wrong)
    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"].startswith("application/problem+json")
    assert calls.ringing() == []
