"""A call rings, is taken once, ends; its number is forgotten a day later; an instant contact is written once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bina.flow.cases.errors import Invalid, KeyReused, Refused
from bina.flow.cases.instant import instant
from bina.flow.cases.models import Contact
from bina.flow.cases.moves import By
from bina.flow.dialogue import calls
from bina.flow.dialogue.models import Call
from bina.ground.sla import clock
from tests.flow.cast import key

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
NUMBER = "+989151234567"


def _heard(event: str = "ring", ref: str = "c-1", **more: object) -> int:
    given = {"client_id": 1, "ref": ref, "line": "137", "event": event, "phone": NUMBER} | more
    return calls.heard(**given)  # type: ignore[arg-type]


def test_a_ring_is_told_once_and_ends():
    first = _heard()
    assert _heard() == first
    assert [c.pk for c in calls.ringing()] == [first]
    _heard("end")
    assert calls.ringing() == []


def test_an_end_before_its_ring_never_rings():
    _heard("end")
    _heard("ring")
    assert calls.ringing() == []


def test_a_ring_of_two_minutes_ago_rings_no_more():
    _heard(at=clock.now() - timedelta(minutes=3))
    assert calls.ringing() == []


def test_one_operator_takes_it_and_the_other_is_told():
    call_id = _heard()
    assert calls.take(call_id, 7).phone == NUMBER
    assert calls.take(call_id, 7).person_id == 7
    with pytest.raises(Refused, match="همکار دیگری"):
        calls.take(call_id, 8)
    assert calls.mine(call_id, 8) is None
    assert calls.ringing() == []


def test_a_call_that_ended_is_not_taken():
    call_id = _heard()
    _heard("end")
    with pytest.raises(Refused, match="پایان"):
        calls.take(call_id, 7)


def test_a_day_later_the_number_is_gone():
    old, young = _heard(ref="old"), _heard(ref="young")
    _heard(ref="old", event="answer")
    Call.objects.filter(pk=old).update(rang_at=clock.now() - timedelta(hours=25))
    assert calls.forget() == 1
    assert Call.objects.get(pk=old).phone is None
    assert Call.objects.get(pk=young).phone == NUMBER


@pytest.mark.parametrize("wrong", [{"event": "hum"}, {"ref": ""}, {"line": "۱" * 41}])
def test_what_is_no_event_is_said(wrong):
    with pytest.raises(Invalid):
        _heard(**wrong)


def test_an_instant_contact_is_written_once_under_its_key():
    once, given = key(), {"by": By.OPERATOR, "actor": "p:1", "channel": "phone", "words": "زباله کی می‌برند؟"}
    first = instant(**given, key=once)
    assert instant(**given, key=once) == first
    assert Contact.objects.filter(instant=True).count() == 1
    with pytest.raises(KeyReused):
        instant(**given, key=key(once.key, b"other"))
    with pytest.raises(Invalid):
        instant(**given, kind="gossip")
