"""The calls of a demo city: one after another, somebody known and somebody not, and none in a real city."""

from datetime import timedelta

import pytest

from bina.flow.cases import contacts
from bina.flow.cases.moves import By
from bina.flow.cases.register import Author
from bina.flow.dialogue import calls, rings
from bina.flow.dialogue.models import Call
from bina.ground.city.models import Installation
from bina.ground.sla import clock
from tests.flow.cast import PHONE, do, in_progress, key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _of_the_city(city):
    """A demo city without cases."""


def _pass(*, answered: bool = True) -> None:
    then = clock.now() - timedelta(seconds=max(rings.PAUSE_SECONDS, calls.RINGS_SECONDS) + 1)
    Call.objects.update(rang_at=then, answered_at=then if answered else None)


def test_the_first_to_ring_is_who_asked_most_and_was_answered():
    in_progress()
    case_id = in_progress()
    do(case_id, "answer", By.EXPERT, words="اکیپ فردا می‌آید.", temporary=True,
       next_news_at=int(clock.now().timestamp()) + 86400)  # fmt: skip
    for _time in range(3):
        contacts.contact(case_id, kind="recontact", reason="no_news", by=By.OPERATOR, actor="p:1", channel="phone",
                         author=Author("علی رضایی", PHONE, "sms"), key=key())  # fmt: skip
    assert rings.ring_on()
    [call] = calls.ringing()
    assert call.phone == PHONE
    assert not rings.ring_on(), "two calls at once"


def test_each_turn_another_kind_of_caller_and_never_the_same_twice():
    in_progress()
    heard = []
    for _turn in range(len(rings.TURNS) * 2):
        assert rings.ring_on()
        heard.append(Call.objects.latest("id"))
        _pass()
    assert sum(call.hidden for call in heard) == 2
    new = [call.phone for call in heard if call.phone and call.phone != PHONE]
    assert len(set(new)) == len(new)
    assert len({call.ref for call in heard}) == len(heard)


def test_whoever_was_not_answered_calls_again() -> None:
    in_progress()
    for _turn in range(3):
        assert rings.ring_on()
        _pass(answered=False)
    assert len({call.ref for call in Call.objects.all()}) == 3
    assert len({call.phone for call in Call.objects.all()}) == 1
    _pass()
    assert rings.ring_on()
    assert len({call.phone for call in Call.objects.all()}) == 2


def test_a_real_city_never_rings_by_itself():
    from bina.ground.sla import version

    Installation.objects.update(demo=False)
    version.bump()
    version.check(version.current())
    assert not rings.ring_on()
    assert not Call.objects.exists()


def test_calls_that_nobody_took_are_dropped_after_their_day():
    assert rings.ring_on()
    Call.objects.update(rang_at=clock.now() - timedelta(hours=calls.KEPT_HOURS + 1))
    calls.forget()
    assert not Call.objects.exists()
