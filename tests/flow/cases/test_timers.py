"""What falls due: promises break, deadlines escalate once, silence closes a case only after the tries."""

import pytest
from django.db import connection

from bina.flow.cases import photos, timers
from bina.flow.cases.models import Promise, Timer
from bina.flow.cases.moves import By
from bina.ground.sla import version
from tests.flow.cast import do, new, referred, reported, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.fixture(autouse=True)
def _files(tmp_path, monkeypatch):
    monkeypatch.setattr(photos, "folder", lambda: tmp_path / "files")


def _go_on(days: int) -> None:
    """Moves the city's clock."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sla_clock SET shift = shift + make_interval(days => %s::int)", [days])
    version.check(version.bump())


def test_a_promise_that_nobody_kept_is_broken_once():
    case_id = new().case_id
    assert timers.dispatch() == 0
    _go_on(10)
    assert timers.dispatch() == 1
    assert Promise.objects.get(case_id=case_id).broken_at is not None
    assert row(case_id).news_due_at is None
    assert timers.dispatch() == 0


def test_an_answer_in_time_leaves_nothing_to_break():
    case_id = referred()
    do(case_id, "answer", By.EXPERT, words="در برنامه است")
    _go_on(2)
    timers.dispatch()
    assert Promise.objects.get(case_id=case_id).broken_at is None


def test_a_deadline_escalates_once():
    case_id = referred()
    do(case_id, "answer", By.EXPERT, words="در برنامه است")
    _go_on(30)
    seq = row(case_id).seq
    assert timers.dispatch() == 1
    assert row(case_id).seq == seq + 1
    assert timers.dispatch() == 0


def test_silence_closes_only_after_the_tries_or_when_nobody_can_be_called():
    tried, not_yet = reported(), reported()
    for _n in range(3):
        do(tried, "called", By.CALLBACK, result="no_answer")
    _go_on(8)
    timers.dispatch()
    assert (row(tried).state, row(tried).outcome) == ("closed", "nothing_found")
    assert row(not_yet).state == "reported"
    assert Timer.objects.filter(stream_id=not_yet, kind="unheard").exists(), "it is looked at again tomorrow"


def test_one_that_fails_does_not_stop_the_others(monkeypatch):
    first, second = new().case_id, new().case_id
    honest = timers.TIMERS["promise"]

    def broken(due: timers.Due) -> None:
        if due.stream_id == first:
            raise RuntimeError("poison")
        honest(due)

    monkeypatch.setitem(timers.TIMERS, "promise", broken)
    _go_on(10)
    timers.dispatch()
    assert row(second).news_due_at is None
    put_off = Promise.objects.get(case_id=first).put_off
    assert put_off is not None
    assert put_off > row(first).registered_at
    assert timers.dispatch() == 0, "the failing one is put off by an hour"
